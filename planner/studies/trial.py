"""Plans on trial: the same held-out orders under every plan."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Records, Summary
from planner.domain.streams import HELD_OUT, Streams
from planner.rating.lanes import charges_and_refusals
from planner.simulation.orders import draw_orders
from planner.simulation.replicate import replicate
from planner.simulation.summary import summarise
from planner.simulation.warehouse import simulate


@dataclass(frozen=True)
class Trial:
    """One replication of every plan (picklable: this is what worker processes receive once)."""

    problem: Problem
    plans: tuple[Plan, ...]
    world: str = HELD_OUT

    def __call__(self, replication: int) -> list[Summary]:
        """Draw the orders of a replication once; simulate, rate and sum it up under every plan."""
        streams = Streams(self.problem.seed, self.world, replication)
        orders = draw_orders(self.problem, streams)
        found = []
        for plan in self.plans:
            records = simulate(self.problem, plan, orders, streams)
            charges, refused = charges_and_refusals(self.problem, records)
            summary = summarise(self.problem, records, replication, charges)
            found.append(replace(summary, unpriced=int(np.count_nonzero(refused))))
        return found


def try_plans(
    problem: Problem,
    plans: Sequence[Plan],
    replications: int,
    jobs: int,
    on_done: Callable[[int], None] | None = None,
) -> list[list[Summary]]:
    """Held-out replications 0 .. n-1 of each plan: one list of summaries per plan, in the order of the replications."""
    rows = replicate(Trial(problem, tuple(plans)), range(replications), jobs, on_done)
    return [[row[p] for row in rows] for p in range(len(plans))]


def trace(problem: Problem, plan: Plan, replication: int = 0) -> Records:
    """One replication with the record of every order."""
    streams = Streams(problem.seed, HELD_OUT, replication)
    return simulate(problem, plan, draw_orders(problem, streams), streams)
