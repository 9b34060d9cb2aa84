"""The arithmetic of a price: begun steps of billable weight, shares of an amount, base prices by zone and weight."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.domain.carriers import Billable, Rate
from planner.domain.demand import Ints
from planner.domain.records import Mask

MILLION = 1_000_000
_ZONE_STRIDE = 1 << 40  # grams: no parcel weighs a million tonnes, so (zone, grams) fits one sortable number


def millionths(share: float) -> int:
    """A share as the whole number of millionths that prices are calculated with."""
    return round(share * MILLION)


def share_of(amount_minor: Ints, share: float) -> Ints:
    """`share` of amounts that are not negative, rounded half up; the share is taken to a millionth."""
    return np.asarray((amount_minor * millionths(share) + MILLION // 2) // MILLION)


def billable_steps(rule: Billable, weight_g: Ints, volume_cm3: Ints) -> Ints:
    """max(actual, volume * 1000 / divisor) in begun steps of the rule; in whole numbers throughout.

    Where grams are free, they do not begin another step, but the first one is always paid.
    """
    step, divisor = max(rule.step_g, 1), rule.divisor_cm3_per_kg
    full = (rule.free_g - weight_g) // step  # begun steps, negative
    if divisor > 0:
        common = math.gcd(1000, divisor * step)
        free = rule.free_g * divisor // common
        by_volume = volume_cm3 if common == 1000 else volume_cm3 * (1000 // common)
        full = np.minimum(full, (free - by_volume) // (divisor * step // common))
    return np.asarray(-np.minimum(full, -1) if rule.free_g else -full)


class RateTable:
    """The rates of all zones of a contract end to end, so that one binary search finds every parcel's bracket."""

    def __init__(self, rates: Sequence[Rate]) -> None:
        brackets = [sorted(rate.brackets, key=lambda b: b.to_g) for rate in rates]
        self.keys = np.array([z * _ZONE_STRIDE + b.to_g for z, row in enumerate(brackets) for b in row], dtype=np.int64)
        prices = [b.price_minor for row in brackets for b in row]
        self.prices = np.array([*prices, 0], dtype=np.int64)
        self.ends = np.cumsum([len(row) for row in brackets] or [0])
        self.first_g = np.array([r.first_g for r in rates], dtype=np.int64)
        self.first_price = np.array([r.first_price_minor for r in rates], dtype=np.int64)
        self.step_g = np.array([max(r.step_g, 1) for r in rates], dtype=np.int64)
        self.step_price = np.array([r.step_price_minor for r in rates], dtype=np.int64)
        self.minimum = np.array([r.minimum_minor for r in rates], dtype=np.int64)

    def base(self, zone: Ints, billable_g: Ints) -> tuple[Ints, Mask]:
        """Base price in each zone (an index into the rates) by weight, and what is too heavy for it (price 0)."""
        found = np.searchsorted(self.keys, zone * _ZONE_STRIDE + billable_g)
        above = found >= self.ends[zone]
        steps = -(-np.maximum(billable_g - self.first_g[zone], 0) // self.step_g[zone])
        beyond = self.first_price[zone] + steps * self.step_price[zone]
        too_heavy = above & (self.first_g[zone] <= 0)
        return np.where(too_heavy, 0, np.where(above, beyond, self.prices[found])), np.asarray(too_heavy)
