"""Names for the places of a finished plan: who works when. One crew at a time, by CP-SAT."""

from __future__ import annotations

from planner.domain.named_staff import NamedRoster, NamedRow, OpenRow
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import StaffRow
from planner.planning.labour.staffing_rows import rows_of
from planner.planning.rostering.cp_model import (
    Duties,
    as_by_hand,
    changes,
    duties_of,
    nobody_works,
    places_open,
    unevenness,
)
from planner.planning.rostering.lexicographic import minimise_lexicographically

OPEN, FAIR, STEADY = 10.0, 2.0, 1.0  # deterministic seconds at most for each aim of a crew


def assign_people(problem: Problem, plan: Plan) -> NamedRoster:
    """Who fills which place of a plan, for every crew with named people; what stays open is in the
    roster as well.

    Nobody works more than one shift a day, without rest between shifts, on days they are not there,
    what they cannot do, or more than the crew's limits on days and hours; a temporary works on all
    days of the bookings they are given. In this order: as few places as possible stay open; days
    (hours where shifts differ in length) and nights are spread as evenly as possible; people stay
    in their shift and process from one day to the next.
    """
    named: list[NamedRow] = []
    left: list[OpenRow] = []
    unproved: list[tuple[str, str]] = []
    for crew in problem.crews:
        rows = rows_of(plan, crew)
        if not rows or not problem.members(crew).named:
            continue
        duties = duties_of(problem, crew, rows)
        aims = ((places_open(duties), OPEN), (unevenness(duties), FAIR), (changes(duties), STEADY))
        values, met = minimise_lexicographically(
            duties.model, aims, nobody_works(duties), as_by_hand(duties, problem)
        )
        named += _named(duties, values)
        left += _open(duties, values)
        unproved += [] if met >= 2 else [(crew.site, crew.name)]
    return NamedRoster(tuple(sorted(named)), tuple(sorted(left)), tuple(unproved))


def _named(duties: Duties, values: list[int]) -> list[NamedRow]:
    return [
        NamedRow(*_place(duties.rows[i]), hands.person.name)
        for hands in duties.hands
        if hands.person is not None
        for i, filled in hands.at.items()
        if values[filled.index]
    ]


def _open(duties: Duties, values: list[int]) -> list[OpenRow]:
    """Places without a name."""
    found = []
    for i, row in enumerate(duties.rows):
        unnamed = sum(values[h.at[i].index] for h in duties.hands if h.person is None)
        found.append(OpenRow(*_place(row), unnamed, values[duties.empty[i].index]))
    return [r for r in found if r.unnamed or r.empty]


def _place(row: StaffRow) -> tuple[int, str, str, str, str]:
    return row.day, row.site, row.process, row.crew, row.shift
