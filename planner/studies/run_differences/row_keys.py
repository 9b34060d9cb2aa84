"""Which columns tell the rows of a table apart, so that rows of two tables can be matched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]
NAME = "name"  # where every row has one, it is enough
MOST_KEYS = 6  # columns


def key_columns(columns: Sequence[str], *tables: Sequence[Row]) -> tuple[str, ...] | None:
    """The fewest first columns whose values stand once in each table.

    Parameters
    ----------
    columns : sequence of str
        Columns that all tables have, in order.
    *tables : sequence of dict
        Rows of each table.

    Returns
    -------
    tuple of str or None
        Names of the columns; None where rows cannot be told apart.
    """
    if NAME in columns and _tell_apart((NAME,), tables):
        return (NAME,)
    for count in range(1, min(len(columns), MOST_KEYS) + 1):
        if _tell_apart(tuple(columns[:count]), tables):
            return tuple(columns[:count])
    return None


def _tell_apart(columns: tuple[str, ...], tables: Sequence[Sequence[Row]]) -> bool:
    """Whether no two rows of a table have the same values there, and none lacks one."""
    for rows in tables:
        keys = [tuple(row.get(column) for column in columns) for row in rows]
        if len(set(keys)) < len(keys) or any(None in key for key in keys):
            return False
    return True
