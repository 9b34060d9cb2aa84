"""Values with types, from Parquet files and databases, as the text a CSV file has for them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np

from planner.formats.tables.csv_reader import trimmed


def texts_of_values(values: Iterable[object]) -> list[str]:
    """A text for every value, without blanks around it; empty where there is none."""
    return trimmed([value if type(value) is str else _text(value) for value in values])


def _text(value: object) -> str:
    """The text of one value."""
    if value is None:
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return _datetime_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes | bytearray | memoryview):
        return _bytes_text(bytes(value))
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _datetime_text(value: datetime) -> str:
    """A time with its offset from UTC, or without one."""
    if value.tzinfo is not None:
        try:
            value = value.astimezone(UTC)
        except OverflowError:  # at either end of the calendar: no time of an order
            return f"{value.replace(tzinfo=None).isoformat(' ')} with an offset from UTC"
    return value.isoformat(" ")


def _bytes_text(value: bytes) -> str:
    """Text that is stored without saying so, else its bytes in hexadecimal digits."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return f"0x{value.hex()}"
