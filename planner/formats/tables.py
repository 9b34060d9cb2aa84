"""Tables: CSV (UTF-8 with or without BOM, else GB18030; comma, semicolon, tab or bar) and Excel, as text cells.

`read_table` gives a frame of text whose index is the line in the file; `read_cells` validates a table
against its columns.
"""

from __future__ import annotations

import codecs
import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from planner.errors import Finding, InputError
from planner.formats.fields import Column, parser
from planner.formats.findings import Findings, nearest, shown
from planner.formats.yaml_source import Document, Path_

MAX_BYTES = 2_000_000_000
MAX_UNZIPPED = 500_000_000
_SEPARATORS = ",;\t|"
_TOO_MANY = "has more cells than the first line names columns (a separator inside a text?)"
_MOST_RAGGED = 20
_LAST_COMMON_ROW = 0xD7
_PIECE = 1 << 20
_HANZI_ENOUGH = 0.8  # of the characters beyond ASCII must be everyday Chinese before a file counts as GB18030


@dataclass(frozen=True)
class Table:
    """Cells by column, and how to report a finding at (row, column name); `typed`: cells come from YAML."""

    columns: tuple[str, ...]
    cells: dict[str, list[Any]]
    rows: int
    typed: bool
    finding: Callable[[int, str, str], Finding]


def read_table(path: Path, file: str | None = None) -> pd.DataFrame:
    """A CSV or Excel file as a frame of text; the index is the line. Raises InputError when it cannot be read."""
    name = file or path.name
    if path.stat().st_size > MAX_BYTES:
        raise InputError([Finding(name, 0, 0, "", f"is larger than {MAX_BYTES:,} bytes")])
    if _is_excel(path):
        return _read_excel(path, name)
    if _head(path) == b"\xd0\xcf\x11\xe0":
        raise InputError([Finding(name, 0, 0, "", "is an old Excel file (.xls); save it as .xlsx or CSV")])
    return parse_csv(_as_utf8(path.read_bytes(), name), name)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def _is_excel(path: Path) -> bool:
    return _head(path) == b"PK\x03\x04"


def _separator(header: str) -> str:
    return max(_SEPARATORS, key=header.count)


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """A frame as UTF-8 CSV with `\\n` line ends; the index is left out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        frame.to_csv(stream, index=False, lineterminator="\n")


def parse_csv(data: bytes, name: str) -> pd.DataFrame:
    """UTF-8 with `\n` line ends -> frame; works on bytes, so that a long log is held once and not three times."""
    if b"\x00" in data or b"\x1b" in data:
        raise InputError([Finding(name, 0, 0, "", "holds control characters (another encoding?); save it as UTF-8")])
    header_line = data.split(b"\n", 1)[0].decode()
    separator = _separator(header_line)
    columns = [c.strip() for c in next(csv.reader([header_line], delimiter=separator), [])]
    _check_header(columns, name)
    frame = _read_body(data, separator, len(columns), name)
    if b'"' in data:
        frame.index = pd.Index(_lines(frame))
    too_long = frame.index[frame[str(len(columns))] != ""]
    if len(too_long):
        raise InputError([Finding(name, int(line), 0, "", _TOO_MANY) for line in too_long[:_MOST_RAGGED]])
    return _without_empty(pd.DataFrame({c: frame.pop(str(i)).str.strip() for i, c in enumerate(columns)}))


def _read_body(data: bytes, separator: str, columns: int, name: str) -> pd.DataFrame:
    """Everything below the header; one column more than it names, which takes what is too much."""
    names = [str(i) for i in range(columns + 1)]
    try:
        frame = pd.read_csv(
            io.BytesIO(data),
            sep=separator,
            header=None,
            names=names,
            skiprows=1,
            dtype=str,
            keep_default_na=False,
            na_filter=False,
            skip_blank_lines=False,
            on_bad_lines="error",
            engine="c",
            encoding="utf-8",
        ).fillna("")
    except pd.errors.EmptyDataError:
        return pd.DataFrame(columns=pd.Index(names), dtype=str)
    except (pd.errors.ParserError, ValueError) as error:
        raise InputError([_ragged(str(error), name)]) from error
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def _without_empty(frame: pd.DataFrame) -> pd.DataFrame:
    filled = (frame != "").any(axis=1)
    return frame if bool(filled.all()) else frame[filled]


def _lines(frame: pd.DataFrame) -> list[int]:
    """Line in the file of every row; cells that hold line breaks push the following rows down."""
    breaks = [sum(cell.count("\n") for cell in row) for row in frame.itertuples(index=False)]
    pushed = accumulate(breaks, initial=0)
    return [2 + row + extra for row, extra in zip(range(len(frame)), pushed, strict=False)]


def _check_header(columns: list[str], name: str) -> None:
    findings = []
    if not any(columns):
        raise InputError([Finding(name, 1, 0, "", "is empty; the first line must name the columns")])
    for i, column in enumerate(columns):
        if not column:
            findings.append(Finding(name, 1, 0, "", f"column {i + 1} has no name"))
        elif column in columns[:i]:
            findings.append(Finding(name, 1, 0, column, "two columns have this name"))
    if findings:
        raise InputError(findings)


def _ragged(message: str, name: str) -> Finding:
    """pandas: `Expected 3 fields in line 7, saw 4`."""
    words = message.replace(",", " ").split()
    line = next((int(b) for a, b in pairwise(words) if a == "line" and b.isdigit()), 0)
    return Finding(name, line, 0, "", _TOO_MANY if line else f"cannot be read as CSV: {message}")


def _as_utf8(data: bytes, name: str) -> bytes:
    """UTF-8 (BOM or not) as it is, else GB18030 if it reads as Chinese; line ends become `\n`. Raises InputError."""
    line = _first_line_not_utf8(data)
    if line:
        data = _from_gb18030(data, name, line).encode()
    data = data.removeprefix(codecs.BOM_UTF8)
    return data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data


def _first_line_not_utf8(data: bytes) -> int:
    """Line of the first byte that is not UTF-8; 0 when there is none. Piece by piece: the text is not kept."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    for begin in range(0, len(view) + 1, _PIECE):
        try:
            decoder.decode(view[begin : begin + _PIECE], final=begin + _PIECE > len(view))
        except UnicodeDecodeError as error:
            return data.count(b"\n", 0, begin + error.start) + 1
    return 0


def _from_gb18030(data: bytes, name: str, line: int) -> str:
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    foreign = [c for c in text[:1_000_000] if ord(c) > 127]
    chinese = sum(_is_everyday_chinese(c) for c in foreign)
    if not foreign or chinese < _HANZI_ENOUGH * len(foreign):
        raise InputError([Finding(name, line, 0, "", "is neither UTF-8 nor GB18030 text; save it as UTF-8")])
    return text


def _is_everyday_chinese(character: str) -> bool:
    """In the first level of GB 2312 (3,755 common characters) or among its symbols and letters."""
    try:
        return character.encode("gb2312")[0] <= _LAST_COMMON_ROW
    except UnicodeEncodeError:
        return False


def _read_excel(path: Path, name: str) -> pd.DataFrame:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNZIPPED:
                raise InputError([Finding(name, 0, 0, "", "unpacks to more than is reasonable")])
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (zipfile.BadZipFile, CalamineError, ValueError) as error:
        raise InputError([Finding(name, 0, 0, "", f"cannot be read as Excel: {error}")]) from error
    cells = [[_cell_text(value) for value in row] for row in rows]
    columns = cells[0] if cells else []
    while columns and not columns[-1]:
        columns = columns[:-1]
    _check_header(columns, name)
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
    if _is_excel(path):
        return index + 1
    lines = _lines_of(path, file, path.stat().st_mtime_ns)
    separator = _separator(lines[0])
    begins = [0]
    quoted = False
    for at, character in enumerate(lines[line - 1] if line <= len(lines) else ""):
        quoted ^= character == '"'
        if character == separator and not quoted:
            begins.append(at + 1)
    return begins[index] + 1 if index < len(begins) else 0


@lru_cache(maxsize=2)
def _lines_of(path: Path, file: str, _changed: int) -> list[str]:
    return _as_utf8(path.read_bytes(), file).decode().split("\n")


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
