"""Intervals and spreads against figures computed by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from planner.domain.statistics import Z95, lognormal_sigma, t_interval


def test_the_interval_is_students() -> None:
    """Mean 2, sd 1, n 3: half-width 4.303 / sqrt(3)."""
    half = 4.302653 / 3**0.5
    assert t_interval([1.0, 2.0, 3.0]) == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_unknown_values_do_not_count() -> None:
    """Two of three values are known, so there is one degree of freedom: t = 12.706."""
    half = 12.706205 * 2**0.5 / 2**0.5
    assert t_interval([1.0, math.nan, 3.0]) == pytest.approx((2.0, 2.0 - half, 2.0 + half))


def test_one_value_has_a_mean_and_no_interval() -> None:
    """NaN stands for limits of one value, and for all three figures of none."""
    mean, *limits = t_interval([5.0])
    assert mean == 5.0
    assert np.isnan(limits).all()
    assert np.isnan(t_interval([math.nan])).all()


def test_a_lognormal_quantity_has_its_95_percent_point_at_z95() -> None:
    """median * exp(Z95 * sigma) is the 95 % point; no spread without a median or below it."""
    assert 3.0 * math.exp(Z95 * lognormal_sigma(3.0, 7.0)) == pytest.approx(7.0)
    assert lognormal_sigma(0.0, 7.0) == 0.0
    assert lognormal_sigma(3.0, 2.0) == 0.0
