"""Names of regions as people write them: 浙江, 浙江省, Zhejiang, zhejiang province."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

_CHINESE_ENDING = re.compile(r"(?<=[一-鿿]{2})(省|市|(壮族|回族|维吾尔)?自治区|特别行政区)$")
_ENGLISH_ENDING = re.compile(r" (province|municipality|autonomous region)$", re.IGNORECASE)


def short_name(text: str) -> str:
    """A region's name without what kind of region it is: 浙江省 -> 浙江, Hebei Province -> Hebei."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _ENGLISH_ENDING.sub("", _CHINESE_ENDING.sub("", plain))


def region_key(text: str) -> str:
    """The same for every way to write a region's name in one language."""
    return short_name(text).casefold()


class RegionNames:
    """The regions there are, found by name or printed name, in short or in full; empty: none are known."""

    def __init__(self, names: Iterable[str] = (), labels: Mapping[str, str] | None = None) -> None:
        """`labels`: printed name -> name."""
        self.names = tuple(names)
        self._exact = {**(labels or {}), **{name: name for name in self.names}}
        keys: dict[str, set[str]] = {}
        for written, name in self._exact.items():
            keys.setdefault(region_key(written), set()).add(name)
        self._by_key = {key: found.pop() for key, found in keys.items() if len(found) == 1}

    def __bool__(self) -> bool:
        return bool(self.names)

    def find(self, text: str) -> str | None:
        """The region's name; None when it is none of them. Where no regions are known, every text is one."""
        if not self.names:
            return text
        return self._exact.get(text) or self._by_key.get(region_key(text))
