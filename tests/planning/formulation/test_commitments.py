"""Which contracts are signed and what goes with them, against enumeration and an independent
formulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.domain.charges import Tier, TieredDiscount
from planner.domain.contracts import Bracket, Contract, Hub, Rate
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest, stated_plan
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.builders import with_terms
from tests.planning.builders import EXACT, as_large, collections, contract, scenarios, site
from tests.planning.contract_builders import FACTORS, cost_in_loops, random_contracts
from tests.planning.contract_oracle import Oracle

NUMBERS = [*range(4), *(pytest.param(n, marks=pytest.mark.slow) for n in range(4, 8))]
WHOLE_TREE = SolveLimits(nodes=10**6, relative_gap=1e-9)


@pytest.mark.parametrize(
    "number", [*range(30), *(pytest.param(n, marks=pytest.mark.slow) for n in range(30, 500))]
)
def test_whole_regions_go_where_enumeration_sends_them(number: int) -> None:
    """With every weight class of a region given to one contract, the cost is the least over all
    ways to do so.
    """
    given, lanes = random_contracts(number)
    cells = [(r, k) for r in given.region_names for k in range(len(given.weight_bands))]
    ways = product(given.contract_names, repeat=len(cells))
    costs = (cost_in_loops(given, lanes, dict(zip(cells, names, strict=True))) for names in ways)
    best = min(cost for cost in costs if cost is not None)
    built = build(
        Parameters(
            problem=given,
            scenarios=scenarios(given, FACTORS),
            lane_costs=lanes,
            options=EXACT,
            active=(0, 1),
        )
    )
    arrays = built.milp.arrays()
    whole = arrays.integer.copy()
    whole[built.shares.column] = True
    answer = solve(replace(arrays, integer=whole), WHOLE_TREE)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize(
    "number", [*range(30), *(pytest.param(n, marks=pytest.mark.slow) for n in range(30, 500))]
)
def test_shares_of_any_size_cost_what_another_program_finds(number: int) -> None:
    """The joint plan costs what a program of another form, solved by another library, finds; it
    breaks no rule.
    """
    given, lanes = random_contracts(number)
    plan = plan_joint(given, scenarios(given, FACTORS), lanes, options=EXACT)
    assert plan.objective == pytest.approx(Oracle(given, lanes).solve(), rel=1e-5)
    assert plan.status == "optimal"
    assert violations(given, plan) == ()


def best_cost(given: Problem, lanes: LaneCosts, options: PlanningOptions = EXACT) -> float:
    plan = plan_joint(given, scenarios(given, FACTORS), lanes, options=options)
    assert violations(given, plan) == ()
    assert plan.objective is not None
    return plan.objective


def changed(given: Problem, change: Callable[[Contract], Contract]) -> Problem:
    return replace(given, contracts=tuple(change(c) for c in given.contracts))


@pytest.mark.parametrize("number", NUMBERS)
def test_ten_times_the_prices_of_every_clause_is_ten_times_the_cost(number: int) -> None:
    """Fees, rebates, surcharges, shortfalls and lanes times ten: the best plan costs ten times as
    much.
    """
    given, lanes = random_contracts(number)

    def expensive(c: Contract) -> Contract:
        volume = c.volume.discount
        if volume is not None:
            volume = replace(
                volume,
                tiers=tuple(replace(t, rebate_minor=t.rebate_minor * 10) for t in volume.tiers),
            )
        return with_terms(
            c,
            volume_discount=volume,
            volume_surcharges=tuple(
                replace(s, per_parcel_minor=s.per_parcel_minor * 10) for s in c.volume.surcharges
            ),
            fixed_fee_minor=c.commitment.fixed_fee_minor * 10,
            collection_fee_minor=c.commitment.collection_fee_minor * 10,
            shortfall_minor=c.commitment.shortfall_minor * 10,
        )

    ten = LaneCosts(lanes.mean * 10, lanes.base * 10, lanes.refund * 10, lanes.loss * 10)
    assert best_cost(changed(given, expensive), ten) == pytest.approx(
        10 * best_cost(given, lanes), rel=1e-5
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_a_contract_cut_in_two_costs_the_same(number: int) -> None:
    """Two contracts without obligations, each with half of the allotment, are worth one with all of
    it.
    """
    given, lanes = random_contracts(number)
    free = contract("free", given.region_names, allotment_per_day=160)
    whole = replace(
        given,
        contracts=(*given.contracts, free),
        sites=(site(collections=collections(*given.contract_names, "free")),),
    )
    halves = replace(
        given,
        contracts=(
            *given.contracts,
            with_terms(free, allotment_per_day=80),
            with_terms(free, name="too", allotment_per_day=80),
        ),
        sites=(site(collections=collections(*given.contract_names, "free", "too")),),
    )
    options = replace(EXACT, pickup_z=0.0)

    def cost(of: Problem, more: int) -> int:
        wider = [
            np.concatenate([t, *[f(t[:, :, :1])] * more], axis=2)
            for t, f in zip(tables, fills, strict=True)
        ]
        plan = plan_joint(of, scenarios(of, FACTORS), LaneCosts(*wider), options=options)
        assert plan.objective is not None
        return plan.objective

    tables = (lanes.mean, lanes.base, lanes.refund, lanes.loss)
    fills = (lambda t: t * 0 + 240.0, lambda t: t * 0 + 240.0, np.zeros_like, np.zeros_like)
    assert cost(halves, 2) == pytest.approx(cost(whole, 1), rel=1e-5)
    assert cost(whole, 1) < best_cost(given, lanes)  # it is worth having


@pytest.mark.parametrize("number", NUMBERS)
def test_a_contract_that_is_worse_in_everything_changes_nothing(number: int) -> None:
    """A copy of a contract at higher prices, with lower tiers and an obligation more, is not
    signed.
    """
    given, lanes = random_contracts(number)
    first = given.contracts[0]
    copy = with_terms(
        first,
        name="copy",
        fixed_fee_minor=first.commitment.fixed_fee_minor + 1_000,
        volume_discount=None,
        exclusive=frozenset(),
    )
    wider = replace(
        given,
        contracts=(*given.contracts, copy),
        sites=(site(collections=collections(*given.contract_names, "copy")),),
    )
    expensive = [
        np.concatenate([t, t.max(axis=2, keepdims=True) + 50], axis=2)
        for t in (lanes.mean, lanes.base)
    ]
    same = [np.concatenate([t, t[:, :, :1]], axis=2) for t in (lanes.refund * 0, lanes.loss)]
    plain = LaneCosts(lanes.mean, lanes.base, lanes.refund * 0, lanes.loss)
    plan = plan_joint(wider, scenarios(wider, FACTORS), LaneCosts(*expensive, *same), options=EXACT)
    assert plan.objective == pytest.approx(best_cost(given, plain), rel=1e-5)
    assert "copy" not in plan.signed


@pytest.mark.parametrize("number", NUMBERS)
def test_a_milder_clause_never_costs_more(number: int) -> None:
    """Tiers that begin earlier, surcharges that begin later, half the commitment, nothing
    exclusive.
    """
    given, lanes = random_contracts(number)

    def sooner(c: Contract) -> Contract:
        volume = c.volume.discount
        if volume is not None:
            tiers = (
                replace(t, from_parcels=t.from_parcels // 2, rebate_minor=0) for t in volume.tiers
            )
            volume = replace(volume, tiers=tuple(tiers))
        return with_terms(c, volume_discount=volume)

    def without_rebates(c: Contract) -> Contract:
        volume = c.volume.discount
        if volume is not None:
            volume = replace(volume, tiers=tuple(replace(t, rebate_minor=0) for t in volume.tiers))
        return with_terms(c, volume_discount=volume)

    usual = changed(given, without_rebates)  # a rebate may be lower in the higher tier
    least = best_cost(usual, lanes) * (1 + 1e-6) + 1
    milder = (
        changed(usual, sooner),
        changed(usual, lambda c: with_terms(c, exclusive=frozenset())),
        changed(
            usual,
            lambda c: with_terms(
                c,
                commitment_parcels=c.commitment.parcels // 2,
                commitment_share=c.commitment.share / 2,
            ),
        ),
        changed(
            usual,
            lambda c: with_terms(
                c,
                volume_surcharges=tuple(
                    replace(s, above_parcels=2 * s.above_parcels, on="excess")
                    for s in c.volume.surcharges
                ),
            ),
        ),
    )
    for each in milder:
        assert best_cost(each, lanes) <= least


@pytest.mark.parametrize("number", NUMBERS)
def test_the_order_and_the_names_of_contracts_do_not_matter(number: int) -> None:
    """Listed the other way round and called otherwise, the contracts cost the same."""
    given, lanes = random_contracts(number)
    turned = replace(
        given,
        contracts=tuple(replace(c, name=f"x-{c.name}") for c in given.contracts[::-1]),
        sites=(site(collections=collections(*(f"x-{n}" for n in given.contract_names))),),
    )
    back = LaneCosts(*(t[:, :, ::-1] for t in (lanes.mean, lanes.base, lanes.refund, lanes.loss)))
    assert best_cost(turned, back) == pytest.approx(best_cost(given, lanes), rel=1e-5)


@pytest.mark.parametrize("number", range(20))
def test_a_stated_plan_is_costed_on_mean_demand(number: int) -> None:
    """Whole regions assigned at random: every clause is in the costs, as loops over parcels compute
    them.
    """
    given, lanes = random_contracts(number)
    rng = np.random.default_rng(number)
    cells = [(r, k) for r in given.region_names for k in range(len(given.weight_bands))]
    chosen = {cell: str(rng.choice(given.contract_names)) for cell in cells}
    alone = changed(given, lambda c: with_terms(c, exclusive=frozenset()))
    rows = tuple(
        ShareRow(
            region=r,
            site="east",
            contract=name,
            from_s=0,
            to_s=alone.horizon.end_s,
            share=1.0,
            above_g=alone.weight_bands[k][0],
            to_g=alone.weight_bands[k][1],
        )
        for (r, k), name in chosen.items()
    )
    plan = stated_plan(replace(alone, routing=rows, roster=()), lanes)
    assert plan.objective == pytest.approx(cost_in_loops(alone, lanes, chosen, (1.0,)), abs=5)


@pytest.mark.parametrize("number", range(20))
@pytest.mark.parametrize("method", [plan_average, plan_cheapest])
def test_rules_of_thumb_keep_every_rule_on_contracts(
    number: int, method: Callable[..., Plan]
) -> None:
    """With weight classes and exclusive regions nothing is broken, and the costs add up."""
    given, lanes = random_contracts(number)
    plan = method(given, lanes)
    assert violations(given, plan) == ()
    assert plan.objective == sum(plan.costs.values())


def test_a_plan_that_breaks_a_clause_is_reported() -> None:
    """Another carrier in a region one has to itself; a weight that is left out; parcels that a
    contract refuses.
    """
    given, lanes = random_contracts(
        next(n for n in range(99) if random_contracts(n)[0].weight_classes_g)
    )
    plan = plan_joint(given, scenarios(given, FACTORS), lanes, options=EXACT)
    carrier = next(r.contract for r in plan.routing if r.region == "north")
    other = next(n for n in given.contract_names if n != carrier)

    def rules_broken(of: Problem, broken: Plan) -> set[str]:
        return {
            v.rule for v in violations(of, replace(broken, costs={}, objective=None, bound=None))
        }

    alone = changed(
        given,
        lambda c: with_terms(c, exclusive=frozenset({"north"}) if c.name == other else frozenset()),
    )
    assert rules_broken(alone, replace(plan, signed=given.contract_names)) == {"limit_exclusive"}
    light = tuple(r for r in plan.routing if r.above_g == 0)
    assert rules_broken(given, replace(plan, routing=light)) == {"cover_regions"}
    small = Rate(zone="all", brackets=(Bracket(given.weight_classes_g[0], 300),))
    refusing = changed(given, lambda c: with_terms(c, rates={"all": small}))
    assert rules_broken(refusing, plan) == {"limit_weight"}
    hub = Hub(hub_region="north", regions=frozenset({"south"}), up_to_g=given.weight_classes_g[0])
    through = changed(given, lambda c: with_terms(c, hub=hub, zones={("", "north"): "all"}))
    assert rules_broken(through, plan) == {"limit_weight"}


@pytest.mark.parametrize("number", range(4))
def test_large_programs_decide_contracts_as_small_ones(number: int) -> None:
    """Solved site by site, as large programs are, contracts and tiers cost the same."""
    given, lanes = random_contracts(number)
    usual = best_cost(given, lanes)
    assert best_cost(given, lanes, as_large(EXACT)) == pytest.approx(usual, rel=1e-5)


@pytest.mark.parametrize("number", range(8))
def test_incremental_tiers_on_parcels_of_several_prices_are_nearly_right(number: int) -> None:
    """Parcel by parcel at the mean price of what goes: the model's discount is off by less than a
    fifth of it.
    """
    rng = np.random.default_rng([12, number])
    given, lanes = random_contracts(number)
    tiers = (Tier(100, 0.1), Tier(300, 0.3, 5))
    of_all = changed(
        given,
        lambda c: with_terms(
            contract(c.name, given.region_names),
            volume_discount=TieredDiscount(tiers, kind="incremental"),
        ),
    )
    prices = LaneCosts.plain(
        np.broadcast_to(rng.uniform(250, 500, lanes.mean.shape[:4])[..., None], lanes.mean.shape)
    )
    plan = plan_joint(of_all, scenarios(of_all), prices, options=EXACT)
    stated = stated_plan(replace(of_all, routing=plan.routing, roster=()), prices)
    assert stated.costs["volume_discounts"] < 0
    assert plan.costs["volume_discounts"] == pytest.approx(
        stated.costs["volume_discounts"], rel=0.2
    )
    assert plan.costs["courier"] == pytest.approx(stated.costs["courier"], abs=3)
