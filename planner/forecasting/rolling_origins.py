"""Rolling origins: forecasts made at past moments from what was known then, next to what came.

A model is a function from (history, horizon) to a baseline; every model is sampled in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.order_history import History
from planner.domain.random_streams import FORECAST, Streams
from planner.forecasting.baseline_fit import fit_baseline
from planner.forecasting.daily_series import date_of, day_number, whole_days
from planner.forecasting.fan import per_day, sample_baseline, sample_demand
from planner.forecasting.negative_binomial import negative_binomial
from planner.forecasting.reference_models import mean_of_four, seasonal_naive

Model = Callable[[History, Horizon], Baseline]
OURS = "planner"
MODELS: dict[str, Model] = {
    OURS: fit_baseline,
    "seasonal_naive": seasonal_naive,
    "mean_of_four": mean_of_four,
    "negative_binomial": negative_binomial,
}
NAIVE = ("seasonal_naive", "mean_of_four")
_SEEDS = 100_000  # apart: no two origins share random numbers


@dataclass(frozen=True)
class Announced:
    """An event that is known from a day on.

    `event` begins `at_s` seconds after 1970-01-01, local time; its size is in orders as the log
    counts them.
    """

    event: Event
    known_from: date


@dataclass(frozen=True, eq=False)
class Origin:
    """One forecast: sampled_hourly[path, hour] and actual_hourly[hour] orders of `days`.

    Days are numbers since 1970-01-01; those before `known_until` were known.
    """

    known_until: int
    days: Ints
    sampled_hourly: Ints
    actual_hourly: Ints

    @property
    def sampled(self) -> Ints:
        """Orders [path, day]."""
        return per_day(self.sampled_hourly)

    @property
    def actual(self) -> Ints:
        """Orders [day]."""
        return np.asarray(per_day(self.actual_hourly[None])[0])


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """What is forecast at an origin.

    Attributes
    ----------
    length : int
        Days.
    lead : int
        Days between the origin and the first of them.
    paths : int
        Number of sampled paths.
    seed : int
        Seed of the random streams.
    """

    length: int
    lead: int = 0
    paths: int = 500
    seed: int = 1


def forecast_at(
    history: History, origin: int, ahead: Ahead, model: Model, announced: Sequence[Announced] = ()
) -> Origin:
    """Forecast some days of the log from a past moment.

    Orders are those counted in the log: its `scale` and `lift` are left out.

    Parameters
    ----------
    history : History
        The log; it must hold the days that are forecast.
    origin : int
        Day number since 1970-01-01: the days before it are known.
    ahead : Ahead
        Which days, and how they are sampled.
    model : Model
        Makes a baseline of what is known.
    announced : sequence of Announced
        Events; those known at the origin come in addition to the baseline.

    Returns
    -------
    Origin
        The forecast and what came.
    """
    log = replace(history, scale=1.0, lift=1.0)
    series = whole_days(log)
    known = replace(log, counts=log.counts[: max(24 * origin - log.start_hour, 0)])
    days = origin + ahead.lead + np.arange(ahead.length, dtype=np.int64)
    horizon = Horizon(datetime.combine(date_of(int(days[0])), time()), len(days), HOUR_S, "UTC")
    baseline, events = model(known, horizon), _known_events(announced, origin, int(days[0]))
    seed = _SEEDS * ahead.seed + origin
    if events:
        one = np.ones(1)
        demand = Demand(events=events, region_share=one, product_share=one, baseline=baseline)
        sampled = sample_demand(demand, horizon, ahead.paths, seed)[:, :, 0]
    else:
        sampled = sample_baseline(baseline, ahead.paths, Streams(seed, FORECAST, 0).rng("all"))
    return Origin(origin, days, sampled, series.hourly[days - series.first_day].ravel())


def roll(history: History, model: Model, origins: Iterable[int], ahead: Ahead) -> list[Origin]:
    """Forecasts from several past moments.

    Parameters
    ----------
    history : History
        The log.
    model : Model
        Makes a baseline of what is known.
    origins : iterable of int
        Day numbers since 1970-01-01.
    ahead : Ahead
        Which days, and how they are sampled.

    Returns
    -------
    list of Origin
        One for each origin, see `forecast_at`.
    """
    return [forecast_at(history, origin, ahead, model) for origin in origins]


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


def _known_events(announced: Sequence[Announced], origin: int, first_day: int) -> tuple[Event, ...]:
    """The events that are known at an origin, in seconds of the days that are forecast."""
    return tuple(
        replace(known.event, at_s=known.event.at_s - first_day * DAY_S)
        for known in announced
        if day_number(known.known_from) <= origin
    )
