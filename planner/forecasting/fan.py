"""The demand fan: quantiles of sampled order counts per hour and day, and of the peak hour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import draw_path
from planner.domain.horizon import Horizon
from planner.domain.problem import Problem
from planner.domain.random_streams import FORECAST, Streams
from planner.domain.risks import struck

LEVELS = (0.05, 0.25, 0.50, 0.75, 0.95)
QUANTILES = tuple(f"p{round(100 * level):02d}" for level in LEVELS)
PEAK_LEVELS = (0.05, 0.50, 0.95)
ALL_REGIONS = "all"


def sample_counts(problem: Problem, replications: int, seed: int, thinning: float = 1.0) -> Ints:
    """Sampled orders [path, hour, region] from the forecast's own random streams.

    Poisson given the path; demand given by the user is taken exactly (a fraction is the chance of
    one more order).

    Parameters
    ----------
    problem : Problem
        Its demand, over its horizon.
    replications : int
        Number of paths.
    seed : int
        Seed of the random streams.
    thinning : float
        Share of orders that would be seen, to be compared with the counts of a log that is a
        sample.

    Returns
    -------
    Ints
        Whole orders [path, hour, region].
    """
    drawn = (Streams(seed, FORECAST, k) for k in range(replications))
    return np.array(
        [_counts(struck(problem, s).demand, problem.horizon, s, thinning) for s in drawn]
    )


def sample_demand(
    demand: Demand, horizon: Horizon, replications: int, seed: int, thinning: float = 1.0
) -> Ints:
    """Sampled orders of demand that belongs to no problem, see `sample_counts`.

    Parameters
    ----------
    demand : Demand
        Baseline and events, or given demand.
    horizon : Horizon
        The days to sample.
    replications : int
        Number of paths.
    seed : int
        Seed of the random streams.
    thinning : float
        Share of orders that would be seen.

    Returns
    -------
    Ints
        Whole orders [path, hour, region].
    """
    return np.array(
        [
            _counts(demand, horizon, Streams(seed, FORECAST, k), thinning)
            for k in range(replications)
        ]
    )


def sample_baseline(baseline: Baseline, paths: int, rng: np.random.Generator) -> Ints:
    """Sampled orders [path, hour] of a baseline alone, all paths at once.

    The same law as that of `sample_demand` without events, from one stream.

    Parameters
    ----------
    baseline : Baseline
        Expected orders per hour and their spread.
    paths : int
        Number of paths.
    rng : np.random.Generator
        The stream.

    Returns
    -------
    Ints
        Whole orders.
    """
    hours = len(baseline.orders_per_hour)

    def unit_gamma(cv: float, columns: int) -> Floats:
        """Numbers [path, column] of mean 1."""
        if cv <= 0:
            return np.ones((paths, columns))
        return rng.gamma(1 / cv**2, cv**2, (paths, columns))

    day = unit_gamma(baseline.level_cv, 1) * unit_gamma(baseline.day_cv, hours // 24)
    rate = baseline.orders_per_hour * unit_gamma(baseline.hour_cv, hours) * day.repeat(24, axis=1)
    return np.asarray(rng.poisson(rate))


def fan(problem: Problem, replications: int, seed: int) -> dict[str, pd.DataFrame]:
    """Tables `forecast_hourly`, `forecast_daily` and `forecast_peak` of the promotion's own days.

    Parameters
    ----------
    problem : Problem
        Its demand, over its horizon.
    replications : int
        Number of paths.
    seed : int
        Seed of the random streams.

    Returns
    -------
    dict[str, pd.DataFrame]
        The tables by name.
    """
    counts = sample_counts(problem, replications, seed)[:, : problem.horizon.reported_days * 24]
    return {
        "forecast_hourly": hourly_table(counts, problem.horizon, problem.region_names),
        "forecast_daily": daily_table(counts, problem.horizon, problem.region_names),
        "forecast_peak": peak_table(counts, problem.horizon),
    }


def hourly_table(counts: Ints, horizon: Horizon, regions: Sequence[str]) -> pd.DataFrame:
    """Quantiles of the orders of each hour: all regions first, then region by region.

    Parameters
    ----------
    counts : Ints
        Orders [path, hour, region].
    horizon : Horizon
        When the hours are.
    regions : Sequence[str]
        Names of the regions.

    Returns
    -------
    pd.DataFrame
        Columns time, region, mean, p05 ... p95; rows of a region in order of time.
    """
    times = [
        horizon.at(3600 * hour).isoformat(timespec="minutes") for hour in range(counts.shape[1])
    ]
    return _quantile_table("time", times, counts, regions)


def daily_table(counts: Ints, horizon: Horizon, regions: Sequence[str]) -> pd.DataFrame:
    """Quantiles of the orders of each day: of daily totals, not sums of hourly quantiles.

    Parameters
    ----------
    counts : Ints
        Orders [path, hour, region].
    horizon : Horizon
        When the days are.
    regions : Sequence[str]
        Names of the regions.

    Returns
    -------
    pd.DataFrame
        Columns date, region, mean, p05 ... p95; all regions first.
    """
    days = per_day(counts)
    dates = [horizon.date_of(day).isoformat() for day in range(days.shape[1])]
    return _quantile_table("date", dates, days, regions)


def peak_table(counts: Ints, horizon: Horizon) -> pd.DataFrame:
    """Quantiles of the peaks, columns what, p05, p50, p95.

    Rows: orders and time of the busiest hour, orders of the busiest day, all orders.
    """
    total = counts.sum(axis=2)
    peak_hour = np.quantile(total.argmax(axis=1), PEAK_LEVELS, method="nearest")
    rows: dict[str, list[str]] = {
        "peak_hour_orders": _rounded(np.quantile(total.max(axis=1), PEAK_LEVELS)),
        "peak_hour_time": [
            horizon.at(3600 * int(hour)).isoformat(timespec="minutes") for hour in peak_hour
        ],
        "peak_day_orders": _rounded(np.quantile(per_day(total).max(axis=1), PEAK_LEVELS)),
        "total_orders": _rounded(np.quantile(total.sum(axis=1), PEAK_LEVELS)),
    }
    names = ["what", *(f"p{round(100 * level):02d}" for level in PEAK_LEVELS)]
    return pd.DataFrame([[what, *values] for what, values in rows.items()], columns=names)


def per_day(counts: Ints) -> Ints:
    """counts[path, hour, ...] -> [path, day, ...]."""
    return np.asarray(counts.reshape(len(counts), -1, 24, *counts.shape[2:]).sum(axis=2))


def _counts(demand: Demand, horizon: Horizon, streams: Streams, thinning: float) -> Ints:
    """Whole orders [hour, region] of one path."""
    path = draw_path(demand, horizon, streams)
    rng = streams.rng("fan")
    if path.given is not None and demand.given is not None:
        counts = demand.given.counts(path.given, rng).sum(axis=2)
        per_hour = counts.reshape(horizon.days * 24, -1, counts.shape[1]).sum(axis=1)
        return np.asarray(rng.binomial(per_hour, thinning))
    return np.asarray(rng.poisson(thinning * path.hourly().T @ path.mix.region_share))


def _quantile_table(
    label: str, moments: list[str], counts: Ints, regions: Sequence[str]
) -> pd.DataFrame:
    """counts[path, moment, region] -> one row per region (all first) and moment.

    The one region of a scenario that names none is called all: it is the total.
    """
    named = [r for r, name in enumerate(regions) if name != ALL_REGIONS]
    with_total = np.concatenate([counts.sum(axis=2, keepdims=True), counts[:, :, named]], axis=2)
    names = [ALL_REGIONS, *(regions[r] for r in named)]
    values: dict[str, Floats] = {"mean": with_total.mean(axis=0)}
    values |= dict(zip(QUANTILES, np.quantile(with_total, LEVELS, axis=0), strict=True))
    table = pd.DataFrame({label: moments * len(names), "region": np.repeat(names, len(moments))})
    for name, value in values.items():
        table[name] = value.T.ravel().round(3)
    return table


def _rounded(values: Floats) -> list[str]:
    """Whole numbers as text."""
    return [f"{value:.0f}" for value in values]
