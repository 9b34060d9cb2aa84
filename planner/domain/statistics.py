"""Statistics shared by every layer: points of the normal distribution, intervals, spreads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Z95 = 1.6448536269514722  # 95 % point of the standard normal
Z90 = 1.2815515655446004  # 90 % point of the standard normal
CONFIDENCE = 0.95  # of every interval in the tables


def t_interval(values: NDArray[np.float64] | Sequence[float]) -> tuple[float, float, float]:
    """Mean and two-sided 95 % t interval over independent replications.

    Values that are not finite are left out. NaN stands for what is not known: the mean of no
    values, the limits of fewer than two.

    Returns
    -------
    tuple[float, float, float]
        Mean, lower and upper limit.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6.
    """
    from scipy.special import stdtrit

    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) == 0:
        return (math.nan, math.nan, math.nan)
    mean = float(known.mean())
    if len(known) == 1:
        return (mean, math.nan, math.nan)
    quantile = stdtrit(len(known) - 1, (1 + CONFIDENCE) / 2)
    half = float(quantile * known.std(ddof=1) / np.sqrt(len(known)))
    return (mean, mean - half, mean + half)


def lognormal_sigma(median: float, p95: float) -> float:
    """Standard deviation of the log of a lognormal quantity from its median and 95 % point.

    0 (no spread) where the median is 0 or the 95 % point lies below it.
    """
    if median <= 0:
        return 0.0
    return math.log(max(p95, median) / median) / Z95
