"""Whether one forecast is better than another: paired over the origins, which are not independent.

Errors of neighbouring origins are correlated: the days they forecast may overlap, and what both
know of the past nearly does. The variance of a mean over origins therefore includes the
covariances up to a lag (Newey-West, Bartlett weights), with the small-sample factor and Student's
distribution of the modified Diebold-Mariano test.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats

LEVEL = 0.95
LEAST_ORIGINS = 8  # with fewer no interval is stated


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95 % interval; both ends are NaN where there are too few origins."""

    value: float
    low: float
    high: float


def ratio_interval(numerator: Floats, denominator: Floats, overlap: int) -> Interval:
    """Sum of numerators over sum of denominators, with its interval.

    Parameters
    ----------
    numerator, denominator : Floats
        [origin] such as the difference of two models' absolute errors, and the orders that came.
    overlap : int
        How many later origins forecast days that an origin forecasts too.

    Returns
    -------
    Interval
        NaN where the denominators sum to nothing.

    Notes
    -----
    Linearised: z = (numerator - ratio x denominator) / mean denominator. Lags up to the larger of
    `overlap` and the cube root of the number n of origins.

    References
    ----------
    Harvey, Leybourne and Newbold, Testing the equality of prediction mean squared errors,
    International Journal of Forecasting 1997. Newey and West, Econometrica 1987.
    """
    from scipy.stats import t

    n, total = len(numerator), float(denominator.sum())
    if total <= 0:
        return Interval(math.nan, math.nan, math.nan)
    ratio = float(numerator.sum()) / total
    lags = max(overlap, math.ceil(n ** (1 / 3)))
    if n < LEAST_ORIGINS or lags >= n // 2:
        return Interval(ratio, math.nan, math.nan)
    z = (numerator - ratio * denominator) / (total / n)
    covariance = [float(z[k:] @ z[: n - k]) / n for k in range(lags + 1)]
    weights = [1.0, *(2.0 * (1.0 - k / (lags + 1)) for k in range(1, lags + 1))]
    variance = float(np.dot(weights, covariance)) / n
    h = lags + 1
    smaller = (n + 1 - 2 * h + h * (h - 1) / n) / n
    half = float(t.ppf((1 + LEVEL) / 2, n - 1)) * math.sqrt(max(variance, 0.0) / smaller)
    return Interval(ratio, ratio - half, ratio + half)
