"""Mean prices of lanes, and the charge of every order of a replication."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from planner.domain.arrays import Ints
from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Billable, Hub, Rate
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import Mask, Records
from planner.domain.service_terms import LateRefund, ScanDelay, Transit
from planner.rating.lane_costs import (
    ParcelSample,
    charges,
    collecting_sites,
    expected_losses_minor,
    lane_costs,
    late_chance,
    period_minor,
    price_lanes,
    sample_parcels,
)
from tests.builders import with_terms
from tests.rating.builders import DAYS, promotion, records
from tests.rating.contract_builders import FIRST_DATE, REGIONS, SITES, contract, surcharge
from tests.rating.reference import Parcel, base_for_discounts, price

A = contract(
    name="a",
    zones={
        ("", "zhejiang"): "east",
        ("", "sichuan"): "east",
        ("", "xinjiang"): "far",
        ("chengdu", "sichuan"): "letter",
    },
    fuel=0.035,
    surcharges=(
        surcharge("remote", 300, ["xinjiang"]),
        surcharge("peak", 50, start="2026-11-10", end="2026-11-10"),
    ),
)
B = contract(name="b", zones={("", "zhejiang"): "east", ("", "sichuan"): "east"}, discount=0.1)


def parcel_sample(
    weights: list[int], volumes: list[int] | None = None, paid: int = 0
) -> ParcelSample:
    n = len(weights)
    return ParcelSample(np.array(weights), np.array(volumes or [0] * n), np.full(n, paid))


def courier_charges(problem: Problem, found: Records) -> Ints:
    return charges(problem, found).total


def refused_by_all(problem: Problem, found: Records) -> Mask:
    return charges(problem, found).refused


def test_the_mean_price_of_a_lane_is_the_mean_of_its_invoices() -> None:
    """For every lane and day the mean is that of the same parcels priced one by one by the
    oracle.
    """
    sample = parcel_sample([120, 300, 999, 1700, 2600], [0, 4000, 100, 100, 9000])
    found = price_lanes(promotion([A]), A, sample)
    for s, site in enumerate(SITES):
        for r, region in enumerate(REGIONS):
            for day in range(DAYS):
                on = FIRST_DATE + timedelta(days=day)
                rows = zip(sample.weight_g.tolist(), sample.volume_cm3.tolist(), strict=True)
                lines = [
                    price(A, Parcel(site, region, weight, volume, on)) for weight, volume in rows
                ]
                paid = [sum(x.values()) for x in lines if x is not None]
                assert found.mean[s, r, 0, day] == pytest.approx(np.mean(paid), rel=1e-12)
                assert found.refused[s, r, 0] == pytest.approx(1 - len(paid) / 5)


def test_only_a_lane_that_refuses_some_parcels_says_so() -> None:
    """The share that is too heavy is shown next to the mean over the others: here letters up to 2
    kg.
    """
    found = price_lanes(promotion([A]), A, parcel_sample([500, 1999, 2500]))
    assert found.refused[:, :, 0].tolist() == [[0, 0, 0], [0, pytest.approx(1 / 3), 0]]
    assert found.mean[1, 1, 0, 0] == 333 + 12  # 3.33 and 3.5 % fuel on it, half up


def test_a_lane_that_refuses_every_parcel_costs_infinity() -> None:
    """Nothing can be sent on such a lane, so no plan may take it for cheap."""
    found = price_lanes(promotion([A]), A, parcel_sample([2001, 9000]))
    assert np.isinf(found.mean[1, 1]).all()
    assert found.refused[1, 1, 0] == 1


def test_there_is_no_lane_where_the_contract_does_not_collect_or_serve() -> None:
    """The mean is finite exactly on the lanes of the problem."""
    problem = promotion([A, B], collects={"yiwu": ["a", "b"], "chengdu": ["b"]})
    finite = np.isfinite(lane_costs(problem, 1).mean)
    lanes = {
        (problem.site_names.index(s), REGIONS.index(r), "ab".index(c))
        for s, r, c in problem.lanes()
    }
    assert {tuple(lane) for lane in np.argwhere(finite.all(axis=(3, 4))).tolist()} == lanes
    assert {tuple(lane) for lane in np.argwhere(finite.any(axis=(3, 4))).tolist()} == lanes
    assert collecting_sites(problem, "a").tolist() == [True, False]


def test_a_dated_surcharge_raises_exactly_its_days() -> None:
    """The peak surcharge of 0.50 on 10 November is in that day's mean and in no other's."""
    mean = lane_costs(promotion([A]), 1).mean[0, 0, 0, 0]
    assert (mean - mean[0]).tolist() == pytest.approx([0, 0, 50, 0])


def test_a_problem_without_contracts_has_one_free_column() -> None:
    """Orders that are done when packed cost no courier."""
    mean = lane_costs(promotion([]), 1).mean
    assert mean.shape == (2, 3, 1, 1, DAYS)
    assert not mean.any()


def test_a_site_without_collections_costs_no_courier() -> None:
    """Next to a site with a courier, one without is free on its lane without contract; the courier
    has no lane there.
    """
    problem = promotion([A, B], collects={"yiwu": ["a"]})
    mean = lane_costs(problem, 1).mean
    assert not mean[1, :, 0].any()
    assert np.isinf(mean[1, :, 1]).all()
    assert (mean[0, :, 0] > 0).all()


def test_one_weight_class_has_the_means_it_always_had() -> None:
    """To the last bit what the planner computed before it knew weight classes (seed 1, first
    day).
    """
    near, letter, far = [275.3868, 239.6394], [345.0, 239.6394], [1992.645, np.inf]
    mean = lane_costs(promotion([A, B]), 1).mean[:, :, :, 0]
    assert mean[..., 0].tolist() == [[near, near, far], [near, letter, far]]
    assert np.array_equal(mean[0, 0, 0], [275.3868, 275.3868, 325.3868, 275.3868])


def test_classes_are_priced_by_their_own_parcels() -> None:
    """The mean over all is the mean of the classes by their share; heavier classes cost more."""
    whole = promotion([A, B])
    classes = replace(whole, weight_classes_g=(300, 1000))
    one, three = lane_costs(whole, 3), lane_costs(classes, 3)
    weight = sample_parcels(whole, 3).weight_g
    share = [np.mean((weight > above) & (weight <= to)) for above, to in classes.weight_bands]
    assert three.mean.shape == (2, 3, 2, 3, DAYS)
    near = three.mean[0, 0, 0, :, 0]
    assert near @ share == pytest.approx(one.mean[0, 0, 0, 0, 0], rel=1e-12)
    assert three.base[0, 0, 0, :, 0] @ share == pytest.approx(one.base[0, 0, 0, 0, 0], rel=1e-12)
    assert (np.diff(near) > 0).all()


def test_a_class_without_sampled_parcels_is_priced_by_weights_of_its_own() -> None:
    """Nothing weighs more than 500 kg; such a parcel still has a price, the hundreds of steps it
    begins.
    """
    costs = lane_costs(replace(promotion([B]), weight_classes_g=(500_000,)), 1)
    heavy = costs.mean[0, 0, 0, 1, 0]
    assert 0.9 * (260 + 80 * 499) < heavy < 0.9 * (260 + 80 * 1000)
    assert costs.loss[0, 0, 0, 1, 0] == 0


def test_a_class_that_a_letter_refuses_has_no_price() -> None:
    """Letters up to 2 kg: the class above has no lane, and no base, refund or loss either."""
    costs = lane_costs(
        replace(promotion([with_terms(A, loss_share=0.1)]), weight_classes_g=(2000,)), 1
    )
    assert np.isfinite(costs.mean[1, 1, 0, 0]).all()
    assert np.isinf(costs.mean[1, 1, 0, 1]).all()
    for amount in (costs.base, costs.refund, costs.loss):
        assert not amount[1, 1, 0, 1].any()


def test_means_hold_every_clause_of_a_parcel() -> None:
    """Surcharges by share and by size, dated, and a hub: on each lane and day the mean of the
    oracle's invoices.
    """
    onward = Rate(
        zone="onward",
        brackets=(),
        first_g=500,
        first_price_minor=400,
        step_g=500,
        step_price_minor=150,
    )
    hub = Hub(
        hub_region="sichuan",
        regions=frozenset({"xinjiang"}),
        fee_minor=60,
        onward=onward,
        subsidy_minor=450,
        up_to_g=2000,
    )
    chosen = with_terms(
        A,
        hub=hub,
        surcharges=(
            *A.tariff.surcharges,
            Surcharge(name="share", share=0.07, start=date(2026, 11, 9), end=date(2026, 11, 9)),
            Surcharge(
                name="large",
                per_parcel_minor=123,
                regions=frozenset({"sichuan"}),
                over_g=1000,
                over_cm3=3000,
            ),
        ),
    )
    sample = parcel_sample([120, 300, 999, 1700, 2600], [0, 4000, 100, 100, 9000])
    found = price_lanes(promotion([chosen]), chosen, sample)
    for s, site in enumerate(SITES):
        for r, region in enumerate(REGIONS):
            for day in range(DAYS):
                on = FIRST_DATE + timedelta(days=day)
                rows = zip(sample.weight_g.tolist(), sample.volume_cm3.tolist(), strict=True)
                lines = [
                    x
                    for w, v in rows
                    if (x := price(chosen, Parcel(site, region, w, v, on))) is not None
                ]
                assert found.mean[s, r, 0, day] == pytest.approx(
                    np.mean([sum(x.values()) for x in lines])
                )
                assert found.base[s, r, 0, day] == pytest.approx(
                    np.mean([base_for_discounts(x) for x in lines])
                )
                assert found.refused[s, r, 0] == pytest.approx(1 - len(lines) / 5)


def test_the_refund_is_the_share_of_the_charge_that_comes_late() -> None:
    """share x mean charge x chance; nothing where there is no promise, and nothing through a
    hub.
    """
    chosen = with_terms(
        A,
        late_refund=LateRefund(0.5, {"east": 2.0}),
        transit={"east": Transit(2.0, 3.0)},
        scan_delay=ScanDelay(7200, 36_000),
    )
    costs = lane_costs(promotion([chosen]), 1)
    chance = late_chance(chosen, "east", 2.0)
    assert costs.refund[0, 0] == pytest.approx(0.5 * chance * costs.mean[0, 0])
    assert not costs.refund[0, 2].any()
    assert not costs.refund[1, 1].any()
    through = replace(chosen, hub=Hub(hub_region="zhejiang", regions=frozenset({"sichuan"})))
    assert not lane_costs(promotion([through]), 1).refund[:, 1].any()


def test_the_chance_to_be_late_is_that_of_the_two_lognormals() -> None:
    """Against a million draws, and exactly at the ends: at once, never, and transit without a
    delay.
    """
    chosen = contract(
        transit={"east": Transit(2.0, 3.0), "far": Transit(3.0, 3.0)},
        scan_delay_by_zone={"east": ScanDelay(20_000, 90_000), "letter": ScanDelay(3600, 3600)},
    )
    rng = np.random.default_rng(5)
    mu, sigma = chosen.service.transit_lognormal("east")
    scan = chosen.service.scan_delay_in("east")
    delay = scan.median_s * np.exp(scan.sigma * rng.standard_normal(10**6))
    seconds = delay + np.exp(mu + sigma * rng.standard_normal(10**6))
    for days in (1.0, 2.0, 4.0):
        drawn = np.mean(seconds > days * DAY_S)
        assert late_chance(chosen, "east", days) == pytest.approx(
            drawn, abs=4 * np.sqrt(0.25 / 10**6) + 5e-4
        )
    assert [late_chance(chosen, "far", days) for days in (2.9, 3.1)] == [
        1.0,
        0.0,
    ]  # always three days
    assert [late_chance(chosen, "letter", days) for days in (0.04, 0.05)] == [
        1.0,
        0.0,
    ]  # an hour, no transit


def test_the_loss_is_what_the_carrier_does_not_pay() -> None:
    """1 % of parcels lost: of 100.00 paid, 60.00 are not covered; of 20.00 nothing is missing."""
    insured = with_terms(B, loss_share=0.01, liability_minor=4000)
    sample = replace(parcel_sample([100, 100]), paid_minor=np.array([10_000, 2000]))
    assert price_lanes(promotion([insured]), insured, sample).loss[0, 0, 0, 0] == pytest.approx(
        0.01 * 6000 / 2
    )


def test_the_seed_decides_the_sample() -> None:
    """The same seed gives the same lane costs to the last bit, another seed gives others that are
    close.
    """
    problem = promotion([A, B])
    first, again, other = (lane_costs(problem, seed).mean for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    known = np.isfinite(first)
    assert np.allclose(first[known], other[known], rtol=0.03)


def test_the_sample_follows_the_mix_of_the_whole_promotion() -> None:
    """An event of heavy goods as big as all the rest moves the share of heavy goods half way up."""
    event = Event(
        name="live",
        at_s=DAY_S,
        median=2880.0,
        p95=2880.0,
        ramp_s=0,
        half_life_s=3600,
        product_share=(0.0, 1.0),
    )
    quiet = promotion([A])
    busy = replace(
        quiet,
        demand=Demand(
            events=(event,),
            region_share=np.full(3, 1 / 3),
            product_share=np.array([1.0, 0.0]),
            baseline=Baseline(np.full(96, 30.0)),
        ),
    )
    sample = sample_parcels(busy, 1)
    assert np.mean(sample.volume_cm3 >= 9000) == pytest.approx(0.5, abs=0.02)
    assert np.mean(sample_parcels(quiet, 1).volume_cm3 >= 9000) == pytest.approx(0.25, abs=0.02)


def test_every_lane_is_a_problem_of_its_own_columns() -> None:
    """Taking a contract away leaves the prices of the others as they were."""
    both, alone = promotion([A, B]), promotion([B])
    assert np.array_equal(lane_costs(both, 5).mean[:, :, 1], lane_costs(alone, 5).mean[:, :, 0])


def test_orders_are_charged_by_the_day_of_the_hand_over() -> None:
    """The peak day counts when the parcel is handed over on it; while it is not, the day of the
    order counts.
    """
    noon = DAY_S // 2
    rows = [
        (
            0,
            0,
            0,
            250,
            0,
            DAY_S + noon,
            2 * DAY_S + noon,
        ),  # ordered on the 9th, handed over on the 10th: peak
        (
            0,
            0,
            0,
            250,
            0,
            2 * DAY_S + noon,
            3 * DAY_S,
        ),  # ordered on the 10th, handed over on the 11th: none
        (0, 0, 0, 250, 0, 2 * DAY_S + noon, -1),  # ordered on the 10th, still here: peak
        (0, 0, 0, 250, 0, 2 * DAY_S, 5 * DAY_S),  # handed over after the last day: none
    ]
    # 2.10 and 3.5 % fuel on it, 0.0735 -> 0.07
    assert courier_charges(promotion([A]), records(rows)).tolist() == [267, 217, 267, 217]


def test_an_order_without_courier_costs_nothing() -> None:
    """Cancelled orders and orders of a site without courier have a charge of 0, and are not counted
    as refused.
    """
    found = records([(-1, -1, 0, 250, 0, 0, -1), (0, -1, 0, 250, 0, 0, -1)])
    assert courier_charges(promotion([A]), found).tolist() == [0, 0]
    assert courier_charges(promotion([]), found).tolist() == [0, 0]
    assert not refused_by_all(promotion([A]), found).any()


def test_a_parcel_that_its_courier_refuses_is_counted() -> None:
    """2.5 kg to Sichuan is too much for a letter of a: no charge, no base, counted; 1.5 kg pays
    3.33 and fuel.
    """
    found = charges(
        promotion([A]), records([(1, 0, 1, 2500, 0, 0, DAY_S), (1, 0, 1, 1500, 0, 0, DAY_S)])
    )
    assert (found.total.tolist(), found.base.tolist()) == ([0, 345], [0, 333])
    assert found.refused.tolist() == [True, False]


def test_period_lines_count_the_days_of_the_hand_over_by_contract() -> None:
    """Two parcels handed over on one day are one beyond the first; the third, ordered then, goes a
    day later.
    """
    rows = [
        (0, 0, 0, 250, 0, 0, DAY_S + 5),  # handed over on day 1
        (1, 0, 0, 250, 0, 0, DAY_S + 9),  # another site, the same day: the second of the contract
        (0, 0, 0, 250, 0, DAY_S, 2 * DAY_S),  # day 2
        (0, 0, 0, 250, 0, DAY_S, -1),  # not handed over: the day of its order, day 1, the third
        (0, 1, 0, 250, 0, 0, DAY_S),  # b has no such clause
        (-1, -1, 0, 250, 0, 0, -1),  # cancelled
    ]
    own = with_terms(
        A,
        volume_surcharges=(
            VolumeSurcharge(name="own", per_parcel_minor=40, above_parcels=1, per="day"),
        ),
        volume_discount=TieredDiscount((Tier(4, 0.1),)),
    )
    problem, found = promotion([own, B]), records(rows)
    # 2 beyond the first on day 1: 0.80; 4 parcels reach the tier: 10 % of 2.10 = 0.21 each
    assert period_minor(problem, found, charges(problem, found)).tolist() == [
        [80, -84, 0],
        [0, 0, 0],
    ]


def test_late_refunds_need_a_promise_and_a_delivery() -> None:
    """More than three days between hand-over and delivery is late; undelivered, unpromised and hub
    parcels are not.
    """
    rows = [(0, 0, 0, 250, 0, 0, DAY_S)] * 3 + [
        (0, 0, 1, 250, 0, 0, DAY_S),
        (0, 0, 2, 250, 0, 0, DAY_S),
    ]
    delivered = np.array([4 * DAY_S + 1, 4 * DAY_S, -1, 9 * DAY_S, 9 * DAY_S], dtype=np.int32)
    found = replace(records(rows), delivered_at_s=delivered)
    hub = Hub(hub_region="zhejiang", regions=frozenset({"sichuan"}))
    problem = promotion([with_terms(A, late_refund=LateRefund(0.5, {"east": 3.0}), hub=hub)])
    # only the first is late: 2.17 of price, half of it 1.085, half up 1.09
    assert period_minor(problem, found, charges(problem, found)).tolist() == [[0, 0, -109]]


def test_expected_losses_are_rounded_once() -> None:
    """Three parcels of 10.00, half covered, 0.1 % lost: 3 x 0.5 fen = 1.5, half up 2; no courier,
    no loss.
    """
    risky = with_terms(B, loss_share=0.001, liability_minor=500)
    problem = promotion([risky])
    problem = replace(
        problem, products=(replace(problem.products[0], paid_minor=1000), *problem.products[1:])
    )
    rows = [(0, 0, 0, 250, 0, 0, DAY_S)] * 3 + [
        (0, -1, 0, 250, 0, 0, -1),
        (-1, -1, 0, 250, 0, 0, -1),
    ]
    assert expected_losses_minor(problem, records(rows)) == 2
    assert expected_losses_minor(promotion([B]), records(rows)) == 0


def test_charges_are_the_invoices_of_the_oracle() -> None:
    """2000 orders of all kinds cost what the oracle asks for each of them."""
    rng = np.random.default_rng(11)
    n = 2000
    contracts = [
        with_terms(A, rates={**A.tariff.rates, "letter": A.tariff.rates["east"]}),
        contract(name="b", billable=Billable(5000, 500)),
    ]
    columns = [
        rng.integers(0, 2, n),
        rng.integers(0, 2, n),
        rng.integers(0, 3, n),
        rng.integers(1, 9000, n),
        rng.integers(0, 40_000, n),
        np.sort(rng.integers(0, DAYS * DAY_S, n)),
    ]
    handed = columns[5] + rng.integers(0, 2 * DAY_S, n)
    found = courier_charges(promotion(contracts), records(np.array([*columns, handed]).T.tolist()))
    for j in range(n):
        site, chosen, region, weight, volume = (int(column[j]) for column in columns[:5])
        on = FIRST_DATE + timedelta(days=int(handed[j]) // DAY_S)
        lines = price(contracts[chosen], Parcel(SITES[site], REGIONS[region], weight, volume, on))
        assert lines is not None
        assert found[j] == sum(lines.values())
