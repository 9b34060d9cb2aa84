"""What a plan uses of the limits that a repair has moved: how much, when, at what cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from planner.domain.costs import every_day_reported, staff_cost_minor
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.relaxations import MORE_PEOPLE, MORE_VEHICLES, collection_named
from planner.domain.workforce import Crew, StaffRow
from planner.planning.rostering.unfilled import RosterCheck
from planner.studies.diagnosis.limit_changes import LimitChange, apply


@dataclass(frozen=True)
class Usage:
    """What a plan uses beyond a limit as it is given.

    Attributes
    ----------
    most : float
        The most on any day, in the unit of the change; 0 where the plan does not use it, or nobody
        counts it.
    days : frozenset of int
        Days on which it does.
    price_minor : int or None
        What that costs, in minor units; None where only the plan as a whole shows it.
    """

    most: float = 0.0
    days: frozenset[int] = frozenset()
    price_minor: int | None = None


def usage(problem: Problem, relaxed: Problem, change: LimitChange, plan: Plan) -> Usage:
    """What a plan uses of one limit that has moved.

    Parameters
    ----------
    problem : Problem
        The problem as it is given.
    relaxed : Problem
        The problem with the limit moved.
    change : LimitChange
        The limit.
    plan : Plan
        A plan of the relaxed problem.

    Returns
    -------
    Usage
        Counted for people and vehicles.
    """
    counted = _COUNTED.get(change.key[0])
    return Usage() if counted is None else counted(problem, relaxed, change, plan)


def as_used(
    problem: Problem, changes: tuple[LimitChange, ...], plan: Plan
) -> tuple[LimitChange, ...]:
    """The changes with no more people and vehicles than a plan uses.

    Parameters
    ----------
    problem : Problem
        The problem as it is given.
    changes : tuple of LimitChange
        Limits that have moved.
    plan : Plan
        A plan of the problem with these changes.

    Returns
    -------
    tuple of LimitChange
        The smaller changes, if plain arithmetic finds that the plan keeps every rule with them;
        else those given.
    """
    relaxed = apply(problem, changes)
    smaller = []
    for change in changes:
        most = usage(problem, relaxed, change, plan).most
        smaller.append(replace(change, amount=min(most, change.amount)) if most else change)
    return tuple(smaller) if RosterCheck(apply(problem, smaller)).allows(plan) else changes


def _people(problem: Problem, relaxed: Problem, change: LimitChange, plan: Plan) -> Usage:
    """People more than there are now; they cost their share of the day's wages, and fees."""
    crew = problem.crew(*change.names)
    days, price, most, whole = set(), 0.0, 0, every_day_reported(relaxed)
    for day, rows in _rows_by_day(crew, plan.staffing).items():
        people = sum(r.headcount for r in rows)
        over = people - crew.limit
        if over > 0:
            days.add(day)
            most = max(most, over)
            price += over / people * sum(staff_cost_minor(whole, r) for r in rows)
    return Usage(float(most), frozenset(days), round(price) + most * crew.hire_cost_minor)


def _rows_by_day(crew: Crew, staffing: Iterable[StaffRow]) -> dict[int, list[StaffRow]]:
    """The places of a crew on each day."""
    rows: dict[int, list[StaffRow]] = {}
    for row in staffing:
        if (row.site, row.crew) == (crew.site, crew.name):
            rows.setdefault(row.day, []).append(row)
    return rows


def _vehicles(problem: Problem, relaxed: Problem, change: LimitChange, plan: Plan) -> Usage:
    """Vehicles more than could be booked now."""
    site, contract, _ = change.names
    collection = collection_named(problem, change.names)

    def over(booked: ExtraCollection) -> int:
        same = (booked.site, booked.contract, booked.at_s) == (site, contract, collection.at_s)
        return max(booked.vehicles - collection.max_extra, 0) if same else 0

    by_day = {booked.day: over(booked) for booked in plan.extra if over(booked)}
    fee = collection.extra_cost_minor + problem.contract(contract).commitment.collection_fee_minor
    most = float(max(by_day.values(), default=0))
    return Usage(most, frozenset(by_day), sum(by_day.values()) * fee)


_COUNTED: dict[str, Callable[[Problem, Problem, LimitChange, Plan], Usage]] = {
    MORE_PEOPLE.key: _people,
    MORE_VEHICLES.key: _vehicles,
}
