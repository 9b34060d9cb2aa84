"""Named people: who there is, what each can do and when; and rosters that say who works where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.workforce import Crew

Place = TypeVar("Place")

WEEK = 7
NIGHT = (22 * HOUR_S, 30 * HOUR_S)  # 22:00 to 06:00
# so much work in the night makes a night shift (Directive 2003/88/EC, article 2)
NIGHT_S = 3 * HOUR_S
# dates ahead that rest can reach: a shift ends within 48 h of its date, and rest is 24 h at most
REST_DATES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a crew.

    `skills`: processes (empty: what the crew may do); `shifts`: names of shifts (empty: all).

    `available_days`: days of the horizon, and EVENING_BEFORE, on which a shift of theirs may start.
    """

    name: str
    site: str
    crew: str
    skills: tuple[str, ...]
    available_days: frozenset[int]
    shifts: tuple[str, ...] = ()

    def can(self, process: str, shift: Shift) -> bool:
        """Can this person do that work, on a day they are there?

        Who works a shift may go on into its overtime.
        """
        if self.shifts and shift.name not in self.shifts and shift.extends not in self.shifts:
            return False
        return not self.skills or process in self.skills

    def there(self, first: int, last: int) -> bool:
        """Are they available on every day from first to last?"""
        return all(day in self.available_days for day in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class Members:
    """The people of a crew: the named ones, and how many more there are without a name.

    Who has no name is always there and can do all that the crew may do.
    """

    crew: Crew
    named: tuple[Person, ...]

    @property
    def unnamed(self) -> int:
        return self.crew.limit - len(self.named)

    def there(self, first: int, last: int) -> int:
        """People who are available on every day from first to last."""
        return self.unnamed + sum(p.there(first, last) for p in self.named)

    def able(self, cells: Iterable[tuple[str, Shift]], day: int) -> int:
        """People who are there on a day and can do at least one of the (process, shift)."""
        wanted = tuple(cells)
        return self.unnamed + sum(
            day in p.available_days and any(p.can(*c) for c in wanted) for p in self.named
        )

    def any_day(self, first: int, last: int) -> int:
        """People who are available on at least one of the days from first to last."""
        return self.unnamed + sum(
            not p.available_days.isdisjoint(range(first, last + 1)) for p in self.named
        )

    def days_within(self, first: int, days: int, most: int) -> int:
        """Days that all of them can work in `days` days from the first, each person at most
        `most`.
        """
        return self.unnamed * min(most, days) + sum(min(most, d) for d in self._free(first, days))

    def seconds_of_week(self, first: int, days: int, lengths: Sequence[int]) -> int:
        """Paid seconds that all of them can work in up to seven days from the first, in shifts of
        these lengths.
        """
        most = [most_paid_s(self.crew, lengths, free) for free in range(days + 1)]
        return self.unnamed * most[days] + sum(most[free] for free in self._free(first, days))

    def _free(self, first: int, days: int) -> list[int]:
        return [
            sum(day in p.available_days for day in range(first, first + days)) for p in self.named
        ]


def too_close(earlier: Shift, later: Shift, dates: int, min_rest_hours: float) -> bool:
    """Is there too little rest between a shift and one that starts so many dates later (1 or
    more)?
    """
    return dates * DAY_S + later.start_s - earlier.end_s < round(min_rest_hours * HOUR_S)


def match(able: Mapping[Person, list[Place]], needed: Mapping[Place, int]) -> dict[Person, Place]:
    """As many people as possible, each to a place they can fill.

    Parameters
    ----------
    able : mapping of Person to list of places
        Places that each person can fill, the best first; who comes first has the first choice.
    needed : mapping of place to int
        People wanted at each place.

    Returns
    -------
    dict of Person to place
        A maximum matching.

    References
    ----------
    Kuhn (1955), doi 10.1002/nav.3800020109: augmenting paths.
    """
    given: dict[Person, Place] = {}

    def try_place(who: Person, seen: set[Place]) -> bool:
        for cell in able[who]:
            if cell in seen:
                continue
            seen.add(cell)
            holders = [other for other, at in given.items() if at == cell]
            if len(holders) < needed[cell] or any(try_place(other, seen) for other in holders):
                given[who] = cell
                return True
        return False

    for who in able:
        try_place(who, set())
    return given


def days_of_week(crew: Crew) -> int:
    """Days of any seven that one person of a crew may work (temporaries work on every day they are
    booked).
    """
    return WEEK if crew.temporary else crew.max_days_per_week


def limit_of_week_s(crew: Crew) -> float:
    """Paid seconds one person of a crew may work in any seven days."""
    return (
        float("inf") if crew.max_hours_per_week is None else round(crew.max_hours_per_week * HOUR_S)
    )


def most_paid_s(crew: Crew, lengths: Iterable[int], free: int) -> int:
    """The most paid seconds one person can work in seven days of which so many are free: whole
    shifts of these paid lengths, one a day, within the days and the hours of a week.
    """
    sums, paid, limit = {0}, set(lengths), limit_of_week_s(crew)
    for _ in range(min(free, days_of_week(crew))):
        sums |= {s + more for s in sums for more in paid if s + more <= limit}
    return max(sums)


def stretches(crew: Crew) -> list[tuple[int, int]]:
    """Limits on days of work as (days in a row, days of work among them at most)."""
    week, run = days_of_week(crew), crew.max_consecutive_days
    found = [(WEEK, week)] if week < WEEK else []
    if run is not None and (
        week == WEEK or run < week
    ):  # otherwise the week keeps runs short enough
        found.append((run + 1, run))
    return found


def longest_booking(crew: Crew, shifts: Iterable[Shift]) -> int | None:
    """Days a temporary, who works on every one of them, can be booked within the limits on hours
    and on days in a row (None: no limit).
    """
    shortest = min((s.paid_s for s in shifts), default=0)
    limits = [] if crew.max_consecutive_days is None else [crew.max_consecutive_days]
    if limit_of_week_s(crew) < WEEK * shortest:
        limits.append(int(limit_of_week_s(crew) // shortest))
    return min(limits, default=None)


def is_night(shift: Shift) -> bool:
    """Are at least three hours of the shift's work in the night, 22:00 to 06:00?"""
    nights = [(NIGHT[0] + k * DAY_S, NIGHT[1] + k * DAY_S) for k in (-1, 0, 1)]
    work = shift.working(0)
    return (
        sum(max(min(b, to) - max(a, begin), 0) for a, b in work for begin, to in nights) >= NIGHT_S
    )


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class NamedRow:
    """One place of a plan's staffing, and the person who fills it."""

    day: int
    site: str
    process: str
    crew: str
    shift: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class OpenRow:
    """Places that no named person fills: `unnamed` are for people without a name, `empty` for
    nobody there is.
    """

    day: int
    site: str
    process: str
    crew: str
    shift: str
    unnamed: int
    empty: int


@dataclass(frozen=True, slots=True)
class NamedRoster:
    """Who works when, of the crews that have named people; rows and open places in canonical order.

    `unproved`: (site, crew) for whom the search ended before it could prove that no fewer places
    stay open or that no roster is fairer.
    """

    rows: tuple[NamedRow, ...]
    open: tuple[OpenRow, ...]
    unproved: tuple[tuple[str, str], ...] = ()
