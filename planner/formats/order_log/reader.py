"""Order logs of any length: times, regions and amounts of orders as compact columns.

A row takes some twenty bytes. Every row of the file is accounted for: rows = orders + rows merged
into them + rows left out, by reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.order_history import History
from planner.errors import InputError
from planner.formats.order_log.columns import find_columns, score
from planner.formats.order_log.compact_columns import Amounts, OrderIds, blocks
from planner.formats.order_log.facts import EPOCH, NO_DATETIME
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.row_accounting import RowTally
from planner.formats.order_log.row_reader import LogReader
from planner.formats.tables.table_files import TableFile, open_table_file, placed

MOST_COUNTS = 100_000_000  # hours times regions
_EPOCH_HOUR = (EPOCH - datetime(1970, 1, 1)) // timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, eq=False)
class OrderLog:
    """Orders of a log, in the order of their first rows, and what became of all its rows.

    Attributes
    ----------
    names : dict
        Column of ours -> its name in the file.
    second : array of uint32
        Time of each order in seconds since 1990-01-01.
    region_code : array of uint16
        Region of each order: index into `regions`.
    regions, region_line : tuple
        Names of the regions, sorted, and the line where each stands first.
    amounts : dict
        Column -> amount of each order; NaN where missing.
    rows, blank : int
        Rows of the file, and empty ones, which are not counted in `rows`.
    left_out, unknown : RowTally
        Rows that are no orders, and orders with an amount that cannot be read.
    end_lines : tuple of (int, int)
        Lines of the first and of the last time.
    together : dict
        Region -> its spellings with their rows, where the log writes it otherwise.
    notes, warnings : tuple of str
        How the file was read, in words.
    counting : str
        What a line in words is, where the file has none.
    moments : dict
        Moment (`options.MOMENTS`) -> that of each order in seconds since 1990-01-01; `NO_DATETIME`
        where unknown.
    labels, label_names : dict
        Contract and site: index of each order into the names; `NO_LABEL` where unknown.
    ids : array of str or None
        Id of each order, where ids are kept and the log has them.
    order_lines : array of int or None
        Line of each order's first row, where ids are kept.
    """

    names: dict[str, str]
    second: NDArray[np.uint32]
    region_code: NDArray[np.uint16]
    regions: tuple[str, ...]
    region_line: tuple[int, ...]
    amounts: dict[str, Amounts]
    rows: int
    blank: int
    left_out: RowTally
    unknown: RowTally
    end_lines: tuple[int, int]
    together: dict[str, dict[str, int]]
    notes: tuple[str, ...]
    warnings: tuple[str, ...]
    counting: str = ""
    moments: dict[str, NDArray[np.uint32]] = field(default_factory=dict)
    labels: dict[str, NDArray[np.uint16]] = field(default_factory=dict)
    label_names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ids: NDArray[np.object_] | None = None
    order_lines: Ints | None = None

    def __len__(self) -> int:
        return len(self.second)

    @property
    def skipped(self) -> dict[str, int]:
        """Rows that were left out, by reason."""
        return dict(sorted(self.left_out.rows.items()))

    @property
    def merged(self) -> int:
        """Rows that belong to the order of another row."""
        return self.rows - len(self) - sum(self.left_out.rows.values())

    @property
    def region(self) -> list[str]:
        """Region of every order."""
        return [self.regions[code] for code in self.region_code.tolist()]

    def moment(self, key: str) -> NDArray[np.datetime64]:
        """A moment of every order, local time; NaT where unknown or the log has no such column."""
        seconds = self.second if key == "ordered_at" else self.moments.get(key)
        if seconds is None:
            return np.full(len(self), "NaT", dtype="datetime64[s]")
        found = seconds.astype("timedelta64[s]") + np.datetime64(EPOCH, "s")
        found[seconds == NO_DATETIME] = np.datetime64("NaT")
        return np.asarray(found)

    def label(self, key: str) -> NDArray[np.object_]:
        """Contract or site of every order; "" where unknown or the log has no such column."""
        names = np.array([*self.label_names.get(key, ()), ""], dtype=object)
        if key not in self.labels:
            return np.full(len(self), "", dtype=object)
        return np.asarray(names[np.minimum(self.labels[key], len(names) - 1)])

    @property
    def first(self) -> datetime:
        """The first time."""
        return EPOCH + timedelta(seconds=int(self.second.min()))

    @property
    def last(self) -> datetime:
        """The last time."""
        return EPOCH + timedelta(seconds=int(self.second.max()))


def open_log(path: Path, file: str, form: LogForm) -> TableFile:
    """Open a log and find its header.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, as messages show it.
    form : LogForm
        How it is read.

    Returns
    -------
    TableFile
        With its header.

    Raises
    ------
    InputError
        When it cannot be read.
    """
    return open_table_file(path, file, score=lambda row: score(row, form), sheet=form.sheet)


def read_orders(path: Path, file: str, form: LogForm) -> OrderLog:
    """Read a log, each order once.

    Parameters
    ----------
    path : Path
        The file.
    file : str
        Its name, as messages show it.
    form : LogForm
        How it is read.

    Returns
    -------
    OrderLog
        Its orders.

    Raises
    ------
    InputError
        With every kind of bad cell, unless bad rows are left out.
    """
    table = open_log(path, file, form)
    try:
        return read_open_log(table, form)
    except InputError as error:
        raise InputError(placed(error.findings, path, table)) from error


def read_open_log(table: TableFile, form: LogForm) -> OrderLog:
    """Read an open log, each order once.

    Raises InputError as `read_orders` does; the findings know their line, not yet their place in
    it.
    """
    try:
        return replace(_read(table, form), counting=table.counting)
    except InputError as error:
        if table.counting and any(finding.line for finding in error.findings):
            error.add_note(f"lines are {table.counting}")
        raise


def _read(table: TableFile, form: LogForm) -> OrderLog:
    """Read an open log."""
    columns = find_columns(table, form)
    with ExitStack() as stack:
        ids = (
            stack.enter_context(OrderIds(table.most_rows)) if "order_id" in columns.names else None
        )
        reading = LogReader(table, form, columns, ids)
        status = columns.status if form.status is None else (form.status,)
        wanted = list(dict.fromkeys([*columns.names.values(), *status]))
        for chunk in table.chunks(wanted, form.rows):
            reading.take(chunk)
        reading.merge()
    return _log(reading)


def _log(reading: LogReader) -> OrderLog:
    """What was read, with the regions that orders go to, sorted."""
    names, lines, held = list(reading.regions.names), reading.regions.lines, reading.held
    orders = np.zeros(len(names), dtype=np.int64)
    for block in blocks(held.region):
        orders += np.bincount(block, minlength=len(names))
    in_order = sorted(np.flatnonzero(orders).tolist(), key=names.__getitem__)
    ours = np.zeros(len(names), dtype=np.uint16)
    ours[in_order] = np.arange(len(in_order))
    for block in blocks(held.region):
        block[:] = ours[block]
    log = OrderLog(
        names=reading.names,
        second=held.second,
        region_code=held.region,
        regions=tuple(names[i] for i in in_order),
        region_line=tuple(lines[i] for i in in_order),
        amounts=held.amounts,
        rows=reading.rows,
        blank=reading.blank,
        left_out=reading.left_out,
        unknown=reading.unknown,
        end_lines=reading.end_lines,
        together=reading.regions.together,
        notes=reading.notes,
        warnings=reading.warnings,
        moments=held.facts.moments,
        labels=held.facts.labels,
        label_names={key: tuple(names) for key, names in held.facts.label_names.items()},
        ids=held.facts.ids,
        order_lines=reading.order_lines,
    )
    hours = (log.last - log.first) // timedelta(hours=1) + 1
    if hours * len(log.regions) > MOST_COUNTS:
        counts = f"{len(log.regions):,} regions over {hours:,} hours"
        words = f"{counts} are more than can be counted; name fewer, larger regions"
        raise InputError([reading.finding("region", words)])
    return log


def count_orders(
    log: OrderLog, number: Ints, regions: int, before: datetime | None = None
) -> History:
    """Count orders by hour and region, from the first to the last.

    Parameters
    ----------
    log : OrderLog
        The orders.
    number : array of int
        Index of the result's region by region code of the log.
    regions : int
        Number of regions of the result.
    before : datetime or None
        Count only orders before this local time; the counts reach up to it where later orders show
        that the log does.

    Returns
    -------
    History
        Counts by hour and region.
    """
    until = 2**32 if before is None else (before - EPOCH) // timedelta(seconds=1)
    ends = [(int(second.min()), int(second.max())) for second, _ in _orders_before(log, until)]
    first = min((begin for begin, _ in ends), default=0) // 3600
    last = max((end for _, end in ends), default=-1) // 3600
    if ends and int(log.second.max()) >= until:
        last = max(last, until // 3600 - 1)
    counts = np.zeros((last - first + 1) * regions, dtype=np.int64)
    for second, code in _orders_before(log, until):
        np.add.at(counts, (second // 3600 - first) * regions + number[code], 1)
    return History(start_hour=first + _EPOCH_HOUR, counts=counts.reshape(-1, regions))


def _orders_before(log: OrderLog, until: int) -> Iterator[tuple[Ints, NDArray[np.uint16]]]:
    """Seconds and region codes of the orders before a second, block by block.

    Blocks without any are left out.
    """
    for seconds, codes in zip(blocks(log.second), blocks(log.region_code), strict=True):
        inside = seconds < until
        if inside.any():
            yield seconds[inside].astype(np.int64), codes[inside]
