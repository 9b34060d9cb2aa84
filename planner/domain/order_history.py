"""Counted orders before the horizon, and the days on which the shop trades or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from planner.domain.arrays import Ints


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A date on which the shop trades as on a weekday.

    Parameters
    ----------
    day : date
        Date of the horizon.
    like : int, optional
        Weekday (Monday 0); None: its own, or the nearest one that is open.
    """

    day: date
    like: int | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class History:
    """Counted orders per hour and region, before the horizon.

    Parameters
    ----------
    start_hour : int
        Hours from 1970-01-01 (local wall clock) to the first count.
    counts : Ints
        Orders [hour, region].
    scale : float
        Orders per counted order: 1 if the log is complete, 4 if it is a random quarter of all
        orders.
    lift : float
        Expected level of the horizon relative to what the history alone says (season, known
        growth).
    open_days, closed_days : tuple
        Dates of the horizon on which the shop trades, or does not, whatever the history says.
    holidays : tuple of date
        Public holidays, past and to come.
    """

    start_hour: int
    counts: Ints
    scale: float = 1.0
    lift: float = 1.0
    open_days: tuple[OpenDay, ...] = ()
    closed_days: tuple[date, ...] = ()
    holidays: tuple[date, ...] = ()
