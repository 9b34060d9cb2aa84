"""Pricing parcels by a contract, clause by clause, as an invoice would: integer minor units.

Order of the lines: base, discount, minimum charge, fuel, every surcharge by its name, and for
parcels through a hub its fee, the way on from there, and the subsidy on that. Each clause is
rounded half up (a discount by its size); a price is the sum of its lines. Fuel on a surcharge is
rounded by itself and is part of the line of fuel.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from typing import Self

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.contracts import Contract, Hub, Rate
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.records import Mask, Small
from planner.rating.price_arithmetic import RateTable, billable_steps, exceeds, share_of, step_parts
from planner.rating.surcharges import SurchargeTable

FUEL = "fuel"
CARRIED = ("base", "discount", "minimum", FUEL)
THROUGH_HUB = ("hub_fee", "hub_onward", "hub_subsidy")
NO_ZONE = -1
_PART = 1 << 17  # parcels priced at once: memory stays bounded
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
        """The places of a problem."""
        return cls(problem.site_names, problem.region_names, problem.horizon.start.date())


@dataclass(frozen=True, eq=False, kw_only=True)
class Parcels:
    """Parcels [n] as a courier sees them.

    Attributes
    ----------
    site, region : Ints
        Indices into `Places`.
    weight_g, volume_cm3 : Ints or Floats
        Grams and cubic centimetres: whole numbers; fractions are for contracts in pounds (see
        `Contract.parts_per_g`).
    day : Ints
        Day number, any integer, by which charges apply: of the hand-over, or of the order while
        that is not known.
    residential_u : Floats or None
        A number in [0, 1], below a surcharge's residential share where the parcel goes to a home
        (None: where no price depends on it, see `Tariff.by_residence`).
    """

    site: Small | Ints
    region: Small | Ints
    weight_g: Ints | Floats
    volume_cm3: Ints | Floats
    day: Ints | Seconds
    residential_u: Floats | None = None

    def __len__(self) -> int:
        return len(self.weight_g)

    def __getitem__(self, chosen: Ints | slice) -> Self:
        columns = {f.name: getattr(self, f.name) for f in fields(self)}
        return replace(self, **{name: c[chosen] for name, c in columns.items() if c is not None})


@dataclass(frozen=True, eq=False)
class Quote:
    """Prices of parcels [n].

    Attributes
    ----------
    base : Ints
        Minor units: base price less discount, minimum charge included.
    total : Ints
        Minor units.
    refusal : Small
        An index into `REFUSALS`: where it is not 0 there is no price, and both read 0.
    """

    base: Ints
    total: Ints
    refusal: Small

    @property
    def refused(self) -> Mask:
        """Which parcels have no price."""
        return self.refusal > 0


@dataclass(frozen=True, eq=False)
class PricedParcels(Quote):
    """A quote line by line.

    `amounts[line, n]` in minor units, by the names in `clauses`; lines of one name are one line.
    """

    clauses: tuple[str, ...]
    amounts: Ints


@dataclass(frozen=True, eq=False)
class Cases:
    """The part of prices that depends on lane and billable weight only, for each distinct case.

    `lines[line, case]`: `CARRIED`, then `THROUGH_HUB` where the contract has a hub, all 0 in a
    refused case; their sum `total`; `base`, the base price less discount, minimum charge included.
    The case of a parcel is `(lane - NO_ZONE) * stride + steps` for its begun steps of billable
    weight; with `stride` 0 there is one case for each parcel.
    """

    lines: Ints
    base: Ints
    total: Ints
    refusal: Small
    stride: int

    def of(self, lane: Ints, steps: Ints) -> Ints:
        """The case of every parcel."""
        return (lane - NO_ZONE) * self.stride + steps if self.stride else np.arange(len(lane))


class PriceTable:
    """A contract laid out as arrays, ready to price any number of parcels.

    `lane[site, region]`, over the sites and regions of `Places`, is a way of being priced: an index
    into `zones`, the same plus their number for parcels through the hub, or NO_ZONE.
    """

    def __init__(self, contract: Contract, places: Places) -> None:
        self.contract = contract
        self.places = places
        self._parts = contract.parts_per_g
        self._step = step_parts(contract.tariff.billable, self._parts)
        self.zones = tuple(sorted(contract.tariff.rates))
        number = {zone: k for k, zone in enumerate(self.zones)}
        self.lane = np.full((len(places.sites), len(places.regions)), NO_ZONE, dtype=np.int64)
        for r, region in enumerate(places.regions):
            for s, site in enumerate(places.sites):
                zone = contract.zone(site, region)
                if zone in number:
                    self.lane[s, r] = number[zone] + len(self.zones) * contract.through_hub(region)
        self.lanes = len(self.zones) * (1 if contract.hub is None else 2)
        self.surcharges = SurchargeTable(contract, places.regions, places.first_date.toordinal())
        self._rates = RateTable(
            [contract.tariff.rates[zone] for zone in self.zones] or [Rate(zone="")], self._parts
        )
        hub_lines = THROUGH_HUB if contract.hub is not None else ()
        self.clauses = tuple(dict.fromkeys((*CARRIED, *self.surcharges.names, *hub_lines)))
        onward = contract.hub.onward if contract.hub is not None else None
        self._onward = None if onward is None else RateTable([onward], self._parts)
        self._heaviest = np.array(
            [self._heaviest_on(k) for k in range(NO_ZONE, self.lanes)], dtype=np.int64
        )

    def steps(self, weight_g: Ints | Floats, volume_cm3: Ints | Floats) -> Ints:
        """Begun steps of billable weight."""
        return billable_steps(self.contract.tariff.billable, weight_g, volume_cm3, self._parts)

    def _heaviest_on(self, lane: int) -> int:
        """Billable weight of the heaviest parcel that has a price on a lane."""
        if lane == NO_ZONE:
            return NO_ZONE
        rates = [self.contract.tariff.rates[self.zones[lane % len(self.zones)]]]
        hub = self.contract.hub
        if lane >= len(self.zones) and hub is not None and hub.onward is not None:
            rates.append(hub.onward)
        return min(round(rate.heaviest_g * self._parts) for rate in rates)

    def refuses(self, parcels: Parcels) -> Mask:
        """Which parcels have no price: those that `quote` refuses, without pricing the others."""
        lane = self.lane_of(parcels.site, parcels.region)
        billable = self.steps(parcels.weight_g, parcels.volume_cm3) * self._step
        too_heavy = billable > self._heaviest[lane - NO_ZONE]
        return np.asarray(too_heavy | self.too_heavy_for_hub(lane, parcels.weight_g))

    def lane_of(self, site: Small | Ints, region: Small | Ints) -> Ints:
        """Lane of each pair of site and region."""
        return np.asarray(self.lane.take(site.astype(np.int64) * len(self.places.regions) + region))

    def cases(self, parcels: Parcels) -> Cases | None:
        """Price every pair of lane and billable weight once.

        None where there are no fewer of them than parcels.
        """
        if not len(parcels):
            return None
        heaviest = np.array([parcels.weight_g.max()]), np.array([parcels.volume_cm3.max()])
        stride = int(self.steps(*heaviest)[0]) + 1
        if (self.lanes + 1) * stride >= len(parcels):
            return None
        every_lane = np.repeat(np.arange(NO_ZONE, self.lanes), stride)
        return self.price_cases(every_lane, np.tile(np.arange(stride), self.lanes + 1), stride)

    def price_cases(self, lane: Ints, steps: Ints, stride: int = 0) -> Cases:
        """Price pairs of lane and billable weight, surcharges apart.

        Parameters
        ----------
        lane : Ints
            Lane of each case.
        steps : Ints
            Begun steps of billable weight of each case.
        stride : int
            As in `Cases`.

        Returns
        -------
        Cases
            Lines of the invoice.
        """
        billable = steps * self._step
        zone = np.maximum(lane, 0) % max(len(self.zones), 1)
        base, too_heavy = self._rates.base(zone, billable)
        discount = -share_of(base, self.contract.tariff.discount)
        least = np.maximum(self._rates.minimum, self.contract.tariff.minimum_charge_minor)[zone]
        minimum = np.maximum(least - base - discount, 0)
        fuel = share_of(base + discount + minimum, self.contract.tariff.fuel)
        lines, refusal = [base, discount, minimum, fuel], np.where(too_heavy, TOO_HEAVY, PRICED)
        hub = self.contract.hub
        if hub is not None:
            hub_lines, too_heavy_on = self._hub_lines(hub, lane >= len(self.zones), billable)
            lines += hub_lines
            refusal = np.where(too_heavy_on & ~too_heavy, TOO_HEAVY_FOR_HUB, refusal)
        refusal = np.where(lane == NO_ZONE, NOT_SERVED, refusal).astype(np.int16)
        amounts = np.where(refusal == PRICED, np.stack(lines), 0)
        return Cases(amounts, amounts[:3].sum(axis=0), amounts.sum(axis=0), refusal, stride)

    def _hub_lines(self, hub: Hub, through: Mask, billable: Ints) -> tuple[list[Ints], Mask]:
        """Lines of the hub for parcels that go through it, and which of them have no price for the
        way on.
        """
        onward, too_heavy = np.zeros_like(billable), np.zeros(len(billable), dtype=bool)
        if self._onward is not None:
            onward, too_heavy = self._onward.base(np.zeros_like(billable), billable)
        lines = (
            np.full_like(onward, hub.fee_minor),
            onward,
            -np.minimum(onward, hub.subsidy_minor),
        )
        return [line * through for line in lines], too_heavy & through

    def too_heavy_for_hub(self, lane: Ints, weight_g: Ints | Floats) -> Mask:
        """Which parcels are heavier than their hub takes."""
        hub = self.contract.hub
        if hub is None or not hub.up_to_g:
            return np.zeros(len(lane), dtype=bool)
        return np.asarray(exceeds(weight_g, hub.up_to_g) & (lane >= len(self.zones)))

    def quote(self, parcels: Parcels) -> Quote:
        """Price of each parcel, without its lines."""
        return self._quote(parcels, None)

    def cost(self, parcels: Parcels) -> Floats:
        """Price of each parcel in minor units; infinite where the contract refuses it."""
        quote = self.quote(parcels)
        return np.where(quote.refused, np.inf, quote.total)

    def priced(self, parcels: Parcels) -> PricedParcels:
        """Price of each parcel, line by line."""
        amounts = np.zeros((len(self.clauses), len(parcels)), dtype=np.int64)
        quote = self._quote(parcels, amounts)
        return PricedParcels(quote.base, quote.total, quote.refusal, self.clauses, amounts)

    def _quote(self, parcels: Parcels, amounts: Ints | None) -> Quote:
        """The quote, a part of the parcels after the other; its lines are added to `amounts` where
        they are wanted.
        """
        n = len(parcels)
        found = Quote(
            np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int16)
        )
        cases = self.cases(parcels)
        for begin in range(0, n, _PART):
            part = slice(begin, begin + _PART)
            into = Quote(found.base[part], found.total[part], found.refusal[part])
            self._fill(parcels[part], cases, into, None if amounts is None else amounts[:, part])
        return found

    def _fill(
        self, parcels: Parcels, known: Cases | None, found: Quote, amounts: Ints | None
    ) -> None:
        """Prices of a part of the parcels, written into `found` and, line by line, into
        `amounts`.
        """
        lane = self.lane_of(parcels.site, parcels.region)
        steps = self.steps(parcels.weight_g, parcels.volume_cm3)
        cases = self.price_cases(lane, steps) if known is None else known
        case, cell = cases.of(lane, steps), self.surcharges.cell(parcels.region, parcels.day)
        np.take(cases.base, case, out=found.base, mode="clip")
        np.add(cases.total.take(case), self.surcharges.flat_sum.take(cell), out=found.total)
        np.take(cases.refusal, case, out=found.refusal, mode="clip")
        if amounts is not None:
            self._add_lines(cases.lines, case, cell, amounts)
        for weighed in self.surcharges.weighed:
            paying = weighed.paying(cell, parcels)
            due = weighed.amount(found.base.take(paying), parcels, paying)
            fuel = weighed.fuel_on(due)
            found.total[paying] += due + fuel
            if amounts is not None:
                amounts[self.clauses.index(weighed.clause.name)][paying] += due
                amounts[self.clauses.index(FUEL)][paying] += fuel
        too_heavy = np.flatnonzero(self.too_heavy_for_hub(lane, parcels.weight_g))
        found.refusal[too_heavy[found.refusal[too_heavy] == PRICED]] = TOO_HEAVY_FOR_HUB
        refused = np.flatnonzero(found.refusal)
        if len(refused):
            found.base[refused] = found.total[refused] = 0
            if amounts is not None:
                amounts[:, refused] = 0

    def _add_lines(self, lines: Ints, case: Ints, cell: Ints, amounts: Ints) -> None:
        """The lines that depend on lane and billable weight, or on region and day."""
        names = (*CARRIED, *THROUGH_HUB)[: len(lines)]
        for name, line in zip(names, lines, strict=True):
            np.take(line, case, out=amounts[self.clauses.index(name)], mode="clip")
        if self.surcharges.flat_fuel.any():
            amounts[self.clauses.index(FUEL)] += self.surcharges.flat_fuel.take(cell)
        for name, line in zip(self.surcharges.names, self.surcharges.flat, strict=True):
            row = amounts[self.clauses.index(name)]
            if name in names:
                row += line.take(cell)
            elif line.any():
                np.take(line, cell, out=row, mode="clip")


class _SameContract:
    """A contract as a key: the object itself, since hashing all its numbers takes longer."""

    __slots__ = ("contract",)

    def __init__(self, contract: Contract) -> None:
        self.contract = contract

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _SameContract) and self.contract is other.contract

    def __hash__(self) -> int:
        return id(self.contract)


def price_table(contract: Contract, places: Places) -> PriceTable:
    """The price table of a contract, laid out once for all problems that hold the same contract.

    Parameters
    ----------
    contract : Contract
        The contract.
    places : Places
        What the indices of parcels refer to.

    Returns
    -------
    PriceTable
        Shared: it does not change.
    """
    return _laid_out(_SameContract(contract), places)


@lru_cache(maxsize=CASES_KEPT)
def _laid_out(contract: _SameContract, places: Places) -> PriceTable:
    return PriceTable(contract.contract, places)


def price_parcels(contract: Contract, parcels: Parcels, places: Places) -> PricedParcels:
    """Price every parcel line by line.

    Refused (no price): the contract has no zone for the lane, the zone has no rate, the parcel is
    above the last bracket of a rate without first weight, or too heavy for the hub.

    Parameters
    ----------
    contract : Contract
        The contract.
    parcels : Parcels
        The parcels [n].
    places : Places
        What their indices refer to.

    Returns
    -------
    PricedParcels
        Minor units [line, n].
    """
    return PriceTable(contract, places).priced(parcels)
