"""Stock from all sampled paths: the newsvendor's quantile, and products whose mix is uncertain."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem, Service
from planner.domain.products import Product
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import lane_prices, problem, site

PATHS = 1000
MARGIN = 2_000
LENIENT = Service(0.01, 0.01)


def goods(name: str, **changes: object) -> Product:
    made = Product(
        name=name, label=name, share=1.0, weight_g=500.0, paid_minor=5_000, margin_minor=MARGIN
    )
    return replace(made, **changes)


def shop(*products: Product, service: Service = LENIENT, **demand: object) -> Problem:
    """One event of lognormal size at a site that packs any number of orders; hardly any service
    level is promised, so that money alone decides.
    """
    base, size = problem(), len(products)
    event = Event(
        name="live", at_s=8 * HOUR_S, median=1000, p95=2500, ramp_s=600, half_life_s=3600.0
    )
    given = Demand(
        events=(event,),
        region_share=np.ones(1),
        product_share=np.full(size, 1.0 / size),
        baseline=Baseline(np.zeros(base.horizon.days * 24)),
    )
    fast = replace(site().processes[0], orders_per_hour=10_000.0)
    return replace(
        base,
        service=service,
        products=products,
        demand=replace(given, **demand),
        sites=(site(processes=(fast,)),),
    )


def stock_of(given: Problem, paths: int = PATHS) -> dict[str, int]:
    plan = plan_joint(given, sample_scenarios(given, given.seed, 12, paths), lane_prices(given))
    return {row.product: row.units for row in plan.stock or ()}


@pytest.mark.parametrize(("inbound", "leftover"), [(0, 500), (0, 8_000), (500, 2_000)])
def test_one_product_at_one_site_is_a_newsvendor(inbound: int, leftover: int) -> None:
    """The stock is the quantile margin / (margin + leftover cost) of a lognormal demand, the margin
    less what bringing a unit in costs; within three standard errors of the sampled quantile. The
    expected cost of units left over and of lost orders are those of the closed form.
    """
    given = shop(goods("one", leftover_cost_minor=leftover))
    given = replace(given, sites=(replace(given.sites[0], inbound_cost_minor=inbound),))
    scenarios = sample_scenarios(given, given.seed, 12, PATHS)
    plan = plan_joint(given, scenarios, lane_prices(given))
    gain = MARGIN - inbound
    ratio, sigma = gain / (gain + leftover), given.demand.events[0].sigma
    z = norm.ppf(ratio)
    exact = 1000 * np.exp(sigma * z)
    error = np.sqrt(ratio * (1 - ratio) / PATHS) / norm.pdf(z) * sigma
    (row,) = plan.stock or ()
    assert abs(np.log(row.units / exact)) < 3 * error
    mean = 1000 * np.exp(sigma**2 / 2)
    d = np.log(row.units / 1000) / sigma
    sold = mean * norm.cdf(d - sigma) + row.units * (1 - norm.cdf(d))
    assert plan.costs["leftover"] == pytest.approx(
        (leftover - inbound) * (row.units - sold), rel=0.15
    )
    assert plan.costs["lost_orders"] == pytest.approx(MARGIN * (mean - sold), rel=0.15)
    seen = evaluate_plan(given, plan, scenarios, lane_prices(given)).costs
    assert seen["leftover"] == pytest.approx(plan.costs["leftover"], rel=0.01)
    assert seen["lost_orders"] == pytest.approx(plan.costs["lost_orders"], rel=0.01)


def test_the_stock_of_each_product_covers_how_its_own_share_varies() -> None:
    """Ten equal products whose mix is uncertain: each is stocked to the newsvendor's quantile of
    its own demand, share times size, which no twelve scenarios show.
    """
    products = tuple(goods(f"p{k}", leftover_cost_minor=500) for k in range(10))
    given = shop(*products, mix_concentration=20.0)
    stock = stock_of(given)
    rng = np.random.default_rng(1)
    share = rng.dirichlet(np.full(10, 2.0), 200_000)[:, 0]
    size = 1000 * np.exp(given.demand.events[0].sigma * rng.standard_normal(len(share)))
    exact = np.quantile(share * size, MARGIN / (MARGIN + 500))
    assert np.mean(list(stock.values())) == pytest.approx(exact, rel=0.05)
    assert max(stock.values()) < 1.25 * exact
    assert min(stock.values()) > 0.8 * exact


def test_a_mix_that_is_all_but_certain_is_stocked_like_a_certain_one() -> None:
    """A concentration that tends to infinity; a known mix needs less stock than an uncertain one."""
    products = tuple(goods(f"p{k}", leftover_cost_minor=500) for k in range(3))
    certain, sure, open_ = (
        sum(stock_of(shop(*products, mix_concentration=c), 500).values()) for c in (None, 1e9, 10.0)
    )
    assert sure == pytest.approx(certain, rel=0.01)
    assert open_ > 1.03 * certain


def test_a_service_level_asks_for_more_stock_than_money_does() -> None:
    """Goods that are dear to keep are stocked all the same where orders must be served."""
    dear = goods("one", leftover_cost_minor=20_000)
    by_money, by_promise = (
        sum(stock_of(shop(dear, service=service)).values())
        for service in (LENIENT, Service(0.98, 0.9))
    )
    size = shop(dear).demand.events[0]
    assert by_money < size.median
    assert by_promise > 0.98 * size.median * np.exp(size.sigma * norm.ppf(0.98))


def test_less_risk_of_stock_asks_for_more_of_it() -> None:
    """Where simulations have shown that stock was missing, a part of the risk is left to it: the
    quantile that the promise asks for rises.
    """
    given = shop(goods("one", leftover_cost_minor=20_000), service=Service(0.98, 0.9))
    scenarios = sample_scenarios(given, given.seed, 12, PATHS)
    found = []
    for risk in (5.0, 1.0):
        feedback = replace(PlanningFeedback.none(given), stock_risk=risk)
        plan = plan_joint(given, scenarios, lane_prices(given), feedback=feedback)
        found.append(sum(row.units for row in plan.stock or ()))
    assert found[0] < found[1]


def test_orders_of_the_tail_ask_for_no_stock() -> None:
    """A busy day after the promotion leaves the orders that may be without stock as they are."""
    dear = goods("one", leftover_cost_minor=20_000)
    quiet = shop(dear, service=Service(0.9, 0.9))
    horizon = replace(quiet.horizon, days=quiet.horizon.days + 1, tail_days=1)
    hours = np.zeros(horizon.days * 24)
    stocks = []
    for orders in (0.0, 400.0):
        hours[-10:] = orders
        demand = replace(quiet.demand, baseline=Baseline(hours.copy()))
        stocks.append(stock_of(replace(quiet, horizon=horizon, demand=demand), 500)["one"])
    assert stocks[0] == stocks[1]


@pytest.mark.parametrize(("leftover", "orders"), [(6_000, 100), (667, 300)])
def test_few_given_paths_are_a_newsvendor_too(leftover: int, orders: int) -> None:
    """100 or 300 orders, equally likely, with the chance of single orders: at a quarter the median
    of the first path, at three quarters that of the second.
    """
    hours = np.zeros((2, 48, 1, 1))
    hours[:, 9, 0, 0] = [100.0, 300.0]
    one = goods("one", leftover_cost_minor=leftover)
    given = shop(one, events=(), baseline=None, given=GivenDemand(hours))
    assert stock_of(given)["one"] == pytest.approx(orders, abs=0.3 * np.sqrt(orders))


def test_a_full_site_takes_what_is_worth_most() -> None:
    """Space for four fifths of what would be placed is filled, and no product is given up."""
    products = tuple(goods(f"p{k}", leftover_cost_minor=500) for k in range(10))
    given = shop(*products, mix_concentration=20.0)
    space = int(0.8 * sum(stock_of(given, 500).values()))
    full = replace(given, sites=(replace(given.sites[0], stock_capacity_units=space),))
    stock = stock_of(full, 500)
    assert space - 10 <= sum(stock.values()) <= space
    assert min(stock.values()) > 0.6 * space / 10
