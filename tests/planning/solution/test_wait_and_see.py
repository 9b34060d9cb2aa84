"""The bound of the sampled problem is never above the cost of a plan that holds in simulation."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, Literal
from unittest.mock import Mock

import numpy as np
import pytest

from benchmarks.planning.courier_cases import courier_case, courier_optimum
from benchmarks.planning.optima import CLOSE, ROUNDING
from benchmarks.planning.staff_cases import staff_optimum, staff_problem
from planner.domain.charges import VolumeSurcharge
from planner.domain.costs import simulated_costs
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product
from planner.domain.site import Collection, Process
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.options import (
    BoundOptions,
    PlanningOptions,
    SearchOptions,
    TreeSearchOptions,
)
from planner.planning.solution import wait_and_see
from planner.planning.solution.wait_and_see import (
    _least_of_one_kept,
    _parameters,
    _Relaxation,
    _some_missed,
    bound_without_margins,
    largest_sets,
)
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.loop import certified_plan
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.sampled_paths import sampled
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, given, staff
from tests.planning.builders import random_problem, scenarios

DAY = Shift("whole", 8 * HOUR_S, 16 * HOUR_S)


def shop(
    orders: dict[int, float], per_hour: float, share: float, deadline: float, **changes: Any
) -> Problem:
    """Given orders by hour for two days; one shift of eight hours, 20.00 an hour."""
    problem = a_problem(
        days=2,
        shifts=(DAY,),
        sites=(a_site(Process(name="pack", orders_per_hour=per_hour)),),
        service=Service(share, 0.9),
        platform=PlatformRule(name="plain", counts="label", deadline_hours=deadline),
        products=(
            Product(
                name="product", label="Product", share=1.0, weight_g=500.0, margin_minor=100_000
            ),
        ),
    )
    return given(replace(problem, **changes), [orders.get(h, 0.0) for h in range(48)])


def wages(plan: Plan) -> int:
    return 16_000 * sum(r.headcount for r in plan.staffing)


def bound_of(problem: Problem) -> int:
    return bound_without_margins(problem, *sampled(problem))


@pytest.mark.parametrize(
    ("problem", "days"),
    [
        (
            shop({7: 200.0}, 20.0, 0.39, 16.0),
            (0,),
        ),  # 160 of 200 in one shift; an order is late once, not at every cut
        (shop({2: 150.0, 6: 50.0}, 20.0, 0.39, 16.0), (0,)),
        (shop({7: 160.0}, 20.0, 1.0, 16.0), (0,)),  # eight hours at full speed
        (
            shop({5: 60.0}, 20.0, 1.0, 6.0),
            (0,),
        ),  # due between 11:00 and 12:00, in the middle of a shift
    ],
)
def test_the_bound_is_not_above_a_plan_that_holds(problem: Problem, days: tuple[int, ...]) -> None:
    """One person on these days holds in every replication and costs no less than the bound."""
    rows = tuple(r for r in staff(problem, 1) if r.day in days)
    plan = a_plan(problem, staffing=rows)
    assert all(
        Evaluation(problem, (plan,))(k)[0].keeps(problem.service.on_time_share) for k in range(10)
    )
    assert bound_of(problem) <= wages(plan)


def test_the_bound_knows_the_task_that_is_finished_after_hours() -> None:
    """Nine tasks of 54 minutes: one person does eight in a shift of eight hours, and nine when
    tasks are finished.
    """
    stops = shop({7: 9.0}, 60.0 / 54.0, 1.0, 12.0)
    finishes = replace(stops, sites=(replace(stops.sites[0], finish="task"),))
    plan = a_plan(stops, staffing=tuple(r for r in staff(stops, 1) if r.day == 0))
    assert not Evaluation(stops, (plan,))(0)[0].keeps(1.0)
    assert Evaluation(finishes, (plan,))(0)[0].keeps(1.0)
    assert bound_of(finishes) <= wages(plan) < bound_of(stops)


@pytest.mark.parametrize("on", ["all", "excess"])
def test_the_bound_knows_that_a_small_period_pays_no_surcharge(
    on: Literal["all", "excess"],
) -> None:
    """300 parcels on one day and 50 on the next, a surcharge above 100 a day: the 50 do not pay."""
    own = VolumeSurcharge(name="own", per_parcel_minor=1000, above_parcels=100, per="day", on=on)
    base = shop({5: 300.0, 29: 50.0}, 3600.0, 1.0, 24.0, crews=(a_crew(wage_minor_per_hour=0),))
    site = replace(base.sites[0], collections=(Collection("c", 20 * HOUR_S),))
    problem = replace(base, sites=(site,), contracts=(a_contract("c", volume_surcharges=(own,)),))
    plan = a_plan(problem, staffing=staff(problem, 1), signed=("c",))
    played = Evaluation(problem, (plan,))(0)[0]
    assert played.keeps(1.0)
    assert bound_of(problem) <= sum(simulated_costs(problem, plan, [played]).values())


def test_a_plan_without_margins_sees_to_the_last_day() -> None:
    """Orders of the last morning are due after the end and could still leave: the first plan has
    people for them.
    """
    problem = shop({7: 150.0, 31: 150.0}, 20.0, 0.9, 24.0, crews=(a_crew(limit=9),))
    history = certified_plan(problem, RunContext(budget=Budget(40)))
    assert (history.stopped, history.last.number) == ("certified", 1)
    assert history.last.plan.margins["efficiency"] == 1.0


@pytest.mark.parametrize("share", [0.39, 1.0])
def test_a_plan_called_optimal_is_the_cheapest_that_holds(share: float) -> None:
    """One person costs 160.00, and nobody is not enough: the plan costs that, and so does the
    bound.
    """
    problem = shop({7: 160.0}, 20.0, share, 16.0, crews=(a_crew(limit=9),))
    history = certified_plan(problem, RunContext(budget=Budget(40)))
    plan = history.last.plan
    assert (plan.status, plan.objective, history.stopped) == ("optimal", 16_000, "certified")
    assert plan.bound is not None
    assert plan.bound <= 16_000
    assert plan.model_gap == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("number", range(6))
def test_the_bound_is_that_of_a_search_over_the_paths_that_miss(number: int) -> None:
    """Of four equally likely paths that cannot all miss, the one is kept that costs least."""
    problem, lanes = random_problem(300 + number)
    usual = scenarios(problem, (0.8, 1.0, 1.3, 1.6))
    three_of_four = replace(problem, service=replace(problem.service, confidence=0.25))
    known = _parameters(three_of_four, usual, lanes)
    fractional = SearchOptions(bounds=BoundOptions(integer_columns=0))
    known = replace(known, options=replace(known.options, search=fractional))
    one_kept = _least_of_one_kept(build(known))
    assert one_kept == pytest.approx(_some_missed(build(known), 10).bound, rel=2e-4)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("number", range(3))
def test_the_bound_over_sets_that_may_miss_is_that_of_a_search(
    number: int, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the weight may miss, one path or the three others; selling nothing saves money."""
    problem, lanes = random_problem(300 + number)
    cheap = tuple(replace(product, margin_minor=1) for product in problem.products)
    service = replace(problem.service, confidence=0.5)
    given = replace(problem, products=cheap, service=service)
    paths = scenarios(given, (0.8, 1.0, 1.3, 1.6))
    paths = replace(paths, weight=np.array([0.5, 0.2, 0.2, 0.1]))
    tree = TreeSearchOptions(large_columns=0) if large else TreeSearchOptions()
    fractional = SearchOptions(bounds=BoundOptions(integer_columns=0), tree=tree)
    monkeypatch.setattr(wait_and_see, "AT_BEST", replace(wait_and_see.AT_BEST, search=fractional))
    searched = Mock(side_effect=_some_missed)
    monkeypatch.setattr(wait_and_see, "_some_missed", searched)
    bound = bound_without_margins(given, paths, lanes)
    assert not searched.called
    monkeypatch.setattr(wait_and_see, "MOST_SETS", 1)
    assert bound == pytest.approx(bound_without_margins(given, paths, lanes), rel=2e-4)
    assert searched.called


@pytest.mark.parametrize("seed", range(20))
def test_the_largest_sets_are_those_that_take_no_more(seed: int) -> None:
    """Compared with all subsets."""
    rng = np.random.default_rng(seed)
    weight, most = rng.integers(1, 6, rng.integers(1, 8)).astype(float), float(rng.integers(0, 12))
    within = [
        chosen for chosen in product((False, True), repeat=len(weight)) if weight @ chosen <= most
    ]
    expected = {
        chosen
        for chosen in within
        if all(chosen[k] or weight @ chosen + weight[k] > most for k in range(len(weight)))
    }
    found = [tuple(chosen.tolist()) for chosen in largest_sets(weight, most)]
    assert set(found) == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize("sizes", [(1.6, 1.3, 1.0, 0.8), (1.0, 1.001, 1.002, 1.003)])
@pytest.mark.parametrize("number", range(3))
def test_the_bound_is_the_least_over_the_path_kept(number: int, sizes: tuple[float, ...]) -> None:
    """Also where the first path costs most, and where all cost nearly the same."""
    problem, lanes = random_problem(300 + number)
    given = replace(problem, service=replace(problem.service, confidence=0.25))
    known = _parameters(given, scenarios(given, sizes), lanes)
    each = [_Relaxation(build(known)).solved(kept, None).bound for kept in np.eye(4, dtype=bool)]
    assert _least_of_one_kept(build(known)) == pytest.approx(min(each), rel=1e-9)


@pytest.mark.parametrize(("confidence", "kept"), [(0.4, "one"), (0.8, "both")])
def test_paths_beyond_the_risk_are_always_kept(confidence: float, kept: str) -> None:
    """Two paths of half the weight each: either may miss at 40 %, neither at 80 %."""
    problem, lanes = random_problem(300)
    asked = replace(problem, service=replace(problem.service, confidence=confidence))
    both = replace(problem, service=replace(problem.service, confidence=1.0))
    two = scenarios(problem, (1.0, 2.0))
    bound, highest = (
        _least_of_one_kept(build(known))
        for known in (_parameters(given, two, lanes) for given in (asked, both))
    )
    assert np.isfinite(highest)
    assert bound == pytest.approx(highest) if kept == "both" else bound < highest


def test_where_nothing_is_due_within_the_horizon_nobody_is_needed() -> None:
    """All orders are young and due after the end: the bound is 0, and so is the cost of no one."""
    problem = given(shop({}, 20.0, 0.9, 48.0), [0.0] * 40 + [50.0] + [0.0] * 7)
    assert bound_of(problem) == 0


def test_deadlines_and_the_beginning_of_demand_are_edges() -> None:
    """Orders of 09:00 to 10:00, due 16 hours later; and not many buckets more than without them."""
    problem = shop({9: 100.0}, 20.0, 0.9, 16.0)
    scenarios, prices = sampled(problem)
    edges = (
        Parameters(
            problem=problem,
            scenarios=scenarios,
            lane_costs=prices,
            options=PlanningOptions(),
            active=(0,),
        )
        .timelines[0]
        .edges
    )
    assert {9 * HOUR_S, 10 * HOUR_S, 25 * HOUR_S, 26 * HOUR_S} <= set(edges.tolist())
    assert len(edges) <= 28


@pytest.mark.parametrize(
    "number", [8, *(pytest.param(n, marks=pytest.mark.slow) for n in range(9, 70))]
)
def test_bounds_and_plans_of_staffing_problems(number: int) -> None:
    """Against an optimum found without the planning model: the bound is not above it, and the plan
    close to it.
    """
    problem = staff_problem(number)
    optimum = staff_optimum(problem)
    if optimum is not None:
        compare(problem, optimum)


@pytest.mark.parametrize(
    "number", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 40))]
)
def test_bounds_and_plans_of_courier_problems(number: int) -> None:
    """The same for zones, fixed fees, allotments, commitments and tiers."""
    problem = courier_case(number)
    optimum = courier_optimum(problem)
    assert optimum is not None
    compare(problem, optimum)


def compare(problem: Problem, optimum: float) -> None:
    plan = certified_plan(problem, RunContext(budget=Budget(100))).last.plan
    assert plan.bound is not None
    assert plan.objective is not None
    assert plan.bound <= optimum + ROUNDING
    if plan.status == "optimal":
        assert plan.objective <= optimum * (1.0 + 1e-5) + ROUNDING
    assert plan.objective <= optimum * (1.0 + 3 * CLOSE)
