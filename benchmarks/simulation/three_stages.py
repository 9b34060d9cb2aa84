"""The three-stage site as every engine gets it: plain lists, in ticks; and what an engine has to
tell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.simulation.sites import COLLECTIONS, Case
from planner.domain.arrays import Ints
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Orders
from planner.domain.site import Process
from planner.domain.workforce import StaffRow
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import INSTANT_BITS, TICKS_PER_S, arrivals_of, phases


@dataclass(frozen=True, eq=False)
class Given:
    """`ordered_at[order]`, `durations[order][stage]`; `teams[stage]`, one after the other;
    `collections`; until `end`. All in ticks.
    """

    ordered_at: list[int]
    durations: list[list[int]]
    teams: list[list[Team]]
    collections: list[int]
    end: int


@dataclass(frozen=True, slots=True)
class Team:
    """`people` who work in the stretches between breaks; after the last they finish their task in
    progress.
    """

    people: int
    stretches: tuple[tuple[int, int], ...]

    def done_at(self, now: int, ticks: int) -> int:
        """When a task of `ticks` that is begun now is done: breaks come on top."""
        for a, b in self.stretches[:-1]:
            if a <= now < b and now + ticks > b:
                ticks -= b - now
                now = self.stretches[self.stretches.index((a, b)) + 1][0]
        return now + ticks


@dataclass(frozen=True, eq=False)
class StageTimes:
    """Tick in which each order left a stage, ended[stage, order], and the site, handed_over[order];
    -1: not yet.
    """

    ended: Ints
    handed_over: Ints


def given(case: Case) -> Given:
    """The case as plain lists; its orders are drawn if they were not yet."""
    problem, processes = case.problem, case.problem.sites[0].processes
    days = problem.horizon.days
    return Given(
        ordered_at=arrivals_of(case.orders).tolist(),
        durations=durations(problem, case.orders).T.tolist(),
        teams=[teams(problem, case.plan, process) for process in processes],
        collections=[(day * DAY_S + at) * TICKS_PER_S for day in range(days) for at in COLLECTIONS],
        end=problem.horizon.end_s * TICKS_PER_S,
    )


def teams(problem: Problem, plan: Plan, process: Process) -> list[Team]:
    """The people of a process, shift after shift."""
    rows = sorted(
        (row for row in plan.staffing if row.process == process.name and row.headcount),
        key=_begins(problem),
    )
    return [Team(row.headcount, _stretches(problem, row)) for row in rows]


def _begins(problem: Problem) -> Callable[[StaffRow], int]:
    return lambda row: problem.shift(row.shift).working(row.day)[0][0]


def _stretches(problem: Problem, row: StaffRow) -> tuple[tuple[int, int], ...]:
    return tuple(
        (a * TICKS_PER_S, b * TICKS_PER_S) for a, b in problem.shift(row.shift).working(row.day)
    )


def durations(problem: Problem, orders: Orders) -> Ints:
    """Ticks of work [process, order] at standard speed, as the warehouse model rounds them."""
    content = orders.work_us[: len(problem.process_names)] * TICKS_PER_S
    return np.asarray((content + (phases(orders.instant) * MICRO >> INSTANT_BITS)) // MICRO)
