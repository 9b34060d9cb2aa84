"""When a change is beyond doubt."""

from __future__ import annotations

import numpy as np
import pytest

from planner.studies.replan.search import mostly_positive


@pytest.mark.parametrize(
    ("differences", "holds"),
    [
        ([900, 3, 2, 5, 1, 0, 0], True),
        ([900, 3, 2, 5, 0, 0, 0], False),
        ([900, 3, 2, 5, 1, -1, -1], False),
        ([0, 0, 0], False),
        ([4], True),
        ([-4], False),
    ],
)
def test_a_promise_comes_closer_in_most_promotions(differences: list[float], holds: bool) -> None:
    """Five of five are enough, four are not, nor five of seven; one alone is known for certain."""
    assert mostly_positive(np.array(differences, dtype=float)) is holds
