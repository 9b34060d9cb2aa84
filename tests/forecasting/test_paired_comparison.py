"""Differences paired over origins: by hand, and how often their interval holds the truth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import t

from planner.domain.arrays import Floats
from planner.forecasting.paired_comparison import ratio_interval


def test_independent_origins_by_hand() -> None:
    """A ratio of sums, and an interval that is wider than that of independent origins alone by the
    factor of the modified Diebold-Mariano test.
    """
    numerator = np.array([1.0, -1.0] * 10)
    found = ratio_interval(numerator, np.full(20, 2.0), 0)
    lags = 3  # cube root of 20, rounded up
    z = numerator / 2.0
    variance = sum(
        (1.0 if k == 0 else 2 * (1 - k / (lags + 1))) * float(z[k:] @ z[: 20 - k]) / 20
        for k in range(lags + 1)
    )
    h = lags + 1
    small = (20 + 1 - 2 * h + h * (h - 1) / 20) / 20
    half = t.ppf(0.975, 19) * math.sqrt(max(variance, 0) / 20 / small)
    assert found.value == 0.0
    assert found.high == pytest.approx(half)
    assert found.low == pytest.approx(-half)


@pytest.mark.parametrize("overlap", [0, 3])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(overlap: int) -> None:
    """2,000 series of 60 origins of equal skill, whose errors are moving averages of as many as
    overlap: 95 % intervals hold zero in 90 % to 97 %; without the covariances of overlapping
    origins they would in far fewer.
    """
    rng = np.random.default_rng(5)
    orders, n, held, naive = np.full(60, 100.0), 60, 0, 0
    for _ in range(2000):
        noise = rng.normal(size=n + overlap)
        errors: Floats = np.convolve(noise, np.ones(overlap + 1), mode="valid")
        found = ratio_interval(errors, orders, overlap)
        held += found.low <= 0 <= found.high
        z = errors / 100.0
        naive += abs(z.mean()) <= t.ppf(0.975, n - 1) * z.std(ddof=1) / math.sqrt(n)
    assert 0.90 <= held / 2000 <= 0.97
    if overlap:
        assert naive / 2000 < 0.75


def test_few_origins_have_no_interval() -> None:
    """The difference is stated, its ends are not; without orders nothing is."""
    few = ratio_interval(np.ones(7), np.full(7, 10.0), 0)
    assert few.value == pytest.approx(0.1)
    assert math.isnan(few.low)
    assert math.isnan(few.high)
    assert math.isnan(ratio_interval(np.ones(12), np.full(12, 10.0), 6).low)
    assert math.isnan(ratio_interval(np.ones(9), np.zeros(9), 0).value)
