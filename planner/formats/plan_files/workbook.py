"""plan.xlsx read back: its decisions as tables under the names of their columns.

What headings and shown names stand for, and the plan as it was made, stand in its hidden sheet, so
that the language of the workbook does not matter and it is read without its folder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.documents.reading import read_workbook_key
from planner.documents.workbook import KEY_SHEET
from planner.domain.horizon import HOUR_S
from planner.domain.sheet_marks import serial, sheet_mark
from planner.errors import Finding, InputError
from planner.formats.base.findings import Findings
from planner.formats.plan_files.decision_rows import COLUMNS
from planner.formats.tables.tables import Table
from planner.formats.tables.workbooks import open_workbook, values_of_sheet

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WORKBOOK = "plan.xlsx"
_TITLE_ROWS = 20  # above the headings at most
_DAY_S = 86_400
NO_KEY = (
    f"has no sheet {KEY_SHEET}, with which a plan is read back: it is of an earlier version, or "
    "the sheet was deleted; write it again with planner report DIR --format xlsx, and edit that"
)


@dataclass(frozen=True)
class ReadWorkbook:
    """A workbook of a plan.

    Attributes
    ----------
    key : dict
        Content of its hidden sheet.
    tables : dict of str to Table
        Decision tables by name.
    notes : tuple of str
        What was changed in it and is not read.
    """

    key: Mapping[str, Any]
    tables: Mapping[str, Table]
    notes: tuple[str, ...]


def read_workbook(path: Path, name: str, findings: Findings) -> ReadWorkbook | None:
    """Read the decisions of a workbook.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        Its name, as messages show it.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    ReadWorkbook or None
        None with findings.
    """
    try:
        book = open_workbook(path, name)
        if KEY_SHEET not in book.sheet_names:
            raise InputError([Finding(name, 0, 0, "", NO_KEY)])
        lines = (str(row[0]) if row else "" for row in values_of_sheet(book, KEY_SHEET, name))
        key = read_workbook_key("\n".join(lines), path)
    except InputError as error:
        findings.found += error.findings
        return None
    tables = {}
    for title, sheet in key["sheets"].items():
        if title not in book.sheet_names:
            words = "is missing: rename it back, or undo its deletion"
            findings.found.append(Finding(name, 0, 0, "", words, title))
            continue
        rows = list(values_of_sheet(book, title, name))
        read = _SheetReader(name, title, sheet["columns"], key["names"])
        table = read.table(rows, sheet["table"], findings)
        if table is not None:
            tables[sheet["table"]] = table
    return ReadWorkbook(key, tables, tuple(_changed_elsewhere(book, key, name)))


def _changed_elsewhere(book: CalamineWorkbook, key: Mapping[str, Any], name: str) -> list[str]:
    """Sheets that follow from others and do not show what they did."""
    wrong = [
        title
        for title, mark in key["marks"].items()
        if title in book.sheet_names and sheet_mark(values_of_sheet(book, title, name)) != mark
    ]
    editable = ", ".join(key["sheets"])
    words = f"changed, and not read: it follows from the plan; change {editable} instead"
    return [f"{name}: sheet {title}: {words}" for title in wrong]


@dataclass(frozen=True)
class _SheetReader:
    """Reads one sheet: `columns` by heading, `names` by kind and as they are shown."""

    name: str
    title: str
    columns: Mapping[str, str]
    names: Mapping[str, Mapping[str, str]]

    def table(self, rows: Sequence[Sequence[Any]], name: str, findings: Findings) -> Table | None:
        """The table of the sheet; None, with findings, where headings are missing."""
        head = max(
            range(min(len(rows), _TITLE_ROWS)),
            key=lambda at: (sum(_text(v) in self.columns for v in rows[at]), -at),
            default=0,
        )
        headings = [_text(value) for value in rows[head]] if rows else []
        for heading in self.columns:
            times = headings.count(heading)
            if times != 1:
                words = "the column is missing" if times == 0 else "the column stands twice"
                findings.found.append(Finding(self.name, 0, 0, heading, words, self.title))
        if any(headings.count(heading) != 1 for heading in self.columns):
            return None
        places = {column: headings.index(heading) for heading, column in self.columns.items()}
        kept = [
            at
            for at in range(head + 1, len(rows))
            if any(_text(_cell(rows[at], place)) for place in places.values())
        ]
        kinds = {column.name: column.kind for column in COLUMNS[name]}
        cells = {
            column: [self._cell_text(column, kinds[column], _cell(rows[at], place)) for at in kept]
            for column, place in places.items()
        }
        return Table(
            columns=tuple(places),
            cells=cells,
            rows=len(kept),
            typed=False,
            finding=self._finding(places, headings, kept, head),
        )

    def _finding(
        self, places: Mapping[str, int], headings: Sequence[str], kept: Sequence[int], head: int
    ) -> Callable[[int, str, str], Finding]:
        def finding(row: int, column: str, message: str) -> Finding:
            place = places.get(column)
            line = kept[row] + 1 if row >= 0 else head + 1
            heading = column if place is None else headings[place]
            return Finding(
                self.name, line, 0 if place is None else place + 1, heading, message, self.title
            )

        return finding

    def _cell_text(self, column: str, kind: str, value: Any) -> str:
        """A cell as the text that the CSV file has for it."""
        if kind == "date" and isinstance(value, datetime) and value.time() == time():
            return value.date().isoformat()
        if kind == "datetime" and isinstance(value, date):
            at = value if isinstance(value, datetime) else datetime.combine(value, time())
            return _to_second(at).isoformat(timespec="seconds")
        if kind == "time":
            return _clock(value)
        text = _text(value)
        return self.names.get(column, {}).get(text, text)


def _cell(row: Sequence[Any], place: int) -> Any:
    return row[place] if place < len(row) else ""


def _to_second(at: datetime) -> datetime:
    """The moment to the second: a spreadsheet keeps days and a fraction."""
    return (at + timedelta(milliseconds=500)).replace(microsecond=0)


def _clock(value: Any) -> str:
    """A time of day, which a spreadsheet keeps as a fraction of a day."""
    if isinstance(value, time | timedelta):
        value = serial(value)
    if isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1:
        minutes = round(value * _DAY_S / 60)
        return f"{minutes * 60 // HOUR_S:02d}:{minutes % 60:02d}"
    return _text(value)


def _text(value: Any) -> str:
    """The text of a cell: whole numbers without decimals, dates as in a CSV file."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()
