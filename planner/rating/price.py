"""Pricing parcels by a contract, clause by clause, exactly as an invoice would: integer minor units, no floats.

Order of the lines: base, discount, minimum charge, fuel, every surcharge by its name, and for parcels through a hub its
fee, the way on from there, and the subsidy on that. Each clause is rounded half up (a discount by its size); a price is
the sum of its lines.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Self

import numpy as np

from planner.domain.carriers import Contract, Hub, Rate
from planner.domain.demand import Floats, Ints, Seconds
from planner.domain.problem import Problem
from planner.domain.records import Mask, Small
from planner.rating.amounts import RateTable, billable_steps, share_of
from planner.rating.surcharges import SurchargeTable

CARRIED = ("base", "discount", "minimum", "fuel")
THROUGH_HUB = ("hub_fee", "hub_onward", "hub_subsidy")
NO_ZONE = -1
PRICED, NOT_SERVED, TOO_HEAVY, TOO_HEAVY_FOR_HUB = range(4)
REFUSALS = ("", "no zone for this region", "too heavy for the contract", "too heavy for the hub")


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
    day: Ints | Seconds

    def __len__(self) -> int:
        return len(self.weight_g)

    def __getitem__(self, chosen: Ints | slice) -> Self:
        return type(self)(*(getattr(self, f.name)[chosen] for f in fields(self)))


@dataclass(frozen=True, eq=False)
class Quote:
    """`total[n]` in minor units; `base[n]`, its part that discounts on the base price count on (base, discount and
    minimum charge); `refusal[n]`, an index into `REFUSALS`: where it is not 0 there is no price, and both read 0."""

    base: Ints
    total: Ints
    refusal: Small

    @property
    def refused(self) -> Mask:
        return self.refusal > 0


@dataclass(frozen=True, eq=False)
class PricedParcels(Quote):
    """A quote line by line: `amounts[clause, n]` in minor units; lines of the same name are one line."""

    clauses: tuple[str, ...]
    amounts: Ints


@dataclass(frozen=True, eq=False)
class Carried:
    """The part of prices that depends on lane and billable weight only, for each distinct case, and the case of every
    parcel.

    `lines[line, case]`: `CARRIED`, then `THROUGH_HUB` where the contract has a hub; all 0 in a refused case.
    """

    lines: Ints
    refusal: Small
    case: Ints

    @property
    def base(self) -> Ints:
        """Base price less discount, minimum charge included, by case."""
        return np.asarray(self.lines[:3].sum(axis=0))


class Tariff:
    """A contract laid out as arrays over the sites and regions of `Places`, ready to price any number of parcels.

    `lane[site, region]` is a way of being priced: an index into `zones`, the same plus their number for parcels through
    the hub, or NO_ZONE.
    """

    def __init__(self, contract: Contract, places: Places) -> None:
        self.contract = contract
        self.places = places
        self.zones = tuple(sorted(contract.rates))
        number = {zone: k for k, zone in enumerate(self.zones)}
        self.lane = np.full((len(places.sites), len(places.regions)), NO_ZONE, dtype=np.int64)
        for r, region in enumerate(places.regions):
            for s, site in enumerate(places.sites):
                zone = contract.zone(site, region)
                if zone in number:
                    self.lane[s, r] = number[zone] + len(self.zones) * contract.through_hub(region)
        self.lanes = len(self.zones) * (1 if contract.hub is None else 2)
        self.surcharges = SurchargeTable(contract, places.regions, places.first_date.toordinal())
        self._rates = RateTable([contract.rates[zone] for zone in self.zones] or [Rate("")])
        onward = contract.hub.onward if contract.hub is not None else None
        self._onward = None if onward is None else RateTable([onward])

    def lane_of(self, site: Small | Ints, region: Small | Ints) -> Ints:
        """Lane of each pair of site and region."""
        return np.asarray(self.lane.take(site.astype(np.int64) * len(self.places.regions) + region))

    def carry(self, lane: Ints, weight_g: Ints, volume_cm3: Ints) -> Carried:
        """Lines of parcels on given lanes, surcharges apart.

        Parcels of one lane and billable weight cost the same: where there are fewer such pairs than parcels, every
        pair is priced once.
        """
        steps = billable_steps(self.contract.billable, weight_g, volume_cm3)
        step_g = max(self.contract.billable.step_g, 1)
        heaviest = int(steps.max(initial=0)) + 1
        if (self.lanes + 1) * heaviest < len(steps):
            every_lane = np.repeat(np.arange(NO_ZONE, self.lanes), heaviest)
            every_step = np.tile(np.arange(heaviest), self.lanes + 1)
            return Carried(*self._price(every_lane, every_step * step_g), (lane - NO_ZONE) * heaviest + steps)
        return Carried(*self._price(lane, steps * step_g), np.arange(len(steps)))

    def _price(self, lane: Ints, billable_g: Ints) -> tuple[Ints, Small]:
        """Lines of the invoice [line, case], surcharges apart, and why a case is refused."""
        zone = np.maximum(lane, 0) % max(len(self.zones), 1)
        base, too_heavy = self._rates.base(zone, billable_g)
        discount = -share_of(base, self.contract.discount)
        least = np.maximum(self._rates.minimum, self.contract.minimum_charge_minor)[zone]
        minimum = np.maximum(least - base - discount, 0)
        fuel = share_of(base + discount + minimum, self.contract.fuel)
        lines, refusal = [base, discount, minimum, fuel], np.where(too_heavy, TOO_HEAVY, PRICED)
        hub = self.contract.hub
        if hub is not None:
            hub_lines, too_heavy_on = self._hub_lines(hub, lane >= len(self.zones), billable_g)
            lines += hub_lines
            refusal = np.where(too_heavy_on & ~too_heavy, TOO_HEAVY_FOR_HUB, refusal)
        refusal = np.where(lane == NO_ZONE, NOT_SERVED, refusal).astype(np.int16)
        return np.where(refusal == PRICED, np.stack(lines), 0), refusal

    def _hub_lines(self, hub: Hub, through: Mask, billable_g: Ints) -> tuple[list[Ints], Mask]:
        """Lines of the hub for parcels that go through it, and which of them have no price for the way on."""
        onward, too_heavy = np.zeros_like(billable_g), np.zeros(len(billable_g), dtype=bool)
        if self._onward is not None:
            onward, too_heavy = self._onward.base(np.zeros_like(billable_g), billable_g)
        lines = (np.full_like(onward, hub.fee_minor), onward, -np.minimum(onward, hub.subsidy_minor))
        return [line * through for line in lines], too_heavy & through

    def refusal(self, carried: Carried, lane: Ints, weight_g: Ints) -> Small:
        """Why each parcel is refused, as an index into `REFUSALS`."""
        refusal = np.asarray(carried.refusal.take(carried.case))
        hub = self.contract.hub
        if hub is not None and hub.up_to_g:
            too_heavy = (lane >= len(self.zones)) & (weight_g > hub.up_to_g) & (refusal == PRICED)
            refusal[too_heavy] = TOO_HEAVY_FOR_HUB
        return refusal

    def quote(self, parcels: Parcels) -> Quote:
        """Price of each parcel, without its lines."""
        lane = self.lane_of(parcels.site, parcels.region)
        carried = self.carry(lane, parcels.weight_g, parcels.volume_cm3)
        base, total = carried.base.take(carried.case), carried.lines.sum(axis=0).take(carried.case)
        cell = self.surcharges.cell(parcels.region, parcels.day)
        total += self.surcharges.flat_sum.take(cell)
        for weighed in self.surcharges.weighed:
            total += weighed.due.take(cell) * weighed.amount(base, parcels.weight_g, parcels.volume_cm3)
        refusal = self.refusal(carried, lane, parcels.weight_g)
        if refusal.any():
            base[refusal > 0] = total[refusal > 0] = 0
        return Quote(base, total, refusal)

    def cost(self, parcels: Parcels) -> Floats:
        """Price of each parcel in minor units; infinite where the contract refuses it."""
        quote = self.quote(parcels)
        return np.where(quote.refused, np.inf, quote.total)

    def priced(self, parcels: Parcels) -> PricedParcels:
        """Price of each parcel, line by line."""
        lane = self.lane_of(parcels.site, parcels.region)
        carried = self.carry(lane, parcels.weight_g, parcels.volume_cm3)
        base = np.asarray(carried.base.take(carried.case))
        clauses = (*CARRIED, *self.surcharges.names, *(THROUGH_HUB if self.contract.hub is not None else ()))
        clauses = tuple(dict.fromkeys(clauses))
        amounts = np.zeros((len(clauses), len(parcels)), dtype=np.int64)
        names = (*CARRIED, *THROUGH_HUB)[: len(carried.lines)]
        for name, line in zip(names, carried.lines, strict=True):
            np.take(line, carried.case, out=amounts[clauses.index(name)], mode="clip")
        cell = self.surcharges.cell(parcels.region, parcels.day)
        for name, line in zip(self.surcharges.names, self.surcharges.flat, strict=True):
            amounts[clauses.index(name)] += line.take(cell)
        for weighed in self.surcharges.weighed:
            due = weighed.due.take(cell) * weighed.amount(base, parcels.weight_g, parcels.volume_cm3)
            amounts[clauses.index(self.surcharges.names[weighed.line])] += due
        refusal = self.refusal(carried, lane, parcels.weight_g)
        if refusal.any():
            base[refusal > 0] = 0
            amounts[:, refusal > 0] = 0
        return PricedParcels(base, amounts.sum(axis=0), refusal, clauses, amounts)


def price_parcels(contract: Contract, parcels: Parcels, places: Places) -> PricedParcels:
    """Price every parcel line by line.

    Refused (no price): the contract has no zone for the lane, the zone has no rate, the parcel is above the last
    bracket of a rate without first weight, or too heavy for the hub.
    """
    return Tariff(contract, places).priced(parcels)
