"""Contracts with every clause, made at random: fast price against oracle, and prices that must move
together.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pytest

from planner.domain.arrays import Ints
from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge, VolumeTerms
from planner.domain.contracts import Billable, Bracket, Contract, Hub, Rate, Tariff
from planner.domain.service_terms import LateRefund, ServiceTerms
from planner.rating.invoice import invoice
from planner.rating.parcel_price import Parcels, price_parcels
from planner.rating.volume_clauses import period_lines
from tests.builders import with_terms
from tests.rating.contract_builders import FIRST_DATE, PLACES, REGIONS, SITES
from tests.rating.reference import Parcel, base_for_discounts, price, volume_lines

DAYS = 40  # the parcels lie on both sides of a month's end
ZONES = ("near", "far", "letter")
PERIODS: tuple[Literal["day", "week", "month", "promotion"], ...] = (
    "day",
    "week",
    "month",
    "promotion",
)
KINDS: tuple[Literal["all_units", "incremental"], ...] = ("all_units", "incremental")


def a_contract(rng: np.random.Generator, parcels: int) -> Contract:
    """A contract with all clauses at once; the limits of volume clauses are such that `parcels`
    reach some of them.
    """

    more = rng.spawn(1)[0]  # its own stream: the other terms are those of earlier versions

    def money(most: int = 3000) -> int:
        return int(rng.integers(0, most))

    def share() -> float:
        return float(rng.choice([0.025, 0.05, 0.285, 0.5, int(rng.integers(0, 1_000_001)) / 1e6]))

    def pick(*values: Any) -> Any:
        return values[int(rng.integers(len(values)))]

    def rate(name: str, minimum: int = 0) -> Rate:
        edges = np.sort(rng.choice(4000, int(rng.integers(0, 4)), replace=False) + 1).tolist()
        first = pick(0, 500, 1000, 1000) if edges else pick(500, 1000)
        step = pick(100, 333, 1000)
        return Rate(
            zone=name,
            brackets=tuple(Bracket(e, money()) for e in edges),
            first_g=first,
            first_price_minor=money(),
            step_g=step,
            step_price_minor=money(800),
            minimum_minor=minimum,
        )

    def some_regions(least: int) -> frozenset[str]:
        return frozenset(
            rng.choice(REGIONS, int(rng.integers(least, len(REGIONS) + 1)), replace=False).tolist()
        )

    def dates() -> dict[str, date | None]:
        first = FIRST_DATE + timedelta(days=int(rng.integers(0, DAYS)))
        start = pick(None, first)
        return {"start": start, "end": pick(None, first + timedelta(days=int(rng.integers(0, 9))))}

    surcharges = []
    for name in ("remote", "peak", "label", "peak", "oversize"):
        period = dates()
        over_g, over_cm3 = pick((0, 0), (2000, 0), (0, 20_000), (3000, 30_000))
        homes, fuel = more.choice([None, None, 0.3, 1.0]), bool(more.integers(2))
        surcharges.append(
            Surcharge(
                name=name,
                per_parcel_minor=money(500),
                regions=some_regions(0),
                share=pick(0.0, share()),
                over_g=over_g,
                over_cm3=over_cm3,
                residential_share=homes,
                fuel=fuel,
                **period,
            )
        )
    above = max(parcels // int(rng.choice([2, 6, 40])), 1)
    volume_surcharges = [
        VolumeSurcharge(
            name=name,
            per_parcel_minor=money(300),
            above_parcels=above,
            per=pick(*PERIODS),
            on=pick("excess", "all"),
            **dates(),
        )
        for name in ("own week", "own day")
    ]
    edges = sorted(rng.choice(parcels, 3, replace=False).tolist())
    volume = TieredDiscount(
        tuple(Tier(edge, share(), money(50)) for edge in edges),
        pick(*KINDS),
        pick("base", "all"),
        pick(*PERIODS),
        int(rng.integers(0, parcels)),
    )
    hub = Hub(
        hub_region=pick(*REGIONS),
        regions=some_regions(0),
        fee_minor=money(200),
        onward=pick(None, rate("onward"), rate("onward")),
        subsidy_minor=money(),
        up_to_g=pick(0, 0, 1500, 5000),
    )
    step = pick(1, 7, 100, 500, 1000)
    lanes = [(site, region) for site in ("", *SITES) for region in REGIONS]
    return Contract(
        name="generated",
        label="generated",
        tariff=Tariff(
            zones={lane: pick(*ZONES, *ZONES, "unpriced") for lane in lanes if rng.random() < 0.7},
            rates={zone: rate(zone, money(1500)) for zone in ZONES},
            billable=Billable(
                pick(0, 5000, 6000, 7777),
                step,
                int(rng.integers(0, step)),
                int(more.choice([0, 0, 1500])),
                float(more.choice([1.0, 0.5, 0.33])),
            ),
            minimum_charge_minor=money(1500),
            discount=pick(0.0, share()),
            fuel=pick(0.0, share()),
            surcharges=tuple(surcharges),
        ),
        volume=VolumeTerms(surcharges=tuple(volume_surcharges), discount=volume),
        service=ServiceTerms(late_refund=LateRefund(share(), {})),
        hub=hub,
    )


def some_parcels(rng: np.random.Generator, n: int) -> Parcels:
    return Parcels(
        site=rng.integers(0, len(SITES), n),
        region=rng.integers(0, len(REGIONS), n),
        weight_g=np.rint(rng.lognormal(6.6, 1.0, n)).astype(np.int64) + 1,
        volume_cm3=np.where(rng.random(n) < 0.2, 0, np.rint(rng.lognormal(8.5, 1.2, n))).astype(
            np.int64
        ),
        day=rng.integers(0, DAYS, n),
        residential_u=rng.spawn(1)[0].random(n),
    )


def rows(sent: Parcels) -> list[Parcel]:
    homes = np.ones(len(sent)) if sent.residential_u is None else sent.residential_u
    columns = (
        c.tolist()
        for c in (sent.site, sent.region, sent.weight_g, sent.volume_cm3, sent.day, homes)
    )
    return [
        Parcel(SITES[s], REGIONS[r], weight, volume, FIRST_DATE + timedelta(days=day), home)
        for s, r, weight, volume, day, home in zip(*columns, strict=True)
    ]


def check(seed: int, n: int) -> int:
    """One generated contract: every line of every parcel, and the lines of the period; how many
    have a price.
    """
    rng = np.random.default_rng([20_261_111, seed])
    contract, sent = a_contract(rng, n), some_parcels(rng, n)
    priced = price_parcels(contract, sent, PLACES)
    parcels = rows(sent)
    expected = [price(contract, row) for row in parcels]
    nothing = dict.fromkeys(priced.clauses, 0)
    lines = np.array(
        [[(x or {}).get(name, 0) for name in nothing] for x in expected], dtype=np.int64
    ).T
    assert all(set(x) <= set(nothing) for x in expected if x is not None)
    assert priced.refused.tolist() == [x is None for x in expected]
    assert np.array_equal(priced.amounts, lines)
    assert priced.total.tolist() == lines.sum(axis=0).tolist()
    assert priced.base.tolist() == [0 if x is None else base_for_discounts(x) for x in expected]
    taken = ~priced.refused
    late = rng.random(n) < 0.3
    billed = [
        (p.on, base_for_discounts(x), sum(x.values()))
        for p, x in zip(parcels, expected, strict=True)
        if x
    ]
    found = period_lines(
        contract,
        sent.day[taken],
        priced.base[taken],
        priced.total[taken],
        FIRST_DATE,
        late=late[taken],
    )
    assert found.tolist() == volume_lines(contract, billed, late[taken].tolist())
    return int(np.count_nonzero(taken))


def test_the_fast_way_is_the_slow_way_to_the_cent() -> None:
    """60 contracts with all clauses, 300 parcels each: every line, and the lines of the period."""
    priced = [check(seed, 300) for seed in range(60)]
    assert sum(n > 0 for n in priced) >= 50
    assert sum(priced) > 60 * 300 / 3


@pytest.mark.slow
def test_the_fast_way_is_the_slow_way_to_the_cent_for_many_parcels() -> None:
    """200 contracts with all clauses, 10,000 parcels each, where equal parcels are priced once."""
    priced = [check(1000 + seed, 10_000) for seed in range(200)]
    assert sum(n > 0 for n in priced) >= 180


def whole(contract: Contract) -> Contract:
    """The contract without what is rounded: shares of money."""
    return with_terms(
        contract,
        discount=0.0,
        fuel=0.0,
        surcharges=tuple(replace(s, share=0.0, fuel=False) for s in contract.tariff.surcharges),
        volume_discount=replace(
            contract.volume.discount,
            tiers=tuple(replace(t, discount=0.0) for t in contract.volume.discount.tiers),
        ),
        late_refund=None,
    )


def priced_up(contract: Contract, factor: int) -> Contract:
    """Every amount of money times a factor."""

    def rate(r: Rate) -> Rate:
        return replace(
            r,
            brackets=tuple(replace(b, price_minor=b.price_minor * factor) for b in r.brackets),
            first_price_minor=r.first_price_minor * factor,
            step_price_minor=r.step_price_minor * factor,
            minimum_minor=r.minimum_minor * factor,
        )

    hub, volume = contract.hub, contract.volume.discount
    assert hub is not None and volume is not None  # noqa: PT018
    return with_terms(
        contract,
        rates={zone: rate(r) for zone, r in contract.tariff.rates.items()},
        minimum_charge_minor=contract.tariff.minimum_charge_minor * factor,
        surcharges=tuple(
            replace(s, per_parcel_minor=s.per_parcel_minor * factor)
            for s in contract.tariff.surcharges
        ),
        volume_surcharges=tuple(
            replace(s, per_parcel_minor=s.per_parcel_minor * factor)
            for s in contract.volume.surcharges
        ),
        volume_discount=replace(
            volume,
            tiers=tuple(replace(t, rebate_minor=t.rebate_minor * factor) for t in volume.tiers),
        ),
        hub=replace(
            hub,
            fee_minor=hub.fee_minor * factor,
            onward=None if hub.onward is None else rate(hub.onward),
            subsidy_minor=hub.subsidy_minor * factor,
        ),
    )


def bill(contract: Contract, sent: Parcels) -> int:
    return invoice(contract, price_parcels(contract, sent, PLACES), sent.day, FIRST_DATE).total


@pytest.mark.parametrize("seed", range(20))
def test_ten_times_the_prices_are_ten_times_the_bill(seed: int) -> None:
    """Where nothing is rounded, money only scales."""
    rng = np.random.default_rng([7, seed])
    contract, sent = whole(a_contract(rng, 400)), some_parcels(rng, 400)
    assert bill(priced_up(contract, 10), sent) == 10 * bill(contract, sent) != 0


def totals(contract: Contract, sent: Parcels) -> Ints:
    priced = price_parcels(contract, sent, PLACES)
    return np.where(priced.refused, 10**9, priced.total)


@pytest.mark.parametrize("seed", range(20))
def test_a_contract_that_is_better_in_every_clause_never_costs_more(seed: int) -> None:
    """Higher discount, lower minimum, fewer surcharges, a larger subsidy: each alone never raises a
    parcel's price.
    """
    rng = np.random.default_rng([8, seed])
    contract, sent = a_contract(rng, 400), some_parcels(rng, 400)
    hub = contract.hub
    assert hub is not None
    before = totals(contract, sent)
    for better in (
        with_terms(contract, discount=min(contract.tariff.discount + 0.1, 1.0)),
        with_terms(contract, minimum_charge_minor=0),
        with_terms(contract, surcharges=contract.tariff.surcharges[1:]),
        with_terms(contract, fuel=0.0),
        replace(contract, hub=replace(hub, subsidy_minor=hub.subsidy_minor + 500)),
        replace(contract, hub=replace(hub, up_to_g=0)),
    ):
        assert (totals(better, sent) <= before).all()


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_the_table_does_not_change_a_bill_of_all_units(seed: int) -> None:
    """Shuffled parcels make the same invoice where a tier holds for every parcel of its period."""
    rng = np.random.default_rng([9, seed])
    contract, sent = a_contract(rng, 400), some_parcels(rng, 400)
    assert contract.volume.discount is not None
    contract = with_terms(
        contract, volume_discount=replace(contract.volume.discount, kind="all_units")
    )
    assert bill(contract, sent[rng.permutation(400)]) == bill(contract, sent)
