"""Columns of very long logs in few bytes.

Amounts in hundredths, lines by their shifts, and rows of the same order found without their ids in
memory.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.output import naming

_UNKNOWN = -1
_MOST_HUNDREDTHS = 2**31 - 1
_ROWS_OF_A_PART = 100_000
_MOST_PARTS = 256
_PARTS_OF_UNKNOWN = 64  # where the number of rows is not known beforehand
_BLOCK = 1 << 18
_LONG_BLOCK = 1 << 20
_KEPT_IN_MEMORY = 1_000_000  # bytes of ids below which no file is written

Codes = TypeVar("Codes", np.uint16, np.uint32)


class Amounts:
    """Amounts of at least 0, NaN where unknown.

    Four bytes each while every one is a whole number of hundredths (grams, cents; what comes back
    is exactly what was put in), else eight.
    """

    def __init__(self, capacity: int) -> None:
        self._held: NDArray[np.int32] | Floats = np.empty(capacity, dtype=np.int32)

    def __len__(self) -> int:
        return len(self._held)

    def make_room(self, rows: int) -> None:
        """Be able to hold so many rows."""
        make_room(self._held, rows)

    def put(self, where: slice | Ints, values: Floats) -> None:
        """Write values at rows."""
        if self._held.dtype == np.int32:
            with np.errstate(over="ignore"):
                hundredths = np.rint(values * 100)
            unknown = np.isnan(values)
            if ((hundredths / 100 == values) & (hundredths <= _MOST_HUNDREDTHS) | unknown).all():
                self._held[where] = np.where(unknown, _UNKNOWN, hundredths)
                return
            self._widen()
        self._held[where] = values

    def _widen(self) -> None:
        wide = np.empty(len(self._held), dtype=np.float64)
        for begin in range(0, len(wide), _BLOCK):
            wide[begin : begin + _BLOCK] = self.at(slice(begin, begin + _BLOCK))
        self._held = wide

    def at(self, where: slice | Ints) -> Floats:
        """The values at rows."""
        held = self._held[where]
        if held.dtype == np.float64:
            return np.array(held)
        return np.where(held == _UNKNOWN, np.nan, held / 100)

    @property
    def values(self) -> Floats:
        """All of them."""
        return self.at(slice(None))

    def highest(self) -> float:
        """The highest known value; NaN where none is known."""
        known = self._held[self._held >= 0]
        return (
            float(known.max()) / (100 if known.dtype == np.int32 else 1) if len(known) else math.nan
        )

    def merge(self, rows: Ints, order: Ints, first: Ints) -> None:
        """Write the sums of orders into their first rows; NaN where no value is known.

        Parameters
        ----------
        rows : array of int
            Row numbers.
        order : array of int, same shape
            Order of each row, from 0.
        first : array of int
            Row that takes the sum of each order.
        """
        held = self._held[rows]
        known = held >= 0
        sums = np.bincount(order, weights=np.where(known, held, 0)) / (
            100 if held.dtype == np.int32 else 1
        )
        self.put(first, np.where(np.bincount(order, weights=known) > 0, sums, np.nan))

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Forget the other rows, and those behind the last."""
        keep_rows(self._held, rows)

    def part(self, begin: int, end: int) -> Amounts:
        """The same amounts from one row until another."""
        found = Amounts(0)
        found._held = self._held[begin:end]
        return found

    def grouped(self, code: NDArray[np.uint16], ends: Ints) -> Amounts:
        """The same amounts, those of code 0 first; `ends`: how many have at most each code."""
        found = Amounts(len(self))
        free = np.r_[0, ends[:-1]]
        for begin in range(0, len(self), _BLOCK):
            block = code[begin : begin + _BLOCK]
            counts = np.bincount(block, minlength=len(ends))
            in_order = np.argsort(block, kind="stable")
            places = np.repeat(free + counts - np.cumsum(counts), counts) + np.arange(len(block))
            found.put(places, self.at(begin + in_order))
            free += counts
        return found

    def distinct(self) -> tuple[Floats, Ints]:
        """Known values in rising order, and how often each stands."""
        held = np.sort(
            self._held
        )  # one copy of four bytes a row, not several of eight; NaN comes last
        known = held[np.searchsorted(held, held.dtype.type(0)) :]
        if known.dtype == np.float64:
            known = known[~np.isnan(known)]
        begins = np.flatnonzero(np.r_[True, known[1:] != known[:-1]][: len(known)])
        values = known[begins].astype(np.float64) / (100 if held.dtype == np.int32 else 1)
        return values, np.diff(np.r_[begins, len(known)])


def blocks(column: NDArray[Codes]) -> Iterator[NDArray[Codes]]:
    """The rows of a long column, some at a time."""
    return (column[begin : begin + _LONG_BLOCK] for begin in range(0, len(column), _LONG_BLOCK))


def make_room(column: NDArray[Any], rows: int) -> None:
    """Lengthen a column to so many rows at least, in place.

    By half of its length or more, so that a column which grows chunk by chunk is seldom moved.
    """
    if rows > len(column):
        column.resize(max(rows, len(column) * 3 // 2), refcheck=False)


def keep_rows(column: NDArray[Any], rows: NDArray[np.bool_]) -> None:
    """Move the rows that are kept together and cut off the rest, in place.

    A long column is never held twice.
    """
    end = 0
    for begin in range(0, len(rows), _BLOCK):
        inside = rows[begin : begin + _BLOCK]
        block = column[begin : begin + len(inside)][inside]
        column[end : end + len(block)] = block
        end += len(block)
    column.resize(end, refcheck=False)


def quantiles(values: Floats, counts: Ints, levels: tuple[float, ...]) -> list[float]:
    """Quantiles (numpy's linear ones) of values that stand several times.

    Parameters
    ----------
    values : array of float, rising
        Distinct values.
    counts : array of int, same shape
        How often each stands.
    levels : tuple of float
        Levels of the quantiles, 0 to 1.

    Returns
    -------
    list of float
        One for each level.
    """
    ends = np.cumsum(counts)
    found = []
    for level in levels:
        position = (int(ends[-1]) - 1) * level
        below = int(position)
        around = np.searchsorted(ends, [below, min(below + 1, int(ends[-1]) - 1)], side="right")
        found.append(float(np.quantile(values[around], position - below)))
    return found


class LineNumbers:
    """Line of every row of a long file: rows that follow each other line by line take no memory."""

    def __init__(self) -> None:
        self._begins: list[Ints] = []  # row from which on a line is its row plus the shift
        self._shifts: list[Ints] = []
        self._rows = 0
        self._last = -1

    def add(self, lines: Ints) -> None:
        """The lines of the next rows, in rising order."""
        shift = lines - np.arange(self._rows, self._rows + len(lines))
        changes = np.flatnonzero(np.diff(shift, prepend=self._last))
        if len(changes):
            self._begins.append(self._rows + changes)
            self._shifts.append(shift[changes])
            self._last = int(shift[-1])
        self._rows += len(lines)

    def at(self, rows: Ints) -> Ints:
        """Lines of rows."""
        if not len(rows):
            return rows
        begins, shifts = np.concatenate(self._begins), np.concatenate(self._shifts)
        return np.asarray(rows + shifts[np.searchsorted(begins, rows, side="right") - 1])


class OrderIds:
    """Ids of rows, compared exactly.

    Ids are compared as text: a hash only decides in which part an id lies, so no collision can
    merge two orders. Beyond a megabyte the parts lie in a temporary file; memory holds one byte a
    row, and later one part. `most_rows`: never below the number of rows; None: it is not known.
    """

    def __init__(self, most_rows: int | None) -> None:
        self._parts = _PARTS_OF_UNKNOWN
        if most_rows is not None:
            self._parts = min(max(-(-most_rows // _ROWS_OF_A_PART), 1), _MOST_PARTS)
        self._part = np.empty(most_rows or 0, dtype=np.uint8)
        self._rows = 0
        self._places: list[list[tuple[int, int]]] = [[] for _ in range(self._parts)]
        self._file = tempfile.SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 - closed by __exit__

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        with naming(tempfile.gettempdir()):
            self._file.close()

    def add(self, ids: NDArray[np.object_]) -> None:
        """The ids of the next rows."""
        part = (pd.util.hash_array(ids, categorize=False) % self._parts).astype(np.uint8)
        make_room(self._part, self._rows + len(ids))
        self._part[self._rows : self._rows + len(ids)] = part
        self._rows += len(ids)
        in_order = np.argsort(part, kind="stable")
        ends = np.cumsum(np.bincount(part, minlength=self._parts))
        for number, rows in enumerate(np.split(in_order, ends[:-1])):
            if len(rows):
                text = json.dumps(ids[rows].tolist()).encode()
                with naming(tempfile.gettempdir()):
                    self._places[number].append((self._file.tell(), len(text)))
                    self._file.write(text)

    def orders(self) -> Iterator[tuple[Ints, Ints, list[str]]]:
        """Part by part: rows in rising order, the order of each, and its id.

        Orders are numbered from 0 as they appear.
        """
        for number, places in enumerate(self._places):
            ids: list[str] = []
            for begin, size in places:
                with naming(tempfile.gettempdir()):
                    self._file.seek(begin)
                    ids += json.loads(self._file.read(size))
            rows = np.flatnonzero(self._part[: self._rows] == number)
            yield rows, pd.factorize(np.array(ids, dtype=object))[0].astype(np.int64), ids
