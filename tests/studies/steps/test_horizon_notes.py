"""A deadline beyond the days in which orders are followed is a warning, with the days it takes;
force majeure that exempts no order is one as well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.domain.platform import ForceMajeure, PlatformRule
from planner.domain.problem import Problem, Service, Target
from planner.studies.steps.horizon_notes import force_majeure_warnings, tail_warnings
from tests.planning.builders import problem


def promotion(tail: int, **platform: Any) -> Problem:
    """Three days from Tuesday 10 November 2026 and a tail."""
    made = problem(days=3 + tail)
    rule = replace(PlatformRule(name="own", counts="label"), **platform)
    return replace(made, horizon=replace(made.horizon, tail_days=tail), platform=rule)


@pytest.mark.parametrize(("hours", "tail"), [(48.0, 2), (24.0, 2), (96.0, 4), (96.0, 0)])
def test_a_tail_as_long_as_the_deadline_is_enough(hours: float, tail: int) -> None:
    """Up to its last second; without a tail nothing is followed."""
    assert tail_warnings(promotion(tail, deadline_hours=hours)) == []


def test_the_days_that_would_do_are_named() -> None:
    """Four days for 96 hours; a target of one's own, and one region's promise, count as well."""
    (warning,) = tail_warnings(promotion(2, deadline_hours=96.0))
    assert warning.startswith("horizon.tail_days: the last orders are due on 2026-11-16 at 23:59")
    assert "followed for 2 days after the promotion only" in warning
    assert "tail_days: 4 follows them" in warning
    one_region = promotion(2, deadline_hours=24.0, promise_hours={"north": 49.0})
    assert "tail_days: 3 follows" in tail_warnings(one_region)[0]
    asked = replace(
        promotion(2, deadline_hours=24.0),
        service=Service(0.9, 0.95, also=(Target(within_hours=72.0, share=0.99),)),
    )
    assert "tail_days: 3 follows" in tail_warnings(asked)[0]


def test_working_days_go_by_the_calendar() -> None:
    """Two working days after Thursday are Monday, where the weekend is none."""
    weekend = frozenset({date(2026, 11, 14), date(2026, 11, 15)})
    rule = {"deadline_working_days": 2, "non_working": weekend}
    assert "tail_days: 4 follows" in tail_warnings(promotion(2, **rule))[0]
    assert tail_warnings(promotion(4, **rule)) == []


@pytest.mark.parametrize(
    ("first", "last", "warned"),
    [
        (date(2025, 11, 11), date(2025, 11, 12), True),
        (date(2026, 11, 15), date(2026, 11, 16), True),
        (date(2026, 11, 9), date(2026, 11, 10), False),
        (date(2026, 11, 14), date(2026, 11, 30), False),  # the last orders are due on the 14th
    ],
)
def test_force_majeure_that_exempts_no_order_is_told(first: date, last: date, warned: bool) -> None:
    """Orders are placed from 10 to 12 November and due within 48 hours."""
    days = (ForceMajeure(first, last),)
    found = force_majeure_warnings(promotion(2, deadline_hours=48.0, force_majeure=days))
    expected = f"force_majeure: {first} to {last} exempts no order: those of the promotion are "
    assert found == [f"{expected}placed and due from 2026-11-10 to 2026-11-14"] * warned
