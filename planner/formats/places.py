"""First-level regions of countries by the names and codes in use: 浙江, 浙江省, Zhejiang and ZJ are one place.

The table is `places.csv`. Keys and codes are those of ISO 3166-2 (countries: ISO 3166-1 alpha-2); Chinese names and
their one-character short forms are those of GB/T 2260 and its usual abbreviations; codes of the United States also
hold the armed forces of USPS Publication 28. Japanese prefectures have no code: theirs are plain numbers.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("places.csv")
_KIND_AFTER = (
    "autonomous region", "special administrative region", "municipality", "prefecture", "province", "state", "sheng",
)  # fmt: skip
_KIND_BEFORE = ("state of", "province of", "commonwealth of", "estado de", "estado do", "estado da", "provincia de")
_TWO_PARTS = re.compile(r"(.+?)\s*(?:[(（]\s*(.+?)\s*[)）]|\s[-–—]\s(.+)|/(.+))")

_COUNTRY_FIRST = re.compile(r"^(?:中华人民共和国|中国)[\s,，、]*")
_NOT_IN_ADDRESS = re.compile(r"[省市区县路街道号镇乡村]")  # a part without these is a person or a telephone number
_STREET_OR_DISTRICT = re.compile(r"[东西南北中一二三四五六七八九十]{0,2}(?:路|街|大道|大街|巷|里|弄|区|县|州|镇|乡|村)")
_PART_OF_PLACE = re.compile(
    r"[\s(（-]*[东西南北中一二三四五六七八九十\dA-Za-z]{0,3}(?:部|区|片区|片|线|省内|其他|其它)?[)）]?"
)
_COUNTRY_LAST = {
    "usa": "US", "us": "US", "unitedstates": "US", "unitedstatesofamerica": "US", "canada": "CA", "brazil": "BR",
    "brasil": "BR", "germany": "DE", "deutschland": "DE", "mexico": "MX", "australia": "AU", "uk": "GB",
    "unitedkingdom": "GB", "india": "IN", "japan": "JP", "china": "CN",
}  # fmt: skip
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

    `key`: as in ISO 3166-2 (CN-ZJ); `country`: two letters (CN); `name`: the usual short name (浙江; Texas; São Paulo);
    `code`: the part of the key in use on labels (ZJ, TX, SP), empty where there is none.
    """

    key: str
    country: str
    name: str
    code: str


@dataclass(frozen=True)
class _Table:
    """`named`: key of a name -> the places with this name; `coded`: key of a code -> country -> place; `chinese`: names
    an address can begin with, the longest first."""

    places: tuple[Place, ...]
    named: dict[str, tuple[Place, ...]]
    coded: dict[str, dict[str, Place]]
    chinese: tuple[tuple[str, Place], ...]


def places_of_country(country: str) -> tuple[Place, ...]:
    """All places of a country (two letters), in the order of the table; empty for a country that it does not hold."""
    return tuple(place for place in _table().places if place.country == country)


def place_of(text: str, country: str | None = None) -> Place | None:
    """The place that a text names in any usual form; None for any other text, and where several places are meant.

    A code (TX) counts only with `country`, its two letters; a name that two countries have likewise. CN-ZJ always does.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _by_name(plain, country):
        return found
    if country and (found := _table().coded.get(_key(plain), {}).get(country)):
        return found
    if both := _TWO_PARTS.fullmatch(plain):  # Texas (TX), TX - Texas
        parts = [part for part in both.groups() if part]
        named = {place for part in parts if (place := _by_name(part, country))}
        codes = {_key(part) for part in parts if not _by_name(part, country)}
        if len(named) == 1 and codes <= _codes(next(iter(named))):
            return named.pop()
    return None


def country_of(texts: Iterable[str]) -> str | None:
    """The country that explains the most of some distinct names and codes; None where none or several do.

    A name is enough; of codes alone the country must explain two places, and more than half of the texts.
    """
    distinct = set(texts)
    explained: dict[str, set[Place]] = {}
    named: Counter[str] = Counter()
    for text in distinct:
        if found := place_of(text):
            explained.setdefault(found.country, set()).add(found)
            named[found.country] += 1
        else:
            for country, place in _table().coded.get(_key(text), {}).items():
                explained.setdefault(country, set()).add(place)
    by_count = sorted(explained, key=lambda country: -len(explained[country]))
    if not by_count or (len(by_count) > 1 and len(explained[by_count[0]]) == len(explained[by_count[1]])):
        return None
    best = by_count[0]
    enough = len(explained[best]) > 1 and 2 * sum(place_of(text, best) is not None for text in distinct) > len(distinct)
    return best if named[best] or enough else None


def place_of_address(text: str, country: str | None = None) -> Place | None:
    """The place that a whole address lies in; None where the address does not say.

    Chinese and Japanese addresses begin with it (a person or a telephone number may come first): a street that is named
    after a province is no province. Other addresses end with it, before or after the postcode, and with the country.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    return _place_at_begin(plain) or _place_at_end(plain, country)


def _place_at_begin(text: str) -> Place | None:
    parts = [part for part in re.split(r"[,;\s]+", _COUNTRY_FIRST.sub("", text)) if part]
    while len(parts) > 1 and not _NOT_IN_ADDRESS.search(parts[0]) and _begun_with(parts[0]) is None:
        parts.pop(0)
    begun = _begun_with(parts[0]) if parts else None
    if begun is None:
        return None
    name, place = begun
    rest = parts[0][len(name) :]
    if len(name) == len(place.name) and _STREET_OR_DISTRICT.match(rest):
        return None
    return None if len(parts) == 1 and _PART_OF_PLACE.fullmatch(rest) else place


def _begun_with(text: str) -> tuple[str, Place] | None:
    return next(((name, place) for name, place in _table().chinese if text.startswith(name)), None)


def _place_at_end(text: str, country: str | None) -> Place | None:
    parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
    if len(parts) > 1 and (stated := _COUNTRY_LAST.get(_key(parts[-1]))):
        country = stated
        parts.pop()
    for _ in range(2):  # the postcode may be a part of its own
        if not parts:
            return None
        last = parts[-1]
        of_postcode = next((c for postcode, c in _POSTCODES if postcode.search(last)), None)
        without = next((postcode.sub("", last) for postcode, _ in _POSTCODES if postcode.search(last)), last)
        country = country or of_postcode
        if without:
            break
        parts.pop()
    if len(parts) == 1 and without == text:
        return None  # neither a comma nor a postcode: no address
    return place_of(without, country) or _last_words(without, country)


def _last_words(text: str, country: str | None) -> Place | None:
    """Austin TX; Albany New York: the longest ending that names a place."""
    words = text.split()
    endings = (place_of(" ".join(words[i:]), country) for i in range(max(1, len(words) - 4), len(words)))
    return next((place for place in endings if place), None)


def _by_name(text: str, country: str | None) -> Place | None:
    found = next((places for name in _without_kind(text) if (places := _table().named.get(_key(name)))), ())
    if len(found) > 1:
        found = tuple(place for place in found if place.country == country)
    return found[0] if len(found) == 1 else None


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


def _key(text: str) -> str:
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
    chinese: dict[str, Place] = {}
    with _TABLE.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            codes = [code for code in row["code"].split(";") if code]
            place = Place(row["key"], row["country"], row["name"], codes[0] if codes else "")
            places.append(place)
            names = [place.name, *(name for name in row["other_names"].split(";") if name)]
            for name in (place.key, *names):
                named.setdefault(_key(name), {})[place] = None
            for code in codes:
                coded.setdefault(_key(code), {})[place.country] = place
            # A single character (京) begins too many other words; 北京府 or 三重 without its ending as well in Japan.
            begins = [name for name in names if len(name) > 1 and not name.isascii()]
            chinese.update(dict.fromkeys(begins if place.country == "CN" else begins[:1], place))
    return _Table(
        tuple(places),
        {key: tuple(of) for key, of in named.items()},
        coded,
        tuple(sorted(chinese.items(), key=lambda item: -len(item[0]))),
    )
