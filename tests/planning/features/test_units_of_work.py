"""Products of very different work: orders are counted, and only people's time is weighed."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.products import Product
from planner.errors import NoPlanError
from planner.planning.formulation.parameters import Parameters
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import (
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    scenarios,
    site,
)

PRODUCTS = (
    Product(
        name="heavy",
        label="Heavy",
        share=0.5,
        weight_g=500.0,
        work=1.9,
        paid_minor=5_000,
        margin_minor=2_000,
    ),
    Product(
        name="light",
        label="Light",
        share=0.5,
        weight_g=500.0,
        work=0.1,
        paid_minor=5_000,
        margin_minor=2_000,
    ),
)


def sale_of(mix: tuple[float, float], limit: int = 60, capacity: int = 3_000) -> Problem:
    """Twenty orders an hour of both products in equal shares, and 3,000 more in a few hours with a
    mix of their own.
    """
    event = Event(
        name="sale",
        at_s=26 * HOUR_S,
        median=3_000.0,
        p95=3_000.0,
        ramp_s=HOUR_S,
        half_life_s=HOUR_S,
        product_share=mix,
    )
    return courier_problem(
        products=PRODUCTS,
        demand=Demand(
            events=(event,),
            region_share=np.array([0.6, 0.4]),
            product_share=np.array([0.5, 0.5]),
            baseline=Baseline(np.full(72, 20.0)),
        ),
        contracts=(contract("fast", ("north", "south")),),
        crews=(crew(limit=limit),),
        sites=(site(collections=collections("fast", capacity_parcels=capacity)),),
    )


def planned(given: Problem) -> Plan:
    return plan_joint(given, scenarios(given), lane_prices(given))


def people(plan: Plan) -> int:
    return sum(row.headcount for row in plan.staffing)


def test_a_sale_of_light_goods_can_be_handed_over() -> None:
    """3,000 orders that are quickly packed fit collections of 3,000: counted as parcels, not as
    work of mean orders.
    """
    plan = planned(sale_of((0.0, 1.0)))
    assert plan.expected["on_time_share_hardest"] > 0.99


def test_a_sale_of_heavy_goods_needs_more_people() -> None:
    """The same number of orders of the heavy product: nineteen times the work, many more people."""
    light, heavy = planned(sale_of((0.0, 1.0))), planned(sale_of((1.0, 0.0), limit=400))
    assert people(heavy) > 3 * people(light)


def test_sixty_people_are_not_enough_for_heavy_goods() -> None:
    """3,000 heavy orders are 285 hours of work within a day: with ten people there is no plan, with
    light goods there is.
    """
    with pytest.raises(NoPlanError):
        planned(sale_of((1.0, 0.0), limit=10))
    assert people(planned(sale_of((0.0, 1.0), limit=10))) > 0


def test_light_orders_do_not_stand_in_for_heavy_ones() -> None:
    """Orders of each kind are due and packed on their own."""
    given = sale_of((0.0, 1.0))
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=PlanningOptions(),
        active=(0,),
    )
    assert of.workload_factor == pytest.approx([0.1, 1.0])
    baseline, sale = 72 * 20.0, float(of.scenarios.intensity[0, 1].sum())
    assert [float(orders.sum()) for orders in of.workload_orders] == pytest.approx([sale, baseline])


def test_components_of_about_the_same_work_are_one_kind() -> None:
    """A sale whose mix takes a tenth more work adds nothing to the size of the model."""
    given = sale_of((0.55, 0.45))
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=PlanningOptions(),
        active=(0,),
    )
    assert len(of.workload_factor) == 1
    assert of.workload_factor[0] == pytest.approx(of.mean_work)
