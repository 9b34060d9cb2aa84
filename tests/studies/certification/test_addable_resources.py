"""Stock that was missing is placed within the limits."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.problem import Product, StockRow
from planner.studies.certification.addable_resources import with_missing_stock
from tests.builders import a_plan, a_problem, a_site


def test_missing_stock_is_added_within_supply_and_space() -> None:
    """Of the first product only five more can be had; the second goes to the site with room."""
    products = tuple(
        Product(name=name, label=name, share=0.5, weight_g=500.0, supply_units=most)
        for name, most in (("first", 25), ("second", None))
    )
    sites = (
        a_site(stock_capacity_units=40, inbound_cost_minor=5),
        a_site(stock_capacity_units=None, inbound_cost_minor=9),
    )
    sites = (sites[0], replace(sites[1], name="other"))
    problem = a_problem(products=products, sites=sites)
    rows = (StockRow("site", "first", 20), StockRow("site", "second", 12))
    plan = replace(a_plan(problem), stock=rows)
    more = with_missing_stock(problem, plan, {"first": 30, "second": 10})
    assert more.stock == (
        StockRow("site", "first", 25),
        StockRow("site", "second", 15),
        StockRow("other", "second", 7),
    )
    assert with_missing_stock(problem, more, {"first": 30}) is more
    unlimited = replace(plan, stock=None)
    assert with_missing_stock(problem, unlimited, {"first": 30}) is unlimited
