"""Regions found by every usual form of their names.

浙江, 浙江省, Zhejiang and, where the country is clear, ZJ are one region.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

from planner.domain.products import Region
from planner.formats.base import input_limits
from planner.formats.base.findings import Findings, shown
from planner.formats.base.places import (
    Place,
    country_of,
    holds_number,
    name_key,
    place_of,
    region_in_address,
    spellings,
)
from planner.formats.base.similar_names import comparable, nearest

_CHINESE_ENDING = re.compile(r"(?<=[一-鿿]{2})(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
_ENGLISH_ENDING = re.compile(r" (province|municipality|autonomous region)$", re.IGNORECASE)
MOST_NAMED = 8


def short_name(text: str) -> str:
    """A region's name without its kind: 浙江省 -> 浙江, Hebei Province -> Hebei."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _ENGLISH_ENDING.sub("", _CHINESE_ENDING.sub("", plain))


def region_key(text: str) -> str:
    """The same for every way to write a region's name in one language."""
    return short_name(text).casefold()


class Countries:
    """The countries that the regions of one table or scenario lie in.

    They decide what a code means.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        distinct = set(texts)
        places = [place_of(text) for text in distinct]
        self.names = {place.country for place in places if place}
        best = country_of(distinct)
        if best:
            self.names.add(best)

    def place_of(self, text: str) -> Place | None:
        """The place a text names; a code only where one of the countries has it."""
        named = place_of(text)
        if named:
            return named
        found = {place_of(text, country) for country in self.names} - {None}
        return found.pop() if len(found) == 1 else None


class RegionNames:
    """The regions of a scenario or contract, found by name, by printed name and as places.

    Two regions that are one place, or whose names differ in case and accents only, are found by
    their exact names only. Without any names every text is a region.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        labels: Iterable[tuple[str, str]] = (),
        whose: str = "the scenario",
    ) -> None:
        """`labels`: printed name and name of a region; `whose` regions they are, for messages."""
        self.names = tuple(names)
        self.whose = whose
        # wrong names for which a message says what was probably meant
        self._hints = input_limits.HINTS
        forms = [*((name, name) for name in self.names), *labels]
        self._countries = Countries(form for form, _ in forms)
        self._exact = {**_only(forms), **{name: name for name in self.names}}
        self._by_key = _only((name_key(short_name(form)), name) for form, name in forms)
        places = [(self._countries.place_of(form), name) for form, name in forms]
        self._by_place = _only((place.key, name) for place, name in places if place)
        self._places = {place.key for place, _ in places if place}

    @cached_property
    def _forms(self) -> dict[str, str]:
        """Every form that a message may offer, without case and sorted -> as it is written."""
        forms = list(self._exact)
        for country in sorted(self._countries.names):
            forms += spellings(country)
        return dict(sorted({form.casefold(): form for form in reversed(forms)}.items()))

    @classmethod
    def of(cls, regions: Sequence[Region]) -> RegionNames:
        """The regions of a scenario."""
        return cls((r.name for r in regions), ((r.label, r.name) for r in regions))

    def __bool__(self) -> bool:
        return bool(self.names)

    def find(self, text: str) -> str | None:
        """The region's name; None when it is none of them.

        An empty text is the only region, where there is one.
        """
        if not self.names:
            return text
        if not text:
            return self.names[0] if len(self.names) == 1 else None
        found = self._exact.get(text)
        if found:
            return found
        place = self._countries.place_of(text)
        if place:
            return self._by_place.get(place.key)
        return self._by_key.get(name_key(short_name(text)))

    def find_in_log(self, text: str) -> str:
        """The region that a cell of an order log names, also in a whole address.

        The usual name of a place that is none of the regions; else the text.
        """
        written = (
            region_in_address(text) if holds_number(text) and text not in self._exact else None
        )
        if written is None:
            if found := self.find(text):
                return found
            written = region_in_address(text)
        return self.name_of(written) if written and self.knows(written) else text

    def elsewhere(self, text: str) -> Place | None:
        """The place that a text names, where none of the regions is that place."""
        place = self._countries.place_of(text) if self.names and self.find(text) is None else None
        return place if place and place.key not in self._places else None

    def knows(self, text: str) -> bool:
        """Whether a text is a region, or a place that is none of the regions."""
        return self.find(text) is not None or self.elsewhere(text) is not None

    def many(self, text: str) -> bool:
        """Whether a text is a place that several of the regions are."""
        place = self._countries.place_of(text) if self.find(text) is None else None
        return place is not None and place.key in self._places

    def name_of(self, text: str) -> str:
        """The region's name.

        The usual name of a place that is no region of these; else the text.
        """
        place = self.elsewhere(text)
        return place.name if place else self.find(text) or text

    def names_of(self, texts: Iterable[str]) -> frozenset[str]:
        """The names of several regions, as `name_of` finds each."""
        return frozenset(self.name_of(text) for text in texts)

    def wrong(self, text: str | None) -> str:
        """Say what is wrong with a text that names no region.

        One place is never offered for another.
        """
        if not text:
            return "is empty"
        if self.many(text):
            return f"may be several regions, write the name of one of them, got {shown(text)}"
        if self.elsewhere(text):
            return f"is no region of {self.whose}, got {shown(text)}"
        self._hints -= 1
        if self._hints < 0 or len(text) > input_limits.NAME_COMPARED:
            return f"no such region, got {shown(text)}"
        plain = text.casefold()
        close = difflib.get_close_matches(plain, comparable(plain, self._forms), n=1, cutoff=0.6)
        if not close:
            return f"no such region, got {shown(text)}{nearest(text, sorted(self.names))}"
        meant = self._forms[close[0]]
        sold = "" if self.find(meant) else f", which is no region of {self.whose}"
        return f"no such region, got {shown(text)}; did you mean {meant}{sold}?"


def written_twice(texts: Iterable[str]) -> dict[str, str]:
    """The texts that are the same place as an earlier one -> the earlier one."""
    distinct = list(dict.fromkeys(texts))
    countries, first, found = Countries(distinct), dict[str, str](), dict[str, str]()
    for text in distinct:
        if place := countries.place_of(text):
            earlier = first.setdefault(place.key, text)
            found |= {text: earlier} if earlier != text else {}
    return found


def outside_words(names: Sequence[str]) -> str:
    """How many places are no regions of the scenario, and which."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) == 1:
        return f"{distinct[0]} is no region of the scenario"
    return f"{len(distinct)} places ({listed(distinct)}) are no regions of the scenario"


def warn_elsewhere(
    where: str, texts: Iterable[str], regions: RegionNames, findings: Findings
) -> None:
    """Warn once of all names of a table or list that are places, but no regions of the scenario.

    Parameters
    ----------
    where : str
        Table or list, as messages call it.
    texts : iterable of str
        Names that stand in it.
    regions : RegionNames
        The regions of the scenario.
    findings : Findings
        Takes the warning.
    """
    left_out = [text for text in dict.fromkeys(texts) if regions.elsewhere(text)]
    if left_out:
        words = f"{where}: {outside_words(left_out)} and not used"
        if words not in findings.warnings:  # several contracts may share a zone table
            findings.warn(words)


def _only(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Form -> name for the forms that lead to one name."""
    found: dict[str, set[str]] = {}
    for form, name in pairs:
        found.setdefault(form, set()).add(name)
    return {form: names.pop() for form, names in found.items() if len(names) == 1}


def listed(names: Sequence[str]) -> str:
    """The first of some names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
