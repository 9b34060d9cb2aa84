"""Table files, CSV, Excel or Parquet, that are read in chunks.

The header is known; the rows come as frames of text cells whose index is the line in the file, or
the number of the row where there are no lines.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path

import pandas as pd

from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.input_files import refuse_unreadable
from planner.formats.tables.csv_reader import (
    HEADER_ROWS,
    Chunk,
    HeaderScore,
    check_header,
    find_header,
    one_line,
    open_csv,
    read_chunks,
    refuse_empty,
    refuse_wide,
)
from planner.formats.tables.parquet import ParquetTable, open_parquet, read_batches
from planner.formats.tables.text_files import TextFile, text_of_bytes, text_of_file
from planner.formats.tables.workbooks import (
    cells_of_sheet,
    is_excel,
    is_parquet,
    open_workbook,
    refuse_other_kinds,
)


@dataclass(frozen=True, kw_only=True)
class TableFile:
    """A file whose header is known; `chunks` reads the rest.

    Attributes
    ----------
    name : str
        Name of the file, as messages show it.
    columns : tuple of str
        Names of the columns.
    most_rows : int or None
        Never below the number of rows; None: it is not known beforehand.
    chunks : callable
        (wanted columns, rows or None) -> chunks of text cells without empty rows; None: as many
        rows at a time as suit the file.
    line, header_lines : int
        Last line of the header, from 1, and how many lines it takes; 0 where there are no lines.
    separator : str
        Between cells; empty where it is no file of text.
    quoted : bool
        Quotation marks enclose cells.
    notes : tuple of str
        What of the file is not read.
    counting : str
        What a line in messages is, where there are no lines.
    """

    name: str
    columns: tuple[str, ...]
    most_rows: int | None
    chunks: Callable[[Sequence[str], int | None], Iterator[Chunk]]
    line: int = 1
    separator: str = ""
    quoted: bool = True
    notes: tuple[str, ...] = ()
    header_lines: int = 1
    counting: str = ""


def open_table_file(
    path: Path,
    name: str,
    most_bytes: int = input_limits.LOG_BYTES,
    score: HeaderScore | None = None,
    sheet: str | None = None,
) -> TableFile:
    """Open a CSV, Excel or Parquet file to be read in chunks.

    Parameters
    ----------
    path : Path
        The file.
    name : str
        Its name, as messages show it.
    most_bytes : int
        Largest size.
    score : callable or None
        Row of cells -> how many of the wanted columns it names. The header is then looked for among
        the first rows (and the sheet among all); otherwise it is the first row (of the first
        sheet).
    sheet : str or None
        Name of the sheet to be read.

    Returns
    -------
    TableFile
        With its header.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    refuse_unreadable(path, name)
    excel = is_excel(path)
    if path.stat().st_size > most_bytes:
        raise InputError([Finding(name, 0, 0, "", f"is larger than {most_bytes:,} bytes")])
    refuse_other_kinds(path, name)
    if excel:
        return _with_titles(_open_sheet(path, name, score, sheet))
    if sheet is not None:
        raise InputError([Finding(name, 0, 0, "", f"is no workbook: it has no sheet {sheet}")])
    if is_parquet(path):
        return _table_of_parquet(open_parquet(path, name))
    return _with_titles(_chunks_of_text(text_of_file(path, name), score))


def _with_titles(table: TableFile) -> TableFile:
    """Note the lines above the header, which are not read."""
    begin = table.line - table.header_lines + 1
    if begin == 1:
        return table
    above = "the line above it is" if begin == 2 else f"the {begin - 1} lines above it are"
    words = f"the header is line {begin}; {above} not read"
    return replace(table, notes=(words, *table.notes))


def _chunks_of_text(text: TextFile, score: HeaderScore | None = None) -> TableFile:
    """A CSV file with its header."""
    table = open_csv(text, score)
    return TableFile(
        name=text.name,
        columns=table.columns,
        most_rows=text.most_lines,
        chunks=lambda wanted, rows: read_chunks(table, wanted, rows),
        line=table.line,
        separator=table.separator,
        quoted=table.quoted,
        header_lines=table.header_lines,
    )


def _table_of_parquet(table: ParquetTable) -> TableFile:
    """A Parquet file: it has rows, no lines."""
    return TableFile(
        name=table.name,
        columns=table.columns,
        most_rows=None,
        chunks=lambda wanted, rows: read_batches(table, wanted, rows),
        line=0,
        header_lines=0,
        notes=table.notes,
        counting="the rows of the file, counted from 1",
    )


def read_table(path: Path, file: str | None = None) -> pd.DataFrame:
    """A CSV, Excel or Parquet file as a frame of text; the index is the line.

    Raises InputError when it cannot be read.
    """
    return whole_frame(open_table_file(path, file or path.name))


def parse_csv(data: bytes, name: str) -> pd.DataFrame:
    """The bytes of a CSV file as a frame of text; the index is the line.

    Raises InputError when they are none.
    """
    return whole_frame(_chunks_of_text(text_of_bytes(data, name)))


def whole_frame(table: TableFile, most_rows: int = input_limits.TABLE.rows) -> pd.DataFrame:
    """All rows of a table as a frame of text; the index is the line.

    Raises InputError when it cannot be read.
    """
    check_header(table.columns, table.name, table.line)
    chunks, rows = [], 0
    for chunk in table.chunks(table.columns, None):
        chunks.append(chunk.frame)
        rows += len(chunk.frame)
        if rows > most_rows:
            raise InputError([Finding(table.name, 0, 0, "", f"has more than {most_rows:,} rows")])
    return (
        pd.concat(chunks).astype(str)
        if chunks
        else pd.DataFrame(columns=pd.Index(table.columns), dtype=str)
    )


def _open_sheet(path: Path, name: str, score: HeaderScore | None, sheet: str | None) -> TableFile:
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


def _table_of_cells(cells: list[list[str]], name: str, score: HeaderScore | None) -> TableFile:
    at = find_header(cells[:HEADER_ROWS], score) if cells else 0
    columns = [one_line(name) for name in cells[at]] if cells else []
    while columns and not columns[-1]:
        columns = columns[:-1]
    refuse_empty(columns, name)
    refuse_wide(columns, name, at + 1)
    body = [row[: len(columns)] for row in cells[at + 1 :]]
    lines = range(at + 2, len(body) + at + 2)

    def chunks(wanted: Sequence[str], rows: int | None) -> Iterator[Chunk]:
        places = [columns.index(column) for column in wanted]
        step = rows or max(len(body), 1)
        for begin in range(0, len(body), step):
            part = range(begin, min(begin + step, len(body)))
            kept = [i for i in part if any(body[i])]
            cells = [[body[i][place] for place in places] for i in kept]
            index = pd.Index([lines[i] for i in kept], dtype="int64")
            frame = pd.DataFrame(cells, columns=pd.Index(wanted), index=index, dtype=object)
            yield Chunk(frame, len(part) - len(kept), partial(_row_of, body, kept))

    return TableFile(
        name=name, columns=tuple(columns), most_rows=len(body), chunks=chunks, line=at + 1
    )


def _row_of(body: list[list[str]], kept: list[int], row: int) -> list[str]:
    return body[kept[row]]


def place_of_cell(path: Path, table: TableFile, line: int, index: int) -> int:
    """Find where a cell begins in its line.

    Parameters
    ----------
    path : Path
        The file.
    table : TableFile
        The same file, opened.
    line : int
        Line of the row, from 1.
    index : int
        Index of the column, from 0.

    Returns
    -------
    int
        From 1: the character (CSV) or the column (Excel); 0 where it is unknown.
    """
    if not table.separator:
        return index + 1
    text, ends = _text_of(path, table.name, path.stat().st_mtime_ns)
    if line > len(ends):
        return 0
    return _begin_of_cell(
        text[ends[line - 2] + 1 if line > 1 else 0 : ends[line - 1]], table, index
    )


def _begin_of_cell(line: str, table: TableFile, index: int) -> int:
    """Where cell `index` of a line begins, from 1.

    0 where the line is too short, or too long to look for it.
    """
    begins = [0]
    inside = False
    for at, character in enumerate(line if len(line) <= input_limits.LINE_CHARACTERS else ""):
        if len(begins) > index:
            break
        inside ^= table.quoted and character == '"'
        if character == table.separator and not inside:
            begins.append(at + 1)
    return begins[index] + 1 if index < len(begins) else 0


@lru_cache(maxsize=2)
def _text_of(path: Path, file: str, _changed: int) -> tuple[str, array[int]]:
    """A whole file, and where each of its lines ends."""
    with text_of_file(path, file).stream() as stream:
        text = stream.read()
    ends = array("Q", (found.start() for found in re.finditer("\n", text)))
    ends.append(len(text))
    return text, ends


def placed(findings: Sequence[Finding], path: Path, table: TableFile) -> list[Finding]:
    """Add the place of their cell to findings in a long file, in one pass over its lines.

    Parameters
    ----------
    findings : sequence of Finding
        Findings that know their line and column name.
    path : Path
        The file.
    table : TableFile
        The same file, opened.

    Returns
    -------
    list of Finding
        The same, in order.
    """
    columns = table.columns
    index = [
        columns.index(f.field) if f.line > table.line and f.field in columns else -1
        for f in findings
    ]
    if max(index, default=-1) < 0:
        return list(findings)
    if not table.separator:
        return [replace(f, column=i + 1) for f, i in zip(findings, index, strict=True)]
    lines = {f.line for f in findings}
    with text_of_file(path, path.name).stream() as stream:
        texts = {n: text for n, text in enumerate(islice(stream, max(lines)), 1) if n in lines}
    begins = [
        _begin_of_cell(texts.get(f.line, ""), table, i)
        for f, i in zip(findings, index, strict=True)
    ]
    return [
        replace(f, column=at) if i >= 0 else f
        for f, i, at in zip(findings, index, begins, strict=True)
    ]
