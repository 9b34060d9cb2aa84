"""Greedy roster: day by day, each place to whom it suits best by an assignment of least cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from planner.domain.arrays import Ints
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.named_staff import WEEK, Person, is_night
from planner.domain.workforce import StaffRow
from planner.planning.labour.rules import RULES
from planner.planning.validation.bookings import Stay
from planner.planning.validation.teams import Team

Cell = tuple[str, str]  # process, shift
Places = dict[Person, dict[int, Cell]]  # the place of each person on each day they work

FORBIDDEN = 10**9
STAYS = 10**6  # who has begun a booking today is not passed over


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """What a place costs a person.

    Attributes
    ----------
    beyond_share : int
        A night beyond an equal share of all nights.
    turn : int
        A change between day and night.
    day, night, weekend : int
        A further one, for each that the person has worked.
    hours : int
        An hour, for each hour that the person has worked in the six days before.
    other_shift, other_process : int
        Another one than on the last day of work.
    """

    beyond_share: int = 0
    turn: int = 200
    day: int = 500
    night: int = 0
    weekend: int = 0
    hours: int = 0
    other_shift: int = 20
    other_process: int = 1


# In this order, until a roster fills all places: as fair as it can be with few turns; then what
# keeps most people able to work on the days to come, who have worked less than the others.
FAIR = Weights(beyond_share=100_000, turn=20_000, night=200, weekend=100)
SPREAD = Weights(hours=20)


def greedy_roster(team: Team) -> Places:
    """Places for the people of a team, day by day.

    It keeps the limits of every person, but may leave more places open than necessary. Where shifts
    ask for rest until the next day only, and nothing but rest limits a booking, numbered
    temporaries fill all places if anybody can: who works which shift today depends on the counts of
    yesterday alone.
    """
    found = []
    for weights in (FAIR, SPREAD):
        roster = _Roster(team, weights)
        for day in team.days:
            roster.fill(day)
        found.append({person: record.worked for person, record in roster.records.items()})
        if not left_open(team, found[-1]).any():
            break
    return min(found, key=lambda places: int(left_open(team, places).sum()))


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


@dataclass
class _Record:
    """What one person has worked so far."""

    worked: dict[int, Cell] = field(default_factory=dict)
    shifts: dict[int, Shift] = field(default_factory=dict)
    nights: int = 0
    weekend_days: int = 0

    def add(self, day: int, cell: Cell, shift: Shift) -> None:
        self.worked[day], self.shifts[day] = cell, shift


class _Roster:
    """The roster of a team while it is made."""

    def __init__(self, team: Team, weights: Weights) -> None:
        self.team, self.weights = team, weights
        self.records = {person: _Record() for person in team.people}
        self.shifts = {row.shift: team.problem.shift(row.shift) for row in team.rows}
        self.night = {name: is_night(shift) for name, shift in self.shifts.items()}
        nights = sum(r.headcount for r in team.rows if self.night[r.shift])
        self.fair_nights = -(-nights // max(len(team.people), 1))
        temporary = team.crew.temporary
        self.on_books = (
            _on_books(team.people, team.stays) if temporary and not team.numbered else None
        )
        self.free = list(team.people)  # of numbered temporaries those who have not begun yet
        self.there: list[Person] = []  # and those who have, and are still on the books

    def fill(self, day: int) -> None:
        """Give out the places of a day."""
        rows = [row for row in self.team.rows if row.day == day]
        people, begin = self._candidates(day)
        costs = np.array(
            [[self._cost(person, day, row, begin) for row in rows] for person in people],
            dtype=np.int64,
        ).reshape(len(people), len(rows))
        columns = np.repeat(np.arange(len(rows)), [row.headcount for row in rows])
        who, places = linear_sum_assignment(costs[:, columns])
        at_work = []
        for i, k in zip(who, columns[places], strict=True):
            if costs[i, k] < FORBIDDEN // 2:
                row = rows[k]
                record = self.records[people[i]]
                record.add(day, (row.process, row.shift), self.shifts[row.shift])
                record.nights += self.night[row.shift]
                record.weekend_days += self.team.problem.horizon.is_weekend(day)
                at_work.append(people[i])
        self.there = at_work

    def _candidates(self, day: int) -> tuple[list[Person], set[Person]]:
        """Who may be given work on a day, and who of them begins a booking."""
        if not self.team.crew.temporary:
            return [p for p in self.team.people if day in p.available_days], set()
        if self.on_books is not None:
            return [p for p in self.team.people if day in self.on_books[p]], set()
        starting = sum(people for first, _, people in self.team.stays if first == day)
        begin, self.free = self.free[:starting], self.free[starting:]
        return self.there + begin, set(begin)

    def _cost(self, person: Person, day: int, row: StaffRow, begin: set[Person]) -> int:
        """How badly a place suits somebody."""
        record, shift = self.records[person], self.shifts[row.shift]
        if not person.can(row.process, shift) or not all(
            rule.allows(self.team.crew, record.shifts, day, shift) for rule in RULES
        ):
            return FORBIDDEN
        weights = self.weights
        cost = weights.day * len(record.worked) - STAYS * (person in begin)
        if self.night[row.shift]:
            cost += weights.night * record.nights
            cost += weights.beyond_share * (record.nights >= self.fair_nights)
        if self.team.problem.horizon.is_weekend(day):
            cost += weights.weekend * record.weekend_days
        if weights.hours:
            recent_s = sum(s.paid_s for d, s in record.shifts.items() if d > day - WEEK)
            cost += weights.hours * recent_s * shift.paid_s // HOUR_S**2
        if record.worked:
            last = max(record.worked)
            process, name = record.worked[last]
            cost += weights.turn * (self.night[name] != self.night[row.shift])
            cost += weights.other_shift * (name != row.shift)
            cost += weights.other_process * (process != row.process)
        return cost


def left_open(team: Team, places: Places) -> Ints:
    """Places of each row of a team that nobody fills."""
    left = np.array([row.headcount for row in team.rows], dtype=np.int64)
    number = {(row.day, row.process, row.shift): i for i, row in enumerate(team.rows)}
    for worked in places.values():
        for day, cell in worked.items():
            left[number[day, *cell]] -= 1
    return left
