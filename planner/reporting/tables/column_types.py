"""What a result table and its columns are called and hold, and how whole columns are checked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from math import floor, nan
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.documents.values import LARGEST
from planner.reporting.language.bilingual import Bilingual

Kind = Literal[
    "name",
    "text",
    "choice",
    "flag",
    "date",
    "moment",
    "clock",
    "number",
    "count",
    "money",
    "share",
    "ratio",
    "figure",
]
Bad = NDArray[np.bool_]

NUMERIC = frozenset({"number", "count", "money", "share", "ratio"})
LONGEST_NAME = 5_000  # characters: a combination of contracts has one name
LONGEST_TEXT = 50_000  # characters: a routing rule lists its regions
_NUMBER = re.compile(
    r"[-+]?(?:[0-9]{1,25}(?:\.[0-9]{0,25})?|\.[0-9]{1,25})(?:[eE][-+]?[0-9]{1,3})?"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d)?", re.ASCII)
_CLOCK = re.compile(r"([01]\d|2[0-4]):[0-5]\d(\+1)?", re.ASCII)
_FLAG = re.compile(r"(?i:true|false|yes|no)|[01]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what its cells hold, and how it is shown.

    Attributes
    ----------
    name : str
        Name in the first line of the file.
    kind : Kind
        What a cell holds. A `share` lies between 0 and 1, a `ratio` need not; both are shown as
        percentages. A `figure` is a number or a text, as a clause has it.
    heading : Bilingual
        Heading in the workbook and on the web page.
    meaning : str
        What the column says, for its documentation.
    unit : str
        Unit of a number.
    vocabulary : str
        Kind of name under which its texts are shown (`labels.name`), such as `site`.
    language : str
        Language of its sentences, where another column says the same in the other language.
    empty : bool
        Whether a cell may be left empty.
    low, high : float
        Range of a number.
    among : tuple of str
        The only texts of a `choice`.
    form : str
        Regular expression of a name that has one.
    """

    name: str
    kind: Kind
    heading: Bilingual
    meaning: str
    _: KW_ONLY
    unit: str = ""
    vocabulary: str = ""
    language: str = ""
    empty: bool = False
    low: float = 0.0
    high: float = LARGEST
    among: tuple[str, ...] = ()
    form: str = ""

    @property
    def numeric(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind in NUMERIC

    def is_numeric(self, cells: Sequence[str]) -> bool:
        """Whether valid text cells are to become numbers: figures only where all of them are."""
        if self.kind == "figure":
            return all(_NUMBER.fullmatch(text) for text in set(cells) if text)
        return self.numeric

    @property
    def wanted(self) -> str:
        """What a cell must be, in words."""
        if self.numeric:
            whole = "a whole number" if self.kind == "count" else "a number"
            high = min(self.high, 1.0) if self.kind == "share" else self.high
            return f"must be {whole} from {self.low:g} to {high:g}"
        if self.kind == "choice":
            return f"must be one of {', '.join(self.among)}"
        if self.form:
            return f"must have the form {self.form}"
        return {
            "name": (
                f"must be text without control characters, of at most {LONGEST_NAME:,} characters"
            ),
            "flag": "must be True or False",
            "date": "must be a date such as 2026-11-10",
            "moment": "must be a moment such as 2026-11-10 20:00",
            "clock": "must be a time of day such as 20:00",
        }.get(self.kind, f"must be text of at most {LONGEST_TEXT:,} characters")

    def wrong(self, cells: Sequence[str]) -> Bad:
        """Which of the text cells are not what they must be."""
        held = {text: self._holds(text) if text else self.empty for text in set(cells)}
        return np.array([not held[text] for text in cells], dtype=bool)

    def _holds(self, text: str) -> bool:
        if self.numeric:
            return bool(_NUMBER.fullmatch(text)) and self._within(float(text))
        if self.kind == "choice":
            return text in self.among
        if self.kind == "name":
            form = re.fullmatch(self.form, text, re.ASCII) if self.form else True
            return bool(form) and len(text) <= LONGEST_NAME and not _CONTROL.search(text)
        if self.kind == "figure" and _NUMBER.fullmatch(text):
            return abs(float(text)) <= LARGEST
        if self.kind in ("text", "figure"):
            return len(text) <= LONGEST_TEXT
        return _TESTS[self.kind](text)

    def _within(self, value: float) -> bool:
        high = min(self.high, 1.0) if self.kind == "share" else self.high
        return self.low <= value <= high and (self.kind != "count" or value == floor(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultTable:
    """One table of a result folder.

    Attributes
    ----------
    name : str
        Name of its file in `tables/`, without `.csv`.
    title : Bilingual
        Name of its sheet in the workbook and heading on the web page.
    meaning : str
        What its rows are, for its documentation.
    columns : tuple of Column
        Its columns, in the order of the file.
    always : bool
        Whether every folder with a plan holds it.
    open : bool
        Whether columns of other names may stand before its own.
    """

    name: str
    title: Bilingual
    meaning: str
    columns: tuple[Column, ...]
    always: bool = False
    open: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the columns, in the order of the file."""
        return [column.name for column in self.columns]

    def frame(self, rows: Sequence[tuple[object, ...]]) -> pd.DataFrame:
        """Return rows as a data frame with the declared columns."""
        return pd.DataFrame(rows, columns=self.names)


def numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Valid cells of a numeric column as floats; NaN where a cell is empty."""
    return np.array([float(text) if text else nan for text in cells], dtype=np.float64)


def _is_day(text: str) -> bool:
    return bool(_DAY.fullmatch(text)) and _exists(date.fromisoformat, text)


def _is_moment(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and _exists(datetime.fromisoformat, text)


def _exists(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_TESTS: dict[str, Callable[[str], bool]] = {
    "flag": lambda text: bool(_FLAG.fullmatch(text)),
    "date": _is_day,
    "moment": _is_moment,
    "clock": lambda text: bool(_CLOCK.fullmatch(text)),
}
