"""Rolling origins: forecasts made at past moments from what was known then, next to what came.

A model is a function from (history, horizon) to a baseline; every model is sampled in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.order_history import History
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.daily_series import DaySeries, date_of, day_number, weekday, whole_days
from planner.forecasting.fan import per_day, sample_demand

Model = Callable[[History, Horizon], Baseline]
NAIVE_DAYS = 56  # the mean of the last eight same weekdays


@dataclass(frozen=True, eq=False)
class Origin:
    """One forecast: sampled[path, day] and actual[day] orders of `days`.

    Days are numbers since 1970-01-01; those before `known_until` were known.
    """

    known_until: int
    days: Ints
    sampled: Ints
    actual: Ints


def roll(
    history: History,
    model: Model,
    origins: Iterable[int],
    length: int,
    *,
    lead: int = 0,
    paths: int = 500,
    seed: int = 1,
) -> list[Origin]:
    """Forecast some days of the log from each of several past moments.

    Orders are those counted in the log: its `scale` and `lift` are left out.

    Parameters
    ----------
    history : History
        The log; it must hold the days that are forecast.
    model : Model
        Makes a baseline of what is known.
    origins : Iterable[int]
        Day numbers since 1970-01-01: the days before each are known.
    length : int
        Days to forecast.
    lead : int
        Days between an origin and the first day that is forecast.
    paths : int
        Number of sampled paths.
    seed : int
        Seed of the random streams.

    Returns
    -------
    list[Origin]
        One for each origin, in their order.
    """
    log = replace(history, scale=1.0, lift=1.0)
    series = whole_days(log)
    found = []
    for origin in origins:
        known = replace(log, counts=log.counts[: max(24 * origin - log.start_hour, 0)])
        days = origin + lead + np.arange(length, dtype=np.int64)
        sampled = _forecast(known, model, days, paths, seed)
        found.append(Origin(origin, days, sampled, series.daily[days - series.first_day]))
    return found


def possible_origins(history: History, first: int, length: int, lead: int, step: int = 7) -> range:
    """Origins for which the log holds the days that are forecast.

    Parameters
    ----------
    history : History
        The log.
    first : int
        First origin, a day number since 1970-01-01.
    length : int
        Days to forecast.
    lead : int
        Days between an origin and the first day that is forecast.
    step : int
        Days from one origin to the next.

    Returns
    -------
    range
        Day numbers.
    """
    series = whole_days(history)
    return range(first, series.first_day + len(series) - lead - length + 1, step)


def same_weekdays(history: History, horizon: Horizon) -> Baseline:
    """Naive model: the mean of the last eight same weekdays and hours.

    Spread beyond Poisson by the method of moments. Needs a week of history with orders in it.
    """
    series = whole_days(history)
    recent = DaySeries(int(series.days[-NAIVE_DAYS:][0]), series.hourly[-NAIVE_DAYS:])
    of_week = np.array([recent.hourly[weekday(recent.days) == w].mean(axis=0) for w in range(7)])
    expected = of_week.sum(axis=1)[weekday(recent.days)]
    cv2 = max(float(((recent.daily - expected) ** 2 - expected).sum() / (expected**2).sum()), 0.0)
    days = day_number(horizon.start) + np.arange(horizon.days, dtype=np.int64)
    return Baseline(of_week[weekday(days)].ravel(), day_cv=cv2**0.5)


MODELS: dict[str, Model] = {"planner": fit_baseline, "same weekdays": same_weekdays}


def _forecast(known: History, model: Model, days: Ints, paths: int, seed: int) -> Ints:
    """Sampled orders [path, day] of consecutive days, from what is known."""
    start = datetime.combine(date_of(int(days[0])), time())
    horizon = Horizon(start, len(days), HOUR_S, "UTC")
    demand = Demand(
        events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=model(known, horizon)
    )
    return per_day(sample_demand(demand, horizon, paths, seed)[:, :, 0])
