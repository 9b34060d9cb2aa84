"""A user's own paths: what one path says of a region stays with that path."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.planning.generated_scenarios import rough_solver
from planner.domain.arrays import Floats
from planner.domain.demand import Demand
from planner.domain.demand_path import draw_path, mean_path
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.products import Region
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.site import Process
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.solution.scenario_generation import plan_joint
from planner.simulation.inputs.orders import draw_orders
from tests.builders import simulate
from tests.planning.builders import collections, contract, courier_problem, crew, lane_prices, site

EITHER = np.zeros(
    (2, 72, 2, 1)
)  # two days of 24 busy hours each: all orders in the north, or all in the south
EITHER[0, 0:48, 0] = 12.0
EITHER[1, 0:48, 1] = 12.0


def one_or_the_other(orders: Floats = EITHER) -> Problem:
    """Each of two sites serves one region: east the north, coast the south."""
    base = courier_problem()
    return replace(
        base,
        platform=replace(base.platform, deadline_hours=36.0),
        regions=(Region("north", "North", 0.5), Region("south", "South", 0.5)),
        demand=Demand(
            events=(),
            region_share=np.array([0.5, 0.5]),
            product_share=np.ones(1),
            given=GivenDemand(orders),
        ),
        contracts=(contract("fast", ("north",)), contract("slow", ("south",))),
        sites=(
            site("east", collections=collections("fast")),
            site("coast", collections=collections("slow")),
        ),
        crews=(crew(site="east", limit=8), crew(site="coast", limit=8)),
    )


def planned(given: Problem) -> Plan:
    return plan_joint(given, sample_scenarios(given, 1, 12), lane_prices(given))


def two_contracts_for_two_regions() -> Problem:
    """1,600 orders in the north and 500 in the south at midnight; `fast` takes 1,850 a day, `slow`
    2,500; one site packs everything in a moment.
    """
    orders = np.zeros((1, 48, 2, 1))
    orders[0, 0, :, 0] = [1600.0, 500.0]
    base, regions = courier_problem(), ("north", "south")
    share = np.array([1600.0, 500.0]) / 2100.0
    return replace(
        base,
        horizon=replace(base.horizon, days=2),
        platform=replace(base.platform, deadline_hours=20.0),
        regions=tuple(Region(r, r.title(), float(s)) for r, s in zip(regions, share, strict=True)),
        demand=Demand(
            events=(), region_share=share, product_share=np.ones(1), given=GivenDemand(orders)
        ),
        contracts=(
            contract("fast", regions, fixed_fee_minor=90_000, allotment_per_day=1_850),
            contract("slow", regions, fixed_fee_minor=20_000, allotment_per_day=2_500),
        ),
        sites=(
            site(
                processes=(Process(name="pack", orders_per_hour=1e6),),
                collections=collections("fast", "slow"),
            ),
        ),
        crews=(crew(limit=10, wage_minor_per_hour=0),),
    )


@pytest.mark.parametrize("seed", range(4))
def test_each_region_goes_with_its_own_contract(seed: int) -> None:
    """1,600 at 6.20 and 500 at 2.40 and both fees, 12,220.00; `slow` alone would cost 12,760.00.

    No number of the solver that is off by its tolerance stands in the way of judging the plan.
    """
    given = two_contracts_for_two_regions()
    usual = {
        ("north", "fast"): 620.0,
        ("south", "fast"): 330.0,
        ("north", "slow"): 710.0,
        ("south", "slow"): 240.0,
    }
    prices = lane_prices(
        given, {("east", region, name): price for (region, name), price in usual.items()}
    )
    with rough_solver(seed):
        plan = plan_joint(given, sample_scenarios(given, 1, 12), prices)
    assert (plan.status, plan.objective) == ("optimal", 1_222_000)
    assert [(row.region, row.contract, row.share) for row in plan.routing] == [
        ("north", "fast", 1.0),
        ("south", "slow", 1.0),
    ]


def test_paths_of_the_same_size_are_all_kept() -> None:
    """Equal totals do not make two paths identical: both become scenarios, each with its own
    region.
    """
    of = sample_scenarios(one_or_the_other(), 1, 12)
    assert of.weight.tolist() == [0.5, 0.5]
    per_region = np.einsum("sct,scr->sr", of.intensity, of.region_share)
    assert sorted(per_region.tolist()) == [[0.0, 576.0], [576.0, 0.0]]


def test_the_plan_is_met_whichever_region_orders() -> None:
    """Both sites get the people for all of the orders, and the simulation of both paths keeps every
    order in time.
    """
    given = one_or_the_other()
    plan = planned(given)
    needed = 576 / (8 * 20)  # at 20 an hour in shifts of eight hours at most
    for name in ("east", "coast"):
        assert sum(r.headcount for r in plan.staffing if r.site == name) >= needed
    met = []
    for k in range(12):
        streams = Streams(1, HELD_OUT, k)
        orders = draw_orders(given, streams)
        records = simulate(given, plan, orders, streams)
        met.append((set(orders.region.tolist()), (records.on_time == 1).mean()))
    assert {r for regions, _ in met for r in regions} == {0, 1}
    assert all(len(regions) == 1 and share >= 0.98 for regions, share in met)


def test_a_plan_for_the_mean_would_not_do() -> None:
    """The mean path has half of the orders in each region: planning it takes about half of the
    people.
    """
    given = one_or_the_other()
    mean = planned(one_or_the_other(EITHER.mean(axis=0, keepdims=True)))
    assert sum(r.headcount for r in mean.staffing) < 0.7 * sum(
        r.headcount for r in planned(given).staffing
    )


def test_components_are_the_regions_that_order() -> None:
    """Three regions, one without orders: two components with a mix of products of their own."""
    orders = np.zeros((2, 24, 3, 2))
    orders[0, :, 0] = [3.0, 1.0]
    orders[1, :, 2] = [1.0, 1.0]
    demand = Demand(
        events=(),
        region_share=np.full(3, 1 / 3),
        product_share=np.full(2, 0.5),
        given=GivenDemand(orders),
    )
    assert demand.components == ("given:0", "given:2")
    assert demand.region_shares().tolist() == [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    assert demand.product_shares().tolist() == [[0.75, 0.25], [0.5, 0.5]]


def test_the_intensity_of_a_path_is_its_own() -> None:
    """Hour by hour and component by component, for a drawn path and for the mean."""
    given = one_or_the_other()
    path = draw_path(given.demand, given.horizon, Streams(1, HELD_OUT, 0))
    assert path.given is not None
    assert path.hourly() == pytest.approx(EITHER[path.given].sum(axis=2).T)
    assert mean_path(given.demand, given.horizon).hourly() == pytest.approx(
        EITHER.mean(axis=0).sum(axis=2).T
    )


def test_given_orders_belong_to_the_component_of_their_region() -> None:
    """Every order of the simulation points at a component, and they are the counts that were
    given.
    """
    orders = np.zeros((1, 72, 2, 1))
    orders[0, 5, 1] = 7.0
    given = one_or_the_other(orders)
    drawn = draw_orders(given, Streams(1, HELD_OUT, 0))
    assert (len(drawn), set(drawn.region.tolist()), set(drawn.component.tolist())) == (7, {1}, {0})
    assert ((drawn.ordered_at_s // HOUR_S) == 5).all()
    assert given.demand.components == ("given:1",)


def test_no_orders_at_all_are_one_component() -> None:
    """A forecast of nothing has a component with the stated mix, so that everything downstream has
    a row.
    """
    demand = Demand(
        events=(),
        region_share=np.array([0.5, 0.5]),
        product_share=np.array([0.25, 0.75]),
        given=GivenDemand(np.zeros((1, 24, 2, 2))),
    )
    assert demand.components == ("given:0",)
    assert demand.region_shares().tolist() == [[1.0, 0.0]]
    assert demand.product_shares().tolist() == [[0.25, 0.75]]
