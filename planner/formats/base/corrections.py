"""What was probably meant by a value or a line that cannot be read: the cure for its message."""

from __future__ import annotations

import re
from datetime import date

_WIDE = str.maketrans("：，．／－　（）［］｛｝“”‘’＂", ':,./- ()[]{}""\'\'"')
UNQUOTED = "quote it"  # the cure of a text that is right but stands without quotes
WIDE_SIGNS = "：，“”‘’＂［］｛｝"
_TIME = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::00)?\s*(?P<half>[ap])?\.?m?\.?", re.IGNORECASE
)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})日?(?:[T ]+(.+))?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,]+(.+))?")
_OFFSET = re.compile(r"(?:Z|[+-]\d{2}:?\d{2})$")
_CURRENCIES = {"RMB": "CNY", "元": "CNY", "人民币": "CNY", "US$": "USD", "$": "USD", "美元": "USD"}
_CURRENCIES |= {"€": "EUR", "欧元": "EUR", "£": "GBP", "R$": "BRL"}


def plain_signs(text: str) -> str:
    """Full-width signs and typographic quotation marks as the ASCII ones."""
    return text.translate(_WIDE)


def meant_times(text: str) -> list[str]:
    """`HH:MM` of a time of day written otherwise: 8:00, 8.30, 5 pm, 18."""
    time = _time(_unquoted(text))
    return [time] if time else []


def _time(text: str) -> str | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found["half"].lower() == "p" else 0)
    return f"{hour:02d}:{minute:02d}" if hour * 60 + minute <= 24 * 60 and minute < 60 else None


def meant_dates(text: str) -> list[str]:
    """`YYYY-MM-DD` of a date written otherwise.

    Both readings, where day and month could be exchanged.
    """
    return [day for day, _ in _dates(text)]


def meant_datetimes(text: str) -> list[str]:
    """`YYYY-MM-DDTHH:MM` of a local date and time written otherwise.

    A date alone is its midnight.
    """
    return [f"{day}T{time}" for day, time in _dates(text) if time]


def _dates(text: str) -> list[tuple[str, str | None]]:
    """(date, time) of a date written otherwise, for both orders of day and month.

    The time is None where it cannot be read.
    """
    plain = _unquoted(text)
    year_first, year_last = _YEAR_FIRST.fullmatch(plain), _YEAR_LAST.fullmatch(plain)
    if year_first:
        year, *parts, rest = year_first.groups()
        orders = [parts]
    elif year_last:
        first, second, year, rest = year_last.groups()
        orders = [[first, second], [second, first]]
    else:
        return []
    if not rest:
        time: str | None = "00:00"
    else:
        time = None if _OFFSET.search(rest) else _time(rest)
    days = dict.fromkeys(_day(int(year), int(month), int(day)) for month, day in orders)
    return [(day, time) for day in days if day]


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _unquoted(text: str) -> str:
    return plain_signs(text).strip().strip("\"'").strip()


def meant_currencies(text: str) -> list[str]:
    """The code of a currency written otherwise: usd, RMB, $."""
    plain = _unquoted(text).upper()
    code = _CURRENCIES.get(plain, plain)
    return [code] if re.fullmatch("[A-Z]{3}", code) else []


def write(options: list[str]) -> str:
    """`write "a" or "b"`, nothing without options."""
    return "write " + " or ".join(f'"{option}"' for option in options) if options else ""


def syntax_in_words(
    problem: str, lines: list[str], line: int, column: int, begun: int
) -> tuple[int, int, str]:
    """Say where a text that is not valid YAML goes wrong, and what to write there.

    Parameters
    ----------
    problem : str
        What the parser says.
    lines : list of str
        The text.
    line, column : int
        Where the parser stopped, from 1.
    begun : int
        Line in which the value that it was reading begins, from 1.

    Returns
    -------
    tuple of (int, int, str)
        Line and column of the mistake, from 1, and the message.
    """
    for at in dict.fromkeys((line, line - 1, begun)):
        text = lines[at - 1] if 0 < at <= len(lines) else ""
        found = re.search(f"[{WIDE_SIGNS}]", text.partition(" #")[0])
        if found:
            sign = found.group()
            ascii_sign = f"{plain_signs(sign)} and a blank" if sign in "：，" else plain_signs(sign)
            words = f"holds the full-width or typographic sign {sign}; write {ascii_sign}"
            return at, found.start() + 1, words
    text = lines[line - 1] if line <= len(lines) else ""
    if "'\\t'" in problem:
        return line, column, "holds a tab; indent with blanks"
    if "end of stream" in problem:
        return begun, 0, "opens a quotation mark that is never closed"
    if "could not find expected ':'" in problem:
        return begun, 0, 'must read "key: value", with a blank after the colon'
    if "mapping values are not allowed" in problem:
        if re.search(r":\s.*:\s", text):
            return line, column, "holds a second colon; put the value in quotes"
        words = (
            'is indented more than the line it belongs to, or the line above must read "key: value"'
        )
        return line, column, words
    if "block end" in problem:
        return line, column, "is indented differently from the lines it belongs with"
    missing = re.search(r"expected ',' or '(.)'", problem)
    if missing:
        closing = missing.group(1)
        opening = {"}": "{", "]": "["}[closing]
        words = f"misses a comma, or the {closing} that closes the {opening} of line {begun}"
        return line, column, words
    return line, column, f"is not valid YAML: {problem}"
