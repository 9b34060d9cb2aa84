"""Rolling origins: forecasts made at past moments from what was known by then, next to what came.

A model is a function from (history, horizon) to a baseline; every model is sampled in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time

import numpy as np

from planner.domain.demand import Baseline, Demand, History, Ints
from planner.domain.horizon import HOUR_S, Horizon
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.daily_series import DaySeries, date_of, day_number, weekday, whole_days
from planner.forecasting.fan import per_day, sample_demand

Model = Callable[[History, Horizon], Baseline]
NAIVE_DAYS = 56  # the mean of the last eight same weekdays


@dataclass(frozen=True, eq=False)
class Origin:
    """One forecast: sampled[path, day] and actual[day] orders of `days` (numbers since
    1970-01-01).
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
    lead: int = 0,
    paths: int = 500,
    seed: int = 1,
) -> list[Origin]:
    """Forecast `length` days, `lead` days after each origin (day number; days before it are known).

    The log must hold the days that are forecast. Orders are those counted in the log: `scale` and
    `lift` are left out.
    """
    log = replace(history, scale=1.0, lift=1.0)
    series = whole_days(log)
    return [_forecast(log, series, model, origin, length, lead, paths, seed) for origin in origins]


def possible_origins(history: History, first: int, length: int, lead: int, step: int = 7) -> range:
    """Every `step` days from `first` on, as long as the log holds the days that are forecast."""
    series = whole_days(history)
    return range(first, series.first_day + len(series) - lead - length + 1, step)


def same_weekdays(history: History, horizon: Horizon) -> Baseline:
    """The mean of the last eight same weekdays and hours; spread beyond Poisson by the method of
    moments.

    Needs a week of history with orders in it.
    """
    series = whole_days(history)
    recent = DaySeries(int(series.days[-NAIVE_DAYS:][0]), series.hourly[-NAIVE_DAYS:])
    of_week = np.array([recent.hourly[weekday(recent.days) == w].mean(axis=0) for w in range(7)])
    expected = of_week.sum(axis=1)[weekday(recent.days)]
    cv2 = max(float(((recent.daily - expected) ** 2 - expected).sum() / (expected**2).sum()), 0.0)
    days = day_number(horizon.start) + np.arange(horizon.days, dtype=np.int64)
    return Baseline(of_week[weekday(days)].ravel(), day_cv=cv2**0.5)


MODELS: dict[str, Model] = {"planner": fit_baseline, "same weekdays": same_weekdays}


def _forecast(
    log: History,
    series: DaySeries,
    model: Model,
    origin: int,
    length: int,
    lead: int,
    paths: int,
    seed: int,
) -> Origin:
    known = replace(log, counts=log.counts[: max(24 * origin - log.start_hour, 0)])
    days = origin + lead + np.arange(length, dtype=np.int64)
    horizon = Horizon(datetime.combine(date_of(int(days[0])), time()), length, HOUR_S, "UTC")
    demand = Demand((), np.ones(1), np.ones(1), model(known, horizon))
    sampled = per_day(sample_demand(demand, horizon, paths, seed)[:, :, 0])
    return Origin(origin, days, sampled, series.daily[days - series.first_day])
