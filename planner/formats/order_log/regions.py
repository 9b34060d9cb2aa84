"""Regions of an order log.

Spellings of one place are joined, and texts that are no place among places are found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from planner.formats.base.findings import shown
from planner.formats.base.places import Place, holds_number, is_code, place_of, region_in_address
from planner.formats.base.region_names import Countries
from planner.formats.base.value_types import parse_name

MOST_NAMED = 3  # texts that cannot be placed
MOST_SPELLINGS = 5
_IN_ADDRESS = "addresses"
# two places and a third name may well be regions of the user's own: Hamburg, Bremen, Hamburg-Süd
_LEAST_PLACES = 3
_NEARLY_ALL = 0.9
_NO_TEXT = {
    "null",
    r"\n",
    "none",
    "nan",
    "n/a",
    "#n/a",
    "#ref!",
    "#value!",
    "#name?",
    "-",
    "--",
    "/",
    "无",
    "空",
}
_CHINESE = re.compile(r"[一-鿿]")
_NUMBER = re.compile(r"[\d\s-]*\d{3}[\d\s-]*")


@dataclass(frozen=True)
class LogRegions:
    """What the texts of a log's region column name.

    `names`: of each text its region; `unplaced`: texts that are no place although most of the log
    names places; `together`: regions that are written otherwise in the log -> their spellings with
    the rows of each.
    """

    names: tuple[str, ...]
    unplaced: frozenset[str]
    together: dict[str, dict[str, int]]


def region_text(text: str) -> str:
    """The part of an address that names its region, as the key or code of a place.

    Any other text as it is; none where a program has written that the cell is empty.
    """
    if text.casefold() in _NO_TEXT:
        return ""
    if not holds_number(text) and place_of(text):
        return text
    return region_in_address(text) or text


def wrong_with_region(name: str, needed: bool) -> str:
    """What is wrong with a text as a region by itself; empty where nothing is."""
    if not (name or needed):
        return ""
    try:
        parse_name(name)
    except ValueError as error:
        return str(error)
    return ""


def put_together(texts: Sequence[str], rows: Sequence[int]) -> LogRegions:
    """The regions of a log by its distinct texts; `rows`: how many rows hold each.

    Chinese places get their short name, unless the log writes them in Latin letters only. Other
    places keep their spelling where the log has only one, else they get their usual name. A text
    that is no place is a region of the user's own, unless most of the log names places; then only
    codes of other countries are.
    """
    countries = Countries(texts)
    places = [countries.place_of(text) for text in texts]
    spelled: dict[Place, dict[str, int]] = {}
    for text, place, count in zip(texts, places, rows, strict=True):
        if place is not None:
            spelled.setdefault(place, {})[_IN_ADDRESS if text == place.key else text] = count
    in_chinese = any(_CHINESE.search(text) for text in texts)
    names = {place: _name(place, list(of), in_chinese) for place, of in spelled.items()}
    known = sum(sum(of.values()) for of in spelled.values()) / max(sum(rows), 1)
    most_texts = 2 * sum(place is not None for place in places) > len(texts)
    mostly = len(spelled) >= _LEAST_PLACES and known > 0.5 and (most_texts or known > _NEARLY_ALL)
    others = [text for text, place in zip(texts, places, strict=True) if text and place is None]
    return LogRegions(
        tuple(names[place] if place else text for text, place in zip(texts, places, strict=True)),
        frozenset(text for text in others if mostly and not is_code(text)),
        {names[place]: of for place, of in spelled.items() if list(of) != [names[place]]},
    )


def _name(place: Place, spellings: Sequence[str], in_chinese: bool) -> str:
    keeps = (
        len(spellings) == 1
        and spellings[0] != _IN_ADDRESS
        and not (place.country == "CN" and in_chinese)
    )
    return spellings[0] if keeps else place.name


def spelling_lines(together: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What was joined, in a few lines.

    The regions of most rows first, the most frequent spelling first.
    """
    several = [(name, of) for name, of in together.items() if len(of) > 1]
    several.sort(key=lambda item: -sum(item[1].values()))
    lines = [f"{len(of)} spellings of {name}: {_counted(of)}" for name, of in several[:MOST_NAMED]]
    if len(several) > MOST_NAMED:
        lines.append(
            f"{len(several) - MOST_NAMED} more regions of several spellings, see region_spellings "
            "in summary.json"
        )
    one = [(name, *next(iter(of.items()))) for name, of in together.items() if len(of) == 1]
    in_addresses = [rows for _, text, rows in one if text == _IN_ADDRESS]
    if in_addresses:
        lines.append(f"{len(in_addresses)} regions are those of {sum(in_addresses):,} addresses")
    renamed = [f"{text} is {name}" for name, text, _ in one if text != _IN_ADDRESS]
    if renamed:
        more = f" and {len(renamed) - MOST_NAMED:,} more" if len(renamed) > MOST_NAMED else ""
        lines.append(f"regions by their usual names: {', '.join(renamed[:MOST_NAMED])}{more}")
    return lines


def _counted(rows: Mapping[str, int]) -> str:
    in_order = sorted(rows.items(), key=lambda item: -item[1])
    more = f" and {len(rows) - MOST_SPELLINGS:,} more" if len(rows) > MOST_SPELLINGS else ""
    return ", ".join(f"{text} ({count:,})" for text, count in in_order[:MOST_SPELLINGS]) + more


def unplaced_words(texts: Sequence[tuple[str, int, int]]) -> str:
    """What is wrong with texts that are no place among places.

    Each with its rows and the line of the first.
    """
    named = [
        f"{shown(text)} ({count:,} row{'' if count == 1 else 's'}, line {line})"
        for text, count, line in texts
    ]
    more = f" and {len(texts) - MOST_NAMED:,} more" if len(texts) > MOST_NAMED else ""
    what = "1 name is" if len(texts) == 1 else f"{len(texts):,} names are"
    return f"{what} no place, though most rows name one: {', '.join(named[:MOST_NAMED])}{more}"


def number_words(texts: Sequence[str], rows: Sequence[int]) -> str:
    """Said where most rows hold numbers, such as postcodes; else empty."""
    numbers = {
        text: count for text, count in zip(texts, rows, strict=True) if _NUMBER.fullmatch(text)
    }
    if 2 * sum(numbers.values()) <= sum(rows):
        return ""
    some = ", ".join(list(numbers)[:MOST_NAMED]) + (", ..." if len(numbers) > MOST_NAMED else "")
    return (
        f"holds {len(numbers):,} numbers ({some}), each taken as a region; is there a column "
        "of provinces or states?"
    )
