"""The arithmetic of a price: steps of billable weight, shares of an amount, base prices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Billable, Rate
from planner.domain.records import Mask
from planner.domain.weight_units import TOLERANCE

MILLION = 1_000_000
_MOST_G = 10**10


def millionths(share: float) -> int:
    """A share as the whole number of millionths that prices are calculated with."""
    return round(share * MILLION)


def share_of(amount_minor: Ints, share: float) -> Ints:
    """`share`, taken to a millionth, of amounts that are not negative; rounded half up."""
    return np.asarray((amount_minor * millionths(share) + MILLION // 2) // MILLION)


def billable_steps(
    rule: Billable, weight_g: Ints | Floats, volume_cm3: Ints | Floats, parts: int = 1
) -> Ints:
    """Billable weight in begun steps of the rule, computed in whole numbers throughout.

    Weights are whole where `parts` is 1. Otherwise weight and volumetric weight are rounded to a
    part, as the step is: what is exactly n steps stays n steps. Where grams are free, they do not
    begin another step, but the first one is always paid.

    Parameters
    ----------
    rule : Billable
        How weight is billed.
    weight_g, volume_cm3 : Ints or Floats
        Grams and cubic centimetres [n].
    parts : int
        Parts of a gram that are counted.

    Returns
    -------
    Ints
        Steps [n].
    """
    weight, step, free = (
        in_parts(weight_g, parts),
        step_parts(rule, parts),
        round(rule.free_g * parts),
    )
    full = (free - weight) // step  # begun steps, negative
    if rule.divisor_cm3_per_kg > 0:
        volumetric, unit = _volumetric(
            rule, volume_cm3, parts
        )  # parts of a gram are volumetric / unit
        shared, per = _shared(rule, weight, volumetric, unit)
        by_volume = np.minimum(full, (free * per - shared) // (step * per))
        above = round(rule.volumetric_above_g * parts) * unit
        full = np.where(volumetric > above, by_volume, full) if above else by_volume
    return np.asarray(-np.minimum(full, -1) if free else -full)


def in_parts(weight_g: Ints | Floats, parts: int) -> Ints:
    """Weights in whole parts of a gram.

    None is above ten thousand tonnes, which keeps a hundred times it in 64 bits.
    """
    if parts == 1:
        return np.asarray(weight_g, dtype=np.int64)
    return np.rint(np.minimum(weight_g, _MOST_G) * float(parts)).astype(np.int64)


def exceeds(values: Ints | Floats, limit: float) -> Mask:
    """Which values are more than a limit by more than a typing tolerance.

    Whole numbers are compared as such.
    """
    if np.issubdtype(values.dtype, np.integer):
        return np.asarray(values > math.floor(limit + TOLERANCE))
    return np.asarray(values > limit + TOLERANCE)


def step_parts(rule: Billable, parts: int) -> int:
    """The step of billable weight in parts of a gram; one part where weight is not rounded."""
    return max(round(rule.step_g * parts), 1)


def _volumetric(rule: Billable, volume_cm3: Ints | Floats, parts: int) -> tuple[Ints, int]:
    """Volumetric weight as a whole number of parts of a gram, and by what it is to be divided."""
    if parts > 1:
        return in_parts(
            np.asarray(volume_cm3, dtype=np.float64) * (1000.0 / rule.divisor_cm3_per_kg), parts
        ), 1
    divisor = round(rule.divisor_cm3_per_kg)
    common = math.gcd(1000, divisor)
    volume = np.asarray(volume_cm3, dtype=np.int64)
    return (volume if common == 1000 else volume * (1000 // common)), divisor // common


def _shared(rule: Billable, weight: Ints, volumetric: Ints, unit: int) -> tuple[Ints, int]:
    """Volumetric weight with the share that counts, the rest of it actual weight; and by what it is
    to be divided.
    """
    percent = round(100 * rule.volumetric_share)
    if percent == 100:
        return volumetric, unit
    common = math.gcd(percent, 100)
    own, rest = percent // common, (100 - percent) // common
    return volumetric * own + weight * (rest * unit), unit * (own + rest)


class RateTable:
    """The rates of all zones of a contract end to end, for one binary search over all parcels.

    Weights are in `parts` of a gram.
    """

    def __init__(self, rates: Sequence[Rate], parts: int = 1) -> None:
        def whole(weights_g: Sequence[float]) -> Ints:
            return np.array([round(weight * parts) for weight in weights_g], dtype=np.int64)

        brackets = [sorted(rate.brackets, key=lambda b: b.to_g) for rate in rates]
        edges = whole([b.to_g for row in brackets for b in row])
        # a weight above every bracket: (zone, weight) fits one number
        self._above = int(edges.max(initial=0)) + 1
        self.keys = (
            np.repeat(np.arange(len(brackets)), [len(row) for row in brackets]) * (self._above + 1)
            + edges
        )
        prices = [b.price_minor for row in brackets for b in row]
        self.prices = np.array([*prices, 0], dtype=np.int64)
        self.ends = np.cumsum([len(row) for row in brackets] or [0])
        self.first = whole([r.first_g for r in rates])
        self.first_price = np.array([r.first_price_minor for r in rates], dtype=np.int64)
        self.step = np.maximum(whole([r.step_g for r in rates]), 1)
        self.step_price = np.array([r.step_price_minor for r in rates], dtype=np.int64)
        self.minimum = np.array([r.minimum_minor for r in rates], dtype=np.int64)

    def base(self, zone: Ints, billable: Ints) -> tuple[Ints, Mask]:
        """Base price in each zone (an index into the rates), and which weights are too heavy.

        The price of these is 0.
        """
        found = np.searchsorted(
            self.keys, zone * (self._above + 1) + np.minimum(billable, self._above)
        )
        above = found >= self.ends[zone]
        steps = -(-np.maximum(billable - self.first[zone], 0) // self.step[zone])
        beyond = self.first_price[zone] + steps * self.step_price[zone]
        too_heavy = above & (self.first[zone] <= 0)
        return np.where(too_heavy, 0, np.where(above, beyond, self.prices[found])), np.asarray(
            too_heavy
        )
