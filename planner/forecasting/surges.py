"""Past surges in an order log: days far above the four weeks before, that did not stay there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand import Floats
from planner.forecasting.closed import closed_weekdays
from planner.forecasting.series import DaySeries, weekday

REFERENCE_DAYS = 28
GAP_DAYS = 4  # the days right before a surge are often lifted already, so the reference ends before them
MIN_FACTOR = 2.0
MIN_SIGMAS = 4.0
MIN_BASELINE = 1.0  # orders per day: below that no factor means anything
STAYED_FACTOR = 1.5  # a surge is at least this far above the four weeks after it; otherwise the level has moved
MAX_DAYS = 14  # what lasts longer is a new level
_MIN_AFTER_DAYS = 7


@dataclass(frozen=True, eq=False)
class Surge:
    """Consecutive days above `MIN_FACTOR` times the reference: day numbers, orders per day, and their shape.

    `baseline`: orders per day of the reference. `half_life_days`: from the start of the first day until half of the
    orders beyond the baseline were placed.
    """

    first_day: int
    orders: tuple[int, ...]
    baseline: float
    half_life_days: float

    @property
    def factors(self) -> tuple[float, ...]:
        return tuple(n / self.baseline for n in self.orders)

    @property
    def peak_day(self) -> int:
        return self.first_day + int(np.argmax(self.orders))

    @property
    def excess(self) -> float:
        """Orders beyond the baseline."""
        return sum(self.orders) - self.baseline * len(self.orders)

    @property
    def last_day(self) -> int:
        return self.first_day + len(self.orders) - 1


def find_surges(series: DaySeries) -> list[Surge]:
    """All surges, in order of time. Days of a found surge are no reference for later ones."""
    daily = series.daily.astype(float)
    usual = np.ones(len(daily), dtype=bool)
    found: list[Surge] = []
    day = 0
    while day < len(daily):
        reference = daily[_before(day)][usual[_before(day)]]
        length = _surge_length(daily, day, reference)
        if length:
            usual[day : day + length] = False
            found.append(_describe(series, day, length, float(reference.mean())))
        day += max(length, 1)
    return found


def usual_days(series: DaySeries, rest_days: int) -> NDArray[np.bool_]:
    """[day] True on open weekdays outside surges and the `rest_days` after each."""
    usual = ~np.isin(weekday(series.days), list(closed_weekdays(series)))
    for surge in find_surges(series):
        first = surge.first_day - series.first_day
        usual[first : first + len(surge.orders) + rest_days] = False
    return usual


def _before(day: int) -> slice:
    end = max(day - GAP_DAYS, 0)
    return slice(max(end - REFERENCE_DAYS, 0), end)


def _surge_length(daily: Floats, day: int, reference: Floats) -> int:
    """How many days from `day` on are a surge above the reference (0: none)."""
    if len(reference) < REFERENCE_DAYS // 2 or reference.mean() < MIN_BASELINE:
        return 0
    level = float(reference.mean())
    spread = max(float(reference.var(ddof=1)), level) ** 0.5
    threshold = max(MIN_FACTOR * level, level + MIN_SIGMAS * spread)
    if daily[day] < threshold:
        return 0
    below = np.flatnonzero(daily[day:] < MIN_FACTOR * level)
    length = int(below[0]) if len(below) else len(daily) - day
    after = daily[day + length + GAP_DAYS : day + length + GAP_DAYS + REFERENCE_DAYS]
    stayed = len(after) >= _MIN_AFTER_DAYS and daily[day : day + length].max() < STAYED_FACTOR * after.mean()
    return 0 if stayed or length > MAX_DAYS else length


def _describe(series: DaySeries, day: int, length: int, baseline: float) -> Surge:
    hourly = series.hourly[day : day + length]
    usual_hours = series.hourly[_before(day)].sum(axis=0)
    usual_hours = usual_hours / usual_hours.sum()
    excess = np.cumsum((hourly - baseline * usual_hours[None, :]).ravel())
    half = int(np.flatnonzero(excess >= excess[-1] / 2)[0]) + 1
    return Surge(
        first_day=series.first_day + day,
        orders=tuple(int(n) for n in hourly.sum(axis=1)),
        baseline=baseline,
        half_life_days=half / 24,
    )
