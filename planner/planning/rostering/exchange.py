"""Exchanges between people of a team: nights, weekends and days more evenly, fewer turns.

A local search on a roster that fills all places and keeps every rule; both stay so.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise

from planner.domain.horizon import Shift
from planner.domain.named_staff import is_night
from planner.planning.labour.rules import RULES
from planner.planning.rostering.greedy import Cell, Places
from planner.planning.validation.teams import Team

Work = dict[int, Cell]  # what one person works, by day
Counts = tuple[int, int, int, int]  # nights, weekend days, days, turns
UNEVEN, TURN = 10, 1  # a square of nights, weekend days or days; a change between day and night
MOST_TRIED = 12_000  # exchanges of a team


def evened(team: Team, places: Places) -> Places:
    """The roster after all exchanges that make it better.

    Nights, weekend days and days of work of everybody count squared, so that an exchange between
    two people who differ by two or more pays, whatever it does to their turns between day and
    night; among rosters as even the one of fewer turns is better.
    """
    exchanges = _Exchanges(team, list(places.values()))
    while exchanges.improve():
        pass
    return dict(zip(places, exchanges.works, strict=True))


class _Exchanges:
    """The work of a team's people, while they exchange parts of it."""

    def __init__(self, team: Team, works: list[Work]) -> None:
        self.team, self.works, self.tried = team, works, 0
        self.shifts = {row.shift: team.problem.shift(row.shift) for row in team.rows}
        self.night = {name: is_night(shift) for name, shift in self.shifts.items()}
        self.weekend = {day: team.problem.horizon.is_weekend(day) for day in team.days}
        self.counts = [self._counts(work) for work in works]

    def improve(self) -> bool:
        """Try pairs of people, those who differ most first; whether any exchange was good."""
        pairs = combinations(range(len(self.works)), 2)
        uneven = sorted(((self._difference(i, j), i, j) for i, j in pairs), key=lambda p: -p[0])
        exchanged = [self._exchange(i, j) for difference, i, j in uneven if difference > 1]
        return any(exchanged)

    def _difference(self, i: int, j: int) -> int:
        """By how much two people differ at most; 2 where turns alone may be saved."""
        (*one, turns), (*other, more) = self.counts[i], self.counts[j]
        return max(2 * (turns + more > 2), *(abs(a - b) for a, b in zip(one, other, strict=True)))

    def _exchange(self, i: int, j: int) -> bool:
        """Make the first exchange between two people that makes the roster better, if any."""
        before = _cost(self.counts[i]) + _cost(self.counts[j])
        for one, other in self._exchanged(self.works[i], self.works[j]):
            if self.tried >= MOST_TRIED:
                return False
            self.tried += 1
            counts = self._counts(one), self._counts(other)
            if sum(map(_cost, counts)) < before and self._keeps(one, other):
                self.works[i], self.works[j] = one, other
                self.counts[i], self.counts[j] = counts
                return True
        return False

    def _exchanged(self, one: Work, other: Work) -> Iterator[tuple[Work, Work]]:
        """What both work after an exchange of all days from one to another."""
        days = self.team.days
        for first, last in combinations((*days, days[-1] + 1), 2):
            if self.team.crew.temporary and not _both_there(one, other, (first, last, days[-1])):
                continue
            if any(one.get(day) != other.get(day) for day in range(first, last)):
                yield _with(one, other, first, last), _with(other, one, first, last)

    def _keeps(self, *works: Work) -> bool:
        """Whether everybody keeps every rule."""
        for work in works:
            worked: dict[int, Shift] = {}
            for day in sorted(work):
                shift = self.shifts[work[day][1]]
                if not all(r.allows(self.team.crew, worked, day, shift) for r in RULES):
                    return False
                worked[day] = shift
        return True

    def _counts(self, work: Work) -> Counts:
        """Nights, weekend days, days, and turns between day and night."""
        nights = [self.night[work[day][1]] for day in sorted(work)]
        turns = sum(a != b for a, b in pairwise(nights))
        return sum(nights), sum(self.weekend[day] for day in work), len(work), turns


def _cost(counts: Counts) -> int:
    *uneven, turns = counts
    return UNEVEN * sum(n * n for n in uneven) + TURN * turns


def _both_there(one: Work, other: Work, stretch: tuple[int, int, int]) -> bool:
    """Whether two temporaries may exchange the days from a first until before a last one.

    Nobody joins a booking later or comes back: both work on all of them; or both are there on the
    day before and exchange all that follows.
    """
    first, last, end = stretch
    if last > end:
        return first - 1 in one and first - 1 in other
    return all(day in one and day in other for day in range(first, last))


def _with(work: Work, of: Work, first: int, last: int) -> Work:
    """Some work, with that of somebody else on the days from a first until before a last one."""
    kept = {day: cell for day, cell in work.items() if not first <= day < last}
    return kept | {day: cell for day, cell in of.items() if first <= day < last}
