"""Both engines on the same replication, before a result rests on the fast one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from planner.domain.choices import ENGINES
from planner.domain.digest import digest
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.errors import ConflictError
from planner.rating.courier_offers import offers
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.simulate import (
    compiled_before,
    first_difference,
    machine_code_place,
    simulate,
)
from planner.studies.runs.journal import MISSING

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

Checked = dict[str, bool | int | list[str]]  # what the manifest says of the engines
MOST_COMPARED = 50_000  # orders: some two seconds of the SimPy model


def checked_engines(problem: Problem, plan: Plan, context: RunContext) -> Checked:
    """Simulate one replication with both engines before many are left to the fast one.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan to simulate.
    context : RunContext
        Context of the study, which says the engine and keeps the comparison in its journal.

    Returns
    -------
    dict
        What the manifest says of the engines.

    Raises
    ------
    ConflictError
        The engines differ.
    """
    if context.executor.engine == "simpy":
        return {"engines": ["simpy"]}
    context.await_engine()
    once = (
        "once on this machine"
        if machine_code_place().folder
        else "as at every start; planner doctor says why"
    )
    context.begin(
        "checking the engine" if compiled_before() else f"compiling the simulation, {once}"
    )
    return context.journal.once(*_check_of(problem, plan), lambda: compare_engines(problem, plan))


@contextmanager
def checking_engines(
    problem: Problem, plan: Plan, context: RunContext, replications: int
) -> Iterator[Callable[[], Checked]]:
    """Compare the engines (see `checked_engines`) while this block simulates.

    A worker does it; on a cluster it compares them on its own machine.

    Parameters
    ----------
    problem, plan, context
        As for `checked_engines`.
    replications : int
        How many the block simulates: where workers are not worth it, or the engine is still to be
        compiled, the engines are compared before it.

    Yields
    ------
    callable
        What `checked_engines` returns; waits for it.
    """
    executor = context.executor
    known = (
        executor.engine == "simpy"
        or context.journal.recall(*_check_of(problem, plan)) is not MISSING
    )
    if known or not (executor.worth_workers(problem, replications) and compiled_before()):
        found = checked_engines(problem, plan, context)
        yield lambda: found
        return
    with executor.background(partial(compare_engines, problem, plan)) as compared:
        yield lambda: context.journal.once(*_check_of(problem, plan), compared)


def _check_of(problem: Problem, plan: Plan) -> tuple[str, str, type]:
    """Where the journal keeps a comparison of the engines."""
    return "checks", digest((problem, plan)), Checked


def compare_engines(problem: Problem, plan: Plan) -> Checked:
    """Simulate the first held-out replication with both engines and compare every second.

    Of a very large replication only the first orders are simulated: the SimPy model needs a hundred
    times the time and ten times the memory.

    Returns
    -------
    dict
        What the manifest says of the comparison.

    Raises
    ------
    ConflictError
        The engines differ; names the first difference.
    """
    streams, problem = Streams(problem.seed, HELD_OUT, 0), effective_problem(problem, plan.levers)
    drawn = drawn_orders(problem, streams)
    orders = drawn.first(MOST_COMPARED)
    ours, reference = (
        simulate(problem, plan, orders, streams, engine, offers=offers(problem))
        for engine in ENGINES
    )
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
