"""Validated cells of the decision tables -> the rows of a plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from planner.domain.horizon import Horizon
from planner.domain.plan import ExtraCollection
from planner.domain.problem import Problem, StockRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import Finding
from planner.formats.base.columns import EXTRA_COLLECTIONS, ROUTING, STAFFING, STOCK, Column
from planner.formats.base.findings import Findings
from planner.formats.base.region_names import RegionNames
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.plan_files.decision_tables import TAIL
from planner.formats.scenario.table_rows import to_share
from planner.formats.tables.table_files import parse_csv
from planner.formats.tables.tables import Table, read_cells

_DECIDED: dict[str, tuple[Column, ...]] = {
    "stock": STOCK,
    "staffing": STAFFING,
    "routing": ROUTING,
    "extra_collections": EXTRA_COLLECTIONS,
}
COLUMNS = _DECIDED | {name: _DECIDED[of] for name, of in TAIL.items()}
_NEVER_EMPTY = ("date", "site")

Cells = Mapping[str, Any]  # column -> value, of one row


def names_of_tables(problem: Problem) -> list[str]:
    """Decision tables of a plan for a problem: those of the tail only where there is one."""
    return [name for name in COLUMNS if name not in TAIL or problem.horizon.tail_days]


def cells_of_rows(table: Table, columns: tuple[Column, ...], findings: Findings) -> list[Cells]:
    """Validate the rows of a decision table.

    Parameters
    ----------
    table : Table
        The table.
    columns : tuple of Column
        Its columns.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    list
        Cells of each row; none with findings.
    """
    cells = read_cells(table, columns, NO_CURRENCY, findings, may_be_empty=True)
    if cells is None:
        return []
    rows: list[Cells] = [
        {column: values[i] for column, values in cells.items()} for i in range(table.rows)
    ]
    for i, row in enumerate(rows):
        for column in _NEVER_EMPTY:
            if column in row and row[column] is None:
                findings.found.append(table.finding(i, column, "is empty"))
    return rows


def decided(tables: Mapping[str, Sequence[Cells]], problem: Problem) -> dict[str, Any]:
    """The decisions of a plan from the rows of its tables, as fields of a `Plan`."""
    horizon, regions = problem.horizon, RegionNames.of(problem.regions)
    people = [*tables["staffing"], *tables.get("tail_staffing", ())]
    vehicles = [*tables["extra_collections"], *tables.get("tail_collections", ())]
    return {
        "staffing": tuple(to_staff(cell, horizon) for cell in people),
        "routing": tuple(
            to_share({**cell, "region": regions.find(cell["region"]) or cell["region"]}, horizon)
            for cell in tables["routing"]
        ),
        "extra": tuple(to_vehicles(cell, horizon) for cell in vehicles),
        "stock": tuple(
            StockRow(cell["site"], cell["product"], cell["units"]) for cell in tables["stock"]
        ),
    }


def to_staff(cell: Cells, horizon: Horizon) -> StaffRow:
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


def to_vehicles(cell: Cells, horizon: Horizon) -> ExtraCollection:
    """Additional vehicles from their cells."""
    return ExtraCollection(
        horizon.day_of(cell["date"]), cell["site"], cell["contract"], cell["at"], cell["vehicles"]
    )


def table_of_lines(lines: Sequence[str], name: str) -> Table:
    """The table that lines of CSV hold, its header first; findings name it and the line."""
    frame = parse_csv("\n".join(lines).encode(), name)
    numbers, columns = frame.index.tolist(), tuple(map(str, frame.columns))

    def finding(row: int, column: str, message: str) -> Finding:
        return Finding(name, numbers[row] if row >= 0 else 1, 0, column, message)

    cells = {column: frame[column].tolist() for column in columns}
    return Table(columns=columns, cells=cells, rows=len(frame), typed=False, finding=finding)
