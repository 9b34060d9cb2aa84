"""The only clock: integer seconds since the horizon's start, which is local midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

HOUR_S = 3_600
DAY_S = 86_400
# planning and forecast add demand up over slots of five minutes; the simulation draws events to the
# second
SLOT_S = 300
SLOTS_PER_HOUR = HOUR_S // SLOT_S
SLOTS_PER_DAY = DAY_S // SLOT_S
SATURDAY = 5  # of `date.weekday`
PATTERNS_KEPT = 1024  # of a shift and opening hours

Interval = tuple[int, int]  # [from, to) in seconds


@dataclass(frozen=True, slots=True)
class Horizon:
    """The days that are planned: the promotion's own, and a tail that only ends them well.

    The tail is planned and simulated like any day, so that people keep working on the promotion's
    last orders; costs, service and tables cover the promotion's own days (`reported_days`).

    Parameters
    ----------
    start : datetime
        Midnight of the first day, naive local wall clock.
    days : int
        Number of days, the tail included.
    bucket_s : int
        Seconds of a reporting bucket.
    timezone : str
        IANA name, for documents.
    tail_days : int
        How many of the days, the last ones, are the tail.
    """

    start: datetime
    days: int
    bucket_s: int
    timezone: str
    tail_days: int = 0

    @property
    def end_s(self) -> int:
        """Seconds of all days."""
        return self.days * DAY_S

    @property
    def buckets(self) -> int:
        """Number of buckets of all days."""
        return self.end_s // self.bucket_s

    @property
    def reported_days(self) -> int:
        """Number of the promotion's own days, which all figures cover."""
        return self.days - self.tail_days

    @property
    def reported_end_s(self) -> int:
        """Seconds of the promotion's own days."""
        return self.reported_days * DAY_S

    @property
    def reported_buckets(self) -> int:
        """Number of reporting buckets of the promotion's own days."""
        return self.reported_end_s // self.bucket_s

    def reports(self, day: int) -> bool:
        """Whether a day is one of the promotion's own; a shift belongs to the day it begins."""
        return 0 <= day < self.reported_days

    def at(self, second: int) -> datetime:
        """Second of the horizon -> local date and time."""
        return self.start + timedelta(seconds=int(second))

    def second(self, moment: datetime) -> int:
        """Local date and time -> second of the horizon (negative before its start)."""
        return round((moment - self.start).total_seconds())

    def date_of(self, day: int) -> date:
        """Day number -> date."""
        return (self.start + timedelta(days=day)).date()

    def day_of(self, on: date) -> int:
        """Date -> day number (0 is the first day; may lie outside the horizon)."""
        return (on - self.start.date()).days

    def is_weekend(self, day: int) -> bool:
        """Whether a day is a Saturday or Sunday."""
        return self.date_of(day).weekday() >= SATURDAY


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the promotion with its own routing shares: [from_s, to_s), whole days."""

    name: str
    from_s: int
    to_s: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift pattern, in seconds after midnight of the day it starts.

    Parameters
    ----------
    name : str
        Unique among the shifts.
    start_s, end_s : int
        From and to; beyond 86,400 the shift crosses midnight.
    breaks : tuple of (int, int)
        Unpaid breaks, [from, to).
    extends : str
        Regular shift that this one extends by overtime ("" for a regular shift); only crews that
        may extend their shifts work it.
    off : frozenset of int
        Days on which it does not begin.
    """

    name: str
    start_s: int
    end_s: int
    breaks: tuple[Interval, ...] = ()
    extends: str = ""
    off: frozenset[int] = frozenset()

    @property
    def paid_s(self) -> int:
        """Paid seconds: breaks are unpaid."""
        return self.end_s - self.start_s - sum(b - a for a, b in self.breaks)

    def reaches_next_day(self, opening: Interval = (0, DAY_S)) -> bool:
        """Whether there is work on the day after the one it starts on."""
        return any(end > DAY_S for _, end in self.working(0, opening))

    def working(self, day: int, opening: Interval = (0, DAY_S)) -> list[Interval]:
        """Stretches of work of the pattern that begins on `day`, in seconds of the horizon.

        Breaks are left out, and the time while the site is closed. `opening` is (from, to) in
        seconds after midnight; `to` beyond 86,400 means open past midnight. Calendars do not count
        here: `Site.working` is what is worked on a day.
        """
        base = day * DAY_S
        return [(base + a, base + b) for a, b in _pattern(self, opening)]


@lru_cache(maxsize=PATTERNS_KEPT)
def _pattern(shift: Shift, opening: Interval) -> tuple[Interval, ...]:
    """Stretches of work of a shift while the site is open, from midnight of the day it begins."""
    cuts = sorted(shift.breaks)
    edges = [shift.start_s, *(e for b in cuts for e in b), shift.end_s]
    stretches = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b > a]
    if opening[1] - opening[0] >= DAY_S:
        opened = [(-DAY_S, 3 * DAY_S)]
    else:
        opened = [(opening[0] + k * DAY_S, opening[1] + k * DAY_S) for k in (-1, 0, 1)]
    return tuple(
        (max(a, o), min(b, c)) for a, b in stretches for o, c in opened if min(b, c) > max(a, o)
    )
