"""The places of a crew without regard to who is booked since when, and the bookings behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from planner.domain.crew_days import EVERY_DAY, CrewDays
from planner.domain.workforce import LONG_AGO, StaffRow

Stay = tuple[int, int, int]  # first day, last day, people


def places_of(rows: Sequence[StaffRow]) -> list[StaffRow]:
    """One row for each day, process and shift."""
    count: Counter[StaffRow] = Counter()
    for row in rows:
        count[replace(row, since_day=LONG_AGO, headcount=0)] += row.headcount
    return [replace(row, headcount=n) for row, n in sorted(count.items())]


def booked(rows: Sequence[StaffRow], on: CrewDays = EVERY_DAY) -> list[Stay]:
    """Bookings of temporaries, who come back after days off.

    Of those who are on the books since the same day, who comes first leaves first.
    """
    found: list[Stay] = []
    for since in sorted({r.since_day for r in rows}):
        count: Counter[int] = Counter()
        for row in rows:
            count[row.day] += row.headcount * (row.since_day == since)
        staying: list[list[int]] = []  # [first day, people]
        last = min(count) - 1
        for day in (*on.within(min(count), max(count)), max(count) + 1):
            change = count[day] - sum(n for _, n in staying)
            if change > 0:
                staying.append([day, change])
            while change < 0:
                leaving = min(staying[0][1], -change)
                found.append((staying[0][0], last, leaving))
                staying[0][1] -= leaving
                change += leaving
                staying = [s for s in staying if s[1]]
            last = day
    return sorted(found)
