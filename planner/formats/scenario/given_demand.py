"""The user's own forecast (`given`) -> GivenDemand: paths, steps of an hour or less, regions,
products.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand import ANY_PRODUCT, GIVEN_STEPS_S, SLOT_S, GivenDemand, Ints
from planner.domain.horizon import HOUR_S, Horizon
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
    horizon: Horizon,
    regions: tuple[Region, ...],
    products: tuple[Product, ...],
    findings: Findings,
    timezone: str | None,
) -> GivenDemand | None:
    """The user's own forecast as orders[path, step, region, kind]; None with findings.

    `timezone`: times with an offset from UTC become its local time; None where the scenario
    states none.
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
    _check_given(table, cells, seconds, horizon, [p.name for p in products], findings)
    if len(findings.found) == before:
        _check_repeated(
            table, zip(seconds, region, cells["product"], cells["path"], strict=True), findings
        )
    step_s = _step_length(table, seconds, findings)
    if len(findings.found) > before:
        return None
    paths = {name: i for i, name in enumerate(dict.fromkeys(cells["path"]))}
    numbers: dict[str | None, int] = {p.name: i for i, p in enumerate(products)}
    product, kind = np.unique(
        [numbers.get(name, ANY_PRODUCT) for name in cells["product"]], return_inverse=True
    )
    shape = (len(paths), horizon.end_s // step_s, len(regions), len(product))
    if math.prod(shape) > input_limits.COUNTS:
        size = "{:,} paths x {:,} steps x {:,} regions x {:,} products".format(*shape)
        words = (
            f"{size} are {math.prod(shape):,} numbers; at most {input_limits.COUNTS:,} can be "
            "held: longer steps, fewer paths"
        )
        findings.found.append(table.finding(-1, "", f"{words} or classes of products"))
        return None
    path_of, step = (
        [paths[name] for name in cells["path"]],
        [second // step_s for second in seconds],
    )
    orders = np.zeros(shape)
    for at, amount in zip(
        zip(path_of, step, region, kind, strict=True), cells["orders"], strict=True
    ):
        orders[at] += amount
    times = np.zeros(orders.shape[:2], dtype=bool)
    times[path_of, step] = True
    return GivenDemand(orders, product, step_s, _begins(times, step_s, findings))


def _begins(times: Mask, step_s: int, findings: Findings) -> Ints:
    """See `GivenDemand.begins`: steps begin themselves, but in hours whose `times` are just those
    of a longer step.
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


def _check_given(
    table: Table,
    cells: dict[str, list[Any]],
    seconds: list[int],
    horizon: Horizon,
    products: list[str],
    findings: Findings,
) -> None:
    """Times of the horizon, products that exist, a path in all rows or in none."""
    if any(path is not None for path in cells["path"]):
        words = "is empty, but other rows name a path: fill it in all rows or in none"
        empty = [row for row, path in enumerate(cells["path"]) if path is None]
        findings.found += findings_of_rows(table, "path", empty, lambda _: words)

    def outside(row: int) -> str:
        return (
            "must lie in the horizon, got "
            f"{shown(cells['time'][row].isoformat(timespec='minutes'))}"
        )

    def unknown(row: int) -> str:
        product = cells["product"][row]
        return (
            "no such product, got "
            f"{shown(product)}{findings.hint(product, products, in_order=True)}"
        )

    rows = [row for row, second in enumerate(seconds) if not 0 <= second < horizon.end_s]
    findings.found += findings_of_rows(table, "time", rows, outside)
    known = {None, *products}
    rows = [row for row, product in enumerate(cells["product"]) if product not in known]
    findings.found += findings_of_rows(table, "product", rows, unknown)


def _check_repeated(table: Table, keys: Iterable[tuple[Any, ...]], findings: Findings) -> None:
    """A row whose time, region, product and path another row has: which of the two is meant?"""
    first: dict[tuple[Any, ...], int] = {}
    earlier = [first.setdefault(key, row) for row, key in enumerate(keys)]

    def repeats(row: int) -> str:
        line = table.finding(earlier[row], "time", "").line
        return f"repeats another row's time, region, product and path, got those of line {line}"

    rows = [row for row, before in enumerate(earlier) if before != row]
    findings.found += findings_of_rows(table, "time", rows, repeats)


def _step_length(table: Table, seconds: list[int], findings: Findings) -> int:
    """Seconds of a step of given demand: what the distances of its times have in common, an hour at
    most; a finding where such steps do not fit into an hour.
    """
    distinct = sorted(set(seconds))
    apart_s = math.gcd(*(b - a for a, b in pairwise(distinct)))
    step_s = math.gcd(apart_s, HOUR_S)
    if step_s not in GIVEN_STEPS_S or step_s < apart_s < HOUR_S or distinct[0] % step_s:
        off = [
            [row for row, second in enumerate(seconds) if second % length]
            for length in (SLOT_S, HOUR_S)
        ]
        words = "does not fit: steps begin on the clock, of 5, 10, 15, 20, 30 or 60 minutes each"
        apart = (
            f", and the times lie {apart_s / 60:g} minutes apart" if 0 < apart_s < HOUR_S else ""
        )
        findings.found.append(table.finding((off[0] or off[1])[0], "time", words + apart))
        return HOUR_S
    if apart_s > HOUR_S:
        hours = f"{apart_s / HOUR_S:g} hours"
        findings.warn(
            f"given demand: its times lie {hours} apart; a row is the orders of the hour that "
            "begins then"
        )
    return step_s
