"""Which column of a rate card names the regions, or the zones, that its prices are for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import Finding
from planner.formats.rate_card.layout import Layout
from planner.formats.rate_card.regions import count_known, is_zone, is_zone_header
from planner.formats.rate_card.weight_headers import unit_of

_REGION_HEADER = re.compile(
    r"省|目的|地区|区域|国家|到达|收件|流向|province|region|destination|country|state\b",
    re.IGNORECASE,
)
_PROVINCE_HEADER = re.compile(r"省|province|state\b", re.IGNORECASE)
_ONLY_ZONES = re.compile(r"\bzones?\b|分区", re.IGNORECASE)
_CODE_HEADER = re.compile(r"代码|编码|编号|代号|序号|邮编|code|\bid\b|\bno\b|zip", re.IGNORECASE)


@dataclass(frozen=True)
class Labels:
    """The column of labels, and whether they are zones rather than regions."""

    column: int
    by_zone: bool


def find_labels(layout: Layout, by_zone: bool, found: list[Finding]) -> Labels | None:
    """Find the column that names the regions or zones.

    It is the column with the most known places; else the one headed so, or the one that holds
    zones; else the only one that holds words.

    Parameters
    ----------
    layout : Layout
        Where headers and prices stand.
    by_zone : bool
        A person says that labels which are no known places are zones.
    found : list[Finding]
        A finding is added where there is no such column.

    Returns
    -------
    Labels or None
        The column; None where no column is any of these.
    """
    columns = [c for c in range(layout.grid.width) if c not in layout.weights]
    texts = {c: label_texts(layout, c) for c in columns}
    known = {c: count_known(texts[c]) for c in columns}
    best = max(columns, key=lambda c: known[c], default=None)
    if best is not None and known[best]:
        if by_zone:
            words = f"names regions itself: leave --zones out, got {texts[best][0]}"
            found.append(layout.grid.finding(layout.header, best, words))
        return Labels(best, by_zone=False)
    zones = [c for c in columns if c < min(layout.weights) and _holds_zones(layout, c, texts[c])]
    left = [c for c in columns if c < min(layout.weights) and c not in zones]
    headed = [c for c in left if _is_headed(layout, c) and (by_zone or not _are_numbers(texts[c]))]
    if headed:
        return Labels(
            next((c for c in headed if _PROVINCE_HEADER.search(layout.title(c))), headed[0]),
            by_zone,
        )
    if zones:
        return Labels(zones[-1], by_zone=True)
    worded = [c for c in left if any(re.search(r"[^\W\d]", text) for text in texts[c])]
    if len(worded) == 1:
        return Labels(worded[0], by_zone)
    words = "no column of regions or zones found next to the weights; head it 省份, region or zone"
    if any(_are_numbers(texts[c]) for c in left):
        words += " (bare numbers are zones only below such a header)"
    found.append(layout.grid.finding(layout.header, 0, words))
    return None


def _is_headed(layout: Layout, column: int) -> bool:
    title = layout.title(column)
    return _REGION_HEADER.search(title) is not None and _CODE_HEADER.search(title) is None


def _are_numbers(texts: list[str]) -> bool:
    return bool(texts) and all(text.isdigit() for text in texts)


def label_texts(layout: Layout, column: int) -> list[str]:
    """The texts of a column in the rows that hold a price."""
    rows = range(layout.body, len(layout.grid.rows))
    priced = [row for row in rows if any(layout.price(row, c) for c in layout.weights)]
    return [text for row in priced if (text := layout.label(row, column))]


def _holds_zones(layout: Layout, column: int, texts: list[str]) -> bool:
    """Zone 2, z-a, 三区; bare numbers only below a header that names zones, or at the corner of
    the weights. Below such a header, other names are zones too where some are.
    """
    title = layout.title(column)
    count = sum(map(is_zone, texts))
    if not count or (count < len(texts) and not _ONLY_ZONES.search(title)):
        return False
    if _CODE_HEADER.search(title):
        return False
    return not _are_numbers(texts) or is_zone_header(title) or unit_of(title) is not None
