"""The certificate claims no more than the replications show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from planner.studies.certify import lower_bound


def test_59_of_59_is_the_least_that_claims_95_percent() -> None:
    """0.05 ** (1 / 59) is just above 0.95, and 0.05 ** (1 / 58) is below it."""
    assert lower_bound(59, 59) == pytest.approx(0.05 ** (1 / 59))
    assert lower_bound(59, 59) >= 0.95
    assert lower_bound(58, 58) < 0.95


def test_nothing_met_claims_nothing() -> None:
    """Without a single good replication the bound is zero."""
    assert lower_bound(0, 100) == 0.0


@pytest.mark.parametrize(("met", "n"), [(1, 10), (95, 100), (99, 100), (196, 200)])
def test_bound_is_where_the_binomial_tail_is_five_percent(met: int, n: int) -> None:
    """At p = bound, seeing `met` or more has probability exactly 5 % (definition by Clopper and Pearson)."""
    assert binom.sf(met - 1, n, lower_bound(met, n)) == pytest.approx(0.05, rel=1e-6)


def test_more_met_never_claims_less() -> None:
    """The bound rises with the number met."""
    bounds = [lower_bound(met, 100) for met in range(101)]
    assert bounds == sorted(bounds)


@pytest.mark.parametrize("probability", [0.90, 0.94, 0.9499])
def test_wrong_certificates_are_rare(probability: float) -> None:
    """A plan that holds with less than 95 % is certified in at most 5 % of 1,000 cases (plus sampling noise)."""
    met = np.random.default_rng(7).binomial(100, probability, 1000)
    wrong = np.mean([lower_bound(int(m), 100) >= 0.95 for m in met])
    assert wrong <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 1000)
