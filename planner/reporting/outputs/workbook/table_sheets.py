"""A sheet for each table: headings frozen, filters on, columns as wide as what stands in them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from planner.domain.horizon import DAY_S, HOUR_S
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.cells import ShownColumn, shown_columns, to_time
from planner.reporting.outputs.workbook.editable import (
    KINDS,
    ShownNames,
    editable_columns,
)
from planner.reporting.outputs.workbook.looks import INPUT, printed
from planner.reporting.outputs.workbook.marked_sheet import MarkedSheet, ems
from planner.reporting.tables.run_folder import RunFolder
from planner.reporting.tables.schemas import TABLES

WIDEST, TIME_WIDTH, MONEY_WIDTH = 60, 17.0, 14.0
ROWS_TO_ADD = 200  # below a table, in which cells are checked as they are typed
NUMBERS = frozenset({"share", "money", "whole", "count"})
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(\+1)?")


@dataclass(frozen=True)
class EditableSheet:
    """A sheet whose decisions may be changed.

    Attributes
    ----------
    title : str
        Name of the sheet.
    table : str
        The table it holds.
    columns : dict of str to str
        Heading -> column that may be changed.
    """

    title: str
    table: str
    columns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BookParts:
    """What every sheet is written with.

    Attributes
    ----------
    book : Workbook
        The workbook.
    run : RunFolder
        The run.
    labels : Labels
        Language, currency and names.
    looks : dict
        Formats of cells.
    names : ShownNames
        Names in cells that may be changed.
    lists : dict of str to str
        Kind -> where the names of that kind stand in the workbook.
    """

    book: Any
    run: RunFolder
    labels: Labels
    looks: dict[str, Any]
    names: ShownNames
    lists: dict[str, str] = field(default_factory=dict)


def write_table(parts: BookParts, name: str, edit: bool) -> tuple[MarkedSheet, EditableSheet]:
    """Write the sheet of a table.

    Parameters
    ----------
    parts : BookParts
        What it is written with.
    name : str
        Name of the table.
    edit : bool
        Whether its decisions may be changed in the workbook.

    Returns
    -------
    tuple of MarkedSheet and EditableSheet
        The sheet, and which of its columns may be changed.
    """
    table = parts.run.table(name)
    marked = MarkedSheet(parts.book, parts.labels.pick(TABLES[name].title))
    columns = shown_columns(parts.labels, name, table)
    found = EditableSheet(marked.name, name)
    for place, column in enumerate(columns):
        key = column.column.name
        may_change = edit and key in editable_columns(name)
        if may_change:
            found.columns[column.heading] = key
            if key in KINDS:
                column = _by_unique_name(parts.names, column, table[key])
        _write_column(parts, marked, place, column, may_change)
        if may_change:
            _check_typed(parts, marked, place, column, len(table))
    marked.sheet.freeze_panes(1, 0)
    marked.sheet.autofilter(0, 0, len(table), len(columns) - 1)
    printed(marked.sheet, 0)
    return marked, found


def _by_unique_name(names: ShownNames, column: ShownColumn, keys: Any) -> ShownColumn:
    """The column with names that lead back to one key."""
    shown = [names.shown(column.column.name, str(key)) if key else "" for key in keys]
    return replace(column, values=pd.Series(shown, dtype=object))


def _write_column(
    parts: BookParts, marked: MarkedSheet, place: int, column: ShownColumn, may_change: bool
) -> None:
    prefix, width = INPUT if may_change else "", _width(column)
    clock = column.column.kind == "clock"
    kind: str = "clock" if clock else column.kind
    if kind == "text" and width >= WIDEST and not may_change:
        kind = "long"
    look = parts.looks[prefix + kind]
    marked.sheet.set_column(place, place, width, parts.looks[kind] if may_change else None)
    head = "head_number" if column.kind in NUMBERS else "head"
    marked.write(0, place, column.heading, parts.looks[prefix + head])
    for row, value in enumerate(column.values, start=1):
        if clock:
            _write_clock(parts, marked, (row, place), str(value), look)
        else:
            _write_value(marked, (row, place), value, column.kind, look)


def _write_value(
    marked: MarkedSheet, at: tuple[int, int], value: Any, kind: str, look: Any
) -> None:
    """A value with its format; a cell that may be filled in keeps its format where it is empty."""
    if kind in ("day", "moment"):
        value = to_time(str(value))
    elif kind != "text":
        value = float(value) if math.isfinite(value) else None
    if value is None or value == "":
        marked.blank(*at, look)
    else:
        marked.write(*at, str(value) if kind == "text" else value, look)


def _write_clock(
    parts: BookParts, marked: MarkedSheet, at: tuple[int, int], text: str, look: Any
) -> None:
    """A time of day as a time; `02:00+1` is that of the next day."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        marked.write(*at, text, look)
        return
    seconds = int(found[1]) * HOUR_S + int(found[2]) * 60 + (DAY_S if found[3] else 0)
    marked.write(*at, seconds / DAY_S, parts.looks["next_day"] if found[3] else look)


def _width(column: ShownColumn) -> float:
    """Width of a column: its heading with the filter's button, and its first values."""
    head = ems(column.heading)
    if column.kind in ("day", "moment"):
        return max(TIME_WIDTH, head + 4.5)
    widest = max([head + 3.5, *(ems(str(value)) for value in column.values.head(500))])
    least = MONEY_WIDTH if column.kind == "money" else 9.0
    return max(min(widest + 1.5, WIDEST), least)


def _check_typed(
    parts: BookParts, marked: MarkedSheet, place: int, column: ShownColumn, rows: int
) -> None:
    """Names to choose from, and numbers that are checked as they are typed."""
    kind, of = column.column.kind, column.column.name
    rule: dict[str, Any] | None = None
    if of in parts.lists:
        rule = {"validate": "list", "source": parts.lists[of]}
    elif kind == "count":
        rule = {"validate": "integer", "criteria": ">=", "value": 0}
    elif kind == "share":
        rule = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
    if rule is not None:
        title = column.heading[:32]
        message = parts.labels("edit_list" if of in parts.lists else "edit_number")
        rule |= {"error_title": title, "error_message": message, "ignore_blank": True}
        marked.sheet.data_validation(1, place, rows + ROWS_TO_ADD, place, rule)
