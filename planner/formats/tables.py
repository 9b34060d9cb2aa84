"""Tables: CSV (UTF-8 with or without BOM, else GB18030; comma, semicolon, tab or bar) and Excel, as text cells.

`read_table` gives a frame of text whose index is the line in the file; `read_cells` validates a table
against its columns.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import Finding, InputError
from planner.formats.delimited import check_header, open_delimited, read_pieces, separator_of
from planner.formats.fields import Column, parser
from planner.formats.findings import Findings, nearest, shown
from planner.formats.text import Text, text_of_bytes, text_of_file
from planner.formats.yaml_source import Document, Path_

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_BYTES = 2_000_000_000
MAX_STREAMED_BYTES = 100_000_000_000
MAX_UNZIPPED = 500_000_000


@dataclass(frozen=True)
class Table:
    """Cells by column, and how to report a finding at (row, column name); `typed`: cells come from YAML."""

    columns: tuple[str, ...]
    cells: dict[str, list[Any]]
    rows: int
    typed: bool
    finding: Callable[[int, str, str], Finding]


@dataclass(frozen=True)
class TableFile:
    """A file of which the header is known; `pieces` gives the rest.

    `pieces(wanted, rows)`: frames of text with the wanted columns, `rows` rows at a time (None: as many as is
    sensible), empty rows left out; their index is the line. `most_rows` is never below their number.
    """

    columns: tuple[str, ...]
    most_rows: int
    pieces: Callable[[Sequence[str], int | None], Iterator[pd.DataFrame]]


def open_table_file(path: Path, name: str, most_bytes: int = MAX_STREAMED_BYTES) -> TableFile:
    """A CSV or Excel file to be read in pieces. Raises InputError when it cannot be read."""
    excel = is_excel(path)
    limit = MAX_BYTES if excel else most_bytes
    if path.stat().st_size > limit:
        raise InputError([Finding(name, 0, 0, "", f"is larger than {limit:,} bytes")])
    if excel:
        return _pieces_of(_read_excel(path, name))
    refuse_old_excel(path, name)
    return _pieces_of_text(text_of_file(path, name))


def _pieces_of_text(text: Text) -> TableFile:
    table = open_delimited(text)
    return TableFile(table.columns, text.most_lines, lambda wanted, rows: read_pieces(table, wanted, rows))


def _pieces_of(frame: pd.DataFrame) -> TableFile:
    def pieces(wanted: Sequence[str], rows: int | None) -> Iterator[pd.DataFrame]:
        step = rows or max(len(frame), 1)
        return (frame.iloc[begin : begin + step][list(wanted)] for begin in range(0, len(frame), step))

    return TableFile(tuple(str(c) for c in frame.columns), len(frame), pieces)


def read_table(path: Path, file: str | None = None) -> pd.DataFrame:
    """A CSV or Excel file as a frame of text; the index is the line. Raises InputError when it cannot be read."""
    return _whole(open_table_file(path, file or path.name, MAX_BYTES))


def parse_csv(data: bytes, name: str) -> pd.DataFrame:
    """The bytes of a CSV file as a frame of text; the index is the line. Raises InputError when they are none."""
    return _whole(_pieces_of_text(text_of_bytes(data, name)))


def _whole(table: TableFile) -> pd.DataFrame:
    pieces = list(table.pieces(table.columns, None))
    return pd.concat(pieces).astype(str) if pieces else pd.DataFrame(columns=pd.Index(table.columns), dtype=str)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def is_excel(path: Path) -> bool:
    """Is it a workbook by its first bytes?"""
    return _head(path) == b"PK\x03\x04"


def refuse_old_excel(path: Path, name: str) -> None:
    """Raises InputError for a workbook of a kind that is not read."""
    if _head(path) == b"\xd0\xcf\x11\xe0":
        raise InputError([Finding(name, 0, 0, "", "is an old Excel file (.xls); save it as .xlsx or CSV")])


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """A frame as UTF-8 CSV with `\\n` line ends; the index is left out."""
    write_pieces([frame], path)


def write_pieces(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """The same for a table that comes in pieces, at least one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        for number, frame in enumerate(frames):
            frame.to_csv(stream, index=False, header=number == 0, lineterminator="\n")


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    filled = (frame != "").any(axis=1)
    return frame if bool(filled.all()) else frame[filled]


def open_workbook(path: Path, name: str) -> CalamineWorkbook:
    """A workbook. Raises InputError when it is none, or one that unpacks to too much."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNZIPPED:
                raise InputError([Finding(name, 0, 0, "", "unpacks to more than is reasonable")])
        return CalamineWorkbook.from_path(path)
    except (zipfile.BadZipFile, CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, "", f"cannot be read as Excel: {error}")]) from error


def cells_of_sheet(book: CalamineWorkbook, sheet: str, name: str) -> list[list[str]]:
    """The cells of a sheet as text, from its first row and column. Raises InputError."""
    from python_calamine import CalamineError

    try:
        rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except (CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, sheet, f"cannot be read as Excel: {error}")]) from error
    return [[_cell_text(value) for value in row] for row in rows]


def _read_excel(path: Path, name: str) -> pd.DataFrame:
    book = open_workbook(path, name)
    cells = cells_of_sheet(book, book.sheet_names[0], name) if book.sheet_names else []
    columns = cells[0] if cells else []
    while columns and not columns[-1]:
        columns = columns[:-1]
    check_header(columns, name)
    body = [(row[: len(columns)]) for row in cells[1:]]
    frame = pd.DataFrame(body, columns=pd.Index(columns), index=range(2, len(body) + 2), dtype=str)
    return _without_empty(frame)


def _cell_text(value: Any) -> str:
    """An Excel cell as the text a CSV would hold."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def table_of_file(path: Path, file: str) -> Table:
    """A file's table, findings located by line and column."""
    frame = read_table(path, file)
    lines = frame.index.tolist()
    columns = tuple(str(c) for c in frame.columns)

    def finding(row: int, column: str, message: str) -> Finding:
        line = lines[row] if row >= 0 else 1
        place = _column_place(path, file, line, columns.index(column)) if column in columns else 0
        return Finding(file, line, place, column, message)

    return Table(columns, {c: frame[c].tolist() for c in columns}, len(frame), False, finding)


def open_table(path: Path, file: str, findings: Findings) -> Table | None:
    """A file's table; None, with findings, where it cannot be read."""
    try:
        return table_of_file(path, file)
    except InputError as error:
        findings.found += error.findings
        return None


def _column_place(path: Path, file: str, line: int, index: int) -> int:
    """Where a cell begins in its line (CSV: the character; Excel: the column), from 1; 0 where it cannot be told."""
    if is_excel(path):
        return index + 1
    lines = _lines_of(path, file, path.stat().st_mtime_ns)
    return _begin_of_cell(lines[line - 1] if line <= len(lines) else "", separator_of(lines[0]), index)


def _begin_of_cell(line: str, separator: str, index: int) -> int:
    begins = [0]
    quoted = False
    for at, character in enumerate(line):
        quoted ^= character == '"'
        if character == separator and not quoted:
            begins.append(at + 1)
    return begins[index] + 1 if index < len(begins) else 0


@lru_cache(maxsize=2)
def _lines_of(path: Path, file: str, _changed: int) -> list[str]:
    with text_of_file(path, file).stream() as stream:
        return stream.read().split("\n")


def placed(findings: Sequence[Finding], path: Path, columns: Sequence[str]) -> list[Finding]:
    """Findings in a long file with the column where their cell begins, found in one pass over its lines."""
    index = [columns.index(f.field) if f.line > 1 and f.field in columns else -1 for f in findings]
    if max(index, default=-1) < 0:
        return list(findings)
    if is_excel(path):
        return [replace(f, column=i + 1) for f, i in zip(findings, index, strict=True)]
    lines = {f.line for f in findings}
    with text_of_file(path, path.name).stream() as stream:
        separator = separator_of(stream.readline())
        texts = {n: text for n, text in enumerate(islice(stream, max(lines) - 1), 2) if n in lines}
    begins = [_begin_of_cell(texts.get(f.line, ""), separator, i) for f, i in zip(findings, index, strict=True)]
    return [replace(f, column=at) if i >= 0 else f for f, i, at in zip(findings, index, begins, strict=True)]


def table_of_rows(document: Document, path: Path_) -> Table:
    """Rows written out in a YAML document: a list of mappings."""
    rows: Any = document.data
    for step in path:
        rows = rows[step]
    columns = tuple(dict.fromkeys(key for row in rows for key in row))

    def finding(row: int, column: str, message: str) -> Finding:
        at = (*path, row, column) if row >= 0 else path
        known = at in document.places
        return document.finding(at, message) if known or row >= 0 else document.finding((*path, column), message)

    return Table(columns, {c: [row.get(c, "") for row in rows] for c in columns}, len(rows), True, finding)


def read_cells(
    table: Table,
    columns: Sequence[Column],
    currency: str,
    findings: Findings,
    rename: dict[str, str] | None = None,
    may_be_empty: bool = False,
) -> dict[str, list[Any]] | None:
    """Validated columns of a table; None when there was a finding. `rename`: our column -> the table's own name.

    Cells left out get the column's default; with `rename` the table may have columns that are of no interest.
    """
    before = len(findings.found)
    theirs = {c.name: (rename or {}).get(c.name, c.name) for c in columns}
    if rename is None:
        for name in table.columns:
            if name not in theirs:
                words = "unknown column" + nearest(name, list(theirs))
                findings.found.append(table.finding(-1, name, words))
    values = {c.name: _column(table, c, theirs[c.name], currency, findings) for c in columns}
    if table.rows == 0 and not may_be_empty:
        findings.found.append(table.finding(-1, "", "holds no rows"))
    return values if len(findings.found) == before else None


def _column(table: Table, column: Column, name: str, currency: str, findings: Findings) -> list[Any]:
    if name not in table.cells:
        if column.required:
            findings.found.append(table.finding(-1, name, "column is missing" + nearest(name, table.columns)))
        return [column.default] * table.rows
    parse = parser(column, currency, table.typed)
    parsed: dict[Any, Any] = {}
    values = []
    for row, cell in enumerate(table.cells[name]):
        key = (type(cell), cell) if not isinstance(cell, (list, dict)) else id(cell)
        if key not in parsed:
            parsed[key] = _parse_cell(parse, column, cell)
        value = parsed[key]
        if isinstance(value, _Bad):
            findings.found.append(table.finding(row, name, value.message))
            value = column.default
        values.append(value)
    return values


@dataclass(frozen=True, slots=True)
class _Bad:
    message: str


def _parse_cell(parse: Callable[[Any], Any], column: Column, cell: Any) -> Any:
    if cell == "" or cell is None:
        return _Bad("is empty") if column.required else column.default
    try:
        return parse(cell)
    except ValueError as error:
        return _Bad(f"{error}, got {shown(cell)}")
