"""Days off in every week, and bookings that are served in full, in the model, the checks and the
rules of thumb.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import NoPlanError
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import EXACT, crew, lane_prices, problem, scenarios


def busy(per_day: list[float], **changes: Any) -> Problem:
    """Orders per day, spread over the first hours of it."""
    hours = np.zeros((len(per_day), 24))
    hours[:, 6:10] = np.array(per_day)[:, None] / 4
    base = problem(days=len(per_day))
    return replace(
        base,
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(hours.ravel()),
        ),
        **changes,
    )


def by_hand(of: Problem, *staffing: StaffRow) -> Plan:
    whole = tuple(
        ShareRow(region=r, site="east", contract="", from_s=0, to_s=of.horizon.end_s, share=1.0)
        for r in of.region_names
    )
    return Plan(
        method="test", status=PlanStatus.AS_STATED, staffing=tuple(sorted(staffing)), routing=whole
    )


def own(day: int, people: int) -> StaffRow:
    return StaffRow(
        day=day,
        site="east",
        process="pack",
        crew="own",
        shift="day",
        since_day=LONG_AGO,
        headcount=people,
    )


def agency(day: int, people: int, since: int) -> StaffRow:
    return StaffRow(
        day=day,
        site="east",
        process="pack",
        crew="agency",
        shift="day",
        since_day=since,
        headcount=people,
    )


def joint(given: Problem) -> Plan:
    return plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)


def rules(given: Problem, plan: Plan) -> list[str]:
    return [v.rule for v in violations(given, plan)]


def worked(plan: Plan, first: int) -> int:
    """Days of work of permanent people in the week from a day."""
    return sum(r.headcount for r in plan.staffing if r.crew == "own" and first <= r.day < first + 7)


def test_a_free_week_does_not_excuse_a_week_without_a_day_off() -> None:
    """Ten days: two people who rest on the first three still may not work the seven that follow."""
    given = busy([0.0] * 10, crews=(crew(limit=2, max_days_per_week=5),))
    five = by_hand(given, *(own(day, 2) for day in range(3, 8)))
    assert rules(given, five) == []
    six = by_hand(given, *(own(day, 2) for day in range(3, 8)), own(9, 1))
    (found,) = violations(given, six)
    assert found.words == "own people at east: 11 days worked in the week from 13 Nov, 10 allowed"


def test_the_model_gives_days_off_in_every_week() -> None:
    """Nothing to do for four days, then seven busy ones: with agency people at three times the
    wage, own people work their ten days of the week and no more.
    """
    expensive = crew(name="agency", temporary=True, limit=5, wage_minor_per_hour=6_000)
    given = busy([0.0] * 4 + [260.0] * 7, crews=(crew(limit=2, max_days_per_week=5), expensive))
    plan = joint(given)
    assert rules(given, plan) == []
    assert max(worked(plan, first) for first in range(5)) == 10
    assert any(r.crew == "agency" for r in plan.staffing)


def test_without_days_off_enough_there_is_no_plan() -> None:
    """The same seven busy days without an agency: two people may not do them, and the week is
    named.
    """
    given = busy([0.0] * 4 + [260.0] * 7, crews=(crew(limit=2, max_days_per_week=5),))
    with pytest.raises(NoPlanError) as caught:
        joint(given)
    assert [b.rule for b in caught.value.blame] == ["days"]
    assert "in the week from" in caught.value.blame[0].words


@pytest.mark.parametrize("days", [3, 9, 10, 16])
def test_rules_of_thumb_keep_days_off(days: int) -> None:
    """A plan for the mean day has people every day, and everybody still has days off in every
    week.
    """
    given = busy([300.0] * days, crews=(crew(limit=7, max_days_per_week=5),))
    for plan in (plan_average(given, lane_prices(given)), plan_cheapest(given, lane_prices(given))):
        assert plan.staffing
        assert rules(given, plan) == []


def test_nobody_is_booked_for_less_than_the_shortest_booking() -> None:
    """Three days at least: who starts on the last but one day of the horizon cannot serve them."""
    given = busy([0.0] * 4, crews=(crew(name="agency", temporary=True, min_days=3),))
    assert rules(given, by_hand(given, *(agency(day, 1, since=1) for day in (1, 2, 3)))) == []
    (found,) = violations(given, by_hand(given, *(agency(day, 1, since=2) for day in (2, 3))))
    assert (
        found.words
        == "agency people at east booked from 12 Nov: 2 days to the end, 3 days is the least"
    )


def test_the_model_pays_whole_bookings_at_the_end() -> None:
    """Work on the last day only: the agency's three days are paid in full; with a booking of one
    day, one.
    """
    for min_days, paid in ((3, 3), (1, 1)):
        agent = crew(name="agency", temporary=True, min_days=min_days)
        base = busy([0.0, 0.0, 0.0, 100.0], crews=(agent,))
        given = replace(base, platform=replace(base.platform, deadline_hours=8.0))
        plan = joint(given)
        assert rules(given, plan) == []
        assert sorted({r.day for r in plan.staffing}) == list(range(4 - paid, 4))


def test_a_horizon_shorter_than_the_shortest_booking_has_no_agency_people() -> None:
    """Two days and a booking of three: nobody can be booked, and the own people must do."""
    agent = crew(name="agency", temporary=True, min_days=3, wage_minor_per_hour=100)
    given = busy([100.0, 100.0], crews=(crew(), agent))
    assert {r.crew for r in joint(given).staffing} == {"own"}


def test_rules_of_thumb_book_nobody_too_late() -> None:
    """Orders that grow until the end: the last bookings still serve their three days."""
    agent = crew(name="agency", temporary=True, min_days=3, limit=20)
    given = busy([100.0, 200.0, 300.0, 900.0, 1200.0], crews=(crew(limit=1), agent))
    plan = plan_cheapest(given, lane_prices(given))
    assert rules(given, plan) == []
    assert max(r.since_day for r in plan.staffing) == 2
