"""Greedy roster: day by day, each place to the person who has worked least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.named_staff import Person, match
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.rules import RULES
from planner.planning.validation.bookings import Stay

Cell = tuple[str, str]  # process, shift


def greedy_roster(
    problem: Problem, crew: Crew, rows: Sequence[StaffRow], stays: Sequence[Stay]
) -> dict[Person, dict[int, Cell]]:
    """Places for every named person of a crew, day by day.

    It keeps the limits of a person, but may leave more places open than necessary, and may break
    off a booking: it is where a search begins.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        The crew.
    rows : sequence of StaffRow
        Its places, a row for each day, process and shift.
    stays : sequence of Stay
        Bookings of its temporaries.

    Returns
    -------
    dict of Person to dict of int to (process, shift)
        The place of each person on each day they work.
    """
    people = problem.members(crew).named
    roster: dict[Person, dict[int, Cell]] = {p: {} for p in people}
    on = _on_books(people, stays) if crew.temporary else {p: p.available_days for p in people}
    for day in sorted({r.day for r in rows}):
        needed = {(r.process, r.shift): r.headcount for r in rows if r.day == day}
        able = {}
        for person in sorted(people, key=lambda p: (day + 1 in on[p], len(roster[p]), p.name)):
            if day not in on[person]:
                continue
            cells = _Candidate(problem, crew, person, roster[person]).able(day, list(needed))
            if crew.temporary and day + 1 not in on[person]:
                # who need not come tomorrow can work late
                cells.sort(key=lambda cell: -problem.shift(cell[1]).end_s)
            able[person] = cells
        for person, cell in match(able, needed).items():
            roster[person][day] = cell
    return roster


def _on_books(people: Sequence[Person], stays: Sequence[Stay]) -> dict[Person, frozenset[int]]:
    """Days on which each temporary is booked.

    A booking goes to whoever is there all the while and has the fewest days yet.
    """
    on: dict[Person, frozenset[int]] = {p: frozenset() for p in people}
    for first, last, count in stays:
        days = frozenset(range(first, last + 1))
        free = [p for p in people if p.there(first, last) and on[p].isdisjoint(days)]
        for person in sorted(free, key=lambda p: (len(on[p]), p.name))[:count]:
            on[person] |= days
    return on


@dataclass(frozen=True)
class _Candidate:
    """One person, and the places they have had so far, by day."""

    problem: Problem
    crew: Crew
    person: Person
    worked: dict[int, Cell]

    def able(self, day: int, cells: list[Cell]) -> list[Cell]:
        """Places that the person may fill on a day, those most like yesterday's first."""
        shifts_worked = {d: self.problem.shift(shift) for d, (_, shift) in self.worked.items()}
        found = []
        for process, name in cells:
            shift = self.problem.shift(name)
            if self.person.can(process, shift) and all(
                rule.allows(self.crew, shifts_worked, day, shift) for rule in RULES
            ):
                found.append((process, name))
        process, name = self.worked.get(day - 1, ("", ""))
        return sorted(found, key=lambda cell: (cell[1] != name, cell[0] != process, cell))
