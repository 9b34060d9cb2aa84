"""A roster as somebody would write it: day by day, to whoever has worked least, the place most like
yesterday's.
"""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.named_staff import Person, match
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.rules import RULES
from planner.planning.validation.bookings import Stay

Cell = tuple[str, str]  # process, shift


def fill_by_hand(
    problem: Problem, crew: Crew, rows: Sequence[StaffRow], stays: Sequence[Stay]
) -> dict[Person, dict[int, Cell]]:
    """The place of every named person on each day they work, in a crew whose temporaries are booked
    for the `stays`.

    Keeps the limits of a person, but may leave more places open than need be, and may break off a
    booking: it is where a search begins.
    """
    people = problem.members(crew).named
    roster: dict[Person, dict[int, Cell]] = {p: {} for p in people}
    on = _on_books(people, stays) if crew.temporary else {p: p.available_days for p in people}
    for day in sorted({r.day for r in rows}):
        needed = {(r.process, r.shift): r.headcount for r in rows if r.day == day}
        able = {}
        for person in sorted(people, key=lambda p: (day + 1 in on[p], len(roster[p]), p.name)):
            if day in on[person]:
                cells = _able(problem, crew, person, roster[person], day, list(needed))
                if (
                    crew.temporary and day + 1 not in on[person]
                ):  # who need not come tomorrow can work late
                    cells.sort(key=lambda cell: -problem.shift(cell[1]).end_s)
                able[person] = cells
        for person, cell in match(able, needed).items():
            roster[person][day] = cell
    return roster


def _on_books(people: Sequence[Person], stays: Sequence[Stay]) -> dict[Person, frozenset[int]]:
    """Days on which each temporary is booked: a booking goes to whoever is there all the while and
    has the fewest days yet.
    """
    on: dict[Person, frozenset[int]] = {p: frozenset() for p in people}
    for first, last, count in stays:
        days = frozenset(range(first, last + 1))
        free = [p for p in people if p.there(first, last) and on[p].isdisjoint(days)]
        for person in sorted(free, key=lambda p: (len(on[p]), p.name))[:count]:
            on[person] |= days
    return on


def _able(
    problem: Problem,
    crew: Crew,
    person: Person,
    worked: dict[int, Cell],
    day: int,
    cells: list[Cell],
) -> list[Cell]:
    """Places one person may fill on a day after what they have worked, those most like yesterday's
    first.
    """
    shifts_worked = {d: problem.shift(shift) for d, (_, shift) in worked.items()}
    found = []
    for cell in cells:
        shift = problem.shift(cell[1])
        if person.can(cell[0], shift) and all(
            rule.allows(crew, shifts_worked, day, shift) for rule in RULES
        ):
            found.append(cell)
    process, shift_name = worked.get(day - 1, ("", ""))
    return sorted(found, key=lambda cell: (cell[1] != shift_name, cell[0] != process, cell))
