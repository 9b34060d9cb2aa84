"""The joint plan as a whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import on_books
from planner.domain.platform import PlatformRule
from planner.domain.problem import Disruption, Problem
from planner.domain.products import Returns
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Process
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.answer import Answer
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import (
    DecompositionOptions,
    PlanningOptions,
    ScenarioGenerationOptions,
)
from planner.planning.solution import scenario_generation, site_decomposition
from planner.planning.solution.scenario_generation import _ScenarioGeneration, plan_joint
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    DAY_SHIFT,
    EXACT,
    LATE_SHIFT,
    as_large,
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
    site,
)

_KEEPS = _ScenarioGeneration._keeps
_WITH_INTEGERS = _ScenarioGeneration._with_integers


@pytest.mark.parametrize(
    "number", [0, 1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 40))]
)
def test_plans_keep_every_rule_and_tell_the_truth_about_their_cost(number: int) -> None:
    """The checker that knows nothing of the model finds nothing, costs add up, and the gap is what
    was asked.
    """
    given, lanes = random_problem(100 + number)
    plan = plan_joint(given, scenarios(given, (0.8, 1.0, 1.3)), lanes)
    assert violations(given, plan) == ()
    assert plan.objective == sum(plan.costs.values())
    assert plan.model_bound is not None
    assert plan.model_gap is not None
    assert plan.model_gap == pytest.approx((plan.objective - plan.model_bound) / plan.objective)
    assert plan.model_gap <= PlanningOptions().accepted_gap + 1e-3
    assert (plan.status == "optimal") == (plan.model_gap <= 1e-4)


def test_the_same_plan_twice() -> None:
    """Two runs on the same problem agree in every decision."""
    given, lanes = random_problem(3)
    one, other = (plan_joint(given, scenarios(given, (0.8, 1.3)), lanes) for _ in range(2))
    assert (one.staffing, one.routing, one.stock, one.extra) == (
        other.staffing,
        other.routing,
        other.stock,
        other.extra,
    )
    assert one.costs == other.costs


def test_a_time_limit_is_owned_up_to() -> None:
    """A plan made under a limit in seconds says that it may come out differently elsewhere; others
    do not.
    """
    given = problem()
    assert plan_joint(given, scenarios(given), lane_prices(given)).reproducible
    assert not plan_joint(given, scenarios(given), lane_prices(given), time_limit=60.0).reproducible


def test_scenarios_left_out_at_first_are_kept_in_the_end() -> None:
    """A scenario that is hard in its own way, though not by the order of stress, is still kept by
    the plan.
    """
    given = problem(days=3, per_hour=6.0, crews=(crew(limit=20),))
    usual = scenarios(given, (1.0, 1.0, 1.0, 1.0, 1.0, 1.0))
    early = usual.intensity.copy()
    early[0, :, :288] *= 4  # the "easiest" scenario has four times the orders on the first day
    odd = replace(usual, intensity=early)
    assert first_day_people(plan_joint(given, usual, lane_prices(given))) == 2
    assert first_day_people(plan_joint(given, odd, lane_prices(given))) >= 5


def first_day_people(plan) -> int:
    return sum(row.headcount for row in plan.staffing if row.day <= 1)


def test_only_the_hardest_scenario_may_fail() -> None:
    """A scenario beyond the risk that is allowed does not have to be kept: it asks for no more
    people.
    """
    given = problem(
        per_hour=10.0,
        crews=(crew(limit=30),),
        platform=PlatformRule(name="plain", counts="label", deadline_hours=24.0),
    )
    two = scenarios(given, (1.0, 6.0))
    outside = replace(two, stress_level=np.array([0.99, 1.0]), weight=np.array([0.996, 0.004]))
    free_goods = replace(given, products=(replace(given.products[0], margin_minor=0),))
    assert people(plan_joint(given, two, lane_prices(given))) > people(
        plan_joint(free_goods, outside, lane_prices(given))
    )


def people(plan) -> int:
    return sum(row.headcount for row in plan.staffing)


def test_temporaries_are_booked_for_their_shortest_time() -> None:
    """A peak on the first day alone: agency people who stay at least two days are paid for both."""
    hours = np.concatenate([np.full(24, 30.0), np.full(48, 1.0)])
    given = problem(
        days=3,
        demand=Demand(
            events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(hours)
        ),
        crews=(crew(name="agency", temporary=True, limit=20, min_days=3),),
    )
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    books = on_books(plan.staffing)
    for (_, _, since, day), count in books.items():
        assert count <= books["east", "agency", since, since]
        if day < min(since + 3, 3):
            assert count == books["east", "agency", since, since]
    assert violations(given, plan) == ()


def test_notice_keeps_people_away() -> None:
    """Nobody of the agency works before planning day plus notice."""
    given = problem(
        days=4,
        crews=(
            crew(limit=4),
            crew(name="agency", temporary=True, limit=20, notice_days=4, wage_minor_per_hour=100),
        ),
    )
    given = replace(given, planned_on=given.horizon.date_of(-2))
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    days = {row.day for row in plan.staffing if row.crew == "agency"}
    assert days
    assert min(days) >= 2


def test_ramp_up_makes_new_people_worth_less() -> None:
    """Two days at half speed take more people than at full speed."""

    def booked(ramp: tuple[float, ...]) -> int:
        given = problem(crews=(crew(name="agency", temporary=True, limit=20, ramp=ramp),))
        return people(plan_joint(given, scenarios(given), lane_prices(given), options=EXACT))

    assert booked((0.5,)) > booked((1.0,))


def test_overtime_is_paid_and_named() -> None:
    """Beyond regular hours the rate rises, and the cost stands under its own name."""
    given = problem(crews=(crew(regular_hours=5.0),))
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    shifts = people(plan)
    assert plan.costs["wages"] == shifts * 5 * 2_000
    assert plan.costs["overtime"] == shifts * 2 * 3_000


def test_stock_covers_what_is_asked_for() -> None:
    """Stock at the site covers the hardest scenario and a little for chance; none lies where
    nothing is shipped.
    """
    given = problem(sites=(site(inbound_cost_minor=10), site("coast", inbound_cost_minor=10)))
    plan = plan_joint(given, scenarios(given, (0.5, 1.0)), lane_prices(given), options=EXACT)
    assert plan.stock is not None
    (row,) = plan.stock
    assert row.site == "east"
    assert 480 < row.units < 600


def test_goods_that_cannot_be_had_are_lost_orders() -> None:
    """In a scenario that need not be kept, what the supply does not reach is priced at the margin
    (no reserve is asked of goods that are not there).
    """
    base = problem(crews=(crew(limit=40),))
    given = replace(base, products=(replace(base.products[0], supply_units=600),))
    two = replace(
        scenarios(given, (1.0, 3.0)),
        stress_level=np.array([0.996, 1.0]),
        weight=np.array([0.996, 0.004]),
    )
    plan = plan_joint(given, two, lane_prices(given), options=EXACT)
    assert plan.costs["lost_orders"] == pytest.approx(0.004 * 2_000 * (1440 - 600), rel=0.01)


def test_the_cheaper_contract_is_taken_until_it_is_full() -> None:
    """Both regions go to the cheap contract until its allotment binds; the rest pays more."""
    regions = ("north", "south")
    prices = {("east", r, "fast"): 500.0 for r in regions} | {
        ("east", r, "slow"): 300.0 for r in regions
    }
    free = courier_problem()
    plan = plan_joint(free, scenarios(free), lane_prices(free, prices), options=EXACT)
    assert {row.contract for row in plan.routing} == {"slow"}
    assert plan.costs["courier"] == pytest.approx(720 * 300, abs=2)
    tight = courier_problem(
        contracts=(contract("fast", regions), contract("slow", regions, allotment_per_day=120))
    )
    plan = plan_joint(tight, scenarios(tight), lane_prices(tight, prices), options=EXACT)
    assert {row.contract for row in plan.routing} == {"fast", "slow"}


def test_extra_vehicles_are_booked_when_they_are_cheaper() -> None:
    """A vehicle of 50.00 beats sending eighty parcels at 2.00 more each; one of 5,000.00 does not."""

    def extra(cost: int) -> int:
        base = courier_problem()
        slow = collections("slow", capacity_parcels=110, extra_cost_minor=cost, max_extra=2)
        given = replace(base, sites=(site(collections=(*collections("fast"), *slow)),))
        prices = {("east", r, "fast"): 500.0 for r in given.region_names}
        plan = plan_joint(given, scenarios(given), lane_prices(given, prices), options=EXACT)
        return sum(e.vehicles for e in plan.extra)

    assert extra(5_000) > 0
    assert extra(500_000) == 0


def test_every_phase_has_its_own_shares() -> None:
    """With an event there are three phases, and the shares of each add up to one for every
    region.
    """
    base = courier_problem()
    event = Event(
        name="live",
        at_s=DAY_S + 20 * HOUR_S,
        median=50.0,
        p95=80.0,
        ramp_s=HOUR_S,
        half_life_s=HOUR_S,
    )
    given = replace(base, demand=replace(base.demand, events=(event,)), crews=(crew(limit=20),))
    plan = plan_joint(given, scenarios(given), lane_prices(given))
    assert {row.from_s for row in plan.routing} == {phase.from_s for phase in given.phases}
    assert violations(given, plan) == ()


def test_closed_sites_and_absence_waves_take_more_people() -> None:
    """A disruption that is known costs capacity, so more people are planned around it."""
    base = problem(crews=(crew(limit=30),), shifts=(DAY_SHIFT, LATE_SHIFT))
    calm = people(plan_joint(base, scenarios(base), lane_prices(base), options=EXACT))
    wave = replace(
        base, disruptions=(Disruption(kind="absence_wave", from_s=0, to_s=2 * DAY_S, factor=0.5),)
    )
    shut = replace(
        base,
        disruptions=(
            Disruption(kind="site_closed", from_s=8 * HOUR_S, to_s=20 * HOUR_S, site="east"),
        ),
    )
    for worse in (wave, shut):
        assert people(plan_joint(worse, scenarios(worse), lane_prices(worse), options=EXACT)) > calm


def test_returns_need_people_too() -> None:
    """Half of the orders coming back after a few hours takes more people than none."""
    base = problem(
        days=4,
        crews=(crew(limit=40),),
        sites=(site(receive=Process(name="receive", orders_per_hour=10.0), received_by="pack"),),
    )
    none = people(plan_joint(base, scenarios(base), lane_prices(base), options=EXACT))
    back = replace(
        base,
        products=(replace(base.products[0], return_share=0.5),),
        returns=Returns(6 * HOUR_S, 12 * HOUR_S),
    )
    assert people(plan_joint(back, scenarios(back), lane_prices(back), options=EXACT)) > none


def test_given_demand_of_one_path_can_be_planned() -> None:
    """One path that is sure to come has stress level 1 and must still be kept."""
    given = problem()
    sure = replace(scenarios(given), stress_level=np.ones(1))
    plan = plan_joint(given, sure, lane_prices(given))
    assert plan.expected["on_time_share_hardest"] >= 0.98


def test_no_demand_needs_nobody() -> None:
    """Without orders nobody works, nothing is bought, and the regions still have somewhere to
    go.
    """
    given = problem(per_hour=0.0)
    plan = plan_joint(given, scenarios(given), lane_prices(given))
    assert plan.staffing == ()
    assert plan.objective == 0
    assert violations(given, plan) == ()


def test_clocks_after_the_hand_over_ask_for_earlier_work() -> None:
    """When the first scan or the delivery counts, the delay of the carrier is worked ahead of:
    never cheaper.
    """
    regions = ("north", "south")
    slow_scan = contract("fast", regions, scan_delay=ScanDelay(2 * HOUR_S, 5 * HOUR_S))

    def cost(counts: str) -> int:
        base = courier_problem(
            contracts=(slow_scan,), sites=(site(collections=collections("fast")),)
        )
        given = replace(
            base,
            platform=replace(base.platform, counts=counts, deadline_hours=36.0),
            crews=(crew(limit=30),),
        )
        objective = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT).objective
        assert objective is not None
        return objective

    assert cost("label") <= cost("handover") <= cost("first_scan")
    assert cost("delivered") == pytest.approx(
        cost("first_scan"), rel=1e-3
    )  # this contract delivers at once


def test_where_a_site_has_no_plan_with_its_shares_they_may_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A model too long to search as a whole, of which a site has no integers with the shares of the
    relaxation: planned day by day with free shares, near the optimum, and without a tree.
    """
    given, lanes = random_problem(103)
    tree = replace(EXACT.search.tree, whole_columns=0, small_columns=0)
    options = replace(EXACT, search=replace(EXACT.search, tree=tree))
    best = plan_joint(given, scenarios(given), lanes, options=EXACT)

    def nothing(model: object, arrays: object, relaxation: Answer, *, limits: object) -> Answer:
        return replace(relaxation, status="infeasible", values=None, objective=None)

    def no_tree(*given: object) -> Answer:
        raise AssertionError("the whole tree is searched")

    monkeypatch.setattr(scenario_generation, "integers_by_site", nothing)
    monkeypatch.setattr(scenario_generation, "best_of_tree", no_tree)
    plan = plan_joint(given, scenarios(given), lanes, options=options)
    assert violations(given, plan) == ()
    assert best.objective is not None
    assert plan.objective is not None
    assert best.objective * (1 - 1e-6) <= plan.objective <= 1.25 * best.objective


def test_integers_next_to_the_relaxation_make_a_plan_without_windows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A coarse plan keeps every rule, near the optimum, and no window of days is solved."""
    given, lanes = random_problem(103)
    tree = replace(EXACT.search.tree, whole_columns=0, small_columns=0)
    coarse = DecompositionOptions(near_relaxation=True)
    options = replace(EXACT, search=replace(EXACT.search, tree=tree, decomposition=coarse))
    best = plan_joint(given, scenarios(given), lanes, options=EXACT)

    def no_windows(*given: object) -> Answer:
        raise AssertionError("days are solved window by window")

    monkeypatch.setattr(site_decomposition, "integers_by_days", no_windows)
    plan = plan_joint(given, scenarios(given), lanes, options=options)
    assert violations(given, plan) == ()
    assert best.objective is not None
    assert plan.objective is not None
    assert best.objective * (1 - 1e-6) <= plan.objective <= 1.25 * best.objective


def with_scenarios_that_join(options: PlanningOptions) -> PlanningOptions:
    """Options under which a large model begins with one scenario, and one joins at a time."""
    generation = ScenarioGenerationOptions(first_scenarios=1, joining=1, joining_in_large=1)
    return replace(options, search=replace(options.search, scenarios=generation))


def each_hard_in_its_own_way(given: Problem) -> ScenarioSet:
    """Five scenarios, each with three times the orders in another fifth of the days."""
    usual = scenarios(given, (1.0,) * 5)
    intensity = usual.intensity.copy()
    for k, slots in enumerate(np.array_split(np.arange(intensity.shape[-1]), 5)):
        intensity[k][..., slots] *= 3.0
    return replace(usual, intensity=intensity)


def relaxed_cost_of_all(given: Problem, sampled: ScenarioSet, lanes: LaneCosts) -> float:
    """Least cost with fractional headcounts and signatures, all scenarios in one model."""
    every = tuple(range(len(sampled.weight)))
    whole = Parameters(
        problem=given,
        scenarios=sampled,
        lane_costs=lanes,
        options=PlanningOptions(),
        active=every,
    )
    found = solve(relaxed(build(whole).milp.arrays()), SolveLimits(nodes=1, relative_gap=0.0))
    return found.cost


@pytest.mark.parametrize(("number", "kept"), [(200, True), (201, True), (202, False)])
def test_a_large_model_keeps_its_routing_and_a_valid_bound(
    number: int, kept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is proved of the routing that is kept is not taken for a bound of every plan; of 202 no
    plan keeps it.
    """
    given, lanes = random_problem(number)
    tried: list[bool] = []
    kept_signatures: list[float] = []

    def keeps(generation: _ScenarioGeneration, routing: Floats) -> bool:
        tried.append(_KEEPS(generation, routing))
        if tried[-1]:
            kept_signatures.extend(generation.arrays.upper[generation.model.obligations])
        return tried[-1]

    monkeypatch.setattr(_ScenarioGeneration, "_keeps", keeps)
    sampled = each_hard_in_its_own_way(given)
    free = relaxed_cost_of_all(given, sampled, lanes)
    plan = plan_joint(
        given, sampled, lanes, options=with_scenarios_that_join(as_large(PlanningOptions()))
    )
    assert tried
    assert any(tried) == kept
    assert violations(given, plan) == ()
    assert plan.model_bound is not None
    assert plan.objective is not None
    assert plan.model_bound <= (free if kept else plan.objective) + 1
    assert free <= plan.objective + 1
    assert set(kept_signatures) <= {0.0, 1.0}


@pytest.mark.parametrize("fails", ["relaxation", pytest.param("integers", marks=pytest.mark.slow)])
def test_routing_that_leaves_no_plan_is_given_up(
    fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a relaxation nor integers that do not exist with the routing kept end the search."""
    given, lanes = random_problem(200)
    options = with_scenarios_that_join(as_large(PlanningOptions()))
    solved = []
    if fails == "relaxation":
        monkeypatch.setattr(_ScenarioGeneration, "_keeps", lambda *_: solved.append("no"))
    else:
        monkeypatch.setattr(
            _ScenarioGeneration,
            "_with_integers",
            lambda generation: (
                solved.append("no") or replace(generation.relaxation, values=None, objective=None)
                if generation.routing is not None
                else _WITH_INTEGERS(generation)
            ),
        )
    plan = plan_joint(given, each_hard_in_its_own_way(given), lanes, options=options)
    assert solved
    assert violations(given, plan) == ()
