"""The user's own forecast (`given`) -> GivenDemand by path, step, region and product."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.given_demand import ANY_PRODUCT, GIVEN_STEPS_S, GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S, Horizon
from planner.domain.products import Product, Region
from planner.formats.base import input_limits
from planner.formats.base.columns import GIVEN
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import Document
from planner.formats.scenario.region_references import region_numbers
from planner.formats.tables.tables import Table, findings_of_rows, open_table, read_cells

Mask = NDArray[np.bool_]


def load_given(
    document: Document,
    stated: str,
    findings: Findings,
    *,
    horizon: Horizon,
    regions: tuple[Region, ...],
    products: tuple[Product, ...],
    timezone: str | None,
) -> GivenDemand | None:
    """Read the user's own forecast.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    stated : str
        Name of the table's file.
    findings : Findings
        Takes what is wrong.
    horizon : Horizon
        Days that are planned.
    regions, products : tuple
        What rows may name.
    timezone : str or None
        IANA zone; times with an offset from UTC become its local time. None where the scenario
        states none.

    Returns
    -------
    GivenDemand or None
        orders[path, step, region, product]; None with findings.
    """
    path = findings.open(document, ("demand", "given"), stated, "given demand")
    if path is None:
        return None
    table = open_table(path, stated, findings, GIVEN, input_limits.TABLES["given demand"])
    cells = read_cells(table, GIVEN, NO_CURRENCY, findings, timezone=timezone) if table else None
    if table is None or cells is None:
        return None
    before = len(findings.found)
    region = region_numbers(table, cells["region"], "region", regions, findings).tolist()
    seconds = [horizon.second(t) for t in cells["time"]]
    _check_paths(table, cells["path"], findings)
    _check_times(table, cells["time"], horizon, findings)
    _check_products(table, cells["product"], products, findings)
    if len(findings.found) == before:
        keys = zip(seconds, region, cells["product"], cells["path"], strict=True)
        _check_repeated(table, keys, findings)
    step_s = _step_length(table, seconds, findings)
    if len(findings.found) > before:
        return None
    path_numbers = {name: i for i, name in enumerate(dict.fromkeys(cells["path"]))}
    product_numbers: dict[str | None, int] = {p.name: i for i, p in enumerate(products)}
    stated_products = [product_numbers.get(name, ANY_PRODUCT) for name in cells["product"]]
    product, kind = np.unique(stated_products, return_inverse=True)
    shape = (len(path_numbers), horizon.reported_end_s // step_s, len(regions), len(product))
    if math.prod(shape) > input_limits.COUNTS:
        findings.found.append(table.finding(-1, "", _too_many(shape)))
        return None
    path_of = [path_numbers[name] for name in cells["path"]]
    step = [second // step_s for second in seconds]
    orders = np.zeros(shape)
    places = zip(path_of, step, region, kind, strict=True)
    for at, amount in zip(places, cells["orders"], strict=True):
        orders[at] += amount
    times = np.zeros(orders.shape[:2], dtype=bool)
    times[path_of, step] = True
    given = GivenDemand(orders, product, step_s, _begins(times, step_s, findings))
    return _with_tail(given, horizon)


def _with_tail(given: GivenDemand, horizon: Horizon) -> GivenDemand:
    """The forecast with its last day once more for every day of the tail, path by path."""
    if not horizon.tail_days or given.begins is None:
        return given
    day, days = DAY_S // given.step_s, range(1, horizon.tail_days + 1)
    begins, last = given.begins, given.begins[:, -day:]
    return replace(
        given,
        orders=np.concatenate([given.orders, *[given.orders[:, -day:]] * len(days)], axis=1),
        begins=np.concatenate([begins, *(last + k * day for k in days)], axis=1),
    )


def _too_many(shape: tuple[int, ...]) -> str:
    size = "{:,} paths x {:,} steps x {:,} regions x {:,} products".format(*shape)
    return (
        f"{size} are {math.prod(shape):,} numbers; at most {input_limits.COUNTS:,} can be "
        "held: longer steps, fewer paths or classes of products"
    )


def _begins(times: Mask, step_s: int, findings: Findings) -> Ints:
    """Steps in which the orders of a row begin (see `GivenDemand.begins`).

    A step begins itself, except in hours whose `times` are just those of a longer step.
    """
    per_hour = HOUR_S // step_s
    hours = times.reshape(len(times), -1, per_hour)
    step = np.arange(times.shape[1]).reshape(-1, per_hour)
    begins = np.broadcast_to(step, hours.shape)
    for longer in [n // step_s for n in GIVEN_STEPS_S if n > step_s and n % step_s == 0]:
        whole = (hours == (np.arange(per_hour) % longer == 0)).all(axis=2, keepdims=True)
        begins = np.where(whole, step - step % longer, begins)
    mixed = int((begins != step).any(axis=(0, 2)).sum())
    if mixed:
        which = "1 hour has" if mixed == 1 else f"{mixed:,} hours have"
        words = f"its steps are of {step_s // 60} minutes, but {which} rows of longer steps only"
        findings.warn(f"given demand: {words}: their orders are spread evenly over those")
    return begins.reshape(times.shape)


def _check_paths(table: Table, paths: Sequence[str | None], findings: Findings) -> None:
    """Check that all rows name a path, or none does."""
    if all(path is None for path in paths):
        return
    words = "is empty, but other rows name a path: fill it in all rows or in none"
    empty = [row for row, path in enumerate(paths) if path is None]
    findings.found += findings_of_rows(table, "path", empty, lambda _: words)


def _check_times(
    table: Table, times: Sequence[datetime], horizon: Horizon, findings: Findings
) -> None:
    """Check that all times lie in the horizon."""

    def outside(row: int) -> str:
        return f"must lie in the horizon, got {shown(times[row].isoformat(timespec='minutes'))}"

    end_s = horizon.reported_end_s
    rows = [row for row, at in enumerate(times) if not 0 <= horizon.second(at) < end_s]
    findings.found += findings_of_rows(table, "time", rows, outside)


def _check_products(
    table: Table,
    stated: Sequence[str | None],
    products: tuple[Product, ...],
    findings: Findings,
) -> None:
    """Check that all products exist."""
    names = [product.name for product in products]
    known = {None, *names}

    def unknown(row: int) -> str:
        name = stated[row] or ""
        return f"no such product, got {shown(name)}{findings.hint(name, names, in_order=True)}"

    rows = [row for row, name in enumerate(stated) if name not in known]
    findings.found += findings_of_rows(table, "product", rows, unknown)


def _check_repeated(table: Table, keys: Iterable[tuple[Any, ...]], findings: Findings) -> None:
    """Check that no row has the time, region, product and path of another one."""
    first: dict[tuple[Any, ...], int] = {}
    earlier = [first.setdefault(key, row) for row, key in enumerate(keys)]

    def repeats(row: int) -> str:
        line = table.finding(earlier[row], "time", "").line
        return f"repeats another row's time, region, product and path, got those of line {line}"

    rows = [row for row, before in enumerate(earlier) if before != row]
    findings.found += findings_of_rows(table, "time", rows, repeats)


def _step_length(table: Table, seconds: list[int], findings: Findings) -> int:
    """Seconds of a step: the greatest common divisor of the distances of times, an hour at most.

    A finding where such steps do not fit into an hour.
    """
    distinct = sorted(set(seconds))
    apart_s = math.gcd(*(b - a for a, b in pairwise(distinct)))
    step_s = math.gcd(apart_s, HOUR_S)
    if step_s not in GIVEN_STEPS_S or step_s < apart_s < HOUR_S or distinct[0] % step_s:
        off_step = [row for row, second in enumerate(seconds) if second % SLOT_S]
        off_hour = [row for row, second in enumerate(seconds) if second % HOUR_S]
        words = "does not fit: steps begin on the clock, of 5, 10, 15, 20, 30 or 60 minutes each"
        if 0 < apart_s < HOUR_S:
            words += f", and the times lie {apart_s / 60:g} minutes apart"
        findings.found.append(table.finding((off_step or off_hour)[0], "time", words))
        return HOUR_S
    if apart_s > HOUR_S:
        hours = f"{apart_s / HOUR_S:g} hours"
        findings.warn(
            f"given demand: its times lie {hours} apart; a row is the orders of the hour that "
            "begins then"
        )
    return step_s
