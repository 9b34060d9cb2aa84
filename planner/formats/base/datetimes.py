"""Dates and times as people write them -> local times.

What can be read in two ways is refused until it is stated. Read are dates with the year first or
last, with months as words, `2026年11月11日 下午8:05`, AM and PM, full-width characters, `24:00`
(00:00 of the next day), weekdays (not compared with the date), serial numbers of spreadsheets, and,
with a time zone, times with an offset and seconds (or milli-, micro-, nanoseconds) since 1970.

Cells of one layout are read together, digit by digit, so a log of millions of distinct times needs
no loop over them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.formats.base.date_layouts import Kind, Layout, Span, form_of_pattern, layout_of
from planner.formats.base.findings import shown
from planner.formats.base.timezones import offsets_by_name, to_local

# Order of day, month and year, as the option --date-format names it -> the parts in this order.
ORDERS = {
    "dmy": ("day", "month", "year"),
    "mdy": ("month", "day", "year"),
    "ymd": ("year", "month", "day"),
}
LONGEST = 80  # characters of a date
_EARLIEST, _LATEST = 1990, 2100  # years: an order of another one is a misread date
_LAST_SECOND = 2_000_000_000  # since 1970, May 2033: ten digits from there on may be YYYYMMDDhh
_SERIAL_EPOCH = np.datetime64("1899-12-30", "s")
_SURE_DECIMALS = 5  # of a serial number: with fewer, only the minute is certain
_BLOCK = 1 << 16  # texts that are laid out at a time
_LOW_BITS = np.uint32(15)  # of the code of a digit, plain or full-width: its value
_DAY_S = 86_400
_ZERO, _FULL_WIDTH_ZERO = ord("0"), ord("０")
AMBIGUOUS = "can be read as day/month or month/day"
_EXISTS = "must be a date and time that exist"

DateTimes = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Characters = NDArray[np.uint32]


class DateEvidence(IntFlag):
    """What the text of a date shows, by which the dates of one column can be compared."""

    YEAR_FIRST = 1
    YEAR_LAST = 2
    SERIAL = 4
    OFFSET = 8  # in UTC or with an offset from it
    ONLY_DAY_FIRST = 16  # the year last, and no month/day/year
    ONLY_MONTH_FIRST = 32  # the year last, and no day/month/year


@dataclass(frozen=True, slots=True)
class DateAdvice:
    """What messages advise.

    Attributes
    ----------
    order, two_digits : str
        For a date whose order is not stated, with four and with two digits of the year.
    offset : str
        For a time with an offset from UTC.
    unknown : str
        For a text that cannot be read.
    """

    order: str
    two_digits: str
    offset: str
    unknown: str


_ISO = 'write it such as "2026-11-10T20:00"'
_IMPORTED = f"{_ISO}, or let planner import read the log and name its history.csv here"
ON_COMMAND_LINE = DateAdvice(
    order="state --date-format dmy or mdy",
    two_digits="state --date-format dmy, mdy or ymd",
    offset="state --timezone, such as --timezone America/New_York, to convert it to local time",
    unknown="state --date-format, such as '%d %b %Y %H:%M'",
)
IN_LOG = DateAdvice(
    order=_IMPORTED,
    two_digits=_IMPORTED,
    offset=(
        "state the timezone of the scenario, such as timezone: America/New_York, to convert it "
        "to local time"
    ),
    unknown=_IMPORTED,
)
IN_TABLE = DateAdvice(
    order=_ISO,
    two_digits=_ISO,
    offset='write the local time without it, such as "2026-11-10T20:00"',
    unknown=_ISO,
)


@dataclass(frozen=True, eq=False)
class ReadDateTimes:
    """What was read of some texts.

    Attributes
    ----------
    datetimes : array of datetime64[s]
        Local times; NaT where wrong.
    wrong : dict
        Index of a text -> what is wrong with it.
    seen : array of uint8
        What each text shows (`DateEvidence`).
    """

    datetimes: DateTimes
    wrong: dict[int, str]
    seen: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DateTimeForm:
    """How dates and times are written.

    Attributes
    ----------
    date_format : str or None
        Order of day, month and year (a key of `ORDERS`), or a pattern of strptime for all texts.
    timezone : str or None
        IANA zone; times with an offset from UTC are converted to its local time.
    advice : DateAdvice
        What messages advise.
    """

    date_format: str | None = None
    timezone: str | None = None
    advice: DateAdvice = ON_COMMAND_LINE

    @property
    def pattern(self) -> str | None:
        """The pattern of strptime, if `date_format` is one."""
        return None if self.date_format in ORDERS else self.date_format


def read_datetimes(texts: Sequence[str], form: DateTimeForm) -> ReadDateTimes:
    """Read all texts; what cannot be read is NaT and has its message in `wrong`."""
    reading = _DateTimeReader(len(texts), form)
    for begin in range(0, len(texts), _BLOCK):
        characters = _characters(texts[begin : begin + _BLOCK])
        for layout, rows in _by_layout(characters, form.pattern):
            reading.take(layout, characters[rows] & _LOW_BITS, rows + begin)
    return reading.result()


def read_datetime(text: str, form: DateTimeForm) -> datetime:
    """Read one text, which must be a date and time and no bare number.

    Raises ValueError with what to do.
    """
    read = read_datetimes([text], form)
    if read.wrong:
        raise ValueError(read.wrong[0])
    if read.seen[0] & DateEvidence.SERIAL:
        raise ValueError(f"is the serial number of a spreadsheet's date; {_ISO}")
    found: datetime = read.datetimes[0].astype(datetime)
    return found


def parse_date_format(text: str) -> str:
    """The order of day, month and year, or a pattern of strptime. Raises ValueError."""
    if text in ORDERS:
        return text
    if "%" not in text:
        raise ValueError(
            f"must be {', '.join(ORDERS)} or a pattern such as '%d %b %Y %H:%M', got {shown(text)}"
        )
    try:
        form_of_pattern(text)
    except ValueError as error:
        raise ValueError(f"{error}, got {shown(text)}") from error
    return text


def _characters(texts: Sequence[str]) -> Characters:
    """[text, place] code points, 0 behind the end; one place more than a date may have."""
    longest = min(max(map(len, texts), default=0), LONGEST) + 1
    return np.array(texts, dtype=f"U{longest}").view(np.uint32).reshape(len(texts), longest)


def _by_layout(
    characters: Characters, pattern: str | None
) -> Iterator[tuple[Layout, NDArray[np.intp]]]:
    """Every layout of some texts, and its rows."""
    is_digit = np.minimum(characters - _ZERO, characters - _FULL_WIDTH_ZERO) < 10
    shape = np.where(is_digit, np.uint32(_ZERO), characters)
    weights = np.cumprod(np.full(shape.shape[1], 0x9E3779B97F4A7C15, dtype=np.uint64))
    rest = np.arange(len(shape))
    while len(rest):
        code, distinct = pd.factorize(shape[rest] @ weights)
        in_order = np.argsort(code, kind="stable")
        ends = np.cumsum(np.bincount(code, minlength=len(distinct)))
        others = []  # rows of another layout with the same weighted sum
        for group in np.split(in_order, ends[:-1]):
            rows = rest[group]
            same = (shape[rows] == shape[rows[0]]).all(axis=1)
            text = "".join(map(chr, shape[rows[0]])).rstrip("\0")
            is_long = len(text) > LONGEST
            yield Layout(Kind.UNKNOWN) if is_long else layout_of(text, pattern), rows[same]
            others.append(rows[~same])
        rest = np.concatenate(others)


class _DateTimeReader:
    """The result so far, while one layout after the other is read."""

    def __init__(self, texts: int, form: DateTimeForm) -> None:
        self._form = form
        self._datetimes = np.full(texts, np.datetime64("NaT"), dtype="datetime64[s]")
        self._seen = np.zeros(texts, dtype=np.uint8)
        self._wrong: dict[int, str] = {}

    def result(self) -> ReadDateTimes:
        """Close the reading; years out of reach are wrong."""
        years = self._datetimes.astype("datetime64[Y]").astype(np.int64) + 1970
        far = ~np.isnat(self._datetimes) & ((years < _EARLIEST) | (years > _LATEST))
        self._refuse(np.flatnonzero(far), f"must lie between {_EARLIEST} and {_LATEST}")
        return ReadDateTimes(self._datetimes, self._wrong, self._seen)

    def _see(self, rows: NDArray[np.intp], what: DateEvidence) -> None:
        self._seen[rows] |= np.uint8(what)

    def _refuse(self, rows: NDArray[np.intp], words: str) -> None:
        self._datetimes[rows] = np.datetime64("NaT")
        self._wrong |= dict.fromkeys(rows.tolist(), words)

    def take(self, layout: Layout, digits: Characters, rows: NDArray[np.intp]) -> None:
        """Read the rows of one layout.

        Parameters
        ----------
        layout : Layout
            Where the parts of the date stand.
        digits : array of shape (rows, places)
            Value of the digit at each place; without meaning where the layout has no digit.
        rows : array of int
            Index of each row among all texts.
        """
        number = {part: _number(digits, span) for part, span in layout.parts.items()}
        if layout.kind is Kind.SERIAL:
            self._see(rows, DateEvidence.SERIAL)
            self._datetimes[rows] = _of_serial(number, layout.parts)
        elif layout.kind is Kind.SINCE_1970:
            self._take_seconds(number["since_1970"], rows)
        else:
            self._take_date(layout, number, rows)

    def _take_seconds(self, seconds: Ints, rows: NDArray[np.intp]) -> None:
        """Seconds since 1970; from 2033 on, ten digits may as well be a date and an hour."""
        far = seconds >= _LAST_SECOND
        self._refuse(rows[far], self._unknown())
        words = f"is in seconds since 1970 (UTC); {self._form.advice.offset}"
        self._put_utc(seconds[~far].astype("datetime64[s]"), rows[~far], words)

    def _take_date(self, layout: Layout, number: dict[str, Ints], rows: NDArray[np.intp]) -> None:
        if layout.kind is Kind.YEAR_FIRST:
            self._see(rows, DateEvidence.YEAR_FIRST)
        elif layout.kind is Kind.YEAR_LAST:
            self._compare_orders(number, rows)
        words = self._wrong_with(layout)
        if words:
            self._refuse(rows, words)
            return
        if "first" in number:
            self._name_parts(layout, number)
        if layout.kind is Kind.TWO_DIGITS:
            number["year"] = number["year"] + 2000
            if "middle" in number and self._form.date_format != "ymd":
                self._compare_orders(number, rows)
        month = number["month"] if "month" in number else np.full(len(rows), layout.month)
        days, exists = _day(number["year"], month, number["day"])
        second, on_clock = _second_of_day(number, layout.period)
        datetimes = days + second
        if layout.zone:
            self._put_utc(datetimes - self._ahead(layout.zone, number), rows)
        else:
            self._datetimes[rows] = datetimes
        not_on_clock = "has an hour that does not fit its part of the day; write it as 00 to 23"
        self._refuse(rows[~on_clock], not_on_clock if layout.period else _EXISTS)
        self._refuse(rows[~exists], _EXISTS)
        if "middle" in number:
            self._refuse_order(rows)

    def _wrong_with(self, layout: Layout) -> str:
        """What is wrong with every text of a layout; "" if its digits decide."""
        form, kind = self._form, layout.kind
        if kind in (Kind.EMPTY, Kind.NO_DATE, Kind.NO_YEAR):
            return str(kind.value)
        if kind is Kind.UNKNOWN:
            return self._unknown()
        if kind is Kind.YEAR_LAST and form.date_format not in ("dmy", "mdy"):
            return f"{AMBIGUOUS}; {form.advice.order}"
        if kind is Kind.TWO_DIGITS and form.date_format is None:
            return f"has a year of two digits; {form.advice.two_digits}"
        if kind is Kind.TWO_DIGITS and "first" in layout.parts:
            begin, end = layout.parts["first" if form.date_format == "ymd" else "last"]
            if end - begin != 2:
                return self._unknown()
        if layout.zone and form.timezone is None:
            return self._has_offset()
        return "" if self._knows_zone(layout.zone) else self._other_zone()

    def _knows_zone(self, zone: str) -> bool:
        """Whether an offset is none, is in digits, or is a name of the stated time zone."""
        return zone in ("", "+", "-") or zone in offsets_by_name(self._form.timezone or "UTC")

    def _other_zone(self) -> str:
        zone = self._form.timezone
        return f"names a time zone that is not {zone}; write its offset, such as -0500"

    def _has_offset(self) -> str:
        return f"has an offset from UTC; {self._form.advice.offset}"

    def _unknown(self) -> str:
        if self._form.pattern is not None:
            return f"does not read as {self._form.pattern}"
        return f"is not a date and time that can be read; {self._form.advice.unknown}"

    def _compare_orders(self, number: dict[str, Ints], rows: NDArray[np.intp]) -> None:
        """Which of day/month and month/day a date can be that ends with its year."""
        day_first = _day(number["year"], number["middle"], number["first"])[1]
        month_first = _day(number["year"], number["first"], number["middle"])[1]
        self._see(rows, DateEvidence.YEAR_LAST)
        self._see(rows[day_first & ~month_first], DateEvidence.ONLY_DAY_FIRST)
        self._see(rows[month_first & ~day_first], DateEvidence.ONLY_MONTH_FIRST)

    def _refuse_order(self, rows: NDArray[np.intp]) -> None:
        """Say of dates that exist only in the other order than the stated one that they do."""
        stated = self._form.date_format
        other, flag = "dmy", DateEvidence.ONLY_DAY_FIRST
        if stated == "dmy":
            other, flag = "mdy", DateEvidence.ONLY_MONTH_FIRST
        words = f"is no date in the order {stated}; it would be one in the order {other}"
        self._refuse(rows[(self._seen[rows] & flag) != 0], words)

    def _name_parts(self, layout: Layout, number: dict[str, Ints]) -> None:
        """First, middle and last become day, month and year in the stated order."""
        known = {"month"} if layout.month else {"year"} & number.keys()
        order = [part for part in ORDERS[self._form.date_format or "dmy"] if part not in known]
        places = [place for place in ("first", "middle", "last") if place in number]
        number |= {part: number[place] for part, place in zip(order, places, strict=True)}

    def _ahead(self, zone: str, number: dict[str, Ints]) -> Ints:
        """Seconds ahead of UTC."""
        if zone in "+-":
            seconds = number["zone_hour"] * 3600 + number.get("zone_minute", np.int64(0)) * 60
            return seconds if zone == "+" else -seconds
        return np.full(1, offsets_by_name(self._form.timezone or "UTC")[zone])

    def _put_utc(self, utc: DateTimes, rows: NDArray[np.intp], refusal: str = "") -> None:
        """Convert times in UTC to local time; refuse them where no time zone is stated."""
        self._see(rows, DateEvidence.OFFSET)
        if self._form.timezone is None:
            self._refuse(rows, refusal or self._has_offset())
        else:
            self._datetimes[rows] = to_local(utc, self._form.timezone)


def _number(digits: Characters, span: Span) -> Ints:
    """The whole numbers that stand in some places."""
    begin, end = span
    return np.asarray(digits[:, begin:end].astype(np.int64) @ 10 ** np.arange(end - begin)[::-1])


def _day(year: Ints, month: Ints, day: Ints) -> tuple[DateTimes, Mask]:
    """Midnight of each date, and whether the date exists."""
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    exists = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    return days.astype("datetime64[s]"), np.asarray(exists)


def _second_of_day(number: dict[str, Ints], period: str) -> tuple[Ints, Mask]:
    """Seconds since midnight, and whether the clock shows them; 24:00 is the end of the day."""
    zero = np.zeros_like(number["year"])
    hour, minute, second = (number.get(part, zero) for part in ("hour", "minute", "second"))
    hour, exists = _hour_of_day(hour, period)
    end_of_day = (hour == 24) & (minute == 0) & (second == 0) & (not period)
    exists = exists & ((hour < 24) | end_of_day) & (minute < 60) & (second < 60)
    return (hour * 60 + minute) * 60 + second, exists


def _hour_of_day(hour: Ints, period: str) -> tuple[Ints, Mask]:
    """Hours of the day from hours in a part of it.

    Some write 20:05 PM, so hours above 12 stay where they fit. Whether 晚上12:05 begins the day or
    ends it is not known: such an hour does not exist.
    """
    if period == "am":
        return hour % 12, hour <= 12
    if period == "pm":
        return np.where(hour < 12, hour + 12, hour), hour >= 1
    if period == "noon":
        local = np.where(hour < 3, hour + 12, hour)
        return local, (hour >= 1) & (local >= 11) & (local <= 14)
    if period == "night":
        local = np.where(hour < 12, hour + 12, hour)
        return local, (local >= 17) & (hour != 12)
    return hour, np.ones(len(hour), dtype=bool)


def _of_serial(number: dict[str, Ints], parts: dict[str, Span]) -> DateTimes:
    """Times from days since 1899-12-30 and their fraction.

    To the second; to the minute where the fraction has few decimals.
    """
    decimals = parts["fraction"][1] - parts["fraction"][0] if "fraction" in parts else 0
    seconds = number.get("fraction", np.zeros_like(number["serial"])) * (_DAY_S / 10**decimals)
    unit = 1 if decimals >= _SURE_DECIMALS else 60
    return np.asarray(
        _SERIAL_EPOCH + number["serial"] * _DAY_S + np.rint(seconds / unit).astype(np.int64) * unit
    )
