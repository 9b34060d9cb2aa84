"""Days on which a crew can work: bookings and ramp-ups of temporaries count only these."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from planner.domain.horizon import Shift
from planner.domain.named_staff import WEEK, booking_limits
from planner.domain.problem import Problem
from planner.domain.site import KNOWN_BEFORE
from planner.domain.workforce import Crew


@dataclass(frozen=True, slots=True)
class CrewDays:
    """The calendar of a crew.

    Attributes
    ----------
    off : frozenset of int
        Days on which no shift of the crew is worked at its site; every other day is one of work.
    """

    off: frozenset[int] = frozenset()

    def works(self, day: int) -> bool:
        """Whether the crew can work on a day."""
        return day not in self.off

    def tenure(self, since: int, day: int) -> int:
        """Days of work before a day of somebody who is on the books since an earlier one."""
        return day - since - sum(since <= off < day for off in self.off)

    def after(self, day: int) -> int:
        """The next day of work."""
        day += 1
        while day in self.off:
            day += 1
        return day

    def last_of(self, since: int, length: int) -> int:
        """Last day of a booking of so many days of work."""
        day = since
        for _ in range(length - 1):
            day = self.after(day)
        return day

    def within(self, first: int, last: int) -> list[int]:
        """Days of work from a first to a last day."""
        return [day for day in range(first, last + 1) if day not in self.off]

    def first_excess(
        self, crew: Crew, shifts: Iterable[Shift], since: int, until: int
    ) -> int | None:
        """First day on which a temporary, who works on every day of work, may not any more.

        Parameters
        ----------
        crew : Crew
            The crew, with its limits on hours of a week and on days in a row.
        shifts : iterable of Shift
            Shifts that it may work.
        since, until : int
            First day of the booking, and the day before which is looked.

        Returns
        -------
        int or None
            The day; None where the limits are kept until then.
        """
        run_limit, week_limit = booking_limits(crew, shifts)
        recent: deque[int] = deque()  # days worked of the last seven
        run = 0
        for day in self.within(since, until - 1):
            run = run + 1 if recent and recent[-1] == day - 1 else 1
            while recent and recent[0] <= day - WEEK:
                recent.popleft()
            if run > run_limit or len(recent) >= week_limit:
                return day
            recent.append(day)
        return None


EVERY_DAY = CrewDays()


@lru_cache(maxsize=256)  # a study asks for many plans of one problem
def crew_days(problem: Problem, crew: Crew) -> CrewDays:
    """The days on which a crew can work, by the calendars of its site and shifts."""
    site = problem.site(crew.site)
    shifts = [s for s in problem.shifts if crew.may_work(s) and site.works_in(s)]
    if not shifts or not (site.hours or any(s.off for s in shifts)):
        return EVERY_DAY
    around = range(-KNOWN_BEFORE, problem.horizon.days)
    return CrewDays(
        frozenset(day for day in around if not any(site.works_on(s, day) for s in shifts))
    )
