"""Demand sections -> Demand: stated baseline, history counts, the user's own forecast, events."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from planner.domain.demand import Baseline, Demand, Event, Floats, GivenDemand, History
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.products import Product, Region
from planner.formats.demand_schema import DemandFile, EventFile
from planner.formats.fields import COUNTS, GIVEN, LOG, Column
from planner.formats.findings import Findings, nearest, shown
from planner.formats.tables import Table, open_table, read_cells
from planner.formats.values import NO_CURRENCY
from planner.formats.yaml_source import Document

SUM_TOLERANCE = 1e-3  # shares typed with three decimals may miss 1 by this much; they are then scaled to 1
_EPOCH = datetime(1970, 1, 1)


def to_baseline(stated: DemandFile, horizon: Horizon) -> Baseline | None:
    """Orders per hour of the horizon from a daily mean and a profile of a day or a week (from Monday 00:00)."""
    if stated.baseline_orders_per_day is None:
        return None
    profile = np.array(stated.hourly_profile or [1.0] * 24)
    days = len(profile) // 24
    profile = profile * (stated.baseline_orders_per_day * days / profile.sum())
    first = horizon.start.weekday() * 24 if days == 7 else 0
    hours = (first + np.arange(horizon.days * 24)) % len(profile)
    return Baseline(profile[hours], stated.day_cv, stated.hour_cv)


def to_event(stated: EventFile, horizon: Horizon, regions: tuple[str, ...], products: tuple[str, ...]) -> Event:
    """An event in seconds of the horizon, its mixes in the order of the problem."""
    return Event(
        name=stated.name,
        at_s=horizon.second(stated.at),
        median=stated.orders.median,
        p95=stated.orders.p95,
        ramp_s=round(stated.ramp_minutes * 60),
        half_life_s=max(round(stated.half_life_hours * HOUR_S), 1),
        pull_forward=stated.pull_forward,
        region_share=_mix(stated.regions, regions),
        product_share=_mix(stated.products, products),
    )


def _mix(stated: dict[str, float] | None, names: tuple[str, ...]) -> tuple[float, ...] | None:
    if stated is None:
        return None
    total = sum(stated.values())
    return tuple(stated.get(name, 0.0) / total for name in names)


def check_events(document: Document, stated: DemandFile, horizon: Horizon, findings: Findings) -> None:
    """Events lie in the horizon; their mixes sum to 1."""
    for i, event in enumerate(stated.events):
        path = ("demand", "events", i)
        if not 0 <= horizon.second(event.at) < horizon.end_s:
            until = horizon.at(horizon.end_s)
            words = f"must lie in the horizon, {horizon.start:%Y-%m-%dT%H:%M} until {until:%Y-%m-%dT%H:%M}"
            findings.add(document, (*path, "at"), f"{words}, got {shown(event.at.isoformat(timespec='minutes'))}")
        for key, mix in (("regions", event.regions), ("products", event.products)):
            if mix is not None and abs(sum(mix.values()) - 1) > SUM_TOLERANCE:
                findings.add(document, (*path, key), f"shares must sum to 1, they sum to {sum(mix.values()):g}")


def _region_numbers(
    table: Table, names: list[str | None], column: str, regions: tuple[Region, ...], findings: Findings
) -> list[int]:
    """Region index of every row, by name or printed name; -1 with a finding."""
    index = {r.label: i for i, r in enumerate(regions)} | {r.name: i for i, r in enumerate(regions)}
    if len(regions) == 1:
        index[""] = 0
    reported: set[str] = set()
    numbers = []
    for row, name in enumerate(names):
        number = index.get(name or "", -1)
        if number < 0 and (name or "") not in reported:
            reported.add(name or "")
            words = f"no such region, got {shown(name)}{nearest(name or '', [r.name for r in regions])}"
            findings.found.append(table.finding(row, column, words if name else "is empty"))
        numbers.append(number)
    return numbers


def load_history(
    document: Document, stated: Any, regions: tuple[Region, ...], known_until: datetime, findings: Findings
) -> History | None:
    """Counts per hour and region of a log or a counts file, up to `known_until`; None with findings."""
    path = findings.open(document, ("demand", "history", "path"), stated.path, "history")
    if path is None:
        return None
    before = len(findings.found)
    table = open_table(path, stated.path, findings)
    if table is None:
        return None
    columns = _history_columns(document, stated.columns, table, findings)
    cells = read_cells(table, columns, NO_CURRENCY, findings, rename=stated.columns) if columns else None
    if cells is None:
        return None
    column = stated.columns.get("region", "region")
    numbers = np.array(_region_numbers(table, cells["region"], column, regions, findings), dtype=np.int64)
    if len(findings.found) > before:
        return None
    times = cells["time"] if "time" in cells else cells["ordered_at"]
    hours = np.array([(t - _EPOCH) // timedelta(hours=1) for t in times], dtype=np.int64)
    weights = np.array(cells.get("orders", [1] * len(hours)), dtype=np.int64)
    counted = _count(document, hours, numbers, weights, len(regions), known_until, findings)
    return replace(counted, scale=stated.scale, lift=stated.lift) if counted is not None else None


def _history_columns(
    document: Document, rename: dict[str, str], table: Table, findings: Findings
) -> tuple[Column, ...] | None:
    """Counts when there is a column of orders, else a log."""
    known = {"time", "ordered_at", "region", "orders"}
    for key in rename:
        if key not in known:
            findings.add(
                document, ("demand", "history", "columns", key), "unknown column" + nearest(key, sorted(known))
            )
    if not set(rename) <= known:
        return None
    return COUNTS if rename.get("orders", "orders") in table.columns and "ordered_at" not in rename else LOG


def _count(
    document: Document, hours: Any, numbers: Any, weights: Any, regions: int, known_until: datetime, findings: Findings
) -> History | None:
    kept = hours < (known_until - _EPOCH) // timedelta(hours=1)
    if not kept.any():
        words = f"holds nothing from before {known_until:%Y-%m-%d}"
        findings.add(document, ("demand", "history", "path"), words)
        return None
    if not kept.all():
        findings.warn(f"history: {int((~kept).sum()):,} rows from {known_until:%Y-%m-%d} on are left out")
    hours, numbers, weights = hours[kept], numbers[kept], weights[kept]
    first, last = int(hours.min()), int(hours.max())
    if last - first > 24 * 366 * 10:
        findings.add(document, ("demand", "history", "path"), "spans more than ten years; is a date wrong?")
        return None
    counts = np.zeros((last - first + 1, regions), dtype=np.int64)
    np.add.at(counts, (hours - first, numbers), weights)
    return History(first, counts)


def load_given(
    document: Document,
    stated: str,
    horizon: Horizon,
    regions: tuple[Region, ...],
    products: tuple[Product, ...],
    findings: Findings,
) -> GivenDemand | None:
    """The user's own forecast as orders[path, hour, region, product]; None with findings."""
    path = findings.open(document, ("demand", "given"), stated, "given demand")
    if path is None:
        return None
    table = open_table(path, stated, findings)
    cells = read_cells(table, GIVEN, NO_CURRENCY, findings) if table else None
    if table is None or cells is None:
        return None
    before = len(findings.found)
    region = _region_numbers(table, cells["region"], "region", regions, findings)
    hours = [horizon.second(t) // HOUR_S for t in cells["time"]]
    names = {p.name: i for i, p in enumerate(products)}
    _check_given(table, cells, hours, horizon, list(names), findings)
    if len(findings.found) > before:
        return None
    paths = {name: i for i, name in enumerate(dict.fromkeys(cells["path"]))}
    orders = np.zeros((len(paths), horizon.days * 24, len(regions), len(products)))
    shares = np.array([p.share for p in products])
    for row, amount in enumerate(cells["orders"]):
        at = (paths[cells["path"][row]], hours[row], region[row])
        product = cells["product"][row]
        if product is None:
            orders[at] += amount * shares
        else:
            orders[(*at, names[product])] += amount
    return GivenDemand(orders)


def _check_given(
    table: Table,
    cells: dict[str, list[Any]],
    hours: list[int],
    horizon: Horizon,
    products: list[str],
    findings: Findings,
) -> None:
    """Hours of the horizon, products that exist, a path in all rows or in none."""
    if any(path is not None for path in cells["path"]):
        words = "is empty, but other rows name a path: fill it in all rows or in none"
        empty = [row for row, path in enumerate(cells["path"]) if path is None]
        findings.found += [table.finding(row, "path", words) for row in empty]
    for row, hour in enumerate(hours):
        if not 0 <= hour < horizon.days * 24:
            words = f"must lie in the horizon, got {shown(cells['time'][row].isoformat(timespec='minutes'))}"
            findings.found.append(table.finding(row, "time", words))
    for row, product in enumerate(cells["product"]):
        if product is not None and product not in products:
            words = f"no such product, got {shown(product)}{nearest(product, products)}"
            findings.found.append(table.finding(row, "product", words))


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
