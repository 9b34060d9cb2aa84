"""Several platforms, presales and exemptions in the planning model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Hub
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import ForceMajeure, OwnDeadline, PlatformPart, PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import HELD_OUT, Streams
from planner.planning.formulation.assignment import add_shares
from planner.planning.formulation.cutoffs import NEVER_DUE, packing_patterns
from planner.planning.formulation.lateness import orders_due
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import MilpBuilder
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import bound_without_margins
from planner.simulation.inputs.orders import draw_orders
from tests.builders import given, in_brief, simulate
from tests.planning.builders import (
    EXACT,
    courier_problem,
    crew,
    lane_prices,
    problem,
    scenarios,
)

LAX = 0.01  # share on time: the service level asks for nothing


def shared(made: Problem, share: float, **changes: object) -> Problem:
    """The problem with a second platform, whose rule differs by some changes."""
    rule = replace(made.platform, name="second", **changes)
    return replace(made, other_platforms=(PlatformPart(rule=rule, share=share),))


def planned(made: Problem, prices: LaneCosts) -> Plan:
    return plan_joint(made, scenarios(made, (0.8, 1.0)), prices, options=EXACT)


@pytest.mark.parametrize("courier", [False, True])
def test_two_platforms_of_one_rule_are_planned_as_one(courier: bool) -> None:
    """The same cost, people and late orders."""
    made = courier_problem() if courier else problem(per_hour=30.0, crews=(crew(limit=20),))
    made = replace(made, service=Service(LAX, 0.95))
    prices = lane_prices(made)
    alone, both = planned(made, prices), planned(shared(made, 0.4), prices)
    assert both.objective == alone.objective
    assert both.staffing == alone.staffing
    assert both.costs == alone.costs


def test_the_more_orders_have_a_longer_deadline_the_less_a_plan_costs() -> None:
    """18 or 40 hours: both cost what they cost alone, and a mix is no more expensive than 18."""
    made = problem(days=3, per_hour=30.0, crews=(crew(limit=40),))
    rule = replace(made.platform, deadline_hours=18.0, floor_minor=500)
    made = replace(made, platform=rule, service=Service(0.8, 0.95))
    prices = lane_prices(made)
    hurried, mixed, at_ease = (
        planned(shared(made, share, deadline_hours=40.0), prices).objective or 0
        for share in (0.0, 0.1, 1.0)
    )
    alone = [
        planned(replace(made, platform=replace(rule, deadline_hours=h)), prices).objective
        for h in (18.0, 40.0)
    ]
    assert [hurried, at_ease] == alone
    assert at_ease <= mixed <= hurried
    assert at_ease < hurried


def parameters(made: Problem) -> Parameters:
    return Parameters(
        problem=made,
        scenarios=scenarios(made),
        lane_costs=lane_prices(made),
        options=PlanningOptions(),
        active=(0,),
    )


def test_exempt_orders_are_not_due_and_have_to_leave_by_the_end() -> None:
    """A first day of force majeure: only the second day's orders count."""
    made = problem(days=2, per_hour=10.0)
    first = made.horizon.date_of(0)
    rule = PlatformRule(
        name="x", counts="label", deadline_hours=4, force_majeure=(ForceMajeure(first, first),)
    )
    of = parameters(replace(made, platform=rule))
    usual = parameters(replace(made, platform=replace(rule, force_majeure=())))
    assert orders_due(of)[0, 0] == pytest.approx(orders_due(usual)[0, 0] - 240)
    (pattern,) = packing_patterns(of, add_shares(MilpBuilder(), of), 0)
    exempt = of.slot_start_s < DAY_S
    assert not pattern.own[exempt].any()
    assert np.isin(pattern.due_s[0][exempt], (2 * DAY_S, NEVER_DUE)).all()


def test_a_hub_exempts_the_lane_and_not_the_region() -> None:
    """Parcels over the hub never count; the limit has fewer orders by their share."""
    made = courier_problem()
    region = made.region_names[0]
    hub = Hub(hub_region=region, regions=frozenset({region}))
    contracts = tuple(replace(c, hub=hub) if k == 0 else c for k, c in enumerate(made.contracts))
    rule = replace(made.platform, counts="first_scan", remote_hub="clock")
    of = parameters(replace(made, contracts=contracts, platform=rule))
    shares = add_shares(MilpBuilder(), of)
    for pattern in packing_patterns(of, shares, 0):
        over = (shares.contract[pattern.lanes] == 0) & (shares.region[pattern.lanes] == 0)
        assert over.all() or not over.any()
        assert not (over.all() and pattern.own.any())


def test_planned_and_simulated_lateness_agree_with_two_deadlines() -> None:
    """Orders of one hour, half due in 4 hours and half in 30, and people for some of them: the
    model counts on paper what the simulation counts order by order.
    """
    base = problem(days=3, crews=(crew(limit=3),))
    rule = PlatformRule(name="x", counts="label", deadline_hours=4.0)
    base = replace(base, platform=rule, service=Service(0.01, 0.95))
    made = shared(given(base, [0.0] * 8 + [200.0] + [0.0] * 63), 0.5, deadline_hours=30.0)
    prices = lane_prices(made)
    plan = planned(made, prices)
    counted = evaluate_plan(made, plan, scenarios(made), prices, options=EXACT)
    late = []
    for number in range(5):
        streams = Streams(made.seed, HELD_OUT, number)
        records = simulate(made, plan, draw_orders(made, streams), streams)
        summary = in_brief(made, records)
        late.append(summary.on_time_share)
        first, second = summary.by_platform[:, 1]
        assert first >= second  # those with less time are late first
    assert float(np.mean(late)) == pytest.approx(counted.on_time_share, abs=0.08)


def test_the_bound_is_below_the_plan_with_two_platforms_and_a_presale() -> None:
    """Other clocks, deadlines and a date: no plan costs less than the bound."""
    made = replace(problem(per_hour=20.0, crews=(crew(limit=30),)), service=Service(LAX, 0.95))
    two = shared(made, 0.5, deadline_hours=10.0, force_majeure=())
    prices, given_scenarios = lane_prices(two), scenarios(two, (0.8, 1.0))
    plan = plan_joint(two, given_scenarios, prices, options=EXACT)
    bound = bound_without_margins(two, given_scenarios, prices)
    assert plan.objective is not None
    assert bound <= plan.objective + 1
    by = two.platform.for_event(OwnDeadline(by_s=30 * HOUR_S - 1))
    assert by.due_by_s == 30 * HOUR_S - 1
