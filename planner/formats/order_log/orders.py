"""Rows of a log -> orders: rows of one id are one order, which has one time, one region and one
status.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand import Ints
from planner.domain.wording import counted
from planner.errors import Finding
from planner.formats.order_log.compact_columns import Amounts, LineNumbers
from planner.formats.order_log.row_accounting import MOST_PLACES

EPOCH = datetime(1990, 1, 1)  # seconds since then need four bytes until 2126
NO_DATETIME = 2**32 - 1
NO_REGION = NO_STATUS = 2**16 - 1


@dataclass
class LogRows:
    """Columns of the rows that were kept, as long as there may be rows; `status` is empty where
    none is asked for.
    """

    second: NDArray[np.uint32]
    region: NDArray[np.uint16]
    status: NDArray[np.uint16]
    amounts: dict[str, Amounts]
    lines: LineNumbers


@dataclass
class Conflict:
    """Orders whose rows differ in a column: how many, and the first in words."""

    orders: int = 0
    first: list[tuple[int, str]] = field(default_factory=list)

    def add(self, orders: int, found: Sequence[tuple[int, str]]) -> None:
        """More of them; `found`: row of the log, words."""
        self.orders += orders
        self.first = sorted([*self.first, *found])[:MOST_PLACES]

    def words(self, what: str) -> str:
        """`2 orders have rows with different times: ...`."""
        listed = "; ".join(words for _, words in self.first) + (
            "; ..." if self.orders > len(self.first) else ""
        )
        return f"{counted(self.orders, 'order')} with rows of different {what}: {listed}"


@dataclass
class MergedOrders:
    """`is_first[row]`: the row stands for its order; `gone`: rows of orders that are left out.

    Of those, `orphans`, by our column: rows of orders without a time or a region anywhere;
    `left_out`: by their status; `unplaced`: by their region. `conflicts`, by our column: orders
    whose rows differ.
    """

    is_first: NDArray[np.bool_]
    orphans: dict[str, list[Ints]]
    left_out: list[Ints]
    conflicts: dict[str, Conflict]
    gone: list[Ints]
    unplaced: list[Ints] = field(default_factory=list)


def merge_rows(
    rows: LogRows,
    parts: Iterator[tuple[Ints, Ints, list[str]]],
    count: int,
    regions: Sequence[str],
    kept: Ints | None,
    no_region: int = NO_REGION,
    unplaced: Sequence[int] = (),
) -> MergedOrders:
    """One row per order: its first known time, region and status, and the sum of its amounts.

    `parts`: row numbers, order of each from 0 in the order they appear, id of each row. `kept`:
    codes of the statuses that stay (None: all do); `no_region`: code of orders without a region,
    which then stay; `unplaced`: codes of regions whose orders are left out. What belongs to an
    order is written into its first row.
    """
    merged = MergedOrders(np.zeros(count, dtype=bool), {"ordered_at": [], "region": []}, [], {}, [])
    merged.conflicts = {"ordered_at": Conflict(), "region": Conflict()}
    for at, order, ids in parts:
        is_new = np.r_[True, order[1:] > np.maximum.accumulate(order)[:-1]][: len(order)]
        first = at[is_new]
        stays = np.ones(len(first), dtype=bool)
        if kept is not None:
            status, _ = _first_known(rows.status[at], order, is_new, NO_STATUS)
            stays = np.isin(status, kept)
            merged.left_out.append(at[~stays[order]])
            rows.status[at] = status[order]
        for key, column, unknown in (
            ("ordered_at", rows.second, NO_DATETIME),
            ("region", rows.region, NO_REGION),
        ):
            values, differs = _first_known(column[at], order, is_new, unknown)
            orphan = stays & (values == unknown)
            if orphan.any():
                merged.orphans[key].append(at[orphan[order]])
                if key == "region" and no_region != NO_REGION:
                    values[orphan] = no_region
                else:
                    stays &= ~orphan
            if len(other := np.flatnonzero(differs & stays[order])):
                told = _told(rows, at, order, ids, values, other, key, regions)
                merged.conflicts[key].add(len(np.unique(order[other])), told)
            column[first] = values
        if len(unplaced):
            nowhere = stays & np.isin(rows.region[first], unplaced)
            merged.unplaced.append(at[nowhere[order]])
            stays &= ~nowhere
        merged.is_first[first] = stays
        merged.gone.append(at[~stays[order]])
        for amounts in rows.amounts.values() if len(first) < len(at) else ():
            amounts.merge(at, order, first)
    return merged


def _first_known(
    values: NDArray[Any], order: Ints, is_new: NDArray[np.bool_], unknown: int
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """The first known value of every order (`unknown` where there is none), and the rows that have
    another one.
    """
    found = values[is_new]
    known = values != unknown
    for row in (
        np.flatnonzero(known & (found[order] == unknown)).tolist() if not known.all() else ()
    ):
        if found[order[row]] == unknown:
            found[order[row]] = values[row]
    return found, known & (values != found[order])


def _told(
    rows: LogRows,
    at: Ints,
    order: Ints,
    ids: list[str],
    values: NDArray[Any],
    differs: Ints,
    key: str,
    regions: Sequence[str],
) -> list[tuple[int, str]]:
    """The first orders whose rows differ: id, both values, both lines."""
    found: dict[int, tuple[int, str]] = {}
    for row in differs.tolist():
        number = int(order[row])
        if number in found:
            continue
        column = rows.second if key == "ordered_at" else rows.region
        one = next(int(r) for r in at[order == number] if column[r] == values[number])
        other = int(at[row])
        lines = rows.lines.at(np.array([one, other])).tolist()
        shown = [_value(int(column[r]), key, regions) for r in (one, other)]
        words = f"{ids[row]} ({shown[0]} in line {lines[0]}, {shown[1]} in line {lines[1]})"
        found[number] = (other, words)
        if len(found) == MOST_PLACES:
            break
    return list(found.values())


def _value(code: int, key: str, regions: Sequence[str]) -> str:
    return (EPOCH + timedelta(seconds=code)).isoformat() if key == "ordered_at" else regions[code]


def conflict_findings(
    merged: MergedOrders, file: str, line: int, names: dict[str, str], cure: str
) -> list[Finding]:
    """Orders whose rows differ, as findings."""
    what = {"ordered_at": "times", "region": "regions"}
    return [
        Finding(file, line, 0, names[key], f"{conflict.words(what[key])}{cure}")
        for key, conflict in merged.conflicts.items()
        if conflict.orders
    ]
