"""Rest of temporaries by the day they are booked from: people who are booked together share their
places among themselves.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S
from planner.planning.rostering.assign import assign_people
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.roster_rules import roster_violations
from tests.planning.builders import (
    DAY_SHIFT,
    EXACT,
    LATE_SHIFT,
    lane_prices,
    problem,
    scenarios,
)
from tests.planning.labour.builders import given, plan, row, temps
from tests.planning.labour.test_rest import busy_hours

EARLY = replace(DAY_SHIFT, name="early", start_s=6 * HOUR_S, end_s=14 * HOUR_S, breaks=())
LATE = replace(LATE_SHIFT, name="late", start_s=14 * HOUR_S, end_s=22 * HOUR_S, breaks=())


def test_a_beginner_rests_as_long_as_anybody() -> None:
    """Late on her first day and early on her second are 8 hours apart where 12 are asked: that
    somebody else of the crew could change with her is no rest for her.
    """
    of = given(2, shifts=(EARLY, LATE), crews=(temps(min_rest_hours=12.0, ramp=(0.5, 1.0)),))
    of = replace(of, planned_on=None)
    wrong = plan(
        of,
        row(0, 1, "late", since_day=0, crew="agency"),
        row(1, 1, "early", since_day=0, crew="agency"),
        row(0, 1, "early", since_day=-3, crew="agency"),
        row(1, 1, "late", since_day=-3, crew="agency"),
    )
    assert [v.rule for v in violations(of, wrong)] == ["limit_rest"]
    assert assign_people(of, wrong).open
    right = replace(
        wrong,
        staffing=tuple(replace(r, shift="early" if r.day == 0 else "late") for r in wrong.staffing),
    )
    assert violations(of, right) == ()
    assert assign_people(of, right).open == ()


@pytest.mark.parametrize("number", range(6))
def test_plans_with_temporaries_have_a_roster(number: int) -> None:
    """Joint plans of temporaries on two shifts too close for one person: numbered people fill all
    places, and every one of them rests.
    """
    rng = np.random.default_rng([17, number])
    made = problem(
        days=4,
        demand=busy_hours(*rng.choice(80, 6).tolist()),
        shifts=(EARLY, LATE),
        crews=(temps(limit=8, min_rest_hours=12.0, ramp=(0.6, 1.0), min_days=1 + number % 2),),
    )
    made = replace(made, platform=replace(made.platform, deadline_hours=10.0))
    found = plan_joint(made, scenarios(made), lane_prices(made), options=EXACT)
    assert violations(made, found) == ()
    assert found.staffing
    roster = assign_people(made, found)
    assert roster.open == ()
    assert roster_violations(made, found, roster) == ()
    for person in {r.person for r in roster.rows}:
        work = sorted((r.day, r.shift) for r in roster.rows if r.person == person)
        for (day, shift), (after, then) in pairwise(work):
            assert after == day + 1
            assert (shift, then) != ("late", "early")
