"""Which contracts to sign, as capacitated warehouse location: our plan costs what the textbook
program costs.
"""

from __future__ import annotations

import pytest

from benchmarks.planning.locations import measure


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(60) if n != 1)]
)
def test_the_plan_is_the_optimum_of_the_textbook(seed: int) -> None:
    """Sixteen warehouses, fifty customers: proved optimal, and the bound is none above the
    optimum.
    """
    found = measure(seed)
    assert found["status"] == "optimal"
    assert found["cost"] == pytest.approx(found["optimum"], rel=1e-6)
    assert found["bound"] <= found["optimum"] + 1
