"""A mark of what a sheet of a workbook shows, by which somebody's changes to it are noticed.

Dates and times are numbers to a spreadsheet, and programs round the last digits of numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

_DAY_ZERO = date(1899, 12, 30)  # of every spreadsheet
_MARCH = 61  # 1 March 1900: spreadsheets count a 29 February before it, which there was not
_DAY_S = 86_400


def serial(value: date | datetime | time | timedelta) -> float:
    """A date or time as the number of days that a spreadsheet keeps."""
    if isinstance(value, timedelta):
        return value.total_seconds() / _DAY_S
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / _DAY_S
    clock = serial(value.time()) if isinstance(value, datetime) else 0.0
    day = value.date() if isinstance(value, datetime) else value
    days = (day - _DAY_ZERO).days
    return days - (days < _MARCH) + clock


def sheet_mark(rows: Iterable[Sequence[Any]]) -> str:
    """The mark of the cells of a sheet, row by row; empty cells do not count."""
    found = sha256()
    for at, row in enumerate(rows):
        for place, value in enumerate(row):
            text = _text(value)
            if text:
                found.update(f"{at} {place} {text}\n".encode())
    return found.hexdigest()


def _text(value: Any) -> str:
    if isinstance(value, date | datetime | time | timedelta):
        value = serial(value)
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int | float):
        return f"{value:.7g}"
    return str(value or "").strip()
