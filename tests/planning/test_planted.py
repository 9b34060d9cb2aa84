"""One cause is planted in each problem: it is named, no limit is blamed that could hold, and lifting them helps."""

from __future__ import annotations

import pytest

from planner.errors import Blame, NoPlanError
from planner.planning.model import plan_joint
from tests.planning.cases import lane_prices, scenarios
from tests.planning.planted import CAUSES, Planted, plan, planted, without

FEW, MANY = 20, 100
NUMBERS = [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, MANY))]


def blamed(case: Planted) -> list[Blame]:
    with pytest.raises(NoPlanError) as caught:
        plan_joint(case.problem, scenarios(case.problem, (0.9, 1.0)), lane_prices(case.problem), effort=5)
    return [b for b in caught.value.blame if b.rule != "whole_people"]


@pytest.mark.parametrize("number", NUMBERS)
def test_the_planted_cause_is_named_and_the_blame_is_irreducible(number: int) -> None:
    """The cause is among the limits named; without all of these there is a plan, and with any single one of them
    there is none."""
    case = planted(number)
    found = blamed(case)
    keys = {b.key for b in found}
    assert any(key[: len(case.key)] == case.key for key in keys), [b.words for b in found]
    assert plan(without(case.problem, keys)) is not None
    for key in keys:
        assert plan(without(case.problem, keys - {key})) is None, key


def test_every_cause_is_planted() -> None:
    """The few of the default run hold each cause twice."""
    assert 2 * len(CAUSES) <= FEW
