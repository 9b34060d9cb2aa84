"""CSV in pieces: a stream of text -> frames of text cells whose index is the line in the file.

A file of any length is read in bounded memory: one piece is held at a time, and of it only the columns asked for.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.errors import Finding, InputError
from planner.formats.text import Text

Cells = NDArray[np.object_]

SEPARATORS = ",;\t|"
MOST_RAGGED = 20
LONGEST_HEADER = 100_000  # characters
LONGEST_PIECE = 100_000_000  # characters read without reaching the end of a piece: no table has such rows
_CELLS_OF_A_PIECE = 150_000
_CHARACTERS_OF_A_PIECE = 8_000_000
_TOO_MANY = "has more cells than the first line names columns (a separator inside a text?)"
_RAGGED = re.compile(r"Expected \d+ fields in line (\d+)")
_OPEN_QUOTE = re.compile(r"EOF inside string starting at row (\d+)")


@dataclass(frozen=True)
class Delimited:
    """A CSV file whose header is known."""

    text: Text
    separator: str
    columns: tuple[str, ...]


def open_delimited(text: Text) -> Delimited:
    """Read the header. Raises InputError when it names no columns, or one of them twice."""
    with text.stream() as stream:
        header = stream.readline(LONGEST_HEADER + 1).removesuffix("\n")
    if len(header) > LONGEST_HEADER:
        words = f"is longer than {LONGEST_HEADER:,} characters; the first line must name the columns"
        raise InputError([Finding(text.name, 1, 0, "", words)])
    separator = separator_of(header)
    columns = [c.strip() for c in next(csv.reader([header], delimiter=separator), [])]
    check_header(columns, text.name)
    return Delimited(text, separator, tuple(columns))


def separator_of(header: str) -> str:
    """The separator that stands most often in the header."""
    return max(SEPARATORS, key=header.count)


def check_header(columns: Sequence[str], name: str) -> None:
    """Raises InputError unless every column has a name of its own."""
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


def read_pieces(table: Delimited, wanted: Sequence[str], rows: int | None = None) -> Iterator[pd.DataFrame]:
    """The wanted columns in pieces of `rows` rows, cells stripped, empty rows left out; the index is the line.

    Raises InputError where the file is no table; rows with too many cells are all found before it is raised.
    """
    places = {column: str(table.columns.index(column)) for column in wanted}
    others = [str(i) for i, column in enumerate(table.columns) if column not in places]
    ragged: list[Finding] = []
    pushed = 0
    for raw in _raw_pieces(table, rows or _rows_of_a_piece(table)):
        lines, pushed = _lines(raw, pushed, table.text.has_quotes)
        too_many = lines[raw[str(len(table.columns))].to_numpy() != ""]
        ragged += [Finding(table.text.name, int(line), 0, "", _TOO_MANY) for line in too_many[:MOST_RAGGED]]
        cells = {column: stripped(raw.pop(place)) for column, place in places.items()}
        yield pd.DataFrame(cells, index=pd.Index(lines), dtype=object)[_filled(cells, raw[others])]
    if ragged:
        raise InputError(ragged[:MOST_RAGGED])


def stripped(cells: pd.Series) -> Cells:
    """The cells without blanks around them."""
    return np.array([cell.strip() for cell in cells.tolist()] or [], dtype=object)


def _filled(cells: dict[str, Cells], others: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows of which at least one cell holds something; the columns not wanted are asked only where it matters."""
    empty = np.logical_and.reduce([column == "" for column in cells.values()])
    for column in others if empty.any() else ():
        rows = np.flatnonzero(empty)
        empty[rows] = [not cell.strip() for cell in others[column].to_numpy()[rows]]
    return np.asarray(~empty)


def _rows_of_a_piece(table: Delimited) -> int:
    row_characters = max(table.text.size // table.text.most_lines, 1)
    return max(min(_CELLS_OF_A_PIECE // len(table.columns), _CHARACTERS_OF_A_PIECE // row_characters), 1)


def _lines(raw: pd.DataFrame, pushed: int, has_quotes: bool) -> tuple[NDArray[np.int64], int]:
    """Line in the file of every row, and by how many lines cells with line breaks push what follows down."""
    lines = raw.index.to_numpy(dtype=np.int64) + 1 + pushed
    breaks = _line_breaks(raw) if has_quotes else None
    if breaks is None:
        return lines, pushed
    lines[1:] += np.cumsum(breaks)[:-1]
    return lines, pushed + int(breaks.sum())


def _line_breaks(raw: pd.DataFrame) -> NDArray[np.int64] | None:
    """Line breaks within the cells of every row; None where there are none at all."""
    columns = [cells for cells in (raw[name].tolist() for name in raw) if "\n" in "".join(cells)]
    if not columns:
        return None
    breaks = np.array([[cell.count("\n") for cell in cells] for cells in columns], dtype=np.int64)
    return np.asarray(breaks.sum(axis=0))


class _Feed(io.TextIOBase):
    """A first row of exactly as many cells as a row may have, then the file below its header.

    The reader of pandas takes the number of cells from the first row it sees; and where a quotation mark is never
    closed it would take in the rest of the file, so what it takes for one piece is limited.
    """

    def __init__(self, stream: TextIO, first_row: str, name: str) -> None:
        self._stream = stream
        self._first_row = first_row
        self._name = name
        self.taken = 0

    def read(self, size: int | None = -1, /) -> str:
        text, self._first_row = self._first_row or self._stream.read(-1 if size is None else size), ""
        self.taken += len(text)
        if self.taken > LONGEST_PIECE:
            words = f"a row goes on for more than {LONGEST_PIECE:,} characters (a quotation mark that is never closed?)"
            raise InputError([Finding(self._name, 0, 0, "", f"cannot be read as CSV: {words}")])
        return text


def _raw_pieces(table: Delimited, rows: int, last: int | None = None) -> Iterator[pd.DataFrame]:
    """Everything below the header, up to row `last`; index: the row, the header being row 0; columns "0", "1", ...

    One column more than the header names takes what is too much.
    """
    names = [str(i) for i in range(len(table.columns) + 1)]
    with table.text.stream() as stream:
        stream.readline()
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
                **options,
            ) as reader:
                for piece in reader:
                    feed.taken = 0
                    yield piece.iloc[1:] if piece.index[0] == 0 else piece
        except (pd.errors.ParserError, ValueError) as error:
            raise InputError([_misshapen(str(error), table, rows)]) from error


def _misshapen(message: str, table: Delimited, rows: int) -> Finding:
    """Where and why the reader of pandas stopped, by the line in the file."""
    ragged, unclosed = _RAGGED.search(message), _OPEN_QUOTE.search(message)
    if not (ragged or unclosed):
        return Finding(table.text.name, 0, 0, "", f"cannot be read as CSV: {message.strip()}")
    row = int(ragged[1]) - 1 if ragged else int(unclosed[1]) if unclosed else 0
    before = _raw_pieces(table, rows, last=row) if table.text.has_quotes else ()
    pushed = sum(int(breaks.sum()) for breaks in map(_line_breaks, before) if breaks is not None)
    words = _TOO_MANY if ragged else "cannot be read as CSV: a quotation mark opens here that is never closed"
    return Finding(table.text.name, row + 1 + pushed, 0, "", words)
