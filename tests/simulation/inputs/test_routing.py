"""Shares, stock, and what happens when there is none left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import HEAVIEST_G
from planner.domain.courier_offers import Offers
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.products import Product, Region
from planner.domain.records import Mask, Orders, Small
from planner.domain.site import Collection
from planner.simulation.inputs.routing import route as routes
from tests.builders import a_contract, a_crew, a_problem, a_site, orders_at, with_terms

REGIONS = (Region("region", "Region", 0.8), Region("far", "Far", 0.2))


def two_sites() -> Problem:
    """Sites `site` and `other`; `courier` serves `region` from both, `express` serves both regions
    from `other`.
    """
    both = (Collection("courier", 100), Collection("express", 200))
    return a_problem(
        days=2,
        regions=REGIONS,
        products=(
            Product(name="product", label="Product", share=0.5, weight_g=100.0),
            Product(name="second", label="Second", share=0.5, weight_g=100.0),
        ),
        sites=(a_site(collections=both[:1]), replace(a_site(collections=both), name="other")),
        crews=(a_crew(), a_crew("other")),
        contracts=(
            a_contract(),
            a_contract("express", zones={("", "region"): "zone", ("", "far"): "zone"}),
        ),
    )


def share(
    site: str, contract: str, part: float, region: str = "region", days: tuple[int, int] = (0, 2)
) -> ShareRow:
    return ShareRow(
        region=region,
        site=site,
        contract=contract,
        from_s=days[0] * DAY_S,
        to_s=days[1] * DAY_S,
        share=part,
    )


def route(
    problem: Problem, plan: Plan, orders: Orders, offers: Offers | None = None
) -> tuple[Small, Small]:
    """Site and contract of each order."""
    found = routes(problem, plan, orders, offers)
    return found.site, found.contract


def routed(plan: Plan, orders: Orders) -> list[tuple[int, int]]:
    site, contract = route(two_sites(), plan, orders)
    return list(zip(site.tolist(), contract.tolist(), strict=True))


def plan(*routing: ShareRow, stock: dict[tuple[str, str], int] | None = None) -> Plan:
    rows = None if stock is None else tuple(StockRow(s, p, n) for (s, p), n in stock.items())
    return Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=tuple(sorted(routing)),
        stock=rows,
    )


def test_the_uniform_number_picks_from_the_cumulated_shares() -> None:
    """Rows in canonical order other/courier 0.25, other/express 0.25, site/courier 0.5: each number
    finds its own.
    """
    orders = replace(
        orders_at(two_sites(), 1, 2, 3, 4), route_u=np.array([0.2499, 0.25, 0.4999, 0.5])
    )
    shares = (
        share("site", "courier", 0.5),
        share("other", "courier", 0.25),
        share("other", "express", 0.25),
    )
    assert routed(plan(*shares), orders) == [(1, 0), (1, 1), (1, 1), (0, 0)]


def test_shares_hold_for_their_region_and_time() -> None:
    """Day 0 goes to `site`, day 1 to `other`; the far region always goes to `other` by express."""
    orders = replace(
        orders_at(two_sites(), 1, DAY_S - 1, DAY_S, DAY_S + 1),
        region=np.array([0, 0, 0, 1], np.int16),
    )
    shares = (
        share("site", "courier", 1.0, days=(0, 1)),
        share("other", "courier", 1.0, days=(1, 2)),
    )
    found = routed(plan(*shares, share("other", "express", 1.0, "far")), orders)
    assert found == [(0, 0), (0, 0), (1, 0), (1, 1)]


def test_shares_that_do_not_add_up_count_relative_to_their_sum() -> None:
    """Shares 0.2 and 0.2 are halves; rows of share nothing are never picked."""
    orders = replace(orders_at(two_sites(), 1, 2), route_u=np.array([0.49, 0.999999999]))
    shares = (
        share("site", "courier", 0.2),
        share("other", "courier", 0.2),
        share("other", "express", 0.0),
    )
    assert routed(plan(*shares), orders) == [(1, 0), (0, 0)]


def test_orders_without_a_share_take_the_first_lane() -> None:
    """A region the plan does not name goes by its first lane in the order of the problem."""
    orders = replace(orders_at(two_sites(), 1, 2), region=np.array([0, 1], np.int16))
    assert routed(plan(), orders) == [(0, 0), (1, 1)]


def test_when_stock_runs_out_the_next_site_takes_over_and_then_nobody() -> None:
    """Three units at `site`, one at `other`: of five orders of one unit three are served there, one
    at `other` with the contract of its largest share, and the last is cancelled; other products are
    not touched.
    """
    stock = {("site", "product"): 3, ("other", "product"): 1, ("site", "second"): 9}
    shares = (
        share("site", "courier", 0.9),
        share("other", "courier", 0.04),
        share("other", "express", 0.06),
    )
    orders = replace(
        orders_at(two_sites(), 1, 2, 3, 4, 5, 6),
        product=np.array([0, 0, 0, 0, 1, 0], np.int16),
    )
    found = routed(plan(*shares, stock=stock), orders)
    assert found == [(0, 0), (0, 0), (0, 0), (1, 1), (0, 0), (-1, -1)]


def test_a_site_without_shares_takes_over_by_its_first_lane() -> None:
    """`other` has no share of the region: its first lane there is `courier`."""
    stock = {("site", "product"): 0, ("other", "product"): 5}
    assert routed(plan(share("site", "courier", 1.0), stock=stock), orders_at(two_sites(), 1)) == [
        (1, 0)
    ]


def test_a_site_without_a_lane_is_passed_over() -> None:
    """The far region has no lane from `site`: with stock only there, the order is cancelled."""
    stock = {("site", "product"): 5}
    orders = replace(orders_at(two_sites(), 1), region=np.array([1], np.int16))
    assert routed(plan(share("other", "express", 1.0, "far"), stock=stock), orders) == [(-1, -1)]


def test_an_order_of_several_units_needs_them_all_at_one_site() -> None:
    """Two units at each site: an order of three finds them nowhere, the next order of two does."""
    stock = {("site", "product"): 2, ("other", "product"): 2}
    orders = replace(orders_at(two_sites(), 1, 2), units=np.array([3, 2]))
    assert routed(plan(share("site", "courier", 1.0), stock=stock), orders) == [(-1, -1), (0, 0)]


def by_weight(*rows: tuple[ShareRow, int, int]) -> Plan:
    return plan(*(replace(row, above_g=above_g, to_g=to_g) for row, above_g, to_g in rows))


def test_shares_hold_for_their_weights() -> None:
    """Up to 500 g by courier, heavier by express, above a kilogram half and half; the edge belongs
    to the lighter.
    """
    weights = [1, 500, 501, 1000, 1001, 10**9, 1001]
    orders = replace(
        orders_at(two_sites(), *range(1, 8)),
        weight_g=np.array(weights),
        route_u=np.array([0.9, 0.9, 0.1, 0.9, 0.49, 0.49, 0.5]),
    )
    shares = by_weight(
        (share("site", "courier", 1.0), 0, 500),
        (share("other", "express", 1.0), 500, 1000),
        (share("other", "express", 0.5), 1000, HEAVIEST_G),
        (share("site", "courier", 0.5), 1000, HEAVIEST_G),
    )
    assert routed(shares, orders) == [(0, 0), (0, 0), (1, 1), (1, 1), (1, 1), (1, 1), (0, 0)]


def test_bands_of_one_region_leave_the_others_alone() -> None:
    """The near region is split at 500 g, the far one is not; and a row may span bands that another
    one divides.
    """
    orders = replace(
        orders_at(two_sites(), 1, 2, 3, 4),
        weight_g=np.array([400, 600, 400, 600]),
        region=np.array([0, 0, 1, 1], np.int16),
        route_u=np.array([0.7, 0.7, 0.5, 0.5]),
    )
    shares = by_weight(
        (share("other", "courier", 0.5), 0, HEAVIEST_G),
        (share("other", "express", 0.5), 0, 500),
        (share("site", "courier", 0.5), 500, HEAVIEST_G),
        (share("other", "express", 1.0, "far"), 0, HEAVIEST_G),
    )
    assert routed(shares, orders) == [(1, 1), (0, 0), (1, 1), (1, 1)]


def test_a_band_without_shares_goes_to_the_first_lane_of_its_region() -> None:
    """Nothing stated up to 500 g and above a kilogram: `site` by courier, the first lane."""
    orders = replace(orders_at(two_sites(), 1, 2, 3), weight_g=np.array([400, 900, 2000]))
    shares = by_weight((share("other", "express", 1.0), 500, 1000))
    assert routed(shares, orders) == [(0, 0), (1, 1), (0, 0)]


def test_bands_that_no_order_is_in_change_nothing() -> None:
    """A class of giants and one of feathers: every order between goes as without them."""
    orders = replace(orders_at(two_sites(), *range(1, 41)), route_u=(np.arange(40) + 0.5) / 40)
    rows = (
        share("site", "courier", 0.3),
        share("other", "courier", 0.3),
        share("other", "express", 0.4),
    )
    giants = (share("other", "express", 1.0), 10**6, HEAVIEST_G)
    feathers = (share("other", "express", 1.0), 0, 5)
    split = by_weight(*((row, 5, 10**6) for row in rows), giants, feathers)
    assert routed(split, orders) == routed(plan(*rows), orders)


def test_where_stock_runs_out_the_shares_of_the_weight_decide_who_carries() -> None:
    """Nothing at `site`: `other` takes over with its largest share in the order's own band, else
    with its first lane.
    """
    shares = by_weight(
        (share("site", "courier", 0.6), 0, HEAVIEST_G),
        (share("other", "express", 0.4), 500, HEAVIEST_G),
    )
    stock = (StockRow("other", "product", 9),)
    orders = replace(
        orders_at(two_sites(), 1, 2), weight_g=np.array([400, 600]), route_u=np.array([0.9, 0.9])
    )
    first = route(two_sites(), shares, orders)[0]
    assert first.tolist() == [
        0,
        0,
    ]  # rows in canonical order: other/express up to 0.4 for the heavy one, then site
    assert routed(replace(shares, stock=stock), orders) == [(1, 0), (1, 1)]


def naively_served(
    given: Problem, stock: np.ndarray, orders: Orders, wanted: list[int]
) -> list[int]:
    """Site of each order, one after the other: its own, else the next with all units and a lane;
    -1: none.
    """
    lanes = {(site, region) for site, region, _ in given.lanes()}
    found = []
    for k, first in enumerate(wanted):
        left, region = stock[orders.product[k]], given.region_names[orders.region[k]]
        tried = [(first + step) % len(given.sites) for step in range(len(given.sites))]
        able = [s for s in tried if s == first or (given.site_names[s], region) in lanes]
        served = next((s for s in able if left[s] >= orders.units[k]), -1)
        if served >= 0:
            left[served] -= orders.units[k]
        found.append(served)
    return found


@pytest.mark.parametrize("seed", range(200))
def test_stock_is_shared_out_as_one_order_after_the_other_would(seed: int) -> None:
    """On generated orders of many products, plentiful, scarce and missing ones, sorting by product
    changes nothing.
    """
    rng = np.random.default_rng(seed)
    number, products, sites = (
        int(rng.integers(1, 120)),
        int(rng.integers(1, 40)),
        int(rng.integers(1, 5)),
    )
    names = [f"site-{i}" for i in range(sites)]
    given = replace(
        two_sites(),
        products=tuple(
            Product(name=f"p{k}", label="", share=1 / products, weight_g=100.0)
            for k in range(products)
        ),
        sites=tuple(replace(two_sites().sites[i % 2], name=name) for i, name in enumerate(names)),
        crews=tuple(a_crew(name) for name in names),
    )
    drawn = {
        "region": rng.integers(0, 2, number).astype(np.int16),
        "product": rng.integers(0, products, number).astype(np.int16),
        "units": rng.integers(1, 4, number).astype(np.int32),
        "route_u": rng.uniform(0.001, 0.999, number),
    }
    orders = replace(orders_at(given, *range(1, number + 1)), **drawn)
    stock = rng.integers(0, 1 + 3 * number // products, (products, sites))
    near = [name for name in names if (name, "region", "courier") in given.lanes()]
    shares = [share(name, "courier", 1.0) for name in near]
    rows = tuple(
        StockRow(names[i], f"p{k}", int(stock[k, i])) for k in range(products) for i in range(sites)
    )
    without, usual = route(
        given,
        Plan(
            method="stated", status=PlanStatus.AS_STATED, staffing=(), routing=tuple(sorted(shares))
        ),
        orders,
    )
    found = routes(
        given,
        Plan(
            method="stated",
            status=PlanStatus.AS_STATED,
            staffing=(),
            routing=tuple(sorted(shares)),
            stock=rows,
        ),
        orders,
    )
    served, contract, left = found.site, found.contract, stock.copy()
    assert served.tolist() == naively_served(given, left, orders, without.tolist())
    assert (found.stock_left == left.T).all()
    missed = np.zeros(found.sold_out.shape, dtype=bool)
    missed[without[served != without], orders.product[served != without]] = True
    assert (found.sold_out == missed).all()
    assert (contract[served < 0] == -1).all()
    assert (contract[served == without] == usual[served == without]).all()


class UpTo:
    """Contracts with a heaviest parcel and one price for all others: (grams, minor units) of
    each.
    """

    def __init__(self, *terms: tuple[int, int]) -> None:
        self.terms = terms

    def refused(self, orders: Orders, which: Ints, site: Small | int, contract: Small) -> Mask:
        most = np.array([*(grams for grams, _ in self.terms), HEAVIEST_G])[contract]
        return np.asarray((orders.weight_g[which] > most) & (contract >= 0))

    def price(self, orders: Orders, which: Ints, site: int, contract: int) -> Floats:
        grams, minor = self.terms[contract]
        return np.where(orders.weight_g[which] > grams, np.inf, float(minor))


def three_couriers() -> Problem:
    """`site` has courier and express, `other` courier and slow."""
    near = tuple(Collection(name, 100) for name in ("courier", "express"))
    far = tuple(Collection(name, 100) for name in ("courier", "slow"))
    return replace(
        two_sites(),
        sites=(a_site(collections=near), replace(a_site(collections=far), name="other")),
        contracts=tuple(a_contract(name) for name in ("courier", "express", "slow")),
    )


def test_a_refused_order_goes_with_the_cheapest_that_takes_it_here_or_at_the_next_site() -> None:
    """Courier up to 500 g, express up to 1 kg, slow up to 2 kg, which collects at `other` alone; 3
    kg go nowhere.
    """
    orders = replace(orders_at(two_sites(), 1, 2, 3, 4), weight_g=np.array([500, 501, 2000, 3000]))
    offers = UpTo((500, 100), (1000, 300), (2000, 200))
    found = route(three_couriers(), plan(share("site", "courier", 1.0)), orders, offers)
    assert [each.tolist() for each in found] == [[0, 0, 1, -1], [0, 1, 2, 0]]
    cheap = replace(orders, weight_g=np.array([501] * 4))
    next_site = route(three_couriers(), plan(share("other", "courier", 1.0)), cheap, offers)
    assert [each.tolist() for each in next_site] == [[1] * 4, [2] * 4]


def test_a_contract_that_costs_to_sign_stands_by_only_when_signed() -> None:
    """Express has a fixed fee: unsigned, the refused parcel is passed on to slow at `other`."""
    problem = three_couriers()
    fee = with_terms(problem.contracts[1], fixed_fee_minor=1)
    problem = replace(problem, contracts=(problem.contracts[0], fee, problem.contracts[2]))
    orders, offers = orders_at(two_sites(), 1), UpTo((100, 100), (1000, 300), (2000, 200))
    unsigned = plan(share("site", "courier", 1.0))
    assert [each.tolist() for each in route(problem, unsigned, orders, offers)] == [[1], [2]]
    signed = replace(unsigned, signed=("courier", "express"))
    assert [each.tolist() for each in route(problem, signed, orders, offers)] == [[0], [1]]


def test_where_stock_runs_out_the_next_site_must_take_the_parcel() -> None:
    """Nothing at `site`.

    At `other` courier takes the light one, slow the heavy one; where slow refuses it too, there is
    no lane for it and it is cancelled; as is an order that nobody takes anywhere, and it says who
    refused it.
    """
    stock = {("other", "product"): 9}
    orders = replace(orders_at(two_sites(), 1, 2), weight_g=np.array([500, 501]))
    chosen = plan(share("site", "courier", 1.0), stock=stock)
    taken = route(three_couriers(), chosen, orders, UpTo((500, 100), (1000, 300), (2000, 200)))
    assert [each.tolist() for each in taken] == [[1, 1], [0, 2]]
    refused = route(three_couriers(), chosen, orders, UpTo((500, 100), (1000, 300), (500, 200)))
    assert [each.tolist() for each in refused] == [[1, -1], [0, -1]]
    nobody = route(three_couriers(), chosen, orders, UpTo((500, 100), (500, 300), (500, 200)))
    assert [each.tolist() for each in nobody] == [[1, -1], [0, 0]]


def test_an_unlimited_supply_is_not_touched_and_a_limited_one_is_sold_once_over_all_sites() -> None:
    """Without stated stock: four units of `product` in all, wherever asked for, in order of time;
    an order of two units that comes when one is left is cancelled, a later one of one unit is not;
    `second` never ends.
    """
    limited = tuple(
        replace(p, supply_units=4 if k == 0 else None) for k, p in enumerate(two_sites().products)
    )
    problem = replace(two_sites(), products=limited)
    orders = replace(
        orders_at(problem, *range(1, 8)),
        product=np.array([0, 0, 1, 0, 0, 0, 1], np.int16),
        units=np.array([2, 1, 50, 2, 1, 1, 50]),
        route_u=np.array([0.9, 0.1, 0.9, 0.9, 0.9, 0.1, 0.1]),
    )
    shares = (share("site", "courier", 0.5), share("other", "courier", 0.5))
    site, contract = route(problem, plan(*shares), orders)
    assert site.tolist() == [0, 1, 0, -1, 0, -1, 1]
    assert contract.tolist() == [0, 0, 0, -1, 0, -1, 0]
    assert route(two_sites(), plan(*shares), orders)[0].tolist() == [0, 1, 0, 0, 0, 1, 1]
    stated = plan(
        *shares, stock={("site", "product"): 9, ("other", "product"): 9, ("site", "second"): 200}
    )
    assert (route(problem, stated, orders)[0] >= 0).all()
