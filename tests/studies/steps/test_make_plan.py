"""Which method makes a plan."""

from __future__ import annotations

from planner.domain.choices import RULES_OF_THUMB
from planner.studies.steps import make_plan


def test_every_rule_of_thumb_makes_a_plan() -> None:
    """The rules that a user can choose are those that there is a function for, in this order."""
    assert tuple(make_plan._PLAN_BY_RULE) == RULES_OF_THUMB
