"""What contracts refuse and ask, as routing sees it: always what the invoice would say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Billable, Bracket, Hub, Rate
from planner.domain.horizon import DAY_S
from planner.domain.records import Orders
from planner.rating.courier_offers import offers
from planner.rating.parcel_price import Parcels, Places, PriceTable
from tests.builders import with_terms
from tests.rating.builders import DAYS, promotion, records
from tests.rating.contract_builders import contract, surcharge


def orders_of(rng: np.random.Generator, n: int) -> Orders:
    columns = [
        np.zeros(n, dtype=np.int64),
        np.zeros(n, dtype=np.int64),
        rng.integers(0, 3, n),
        rng.integers(1, 4500, n),
        rng.integers(0, 30_000, n),
        np.sort(rng.integers(0, DAYS * DAY_S, n)),
        np.full(n, -1),
    ]
    return records(np.array(columns).T.tolist()).orders


@pytest.mark.parametrize("seed", range(20))
def test_refusals_and_prices_are_those_of_the_rate_card(seed: int) -> None:
    """Brackets with and without a first weight, steps, a hub with its own limits, a region without
    a zone.
    """
    rng = np.random.default_rng(seed)
    letter = Rate(zone="letter", brackets=(Bracket(int(rng.integers(1, 4000)), 333),))
    onward = Rate(
        zone="onward",
        brackets=(Bracket(int(rng.integers(1, 4000)), 100),),
        first_g=int(rng.integers(0, 2)) * 500,
    )
    hub = Hub(
        hub_region="sichuan",
        regions=frozenset({"xinjiang"}),
        fee_minor=60,
        onward=onward,
        up_to_g=int(rng.integers(0, 2)) * 2000,
    )
    base = contract(name="a")
    chosen = with_terms(
        base,
        zones={
            ("", "zhejiang"): "letter",
            ("chengdu", "sichuan"): "letter",
            ("yiwu", "sichuan"): "east",
        },
        rates={**base.tariff.rates, "letter": letter},
        billable=Billable(
            int(rng.choice([0, 6000])), int(rng.choice([1, 500])), int(rng.integers(0, 100))
        ),
        surcharges=(surcharge("peak", 50, start="2026-11-10", end="2026-11-10"),),
        hub=hub if rng.random() < 0.7 else None,
    )
    problem, orders = promotion([chosen]), orders_of(rng, 300)
    which = rng.permutation(300)[:200]
    site = rng.integers(0, 2, 200).astype(np.int16)
    day = orders.ordered_at_s[which] // DAY_S
    parcels = Parcels(
        site=site,
        region=orders.region[which],
        weight_g=orders.weight_g[which],
        volume_cm3=orders.volume_cm3[which],
        day=day,
    )
    expected = PriceTable(chosen, Places.of(problem)).quote(parcels).refused
    found = offers(problem)
    assert np.array_equal(
        found.refused(orders, which, site, np.zeros(200, dtype=np.int16)), expected
    )
    assert expected.sum() > 0
    assert not found.refused(orders, which, site, np.full(200, -1, dtype=np.int16)).any()
    for s in (0, 1):
        here = replace(parcels, site=np.full(200, s))
        assert np.array_equal(
            found.price(orders, which, s, 0), PriceTable(chosen, Places.of(problem)).cost(here)
        )
