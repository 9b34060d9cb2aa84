"""Cells of two input tables that differ, row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from planner.domain.run_differences import Pair
from planner.reporting.tables.run_folder import records
from planner.studies.run_differences.row_keys import Row, key_columns


def different_cells(a: pd.DataFrame, b: pd.DataFrame) -> Iterator[Pair]:
    """Every cell that differs, and every row that stands in one table only.

    Parameters
    ----------
    a, b : DataFrame
        The two tables, all cells text.

    Yields
    ------
    Pair
        The place as the only key, such as `zhejiang: share`, and both cells.
    """
    of_a, of_b = records(a), records(b)
    shared = [str(name) for name in a if name in b]
    keys = key_columns(shared, of_a, of_b)
    if keys is None:
        yield from _whole_rows(of_a, of_b)
        return
    rows_a, rows_b = ({_named(row, keys): row for row in rows} for rows in (of_a, of_b))
    for name in [*rows_a, *(name for name in rows_b if name not in rows_a)]:
        yield from _of_row(name, rows_a.get(name), rows_b.get(name))


def _named(row: Row, keys: tuple[str, ...]) -> str:
    return "/".join(str(row[key]) for key in keys)


def _of_row(name: str, a: Row | None, b: Row | None) -> Iterator[Pair]:
    """Cells of one row that differ, or the whole row where one table has none."""
    if a is None or b is None:
        yield Pair((name,), _in_text(a), _in_text(b))
        return
    for column in [*a, *(column for column in b if column not in a)]:
        cells = (_value(a.get(column)), _value(b.get(column)))
        numbers = all(isinstance(cell, float) for cell in cells)
        pair = Pair((f"{name}: {column}",), *cells, "number" if numbers else "text")
        if pair.differs:
            yield pair


def _value(cell: object) -> str | float | None:
    """A cell as a number where it is one; None for a column that is not there."""
    if cell is None:
        return None
    text = str(cell)
    try:
        return float(text) if text and text[-1].isdigit() and text.lower() != "nan" else text
    except ValueError:
        return text


def _in_text(row: Row | None) -> str | None:
    """A row on one line."""
    if row is None:
        return None
    return ", ".join(f"{column}: {cell}" for column, cell in row.items() if cell != "")


def _whole_rows(a: list[Row], b: list[Row]) -> Iterator[Pair]:
    """Rows of which nothing tells one from another: how often each stands in both tables."""
    counts_a, counts_b = (Counter(str(_in_text(row)) for row in rows) for rows in (a, b))
    for text in [*counts_a, *(text for text in counts_b if text not in counts_a)]:
        if counts_a[text] != counts_b[text]:
            yield Pair((text,), counts_a[text], counts_b[text], "number")
