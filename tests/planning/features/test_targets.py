"""Targets of one's own in the planning model and its bound: more cut-offs than the deadline's."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, Target
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.site import Process
from planner.errors import NoPlanError
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.unavoidable_lateness import late_is_missed
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import bound_without_margins
from planner.simulation.inputs.orders import draw_orders
from planner.studies.steps.sampled_paths import sampled
from tests.builders import a_plan, a_problem, a_site, given, in_brief, simulate, staff
from tests.planning.builders import (
    EXACT,
    courier_problem,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
)

LAX = 0.01  # share on time: the deadline asks for nothing


def with_service(made: Problem, share: float, *also: Target) -> Problem:
    """The problem with this service level; late orders cost nothing."""
    free = replace(made.platform, floor_minor=0, share_of_paid=0.0)
    return replace(made, platform=free, service=Service(share, 0.95, also))


def cost(made: Problem, prices: LaneCosts, factors: tuple[float, ...] = (0.8, 1.0)) -> int:
    """Cost of the best plan in minor units."""
    plan = plan_joint(made, scenarios(made, factors), prices, options=EXACT)
    assert plan.objective is not None
    return plan.objective


@pytest.mark.parametrize("share", [0.7, 0.98])
def test_a_target_of_the_hours_of_the_deadline_is_the_deadline(share: float) -> None:
    """Packed, handed over: the same plan whether the share is asked for by one or by the other."""
    label = problem(per_hour=30.0, crews=(crew(limit=20),))
    for made in (label, courier_problem()):
        prices = lane_prices(made)
        deadline = with_service(made, share)
        target = with_service(made, LAX, Target(24.0, share))
        assert cost(target, prices) == cost(deadline, prices)


def test_a_target_never_makes_a_plan_cheaper_and_a_sooner_one_costs_more() -> None:
    """48 hours for handing over; with two thirds within 20, 16 and 12 hours ever more people work
    in the late shift.
    """
    made = courier_problem(crews=(crew(limit=20),))
    made = with_service(replace(made, platform=made.platform.with_deadline(48.0)), 0.9)
    prices = lane_prices(made)
    costs = [cost(made, prices)]
    costs += [cost(with_service(made, 0.9, Target(h, 0.66)), prices) for h in (20.0, 16.0, 12.0)]
    assert costs == sorted(costs)
    assert costs[0] < costs[-1]


def test_a_target_out_of_reach_is_to_blame() -> None:
    """Everything within an hour, although nobody works at night: no plan, and the limit named is
    the target's.
    """
    made = with_service(problem(per_hour=10.0), 0.9, Target(1.0, 1.0))
    with pytest.raises(NoPlanError):
        plan_joint(made, scenarios(made), lane_prices(made), options=EXACT)


def test_orders_are_due_under_each_aim() -> None:
    """The cut-offs of a target are those of its hours, those of the deadline stay."""
    made = with_service(problem(), 0.9, Target(6.0, 0.5))
    of = Parameters(
        problem=made,
        scenarios=scenarios(made),
        lane_costs=lane_prices(made),
        options=PlanningOptions(),
        active=(0,),
    )
    assert [aim.platform.deadline_hours for aim in of.aims] == [24.0, 6.0]
    assert late_is_missed(of, of.aims[1])
    assert not late_is_missed(of, with_service(made, 0.9, Target(25.0, 0.5)).targets[0])


@pytest.mark.parametrize("number", range(3))
def test_no_plan_is_cheaper_than_the_bound_of_its_targets(number: int) -> None:
    """Random problems with a sooner and a later target."""
    made, prices = random_problem(number, small=True)
    asked = with_service(made, 0.9, Target(20.0, 0.4), Target(40.0, 0.97))
    of = scenarios(asked, (0.8, 1.0))
    plan = plan_joint(asked, of, prices)
    assert plan.objective is not None
    assert bound_without_margins(asked, of, prices) <= plan.objective
    seen = evaluate_plan(asked, plan, of, prices)
    assert sum(seen.costs.values()) == pytest.approx(plan.objective, rel=1e-3)


SHIFT = Shift("whole", 8 * HOUR_S, 16 * HOUR_S)


@pytest.mark.parametrize(
    "also", [(Target(2.0, 0.5),), (Target(30.0, 0.95),), (Target(1.0, 0.3), Target(20.0, 0.9))]
)
def test_the_bound_is_below_the_cheapest_plan_that_holds_in_simulation(
    also: tuple[Target, ...],
) -> None:
    """Two days with 60 orders at 8:00 and 40 at 12:00, ten an hour and person: of all headcounts
    the cheapest that meets deadline and targets costs no less than the bound, and deadline alone
    no more than with targets.
    """
    made = a_problem(
        days=2,
        shifts=(SHIFT,),
        sites=(a_site(Process(name="pack", orders_per_hour=10.0)),),
        platform=PlatformRule(name="plain", counts="label", deadline_hours=24.0),
    )
    made = given(made, [{8: 60.0, 12: 40.0, 32: 60.0, 36: 40.0}.get(h, 0.0) for h in range(48)])
    cheapest = {}
    for targets in ((), also):
        asked = replace(made, service=Service(0.8, 0.9, targets))
        streams = Streams(asked.seed, HELD_OUT, 0)
        drawn = draw_orders(asked, streams)
        for people in sorted(product(range(14), repeat=2), key=sum):
            rows = [replace(row, headcount=people[row.day]) for row in staff(asked, 1)]
            plan = a_plan(asked, staffing=tuple(row for row in rows if row.headcount))
            records = simulate(asked, plan, drawn, streams)
            if in_brief(asked, records).meets(asked.service):
                cheapest[targets] = 16_000 * sum(people)
                break
        assert bound_without_margins(asked, *sampled(asked)) <= cheapest[targets]
    assert cheapest[()] <= cheapest[also]
