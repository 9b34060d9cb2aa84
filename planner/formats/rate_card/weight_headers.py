"""Weight headers as couriers write them: 0-0.3kg, ≤1kg, 首重1kg, 续重/kg, up to 500 g, 2 lbs."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "jin": Decimal(500), "lb": Decimal("453.59237")}
GRAMS["oz"] = GRAMS["lb"] / 16  # the international avoirdupois pound and ounce
_HEAVIEST_G = 10_000_000
_UNITS = (
    (r"公斤|千克|kilograms?|kilos?|kgs", "kg"),
    (r"市?斤", "jin"),
    (r"pounds?|lbs\.?|lb\.|磅", "lb"),
    (r"ounces?|ozs?\.|盎司", "oz"),
    (r"克|grams?", "g"),
)
_SAME = (
    (r"<=|≦|⩽|小于等于|小于或等于|不超过|不大于|nottoexceed|notover|nomorethan", "≤"),
    (r"小于", "<"),
    (r"[~〜–—―−]|至|到", "-"),
    (r"(?<=[0-9gbz])to(?=[0-9])", "-"),
)
_PER_UNIT = re.compile(
    r"(?:元|¥|\$|€|£|rmb|cny|usd|eur|gbp)?(?:/|每|per)1?(kg|jin|lb|oz)|(?:元|¥|\$|€|£)每?(kg|jin|lb|oz)"
)
_NO_WEIGHT = re.compile(r"元/票|元/单|元/件|/票|/单|/件|\(元\)|价格|单价|运费|价|元|[\[\]()【】:]")
_N, _UNIT = r"([0-9]+(?:\.[0-9]+)?)", r"(kg|g|jin|lb|oz)?"
_WEIGHT = r"(?:计费重量|计费重|重量段?|实重|weight|w|x)?"
_BETWEEN = rf"(?:-|upto|(?:[<≤]{_WEIGHT})?[<≤])"
_RANGE = re.compile(
    rf"(?:over|above)?{_WEIGHT}{_N}{_UNIT}(?:以上|不含)?,?{_BETWEEN}{_N}{_UNIT}(?:以内|以下|含)?"
)
_UP_TO = re.compile(rf"{_WEIGHT}(?:[≤<]|upto|under|below|within){_N}{_UNIT}(?:以内|以下|含)?")
_WITHIN = re.compile(rf"{_WEIGHT}{_N}{_UNIT}(?:以内|之内|内|及?以下|含|orless|andunder)*")
_OVER = re.compile(
    rf"{_WEIGHT}(?:(?:[>≥]|over|above|超过|大于){_N}{_UNIT}|{_N}\+?{_UNIT}(?:以上|起|\+|andabove|andover))"
)
_FIRST = re.compile(
    rf"(?:首重?|first(?:weight)?)/?(?:{_N}?{_UNIT})(?:以内|以下|内|含)?|{_N}{_UNIT}首重"
)
_STEP = re.compile(
    rf"(?:续重?|每?增加|(?:each|every|per)?(?:additional|add'?l|extra)(?:weight)?)[/每加per]*(?:{_N}?{_UNIT})|{_N}{_UNIT}续重"
)
_UNIT_WORD = re.compile(r"(?<![a-z])(kg|g|jin|lb|oz)(?![a-z])")
_WEIGHT_WORD = re.compile(
    r"计费重量|计费重|重量段?|实重|单位|(?<![a-z])(?:weight|wt|unit|in|up|to|not|over)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A weight as it is written: a number of kg, g, jin, lb or oz."""

    number: Decimal
    unit: str

    @property
    def grams(self) -> Decimal:
        """Exact grams: a pound is 453.59237 g."""
        return self.number * GRAMS[self.unit]

    @property
    def imperial(self) -> bool:
        """Whether it is in pounds or ounces."""
        return self.unit in ("lb", "oz")

    def __str__(self) -> str:
        return (
            f"{self.number.normalize():,f} {self.unit}"
            if self.imperial
            else f"{self.grams.normalize():,f} g"
        )


@dataclass(frozen=True, slots=True)
class Weight:
    """The parcels that a column prices.

    A bracket: more than `above` (None: not stated) up to `to`; the first weight `to`; or each begun
    `to` more (None: the header does not state it). `per`: the price is for each of this weight, not
    for the parcel.
    """

    kind: Literal["bracket", "first", "step"]
    to: Amount | None
    above: Amount | None = None
    per: Amount | None = None


def plain_weight(header: str) -> str:
    """A header without blanks, in small letters, units and comparisons written in one way."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).casefold()
    for pattern, word in (*_UNITS, *_SAME):
        text = re.sub(pattern, word, text)
    return text


def unit_of(header: str) -> str | None:
    """The unit of weight that a header names, where it names just one."""
    units = set(_UNIT_WORD.findall(_plain_units(header)))
    return units.pop() if len(units) == 1 else None


def is_unit_only(header: str) -> bool:
    """Whether a header mentions weight and nothing else: lbs, Weight (KG), 重量(kg)."""
    plain = _plain_units(header)
    return bool(plain.strip()) and not re.sub(
        r"[\W_]", "", _UNIT_WORD.sub("", _WEIGHT_WORD.sub("", plain))
    )


def _plain_units(header: str) -> str:
    plain = unicodedata.normalize("NFKC", header).casefold()
    for pattern, word in _UNITS:
        plain = re.sub(pattern, word, plain)
    return plain


def parse_weight(header: str, unit: str | None = None) -> Weight | None:
    """The weights of a column; None where the header mentions something else.

    `unit`: that of a bare number, as a header above it or at the table's corner states it. Raises
    ValueError in words where the header mentions weights but does not say which.
    """
    text = plain_weight(header)
    found = _parse(_NO_WEIGHT.sub("", text), unit)
    if found is not None or not (per := _PER_UNIT.search(text)):
        return found
    bracket = _parse(_NO_WEIGHT.sub("", text[: per.start()] + text[per.end() :]), unit)
    if bracket is None or bracket.kind != "bracket":
        return bracket
    return Weight("bracket", bracket.to, bracket.above, Amount(Decimal(1), per[1] or per[2]))


def begin_of(header: str) -> Amount | None:
    """Where the weights of `3kg以上` or `over 150 lb` begin; None for other headers."""
    found = _OVER.fullmatch(plain_weight(header))
    number, unit = (found[1] or found[3], found[2] or found[4]) if found else (None, None)
    return Amount(Decimal(number), unit) if number and unit else None


def _parse(text: str, unit: str | None) -> Weight | None:
    if found := _FIRST.fullmatch(text):
        return Weight("first", _stated(found, unit))
    if found := _STEP.fullmatch(text):
        return Weight("step", _stated(found, unit))
    if found := _RANGE.fullmatch(text):
        low, low_unit, high, high_unit = found.groups()
        return _bracket(low, low_unit or high_unit or unit, high, high_unit or unit)
    if found := _UP_TO.fullmatch(text):
        return _bracket(None, None, found[1], found[2] or unit)
    if _OVER.fullmatch(text):
        raise ValueError("has no upper edge: state the edge, or additional weight (续重)")
    if (found := _WITHIN.fullmatch(text)) and (found[2] or unit):
        return _bracket(None, None, found[1], found[2] or unit)
    return None


def _bracket(low: str | None, low_unit: str | None, high: str, unit: str | None) -> Weight:
    if unit is None:
        raise ValueError("must have a unit, kg, g, lb or oz")
    above = None if low is None else _amount(low, low_unit or unit)
    to = _amount(high, unit)
    begin = above.grams if above else Decimal(0)
    if to.grams <= begin:
        raise ValueError(f"must end above its beginning: {above or '0 g'} to {to}")
    return Weight("bracket", to, above)


def _stated(found: re.Match[str], unit: str | None) -> Amount | None:
    """First or additional weight; a unit alone is one of it (续重/kg)."""
    number, own = next(
        ((n, u) for n, u in (found.group(1, 2), found.group(3, 4)) if n or u), (None, None)
    )
    if number is None and own is None:
        return None
    if own is None and unit is None:
        raise ValueError("must have a unit, kg, g, lb or oz")
    if own == "g" and number is None:
        raise ValueError("must state how many grams")
    amount = _amount(number or "1", own or unit or "")
    if not amount.number:
        raise ValueError("must be more than 0 g")
    return amount


def _amount(number: str, unit: str) -> Amount:
    amount = Amount(Decimal(number), unit)
    if amount.grams > _HEAVIEST_G or (
        not amount.imperial and amount.grams != amount.grams.to_integral_value()
    ):
        raise ValueError(f"must be a whole number of grams up to {_HEAVIEST_G:,}")
    return amount
