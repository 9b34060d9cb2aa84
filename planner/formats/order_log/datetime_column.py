"""The dates and times of one column, read chunk by chunk.

Its rows show together what no single cell does. A spreadsheet that opens a log with another order
of day and month turns the texts it can read into dates, with day and month swapped, and leaves the
others (the 13th and later) as they are. So a column that holds both kinds is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from planner.errors import Finding
from planner.formats.base.datetimes import (
    AMBIGUOUS,
    ON_COMMAND_LINE,
    DateEvidence,
    DateTimeForm,
    DateTimes,
    Ints,
    Mask,
    ReadDateTimes,
    read_datetimes,
)
from planner.formats.base.findings import shown
from planner.formats.order_log.row_accounting import MOST_PLACES, places

_SWAPPED = (
    "a spreadsheet has probably swapped day and month where it could; export the log again and "
    "import it without "
    "opening it in a spreadsheet, or write all dates with the year first"
)


@dataclass
class _Rows:
    """Rows of one kind: how many, and of the first ones the line, the text and the time."""

    count: int = 0
    first: list[tuple[int, str, datetime | None]] = field(default_factory=list)

    def add(self, rows: Mask, cells: Sequence[str], lines: Ints, read: ReadDateTimes) -> None:
        self.count += int(rows.sum())
        for row in np.flatnonzero(rows)[: MOST_PLACES - len(self.first)].tolist():
            self.first.append((int(lines[row]), cells[row], read.datetimes[row].astype(datetime)))

    @property
    def line(self) -> int:
        return self.first[0][0]

    @property
    def example(self) -> str:
        line, text, _ = self.first[0]
        return f"{self.count:,} row{'s' * (self.count > 1)}, line {line}: {shown(text)}"

    @property
    def places(self) -> str:
        return places(self.count, [line for line, _, _ in self.first])


class DateTimeColumn:
    """Reads a column.

    Afterwards `findings` and `warnings` say what is wrong or doubtful with all of it.
    """

    def __init__(self, file: str, column: str, form: DateTimeForm) -> None:
        self._file = file
        self._column = column
        self._form = form
        self._rows = {what: _Rows() for what in DateEvidence}
        self._no_offset = _Rows()

    def read(self, cells: Sequence[str], lines: Ints) -> tuple[DateTimes, dict[int, str]]:
        """Read the next cells: local times, and what is wrong by row (NaT there).

        `lines`: where they stand in the file.
        """
        read = read_datetimes(cells, self._form)
        for what, rows in self._rows.items():
            rows.add((read.seen & np.uint8(what)) != 0, cells, lines, read)
        self._no_offset.add(
            ~np.isnat(read.datetimes) & ((read.seen & np.uint8(DateEvidence.OFFSET)) == 0),
            cells,
            lines,
            read,
        )
        return read.datetimes, read.wrong

    @property
    def order_is_wrong(self) -> bool:
        """Whether readable rows would be misread, even if the others are left out."""
        if self._form.date_format in ("dmy", "mdy"):
            return self._mixed_kinds() is not None or self._other_order() is not None
        left = [
            self._rows[what].count
            for what in (DateEvidence.ONLY_DAY_FIRST, DateEvidence.ONLY_MONTH_FIRST)
        ]
        return self._mixed_kinds() is not None and self._rows[DateEvidence.YEAR_LAST].count in left

    def findings(self, of_cells: Sequence[Finding]) -> list[Finding]:
        """The findings of a file's cells; before them what this column shows as a whole."""
        mixed = self._mixed_kinds() or self._mixed_orders()
        if mixed is not None:  # to state an order would not help
            return [
                mixed,
                *(f for f in of_cells if f.field != self._column or AMBIGUOUS not in f.message),
            ]
        whole = self._other_order()
        return [*([whole] if whole else []), *of_cells]

    def _mixed_kinds(self) -> Finding | None:
        """Texts with the year last, next to dates that a spreadsheet has made."""
        texts, dates, serials = (
            self._rows[what]
            for what in (DateEvidence.YEAR_LAST, DateEvidence.YEAR_FIRST, DateEvidence.SERIAL)
        )
        if not texts.count or not dates.count + serials.count:
            return None
        kind = "begin with the year" if dates.count else "are numbers of a spreadsheet"
        example = dates.example if dates.count else serials.example
        return self._finding(
            texts, f"some dates {kind} ({example}), others end with the year ({texts.example})"
        )

    def _mixed_orders(self) -> Finding | None:
        """Dates of which some have no month/day/year and others no day/month/year."""
        days, months = (
            self._rows[DateEvidence.ONLY_DAY_FIRST],
            self._rows[DateEvidence.ONLY_MONTH_FIRST],
        )
        if not days.count or not months.count:
            return None
        words = (
            f"some dates can only be day/month/year ({days.example}), others only month/day/year"
        )
        return self._finding(months, f"{words} ({months.example})")

    def _other_order(self) -> Finding | None:
        """Dates of which some contradict the order, stated or not, and none the other one."""
        days, months = (
            self._rows[DateEvidence.ONLY_DAY_FIRST],
            self._rows[DateEvidence.ONLY_MONTH_FIRST],
        )
        stated = self._form.date_format
        if months.count == 0 and days.count and stated != "dmy":
            words = (
                f"some dates can only be day/month/year ({days.example}), none only month/day/year"
            )
            return Finding(
                self._file, days.line, 0, self._column, f"{words}: the order is probably dmy"
            )
        if days.count == 0 and months.count and stated != "mdy":
            words = (
                f"some dates can only be month/day/year ({months.example}), none only "
                "day/month/year"
            )
            return Finding(
                self._file, months.line, 0, self._column, f"{words}: the order is probably mdy"
            )
        return None

    def _finding(self, rows: _Rows, words: str) -> Finding:
        return Finding(self._file, rows.line, 0, self._column, f"{words}: {_SWAPPED}")

    def warnings(self) -> list[str]:
        """What was read in a way that the user should know of."""
        found = []
        serial, converted = self._rows[DateEvidence.SERIAL], self._rows[DateEvidence.OFFSET]
        if serial.count:
            first = serial.first[0][2]
            found.append(
                f"numbers are read as dates of a spreadsheet ({serial.example} is {first})"
            )
        if self._form.timezone and self._no_offset.count:
            words = f"taken as local time of {self._form.timezone}"
            if converted.count:
                others = f"those with one are converted: {converted.places}"
                found.append(
                    f"times without an offset from UTC are {words}: {self._no_offset.places}; "
                    f"{others}"
                )
            elif self._form.advice == ON_COMMAND_LINE:
                found.append(f"none of the times has an offset from UTC, all are {words}")
        return [f"{self._column}: {words}" for words in found]
