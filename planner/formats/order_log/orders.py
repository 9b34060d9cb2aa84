"""Rows of a log -> orders.

Rows of one id are one order, which has one time, one region and one status.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.wording import counted
from planner.errors import Finding
from planner.formats.order_log.compact_columns import Amounts, LineNumbers, make_room
from planner.formats.order_log.facts import EPOCH, NO_DATETIME, OrderFacts
from planner.formats.order_log.row_accounting import MOST_PLACES

NO_REGION = NO_STATUS = 2**16 - 1


@dataclass
class LogRows:
    """Columns of the rows that were kept, at least as long as there are rows.

    `status` is empty where none is asked for.
    """

    second: NDArray[np.uint32]
    region: NDArray[np.uint16]
    status: NDArray[np.uint16]
    amounts: dict[str, Amounts]
    lines: LineNumbers
    facts: OrderFacts

    def make_room(self, rows: int, with_status: bool) -> None:
        """Be able to hold so many rows."""
        make_room(self.second, rows)
        make_room(self.region, rows)
        if with_status:
            make_room(self.status, rows)
        for amounts in self.amounts.values():
            amounts.make_room(rows)


@dataclass
class Conflict:
    """Orders whose rows differ in a column: how many, and the first in words."""

    orders: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)

    def add(self, orders: int, found: Sequence[tuple[int, str]]) -> None:
        """Count more orders; `found`: (row of the log, words)."""
        self.orders += orders
        self.first = sorted([*self.first, *found])[:MOST_PLACES]

    def words(self, what: str) -> str:
        """`2 orders have rows with different times: ...`."""
        listed = "; ".join(words for _, words in self.first) + (
            "; ..." if self.orders > len(self.first) else ""
        )
        return f"{counted(self.orders, 'order')} with rows of different {what}: {listed}"


@dataclass(kw_only=True)
class MergedOrders:
    """What merging has found.

    Attributes
    ----------
    is_first : array of bool
        Rows that stand for their order.
    orphans : dict
        Column of ours -> rows of orders without a time or a region anywhere.
    left_out, unplaced : list of array
        Rows of orders that are left out for their status or their region.
    conflicts : dict
        Column of ours -> orders whose rows differ in it.
    gone : list of array
        Rows of all orders that are left out.
    """

    is_first: NDArray[np.bool_]
    orphans: dict[str, list[Ints]]
    left_out: list[Ints]
    conflicts: dict[str, Conflict]
    gone: list[Ints]
    unplaced: list[Ints] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class StayingOrders:
    """Which orders stay when rows are merged.

    Attributes
    ----------
    statuses : array of int or None
        Codes of their statuses; None: any.
    no_region : int
        Code of orders without a region, which then stay; `NO_REGION`: they are left out.
    unplaced : sequence of int
        Codes of regions whose orders are left out.
    """

    statuses: Ints | None = None
    no_region: int = NO_REGION
    unplaced: Sequence[int] = ()


@dataclass(frozen=True, eq=False)
class _Part:
    """Some rows of a log with all rows of their orders.

    `at`: row numbers; `order`: of each row, from 0 in the order they appear; `ids`: of each row.
    """

    at: Ints
    order: Ints
    ids: list[str]

    @cached_property
    def is_new(self) -> NDArray[np.bool_]:
        """Rows with which an order appears."""
        order = self.order
        return np.asarray(np.r_[True, order[1:] > np.maximum.accumulate(order)[:-1]][: len(order)])

    @cached_property
    def first(self) -> Ints:
        """Number of the first row of every order."""
        return self.at[self.is_new]

    def first_known(
        self, column: NDArray[Any], unknown: int
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """The first known value of every order, and the rows that have another one.

        `unknown` where an order has none.
        """
        values = column[self.at]
        found = values[self.is_new]
        known = values != unknown
        if not known.all():
            for row in np.flatnonzero(known & (found[self.order] == unknown)).tolist():
                if found[self.order[row]] == unknown:
                    found[self.order[row]] = values[row]
        return found, known & (values != found[self.order])


def merge_rows(
    rows: LogRows,
    parts: Iterator[tuple[Ints, Ints, list[str]]],
    count: int,
    regions: Sequence[str],
    staying: StayingOrders,
) -> MergedOrders:
    """Make one row per order: its first known time, region and status, the sum of its amounts.

    What belongs to an order is written into its first row.

    Parameters
    ----------
    rows : LogRows
        Rows of the log; changed in place.
    parts : iterator of (array, array, list of str)
        Row numbers, order of each row from 0 in the order they appear, id of each row.
    count : int
        Number of rows.
    regions : sequence of str
        Names of the regions by code.
    staying : StayingOrders
        Which orders stay.

    Returns
    -------
    MergedOrders
        Which rows stand for orders, and what became of the others.
    """
    merged = MergedOrders(
        is_first=np.zeros(count, dtype=bool),
        orphans={"ordered_at": [], "region": []},
        left_out=[],
        conflicts={},
        gone=[],
    )
    merged.conflicts = {"ordered_at": Conflict(), "region": Conflict()}
    for part in (_Part(at, order, ids) for at, order, ids in parts):
        at, order, first = part.at, part.order, part.first
        stays = np.ones(len(first), dtype=bool)
        if staying.statuses is not None:
            status, _ = part.first_known(rows.status, NO_STATUS)
            stays = np.isin(status, staying.statuses)
            merged.left_out.append(at[~stays[order]])
            rows.status[at] = status[order]
        for key, column, unknown in (
            ("ordered_at", rows.second, NO_DATETIME),
            ("region", rows.region, NO_REGION),
        ):
            values, differs = part.first_known(column, unknown)
            orphan = stays & (values == unknown)
            if orphan.any():
                merged.orphans[key].append(at[orphan[order]])
                if key == "region" and staying.no_region != NO_REGION:
                    values[orphan] = staying.no_region
                else:
                    stays &= ~orphan
            other = np.flatnonzero(differs & stays[order])
            if len(other):
                merged.conflicts[key].add(
                    len(np.unique(order[other])),
                    _conflicts(rows, part, values, other, key=key, regions=regions),
                )
            column[first] = values
        if len(staying.unplaced):
            nowhere = stays & np.isin(rows.region[first], staying.unplaced)
            merged.unplaced.append(at[nowhere[order]])
            stays &= ~nowhere
        merged.is_first[first] = stays
        merged.gone.append(at[~stays[order]])
        if len(first) < len(at):
            for amounts in rows.amounts.values():
                amounts.merge(at, order, first)
            rows.facts.merge(at, order, part.ids, stays)
    return merged


def _conflicts(
    rows: LogRows,
    part: _Part,
    values: NDArray[Any],
    differs: Ints,
    *,
    key: str,
    regions: Sequence[str],
) -> list[tuple[int, str]]:
    """The first orders whose rows differ: id, both values, both lines."""
    column = rows.second if key == "ordered_at" else rows.region
    found: dict[int, tuple[int, str]] = {}
    for row in differs.tolist():
        number = int(part.order[row])
        if number in found:
            continue
        rows_of_order = part.at[part.order == number]
        one = next(int(r) for r in rows_of_order if column[r] == values[number])
        other = int(part.at[row])
        lines = rows.lines.at(np.array([one, other])).tolist()
        shown = [_value(int(column[r]), key, regions) for r in (one, other)]
        words = f"{part.ids[row]} ({shown[0]} in line {lines[0]}, {shown[1]} in line {lines[1]})"
        found[number] = (other, words)
        if len(found) == MOST_PLACES:
            break
    return list(found.values())


def _value(code: int, key: str, regions: Sequence[str]) -> str:
    """A code of a column as messages show it."""
    return (EPOCH + timedelta(seconds=code)).isoformat() if key == "ordered_at" else regions[code]


def conflict_findings(
    merged: MergedOrders, file: str, line: int, names: dict[str, str], cure: str
) -> list[Finding]:
    """Make findings of orders whose rows differ.

    Parameters
    ----------
    merged : MergedOrders
        What merging has found.
    file : str
        Name of the file.
    line : int
        Line of its header.
    names : dict
        Column of ours -> its name in the file.
    cure : str
        What to do, as the end of the message.

    Returns
    -------
    list of Finding
        One for each column.
    """
    what = {"ordered_at": "times", "region": "regions"}
    return [
        Finding(file, line, 0, names[key], f"{conflict.words(what[key])}{cure}")
        for key, conflict in merged.conflicts.items()
        if conflict.orders
    ]
