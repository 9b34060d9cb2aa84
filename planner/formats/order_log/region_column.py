"""The regions of an order log, read chunk by chunk.

A code for every name, and one code for all spellings of a place.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.order_log.compact_columns import blocks
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.orders import NO_REGION
from planner.formats.order_log.regions import (
    number_words,
    put_together,
    region_text,
    wrong_with_region,
)

ONE_REGION = "all"
Codes = NDArray[np.uint16]


class RegionColumn:
    """Regions of a log while it is read.

    `names`: region -> its code; `lines`: where each stands first; `column`: the file's name of the
    column, None where it has none (all orders then go to one region); `may_follow`: an empty cell
    takes the region of its order's other rows. After `put_together`: `together`: region -> its
    spellings with their rows; `unplaced`: codes of names that are no place although most of the log
    names places.
    """

    def __init__(
        self, form: LogForm, column: str | None, may_follow: bool, file: str, line: int
    ) -> None:
        self.names = {} if column is not None else {ONE_REGION if form.region_needed else "": 0}
        self.lines: list[int] = [] if column is not None else [0]
        self.together: dict[str, dict[str, int]] = {}
        self.unplaced: list[int] = []
        self.column = column
        self._form = form
        self._may_follow = may_follow
        self._at = file, line

    def look_at(self, cells: pd.Series) -> tuple[Ints, list[str], dict[int, str]]:
        """Code and name of the regions of a chunk, and what is wrong with them, by row."""
        code, distinct = pd.factorize(cells.to_numpy(dtype=object))
        region_of = self._form.region_of or region_text
        regions = [region_of(str(name)) for name in distinct]
        words = [
            "" if name in self.names else wrong_with_region(name, self._form.region_needed)
            for name in regions
        ]
        is_wrong = np.array([bool(w) for w in words], dtype=bool)
        wrong = {row: words[code[row]] for row in np.flatnonzero(is_wrong[code]).tolist()}
        return code, regions, wrong

    def codes(self, code: Ints, regions: list[str], lines: Ints) -> Codes:
        """The codes of rows that are kept.

        Parameters
        ----------
        code : array of int
            Code of each row within its chunk.
        regions : list of str
            Names by these codes.
        lines : array of int
            Line of each row.

        Returns
        -------
        array of uint16
            Code of each row within the file.

        Raises
        ------
        InputError
            Where there are more regions than can be held.
        """
        present, at = np.unique(code, return_index=True)
        ours = np.zeros(len(regions), dtype=np.uint16)
        for number, row in zip(present.tolist(), at.tolist(), strict=True):
            name = regions[number]
            if not name and self._may_follow:
                ours[number] = NO_REGION
                continue
            if name not in self.names:
                if len(self.names) == input_limits.REGION_NAMES:
                    words = (
                        f"holds more than {input_limits.REGION_NAMES:,} different names; is "
                        "this the column of the region?"
                    )
                    raise InputError([Finding(*self._at, 0, self.column or "", words)])
                self.names[name] = len(self.names)
                self.lines.append(int(lines[row]))
            ours[number] = self.names[name]
        return ours[code]

    def code_of_none(self) -> int:
        """Code of orders without a region."""
        if "" not in self.names:
            self.names[""] = len(self.names)
            self.lines.append(0)
        return self.names[""]

    def put_together(self, column: Codes) -> str:
        """One code for all spellings of a place, written into the codes of all rows.

        Returns words where the names are numbers, such as postcodes; else an empty text.
        """
        texts, lines = list(self.names), self.lines
        rows = np.zeros(NO_REGION + 1, dtype=np.int64)
        for block in blocks(column):
            rows += np.bincount(block, minlength=len(rows))
        counts = rows[: len(texts)].tolist()
        found = put_together(texts, counts)
        self.names = {name: k for k, name in enumerate(dict.fromkeys(found.names))}
        ours = np.arange(len(rows), dtype=np.uint16)  # no region stays none
        ours[: len(texts)] = [self.names[name] for name in found.names]
        for block in blocks(column):
            block[:] = ours[block]
        first = {name: at for at, name in reversed(list(enumerate(found.names)))}
        self.lines = [lines[first[name]] for name in self.names]
        self.together = found.together
        self.unplaced = [self.names[name] for name in texts if name in found.unplaced]
        words = number_words(texts, counts)
        return words and f"{self.column}: {words} {self._form.option('region', 'NAME')} names it"
