"""Overtime in plans: worked where it pays, only by those who may, paid and rested as it must be."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from planner.domain.costs import committed_costs
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import NoPlanError
from planner.planning.heuristics.rules_of_thumb import plan_average
from planner.planning.labour.rest import rest_conflicts
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import DAY_SHIFT, EXACT, crew, lane_prices, problem, scenarios, site

LONGER = replace(DAY_SHIFT, name="day+2h", end_s=DAY_SHIFT.end_s + 2 * HOUR_S, extends="day")
OWN = crew(limit=3, regular_hours=7.0)
HELP = crew(name="help", limit=2, wage_minor_per_hour=1_000)


def given(*crews: Any, **changes: Any) -> Problem:
    """Three days; the day shift may be extended by two hours."""
    return problem(days=3, shifts=(DAY_SHIFT, LONGER), crews=crews, **changes)


def planned(of: Problem) -> Plan:
    plan = plan_joint(of, scenarios(of), lane_prices(of), options=EXACT)
    assert violations(of, plan) == ()
    return plan


def test_overtime_is_worked_where_there_are_too_few_people() -> None:
    """Three people cannot do the work of a day in seven hours; with two hours more each they can,
    and these are paid one and a half times.
    """
    rushed = given(replace(OWN, extended=("day+2h",)), per_hour=20.0)
    with pytest.raises(NoPlanError):
        plan_joint(given(OWN, per_hour=20.0), scenarios(rushed), lane_prices(rushed))
    plan = planned(rushed)
    hours = sum(r.headcount for r in plan.staffing if r.shift == "day+2h") * 2
    assert hours > 0
    assert plan.costs["overtime"] == hours * 3_000


def test_only_who_may_works_overtime() -> None:
    """The expensive crew may extend its shifts, the cheap one may not: no plan has the cheap one on
    the longer shift.
    """
    plan = planned(given(replace(OWN, extended=("day+2h",)), HELP, per_hour=33.0))
    assert {r.crew for r in plan.staffing if r.shift == "day+2h"} == {"own"}
    assert {r.crew for r in plan.staffing} == {"own", "help"}


def test_people_who_are_there_anyway_cost_no_overtime() -> None:
    """Where regular hours are enough, nobody works longer, and the plan costs what it costs without
    the choice.
    """
    calm = given(replace(OWN, extended=("day+2h",)), per_hour=5.0)
    plan, plain = planned(calm), planned(replace(calm, shifts=(DAY_SHIFT,), crews=(OWN,)))
    assert plan.costs == plain.costs
    assert {r.shift for r in plan.staffing} == {"day"}


def test_the_checker_finds_overtime_of_others() -> None:
    """A crew without overtime on the extended shift breaks a rule, in words; with it, it does
    not.
    """
    of = given(OWN)
    row = StaffRow(
        day=0,
        site="east",
        process="pack",
        crew="own",
        shift="day+2h",
        since_day=LONG_AGO,
        headcount=1,
    )
    plan = Plan(
        method="test",
        status=PlanStatus.AS_STATED,
        staffing=(row,),
        routing=(
            ShareRow(
                region="north", site="east", contract="", from_s=0, to_s=of.horizon.end_s, share=1.0
            ),
        ),
    )
    (found,) = violations(of, plan)
    assert (
        found.words == "east, pack, own, day+2h shift 10 Nov: this crew does not work this overtime"
    )
    may = given(replace(OWN, extended=("day+2h",)))
    assert violations(may, plan) == ()
    assert committed_costs(may, plan)["overtime"] == 2 * 3_000


def test_rest_counts_from_the_later_end() -> None:
    """A day from 08:00 that lasts until 18:00 leaves 14 hours until the next: with 15 hours of rest
    asked, nobody of three works both.
    """
    tired = given(replace(OWN, extended=("day+2h",), min_rest_hours=15.0))
    rows = [
        StaffRow(
            day=d, site="east", process="pack", crew="own", shift=s, since_day=LONG_AGO, headcount=2
        )
        for d, s in ((0, "day+2h"), (1, "day"))
    ]
    plan = Plan(
        method="test",
        status=PlanStatus.AS_STATED,
        staffing=tuple(rows),
        routing=(
            ShareRow(
                region="north",
                site="east",
                contract="",
                from_s=0,
                to_s=tired.horizon.end_s,
                share=1.0,
            ),
        ),
    )
    assert [v.rule for v in violations(tired, plan)] == ["limit_rest"]
    rested = replace(plan, staffing=(replace(rows[0], shift="day"), rows[1]))
    assert violations(tired, rested) == ()


def test_rules_of_thumb_know_regular_shifts_only() -> None:
    """A spreadsheet spreads people over the shifts there are; overtime is none of them, and costs
    it nothing.
    """
    may = given(replace(OWN, extended=("day+2h",)))
    plain = replace(may, shifts=(DAY_SHIFT,), crews=(OWN,))
    ours, without = plan_average(may, lane_prices(may)), plan_average(plain, lane_prices(plain))
    assert (ours.staffing, ours.costs) == (without.staffing, without.costs)


def test_a_crew_cannot_extend_a_shift_that_is_not_there() -> None:
    """A problem checks the names of extended shifts."""
    with pytest.raises(ValueError, match=r"crew own: no extended shifts night\+2h"):
        given(replace(OWN, extended=("night+2h",)))


def test_overtime_may_go_past_the_closing_of_another_site() -> None:
    """The extended shift of one site makes no new bucket at a site whose people may not work it."""
    both = given(
        replace(OWN, extended=("day+2h",)),
        replace(HELP, site="coast"),
        sites=(site(), site("coast")),
    )
    plan = planned(both)
    assert not [r for r in plan.staffing if r.site == "coast" and r.shift == "day+2h"]


@pytest.mark.parametrize("seed", range(30))
def test_conflicts_of_rest_are_those_of_all_sets_of_shifts(seed: int) -> None:
    """A shift standing for every set of shifts finds the same widest pairs as looking at every
    set.
    """
    rng = np.random.default_rng(seed)
    starts, lengths = rng.integers(0, 24, 6), rng.integers(4, 13, 6)
    hours = zip(starts.tolist(), lengths.tolist(), strict=True)
    shifts = tuple(Shift(str(k), a * HOUR_S, (a + n) * HOUR_S) for k, (a, n) in enumerate(hours))
    clash = [[DAY_S + b.start_s - a.end_s < 11 * HOUR_S for b in shifts] for a in shifts]
    found = set()
    for size in range(1, 7):
        for today in combinations(range(6), size):
            tomorrow = tuple(b for b in range(6) if all(clash[a][b] for a in today))
            if tomorrow:
                found.add(
                    (tuple(a for a in range(6) if all(clash[a][b] for b in tomorrow)), tomorrow)
                )
    assert list(rest_conflicts(shifts, 11.0)) == sorted(found)
