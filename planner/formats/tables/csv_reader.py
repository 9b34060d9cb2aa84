"""CSV in chunks: a stream of text -> frames of text cells whose index is the line in the file.

A file of any length is read in bounded memory: one chunk is held at a time, and of it only the
columns asked for.

Quotation marks. A cell that begins with one ends at the next that is not doubled, over line breaks
if need be (RFC 4180). A mark that a person typed would take in the rows below it: a quoted cell
that reaches from one whole row into another one is therefore a finding. In a tab-separated file
quotation marks are then literal and every line is a row (marketplaces write such reports without
any quoting); only a cell that is quoted from end to end loses its marks. What cannot be recognised:
a text of several lines whose last line holds exactly as many separators as a row. `="007"`, which
keeps a spreadsheet from reading a number, is the text inside.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.spreadsheet_text import restored
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.tables.text_files import TextFile

Cells = NDArray[np.object_]
HeaderScore = Callable[[Sequence[str]], int]  # how many of the wanted columns a row of cells names

SEPARATORS = ",;\t|"
MOST_RAGGED = 20
HEADER_ROWS = 20  # among which the header is looked for
_LINES_OF_A_NAME = 3
_CELLS_OF_A_CHUNK = 150_000
_CHARACTERS_OF_A_CHUNK = 8_000_000
# cells from which on a line within a text is taken for a row if it has as many as the header
_FEWEST_OF_A_ROW = 4
_TOO_MANY = "has more cells than the header names columns (a separator inside a text?)"
_NEVER_CLOSED = "cannot be read as CSV: a quotation mark opens here that is never closed"
_TOO_FEW = (
    "most rows up to here have far fewer cells than the header names columns; delete empty "
    "rows and columns"
)
_SWALLOWS = (
    'a quotation mark opens in this row and takes in the rows below it; double it ("") if it is '
    "part of the text, or "
    "remove it"
)
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
_AROUND = _INVISIBLE + "".join(c for c in map(chr, range(0x3001)) if c.isspace())
_RAGGED = re.compile(r"Expected \d+ fields in line (\d+)")
_OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")
_QUOTED = re.compile(r'=?"((?:[^"]|"")*)"')


@dataclass(frozen=True, kw_only=True)
class CsvFile:
    """A CSV file whose header is known.

    Attributes
    ----------
    text : TextFile
        The file.
    separator : str
        Between cells.
    columns : tuple of str
        Names of the columns.
    line, header_lines : int
        Last line of the header, from 1, and how many lines it takes.
    quoted : bool
        Quotation marks enclose cells; otherwise they are ordinary characters.
    """

    text: TextFile
    separator: str
    columns: tuple[str, ...]
    line: int = 1
    quoted: bool = True
    header_lines: int = 1


@dataclass(frozen=True)
class Chunk:
    """Some rows of a table.

    Attributes
    ----------
    frame : DataFrame
        Wanted columns; index: the line in the file.
    blank : int
        Empty rows that were passed over.
    row : callable
        Row of the frame -> all its cells.
    """

    frame: pd.DataFrame
    blank: int
    row: Callable[[int], list[str]]


def open_csv(text: TextFile, score: HeaderScore | None = None) -> CsvFile:
    """Find the header: the first line, or with `score` the best of the first lines.

    Raises InputError when the file is empty.
    """
    first = _first_rows(text, HEADER_ROWS if score else 1)
    rows = [_cells_of(row) for row, _ in first]
    at = find_header(rows, score)
    refuse_empty(rows[at], text.name)
    written, line = first[at]
    refuse_wide(rows[at], text.name, line)
    table = CsvFile(
        text=text,
        separator=separator_of(written),
        columns=tuple(rows[at]),
        line=line,
        header_lines=written.count("\n") + 1,
    )
    if table.separator == "\t" and text.has_quotes and not _reads_as_quoted(table):
        return replace(table, quoted=False)
    return table


def _first_rows(text: TextFile, most: int) -> list[tuple[str, int]]:
    """The first rows, and the line on which each ends.

    The quoted name of a column may take up to three lines.
    """
    with text.stream() as stream:
        lines = [
            stream.readline(input_limits.HEADER_CHARACTERS + 1).removesuffix("\n")
            for _ in range(most + _LINES_OF_A_NAME - 1)
        ]
    rows: list[tuple[str, int]] = []
    at = 0  # line, from 0, on which the next row begins
    while len(rows) < most and at < len(lines):
        end = _end_of_row(lines, at)
        row = "\n".join(lines[at:end])
        if len(row) > input_limits.HEADER_CHARACTERS:
            if rows:
                break  # the header stands above; a long cell below it is a finding of its own
            words = (
                f"is longer than {input_limits.HEADER_CHARACTERS:,} characters; the first "
                "line must name the columns"
            )
            raise InputError([Finding(text.name, at + 1, 0, "", words)])
        rows.append((row, end))
        at = end
    return rows


def _end_of_row(lines: list[str], at: int) -> int:
    """The line behind a row that begins on line `at`: the first that closes all quotation marks."""
    for end in range(at + 1, min(at + _LINES_OF_A_NAME, len(lines)) + 1):
        if "\n".join(lines[at:end]).count('"') % 2 == 0:
            return end
    return at + 1


def _cells_of(row: str) -> list[str]:
    """The cells of a row of the header."""
    cells = next(csv.reader([row], delimiter=separator_of(row)), [])
    return [one_line(restored(unquoted(cell))) for cell in cells]


def one_line(name: str) -> str:
    """The name of a column without the line breaks that people put into it."""
    return " ".join(name.split())


def find_header(rows: Sequence[Sequence[str]], score: HeaderScore | None) -> int:
    """Index of the row that names most of the wanted columns.

    Where none names any, of the first row with two cells or more.
    """
    if score is None:
        return 0
    scores = [score(row) for row in rows]
    if max(scores) > 0:
        return scores.index(max(scores))
    return next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), 0)


def separator_of(header: str) -> str:
    """The separator that stands most often in the header."""
    return max(SEPARATORS, key=header.count)


def refuse_empty(columns: Sequence[str], name: str) -> None:
    """Raise InputError when a header names nothing."""
    if not any(columns):
        raise InputError(
            [Finding(name, 1, 0, "", "is empty; the first line must name the columns")]
        )


def refuse_wide(columns: Sequence[str], name: str, line: int) -> None:
    """Raise InputError when a header names more columns than any table has.

    Parameters
    ----------
    columns : sequence of str
        Names in the header.
    name : str
        Name of the file.
    line : int
        Line of the header, from 1.
    """
    if len(columns) > input_limits.COLUMNS:
        words = f"has {len(columns):,} columns; at most {input_limits.COLUMNS:,} are read"
        raise InputError([Finding(name, line, 0, "", words)])


def check_header(columns: Sequence[str], name: str, line: int = 1) -> None:
    """Raise InputError unless every column has a name of its own.

    Parameters
    ----------
    columns : sequence of str
        Names in the header.
    name : str
        Name of the file.
    line : int
        Line of the header, from 1.
    """
    refuse_empty(columns, name)
    findings, seen = [], set[str]()
    for i, column in enumerate(columns):
        if not column:
            findings.append(Finding(name, line, 0, "", f"column {i + 1} has no name"))
        elif column in seen:
            findings.append(Finding(name, line, 0, column, "two columns have this name"))
        seen.add(column)
    if findings:
        raise InputError(findings)


def read_chunks(table: CsvFile, wanted: Sequence[str], rows: int | None = None) -> Iterator[Chunk]:
    """Read the wanted columns chunk by chunk.

    Parameters
    ----------
    table : CsvFile
        The file.
    wanted : sequence of str
        Columns that are read.
    rows : int or None
        Rows of a chunk; None: as many as suit the file.

    Yields
    ------
    Chunk
        Cells without blanks around them; empty rows are left out.

    Raises
    ------
    InputError
        Where the file is no table. Rows with too many cells, and those that a quotation mark joins,
        are all found before it is raised.
    """
    places = {column: str(table.columns.index(column)) for column in wanted}
    others = [str(i) for i in range(len(table.columns)) if str(i) not in places.values()]
    for raw, lines in _placed_chunks(table, rows or _rows_of_a_chunk(table)):
        yield _chunk(raw, places, others, lines, table.text.has_quotes)


def _placed_chunks(table: CsvFile, rows: int) -> Iterator[tuple[pd.DataFrame, NDArray[np.int64]]]:
    """Chunks as the reader of pandas gives them, with the line of every row.

    Raises InputError after the last one.
    """
    wrong: list[Finding] = []
    pushed = table.line - 1  # lines by which rows stand further down than their number says
    cells = 0
    for raw in _raw_chunks(table, rows):
        cells += len(raw) * len(table.columns)
        # a cell takes at least the byte that ends it
        if cells > table.text.size + input_limits.MISSING_CELLS:
            last = int(raw.index[-1]) + 1 + pushed
            raise InputError([Finding(table.text.name, last, 0, "", _TOO_FEW)])
        lines = raw.index.to_numpy(dtype=np.int64) + 1 + pushed
        breaks = _line_breaks(raw) if table.text.has_quotes and table.quoted else None
        if breaks is not None:
            lines[1:] += np.cumsum(breaks)[:-1]
            pushed += int(breaks.sum())
            joined = _joined_rows(raw, breaks, table.separator)
            wrong += [
                Finding(table.text.name, int(lines[row]), 0, "", _SWALLOWS)
                for row in islice(joined, MOST_RAGGED)
            ]
        too_many = lines[raw[str(len(table.columns))].to_numpy() != ""]
        wrong += [
            Finding(table.text.name, int(line), 0, "", _TOO_MANY) for line in too_many[:MOST_RAGGED]
        ]
        yield raw, lines
    if wrong:
        raise InputError(wrong[:MOST_RAGGED])


def _chunk(
    raw: pd.DataFrame,
    places: dict[str, str],
    others: list[str],
    lines: NDArray[np.int64],
    has_quotes: bool,
) -> Chunk:
    """A chunk of the wanted columns; `places`: column -> its place, `others`: all other places."""
    cells = {column: stripped(raw[place], has_quotes) for column, place in places.items()}
    filled = _filled(cells, raw[others])
    kept = np.flatnonzero(filled)

    def row(i: int) -> list[str]:
        by_place = {place: cells[column][kept[i]] for column, place in places.items()}
        by_place |= {place: unquoted(raw[place].to_numpy()[kept[i]].strip()) for place in others}
        return [by_place[str(place)] for place in range(len(by_place))]

    frame = pd.DataFrame(cells, index=pd.Index(lines), dtype=object)[filled]
    return Chunk(frame, len(filled) - len(kept), row)


def stripped(cells: pd.Series, has_quotes: bool) -> Cells:
    """Clean cells of what stands around their text.

    That is blanks and marks of the direction of writing, quotation marks that enclose a cell whole,
    and apostrophes that keep a spreadsheet from reading a formula.
    """
    texts = trimmed(cells.tolist())
    joined = "".join(texts)
    if has_quotes and '"' in joined:
        texts = [unquoted(text) for text in texts]
    if "'" in joined:
        texts = [restored(text) for text in texts]
    return np.array(texts or [], dtype=object)


def trimmed(cells: Sequence[str]) -> list[str]:
    """Texts without blanks and marks of the direction of writing around them."""
    texts = [cell.strip() for cell in cells]
    joined = "".join(texts)
    if not joined.isascii() and any(mark in joined for mark in _INVISIBLE):
        return [visible(text) for text in texts]
    return texts


def visible(text: str) -> str:
    """A text without blanks and characters of no width around it, which copied cells often have."""
    return text.strip(_AROUND)


def unquoted(text: str) -> str:
    """`"007"` and `="007"` -> 007; any other text as it is."""
    found = _QUOTED.fullmatch(text) if text.endswith('"') else None
    return text if found is None else found[1].replace('""', '"').strip()


def _joined_rows(raw: pd.DataFrame, breaks: NDArray[np.int64], separator: str) -> Iterator[int]:
    """Rows with line breaks that a quotation mark joins with others."""
    broken = np.flatnonzero(breaks)
    rows = zip(broken.tolist(), raw.to_numpy()[broken].tolist(), strict=True)
    return (row for row, cells in rows if _joins_rows(cells, separator))


def _joins_rows(cells: list[str], separator: str) -> bool:
    """Whether a cell with line breaks reaches from one whole row into another one, or holds one.

    `cells`: of a row, one more than the header has. A line is a whole row if it has as many cells
    as the header.
    """
    columns = len(cells) - 1
    for k, cell in enumerate(cells):
        first, *between = cell.split("\n")
        if not between or columns == 1:
            continue
        last = between.pop()
        behind = last.count(separator)  # cells of the last row before the quotation mark closes
        begins = k + 1 + first.count(separator) == columns
        ends = behind >= k and not any(cells[columns + k - behind :])
        holds_row = columns >= _FEWEST_OF_A_ROW and any(
            line.count(separator) + 1 == columns for line in between
        )
        if (begins and ends) or holds_row:
            return True
    return False


def _reads_as_quoted(table: CsvFile) -> bool:
    """Whether every quotation mark that opens a cell is closed within its row."""
    try:
        return all(True for _ in _placed_chunks(table, _rows_of_a_chunk(table)))
    except InputError:
        return False


def _filled(cells: dict[str, Cells], others: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows of which at least one cell holds something.

    The columns not wanted are looked at only where all others are empty.
    """
    empty = np.ones(len(others), dtype=bool)
    for column_cells in cells.values():
        empty &= column_cells == ""
    for column in others if empty.any() else ():
        rows = np.flatnonzero(empty)
        empty[rows] = [not cell.strip() for cell in others[column].to_numpy()[rows]]
    return np.asarray(~empty)


def _rows_of_a_chunk(table: CsvFile) -> int:
    """Rows of a chunk, by its cells and its characters."""
    row_characters = max(table.text.size // table.text.most_lines, 1)
    by_cells = _CELLS_OF_A_CHUNK // len(table.columns)
    return max(min(by_cells, _CHARACTERS_OF_A_CHUNK // row_characters), 1)


def _line_breaks(raw: pd.DataFrame) -> NDArray[np.int64] | None:
    """Line breaks within the cells of every row; None where there are none at all."""
    columns = [cells for cells in (raw[name].tolist() for name in raw) if "\n" in "".join(cells)]
    if not columns:
        return None
    breaks = np.array([[cell.count("\n") for cell in cells] for cells in columns], dtype=np.int64)
    return np.asarray(breaks.sum(axis=0))


class _Feed(io.TextIOBase):
    """A first row of exactly as many cells as a row may have, then the file below its header.

    The reader of pandas takes the number of cells from the first row it sees; and where a quotation
    mark is never closed it would take in the rest of the file, so what it takes for one chunk is
    limited.
    """

    def __init__(self, stream: TextIO, first_row: str, name: str) -> None:
        self._stream = stream
        self._first_row = first_row
        self._name = name
        self.taken = 0

    def read(self, size: int | None = -1, /) -> str:
        text = self._first_row or self._stream.read(-1 if size is None else size)
        self._first_row = ""
        self.taken += len(text)
        if self.taken > input_limits.ROW_CHARACTERS:
            words = (
                f"a row is longer than {input_limits.ROW_CHARACTERS:,} characters (a "
                "quotation mark that is never closed?)"
            )
            raise InputError([Finding(self._name, 0, 0, "", f"cannot be read as CSV: {words}")])
        return text


def _raw_chunks(table: CsvFile, rows: int, last: int | None = None) -> Iterator[pd.DataFrame]:
    """Everything below the header, up to row `last`; columns "0", "1", ...

    Index: the row, the header being row 0. One column more than the header names takes cells that
    are too many.
    """
    names = [str(i) for i in range(len(table.columns) + 1)]
    with table.text.stream() as stream:
        for _ in islice(stream, table.line):
            pass
        feed = _Feed(stream, table.separator * len(table.columns) + "\n", table.text.name)
        options: dict[str, Any] = {"dtype": object, "keep_default_na": False, "na_filter": False}
        try:
            with pd.read_csv(
                feed,
                sep=table.separator,
                header=None,
                names=names,
                skip_blank_lines=False,
                on_bad_lines="error",
                engine="c",
                low_memory=False,
                chunksize=rows,
                nrows=last,
                quoting=csv.QUOTE_MINIMAL if table.quoted else csv.QUOTE_NONE,
                **options,
            ) as reader:
                for chunk in reader:
                    feed.taken = 0
                    yield chunk.iloc[1:] if chunk.index[0] == 0 else chunk
        except (pd.errors.ParserError, ValueError) as error:
            raise InputError([_misshapen(str(error), table, rows)]) from error


def _misshapen(message: str, table: CsvFile, rows: int) -> Finding:
    """Where and why the reader of pandas stopped, by the line in the file."""
    ragged, unclosed = _RAGGED.search(message), _OPEN_QUOTE.search(message)
    if ragged:
        row, words = int(ragged[1]) - 1, _TOO_MANY
    elif unclosed:
        row, words = int(unclosed[1]), _NEVER_CLOSED
    else:
        return Finding(table.text.name, 0, 0, "", f"cannot be read as CSV: {message.strip()}")
    pushed = 0
    if table.text.has_quotes and table.quoted:
        for raw in _raw_chunks(table, rows, last=row):
            breaks = _line_breaks(raw)
            pushed += 0 if breaks is None else int(breaks.sum())
    return Finding(table.text.name, table.line + row + pushed, 0, "", words)
