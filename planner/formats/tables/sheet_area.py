"""The rows and columns that the cells of a sheet lie in, and whether they can be held."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from planner.errors import column_letters
from planner.formats.base import input_limits

NO_CELL = "holds a cell that no spreadsheet has; open it in one and save it again"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384  # of any spreadsheet
_DIGITS, _LETTERS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class TooLargeError(Exception):
    """The words of a finding, and the cell that it is about."""

    def __init__(self, words: str, cell: str = "") -> None:
        super().__init__(words)
        self.cell = cell


def following(cell: str, row: int) -> str:
    """The name of the cell after another one in a row; of the first one where none is before.

    Raises TooLargeError where the cell before is none of a spreadsheet.
    """
    before = _number(cell.rstrip(_DIGITS))
    if cell and not before:
        raise TooLargeError(NO_CELL, cell)
    return f"{column_letters(before)}{max(row, 1)}"


def cell_number(cell: str) -> tuple[int, int]:
    """Row and column of a cell by its name, both from 1: C5 -> (5, 3)."""
    letters = cell.rstrip(_DIGITS)
    return int(cell[len(letters) :] or 1), _number(letters) or 1


def _number(letters: str) -> int:
    """A -> 1, Z -> 26, AA -> 27; 0 for what is no column of a spreadsheet."""
    if not 0 < len(letters) <= 3 or letters.strip(_LETTERS):
        return 0
    number = 0
    for each in letters:
        number = number * 26 + ord(each) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0


class SheetArea:
    """The rows and columns in which a sheet has cells, and the cells in the last of them."""

    def __init__(self) -> None:
        self._rows = np.zeros(LAST_ROW + 1, dtype=bool)
        self._columns = np.zeros(LAST_COLUMN + 1, dtype=bool)
        self._last_row = self._last_column = 0
        self._lowest = self._rightmost = ""
        self._filled = 0

    def add(self, cells: Sequence[str]) -> None:
        """More cells by their names. Raises TooLargeError for one that no spreadsheet has."""
        self._filled += len(cells)
        by_row = {cell.lstrip(_LETTERS): cell for cell in cells}
        by_column = {cell.rstrip(_DIGITS): cell for cell in cells}
        for text, cell in by_row.items():
            row = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
            if not 0 < row <= LAST_ROW:
                raise TooLargeError(NO_CELL, cell)
            self._rows[row] = True
            if row > self._last_row:
                self._last_row, self._lowest = row, cell
        for text, cell in by_column.items():
            column = _number(text)
            if not column:
                raise TooLargeError(NO_CELL, cell)
            self._columns[column] = True
            if column > self._last_column:
                self._last_column, self._rightmost = column, cell

    def refuse_number(self, cells: int, cell: str) -> None:
        """Raise TooLargeError for too many cells, filled or only formatted.

        `cell`: the last one.
        """
        if cells <= input_limits.SHEET_CELLS:
            return
        words = f"has more than {input_limits.SHEET_CELLS:,} cells"
        if 2 * self._filled < cells:
            words += (
                f", most of them empty but formatted: delete the rows after {self._last_row} "
                "and save it again,"
            )
            raise TooLargeError(f"{words} or save it as CSV", cell)
        raise TooLargeError(f"{words}; save it as CSV", cell)

    def check(self) -> None:
        """Raise TooLargeError where a reader would have to hold too many cells, filled or empty."""
        if self._last_row * self._last_column <= input_limits.SHEET_AREA:
            return
        rows, columns = _before_gap(self._rows), _before_gap(self._columns)
        if 0 < rows * columns <= input_limits.SHEET_AREA:
            stray = self._lowest if rows < self._last_row else self._rightmost
            words = (
                f"a stray cell at {stray}: delete the rows and columns after "
                f"{column_letters(columns - 1)}{rows}"
            )
            raise TooLargeError(f"{words} and save it again", stray)
        corner = f"{column_letters(self._last_column - 1)}{self._last_row}"
        size = f"{self._last_row * self._last_column:,} cells, filled or empty"
        words = (
            f"reaches to {corner}: {size}; at most {input_limits.SHEET_AREA:,} are read: "
            "delete what is not needed"
        )
        raise TooLargeError(f"{words}, or save it as CSV", corner)


def _before_gap(used: NDArray[np.bool_]) -> int:
    """The last number in use before the widest gap, where that takes in most of the area.

    Otherwise the last number of all.
    """
    numbers = np.flatnonzero(used)
    gaps = np.diff(numbers, prepend=0)
    widest = int(gaps.argmax())
    if gaps[widest] == 1 or 2 * int(gaps[widest]) < int(numbers[-1]):
        return int(numbers[-1])
    return int(numbers[widest - 1]) if widest else 0
