"""A sheet that remembers what is written into it, for the mark of its cells."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import Any

from planner.domain.sheet_marks import serial, sheet_mark

LONGEST_NAME = 28  # of a sheet: Excel allows 31 characters, and a number may follow
_FORBIDDEN = "[]:*?/\\'"


class MarkedSheet:
    """A worksheet: values with their formats; unknown numbers and empty times stay empty."""

    def __init__(self, book: Any, title: str) -> None:
        self.name = sheet_name(book, title)
        self.sheet = book.add_worksheet(self.name)
        self._rows: dict[int, dict[int, Any]] = {}
        self.columns = 0

    def write(self, row: int, place: int, value: Any, look: Any = None) -> None:
        """Write a text, a number, a date or a moment.

        Parameters
        ----------
        row, place : int
            The cell, from 0.
        value : object
            The value.
        look : Format, optional
            Its format.
        """
        self.columns = max(self.columns, place + 1)
        if isinstance(value, date | datetime):
            self.sheet.write_datetime(row, place, value, look)
            value = serial(value)
        elif isinstance(value, str):
            self.sheet.write_string(row, place, value, look)
        elif math.isfinite(value):
            self.sheet.write_number(row, place, value, look)
        else:
            return
        self._rows.setdefault(row, {})[place] = value

    def blank(self, row: int, place: int, look: Any) -> None:
        """Write an empty cell with a format.

        Parameters
        ----------
        row, place : int
            The cell, from 0.
        look : Format
            Its format.
        """
        self.sheet.write_blank(row, place, None, look)

    @property
    def mark(self) -> str:
        """The mark of what was written."""
        last = max(self._rows, default=-1) + 1
        cells = (self._rows.get(row, {}) for row in range(last))
        return sheet_mark([row.get(place, "") for place in range(self.columns)] for row in cells)


def sheet_name(book: Any, title: str) -> str:
    """At most 31 characters, none of which Excel forbids, no name twice."""
    name = "".join("-" if c in _FORBIDDEN else c for c in title)[:LONGEST_NAME]
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    number, unique = 1, name
    while unique.casefold() in taken:
        number += 1
        unique = f"{name} {number}"
    return unique


def ems(text: str) -> float:
    """Width of a text in Excel's column units (Chinese characters are twice as wide)."""
    return sum(2.1 if character > "\u2e7f" else 1.05 for character in text)
