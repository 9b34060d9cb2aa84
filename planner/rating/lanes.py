"""Courier prices as the other layers need them: a mean per lane and day, and the charge of every simulated order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.carriers import Contract
from planner.domain.demand import Floats, Ints, mean_path
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import Records
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


def courier_charges(problem: Problem, records: Records) -> Ints:
    """Charge of every order in minor units: by its site, contract, region, weight, volume and day; 0 without courier.

    The day is that of the hand-over, or of the order while it is not handed over. A parcel that its contract refuses
    as too heavy travels with the cheapest other contract that collects at its site; where all refuse it there is no
    price (see `refused_by_all`) and the charge is 0.
    """
    return charges_and_refusals(problem, records)[0]


def refused_by_all(problem: Problem, records: Records) -> Mask:
    """Which orders of a replication were given to a courier, but no contract at their site has a price for them."""
    return charges_and_refusals(problem, records)[1]


def charges_and_refusals(problem: Problem, records: Records) -> tuple[Ints, Mask]:
    """`courier_charges` and `refused_by_all` of a replication in one pass."""
    orders = records.orders
    handed = records.handed_over_at_s >= 0
    day = np.where(handed, records.handed_over_at_s, orders.ordered_at_s) // DAY_S
    charge = np.zeros(len(orders), dtype=np.int64)
    refused = np.zeros(len(orders), dtype=bool)
    places = Places.of(problem)
    tariffs = [Tariff(contract, places) for contract in problem.contracts]
    for c, tariff in enumerate(tariffs):
        chosen = np.flatnonzero((records.contract == c) & (records.site >= 0))
        charge[chosen], refused[chosen] = _charge(tariff, records, chosen, day[chosen])
    left = np.flatnonzero(refused)
    if len(left):
        charge[left], refused[left] = _cheapest_other(problem, tariffs, records, left, day[left])
    return charge, refused


def _charge(tariff: Tariff, records: Records, chosen: Ints, day: Ints) -> tuple[Ints, Mask]:
    """Charges of the chosen orders under one tariff, and which of them it refuses (charge 0)."""
    region = records.orders.region[chosen]
    carried = tariff.carry(
        tariff.lane_zone(records.site[chosen], region),
        records.orders.weight_g[chosen],
        records.orders.volume_cm3[chosen],
    )
    return np.where(carried.refused, 0, carried.total + tariff.extras(region, day)), carried.refused


def _cheapest_other(
    problem: Problem, tariffs: list[Tariff], records: Records, chosen: Ints, day: Ints
) -> tuple[Ints, Mask]:
    """The least charge any contract collecting at the order's site asks, and which orders none of them takes."""
    offers = []
    for contract, tariff in zip(problem.contracts, tariffs, strict=True):
        charge, refused = _charge(tariff, records, chosen, day)
        there = collecting_sites(problem, contract.name)[records.site[chosen]]
        offers.append(np.where(refused | ~there, np.inf, charge))
    best = np.min(offers, axis=0)
    nobody = np.isinf(best)
    return np.where(nobody, 0, best).astype(np.int64), np.asarray(nobody)


def _product_mix(problem: Problem) -> Floats:
    """Share of every product class in all the orders of the promotion, events weighted by their expected size."""
    demand = problem.demand
    expected = mean_path(demand, problem.horizon).intensity.sum(axis=1)
    mix = expected @ demand.product_shares() if expected.sum() > 0 else demand.product_shares().mean(axis=0)
    return np.asarray(mix / mix.sum())
