"""The three-stage site as every engine gets it: plain lists, in whole seconds; and what an engine has to tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.sites import COLLECTIONS, Case
from planner.domain.demand import Ints
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Orders
from planner.domain.site import Process
from planner.simulation.contents import MICRO


@dataclass(frozen=True, eq=False)
class Given:
    """`ordered_at[order]`, `durations[order][stage]`; `levels[stage]`: (second, people from then on); `collections`:
    seconds; all until `end_s`."""

    ordered_at: list[int]
    durations: list[list[int]]
    levels: list[list[tuple[int, int]]]
    collections: list[int]
    end_s: int


@dataclass(frozen=True, eq=False)
class Moments:
    """Second in which each order left a stage, ended[stage, order], and the site, handed_over[order]; -1: not yet."""

    ended: Ints
    handed_over: Ints


def given(case: Case) -> Given:
    """The case as plain lists; its orders are drawn if they were not yet."""
    problem, processes = case.problem, case.problem.sites[0].processes
    days = problem.horizon.days
    return Given(
        ordered_at=case.orders.ordered_at_s.tolist(),
        durations=whole_seconds(problem, case.orders).T.tolist(),
        levels=[staff_levels(problem, case.plan, process) for process in processes],
        collections=[day * DAY_S + at for day in range(days) for at in COLLECTIONS],
        end_s=problem.horizon.end_s,
    )


def staff_levels(problem: Problem, plan: Plan, process: Process) -> list[tuple[int, int]]:
    """(second, people from then on) whenever the number of people at a process changes."""
    change: dict[int, int] = {}
    for row in plan.staffing:
        if row.process == process.name:
            for begin, end in problem.shift(row.shift).working(row.day):
                change[begin] = change.get(begin, 0) + row.headcount
                change[end] = change.get(end, 0) - row.headcount
    seconds = sorted(change)
    return list(zip(seconds, np.cumsum([change[s] for s in seconds]).tolist(), strict=True))


def whole_seconds(problem: Problem, orders: Orders) -> Ints:
    """Seconds of work [process, order] at standard speed, as the warehouse model rounds them."""
    works = orders.work_us[: len(problem.process_names)].astype(np.int64)
    return np.asarray(-(-works // MICRO))
