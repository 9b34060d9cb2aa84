"""The value of a cell as a YAML file would state it, and back.

What cannot be understood stays the text it is: whoever validates it says what it must be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from planner.domain.spreadsheet_text import restored
from planner.formats.base.corrections import meant_datetimes, meant_times
from planner.formats.base.number_notation import number_in
from planner.formats.scenario_workbook.fields import NUMBERS, Field, Kind
from planner.formats.scenario_workbook.labels import plain_choice
from planner.formats.tables.csv_reader import visible

FLAGS = {
    **dict.fromkeys(("yes", "true", "y", "1", "是", "有"), True),
    **dict.fromkeys(("no", "false", "n", "0", "否", "无"), False),
}
_BETWEEN = re.compile(r"\s*[;；\n]\s*")
_BETWEEN_NUMBERS = re.compile(r"\s*[;；\n,，、]\s*")
_IN_BRACKETS = re.compile(r"\[\s*([^][]*?)\s*\]")
_NAMED = re.compile(r"(.+?)\s*[:：=]\s*([^:：=]+)", re.DOTALL)
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
_DIGITS = re.compile(r"[-+]?[0-9]{1,30}")
_FIRST_DAY = datetime(1899, 12, 30)  # day 0 of a spreadsheet
_TIMES_BEGIN = datetime(1899, 12, 31)  # the day that readers give to a time of day
_EARLIEST, _LATEST = 20_000, 80_000  # serial numbers that are taken for dates: 1954 to 2119
_MOST_DIGITS = 10**15  # a spreadsheet keeps fifteen


@dataclass(frozen=True)
class Cell:
    """A value as it is written into a sheet; `look` says how it is shown."""

    value: Any
    look: str


class WrongCellError(ValueError):
    """What a cell must hold."""


def clean(value: Any) -> Any:
    """A cell without blanks around its text, and without marks that keep it from being run."""
    return restored(visible(value)) if isinstance(value, str) else value


def decode(field: Field, value: Any) -> Any:
    """The value of a cell that is not empty, as a YAML file would state it.

    Parameters
    ----------
    field : Field
        What the cell may hold.
    value : Any
        What it holds: text, number, flag, date, time.

    Returns
    -------
    Any
        The value; a text that cannot be understood stays as it is.

    Raises
    ------
    WrongCellError
        A mapping that is not written as one.
    """
    value = clean(value)
    if field.many == "mapping":
        return _mapping(field, value)
    if field.many == "list":
        if field.or_flag and (flag := _flag(value)) in (True, False):
            return flag
        if not isinstance(value, str):
            return [_one(field, value)]
        in_brackets = _IN_BRACKETS.fullmatch(value)  # as the notes of columns give examples
        value = in_brackets[1] if in_brackets else value
        by_commas = in_brackets or field.kind not in ("name", "text")
        apart = _BETWEEN_NUMBERS if by_commas else _BETWEEN
        parts = (_BETWEEN if ";" in value or "；" in value else apart).split(value)
        return [_one(field, part) for part in parts if part]
    return _one(field, value)


def encode(field: Field, value: Any, shown: Callable[[str], str] = str) -> Cell | None:
    """The cell that states a value; None where none can.

    Parameters
    ----------
    field : Field
        What the cell may hold.
    value : Any
        The value, as a YAML file states it.
    shown : callable
        A choice in the language of the workbook.

    Returns
    -------
    Cell or None
        The cell, which is read as exactly this value.
    """
    if field.many == "list" and isinstance(value, str):
        value = [value]  # a list of one, written without brackets
    cell = _encoded(field, value, shown)
    if cell is None or cell.value == "":
        return None
    try:
        back = decode(field, cell.value)
    except WrongCellError:
        return None
    if field.kind == "datetime" and not field.many:
        value = _moment(value, day=False)  # with a blank for the T
    return cell if _same(back, value) else None


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return list(a) == list(b) and all(_same(a[key], b[key]) for key in a)
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)


def _encoded(field: Field, value: Any, shown: Callable[[str], str]) -> Cell | None:
    if field.many == "mapping":
        if not isinstance(value, dict):
            return None
        parts = [f"{name}: {_text(field, each, shown)}" for name, each in value.items()]
        return Cell("; ".join(parts), "text")
    if field.or_flag and isinstance(value, bool):
        return Cell(shown("true" if value else "false"), "choice")
    if field.many == "list":
        if not isinstance(value, list) or not value:
            return None
        if len(value) == 1:
            return _cell(field, value[0], shown)
        return Cell("; ".join(_text(field, each, shown) for each in value), "text")
    return _cell(field, value, shown)


def _cell(field: Field, value: Any, shown: Callable[[str], str]) -> Cell | None:
    """The cell of a single value."""
    kind = field.kind
    if kind == "flag":
        is_flag = isinstance(value, bool)
        return Cell(shown("true" if value else "false"), "choice") if is_flag else None
    if kind in NUMBERS:
        return _number_cell(kind, value)
    if not isinstance(value, str):
        return None
    if kind == "choice":
        return Cell(shown(value), "choice")
    if kind in ("date", "datetime"):
        moment = _parsed(value)
        return None if moment is None else Cell(moment, kind)
    if kind == "time":
        hour, _, minute = value.partition(":")
        is_time = hour.isdigit() and minute.isdigit()
        return Cell((int(hour) * 60 + int(minute)) / 1440, kind) if is_time else None
    return Cell(value, "text")


def _number_cell(kind: Kind, value: Any) -> Cell | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    exact = abs(value) < _MOST_DIGITS and float(f"{value:.16G}") == value
    if exact:
        return Cell(value, kind)
    return Cell(str(value) if isinstance(value, int) else f"{Decimal(repr(value)):f}", "text")


def _text(field: Field, value: Any, shown: Callable[[str], str]) -> str:
    """A value among others in one cell."""
    if isinstance(value, bool):
        return shown("true" if value else "false")
    if field.kind == "choice":
        return shown(str(value))
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return str(value)


def _mapping(field: Field, value: Any) -> dict[str, Any]:
    text = str(value)
    found: dict[str, Any] = {}
    for part in filter(None, _BETWEEN.split(text)):
        named = _NAMED.fullmatch(part)
        if named is None or named[1] in found:
            raise WrongCellError(
                f'must be written as name: value; name: value, each name once, got "{text[:60]}"'
            )
        found[named[1]] = _one(field, named[2])
    return found


def _one(field: Field, value: Any) -> Any:
    """The value of a cell, or of a part of it."""
    kind = field.kind
    if kind in NUMBERS:
        return _number(value)
    if kind == "flag":
        return _flag(value)
    if kind == "date":
        return _moment(value, day=True)
    if kind == "datetime":
        return _moment(value, day=False)
    if kind == "time":
        return _time_of_day(value)
    text = _as_text(value)
    return plain_choice(text, field.choices) if kind == "choice" else text


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_DIGITS:
        return str(int(value))
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)


def _number(value: Any) -> Any:
    """A number, whole where it is; other values as they are, as text where they are dates."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        if _DIGITS.fullmatch(text):
            return int(text)
        number = number_in(text)
        if number is None:
            return value
        value = float(number)
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < _MOST_DIGITS:
        return int(value)
    return value if isinstance(value, int | float) else _as_text(value)


def _flag(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    text = unicodedata.normalize("NFKC", _as_text(value)).strip().casefold()
    return FLAGS.get(text, value)


def _moment(value: Any, day: bool) -> Any:
    """A date, or a date and time, in the form of a YAML file."""
    moment = _parsed(value) if isinstance(value, str) else value
    if moment is None:
        return value
    if isinstance(moment, int | float) and not isinstance(moment, bool):
        if not _EARLIEST < moment < _LATEST:
            return moment
        moment = _FIRST_DAY + timedelta(days=moment)
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    if not isinstance(moment, datetime):
        return _as_text(moment)
    moment = (moment + timedelta(milliseconds=500)).replace(microsecond=0)
    if day and moment.time() == time.min:
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _parsed(text: str) -> datetime | None:
    """The moment that a text says; None where it says none, or could say two."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _ISO.fullmatch(plain):
        try:
            return datetime.fromisoformat(plain)
        except ValueError:
            return None
    meant = meant_datetimes(plain)
    return datetime.fromisoformat(meant[0]) if len(meant) == 1 else None


def _time_of_day(value: Any) -> Any:
    """`HH:MM`; 24:00 is a whole day."""
    if isinstance(value, str):
        text = unicodedata.normalize("NFKC", value).strip()
        meant = meant_times(re.sub(r"(:[0-9]{2}):00$", r"\1", text))
        return meant[0] if len(meant) == 1 else value
    if isinstance(value, time):
        value = timedelta(
            hours=value.hour,
            minutes=value.minute,
            seconds=value.second,
            microseconds=value.microsecond,
        )
    if isinstance(
        value, date
    ):  # of a whole day, where the format of the cell has no hours above 24
        value = datetime(value.year, value.month, value.day) - _TIMES_BEGIN
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = timedelta(days=value)
    if not isinstance(value, timedelta):
        return _as_text(value)
    seconds = round(value.total_seconds())
    if not 0 <= seconds <= 86_400:
        return str(value)
    words = f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
    return words + (f":{seconds % 60:02d}" if seconds % 60 else "")
