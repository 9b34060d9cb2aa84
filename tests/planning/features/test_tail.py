"""Days after the promotion are planned like any day, and not part of its figures."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from planner.domain.backlog import Backlog
from planner.domain.costs import COST_NAMES, committed_costs, every_day_reported, tail_minor
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, Service
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import bound_without_margins
from planner.planning.solution.without_margins import WITHOUT_MARGINS
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    EXACT,
    courier_problem,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
)
from tests.planning.contract_builders import random_contracts

FACTORS = (0.8, 1.0, 1.3)
LOOSE = PlanningOptions(relative_gap=0.02)
ROUNDING = 5  # minor units: shares are written in millionths


def with_tail(problem: Problem, days: int) -> Problem:
    """The problem whose last days are the tail."""
    return replace(problem, horizon=replace(problem.horizon, tail_days=days))


@pytest.mark.parametrize("case", [random_problem(1, small=True), random_contracts(0)])
def test_a_plan_costs_what_it_said_of_the_promotion(case: tuple[Problem, LaneCosts]) -> None:
    """The model's costs by name are those of the promotion's own days. What the solver proved is of
    all days, with what the tail costs: less of it on the promotion may be more in the tail.
    """
    problem, lanes = with_tail(case[0], 1), case[1]
    drawn = scenarios(problem, FACTORS)
    plan = plan_joint(problem, drawn, lanes, work_units=1, options=LOOSE)
    assert not violations(problem, plan)
    found = evaluate_plan(problem, plan, drawn, lanes, options=LOOSE)
    for name in COST_NAMES:
        if name != "lost_orders":
            assert found.costs[name] == pytest.approx(plan.costs.get(name, 0), abs=ROUNDING), name
    assert plan.objective is not None
    assert plan.model_bound is not None
    assert plan.model_objective is not None
    assert plan.model_objective >= plan.objective + tail_minor(problem, plan)
    assert plan.objective < plan.model_bound <= plan.model_objective
    assert (plan.bound, plan.gap) == (None, None)  # of the promotion alone nothing is proved yet
    assert any(row.day == problem.horizon.days - 1 for row in plan.staffing)
    assert bound_without_margins(problem, drawn, lanes) <= plan.objective


def test_what_is_left_out_is_what_the_tail_costs() -> None:
    """Costs of all days less those of the promotion are the tail's, person by person."""
    problem = with_tail(courier_problem(), 1)
    plan = plan_joint(
        problem, scenarios(problem), lane_prices(problem), work_units=1, options=EXACT
    )
    of_tail = replace(plan, staffing=tuple(r for r in plan.staffing if r.day == 2))
    assert committed_costs(problem, of_tail)["wages"] == 0
    paid = committed_costs(every_day_reported(problem), of_tail)["wages"]
    assert tail_minor(problem, plan) == paid > 0


def busy_on_the_third_day(people: int, service: Service) -> Problem:
    """Four days, and more orders on the third than all people can pack by their deadline."""
    small = problem(days=4, crews=(crew(limit=people),), service=service)
    rate = np.repeat([10.0, 10.0, 30.0, 10.0], 24)
    baseline = replace(small.demand.baseline, orders_per_hour=rate)
    return replace(small, demand=replace(small.demand, baseline=baseline))


@pytest.mark.parametrize(("people", "options"), [(4, EXACT), (3, WITHOUT_MARGINS)])
def test_compensation_is_for_late_orders_of_the_promotion(
    people: int, options: PlanningOptions
) -> None:
    """More orders on the first day of the tail than all people can pack by their deadline: the tail
    pays for what is late of them, and the promotion for none of its own, which are in time.
    """
    small = busy_on_the_third_day(people, Service(0.5, 0.95))

    def paid(tail: int) -> int:
        given = with_tail(small, tail)
        drawn, lanes = scenarios(given), lane_prices(given)
        plan = plan_joint(given, drawn, lanes, work_units=1, options=options)
        again = evaluate_plan(given, plan, drawn, lanes, options=options)
        assert again.costs["compensation"] == pytest.approx(plan.costs["compensation"], abs=1)
        return plan.costs["compensation"]

    assert paid(tail=0) > 10 * 300
    assert paid(tail=2) == 0


def test_late_orders_of_the_tail_are_no_failures() -> None:
    """Three people can pack all orders of the promotion in time, and not all of its tail: there is
    a plan, in which nothing fails.
    """
    given = with_tail(busy_on_the_third_day(3, Service(0.98, 0.95)), 2)
    drawn, lanes = scenarios(given), lane_prices(given)
    plan = plan_joint(given, drawn, lanes, work_units=1, options=EXACT)
    found = evaluate_plan(given, plan, drawn, lanes, options=EXACT)
    assert found.failed_share.max() < 1e-6


def test_people_are_planned_for_what_is_open_when_the_horizon_begins() -> None:
    """Every order of the backlog is work on the first day: person-days and parcels grow with it,
    and orders that are late already ask for nobody.
    """
    problem = courier_problem()
    lanes = lane_prices(problem)

    def planned(backlog: Backlog | None) -> tuple[int, float]:
        given = replace(problem, backlog=backlog)
        drawn = sample_scenarios(given, 1, 1, 10)
        plan = plan_joint(given, drawn, lanes, work_units=1, options=EXACT)
        first = sum(r.headcount for r in plan.staffing if r.day == 0)
        return first, plan.costs["courier"]

    people, money = planned(None)
    more_people, more_money = planned(Backlog(begins_s=-8 * HOUR_S, orders=200))
    assert more_people > people
    assert more_money == pytest.approx(money + 200 * 300, rel=0.001)
    late = np.array([[-26 * HOUR_S, 0, 0]] * 200, dtype=np.int64)
    assert planned(Backlog(begins_s=-26 * HOUR_S, stated=late))[0] == people


def test_people_of_the_days_before_the_end_do_not_depend_on_how_far_the_horizon_goes() -> None:
    """Five days with a tail of two or of five, and eight days: the person-days of the first three
    days differ by less than 5 %.
    """
    people = [
        sum(row.headcount for row in steady(days, tail).staffing if row.day < 3)
        for days, tail in ((5, 2), (5, 5), (8, 2))
    ]
    assert max(people) <= 1.05 * min(people)


def test_a_longer_tail_changes_the_cost_of_the_promotion_by_little() -> None:
    """Five days with a tail of two or of five: the cost of the same days within 5 %."""
    costs = [plan.objective for tail in (2, 5) if (plan := steady(5, tail)).objective]
    assert len(costs) == 2
    assert max(costs) <= 1.05 * min(costs)


@lru_cache
def steady(days: int, tail: int) -> Plan:
    """The plan of days of equal demand, with a tail of such days."""
    problem = courier_problem()
    rate = np.full(24 * (days + tail), 10.0)
    baseline = replace(problem.demand.baseline, orders_per_hour=rate)
    problem = replace(
        problem,
        horizon=replace(problem.horizon, days=days + tail, tail_days=tail),
        demand=replace(problem.demand, baseline=baseline),
    )
    return plan_joint(
        problem, scenarios(problem), lane_prices(problem), work_units=1, options=EXACT
    )
