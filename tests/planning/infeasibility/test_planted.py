"""One cause is planted in each problem: it is named, no limit is blamed that could hold, and
lifting them helps.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from planner.domain.problem import Problem
from planner.errors import NoPlanError
from tests.planning.infeasibility.planted import (
    CAUSES,
    Key,
    planned,
    planted,
    planted_pair,
    possible,
    without,
)

FEW, MANY = 10, 100
NUMBERS = [*range(FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(FEW, MANY))]


def check_blame(problem: Problem, planted_keys: Iterable[Key]) -> None:
    """All planted keys are named; lifting what is named gives a plan, holding any of it back does
    not.
    """
    with pytest.raises(NoPlanError) as caught:
        planned(problem)
    found = caught.value.blame
    keys = {b.key for b in found}
    for cause in planted_keys:
        assert any(key[: len(cause)] == cause for key in keys), [b.words for b in found]
    assert planned(without(problem, keys)).staffing
    for key in keys:
        assert not possible(without(problem, keys - {key})), key


@pytest.mark.parametrize("number", NUMBERS)
def test_the_planted_cause_is_named_and_the_blame_is_irreducible(number: int) -> None:
    """The cause is among the limits named; without all of these there is a plan, and with any
    single one of them there is none.
    """
    case = planted(number)
    check_blame(case.problem, [case.key])


@pytest.mark.parametrize(
    "number", [*range(2), *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 20))]
)
def test_two_planted_causes_are_both_named(number: int) -> None:
    """Neither can make up for the other, so both must be named, and neither can be left out."""
    keys, problem = planted_pair(number)
    check_blame(problem, keys)


def test_every_cause_is_planted() -> None:
    """The few of the default run hold each cause."""
    assert len(CAUSES) <= FEW
