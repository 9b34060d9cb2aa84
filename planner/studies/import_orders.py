"""A raw order log -> what a scenario can use: counts, region mix, weights, profile, past surges."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.domain.order_history import History
from planner.errors import Finding, InputError
from planner.forecasting.baseline_fit import week_profile
from planner.forecasting.daily_series import DaySeries, all_days, date_of, weekday, whole_days
from planner.forecasting.surge_detection import (
    LEAST_AROUND,
    MAX_DAYS,
    MIN_BASELINE,
    MIN_SIGMAS,
    STAYED_FACTOR,
    HighDay,
    Reason,
    Surge,
    cut_days,
    examine,
    usual_days,
)
from planner.formats.order_log.compact_columns import Amounts, quantiles
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import (
    OrderLog,
    count_orders,
    read_open_log,
    read_orders,
)
from planner.formats.tables.database import open_query
from planner.formats.tables.database_url import Database
from planner.formats.tables.tables import write_pieces, write_table
from planner.output import hashes
from planner.studies.runs.manifest import write_json

SUMMARY = "summary.json"
MOST_YEARS = 10
MOST_ROWS = 100_000  # of a table that are held while it is written
WEIGHT_LEVELS = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
LAST_DAYS = 28  # whose mean the summary states
NOT_A_SURGE: dict[Reason, str] = {
    "cut off": "the log does not hold the whole day",
    "too few days": f"fewer than {LEAST_AROUND} other days to compare it with",
    "too few orders": f"a usual day has fewer than {MIN_BASELINE:g} orders",
    "ordinary spread": f"within {MIN_SIGMAS:g} standard deviations of the usual days",
    "stayed": f"less than {STAYED_FACTOR:g} times the days that followed: the level has moved",
    "too long": f"it lasted more than {MAX_DAYS} days: the level has moved",
}
NIGHT_HOUR = 1  # the hour whose share shows best that a promotion draws people at night


def read_log(path: Path, form: LogForm) -> OrderLog:
    """Read a log with the user's own column names.

    Raises InputError with the bad rows unless they are left out.
    """
    log = read_orders(path, path.name, form)
    _check_span(log, path.name, form.columns.get("ordered_at", "ordered_at"))
    return log


def read_query(database: Database, query: str, form: LogForm) -> tuple[OrderLog, dict[str, Any]]:
    """Read the rows of a query as a log.

    Parameters
    ----------
    database : Database
        Where it runs.
    query : str
        One select statement.
    form : LogForm
        How its rows are read.

    Returns
    -------
    tuple of OrderLog and dict
        The orders, and what the summary says of their source.

    Raises
    ------
    InputError
        With what is wrong with the query or its rows.
    PlannerError
        When the database cannot be reached, or the connection is lost.
    """
    with open_query(database, query) as rows:
        log = read_open_log(rows.table, form)
        _check_span(log, rows.table.name, form.columns.get("ordered_at", "ordered_at"))
        return log, rows.account


def _check_span(log: OrderLog, file: str, column: str) -> None:
    """Refuse a log of many years: it has a wrong date."""
    if (log.last - log.first).days > MOST_YEARS * 366:
        first, last = log.end_lines
        span = (
            f"from {log.first.isoformat()} (line {first}) to {log.last.isoformat()} (line {last})"
        )
        words = f"the log spans more than {MOST_YEARS} years, {span}; is a date wrong?"
        raise InputError([Finding(file, 0, 0, column, words)])


def count_by_hour(log: OrderLog) -> tuple[History, list[str]]:
    """Counts per hour and region, and the regions in the order of their columns (by name)."""
    return count_orders(log, np.arange(len(log.regions)), len(log.regions)), list(log.regions)


def import_log(folder: Path, log: OrderLog, source: dict[str, Any] | None = None) -> dict[str, Any]:
    """Write history, regions, weights, profile, surges and summary into a draft folder.

    Parameters
    ----------
    folder : Path
        The draft.
    log : OrderLog
        The orders.
    source : dict or None
        What the summary says of a database.

    Returns
    -------
    dict
        The summary.
    """
    history, regions = count_by_hour(log)
    series = whole_days(history)
    surges, high = examine(series)
    found = summary(log, history, series, surges)
    if source is not None:
        found["source"] = source
    write_pieces(history_tables(history, regions), folder / "history.csv")
    write_table(regions_table(history, regions), folder / "regions.csv")
    write_table(profile_table(series), folder / "profile.csv")
    write_table(pd.DataFrame(found["surges"], columns=list(SURGE_COLUMNS)), folder / "surges.csv")
    if "weight_g" in log.amounts:
        write_table(weights_table(log.amounts["weight_g"]), folder / "weights.csv")
    if "freight" in log.amounts:
        write_table(freight_table(log), folder / "freight.csv")
    high += cut_days(all_days(history), series)
    found["not_surges"] = [_high_day(day) for day in high]
    found["outputs"] = hashes(folder, SUMMARY)
    write_json(folder / SUMMARY, found)
    return found


def history_tables(history: History, regions: list[str]) -> Iterator[pd.DataFrame]:
    """Tables time, region, orders of the hours that have orders.

    Some hours at a time, for there may be a million rows.
    """
    names = np.array(regions, dtype=object)
    step = max(MOST_ROWS // len(regions), 1)
    for begin in range(0, len(history.counts), step):
        hour, region = np.nonzero(history.counts[begin : begin + step])
        hours = (hour + begin + history.start_hour).astype("datetime64[h]")
        times = hours.astype("datetime64[m]").astype(str)
        orders = history.counts[begin + hour, region]
        yield pd.DataFrame({"time": times, "region": names[region], "orders": orders})


def regions_table(history: History, regions: list[str]) -> pd.DataFrame:
    """Table region, name, share, remote as a scenario reads it.

    Shares are in millionths that sum to 1; remote is left to fill.
    """
    orders = history.counts.sum(axis=0)
    millionths = np.floor(orders * 1e6 / orders.sum()).astype(np.int64)
    millionths[orders.argmax()] += 1_000_000 - millionths.sum()
    return pd.DataFrame(
        {"region": regions, "name": regions, "share": millionths / 1e6, "remote": 0}
    )


def weights_table(weight_g: Amounts) -> pd.DataFrame:
    """Table quantile, weight_g over the orders whose weight is known."""
    known, counts = weight_g.distinct()
    values = np.array(quantiles(known, counts, WEIGHT_LEVELS)).round(1) if len(known) else np.nan
    return pd.DataFrame(
        {"quantile": [f"p{round(100 * q):02d}" for q in WEIGHT_LEVELS], "weight_g": values}
    )


def freight_table(log: OrderLog) -> pd.DataFrame:
    """Table region, orders, mean and median freight of the orders whose freight is known."""
    ends = np.cumsum(np.bincount(log.region_code, minlength=len(log.regions)))
    by_region = log.amounts["freight"].grouped(log.region_code, ends)
    found = []
    for name, begin, end in zip(log.regions, [0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        paid, orders = by_region.part(begin, end).distinct()
        if len(paid):
            median = quantiles(paid, orders, (0.5,))[0]
            mean = _mean_of(paid, orders)
            found.append((name, int(orders.sum()), round(mean, 4), round(median, 4)))
    return pd.DataFrame(found, columns=["region", "orders", "mean", "median"])


def profile_table(series: DaySeries) -> pd.DataFrame:
    """Table of weekday (1 Monday), hour, and share of a usual week's orders.

    168 rows whose shares sum to 1.
    """
    usual = usual_days(series, rest_days=7)
    if series.daily[usual].sum() == 0:
        usual = np.ones(len(series), dtype=bool)
    of_day = week_profile(series, usual)
    of_week = np.array([_mean(series.daily[usual & (weekday(series.days) == w)]) for w in range(7)])
    share = (of_week / of_week.sum())[:, None] * of_day
    return pd.DataFrame(
        {
            "weekday": np.repeat(np.arange(1, 8), 24),
            "hour": np.tile(np.arange(24), 7),
            "share": share.ravel().round(8),
        }
    )


SURGE_COLUMNS = (
    "date",
    "orders",
    "baseline",
    "factor",
    "start",
    "peak_factor",
    "half_life_days",
    "excess_orders",
    "excess_baseline_days",
    "share_hour_01",
    "usual_share_hour_01",
)


def surge_days(series: DaySeries, surges: list[Surge]) -> list[dict[str, Any]]:
    """One row for each day of every surge.

    What belongs to the whole surge is repeated on each of its days.
    """
    rows = []
    for surge in surges:
        for k, orders in enumerate(surge.orders):
            day = surge.first_day + k
            same_weekday = (weekday(series.days) == weekday(np.array([day]))) & (series.days != day)
            values = (
                date_of(day).isoformat(),
                orders,
                round(surge.baseline, 3),
                round(surge.factors[k], 3),
                date_of(surge.first_day).isoformat(),
                round(max(surge.factors), 3),
                round(surge.half_life_days, 3),
                round(surge.excess, 1),
                round(surge.excess / surge.baseline, 2),
                _night_share(series.hourly[day - series.first_day][None]),
                _night_share(series.hourly[same_weekday]),
            )
            rows.append(dict(zip(SURGE_COLUMNS, values, strict=True)))
    return rows


def summary(
    log: OrderLog, history: History, series: DaySeries, surges: list[Surge]
) -> dict[str, Any]:
    """What `--json` prints and summary.json keeps.

    Parameters
    ----------
    log : OrderLog
        The orders, and what was read of the file.
    history : History
        Orders by hour and region.
    series : DaySeries
        Orders by whole day.
    surges : list[Surge]
        Surges of the series.

    Returns
    -------
    dict[str, Any]
        Facts by key; amounts (weights, freight) only where the log has them.
    """
    shares = history.counts.sum(axis=0) / len(log)
    found: dict[str, Any] = {
        "orders": len(log),
        "rows": log.rows,
        "merged_rows": log.merged,
        "blank_rows": log.blank,
        "skipped": log.skipped,
        "unknown_amounts": dict(sorted(log.unknown.rows.items())),
        "first_lines": {**log.left_out.lines, **log.unknown.lines},
        "notes": list(log.notes),
        "warnings": _warnings(log, series),
        "from": log.first.isoformat(),
        "to": log.last.isoformat(),
        "regions": len(log.regions),
        "region_spellings": log.together,
        "region_shares": {
            name: round(float(share), 6) for name, share in zip(log.regions, shares, strict=True)
        },
        "orders_per_day_last_28": round(_mean(series.daily[-LAST_DAYS:]), 3),
        "last_days": min(LAST_DAYS, len(series)),
        "surges": surge_days(series, surges),
        "surge_events": [_event(s) for s in surges],
    }
    for key, amounts in log.amounts.items():
        values, counts = amounts.distinct()
        if len(values):
            p50, p90, p99 = (round(q, 2) for q in quantiles(values, counts, (0.5, 0.9, 0.99)))
            mean, missing = round(_mean_of(values, counts), 4), len(log) - int(counts.sum())
            found[key] = {"p50": p50, "p90": p90, "p99": p99, "mean": mean, "missing": missing}
    return found


def _mean_of(values: Floats, counts: Ints) -> float:
    """Mean of values that stand `counts` times."""
    return float(values @ counts) / int(counts.sum())


def _warnings(log: OrderLog, series: DaySeries) -> list[str]:
    """What the reader of the result should know."""
    found = list(log.warnings)
    found += [f"left out: {words}" for words in log.left_out.words()]
    found += [f"counted as orders, the amount unknown: {words}" for words in log.unknown.words()]
    if log.counting and any(" (line" in words for words in found):
        found.append(f"lines are {log.counting}")
    if not (log.second % DAY_S).any():
        found.append("the log has dates without a time of day: its hourly profile says nothing")
    if len(series) <= LEAST_AROUND:
        found.append(
            f"fewer than {LEAST_AROUND + 1} whole days: too few to tell a surge from a usual day"
        )
    return found


def _high_day(high: HighDay) -> dict[str, Any]:
    """A high day that is no surge, for programs."""
    return {
        "date": date_of(high.day).isoformat(),
        "orders": high.orders,
        "baseline": round(high.baseline, 3),
        "factor": round(high.orders / high.baseline, 3),
        "reason": NOT_A_SURGE[high.reason],
    }


def _event(surge: Surge) -> dict[str, Any]:
    """A surge, for programs, in the terms of an event of a scenario."""
    return {
        "start": date_of(surge.first_day).isoformat(),
        "end": date_of(surge.last_day).isoformat(),
        "peak_date": date_of(surge.peak_day).isoformat(),
        "peak_factor": round(max(surge.factors), 3),
        "half_life_days": round(surge.half_life_days, 3),
        "excess_orders": round(surge.excess, 1),
        "excess_baseline_days": round(surge.excess / surge.baseline, 2),
    }


def _night_share(hourly: Ints) -> float:
    """Share of the orders that came in the night hour."""
    total = int(hourly.sum())
    return round(float(hourly[:, NIGHT_HOUR].sum()) / total, 4) if total else 0.0


def _mean(values: Ints) -> float:
    """Mean of the values; 0 of none."""
    return float(values.mean()) if len(values) else 0.0
