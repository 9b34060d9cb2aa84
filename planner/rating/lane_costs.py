"""Courier prices as other layers need them: means by lane, and the bill of a simulation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache, lru_cache
from statistics import NormalDist
from typing import Self

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.contracts import HEAVIEST_G, Contract
from planner.domain.demand_path import mean_path
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.random_streams import PLANNING, Streams
from planner.domain.records import NEVER, PERIOD_LINES, Mask, Records, Small, blocks
from planner.domain.weight_units import rounding
from planner.rating.parcel_price import PRICED, Parcels, Places, PriceTable, price_table
from planner.rating.volume_clauses import period_lines

SAMPLE_SIZE = 10_000  # the mean price of a lane is then known to about half a percent
_CLASS_POINTS = 16  # weights that stand for a class that no sampled parcel falls into
# quantiles of the scan delay: the chance of a late parcel is then good to 0.0005
_DELAY_POINTS = 2_000


@dataclass(frozen=True, eq=False)
class LanePrices:
    """Means over the sampled parcels that are not refused, in minor units.

    Attributes
    ----------
    mean : Floats
        Price [site, region, contract, day]; inf where there is no lane or every parcel is refused.
    base : Floats
        Its part that discounts on the base price count on, of the same shape; 0 without a price.
    refund : Floats
        Expected refund of late parcels, of the same shape.
    loss : Floats
        Expected loss on lost parcels, of the same shape.
    refused : Floats
        Share of parcels that are refused [site, region, contract]; 1 where there is no lane.
    """

    mean: Floats
    base: Floats
    refund: Floats
    loss: Floats
    refused: Floats


@dataclass(frozen=True, eq=False)
class ParcelSample:
    """Grams, cubic centimetres and minor units paid of the parcels that lanes are priced with."""

    weight_g: Ints
    volume_cm3: Ints
    paid_minor: Ints

    def within(self, above_g: int, to_g: int) -> ParcelSample:
        """The parcels of a weight class.

        Where it holds none, weights spread over it with the volume and the value that a parcel has
        by weight and on average.
        """
        chosen = (self.weight_g > above_g) & (self.weight_g <= to_g)
        if chosen.all():
            return self
        if chosen.any():
            return ParcelSample(*(getattr(self, f.name)[chosen] for f in fields(self)))
        end = to_g if to_g < HEAVIEST_G else 2 * above_g
        weight = np.unique(np.linspace(above_g + 1, end, _CLASS_POINTS).astype(np.int64))
        volume = np.rint(weight * (self.volume_cm3.sum() / self.weight_g.sum())).astype(np.int64)
        return ParcelSample(weight, volume, np.full(len(weight), round(self.paid_minor.mean())))


def lane_costs(problem: Problem, seed: int) -> LaneCosts:
    """Means of a parcel per lane, weight class and day (see `LanePrices`).

    Without contracts there is one column of zeros. A site without collections, where orders are
    done when packed, has zeros in the first column. `base`, `refund` and `loss` are 0 where
    there is no lane.
    """
    classes = problem.weight_bands
    shape = (len(problem.sites), len(problem.regions), max(len(problem.contracts), 1), len(classes))
    amounts = np.zeros((4, *shape, problem.horizon.days))
    if problem.contracts:
        sample = sample_parcels(problem, seed)
        for k, band in enumerate(classes):
            found = lane_prices(problem, sample.within(*band))
            amounts[..., k, :] = np.stack([found.mean, found.base, found.refund, found.loss])
        amounts[:, [not site.collections for site in problem.sites], :, 0] = 0.0
    return LaneCosts(*amounts)


def lane_prices(problem: Problem, sample: ParcelSample) -> LanePrices:
    """Prices of every lane of the problem; dates count to the day."""
    shape = (len(problem.sites), len(problem.regions), len(problem.contracts))
    by_day = (*shape, problem.horizon.days)
    base, refund, loss = np.zeros((3, *by_day))
    found = LanePrices(np.full(by_day, np.inf), base, refund, loss, np.ones(shape))
    for c, contract in enumerate(problem.contracts):
        used = collecting_sites(problem, contract.name)
        priced = price_lanes(problem, contract, sample)
        for f in fields(LanePrices):
            getattr(found, f.name)[used, :, c] = getattr(priced, f.name)[used, :, 0]
    return found


def price_lanes(problem: Problem, contract: Contract, sample: ParcelSample) -> LanePrices:
    """Price the lanes of one contract from every site, as if it collected everywhere.

    Parameters
    ----------
    problem : Problem
        Its sites, regions and days.
    contract : Contract
        The contract; it need not be in the problem.
    sample : ParcelSample
        Parcels to take the means over.

    Returns
    -------
    LanePrices
        Its means, with one contract.
    """
    table = price_table(contract, Places.of(problem))
    charges, lane = table.surcharges, table.lane
    regions = np.arange(len(problem.regions))[:, None]
    days = np.arange(problem.horizon.days)[None, :]
    cell = charges.cell(regions, days)
    means = _lane_means(table, sample)
    mean: Floats = means.total[lane][:, :, None] + charges.flat_sum[cell][None]
    for charge, amount in zip(charges.weighed, means.weighed, strict=True):
        mean += amount[lane][:, :, None] * charge.due[cell][None]
    priced = np.isfinite(mean)
    base = np.where(priced, means.base[lane][:, :, None], 0.0)
    loss = np.where(priced, means.loss[lane][:, :, None], 0.0)
    refund = np.where(priced, mean, 0.0) * _refunded_share(contract, problem)[:, :, None]
    return LanePrices(
        mean=mean[:, :, None],
        base=base[:, :, None],
        refund=refund[:, :, None],
        loss=loss[:, :, None],
        refused=means.refused[lane][:, :, None],
    )


@dataclass(frozen=True, eq=False, slots=True)
class _LaneMeans:
    """Means by lane of a price table, the last one for no lane.

    `total` is without the charges that depend on the parcel; `weighed[charge, lane]` are these,
    where and when they are due.
    """

    total: Floats
    base: Floats
    loss: Floats
    refused: Floats
    weighed: Floats


def _lane_means(table: PriceTable, sample: ParcelSample) -> _LaneMeans:
    """The means over the sampled parcels that each lane takes."""
    charges, service = table.surcharges.weighed, table.contract.service
    lanes = table.lanes + 1
    found = _LaneMeans(
        total=np.full(lanes, np.inf),
        base=np.zeros(lanes),
        loss=np.zeros(lanes),
        refused=np.ones(lanes),
        weighed=np.zeros((len(charges), lanes)),
    )
    loss = service.loss_share * np.maximum(sample.paid_minor - service.liability_minor, 0)
    steps = table.steps(sample.weight_g, sample.volume_cm3)
    for k in range(table.lanes):
        lane = np.full(len(steps), k)
        cases = table.price_cases(lane, steps)
        taken = (cases.refusal == PRICED) & ~table.too_heavy_for_hub(lane, sample.weight_g)
        found.refused[k] = (~taken).mean()
        if not taken.any():
            continue
        base = cases.base[taken]
        found.total[k] = cases.total[taken].mean()
        found.base[k] = base.mean()
        found.loss[k] = loss[taken].mean()
        for c, charge in enumerate(charges):
            found.weighed[c, k] = charge.expected(base, sample, taken)
    return found


def _refunded_share(contract: Contract, problem: Problem) -> Floats:
    """Share [site, region] of a parcel's price that is expected to be paid back for delay."""
    refund = contract.service.late_refund
    if refund is None:
        return np.zeros((len(problem.sites), len(problem.regions)))
    by_zone = {
        zone: refund.share * late_chance(contract, zone, days) for zone, days in refund.days.items()
    }
    return _where_promised(contract, problem, by_zone, 0.0)


def _where_promised(
    contract: Contract, problem: Problem, by_zone: dict[str, float], otherwise: float
) -> Floats:
    """Values by zone as [site, region]; `otherwise` for other zones and through the hub."""
    found = np.full((len(problem.sites), len(problem.regions)), otherwise)
    for r, region in enumerate(problem.region_names):
        if contract.through_hub(region):
            continue
        for s, site in enumerate(problem.site_names):
            found[s, r] = by_zone.get(contract.zone(site, region) or "", otherwise)
    return found


def late_chance(contract: Contract, zone: str, days: float) -> float:
    """Probability that scan delay and transit in a zone take longer than some days.

    Parameters
    ----------
    contract : Contract
        The contract.
    zone : str
        The zone.
    days : float
        Days from hand-over to delivery.

    Returns
    -------
    float
        The mean over the quantiles of the scan delay of the tail of the lognormal transit.
    """
    scan = contract.service.scan_delay_in(zone)
    mu, sigma = contract.service.transit_lognormal(zone)
    left = days * DAY_S - scan.median_s * np.exp(scan.sigma * _quantiles())
    if not math.isfinite(mu):
        return float((left < 0).mean())
    ahead = np.log(np.maximum(left, 1e-9)) - mu
    if sigma == 0:
        return float((ahead < 0).mean())
    normal = NormalDist(0.0, sigma)
    return 1.0 - sum(map(normal.cdf, ahead.tolist())) / len(ahead)


@cache
def _quantiles() -> Floats:
    """Standard normal quantiles in the middle of equally likely stretches."""
    return np.array([NormalDist().inv_cdf((k + 0.5) / _DELAY_POINTS) for k in range(_DELAY_POINTS)])


def collecting_sites(problem: Problem, contract: str) -> Mask:
    """Which sites a contract collects at."""
    return np.array([contract in problem.carriers_at(site) for site in problem.sites], dtype=bool)


def sample_parcels(problem: Problem, seed: int) -> ParcelSample:
    """A fixed sample of parcels from the promotion's mix of products, from a stream of its own."""
    rng = Streams(seed, PLANNING, 0).rng("lane parcels")
    product = rng.choice(len(problem.products), SAMPLE_SIZE, p=_product_mix(problem))
    units = 1 + rng.poisson(
        np.array([max(p.units_mean - 1.0, 0.0) for p in problem.products])[product]
    )
    sigma = np.sqrt(np.log1p(np.array([p.weight_cv for p in problem.products]) ** 2))[product]
    one = np.array([p.weight_g for p in problem.products])[product] * np.exp(
        sigma * rng.standard_normal(SAMPLE_SIZE)
    )
    volume = np.array([p.volume_cm3 for p in problem.products])[product]
    paid = np.array([p.paid_minor for p in problem.products], dtype=np.int64)[product]
    weight = np.maximum(
        np.floor(one * units + rounding(p.weight_g for p in problem.products)[product]), 1
    )
    volume = np.floor(volume * units + rounding(p.volume_cm3 for p in problem.products)[product])
    return ParcelSample(weight.astype(np.int64), volume.astype(np.int64), paid)


def _product_mix(problem: Problem) -> Floats:
    """Share of every product class in all the orders of the promotion, events weighted by their
    expected size.
    """
    demand = problem.demand
    expected = mean_path(demand, problem.horizon).intensity.sum(axis=1)
    mix = (
        expected @ demand.product_shares()
        if expected.sum() > 0
        else demand.product_shares().mean(axis=0)
    )
    return np.asarray(mix / mix.sum())


@dataclass(frozen=True, eq=False, slots=True)
class Charges:
    """What couriers charge for the orders of a replication.

    Attributes
    ----------
    total : Ints
        Minor units [n]; 0 where nobody bills.
    base : Ints
        The part of it that discounts on the base price count on [n].
    refused : Mask
        Given to a courier that has no price for it [n].
    """

    total: Ints
    base: Ints
    refused: Mask


def charges(problem: Problem, records: Records) -> Charges:
    """The charge of every order.

    By site, contract, region, weight, volume and the day of the hand-over (of the order while it is
    not handed over); 0 without courier. Routing gives a parcel that its contract refuses to
    another; where all refuse it, it has no price, and the charge is 0.
    """
    n = len(records.orders)
    total, base = np.zeros((2, n), dtype=np.int64)
    found = Charges(total, base, np.zeros(n, dtype=bool))
    desks = _desks(problem)
    by_residence = any(desk.prices.contract.tariff.by_residence for desk in desks)
    for block in blocks(n):
        _bill(
            desks, _parcels(records, block, by_residence), _given_to(records, block), found, block
        )
    return found


def period_minor(problem: Problem, records: Records, charges: Charges) -> Ints:
    """What contracts charge for the number and the delay of their parcels.

    Parcels count on the day of their hand-over (of the order while it is not handed over); late are
    those delivered after the days that the contract promises for their zone.

    Parameters
    ----------
    problem : Problem
        Its contracts.
    records : Records
        Orders of a replication.
    charges : Charges
        What their parcels cost.

    Returns
    -------
    Ints
        Minor units [contract, `PERIOD_LINES`].
    """
    found = np.zeros((len(problem.contracts), len(PERIOD_LINES)), dtype=np.int64)
    for c, desk in enumerate(_desks(problem)):
        if desk.bills_periods:
            own = np.flatnonzero((records.contract == c) & (records.site >= 0) & ~charges.refused)
            amounts = charges.base[own], charges.total[own]
            found[c] = _period_lines(problem, desk, records, own, amounts)
    return found


def _period_lines(
    problem: Problem, desk: Desk, records: Records, own: Ints, amounts: tuple[Ints, Ints]
) -> Ints:
    """Lines of the period for the parcels of a contract; `amounts`: their bases and totals."""
    base, total = amounts
    first_date = problem.horizon.start.date()
    day, late = _day(records, own), _late(desk, records, own)
    return period_lines(desk.prices.contract, day, base, total, first_date, late=late)


@dataclass(frozen=True, eq=False, slots=True)
class ContractBill:
    """What one contract charges in a replication.

    Attributes
    ----------
    charged_minor : int
        Sum of the charges of its parcels.
    period_minor : Ints
        What it charges for their number and delay, minor units by `PERIOD_LINES`.
    """

    charged_minor: int
    period_minor: Ints


def contract_bill(problem: Problem, records: Records, contract: int) -> ContractBill:
    """The part of `charges` and `period_minor` that one contract has.

    Parameters
    ----------
    problem : Problem
        Its contracts; they need not be those that were simulated.
    records : Records
        Orders of a replication.
    contract : int
        Index of the contract.

    Returns
    -------
    ContractBill
        Its charges.
    """
    desk = _desks(problem)[contract]
    own = np.flatnonzero((records.contract == contract) & (records.site >= 0))
    quote = desk.prices.quote(_parcels(records, own, desk.prices.contract.tariff.by_residence))
    period = np.zeros(len(PERIOD_LINES), dtype=np.int64)
    if desk.bills_periods:
        priced = np.flatnonzero(~quote.refused)
        amounts = quote.base[priced], quote.total[priced]
        period = _period_lines(problem, desk, records, own[priced], amounts)
    return ContractBill(int(quote.total.sum()), period)


def expected_losses_minor(problem: Problem, records: Records) -> int:
    """Expected loss on lost parcels over all accepted orders given to a courier.

    Each counts with what was paid for it.
    """
    given = np.flatnonzero((records.site >= 0) & (records.contract >= 0))
    lost = np.array(
        [[c.service.lost_minor(p.paid_minor) for p in problem.products] for c in problem.contracts]
    )
    if not lost.any():
        return 0
    cell = records.contract[given] * np.int64(len(problem.products)) + records.orders.product[given]
    return math.floor(float(np.bincount(cell, minlength=lost.size) @ lost.ravel()) + 0.5)


@dataclass(frozen=True, eq=False, slots=True)
class Desk:
    """A contract at work.

    Attributes
    ----------
    prices : PriceTable
        Its price table.
    promised_s : Floats
        Seconds [site, region] after which a parcel is late (inf where nothing is promised).
    """

    prices: PriceTable
    promised_s: Floats

    @property
    def bills_periods(self) -> bool:
        """Whether it charges or pays for the number or the delay of its parcels."""
        contract = self.prices.contract
        volume, refund = contract.volume, contract.service.late_refund
        return bool(volume.surcharges or volume.discount or refund)

    @classmethod
    def of(cls, problem: Problem, contract: Contract) -> Self:
        """The desk of a contract at the sites and regions of a problem."""
        refund = contract.service.late_refund
        days = refund.days if refund is not None else {}
        promised_s = _where_promised(contract, problem, days, math.inf) * DAY_S
        return cls(price_table(contract, Places.of(problem)), promised_s)


@lru_cache(maxsize=CASES_KEPT)
def _desks(problem: Problem) -> tuple[Desk, ...]:
    return tuple(Desk.of(problem, contract) for contract in problem.contracts)


def _parcels(records: Records, chosen: slice | Ints, by_residence: bool) -> Parcels:
    """Orders as their courier sees them, with the numbers that tell homes where a price depends on
    them.
    """
    orders = records.orders
    return Parcels(
        site=records.site[chosen],
        region=orders.region[chosen],
        weight_g=orders.weight_g[chosen],
        volume_cm3=orders.volume_cm3[chosen],
        day=_day(records, chosen),
        residential_u=orders.residential_u[chosen] if by_residence else None,
    )


def _day(records: Records, chosen: slice | Ints) -> Seconds:
    """The day of the hand-over, or of the order while it is not handed over."""
    handed = records.handed_over_at_s[chosen]
    ordered = np.maximum(records.orders.ordered_at_s[chosen], 0)
    return np.where(handed >= 0, handed, ordered) // np.int32(DAY_S)


def _given_to(records: Records, block: slice) -> Small:
    """The contract of each order; -1 without courier and for cancelled orders."""
    given = records.contract[block]
    return np.where(records.site[block] < 0, np.int16(-1), given) if records.cancelled else given


def _late(desk: Desk, records: Records, own: Ints) -> Mask:
    """Which orders were delivered later after their hand-over than promised."""
    handed, delivered = records.handed_over_at_s[own], records.delivered_at_s[own]
    promised = desk.promised_s[records.site[own], records.orders.region[own]]
    return np.asarray((handed != NEVER) & (delivered != NEVER) & (delivered - handed > promised))


def _bill(
    desks: Sequence[Desk], parcels: Parcels, given: Small, found: Charges, block: slice
) -> None:
    """Every parcel of a block by its contract."""
    total, base, refused = found.total[block], found.base[block], found.refused[block]
    for c, desk in enumerate(desks):
        own = np.flatnonzero(given == c)
        if len(own):
            chosen = slice(None) if len(own) == len(given) else own
            quote = desk.prices.quote(parcels[chosen])
            total[chosen], base[chosen], refused[chosen] = quote.total, quote.base, quote.refused
