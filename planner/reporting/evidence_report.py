"""Late orders of a log as a document: sheets fit for an appeal, their pictures, a workbook."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from planner.domain.late_orders import REASONS
from planner.output import write_bytes
from planner.reporting.language.evidence_sentences import message, notes
from planner.reporting.language.labels import MISSING, Labels, language
from planner.reporting.layout.fonts import Typeface, cover, register
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.layout.style import GREY, applied
from planner.reporting.outputs.cells import ShownColumn, shown_columns, to_time
from planner.reporting.outputs.workbook.document import (
    BOOK_OPTIONS,
    FIXED_DATE,
    naming_its_drafts,
)
from planner.reporting.outputs.workbook.looks import looks_of, printed
from planner.reporting.outputs.workbook.marked_sheet import MarkedSheet, ems
from planner.reporting.report import write_document
from planner.reporting.tables.evidence_table import EVIDENCE_TABLE
from planner.reporting.tables.schemas import TABLES

APPEALED = ("courier", "customer", "platform")  # faults that an appeal is about
MOST_LISTED = 2_000  # orders on the sheets; the tables hold all
MOST_PICTURES = 3
_SHEETS = ("evidence_summary", "evidence", "late_by_day", "penalties", "not_judged")
_POINTS, _LIST_POINTS = 9.0, 7.5
_WIDEST_CELL = 40


def write_evidence_report(
    folder: Path, tables: Mapping[str, pd.DataFrame], summary: Mapping[str, Any], lang: str
) -> list[Path]:
    """Write appeal.pdf, its first pictures and evidence.xlsx.

    Parameters
    ----------
    folder : Path
        Folder of the result.
    tables : mapping
        The tables by name.
    summary : mapping
        The summary of the result.
    lang : str
        `en` or `zh`.

    Returns
    -------
    list of Path
        The files.
    """
    labels = Labels(language(lang), str(summary["currency"]))
    evidence = tables["evidence"]
    texts = {*map(str, evidence["order"].head(MOST_LISTED)), *map(str, evidence["contract"])}
    typeface, _ = cover(register(), [*texts, *notes(labels, summary)])
    with applied(typeface):
        sheets = _sheets(_Document(labels, typeface, summary), tables)
        for number, sheet in enumerate(sheets, start=1):
            sheet.footer(labels("evidence_title"), f"{number} / {len(sheets)}")
        written = write_document(
            sheets, folder / "appeal.pdf", labels("evidence_title"), MOST_PICTURES
        )
    return [*written, _write_workbook(folder / "evidence.xlsx", tables, labels)]


class _Document:
    """What every sheet needs."""

    def __init__(self, labels: Labels, typeface: Typeface, summary: Mapping[str, Any]) -> None:
        self.labels, self.typeface, self.summary = labels, typeface, summary
        self.sheets: list[Sheet] = []

    def sheet(self) -> Sheet:
        """Begin the next sheet."""
        sheet = Sheet(typeface=self.typeface, slug=f"appeal-{len(self.sheets) + 1:02d}")
        self.sheets.append(sheet)
        return sheet

    def heading(self, name: str) -> str:
        """Heading of a column of the evidence."""
        column = next(c for c in EVIDENCE_TABLE.columns if c.name == name)
        return self.labels.pick(column.heading)


def _sheets(document: _Document, tables: Mapping[str, pd.DataFrame]) -> list[Sheet]:
    """The summary, then the orders that an appeal is about, by reason and contract."""
    _first_sheet(document, tables["evidence_summary"])
    evidence = tables["evidence"]
    left = MOST_LISTED
    for reason, fault in REASONS.items():
        if fault not in APPEALED:
            continue
        of_reason = evidence[evidence["reason"] == reason]
        for contract in sorted(of_reason["contract"].unique().tolist()):
            rows = of_reason[of_reason["contract"] == contract]
            _list(document, (reason, contract), rows.head(left))
            left -= min(len(rows), left)
    listed = int(evidence["fault"].isin(APPEALED).sum())
    if listed > MOST_LISTED:
        n = document.labels.number(listed - MOST_LISTED)
        sheet = document.sheets[-1]
        sheet.text((LEFT, BOTTOM), document.labels("evidence_not_listed", n=n), 8, colour=GREY)
    return document.sheets


def _first_sheet(document: _Document, table: pd.DataFrame) -> None:
    """How many orders are whose fault, by which rule and contracts."""
    labels, summary = document.labels, document.summary
    sheet = document.sheet()
    top = sheet.title(labels("evidence_title"), message(labels, summary))
    shown = shown_columns(labels, "evidence_summary", table)
    columns = [
        Column(c.heading, 2.0 if c.kind == "text" else 1.2, "left" if c.kind == "text" else "right")
        for c in shown
    ]
    rows = [[_cell(labels, c, value) for c, value in zip(shown, row, strict=True)]
            for row in zip(*(c.values for c in shown), strict=True)]  # fmt: skip
    y = top + 2
    if rows:
        _, y = sheet.table(
            (LEFT, y), RIGHT - LEFT, columns, rows, points=_POINTS, until=BOTTOM - 50
        )
    y += 5
    minutes = summary["assumptions"]["collection_grace_minutes"]
    said = [*notes(labels, summary), labels("evidence_test", minutes=minutes)]
    if not set(table["fault"]) <= set(APPEALED):
        said.append(labels("evidence_not_for_appeal"))
    for line in said:
        y = sheet.text((LEFT, y), line, _POINTS, width=RIGHT - LEFT, most=4) + 1.5


def _list(document: _Document, of: tuple[str, str], rows: pd.DataFrame) -> None:
    """The orders of one reason and contract, over as many sheets as it takes."""
    labels, (reason, contract) = document.labels, of
    fault = labels.name("fault", REASONS[reason])
    title = labels(
        "evidence_list_title", fault=contract or fault, reason=labels.name("late_reason", reason)
    )
    columns, cells = _listed_cells(document, rows)
    first = True
    while cells:
        sheet = document.sheet()
        heading = title if first else labels("continued", title=title)
        top = sheet.title(heading, labels(f"appeal_{reason}"))
        first = False
        done, _ = sheet.table(
            (LEFT, top), RIGHT - LEFT, columns, cells, points=_LIST_POINTS, until=BOTTOM - 5
        )
        cells = cells[max(done, 1) :]


def _listed_cells(document: _Document, rows: pd.DataFrame) -> tuple[list[Column], list[list[str]]]:
    """Columns that say something of these orders, and their cells."""
    labels = document.labels
    names = ["order", "ordered_at", "approved_at", "deadline", "packed_at", "handed_over_at"]
    names += ["scanned_at", "delivered_at", "hours_late", "certainty", "compensation", "claim"]
    there = [name for name in names if _says_something(rows[name])]
    shown = {c.column.name: c for c in shown_columns(labels, "evidence", rows)}
    columns = [
        Column(
            document.heading(name),
            2.6 if name == "order" else 1.5,
            "right" if shown[name].kind in ("money", "count", "whole") else "left",
        )
        for name in there
    ]
    cells = [
        [_cell(labels, shown[name], value) for name, value in zip(there, row, strict=True)]
        for row in zip(*(shown[name].values for name in there), strict=True)
    ]
    return columns, cells


def _says_something(cells: pd.Series) -> bool:
    """Whether a column holds a text or an amount."""
    if pd.api.types.is_numeric_dtype(cells):
        return bool((cells.fillna(0) != 0).any())
    return bool((cells != "").any())


def _cell(labels: Labels, column: ShownColumn, value: Any) -> str:
    """A value as a sheet shows it."""
    if isinstance(value, str) and column.kind != "moment":
        return value or MISSING
    if column.kind == "moment":
        return str(value)[:16] or MISSING
    if pd.isna(value):
        return MISSING
    if column.kind == "money":
        return labels.money(float(value))
    return labels.number(float(value), 0 if column.kind == "whole" else 1)


def _write_workbook(path: Path, tables: Mapping[str, pd.DataFrame], labels: Labels) -> Path:
    """Every table as a sheet, ready to print and to filter."""
    content = io.BytesIO()
    with naming_its_drafts(), xlsxwriter.Workbook(content, BOOK_OPTIONS) as book:
        book.set_properties({"title": labels("evidence_title"), "created": FIXED_DATE})
        looks = looks_of(book, labels)
        for name in _SHEETS:
            if len(tables[name]):
                _write_sheet(book, looks, labels, name, tables[name])
    write_bytes(path, content.getvalue())
    return path


def _write_sheet(
    book: Any, looks: Mapping[str, Any], labels: Labels, name: str, table: pd.DataFrame
) -> None:
    sheet = MarkedSheet(book, labels.pick(TABLES[name].title))
    for place, column in enumerate(shown_columns(labels, name, table)):
        numeric = column.kind not in ("text", "day", "moment")
        sheet.write(0, place, column.heading, looks["head_number" if numeric else "head"])
        widest = ems(column.heading)
        for row, value in _written(column):
            sheet.write(row, place, value, looks[column.kind])
            widest = max(widest, ems(str(value)) if column.kind == "text" else 12)
        sheet.sheet.set_column(place, place, min(widest + 2, _WIDEST_CELL))
    sheet.sheet.freeze_panes(1, 1)
    sheet.sheet.autofilter(0, 0, len(table), sheet.columns - 1)
    printed(sheet.sheet, 0, labels.pick(TABLES[name].title))


def _written(column: ShownColumn) -> Iterator[tuple[int, Any]]:
    """Row and value of the cells that are not empty."""
    values: Sequence[Any] = column.values.tolist()
    for row, value in enumerate(values, start=1):
        if column.kind in ("day", "moment"):
            moment = to_time(str(value))
            if moment is not None:
                yield row, moment
        elif value != "" and not pd.isna(value):
            yield row, value
