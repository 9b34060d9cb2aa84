"""What a log may say of each order: moments after the order, its contract and site, its id.

Rows of one order are one order here too: it is handed over, scanned and delivered with its last
row, due with its first, and has the first contract and site that is stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.base.datetimes import DateTimeForm
from planner.formats.order_log.compact_columns import keep_rows, make_room
from planner.formats.order_log.datetime_column import DateTimeColumn
from planner.formats.order_log.options import LABELS, MOMENTS
from planner.formats.order_log.row_accounting import MOST_PLACES

EPOCH = datetime(1990, 1, 1)  # seconds since then need four bytes until 2126
NO_DATETIME = 2**32 - 1
NO_LABEL = 2**16 - 1
DEADLINE = "deadline"  # the first of an order's rows counts; of every other moment the last
_MOST_LABELS = 1_000


@dataclass
class _Differing:
    """Orders whose rows differ in a column: how many, and the ids of the first."""

    orders: int = 0
    ids: list[str] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class FactCells:
    """Cells of a chunk as they were read: seconds by moment, codes by label."""

    seconds: dict[str, Ints]
    codes: dict[str, Ints]


class OrderFacts:
    """Moments, labels and ids of the orders of a log while it is read.

    Parameters
    ----------
    file : str
        Name of the file, as messages show it.
    names : dict
        Column of ours -> its name in the file.
    form : DateTimeForm
        How dates are written.
    keeps_ids : bool
        Keep the id of every order.
    """

    def __init__(
        self, file: str, names: dict[str, str], form: DateTimeForm, keeps_ids: bool
    ) -> None:
        self.moments = {key: np.empty(0, dtype=np.uint32) for key in MOMENTS if key in names}
        self.labels = {key: np.empty(0, dtype=np.uint16) for key in LABELS if key in names}
        self.label_names: dict[str, list[str]] = {key: [] for key in self.labels}
        self.ids: NDArray[np.object_] | None = (
            np.empty(0, dtype=object) if keeps_ids and "order_id" in names else None
        )
        self.dates = {key: DateTimeColumn(file, names[key], form) for key in self.moments}
        self._names = names
        self._file = file
        self._codes: dict[str, dict[str, int]] = {key: {} for key in self.labels}
        self._differing = {key: _Differing() for key in (*self.moments, *self.labels)}

    def read(self, frame: pd.DataFrame, lines: Ints) -> tuple[FactCells, dict[str, dict[int, str]]]:
        """Read the cells of a chunk.

        Returns what was read, and by column of ours the rows whose moment cannot be read (an empty
        one is unknown).
        """
        seconds, wrong = dict[str, Ints](), dict[str, dict[int, str]]()
        for key, dates in self.dates.items():
            cells = frame[self._names[key]].tolist()
            moments, bad = dates.read(cells, lines)
            wrong[key] = {row: words for row, words in bad.items() if cells[row] != ""}
            known = ~np.isnat(moments)
            seconds[key] = np.full(len(cells), NO_DATETIME, dtype=np.int64)
            seconds[key][known] = (moments[known] - np.datetime64(EPOCH, "s")).astype(np.int64)
        codes = {
            key: self._read_labels(key, frame[self._names[key]].to_numpy(dtype=object))
            for key in self.labels
        }
        return FactCells(seconds, codes), wrong

    def _read_labels(self, key: str, cells: NDArray[np.object_]) -> Ints:
        """Code of every cell; NO_LABEL where it is empty."""
        code, distinct = pd.factorize(cells)
        known = self._codes[key]
        names = [" ".join(str(text).split()) for text in distinct]
        ours = [known.setdefault(name, len(known)) if name else NO_LABEL for name in names]
        if len(known) > _MOST_LABELS:
            words = f"holds more than {_MOST_LABELS:,} different values; is this the {key}?"
            raise InputError([Finding(self._file, 0, 0, self._names[key], words)])
        self.label_names[key] = list(known)
        return np.array(ours, dtype=np.int64)[code]

    def put(
        self, where: slice, keep: NDArray[np.bool_], cells: FactCells, frame: pd.DataFrame
    ) -> None:
        """Write the kept rows of a chunk.

        Parameters
        ----------
        where : slice
            Row numbers they get.
        keep : array of bool
            Rows of the chunk that are kept.
        cells : FactCells
            What was read of the chunk.
        frame : DataFrame
            The chunk.
        """
        for key, seconds in cells.seconds.items():
            make_room(self.moments[key], where.stop)
            self.moments[key][where] = seconds[keep]
        for key, codes in cells.codes.items():
            make_room(self.labels[key], where.stop)
            self.labels[key][where] = codes[keep]
        if self.ids is not None:
            make_room(self.ids, where.stop)
            self.ids[where] = frame[self._names["order_id"]].to_numpy(dtype=object)[keep]

    def merge(self, at: Ints, order: Ints, ids: Sequence[str], stays: NDArray[np.bool_]) -> None:
        """Write what counts of each order into all of its rows.

        Parameters
        ----------
        at : array of int
            Row numbers.
        order : array of int, same shape
            Order of each row, from 0.
        ids : sequence of str, same length
            Id of each row.
        stays : array of bool
            By order, whether it counts; differences of the others are not noted.
        """
        if len(stays) == len(at):
            return
        for key, held in self.moments.items():
            values = held[at].astype(np.int64)
            known = values != NO_DATETIME
            found = np.full(len(stays), NO_DATETIME if key == DEADLINE else -1, dtype=np.int64)
            pick = np.minimum if key == DEADLINE else np.maximum
            pick.at(found, order[known], values[known])
            found[found < 0] = NO_DATETIME
            self._note(key, order, ids, known & (values != found[order]) & stays[order])
            held[at] = found[order]
        for key, codes in self.labels.items():
            values = codes[at].astype(np.int64)
            known = values != NO_LABEL
            found = np.full(len(stays), NO_LABEL, dtype=np.int64)
            stated, first = np.unique(order[known], return_index=True)
            found[stated] = values[known][first]
            self._note(key, order, ids, known & (values != found[order]) & stays[order])
            codes[at] = found[order]

    def _note(self, key: str, order: Ints, ids: Sequence[str], differs: NDArray[np.bool_]) -> None:
        """Remember orders whose rows differ."""
        rows = np.flatnonzero(differs)
        orders, first = np.unique(order[rows], return_index=True)
        noted = self._differing[key]
        noted.orders += len(orders)
        noted.ids += [ids[rows[k]] for k in np.sort(first)[: MOST_PLACES - len(noted.ids)].tolist()]

    def keep(self, rows: NDArray[np.bool_]) -> None:
        """Forget the other rows, and those behind the last."""
        for moments in self.moments.values():
            keep_rows(moments, rows)
        for codes in self.labels.values():
            keep_rows(codes, rows)
        if self.ids is not None:
            self.ids = self.ids[: len(rows)][rows]

    def warnings(self) -> list[str]:
        """What was read in a way that the user should know of."""
        found = [words for dates in self.dates.values() for words in dates.warnings()]
        for key, noted in self._differing.items():
            if noted.orders:
                counts = "first" if key == DEADLINE or key in self.labels else "last"
                what = "moments" if key in self.moments else f"{key}s"
                listed = ", ".join(noted.ids) + (", ..." if noted.orders > len(noted.ids) else "")
                found.append(
                    f"{self._names[key]}: {counted(noted.orders, 'order')} with rows of different "
                    f"{what}: {listed}; the {counts} counts"
                )
        return found
