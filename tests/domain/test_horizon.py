"""The one clock: shifts, breaks, midnight, opening hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift

HORIZON = Horizon(datetime(2026, 11, 8), 9, HOUR_S, "Asia/Shanghai")


def test_seconds_and_moments_are_inverse() -> None:
    """second(at(s)) is s, before, inside and after the horizon."""
    for second in (-5, 0, 86_399, 86_400, 10 * DAY_S):
        assert HORIZON.second(HORIZON.at(second)) == second
    assert HORIZON.date_of(3) == date(2026, 11, 11)
    assert HORIZON.day_of(date(2026, 11, 11)) == 3


def test_night_shift_is_one_shift_across_midnight() -> None:
    """17:00-02:00 with a break 20:00-21:00 works 17-20 and 21-26 h of its day, 8 paid hours."""
    night = Shift("night", 17 * HOUR_S, 26 * HOUR_S, ((20 * HOUR_S, 21 * HOUR_S),))
    assert night.paid_s == 8 * HOUR_S
    assert night.working(2) == [
        (2 * DAY_S + 17 * HOUR_S, 2 * DAY_S + 20 * HOUR_S),
        (2 * DAY_S + 21 * HOUR_S, 2 * DAY_S + 26 * HOUR_S),
    ]


def test_nobody_works_while_the_site_is_closed() -> None:
    """A site open 08:00-24:00 ends the night shift at midnight; one open 20:00-04:00 is open after
    midnight too.
    """
    night = Shift("night", 17 * HOUR_S, 26 * HOUR_S)
    assert night.working(0, (8 * HOUR_S, 24 * HOUR_S)) == [(17 * HOUR_S, 24 * HOUR_S)]
    assert night.working(0, (20 * HOUR_S, 28 * HOUR_S)) == [(20 * HOUR_S, 26 * HOUR_S)]
    early = Shift("early", 2 * HOUR_S, 10 * HOUR_S)
    assert early.working(1, (20 * HOUR_S, 28 * HOUR_S)) == [
        (DAY_S + 2 * HOUR_S, DAY_S + 4 * HOUR_S)
    ]


def test_open_all_day_never_cuts_a_shift() -> None:
    """A site that is open around the clock leaves a shift that starts on the last evening whole."""
    night = Shift("night", 22 * HOUR_S, 30 * HOUR_S)
    assert night.working(8) == [(8 * DAY_S + 22 * HOUR_S, 8 * DAY_S + 30 * HOUR_S)]


def test_the_tail_is_planned_and_not_reported() -> None:
    """Nine days with two of them the tail: seven are the promotion's own."""
    horizon = replace(HORIZON, tail_days=2)
    assert (horizon.days, horizon.reported_days) == (9, 7)
    assert (horizon.end_s, horizon.reported_end_s) == (9 * DAY_S, 7 * DAY_S)
    assert (horizon.buckets, horizon.reported_buckets) == (9 * 24, 7 * 24)
