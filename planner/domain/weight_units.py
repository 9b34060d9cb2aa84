"""Units of weight and volume, and the whole numbers in which weights are compared."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

POUND_G = 453.59237  # exactly, by definition (international yard and pound agreement of 1959)
OUNCE_G = POUND_G / 16
INCH3_CM3 = 16.387064  # exactly: an inch is 2.54 cm
# grams, cubic centimetres: a value this near to a whole one is that one (noise of a spreadsheet)
TOLERANCE = 1e-6
PARTS_PER_G = 8_000_000  # a pound and an ounce are whole numbers of eighths of a microgram

GRAMS = {"g": 1.0, "kg": 1000.0, "lb": POUND_G, "oz": OUNCE_G}
CUBIC_CENTIMETRES = {"cm3": 1.0, "in3": INCH3_CM3, "l": 1000.0, "m3": 1e6}


def snapped(value: float) -> float:
    """The integer that a value misses by no more than the tolerance; else the value itself."""
    if not math.isfinite(value):
        return value
    whole = round(value)
    return whole if abs(value - whole) <= TOLERANCE else value


def weight_in_words(grams: float) -> str:
    """`300 g`; `2 lb` or `15.99 oz` for a weight that was stated in those."""
    if float(grams).is_integer():
        return f"{int(grams):,} g"
    for unit in ("lb", "oz"):
        amount = grams / GRAMS[unit]
        if abs(amount - round(amount, 2)) * GRAMS[unit] <= TOLERANCE:
            return f"{round(amount, 2):,.10g} {unit}"
    return f"{grams:,.2f} g"


def rounding(of_unit: Iterable[float]) -> npt.NDArray[np.float64]:
    """What is added to the weight of an order before it is rounded down to whole grams.

    By the grams (cubic centimetres) of one unit of its product: half, so that weights are rounded;
    nearly nothing where a unit has no whole number of them, as when it was stated in pounds:
    rounded up, an order of one pound (453.59 g) would be heavier than a pound.
    """
    return np.array([0.5 if float(one).is_integer() else TOLERANCE for one in of_unit])
