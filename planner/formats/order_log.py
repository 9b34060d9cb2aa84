"""Order logs of any length: moments, regions and amounts of orders as compact columns, some twenty bytes a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.demand import Floats, History, Ints
from planner.errors import Finding, InputError
from planner.formats.compact import Amounts, OrderIds, keep_rows
from planner.formats.findings import nearest, shown
from planner.formats.moments import ON_COMMAND_LINE, Advice, Moments, read_moments
from planner.formats.tables import TableFile, open_table_file, placed
from planner.formats.values import parse_name

# Our column -> what it is; only ordered_at is needed.
COLUMNS = {
    "ordered_at": "moment of the order, local time",
    "region": "where it goes to",
    "order_id": "rows of the same order count once",
    "weight_g": "weight in grams",
    "items": "items of the order",
    "freight": "what the customer paid for shipping",
    "price": "what the customer paid for the goods",
}
AMOUNTS = ("weight_g", "items", "freight", "price")
MOST_SHOWN = 20  # findings of one kind that are listed; the rest is counted
MOST_AMOUNT = 1e12  # far above any weight or price, and safe in sums
MOST_REGIONS = 2**16
MOST_COUNTS = 100_000_000  # hours times regions
ONE_REGION = "all"
_EPOCH = datetime(1990, 1, 1)  # seconds since then need four bytes until 2126
_EPOCH_HOUR = (_EPOCH - datetime(1970, 1, 1)) // timedelta(hours=1)
_BLOCK = 1 << 20

Codes = TypeVar("Codes", np.uint16, np.uint32)


@dataclass(frozen=True)
class LogForm:
    """How to read a log: the file's own names of our columns, how its dates are written, what to do with bad rows.

    `region_needed`: an empty region is a finding (else an empty name). `rows`: of a piece; None: what is sensible.
    """

    columns: Mapping[str, str]
    known: tuple[str, ...] = tuple(COLUMNS)
    date_format: str | None = None
    advice: Advice = ON_COMMAND_LINE
    skip_bad_rows: bool = False
    region_needed: bool = True
    rows: int | None = None


@dataclass(frozen=True, eq=False)
class OrderLog:
    """Orders of a log, in the order of their first rows; rows that were left out, by reason.

    `second`: since 1990-01-01; `region_code`: index into `regions`, which are sorted; `region_line`: where each stands
    first; `amounts`: NaN where missing; `end_lines`: lines of the first and of the last moment.
    """

    second: NDArray[np.uint32]
    region_code: NDArray[np.uint16]
    regions: tuple[str, ...]
    region_line: tuple[int, ...]
    amounts: dict[str, Amounts]
    rows: int
    skipped: dict[str, int]
    end_lines: tuple[int, int]

    def __len__(self) -> int:
        return len(self.second)

    @property
    def region(self) -> list[str]:
        """Region of every order."""
        return [self.regions[code] for code in self.region_code.tolist()]

    @property
    def first(self) -> datetime:
        """The first moment."""
        return _EPOCH + timedelta(seconds=int(self.second.min()))

    @property
    def last(self) -> datetime:
        """The last moment."""
        return _EPOCH + timedelta(seconds=int(self.second.max()))


def read_orders(path: Path, file: str, form: LogForm) -> OrderLog:
    """Read a log, each order once. Raises InputError with every kind of bad cell, unless bad rows are left out."""
    table = open_table_file(path, file)
    try:
        return _read(table, file, form)
    except InputError as error:
        raise InputError(placed(error.findings, path, table)) from error


def _read(table: TableFile, file: str, form: LogForm) -> OrderLog:
    names = _resolve(table.columns, form, file)
    with ExitStack() as stack:
        ids = stack.enter_context(OrderIds(table.most_rows)) if "order_id" in names else None
        reading = _Reading(file, form, names, table.most_rows, ids)
        for piece in table.pieces(list(dict.fromkeys(names.values())), form.rows):
            reading.take(piece.frame)
        if reading.bad.counts and not form.skip_bad_rows:
            raise InputError(reading.bad.findings(form.advice == ON_COMMAND_LINE))
        if not reading.kept:
            raise InputError([Finding(file, 0, 0, "", "holds no order that can be read")])
        reading.merge_rows_of_one_order()
    return reading.log()


def _resolve(columns: tuple[str, ...], form: LogForm, file: str) -> dict[str, str]:
    """Our column -> the file's, for those that are there; InputError when a stated one or ordered_at is not."""
    findings = []
    for key in form.columns:
        if key not in form.known:
            findings.append(Finding(file, 0, 0, key, "unknown column" + nearest(key, form.known)))
    for key, name in {"ordered_at": "ordered_at", **form.columns}.items():
        if key in form.known and name not in columns:
            findings.append(Finding(file, 1, 0, name, "no such column" + nearest(name, columns)))
    if findings:
        raise InputError(findings)
    return {key: form.columns.get(key, key) for key in form.known if form.columns.get(key, key) in columns}


@dataclass
class _BadCells:
    """How many bad cells there are of every kind, and the first of them."""

    file: str
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    first: list[Finding] = field(default_factory=list)

    def add(self, column: str, wrong: Mapping[int, str], piece: pd.DataFrame) -> None:
        """`wrong`: row of the piece -> what is wrong with its cell."""
        cells, lines = piece[column].to_numpy(), piece.index.to_numpy()
        for row, words in sorted(wrong.items()):
            count = self.counts.get((column, words), 0) + 1
            self.counts[column, words] = count
            if count <= MOST_SHOWN:
                told = f"{words}, got {shown(cells[row])}"
                self.first.append(Finding(self.file, int(lines[row]), 0, column, told))

    def findings(self, can_skip: bool) -> list[Finding]:
        """The first of every kind, and one that counts the rest."""
        advice = "; --skip-bad-rows leaves them out" if can_skip else ""
        rest = [
            Finding(self.file, 0, 0, column, f"{words}: {n - MOST_SHOWN:,} more rows ({n:,} in all){advice}")
            for (column, words), n in self.counts.items()
            if n > MOST_SHOWN
        ]
        return self.first + rest


class _Reading:
    """The columns of a log while it is read, piece by piece; `kept` rows so far."""

    def __init__(
        self, file: str, form: LogForm, names: Mapping[str, str], most_rows: int, ids: OrderIds | None
    ) -> None:
        self.bad = _BadCells(file)
        self.kept = self.rows = 0
        self._form = form
        self._names = names
        self._ids = ids
        self._second = np.empty(most_rows, dtype=np.uint32)
        self._region = np.zeros(most_rows, dtype=np.uint16)
        self._amounts = {key: Amounts(most_rows) for key in AMOUNTS if key in names}
        self._codes = {} if "region" in names else {ONE_REGION if form.region_needed else "": 0}
        self._region_line: list[int] = [] if "region" in names else [0]
        self._ends = ((2**32, 0), (-1, 0))  # (second, line) of the first and of the last moment

    def take(self, piece: pd.DataFrame) -> None:
        """The next rows of the file."""
        names, wrong = self._names, dict[str, dict[int, str]]()
        moments, wrong["ordered_at"] = read_moments(
            piece[names["ordered_at"]].tolist(), self._form.date_format, self._form.advice
        )
        if "region" in names:
            code, regions, wrong["region"] = self._look_at_regions(piece[names["region"]])
        if "order_id" in names:
            wrong["order_id"] = {int(i): "is empty" for i in np.flatnonzero(piece[names["order_id"]].to_numpy() == "")}
        keep = np.ones(len(piece), dtype=bool)
        keep[[i for cells in wrong.values() for i in cells]] = False
        where = slice(self.kept, self.kept + int(keep.sum()))
        for key, column in self._amounts.items():
            values, wrong[key] = _numbers(piece[names[key]])
            column.put(where, values[keep])
        for key, cells in wrong.items():
            self.bad.add(names[key], cells, piece)
        lines = piece.index.to_numpy()[keep]
        self._put_moments(where, moments[keep], lines)
        if "region" in names:
            self._put_regions(where, code[keep], regions, lines)
        if self._ids is not None:
            self._ids.add(piece[names["order_id"]].to_numpy()[keep])
        self.rows += len(piece)
        self.kept = where.stop

    def _look_at_regions(self, cells: pd.Series) -> tuple[Ints, list[str], dict[int, str]]:
        """Code and name of the regions of a piece, and what is wrong with them, by row."""
        code, distinct = pd.factorize(cells.to_numpy(dtype=object))
        regions = [str(name) for name in distinct]
        words = ["" if name in self._codes else _wrong_with_region(name, self._form.region_needed) for name in regions]
        is_wrong = np.array([bool(w) for w in words], dtype=bool)
        wrong = {row: words[code[row]] for row in np.flatnonzero(is_wrong[code]).tolist()}
        return code, regions, wrong

    def _put_moments(self, where: slice, moments: Moments, lines: Ints) -> None:
        if not len(moments):
            return
        seconds = (moments - np.datetime64(_EPOCH, "s")).astype(np.int64)
        self._second[where] = seconds
        first, last = int(seconds.argmin()), int(seconds.argmax())
        begin, end = (int(seconds[first]), int(lines[first])), (int(seconds[last]), int(lines[last]))
        self._ends = min(self._ends[0], begin), end if end[0] > self._ends[1][0] else self._ends[1]

    def _put_regions(self, where: slice, code: Ints, regions: list[str], lines: Ints) -> None:
        present, at = np.unique(code, return_index=True)
        ours = np.zeros(len(regions), dtype=np.uint16)
        for number, row in zip(present.tolist(), at.tolist(), strict=True):
            name = regions[number]
            if name not in self._codes:
                if len(self._codes) == MOST_REGIONS:
                    words = f"holds more than {MOST_REGIONS:,} different names; is this the column of the region?"
                    raise InputError([Finding(self.bad.file, 1, 0, self._names["region"], words)])
                self._codes[name] = len(self._codes)
                self._region_line.append(int(lines[row]))
            ours[number] = self._codes[name]
        self._region[where] = ours[code]

    def merge_rows_of_one_order(self) -> None:
        """One row per order: its first moment and region, the sum of its amounts."""
        is_first = np.full(self.kept, self._ids is None)
        for rows, order in () if self._ids is None else self._ids.orders():
            first = rows[np.unique(order, return_index=True)[1]]
            is_first[first] = True
            for amounts in self._amounts.values() if len(first) < len(rows) else ():
                amounts.merge(rows, order, first)
        for column in (self._second, self._region):
            keep_rows(column, is_first)
        for amounts in self._amounts.values():
            amounts.keep(is_first)

    def log(self) -> OrderLog:
        """What was read, with the regions that orders go to, sorted."""
        names, lines = list(self._codes), self._region_line
        orders = np.zeros(len(names), dtype=np.int64)
        for block in _blocks(self._region):
            orders += np.bincount(block, minlength=len(names))
        in_order = sorted(np.flatnonzero(orders).tolist(), key=names.__getitem__)
        ours = np.zeros(len(names), dtype=np.uint16)
        ours[in_order] = np.arange(len(in_order))
        for block in _blocks(self._region):
            block[:] = ours[block]
        self._check_size(len(in_order))
        return OrderLog(
            second=self._second,
            region_code=self._region,
            regions=tuple(names[i] for i in in_order),
            region_line=tuple(lines[i] for i in in_order),
            amounts=self._amounts,
            rows=self.rows,
            skipped={f"{column}: {words}": n for (column, words), n in sorted(self.bad.counts.items())},
            end_lines=(self._ends[0][1], self._ends[1][1]),
        )

    def _check_size(self, regions: int) -> None:
        hours = (self._ends[1][0] - self._ends[0][0]) // 3600 + 1
        if hours * regions > MOST_COUNTS:
            words = f"{regions:,} regions over {hours:,} hours are more than can be counted; name fewer, larger regions"
            raise InputError([Finding(self.bad.file, 1, 0, self._names.get("region", ""), words)])


def _wrong_with_region(name: str, needed: bool) -> str:
    if not (name or needed):
        return ""
    try:
        parse_name(name)
    except ValueError as error:
        return str(error)
    return ""


def _numbers(cells: pd.Series) -> tuple[Floats, dict[int, str]]:
    """Numbers from 0 to MOST_AMOUNT; empty cells are NaN."""
    code, distinct = pd.factorize(cells.to_numpy(dtype=object))
    values = pd.to_numeric(pd.Series(distinct, dtype=object), errors="coerce").to_numpy(dtype=np.float64, copy=True)
    negative = values < 0
    not_a_number = ~np.isfinite(values) & (distinct != "")
    too_much = ~not_a_number & (values > MOST_AMOUNT)
    values[not_a_number | negative | too_much] = np.nan
    wrong = dict.fromkeys(np.flatnonzero(not_a_number[code]).tolist(), "must be a number")
    wrong |= dict.fromkeys(np.flatnonzero(negative[code]).tolist(), "must be at least 0")
    wrong |= dict.fromkeys(np.flatnonzero(too_much[code]).tolist(), f"must be at most {MOST_AMOUNT:,.0f}")
    return np.asarray(values[code]), wrong


def count_orders(log: OrderLog, number: Ints, regions: int, before: datetime | None = None) -> History:
    """Orders per hour and region, from the first to the last (only those before a moment, if one is given).

    `number`: the region of the result that each region of the log is counted as; `regions`: how many there are.
    """
    until = 2**32 if before is None else (before - _EPOCH) // timedelta(seconds=1)
    ends = [(int(second.min()), int(second.max())) for second, _ in _orders_before(log, until)]
    first = min((begin for begin, _ in ends), default=0) // 3600
    last = max((end for _, end in ends), default=-1) // 3600
    counts = np.zeros((last - first + 1) * regions, dtype=np.int64)
    for second, code in _orders_before(log, until):
        np.add.at(counts, (second // 3600 - first) * regions + number[code], 1)
    return History(first + _EPOCH_HOUR, counts.reshape(-1, regions))


def _orders_before(log: OrderLog, until: int) -> Iterator[tuple[Ints, NDArray[np.uint16]]]:
    """Seconds and region codes of the orders before a second, block by block; blocks without any are left out."""
    for seconds, codes in zip(_blocks(log.second), _blocks(log.region_code), strict=True):
        inside = seconds < until
        if inside.any():
            yield seconds[inside].astype(np.int64), codes[inside]


def _blocks(column: NDArray[Codes]) -> Iterator[NDArray[Codes]]:
    """A long column a million rows at a time, so that what is computed from it stays small."""
    return (column[begin : begin + _BLOCK] for begin in range(0, len(column), _BLOCK))
