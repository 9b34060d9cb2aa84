"""Light and heavy parcels may go different ways."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.contracts import HEAVIEST_G
from planner.domain.demand import Demand
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem
from planner.domain.products import Product
from planner.errors import NoPlanError
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.builders import with_terms
from tests.planning.builders import (
    EXACT,
    collections,
    courier_problem,
    crew,
    lane_prices,
    random_problem,
    scenarios,
    site,
)

EDGE_G = 1000
# columns, rows, entries, whole numbers, and sums over matrix and prices, of a model that does not
# tell weights apart
STORED = [
    (589, 836, 2271, 87, -19347.504230730978, 1229704.475221573),
    (434, 623, 1654, 58, -27171.42896180015, 984425.3894219222),
    (601, 856, 2323, 87, -40817.99249423007, 1642731.69916362),
    (287, 414, 1067, 35, -21960.146876279283, 982784.7119535832),
]


@pytest.mark.parametrize("number", range(len(STORED)))
def test_without_weight_classes_the_program_is_what_it_was(number: int) -> None:
    """Size and weighted sums of all entries and prices are those stored."""
    given, lanes = random_problem(number)
    parameters = Parameters(
        problem=given,
        scenarios=scenarios(given, (0.8, 1.0, 1.3)),
        lane_costs=lanes,
        options=PlanningOptions(),
        active=(0, 2),
    )
    arrays = build(parameters).milp.arrays()
    rng = np.random.default_rng(0)
    x, y = rng.random(len(arrays.upper)), rng.random(len(arrays.row_lower))
    size = (len(x), len(y), arrays.matrix.nnz, int(arrays.integer.sum()))
    assert size == STORED[number][:4]
    assert (y @ (arrays.matrix @ x), arrays.objective @ x) == pytest.approx(
        STORED[number][4:], rel=1e-12
    )


def two_weights(**changes: Any) -> Problem:
    """Boxes of 500 g and chests of 5 kg, half of the orders each, separated at 1 kg; people for
    free.
    """
    base = courier_problem(
        crews=(crew(limit=100, wage_minor_per_hour=0),), weight_classes_g=(EDGE_G,)
    )
    box = base.products[0]
    made = replace(
        base,
        products=(replace(box, share=0.5), replace(box, name="chest", share=0.5, weight_g=5_000.0)),
        demand=replace(base.demand, product_share=np.array([0.5, 0.5])),
    )
    return replace(made, **changes)


def by_weight(given: Problem, prices: dict[str, tuple[float, float]]) -> LaneCosts:
    """The same price everywhere by contract, for light and for heavy parcels."""
    mean = lane_prices(given).mean
    for name, both in prices.items():
        mean[:, :, given.contract_names.index(name)] = np.array(both)[None, None, :, None]
    return LaneCosts.plain(mean)


def test_each_weight_goes_the_cheaper_way() -> None:
    """Light parcels are cheap with one contract, heavy ones with the other: 360 orders at 200 and
    360 at 400.
    """
    given = two_weights()
    lanes = by_weight(given, {"fast": (200.0, 900.0), "slow": (300.0, 400.0)})
    plan = plan_joint(given, scenarios(given), lanes, options=EXACT)
    assert {(r.contract, r.above_g, r.to_g) for r in plan.routing} == {
        ("fast", 0, EDGE_G),
        ("slow", EDGE_G, HEAVIEST_G),
    }
    assert plan.costs["courier"] == 360 * 200 + 360 * 400
    assert violations(given, plan) == ()
    blind = replace(given, weight_classes_g=())
    mixed = LaneCosts.plain(lanes.mean.mean(axis=3, keepdims=True))
    assert plan_joint(blind, scenarios(blind), mixed, options=EXACT).costs["courier"] == 720 * 350


def test_what_a_contract_refuses_goes_with_another() -> None:
    """A class without a price has no lane; where no contract takes it, the message says which
    parcels are left.
    """
    given = two_weights()
    refused = by_weight(given, {"fast": (200.0, np.inf)})
    plan = plan_joint(given, scenarios(given), refused, options=EXACT)
    assert {r.contract for r in plan.routing if r.above_g == EDGE_G} == {"slow"}
    by_all = by_weight(given, {"fast": (200.0, np.inf), "slow": (300.0, np.inf)})
    with pytest.raises(NoPlanError) as error:
        plan_joint(given, scenarios(given), by_all, options=EXACT)
    words = [b.words for b in error.value.blame]
    assert words == [
        f"region {r}, parcels above 1,000 g: every contract refuses them"
        for r in ("north", "south")
    ]


def test_goods_lie_where_their_weight_is_shipped() -> None:
    """Light parcels are cheap from one site and heavy ones from the other: boxes here, chests
    there.
    """
    base = two_weights()
    names = ("east", "coast")
    given = replace(
        base,
        sites=tuple(
            site(n, collections=collections("fast", "slow"), inbound_cost_minor=10) for n in names
        ),
        crews=tuple(crew(site=n, limit=100, wage_minor_per_hour=0) for n in names),
    )
    mean = lane_prices(given).mean
    mean[0, :, :, 1] += 500.0
    mean[1, :, :, 0] += 500.0
    plan = plan_joint(given, scenarios(given), LaneCosts.plain(mean), options=EXACT)
    assert {(row.site, row.product) for row in plan.stock or ()} == {
        ("east", "box"),
        ("coast", "chest"),
    }
    assert plan.expected["on_time_share"] == 1.0


def test_allotments_count_parcels_of_all_weights() -> None:
    """A contract that takes 120 a day, cheap for both weights, is given half of everything and no
    more.
    """
    given = two_weights()
    tight = replace(
        given,
        contracts=tuple(
            with_terms(c, allotment_per_day=a)
            for c, a in zip(given.contracts, (120, None), strict=True)
        ),
    )
    lanes = by_weight(tight, {"fast": (200.0, 200.0), "slow": (300.0, 350.0)})
    plan = plan_joint(tight, scenarios(tight), lanes, options=EXACT)
    shares = {"north": 0.6, "south": 0.4}
    parcels = sum(
        r.share * shares[r.region] * 0.5 * 240 for r in plan.routing if r.contract == "fast"
    )
    assert 90 < parcels <= 120  # room is kept for chance
    heavy_first = {r.contract for r in plan.routing if r.above_g == EDGE_G}
    assert "fast" in heavy_first  # where it saves more


def test_a_class_nobody_reaches_changes_nothing() -> None:
    """An edge far above every parcel leaves the cost as it is."""
    given = two_weights(weight_classes_g=())
    far = replace(given, weight_classes_g=(10**6,))
    cost = [
        plan_joint(p, scenarios(p, (0.8, 1.2)), lane_prices(p), options=EXACT).objective
        for p in (given, far)
    ]
    assert cost[0] == cost[1]


def test_components_of_other_goods_are_mixes_of_their_own() -> None:
    """An event of chests alone has the regions of the baseline, but not its weights; nobody's
    orders are lost.
    """
    base = two_weights()
    event = Event(
        name="chests",
        at_s=DAY_S,
        median=100.0,
        p95=100.0,
        ramp_s=HOUR_S,
        half_life_s=HOUR_S,
        product_share=(0.0, 1.0),
    )
    given = replace(base, demand=replace(base.demand, events=(event,)))
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=EXACT,
        active=(0,),
    )
    assert of.mixes == 2
    assert of.class_share.tolist() == pytest.approx(np.array([[0.5, 0.5], [0.0, 1.0]]))
    assert of.class_day.sum(axis=1) == pytest.approx(of.region_day)
    assert of.class_day[:, 1].sum() == pytest.approx(360 + of.all_orders[0, 1].sum())
    assert of.all_units.sum() == pytest.approx(of.all_orders.sum())
    blind = replace(given, weight_classes_g=())
    assert (
        Parameters(
            problem=blind,
            scenarios=scenarios(blind),
            lane_costs=lane_prices(blind),
            options=EXACT,
            active=(0,),
        ).mixes
        == 1
    )


def test_a_mix_has_the_mean_weights_of_its_components() -> None:
    """Two components that agree to the hundredth are one mix; the larger one weighs more in its
    class shares.
    """
    base = two_weights()
    event = Event(
        name="alike",
        at_s=DAY_S,
        median=720.0,
        p95=720.0,
        ramp_s=HOUR_S,
        half_life_s=HOUR_S,
        product_share=(0.502, 0.498),
    )
    given = replace(base, demand=replace(base.demand, events=(event,)))
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=EXACT,
        active=(0,),
    )
    part = of.all_orders.sum() - 720
    assert of.mixes == 1
    assert of.class_share[0, 0] == pytest.approx((720 * 0.5 + part * 0.502) / (720 + part))


def test_a_product_of_spread_weight_lies_in_both_classes() -> None:
    """Orders of one product fall into the classes as its weight spreads, and its stock covers
    both.
    """
    base = two_weights()
    spread = Product(
        name="bag", label="Bag", share=1.0, weight_g=900.0, weight_cv=0.6, paid_minor=5_000
    )
    given = replace(
        base,
        products=(spread,),
        demand=Demand(
            events=(),
            region_share=np.array([0.6, 0.4]),
            product_share=np.ones(1),
            baseline=base.demand.baseline,
        ),
    )
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=EXACT,
        active=(0,),
    )
    assert of.product_class.sum() == 1.0
    assert 0.4 < of.product_class[0, 0] < 0.7
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    assert sum(row.units for row in plan.stock or ()) >= 720
