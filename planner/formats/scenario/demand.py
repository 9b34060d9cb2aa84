"""Demand sections -> Demand: stated baseline, history counts, events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.demand import Baseline, Demand, Event, Floats, GivenDemand, History, OpenDay
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.products import Product, Region
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.columns import COUNTS, LOG
from planner.formats.base.datetimes import IN_LOG
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames
from planner.formats.base.value_types import NO_CURRENCY, SUM_TOLERANCE
from planner.formats.base.yaml_source import Document
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import count_orders, open_log, read_orders
from planner.formats.scenario.demand_schema import DemandFile, EventFile, OpenDayFile
from planner.formats.scenario.platform_schema import WEEKDAYS
from planner.formats.scenario.region_references import numbers_of, region_numbers
from planner.formats.tables.table_files import open_table_file, placed
from planner.formats.tables.tables import read_cells, table_of_file

_EPOCH = datetime(1970, 1, 1)
_MOST_HOURS = 24 * 366 * 10


def to_baseline(stated: DemandFile, horizon: Horizon) -> Baseline | None:
    """Orders per hour of the horizon from a daily mean and a profile of a day or a week (from
    Monday 00:00).
    """
    if stated.baseline_orders_per_day is None:
        return None
    profile = np.array(stated.hourly_profile or [1.0] * 24)
    days = len(profile) // 24
    profile = profile * (stated.baseline_orders_per_day * days / profile.sum())
    first = horizon.start.weekday() * 24 if days == 7 else 0
    hours = (first + np.arange(horizon.days * 24)) % len(profile)
    return Baseline(profile[hours], stated.day_cv, stated.hour_cv)


def to_event(
    stated: EventFile, horizon: Horizon, regions: tuple[str, ...], products: tuple[str, ...]
) -> Event:
    """An event in seconds of the horizon, its mixes in the order of the problem."""
    return Event(
        name=stated.name,
        at_s=horizon.second(stated.at),
        median=stated.orders.median,
        p95=stated.orders.p95,
        ramp_s=stated.ramp_minutes * 60,
        half_life_s=stated.half_life_hours * HOUR_S,
        pull_forward=stated.pull_forward,
        region_share=_mix(stated.regions, regions),
        product_share=_mix(stated.products, products),
    )


def _mix(stated: dict[str, float] | None, names: tuple[str, ...]) -> tuple[float, ...] | None:
    if stated is None:
        return None
    total = sum(stated.values())
    return tuple(stated.get(name, 0.0) / total for name in names)


def check_events(
    document: Document, stated: DemandFile, horizon: Horizon, findings: Findings
) -> None:
    """Events lie in the horizon; their mixes sum to 1."""
    for i, event in enumerate(stated.events):
        path = ("demand", "events", i)
        if not 0 <= horizon.second(event.at) < horizon.end_s:
            until = horizon.at(horizon.end_s)
            words = (
                f"must lie in the horizon, {horizon.start:%Y-%m-%dT%H:%M} until "
                f"{until:%Y-%m-%dT%H:%M}"
            )
            findings.add(
                document,
                (*path, "at"),
                f"{words}, got {shown(event.at.isoformat(timespec='minutes'))}",
            )
        for key, mix in (("regions", event.regions), ("products", event.products)):
            if mix is not None and abs(sum(mix.values()) - 1) > SUM_TOLERANCE:
                findings.add(
                    document,
                    (*path, key),
                    f"shares must sum to 1, they sum to {sum(mix.values()):g}",
                )


def _to_open_day(stated: date | OpenDayFile) -> OpenDay:
    if isinstance(stated, date):
        return OpenDay(stated)
    return OpenDay(stated.date, WEEKDAYS.index(stated.like) if stated.like else None)


def check_open_days(
    document: Document, stated: DemandFile, horizon: Horizon, findings: Findings
) -> None:
    """Dates that are stated as open or closed lie in the horizon, each once."""
    if stated.history is None:
        return
    path, seen = ("demand", "history"), set()
    places = [
        (("open_days", i), _to_open_day(day).day) for i, day in enumerate(stated.history.open_days)
    ]
    places += [(("closed_days", i), day) for i, day in enumerate(stated.history.closed_days)]
    for place, day in places:
        if not 0 <= horizon.day_of(day) < horizon.days:
            words = (
                f"must lie in the horizon, {horizon.start:%Y-%m-%d} to "
                f"{horizon.date_of(horizon.days - 1)}"
            )
            findings.add(document, (*path, *place), f"{words}, got {day}")
        elif day in seen:
            findings.add(document, (*path, *place), f"{day} is stated twice as open or closed")
        seen.add(day)


def load_history(
    document: Document,
    stated: Any,
    regions: tuple[Region, ...],
    known_until: datetime,
    findings: Findings,
    timezone: str | None,
) -> History | None:
    """Counts per hour and region of a log or a counts file, up to `known_until`; None with
    findings.

    `timezone`: times with an offset from UTC become its local time; None where the scenario
    states none.
    """
    path = findings.open(document, ("demand", "history", "path"), stated.path, "history")
    if path is None or not _known_columns(document, stated.columns, findings):
        return None
    before = len(findings.found)
    try:
        read = _read_counts if _is_counts(path, stated) else _read_log
        counted = read(path, stated, regions, known_until, findings, timezone)
    except InputError as error:
        findings.found += error.findings
        return None
    if len(findings.found) > before:
        return None
    if counted is None or not len(counted.counts):
        findings.add(
            document,
            ("demand", "history", "path"),
            f"holds nothing from before {known_until:%Y-%m-%d}",
        )
        return None
    if len(counted.counts) > _MOST_HOURS:
        findings.add(
            document, ("demand", "history", "path"), "spans more than ten years; is a date wrong?"
        )
        return None
    opens = tuple(_to_open_day(day) for day in stated.open_days)
    closed = tuple(stated.closed_days)
    return replace(
        counted, scale=stated.scale, lift=stated.lift, open_days=opens, closed_days=closed
    )


def _known_columns(document: Document, rename: dict[str, str], findings: Findings) -> bool:
    known = sorted({column.name for column in (*LOG, *COUNTS)})
    for key in rename:
        if key not in known:
            findings.add(
                document,
                ("demand", "history", "columns", key),
                "unknown column" + findings.hint(key, known),
            )
    return set(rename) <= set(known)


def _is_counts(path: Path, stated: Any) -> bool:
    """Counts when there is a column of orders, else a log."""
    names = {column.name: stated.columns.get(column.name, column.name) for column in COUNTS}
    table = open_table_file(
        path, stated.path, score=lambda row: len(set(names.values()) & set(row))
    )
    return names["orders"] in table.columns and "ordered_at" not in stated.columns


def _read_log(
    path: Path,
    stated: Any,
    regions: tuple[Region, ...],
    known_until: datetime,
    findings: Findings,
    timezone: str | None,
) -> History | None:
    """Orders of a log per hour and region; None with findings."""
    known = tuple(column.name for column in LOG)
    rename = {key: name for key, name in stated.columns.items() if key in known}
    guessed = tuple(key for key in known if key != "region" or len(regions) > 1)
    region_of = RegionNames.of(regions).find_in_log
    form = LogForm(
        rename, known, guessed, None, timezone, IN_LOG, region_needed=False, region_of=region_of
    )
    log = read_orders(path, stated.path, form)
    for words in (*log.notes, *log.warnings, *log.left_out.words()):
        findings.warn(f"{stated.path}: {words}")
    rows = np.bincount(log.region_code, minlength=len(log.regions)).tolist()
    number, wrong = numbers_of(log.regions, rows, regions)
    if wrong:
        column = log.names.get("region", "region")
        unknown = [
            Finding(stated.path, log.region_line[k], 0, column, words) for k, words in wrong.items()
        ]
        findings.found += placed(unknown, path, open_log(path, stated.path, form))
        return None
    _refuse_many((log.last - log.first) // timedelta(hours=1) + 1, len(regions), stated.path)
    of_log = count_orders(log, number, len(regions), known_until)
    left_out = len(log) - int(of_log.counts.sum())
    if 0 < left_out < len(log):
        findings.warn(
            f"history: {counted(left_out, 'order')} from {known_until:%Y-%m-%d} on left out"
        )
    return of_log


def _read_counts(
    path: Path,
    stated: Any,
    regions: tuple[Region, ...],
    known_until: datetime,
    findings: Findings,
    timezone: str | None,
) -> History | None:
    """A table of counts per hour and region; None when it holds nothing, or with findings."""
    columns = [
        replace(column, name=stated.columns.get(column.name, column.name)) for column in COUNTS
    ]
    table = table_of_file(path, stated.path, columns, input_limits.TABLES["history (counts)"])
    cells = read_cells(
        table, COUNTS, NO_CURRENCY, findings, rename=stated.columns, timezone=timezone
    )
    if cells is None:
        return None
    before = len(findings.found)
    column = stated.columns.get("region", "region")
    numbers = region_numbers(table, cells["region"], column, regions, findings)
    if len(findings.found) > before:
        return None
    repeated = table.rows - len(set(zip(cells["time"], numbers.tolist(), strict=True)))
    if repeated:
        rows = counted(repeated, "row")
        findings.warn(
            f"history: {rows} with the time and region of another row: their orders are added up"
        )
    hours = np.array([(t - _EPOCH) // timedelta(hours=1) for t in cells["time"]], dtype=np.int64)
    return _count(
        hours,
        numbers,
        np.array(cells["orders"], dtype=np.int64),
        len(regions),
        known_until,
        stated.path,
        findings,
    )


def _refuse_many(hours: int, regions: int, file: str) -> None:
    """Raises InputError where the counts of a history are more than can be held."""
    if hours * regions > input_limits.COUNTS:
        words = (
            f"{hours:,} hours of {regions:,} regions are more numbers than can be held, "
            f"{input_limits.COUNTS:,}"
        )
        raise InputError(
            [Finding(file, 0, 0, "", f"{words}: leave old hours out, or name larger regions")]
        )


def _count(
    hours: Any,
    numbers: Any,
    weights: Any,
    regions: int,
    known_until: datetime,
    file: str,
    findings: Findings,
) -> History | None:
    """Counts per hour and region of the rows before a time.

    Raises InputError where they cannot be held.
    """
    kept = hours < (known_until - _EPOCH) // timedelta(hours=1)
    if not kept.any():
        return None
    if not kept.all():
        findings.warn(
            f"history: {counted(int((~kept).sum()), 'row')} from {known_until:%Y-%m-%d} on left out"
        )
    hours, numbers, weights = hours[kept], numbers[kept], weights[kept]
    first, last = int(hours.min()), int(hours.max())
    if not kept.all():  # later rows show that the counts reach so far
        last = max(last, (known_until - _EPOCH) // timedelta(hours=1) - 1)
    hours_in_all = min(last - first, _MOST_HOURS) + 1
    _refuse_many(hours_in_all, regions, file)
    counts = np.zeros((hours_in_all, regions), dtype=np.int64)
    if len(counts) <= _MOST_HOURS:
        np.add.at(counts, (hours - first, numbers), weights)
    return History(first, counts)


def to_demand(
    stated: DemandFile,
    horizon: Horizon,
    regions: tuple[Region, ...],
    products: tuple[Product, ...],
    history: History | None,
    given: GivenDemand | None,
) -> Demand:
    """All of it together."""
    names, classes = tuple(r.name for r in regions), tuple(p.name for p in products)
    region_share: Floats = np.array([r.share for r in regions])
    product_share: Floats = np.array([p.share for p in products])
    events = tuple(to_event(e, horizon, names, classes) for e in stated.events)
    return Demand(events, region_share, product_share, to_baseline(stated, horizon), history, given)
