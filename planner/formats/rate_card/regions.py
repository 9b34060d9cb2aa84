"""Regions named in a rate card: one, a list, or a group such as 江浙沪, 其他省份, 除新疆西藏外."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from planner.formats.base.findings import shown
from planner.formats.base.places import Place, country_of, place_of, places_of_country
from planner.formats.base.region_names import short_name
from planner.formats.base.value_types import parse_name

_SPECIAL = ("香港", "澳门", "台湾")  # in no group of the mainland
_GROUPS = {
    "东三省": "辽宁 吉林 黑龙江",
    "东北三省": "辽宁 吉林 黑龙江",
    "两广": "广东 广西",
    "两湖": "湖北 湖南",
    "西北五省": "陕西 甘肃 青海 宁夏 新疆",
    "直辖市": "北京 天津 上海 重庆",
    "四大直辖市": "北京 天津 上海 重庆",
    "港澳台": "香港 澳门 台湾",
    "港澳": "香港 澳门",
}
_CHINESE_BLANK = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
_BETWEEN = re.compile(r"[、,;/|\n]")
_LINKS = re.compile(r"[\s和及与&+.·]")
_ZONE_OF = re.compile(r"(?:[一二三四五六七八九十]+|[0-9]+|[A-Za-z])区[:\s(]\s*(.*?)\)?")
_OTHERS = "(?:全国|全境|国内)?(?:其他|其它|其余|剩余)的?(?:省份|省市|省区|省|地区|区域|区|城市)*"
_WHOLE = f"{_OTHERS}|全国(?:各省|均价|统一价|通走|包邮)?|所有省份|各省"
_REST = re.compile(
    rf"(?:{_WHOLE})|rest(?: of (?:china|the country))?|(?:all )?others?(?: "
    r"(?:provinces|regions))?|elsewhere"
)
_BUT = r"(?:除了?|不含|不包括|不包含|排除|except(?: for)?|excluding)\s*"
_EXCEPT = re.compile(
    rf"(?:{_WHOLE}|rest|others?|nationwide)?\s*\(?{_BUT}(.+?)(?:以?外|之外)?\)?(?:的?(?:{_WHOLE}))?"
)
_NO_PROVINCE = re.compile(
    r".*(?:华东|华南|华中|华北|东北|西北|西南|东南|中部|西部|沿海|偏远|边远|珠三角|长三角|近区|远区|省内|省外|本省|同城|市内).*|[一二三四五六七八九十]+[线类]"
)
_ZONE_HEADER = re.compile(r"\bzones?\b|区", re.IGNORECASE)
_ZONE = re.compile(
    r"zones?[\s_-]*[0-9a-z]{1,3}(?:\s*-\s*[0-9]{1,3})?|z[\s_-]?[0-9]{1,3}|z[\s_-][a-z]|[0-9]{1,3}(?:-[0-9]{1,3})?"
    r"|[一二三四五六七八九十]+区|[0-9]+区|[a-z]区?",
    re.IGNORECASE,
)
_ASK = "write the provinces it means, such as 江苏、浙江、上海"


@dataclass(frozen=True)
class Named:
    """What a cell names: regions, or all provinces not named elsewhere but some (`all_but`).

    `group`: the words that were expanded.
    """

    regions: tuple[str, ...]
    all_but: tuple[str, ...] | None = None
    group: str = ""


def is_zone(text: str) -> bool:
    """Whether a text is the name of a zone: Zone 2, z-a, 2, 三区."""
    return _ZONE.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def is_zone_header(text: str) -> bool:
    """Whether a header names zones."""
    return _ZONE_HEADER.search(unicodedata.normalize("NFKC", text)) is not None


def zone_name(text: str) -> str:
    """Zone 2 and 002 are the zone 2; other names stay as they are."""
    plain = unicodedata.normalize("NFKC", text).strip()
    number = re.fullmatch(r"(?:zone[\s_-]*)?([0-9]{1,9})", plain, re.IGNORECASE)
    return (
        str(int(number[1])) if number else re.sub(r"^zones?[\s_-]+", "", plain, flags=re.IGNORECASE)
    )


def count_known(texts: Sequence[str]) -> int:
    """How many cells of a column name known provinces or states, or a group of them."""
    country = known_country(texts)
    return sum(_is_known(text, country) for text in texts)


def _is_known(text: str, country: str | None) -> bool:
    try:
        named = read_regions(text, country)
    except ValueError:
        return False
    return any(item.group or place_of(item.regions[0], country) for item in named)


def known_country(texts: Iterable[str]) -> str | None:
    """The country of the regions in some cells; None where they do not tell."""
    parts = dict.fromkeys(part for text in texts for part in _parts(text))
    return "CN" if any(map(_group, parts)) else country_of(parts)


def read_regions(text: str, country: str | None) -> list[Named]:
    """What the parts of a cell name, in their order.

    `country`: two letters where the table's regions are known places; then a part that is none is
    refused. Raises ValueError in words.
    """
    plain = _plain(text)
    if inner := _ZONE_OF.fullmatch(plain):
        plain = inner[1]
    if found := _EXCEPT.fullmatch(plain.casefold()):
        named = [region for part in _parts(found[1]) for region in _one(part, "CN").regions]
        return [Named((), tuple(named), plain)]
    return [_one(part, country) for part in _parts(plain)]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _parts(text: str) -> list[str]:
    listed = _CHINESE_BLANK.sub(",", _plain(text))
    return [part for part in map(str.strip, _BETWEEN.split(listed)) if part]


def _one(part: str, country: str | None) -> Named:
    """One part of a list: a region, a group, or names without anything between them."""
    if _REST.fullmatch(part.casefold()):
        return Named((), (), part)
    if (place := place_of(part, country)) is not None:
        return Named((_written(part, place),))
    if group := _group(part):
        return Named(group, None, part)
    if _NO_PROVINCE.fullmatch(part):
        raise ValueError(f"is no province: {_ASK}, got {shown(part)}")
    if country == "CN":
        raise ValueError(f"is no known province or group of provinces: {_ASK}, got {shown(part)}")
    return Named((parse_name(short_name(part)),))


def _group(part: str) -> tuple[str, ...]:
    """The provinces of a group such as 江浙沪, 东三省 or 新疆西藏; empty where it is none."""
    if place_of(part) is not None:
        return ()
    for text in (part, re.sub(r"(?:等?地区|区域|片区|等地|等省)$", "", part)):
        if names := tuple(_GROUPS.get(text, "").split()) or _letters(text) or _glued(text):
            return names
    return ()


def _written(part: str, place: Place) -> str:
    """Chinese places in Chinese get their short name; other names stay as they are written."""
    return (
        place.name
        if place.country == "CN" and re.search("[一-鿿]", part)
        else parse_name(short_name(part))
    )


def _letters(text: str) -> tuple[str, ...]:
    """江浙沪 -> 江苏, 浙江, 上海: a province for each character; 江 is 江苏 before 浙."""
    letters = _LINKS.sub("", text).replace("江浙", "苏浙")
    places = [place_of(letter, "CN") for letter in letters]
    names = tuple(place.name for place in places if place is not None)
    if (
        len(letters) < 2
        or len(names) < len(letters)
        or not all(_is_chinese(letter) for letter in letters)
    ):
        return ()
    return () if set(names) & set(_SPECIAL) else names


def _is_chinese(letter: str) -> bool:
    return "一" <= letter <= "鿿"


def _glued(text: str) -> tuple[str, ...]:
    """新疆西藏, 北京和天津 -> two names."""
    pattern = _glue()
    bare = _LINKS.sub("", text)
    if not re.fullmatch(f"(?:{pattern})+", bare):
        return ()
    places = [place_of(found, "CN") for found in re.findall(pattern, bare)]
    return tuple(place.name for place in places if place is not None)


@cache
def _glue() -> str:
    names = [*(place.name for place in places_of_country("CN")), "内蒙"]
    kinds = "(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
    return "|".join(f"{name}{kinds}" for name in sorted(names, key=len, reverse=True))


def all_but(named: Collection[str], excluded: Sequence[str]) -> tuple[str, ...]:
    """The provinces of the mainland that are neither named nor excluded."""
    keys = {place.key for name in (*named, *excluded) if (place := place_of(name, "CN"))}
    return tuple(
        p.name for p in places_of_country("CN") if p.key not in keys and p.name not in _SPECIAL
    )
