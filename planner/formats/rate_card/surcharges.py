"""Charges of a rate card apart from weight: waybill fees, and notes that become clauses."""

from __future__ import annotations

import re
import unicodedata

from planner.errors import Finding
from planner.formats.rate_card.card import CardSurcharge
from planner.formats.rate_card.layout import Layout
from planner.formats.rate_card.prices import is_not_served, parse_price

_FEE = r"(?:电子)?面单(?:服务)?费|单号费|(?:waybill|label) fee"
_FEE_HEADER = re.compile(_FEE, re.IGNORECASE)
_AMOUNT = r"[:\s]*(?:为|按|另收|加收|每票|每单)?[:\s]*([0-9]+(?:\.[0-9]+)?)\s*(?:元|块)?"
_PER_PARCEL = r"(?:(?:/|每|一)?\s*(?:票|单|件|个|parcel))?"
_PRICES = r"(?:以上|上述|本|此|所有)?(?:价格?|报价|运费|单价)?(?:均|都|皆)?"
_BEGIN = rf"(?:^|[,。;:()、]|备注|说明)\s*{_PRICES}\s*"  # nothing that limits it to some parcels
_END = r"\s*(?:[,。;、)](?![0-9])|\.?$)"
_NOT_INCLUDED = re.compile(
    rf"{_BEGIN}(?:不含|不包含|不包括|未含|另加|另收|加收|外加|需加|excluding|plus)\s*({_FEE}){_AMOUNT}{_PER_PARCEL}{_END}",
    re.I,
)
_CHARGED = re.compile(rf"{_BEGIN}({_FEE})\s*(?:另收|另加|加收){_AMOUNT}{_PER_PARCEL}{_END}", re.I)
_OF_OTHER_KIND = re.compile(r"kg|公斤|千克|[斤月率%]", re.I)
_CLAUSES = (
    (re.compile(r"抛|泡|体积|volum|dim", re.I), "billable: {divisor_cm3_per_kg: ...}"),
    (re.compile(r"进位|进一|不足.*按|round", re.I), "billable: {step_g: ...}"),
    (re.compile(r"燃油|fuel", re.I), "fuel: ..."),
    (re.compile(r"保底|commit", re.I), "commitment: ..."),
    (re.compile(r"最低|minimum", re.I), "minimum_charge: ..."),
    (re.compile(r"折|discount", re.I), "discount: ..."),
    (
        re.compile(
            rf"{_FEE}|加收|附加|另收|操作费|服务费|住宅|偏远|surcharge|residential|fee", re.I
        ),
        "surcharges: ...",
    ),
)


def fee_columns(layout: Layout) -> list[int]:
    """The columns of waybill fees per parcel."""
    titles = {c: layout.title(c) for c in range(layout.grid.width) if c not in layout.weights}
    return [
        c
        for c, title in titles.items()
        if _FEE_HEADER.search(title) and not _OF_OTHER_KIND.search(title)
    ]


def fees_by_region(
    layout: Layout,
    column: int,
    rows: dict[int, tuple[str, ...]],
    currency: str,
    found: list[Finding],
) -> list[CardSurcharge]:
    """Read a column of waybill fees: one for all regions, else one for each amount.

    Parameters
    ----------
    layout : Layout
        Where headers and prices stand.
    column : int
        The column.
    rows : dict[int, tuple[str, ...]]
        Rows that are served, with their regions.
    currency : str
        Of the fees.
    found : list[Finding]
        What is wrong is added to it.

    Returns
    -------
    list[CardSurcharge]
        The fees that are not 0.
    """
    name = re.sub(r"[(（/].*", "", layout.title(column)).strip()
    amounts: dict[int, list[str]] = {}
    for row, regions in rows.items():
        text = layout.price(row, column)
        try:
            minor = 0 if is_not_served(text) else parse_price(text, currency)
        except ValueError as error:
            words = str(error) if text else "the fee is empty; write 0 where there is none"
            found.append(layout.grid.finding(row, column, words))
            continue
        amounts.setdefault(minor, []).extend(regions)
    if len(amounts) == 1:
        return [CardSurcharge(name, minor) for minor in amounts if minor]
    return [
        CardSurcharge(name, minor, tuple(regions)) for minor, regions in amounts.items() if minor
    ]


def fee_in_text(text: str, currency: str) -> CardSurcharge | None:
    """The waybill fee that a note adds to the prices (不含面单费0.3元/票), if any."""
    plain = unicodedata.normalize("NFKC", text)
    found = _NOT_INCLUDED.search(plain) or _CHARGED.search(plain)
    return CardSurcharge(found[1], parse_price(found[2], currency)) if found else None


def clause_of(text: str) -> str:
    """The clause of a contract that a note or a header asks for; empty where none is known."""
    return next((clause for pattern, clause in _CLAUSES if pattern.search(text)), "")
