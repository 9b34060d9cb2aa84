"""Tables: CSV (UTF-8 with or without BOM, else GB18030; comma, semicolon, tab or bar) and Excel, as text cells.

`read_table` gives a frame of text whose index is the line in the file; `read_cells` validates a table
against its columns.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from planner.errors import Finding, InputError
from planner.formats.delimited import (
    HEADER_ROWS,
    Piece,
    Score,
    check_header,
    find_header,
    one_line,
    open_delimited,
    read_pieces,
    refuse_empty,
    unquoted,
)
from planner.formats.fields import Column, parser
from planner.formats.findings import Findings, nearest, shown
from planner.formats.text import Text, text_of_bytes, text_of_file
from planner.formats.yaml_source import Document, Path_

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

MAX_BYTES = 2_000_000_000
MAX_STREAMED_BYTES = 100_000_000_000
MAX_UNZIPPED = 500_000_000
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "is an old Excel file (.xls); save it as .xlsx or CSV",
    b"PAR1": "is a Parquet file; save it as CSV or .xlsx",
    b"\x1f\x8b": "is packed by gzip; unpack it first",
    b"SQLi": "is a SQLite database; export the table as CSV",
}


@dataclass(frozen=True)
class Table:
    """Cells by column, and how to report a finding at (row, column name); `typed`: cells come from YAML; `notes`: what
    of the file is not read."""

    columns: tuple[str, ...]
    cells: dict[str, list[Any]]
    rows: int
    typed: bool
    finding: Callable[[int, str, str], Finding]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableFile:
    """A file of which the header is known; `pieces` gives the rest.

    `pieces(wanted, rows)`: pieces of text cells, `rows` rows at a time (None: as many as is sensible), empty rows left
    out. `most_rows` is never below their number. `line`: of the header; `separator`: empty for a workbook; `quoted`:
    quotation marks enclose cells; `notes`: what of the file is not read.
    """

    name: str
    columns: tuple[str, ...]
    most_rows: int
    pieces: Callable[[Sequence[str], int | None], Iterator[Piece]]
    line: int = 1
    separator: str = ""
    quoted: bool = True
    notes: tuple[str, ...] = ()


def open_table_file(
    path: Path, name: str, most_bytes: int = MAX_STREAMED_BYTES, score: Score | None = None, sheet: str | None = None
) -> TableFile:
    """A CSV or Excel file to be read in pieces. Raises InputError when it cannot be read.

    `score`: how many of the wanted columns a row of cells names; the header is then looked for among the first rows
    (and the sheet among all), else it is the first row (of the first sheet).
    """
    excel = is_excel(path)
    limit = MAX_BYTES if excel else most_bytes
    if path.stat().st_size > limit:
        raise InputError([Finding(name, 0, 0, "", f"is larger than {limit:,} bytes")])
    refuse_other_kinds(path, name)
    if excel:
        return _with_titles(_open_sheet(path, name, score, sheet))
    if sheet is not None:
        raise InputError([Finding(name, 0, 0, "", f"is no workbook: it has no sheet {sheet}")])
    return _with_titles(_pieces_of_text(text_of_file(path, name), score))


def _with_titles(table: TableFile) -> TableFile:
    if table.line == 1:
        return table
    above = "the line above it is" if table.line == 2 else f"the {table.line - 1} lines above it are"
    words = f"the header is line {table.line}; {above} not read"
    return replace(table, notes=(words, *table.notes))


def _pieces_of_text(text: Text, score: Score | None = None) -> TableFile:
    table = open_delimited(text, score)
    return TableFile(
        text.name,
        table.columns,
        text.most_lines,
        lambda wanted, rows: read_pieces(table, wanted, rows),
        table.line,
        table.separator,
        table.quoted,
    )


def read_table(path: Path, file: str | None = None) -> pd.DataFrame:
    """A CSV or Excel file as a frame of text; the index is the line. Raises InputError when it cannot be read."""
    return _whole(open_table_file(path, file or path.name, MAX_BYTES))


def parse_csv(data: bytes, name: str) -> pd.DataFrame:
    """The bytes of a CSV file as a frame of text; the index is the line. Raises InputError when they are none."""
    return _whole(_pieces_of_text(text_of_bytes(data, name)))


def _whole(table: TableFile) -> pd.DataFrame:
    check_header(table.columns, table.name, table.line)
    pieces = [piece.frame for piece in table.pieces(table.columns, None)]
    return pd.concat(pieces).astype(str) if pieces else pd.DataFrame(columns=pd.Index(table.columns), dtype=str)


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def is_excel(path: Path) -> bool:
    """Is it a workbook by its first bytes?"""
    return _head(path) == b"PK\x03\x04"


def refuse_other_kinds(path: Path, name: str) -> None:
    """Raises InputError for a file of a kind that is not read: an old workbook, Parquet, a packed file."""
    head = _head(path)
    for begin, words in _OTHER_KINDS.items():
        if head.startswith(begin):
            raise InputError([Finding(name, 0, 0, "", words)])


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """A frame as UTF-8 CSV with `\\n` line ends; the index is left out."""
    write_pieces([frame], path)


def write_pieces(frames: Iterable[pd.DataFrame], path: Path) -> None:
    """The same for a table that comes in pieces, at least one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        for number, frame in enumerate(frames):
            frame.to_csv(stream, index=False, header=number == 0, lineterminator="\n")


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


def _open_sheet(path: Path, name: str, score: Score | None, sheet: str | None) -> TableFile:
    """The sheet that was asked for, else the first that names a wanted column, else the first."""
    book = open_workbook(path, name)
    names = book.sheet_names
    if sheet is not None and sheet not in names:
        raise InputError([Finding(name, 0, 0, "", f"no sheet {sheet}; it has {', '.join(names)}")])
    chosen = sheet or (names[0] if names else "")
    cells: list[list[str]] = []
    for candidate in names if score is not None and sheet is None else ():
        cells = cells_of_sheet(book, candidate, name)
        if any(score(row) for row in cells[:HEADER_ROWS]) if score is not None else True:
            chosen = candidate
            break
    else:
        cells = cells_of_sheet(book, chosen, name) if chosen else []
    others = [other for other in names if other != chosen]
    notes = (f"sheet {chosen} is read, not {', '.join(others)}",) if others else ()
    return replace(_table_of_cells(cells, name, score), notes=notes)


def _table_of_cells(cells: list[list[str]], name: str, score: Score | None) -> TableFile:
    at = find_header(cells[:HEADER_ROWS], score) if cells else 0
    columns = [one_line(name) for name in cells[at]] if cells else []
    while columns and not columns[-1]:
        columns = columns[:-1]
    refuse_empty(columns, name)
    body = [row[: len(columns)] for row in cells[at + 1 :]]
    lines = range(at + 2, len(body) + at + 2)

    def pieces(wanted: Sequence[str], rows: int | None) -> Iterator[Piece]:
        places = [columns.index(column) for column in wanted]
        step = rows or max(len(body), 1)
        for begin in range(0, len(body), step):
            part = range(begin, min(begin + step, len(body)))
            kept = [i for i in part if any(body[i])]
            cells = [[body[i][place] for place in places] for i in kept]
            index = pd.Index([lines[i] for i in kept], dtype="int64")
            frame = pd.DataFrame(cells, columns=pd.Index(wanted), index=index, dtype=object)
            yield Piece(frame, len(part) - len(kept), partial(_row_of, body, kept))

    return TableFile(name, tuple(columns), len(body), pieces, at + 1)


def _row_of(body: list[list[str]], kept: list[int], row: int) -> list[str]:
    return body[kept[row]]


def _cell_text(value: Any) -> str:
    """An Excel cell as the text a CSV would hold."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else unquoted(str(value).strip())


def table_of_file(path: Path, file: str, columns: Sequence[Column] = ()) -> Table:
    """A file's table, findings located by line and column. With `columns`, the header may stand below title rows."""
    names = {column.name for column in columns}
    source = open_table_file(path, file, MAX_BYTES, (lambda row: len(names & set(row))) if names else None)
    frame = _whole(source)
    lines = frame.index.tolist()

    def finding(row: int, column: str, message: str) -> Finding:
        line = lines[row] if row >= 0 else source.line
        place = _column_place(path, source, line, source.columns.index(column)) if column in source.columns else 0
        return Finding(file, line, place, column, message)

    cells = {c: frame[c].tolist() for c in source.columns}
    return Table(source.columns, cells, len(frame), False, finding, source.notes)


def open_table(path: Path, file: str, findings: Findings, columns: Sequence[Column] = ()) -> Table | None:
    """A file's table; None, with findings, where it cannot be read."""
    try:
        table = table_of_file(path, file, columns)
    except InputError as error:
        findings.found += error.findings
        return None
    for note in table.notes:
        findings.warn(f"{file}: {note}")
    return table


def _column_place(path: Path, table: TableFile, line: int, index: int) -> int:
    """Where a cell begins in its line (CSV: the character; Excel: the column), from 1; 0 where it cannot be told."""
    if not table.separator:
        return index + 1
    lines = _lines_of(path, table.name, path.stat().st_mtime_ns)
    return _begin_of_cell(lines[line - 1] if line <= len(lines) else "", table, index)


def _begin_of_cell(line: str, table: TableFile, index: int) -> int:
    begins = [0]
    inside = False
    for at, character in enumerate(line):
        inside ^= table.quoted and character == '"'
        if character == table.separator and not inside:
            begins.append(at + 1)
    return begins[index] + 1 if index < len(begins) else 0


@lru_cache(maxsize=2)
def _lines_of(path: Path, file: str, _changed: int) -> list[str]:
    with text_of_file(path, file).stream() as stream:
        return stream.read().split("\n")


def placed(findings: Sequence[Finding], path: Path, table: TableFile) -> list[Finding]:
    """Findings in a long file with the column where their cell begins, found in one pass over its lines."""
    columns = table.columns
    index = [columns.index(f.field) if f.line > table.line and f.field in columns else -1 for f in findings]
    if max(index, default=-1) < 0:
        return list(findings)
    if not table.separator:
        return [replace(f, column=i + 1) for f, i in zip(findings, index, strict=True)]
    lines = {f.line for f in findings}
    with text_of_file(path, path.name).stream() as stream:
        texts = {n: text for n, text in enumerate(islice(stream, max(lines)), 1) if n in lines}
    begins = [_begin_of_cell(texts.get(f.line, ""), table, i) for f, i in zip(findings, index, strict=True)]
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
    timezone: str | None = None,
) -> dict[str, list[Any]] | None:
    """Validated columns of a table; None when there was a finding. `rename`: our column -> the table's own name.

    Cells left out get the column's default; with `rename` the table may have columns that are of no interest.
    `timezone`: whose local time moments with an offset are converted to.
    """
    before = len(findings.found)
    theirs = {c.name: (rename or {}).get(c.name, c.name) for c in columns}
    if rename is None:
        known = {*theirs, *(other for c in columns for other in c.other_units)}
        unknown = [name for name in table.columns if name not in known]
        findings.found += [table.finding(-1, name, f"unknown column{nearest(name, list(theirs))}") for name in unknown]
    values = {c.name: _column(table, c, theirs, currency, timezone, findings) for c in columns}
    if table.rows == 0 and not may_be_empty:
        findings.found.append(table.finding(-1, "", "holds no rows"))
    return values if len(findings.found) == before else None


def _column(
    table: Table,
    column: Column,
    theirs: dict[str, str],
    currency: str,
    timezone: str | None,
    findings: Findings,
) -> list[Any]:
    name = theirs[column.name]
    stated = {name: 1.0, **column.other_units} if name == column.name else {name: 1.0}
    there = [other for other in stated if other in table.cells]
    if not there:
        if column.required:
            others = [other for other in table.columns if other not in theirs.values()]
            meant = nearest(name, others)
            if "did you mean" not in meant:
                meant = f"; there are {', '.join(table.columns)}"
            findings.found.append(table.finding(-1, name, f"column is missing{meant}"))
        return [column.default] * table.rows
    name = there[0]
    findings.found += [table.finding(-1, other, f"states the same as {name}: leave one out") for other in there[1:]]
    parse = parser(column, currency, table.typed, stated[name], timezone)
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
        cure = getattr(error, "cure", "")
        return _Bad(f"{error}, got {shown(cell)}" + (f"; {cure}" if cure else ""))
