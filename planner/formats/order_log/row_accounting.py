"""What becomes of the rows of a log.

Bad cells as findings, counts of rows with the first places, and ids that have lost their digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.wording import counted
from planner.errors import Finding
from planner.formats.base.findings import shown

MOST_PLACES = (
    3  # lines that are named where rows are counted; findings of one kind that are listed each
)
_CUT = r"\d(?:[.,]\d+)?[eE]\+\d{2,3}|\d[.,]\d+[eE]\d{2,3}|\d{16,}\.0"
_CUT_ID = re.compile(_CUT)
_ANY_CUT = re.compile(rf"^(?:{_CUT})$", re.MULTILINE)
_ROUNDED = re.compile(r"\d{15}0+")
_LEAST_ROUNDED = 5  # ids that all end in zeros from their 16th digit on: no chance
TOTAL = re.compile(
    r"(合计|总计|小计|共计|总和|总数|合計|總計|小計|grand "
    r"total|sub-?total|totals?|sum|summe|gesamt|total geral)"
    r"\s*(?:[:：(（\d].*)?",
    re.IGNORECASE,
)
CANCELLED = re.compile(
    r"(交易|订单|訂單)?(已?取消|已?关闭|已?關閉|已?作废)|.*(退款成功|退款完成|退款中|已退款|全额退款)|cancell?ed|canceled|refunded|voided?|"
    r"closed|returned|expired|storniert|devolvido|cancelado",
    re.IGNORECASE,
)


@dataclass
class RowTally:
    """Rows by reason: how many, and the lines of the first."""

    rows: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def add(self, reason: str, lines: Ints) -> None:
        """Count more rows, at these lines of the file."""
        if len(lines):
            self.rows[reason] = self.rows.get(reason, 0) + len(lines)
            first = np.sort(np.r_[self.lines.get(reason, []), lines])[:MOST_PLACES]
            self.lines[reason] = first.astype(int).tolist()

    def words(self) -> list[str]:
        """A line for every reason."""
        return [
            f"{reason}: {places(n, self.lines[reason])}" for reason, n in sorted(self.rows.items())
        ]


def places(rows: int, lines: Sequence[int]) -> str:
    """`2 rows (lines 7, 9)`, `480 rows (lines 2, 3, 4, ...)`."""
    listed = ", ".join(map(str, lines)) + (", ..." if rows > len(lines) else "")
    return f"{counted(rows, 'row')} (line{'' if rows == 1 else 's'} {listed})"


@dataclass
class BadCells:
    """How many bad cells there are of every kind, and the first of them: line and text."""

    file: str
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    first: dict[tuple[str, str], list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, column: str, wrong: Mapping[int, str], chunk: pd.DataFrame) -> None:
        """Count the bad cells of a column of a chunk.

        Parameters
        ----------
        column : str
            Name of the column in the file.
        wrong : mapping
            Row of the chunk -> what is wrong with its cell.
        chunk : DataFrame
            The chunk.
        """
        cells, lines = chunk[column].to_numpy(), chunk.index.to_numpy()
        for row, words in sorted(wrong.items()):
            count = self.counts.get((column, words), 0) + 1
            self.counts[column, words] = count
            if count <= MOST_PLACES:
                self.first.setdefault((column, words), []).append(
                    (int(lines[row]), shown(cells[row]))
                )

    def findings(self) -> list[Finding]:
        """Each of a few, or one for all of a kind."""
        found = []
        for (column, words), n in self.counts.items():
            first = self.first[column, words]
            if n <= MOST_PLACES:
                found += [
                    Finding(self.file, line, 0, column, f"{words}, got {text}")
                    for line, text in first
                ]
            else:
                line, text = first[0]
                where = places(n, [at for at, _ in first])
                found.append(Finding(self.file, line, 0, column, f"{words}, got {text}: {where}"))
        return found


class CutIds:
    """Ids that a spreadsheet has made numbers of, so that they lost digits.

    Different orders then look the same.
    """

    def __init__(self) -> None:
        self._cut: list[str] = []  # the first of them, with their lines
        self._zeros: list[str] = []
        self._rows = self._seen = 0
        self._all_rounded = (
            True  # every id so far has more than 15 digits and only zeros behind them
        )

    def look_at(self, ids: NDArray[np.object_], lines: Ints) -> list[int]:
        """Rows whose id is a number in E-notation."""
        texts = ids.tolist()
        self._seen += len(texts)
        self._all_rounded = self._all_rounded and all(map(_ROUNDED.fullmatch, texts))
        self._zeros += texts[: MOST_PLACES - len(self._zeros)]
        joined = "\n".join(texts)
        if not any(mark in joined for mark in "+.,") or not _ANY_CUT.search(joined):
            return []
        cut = [i for i, text in enumerate(texts) if _CUT_ID.fullmatch(text)]
        self._rows += len(cut)
        self._cut += [f"{texts[i]} (line {lines[i]})" for i in cut[: MOST_PLACES - len(self._cut)]]
        return cut

    def finding(
        self, file: str, line: int, column: str, cure: str, can_skip: bool
    ) -> list[Finding]:
        """Say what is wrong with the ids.

        Parameters
        ----------
        file : str
            Name of the file.
        line : int
            Line of its header.
        column : str
            Name of the column of ids.
        cure : str
            Option with which every row counts as an order.
        can_skip : bool
            Rows with ids in E-notation are left out, and no finding.

        Returns
        -------
        list of Finding
            At most one.
        """
        if self._rows and not can_skip:
            words = f"{self._rows:,} ids are in E-notation: {_listed(self._cut, self._rows)}"
        elif self._all_rounded and self._seen >= _LEAST_ROUNDED:
            listed = _listed(self._zeros, self._seen)
            words = f"all {self._seen:,} ids end in zeros from their 16th digit on: {listed}"
        else:
            return []
        words += (
            "; a spreadsheet has made numbers of them and cut their digits, so different orders "
            "look the same: export "
            f"the column as text, or count every row as an order with {cure}"
        )
        return [Finding(file, line, 0, column, words)]


def _listed(examples: Sequence[str], rows: int) -> str:
    return ", ".join(examples) + (", ..." if rows > len(examples) else "")
