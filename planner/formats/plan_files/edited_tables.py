"""Decision tables as people have edited them: whatever cannot be interpreted is a finding.

What can be interpreted and breaks a rule is left to the checks of a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from planner.domain.problem import Problem
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, StaffRow
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames
from planner.formats.plan_files.decision_rows import COLUMNS, Cells, cells_of_rows, decided
from planner.formats.plan_files.decision_tables import TAIL, clock_text
from planner.formats.scenario.calendars import shift_days
from planner.formats.scenario.table_rows import CheckedTable, KnownNames, to_share
from planner.formats.scenario.tenure import with_first_days
from planner.formats.tables.tables import Table

_KEYS = {
    "stock": ("site", "product"),
    "staffing": ("date", "site", "process", "crew", "shift", "since"),
    "routing": ("region", "site", "contract", "from", "to", "above_g", "to_g"),
    "extra_collections": ("date", "site", "contract", "at"),
}


def edited_decisions(
    tables: Mapping[str, Table], problem: Problem, findings: Findings
) -> dict[str, Any]:
    """Read the decisions of edited tables.

    Parameters
    ----------
    tables : mapping of Table
        Tables by name.
    problem : Problem
        What the plan is for.
    findings : Findings
        Takes what cannot be interpreted.

    Returns
    -------
    dict
        Staffing, routing, stock and vehicles as fields of a `Plan`; rows of nobody are left out.
    """
    names = _names(problem)
    rows: dict[str, Sequence[Cells]] = dict.fromkeys(_KEYS, ())
    for name, table in tables.items():
        checked = CheckedTable(table, names, findings)
        before = len(findings.found)
        found = cells_of_rows(table, COLUMNS[name], findings)
        if len(findings.found) == before:
            kind = TAIL.get(name, name)
            CHECKS[kind](checked, found, problem, name in TAIL)
            _check_once(checked, found, _KEYS[kind])
        rows[name] = found
    if findings.found:
        return {}
    decisions = decided(rows, problem)
    decisions["staffing"] = tuple(row for row in decisions["staffing"] if row.headcount)
    decisions["extra"] = tuple(row for row in decisions["extra"] if row.vehicles)
    return decisions


def with_bookings(
    problem: Problem, before: Sequence[StaffRow], rows: Sequence[StaffRow]
) -> tuple[tuple[StaffRow, ...], list[str]]:
    """Give temporaries without a first day that of their unbroken run of days.

    Those of whom the plan itself does not know it keep theirs.

    Parameters
    ----------
    problem : Problem
        What the plan is for.
    before, rows : sequence of StaffRow
        Staffing of the plan, and as edited.

    Returns
    -------
    tuple
        The rows, and notes in words.
    """
    kept = {(row.site, row.crew) for row in before if row.since_day == LONG_AGO}
    asked = {
        (crew.site, crew.name)
        for crew in problem.crews
        if crew.temporary and (crew.site, crew.name) not in kept
    }
    open_ = [r for r in rows if r.since_day == LONG_AGO and (r.site, r.crew) in asked]
    if not open_:
        return tuple(rows), []
    found = with_first_days(open_, _names(problem).days_off)
    notes = []
    for site, crew in sorted({(row.site, row.crew) for row in found}):
        days = {r.since_day for r in found if (r.site, r.crew) == (site, crew)}
        begins = ", ".join(str(problem.horizon.date_of(day)) for day in sorted(days))
        notes.append(
            f"{crew} people at {site} without a first day are taken as booked from {begins}, "
            "the first day of their unbroken run of days"
        )
    return _merged([r for r in rows if r not in open_] + found), notes


def _merged(rows: Sequence[StaffRow]) -> tuple[StaffRow, ...]:
    """One row for each place and first day."""
    count: dict[StaffRow, int] = {}
    for row in rows:
        place = replace(row, headcount=0)
        count[place] = count.get(place, 0) + row.headcount
    return tuple(replace(place, headcount=n) for place, n in sorted(count.items()))


def _names(problem: Problem) -> KnownNames:
    """The names that rows may refer to."""
    return KnownNames(
        sites=problem.site_names,
        regions=problem.regions,
        products=problem.product_names,
        contracts=problem.contract_names,
        shifts=[shift.name for shift in problem.shifts],
        crews={(crew.site, crew.name): crew.temporary for crew in problem.crews},
        processes={site.name: [p.name for p in site.processes] for site in problem.sites},
        shift_days=shift_days(problem.sites, problem.shifts, problem.horizon),
    )


def _check_once(checked: CheckedTable, rows: Sequence[Cells], key: tuple[str, ...]) -> None:
    """Check that no row stands twice: whether both count, or one replaces the other, is unknown."""
    first: dict[tuple[Any, ...], int] = {}
    for i, row in enumerate(rows):
        values = tuple(row[column] for column in key)
        if values in first:
            place = checked.table.finding(first[values], key[-1], "").place
            checked.add(i, key[1], f"the same row stands at {place} already: make them one row")
        first.setdefault(values, i)


def _check_staffing(
    checked: CheckedTable, rows: Sequence[Cells], problem: Problem, of_tail: bool
) -> None:
    names = checked.names
    for i, row in enumerate(rows):
        _check_day(checked, i, row, problem, of_tail)
        if row["since"] and row["date"] and row["since"] > row["date"]:
            checked.add(i, "since", f"must not be after the date, got {row['since']}")
        checked.check_name(i, "shift", row["shift"], names.shifts)
        if checked.check_name(i, "site", row["site"], names.sites):
            checked.check_name(i, "crew", row["crew"], names.crews_at.get(row["site"], ()))
            checked.check_name(i, "process", row["process"], names.processes[row["site"]])


def _check_day(checked: CheckedTable, i: int, row: Cells, problem: Problem, of_tail: bool) -> None:
    """Check that a day is one that the table covers."""
    horizon = problem.horizon
    day = horizon.day_of(row["date"])
    first, last = 0, horizon.reported_days - 1
    if of_tail:
        first, last = horizon.reported_days, horizon.days - 1
    overnight = checked.names.days_of(row["site"], row.get("shift") or "").overnight
    if first <= day <= last or (day == EVENING_BEFORE and overnight and not of_tail):
        return
    days = f"{horizon.date_of(first)} to {horizon.date_of(last)}"
    checked.add(i, "date", f"must be from {days}, got {row['date']}")


def _check_stock(
    checked: CheckedTable, rows: Sequence[Cells], problem: Problem, of_tail: bool
) -> None:
    for i, row in enumerate(rows):
        checked.check_name(i, "site", row["site"], checked.names.sites)
        checked.check_name(i, "product", row["product"], checked.names.products)


def _check_routing(
    checked: CheckedTable, rows: Sequence[Cells], problem: Problem, of_tail: bool
) -> None:
    regions, lanes = RegionNames.of(problem.regions), set(problem.lanes())
    for i, row in enumerate(rows):
        region = regions.find(row["region"])
        if region is None:
            checked.add(i, "region", regions.wrong(row["region"]))
        site = checked.check_name(i, "site", row["site"], checked.names.sites)
        contracts = ["", *checked.names.contracts]
        contract = checked.check_name(i, "contract", row["contract"], contracts)
        if site and contract and region and (row["site"], region, row["contract"]) not in lanes:
            checked.add(i, "contract", _no_lane(row["site"], region, row["contract"], problem))
        share = to_share(row, problem.horizon)
        if share.to_s <= share.from_s:
            checked.add(i, "to", "must be after from")
        if share.to_g <= share.above_g:
            checked.add(i, "to_g", f"must be more than above_g, {share.above_g}")


def _no_lane(site: str, region: str, contract: str, problem: Problem) -> str:
    """Say that nothing goes this way, and what does."""
    there = [k or "no courier" for s, r, k in problem.lanes() if (s, r) == (site, region)]
    goes = f"; {', '.join(there)} does" if there else ""
    return f"{shown(contract or 'no courier')} does not go from {site} to {region}{goes}"


def _check_vehicles(
    checked: CheckedTable, rows: Sequence[Cells], problem: Problem, of_tail: bool
) -> None:
    for i, row in enumerate(rows):
        _check_day(checked, i, row, problem, of_tail)
        if not checked.check_name(i, "site", row["site"], checked.names.sites):
            continue
        if checked.check_name(i, "contract", row["contract"], checked.names.contracts):
            times = list(_collected(problem, row["site"], row["contract"]))
            if row["at"] not in times:
                known = ", ".join(map(clock_text, times)) or "never"
                words = f"{row['contract']} does not collect at {row['site']} at this time"
                checked.add(i, "at", f"{words}, got {clock_text(row['at'])}; it comes at {known}")


def _collected(problem: Problem, site: str, contract: str) -> Iterator[int]:
    """Times at which a contract collects at a site."""
    for collection in problem.site(site).collections:
        if collection.contract == contract:
            yield collection.at_s


CHECKS: Mapping[str, Callable[[CheckedTable, Sequence[Cells], Problem, bool], None]] = {
    "stock": _check_stock,
    "staffing": _check_staffing,
    "routing": _check_routing,
    "extra_collections": _check_vehicles,
}
