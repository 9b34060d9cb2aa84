"""Rest between shifts as sets of shifts of which one person works one at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from planner.domain.horizon import Shift
from planner.domain.named_staff import REST_DATES, too_close


def rest_conflicts(
    shifts: Sequence[Shift], min_rest_hours: float
) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Shifts of each of two or three days in a row (numbers as listed) of which nobody can work
    two.

    A shift takes a person from its start until the rest after it is over, and no less than until
    midnight: one shift a day. Two shifts that one person cannot both work are two such intervals
    that overlap, so n people are enough for all shifts if and only if at no moment more than n
    intervals overlap (interval graphs are perfect; Golumbic 1980). It is enough to look at the
    moments when shifts start: those of the last day that have started by then, and those of the
    days before that one is not rested from. Sets that others contain are left out.
    """
    for days in range(2, REST_DATES + 2):
        widest: dict[tuple[tuple[int, ...], ...], tuple[int, ...]] = {}
        for last in sorted(shifts, key=lambda s: s.start_s):
            tired = tuple(
                tuple(i for i, s in enumerate(shifts) if too_close(s, last, dates, min_rest_hours))
                for dates in range(days - 1, 0, -1)
            )
            if tired[0]:
                widest[tired] = tuple(i for i, s in enumerate(shifts) if s.start_s <= last.start_s)
        yield from sorted((*tired, started) for tired, started in widest.items())
