"""Intervals of quantiles hold the true one as often as they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from planner.studies.backtest.replay_scans import quantile_interval

TIMES = 1_000


@pytest.mark.parametrize("n", [40, 500])
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_an_interval_holds_the_quantile_95_times_in_100(n: int, share: float) -> None:
    """At least, within three standard errors: order statistics are discrete."""
    rng, true, held = np.random.default_rng(3), norm.ppf(share), 0
    for _ in range(TIMES):
        low, high = quantile_interval(np.sort(rng.standard_normal(n)), share)
        held += low <= true and (high is None or true <= high)
    assert held / TIMES >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / TIMES)


def test_the_upper_limit_of_few_values_is_not_known() -> None:
    """The largest of twenty values lies below the 95 % point too often."""
    assert quantile_interval(np.arange(20.0), 0.95)[1] is None
