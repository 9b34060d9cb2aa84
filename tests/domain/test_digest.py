"""Equal data has an equal digest; any change shows."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

import numpy as np
import pytest

from planner.domain.digest import digest
from tests.simulation.builders import generated


@dataclass(frozen=True)
class Point:
    x: float
    name: str = "p"


def test_a_copy_has_the_same_digest() -> None:
    """A problem and a plan read back from bytes, whose parts are other objects, have the digest
    they had.
    """
    pair = generated(11)
    assert digest(pair) == digest(pickle.loads(pickle.dumps(pair)))  # noqa: S301


def test_any_change_of_a_problem_shows() -> None:
    """Another seed, another share on time, one person less: another digest each."""
    problem, plan = generated(11)
    others = [
        (replace(problem, seed=problem.seed + 1), plan),
        (replace(problem, service=replace(problem.service, on_time_share=0.5)), plan),
        (problem, replace(plan, staffing=plan.staffing[1:])),
    ]
    assert len({digest((problem, plan)), *(digest(other) for other in others)}) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ("1", 1),
        (0.1 + 0.2, 0.3),
        (("ab", "c"), ("a", "bc")),
        ((1, (2, 3)), (1, 2, 3)),
        ([], ()),
        ({"a": 1}, {"b": 1}),
        (np.array([1, 2], dtype=np.int64), np.array([1, 2], dtype=np.int32)),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        (Point(1.0), Point(2.0)),
        (Point(1.0, "None"), (1.0, "None")),
        (None, "None"),
        (np.float64(1), 1.0),
    ],
)
def test_different_values_differ(one: object, other: object) -> None:
    """Type, order, shape and nesting all count."""
    assert digest(one) != digest(other)


def test_the_memory_order_of_an_array_does_not_matter() -> None:
    """The same numbers in columns or rows, in a slice or a copy, are the same array."""
    values = np.arange(12.0).reshape(3, 4)
    assert (
        digest(values)
        == digest(np.asfortranarray(values))
        == digest(np.arange(24.0).reshape(3, 8)[:, :4] * 0 + values)
    )


def test_the_order_of_a_set_does_not_matter() -> None:
    """A set has no order, whatever the hashes of its parts."""
    assert digest(frozenset("abcdef")) == digest(frozenset("fedcba"))


def test_what_has_no_content_of_its_own_is_refused() -> None:
    """An object that is only itself has no digest that could be met again."""
    with pytest.raises(TypeError, match="no digest of object"):
        digest(object())
