"""Tables that refer to names -> rows of the domain: regions, products, roster, stock, routing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from planner.domain.contracts import HEAVIEST_G
from planner.domain.horizon import Horizon
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.products import Product, Region
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, StaffRow
from planner.formats.base import input_limits
from planner.formats.base.columns import PRODUCTS, REGIONS, ROUTING, STAFFING, STOCK
from planner.formats.base.findings import Findings, shown
from planner.formats.base.units import looks_like_kilograms
from planner.formats.base.value_types import SUM_TOLERANCE
from planner.formats.scenario.region_references import region_numbers
from planner.formats.scenario.tenure import with_first_days
from planner.formats.tables.tables import Table, read_cells

_ROUNDING = 0.02  # shares that miss 1 by less were probably rounded


@dataclass(frozen=True)
class KnownNames:
    """What the rows of a table may refer to; an empty collection is not checked against.

    `extended`: (site, crew) -> extended shifts they may work; `overnight`: (site, shift) of the
    shifts that work past midnight; `crews`: (site, crew) -> temporary; `processes`: site -> its
    processes; `abilities`: (site, crew) -> what they can do; `limits`: (site, crew) -> how many
    people there are.
    """

    sites: Collection[str] = ()
    regions: Sequence[Region] = ()
    products: Collection[str] = ()
    contracts: Collection[str] = ()
    shifts: Collection[str] = ()
    crews: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    processes: Mapping[str, Collection[str]] = field(default_factory=dict)
    abilities: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    limits: Mapping[tuple[str, str], int] = field(default_factory=dict)
    extended: Mapping[tuple[str, str], Collection[str]] = field(default_factory=dict)
    overnight: Collection[tuple[str, str]] = ()

    @cached_property
    def crews_at(self) -> dict[str, tuple[str, ...]]:
        """Crews by their site."""
        found: dict[str, tuple[str, ...]] = {}
        for site, crew in self.crews:
            found[site] = (*found.get(site, ()), crew)
        return found

    @classmethod
    def of(cls, problem: Problem) -> KnownNames:
        """The names of a problem."""
        return cls(
            problem.site_names,
            problem.regions,
            dict.fromkeys(problem.product_names),
            problem.contract_names,
            tuple(s.name for s in problem.shifts),
            {(c.site, c.name): c.temporary for c in problem.crews},
            {s.name: tuple(p.name for p in s.processes) for s in problem.sites},
            {(c.site, c.name): c.processes for c in problem.crews},
            {(c.site, c.name): c.limit for c in problem.crews},
        )


def to_regions(table: Table, currency: str, findings: Findings) -> tuple[Region, ...] | None:
    """Regions with shares scaled to 1; None where even their names are not known."""
    cells = read_cells(table, REGIONS, currency, findings)
    if cells is None or not _named_once(table, "region", cells, findings):
        return None
    shares = _shares(table, cells, findings)
    labels = [label or name for label, name in zip(cells["name"], cells["region"], strict=True)]
    rows = zip(cells["region"], labels, shares, cells["remote"], cells["distance_km"], strict=True)
    return tuple(Region(*row) for row in rows)


def to_products(table: Table, currency: str, findings: Findings) -> tuple[Product, ...] | None:
    """Product classes with shares scaled to 1; None where even their names are not known."""
    cells = read_cells(table, PRODUCTS, currency, findings)
    if cells is None or not _named_once(table, "product", cells, findings):
        return None
    shares = _shares(table, cells, findings)
    if light := looks_like_kilograms(table.columns, cells["weight_g"]):
        findings.warn(f"{table.finding(-1, 'weight_g', '').file}: {light}")
    return tuple(
        Product(
            name=name,
            label=cells["name"][i] or name,
            share=shares[i],
            weight_g=cells["weight_g"][i],
            weight_cv=cells["weight_cv"][i],
            volume_cm3=cells["volume_cm3"][i],
            units_mean=cells["units_mean"][i],
            work=cells["work"][i],
            paid_minor=cells["paid"][i],
            margin_minor=cells["margin"][i] or 0,
            margin_known=cells["margin"][i] is not None,
            supply_units=cells["supply_units"][i],
            return_share=cells["return_share"][i],
        )
        for i, name in enumerate(cells["product"])
    )


def _named_once(table: Table, column: str, cells: dict[str, list[Any]], findings: Findings) -> bool:
    before = len(findings.found)
    seen: set[str] = set()
    for row, name in enumerate(cells[column]):
        if name in seen:
            findings.found.append(table.finding(row, column, f"stands twice, got {shown(name)}"))
        seen.add(name)
    return len(findings.found) == before


def _shares(table: Table, cells: dict[str, list[Any]], findings: Findings) -> list[float]:
    """Shares scaled to 1; where they are far from it, a finding and the shares as they are: the
    names are known.
    """
    total = sum(cells["share"])
    if abs(total - 1) > SUM_TOLERANCE:
        cure = (
            f": divide each by {total:.6g}, and correct the largest by what rounding leaves"
            if total > 0
            else ""
        )
        if 0 < abs(total - 1) < _ROUNDING:
            cure = (
                f": {'add' if total < 1 else 'take'} {abs(1 - total):.3g} "
                f"{'to' if total < 1 else 'from'} the largest"
            )
        findings.found.append(
            table.finding(-1, "share", f"shares must sum to 1, they sum to {total:.6g}{cure}")
        )
        return list(cells["share"])
    return [share / total for share in cells["share"]]


def to_roster(
    table: Table, names: KnownNames, horizon: Horizon, currency: str, findings: Findings
) -> tuple[StaffRow, ...] | None:
    """Who is on when; None with findings.

    Rows without a date hold for every day, and for the evening before the horizon where the shift
    goes past midnight.
    """
    cells = read_cells(table, STAFFING, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    days_of_rows = sum(horizon.days if day is None else 1 for day in cells["date"])
    if days_of_rows > input_limits.STAFF_DAYS:
        words = (
            f"stands for {days_of_rows:,} rows, one for each day; at most "
            f"{input_limits.STAFF_DAYS:,} can be held"
        )
        findings.found.append(table.finding(-1, "", words))
        return None
    only = next(iter(names.sites)) if len(names.sites) == 1 else None
    count: Counter[tuple[StaffRow, bool]] = Counter()
    for row in range(table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        cell["site"] = cell["site"] or only
        _check_staff(table, row, cell, names, horizon, findings)
        first = EVENING_BEFORE if (cell["site"], cell["shift"]) in names.overnight else 0
        days = (
            range(first, horizon.days) if cell["date"] is None else [horizon.day_of(cell["date"])]
        )
        since = horizon.day_of(cell["since"]) if cell["since"] else LONG_AGO
        starting = cell["since"] is None and names.crews.get((cell["site"], cell["crew"]), False)
        for day in days:
            at = StaffRow(day, cell["site"], cell["process"], cell["crew"], cell["shift"], since, 0)
            count[at, starting] += cell["headcount"]
    if len(findings.found) > before:
        return None
    rows = [replace(at, headcount=n) for (at, starting), n in count.items() if n and not starting]
    rows += with_first_days(
        [replace(at, headcount=n) for (at, starting), n in count.items() if n and starting]
    )
    return tuple(sorted(rows))


def _check_staff(
    table: Table,
    row: int,
    cell: dict[str, Any],
    names: KnownNames,
    horizon: Horizon,
    findings: Findings,
) -> None:
    site, crew = cell["site"], cell["crew"]
    _check_date(table, row, cell, names, horizon, findings)
    if cell["since"] and cell["date"] and cell["since"] > cell["date"]:
        findings.found.append(
            table.finding(row, "since", f"must not be after the date, got {cell['since']}")
        )
    if site is None:
        findings.found.append(table.finding(row, "site", "is needed where there are several sites"))
        return
    shifts = [*names.shifts, *names.extended.get((site, crew), ())]
    check_name(table, row, "shift", cell["shift"], shifts, findings)
    if not check_name(table, row, "site", site, names.sites, findings):
        return
    here = names.crews_at.get(site, ())
    known = check_name(table, row, "crew", crew, here, findings) if names.crews else True
    done = check_name(
        table, row, "process", cell["process"], names.processes.get(site, ()), findings
    )
    able = names.abilities.get((site, crew), ())
    if known and done and able and cell["process"] not in able:
        words = f"crew {crew} does not do {cell['process']}; it does {', '.join(able)}"
        findings.found.append(table.finding(row, "process", words))


def _check_date(
    table: Table,
    row: int,
    cell: dict[str, Any],
    names: KnownNames,
    horizon: Horizon,
    findings: Findings,
) -> None:
    """The shift starts in the horizon, or reaches into it from the evening before."""
    if cell["date"] is None or 0 <= (day := horizon.day_of(cell["date"])) < horizon.days:
        return
    words = (
        f"must lie in the horizon, {horizon.date_of(0)} to "
        f"{horizon.date_of(horizon.days - 1)}, got {cell['date']}"
    )
    if day == EVENING_BEFORE:
        if (cell["site"], cell["shift"]) in names.overnight:
            return
        words += f": the {cell['shift']} shift of the evening before ends before the horizon starts"
    findings.found.append(table.finding(row, "date", words))


def check_name(
    table: Table, row: int, column: str, name: str, known: Collection[str], findings: Findings
) -> bool:
    """Adds a finding unless `name` is known (or nothing is known)."""
    if not known or name in known:
        return True
    words = f"no such {column}, got {shown(name)}{findings.hint(name, known)}"
    findings.found.append(table.finding(row, column, words))
    return False


def to_stock(
    table: Table, names: KnownNames, currency: str, findings: Findings
) -> tuple[StockRow, ...] | None:
    """Units as placed, one row per site and product; None with findings."""
    cells = read_cells(table, STOCK, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    units: dict[tuple[str, str], int] = {}
    for row, key in enumerate(zip(cells["site"], cells["product"], strict=True)):
        check_name(table, row, "site", key[0], names.sites, findings)
        check_name(table, row, "product", key[1], names.products, findings)
        if key in units:
            findings.found.append(
                table.finding(row, "product", f"stands twice, got {shown(key[1])}")
            )
        units[key] = cells["units"][row]
    if len(findings.found) > before:
        return None
    return tuple(StockRow(site, product, amount) for (site, product), amount in units.items())


def to_routing(
    table: Table, names: KnownNames, horizon: Horizon, currency: str, findings: Findings
) -> tuple[ShareRow, ...] | None:
    """Routing shares; they sum to 1 per region, stretch of time and weight class; None with
    findings.
    """
    cells = read_cells(table, ROUTING, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    known = names.regions
    number = (
        region_numbers(table, cells["region"], "region", known, findings).tolist()
        if known
        else [-1] * table.rows
    )
    rows = []
    for row in range(table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        check_name(table, row, "site", cell["site"], names.sites, findings)
        if number[row] >= 0:
            cell["region"] = known[number[row]].name
        if cell["contract"]:
            check_name(table, row, "contract", cell["contract"], names.contracts or ("",), findings)
        share = to_share(cell, horizon)
        if share.to_s <= share.from_s:
            findings.found.append(table.finding(row, "to", "must be after from"))
        if share.to_g <= share.above_g:
            findings.found.append(
                table.finding(row, "to_g", f"must be more than above_g, {share.above_g}")
            )
        rows.append(share)
    _check_sums(table, rows, findings)
    return tuple(sorted(rows)) if len(findings.found) == before else None


def to_share(cell: Mapping[str, Any], horizon: Horizon) -> ShareRow:
    """A row of a routing table; what is left out has no limit."""
    begin = horizon.second(cell["from"]) if cell["from"] else 0
    end = horizon.second(cell["to"]) if cell["to"] else horizon.end_s
    above, to = cell["above_g"] or 0, HEAVIEST_G if cell["to_g"] is None else cell["to_g"]
    return ShareRow(
        cell["region"], cell["site"], cell["contract"], begin, end, cell["share"], above, to
    )


def _check_sums(table: Table, rows: list[ShareRow], findings: Findings) -> None:
    total: dict[tuple[str, int, int, int, int], float] = {}
    first: dict[tuple[str, int, int, int, int], int] = {}
    for i, row in enumerate(rows):
        key = (row.region, row.from_s, row.to_s, row.above_g, row.to_g)
        total[key] = total.get(key, 0.0) + row.share
        first.setdefault(key, i)
    for key, share in total.items():
        if abs(share - 1) > SUM_TOLERANCE:
            words = f"shares of region {key[0]} must sum to 1, they sum to {share:.6g}"
            findings.found.append(table.finding(first[key], "share", words))
