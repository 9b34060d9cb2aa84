"""Triggers: what is counted at a checkpoint of the evening, and what is done beyond a threshold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from planner.domain.demand_levers import Capped, Promised
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.workforce import StaffRow

MeasureKind = Literal["orders", "waiting"]
MEASURES: tuple[MeasureKind, ...] = ("orders", "waiting")
ALWAYS = -1  # threshold of what is done whatever is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A number that a shift leader can read off at a checkpoint.

    Attributes
    ----------
    kind : {"orders", "waiting"}
        Orders that came since a moment, or orders that are not packed yet.
    site : str
        Where they are waiting; "" everywhere.
    since_s : int
        Second of the horizon since which orders are counted.
    """

    kind: MeasureKind
    site: str = ""
    since_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What is done in addition to the plan.

    Attributes
    ----------
    people : tuple of StaffRow
        People on call, by shift.
    vehicles : tuple of ExtraCollection
        Vehicles in addition to those of the plan.
    promised : tuple of (region, hours)
        Longer promises for orders that come later.
    capped : tuple of (event, orders)
        Orders at which the sale of an event stops, or now where there are more already.
    """

    people: tuple[StaffRow, ...] = ()
    vehicles: tuple[ExtraCollection, ...] = ()
    promised: Promised = ()
    capped: Capped = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.vehicles or self.uses_levers)

    @property
    def uses_levers(self) -> bool:
        """Whether anything is promised or capped."""
        return bool(self.promised or self.capped)

    def __add__(self, other: Actions) -> Actions:
        """Do both; people of the same shift and vehicles of the same collection add up."""
        return Actions(
            people=merged_people((*self.people, *other.people)),
            vehicles=merged_vehicles((*self.vehicles, *other.vehicles)),
            promised=tuple({**dict(self.promised), **dict(other.promised)}.items()),
            capped=tuple({**dict(self.capped), **dict(other.capped)}.items()),
        )


@dataclass(frozen=True, slots=True)
class Level:
    """What to do where more than `above` is counted; in any case where that is `ALWAYS`."""

    above: int
    actions: Actions


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """The rule of a checkpoint; of its levels the highest that applies counts.

    Attributes
    ----------
    at_s : int
        Second of the horizon at which is counted.
    measure : Measure
        What is counted.
    levels : tuple of Level
        By rising threshold; none: nothing needs to be done.
    """

    at_s: int
    measure: Measure
    levels: tuple[Level, ...] = ()

    def level(self, counted: int) -> int:
        """Number of the level that applies, from 1; 0 where none does."""
        return sum(counted > level.above for level in self.levels)


Policy = tuple[Rule, ...]  # by checkpoint


def merged_people(rows: Iterable[StaffRow]) -> tuple[StaffRow, ...]:
    """Rows of staff in their order, those of the same people at the same place as one."""
    count: Counter[StaffRow] = Counter()
    for row in rows:
        count[replace(row, headcount=0)] += row.headcount
    return tuple(sorted(replace(row, headcount=n) for row, n in count.items() if n))


def merged_vehicles(rows: Iterable[ExtraCollection]) -> tuple[ExtraCollection, ...]:
    """Extra collections in their order, those of the same collection and day as one."""
    count: Counter[ExtraCollection] = Counter()
    for row in rows:
        count[replace(row, vehicles=0)] += row.vehicles
    return tuple(sorted(replace(row, vehicles=n) for row, n in count.items() if n))


def possible(problem: Problem, plan: Plan, actions: Actions) -> Actions:
    """Actions as far as there are people and vehicles left.

    Parameters
    ----------
    problem : Problem
        With the people on call as crews of their own.
    plan : Plan
        The plan, with what was done before.
    actions : Actions
        What is to be done.

    Returns
    -------
    Actions
        What can be done of it.
    """
    people: list[StaffRow] = []
    vehicles: list[ExtraCollection] = []
    for row in actions.people:
        free = free_people(problem, (*plan.staffing, *people), row)
        if free > 0:
            people.append(replace(row, headcount=min(row.headcount, free)))
    for vehicle in actions.vehicles:
        left = free_vehicles(problem, (*plan.extra, *vehicles), vehicle)
        if left > 0:
            vehicles.append(replace(vehicle, vehicles=min(vehicle.vehicles, left)))
    return replace(actions, people=merged_people(people), vehicles=merged_vehicles(vehicles))


def with_actions(problem: Problem, plan: Plan, actions: Actions) -> Plan:
    """The plan with what is done in addition, as far as that is `possible`.

    Parameters
    ----------
    problem, plan, actions : Problem, Plan, Actions
        As for `possible`.

    Returns
    -------
    Plan
        The plan with more people and vehicles; everything else is as it was.
    """
    more = possible(problem, plan, actions)
    if not (more.people or more.vehicles):
        return plan
    return replace(
        plan,
        staffing=merged_people((*plan.staffing, *more.people)),
        extra=merged_vehicles((*plan.extra, *more.vehicles)),
    )


def free_people(problem: Problem, staffing: Iterable[StaffRow], wanted: StaffRow) -> int:
    """How many more people of a crew can work in a shift.

    Nobody works two shifts of a day, or two between which there is too little rest. In the shift
    there may be no more temporaries and beginners than the process allows next to its permanent
    people.

    Parameters
    ----------
    problem : Problem
        Crews, shifts and processes.
    staffing : iterable of StaffRow
        Who works already.
    wanted : StaffRow
        Crew, process, shift and day; its headcount does not matter.

    Returns
    -------
    int
        People, 0 at least.
    """
    crew = problem.crew(wanted.site, wanted.crew)
    engaged = temporary = starting = permanent = 0
    for row in staffing:
        if row.site != wanted.site:
            continue
        if row.crew == wanted.crew and _exclude(problem, row, wanted, crew.min_rest_hours):
            engaged += row.headcount
        if (row.process, row.shift, row.day) == (wanted.process, wanted.shift, wanted.day):
            of = problem.crew(row.site, row.crew)
            temporary += row.headcount * of.temporary
            permanent += row.headcount * (not of.temporary)
            starting += row.headcount * (of.ramps_up and row.day == row.since_day >= 0)
    free = crew.limit - engaged
    process = problem.site(wanted.site).process(wanted.process)
    share = process.max_temporary_share
    if crew.temporary and share < 1:
        free = min(free, int(permanent * share / (1 - share) + 1e-6) - temporary)
    if crew.ramps_up and process.starters_per_permanent is not None:
        free = min(free, int(process.starters_per_permanent * permanent + 1e-6) - starting)
    return max(free, 0)


def _exclude(problem: Problem, row: StaffRow, other: StaffRow, rest_hours: float) -> bool:
    """Whether nobody works both shifts."""
    if row.day == other.day:
        return True
    first, second = sorted((row, other), key=lambda r: r.day)
    ends = first.day * DAY_S + problem.shift(first.shift).end_s
    begins = second.day * DAY_S + problem.shift(second.shift).start_s
    return begins - ends < rest_hours * HOUR_S


def free_vehicles(
    problem: Problem, extra: Iterable[ExtraCollection], wanted: ExtraCollection
) -> int:
    """How many more vehicles can be booked for a collection of a day.

    Parameters
    ----------
    problem : Problem
        Its collections.
    extra : iterable of ExtraCollection
        What is booked already.
    wanted : ExtraCollection
        Collection and day; its number of vehicles does not matter.

    Returns
    -------
    int
        Vehicles, 0 at least.
    """
    key = (wanted.day, wanted.site, wanted.contract, wanted.at_s)
    booked = sum(e.vehicles for e in extra if (e.day, e.site, e.contract, e.at_s) == key)
    most = next(
        (
            c.max_extra
            for c in problem.site(wanted.site).collections
            if (c.contract, c.at_s) == (wanted.contract, wanted.at_s)
        ),
        0,
    )
    return max(most - booked, 0)
