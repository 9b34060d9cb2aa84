"""Cells that are set from outside (`--set regions.xinjiang.share=0.02`) in a scenario's tables.

A row is known by its region or product. Shares are parts of one whole: where some are set, the
others keep their proportions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from planner.errors import Finding
from planner.formats.base.findings import Findings, shown
from planner.formats.base.settings import Setting
from planner.formats.base.yaml_source import Document
from planner.formats.tables.tables import Table

KEY_OF = {"regions": "region", "products": "product"}
SHARE = "share"

MakeFinding = Callable[[int, str, str], Finding]


def with_settings(
    table: Table, name: str, settings: Sequence[Setting], findings: Findings
) -> Table:
    """Set cells of a table that was read from a file.

    Parameters
    ----------
    table : Table
        The table.
    name : str
        Its key in the scenario, one of `KEY_OF`.
    settings : sequence of Setting
        What is set, each with a row and a column as its steps.
    findings : Findings
        Takes rows that are not there.

    Returns
    -------
    Table
        With the cells that are set, and columns that were left out where cells of them are.
    """
    cells = {column: list(stated) for column, stated in table.cells.items()}
    known = [str(cell).strip() for cell in table.cells.get(KEY_OF[name], [])]
    places: dict[tuple[int, str], str] = {}
    for setting in settings:
        row, column = ".".join(setting.steps[:-1]), setting.steps[-1]
        wrong = _why_not(name, row, known, findings)
        if row in known and (known.index(row), column) in places:
            wrong = f"sets the same value as {places[known.index(row), column]}: keep one of them"
        if wrong:
            findings.found.append(Finding(setting.place, 0, 0, "", wrong))
            continue
        at = known.index(row)
        cells.setdefault(column, [""] * table.rows)[at] = _cell(setting)
        places[at, column] = setting.place
    changed = replace(
        table, columns=tuple(cells), cells=cells, finding=_placed(table.finding, places)
    )
    return _in_proportion(changed, name, [r for r, c in places if c == SHARE], findings)


def shares_in_proportion(table: Table, name: str, document: Document, findings: Findings) -> Table:
    """Scale the shares that were not set, of rows that a document writes out.

    Parameters
    ----------
    table : Table
        The rows.
    name : str
        Their key in the document.
    document : Document
        The document, which knows what was set.
    findings : Findings
        Takes the warning that shares were scaled.

    Returns
    -------
    Table
        The table; the same one where no share was set.
    """
    rows = [row for row in range(table.rows) if (name, row, SHARE) in document.set_from]
    return _in_proportion(table, name, rows, findings)


def _why_not(name: str, row: str, known: list[str], findings: Findings) -> str:
    """Why a row cannot be set; empty where it can."""
    if not row:
        return f"needs a row and a column: {name}.{KEY_OF[name].upper()}.COLUMN"
    if row not in known:
        return f"no such {KEY_OF[name]}, got {shown(row)}{findings.hint(row, known)}"
    if known.count(row) > 1:
        return f"{shown(row)} stands twice in the table"
    return ""


def _cell(setting: Setting) -> str:
    """The value as the text of a cell; empty for null."""
    if setting.value is None:
        return ""
    return setting.value if isinstance(setting.value, str) else setting.written


def _placed(finding: MakeFinding, places: dict[tuple[int, str], str]) -> MakeFinding:
    """Findings of the table, those of cells that were set at their setting."""
    columns = {column: place for (_, column), place in reversed(places.items())}

    def make(row: int, column: str, message: str) -> Finding:
        at = finding(row, column, message)
        place = places.get((row, column)) or (columns.get(column) if not at.column else None)
        return Finding(place, 0, 0, "", message) if place else at

    return make


def _in_proportion(table: Table, name: str, chosen: list[int], findings: Findings) -> Table:
    """Scale the shares of the rows that are not chosen, so that all sum to what they did to 1."""
    shares = [_number(cell) for cell in table.cells.get(SHARE, [])]
    others = [row for row in range(len(shares)) if row not in chosen]
    left = 1.0 - sum(shares[row] for row in chosen)
    rest = sum(shares[row] for row in others)
    if not (chosen and isfinite(left) and isfinite(rest) and left >= 0 and rest > 0):
        return table
    scaled: list[Any] = list(table.cells[SHARE])
    for row in others:
        share = shares[row] * left / rest
        scaled[row] = share if table.typed else repr(share)
    findings.warn(f"{name}: the shares that are not set keep their proportions, and all sum to 1")
    return replace(table, cells={**table.cells, SHARE: scaled})


def _number(cell: Any) -> float:
    """The number in a cell, NaN where there is none."""
    try:
        return float(cell)
    except (TypeError, ValueError):
        return float("nan")
