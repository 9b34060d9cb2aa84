"""Amounts of a log as people write them.

`1,234.50`, `￥25.00`, `25.00 元`, and `12,50` where a semicolon separates cells.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.formats.order_log.row_accounting import MOST_PLACES
from planner.formats.tables.csv_reader import Cells

MOST_AMOUNT = 1e12  # far above any weight or price, and safe in sums
NEGATIVE = "must be at least 0"
_SIGN = r"r\$|us\$|[¥$€£元块]|rmb|cny|usd|eur|brl"
_MONEY = re.compile(rf"^(?:{_SIGN})\s*|\s*(?:{_SIGN})$", re.IGNORECASE)
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+")
_EITHER = re.compile(r"-?[0-9]{1,3}\.[0-9]{3}")  # 1.234 where others are written 1,5


@dataclass
class AmountColumn:
    """One column of amounts, read chunk by chunk; decimal commas are judged over the whole column.

    `decimal_comma`: a comma separates decimals (the file's cells are separated by semicolons).
    """

    decimal_comma: bool
    commas: bool = False
    # lines of numbers that a decimal comma makes ambiguous
    either: list[int] = field(default_factory=list)

    def read(self, cells: Cells, lines: Ints) -> tuple[Floats, dict[int, str]]:
        """Numbers from 0 to MOST_AMOUNT (NaN: empty or wrong), and what is wrong by row."""
        code, distinct = pd.factorize(cells)
        values = pd.to_numeric(pd.Series(distinct, dtype=object), errors="coerce").to_numpy(
            np.float64, copy=True
        )
        for i in np.flatnonzero(~np.isfinite(values) & (distinct != "")).tolist():
            values[i] = self._number(str(distinct[i]))
        if self.decimal_comma and len(self.either) < MOST_PLACES:
            either = np.array([bool(_EITHER.fullmatch(str(text))) for text in distinct], dtype=bool)
            rows = np.flatnonzero(either[code])[: MOST_PLACES - len(self.either)]
            self.either += lines[rows].tolist()
        words = {NEGATIVE: values < 0, f"must be at most {MOST_AMOUNT:,.0f}": values > MOST_AMOUNT}
        words["must be a number such as 1234.50"] = (
            ~np.isfinite(values) & (distinct != "") & ~(values > MOST_AMOUNT)
        )
        wrong: dict[int, str] = {}
        for said, bad in words.items():
            wrong |= dict.fromkeys(np.flatnonzero(bad[code]).tolist(), said)
            values[bad] = np.nan
        return np.asarray(values[code]), wrong

    def _number(self, text: str) -> float:
        """A number with currency sign, thousands separators or decimal comma; else NaN."""
        plain = _MONEY.sub("", unicodedata.normalize("NFKC", text))
        if self.decimal_comma and _DECIMAL_COMMA.fullmatch(plain):
            self.commas = True
            plain = plain.replace(".", "").replace(",", ".")
        elif not self.decimal_comma and _THOUSANDS.fullmatch(plain):
            plain = plain.replace(",", "")
        try:
            return float(plain) if plain.isascii() and "_" not in plain else np.nan
        except ValueError:
            return np.nan

    def ambiguous(self) -> list[int]:
        """Lines of numbers such as 1.234 in a column that has decimal commas too."""
        return self.either if self.commas else []
