"""A negative-binomial regression of hourly counts: what a statistician would fit first.

log(mean) = level + trend + holiday + effect of the hour of the week, over the recent weeks, by
penalised iteratively reweighted least squares. The 168 effects have a normal prior: that of a sum
of a weekday, an hour of the day and a part of their own. Its dispersion is that of its own
residuals: of days, and of hours within them. It states no uncertainty of its parameters.

References
----------
Hilbe, Negative Binomial Regression, 2nd ed., chapter 8 (NB2, log link).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Baseline
from planner.domain.demand_path import PULL_FORWARD_DAYS
from planner.domain.horizon import Horizon
from planner.domain.order_history import History
from planner.forecasting.closed_times import closed_weekdays, trades_like
from planner.forecasting.daily_series import day_number, weekday, whole_days
from planner.forecasting.spread import RECENT_DAYS
from planner.forecasting.surge_detection import usual_days

# prior standard deviations of the effects, in logs
TREND_SD_PER_WEEK = 0.02
WEEKDAY_SD = 1.0
HOUR_SD = 2.0
CELL_SD = 0.3  # of a weekday's hour beyond weekday and hour
HOLIDAY_SD = 0.5
_ROUNDS = 3  # of means and dispersion in turn
_STEPS = 25
_PRECISE = 1e-4
_FURTHEST = 20.0  # of a logarithm: no overflow on the way


@dataclass(frozen=True, slots=True)
class Dispersion:
    """Squared coefficients of variation beyond Poisson: of a day, and of an hour with its day's."""

    day: float
    hour: float


@dataclass(frozen=True, eq=False, slots=True)
class Effects:
    """Effects of a day's features, and of the hours of the week [weekday, hour], in logs."""

    of_day: Floats
    of_week: Floats

    def mean(self, z: Floats, kind: Ints) -> Floats:
        """Expected orders [day, hour] of days with these features and weekdays."""
        eta = (z @ self.of_day)[:, None] + self.of_week[kind]
        return np.exp(np.clip(eta, -_FURTHEST, _FURTHEST))


@dataclass(frozen=True, eq=False, slots=True)
class Sample:
    """Days that are fitted: features [day, 3], weekday [day] and orders [day, hour]."""

    z: Floats
    kind: Ints
    counts: Floats


def negative_binomial(history: History, horizon: Horizon) -> Baseline:
    """Fit the regression to the usual days of the history and extend it over the horizon.

    Closed weekdays are found and bring nothing, as in our own model.

    Parameters
    ----------
    history : History
        Counts, and the public holidays that are known.
    horizon : Horizon
        Days to forecast.

    Returns
    -------
    Baseline
        Means per hour, with the dispersion as spread of days and hours.
    """
    series = whole_days(history).before(day_number(horizon.start))
    usual = usual_days(series, PULL_FORWARD_DAYS)
    chosen = np.flatnonzero(usual)[-RECENT_DAYS:]
    holidays = np.array([day_number(day) for day in history.holidays], dtype=np.int64)
    last_day = int(series.days[-1])
    fitted, dispersion = _fit(
        Sample(
            _by_day(series.days[chosen], last_day, holidays),
            weekday(series.days[chosen]),
            series.hourly[chosen].astype(float),
        )
    )
    days = day_number(horizon.start) + np.arange(horizon.days, dtype=np.int64)
    trades, like = trades_like(history, days, closed_weekdays(series))
    mean = fitted.mean(_by_day(days, last_day, holidays), like) * trades[:, None]
    hour_cv2 = max((dispersion.hour - dispersion.day) / (1.0 + dispersion.day), 0.0)
    return Baseline(
        orders_per_hour=mean.ravel(),
        day_cv=dispersion.day**0.5,
        hour_cv=hour_cv2**0.5,
    )


def _by_day(days: Ints, last_day: int, holidays: Ints) -> Floats:
    """Level, weeks since the last known day, and whether it is a holiday [day, 3]."""
    return np.column_stack(
        [np.ones(len(days)), (days - last_day) / 7.0, np.isin(days, holidays).astype(float)]
    )


def _precision() -> Floats:
    """Of the prior: level, trend, holiday, then the hours of the week [171, 171]."""
    weekdays, hours = np.eye(7).repeat(24, axis=0), np.tile(np.eye(24), (7, 1))
    covariance = WEEKDAY_SD**2 * weekdays @ weekdays.T + HOUR_SD**2 * hours @ hours.T
    found = np.zeros((3 + 168, 3 + 168))
    found[:3, :3] = np.diag([1e-6, TREND_SD_PER_WEEK**-2, HOLIDAY_SD**-2])
    found[3:, 3:] = np.linalg.inv(covariance + CELL_SD**2 * np.eye(168))
    return found


def _fit(of: Sample) -> tuple[Effects, Dispersion]:
    """Effects and dispersion, each given the other in turn."""
    precision, found = _precision(), Dispersion(0.0, 0.0)
    effects = Effects(np.array([np.log(of.counts.mean() + 1e-9), 0.0, 0.0]), np.zeros((7, 24)))
    mean = effects.mean(of.z, of.kind)
    for _ in range(_ROUNDS):
        for _ in range(_STEPS):
            effects = _step(of, mean, precision, found.hour)
            before, mean = mean, effects.mean(of.z, of.kind)
            if np.abs(np.log(mean / before)).max() < _PRECISE:
                break
        by_day = _beyond_poisson(of.counts.sum(axis=1), mean.sum(axis=1))
        found = Dispersion(by_day, _beyond_poisson(of.counts, mean))
    return effects, found


def _step(of: Sample, mean: Floats, precision: Floats, dispersion: float) -> Effects:
    """One step of reweighted least squares, from the sums of the hours of the week."""
    weight = mean / (1.0 + dispersion * mean)
    working = weight * (np.log(mean) + (of.counts - mean) / mean)
    z, of_week = of.z, np.eye(7)[of.kind]
    normal, right = precision.copy(), np.empty(3 + 168)
    normal[:3, :3] += (z.T * weight.sum(axis=1)) @ z
    crossed = np.einsum("dk,df,dh->khf", of_week, z, weight).reshape(168, 3)
    normal[3:, :3] += crossed
    normal[:3, 3:] += crossed.T
    normal[3:, 3:] += np.diag((of_week.T @ weight).ravel())
    right[:3], right[3:] = z.T @ working.sum(axis=1), (of_week.T @ working).ravel()
    beta: Floats = np.asarray(np.linalg.solve(normal, right), dtype=np.float64)
    return Effects(beta[:3], beta[3:].reshape(7, 24))


def _beyond_poisson(counts: Floats, mean: Floats) -> float:
    """Squared coefficient of variation beyond Poisson, by the method of moments."""
    excess = float(((counts - mean) ** 2 - mean).sum())
    return max(excess / float((mean**2).sum()), 0.0)
