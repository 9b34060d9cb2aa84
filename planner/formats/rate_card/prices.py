"""Cells of prices: 2.10, ￥2.10, 12元/票, and the words for a weight that is not carried."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from planner.formats.base.findings import shown
from planner.formats.base.value_types import money_minor

_PRICE = re.compile(
    r"([^0-9.,+\-\s/]*)\s*([-+]?(?:[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+))\s*([^0-9.,\s/]*)\s*(/.*)?"
)
_PER_PARCEL = re.compile(r"/\s*(?:票|单|件|个|parcel|piece|pc|package|order)?", re.IGNORECASE)
_PER_WEIGHT = re.compile(r"/\s*1?\s*(?:kg|公斤|千克|斤|lb|lbs|磅|g|oz)", re.IGNORECASE)
_NOT_SERVED = re.compile(
    r"[-–—―/\\×✕x]+|(?:暂)?(?:不接|不通|不收|不发|不派|不送|不到|停发|停收|不配送|不支持|不可达|不开通|未开通)件?|暂停|无"
    r"|n\.?/?a\.?|none|no service|not served|not available|unavailable",
    re.IGNORECASE,
)
SIGNS = {
    "¥": {"CNY", "JPY"},
    "元": {"CNY", "HKD", "TWD"},
    "块": {"CNY"},
    "人民币": {"CNY"},
    "rmb": {"CNY"},
    "yuan": {"CNY"},
    "$": {"AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "USD"},
    "us$": {"USD"},
    "美元": {"USD"},
    "美金": {"USD"},
    "r$": {"BRL"},
    "€": {"EUR"},
    "欧元": {"EUR"},
    "£": {"GBP"},
    "英镑": {"GBP"},
    "日元": {"JPY"},
    "港币": {"HKD"},
}
_CODE = re.compile(r"[a-z]{3}")
_STATED = re.compile(
    r"(?<![a-z])(cny|usd|eur|gbp|jpy|hkd|twd|aud|cad|sgd|mxn|brl|rmb)(?![a-z])|us\$|r\$|[$€£]|人民币|美元|美金|欧元|英镑|日元|港币"
)


def is_not_served(text: str) -> bool:
    """Whether a cell of prices says that such a parcel is not carried: 不接, 不通, -, /."""
    return _NOT_SERVED.fullmatch(unicodedata.normalize("NFKC", text).strip()) is not None


def looks_like_price(text: str) -> bool:
    """Whether a cell holds a price, or a word for no price.

    A price is a number with at most a sign and a unit next to it.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = _PRICE.fullmatch(plain)
    signs = {*SIGNS, ""}
    if found is None:
        return is_not_served(text)
    return found[1].casefold() in signs and found[3].casefold() in signs


def parse_price(text: str, currency: str, per_weight: bool = False) -> int:
    """Read a price: ￥2.10, 2.1元/票, 1,200 or 2.1.

    Parameters
    ----------
    text : str
        The cell.
    currency : str
        Of the card.
    per_weight : bool
        The price is of additional weight, so 2.1元/kg says so once more.

    Returns
    -------
    int
        Minor units.

    Raises
    ------
    ValueError
        With words for the user.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise ValueError("the price is empty; write - where the courier does not deliver")
    found = _PRICE.fullmatch(plain)
    if found is None:
        raise ValueError(f"must be a price, got {shown(text)}")
    before, number, after, per = found.groups()
    for sign in filter(None, (before.casefold(), after.casefold())):
        if sign == currency.casefold() or currency in SIGNS.get(sign, ()):
            continue
        foreign = sign in SIGNS or _CODE.fullmatch(sign)
        way_out = f" in {currency} (--currency names another)" if foreign else ""
        raise ValueError(f"must be a price{way_out}, got {shown(text)}")
    if per and not _PER_PARCEL.fullmatch(per) and not (per_weight and _PER_WEIGHT.fullmatch(per)):
        raise ValueError(f"must be the price of a parcel, got {shown(text)}")
    exact = round(Decimal(number.replace(",", "")), 9)  # a formula's 2.0999999999999996 is 2.1
    try:
        return money_minor(float(exact), currency)
    except ValueError as error:
        raise ValueError(f"{error}, got {shown(text)}") from error


def other_currency(text: str, currency: str) -> str | None:
    """The currency that a title states when it is not `currency`.

    A code, or a sign that several currencies share; None where it states none.
    """
    for found in _STATED.finditer(unicodedata.normalize("NFKC", text).casefold()):
        sign = found[0]
        meant = SIGNS.get(sign, {sign.upper()})
        if currency not in meant:
            return next(iter(meant)) if len(meant) == 1 else sign
    return None
