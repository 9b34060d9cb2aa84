"""Values of calendars: weekdays, hours of a weekday, and countries with public holidays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError, WithJsonSchema

from planner.domain.horizon import DAY_S, Interval
from planner.domain.site import CLOSED
from planner.formats.base.similar_names import closest, nearest
from planner.formats.base.value_types import Day, parse_time, raise_wrong, wrong

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as `date.weekday` counts them
LONG_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IN_CHINESE = "一二三四五六日"
_HOURS = re.compile(r"\s*(\S+?)\s*[-–~至]\s*(\S+)\s*")
_EXCHANGED = re.compile(r" \(substituted from .*\)|（由 .*）")  # which working day is taken for it
NO_COUNTRY = "none"


def _weekday(text: str) -> int:
    """Number of a weekday; ValueError with what was probably meant."""
    word = text.strip().casefold()
    for names in (WEEKDAYS, LONG_NAMES):
        if word in names:
            return names.index(word)
    if word[:-1] in ("周", "星期", "礼拜") and word[-1] in _IN_CHINESE + "天":
        return _IN_CHINESE.index(word[-1].replace("天", "日"))
    raise ValueError(f"must be a weekday such as mon{nearest(word, (*WEEKDAYS, *LONG_NAMES))}")


def _expanded(text: str) -> list[int]:
    """One weekday, or all from one to another: `mon..sat`."""
    first, dots, last = text.partition("..")
    if not dots:
        return [_weekday(text)]
    begin, end = _weekday(first), _weekday(last)
    return [(begin + k) % 7 for k in range((end - begin) % 7 + 1)]


def _weekdays(value: Any) -> Any:
    """A list of weekdays and stretches of them -> their short names, from Monday on."""
    found: list[int] = []
    errors: list[tuple[tuple[str | int, ...], str]] = []
    stated = [value] if isinstance(value, str) else value
    if not isinstance(stated, list):
        return value
    for i, item in enumerate(stated):
        if not isinstance(item, str):
            errors.append(((i,), "must be a weekday such as mon"))
            continue
        try:
            days = _expanded(item)
        except ValueError as error:
            errors.append(((i,) if stated is value else (), str(error)))
            continue
        if twice := [WEEKDAYS[d] for d in days if d in found]:
            errors.append(((i,), f"stands twice: {twice[0]}"))
        found += days
    raise_wrong(errors)
    return [WEEKDAYS[d] for d in sorted(set(found))]


def _hours(value: Any) -> Any:
    """`closed`, `09:00-13:00` or a mapping of from and to -> opening in seconds after midnight."""
    words = 'must be closed, or hours such as "09:00-13:00"'
    if isinstance(value, dict) and set(value) == {"from", "to"}:
        value = f"{value['from']}-{value['to']}"
    if not isinstance(value, str):
        raise wrong(words)
    if value.strip().casefold() == "closed":
        return CLOSED
    if not (found := _HOURS.fullmatch(value)):
        raise wrong(words + nearest(value, ["closed"]).partition("; known")[0])
    try:
        begin, end = (parse_time(text) for text in found.groups())
    except ValueError as error:
        raise wrong(f"{words}: {error}") from error
    return (begin, end if end > begin else end + DAY_S)


@lru_cache(maxsize=1)
def _countries() -> dict[str, list[str]]:
    """Countries whose holidays are known, with their subdivisions."""
    import holidays

    return dict(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=1)
def _other_names() -> dict[str, str]:
    """English names and codes of three letters -> country."""
    from holidays.registry import COUNTRIES

    return {
        name.casefold(): codes[1]
        for module, codes in COUNTRIES.items()
        for name in (module.replace("_", " "), *codes)
    }


def _country(value: Any) -> Any:
    """Check that the public holidays of a country or its subdivision are known."""
    if not isinstance(value, str):
        raise wrong("must be text such as CN or DE-BY")
    if value == NO_COUNTRY:
        return value
    country, _, part = value.partition("-")
    known = _countries()
    if country not in known:
        meant = closest(value.casefold(), list(_other_names()))
        cure = f"; did you mean {_other_names()[meant]}?" if meant else ""
        raise wrong(f"is no country whose holidays are known, such as CN or DE-BY{cure}")
    if part and part not in known[country]:
        hint = nearest(part, known[country]) or "; no holidays of its parts are known"
        raise wrong(f"{country} has no part {part}{hint}")
    return value


def known_country(text: str) -> str:
    """A country, or a part of one, whose public holidays are known; ValueError otherwise."""
    try:
        return TypeAdapter(Country).validate_python(text)
    except ValidationError as error:
        raise ValueError(error.errors()[0]["ctx"]["words"]) from None


Weekdays = Annotated[
    list[str],
    BeforeValidator(_weekdays),
    Field(min_length=1),
    WithJsonSchema({"type": "array", "items": {"type": "string"}, "minItems": 1}),
]
DayHours = Annotated[
    Interval,
    BeforeValidator(_hours),
    WithJsonSchema({"type": "string", "pattern": "^(closed|[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2})$"}),
]
Country = Annotated[
    str, BeforeValidator(_country), WithJsonSchema({"type": "string", "pattern": "^[A-Za-z-]+$"})
]
Days = list[Day]


def every_day() -> list[str]:
    """All weekdays."""
    return list(WEEKDAYS)


@lru_cache(maxsize=64)
def public_holidays(country: str, years: range) -> dict[date, tuple[str, str]]:
    """Public holidays with their names in English and Chinese, as far as those are known.

    Parameters
    ----------
    country : str
        ISO 3166 code, with a subdivision after a hyphen; `none`: no holidays.
    years : range
        Years.

    Returns
    -------
    dict of date to (str, str)
        Names; in a language that the country's list does not have, another one stands.
    """
    if country == NO_COUNTRY:
        return {}
    english, chinese = (_named(country, years, language) for language in ("en_US", "zh_CN"))
    return {on: (name, chinese.get(on, name)) for on, name in english.items()}


def _named(country: str, years: range, language: str) -> dict[date, str]:
    """Public holidays by date, in a language if the country's list has it, else in English."""
    import holidays

    code, _, part = country.partition("-")
    known = holidays.country_holidays(code).supported_languages
    spoken = [name for name in (language, "en_US") if name in known]
    listed = holidays.country_holidays(
        code, subdiv=part or None, years=years, language=spoken[0] if spoken else None
    )
    return {on: _EXCHANGED.sub("", name) for on, name in listed.items()}


def unannounced(country: str, years: range) -> list[int]:
    """Years whose holidays a country moves by a decree that the list does not have yet."""
    import holidays

    code = country.partition("-")[0]
    if code != "CN":
        return []
    decreed = getattr(holidays.country_holidays(code), "special_public_holidays", {})
    return [year for year in years if year > max(decreed, default=year)]


def make_up_days(country: str, years: range) -> set[date]:
    """Days of weekends on which a country works in exchange for days of a holiday."""
    import holidays

    code = country.partition("-")[0]
    if code == NO_COUNTRY:
        return set()
    listed = holidays.country_holidays(code, years=years)
    found: set[date] = getattr(listed, "weekend_workdays", set())
    return {on for on in found if on.year in years}


def years_of(first: date, days: int) -> range:
    """Years that a number of days touches."""
    return range(first.year, (first + timedelta(days=days)).year + 1)
