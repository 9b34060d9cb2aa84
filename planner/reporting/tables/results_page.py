"""The reference of the result tables in Markdown, made from their declarations."""

from __future__ import annotations

from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.schemas import TABLES

HEAD = """# Result tables

Every table of a result folder (`tables/NAME.csv`) and its columns. The page is generated from their
declarations: change those, then run
`planner schema --columns results > planner/reporting/tables/README.md`.

Dates are written `2026-11-10`, moments `2026-11-10 20:00` in the scenario's time zone, times of day
`20:00` (with `+1` for the next day). A share lies between 0 and 1, a ratio need not. Money is in
major units of the scenario's currency. A figure is a number or a text. Cells may be empty only
where it says so.
"""


def results_page() -> str:
    """Return the reference of every result table, in the order of their declaration."""
    return "\n".join([HEAD, *(_section(table) for table in TABLES.values())])


def _section(table: ResultTable) -> str:
    lines = [
        f"## {table.name}",
        "",
        f"{table.meaning[0].upper()}{table.meaning[1:]}.",
        "",
        "| column | kind | unit | may be empty | meaning |",
        "|---|---|---|---|---|",
        *map(_row, table.columns),
    ]
    return "\n".join([*lines, ""])


def _row(column: Column) -> str:
    """The line of a column; a choice names its values."""
    values = f": {', '.join(column.among)}" if column.among else ""
    empty = "yes" if column.empty else ""
    return f"| {column.name} | {column.kind} | {column.unit} | {empty} | {column.meaning}{values} |"
