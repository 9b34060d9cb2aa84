"""Couriers by themselves on odd contracts: refused weights, regions to oneself, zones where nobody
collects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.contracts import Bracket, Contract, Hub, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.named_staff import Person
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, ShareRow
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Site
from planner.planning.heuristics.rules_of_thumb import stated_plan
from planner.rating.lane_costs import lane_costs
from planner.studies.contracts.alternatives import TOGETHER, planned_alternatives
from planner.studies.contracts.carrier_only import NOBODY, packed_at_once
from planner.studies.contracts.clause_sensitivity import clause_values
from planner.studies.contracts.routing_rules import routing_rules
from planner.studies.runs.run_context import RunContext
from tests.builders import a_problem, a_site, with_terms
from tests.studies.contracts.builders import compared

ALONE = RunContext()
REGIONS = ("east", "far")


def a_rate(price: int, up_to_g: int = 0) -> Rate:
    return (
        Rate(zone="z", brackets=(Bracket(up_to_g, price),))
        if up_to_g
        else Rate(zone="z", first_g=10**6, first_price_minor=price)
    )


def flat(
    name: str, price: int, regions: Sequence[str] = REGIONS, up_to_g: int = 0, **clauses: Any
) -> Contract:
    """One price for every parcel to some regions, up to some grams."""
    return with_terms(
        Contract(
            name=name,
            label=name,
            tariff=Tariff(
                zones={("", r): "z" for r in regions}, rates={"z": a_rate(price, up_to_g)}
            ),
        ),
        **clauses,
    )


def by_region(name: str, prices: dict[str, int], **clauses: Any) -> Contract:
    """One price for every region."""
    rates = {region: replace(a_rate(price), zone=region) for region, price in prices.items()}
    return with_terms(
        Contract(
            name=name,
            label=name,
            tariff=Tariff(zones={("", region): region for region in prices}, rates=rates),
        ),
        **clauses,
    )


def collected(name: str, *contracts: str) -> Site:
    visits = tuple(Collection(c, hour * 3600) for c in contracts for hour in (12, 20))
    return replace(a_site(collections=visits), name=name, label=name)


def shop(
    contracts: Sequence[Contract],
    sites: Sequence[Site] = (),
    regions: Sequence[str] = REGIONS,
    **changes: Any,
) -> Problem:
    """Two quiet days, orders spread evenly over the regions, handed over within two days."""
    even = np.full(len(regions), 1 / len(regions))
    return a_problem(
        days=2,
        regions=tuple(Region(r, r, 1 / len(regions)) for r in regions),
        demand=Demand(
            events=(),
            region_share=even,
            product_share=np.ones(1),
            baseline=Baseline(np.full(48, 20.0)),
        ),
        platform=PlatformRule(name="handed over", counts="handover"),
        contracts=tuple(contracts),
        sites=tuple(sites) or (collected("site", *(c.name for c in contracts)),),
        **changes,
    )


def test_a_weight_class_that_a_contract_refuses_is_refused_and_counted() -> None:
    """Alone, who takes up to a kilogram refuses the class above; together everything goes, each
    parcel its way.
    """
    small, big = flat("small", 200, up_to_g=1000), flat("big", 500)
    mixed = (Product(name="p", label="P", share=1.0, weight_g=800.0, weight_cv=0.5),)
    tables = compared(
        shop([small, big], weight_classes_g=(1000,), products=mixed), [small, big], 2, 1, ALONE
    )
    table = tables["contracts"].set_index(["contract", "region_group"])
    assert 0.1 < table.loc[("small", "all"), "refused"] < 0.6
    assert table.loc[("small", "all"), "cost_per_order"] == 2.0
    assert table.loc[(TOGETHER, "all"), "refused"] == 0
    assert table.loc[(TOGETHER, "all"), "rank"] == 1


def test_rules_leave_regions_to_those_who_have_them_to_themselves() -> None:
    """What is signed for a region alone is not routed around there, however cheap another is; so
    rules cost no less.
    """
    mine = by_region(
        "x", {"r1": 100, "r2": 300, "r3": 900, "r4": 320}, exclusive=frozenset({"r1", "r2"})
    )
    theirs = by_region("y", {"r1": 500, "r2": 250, "r3": 200, "r4": 300})
    problem = shop([mine, theirs], regions=("r1", "r2", "r3", "r4"))
    together = planned_alternatives(problem, [mine, theirs], ALONE)[-1]
    assert "x" in together.case.plan.signed
    tables = routing_rules(together.case, 2, 1, ALONE)
    assert tables["rules_cost"].set_index("rules").loc["all", "extra"] == pytest.approx(0, abs=1e-3)


def test_a_zone_where_nobody_collects_serves_nobody() -> None:
    """A contract that serves a region only from a site it never comes to does not serve it: its
    parcels are refused.
    """
    lonely = Contract(
        name="c",
        label="c",
        tariff=Tariff(zones={("", "east"): "z", ("s2", "far"): "z"}, rates={"z": a_rate(300)}),
    )
    both = flat("b", 900)
    sites = (collected("site", "c", "b"), collected("s2", "b"))
    problem = shop([lonely, both], sites)
    assert NOBODY in packed_at_once(problem, [lonely]).contract_names
    table = compared(problem, [lonely, both], 2, 1, ALONE)["contracts"].set_index(
        ["contract", "region_group"]
    )
    assert table.loc[("c", "all"), "refused"] == pytest.approx(0.5, abs=0.1)
    assert table.loc[(TOGETHER, "all"), "refused"] == 0


def test_plans_are_shared_between_cases_with_other_sites() -> None:
    """All together collect at two sites and use one: whoever has the plan, its people are those of
    its own sites.
    """
    cheap, expensive = flat("a", 300), flat("b", 900)
    alternatives = planned_alternatives(
        shop([cheap, expensive], (collected("site", "a"), collected("s2", "b"))),
        [cheap, expensive],
        ALONE,
    )
    for alternative in alternatives:
        sites = set(alternative.case.problem.site_names)
        assert {row.site for row in alternative.case.plan.staffing} == sites


def test_a_change_that_lets_more_parcels_through_is_worth_their_margin() -> None:
    """A hub that takes heavier parcels earns the margin of orders that were refused: worth more
    than it costs.
    """
    hub = Hub(
        hub_region="east",
        regions=frozenset({"far"}),
        fee_minor=50,
        onward=Rate(zone="on", first_g=5000, first_price_minor=400),
        up_to_g=700,
    )
    ours = replace(flat("h", 200, ("east",)), hub=hub)
    goods = (
        Product(name="p", label="P", share=1.0, weight_g=500.0, weight_cv=0.5, margin_minor=3000),
    )
    together = planned_alternatives(shop([ours], products=goods), [ours], ALONE)[-1]
    values = clause_values(together, 4, 1, None, ALONE).set_index("clause")["value"]
    assert values["hub, weight limit"] > 0


def test_a_stated_routing_over_refused_weights_is_priced_without_them() -> None:
    """Rows for all weights over a contract that refuses a class cost what the other classes cost,
    not infinity.
    """
    small = flat("small", 200, up_to_g=1000)
    rows = tuple(
        ShareRow(region=r, site="site", contract="small", from_s=0, to_s=2 * 86_400, share=1.0)
        for r in REGIONS
    )
    problem = shop(
        [small],
        weight_classes_g=(1000,),
        routing=rows,
        products=(Product(name="p", label="P", share=1.0, weight_g=800.0, weight_cv=0.5),),
    )
    plan = stated_plan(problem, lane_costs(problem, 7))
    assert 0 < plan.costs["courier"] < 200 * 960


def test_people_with_names_have_no_part_in_the_couriers_study() -> None:
    """Where parcels are packed at once nobody works: a roster of names is no obstacle."""
    problem = a_problem()
    (crew,) = problem.crews
    named = replace(
        problem,
        people=(
            Person(
                name="P01", site=crew.site, crew=crew.name, skills=(), available_days=frozenset({0})
            ),
        ),
    )
    assert packed_at_once(named, ()).people == ()
