"""How the cost of the best plan must move when the problem is changed in a known way."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.problem import Problem
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.builders import with_terms
from tests.planning.builders import EXACT, contract, lane_prices, random_problem, scenarios

NUMBERS = [*range(2), *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 8))]
FACTORS = (0.8, 1.3)
ROUNDING = 5  # minor units: a plan's cost terms are rounded one by one, its shares to millionths
OPTIONS = replace(EXACT, relative_gap=2e-4, accepted_gap=2e-4)
SLACK = 5e-4  # two solutions within the gap of the same optimum


def best_cost(given: Problem, lanes: LaneCosts) -> int:
    plan = plan_joint(given, scenarios(given, FACTORS), lanes, options=OPTIONS)
    assert violations(given, plan) == ()
    assert plan.objective is not None
    return plan.objective


@cache
def unchanged_cost(number: int) -> int:
    """Least cost of a generated problem as it is."""
    return best_cost(*random_problem(number, small=True))


@pytest.mark.parametrize("number", NUMBERS)
def test_ten_times_the_prices_is_ten_times_the_cost(number: int) -> None:
    """With every price times ten the best plan costs ten times as much."""
    given, lanes = random_problem(number, small=True)
    expensive = replace(
        given,
        crews=tuple(
            replace(
                c,
                wage_minor_per_hour=c.wage_minor_per_hour * 10,
                hire_cost_minor=c.hire_cost_minor * 10,
            )
            for c in given.crews
        ),
        contracts=tuple(
            with_terms(c, fixed_fee_minor=c.commitment.fixed_fee_minor * 10)
            for c in given.contracts
        ),
        sites=tuple(
            replace(
                s,
                inbound_cost_minor=s.inbound_cost_minor * 10,
                collections=tuple(
                    replace(c, extra_cost_minor=c.extra_cost_minor * 10) for c in s.collections
                ),
            )
            for s in given.sites
        ),
        products=tuple(replace(p, margin_minor=p.margin_minor * 10) for p in given.products),
        platform=replace(given.platform, floor_minor=given.platform.floor_minor * 10),
    )
    once, ten = unchanged_cost(number), best_cost(expensive, LaneCosts.plain(lanes.mean * 10))
    assert ten == pytest.approx(10 * once, rel=SLACK, abs=10 * ROUNDING)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_order_of_names_does_not_matter(number: int) -> None:
    """Sites, contracts, crews and shifts listed the other way round make no difference to the
    cost.
    """
    given, lanes = random_problem(number, small=True)
    turned = replace(
        given,
        sites=given.sites[::-1],
        contracts=given.contracts[::-1],
        crews=given.crews[::-1],
        shifts=given.shifts[::-1],
    )
    cost = best_cost(turned, LaneCosts.plain(lanes.mean[::-1, :, ::-1]))
    assert cost == pytest.approx(unchanged_cost(number), rel=SLACK, abs=ROUNDING)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_contract_that_is_always_more_expensive_changes_nothing(number: int) -> None:
    """A copy of a contract at higher prices is never worth signing."""
    given, lanes = random_problem(number, small=True)
    copy = contract("copy", given.region_names)
    sites = tuple(
        replace(
            s,
            collections=(
                *s.collections,
                *(replace(c, contract="copy") for c in s.collections if c.contract == "fast"),
            ),
        )
        for s in given.sites
    )
    expensive = np.concatenate([lanes.mean, lanes.mean.max(axis=2, keepdims=True) + 500], axis=2)
    wider = replace(given, contracts=(*given.contracts, copy), sites=sites)
    plan = plan_joint(wider, scenarios(wider, FACTORS), LaneCosts.plain(expensive), options=OPTIONS)
    assert plan.objective == pytest.approx(unchanged_cost(number), rel=SLACK, abs=ROUNDING)
    assert "copy" not in plan.signed


@pytest.mark.parametrize("number", NUMBERS)
def test_a_wider_limit_never_costs_more(number: int) -> None:
    """More people available, more allotment, bigger vehicles, a longer promise: none of them makes
    the plan more expensive.
    """
    given, lanes = random_problem(number, small=True)
    least = unchanged_cost(number) * (1 + SLACK) + ROUNDING
    more_people = replace(given, crews=tuple(replace(c, limit=c.limit + 3) for c in given.crews))
    more_room = replace(
        given,
        contracts=tuple(
            with_terms(
                c,
                allotment_per_day=None
                if c.commitment.allotment_per_day is None
                else c.commitment.allotment_per_day * 2,
            )
            for c in given.contracts
        ),
    )
    lower_aim = replace(given, service=replace(given.service, on_time_share=0.9))
    for relaxed in (more_people, more_room, lower_aim):
        assert best_cost(relaxed, lanes) <= least


@pytest.mark.parametrize("number", NUMBERS)
def test_renamed_things_cost_the_same(number: int) -> None:
    """Other names for sites, contracts and regions give the same cost."""
    given, _ = random_problem(number, small=True)
    new = {
        name: f"x-{name}"
        for name in (*given.site_names, *given.contract_names, *given.region_names)
    }
    renamed = replace(
        given,
        regions=tuple(replace(r, name=new[r.name]) for r in given.regions),
        sites=tuple(
            replace(
                s,
                name=new[s.name],
                collections=tuple(replace(c, contract=new[c.contract]) for c in s.collections),
            )
            for s in given.sites
        ),
        crews=tuple(replace(c, site=new[c.site]) for c in given.crews),
        contracts=tuple(
            with_terms(
                c, name=new[c.name], zones={(s, new[r]): z for (s, r), z in c.tariff.zones.items()}
            )
            for c in given.contracts
        ),
    )
    one, other = best_cost(given, lane_prices(given)), best_cost(renamed, lane_prices(renamed))
    assert other == pytest.approx(one, rel=SLACK, abs=ROUNDING)
