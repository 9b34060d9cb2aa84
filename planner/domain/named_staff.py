"""People one by one: who there is, what each can do and when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.workforce import Crew

Place = TypeVar("Place")

UNLIMITED_DAYS = 10**6
WEEK = 7
NIGHT = (22 * HOUR_S, 30 * HOUR_S)  # 22:00 to 06:00
# so much work in the night makes a night shift (Directive 2003/88/EC, article 2)
NIGHT_S = 3 * HOUR_S
# dates ahead that rest can reach: a shift ends within 48 h of its date, and rest is 24 h at most
REST_DATES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody of a crew.

    Attributes
    ----------
    name, site, crew : str
        Name, unique at the site, and the crew.
    skills : tuple of str
        Processes; empty: what the crew may do.
    available_days : frozenset of int
        Days of the horizon, and EVENING_BEFORE, on which a shift of theirs may start.
    shifts : tuple of str
        Names of shifts; empty: all.
    """

    name: str
    site: str
    crew: str
    skills: tuple[str, ...]
    available_days: frozenset[int]
    shifts: tuple[str, ...] = ()

    def can(self, process: str, shift: Shift) -> bool:
        """Whether this person can do that work, on a day they are there.

        Who works a shift may also work its overtime.
        """
        if self.shifts and shift.name not in self.shifts and shift.extends not in self.shifts:
            return False
        return not self.skills or process in self.skills

    def there(self, first: int, last: int) -> bool:
        """Whether they are available on every day from first to last."""
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
        """Number of people without a name."""
        return self.crew.limit - len(self.named)

    def there(self, first: int, last: int) -> int:
        """People who are available on every day from first to last."""
        return self.unnamed + sum(p.there(first, last) for p in self.named)

    def able(self, cells: Iterable[tuple[str, Shift]], day: int) -> int:
        """People who are there on a day and can do at least one of the (process, shift)."""
        wanted, people = tuple(cells), self.unnamed
        for person in self.named:
            if day in person.available_days and any(person.can(*cell) for cell in wanted):
                people += 1
        return people

    def any_day(self, first: int, last: int) -> int:
        """People who are available on at least one of the days from first to last."""
        return self.unnamed + sum(
            not p.available_days.isdisjoint(range(first, last + 1)) for p in self.named
        )

    def days_within(self, first: int, days: int, most: int) -> int:
        """Days of work that all of them can do within some days in a row.

        Parameters
        ----------
        first : int
            First day.
        days : int
            Days in a row.
        most : int
            Days that each person may work among them.

        Returns
        -------
        int
            The sum over all people of the days that they are free, at most `most` each.
        """
        return self.unnamed * min(most, days) + sum(min(most, d) for d in self._free(first, days))

    def seconds_of_week(self, first: int, days: int, lengths: Sequence[int]) -> int:
        """Paid seconds that all of them can work within a week.

        Parameters
        ----------
        first : int
            First day.
        days : int
            Days of the week within the horizon, at most 7.
        lengths : sequence of int
            Paid seconds of the shifts there are.

        Returns
        -------
        int
            The sum over all people of the most that fits into their free days, in whole shifts.
        """
        most = [most_paid_s(self.crew, lengths, free) for free in range(days + 1)]
        return self.unnamed * most[days] + sum(most[free] for free in self._free(first, days))

    def _free(self, first: int, days: int) -> list[int]:
        return [
            sum(day in p.available_days for day in range(first, first + days)) for p in self.named
        ]


def too_close(earlier: Shift, later: Shift, dates: int, min_rest_hours: float) -> bool:
    """Whether there is too little rest between two shifts.

    Parameters
    ----------
    earlier, later : Shift
        The shifts.
    dates : int
        Days between their starting days, 1 or more.
    min_rest_hours : float
        Rest needed, in hours.

    Returns
    -------
    bool
        True where one person cannot work both.
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
    """Days of any seven that one person of a crew may work.

    Temporaries work on every day they are booked.
    """
    return WEEK if crew.temporary else crew.max_days_per_week


def limit_of_week_s(crew: Crew) -> float:
    """Paid seconds one person of a crew may work in any seven days."""
    if crew.max_hours_per_week is None:
        return float("inf")
    return round(crew.max_hours_per_week * HOUR_S)


def most_paid_s(crew: Crew, lengths: Iterable[int], free: int) -> int:
    """The most paid seconds that one person can work in a week.

    Parameters
    ----------
    crew : Crew
        The crew, whose week limits days and hours.
    lengths : iterable of int
        Paid seconds of the shifts there are.
    free : int
        Days of the week on which the person is free.

    Returns
    -------
    int
        The largest sum of whole shifts, one a day, within the limits.
    """
    sums, paid, limit = {0}, set(lengths), limit_of_week_s(crew)
    for _ in range(min(free, days_of_week(crew))):
        sums |= {s + more for s in sums for more in paid if s + more <= limit}
    return max(sums)


def stretches(crew: Crew) -> list[tuple[int, int]]:
    """Limits on days of work as (days in a row, days of work among them at most)."""
    week, run = days_of_week(crew), crew.max_consecutive_days
    found = [(WEEK, week)] if week < WEEK else []
    shorter_than_week = week == WEEK or (run is not None and run < week)
    if run is not None and shorter_than_week:  # else the week keeps runs short enough
        found.append((run + 1, run))
    return found


def longest_booking(crew: Crew, shifts: Iterable[Shift]) -> int | None:
    """Days for which a temporary, who works on every one of them, can be booked.

    The limits are those on hours of a week and on days in a row; None: neither limits it.
    """
    longest = min(booking_limits(crew, shifts))
    return None if longest >= UNLIMITED_DAYS else longest


def booking_limits(crew: Crew, shifts: Iterable[Shift]) -> tuple[int, int]:
    """Days in a row, and days of any seven, that a temporary may work (`UNLIMITED_DAYS`: any)."""
    shortest = min((s.paid_s for s in shifts), default=0)
    run = UNLIMITED_DAYS if crew.max_consecutive_days is None else crew.max_consecutive_days
    if limit_of_week_s(crew) < WEEK * shortest:
        return run, int(limit_of_week_s(crew) // shortest)
    return run, UNLIMITED_DAYS


def is_night(shift: Shift) -> bool:
    """Whether at least three hours of the shift's work are in the night, 22:00 to 06:00."""
    seconds = 0
    for begin, end in shift.working(0):
        for day in (-1, 0, 1):
            dusk, dawn = NIGHT[0] + day * DAY_S, NIGHT[1] + day * DAY_S
            seconds += max(min(end, dawn) - max(begin, dusk), 0)
    return seconds >= NIGHT_S
