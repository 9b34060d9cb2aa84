"""Plans on trial: the same held-out orders under every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.choices import ENGINES, Engine
from planner.domain.lever_effects import applied, with_levers
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders, Records, Summary
from planner.errors import ConflictError
from planner.rating.courier_offers import offers
from planner.rating.lane_costs import charges, expected_losses_minor, period_minor
from planner.simulation.inputs.orders import draw_orders, sold
from planner.simulation.simulate import (
    compiled_before,
    first_difference,
    machine_code_place,
    simulate,
)
from planner.simulation.summary import summarise
from planner.studies.runs.digest import digest

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

Checked = dict[str, bool | int | list[str]]  # what the manifest says of the engines
MOST_COMPARED = 50_000  # orders: some two seconds of the SimPy model


@dataclass(frozen=True)
class Evaluation:
    """One replication of every plan (picklable: this is what worker processes receive once)."""

    problem: Problem
    plans: tuple[Plan, ...]
    engine: Engine = "compiled"
    stream_set: str = HELD_OUT

    def __call__(self, replication: int) -> list[Summary]:
        """Draw the orders of a replication once; simulate, rate and sum it up under every plan."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        asked = draw_orders(with_levers(self.problem), streams)
        found = []
        for plan in self.plans:
            problem = applied(self.problem, plan)
            records = played(problem, plan, sold(problem, asked), streams, self.engine)
            found.append(rated(problem, records, replication))
        return found


def played(
    problem: Problem, plan: Plan, orders: Orders, streams: Streams, engine: Engine
) -> Records:
    """What happens to orders under a plan; parcels that a contract refuses go with one that takes
    them.
    """
    return simulate(problem, plan, orders, streams, engine, offers=offers(problem))


def rated(problem: Problem, records: Records, replication: int) -> Summary:
    """A replication in brief, with what the carriers charge for it."""
    bill = charges(problem, records)
    return summarise(
        problem,
        records,
        replication,
        bill.total,
        period_minor=period_minor(problem, records, bill),
        losses_minor=expected_losses_minor(problem, records),
        unpriced=records.untaken,
    )


def evaluate_plans(
    problem: Problem,
    plans: Sequence[Plan],
    context: RunContext,
    stream_set: str = HELD_OUT,
    replications: int | None = None,
) -> list[list[Summary]]:
    """Replications 0 .. n-1 of each plan: one list of summaries per plan, in the order of the
    replications.
    """
    count = context.budget.replications if replications is None else replications
    rows = context.replicate(
        "promotions", Evaluation(problem, tuple(plans), context.executor.engine, stream_set), count
    )
    return [[row[p] for row in rows] for p in range(len(plans))]


def trace(problem: Problem, plan: Plan, engine: Engine, stream_set: str = HELD_OUT) -> Records:
    """The first replication of a world with the record of every order."""
    streams, problem = Streams(problem.seed, stream_set, 0), applied(problem, plan)
    return played(problem, plan, draw_orders(problem, streams), streams, engine)


def checked_engines(problem: Problem, plan: Plan, context: RunContext) -> Checked:
    """One promotion played by both engines, before many are played by the fast one; ConflictError
    when they differ.
    """
    if context.executor.engine == "simpy":
        return {"engines": ["simpy"]}
    once = (
        "once on this machine"
        if machine_code_place().folder
        else "as at every start; planner doctor says why"
    )
    context.begin(
        "checking the engine" if compiled_before() else f"compiling the simulation, {once}"
    )
    return context.journal.once(
        "checks", digest((problem, plan)), Checked, lambda: compare_engines(problem, plan)
    )


def compare_engines(problem: Problem, plan: Plan) -> Checked:
    """Play the first held-out replication with both engines; what the manifest says about it.

    Of a very large promotion only the first orders are played: the SimPy model needs a hundred
    times the time and ten times the memory. Raises ConflictError with the first difference.
    """
    streams, problem = Streams(problem.seed, HELD_OUT, 0), applied(problem, plan)
    drawn = draw_orders(problem, streams)
    orders = drawn.first(MOST_COMPARED)
    ours, reference = (played(problem, plan, orders, streams, engine) for engine in ENGINES)
    difference = first_difference(ours, reference)
    if difference:
        raise ConflictError(
            f"the compiled engine differs from the reference ({problem.name}, seed "
            f"{problem.seed}, replication 0): "
            f"{difference}. Nothing is written; this is an error of the planner, please report "
            "it. --engine simpy uses "
            "the reference alone"
        )
    return {
        "replication": 0,
        "orders": len(orders),
        "of": len(drawn),
        "engines": list(ENGINES),
        "equal": True,
    }
