"""Dates as people write them: ISO, slashes, `2026年11月11日 20:00`, full-width digits; what can be read in two ways is
refused until its order is stated."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MOST_COMMON = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M",
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


def read_moments(texts: Sequence[str], date_format: str | None = None) -> tuple[Moments, dict[int, str]]:
    """Local moments, to the second, and what is wrong by position (NaT there).

    `date_format`: `dmy` or `mdy` for dates that end with the year, or a pattern of strptime for all of them.
    """
    parse = _parser(date_format)
    found = np.full(len(texts), np.datetime64("NaT"), dtype="datetime64[s]")
    if date_format is None or date_format in ORDERS:
        found = _read_quickly(texts)
    wrong: dict[int, str] = {}
    for i in np.flatnonzero(np.isnat(found)).tolist():
        try:
            moment = parse(unicodedata.normalize("NFKC", texts[i]).strip())
        except ValueError as error:
            wrong[i] = str(error)
            continue
        found[i] = np.datetime64(moment, "s")
    years = found.astype("datetime64[Y]").astype(np.int64) + 1970
    for i in np.flatnonzero(~np.isnat(found) & ((years < _EARLIEST) | (years > _LATEST))).tolist():
        wrong[i] = f"must lie between {_EARLIEST} and {_LATEST}"
        found[i] = np.datetime64("NaT")
    return found, wrong


def _read_quickly(texts: Sequence[str]) -> Moments:
    """What is written in one of the most common ways, read all at once."""
    series = pd.Series(list(texts), dtype=str)
    left = pd.Series(pd.NaT, index=series.index, dtype="datetime64[s]")
    for pattern in MOST_COMMON:
        if not left.isna().any():
            break
        read = pd.to_datetime(series[left.isna()], format=pattern, errors="coerce")
        left = left.fillna(read.astype("datetime64[s]"))
    return left.to_numpy(dtype="datetime64[s]").copy()


def _parser(date_format: str | None) -> Callable[[str], datetime]:
    if date_format is not None and date_format not in ORDERS:
        return lambda text: _by_pattern(text, date_format)
    return lambda text: _by_form(text, date_format)


def _by_pattern(text: str, pattern: str) -> datetime:
    try:
        moment = datetime.strptime(text, pattern)
    except ValueError as error:
        raise ValueError(f"does not read as {pattern}") from error
    if moment.tzinfo is not None:
        raise ValueError("carries a time zone; give local wall-clock time")
    return moment


def _by_form(text: str, order: str | None) -> datetime:
    if not text:
        raise ValueError("is empty")
    for form in (_YEAR_FIRST, _CHINESE, _COMPACT):
        match = form.fullmatch(text)
        if match:
            return _moment(match, int(match["month"]), int(match["day"]))
    match = _YEAR_LAST.fullmatch(text)
    if match:
        if order is None:
            raise ValueError("can be read as day/month or month/day; state --date-format dmy or mdy")
        parts = dict(zip(ORDERS[order], (int(match["first"]), int(match["next"])), strict=True))
        return _moment(match, parts["month"], parts["day"])
    if _ZONED.fullmatch(text):
        raise ValueError("carries a time zone; give local wall-clock time")
    raise ValueError("is not a date and time we know; state --date-format, such as '%d %b %Y %H:%M'")


def _moment(match: re.Match[str], month: int, day: int) -> datetime:
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    try:
        return datetime(int(match["year"]), month, day, hour, minute, second)
    except ValueError as error:
        raise ValueError("must be a date and time that exist") from error
