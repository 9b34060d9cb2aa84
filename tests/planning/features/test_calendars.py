"""Days off in plans: nobody works on them, and bookings, ramps and limits go on after them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.costs import bookings
from planner.domain.crew_days import crew_days
from planner.domain.demand import Baseline
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow
from planner.domain.site import CLOSED, KNOWN_BEFORE
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import NoPlanError
from planner.planning.heuristics.rules_of_thumb import (
    plan_average,
    plan_cheapest,
    plan_erlang,
    plan_peak,
)
from planner.planning.rostering.assign import assign_people
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.roster_rules import roster_violations
from tests.planning.builders import (
    EXACT,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
    site,
)

WEEKEND = (5, 6)  # days of the horizon


def closed_on(*days: int) -> tuple[tuple[int, tuple[int, int]], ...]:
    return tuple((day, CLOSED) for day in days)


def two_weeks(per_day: list[float], **changes: Any) -> Problem:
    """Orders in the first hours of ten or more days, packed within three days; closed on the
    weekend.
    """
    hours = np.zeros((len(per_day), 24))
    hours[:, 6:10] = np.array(per_day)[:, None] / 4
    base = problem(days=len(per_day))
    return replace(
        base,
        sites=(site(hours=closed_on(*WEEKEND)),),
        demand=replace(base.demand, baseline=Baseline(hours.ravel())),
        platform=replace(base.platform, deadline_hours=72.0),
        **changes,
    )


def by_hand(given: Problem, *staffing: StaffRow) -> Plan:
    whole = ShareRow(
        region="north", site="east", contract="", from_s=0, to_s=given.horizon.end_s, share=1.0
    )
    return Plan(
        method="test",
        status=PlanStatus.AS_STATED,
        staffing=tuple(sorted(staffing)),
        routing=(whole,),
    )


def row(day: int, people: int, since: int = LONG_AGO) -> StaffRow:
    return StaffRow(
        day=day,
        site="east",
        process="pack",
        crew="own" if since == LONG_AGO else "agency",
        shift="day",
        since_day=since,
        headcount=people,
    )


AGENCY = crew(
    name="agency", temporary=True, limit=4, wage_minor_per_hour=1_500, hire_cost_minor=9_000
)


def test_a_booking_goes_on_after_the_weekend() -> None:
    """Temporaries who are cheaper than own people are booked once for both weeks: one fee, nobody
    on the weekend, and the days of work counted.
    """
    given = two_weeks([300.0] * 12, crews=(crew(limit=4), AGENCY))
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    assert violations(given, plan) == ()
    booked = bookings(given, plan.staffing)
    assert any(b.since_day < 5 and b.last_day > 6 for b in booked)
    assert all(r.day not in WEEKEND for r in plan.staffing)
    assert plan.costs["hiring"] == 9_000 * sum(b.people for b in booked)


def test_the_ramp_counts_days_of_work() -> None:
    """Who began on Friday is on the second step on Monday: the weekend teaches nothing."""
    given = two_weeks([1.0] * 10, crews=(crew(), replace(AGENCY, ramp=(0.5, 0.75, 1.0))))
    on = crew_days(given, given.crews[1])
    assert sorted(on.off) == [*WEEKEND]
    assert [on.tenure(4, day) for day in (4, 7, 8)] == [0, 1, 2]
    assert on.within(3, 8) == [3, 4, 7, 8]
    assert on.last_of(4, 3) == 8


@pytest.mark.parametrize(
    ("limits", "most"),
    [
        ({"max_consecutive_days": 5}, 10),
        ({"max_consecutive_days": 4}, 4),
        ({"max_hours_per_week": 35.0}, 12),
        ({"max_hours_per_week": 34.0}, 4),
    ],
)
def test_a_weekend_ends_a_run_of_days(limits: dict[str, Any], most: int) -> None:
    """Five days in a row, or thirty-five hours a week, are kept by every week with a weekend; the
    model and the check agree on the longest booking.
    """
    given = two_weeks([0.0] * 12, crews=(crew(), replace(AGENCY, **limits)))
    given = replace(given, sites=(site(hours=closed_on(5, 6, 12, 13)),))
    days = crew_days(given, given.crews[1]).within(0, 11)
    fits = by_hand(given, *(row(day, 1, since=0) for day in days[:most]))
    assert violations(given, fits) == ()
    if most < len(days):
        beyond = by_hand(given, *(row(day, 1, since=0) for day in days[: most + 1]))
        assert {v.rule for v in violations(given, beyond)} == {"limit_worked_hours"}


def test_who_is_planned_on_a_day_off_breaks_a_rule() -> None:
    """On the weekend, and on a day on which a shift does not begin."""
    given = two_weeks([1.0] * 10)
    (found,) = violations(given, by_hand(given, row(5, 1)))
    assert "this site does not work this shift that day" in found.words
    without = replace(given, shifts=(replace(given.shifts[0], off=frozenset({2})),))
    (found,) = violations(without, by_hand(without, row(2, 1)))
    assert "this site does not work this shift that day" in found.words
    assert violations(without, by_hand(without, row(3, 1))) == ()


def test_a_shortest_booking_counts_days_of_work() -> None:
    """Of three days from Friday on, the last is Tuesday."""
    given = two_weeks([1.0] * 10, crews=(crew(), replace(AGENCY, min_days=3)))
    whole = by_hand(given, *(row(day, 1, since=4) for day in (4, 7, 8)))
    assert violations(given, whole) == ()
    short = by_hand(given, *(row(day, 1, since=4) for day in (4, 7)))
    (found,) = violations(given, short)
    assert found.words.endswith("1 leave after 17 Nov, 3 days is the least")
    back = by_hand(given, *(row(day, n, since=4) for day, n in ((4, 1), (7, 1), (8, 2))))
    assert any("nobody comes back" in v.words for v in violations(given, back))


def test_numbered_people_are_the_same_after_the_weekend() -> None:
    """The roster gives both parts of a booking to one number."""
    given = two_weeks([1.0] * 10, crews=(crew(), AGENCY))
    plan = by_hand(given, *(row(day, 2, since=3) for day in (3, 4, 7, 8)))
    roster = assign_people(given, plan)
    assert roster_violations(given, plan, roster, given.horizon.days) == ()
    people = {r.person for r in roster.rows}
    assert len(people) == 2
    assert all(sum(r.person == who for r in roster.rows) == 4 for who in people)


def test_vehicles_are_not_added_to_a_pickup_that_does_not_come() -> None:
    """The check names the day."""
    given, _ = random_problem(0, small=True)
    east, coast = given.sites
    collections = (replace(east.collections[0], off=frozenset({1})), *east.collections[1:])
    given = replace(given, sites=(replace(east, collections=collections), coast))
    first = collections[0]
    for day, broken in ((0, False), (1, True)):
        extra = (ExtraCollection(day, "east", first.contract, first.at_s, 1),)
        plan = replace(plan_average(given, lane_prices(given)), extra=extra, costs={})
        words = [v.words for v in violations(given, plan)]
        assert any("does not come" in w for w in words) == broken


def with_calendar(number: int) -> Problem:
    """A random problem of six days with hours that change, shifts of some days and pick-ups that
    do not always come; at least two days are as usual.
    """
    rng = np.random.default_rng([7, number])
    given, _ = random_problem(number)
    days = 6
    early = Shift("early", 6 * HOUR_S, 12 * HOUR_S, off=_some(rng))
    sites = tuple(
        replace(
            place,
            hours=_hours(rng),
            collections=tuple(replace(c, off=_some(rng)) for c in place.collections),
        )
        for place in given.sites
    )
    return replace(
        given,
        horizon=replace(given.horizon, days=days),
        demand=replace(given.demand, baseline=Baseline(np.full(days * 24, 6.0))),
        platform=replace(given.platform, deadline_hours=72.0),
        shifts=(early, *(replace(s, off=_some(rng)) for s in given.shifts)),
        sites=sites,
    )


def _some(rng: np.random.Generator) -> frozenset[int]:
    return frozenset(day for day in range(-KNOWN_BEFORE, 4) if rng.random() < 0.3)


def _hours(rng: np.random.Generator) -> tuple[tuple[int, tuple[int, int]], ...]:
    other = (CLOSED, CLOSED, (7 * HOUR_S, 14 * HOUR_S))
    days = (day for day in range(-KNOWN_BEFORE, 4) if rng.random() < 0.4)
    return tuple((day, other[rng.integers(3)]) for day in days)


@pytest.mark.parametrize(
    "number", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 8))]
)
def test_every_method_keeps_the_calendar(number: int) -> None:
    """On generated problems the joint plan and the rules of thumb plan nobody on a day off, add
    no vehicle to a pick-up that does not come, and keep every rule.
    """
    given = with_calendar(number)
    prices = lane_prices(given)
    plans = [made(given, prices) for made in (plan_average, plan_peak, plan_erlang, plan_cheapest)]
    try:
        plans.append(plan_joint(given, scenarios(given), prices))
    except NoPlanError as error:
        assert error.blame, "no plan, and nothing to blame"  # noqa: PT017
    for plan in plans:
        assert violations(given, plan) == (), plan.method
        assert plan.staffing
        for at in plan.staffing:
            assert given.site(at.site).works_on(given.shift(at.shift), at.day)
        for extra in plan.extra:
            collection = next(
                c
                for c in given.site(extra.site).collections
                if (c.contract, c.at_s) == (extra.contract, extra.at_s)
            )
            assert given.site(extra.site).collects(collection, extra.day)
