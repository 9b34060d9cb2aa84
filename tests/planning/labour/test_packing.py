"""Whole shifts in the hours of a week: what adds up to enough hours need not fit."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest

from planner.domain.horizon import HOUR_S
from planner.planning.labour.working_hours import packings
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.plan_rules import roster_breaks, violations
from tests.planning.builders import DAY_SHIFT, crew
from tests.planning.labour.builders import given, plan, row

SHORT = replace(DAY_SHIFT, name="short", end_s=DAY_SHIFT.start_s + 8 * HOUR_S, breaks=())
LONG = replace(DAY_SHIFT, name="long", end_s=DAY_SHIFT.start_s + 10 * HOUR_S, breaks=())


def test_two_people_with_16_hours_cannot_work_8_10_and_10() -> None:
    """28 of 32 hours, but 8 + 10 is more than 16: nobody can work two of the three shifts."""
    of = given(3, shifts=(SHORT, LONG), crews=(crew(limit=2, max_hours_per_week=16.0),))
    made = plan(of, row(0, 1, "short"), row(1, 1, "long"), row(2, 1, "long"))
    (found,) = violations(of, made)
    assert found.rule == "limit_worked_hours"
    assert "3 shifts of 8 and 10 hours" in found.words
    assert sum(r.empty for r in assign_people(of, made).open) == 1
    two = plan(of, row(0, 1, "short"), row(1, 1, "short"), row(2, 1, "long"))
    assert violations(of, two) == ()
    assert assign_people(of, two).open == ()


@pytest.mark.parametrize("limit", [16.0, 20.0, 30.0])
def test_weights_allow_whatever_fits(limit: float) -> None:
    """No set of shifts within the hours of a week weighs more than a person can have."""
    lengths = [4, 5, 6, 8, 10, 12]
    of = crew(max_hours_per_week=limit)
    for weights, most in packings(of, [n * HOUR_S for n in lengths]):
        for chosen in product(range(5), repeat=3):
            for some in combinations(lengths, 3):
                hours = sum(n * length for n, length in zip(chosen, some, strict=True))
                weight = sum(
                    n * weights[length * HOUR_S] for n, length in zip(chosen, some, strict=True)
                )
                assert hours > limit or weight <= most


def test_a_shift_that_the_crew_does_not_work_is_named() -> None:
    """A stated roster with overtime that its crew may not work is told so, whatever its hours."""
    longer = replace(LONG, name="longer", end_s=LONG.end_s + HOUR_S, extends="long")
    of = given(3, shifts=(SHORT, LONG, longer), crews=(crew(max_hours_per_week=16.0),))
    found = roster_breaks(of, plan(of, row(0, 1, "longer")).staffing)
    assert [broken.rule for broken in found] == ["link_crew"]
