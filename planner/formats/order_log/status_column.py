"""The status of the orders of a log.

Codes of the column that is asked for; where none is, rows that look cancelled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.errors import Finding, InputError
from planner.formats.order_log.options import LogForm, quoted
from planner.formats.order_log.orders import NO_STATUS
from planner.formats.order_log.row_accounting import CANCELLED, RowTally, places
from planner.formats.tables.csv_reader import Cells

MOST_STATUSES = 1_000


class StatusColumn:
    """Statuses of a log while it is read.

    Attributes
    ----------
    asked : str or None
        The column to be read.
    cancelled : RowTally
        Rows that look cancelled in other columns of a status.
    """

    def __init__(self, form: LogForm, file: str, line: int) -> None:
        self.asked = form.status
        self.cancelled = RowTally()
        self._form = form
        self._at = file, line
        self._codes: dict[str, int] = {}

    def count_cancelled(
        self, frame: pd.DataFrame, columns: Sequence[str], lines: Ints, keep: Ints
    ) -> None:
        """Count the kept rows of a chunk that look cancelled.

        Parameters
        ----------
        frame : DataFrame
            The chunk.
        columns : sequence of str
            Columns that look like a status.
        lines : array of int
            Line of each row.
        keep : array of int
            Rows that are kept.
        """
        for name in columns:
            code, distinct = pd.factorize(frame[name].to_numpy()[keep])
            for number in [i for i, text in enumerate(distinct) if CANCELLED.fullmatch(str(text))]:
                self.cancelled.add(f"{name}: {distinct[number]}", lines[keep][code == number])

    def read(self, cells: Cells) -> tuple[Ints, Ints, list[str]]:
        """Code of every row (NO_STATUS: empty), its code within the chunk, and the names of those.

        Raises InputError where there are too many.
        """
        code, distinct = pd.factorize(cells)
        if len(self._codes.keys() | set(distinct)) > MOST_STATUSES:
            words = (
                f"holds more than {MOST_STATUSES:,} different values; is this the column of "
                "the status?"
            )
            raise InputError([Finding(*self._at, 0, self.asked or "", words)])
        names = [str(text) for text in distinct]
        ours = [
            self._codes.setdefault(name, len(self._codes)) if name else NO_STATUS for name in names
        ]
        return np.array(ours, dtype=np.int64)[code], code, names

    @property
    def kept(self) -> Ints | None:
        """Codes of the statuses of orders that stay; None where all do."""
        if self.asked is None:
            return None
        return np.array(
            [code for name, code in self._codes.items() if name in self._form.kept_statuses]
        )

    def reason(self, name: str) -> str:
        """Why an order of this status is left out."""
        return f"{self.asked}: {name or 'is empty'}"

    def reason_of(self, code: int) -> str:
        """The same by our code."""
        return self.reason(next((name for name, ours in self._codes.items() if ours == code), ""))

    def findings(self) -> list[Finding]:
        """Statuses that are asked for and that no order has."""
        words = f"no order has this status; there are {', '.join(sorted(self._codes))}"
        missing = [name for name in self._form.kept_statuses if name not in self._codes]
        return [Finding(*self._at, 0, self.asked or "", f"{name}: {words}") for name in missing]

    def warnings(self) -> Iterator[str]:
        """Orders that look cancelled and count."""
        for reason, rows in sorted(self.cancelled.rows.items()):
            column = reason.partition(": ")[0]
            said = "counts as an order" if rows == 1 else "count as orders"
            words = f"{reason}: {places(rows, self.cancelled.lines[reason])} {said}"
            advice = f"; --status-column {quoted(column)} --keep-status LIST leaves such orders out"
            yield words + (advice if self._form.on_command_line else "")
