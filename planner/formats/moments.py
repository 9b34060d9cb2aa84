"""Dates as people write them: ISO, slashes, `2026年11月11日 20:00`, full-width digits; what can be read in two ways is
refused until its order is stated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_COMMON = (
    "0000-00-00 00:00:00",
    "0000-00-00T00:00:00",
    "0000/00/00 00:00:00",
    "0000年00月00日 00:00:00",
    "0000-00-00 00:00",
    "0000-00-00T00:00",
    "0000/00/00 00:00",
    "0000年00月00日 00:00",
)
ORDERS = {"dmy": ("day", "month"), "mdy": ("month", "day")}
_CLOCK = r"(?:[T\s]*(?P<hour>\d{1,2})(?::|时|點|点)(?P<minute>\d{1,2})分?(?::?(?P<second>\d{1,2})(?:\.\d{1,9})?秒?)?)?"
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_CLOCK}")
_CHINESE = re.compile(rf"(?P<year>\d{{4}})\s*年\s*(?P<month>\d{{1,2}})\s*月\s*(?P<day>\d{{1,2}})\s*[日号]\s*{_CLOCK}")
_COMPACT = re.compile(
    r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:[T\s]?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
)
_YEAR_LAST = re.compile(rf"(?P<first>\d{{1,2}})([-/.])(?P<next>\d{{1,2}})\2(?P<year>\d{{4}}){_CLOCK}")
_ZONED = re.compile(r".*\d(Z|[+-]\d{2}:?\d{2})$")
_EARLIEST, _LATEST = 1990, 2100

Moments = NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do about a date that can be read in two ways, and about one that cannot be read."""

    ambiguous: str
    unknown: str


ON_COMMAND_LINE = Advice("state --date-format dmy or mdy", "state --date-format, such as '%d %b %Y %H:%M'")
IN_FILE = Advice('write it such as "2026-11-10T20:00"', 'write it such as "2026-11-10T20:00"')


def read_moments(
    texts: Sequence[str], date_format: str | None = None, advice: Advice = ON_COMMAND_LINE
) -> tuple[Moments, dict[int, str]]:
    """Local moments, to the second, and what is wrong by position (NaT there).

    `date_format`: `dmy` or `mdy` for dates that end with the year, or a pattern of strptime for all of them.
    """
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    if date_format is None or date_format in ORDERS:
        found = _read_quickly(texts)
    slow = np.flatnonzero(np.isnat(found)).tolist()
    code, distinct = pd.factorize(pd.Series([texts[i] for i in slow], dtype=object))
    moments, reasons = _read_carefully(distinct.tolist(), _parser(date_format, advice))
    found[slow] = moments[code]
    wrong = {i: reasons[c] for i, c in zip(slow, code.tolist(), strict=True) if c in reasons}
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    for i in np.flatnonzero(~np.isnat(found) & ((years < _EARLIEST) | (years > _LATEST))).tolist():
        wrong[i] = f"must lie between {_EARLIEST} and {_LATEST}"
        found[i] = np.datetime64("NaT")
    return found, wrong


def _read_quickly(texts: Sequence[str]) -> Moments:
    """What is written digit by digit in one of the most common ways, read all at once; NaT where it is not."""
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    longest = max(map(len, MOST_COMMON)) + 1
    characters = np.array(texts, dtype=f"U{longest}").view(np.uint32).reshape(len(texts), longest)
    digits = characters - ord("0")
    shape = np.where(digits < 10, ord("0"), characters)
    for layout in MOST_COMMON:
        if not np.isnat(found).any():
            break
        template = np.array([layout], dtype=f"U{longest}").view(np.uint32)
        rows = np.flatnonzero((shape == template).all(axis=1))
        places = [i for i, character in enumerate(layout) if character == "0"]
        found[rows] = _from_digits(digits[rows][:, places].astype(np.int64))
    return found


def _from_digits(digits: NDArray[np.int64]) -> Moments:
    """[rows, 12 or 14] digits YYYYMMDDhhmm[ss] -> moments; NaT where there is no such moment."""
    year = digits[:, :4] @ np.array([1000, 100, 10, 1])
    month, day, hour, minute = (digits[:, i] * 10 + digits[:, i + 1] for i in (4, 6, 8, 10))
    second = digits[:, 12] * 10 + digits[:, 13] if digits.shape[1] > 12 else np.zeros(len(digits), dtype=np.int64)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    exists = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    exists &= (hour < 24) & (minute < 60) & (second < 60)
    moments = days.astype("datetime64[s]") + ((hour * 60 + minute) * 60 + second)
    moments[~exists] = np.datetime64("NaT")
    return np.asarray(moments)


def _read_carefully(texts: Sequence[str], parse: Callable[[str], datetime]) -> tuple[Moments, dict[int, str]]:
    """Texts one by one, and what is wrong by position (NaT there)."""
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    wrong: dict[int, str] = {}
    for i, text in enumerate(texts):
        try:
            found[i] = np.datetime64(parse(unicodedata.normalize("NFKC", text).strip()), "s")
        except ValueError as error:
            wrong[i] = str(error)
    return found, wrong


def _parser(date_format: str | None, advice: Advice) -> Callable[[str], datetime]:
    if date_format is not None and date_format not in ORDERS:
        return lambda text: _by_pattern(text, date_format)
    return lambda text: _by_form(text, date_format, advice)


def _by_pattern(text: str, pattern: str) -> datetime:
    try:
        moment = datetime.strptime(text, pattern)
    except ValueError as error:
        raise ValueError(f"does not read as {pattern}") from error
    if moment.tzinfo is not None:
        raise ValueError("carries a time zone; give local wall-clock time")
    return moment


def _by_form(text: str, order: str | None, advice: Advice) -> datetime:
    if not text:
        raise ValueError("is empty")
    for form in (_YEAR_FIRST, _CHINESE, _COMPACT):
        match = form.fullmatch(text)
        if match:
            return _moment(match, int(match["month"]), int(match["day"]))
    match = _YEAR_LAST.fullmatch(text)
    if match:
        if order is None:
            raise ValueError(f"can be read as day/month or month/day; {advice.ambiguous}")
        parts = dict(zip(ORDERS[order], (int(match["first"]), int(match["next"])), strict=True))
        return _moment(match, parts["month"], parts["day"])
    if _ZONED.fullmatch(text):
        raise ValueError("carries a time zone; give local wall-clock time")
    raise ValueError(f"is not a date and time we know; {advice.unknown}")


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        return datetime(int(match["year"]), month, day, hour, minute, second)
    except ValueError as error:
        raise ValueError("must be a date and time that exist") from error
