"""Where no plan exists, something is always named: rest between shifts, and integer headcounts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.problem import Problem, Service
from planner.errors import Blame, NoPlanError
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import (
    DAY_SHIFT,
    EXACT,
    LATE_SHIFT,
    crew,
    lane_prices,
    problem,
    scenarios,
)

STRICT = Service(1.0, 0.95)


def refused(given: Problem) -> list[Blame]:
    with pytest.raises(NoPlanError) as caught:
        plan_joint(given, scenarios(given), lane_prices(given), options=EXACT)
    return caught.value.blame


def late_then_early(**changes: Any) -> Problem:
    """420 orders at four in the afternoon, 400 more the next morning at seven, each due within
    eight hours.
    """
    hours = np.zeros(48)
    hours[15], hours[31] = 420.0, 400.0
    base = problem(shifts=(DAY_SHIFT, LATE_SHIFT), service=STRICT)
    return replace(
        base,
        demand=Demand(
            events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(hours)
        ),
        platform=replace(base.platform, deadline_hours=8.0),
        **changes,
    )


@pytest.mark.parametrize(
    ("temporary", "words"),
    [
        (
            False,
            (
                "own people at east for late on 10 Nov and day on 11 Nov, 11 hours of rest "
                "between: 5 "
                "people allowed, 7"
            ),
        ),
        (True, "own people at east on 10 Nov: 5 people allowed, 7 needed"),
    ],
)
def test_too_little_rest_is_named(temporary: bool, words: str) -> None:
    """Four people could do each shift, but not the late one and then the early one.

    (Of agency people more could be booked, so it is their number that is named.)
    """
    own = crew(limit=5, temporary=temporary, min_days=2)
    rested = replace(own, min_rest_hours=8.0)
    given = late_then_early(crews=(own,))
    plan = plan_joint(
        late_then_early(crews=(rested,)), scenarios(given), lane_prices(given), options=EXACT
    )
    assert max(sum(r.headcount for r in plan.staffing if r.day == day) for day in (0, 1)) <= 5
    (found,) = refused(given)
    assert found.rule == "crew"
    assert found.words.startswith(words)


def test_more_people_than_there_are_is_still_one_limit() -> None:
    """Too few for each of the shifts and for the rest between them: the crew is named once."""
    found = refused(late_then_early(crews=(crew(limit=2),)))
    assert [b.rule for b in found] == ["crew"]


def test_integer_headcounts_that_do_not_fit_are_explained() -> None:
    """One and a half people would do on each of two days, three days of work are allowed: four are
    needed.
    """
    hours = np.zeros(48)
    hours[6] = hours[30] = 180.0  # at 20 an hour, seven hours a shift, 6 % lost: 1.4 people
    base = problem(service=STRICT)
    given = replace(
        base,
        demand=Demand(
            events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(hours)
        ),
        platform=replace(base.platform, deadline_hours=12.0),
        crews=(crew(limit=3, max_days_per_week=1),),
    )
    found = refused(given)
    assert [b.rule for b in found] == ["days", "whole_people"]
    assert (
        found[0].words
        == "days worked by own people at east in the week from 10 Nov: 3 days allowed, 4 needed"
    )
    assert "infeasible with integer headcounts" in found[1].words
