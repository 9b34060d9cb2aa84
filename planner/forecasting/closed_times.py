"""Weekdays and hours at which a shop does not sell, decided by evidence.

The question: how likely is so long a silence if the shop sells then? Somewhere that is open, an
occurrence (a Saturday, an hour of one day) brings nothing either because it was idle by itself (a
holiday, an outage) or by chance, at a rate that is at least `OPEN_SHARE` of the usual one. Closed
is what never sold, when that would happen to something open less than once in a thousand times.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.order_history import History
from planner.errors import Finding, InputError
from planner.forecasting.daily_series import DaySeries, day_number, weekday

Mask = NDArray[np.bool_]

# what sells less than a tenth of the usual rate and nothing in all the log is as good as closed
OPEN_SHARE = 0.1
# at least this share of open days may be idle: two public holidays in a row say little
IDLE_SHARE = 0.1
IDLE_PRIOR_DAYS = 4.0  # weight of the idle share of all weekdays against a weekday's own
CHANCE = 1e-3  # how unlikely the silence must be
LOOK_BACK_DAYS = 364


def closed_weekdays(series: DaySeries) -> dict[int, int]:
    """Closed weekdays (Monday 0) -> on how many of its last occurrences nothing was sold.

    Only weeks in which the shop sold something count: a holiday of the whole shop says nothing
    about a weekday.
    """
    around = np.convolve(np.pad(series.daily, 3), np.ones(7, dtype=np.int64), mode="valid")
    counted = np.flatnonzero(around)[-LOOK_BACK_DAYS:]
    orders, day = series.daily[counted], weekday(series.days[counted])
    silent = {w: _silent_since(np.flatnonzero(day == w), orders) for w in range(7)}
    rest = np.ones(len(orders), dtype=bool)
    rest[np.concatenate(list(silent.values()))] = False
    of_all = ((orders[rest] == 0).sum() + 1) / (rest.sum() + 2)
    closed = {}
    for w, run in silent.items():
        usual = orders[rest & (np.arange(len(orders)) >= run[0])] if len(run) else orders[:0]
        if len(usual):
            own = orders[rest & (day == w)]
            idle = ((own == 0).sum() + IDLE_PRIOR_DAYS * of_all) / (len(own) + IDLE_PRIOR_DAYS)
            if _chance(len(run), float(usual.mean()), float(idle)) < CHANCE:
                closed[w] = len(run)
    return closed


def closed_hours(counts: Ints, days: Ints) -> Mask:
    """[weekday, hour] True where no order came and the shop is closed.

    `counts[weekday, hour]`: orders over `days[weekday]` days. An hour is compared with the mean
    hour of all days; an hour of one weekday with what that hour's share of all days makes of the
    weekday's orders.
    """
    of_hour = counts.sum(axis=0)
    total = max(int(of_hour.sum()), 1)
    every_day = [_closed(int(n), int(days.sum()), total / 24) for n in of_hour]
    expected: Floats = counts.sum(axis=1, keepdims=True) * of_hour / total
    one_day = [
        [_closed(int(counts[w, h]), int(days[w]), float(expected[w, h])) for h in range(24)]
        for w in range(7)
    ]
    return np.asarray(np.array(one_day) | np.array(every_day))


def trades_like(history: History, days: Ints, closed: Collection[int]) -> tuple[Mask, Ints]:
    """Which days the shop trades on, and the weekday that each day is like.

    A date that opens on a closed weekday without saying like which is like the nearest open one
    (the earlier of two).

    Parameters
    ----------
    history : History
        Its `open_days` and `closed_days` override the weekdays.
    days : Ints
        Day numbers since 1970-01-01.
    closed : Collection[int]
        Closed weekdays, Monday 0.

    Returns
    -------
    tuple[Mask, Ints]
        [day] whether the shop trades, and the weekday whose orders to expect.

    Raises
    ------
    InputError
        An open day is declared to be like a closed weekday.
    """
    kind = weekday(days)
    trades, like = ~np.isin(kind, list(closed)), kind.copy()
    for i, opens in enumerate(history.open_days):
        at = np.flatnonzero(days == day_number(opens.day))
        if opens.like in closed:
            words = (
                "must be an open weekday: the history has no order on this one, so "
                f"{opens.day} would be closed"
            )
            raise InputError(
                [Finding("history", 0, 0, f"demand.history.open_days.{i}.like", words)]
            )
        trades[at] = True
        like[at] = _nearest_open(opens.day.weekday(), closed) if opens.like is None else opens.like
    trades[np.isin(days, [day_number(day) for day in history.closed_days])] = False
    return trades, like


def _nearest_open(kind: int, closed: Collection[int]) -> int:
    """The weekday itself, or the nearest open one around the week (the earlier of two)."""
    around = [(kind + step) % 7 for step in (0, -1, 1, -2, 2, -3, 3)]
    return next(w for w in around if w not in closed)


def _silent_since(own: Ints, orders: Ints) -> Ints:
    """The positions of a weekday after its last sale (all of them when it never sold)."""
    sold = np.flatnonzero(orders[own] > 0)
    return own[int(sold[-1]) + 1 :] if len(sold) else own


def _closed(counted: int, occurrences: int, expected: float) -> bool:
    """Whether the absence of orders says that this is closed."""
    return (
        not counted
        and occurrences > 0
        and _chance(occurrences, expected / occurrences, 0.0) < CHANCE
    )


def _chance(occurrences: int, usual: float, idle: float) -> float:
    """Chance that something open sells nothing on all its occurrences.

    `usual`: orders of an ordinary one.
    """
    idle = max(idle, IDLE_SHARE)
    return (idle + (1 - idle) * math.exp(-OPEN_SHARE * usual)) ** occurrences
