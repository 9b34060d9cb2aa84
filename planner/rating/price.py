"""Pricing parcels by a contract, clause by clause, exactly as an invoice would: integer minor units, no floats.

Order of the clauses: billable weight, base, discount, minimum charge, fuel, then every surcharge by its name. Each line
is rounded half up (a discount by its size); a price is the sum of its lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from planner.domain.carriers import Billable, Contract, Rate, Surcharge
from planner.domain.demand import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.records import Small

Mask = NDArray[np.bool_]

CARRIED = ("base", "discount", "minimum", "fuel")
NO_ZONE = -1
_MILLION = 1_000_000
_ZONE_STRIDE = 1 << 40  # grams: no parcel weighs a million tonnes, so (zone, grams) fits one sortable number


@dataclass(frozen=True, slots=True)
class Places:
    """What the indices of parcels refer to: site and region names, and the date of day 0."""

    sites: tuple[str, ...]
    regions: tuple[str, ...]
    first_date: date

    @classmethod
    def of(cls, problem: Problem) -> Self:
        return cls(problem.site_names, problem.region_names, problem.horizon.start.date())


@dataclass(frozen=True, eq=False)
class Parcels:
    """n parcels: site and region as indices into `Places`, grams, cubic centimetres, day number (any integer)."""

    site: Small
    region: Small
    weight_g: Ints
    volume_cm3: Ints
    day: Ints

    def __len__(self) -> int:
        return len(self.weight_g)


@dataclass(frozen=True, eq=False)
class PricedParcels:
    """`amounts[clause, n]` in minor units, `total[n]` their sum; where `refused`, there is no price and both read 0.

    Lines of the same name are one line.
    """

    clauses: tuple[str, ...]
    amounts: Ints
    total: Ints
    refused: Mask


@dataclass(frozen=True, eq=False)
class Carried:
    """The part of prices that depends on zone and weight only, for each distinct case, and the case of every parcel.

    `lines[clause, case]`: base, discount, minimum, fuel in minor units, all 0 in a refused case; `case[n]`.
    """

    lines: Ints
    refused_case: Mask
    case: Ints

    @property
    def total(self) -> Ints:
        return np.asarray(self.lines.sum(axis=0)[self.case])

    @property
    def refused(self) -> Mask:
        return np.asarray(self.refused_case[self.case])


class Tariff:
    """A contract laid out as arrays over the sites and regions of `Places`, ready to price any number of parcels."""

    def __init__(self, contract: Contract, places: Places) -> None:
        self.contract = contract
        self.places = places
        self.zones = tuple(sorted(contract.rates))
        number = {zone: k for k, zone in enumerate(self.zones)}
        named = [[contract.zone(site, region) for region in places.regions] for site in places.sites]
        self.zone = np.array(
            [[NO_ZONE if z is None else number.get(z, NO_ZONE) for z in row] for row in named], dtype=np.int64
        ).reshape(len(places.sites), len(places.regions))
        self._rates = _RateTable([contract.rates[zone] for zone in self.zones] or [Rate("")])

    def carry(self, zone: Ints, weight_g: Ints, volume_cm3: Ints) -> Carried:
        """Base, discount, minimum and fuel of parcels in given zones (indices into `zones`, or NO_ZONE).

        Parcels of one zone and billable weight cost the same: where there are fewer such pairs than parcels, every
        pair is priced once.
        """
        steps = billable_steps(self.contract.billable, weight_g, volume_cm3)
        step_g = max(self.contract.billable.step_g, 1)
        heaviest = int(steps.max(initial=0)) + 1
        if (len(self.zones) + 1) * heaviest < len(steps):
            every_zone = np.repeat(np.arange(NO_ZONE, len(self.zones)), heaviest)
            every_step = np.tile(np.arange(heaviest), len(self.zones) + 1)
            return Carried(*self._price(every_zone, every_step * step_g), (zone - NO_ZONE) * heaviest + steps)
        return Carried(*self._price(zone, steps * step_g), np.arange(len(steps)))

    def _price(self, zone: Ints, billable_g: Ints) -> tuple[Ints, Mask]:
        """Lines of the invoice [clause, case] and refused cases."""
        base, refused = self._rates.base(zone, billable_g)
        discount = -share_of(base, self.contract.discount)
        minimum = np.where(refused, 0, np.maximum(self.contract.minimum_charge_minor - base - discount, 0))
        fuel = share_of(base + discount + minimum, self.contract.fuel)
        return np.stack([base, discount, minimum, fuel]), refused

    def lane_zone(self, site: Small | Ints, region: Small | Ints) -> Ints:
        """Zone of each pair of site and region: an index into `zones`, or NO_ZONE."""
        return np.asarray(self.zone.take(site.astype(np.int64) * len(self.places.regions) + region))

    def cost(self, parcels: Parcels) -> Floats:
        """Price of each parcel in minor units; infinite where the contract refuses it."""
        carried = self.carry(self.lane_zone(parcels.site, parcels.region), parcels.weight_g, parcels.volume_cm3)
        return np.where(carried.refused, np.inf, carried.total + self.extras(parcels.region, parcels.day))

    def extras(self, region: Small | Ints, day: Ints) -> Ints:
        """Sum of the surcharges of a parcel to `region` on `day`; both index arrays, broadcast against each other."""
        extra = np.zeros(np.broadcast_shapes(region.shape, day.shape), dtype=np.int64)
        for _, due in self.surcharges(region, day):
            extra += due
        return extra

    def surcharges(self, region: Small | Ints, day: Ints) -> Iterator[tuple[str, Ints]]:
        """Name and amounts of every surcharge, in the contract's order."""
        for surcharge, amount in self._amounts:
            due = amount.take(region)
            if surcharge.start is not None:
                due = due * (day >= (surcharge.start - self.places.first_date).days)
            if surcharge.end is not None:
                due = due * (day <= (surcharge.end - self.places.first_date).days)
            yield surcharge.name, due

    @cached_property
    def _amounts(self) -> list[tuple[Surcharge, Ints]]:
        """Each surcharge with its amount per region."""
        regions = self.places.regions
        return [
            (
                s,
                np.array(
                    [s.per_parcel_minor if not s.regions or r in s.regions else 0 for r in regions], dtype=np.int64
                ),
            )
            for s in self.contract.surcharges
        ]


class _RateTable:
    """The rates of all zones of a contract end to end, so that one binary search finds every parcel's bracket."""

    def __init__(self, rates: list[Rate]) -> None:
        brackets = [sorted(rate.brackets, key=lambda b: b.to_g) for rate in rates]
        self.keys = np.array([z * _ZONE_STRIDE + b.to_g for z, row in enumerate(brackets) for b in row], dtype=np.int64)
        prices = [b.price_minor for row in brackets for b in row]
        self.prices = np.array([*prices, 0], dtype=np.int64)
        self.ends = np.cumsum([len(row) for row in brackets] or [0])
        self.first_g = np.array([r.first_g for r in rates], dtype=np.int64)
        self.first_price = np.array([r.first_price_minor for r in rates], dtype=np.int64)
        self.step_g = np.array([max(r.step_g, 1) for r in rates], dtype=np.int64)
        self.step_price = np.array([r.step_price_minor for r in rates], dtype=np.int64)

    def base(self, zone: Ints, billable_g: Ints) -> tuple[Ints, Mask]:
        """Base price per parcel, and which parcels have none."""
        z = np.maximum(zone, 0)
        found = np.searchsorted(self.keys, z * _ZONE_STRIDE + billable_g)
        above = found >= self.ends[z]
        steps = -(-np.maximum(billable_g - self.first_g[z], 0) // self.step_g[z])
        beyond = self.first_price[z] + steps * self.step_price[z]
        refused = (zone < 0) | (above & (self.first_g[z] <= 0))
        return np.where(refused, 0, np.where(above, beyond, self.prices[found])), np.asarray(refused)


def price_parcels(contract: Contract, parcels: Parcels, places: Places) -> PricedParcels:
    """Price every parcel line by line.

    Refused (no price): the contract has no zone for the lane, the zone has no rate, or the parcel is above the last
    bracket of a rate without first weight.
    """
    tariff = Tariff(contract, places)
    carried = tariff.carry(tariff.lane_zone(parcels.site, parcels.region), parcels.weight_g, parcels.volume_cm3)
    clauses = tuple(dict.fromkeys([*CARRIED, *(s.name for s in contract.surcharges)]))
    amounts = np.zeros((len(clauses), len(parcels)), dtype=np.int64)
    for row, line in zip(amounts, carried.lines, strict=False):
        np.take(line, carried.case, out=row, mode="clip")
    refused = carried.refused
    for name, due in tariff.surcharges(parcels.region, parcels.day):
        amounts[clauses.index(name)] += np.where(refused, 0, due) if refused.any() else due
    return PricedParcels(clauses, amounts, amounts.sum(axis=0), refused)


def billable_steps(rule: Billable, weight_g: Ints, volume_cm3: Ints) -> Ints:
    """max(actual, volume * 1000 / divisor) in begun steps of the rule; in whole numbers throughout."""
    step = max(rule.step_g, 1)
    steps = -(-weight_g // step)
    if rule.divisor_cm3_per_kg > 0:
        steps = np.maximum(steps, -(-volume_cm3 * 1000 // (rule.divisor_cm3_per_kg * step)))
    return np.asarray(steps)


def share_of(amount_minor: Ints, share: float) -> Ints:
    """`share` of amounts that are not negative, rounded half up; the share is taken to a millionth."""
    return np.asarray((amount_minor * round(share * _MILLION) + _MILLION // 2) // _MILLION)
