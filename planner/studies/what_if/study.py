"""The table of the grid: what the plan costs and keeps at every point."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Summary, mean_on_time
from planner.reporting.tables.what_if_table import WHAT_IF_TABLE
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import sold
from planner.simulation.workers_pool import START_S
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.common_replications import simulate_with_offers
from planner.studies.runs.run_context import RunContext
from planner.studies.what_if.evaluation import Point, WhatIfEvaluation
from planner.studies.what_if.grid import Pickup, busiest_pickup, grid_of


def what_if_table(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    context: RunContext,
    look: CertificationLook,
) -> pd.DataFrame:
    """Simulate a plan at every point of the grid, on the same random numbers.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan; it stays as it is.
    summaries : sequence of Summary
        All its replications in the look.
    context : RunContext
        Where replications run.
    look : CertificationLook
        Look of the certificate, whose replications are simulated.

    Returns
    -------
    DataFrame
        The table `what_if`.
    """
    options = context.options.what_if
    numbers = spread(summaries, options.replications)
    middle = Streams(problem.seed, look.stream_set, numbers[len(numbers) // 2])
    context.await_engine()
    pickup = _pickup(problem, plan, middle, context)
    task = WhatIfEvaluation(
        problem=problem,
        plan=plan,
        grid=grid_of(problem, plan, options, pickup),
        numbers=numbers,
        engine=context.executor.engine,
        stream_set=look.stream_set,
    )
    context.begin("simulating the plan under other demand", task.tasks)
    rows = context.replicate("what if", task, task.tasks, START_S)
    return WHAT_IF_TABLE.frame(_lines(task, rows)).astype({"promise_hours": float})


def spread(summaries: Sequence[Summary], count: int) -> tuple[int, ...]:
    """Replications that stand for all, from the smallest promotion to the largest.

    Parameters
    ----------
    summaries : sequence of Summary
        The replications.
    count : int
        How many are chosen at most.

    Returns
    -------
    tuple of int
        Their numbers, by the orders that came.
    """
    by_size = sorted(summaries, key=lambda s: (s.placed, s.replication))
    count = min(count, len(by_size))
    places = ((2 * k + 1) * len(by_size) // (2 * count) for k in range(count))
    return tuple(by_size[place].replication for place in places)


def _pickup(problem: Problem, plan: Plan, streams: Streams, context: RunContext) -> Pickup | None:
    """The collection that may be missed: the one that takes most parcels in a middling
    promotion.
    """
    if not problem.contracts:
        return None
    effective = effective_problem(problem, plan.levers)
    orders = sold(effective, drawn_orders(given_problem(problem), streams))
    records = simulate_with_offers(effective, plan, orders, streams, context.executor.engine)
    return busiest_pickup(problem, plan, records)


def _lines(task: WhatIfEvaluation, rows: list[list[Point]]) -> list[tuple[object, ...]]:
    """Cells of each point."""
    grid, problem = task.grid, task.problem
    levels = len(grid.demand)
    points = list(product(grid.agency_fill, grid.pickups, grid.promises))
    lines: list[tuple[object, ...]] = []
    for level, demand in enumerate(grid.demand):
        replications = rows[level::levels]
        for p, (fill, pickup, hours) in enumerate(points):
            found = [row[p] for row in replications]
            failed, due = (np.array([getattr(f, n) for f in found]) for n in ("failed", "due"))
            kept = sum(f.kept for f in found)
            cost = float(np.mean([f.cost_minor for f in found]))
            lines.append(
                (
                    demand,
                    fill,
                    "" if pickup is None else _in_words(problem, pickup),
                    hours,
                    round(float(np.mean([f.orders for f in found])), 1),
                    float(to_major(round(cost), problem.currency)),
                    round(float(mean_on_time(failed, due)), 6),
                    kept,
                    len(found),
                    round(kept / len(found), 6),
                )
            )
    return lines


def _in_words(problem: Problem, pickup: Pickup) -> str:
    """Names and moment, as the table of stresses writes a place."""
    at = problem.horizon.at(pickup.second)
    return f"{pickup.site} / {pickup.contract} / {at:%Y-%m-%d %H:%M}"
