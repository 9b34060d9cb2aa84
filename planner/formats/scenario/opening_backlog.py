"""The orders that are open when the horizon begins: `opening_backlog` of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field, field_validator, model_validator

from planner.domain.arrays import Ints
from planner.domain.backlog import Backlog, last_worked_s, whole_slots
from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.site import Site
from planner.formats.base import input_limits
from planner.formats.base.columns import OPENING_BACKLOG
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import NO_CURRENCY, Closed, FileName, wrong
from planner.formats.base.yaml_source import Document
from planner.formats.scenario.region_references import region_numbers
from planner.formats.tables.tables import Table, findings_of_rows, open_table, read_cells

if TYPE_CHECKING:
    from planner.formats.scenario.partial_scenario import PartialScenario

KEY = "opening_backlog"
MOST_DAYS = 60  # before the horizon
MOST_ORDERS = 10_000_000


class OpeningBacklogFile(Closed):
    """Orders that are open when the horizon begins: a number, a time, or the orders themselves.

    They have deadlines of their own. What was late before the horizon is worked on, and neither on
    time nor late.
    """

    orders: int | None = Field(
        None,
        ge=0,
        le=MOST_ORDERS,
        description="How many they are, placed since the site last worked (or in the day before).",
    )
    hours: float | None = Field(
        None,
        ge=0,
        le=240,
        allow_inf_nan=False,
        description="What came in so many hours before the horizon, as at the same times of the "
        "first day.",
    )
    table: FileName | None = Field(
        None, description="CSV or Excel file of these orders by time, region and product."
    )

    @field_validator("orders", mode="before")
    @classmethod
    def _not_the_demand(cls, value: object) -> object:
        if isinstance(value, (int, float)) and value > MOST_ORDERS:
            cure = (
                "state only the orders that wait when the horizon begins: those that come later "
                "belong to demand"
            )
            raise wrong(f"must be at most {MOST_ORDERS:,}", cure)
        return value

    @model_validator(mode="after")
    def _states_one(self) -> OpeningBacklogFile:
        if sum(stated is not None for stated in (self.orders, self.hours, self.table)) != 1:
            raise wrong("must state one of orders, hours and table")
        return self


def to_backlog(
    stated: OpeningBacklogFile | None,
    orders: Ints | None,
    shifts: Sequence[Shift],
    sites: Sequence[Site],
) -> Backlog | None:
    """Orders that are open when the horizon begins.

    Parameters
    ----------
    stated : OpeningBacklogFile or None
        The section; None: what came since the sites last worked.
    orders : Ints or None
        Rows of its table [order, (second, region, product)].
    shifts : sequence of Shift
        Shift patterns.
    sites : sequence of Site
        Sites, with their opening hours.

    Returns
    -------
    Backlog or None
        None where nothing is open.
    """
    since_s = whole_slots(last_worked_s(shifts, sites))
    if orders is not None:
        found = Backlog(begins_s=whole_slots(int(orders[:, 0].min(initial=0))), stated=orders)
    elif stated is not None and stated.hours is not None:
        found = Backlog(begins_s=whole_slots(-round(stated.hours * HOUR_S)))
    elif stated is not None and stated.orders is not None:
        found = Backlog(begins_s=since_s or -DAY_S, orders=stated.orders)
    else:
        found = Backlog(begins_s=since_s)
    return None if found.begins_s == 0 or found.orders == 0 else found


def load_orders(
    document: Document,
    read: PartialScenario,
    horizon: Horizon,
    timezone: str | None,
    findings: Findings,
) -> Ints | None:
    """The orders of the table, one by one.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    read : PartialScenario
        The section, and what rows may name.
    horizon : Horizon
        Orders come before it.
    timezone : str or None
        Zone that times with an offset from UTC are turned into.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    Ints or None
        [order, (second, region, product)] by time; None without a table, or with findings.
    """
    stated = read.parts[KEY]
    if stated is None or stated.table is None or read.regions is None or read.products is None:
        return None
    path = findings.open(document, (KEY, "table"), stated.table, "opening backlog")
    if path is None:
        return None
    limit = input_limits.TABLES["opening backlog"]
    table = open_table(path, stated.table, findings, OPENING_BACKLOG, limit)
    if table is None:
        return None
    cells = read_cells(table, OPENING_BACKLOG, NO_CURRENCY, findings, timezone=timezone)
    if cells is None:
        return None
    before = len(findings.found)
    region = region_numbers(table, cells["region"], "region", read.regions, findings)
    second = np.array([horizon.second(t) for t in cells["ordered_at"]], dtype=np.int64)
    names: dict[str | None, int] = {p.name: i for i, p in enumerate(read.products)}
    _check_times(table, second, cells, horizon, findings)
    _check_products(table, cells["product"], names, findings)
    if sum(cells["orders"]) > input_limits.ORDERS:
        words = f"the rows are more than {input_limits.ORDERS:,} orders"
        findings.found.append(table.finding(-1, "orders", words))
    if len(findings.found) > before:
        return None
    product = np.array([names.get(name, ANY_PRODUCT) for name in cells["product"]], dtype=np.int64)
    rows = np.stack([second, region, product], axis=1)
    return np.repeat(rows, cells["orders"], axis=0)[
        np.argsort(np.repeat(second, cells["orders"]), kind="stable")
    ]


def _check_times(
    table: Table, second: Ints, cells: dict[str, list[Any]], horizon: Horizon, findings: Findings
) -> None:
    """Check that every order was placed before the horizon, and not long before."""
    first = horizon.at(-MOST_DAYS * DAY_S)

    def outside(row: int) -> str:
        at = cells["ordered_at"][row].isoformat(timespec="minutes")
        return (
            f"must lie before the horizon, {first:%Y-%m-%dT%H:%M} until "
            f"{horizon.start:%Y-%m-%dT%H:%M}, got {shown(at)}"
        )

    rows = np.flatnonzero((second >= 0) | (second < -MOST_DAYS * DAY_S)).tolist()
    findings.found += findings_of_rows(table, "ordered_at", rows, outside)


def _check_products(
    table: Table, stated: Sequence[str | None], names: dict[str | None, int], findings: Findings
) -> None:
    """Check that all products exist."""
    known = [name for name in names if name]

    def unknown(row: int) -> str:
        name = stated[row] or ""
        return f"no such product, got {shown(name)}{findings.hint(name, known, in_order=True)}"

    rows = [row for row, name in enumerate(stated) if name is not None and name not in names]
    findings.found += findings_of_rows(table, "product", rows, unknown)
