"""Layouts of dates: the text with every digit as 0.

A layout says where the digits of year, month, day, hour, minute and second stand. It is parsed
once; the digits of all cells that share it are read together (`datetimes`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

Span = tuple[int, int]

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month_name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_WEEKDAY = (
    r"\(?(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?"
    r"|(?:星期|礼拜|周|週)[一二三四五六日天])\)?"
)
# Words for a part of the day -> how its hours of twelve are counted (`datetimes._hour_of_day`).
PERIODS = {
    "am": ("am", "上午", "早上", "早晨", "清晨", "凌晨"),
    "pm": ("pm", "下午", "傍晚"),
    "noon": ("中午",),
    "night": ("晚上", "晚间", "夜里", "夜间"),
}
_PERIOD_OF = {word: period for period, words in PERIODS.items() for word in words}
_CHINESE_PERIOD = "|".join(word for word in _PERIOD_OF if not word.isascii())
_PERIOD = rf"(?P<after>[ap]\.?\s?m\b\.?|{_CHINESE_PERIOD})"
_ZONE = (
    r"(?P<zone>Z|(?:UTC|GMT)?\s?(?P<sign>[-+−])(?P<zone_hour>00?)(?::?(?P<zone_minute>00))?(?:\s(?-i:[A-Z]{3,5}))?"
    r"|(?P<zone_name>(?-i:[A-Z]{3,5})))(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]))?"
)
_CLOCK = (
    rf"(?:(?P<before>{_CHINESE_PERIOD})\s*)?(?P<hour>00?)"
    r"(?:[:时時點点]\s?(?P<minute>00?)分?(?:(?::|(?<=分))\s?(?P<second>00?)(?:[.,]0{1,9})?秒?)?"
    r"|[时時點点]整?|(?=\s?[ap]\.?\s?m\b)|(?<=[T ]00))"
    rf"(?:\s*{_PERIOD})?(?:\s*{_ZONE})?"
)
_SEPARATOR = r"(?:[T,\s]+|(?<=0000):(?=00:)|(?=上午|下午|中午|凌晨|早|晚|傍|清|夜))"
_REST = rf"(?:[,\s]*{_WEEKDAY})?(?:{_SEPARATOR}{_CLOCK})?"
_FORMS = tuple(
    re.compile(rf"\s*(?:{_WEEKDAY},?\s*)?{form}\s*", re.IGNORECASE)
    for form in (
        rf"(?P<first>0{{1,4}})(?P<between>[-/.]\s?)(?P<middle>00?)(?P=between)(?P<last>0{{1,4}})\.?{_REST}",
        rf"(?P<year>0000|00)\s*年\s*(?P<month>00?)\s*月\s*(?P<day>00?)(?:\s*[日号號])?[,\s]*(?:{_WEEKDAY})?"
        rf"(?:[T,\s]*{_CLOCK})?",
        rf"(?P<first>0{{1,4}})(?:st|nd|rd|th)?[-/.,\s]*{_MONTH}[-/.,\s]*(?P<last>0000|00?){_REST}",
        rf"{_MONTH}[-\s]*(?P<day>00?)(?:st|nd|rd|th)?[-,\s]+(?P<year>0000|00){_REST}",
        rf"{_MONTH}\s+(?P<day>00?)\s+{_CLOCK}\s+(?P<year>0000)",
        rf"(?P<year>0000)(?P<month>00)(?P<day>00)(?:[T\s]?(?P<hour>00)(?P<minute>00)(?P<second>00)?(?:\s*{_ZONE})?)?",
        rf"(?P<year>0000)(?P<month>00)(?P<day>00){_SEPARATOR}{_CLOCK}",
    )
)
_SERIAL = re.compile(r"\s*(?P<serial>0{5})(?:[.,](?P<fraction>0{1,15}))?\s*")
_SINCE_1970 = re.compile(r"\s*(?P<since_1970>0{10})(?:0{3}){0,3}(?:\.0*)?\s*")
_NO_YEAR = re.compile(
    rf"\s*(?:00?[-/.]00?|00?月00?[日号]?)(?:{_SEPARATOR}{_CLOCK})?\s*", re.IGNORECASE
)
_NO_DATE = re.compile(rf"\s*{_CLOCK}\s*", re.IGNORECASE)
# Directives of strptime -> what they stand for in a layout.
_DIRECTIVES = {
    "Y": r"(?P<year>0000)",
    "y": r"(?P<year>00)",
    "m": r"(?P<month>00?)",
    "b": _MONTH,
    "B": _MONTH,
    "d": r"(?P<day>00?)",
    "H": r"(?P<hour>00?)",
    "I": r"(?P<hour>00?)",
    "M": r"(?P<minute>00?)",
    "S": r"(?P<second>00?)",
    "f": r"0{1,9}",
    "p": _PERIOD,
    "a": _WEEKDAY,
    "A": _WEEKDAY,
    "z": _ZONE,
    "Z": _ZONE,
    "%": "%",
}


class Kind(Enum):
    """What a layout is, as far as its digits need not be known."""

    YEAR_FIRST = "the year stands first"
    YEAR_LAST = "the year stands last, day and month before it in an order that must be stated"
    TWO_DIGITS = "the year has two digits"
    NAMED_MONTH = "the month is a word"
    SERIAL = "days since 1899-12-30 of a spreadsheet"
    SINCE_1970 = "seconds since 1970, UTC"
    NO_YEAR = "has no year; write the date with it"
    NO_DATE = "has no date; put date and time into one column"
    EMPTY = "is empty"
    UNKNOWN = "is not a date and time that can be read"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the digits of each part stand, and what the letters say.

    `parts`: begin and end by part: year, month, day (or first, middle, last), hour, minute, second,
    zone_hour, zone_minute, serial, fraction, since_1970; `month`: of a month that is a word, else
    0; `period`: a key of `PERIODS`; `zone`: "+" or "-" for an offset in digits, the name of a zone,
    or "".
    """

    kind: Kind
    parts: dict[str, Span] = field(default_factory=dict)
    month: int = 0
    period: str = ""
    zone: str = ""


@lru_cache(maxsize=4096)
def layout_of(text: str, pattern: str | None = None) -> Layout:
    """The layout of a text whose digits are all 0, by a pattern of strptime if there is one.

    Full-width characters count as the plain ones.
    """
    plain = "".join(_plain(character) for character in text)
    if not plain.strip():
        return Layout(Kind.EMPTY)
    if pattern is not None:
        match = form_of_pattern(pattern).fullmatch(plain)
        return _of_match(match) if match else Layout(Kind.UNKNOWN)
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match:
            return _of_match(match)
    for kind, form in ((Kind.SERIAL, _SERIAL), (Kind.SINCE_1970, _SINCE_1970)):
        match = form.fullmatch(plain)
        if match:
            return Layout(kind, _parts(match))
    for kind, form in ((Kind.NO_YEAR, _NO_YEAR), (Kind.NO_DATE, _NO_DATE)):
        if form.fullmatch(plain):
            return Layout(kind)
    return Layout(Kind.UNKNOWN)


@lru_cache(maxsize=16)
def form_of_pattern(pattern: str) -> re.Pattern[str]:
    """The layouts that a pattern of strptime reads.

    Raises ValueError where it does not say which day it is.
    """
    form, seen = "", ""
    for literal, blanks, directive in re.findall(r"([^%\s]+)|(\s+)|%(.?)", pattern.strip()):
        if literal or blanks:
            form += re.escape(unicodedata.normalize("NFKC", literal)) + r"\s*" * bool(blanks)
        elif directive not in _DIRECTIVES:
            raise ValueError(
                f"has %{directive}, which is not known; known: %{' %'.join(_DIRECTIVES)}"
            )
        else:
            form, seen = form + _DIRECTIVES[directive], seen + directive
    for what, directives in (("year", "Yy"), ("month", "mbB"), ("day", "d"), ("hour", "HI")):
        times = sum(seen.count(directive) for directive in directives)
        if times > 1 or (times == 0 and what != "hour"):
            raise ValueError(f"must name the {what} once, as %{' or %'.join(directives)}")
    if max(*(seen.count(directive) for directive in "MSp"), seen.lower().count("z")) > 1:
        raise ValueError("names a part of the day twice")
    return re.compile(rf"\s*{form}\s*", re.IGNORECASE)


def _plain(character: str) -> str:
    """The compatible plain character, where it is a single one: positions must not move."""
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _parts(match: re.Match[str]) -> dict[str, Span]:
    return {
        name: match.span(name)
        for name, text in match.groupdict().items()
        if text and not text.strip("0")
    }


def _of_match(match: re.Match[str]) -> Layout:
    """What a match says: which part is the year, and what its words mean."""
    words, parts = match.groupdict(), _parts(match)
    month = _MONTHS.index(words["month_name"][:3].lower()) + 1 if words.get("month_name") else 0
    period = re.sub(r"[.\s]", "", (words.get("before") or words.get("after") or "").lower())
    if words.get("before") and words.get("after"):
        return Layout(Kind.UNKNOWN)
    zone = ""
    if words.get("zone"):
        sign = words["sign"]
        zone = words["zone_name"] or "UTC"
        if sign:
            zone = "+" if sign == "+" else "-"
    kind = _name_parts(parts, bool(month))
    return Layout(kind, parts, month, _PERIOD_OF.get(period, ""), zone)


def _name_parts(parts: dict[str, Span], month_is_named: bool) -> Kind:
    """Turn first, middle and last into day, month and year where the layout decides it."""
    length = {name: end - begin for name, (begin, end) in parts.items()}
    year_first = Kind.NAMED_MONTH if month_is_named else Kind.YEAR_FIRST
    if "year" in parts:
        return Kind.TWO_DIGITS if length["year"] == 2 else year_first
    if max(length["first"], length["last"]) == 2:
        return Kind.TWO_DIGITS
    year, day = ("first", "last") if length["first"] > 2 else ("last", "first")
    if length[year] != 4 or length[day] > 2:
        return Kind.UNKNOWN
    parts["year"] = parts.pop(year)
    if year == "last" and not month_is_named:
        return Kind.YEAR_LAST
    parts["day"] = parts.pop(day)
    if not month_is_named:
        parts["month"] = parts.pop("middle")
    return year_first
