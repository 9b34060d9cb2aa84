"""Past surges in an order log: days far above the usual ones that did not stay there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.forecasting.closed_times import Mask, closed_weekdays
from planner.forecasting.daily_series import DaySeries, weekday

REFERENCE_DAYS = 28
# the days right before a surge are often lifted already, so the reference ends before them
GAP_DAYS = 4
LEAST_BEFORE = REFERENCE_DAYS // 2  # with fewer days before, those on both sides are the reference
LEAST_AROUND = 6  # a week with the day itself: in less nothing is usual
MIN_FACTOR = 2.0
MIN_SIGMAS = 4.0
MIN_BASELINE = 1.0  # orders per day: below that no factor means anything
# a surge is at least this far above the four weeks after it; otherwise the level has moved
STAYED_FACTOR = 1.5
MAX_DAYS = 14  # what lasts longer is a new level
# a day above this that is no surge is reported with the reason; asked of a short log's surge
REMARKABLE_FACTOR = 3.0
_MIN_AFTER_DAYS = 7
_MAD_TO_SD = 1.4826  # median absolute deviation -> standard deviation of a normal distribution

Reason = Literal[
    "cut off", "too few days", "too few orders", "ordinary spread", "stayed", "too long"
]


@dataclass(frozen=True, eq=False)
class Surge:
    """Consecutive days above `MIN_FACTOR` times the reference, and their shape.

    `first_day` is a day number since 1970-01-01, `orders` are per day. `baseline`: orders per open
    day of the reference. `half_life_days`: from the start of the first day until half of the orders
    beyond the baseline were placed.
    """

    first_day: int
    orders: tuple[int, ...]
    baseline: float
    half_life_days: float

    @property
    def factors(self) -> tuple[float, ...]:
        """Orders of each day over the baseline."""
        return tuple(n / self.baseline for n in self.orders)

    @property
    def peak_day(self) -> int:
        """Day number of the day with most orders."""
        return self.first_day + int(np.argmax(self.orders))

    @property
    def excess(self) -> float:
        """Orders beyond the baseline."""
        return sum(self.orders) - self.baseline * len(self.orders)

    @property
    def last_day(self) -> int:
        """Day number of the last day above the reference."""
        return self.first_day + len(self.orders) - 1


@dataclass(frozen=True, slots=True)
class HighDay:
    """A day of at least `REMARKABLE_FACTOR` times its reference that is no surge, and why."""

    day: int
    orders: int
    baseline: float
    reason: Reason


@dataclass(frozen=True, eq=False)
class _Reference:
    """The usual days a day is compared with.

    Positions in the series, orders per day, standard deviation, least factor of a surge.
    """

    positions: Ints
    level: float
    spread: float
    factor: float


def find_surges(series: DaySeries) -> list[Surge]:
    """All surges, in order of time. Days of a found surge are no reference for later ones."""
    return examine(series)[0]


def usual_days(series: DaySeries, rest_days: int) -> Mask:
    """[day] True on open weekdays outside surges and the `rest_days` after each."""
    usual = _open_days(series)
    for surge in find_surges(series):
        first = surge.first_day - series.first_day
        usual[first : first + len(surge.orders) + rest_days] = False
    return usual


def examine(series: DaySeries) -> tuple[list[Surge], list[HighDay]]:
    """Surges and the high days that are none, both in order of time."""
    daily, is_open = series.daily.astype(float), _open_days(series)
    seen = np.ones(len(daily), dtype=bool)
    surges: list[Surge] = []
    high: list[HighDay] = []
    day = 0
    while day < len(daily):
        reference = _reference(daily, is_open, seen, day)
        length = _length(daily, day, reference.level)
        reason = _objection(daily, is_open, day, length, reference)
        if reason is None:
            seen[day : day + length] = False
            surges.append(_describe(series, day, length, reference))
            day += length
            continue
        if 0 < REMARKABLE_FACTOR * reference.level <= daily[day]:
            high.append(HighDay(series.first_day + day, int(daily[day]), reference.level, reason))
        day += 1
    return surges, high


def cut_days(everything: DaySeries, whole: DaySeries) -> list[HighDay]:
    """High days that the log does not hold to the end.

    They are compared with the median of the whole ones.
    """
    daily = whole.daily[_open_days(whole)]
    level = float(np.median(daily)) if len(daily) else 0.0
    cut = ~np.isin(everything.days, whole.days) & (everything.daily >= REMARKABLE_FACTOR * level)
    found = zip(everything.days[cut].tolist(), everything.daily[cut].tolist(), strict=True)
    return [HighDay(day, orders, level, "cut off") for day, orders in found if level > 0]


def _open_days(series: DaySeries) -> Mask:
    """[day] True on weekdays that are not closed."""
    return ~np.isin(weekday(series.days), list(closed_weekdays(series)))


def _reference(daily: Floats, is_open: Mask, seen: Mask, day: int) -> _Reference:
    """The reference of a day: four weeks that end before it.

    Where the log holds less than half of them, the median of both sides. So few days say little of
    the spread, so more is asked of the factor.
    """
    end = max(day - GAP_DAYS, 0)
    before = np.arange(max(end - REFERENCE_DAYS, 0), end)
    before = before[seen[before]]
    chosen = before[is_open[before]]
    if len(before) >= LEAST_BEFORE and len(chosen) > 1:
        level = float(daily[chosen].mean())
        return _Reference(
            chosen, level, max(float(daily[chosen].var(ddof=1)), level) ** 0.5, MIN_FACTOR
        )
    around = np.arange(max(day - REFERENCE_DAYS, 0), min(day + REFERENCE_DAYS + 1, len(daily)))
    chosen = around[seen[around] & is_open[around] & (around != day)]
    level = float(np.median(daily[chosen])) if len(chosen) else 0.0
    deviation = float(np.median(np.abs(daily[chosen] - level))) if len(chosen) else 0.0
    return _Reference(chosen, level, max(_MAD_TO_SD * deviation, level**0.5), REMARKABLE_FACTOR)


def _length(daily: Floats, day: int, level: float) -> int:
    """How many days from `day` on are above the reference; a closed one ends them."""
    below = np.flatnonzero(daily[day:] < MIN_FACTOR * level)
    return int(below[0]) if len(below) else len(daily) - day


def _objection(
    daily: Floats, is_open: Mask, day: int, length: int, reference: _Reference
) -> Reason | None:
    """Why the days are no surge; None when they are one."""
    level = reference.level
    if len(reference.positions) < LEAST_AROUND:
        return "too few days"
    if level < MIN_BASELINE:
        return "too few orders"
    if daily[day] < max(reference.factor * level, level + MIN_SIGMAS * reference.spread):
        return "ordinary spread"
    if length > MAX_DAYS:
        return "too long"
    begin = day + length + GAP_DAYS
    after = daily[begin : begin + REFERENCE_DAYS][is_open[begin : begin + REFERENCE_DAYS]]
    stayed = (
        len(after) >= _MIN_AFTER_DAYS
        and daily[day : day + length].max() < STAYED_FACTOR * after.mean()
    )
    return "stayed" if stayed else None


def _describe(series: DaySeries, day: int, length: int, reference: _Reference) -> Surge:
    """Orders, baseline and half-life of a surge."""
    hourly = series.hourly[day : day + length]
    usual_hours = series.hourly[reference.positions].sum(axis=0)
    usual_hours = usual_hours / usual_hours.sum()
    excess = np.cumsum((hourly - reference.level * usual_hours[None, :]).ravel())
    half = int(np.flatnonzero(excess >= excess[-1] / 2)[0]) + 1
    return Surge(
        first_day=series.first_day + day,
        orders=tuple(int(n) for n in hourly.sum(axis=1)),
        baseline=reference.level,
        half_life_days=half / 24,
    )
