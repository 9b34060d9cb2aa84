"""What happened until now (`replan --actuals`): a YAML file with tables, or a table of orders."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, ValidationError

from planner.domain.arrays import Ints
from planner.domain.dates import day_clock, day_month
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S
from planner.domain.problem import Problem
from planner.domain.under_way import UNKNOWN, Came, SeenOrders
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.columns import (
    ACTUAL_BACKLOG,
    ACTUAL_ORDERS,
    ACTUAL_PEOPLE,
    ACTUAL_PICKUPS,
    ACTUAL_STOCK,
    Column,
)
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import NO_CURRENCY, Closed, Rows
from planner.formats.base.yaml_source import Document, load_yaml
from planner.formats.scenario.region_references import region_numbers
from planner.formats.tables.tables import (
    Table,
    findings_of_rows,
    open_table,
    read_cells,
    table_of_rows,
)

YAML = (".yaml", ".yml")
Cells = dict[str, list[Any]]


class ActualsFile(Closed):
    """What happened in a promotion until now; only the orders are needed.

    What is left out follows from a simulation of the time until now under the plan.
    """

    orders: Rows = Field(description="Orders until now: a log, or counts by hour.")
    backlog: Rows | None = Field(None, description="Orders that wait now, by site and process.")
    people: Rows | None = Field(None, description="Who came, by shift.")
    pickups: Rows | None = Field(None, description="Which collections came.")
    stock: Rows | None = Field(None, description="Units left now, by site and product.")


@dataclass(frozen=True, slots=True)
class Pickup:
    """A collection, and whether it came."""

    day: int
    site: str
    contract: str
    at_s: int
    came: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Actuals:
    """What happened until now.

    Attributes
    ----------
    seen : SeenOrders
        The orders.
    backlog : dict
        (site, process) -> orders that wait there; empty: not stated.
    came : tuple of Came
        Who came to the shifts that are stated.
    pickups : tuple of Pickup
        The collections that are stated.
    stock : dict
        (site, product) -> units left; empty: not stated.
    files : tuple of Path
        Files it was read from.
    warnings : tuple of str
        What may be wrong.
    """

    seen: SeenOrders
    backlog: dict[tuple[str, str], int]
    came: tuple[Came, ...]
    pickups: tuple[Pickup, ...]
    stock: dict[tuple[str, str], int]
    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def read_actuals(path: Path, problem: Problem, now_s: int) -> Actuals:
    """Read what happened until now.

    Parameters
    ----------
    path : Path
        A YAML file, or a CSV file or workbook of orders.
    problem : Problem
        Names what the rows may refer to.
    now_s : int
        Now, in seconds of the horizon.

    Returns
    -------
    Actuals
        What happened.

    Raises
    ------
    InputError
        With all findings.
    """
    findings = Findings(path.parent)
    tables = _tables(path, findings)
    reader = _Reader(problem, now_s, findings)
    seen = reader.orders(tables.get("orders"))
    found = Actuals(
        seen=seen or _none_seen(now_s),
        backlog=reader.backlog(tables.get("backlog")),
        came=reader.people(tables.get("people")),
        pickups=reader.pickups(tables.get("pickups")),
        stock=reader.stock(tables.get("stock")),
        files=(path, *(file for file in findings.files if file != path)),
        warnings=tuple(findings.warnings),
    )
    findings.raise_if_any()
    return found


def _none_seen(now_s: int) -> SeenOrders:
    none = np.zeros(0, dtype=np.int64)
    return SeenOrders(
        until_s=now_s, begins_s=none, lasts_s=none, region=none, product=none, orders=none
    )


def _tables(path: Path, findings: Findings) -> dict[str, Table]:
    """The tables that a file holds or names, by key."""
    limit = input_limits.TABLES["history (counts)"]
    if path.suffix.lower() not in YAML:
        table = open_table(path, path.name, findings, ACTUAL_ORDERS, limit)
        return {} if table is None else {"orders": table}
    document, wrong = load_yaml(path, path.name)
    findings.found += wrong
    if not isinstance(document.data, dict):
        if not wrong:
            findings.add(document, (), "must be a mapping with the key orders")
        findings.raise_if_any()
    try:
        ActualsFile.model_validate(document.data)
    except ValidationError as error:
        findings.add_errors(document, ActualsFile, error)
        findings.raise_if_any()
    opened = {key: _table(document, key, findings, limit) for key in ActualsFile.model_fields}
    return {key: table for key, table in opened.items() if table is not None}


def _table(
    document: Document, key: str, findings: Findings, limit: input_limits.TableLimit
) -> Table | None:
    stated = document.data.get(key)
    if stated is None:
        return None
    if isinstance(stated, list):
        if not stated:
            findings.add(document, (key,), "holds no rows: leave it out")
            return None
        return table_of_rows(document, (key,))
    file = findings.open(document, (key,), stated, key)
    return None if file is None else open_table(file, stated, findings, (), limit)


@dataclass(frozen=True)
class _Reader:
    """Reads the tables of a promotion under way."""

    problem: Problem
    now_s: int
    findings: Findings

    def orders(self, table: Table | None) -> SeenOrders | None:
        """Orders until now; None with findings."""
        if table is None:
            return None
        log = "orders" not in table.columns
        named = dict.fromkeys(("ordered_at",)) if "ordered_at" in table.columns else {}
        columns = tuple(
            replace(c, required=True) if c.name == "orders" else c  # an empty cell is no order
            for c in ACTUAL_ORDERS
            if not (log and c.name == "orders")
        )
        rename = {"time": "ordered_at"} if named else None
        cells = self._cells(table, columns, rename)
        if cells is None:
            return None
        second = np.array([self.problem.horizon.second(t) for t in cells["time"]], dtype=np.int64)
        region = self._regions(table, cells["region"])
        product = self._products(table, cells["product"])
        orders = np.array(cells.get("orders", [1] * table.rows), dtype=np.int64)
        step_s = 1 if log else _step_s(second)
        inside = (second >= 0) & (second < self.now_s)
        if not inside.any():
            self._none_inside(table, named)
            return None
        self._warn_of_others(second, orders)
        lasts = np.minimum(second + step_s, self.now_s) - second
        if not log:
            self._warn_of_gaps(second[inside])
            self._warn_of_repeats(np.stack([second, region, product], axis=1)[inside])
        return SeenOrders(
            until_s=self.now_s,
            begins_s=second[inside],
            lasts_s=lasts[inside],
            region=region[inside],
            product=product[inside],
            orders=orders[inside],
        )

    def backlog(self, table: Table | None) -> dict[tuple[str, str], int]:
        """Orders that wait, by site and process."""
        cells = self._cells(table, ACTUAL_BACKLOG)
        if table is None or cells is None:
            return {}
        sites = self._sites(table, cells)
        processes = [
            tuple(p.name for p in self.problem.site(s).processes) if s else () for s in sites
        ]
        self._known(table, "process", cells["process"], processes)
        return self._once(table, sites, cells["process"], cells["orders"], "process")

    def stock(self, table: Table | None) -> dict[tuple[str, str], int]:
        """Units left, by site and product."""
        cells = self._cells(table, ACTUAL_STOCK)
        if table is None or cells is None:
            return {}
        sites = self._sites(table, cells)
        known = [self.problem.product_names] * table.rows
        self._known(table, "product", cells["product"], known)
        return self._once(table, sites, cells["product"], cells["units"], "product")

    def people(self, table: Table | None) -> tuple[Came, ...]:
        """Who came."""
        cells = self._cells(table, ACTUAL_PEOPLE)
        if table is None or cells is None:
            return ()
        sites = self._sites(table, cells)
        before = len(self.findings.found)
        self._known(
            table,
            "process",
            cells["process"],
            [tuple(p.name for p in self.problem.site(s).processes) if s else () for s in sites],
        )
        crews = [tuple(c.name for c in self.problem.crews if c.site == s) for s in sites]
        self._known(table, "crew", cells["crew"], crews)
        shifts = tuple(s.name for s in self.problem.shifts)
        self._known(table, "shift", cells["shift"], [shifts] * table.rows)
        if len(self.findings.found) > before:
            return ()
        days = [self.problem.horizon.day_of(d) for d in cells["date"]]
        begins = [
            day * DAY_S + self.problem.shift(name).start_s
            for day, name in zip(days, cells["shift"], strict=True)
        ]
        self._begun(table, "date", begins, "the shift")
        found = [
            Came(day=day, site=site, process=process, crew=crew, shift=shift, people=came)
            for day, site, process, crew, shift, came in zip(
                days, sites, *(cells[c] for c in ("process", "crew", "shift", "came")), strict=True
            )
        ]
        places = [(c.day, c.site, c.process, c.crew, c.shift) for c in found]
        self._unique(table, places, "came")
        self._warn_of_crowds(found)
        return tuple(found)

    def _warn_of_crowds(self, found: Sequence[Came]) -> None:
        """Say where more people came to a shift than their crew has."""
        came: dict[tuple[int, str, str, str], int] = {}
        for each in found:
            key = (each.day, each.site, each.crew, each.shift)
            came[key] = came.get(key, 0) + each.people
        most = {
            (c.site, c.name): c.limit + (c.on_call.max_people if c.on_call else 0)
            for c in self.problem.crews
        }
        for (day, site, crew, shift), people in came.items():
            if people > most[site, crew]:
                on = day_month(self.problem.horizon.date_of(day))
                self.findings.warn(
                    f"actuals: {people:,} people of {crew} came to the shift {shift} of {on} at "
                    f"{site}, the scenario has {most[site, crew]:,}: they count as stated"
                )

    def pickups(self, table: Table | None) -> tuple[Pickup, ...]:
        """Which collections came."""
        cells = self._cells(table, ACTUAL_PICKUPS)
        if table is None or cells is None:
            return ()
        sites = self._sites(table, cells)
        days = [self.problem.horizon.day_of(d) for d in cells["date"]]
        at_s = [t if isinstance(t, int) else (t.hour * 60 + t.minute) * 60 for t in cells["at"]]
        found = [
            Pickup(*each)
            for each in zip(days, sites, cells["contract"], at_s, cells["came"], strict=True)
        ]
        there = {
            (site.name, c.contract, c.at_s) for site in self.problem.sites for c in site.collections
        }
        odd = [
            row
            for row, p in enumerate(found)
            if p.site and (p.site, p.contract, p.at_s) not in there
        ]
        self.findings.found += findings_of_rows(
            table, "at", odd, lambda row: self._no_collection(found[row])
        )
        begins = [p.day * DAY_S + p.at_s for p in found]
        self._begun(table, "date", begins, "the collection", earliest_s=0)
        self._unique(table, [(p.day, p.site, p.contract, p.at_s) for p in found], "came")
        return tuple(found)

    def _no_collection(self, pickup: Pickup) -> str:
        there = [
            f"{c.contract} {c.at_s // HOUR_S:02}:{c.at_s % HOUR_S // 60:02}"
            for c in self.problem.site(pickup.site).collections
        ]
        return (
            f"{shown(pickup.contract)} does not collect at {pickup.site} then; there are "
            f"{', '.join(there) or 'no collections'}"
        )

    def _cells(
        self,
        table: Table | None,
        columns: Sequence[Column],
        rename: dict[str, str] | None = None,
    ) -> Cells | None:
        if table is None:
            return None
        zone = self.problem.horizon.timezone
        return read_cells(table, columns, NO_CURRENCY, self.findings, rename=rename, timezone=zone)

    def _sites(self, table: Table, cells: Cells) -> list[str]:
        """Site of every row; "" where it is a finding."""
        names = self.problem.site_names
        only = names[0] if len(names) == 1 else None
        sites = [site or only for site in cells["site"]]
        missing = [row for row, site in enumerate(sites) if site is None]
        self.findings.found += findings_of_rows(
            table, "site", missing, lambda _: "is needed where there are several sites"
        )
        stated = [site or "" for site in sites]
        self._known(table, "site", stated, [names] * table.rows)
        return [site if site in names else "" for site in stated]

    def _known(
        self, table: Table, column: str, stated: Sequence[str], known: Sequence[Sequence[str]]
    ) -> None:
        """Check that every name exists."""

        def words(row: int) -> str:
            hint = self.findings.hint(stated[row], known[row], in_order=True)
            return f"no such {column}, got {shown(stated[row])}{hint}"

        rows = [
            row for row, name in enumerate(stated) if name and known[row] and name not in known[row]
        ]
        self.findings.found += findings_of_rows(table, column, rows, words)

    def _once(
        self,
        table: Table,
        sites: Sequence[str],
        names: Sequence[str],
        amounts: Sequence[int],
        column: str,
    ) -> dict[tuple[str, str], int]:
        keys = list(zip(sites, names, strict=True))
        self._unique(table, keys, column)
        return dict(zip(keys, amounts, strict=True))

    def _unique(self, table: Table, keys: Sequence[tuple[Any, ...]], column: str) -> None:
        """Check that no row stands twice."""
        first: dict[tuple[Any, ...], int] = {}
        twice = [row for row, key in enumerate(keys) if first.setdefault(key, row) != row]
        self.findings.found += findings_of_rows(
            table, column, twice, lambda _: "stands twice: state it once"
        )

    def _begun(
        self,
        table: Table,
        column: str,
        begins: Sequence[int],
        what: str,
        *,
        earliest_s: int = -DAY_S,
    ) -> None:
        """Check that something lies in the promotion, before now."""
        first, now = (day_clock(self.problem.horizon.at(s)) for s in (earliest_s, self.now_s))
        rows = [row for row, s in enumerate(begins) if not earliest_s <= s < self.now_s]
        words = (
            f"{what} must have begun before now, {now}, and not before {first}: state what "
            "happened in that time"
        )
        self.findings.found += findings_of_rows(table, column, rows, lambda _: words)

    def _regions(self, table: Table, stated: Sequence[str | None]) -> Ints:
        """Index of every row's region; unknown where it states none."""
        number = np.full(len(stated), UNKNOWN, dtype=np.int64)
        if any(stated):
            found = region_numbers(table, stated, "region", self.problem.regions, self.findings)
            number = np.where([bool(name) for name in stated], found, UNKNOWN)
        return number

    def _products(self, table: Table, stated: Sequence[str | None]) -> Ints:
        names = {name: k for k, name in enumerate(self.problem.product_names)}
        known: Sequence[Sequence[str]] = [self.problem.product_names] * len(stated)
        self._known(table, "product", [name or "" for name in stated], known)
        return np.array([names.get(name or "", UNKNOWN) for name in stated], dtype=np.int64)

    def _warn_of_others(self, second: Ints, orders: Ints) -> None:
        """Say how many orders are left out because they lie outside the time until now."""
        self._warn(second < 0, orders, "before the horizon are left out: they are its backlog")
        self._warn(second >= self.now_s, orders, "after now are left out")

    def _warn(self, which: Any, orders: Ints, words: str) -> None:
        total = int(orders[which].sum())
        if total:
            self.findings.warn(f"actuals: {total:,} orders {words}")

    def _none_inside(self, table: Table, named: Mapping[str, Any]) -> None:
        """Refuse orders of another time: nothing can be learned from them."""
        horizon = self.problem.horizon
        words = (
            f"no row lies between the start of the horizon, {horizon.at(0):%Y-%m-%d %H:%M}, and "
            f"now, {horizon.at(self.now_s):%Y-%m-%d %H:%M}: check dates and --now"
        )
        column = "ordered_at" if named else "time"
        self.findings.found.append(table.finding(-1, column, words))

    def _warn_of_repeats(self, places: Ints) -> None:
        """Say how many rows name a time, region and product that another row names."""
        repeats = len(places) - len(np.unique(places, axis=0))
        if repeats:
            self.findings.warn(
                f"actuals: {counted(repeats, 'row')} of orders repeat the time, region and product "
                "of another row: their orders are added up; leave out rows that were exported twice"
            )

    def _warn_of_gaps(self, second: Ints) -> None:
        """Say which hours until now no row names."""
        hours = np.setdiff1d(np.arange(-(-self.now_s // HOUR_S)), second // HOUR_S)
        if len(hours):
            first = day_clock(self.problem.horizon.at(int(hours[0]) * HOUR_S))
            self.findings.warn(
                f"actuals: no row names {len(hours)} of the hours until now, the first of them "
                f"{first}: they count as hours without orders"
            )


def _step_s(second: Ints) -> int:
    """Seconds that a count covers: an hour, or what divides all moments within their hours."""
    within = np.unique(second % HOUR_S).tolist()
    return max(math.gcd(HOUR_S, *within), 1)


def now_second(text: str, problem: Problem, parse: Callable[[str], Any]) -> int:
    """The moment of --now in seconds of the horizon.

    Parameters
    ----------
    text : str
        The moment as it was written.
    problem : Problem
        Gives the promotion's days.
    parse : callable
        Reads a moment.

    Returns
    -------
    int
        Seconds of the horizon.

    Raises
    ------
    InputError
        It is no moment, lies outside the promotion, or is no whole five minutes.
    """
    horizon = problem.horizon
    try:
        second = horizon.second(parse(text))
    except ValueError as error:
        raise InputError([Finding("--now", 0, 0, "", f"{error}, got {shown(text)}")]) from error
    first, last = (f"{horizon.at(s):%Y-%m-%dT%H:%M}" for s in (SLOT_S, horizon.reported_end_s))
    if not 0 < second < horizon.reported_end_s:
        words = f"must lie within the promotion, {first} to {last}, got {shown(text)}"
        raise InputError([Finding("--now", 0, 0, "", words)])
    if second % SLOT_S:
        words = f"must be a whole five minutes, such as 02:00 or 02:05, got {shown(text)}"
        raise InputError([Finding("--now", 0, 0, "", words)])
    return second
