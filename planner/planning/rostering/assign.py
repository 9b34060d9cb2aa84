"""Names for the places of a finished plan: who works when, one crew at a time, by CP-SAT."""

from __future__ import annotations

from typing import Any

from planner.domain.named_staff import NamedRoster, NamedRow, OpenRow
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import StaffRow
from planner.planning.labour.staffing_rows import rows_of
from planner.planning.options import RosterOptions
from planner.planning.rostering.cp_model import (
    RosterModel,
    changes,
    greedy_hint,
    nobody_assigned,
    places_open,
    roster_model,
    unevenness,
)
from planner.planning.rostering.lexicographic import minimise_lexicographically

DEFAULTS = RosterOptions()
FAIRNESS_PROVED = 2  # objectives proved optimal from which on a roster counts as proved


def assign_people(problem: Problem, plan: Plan, options: RosterOptions = DEFAULTS) -> NamedRoster:
    """Who fills which place of a plan, for every crew with named people.

    Nobody works more than one shift a day or against a labour rule, and a temporary works on all
    days of the bookings they are given. In this order: as few places as possible stay open; days
    (hours where shifts differ in length) and nights are spread as evenly as possible; people stay
    in their shift and process from one day to the next.

    Parameters
    ----------
    problem : Problem
        The problem planned, with its named people.
    plan : Plan
        The plan whose places get names.
    options : RosterOptions
        How long each objective is searched.

    Returns
    -------
    NamedRoster
        Names, places that stay open, and crews for which the search ended before its proof.
    """
    named: list[NamedRow] = []
    left: list[OpenRow] = []
    unproved: list[tuple[str, str]] = []
    for crew in problem.crews:
        rows = rows_of(plan, crew)
        if not rows or not problem.members(crew).named:
            continue
        roster = roster_model(problem, crew, rows)
        objectives = (
            (places_open(roster), options.open_seconds),
            (unevenness(roster), options.fairness_seconds),
            (changes(roster), options.steadiness_seconds),
        )
        values, proved = minimise_lexicographically(
            roster.model, objectives, nobody_assigned(roster), greedy_hint(roster, problem)
        )
        named += _named(roster, values)
        left += _open(roster, values)
        if proved < FAIRNESS_PROVED:
            unproved.append((crew.site, crew.name))
    return NamedRoster(tuple(sorted(named)), tuple(sorted(left)), tuple(unproved))


def _named(roster: RosterModel, values: list[int]) -> list[NamedRow]:
    """Places with a name."""
    found = []
    for assignee in roster.named:
        for i, filled in assignee.at.items():
            if values[filled.index]:
                found.append(NamedRow(**_place(roster.rows[i]), name=assignee.person.name))
    return found


def _open(roster: RosterModel, values: list[int]) -> list[OpenRow]:
    """Places without a name."""
    found = []
    for i, row in enumerate(roster.rows):
        unnamed = sum(values[a.at[i].index] for a in roster.unnamed)
        empty = values[roster.empty[i].index]
        if unnamed or empty:
            found.append(OpenRow(**_place(row), unnamed=unnamed, empty=empty))
    return found


def _place(row: StaffRow) -> dict[str, Any]:
    """Day and names of a place."""
    return {name: getattr(row, name) for name in ("day", "site", "process", "crew", "shift")}
