"""Courier prices as the other layers need them: a mean per lane and day, and the charge of every simulated order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Self

import numpy as np

from planner.domain.carriers import Contract
from planner.domain.demand import Floats, Ints, Seconds, mean_path
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import Records, Small, blocks
from planner.domain.scenarios import LaneCosts
from planner.domain.streams import PLANNING, Streams
from planner.rating.price import Mask, Places, Tariff

SAMPLE_SIZE = 10_000  # the mean price of a lane is then known to about half a percent


@dataclass(frozen=True, eq=False)
class LanePrices:
    """Mean charge `mean[site, region, contract, day]` in minor units over the sampled parcels that are not refused
    (inf where there is no lane or every parcel is refused), and `refused[site, region, contract]`, the share of
    parcels too heavy for the lane (1 where there is none)."""

    mean: Floats
    refused: Floats


@dataclass(frozen=True, eq=False)
class ParcelSample:
    """Grams and cubic centimetres of the parcels that lanes are priced with."""

    weight_g: Ints
    volume_cm3: Ints


def lane_costs(problem: Problem, seed: int) -> LaneCosts:
    """Mean charge of a parcel per lane and day (see `LanePrices`); one column of zeros without contracts.

    A site without collections, where orders are done when packed, has zeros in the first column.
    """
    if not problem.contracts:
        return LaneCosts(np.zeros((len(problem.sites), len(problem.regions), 1, problem.horizon.days)))
    mean = lane_prices(problem, seed).mean
    mean[[not site.collections for site in problem.sites], :, 0] = 0.0
    return LaneCosts(mean)


def lane_prices(problem: Problem, seed: int) -> LanePrices:
    """Mean charge and refused share of every lane of the problem; dates count to the day."""
    sample = sample_parcels(problem, seed)
    shape = (len(problem.sites), len(problem.regions), len(problem.contracts))
    mean, refused = np.full((*shape, problem.horizon.days), np.inf), np.ones(shape)
    for c, contract in enumerate(problem.contracts):
        used = collecting_sites(problem, contract.name)
        priced = price_lanes(problem, contract, sample)
        mean[used, :, c], refused[used, :, c] = priced.mean[used, :, 0], priced.refused[used, :, 0]
    return LanePrices(mean, refused)


def price_lanes(problem: Problem, contract: Contract, sample: ParcelSample) -> LanePrices:
    """Lanes of one contract (also one that is not in the problem) from every site, as if it collected everywhere."""
    tariff = Tariff(contract, Places.of(problem))
    zone_mean = np.full(len(tariff.zones) + 1, np.inf)
    zone_refused = np.ones(len(tariff.zones) + 1)
    for z in range(len(tariff.zones)):
        carried = tariff.carry(np.full(len(sample.weight_g), z), sample.weight_g, sample.volume_cm3)
        zone_refused[z] = carried.refused.mean()
        if not carried.refused.all():
            zone_mean[z] = carried.total[~carried.refused].mean()
    days = np.arange(problem.horizon.days)
    extras = tariff.extras(np.arange(len(problem.regions))[:, None], days[None, :])
    mean: Floats = zone_mean[tariff.zone][:, :, None] + extras[None]
    return LanePrices(mean[:, :, None, :], zone_refused[tariff.zone][:, :, None])


def collecting_sites(problem: Problem, contract: str) -> Mask:
    """Which sites a contract collects at."""
    return np.array([contract in problem.carriers_at(site) for site in problem.sites], dtype=bool)


def sample_parcels(problem: Problem, seed: int) -> ParcelSample:
    """A fixed sample of parcels from the promotion's mix of products, from a stream of its own."""
    rng = Streams(seed, PLANNING, 0).rng("lane parcels")
    product = rng.choice(len(problem.products), SAMPLE_SIZE, p=_product_mix(problem))
    units = 1 + rng.poisson(np.array([max(p.units_mean - 1.0, 0.0) for p in problem.products])[product])
    sigma = np.sqrt(np.log1p(np.array([p.weight_cv for p in problem.products]) ** 2))[product]
    one = np.array([p.weight_g for p in problem.products])[product] * np.exp(sigma * rng.standard_normal(SAMPLE_SIZE))
    volume = np.array([p.volume_cm3 for p in problem.products])[product]
    return ParcelSample(np.maximum(np.rint(one * units), 1).astype(np.int64), np.rint(volume * units).astype(np.int64))


def charges_and_refusals(problem: Problem, records: Records) -> tuple[Ints, Mask]:
    """Charge of every order in minor units, and which orders were given to a courier without a price for them.

    By site, contract, region, weight, volume and the day of the hand-over (of the order while it is not handed over); 0
    without courier. A parcel that its contract refuses as too heavy travels with the cheapest other contract that
    collects at its site; where all refuse it, it has no price, and the charge is 0.
    """
    charge = np.zeros(len(records.orders), dtype=np.int64)
    refused = np.zeros(len(records.orders), dtype=bool)
    days = 1 + max(problem.horizon.end_s, int(records.handed_over_at_s.max(initial=0))) // DAY_S
    desks = _desks(problem, days)
    for block in blocks(len(records.orders)):
        charge[block], refused[block] = _charge_block(desks, Parcel.of(records, block))
    return charge, refused


@dataclass(frozen=True, eq=False, slots=True)
class Parcel:
    """Orders of a replication as their courier sees them: contract -1 without one; the day of the hand-over, or of the
    order while it is not handed over."""

    site: Small
    region: Small
    contract: Small
    weight_g: Ints
    volume_cm3: Ints
    day: Seconds

    @classmethod
    def of(cls, records: Records, block: slice) -> Self:
        orders, handed = records.orders, records.handed_over_at_s[block]
        day = np.where(handed >= 0, handed, orders.ordered_at_s[block]) // np.int32(DAY_S)
        contract = records.contract[block]
        if records.cancelled:
            contract = np.where(records.site[block] < 0, np.int16(-1), contract)
        return cls(
            records.site[block], orders.region[block], contract, orders.weight_g[block], orders.volume_cm3[block], day
        )

    def __getitem__(self, chosen: Ints) -> Self:
        return type(self)(*(getattr(self, f.name)[chosen] for f in fields(self)))


@dataclass(frozen=True, eq=False, slots=True)
class Desk:
    """A contract at work: its tariff, the sum of its surcharges [region, day], the sites it collects at."""

    tariff: Tariff
    extras: Ints
    there: Mask

    @classmethod
    def of(cls, problem: Problem, tariff: Tariff, days: int) -> Self:
        extras = tariff.extras(np.arange(len(problem.regions))[:, None], np.arange(days)[None, :])
        return cls(tariff, extras, collecting_sites(problem, tariff.contract.name))

    def charge(self, parcels: Parcel) -> tuple[Ints, Mask]:
        """Charges under this tariff, and which parcels it refuses (charge 0)."""
        zone = self.tariff.lane_zone(parcels.site, parcels.region)
        carried = self.tariff.carry(zone, parcels.weight_g, parcels.volume_cm3)
        total, refused = carried.total, carried.refused
        total += self.extras.ravel().take(parcels.region * np.int64(self.extras.shape[1]) + parcels.day)
        if refused.any():
            total[refused] = 0
        return total, refused


@lru_cache(maxsize=1)
def _desks(problem: Problem, days: int) -> tuple[Desk, ...]:
    places = Places.of(problem)
    return tuple(Desk.of(problem, Tariff(contract, places), days) for contract in problem.contracts)


def _charge_block(desks: Sequence[Desk], parcels: Parcel) -> tuple[Ints, Mask]:
    """Every parcel by its contract; those it refuses as too heavy by the cheapest other."""
    charge = np.zeros(len(parcels.day), dtype=np.int64)
    refused = np.zeros(len(parcels.day), dtype=bool)
    for c, desk in enumerate(desks):
        chosen = np.flatnonzero(parcels.contract == c)
        if len(chosen) == len(charge):
            charge, refused = desk.charge(parcels)
        elif len(chosen):
            charge[chosen], refused[chosen] = desk.charge(parcels[chosen])
    left = np.flatnonzero(refused)
    if len(left):
        charge[left], refused[left] = _cheapest_other(desks, parcels[left])
    return charge, refused


def _cheapest_other(desks: Sequence[Desk], parcels: Parcel) -> tuple[Ints, Mask]:
    """The least charge any contract collecting at the order's site asks, and which orders none of them takes."""
    offers = []
    for desk in desks:
        charge, refused = desk.charge(parcels)
        offers.append(np.where(refused | ~desk.there[parcels.site], np.inf, charge))
    best = np.min(offers, axis=0)
    nobody = np.isinf(best)
    return np.where(nobody, 0, best).astype(np.int64), np.asarray(nobody)


def _product_mix(problem: Problem) -> Floats:
    """Share of every product class in all the orders of the promotion, events weighted by their expected size."""
    demand = problem.demand
    expected = mean_path(demand, problem.horizon).intensity.sum(axis=1)
    mix = expected @ demand.product_shares() if expected.sum() > 0 else demand.product_shares().mean(axis=0)
    return np.asarray(mix / mix.sum())
