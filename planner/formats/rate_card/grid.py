"""A sheet of a spreadsheet, or a CSV file, as rows of text with the places people know: row and column letter."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from planner.errors import Finding, InputError
from planner.formats.delimited import SEPARATORS
from planner.formats.tables import cells_of_sheet, is_excel, open_workbook, refuse_other_kinds
from planner.formats.text import text_of_file

MOST_BYTES = 20_000_000
MOST_ROWS = 10_000
_LINES_JUDGED = 50


@dataclass(frozen=True)
class Grid:
    """Rows of text, from the first; `lines[row]` is the row's number in the file. `sheet` is empty for CSV."""

    file: str
    sheet: str
    rows: list[list[str]]
    lines: list[int]

    def text(self, row: int, column: int) -> str:
        """A cell's text; empty beyond the row's end."""
        return self.rows[row][column] if column < len(self.rows[row]) else ""

    def finding(self, row: int, column: int, words: str) -> Finding:
        """A finding at a cell, with sheet, column letter and row."""
        place = f"{letter(column)}{self.lines[row]}"
        return Finding(self.file, self.lines[row], column + 1, f"{self.sheet}!{place}" if self.sheet else place, words)


def letter(column: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def read_grids(path: Path, sheet: str | None = None) -> list[Grid]:
    """The sheets of a workbook (or the one asked for), or the one grid of a CSV file. Raises InputError."""
    name = path.name
    if path.stat().st_size > MOST_BYTES:
        raise InputError([Finding(name, 0, 0, "", f"is larger than {MOST_BYTES:,} bytes")])
    refuse_other_kinds(path, name)
    if not is_excel(path):
        if sheet is not None:
            raise InputError([Finding(name, 0, 0, "", f"is no workbook: it has no sheet {sheet}")])
        return [_read_csv(path, name)]
    book = open_workbook(path, name)
    if sheet is not None and sheet not in book.sheet_names:
        raise InputError([Finding(name, 0, 0, "", f"no sheet {sheet}; it has {', '.join(book.sheet_names)}")])
    grids = []
    for title in [sheet] if sheet is not None else book.sheet_names:
        rows = cells_of_sheet(book, title, name)
        grids.append(_checked(Grid(name, title, rows, list(range(1, len(rows) + 1)))))
    return grids


def _read_csv(path: Path, name: str) -> Grid:
    text = text_of_file(path, name)
    with text.stream() as stream:
        judged = list(islice(stream, _LINES_JUDGED))
    separator = max(SEPARATORS, key=lambda s: max((line.count(s) for line in judged), default=0))
    rows, lines, line = [], [], 1
    with text.stream() as stream:
        reader = csv.reader(stream, delimiter=separator, strict=True)
        try:
            for row in reader:
                rows.append([cell.strip() for cell in row])
                lines.append(line)
                line = reader.line_num + 1
        except csv.Error as error:
            raise InputError([Finding(name, line, 0, "", f"cannot be read as CSV: {error}")]) from error
    return _checked(Grid(name, "", rows, lines))


def _checked(grid: Grid) -> Grid:
    if len(grid.rows) > MOST_ROWS:
        raise InputError([Finding(grid.file, 0, 0, grid.sheet, f"has more than {MOST_ROWS:,} rows")])
    return grid
