"""Lost parcels in the planning model: they are late where the delivery counts, and nowhere else."""

from __future__ import annotations

import pytest

from planner.domain.plan import Plan
from planner.domain.platform import Clock, PlatformRule
from planner.domain.problem import Service
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import EXACT, contract, courier_problem, crew, lane_prices, scenarios

REGIONS = ("north", "south")


def planned(counts: Clock, aim: float) -> Plan:
    """ "slow" loses a tenth and asks 1.00, "fast" loses nothing and asks 2.00; 60 % of the orders
    go north; ten days until an order is late, which costs 3.00.
    """
    problem = courier_problem(
        platform=PlatformRule(name="clock", counts=counts, deadline_hours=240.0, floor_minor=300),
        contracts=(contract("fast", REGIONS), contract("slow", REGIONS, loss_share=0.1)),
        crews=(crew(limit=100, wage_minor_per_hour=0),),
        service=Service(aim, 0.95),
    )
    prices = {
        ("east", r, c): minor for r in REGIONS for c, minor in (("slow", 100.0), ("fast", 200.0))
    }
    return plan_joint(
        problem, scenarios(problem), lane_prices(problem, prices), work_units=1, options=EXACT
    )


def share_of(plan: Plan, name: str) -> float:
    """Share of all orders that a contract carries."""
    of_region = {"north": 0.6, "south": 0.4}
    return sum(row.share * of_region[row.region] for row in plan.routing if row.contract == name)


def test_losses_count_against_the_aim_where_the_delivery_counts() -> None:
    """At an aim of 95 % half of the orders that are due (all but those after 22:00 of the last day)
    may go with the contract that loses a tenth; lost parcels are compensated.
    """
    plan = planned("delivered", 0.95)
    assert share_of(plan, "slow") == pytest.approx(0.5 * 700 / 720, abs=0.002)
    assert plan.expected["on_time_share"] == pytest.approx(0.95, abs=0.0005)
    assert plan.costs["compensation"] == pytest.approx(300 * 0.05 * 700, rel=0.01)


def test_losses_do_not_count_before_the_delivery() -> None:
    """Where the hand-over counts, everything goes with the cheaper one and is on time."""
    plan = planned("handover", 0.95)
    assert share_of(plan, "slow") == pytest.approx(1.0)
    assert plan.expected["on_time_share"] == 1.0
