"""Orders as drawn: counts, moments, mixes and loads follow the problem, each from a stream of its
own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given as given_by_hypothesis
from hypothesis import strategies as st
from scipy import stats
from scipy.special import ndtr

from planner.domain.charges import Surcharge
from planner.domain.contracts import Hub
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.products import Product, Region, Returns
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.service_terms import ScanDelay, Transit
from planner.domain.site import Collection, Process
from planner.simulation.inputs.births import pick
from planner.simulation.inputs.orders import draw_orders, stable_order
from planner.simulation.inputs.service_times import FAR_S, MICRO, Quantiles, quantile, work_us
from tests.builders import STREAMS, a_contract, a_problem, a_site, given

OPENING = Event(
    name="opening", at_s=10 * HOUR_S, median=2000.0, p95=2000.0, ramp_s=600, half_life_s=1800
)
ONE, HALF = np.zeros(1, dtype=np.int16), Quantiles(np.full(1, 0.5))
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(lambda shares: sum(shares) > 0)
REGIONS = (Region("near", "Near", 0.7), Region("far", "Far", 0.3))


def test_orders_come_in_order_and_inside_the_horizon() -> None:
    """Seconds never fall, lie in the horizon, and the number of orders is Poisson around what is
    expected.
    """
    problem = a_problem(days=2, orders_per_hour=500)
    orders = draw_orders(problem, STREAMS)
    assert np.all(np.diff(orders.ordered_at_s) >= 0)
    assert orders.ordered_at_s.min() >= 0
    assert orders.ordered_at_s.max() < problem.horizon.end_s
    assert abs(len(orders) - 24_000) <= 4 * np.sqrt(24_000)
    per_hour = np.bincount(orders.ordered_at_s // HOUR_S)
    assert stats.chisquare(per_hour, np.full(48, len(orders) / 48)).pvalue > 0.001


def test_seconds_are_uniform_within_the_five_minutes() -> None:
    """The second within a slot of constant intensity is uniform."""
    orders = draw_orders(a_problem(orders_per_hour=2000), STREAMS)
    within = np.bincount(orders.ordered_at_s % 300, minlength=300)
    assert stats.chisquare(within).pvalue > 0.001


def test_given_demand_is_taken_as_it_is() -> None:
    """Whole numbers of orders per hour, region and product come exactly; a fraction is the chance
    of one more.
    """
    problem = a_problem(regions=REGIONS)
    counts = np.arange(48.0).reshape(1, 24, 2, 1)
    exact = replace(
        problem, demand=replace(problem.demand, baseline=None, given=GivenDemand(counts))
    )
    orders = draw_orders(exact, STREAMS)
    found = np.zeros((24, 2), dtype=int)
    np.add.at(found, (orders.ordered_at_s // HOUR_S, orders.region), 1)
    assert np.array_equal(found, counts[0, :, :, 0])
    half = given(a_problem(), [0.25] * 24)
    drawn = [len(draw_orders(half, Streams(1, HELD_OUT, k))) for k in range(200)]
    assert abs(np.mean(drawn) - 6) <= 4 * np.sqrt(24 * 0.25 * 0.75 / 200)


def test_one_of_the_given_paths_is_drawn() -> None:
    """Of several equally likely paths each replication takes one."""
    problem = a_problem()
    paths = np.full((4, 24, 1, 1), 1.0) * np.array([1, 2, 3, 4]).reshape(4, 1, 1, 1)
    several = replace(
        problem, demand=replace(problem.demand, baseline=None, given=GivenDemand(paths))
    )
    sizes = [len(draw_orders(several, Streams(1, HELD_OUT, k))) for k in range(400)]
    share = [sizes.count(24 * k) / 400 for k in (1, 2, 3, 4)]
    assert sum(share) == pytest.approx(1)
    assert np.all(np.abs(np.array(share) - 0.25) <= 4 * np.sqrt(0.25 * 0.75 / 400))


def test_an_event_has_its_own_mix_and_leaves_the_other_orders_alone() -> None:
    """Adding an event adds its orders, of its own regions, and every order of the baseline stays
    what it was.
    """
    demand = Demand(
        events=(),
        region_share=np.array([0.7, 0.3]),
        product_share=np.ones(1),
        baseline=Baseline(np.full(24, 100.0)),
    )
    plain = replace(with_everything(0), regions=REGIONS, demand=demand)
    event = replace(OPENING, region_share=(0.0, 1.0))
    more = replace(plain, demand=replace(demand, events=(event,)))
    before, after = draw_orders(plain, STREAMS), draw_orders(more, STREAMS)
    baseline, surge = after.component == 0, after.component == 1
    assert np.all(after.region[surge] == 1)
    assert abs(np.count_nonzero(surge) - 2000) <= 4 * np.sqrt(2000)
    for name in (
        "ordered_at_s",
        "region",
        "weight_g",
        "route_u",
        "scan_z",
        "transit_z",
        "return_lag_s",
    ):
        assert np.array_equal(getattr(before, name), getattr(after, name)[baseline])
    assert np.array_equal(before.work_us, after.work_us[:, baseline])


def test_one_more_process_leaves_the_work_of_the_others_alone() -> None:
    """The quantiles of a process come from its own stream."""
    one = a_problem(orders_per_hour=50)
    two = replace(
        one,
        sites=(
            a_site(
                Process(name="pick", orders_per_hour=30.0),
                Process(name="pack", orders_per_hour=60.0),
            ),
        ),
    )
    few, many = (draw_orders(p, STREAMS).work_us for p in (one, two))
    assert (len(few), len(many)) == (1, 2)
    assert np.array_equal(few[0], many[1])


def test_shares_weights_and_units_follow_the_profile() -> None:
    """Mix of regions and products, units 1 + Poisson, weight lognormal around the median: as the
    problem says.
    """
    products = (
        Product(
            name="light",
            label="Light",
            share=0.8,
            weight_g=400.0,
            weight_cv=0.5,
            volume_cm3=100.0,
            units_mean=1.5,
        ),
        Product(
            name="heavy", label="Heavy", share=0.2, weight_g=3000.0, weight_cv=0.0, volume_cm3=900.0
        ),
    )
    demand = Demand(
        events=(),
        region_share=np.array([0.7, 0.3]),
        product_share=np.array([0.8, 0.2]),
        baseline=Baseline(np.full(24, 2000.0)),
    )
    orders = draw_orders(a_problem(regions=REGIONS, products=products, demand=demand), STREAMS)
    n = len(orders)
    assert abs(np.mean(orders.region == 0) - 0.7) <= 4 * np.sqrt(0.21 / n)
    light = orders.product == 0
    assert abs(np.mean(light) - 0.8) <= 4 * np.sqrt(0.16 / n)
    assert abs(orders.units[light].mean() - 1.5) <= 4 * np.sqrt(0.5 / light.sum())
    assert np.all(orders.units[~light] == 1)
    assert np.all(orders.weight_g[~light] == 3000)
    each = orders.weight_g[light] / orders.units[light]
    assert np.median(each) == pytest.approx(400, rel=0.01)
    assert np.std(np.log(each)) == pytest.approx(np.sqrt(np.log(1.25)), rel=0.02)
    assert np.array_equal(orders.volume_cm3, orders.units * np.where(light, 100, 900))


def with_everything(orders_per_hour: float) -> Problem:
    """A problem whose rules ask for every number an order can have: two couriers with delays, two
    kinds of work, returns.
    """
    couriers = tuple(
        a_contract(
            name,
            scan_delay=ScanDelay(3600, 9000),
            transit={"zone": Transit(1.0, 1.6)},
        )
        for name in ("one", "two")
    )
    processes = tuple(
        Process(name=name, orders_per_hour=3600.0, cv=1.0, distribution="exponential")
        for name in ("pick", "pack")
    )
    visits = tuple(Collection(c.name, 12 * HOUR_S) for c in couriers)
    site = a_site(
        *processes,
        collections=visits,
        receive=Process(name="receive", orders_per_hour=60.0),
        received_by="pack",
    )
    product = Product(name="p", label="P", share=1.0, weight_g=500.0, return_share=0.4)
    returns = Returns(2 * HOUR_S, 8 * HOUR_S)
    return a_problem(
        orders_per_hour=orders_per_hour,
        sites=(site,),
        contracts=couriers,
        products=(product,),
        returns=returns,
    )


def test_uniform_numbers_are_uniform_and_independent() -> None:
    """Every stream of uniform numbers passes a Kolmogorov test, lies inside (0, 1), and no two are
    correlated (those of exponential work and of the courier's delays are found again).
    """
    orders = draw_orders(with_everything(1000), STREAMS)
    work = -np.expm1(-orders.work_us[:2] / 1e6)
    rows = [*work, orders.route_u, ndtr(orders.scan_z), ndtr(orders.transit_z)]
    for row in rows:
        assert row.min() > 0
        assert row.max() < 1
        assert stats.kstest(row, "uniform").pvalue > 0.0005
    off_diagonal = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(off_diagonal).max() <= 5 / np.sqrt(len(orders))


def test_what_no_rule_asks_for_is_not_drawn() -> None:
    """One site without couriers and returns: no number for route, scan, transit; nothing comes
    back.
    """
    orders = draw_orders(a_problem(orders_per_hour=10), STREAMS)
    assert set(orders.route_u.tolist()) == {0.5}
    assert {*orders.scan_z, *orders.transit_z} == {0.0}
    assert set(orders.return_lag_s.tolist()) == {0}


def test_a_residential_share_draws_a_number_of_its_own() -> None:
    """It is drawn where a contract asks for it, and leaves every other number of the orders as it
    was.
    """
    homes = a_contract(
        surcharges=(Surcharge(name="residential", per_parcel_minor=100, residential_share=0.6),)
    )
    plain, asked = (
        draw_orders(a_problem(orders_per_hour=100, contracts=(c,)), STREAMS)
        for c in (a_contract(), homes)
    )
    assert set(plain.residential_u.tolist()) == {0.5}
    assert abs((asked.residential_u < 0.6).mean() - 0.6) < 4 * np.sqrt(0.24 / len(asked))
    assert np.array_equal(plain.ordered_at_s, asked.ordered_at_s)
    assert np.array_equal(plain.weight_g, asked.weight_g)


def test_what_a_zone_or_a_hub_asks_for_is_drawn() -> None:
    """A delay in one zone alone asks for the scan's number, the way on from a hub for the
    transit's; a zone without delay and a hub without a way on ask for nothing.
    """

    def drawn(**clauses: Any) -> tuple[bool, bool]:
        orders = draw_orders(
            a_problem(orders_per_hour=10, contracts=(a_contract(**clauses),)), STREAMS
        )
        return set(orders.scan_z.tolist()) != {0.0}, set(orders.transit_z.tolist()) != {0.0}

    hub = Hub(hub_region="region", regions=frozenset({"region"}))
    assert drawn(scan_delay_by_zone={"zone": ScanDelay(3600, 7200)}) == (True, False)
    assert drawn(hub=replace(hub, onward_days=Transit(1.0, 2.0))) == (False, True)
    assert drawn(scan_delay_by_zone={"zone": ScanDelay()}, hub=hub) == (False, False)


def test_the_route_is_drawn_wherever_there_is_a_choice() -> None:
    """Two sites without couriers: the plan's halves need a number of each order's own."""
    orders = draw_orders(
        a_problem(orders_per_hour=50, sites=(a_site(), replace(a_site(), name="other"))), STREAMS
    )
    assert len(set(orders.route_u.tolist())) == len(orders)


def test_returns_have_their_share_and_their_lag() -> None:
    """0.4 of the orders come back; half of them within the median, 95 % within the 95 % point; none
    at once.
    """
    lags = draw_orders(with_everything(2000), STREAMS).return_lag_s
    back = lags[lags > 0]
    assert abs(len(back) / len(lags) - 0.4) <= 4 * np.sqrt(0.24 / len(lags))
    assert abs(np.mean(back <= 2 * HOUR_S) - 0.5) <= 4 * np.sqrt(0.25 / len(back))
    assert abs(np.mean(back <= 8 * HOUR_S) - 0.95) <= 4 * np.sqrt(0.95 * 0.05 / len(back))


@given_by_hypothesis(st.lists(st.integers(0, 40), max_size=200))
def test_stable_order_is_the_stable_order(seconds: list[int]) -> None:
    """It sorts, and equal seconds keep their places: numpy's stable argsort."""
    array = np.array(seconds, dtype=np.int32)
    assert np.array_equal(stable_order(array), np.argsort(array, kind="stable"))


@given_by_hypothesis(SHARES, st.integers(0, 99))
def test_a_pick_is_the_share_that_the_number_falls_into(shares: list[float], seed: int) -> None:
    """Looking into the table gives the index that a search in the cumulated shares gives, number
    for number.
    """
    share, u = np.array(shares), np.random.default_rng(seed).random(300)
    found = np.searchsorted(np.cumsum(share) / np.sum(share), u, side="right")
    expected = np.minimum(found, len(share) - 1)
    assert np.array_equal(
        pick(share, np.random.default_rng(seed), 300), expected if len(share) > 1 else 0 * expected
    )


@pytest.mark.parametrize(
    ("process", "law"),
    [
        (
            Process(name="p", orders_per_hour=60.0, cv=0.6),
            stats.lognorm(np.sqrt(np.log(1.36)), scale=60 / np.sqrt(1.36)),
        ),
        (
            Process(name="p", orders_per_hour=60.0, cv=0.6, distribution="gamma"),
            stats.gamma(1 / 0.36, scale=60 * 0.36),
        ),
        (
            Process(name="p", orders_per_hour=60.0, cv=9.0, distribution="exponential"),
            stats.expon(scale=60),
        ),
    ],
)
def test_work_has_the_distribution_of_the_process(
    process: Process, law: stats.rv_continuous
) -> None:
    """Quantiles of lognormal, gamma and exponential work are those of the textbook law with the
    process's mean.
    """
    u = np.linspace(0.001, 0.999, 200)
    assert quantile(process, Quantiles(u)) == pytest.approx(law.ppf(u), rel=1e-9)
    assert law.mean() == pytest.approx(process.mean_s)


def test_observed_work_is_scaled_to_the_mean() -> None:
    """Empirical work takes the observed values, each as often as observed, scaled to the mean of
    the process.
    """
    process = Process(
        name="p", orders_per_hour=60.0, distribution="empirical", empirical=(30.0, 10.0, 20.0, 20.0)
    )
    found = quantile(process, Quantiles((np.arange(1000) + 0.5) / 1000))
    assert found.mean() == pytest.approx(60)
    assert sorted(set(found.tolist())) == pytest.approx([30, 60, 90])


def test_endless_work_stays_within_the_numbers() -> None:
    """At a millionth of a millionth of an order an hour, work is as long as a number may be: two
    years.
    """
    assert work_us(
        a_problem(), Process(name="pack", orders_per_hour=1e-12), HALF, ONE
    ).tolist() == [FAR_S * MICRO]


def test_work_is_rounded_to_the_microsecond() -> None:
    """A deterministic minute is 60 million microseconds although 1.1 x 60 is a hair more than 66 in
    floats; a product scales it; and 70 or 130 an hour are rounded to the nearest microsecond.
    """
    process = Process(name="pack", orders_per_hour=60.0)
    for scale, expected in ((1.0, 60_000_000), (1.1, 66_000_000), (0.0, 0)):
        problem = a_problem(
            sites=(a_site(process),),
            products=(Product(name="p", label="P", share=1.0, weight_g=1.0, work=scale),),
        )
        assert work_us(problem, process, HALF, ONE).tolist() == [expected]
    assert work_us(a_problem(), Process(name="pack", orders_per_hour=70.0), HALF, ONE).tolist() == [
        51_428_571
    ]
    assert work_us(
        a_problem(), Process(name="pack", orders_per_hour=130.0), HALF, ONE
    ).tolist() == [27_692_308]
