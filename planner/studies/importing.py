"""A raw order log -> what a scenario can use: counts, region mix, weights, profile, past surges."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.demand import Floats, History, Ints
from planner.errors import Finding, InputError
from planner.forecasting.fit import week_profile
from planner.forecasting.series import DaySeries, date_of, weekday, whole_days
from planner.forecasting.surges import Surge, find_surges, usual_days
from planner.formats.findings import nearest, shown
from planner.formats.moments import Moments, read_moments
from planner.formats.tables import read_table, write_table
from planner.formats.values import parse_name

# Our column -> what it is; only ordered_at is needed.
COLUMNS = {
    "ordered_at": "moment of the order, local time",
    "region": "where it goes to",
    "order_id": "rows of the same order count once",
    "weight_g": "weight in grams",
    "items": "items of the order",
    "freight": "what the customer paid for shipping",
    "price": "what the customer paid for the goods",
}
AMOUNTS = ("weight_g", "items", "freight", "price")
MOST_SHOWN = 20  # findings of one kind that are listed; the rest is counted
MOST_YEARS = 10
WEIGHT_LEVELS = (0.01, 0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95, 0.99)
NIGHT_HOUR = 1  # the hour whose share shows best that a promotion draws people at night
ONE_REGION = "all"


@dataclass(frozen=True, eq=False)
class OrderLog:
    """Orders of a log: moments, region names, amounts (NaN where missing); rows that were left out, by reason."""

    ordered_at: Moments
    region: list[str]
    amounts: dict[str, Floats]
    rows: int
    skipped: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.region)


def read_log(path: Path, columns: Mapping[str, str], date_format: str | None, skip_bad_rows: bool) -> OrderLog:
    """Read a log with the user's own column names. Raises InputError with every bad row unless they are skipped."""
    frame = read_table(path)
    names = _resolve(frame, columns, path.name)
    bad = _BadCells(path.name, frame.index.to_numpy())
    moments, wrong = read_moments(frame[names["ordered_at"]].tolist(), date_format)
    bad.add(names["ordered_at"], wrong, frame[names["ordered_at"]])
    regions, wrong = _regions(frame, names.get("region"))
    if "region" in names:
        bad.add(names["region"], wrong, frame[names["region"]])
    dropped = bad.rows()
    amounts = {}
    for key in (k for k in AMOUNTS if k in names):
        amounts[key], wrong = _numbers(frame[names[key]])
        bad.add(names[key], wrong, frame[names[key]])
    if bad.found and not skip_bad_rows:
        raise InputError(bad.findings())
    keep = np.setdiff1d(np.arange(len(frame)), sorted(dropped))
    if not len(keep):
        raise InputError([Finding(path.name, 0, 0, "", "holds no order that can be read")])
    _check_span(moments[keep], bad.lines[keep], path.name, names["ordered_at"])
    ids = frame[names["order_id"]].to_numpy()[keep] if "order_id" in names else None
    kept = OrderLog(
        moments[keep], [regions[i] for i in keep], {k: v[keep] for k, v in amounts.items()}, len(frame), bad.counts()
    )
    return kept if ids is None else _one_row_per_order(kept, ids)


def _check_span(moments: Moments, lines: Ints, file: str, column: str) -> None:
    """A log of many years is a log with a wrong date."""
    first, last = int(moments.argmin()), int(moments.argmax())
    if (moments[last] - moments[first]).astype("timedelta64[D]").astype(np.int64) > MOST_YEARS * 366:
        words = f"from {moments[first]} (line {lines[first]}) to {moments[last]} (line {lines[last]})"
        raise InputError(
            [Finding(file, 0, 0, column, f"the log spans more than {MOST_YEARS} years, {words}; is a date wrong?")]
        )


def _resolve(frame: pd.DataFrame, columns: Mapping[str, str], file: str) -> dict[str, str]:
    """Our column -> the file's, for those that are there; InputError when a stated one or ordered_at is not."""
    findings = []
    for key in columns:
        if key not in COLUMNS:
            findings.append(Finding(file, 0, 0, key, "unknown column" + nearest(key, list(COLUMNS))))
    for key, name in {"ordered_at": "ordered_at", **columns}.items():
        if key in COLUMNS and name not in frame.columns:
            findings.append(Finding(file, 1, 0, name, "no such column" + nearest(name, list(frame.columns))))
    if findings:
        raise InputError(findings)
    return {key: columns.get(key, key) for key in COLUMNS if columns.get(key, key) in frame.columns}


@dataclass
class _BadCells:
    """Bad cells by column: position -> (what is wrong, with the value)."""

    file: str
    lines: Ints
    found: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)

    def add(self, column: str, wrong: dict[int, str], cells: pd.Series) -> None:
        if wrong:
            self.found[column] = {i: (words, f"{words}, got {shown(cells.iloc[i])}") for i, words in wrong.items()}

    def rows(self) -> set[int]:
        return {i for cells in self.found.values() for i in cells}

    def counts(self) -> dict[str, int]:
        """Bad cells by `column: reason`."""
        found: dict[str, int] = {}
        for column, cells in self.found.items():
            for words, _ in cells.values():
                found[f"{column}: {words}"] = found.get(f"{column}: {words}", 0) + 1
        return dict(sorted(found.items()))

    def findings(self) -> list[Finding]:
        """The first of every kind by line, and one that counts the rest."""
        findings, seen = [], dict.fromkeys(self.counts(), 0)
        for column, cells in self.found.items():
            for i, (words, told) in sorted(cells.items()):
                seen[f"{column}: {words}"] += 1
                if seen[f"{column}: {words}"] <= MOST_SHOWN:
                    findings.append(Finding(self.file, int(self.lines[i]), 0, column, told))
        for kind, count in seen.items():
            if count > MOST_SHOWN:
                column, words = kind.split(": ", 1)
                more = f"{words}: {count - MOST_SHOWN:,} more rows ({count:,} in all); --skip-bad-rows leaves them out"
                findings.append(Finding(self.file, 0, 0, column, more))
        return findings


def _regions(frame: pd.DataFrame, column: str | None) -> tuple[list[str], dict[int, str]]:
    if column is None:
        return [ONE_REGION] * len(frame), {}
    names, wrong, checked = frame[column].tolist(), {}, dict[str, str]()
    for i, name in enumerate(names):
        if name not in checked:
            try:
                checked[name] = "" if parse_name(name) else "is empty"
            except ValueError as error:
                checked[name] = str(error)
        if checked[name]:
            wrong[i] = checked[name]
    return names, wrong


def _numbers(cells: pd.Series) -> tuple[Floats, dict[int, str]]:
    """Numbers of at least 0; empty cells are NaN."""
    values = pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, copy=True)
    empty = (cells == "").to_numpy()
    not_a_number = ~np.isfinite(values) & ~empty
    negative = values < 0
    wrong = {int(i): "must be a number" for i in np.flatnonzero(not_a_number)}
    wrong |= {int(i): "must be at least 0" for i in np.flatnonzero(negative)}
    values[not_a_number | negative] = np.nan
    return values, wrong


def _one_row_per_order(log: OrderLog, ids: Any) -> OrderLog:
    """Merge the rows of an order: its first moment and region, the sum of its amounts."""
    _, first, inverse = np.unique(ids.astype(str), return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    amounts = {}
    for key, values in log.amounts.items():
        sums, known = np.zeros(len(first)), np.zeros(len(first))
        np.add.at(sums, inverse, np.nan_to_num(values))
        np.add.at(known, inverse, ~np.isnan(values))
        amounts[key] = np.where(known > 0, sums, np.nan)[order]
    first = first[order]
    return OrderLog(log.ordered_at[first], [log.region[i] for i in first], amounts, log.rows, log.skipped)


def count_by_hour(log: OrderLog) -> tuple[History, list[str]]:
    """Counts per hour and region, and the regions in the order of their columns (by name)."""
    names, region = np.unique(np.array(log.region), return_inverse=True)
    hours = log.ordered_at.astype("datetime64[h]").astype(np.int64)
    counts = np.zeros((int(hours.max() - hours.min()) + 1, len(names)), dtype=np.int64)
    np.add.at(counts, (hours - hours.min(), region), 1)
    return History(int(hours.min()), counts), [str(name) for name in names]


def import_log(folder: Path, log: OrderLog) -> dict[str, Any]:
    """Write history, regions, weights, profile, surges and summary into a draft folder; the summary is returned."""
    history, regions = count_by_hour(log)
    series = whole_days(history)
    surges = find_surges(series)
    days = surge_days(series, surges)
    write_table(history_table(history, regions), folder / "history.csv")
    write_table(regions_table(history, regions), folder / "regions.csv")
    write_table(profile_table(series), folder / "profile.csv")
    write_table(pd.DataFrame(days, columns=list(SURGE_COLUMNS)), folder / "surges.csv")
    if "weight_g" in log.amounts:
        write_table(weights_table(log.amounts["weight_g"]), folder / "weights.csv")
    if "freight" in log.amounts:
        write_table(freight_table(log), folder / "freight.csv")
    found = summary(log, history, regions, series, surges, days)
    text = json.dumps(found, ensure_ascii=False, sort_keys=True, indent=2, allow_nan=False)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    return found


def history_table(history: History, regions: list[str]) -> pd.DataFrame:
    """time, region, orders: hours with orders only."""
    hour, region = np.nonzero(history.counts)
    times = (hour + history.start_hour).astype("datetime64[h]").astype("datetime64[m]").astype(str)
    names = np.array(regions, dtype=object)[region]
    return pd.DataFrame({"time": times, "region": names, "orders": history.counts[hour, region]})


def regions_table(history: History, regions: list[str]) -> pd.DataFrame:
    """region, name, share, remote as a scenario reads them; shares in millionths that sum to 1, remote left to fill."""
    orders = history.counts.sum(axis=0)
    millionths = np.floor(orders * 1e6 / orders.sum()).astype(np.int64)
    millionths[orders.argmax()] += 1_000_000 - millionths.sum()
    return pd.DataFrame({"region": regions, "name": regions, "share": millionths / 1e6, "remote": 0})


def weights_table(weight_g: Floats) -> pd.DataFrame:
    """quantile, weight_g over the orders whose weight is known."""
    known = weight_g[~np.isnan(weight_g)]
    values = np.quantile(known, WEIGHT_LEVELS).round(1) if len(known) else np.full(len(WEIGHT_LEVELS), np.nan)
    return pd.DataFrame({"quantile": [f"p{round(100 * q):02d}" for q in WEIGHT_LEVELS], "weight_g": values})


def freight_table(log: OrderLog) -> pd.DataFrame:
    """region, orders, mean and median freight of the orders whose freight is known."""
    frame = pd.DataFrame({"region": log.region, "freight": log.amounts["freight"]}).dropna()
    grouped = frame.groupby("region")["freight"].agg(["size", "mean", "median"]).round(4)
    return grouped.reset_index().set_axis(["region", "orders", "mean", "median"], axis=1)


def profile_table(series: DaySeries) -> pd.DataFrame:
    """weekday (1 Monday), hour, share of a usual week's orders: 168 rows that sum to 1."""
    usual = usual_days(series, rest_days=7)
    if series.daily[usual].sum() == 0:
        usual = np.ones(len(series), dtype=bool)
    of_day = week_profile(series, usual)
    of_week = np.array([_mean(series.daily[usual & (weekday(series.days) == w)]) for w in range(7)])
    share = (of_week / of_week.sum())[:, None] * of_day
    return pd.DataFrame(
        {"weekday": np.repeat(np.arange(1, 8), 24), "hour": np.tile(np.arange(24), 7), "share": share.ravel().round(8)}
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
    """One row per day of every surge; what belongs to the whole surge is repeated on each of its days."""
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
    log: OrderLog,
    history: History,
    regions: list[str],
    series: DaySeries,
    surges: list[Surge],
    days: list[dict[str, Any]],
) -> dict[str, Any]:
    """What `--json` says and summary.json keeps."""
    shares = history.counts.sum(axis=0) / len(log)
    found: dict[str, Any] = {
        "orders": len(log),
        "rows": log.rows,
        "skipped": log.skipped,
        "warnings": _warnings(log),
        "from": str(log.ordered_at.min()),
        "to": str(log.ordered_at.max()),
        "regions": len(regions),
        "region_shares": {name: round(float(share), 6) for name, share in zip(regions, shares, strict=True)},
        "orders_per_day_last_28": round(_mean(series.daily[-28:]), 3),
        "surges": days,
        "surge_events": [_event(s) for s in surges],
    }
    for key, values in log.amounts.items():
        known = values[~np.isnan(values)]
        if len(known):
            points = {f"p{round(100 * q)}": round(float(np.quantile(known, q)), 2) for q in (0.5, 0.9, 0.99)}
            found[key] = {**points, "mean": round(float(known.mean()), 4), "missing": len(log) - len(known)}
    return found


def _warnings(log: OrderLog) -> list[str]:
    """What the reader of the result should know."""
    if (log.ordered_at == log.ordered_at.astype("datetime64[D]")).all():
        return ["the log has dates without a time of day: its hourly profile says nothing"]
    return []


def _event(surge: Surge) -> dict[str, Any]:
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
    total = int(hourly.sum())
    return round(float(hourly[:, NIGHT_HOUR].sum()) / total, 4) if total else 0.0


def _mean(values: Ints) -> float:
    return float(values.mean()) if len(values) else 0.0
