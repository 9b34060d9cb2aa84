"""Order counts by whole days: what the fit and the surge detector look at."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.order_history import History

_EPOCH = date(1970, 1, 1)
_THURSDAY = 3  # 1970-01-01 was one; Monday is 0
_MISSING_SHARE = 0.05  # of a usual day's orders: a day that may lack no more is whole
_LEAST_CHANCE = 0.05  # of no order in the hours that a day may lack: above that it is whole


@dataclass(frozen=True, eq=False)
class DaySeries:
    """Orders of all regions: hourly[day, 24] from `first_day` (days since 1970-01-01) on."""

    first_day: int
    hourly: Ints

    def __len__(self) -> int:
        return len(self.hourly)

    @property
    def daily(self) -> Ints:
        """Orders per day."""
        return np.asarray(self.hourly.sum(axis=1))

    @property
    def days(self) -> Ints:
        """Day numbers since 1970-01-01."""
        return self.first_day + np.arange(len(self.hourly), dtype=np.int64)

    def before(self, day: int) -> DaySeries:
        """The days before `day` only."""
        return DaySeries(self.first_day, self.hourly[: max(day - self.first_day, 0)])


def day_number(moment: date | datetime) -> int:
    """Days since 1970-01-01 of a local date."""
    return moment.toordinal() - _EPOCH.toordinal()


def date_of(day: int) -> date:
    """Inverse of `day_number`."""
    return date.fromordinal(_EPOCH.toordinal() + int(day))


def weekday(day: Ints) -> Ints:
    """Day numbers -> weekday, Monday 0."""
    return np.asarray((day + _THURSDAY) % 7)


def all_days(history: History) -> DaySeries:
    """Counts by day; hours outside the log are zero."""
    first_day, lead = divmod(history.start_hour, 24)
    hourly = history.counts.sum(axis=1)
    return DaySeries(first_day, np.pad(hourly, (lead, -(lead + len(hourly)) % 24)).reshape(-1, 24))


def whole_days(history: History) -> DaySeries:
    """Counts by whole day.

    A first day that began late and a last one that broke off early are left out, unless nothing
    would be left. A log shows its first and its last order, not when it was begun and cut. A day is
    taken as whole when the time before the first, or after the last, usually brings so few orders
    that none is no surprise (a Poisson chance of 5 % or more), or at most 5 % of a day's.
    """
    series, lead = all_days(history), history.start_hour % 24
    until = (lead + len(history.counts) - 1) % 24 + 1
    usual = _usual_hours(history.counts.sum(axis=1), lead)
    most = max(_MISSING_SHARE * usual.sum(), -math.log(_LEAST_CHANCE))
    begin = int(usual[:lead].sum() > most)
    end = len(series) - int(usual[until:].sum() > most)
    return DaySeries(series.first_day + begin, series.hourly[begin:end]) if begin < end else series


def _usual_hours(hourly: Ints, lead: int) -> Floats:
    """Mean orders of each hour of the day over the days on which the log holds it.

    [24], 0 where it never does.
    """
    hour = (lead + np.arange(len(hourly))) % 24
    seen = np.bincount(hour, minlength=24)
    return np.asarray(np.bincount(hour, weights=hourly, minlength=24) / np.maximum(seen, 1))
