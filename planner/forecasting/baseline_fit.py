"""Order history -> baseline of the horizon, and how far it may be off.

Level, trend, weekdays, public holidays (where they are known) and hours are fitted. Daily counts
follow a log-linear Poisson model (penalised, Newton's method) over the recent weeks; the hours of a
week share a day by a smoothed profile. Closed weekdays and hours (closed_times.py) bring nothing.
The spread (spread.py) is measured as it will be used: forecasts are made at several past moments,
with the same lead, and compared with what came.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Baseline
from planner.domain.demand_path import PULL_FORWARD_DAYS
from planner.domain.horizon import Horizon
from planner.domain.order_history import History
from planner.errors import Finding, InputError
from planner.forecasting.closed_times import Mask, closed_hours, closed_weekdays, trades_like
from planner.forecasting.daily_series import DaySeries, day_number, weekday, whole_days
from planner.forecasting.spread import RECENT_DAYS, Predict, measure_spread
from planner.forecasting.surge_detection import usual_days

PROFILE_DAYS = 364  # the hours of the week change slowly and may look back further
WEEKDAY_SD = 0.25  # prior standard deviation of a weekday's log effect
# beyond so many of them the prior has heavy tails: a nearly closed weekday keeps its few orders
NORMAL_SDS = 3.0
TREND_SD_PER_WEEK = 0.015  # prior standard deviation of the weekly log trend
TREND_LASTS_DAYS = 14  # beyond this lead the trend is not trusted to continue
PROFILE_PRIOR_ORDERS = 150.0  # weight of the all-week profile against a weekday's own hours
HOLIDAY_SD = 0.5  # prior standard deviation of a public holiday's log effect
_REWEIGHTINGS = 20
_KERNEL = np.array([0.25, 0.5, 0.25])


@dataclass(frozen=True, eq=False)
class DayModel:
    """log(orders per day) = level + trend * weeks since `last_day` + weekday + holiday effect.

    `holidays`: day numbers of the public holidays that are known, past and to come.
    """

    last_day: int
    coefficients: Floats
    holidays: Ints

    def predict(self, days: Ints, like: Ints | None = None) -> Floats:
        """Expected orders of each day.

        `days`: day numbers since 1970-01-01; `like`: the weekday whose effect each takes (its own).
        """
        kind = weekday(days) if like is None else like
        features = _features(days, kind, self.last_day, self.holidays)
        return np.asarray(np.exp(features @ self.coefficients))


def fit_baseline(history: History, horizon: Horizon) -> Baseline:
    """Expected orders per hour of the horizon from the history before it.

    The history's `scale` and `lift` multiply them. Surges, the week after each and closed weekdays
    are left out of the fit.

    Raises
    ------
    InputError
        No orders are left to learn from.
    """
    series = whole_days(history).before(day_number(horizon.start))
    usual = usual_days(series, PULL_FORWARD_DAYS)
    if not len(series) or series.daily[usual].sum() == 0:
        words = "holds no orders before the horizon starts"
        raise InputError([Finding("history", 0, 0, "demand.history", words)])
    days = day_number(horizon.start) + np.arange(horizon.days, dtype=np.int64)
    trades, like = trades_like(history, days, closed_weekdays(series))
    holidays = np.array([day_number(day) for day in history.holidays], dtype=np.int64)
    per_day = np.where(trades, fit_days(series, usual, holidays).predict(days, like), 0.0)
    profile = week_profile(series, usual)
    spread = measure_spread(series, usual, days, profile, _fitted(holidays))
    return Baseline(
        orders_per_hour=(per_day[:, None] * profile[like]).ravel() * history.scale * history.lift,
        day_cv=spread.day_cv,
        hour_cv=spread.hour_cv,
        level_cv=spread.level_cv,
    )


def _fitted(holidays: Ints) -> Predict:
    """How the day model, with these holidays, forecasts days."""
    return lambda known, usual, days: fit_days(known, usual, holidays).predict(days)


def fit_days(series: DaySeries, usual: Mask, holidays: Ints) -> DayModel:
    """Fit the day model to the usual days among the recent ones.

    The prior of a weekday's effect is normal near 0; far from it the penalty falls with the square
    of the effect.

    Parameters
    ----------
    series : DaySeries
        What is known.
    usual : Mask
        [day of the series] True on days that the fit may use.
    holidays : Ints
        Day numbers of public holidays; none: the model has no effect of them.

    Returns
    -------
    DayModel
        The fitted model.
    """
    last_day = int(series.days[-1])
    chosen = np.flatnonzero(usual)[-RECENT_DAYS:]
    counts = series.daily[chosen].astype(float)
    x = _features(series.days[chosen], weekday(series.days[chosen]), last_day, holidays)
    of_holidays = [1 / HOLIDAY_SD**2] if len(holidays) else []
    sd = np.full(7, WEEKDAY_SD)
    for _ in range(_REWEIGHTINGS):
        penalty = np.array([1e-6, 1 / TREND_SD_PER_WEEK**2, *1 / sd**2, *of_holidays])
        beta = _poisson_ridge(x, counts, penalty)
        wider = np.maximum(WEEKDAY_SD, np.abs(beta[2:9]) / NORMAL_SDS)
        if np.allclose(wider, sd, rtol=1e-6):
            break
        sd = wider
    return DayModel(last_day, beta, holidays)


def week_profile(series: DaySeries, usual: Mask) -> Floats:
    """[weekday, hour] share of the day's orders; rows sum to 1.

    A weekday with few orders is drawn towards the smoothed profile of the whole week; with many it
    has its own profile. Closed hours have no share.
    """
    chosen = np.flatnonzero(usual)[-PROFILE_DAYS:]
    day = weekday(series.days[chosen])
    counts = np.zeros((7, 24), dtype=np.int64)
    np.add.at(counts, day, series.hourly[chosen])
    is_open = ~closed_hours(counts, np.bincount(day, minlength=7))
    whole_week = _smooth(counts.sum(axis=0).astype(float), np.asarray(is_open.any(axis=0)))
    blended = (counts + PROFILE_PRIOR_ORDERS * whole_week / whole_week.sum()) * is_open
    return np.asarray(blended / blended.sum(axis=1, keepdims=True))


def _features(days: Ints, kind: Ints, last_day: int, holidays: Ints) -> Floats:
    """Design matrix [day, 9 or 10] of the day model.

    One, weeks since `last_day` (constant after `TREND_LASTS_DAYS`), seven marks of the weekday
    `kind`, and where holidays are known the mark of one.
    """
    weeks = np.minimum(days - last_day, TREND_LASTS_DAYS) / 7.0
    marks = np.eye(7)[kind]
    of_holidays = [np.isin(days, holidays)] if len(holidays) else []
    return np.column_stack([np.ones(len(days)), weeks, marks, *of_holidays])


def _poisson_ridge(x: Floats, counts: Floats, penalty: Floats) -> Floats:
    """Maximise the Poisson likelihood minus half the penalised squares.

    Newton's method; a step that makes it worse is halved.
    """
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(counts.mean() + 1e-9)

    def loss(b: Floats) -> float:
        eta = x @ b
        return float((np.exp(eta) - counts * eta).sum() + 0.5 * (penalty * b**2).sum())

    for _ in range(100):
        mu = np.exp(x @ beta)
        gradient = x.T @ (counts - mu) - penalty * beta
        step = np.linalg.solve((x.T * mu) @ x + np.diag(penalty), gradient)
        while loss(beta + step) > loss(beta) and np.abs(step).max() > 1e-9:
            step = step / 2
        beta = beta + step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(beta)


def _smooth(row: Floats, is_open: Mask) -> Floats:
    """Three-hour moving average around the clock, over the open hours only."""
    weight = _around(is_open.astype(float))
    return np.asarray(np.divide(_around(row), weight, out=np.zeros(24), where=is_open))


def _around(row: Floats) -> Floats:
    """Weighted sum of each hour and its neighbours."""
    return np.asarray(
        _KERNEL[0] * np.roll(row, 1) + _KERNEL[1] * row + _KERNEL[2] * np.roll(row, -1)
    )
