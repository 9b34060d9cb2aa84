"""Small problems in which only the contracts matter, with every clause that counts parcels, and
their cost in loops.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from planner.domain.charges import Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Contract
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.problem import Problem
from planner.domain.products import Product, Region
from tests.planning.builders import collections, contract, courier_problem, crew, site

NAMES = ("fast", "slow", "post", "mail")
REGIONS = ("north", "south", "west")
START = date(2026, 11, 29)  # a Sunday: three days touch two weeks and two months
FACTORS = (0.8, 1.2)
PER_DAY = 240.0
# orders of a day until 20:00: the last collection of their day takes them
ORDERS_BY_HOUR = np.tile(np.where(np.arange(24) < 20, PER_DAY / 20, 0.0), 3)

Chosen = dict[tuple[str, int], str]  # (region, weight class) -> contract


def random_contracts(number: int) -> tuple[Problem, LaneCosts]:
    """Two to four contracts with random clauses, two or three regions, one or two weight classes;
    people for free.
    """
    rng = np.random.default_rng([11, number])
    regions = REGIONS[: int(rng.integers(2, 4))]
    classes = (600,) if len(regions) == 2 and rng.random() < 0.5 else ()
    names = NAMES[: int(rng.integers(2, 4 if classes else 5))]
    share = rng.dirichlet(np.full(len(regions), 3.0))
    made = courier_problem(
        horizon=Horizon(datetime.combine(START, datetime.min.time()), 3, HOUR_S, "Asia/Shanghai"),
        regions=tuple(Region(r, r.title(), float(s)) for r, s in zip(regions, share, strict=True)),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                weight_cv=0.5,
                units_mean=1.3,
                paid_minor=5_000,
            ),
        ),
        demand=Demand(
            events=(),
            region_share=share,
            product_share=np.ones(1),
            baseline=Baseline(ORDERS_BY_HOUR),
        ),
        contracts=tuple(contract(n, regions, **_clauses(rng, regions)) for n in names),
        sites=(site(collections=collections(*names)),),
        crews=(crew(limit=200, wage_minor_per_hour=0),),
        weight_classes_g=classes,
    )
    return made, _lane_costs(rng, made)


def _clauses(rng: np.random.Generator, regions: tuple[str, ...]) -> dict[str, Any]:
    """Each clause with some chance."""
    found: dict[str, Any] = {"shortfall_minor": 120}
    if rng.random() < 0.4:
        found["fixed_fee_minor"] = int(rng.integers(1, 4)) * 10_000
    if rng.random() < 0.4:
        found["commitment_parcels"] = int(rng.integers(1, 5)) * 100
    if rng.random() < 0.3:
        found["commitment_share"] = float(rng.choice([0.2, 0.5]))
    if rng.random() < 0.3:
        found["exclusive"] = frozenset({str(rng.choice(regions))})
    if rng.random() < 0.3:
        found["collection_fee_minor"] = int(rng.integers(1, 4)) * 1_000
    if rng.random() < 0.6:
        found["volume_discount"] = _volume(rng)
    if rng.random() < 0.4:
        found["volume_surcharges"] = (_surcharge(rng),)
    return found


def _volume(rng: np.random.Generator) -> TieredDiscount:
    steps = np.sort(rng.choice(np.arange(0, 700, 50), 3, replace=False))
    discounts = np.sort(rng.uniform(0.0, 0.4, 3))
    return TieredDiscount(
        tuple(
            Tier(int(n), float(d), int(rng.integers(0, 3)) * 10)
            for n, d in zip(steps, discounts, strict=True)
        ),
        kind="incremental" if rng.random() < 0.4 else "all_units",
        on="all" if rng.random() < 0.3 else "base",
        over=("promotion", "month", "week", "day")[int(rng.integers(4))],
        other_parcels=int(rng.choice([0, 0, 120])),
    )


def _surcharge(rng: np.random.Generator) -> VolumeSurcharge:
    return VolumeSurcharge(
        name="busy",
        per_parcel_minor=int(rng.integers(50, 200)),
        above_parcels=int(rng.integers(20, 300)),
        per=("promotion", "month", "week", "day")[int(rng.integers(4))],
        on="all" if rng.random() < 0.5 else "excess",
        start=START + timedelta(days=1) if rng.random() < 0.5 else None,
        end=START + timedelta(days=1) if rng.random() < 0.3 else None,
    )


def _lane_costs(rng: np.random.Generator, given: Problem) -> LaneCosts:
    """Lanes of a contract cost the same where its tiers are incremental: there the model is
    exact.
    """
    shape = (1, len(given.regions), len(given.contracts), len(given.weight_bands), 3)
    mean = np.broadcast_to(rng.uniform(250, 500, shape[:4])[..., None], shape).copy()
    for c, of in enumerate(given.contracts):
        if of.volume.discount is not None and of.volume.discount.kind == "incremental":
            mean[:, :, c] = rng.uniform(250, 500)
    refund, loss = (
        np.broadcast_to(rng.uniform(0, 9, shape[:4])[..., None], shape).copy() for _ in range(2)
    )
    return LaneCosts(mean, mean * 0.8, refund, loss)


def class_shares(given: Problem) -> list[float]:
    """Share of the orders in each weight class."""
    (box,) = given.products
    return [box.share_up_to(high) - box.share_up_to(low) for low, high in given.weight_bands]


def cost_in_loops(
    given: Problem, lanes: LaneCosts, chosen: Chosen, factors: tuple[float, ...] = FACTORS
) -> float | None:
    """Expected cost when every cell goes to one contract, all that are used being signed; None
    where that breaks an exclusive clause.
    """
    signed = [c for c in given.contracts if c.name in chosen.values()]
    for of in signed:
        if any(
            region in of.commitment.exclusive and name != of.name
            for (region, _), name in chosen.items()
        ):
            return None
    total = sum(
        float(of.commitment.fixed_fee_minor + 6 * of.commitment.collection_fee_minor)
        for of in signed
    )
    for factor in factors:
        for of in signed:
            total += _cost_of_contract(given, lanes, chosen, of, factor) / len(factors)
    return total


def _cost_of_contract(
    given: Problem, lanes: LaneCosts, chosen: Chosen, of: Contract, factor: float
) -> float:
    c, shares = given.contract_names.index(of.name), class_shares(given)
    days = [START + timedelta(days=d) for d in range(3)]
    parcels, base, mean, cost = [0.0] * 3, [0.0] * 3, [0.0] * 3, 0.0
    for (region, k), name in chosen.items():
        if name != of.name:
            continue
        r = given.region_names.index(region)
        for d in range(3):
            n = PER_DAY * factor * given.regions[r].share * shares[k]
            parcels[d] += n
            base[d] += n * lanes.base[0, r, c, k, d]
            mean[d] += n * lanes.mean[0, r, c, k, d]
            cost += n * (
                lanes.mean[0, r, c, k, d] + lanes.loss[0, r, c, k, d] - lanes.refund[0, r, c, k, d]
            )
    committed = max(of.commitment.parcels, of.commitment.share * 3 * PER_DAY * factor)
    cost += of.commitment.shortfall_minor * max(committed - sum(parcels), 0.0)
    for s in of.volume.surcharges:
        inside = [d for d in range(3) if (s.start or START) <= days[d] <= (s.end or days[2])]
        for group in groups_of(s.per, days, inside):
            n = sum(parcels[d] for d in group)
            if n > s.above_parcels:
                cost += s.per_parcel_minor * (n if s.on == "all" else n - s.above_parcels)
    if of.volume.discount is not None:
        money = base if of.volume.discount.on == "base" else mean
        for group in groups_of(of.volume.discount.over, days, [0, 1, 2]):
            cost -= _off(
                of.volume.discount, sum(parcels[d] for d in group), sum(money[d] for d in group)
            )
    return cost


def _off(volume: TieredDiscount, parcels: float, money: float) -> float:
    """What the tiers take off: by the tier reached, or parcel by parcel."""
    if parcels <= 0:
        return 0.0
    if volume.kind == "all_units":
        reached = [
            t for t in volume.tiers if parcels + volume.other_parcels >= t.from_parcels - 1e-7
        ]
        return reached[-1].discount * money + reached[-1].rebate_minor * parcels if reached else 0.0
    off = 0.0
    for n in range(1, int(np.ceil(parcels)) + 1):
        there = min(
            1.0, parcels - (n - 1)
        )  # the last one may be part of a parcel: means are not whole
        reached = [t for t in volume.tiers if n + volume.other_parcels >= t.from_parcels]
        if reached:
            off += there * (reached[-1].discount * money / parcels + reached[-1].rebate_minor)
    return off


def groups_of(per: str, days: list[date], inside: list[int]) -> list[list[int]]:
    """Days by the day, week (from Monday), month or promotion they lie in."""
    key = {
        "day": lambda on: on,
        "week": lambda on: on.isocalendar()[:2],
        "month": lambda on: (on.year, on.month),
        "promotion": lambda on: 0,
    }[per]
    return [
        [d for d in inside if key(days[d]) == k] for k in sorted({key(days[d]) for d in inside})
    ]
