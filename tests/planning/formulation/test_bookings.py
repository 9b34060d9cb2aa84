"""Bookings of temporaries in the planning model."""

from __future__ import annotations

from dataclasses import replace

from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import EXACT, crew, lane_prices, problem, scenarios


def test_a_booking_longer_than_the_horizon_is_not_made() -> None:
    """Temporaries who learn the work and stay longer than the horizon: the plan is that without
    them.
    """
    given = problem(crews=(crew(limit=20),))
    agency = crew(name="agency", temporary=True, limit=5, min_days=30, ramp=(0.5, 1.0))
    with_agency = replace(given, crews=(*given.crews, agency))
    plans = [
        plan_joint(each, scenarios(each), lane_prices(each), options=EXACT)
        for each in (given, with_agency)
    ]
    assert plans[0].staffing == plans[1].staffing
