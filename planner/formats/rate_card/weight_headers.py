"""Weight headers as couriers write them: 0-0.3kg, ≤1kg, 1公斤以内, 首重1kg, 续重/kg, first kg, up to 500 g."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

_GRAMS = {"kg": 1000, "g": 1, "jin": 500}
_HEAVIEST_G = 10_000_000
_SAME = (
    (r"公斤|千克|kilograms?|kilos?|kgs", "kg"),
    (r"克|grams?", "g"),
    (r"市?斤", "jin"),
    (r"<=|≦|⩽|小于等于|小于或等于|不超过|不大于", "≤"),
    (r"小于", "<"),
    (r"[~〜–—―−]|至|到", "-"),
    (r"(?<=[0-9g])to(?=[0-9])", "-"),
    (r"元/票|元/单|/票|/单|\(元\)|价格|单价|价|元|[\[\]()【】:]", ""),
)
_N, _UNIT = r"([0-9]+(?:\.[0-9]+)?)", r"(kg|g|jin)?"
_WEIGHT = r"(?:计费重量|计费重|重量段?|实重|weight|w|x)?"
_RANGE = re.compile(rf"{_WEIGHT}{_N}{_UNIT}(?:以上|不含)?(?:-|[<≤]{_WEIGHT}[<≤]){_N}{_UNIT}(?:以内|以下|含)?")
_UP_TO = re.compile(rf"{_WEIGHT}(?:[≤<]|upto|under|below|within){_N}{_UNIT}(?:以内|以下|含)?")
_WITHIN = re.compile(rf"{_WEIGHT}{_N}{_UNIT}(?:以内|之内|内|及?以下|含|orless|andunder)*")
_OVER = re.compile(rf"{_WEIGHT}(?:(?:[>≥]|over|above|超过|大于){_N}{_UNIT}|{_N}{_UNIT}(?:以上|起|\+|andabove|andover))")
_FIRST = re.compile(rf"(?:首重?|first(?:weight)?)/?(?:{_N}?{_UNIT})(?:以内|以下|内|含)?|{_N}{_UNIT}首重")
_STEP = re.compile(
    rf"(?:续重?|每?增加|(?:each|every|per)?(?:additional|add'?l|extra)(?:weight)?)[/每加per]*(?:{_N}?{_UNIT})|{_N}{_UNIT}续重"
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a column prices: parcels of more than `above_g` (None: not said) up to `to_g` grams, the first `to_g`
    grams, or each begun `to_g` grams more."""

    kind: Literal["bracket", "first", "step"]
    to_g: int
    above_g: int | None = None


def parse_weight(header: str) -> Weight | None:
    """The weights of a column; None where the header speaks of something else. Raises ValueError in words where it
    speaks of weights but does not say which."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", header)).casefold()
    for pattern, word in _SAME:
        text = re.sub(pattern, word, text)
    if found := _FIRST.fullmatch(text):
        return Weight("first", _stated_or_kilo(found))
    if found := _STEP.fullmatch(text):
        return Weight("step", _stated_or_kilo(found))
    if found := _RANGE.fullmatch(text):
        low, low_unit, high, high_unit = found.groups()
        return _bracket(low, low_unit or high_unit, high, high_unit)
    if found := _UP_TO.fullmatch(text):
        return _bracket(None, None, *found.groups())
    if _OVER.fullmatch(text):
        raise ValueError("has no upper edge: state the edge, or additional weight (续重)")
    if (found := _WITHIN.fullmatch(text)) and found.group(2):
        return _bracket(None, None, *found.groups())
    return None


def _bracket(low: str | None, low_unit: str | None, high: str, unit: str | None) -> Weight:
    if unit is None:
        raise ValueError("must have a unit, kg or g")
    above = None if low is None else _grams(low, low_unit or unit)
    to = _grams(high, unit)
    if to <= (above or 0):
        raise ValueError(f"must end above its beginning: {above or 0} g to {to} g")
    return Weight("bracket", to, above)


def _stated_or_kilo(found: re.Match[str]) -> int:
    """The grams of first or additional weight; a kilogram where none are stated, as is the custom."""
    stated = [group for group in found.groups() if group is not None]
    if not stated:
        return 1000
    if len(stated) == 1:
        if stated[0] not in _GRAMS:
            raise ValueError("must have a unit, kg or g")
        return _GRAMS["kg"] if stated[0] == "kg" else _grams("1", stated[0])
    grams = _grams(stated[0], stated[1])
    if grams == 0:
        raise ValueError("must be more than 0 g")
    return grams


def _grams(number: str, unit: str) -> int:
    grams = Decimal(number) * _GRAMS[unit]
    if grams != grams.to_integral_value() or grams > _HEAVIEST_G:
        raise ValueError(f"must be a whole number of grams up to {_HEAVIEST_G:,}")
    return int(grams)
