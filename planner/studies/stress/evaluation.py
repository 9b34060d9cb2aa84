"""Plans under stress on common random numbers: the same orders, people and parcels as without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.choices import Engine
from planner.domain.costs import simulated_costs
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Summary
from planner.domain.stress import OF_DEMAND, Stress
from planner.domain.stress_cases import StressCase, Workload, stress_cases
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import draw_orders, sold
from planner.studies.certification.common_replications import rated_summary, simulate_with_offers


@dataclass(frozen=True, slots=True)
class Outcome:
    """One replication of a plan under stress.

    Attributes
    ----------
    kept : bool
        Whether every target of the service level was met.
    failed : int
        Orders late or without stock.
    cost_minor : int
        Everything the promotion cost.
    """

    kept: bool
    failed: int
    cost_minor: int


@dataclass(frozen=True, slots=True)
class Place:
    """A stress, and which of the places it can hit: the number of its case."""

    stress: Stress
    case: int


@dataclass(frozen=True, kw_only=True)
class StressEvaluation:
    """Chosen replications of plans at places of stresses.

    Picklable, because worker processes receive it once; the cases are made there.

    Attributes
    ----------
    problem : Problem
        What is given without stress.
    plans : tuple of Plan
        The plans.
    places : tuple of Place
        What strikes; every plan is simulated at every place.
    workload : Workload
        When the operation is busiest.
    numbers : tuple of int
        Numbers of the replications.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams that the replications are drawn from.
    """

    problem: Problem
    plans: tuple[Plan, ...]
    places: tuple[Place, ...]
    workload: Workload
    numbers: tuple[int, ...]
    engine: Engine
    stream_set: str

    def on(self, numbers: Sequence[int]) -> StressEvaluation:
        """The same on other replications."""
        return replace(self, numbers=tuple(numbers))

    def __call__(self, k: int) -> list[Outcome]:
        """The k-th of the replications, place by place and plan by plan."""
        number = self.numbers[k]
        streams = Streams(self.problem.seed, self.stream_set, number)
        common: Orders | None = None
        found = []
        for place in self.places:
            problem = cases_of(self.problem, place.stress, self.workload)[place.case].problem
            if place.stress.kind in OF_DEMAND:
                demanded = draw_orders(given_problem(problem), streams)
            else:
                common = common or drawn_orders(given_problem(self.problem), streams)
                demanded = common
            for plan in self.plans:
                effective = effective_problem(problem, plan.levers)
                orders = sold(effective, demanded)
                records = simulate_with_offers(effective, plan, orders, streams, self.engine)
                summary = rated_summary(effective, records, number)
                found.append(outcome(problem, plan, summary))
        return found


@lru_cache(maxsize=256)  # a worker meets the same stresses in every replication
def cases_of(problem: Problem, stress: Stress, workload: Workload) -> tuple[StressCase, ...]:
    """The places that a stress can hit, made once.

    Parameters
    ----------
    problem, stress, workload : Problem, Stress, Workload
        As for `stress_cases`.

    Returns
    -------
    tuple of StressCase
        The places.
    """
    return stress_cases(problem, stress, workload)


def outcome(problem: Problem, plan: Plan, summary: Summary) -> Outcome:
    """What a replication comes to.

    Parameters
    ----------
    problem : Problem
        What was given when the stress had struck.
    plan : Plan
        The plan.
    summary : Summary
        The replication.

    Returns
    -------
    Outcome
        Kept, failed orders and cost.
    """
    cost = sum(amounts[0] for amounts in simulated_costs(problem, plan, [summary]).values())
    kept = summary.meets(problem.service)
    return Outcome(bool(kept), int(summary.failed), round(float(cost)))


def workload_of(problem: Problem, summaries: Sequence[Summary]) -> Workload:
    """When an operation is busiest, from its replications."""
    work = np.mean([s.hourly.done.sum(axis=1) for s in summaries], axis=0)
    handed_over = np.mean([s.handed_over.sum(axis=0) for s in summaries], axis=0)
    by_day = work.sum(axis=0).reshape(-1, DAY_S // problem.horizon.bucket_s).sum(axis=1)
    return Workload(handed_over if handed_over.any() else by_day, work)
