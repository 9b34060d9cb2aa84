"""A sheet of a spreadsheet or a CSV file as rows of text, with the names of its cells."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import Finding, InputError, column_letters
from planner.formats.base import input_limits
from planner.formats.base.input_files import refuse_unreadable
from planner.formats.rate_card.decimal_marks import with_decimal_points
from planner.formats.tables.csv_reader import SEPARATORS
from planner.formats.tables.text_files import TextFile, text_of_file
from planner.formats.tables.workbooks import (
    cells_of_sheet,
    cells_of_text,
    is_excel,
    open_workbook,
    refuse_other_kinds,
)

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_LINES_JUDGED = 50

Cell = tuple[int, int]  # row and column, from 0


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Rows of text, from the first.

    `lines[row]` is the row's number in the file. `sheet` is empty for CSV. `anchors`: cell of a
    merged range -> the first cell of the range, which holds its text. `turned`: rows and columns of
    the file have changed places.
    """

    file: str
    sheet: str
    rows: list[list[str]]
    lines: list[int]
    anchors: dict[Cell, Cell]
    turned: bool = False

    @cached_property
    def width(self) -> int:
        """Number of columns of the longest row."""
        return max((len(row) for row in self.rows), default=0)

    def text(self, row: int, column: int) -> str:
        """A cell's own text; empty beyond the row's end."""
        return (
            self.rows[row][column] if row < len(self.rows) and column < len(self.rows[row]) else ""
        )

    def anchor(self, row: int, column: int) -> Cell:
        """The first cell of the merged range that a cell lies in, else the cell itself."""
        return self.anchors.get((row, column), (row, column))

    def merged(self, row: int, column: int) -> str:
        """A cell's text, that of the merged range where it lies in one."""
        return self.text(*self.anchor(row, column))

    def turn(self) -> Grid:
        """Rows as columns and columns as rows; findings keep the places of the file."""
        rows = [
            [self.text(row, column) for row in range(len(self.rows))]
            for column in range(self.width)
        ]
        anchors = {cell[::-1]: anchor[::-1] for cell, anchor in self.anchors.items()}
        return replace(self, rows=rows, anchors=anchors, turned=not self.turned)

    def place(self, row: int, column: int) -> str:
        """A cell as spreadsheets name it: C7."""
        line, letters = self._line_and_column(row, column)
        return f"{column_letters(letters)}{line}"

    def row_name(self, row: int) -> str:
        """`row 7`; `column G` where the grid is turned."""
        return f"column {column_letters(row)}" if self.turned else f"row {self.lines[row]}"

    def column_name(self, column: int) -> str:
        """`column G`; `row 7` where the grid is turned."""
        return f"row {self.lines[column]}" if self.turned else f"column {column_letters(column)}"

    def finding(self, row: int, column: int, words: str) -> Finding:
        """Make a finding at a cell, with sheet, column letter and row.

        Parameters
        ----------
        row, column : int
            The cell, from 0.
        words : str
            What is wrong.

        Returns
        -------
        Finding
            The finding.
        """
        line, at = self._line_and_column(row, column)
        place = self.place(row, column)
        return Finding(
            self.file, line, at + 1, f"{self.sheet}!{place}" if self.sheet else place, words
        )

    def _line_and_column(self, row: int, column: int) -> tuple[int, int]:
        row, column = (column, row) if self.turned else (row, column)
        return self.lines[row] if row < len(self.lines) else 0, column


def read_grids(path: Path, sheet: str | None = None) -> list[Grid]:
    """The sheets of a workbook (or the one asked for), or the one grid of a CSV file.

    Raises InputError.
    """
    name = path.name
    refuse_unreadable(path, name)
    if path.stat().st_size > input_limits.CARD_BYTES:
        raise InputError(
            [Finding(name, 0, 0, "", f"is larger than {input_limits.CARD_BYTES:,} bytes")]
        )
    refuse_other_kinds(path, name)
    if not is_excel(path):
        if sheet is not None:
            raise InputError([Finding(name, 0, 0, "", f"is no workbook: it has no sheet {sheet}")])
        return [_read_csv(path, name)]
    book = open_workbook(path, name)
    if sheet is not None and sheet not in book.sheet_names:
        raise InputError(
            [Finding(name, 0, 0, "", f"no sheet {sheet}; it has {', '.join(book.sheet_names)}")]
        )
    return [
        _read_sheet(book, title, name)
        for title in ([sheet] if sheet is not None else book.sheet_names)
    ]


def _read_sheet(book: CalamineWorkbook, title: str, name: str) -> Grid:
    rows = cells_of_sheet(book, title, name)
    _refuse_large(rows, name, title)
    width, height = max(map(len, rows), default=0), len(rows)
    anchors: dict[Cell, Cell] = {}
    for (top, left), (bottom, right) in book.get_sheet_by_name(title).merged_cell_ranges or ():
        places = (
            (r, c)
            for r in range(top, min(bottom + 1, height))
            for c in range(left, min(right + 1, width))
        )
        for place in places:
            if place in anchors:
                words = (
                    f"{column_letters(place[1])}{place[0] + 1} lies in two merged ranges; split "
                    "the cells and save it again"
                )
                raise InputError([Finding(name, 0, 0, title, words)])
            anchors[place] = (top, left)
    grid = Grid(
        file=name, sheet=title, rows=rows, lines=list(range(1, len(rows) + 1)), anchors=anchors
    )
    return _checked(grid, cells_of_text(book, title, name), thousands=True)


def _refuse_large(rows: list[list[str]], name: str, sheet: str = "") -> None:
    if len(rows) > input_limits.CARD_ROWS or sum(map(len, rows)) > input_limits.CARD_CELLS:
        words = (
            f"has more than {input_limits.CARD_ROWS:,} rows or {input_limits.CARD_CELLS:,} "
            "cells, which no rate card needs"
        )
        raise InputError(
            [Finding(name, 0, 0, sheet, f"{words}: delete what does not belong to it")]
        )


def _read_csv(path: Path, name: str) -> Grid:
    text = text_of_file(path, name)
    separator = _separator(text)
    rows, lines, line, cells = [], [], 1, 0
    with text.stream() as stream:
        reader = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for row in reader:
                rows.append([cell.strip() for cell in row])
                cells += len(row)
                lines.append(line)
                line = reader.line_num + 1
                if len(rows) > input_limits.CARD_ROWS or cells > input_limits.CARD_CELLS:
                    break
        except csv.Error as error:
            raise InputError(
                [Finding(name, line, 0, "", f"cannot be read as CSV: {error}")]
            ) from error
    _refuse_large(rows, name)
    typed = {(r, c) for r, row in enumerate(rows) for c in range(len(row))}
    return _checked(
        Grid(file=name, sheet="", rows=rows, lines=lines, anchors={}),
        typed,
        thousands=separator == ",",
    )


def _separator(text: TextFile) -> str:
    """The separator that stands equally often in the most lines, and among such the most often:
    decimal commas stand in some lines only, or in some cells.
    """
    with text.stream() as stream:
        judged = list(islice(stream, _LINES_JUDGED))

    def steadiness(separator: str) -> tuple[int, int]:
        counts = Counter(count for line in judged if (count := line.count(separator)))
        return max(counts.values(), default=0), max(counts, default=0)

    return max(SEPARATORS, key=steadiness)


def _checked(grid: Grid, typed: set[Cell], thousands: bool) -> Grid:
    """The grid with decimal points.

    `typed`: its cells of text; `thousands`: where nothing else tells, 1,234 is more than a
    thousand.
    """
    rows, wrong = with_decimal_points(grid.rows, typed, thousands)
    if wrong:
        raise InputError([grid.finding(row, column, words) for (row, column), words in wrong])
    return replace(grid, rows=rows)
