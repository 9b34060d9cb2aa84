"""The rows of an order log while they are read, chunk by chunk.

Each is kept, left out with a reason, or a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.base.datetimes import DateTimes
from planner.formats.base.units import looks_like_kilograms, whole_grams
from planner.formats.order_log.amounts import NEGATIVE, AmountColumn
from planner.formats.order_log.columns import LogColumns
from planner.formats.order_log.compact_columns import Amounts, LineNumbers, OrderIds, keep_rows
from planner.formats.order_log.datetime_column import DateTimeColumn
from planner.formats.order_log.facts import EPOCH, NO_DATETIME, OrderFacts
from planner.formats.order_log.options import AMOUNTS, MOMENTS, LogForm
from planner.formats.order_log.orders import (
    NO_REGION,
    LogRows,
    MergedOrders,
    StayingOrders,
    conflict_findings,
    merge_rows,
)
from planner.formats.order_log.region_column import RegionColumn
from planner.formats.order_log.regions import unplaced_words
from planner.formats.order_log.row_accounting import TOTAL, BadCells, CutIds, RowTally
from planner.formats.order_log.status_column import StatusColumn
from planner.formats.tables.csv_reader import Chunk
from planner.formats.tables.table_files import TableFile


class LogReader:
    """Reads a log chunk by chunk into columns; `kept`: rows so far."""

    def __init__(
        self, table: TableFile, form: LogForm, columns: LogColumns, ids: OrderIds | None
    ) -> None:
        most, names = table.most_rows or 0, columns.names
        self.bad = BadCells(table.name)
        self.left_out, self.unknown = RowTally(), RowTally()
        self.kept = self.rows = self.blank = 0
        self._table = table
        self._form = form
        self._columns = columns
        self.names = names
        self._ids = ids
        self._cut_ids = CutIds()
        self._dates = DateTimeColumn(table.name, names["ordered_at"], form.datetimes)
        self.held = LogRows(
            np.empty(most, dtype=np.uint32),
            np.zeros(most, dtype=np.uint16),
            np.empty(most if form.status else 0, dtype=np.uint16),
            {key: Amounts(most) for key in AMOUNTS if key in names},
            LineNumbers(),
            OrderFacts(table.name, names, form.datetimes, form.keeps_ids),
        )
        self._numbers = {
            key: AmountColumn(table.separator == ";") for key in AMOUNTS if key in names
        }
        self.regions = RegionColumn(
            form, names.get("region"), ids is not None, table.name, table.line
        )
        self._status = StatusColumn(form, table.name, table.line)
        self._first, self._last = (2**32, 0), (-1, 0)  # (second, line) of the first, last time
        self._warnings: list[str] = []
        self._bad_rows = 0
        self.order_lines: Ints | None = None  # of the orders' first rows, where ids are kept
        # kept rows with an amount that is no number, by reason
        self._unreadable: dict[str, list[Ints]] = {}

    @property
    def end_lines(self) -> tuple[int, int]:
        """Lines of the first and of the last time."""
        return self._first[1], self._last[1]

    @property
    def notes(self) -> tuple[str, ...]:
        """How the file was read, in words."""
        return *self._table.notes, *self._columns.notes

    @property
    def warnings(self) -> tuple[str, ...]:
        """What may be wrong with the orders, in words."""
        return (
            *self._dates.warnings(),
            *self.held.facts.warnings(),
            *self._warnings,
            *self._light(),
            *self._status.warnings(),
        )

    def _light(self) -> list[str]:
        """Weights that are likely kilograms."""
        if (
            "weight_g" not in self.names
            or self._columns.unit_g != 1
            or not self._form.on_command_line
        ):
            return []
        heaviest = self.held.amounts["weight_g"].highest()
        if not heaviest > 0:  # NaN where no weight is known
            return []
        cure = self._form.option("weight_kg", self.names["weight_g"])
        light = looks_like_kilograms(("weight_g",), [heaviest], cure)
        return [light] if light else []

    def finding(self, column: str, words: str) -> Finding:
        """A finding about a whole column of ours."""
        return Finding(self._table.name, self._table.line, 0, self.names.get(column, column), words)

    def take(self, chunk: Chunk) -> None:
        """Read the next chunk of the file."""
        frame, names = chunk.frame, self.names
        rows = _ChunkRows(frame, frame.index.to_numpy(), np.ones(len(frame), dtype=bool))
        self.rows += len(frame)
        self.blank += chunk.blank
        datetimes, rows.wrong["ordered_at"] = self._dates.read(
            frame[names["ordered_at"]].tolist(), rows.lines
        )
        if "region" in names:
            code, regions, rows.wrong["region"] = self.regions.look_at(frame[names["region"]])
        for key, numbers in self._numbers.items():
            rows.amounts[key], rows.wrong[key] = numbers.read(
                frame[names[key]].to_numpy(), rows.lines
            )
        if "weight_g" in rows.amounts and self._columns.unit_g != 1:
            rows.amounts["weight_g"] = whole_grams(rows.amounts["weight_g"] * self._columns.unit_g)
        facts, wrong_facts = self.held.facts.read(frame, rows.lines)
        rows.wrong |= wrong_facts
        if self._ids is not None:
            self._look_at_ids(rows)
        self._leave(_no_orders(chunk, datetimes, names), rows)
        status = self._look_at_status(rows)
        for key, cells in rows.wrong.items():
            self.bad.add(names[key], cells, frame)
        self._leave_bad(rows)
        keep = rows.keep
        lines = rows.lines[keep]
        where = slice(self.kept, self.kept + len(lines))
        self.held.make_room(where.stop, with_status=self._form.status is not None)
        for key, values in rows.amounts.items():
            self.held.amounts[key].put(where, values[keep])
        self.held.lines.add(lines)
        self._put_datetimes(where, datetimes[keep], lines)
        if "region" in names:
            self.held.region[where] = self.regions.codes(code[keep], regions, lines)
        if self._form.status is not None:
            self.held.status[where] = status[keep]
        if self._ids is not None:
            self._ids.add(frame[names["order_id"]].to_numpy()[keep])
        self.held.facts.put(where, keep, facts, frame)
        self.kept = where.stop

    def _leave(self, reasons: Mapping[int, str], rows: _ChunkRows) -> None:
        """Leave rows out, each counted once; findings about them are dropped."""
        found: dict[str, list[int]] = {}
        for row, reason in reasons.items():
            if rows.keep[row]:
                found.setdefault(reason, []).append(row)
                rows.keep[row] = False
        for reason, left in found.items():
            self.left_out.add(reason, rows.lines[left])
        if not found:
            return
        for key, cells in rows.wrong.items():
            rows.wrong[key] = {row: words for row, words in cells.items() if row not in reasons}

    def _leave_bad(self, rows: _ChunkRows) -> None:
        """Leave out rows with a bad cell.

        An amount that is no number is unknown, and its row stays an order.
        """
        unreadable: dict[str, list[int]] = {}
        kept = int(rows.keep.sum())
        for key, cells in list(rows.wrong.items()):
            bad: dict[int, str] = {}
            for row, words in sorted(cells.items()):
                reason = f"{self.names[key]}: {words.partition(';')[0]}"
                if _is_bad(key, words):
                    bad[row] = reason
                else:
                    unreadable.setdefault(reason, []).append(row)
            self._leave(bad, rows)
        self._bad_rows += kept - int(rows.keep.sum())
        number = self.kept + np.cumsum(rows.keep) - 1
        for reason, found in unreadable.items():
            self._unreadable.setdefault(reason, []).append(
                number[[row for row in found if rows.keep[row]]]
            )

    def _look_at_ids(self, rows: _ChunkRows) -> None:
        """Leave out rows whose id cannot be used.

        Rows with an id may leave time and region to the other rows of their order.
        """
        name = self.names["order_id"]
        ids = rows.frame[name].to_numpy()
        cut = self._cut_ids.look_at(ids, rows.lines)
        self._leave(dict.fromkeys(cut, f"{name}: is in E-notation"), rows)
        empty = ids == ""
        rows.wrong["order_id"] = dict.fromkeys(np.flatnonzero(empty).tolist(), "is empty")
        for key in ("ordered_at", "region"):
            if key in self.names and rows.wrong[key]:
                cells = rows.frame[self.names[key]].to_numpy()
                may_follow = (cells == "") & ~empty
                rows.wrong[key] = {
                    row: words for row, words in rows.wrong[key].items() if not may_follow[row]
                }

    def _look_at_status(self, rows: _ChunkRows) -> Ints:
        """Code of the status of every row (none asked for: no codes).

        Rows whose own status is not kept are left out where they are an order of their own, or
        cannot be read: what is wrong with a cancelled order is no finding.
        """
        if self._status.asked is None:
            self._status.count_cancelled(
                rows.frame, self._columns.status, rows.lines, np.flatnonzero(rows.keep)
            )
            return np.empty(0, dtype=np.int64)
        ours, code, names = self._status.read(rows.frame[self._status.asked].to_numpy())
        goes = np.array([name not in self._form.kept_statuses for name in names], dtype=bool)[code]
        if self._ids is not None:
            is_bad = np.zeros(len(goes), dtype=bool)
            for key, cells in rows.wrong.items():
                is_bad[[row for row, words in cells.items() if _is_bad(key, words)]] = True
            is_stated = np.array([bool(name) for name in names], dtype=bool)[code]
            goes &= is_bad & is_stated
        left = np.flatnonzero(goes).tolist()
        self._leave({row: self._status.reason(names[code[row]]) for row in left}, rows)
        return ours

    def _put_datetimes(self, where: slice, datetimes: DateTimes, lines: Ints) -> None:
        """Write the times of kept rows, and remember the first and the last."""
        known = np.flatnonzero(~np.isnat(datetimes))
        seconds = np.full(len(datetimes), NO_DATETIME, dtype=np.int64)
        seconds[known] = (datetimes[known] - np.datetime64(EPOCH, "s")).astype(np.int64)
        self.held.second[where] = seconds
        if not len(known):
            return
        first, last = known[seconds[known].argmin()], known[seconds[known].argmax()]
        self._first = min(self._first, (int(seconds[first]), int(lines[first])))
        if seconds[last] > self._last[0]:
            self._last = (int(seconds[last]), int(lines[last]))

    def merge(self) -> None:
        """One row per order. Raises InputError with everything that was found in the file."""
        if "region" in self.names and self._form.region_of is None:
            words = self.regions.put_together(self.held.region[: self.kept])
            self._warnings += [words] if words else []
        findings = self._findings()
        is_first, gone = np.ones(self.kept, dtype=bool), list[Ints]()
        if self._ids is not None:
            needed = self._form.region_needed
            staying = StayingOrders(
                statuses=self._status.kept,
                no_region=NO_REGION if needed else self.regions.code_of_none(),
                unplaced=self.regions.unplaced if self._form.skip_bad_rows else [],
            )
            names = list(self.regions.names)
            merged = merge_rows(self.held, self._ids.orders(), self.kept, names, staying)
            is_first, gone = merged.is_first, merged.gone
            findings += self._account(merged)
        findings += self._leave_unplaced(is_first, gone)
        self._count_unreadable(gone)
        if findings:
            raise self._error(findings)
        if not is_first.any():
            words = "; ".join(["holds no order that can be read", *self.left_out.words()])
            raise InputError([Finding(self._table.name, 0, 0, "", words)])
        for column in (self.held.second, self.held.region):
            keep_rows(column, is_first)
        self.held.facts.keep(is_first)
        if self._form.keeps_ids:
            self.order_lines = self.held.lines.at(np.flatnonzero(is_first))
        for amounts in self.held.amounts.values():
            amounts.keep(is_first)

    def _count_unreadable(self, gone: list[Ints]) -> None:
        """Amounts that are unknown of rows that are orders, not `gone`."""
        for reason, parts in self._unreadable.items():
            rows = np.concatenate(parts)
            stay = rows[~np.isin(rows, np.concatenate(gone))] if gone else rows
            self.unknown.add(reason, self.held.lines.at(stay))

    def _leave_unplaced(self, is_first: NDArray[np.bool_], gone: list[Ints]) -> list[Finding]:
        """Report orders whose region is no place among places, or leave them out."""
        if not self.regions.unplaced:
            return []
        at = np.flatnonzero(
            is_first & np.isin(self.held.region[: self.kept], self.regions.unplaced)
        )
        if not len(at):
            return []
        code, lines = self.held.region[at], self.held.lines.at(at)
        if self._form.skip_bad_rows:
            is_first[at] = False
            gone.append(at)
            self._leave_nowhere(lines)
            return []
        names = list(self.regions.names)
        texts = [
            (names[k], int((code == k).sum()), int(lines[code == k][0]))
            for k in self.regions.unplaced
            if k in code
        ]
        words = unplaced_words(texts)
        if self._form.on_command_line:
            words += "; --skip-bad-rows leaves them out"
        return [Finding(self._table.name, int(lines[0]), 0, self.names["region"], words)]

    def _leave_nowhere(self, lines: Ints) -> None:
        """Count rows whose region names no place."""
        self.left_out.add(f"{self.names['region']}: names no place", lines)

    def _error(self, findings: list[Finding]) -> InputError:
        """The findings, and what can be done about bad rows."""
        error = InputError(findings)
        wrong_order = any(d.order_is_wrong for d in (*self.held.facts.dates.values(), self._dates))
        can_skip = self.kept > 0 and self._form.on_command_line and not wrong_order
        if can_skip and (self._bad_rows or self.unknown.rows):
            parts = []
            if self._bad_rows:
                parts.append(f"leaves out {counted(self._bad_rows, 'row')}")
            unknown = sum(self.unknown.rows.values())
            if unknown:
                what = "moment or amount" if self.held.facts.moments else "amount"
                parts.append(f"counts {counted(unknown, 'row')} with an unknown {what} as orders")
            error.add_note(f"--skip-bad-rows {' and '.join(parts)}")
        if self._ids is None and any(words.endswith("empty") for _, words in self.bad.counts):
            option = self._form.option("order_id", "NAME")
            error.add_note(
                "if rows with empty cells belong to the order of another row, name the column of "
                f"ids: {option}"
            )
        return error

    def _findings(self) -> list[Finding]:
        """What is wrong with the cells of the file: nothing, where bad rows are left out."""
        form, file, line = self._form, self._table.name, self._table.line
        findings = self._status.findings()
        for key, numbers in self._numbers.items():
            words = (
                "its point may mark thousands, for other rows have decimal commas; write it without"
            )
            findings += [Finding(file, at, 0, self.names[key], words) for at in numbers.ambiguous()]
        if self._ids is not None:
            cure = form.option("order_id", "")
            findings += self._cut_ids.finding(
                file, line, self.names["order_id"], cure, form.skip_bad_rows
            )
        of_cells = [] if form.skip_bad_rows else self.bad.findings()
        for dates in (*self.held.facts.dates.values(), self._dates):
            if of_cells or dates.order_is_wrong:
                of_cells = dates.findings(of_cells)
        return findings + of_cells

    def _note_first_without_region(self, parts: list[Ints]) -> None:
        """Remember the line of the first order without a region, which stays."""
        if parts:
            first = self.held.lines.at(np.array([rows.min() for rows in parts])).min()
            self.regions.lines[self.regions.names[""]] = int(first)

    def _account(self, merged: MergedOrders) -> list[Finding]:
        """Account for rows of orders that are left out.

        Findings where orders cannot be merged; warnings where bad rows are skipped.
        """
        file, skip = self._table.name, self._form.skip_bad_rows
        status, line = self.held.status, self.held.lines.at
        for rows in merged.left_out:
            for code in np.unique(status[rows]).tolist():
                self.left_out.add(self._status.reason_of(code), line(rows[status[rows] == code]))
        for rows in merged.unplaced:
            self._leave_nowhere(line(rows))
        if "" in self.regions.names and "region" in self.names:
            self._note_first_without_region(merged.orphans.pop("region"))
        findings = []
        for key, parts in merged.orphans.items():
            words = "is empty in every row of the order"
            tally = RowTally()
            for rows in parts:
                tally.add(words, line(rows))
            if skip:
                for rows in parts:
                    self.left_out.add(f"{self.names[key]}: {words}", line(rows))
            elif parts:
                self._bad_rows += tally.rows[words]
                findings.append(
                    Finding(file, tally.lines[words][0], 0, self.names[key], tally.words()[0])
                )
        advice = (
            "; each counts once with --skip-bad-rows, and every row with "
            f"{self._form.option('order_id', '')}"
        )
        conflicts = conflict_findings(
            merged, file, self._table.line, self.names, "" if skip else advice
        )
        self._warnings += [f"{f.message}; the first counts" for f in conflicts if skip]
        return findings if skip else findings + conflicts


@dataclass
class _ChunkRows:
    """The rows of a chunk: cells, lines, which are kept.

    `wrong`, `amounts`: what is wrong with cells, and amounts, by column of ours.
    """

    frame: pd.DataFrame
    lines: Ints
    keep: NDArray[np.bool_]
    wrong: dict[str, dict[int, str]] = field(default_factory=dict)
    amounts: dict[str, Floats] = field(default_factory=dict)


def _is_bad(key: str, words: str) -> bool:
    """Whether a row with this cell is left out; an order stays without an amount or moment."""
    return key not in (*AMOUNTS, *MOMENTS) or words == NEGATIVE


def _no_orders(chunk: Chunk, datetimes: DateTimes, names: Mapping[str, str]) -> dict[int, str]:
    """Rows without a time that repeat the header, or begin with a word for a total."""
    found = {}
    cells = [(name, chunk.frame[name].to_numpy()) for name in names.values()]
    for row in np.flatnonzero(np.isnat(datetimes)).tolist():
        if all(column[row] == name for name, column in cells):
            found[row] = "the header again"
        elif TOTAL.fullmatch(next(filter(None, chunk.row(row)), "")):
            found[row] = "a row of totals"
    return found
