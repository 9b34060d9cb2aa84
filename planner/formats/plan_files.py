"""Plan <-> files: `plan.json` and the decision tables of a run folder.

People and vehicles of the tail stand in tables of their own, so that those of the promotion add up
to its costs.

read_plan(write_plan(plan)) == plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.reading import PLAN, read_plan_document
from planner.domain.contracts import HEAVIEST_G
from planner.domain.costs import every_day_reported, paid_seconds, staff_cost_minor
from planner.domain.demand_certainty import certain_demand
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.money import minor_digits, to_major
from planner.domain.plan import Certificate, ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow, Target
from planner.domain.roster import EmptyPlaces
from planner.domain.wording import json_text
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, StaffRow
from planner.errors import ConflictError, Finding, InputError
from planner.formats.base.columns import EXTRA_COLLECTIONS, ROUTING, STAFFING, STOCK, Column
from planner.formats.base.findings import Findings
from planner.formats.base.region_names import RegionNames
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.scenario.table_rows import to_share
from planner.formats.tables.tables import open_table, read_cells, write_table
from planner.output import write_text

_STOCK = ["site", "product", "units"]
_STAFFING = ["date", "site", "process", "crew", "shift", "since", "headcount", "paid_hours", "cost"]
_ROUTING = ["region", "site", "contract", "from", "to", "share", "above_g", "to_g"]
_MOST_NAMED = 20
_EXTRA = ["date", "site", "contract", "at", "vehicles", "cost"]
_COLUMNS = {
    "stock": STOCK,
    "staffing": STAFFING,
    "routing": ROUTING,
    "extra_collections": EXTRA_COLLECTIONS,
}
AMOUNTS = ("objective", "bound", "model_objective", "model_bound")  # of plan.json, and of a Plan
OF_TAIL = ("tail_staffing", "tail_collections")  # only in folders of a plan with a tail


def write_plan(
    folder: Path,
    problem: Problem,
    plan: Plan,
    simulated: Mapping[str, float] | None = None,
    loop: Mapping[str, Any] | None = None,
    *,
    stock: pd.DataFrame | None = None,
) -> tuple[Path, ...]:
    """Write plan.json and tables/{stock,staffing,routing,extra_collections}.csv.

    Money is in major units. Of a tail, tail_staffing.csv and tail_collections.csv as well.

    Parameters
    ----------
    folder : Path
        Run folder.
    problem : Problem
        What is given.
    plan : Plan
        What was decided.
    simulated : mapping or None
        {mean, low, high} of the on-time share, where it is known.
    loop : mapping or None
        How the plan was reached.
    stock : DataFrame or None
        The table of the stock with what simulations show of it, where that is known.

    Returns
    -------
    tuple of Path
        The files, plan.json first.
    """
    tables, frames = folder / "tables", decision_tables(problem, plan)
    if stock is not None:
        frames["stock"] = stock
    for name, frame in frames.items():
        write_table(frame, tables / f"{name}.csv")
    path = folder / PLAN
    summary = {
        **plan_summary(problem, plan, simulated),
        **({} if loop is None else {"loop": dict(loop)}),
    }
    write_text(path, json_text(summary, indent=2) + "\n")
    return (path, *(tables / f"{name}.csv" for name in frames))


def decision_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """The decisions of a plan as tables; money in major units."""
    days, everything = problem.horizon.reported_days, every_day_reported(problem)
    tail = {
        "tail_staffing": pd.DataFrame(
            [_staff_cells(r, everything) for r in plan.staffing if r.day >= days], columns=_STAFFING
        ),
        "tail_collections": pd.DataFrame(
            [_extra_cells(r, problem) for r in plan.extra if r.day >= days], columns=_EXTRA
        ),
    }
    return {
        "stock": pd.DataFrame(
            [(r.site, r.product, r.units) for r in plan.stock or ()], columns=_STOCK
        ),
        "staffing": pd.DataFrame(
            [_staff_cells(r, problem) for r in plan.staffing if r.day < days], columns=_STAFFING
        ),
        "routing": pd.DataFrame(
            [_share_cells(r, problem.horizon) for r in plan.routing], columns=_ROUTING
        ),
        "extra_collections": pd.DataFrame(
            [_extra_cells(r, problem) for r in plan.extra if r.day < days], columns=_EXTRA
        ),
        **(tail if problem.horizon.tail_days else {}),
    }


def plan_summary(
    problem: Problem, plan: Plan, simulated: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The content of plan.json: money in major units, shares as numbers.

    Parameters
    ----------
    problem : Problem
        What is given.
    plan : Plan
        What was decided.
    simulated : mapping or None
        {mean, low, high} of the on-time share, where it is known.

    Returns
    -------
    dict
        Values that JSON can hold.
    """
    certificate = plan.certificate
    return {
        "status": str(plan.status),
        **({"note": plan.note} if plan.note else {}),
        "objective": _major(plan.objective, problem),
        "bound": _major(plan.bound, problem),
        "gap": plan.gap,
        "model_objective": _major(plan.model_objective, problem),
        "model_bound": _major(plan.model_bound, problem),
        "model_gap": plan.model_gap,
        "method": plan.method,
        "currency": problem.currency,
        "certain_demand": list(certain_demand(problem.demand)),
        "costs": {name: _major(amount, problem) for name, amount in plan.costs.items()},
        "service": {
            "on_time_share": problem.service.on_time_share,
            "confidence": problem.service.confidence,
            "also": [asdict(target) for target in problem.service.also],
            "expected": dict(plan.expected),
            "simulated": dict(simulated) if simulated is not None else None,
        },
        "certificate": None if certificate is None else asdict(certificate),
        "signed": list(plan.signed),
        "promises": dict(plan.promises),
        "caps": dict(plan.caps),
        "margins": dict(plan.margins),
        "reproducible": plan.reproducible,
        "stock_unlimited": plan.stock is None,
    }


def read_plan(folder: Path, problem: Problem) -> Plan:
    """The plan of a run folder.

    Raises InputError where files are damaged, ConflictError where the plan is not of this scenario.
    """
    findings = Findings(folder)
    names = dict(_COLUMNS)
    if problem.horizon.tail_days:
        names |= dict(zip(OF_TAIL, (STAFFING, EXTRA_COLLECTIONS), strict=True))
    tables = {name: _read_rows(folder, name, columns, findings) for name, columns in names.items()}
    data = _read_document(folder, findings)
    findings.raise_if_any()
    fields = _fields(data, problem)
    horizon = problem.horizon
    in_tail, vehicles = (tables.get(name, []) for name in OF_TAIL)
    staffing = tuple(_to_staff(cell, horizon) for cell in [*tables["staffing"], *in_tail])
    regions = RegionNames.of(problem.regions)
    routing = tuple(
        to_share({**cell, "region": regions.find(cell["region"]) or cell["region"]}, horizon)
        for cell in tables["routing"]
    )
    extra = tuple(
        ExtraCollection(horizon.day_of(c["date"]), c["site"], c["contract"], c["at"], c["vehicles"])
        for c in [*tables["extra_collections"], *vehicles]
    )
    stock = tuple(StockRow(c["site"], c["product"], c["units"]) for c in tables["stock"])
    plan = Plan(
        staffing=staffing,
        routing=routing,
        extra=extra,
        stock=None if data["stock_unlimited"] else stock,
        **fields,
    )
    _check_belongs(problem, plan)
    return plan


def _major(minor: int | None, problem: Problem) -> float | int | None:
    """An amount in major units; whole where the currency has no decimals."""
    if minor is None:
        return None
    return float(to_major(minor, problem.currency)) if minor_digits(problem.currency) else minor


def _staff_cells(row: StaffRow, problem: Problem) -> tuple[Any, ...]:
    """Cells of a row of the roster."""
    horizon, shift = problem.horizon, problem.shift(row.shift)
    since = "" if row.since_day == LONG_AGO else horizon.date_of(row.since_day).isoformat()
    paid_s = paid_seconds(problem, shift, row.day)
    return (
        horizon.date_of(row.day).isoformat(),
        row.site,
        row.process,
        row.crew,
        row.shift,
        since,
        row.headcount,
        f"{row.headcount * paid_s / HOUR_S:.2f}",
        to_major(staff_cost_minor(problem, row), problem.currency),
    )


def _share_cells(row: ShareRow, horizon: Horizon) -> tuple[Any, ...]:
    """Cells of a row of the routing table."""
    until_s = min(row.to_s, horizon.reported_end_s)  # the last period holds in the tail too
    begin, end = (_minute_text(horizon.at(second)) for second in (row.from_s, until_s))
    heaviest = "" if row.to_g == HEAVIEST_G else row.to_g
    return (
        row.region,
        row.site,
        row.contract,
        begin,
        end,
        repr(row.share),
        row.above_g or "",
        heaviest,
    )


def _minute_text(at: datetime) -> str:
    """A local time in ISO form, with seconds only where it has some."""
    return at.isoformat(timespec="seconds" if at.second else "minutes")


def _extra_cells(row: ExtraCollection, problem: Problem) -> tuple[Any, ...]:
    """Cells of a row of additional vehicles."""
    priced = {(c.contract, c.at_s): c.extra_cost_minor for c in problem.site(row.site).collections}
    at = f"{row.at_s // HOUR_S:02d}:{row.at_s % HOUR_S // 60:02d}"
    cost = to_major(priced.get((row.contract, row.at_s), 0) * row.vehicles, problem.currency)
    return (
        problem.horizon.date_of(row.day).isoformat(),
        row.site,
        row.contract,
        at,
        row.vehicles,
        cost,
    )


def _to_staff(cell: dict[str, Any], horizon: Horizon) -> StaffRow:
    """Row of the roster from its cells."""
    since = horizon.day_of(cell["since"]) if cell["since"] else LONG_AGO
    day = horizon.day_of(cell["date"])
    return StaffRow(
        day=day,
        site=cell["site"],
        process=cell["process"],
        crew=cell["crew"],
        shift=cell["shift"],
        since_day=since,
        headcount=cell["headcount"],
    )


def _read_rows(
    folder: Path, name: str, columns: tuple[Column, ...], findings: Findings
) -> list[dict[str, Any]]:
    """Validated rows of one of the plan's tables; a table without rows is fine."""
    file = f"tables/{name}.csv"
    path = folder / file
    if not path.is_file():
        findings.found.append(Finding(file, 0, 0, "", "is missing from the run folder"))
        return []
    table = open_table(path, file, findings)
    cells = read_cells(table, columns, NO_CURRENCY, findings, may_be_empty=True) if table else None
    if table is None or cells is None:
        return []
    rows = [{column: values[i] for column, values in cells.items()} for i in range(table.rows)]
    for i, row in enumerate(rows):
        for column in ("date", "site"):
            if column in row and row[column] is None:
                findings.found.append(table.finding(i, column, "is empty"))
    return rows


def _read_document(folder: Path, findings: Findings) -> dict[str, Any]:
    """plan.json; empty, with findings, where it is damaged."""
    try:
        return read_plan_document(folder)
    except InputError as error:
        findings.found += error.findings
        return {}


def _fields(data: dict[str, Any], problem: Problem) -> dict[str, Any]:
    """The plan's fields that stand in plan.json.

    Raises ConflictError where it is in another currency.
    """
    if data["currency"] != problem.currency:
        raise ConflictError(
            f"{PLAN}: the plan is in {data['currency']}, the scenario in {problem.currency}"
        )

    def minor(amount: float | None) -> int | None:
        return None if amount is None else round(amount * 10 ** minor_digits(problem.currency))

    certificate = data["certificate"]
    return {
        **{name: data[name] for name in ("method", "gap", "model_gap", "reproducible")},
        "status": PlanStatus(data["status"]),
        "note": data.get("note") or "",
        **{name: minor(data[name]) for name in AMOUNTS},
        "signed": tuple(data["signed"]),
        "promises": tuple((region, float(hours)) for region, hours in data["promises"].items()),
        "caps": tuple(data["caps"].items()),
        "margins": {name: float(value) for name, value in data["margins"].items()},
        "costs": {name: minor(amount) for name, amount in data["costs"].items()},
        "expected": data["service"]["expected"],
        "certificate": None if certificate is None else _certificate(certificate),
    }


def _certificate(data: dict[str, Any]) -> Certificate:
    also = tuple(Target(**target) for target in data.get("also", ()))
    empty = tuple(
        EmptyPlaces(**{**places, "dates": tuple(places["dates"])})
        for places in data.get("empty_places", ())
    )
    return Certificate(**{**data, "also": also, "empty_places": empty})


def _check_belongs(problem: Problem, plan: Plan) -> None:
    """Raise ConflictError with every name in the plan that the scenario does not have."""
    known = _known_names(problem)
    unknown = sorted(
        {f"{kind} {name}" for kind, name in _used_names(problem, plan) if name not in known[kind]}
    )
    if not unknown:
        return
    named = ", ".join(unknown[:_MOST_NAMED])
    more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
    raise ConflictError(f"this plan was made for another scenario; unknown names: {named}{more}")


def _known_names(problem: Problem) -> dict[str, set[str]]:
    """Kind -> names that a plan of the problem may use, as `_used_names` writes them."""
    levers = problem.levers
    return {
        "site": set(problem.site_names),
        "contract": {"", *problem.contract_names},
        "region": set(problem.region_names),
        "product": set(problem.product_names),
        "shift": {s.name for s in problem.shifts},
        "crew": {f"{c.name} at {c.site}" for c in problem.crews},
        "process": {f"{p.name} at {s.name}" for s in problem.sites for p in s.processes},
        "promise": {_promise(p.hours, p.region) for p in levers.promises},
        "cap": {_cap(c.orders, c.event) for c in levers.caps},
        "date": {str(problem.horizon.date_of(d)) for d in range(problem.horizon.days)},
    }


def _used_names(problem: Problem, plan: Plan) -> Iterator[tuple[str, str]]:
    """(kind, name) of everything in a plan that the scenario must have."""
    horizon = problem.horizon
    for shift in plan.staffing:
        yield "site", shift.site
        yield "shift", shift.shift
        yield "crew", f"{shift.crew} at {shift.site}"
        yield "process", f"{shift.process} at {shift.site}"
        if shift.day != EVENING_BEFORE:
            yield "date", str(horizon.date_of(shift.day))
    for lane in plan.routing:
        yield "site", lane.site
        yield "contract", lane.contract
        yield "region", lane.region
    for vehicle in plan.extra:
        yield "site", vehicle.site
        yield "contract", vehicle.contract
        yield "date", str(horizon.date_of(vehicle.day))
    for stock in plan.stock or ():
        yield "site", stock.site
        yield "product", stock.product
    for contract in plan.signed:
        yield "contract", contract
    for region, hours in plan.promises:
        yield "promise", _promise(hours, region)
    for event, orders in plan.caps:
        yield "cap", _cap(orders, event)


def _promise(hours: float, region: str) -> str:
    return f"of {hours:g} h to {region}"


def _cap(orders: int, event: str) -> str:
    return f"of {orders} orders for {event}"
