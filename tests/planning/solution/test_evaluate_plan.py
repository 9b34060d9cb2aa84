"""What the model expects of any plan, on every path; and what no plan can cost less than."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.costs import COST_NAMES, committed_costs
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.errors import NoBoundError
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest
from planner.planning.milp.builder import Term
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import ModelEvaluation, evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import (
    AT_BEST,
    NO_MARGINS,
    bound_without_margins,
    hindsight,
)
from tests.planning.builders import crew, lane_prices, problem, random_problem, scenarios
from tests.planning.contract_builders import random_contracts

FACTORS = (0.8, 1.0, 1.3)
ROUNDING = 5  # minor units: shares are written in millionths
LOOSE = PlanningOptions(relative_gap=0.02)


def of_random(number: int, plan: Plan) -> ModelEvaluation:
    given, lanes = random_problem(number)
    return evaluate_plan(given, plan, scenarios(given, FACTORS), lanes)


def joint(given: Problem, lanes: LaneCosts) -> Plan:
    return plan_joint(given, scenarios(given, FACTORS), lanes, work_units=1, options=LOOSE)


@pytest.mark.parametrize(
    ("given", "lanes"),
    [*(random_problem(n, small=True) for n in range(3)), *(random_contracts(n) for n in range(6))],
)
def test_a_joint_plan_costs_what_it_said(given: Problem, lanes: LaneCosts) -> None:
    """Tiers, surcharges, commitments and all; whole units of stock leave out a little less than the
    model's.
    """
    plan = joint(given, lanes)
    found = evaluate_plan(given, plan, scenarios(given, FACTORS), lanes, options=LOOSE)
    for name in COST_NAMES:
        if name != "lost_orders":
            assert found.costs[name] == pytest.approx(plan.costs.get(name, 0), abs=ROUNDING), name
    assert found.costs["lost_orders"] <= plan.costs["lost_orders"] + ROUNDING
    assert found.on_time_share == pytest.approx(plan.expected["on_time_share"], abs=2e-3)
    assert found.on_time_share_hardest == pytest.approx(
        plan.expected["on_time_share_hardest"], abs=2e-3
    )


@pytest.mark.parametrize("number", range(3))
def test_the_paths_add_up_to_the_costs(number: int) -> None:
    """What the plan commits to is exact, the mean over the paths is the sum of the costs, more
    orders cost more.
    """
    given, lanes = random_contracts(number)
    for plan in (plan_average(given, lanes), plan_cheapest(given, lanes)):
        found = evaluate_plan(given, plan, scenarios(given, FACTORS), lanes)
        committed = committed_costs(given, plan)
        assert {name: found.costs[name] for name in committed} == committed
        assert set(found.costs) == set(COST_NAMES)
        assert float(found.weight @ found.cost_minor) == pytest.approx(
            sum(found.costs.values()), abs=len(COST_NAMES)
        )
        assert found.orders == pytest.approx(found.orders[1] * np.array(FACTORS))
        assert (np.diff(found.failed_share) >= -1e-9).all()


@pytest.mark.parametrize("number", range(4))
def test_more_people_are_never_later(number: int) -> None:
    """One more in every row of the roster, on every path."""
    given, lanes = random_problem(number)
    plan = plan_average(given, lanes)
    fewer = replace(
        plan, staffing=tuple(replace(r, headcount=max(r.headcount - 1, 1)) for r in plan.staffing)
    )
    more = replace(
        plan, staffing=tuple(replace(r, headcount=r.headcount + 1) for r in plan.staffing)
    )
    failed = [of_random(number, p).failed_share for p in (fewer, plan, more)]
    assert (failed[0] >= failed[1] - 1e-9).all()
    assert (failed[1] >= failed[2] - 1e-9).all()


def test_nobody_and_nothing_fails_every_order_due() -> None:
    """No people, no goods: each order is counted at least once."""
    given = problem()
    plan = replace(plan_average(given, lane_prices(given)), staffing=(), stock=())
    found = evaluate_plan(given, plan, scenarios(given, FACTORS), lane_prices(given))
    assert (found.failed_share >= 1.0).all()
    assert found.costs["wages"] == 0
    assert found.costs["lost_orders"] > 0
    assert found.on_time_share == 0.0


def test_what_was_learned_is_believed() -> None:
    """At a tenth of the speed a plan that was fine is late; plans that failed do not matter."""
    given, lanes = random_problem(1, small=True)
    plan = joint(given, lanes)
    feedback = replace(PlanningFeedback.none(given), failed=(plan,))
    slow = replace(feedback, throughput=np.full_like(feedback.throughput, 0.1))
    fine, late = (
        evaluate_plan(given, plan, scenarios(given, FACTORS), lanes, options=LOOSE, feedback=of)
        for of in (feedback, slow)
    )
    assert fine.on_time_share_hardest == pytest.approx(
        plan.expected["on_time_share_hardest"], abs=1e-4
    )
    assert (late.failed_share > fine.failed_share).all()


@pytest.mark.parametrize("number", range(3))
def test_no_plan_costs_less_than_the_bound_without_margins(number: int) -> None:
    """Not the joint plan with margins, nor the one without; knowing the path beforehand costs no
    more on average.
    """
    given, lanes = random_problem(number, small=True)
    of = scenarios(given, FACTORS)
    bound = bound_without_margins(given, of, lanes)
    for options in (LOOSE, replace(NO_MARGINS, relative_gap=0.02)):
        plan = plan_joint(given, of, lanes, work_units=1, options=options)
        assert plan.objective is not None
        assert bound <= plan.objective + ROUNDING
    known = list(hindsight(given, of, lanes))
    assert known == sorted(known)
    alone = [hindsight(given, of.only(path), lanes)[0] for path in range(len(FACTORS))]
    assert known == pytest.approx(alone, rel=1e-7)
    assert float(of.weight @ np.array(known)) <= bound + ROUNDING


@pytest.mark.parametrize("number", range(3))
def test_the_paths_that_may_miss_are_the_cheapest_to_miss(number: int) -> None:
    """By enumeration: the least of the bounds over all sets of paths within the risk."""
    given, lanes = random_problem(number, small=True)
    given = replace(given, service=replace(given.service, confidence=0.6))
    of = replace(scenarios(given, FACTORS), weight=np.array([0.4, 0.35, 0.25]))
    whole = Parameters(
        problem=given, scenarios=of, lane_costs=lanes, options=AT_BEST, active=(1, 2)
    )  # the hardest that cannot both miss
    costs = []
    for row in (0, 1):  # either may miss; both may not
        model = build(whole)
        allowed = (1.0 - given.service.on_time_share) * whole.orders[row].sum()
        model.milp.constraints("limit_failed", 1, [Term(0, model.failed[0, row])], upper=allowed)
        costs.append(solve(model.milp.arrays(), SolveLimits(nodes=1_000, relative_gap=0.0)).bound)
    assert bound_without_margins(given, of, lanes, work_units=100) == pytest.approx(
        min(costs), rel=1e-3
    )


def test_a_service_level_nobody_can_meet_has_no_bound() -> None:
    """One person for a thousand orders an hour."""
    given = problem(per_hour=1000.0, crews=(crew(limit=1),))
    of, lanes = scenarios(given), lane_prices(given)
    assert hindsight(given, of, lanes)[0] == np.inf
    with pytest.raises(NoBoundError, match="no plan meets the service level"):
        bound_without_margins(given, of, lanes)


def test_no_plan_foresees_what_is_worked_after_hours() -> None:
    """Where people finish the task in progress after hours, no model knows the cost: no plan states
    it as zero.
    """
    given, lanes = random_problem(0, small=True)
    finishing = replace(given, sites=tuple(replace(site, finish="task") for site in given.sites))
    for case, absent in ((given, set()), (finishing, {"after_hours"})):
        for plan in (joint(case, lanes), plan_average(case, lanes)):
            assert set(COST_NAMES) - set(plan.costs) == absent
            seen = evaluate_plan(case, plan, scenarios(case, FACTORS), lanes, options=LOOSE)
            assert set(COST_NAMES) - set(seen.costs) == absent
            assert float(seen.weight @ seen.cost_minor) == pytest.approx(
                sum(seen.costs.values()), abs=len(COST_NAMES)
            )
