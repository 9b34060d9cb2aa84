"""First-level regions of countries, by the names and codes in use.

浙江, 浙江省, Zhejiang and ZJ are one place. The table is `places.csv`. Keys and codes are those of
ISO 3166-2 (countries: ISO 3166-1 alpha-2); Chinese names and their one-character short forms are
those of GB/T 2260 and its usual abbreviations; codes of the United States also hold the armed
forces of USPS Publication 28. Japanese prefectures have no code: theirs are plain numbers.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("places.csv")
_KIND_AFTER = (
    "autonomous region",
    "special administrative region",
    "municipality",
    "prefecture",
    "province",
    "state",
    "sheng",
)
_KIND_BEFORE = (
    "state of",
    "province of",
    "commonwealth of",
    "estado de",
    "estado do",
    "estado da",
    "provincia de",
)
_TWO_PARTS = re.compile(r"(.+?)\s*(?:[(（]\s*(.+?)\s*[)）]|\s[-–—]\s(.+)|/(.+))")

_DIGIT = re.compile(r"\d")
_COUNTRY_FIRST = re.compile(r"^(?:中华人民共和国|中国)[\s,，、]*")
_OF_ADDRESS = re.compile(
    r"[省市区县路街道号镇乡村]"
)  # a part without these is a person or a telephone number
_BEGIN = re.compile(r"\D{0,12}")  # the longest name is of nine characters
_BETWEEN_PARTS = re.compile(r"[,;\n]")
_STREET_OR_DISTRICT = re.compile(
    r"[东西南北中一二三四五六七八九十]{0,2}(?:路|街|大道|大街|巷|里|弄|区|县|州|镇|乡|村)"
)
_PART_OF_PLACE = re.compile(
    r"[\s(（-]*[东西南北中一二三四五六七八九十\dA-Za-z]{0,3}(?:部|区|片区|片|线|省内|其他|其它)?[)）]?"
)
_COUNTRY_LAST = {
    "usa": "US",
    "us": "US",
    "unitedstates": "US",
    "unitedstatesofamerica": "US",
    "canada": "CA",
    "brazil": "BR",
    "brasil": "BR",
    "germany": "DE",
    "deutschland": "DE",
    "mexico": "MX",
    "australia": "AU",
    "uk": "GB",
    "unitedkingdom": "GB",
    "india": "IN",
    "japan": "JP",
    "china": "CN",
}
_POSTCODES = (
    (re.compile(r"\s*\b\d{5}-\d{3}$"), "BR"),
    (re.compile(r"\s*\b\d{5}(?:-\d{4})?$"), "US"),
    (re.compile(r"\s*\b[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d$"), "CA"),
    (re.compile(r"\s*\b\d{4}$"), "AU"),
    (re.compile(r"\s*\b\d{6}$"), "IN"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A first-level region of a country.

    `key`: as in ISO 3166-2 (CN-ZJ); `country`: two letters (CN); `name`: the usual short name
    (浙江; Texas; São Paulo); `code`: the part of the key in use on labels (ZJ, TX, SP), empty where
    there is none.
    """

    key: str
    country: str
    name: str
    code: str


@dataclass(frozen=True)
class _Table:
    """The table of places and its indices.

    Attributes
    ----------
    places : tuple of Place
        In the order of the table.
    named : dict
        Key of a name -> the places with this name.
    coded : dict
        Key of a code -> country -> place.
    begin : re.Pattern
        Matches the names that an address can begin with, the longest first.
    spelled : dict
        Names as they are written -> place.
    """

    places: tuple[Place, ...]
    named: dict[str, tuple[Place, ...]]
    coded: dict[str, dict[str, Place]]
    begin: re.Pattern[str]
    spelled: dict[str, Place]


def places_of_country(country: str) -> tuple[Place, ...]:
    """All places of a country (two letters), in the order of the table.

    Empty for a country that the table does not hold.
    """
    return tuple(place for place in _table().places if place.country == country)


@lru_cache(maxsize=1 << 14)
def place_of(text: str, country: str | None = None) -> Place | None:
    """The place that a text names in any usual form.

    None for any other text, and where several places are meant. A code (TX) counts only with
    `country`, its two letters; so does a name that two countries have. CN-ZJ always does.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _by_name(plain, country)
    if not found and country:
        found = _table().coded.get(name_key(plain), {}).get(country)
    return found or _by_name_and_code(plain, country)


def _by_name_and_code(text: str, country: str | None) -> Place | None:
    """The place of a text with both, such as Texas (TX) or TX - Texas."""
    both = _TWO_PARTS.fullmatch(text)
    if not both:
        return None
    named: set[Place] = set()
    codes: set[str] = set()
    for part in filter(None, both.groups()):
        place = _by_name(part, country)
        if place:
            named.add(place)
        else:
            codes.add(name_key(part))
    if len(named) != 1:
        return None
    place = named.pop()
    return place if codes <= _codes(place) else None


def is_code(text: str) -> bool:
    """Whether a text is the code of a place in some country."""
    return name_key(text) in _table().coded


def spellings(country: str) -> dict[str, Place]:
    """Every name of the country's places as the table spells it."""
    return {name: place for name, place in _table().spelled.items() if place.country == country}


def country_of(texts: Iterable[str]) -> str | None:
    """The country that explains most of some distinct names and codes.

    None where no country or several do. One name is enough; of codes alone the country must explain
    two places, and more than half of the texts.
    """
    distinct = set(texts)
    explained: dict[str, set[Place]] = {}
    named: set[str] = set()  # countries of which a text is a name
    for text in distinct:
        found = place_of(text)
        if found:
            explained.setdefault(found.country, set()).add(found)
            named.add(found.country)
            continue
        for country, place in _table().coded.get(name_key(text), {}).items():
            explained.setdefault(country, set()).add(place)
    most = max((len(places) for places in explained.values()), default=0)
    best = [country for country, places in explained.items() if len(places) == most]
    if len(best) != 1:
        return None
    country = best[0]
    if country in named:
        return country
    known = sum(place_of(text, country) is not None for text in distinct)
    return country if most > 1 and 2 * known > len(distinct) else None


def holds_number(text: str) -> bool:
    """Whether a text holds a digit.

    Names of places have none and addresses do: such a text need not be looked up as a name first.
    """
    return _DIGIT.search(text) is not None


def place_of_address(text: str, country: str | None = None) -> Place | None:
    """The place that a whole address lies in; None where the address does not say.

    Chinese and Japanese addresses begin with it (a person or a telephone number may come first): a
    street that is named after a province is no province. Other addresses end with it, before or
    after the postcode, and with the country.
    """
    written = region_in_address(text, country)
    return place_of(written, country) if written else None


def region_in_address(text: str, country: str | None = None) -> str | None:
    """The key of the place that an address lies in (see `place_of_address`).

    Where the address does not say its country (..., Boston, MA), the code alone; None where it
    holds neither. Fast: addresses differ less at their ends than as a whole, and the ends are
    cached.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain.isascii():
        short = _BEGIN.match(plain)  # no text is too short for it
        found = (_at_begin(short.group()) if short else None) or _at_begin(plain)
        if found:
            return found
    return _at_end(",".join(_BETWEEN_PARTS.split(plain)[-2:]), country) or _at_end(plain, country)


@lru_cache(maxsize=1 << 16)
def _at_begin(text: str) -> str | None:
    """Key of the place that an address begins with.

    The country, a person or a telephone number may come first.
    """
    parts = [part for part in re.split(r"[,;\s]+", _COUNTRY_FIRST.sub("", text)) if part]
    while len(parts) > 1 and not _OF_ADDRESS.search(parts[0]) and _begun_with(parts[0]) is None:
        parts.pop(0)
    begun = _begun_with(parts[0]) if parts else None
    if begun is None:
        return None
    name, place = begun
    rest = parts[0][len(name) :]
    if len(name) == len(place.name) and _STREET_OR_DISTRICT.match(rest):
        return None
    return None if len(parts) == 1 and _PART_OF_PLACE.fullmatch(rest) else place.key


def _begun_with(text: str) -> tuple[str, Place] | None:
    """The name of a place at the begin of a text, and the place."""
    begun = _table().begin.match(text)
    return (begun.group(), _table().spelled[begun.group()]) if begun else None


@lru_cache(maxsize=1 << 16)
def _at_end(text: str, country: str | None) -> str | None:
    """Key or code of the place that an address ends with, before or after the postcode."""
    parts = [part.strip() for part in _BETWEEN_PARTS.split(text) if part.strip()]
    stated = _COUNTRY_LAST.get(name_key(parts[-1])) if len(parts) > 1 else None
    if stated:
        country = stated
        parts.pop()
    if not parts:
        return None
    last, postcode_country = _without_postcode(parts.pop())
    if last:
        parts.append(last)
    if not parts or (len(parts) == 1 and not postcode_country):
        return None  # neither a comma nor a postcode: no address
    return _last_words(parts[-1], country or postcode_country, at_least=0 if len(parts) > 1 else 1)


def _without_postcode(text: str) -> tuple[str, str | None]:
    """The text before a postcode at its end, and the country that writes such postcodes."""
    for postcode, country in _POSTCODES:
        found = postcode.search(text)
        if found:
            return text[: found.start()].strip(), country
    return text, None


def _last_words(text: str, country: str | None, at_least: int) -> str | None:
    """Key of the place that the longest ending names, after at least so many other words.

    For instance Texas; Austin TX; Albany New York.
    """
    words = text.split()
    for begin in range(max(at_least, len(words) - 4), len(words)):
        place = place_of(" ".join(words[begin:]), country)
        if place:
            return place.key
    if country is None and len(words) > at_least and is_code(words[-1]):
        return words[-1]
    return None


def _by_name(text: str, country: str | None) -> Place | None:
    """The only place of a name, in a country if it is known; None for others."""
    for name in _without_kind(text):
        found = _table().named.get(name_key(name), ())
        if len(found) > 1:
            found_here = [place for place in found if place.country == country]
            return found_here[0] if len(found_here) == 1 else None
        if found:
            return found[0]
    return None


def _without_kind(text: str) -> Iterable[str]:
    """The text, and without the word for what kind of region it is."""
    yield text
    lower = text.casefold()
    for kind in _KIND_AFTER:
        if lower.endswith(f" {kind}"):
            yield text[: -len(kind)]
    for kind in _KIND_BEFORE:
        if lower.startswith(f"{kind} "):
            yield text[len(kind) :]


def name_key(text: str) -> str:
    """Letters and digits only, without case and accents: São Paulo -> saopaulo, N.Y. -> ny."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in apart if letter.isalnum())


def _codes(place: Place) -> set[str]:
    return {code for code, of in _table().coded.items() if of.get(place.country) == place}


@cache
def _table() -> _Table:
    places: list[Place] = []
    named: dict[str, dict[Place, None]] = {}
    coded: dict[str, dict[str, Place]] = {}
    begins: list[str] = []
    spelled: dict[str, Place] = {}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            codes = [code for code in row["code"].split(";") if code]
            place = Place(row["key"], row["country"], row["name"], codes[0] if codes else "")
            places.append(place)
            names = [place.name, *(name for name in row["other_names"].split(";") if name)]
            spelled.update(dict.fromkeys(names, place))
            for name in (place.key, *names):
                named.setdefault(name_key(name), {})[place] = None
            for code in codes:
                coded.setdefault(name_key(code), {})[place.country] = place
            # A single character (京) begins too many other words; so does 三重 without its ending
            # in Japan.
            long = [name for name in names if len(name) > 1 and not name.isascii()]
            if place.country == "CN":
                begins += long
            elif place.country == "JP":
                begins += long[:1]
    return _Table(
        tuple(places),
        {key: tuple(of) for key, of in named.items()},
        coded,
        re.compile("|".join(sorted(begins, key=len, reverse=True))),
        spelled,
    )
