"""Every stated input of demand is simulated as stated: exactly, or within four standard errors of
what it means.
"""

from __future__ import annotations

import pytest

from benchmarks.simulation.stated_inputs import INPUTS, Input, measure


@pytest.mark.parametrize("stated", INPUTS, ids=lambda stated: stated.name)
def test_what_is_stated_is_simulated(stated: Input) -> None:
    """The mean over replications is the stated value; without any deviation where the input is to
    be met exactly.
    """
    found = measure(stated, replications=60)
    assert found.right, (
        f"{stated.expected:g} stated, {found.mean:g} simulated, standard error {found.error:g}"
    )


@pytest.mark.slow
@pytest.mark.parametrize("stated", INPUTS, ids=lambda stated: stated.name)
def test_what_is_stated_is_simulated_to_the_percent(stated: Input) -> None:
    """The same with 3,000 replications of another seed, so that errors of a percent show."""
    found = measure(stated, replications=3000, seed=11)
    assert found.right, (
        f"{stated.expected:g} stated, {found.mean:g} simulated, standard error {found.error:g}"
    )
