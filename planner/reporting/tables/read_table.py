"""Reads a table of a result folder against its columns: all that is wrong with it at once, then
text and numbers.
"""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from planner.documents.files import damaged, read_text
from planner.domain.spreadsheet_text import restored
from planner.errors import Finding, InputError
from planner.reporting.tables.column_types import Column, ResultTable, numbers
from planner.reporting.tables.schemas import MOST_BYTES, TABLES

MOST_OF_A_COLUMN = 20  # findings
LONGEST_HEADER = 10_000  # characters
_LONGEST_SHOWN = 60


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a result folder: numbers as floats (an empty cell is NaN), everything else as
    text.

    Raises InputError naming file, line and column of all that is wrong.
    """
    table = read_cells(folder, name)
    for column in TABLES[name].columns:
        cells = table[column.name].tolist()
        if column.is_numeric(cells):
            table[column.name] = numbers(cells)
    return table


def read_cells(folder: Path, name: str) -> pd.DataFrame:
    """The same with every cell as the text it is written as, so that money can be compared to the
    cent.
    """
    file = f"tables/{name}.csv"
    path, text = folder / file, read_text(folder, file, MOST_BYTES)
    if name not in TABLES:
        raise damaged(folder, [Finding(str(path), 0, 0, "", "is no table of a result")])
    columns = TABLES[name].columns
    table = _as_text(folder, path, text, TABLES[name])
    wrong = _wrong_cells(path, table, columns)
    if wrong:
        raise damaged(folder, wrong)
    return table


def read_tables(folder: Path, names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Several tables of a result folder. Raises InputError with what is wrong with any of them."""
    found: dict[str, pd.DataFrame] = {}
    wrong: list[Finding] = []
    for name in names:
        try:
            found[name] = read_table(folder, name)
        except InputError as error:
            wrong += [finding for finding in error.findings if finding.file != str(folder)]
    if wrong:
        raise damaged(folder, wrong)
    return found


def _as_text(folder: Path, path: Path, text: str, declared: ResultTable) -> pd.DataFrame:
    """All cells as text, once the header is known to name exactly the columns."""
    wrong = _wrong_header(path, text, declared)
    if not text.endswith("\n"):
        wrong.append(Finding(str(path), text.count("\n") + 1, 0, "", "ends in the middle of a row"))
    if wrong:
        raise damaged(folder, wrong)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "error", pd.errors.ParserWarning
            )  # rows that are longer than the header
            table = pd.read_csv(
                io.StringIO(text),
                index_col=False,
                dtype=str,
                keep_default_na=False,
                skip_blank_lines=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, ValueError) as error:
        words = f"cannot be read as a table ({str(error).strip()[:_LONGEST_SHOWN]})"
        raise damaged(folder, [Finding(str(path), 0, 0, "", words)]) from None
    return table.map(restored) if "'" in text else table


def _wrong_header(path: Path, text: str, declared: ResultTable) -> list[Finding]:
    """What is wrong with the names in the first line."""
    line = text.partition("\n")[0]
    if len(line) > LONGEST_HEADER or "\r" in line:
        return [Finding(str(path), 1, 0, "", "does not name the columns of the table")]
    header = next(csv.reader([line]), [])
    known = declared.names
    others = dict.fromkeys(name for name in header if name not in known)

    def finding(name: str, words: str) -> Finding:
        return Finding(str(path), 1, 0, name[:_LONGEST_SHOWN], words)

    found = [] if declared.open else [finding(name, "unknown column") for name in others]
    found += [finding(name, "column is missing") for name in known if name not in header]
    found += [
        finding(name, "two columns have this name") for name in known if header.count(name) > 1
    ]
    return found[:MOST_OF_A_COLUMN]


def _wrong_cells(path: Path, table: pd.DataFrame, columns: tuple[Column, ...]) -> list[Finding]:
    """A finding for every cell that is not what its column holds, at most some of each column."""
    found = []
    for column in columns:
        bad = np.flatnonzero(column.wrong(table[column.name].tolist()))[:MOST_OF_A_COLUMN].tolist()
        for row, line in zip(bad, lines_of_rows(table, bad), strict=True):
            cell = str(table[column.name].iloc[row])
            words = f"{column.wanted}, got {cell[:_LONGEST_SHOWN]!r}" if cell else "is empty"
            found.append(Finding(str(path), line, 0, column.name, words))
    return found


def lines_of_rows(table: pd.DataFrame, rows: list[int]) -> list[int]:
    """Lines of the file in which rows begin: the header is line 1, and a cell may hold line
    breaks.
    """
    if not rows:
        return []
    above = table.iloc[: max(rows)]
    texts = [name for name in above if not pd.api.types.is_numeric_dtype(above[name])]
    breaks = sum((above[name].str.count("\n") for name in texts), pd.Series(0, index=above.index))
    pushed = np.concatenate([[0], np.cumsum(breaks.to_numpy(dtype=int))])
    return [int(row + 2 + pushed[row]) for row in rows]
