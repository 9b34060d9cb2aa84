"""What a file should hold, derived again, against what it holds.

In words, by file, line and column.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from planner.errors import Finding
from planner.formats.base.findings import shown
from planner.formats.tables.tables import read_result_table, write_table

MOST_NAMED = 3  # differences of one file; the others are counted
HEADER_LINES = 1
TOLERANCE = 1e-9  # relative, between equal floating-point numbers: other libraries round otherwise
NOTHING = "(nothing)"


def read_text(path: Path) -> pd.DataFrame:
    """A table of a result as text, so that money is compared to the cent."""
    return read_result_table(path, dtype=str, encoding="utf-8")


def as_written(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame as it reads after it was written."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_table(frame, path)
        return read_text(path)


def different_tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> list[str]:
    """What the tables of a result say otherwise than these frames, byte by byte."""
    found = []
    with TemporaryDirectory() as draft:
        for name, frame in frames.items():
            path = Path(draft) / f"{name}.csv"
            write_table(frame, path)
            found += different_files(folder, f"tables/{name}.csv", path)
    return found


def different_files(folder: Path, name: str, expected: Path) -> list[str]:
    """What a table of a result says otherwise than an expected file.

    Parameters
    ----------
    folder : Path
        The result folder.
    name : str
        The table's file in it.
    expected : Path
        The same table, derived again.

    Returns
    -------
    list[str]
        Empty when both are equal byte by byte; at most `MOST_NAMED` cells are named.
    """
    path = folder / name
    if not path.is_file():
        return [f"{name}: is missing"]
    if path.read_bytes() == expected.read_bytes():
        return []
    return different_cells(name, read_text(path), read_text(expected)) or [
        f"{name}: not as the planner writes it"
    ]


def different_cells(name: str, found: pd.DataFrame, expected: pd.DataFrame) -> list[str]:
    """The cells of a table that differ from those expected.

    Parameters
    ----------
    name : str
        The table's file, for the messages.
    found, expected : pd.DataFrame
        Tables as text.

    Returns
    -------
    list[str]
        Empty when both are equal; at most `MOST_NAMED` cells are named.
    """
    if list(found.columns) != list(expected.columns):
        either = [*found.columns, *expected.columns]
        unlike = [c for c in either if (c in found.columns) != (c in expected.columns)]
        return [f"{name}: the columns differ: {', '.join(map(shown, unlike)) or 'their order'}"]
    wrong = []
    if len(found) != len(expected):
        wrong.append(f"{name}: {len(found):,} rows, it should have {len(expected):,}")
    rows = min(len(found), len(expected))
    theirs, ours = (frame.to_numpy(dtype=object)[:rows] for frame in (found, expected))
    places = np.argwhere(theirs != ours)
    for row, column in places[:MOST_NAMED]:
        words = f"says {_cell(theirs[row, column])}, derived again it is {_cell(ours[row, column])}"
        line = int(row) + HEADER_LINES + 1
        wrong.append(str(Finding(name, line, int(column) + 1, str(found.columns[column]), words)))
    if len(places) > MOST_NAMED:
        wrong.append(f"{name}: {len(places) - MOST_NAMED:,} more cells differ")
    return wrong


def _cell(text: object) -> str:
    """A cell in a message."""
    return shown(text) if text else NOTHING


def differences(file: str, found: Any, expected: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """What a JSON value says otherwise than expected, key by key.

    Parameters
    ----------
    file : str
        Name of the document, for the messages.
    found, expected : Any
        JSON values.
    path : tuple[str, ...]
        Keys that lead to the value.

    Yields
    ------
    str
        One sentence for each difference.
    """
    if isinstance(found, dict) and isinstance(expected, dict):
        for key in [*expected, *(k for k in found if k not in expected)]:
            below = (*path, str(key))
            if key not in found:
                yield _said(file, below, f"missing, it should be {shown(expected[key])}")
            elif key not in expected:
                yield _said(file, below, "does not follow from the inputs")
            else:
                yield from differences(file, found[key], expected[key], below)
    elif (
        isinstance(found, list)
        and isinstance(expected, list | tuple)
        and len(found) == len(expected)
    ):
        for k, (theirs, ours) in enumerate(zip(found, expected, strict=True)):
            yield from differences(file, theirs, ours, (*path, str(k)))
    elif not same(found, expected):
        words = f"says {shown(found)}, derived again it is {shown(expected)}"
        yield _said(file, path, words)


def _said(file: str, path: tuple[str, ...], words: str) -> str:
    """A sentence about a value of a document."""
    return str(Finding(file, 0, 0, ".".join(path), words))


def same(found: Any, expected: Any) -> bool:
    """Whether two JSON values are equal, floating-point numbers up to rounding. True is not 1."""
    if isinstance(found, bool) or isinstance(expected, bool) or not _numbers((found, expected)):
        return type(found) is type(expected) and bool(found == expected)
    return math.isclose(found, expected, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _numbers(values: Iterable[Any]) -> bool:
    """Whether all values are numbers."""
    return all(isinstance(value, int | float) for value in values)


def drawn_otherwise(folder: Path, draft: Path) -> tuple[set[str], list[str]]:
    """Compare what was drawn again with the files of a result.

    Parameters
    ----------
    folder : Path
        The result.
    draft : Path
        What was drawn again.

    Returns
    -------
    set of str
        Names of what was drawn.
    list of str
        What is wrong: files that are not there, or are others.
    """
    again = {p.relative_to(draft).as_posix(): p for p in draft.rglob("*") if p.is_file()}
    wrong = [
        f"{name}: not what is drawn from the tables here"
        for name, path in sorted(again.items())
        if not (folder / name).is_file() or (folder / name).read_bytes() != path.read_bytes()
    ]
    return set(again), wrong
