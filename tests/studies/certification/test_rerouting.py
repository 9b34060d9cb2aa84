"""Orders moved away from full collections: as many as asked for, where that costs least, by the rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Commitment
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.platform import PlatformRule
from planner.domain.site import Collection
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.certification.rerouting import (
    FullCollection,
    moved_share,
    rerouted,
    rerouting_minor,
)
from tests.builders import a_plan, a_problem
from tests.studies.certification.builders import crowded, one_way

HANDOVER = PlatformRule(name="handed", counts="handover", deadline_hours=20.0)


def test_orders_move_to_another_contract_where_a_collection_is_full() -> None:
    """A tenth at a time; the shares add up, and nothing moves twice or without a contract that is
    signed and has room.
    """
    problem = crowded()
    plan, full = one_way(problem), FullCollection("site", "courier", 22 * HOUR_S)
    costs = lane_costs(problem, problem.seed)
    once = rerouted(problem, plan, [full, full], 0.1, costs)
    assert moved_share(problem, plan, once) == pytest.approx(0.1)
    assert violations(problem, once) == ()
    assert {row.contract: row.share for row in once.routing} == {"courier": 0.9, "other": 0.1}
    assert rerouting_minor(problem, plan, once, costs) == round(0.1 * 60 * 50)
    both = [full, replace(full, contract="other")]
    assert rerouted(problem, plan, both, 0.1, costs) is plan
    alone = replace(plan, signed=("courier",))
    assert rerouted(problem, alone, [full], 0.1, costs) is alone
    before_it = replace(full, second=11 * HOUR_S)
    late = replace(plan, routing=tuple(replace(row, from_s=12 * HOUR_S) for row in plan.routing))
    assert rerouted(problem, late, [before_it], 0.1, costs) is late


def test_the_lane_that_costs_least_more_moves_first() -> None:
    """Two regions of as many orders: the one where the other contract costs least more goes."""
    problem = crowded()
    near, far = (replace(problem.regions[0], name=name, label=name, share=0.5) for name in "ab")
    zones = {("", "a"): "near", ("", "b"): "far"}
    rate = problem.contracts[0].tariff.rates["zone"]
    tariffs = [
        {"near": replace(rate, zone="near"), "far": replace(rate, zone="far")},
        {
            "near": replace(rate, zone="near", first_price_minor=180),
            "far": replace(rate, zone="far", first_price_minor=120),
        },
    ]
    contracts = tuple(
        replace(contract, tariff=replace(contract.tariff, zones=zones, rates=rates))
        for contract, rates in zip(problem.contracts, tariffs, strict=True)
    )
    site = replace(problem.sites[0], region="a")
    hourly = a_problem(days=2, orders_per_hour=3.0)
    problem = replace(
        hourly,
        demand=replace(hourly.demand, region_share=np.array([0.5, 0.5])),
        platform=HANDOVER,
        regions=(near, far),
        contracts=contracts,
        sites=(site,),
    )
    base = a_plan(problem)
    routing = tuple(replace(row, contract="courier") for row in base.routing)
    plan = replace(base, routing=routing, signed=("courier", "other"))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, plan, full, 0.3, lane_costs(problem, problem.seed))
    moved = {row.region: row.share for row in found.routing if row.contract == "other"}
    assert moved == {"b": pytest.approx(0.6)}
    assert violations(problem, found) == ()


def test_routing_in_parts_of_a_region_is_kept_apart() -> None:
    """Only what goes to the full collection moves: not later orders."""
    problem = crowded()
    plan = one_way(problem)
    row = plan.routing[0]
    later = replace(row, from_s=DAY_S)
    split = replace(plan, routing=(replace(row, to_s=DAY_S), later))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, split, full, 0.5, lane_costs(problem, problem.seed))
    assert [r for r in found.routing if r.from_s == later.from_s] == [later]
    early = {r.contract: r.share for r in found.routing if r.from_s == 0}
    assert early == {"courier": pytest.approx(0.5), "other": pytest.approx(0.5)}


def test_collections_of_several_days_count_as_one() -> None:
    """A tenth of the orders that fill any of them, whatever their number."""
    problem = crowded()
    plan, costs = one_way(problem), lane_costs(problem, problem.seed)
    days = [FullCollection("site", "courier", day * DAY_S + 22 * HOUR_S) for day in range(2)]
    found = rerouted(problem, plan, days, 0.1, costs)
    assert moved_share(problem, plan, found) == pytest.approx(0.1)


def test_a_contract_with_a_region_to_itself_takes_and_gives_none_there() -> None:
    """Neither moves an order to others what is its own, nor to a contract that it excludes."""
    problem, full = crowded(), [FullCollection("site", "courier", 22 * HOUR_S)]
    plan = one_way(problem)
    alone = Commitment(exclusive=frozenset({"region"}))
    for name in ("courier", "other"):
        contracts = tuple(
            replace(c, commitment=alone) if c.name == name else c for c in problem.contracts
        )
        exclusive = replace(problem, contracts=contracts)
        found = rerouted(exclusive, plan, full, 0.1, lane_costs(exclusive, 1))
        assert (found is plan) is (name == "courier")


def test_another_site_keeps_its_orders() -> None:
    """Only the site of the full collection moves orders."""
    problem = crowded()
    other = replace(problem.sites[0], name="other site")
    problem = replace(problem, sites=(problem.sites[0], other))
    half = replace(one_way(problem).routing[0], share=0.5)
    plan = replace(one_way(problem), routing=(half, replace(half, site="other site")))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, plan, full, 0.4, lane_costs(problem, 1))
    shares = {(row.site, row.contract): row.share for row in found.routing}
    assert shares == {
        ("site", "courier"): pytest.approx(0.3),
        ("site", "other"): pytest.approx(0.2),
        ("other site", "courier"): 0.5,
    }


def test_prices_are_those_of_the_days_of_a_row() -> None:
    """A contract that costs much on the first day alone is not taken for it."""
    problem = crowded()
    steady = replace(problem.contracts[1], name="steady", label="steady")
    site = problem.sites[0]
    collections = (*site.collections, Collection("steady", 22 * HOUR_S))
    problem = replace(
        problem,
        contracts=(*problem.contracts, steady),
        sites=(replace(site, collections=collections),),
    )
    costs = lane_costs(problem, 1)
    mean = costs.mean.copy()
    mean[:, :, 1, :, 0], mean[:, :, 1, :, 1] = 190.0, 100.0
    mean[:, :, 2] = 160.0
    plan = replace(one_way(problem), signed=("courier", "other", "steady"))
    row = replace(plan.routing[0], to_s=DAY_S)
    plan = replace(plan, routing=(row, replace(plan.routing[0], from_s=DAY_S)))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, plan, full, 0.5, replace(costs, mean=mean))
    assert {r.contract for r in found.routing if r.from_s == 0} == {"courier", "steady"}
    refund = costs.refund.copy()
    refund[:, :, 1] = 40.0
    refunded = rerouted(problem, plan, full, 0.5, replace(costs, mean=mean, refund=refund))
    assert {r.contract for r in refunded.routing if r.from_s == 0} == {"courier", "other"}
