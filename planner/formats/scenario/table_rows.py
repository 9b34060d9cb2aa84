"""Tables of a scenario -> domain objects: regions, products, roster, stock, routing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from planner.domain.contracts import HEAVIEST_G
from planner.domain.horizon import Horizon
from planner.domain.problem import ShareRow, StockRow
from planner.domain.products import Product, Region
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, StaffRow
from planner.formats.base import input_limits
from planner.formats.base.columns import PRODUCTS, REGIONS, ROUTING, STAFFING, STOCK
from planner.formats.base.findings import Findings, shown
from planner.formats.base.units import looks_like_kilograms
from planner.formats.base.value_types import SUM_TOLERANCE
from planner.formats.scenario.calendars import ShiftDays
from planner.formats.scenario.region_references import region_numbers
from planner.formats.scenario.tenure import with_first_days
from planner.formats.tables.tables import Table, findings_of_rows, read_cells

_ROUNDING = 0.02  # shares that miss 1 by less were probably rounded


@dataclass(frozen=True, kw_only=True)
class KnownNames:
    """What the rows of a table may refer to; an empty collection is not checked against.

    Attributes
    ----------
    sites, products, contracts, shifts : collection of str
        Names of the scenario.
    regions : sequence of Region
        Its regions.
    crews : mapping
        (site, crew) -> whether it is temporary.
    processes : mapping
        Site -> its processes.
    abilities : mapping
        (site, crew) -> processes its people can do.
    limits : mapping
        (site, crew) -> number of its people.
    extended : mapping
        (site, crew) -> extended shifts it may work.
    shift_days : mapping
        (site, shift) -> when it is worked there.
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
    shift_days: Mapping[tuple[str, str], ShiftDays] = field(default_factory=dict)

    def days_of(self, site: str | None, shift: str) -> ShiftDays:
        """When a shift is worked at a site; on every day where neither is known."""
        return self.shift_days.get((site or "", shift), ShiftDays())

    @cached_property
    def days_off(self) -> dict[str, frozenset[int]]:
        """Days on which no shift is worked, by site."""
        found: dict[str, frozenset[int]] = {}
        for (site, _), days in self.shift_days.items():
            found[site] = found.get(site, days.off) & days.off
        return found

    @cached_property
    def crews_at(self) -> dict[str, tuple[str, ...]]:
        """Crews by their site."""
        found: dict[str, tuple[str, ...]] = {}
        for site, crew in self.crews:
            found[site] = (*found.get(site, ()), crew)
        return found


@dataclass(frozen=True)
class CheckedTable:
    """A table whose rows refer to names, the names they may refer to, and where findings go."""

    table: Table
    names: KnownNames
    findings: Findings

    @property
    def only_site(self) -> str | None:
        """The site of rows that name none: the only one there is."""
        return next(iter(self.names.sites)) if len(self.names.sites) == 1 else None

    def add(self, row: int, column: str, message: str) -> None:
        """Add a finding at a cell (row -1: at the column).

        Parameters
        ----------
        row : int
            Row of the table, from 0.
        column : str
            Name of the column.
        message : str
            What is wrong, and what to do.
        """
        self.findings.found.append(self.table.finding(row, column, message))

    def check_name(
        self, row: int, column: str, name: str, known: Collection[str], kind: str = ""
    ) -> bool:
        """Add a finding unless a name is known.

        Parameters
        ----------
        row : int
            Row of the table, from 0.
        column : str
            Name of the column.
        name : str
            The name in the cell.
        known : collection of str
            Names there are; any name passes where it is empty.
        kind : str
            What the name stands for; empty: what the column is called.

        Returns
        -------
        bool
            Whether the name passes.
        """
        if not known or name in known:
            return True
        words = f"no such {kind or column}, got {shown(name)}{self.findings.hint(name, known)}"
        self.add(row, column, words)
        return False


def to_regions(table: Table, currency: str, findings: Findings) -> tuple[Region, ...] | None:
    """Read regions.

    Parameters
    ----------
    table : Table
        Table with the columns `REGIONS`.
    currency : str
        ISO 4217 code of the scenario.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    tuple of Region or None
        Shares scaled to 1; None where even the names are not known.
    """
    cells = read_cells(table, REGIONS, currency, findings)
    if cells is None or not _named_once(table, "region", cells, findings):
        return None
    shares = _shares(table, cells, findings)
    labels = [label or name for label, name in zip(cells["name"], cells["region"], strict=True)]
    rows = zip(cells["region"], labels, shares, cells["remote"], cells["distance_km"], strict=True)
    return tuple(Region(*row) for row in rows)


def to_products(table: Table, currency: str, findings: Findings) -> tuple[Product, ...] | None:
    """Read product classes.

    Parameters
    ----------
    table : Table
        Table with the columns `PRODUCTS`.
    currency : str
        ISO 4217 code of the scenario; prices become its minor unit.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    tuple of Product or None
        Shares scaled to 1; None where even the names are not known.
    """
    cells = read_cells(table, PRODUCTS, currency, findings)
    if cells is None or not _named_once(table, "product", cells, findings):
        return None
    shares = _shares(table, cells, findings)
    _check_leftover(table, cells, findings)
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
            priority=cells["priority"][i],
            leftover_cost_minor=cells["leftover_cost"][i],
            leftover_loss_minor=round(
                (cells["unit_cost"][i] or 0) * (1.0 - (cells["salvage_share"][i] or 0.0))
            ),
        )
        for i, name in enumerate(cells["product"])
    )


def _check_leftover(table: Table, cells: dict[str, list[Any]], findings: Findings) -> None:
    """Check that a unit left over is priced in one way: by its cost, or by what it loses."""
    stated = list(
        zip(cells["leftover_cost"], cells["unit_cost"], cells["salvage_share"], strict=True)
    )
    both = [
        i
        for i, (whole, cost, share) in enumerate(stated)
        if whole is not None and (cost is not None or share is not None)
    ]
    half = [
        i
        for i, (whole, cost, share) in enumerate(stated)
        if whole is None and (cost is None) != (share is None)
    ]
    findings.found += findings_of_rows(
        table,
        "leftover_cost",
        both,
        lambda _: "is stated together with unit_cost or salvage_share: state the one or the others",
    )
    findings.found += findings_of_rows(
        table,
        "salvage_share",
        half,
        lambda _: "goes with unit_cost: state both, or leftover_cost",
    )


def _named_once(table: Table, column: str, cells: dict[str, list[Any]], findings: Findings) -> bool:
    """Whether every name of a column stands once; otherwise with findings."""
    before = len(findings.found)
    seen: set[str] = set()
    for row, name in enumerate(cells[column]):
        if name in seen:
            findings.found.append(table.finding(row, column, f"stands twice, got {shown(name)}"))
        seen.add(name)
    return len(findings.found) == before


def _shares(table: Table, cells: dict[str, list[Any]], findings: Findings) -> list[float]:
    """Shares scaled to 1.

    Where they are far from it, a finding and the shares as they are: the names are known.
    """
    total = sum(cells["share"])
    if abs(total - 1) <= SUM_TOLERANCE:
        return [share / total for share in cells["share"]]
    words = f"shares must sum to 1, they sum to {total:.6g}{_cure_of_shares(total)}"
    findings.found.append(table.finding(-1, "share", words))
    return list(cells["share"])


def _cure_of_shares(total: float) -> str:
    """What to do about shares that do not sum to 1."""
    if total <= 0:
        return ""
    if abs(total - 1) >= _ROUNDING:
        return f": divide each by {total:.6g}, and correct the largest by what rounding leaves"
    if total < 1:
        return f": add {1 - total:.3g} to the largest"
    return f": take {total - 1:.3g} from the largest"


def to_roster(
    checked: CheckedTable, horizon: Horizon, currency: str
) -> tuple[StaffRow, ...] | None:
    """Read who works when.

    Rows without a date hold for every day, and for the evening before the horizon where the shift
    goes past midnight. In the tail people work as on the last day before it.

    Parameters
    ----------
    checked : CheckedTable
        Table with the columns `STAFFING`.
    horizon : Horizon
        Days that are planned.
    currency : str
        ISO 4217 code of the scenario.

    Returns
    -------
    tuple of StaffRow or None
        Sorted; None with findings.
    """
    names, findings = checked.names, checked.findings
    cells = read_cells(checked.table, STAFFING, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    days_of_rows = sum(horizon.days if day is None else 1 for day in cells["date"])
    if days_of_rows > input_limits.STAFF_DAYS:
        words = (
            f"stands for {days_of_rows:,} rows, one for each day; at most "
            f"{input_limits.STAFF_DAYS:,} can be held"
        )
        checked.add(-1, "", words)
        return None
    dated: Counter[StaffRow] = Counter()  # rows whose first day of employment is known
    starting: Counter[StaffRow] = Counter()  # temporary people whose first day the rows tell
    for row in range(checked.table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        cell["site"] = cell["site"] or checked.only_site
        _check_staff(checked, row, cell, horizon)
        temporary = names.crews.get((cell["site"], cell["crew"]), False)
        count = starting if temporary and cell["since"] is None else dated
        for at in _staff_rows(cell, names, horizon):
            count[at] += cell["headcount"]
    if len(findings.found) > before:
        return None
    rows = [replace(at, headcount=n) for at, n in dated.items() if n]
    begun = [replace(at, headcount=n) for at, n in starting.items() if n]
    rows += with_first_days(begun, names.days_off)
    return tuple(sorted(rows))


def _staff_rows(cell: dict[str, Any], names: KnownNames, horizon: Horizon) -> Iterator[StaffRow]:
    """The rows of single days that a row of the roster stands for, without people yet."""
    since = horizon.day_of(cell["since"]) if cell["since"] else LONG_AGO
    worked = names.days_of(cell["site"], cell["shift"])
    if cell["date"] is None:
        days = range(EVENING_BEFORE if worked.overnight else 0, horizon.days)
    else:
        day = horizon.day_of(cell["date"])
        days = range(day, horizon.days if day == horizon.reported_days - 1 else day + 1)
    for day in (day for day in days if day not in worked.off):
        yield StaffRow(
            day=day,
            site=cell["site"],
            process=cell["process"],
            crew=cell["crew"],
            shift=cell["shift"],
            since_day=since,
            headcount=0,
        )


def _check_staff(checked: CheckedTable, row: int, cell: dict[str, Any], horizon: Horizon) -> None:
    """Check that a row of the roster names what exists and people who can do the work."""
    names, site, crew = checked.names, cell["site"], cell["crew"]
    _check_date(checked, row, cell, horizon)
    if cell["since"] and cell["date"] and cell["since"] > cell["date"]:
        checked.add(row, "since", f"must not be after the date, got {cell['since']}")
    if site is None:
        checked.add(row, "site", "is needed where there are several sites")
        return
    shifts = [*names.shifts, *names.extended.get((site, crew), ())]
    checked.check_name(row, "shift", cell["shift"], shifts)
    if not checked.check_name(row, "site", site, names.sites):
        return
    here = names.crews_at.get(site, ())
    crew_exists = not names.crews or checked.check_name(row, "crew", crew, here)
    processes = names.processes.get(site, ())
    process_exists = checked.check_name(row, "process", cell["process"], processes)
    able = names.abilities.get((site, crew), ())
    if crew_exists and process_exists and able and cell["process"] not in able:
        words = f"crew {crew} does not do {cell['process']}; it does {', '.join(able)}"
        checked.add(row, "process", words)


def _check_date(checked: CheckedTable, row: int, cell: dict[str, Any], horizon: Horizon) -> None:
    """Check that the shift starts in the horizon, or reaches into it from the evening before."""
    if cell["date"] is None:
        return
    day = horizon.day_of(cell["date"])
    if day in checked.names.days_of(cell["site"], cell["shift"]).off:
        words = f"{cell['site']} does not work the {cell['shift']} shift on {cell['date']}"
        checked.add(row, "date", f"{words}: its calendar or that of the shift says so")
        return
    if 0 <= day < horizon.reported_days:
        return
    words = (
        f"must lie in the horizon, {horizon.date_of(0)} to "
        f"{horizon.date_of(horizon.reported_days - 1)}, got {cell['date']}"
    )
    if day == EVENING_BEFORE:
        if checked.names.days_of(cell["site"], cell["shift"]).overnight:
            return
        words += f": the {cell['shift']} shift of the evening before ends before the horizon starts"
    checked.add(row, "date", words)


def to_stock(checked: CheckedTable, currency: str) -> tuple[StockRow, ...] | None:
    """Read units as placed, one row per site and product; None with findings."""
    names, findings = checked.names, checked.findings
    cells = read_cells(checked.table, STOCK, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    units: dict[tuple[str, str], int] = {}
    for row, key in enumerate(zip(cells["site"], cells["product"], strict=True)):
        checked.check_name(row, "site", key[0], names.sites)
        checked.check_name(row, "product", key[1], names.products)
        if key in units:
            checked.add(row, "product", f"stands twice, got {shown(key[1])}")
        units[key] = cells["units"][row]
    if len(findings.found) > before:
        return None
    return tuple(StockRow(site, product, amount) for (site, product), amount in units.items())


def to_routing(
    checked: CheckedTable, horizon: Horizon, currency: str
) -> tuple[ShareRow, ...] | None:
    """Read routing shares, which sum to 1 per region, period and weight class.

    Parameters
    ----------
    checked : CheckedTable
        Table with the columns `ROUTING`.
    horizon : Horizon
        Days that are planned.
    currency : str
        ISO 4217 code of the scenario.

    Returns
    -------
    tuple of ShareRow or None
        Sorted; None with findings.
    """
    table, names, findings = checked.table, checked.names, checked.findings
    cells = read_cells(table, ROUTING, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    number = [-1] * table.rows
    if names.regions:
        regions = region_numbers(table, cells["region"], "region", names.regions, findings)
        number = regions.tolist()
    rows = []
    for row in range(table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        checked.check_name(row, "site", cell["site"], names.sites)
        if number[row] >= 0:
            cell["region"] = names.regions[number[row]].name
        if cell["contract"]:
            checked.check_name(row, "contract", cell["contract"], names.contracts or ("",))
        share = to_share(cell, horizon)
        if share.to_s <= share.from_s:
            checked.add(row, "to", "must be after from")
        if share.to_g <= share.above_g:
            checked.add(row, "to_g", f"must be more than above_g, {share.above_g}")
        rows.append(share)
    _check_sums(checked, rows)
    return tuple(sorted(rows)) if len(findings.found) == before else None


def to_share(cell: Mapping[str, Any], horizon: Horizon) -> ShareRow:
    """A row of a routing table; what is left out has no limit, and the last period holds in the
    tail too.
    """
    begin = horizon.second(cell["from"]) if cell["from"] else 0
    end = horizon.second(cell["to"]) if cell["to"] else horizon.end_s
    if end == horizon.reported_end_s:
        end = horizon.end_s
    above, to = cell["above_g"] or 0, HEAVIEST_G if cell["to_g"] is None else cell["to_g"]
    return ShareRow(
        region=cell["region"],
        site=cell["site"],
        contract=cell["contract"],
        from_s=begin,
        to_s=end,
        share=cell["share"],
        above_g=above,
        to_g=to,
    )


def _check_sums(checked: CheckedTable, rows: list[ShareRow]) -> None:
    """Check that the shares of a region, period and weight class sum to 1."""
    total: dict[tuple[str, int, int, int, int], float] = {}
    first: dict[tuple[str, int, int, int, int], int] = {}
    for i, row in enumerate(rows):
        key = (row.region, row.from_s, row.to_s, row.above_g, row.to_g)
        total[key] = total.get(key, 0.0) + row.share
        first.setdefault(key, i)
    for key, share in total.items():
        if abs(share - 1) > SUM_TOLERANCE:
            words = f"shares of region {key[0]} must sum to 1, they sum to {share:.6g}"
            checked.add(first[key], "share", words)
