"""Generated courier problems, and their optimum by a formulation of its own in scipy.

Regions with stated orders in the morning, contracts with zones, fixed fees, daily allotments,
commitments and volume tiers; a parcel is on time when it goes with its own day's collection. One
person who costs nothing packs everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np

from benchmarks.planning.milp import Linear
from planner.domain.arrays import Floats
from planner.domain.charges import Tier, TieredDiscount, VolumeTerms
from planner.domain.contracts import Commitment, Contract, Rate, Tariff
from planner.domain.demand import Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew

MORNING, COLLECTED = 9, 20  # hours of the orders and of the collections
DEADLINE_H = 24  # the next day's collection comes too late


def courier_case(number: int) -> Problem:
    """A generated problem of couriers.

    Three to six regions, two to four contracts, two or three days with orders and one without.
    """
    rng = np.random.default_rng([37, number])
    days, regions, contracts = (
        int(rng.integers(2, 4)),
        int(rng.integers(3, 7)),
        int(rng.integers(2, 5)),
    )
    names = [f"r{r}" for r in range(regions)]
    orders = np.zeros(((days + 1) * 24, regions))
    for day in range(days):
        orders[day * 24 + MORNING] = rng.integers(10, 80, size=regions) * 10
    share = np.full(regions, 1.0 / regions)
    return Problem(
        name=f"couriers {number}",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days + 1, HOUR_S, "Asia/Shanghai"),
        seed=number,
        service=Service(float(rng.choice([0.8, 0.9, 0.95, 0.97])), 0.9),
        platform=PlatformRule(name="plain", counts="handover", deadline_hours=float(DEADLINE_H)),
        regions=tuple(Region(n, n, 1.0 / regions) for n in names),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                paid_minor=0,
                margin_minor=100_000,
            ),
        ),
        demand=Demand(
            events=(),
            region_share=share,
            product_share=np.ones(1),
            given=GivenDemand(orders[None, ..., None]),
        ),
        sites=(
            Site(
                name="site",
                label="Site",
                region="r0",
                processes=(Process(name="pack", orders_per_hour=3600.0),),
                collections=tuple(
                    Collection(f"c{c}", COLLECTED * HOUR_S) for c in range(contracts)
                ),
            ),
        ),
        contracts=tuple(_contract(rng, c, names, orders.sum() / days) for c in range(contracts)),
        shifts=(Shift("day", 8 * HOUR_S, 18 * HOUR_S),),
        crews=(
            Crew(
                name="own",
                site="site",
                temporary=False,
                limit=3,
                wage_minor_per_hour=0,
                regular_hours=10.0,
            ),
        ),
    )


def _contract(rng: np.random.Generator, c: int, regions: list[str], per_day: float) -> Contract:
    """The first serves everything, without limit and at a higher price."""
    first = c == 0
    served = [r for r in regions if first or rng.random() < 0.8]
    price = {r: int(rng.integers(400, 900) if first else rng.integers(200, 700)) for r in served}
    committed = not first and rng.random() < 0.3
    tiers = tuple(Tier(int(per_day * at), float(off)) for at, off in ((0.5, 0.05), (1.2, 0.15)))
    return Contract(
        name=f"c{c}",
        label=f"c{c}",
        tariff=Tariff(
            zones={("", r): r for r in served},
            rates={r: Rate(zone=r, first_g=10**6, first_price_minor=p) for r, p in price.items()},
        ),
        commitment=Commitment(
            allotment_per_day=None
            if first or rng.random() < 0.4
            else int(per_day * rng.uniform(0.2, 0.6)),
            fixed_fee_minor=int(rng.choice([0, 20_000, 60_000])),
            parcels=int(per_day * rng.uniform(0.2, 0.8)) if committed else 0,
            shortfall_minor=int(rng.integers(50, 300)) if committed else 0,
        ),
        volume=VolumeTerms(discount=TieredDiscount(tiers) if rng.random() < 0.3 else None),
    )


def courier_optimum(problem: Problem) -> float | None:
    """Minor units of the cheapest plan on expected parcels that meets the service level."""
    given = problem.demand.given
    assert given is not None
    per_day = given.orders[0, :, :, 0].reshape(problem.horizon.days, 24, -1).sum(axis=1)
    total = float(per_day.sum())
    milp = Linear()
    covered: list[dict[int, float]] = [{} for _ in problem.regions]
    late: dict[int, float] = {}
    for contract in problem.contracts:
        carried = _add_contract(milp, problem, contract, per_day, covered)
        if contract.commitment.allotment_per_day is not None:
            of_contract = _late(milp, carried.by_day, contract.commitment.allotment_per_day, total)
            late |= dict.fromkeys(of_contract, 1.0)
        _add_terms(milp, contract, carried)
    for row in covered:
        milp.equal(row, 1.0)
    if late:
        milp.at_most(late, (1.0 - problem.service.on_time_share) * total)
    return milp.least()


@dataclass(frozen=True)
class _Carried:
    """Columns of a contract: whether it is signed, its parcels by day, its base price."""

    signed: int
    by_day: list[dict[int, float]]
    base: dict[int, float]

    def parcels(self) -> dict[int, float]:
        """Parcels of all days by column."""
        found: dict[int, float] = {}
        for of_day in self.by_day:
            for column, factor in of_day.items():
                found[column] = found.get(column, 0.0) + factor
        return found


def _add_contract(
    milp: Linear,
    problem: Problem,
    contract: Contract,
    per_day: Floats,
    covered: list[dict[int, float]],
) -> _Carried:
    """Add the shares of a contract; `covered` gets their columns by region."""
    signed = milp.add(contract.commitment.fixed_fee_minor, integer=True, upper=1.0)
    by_day: list[dict[int, float]] = [{} for _ in range(len(per_day))]
    base: dict[int, float] = {}
    for r, region in enumerate(problem.region_names):
        zone = contract.zone("site", region)
        if zone is None:
            continue
        charge = contract.tariff.rates[zone].first_price_minor * float(per_day[:, r].sum())
        share = milp.add(charge, upper=1.0)
        milp.at_most({share: 1.0, signed: -1.0}, 0.0)
        covered[r][share] = 1.0
        base[share] = charge
        for day in np.flatnonzero(per_day[:, r]):
            by_day[day][share] = float(per_day[day, r])
    return _Carried(signed, by_day, base)


def _add_terms(milp: Linear, contract: Contract, carried: _Carried) -> None:
    """Add the shortfall of committed parcels and the volume tiers."""
    parcels = carried.parcels()
    if contract.commitment.parcels:
        missing = milp.add(contract.commitment.shortfall_minor)
        negative = {column: -factor for column, factor in parcels.items()}
        committed = {missing: -1.0, carried.signed: contract.commitment.parcels}
        milp.at_most({**committed, **negative}, 0.0)
    if contract.volume.discount is not None:
        _tiers(milp, contract.volume.discount, parcels, carried.base)


def _late(milp: Linear, parcels: list[dict[int, float]], allotment: int, most: float) -> list[int]:
    """Columns of each day's late parcels.

    The carrier takes the oldest first, so a day's are late from the last on.
    """
    found: list[int] = []
    handed: int | None = None
    before: dict[int, float] = {}
    for of_day in parcels:
        until = dict(before)
        for column, factor in of_day.items():
            until[column] = until.get(column, 0.0) + factor
        taken = milp.add()
        milp.at_most({taken: 1.0, **{c: -f for c, f in until.items()}}, 0.0)
        milp.at_most({taken: 1.0, **({} if handed is None else {handed: -1.0})}, allotment)
        late, all_late = milp.add(), milp.add(integer=True, upper=1.0)
        milp.at_most({late: -1.0, taken: -1.0, all_late: -most, **until}, 0.0)
        milp.at_most({late: -1.0, all_late: most, **of_day}, most)
        found.append(late)
        handed, before = taken, until
    return found


def _tiers(
    milp: Linear, volume: TieredDiscount, everything: dict[int, float], base: dict[int, float]
) -> None:
    """The tier reached takes its discount off the base price of all parcels."""
    money = sum(base.values())
    reached = {}
    for tier in volume.tiers:
        there, off = milp.add(integer=True, upper=1.0), milp.add(-1.0)
        reached[there] = 1.0
        milp.at_most({there: tier.from_parcels, **{c: -f for c, f in everything.items()}}, 0.0)
        milp.at_most({off: 1.0, there: -money}, 0.0)
        milp.at_most({off: 1.0, **{c: -tier.discount * f for c, f in base.items()}}, 0.0)
    milp.at_most(reached, 1.0)
