"""Numbers as people write them, `18%`, `1,200`, `1.2万`.

They are refused where a plain number is needed; messages say what to write instead.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

_PLAIN = re.compile(r"[-+]?([0-9]{1,15}(\.[0-9]*)?|\.[0-9]+)")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}([, '][0-9]{3})+(\.[0-9]*)?")
_COMMA = re.compile(r"[-+]?[0-9]+,[0-9]+")
_BEFORE, _AFTER = "¥$€£ ", "元块 "
_FACTORS = {
    **{"%": Decimal("0.01"), "‰": Decimal("0.001")},
    **{
        "千": Decimal(1000),
        "k": Decimal(1000),
        "K": Decimal(1000),
        "万": Decimal(10_000),
        "亿": Decimal(10**8),
    },
}


def write_instead(value: Any, whole: bool = False) -> str:
    """`: write 0.18` for a text that says a number in another way; nothing for other values.

    `whole`: a whole number is wanted.
    """
    if not isinstance(value, str):
        return ""
    text = unicodedata.normalize("NFKC", str(value)).strip()
    number = number_in(text)
    if number is None or (whole and number != number.to_integral_value()):
        return ""
    plain = f"{number.normalize():f}"
    return f": write {plain} without quotes" if plain == value else f": write {plain}"


def number_in(text: str) -> Decimal | None:
    """The number that a text says; None where it says none, or could say two."""
    text = text.lstrip(_BEFORE).rstrip(_AFTER)
    factor = _FACTORS.get(text[-1:], Decimal(1))
    digits = text[:-1].rstrip() if text[-1:] in _FACTORS else text
    if _THOUSANDS.fullmatch(digits):
        digits = re.sub("[, ']", "", digits)
    elif _COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    return Decimal(digits) * factor if _PLAIN.fullmatch(digits) else None
