"""Statistics shared by every layer: points of the normal distribution, intervals, spreads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Z95 = 1.6448536269514722  # 95 % point of the standard normal
Z90 = 1.2815515655446004  # 90 % point of the standard normal
CONFIDENCE = 0.95  # of every interval in the tables


def t_quantile(freedom: int) -> float:
    """Quantile of Student's distribution for two-sided intervals of `CONFIDENCE`."""
    from scipy.special import stdtrit

    return float(stdtrit(max(freedom, 1), (1 + CONFIDENCE) / 2))


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


def welch_interval(
    a: NDArray[np.float64] | Sequence[float], b: NDArray[np.float64] | Sequence[float]
) -> tuple[float, float, float]:
    """Difference of two means, b less a, with its two-sided 95 % interval for independent samples.

    NaN stands for what is not known: the limits where a sample has fewer than two values.

    Returns
    -------
    tuple[float, float, float]
        Difference, lower and upper limit.

    References
    ----------
    Welch (1947), The generalization of Student's problem when several different population
    variances are involved, Biometrika 34.
    """
    from scipy.special import stdtrit

    samples = [np.asarray(values, dtype=float) for values in (a, b)]
    if any(len(sample) == 0 for sample in samples):
        return (math.nan, math.nan, math.nan)
    difference = float(samples[1].mean() - samples[0].mean())
    if any(len(sample) == 1 for sample in samples):
        return (difference, math.nan, math.nan)
    parts = [float(sample.var(ddof=1)) / len(sample) for sample in samples]
    variance = sum(parts)
    if variance == 0:
        return (difference, difference, difference)
    freedom = variance**2 / sum(
        part**2 / (len(sample) - 1) for part, sample in zip(parts, samples, strict=True)
    )
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    return (difference, difference - half, difference + half)


def lognormal_sigma(median: float, p95: float) -> float:
    """Standard deviation of the log of a lognormal quantity from its median and 95 % point.

    0 (no spread) where the median is 0 or the 95 % point lies below it.
    """
    if median <= 0:
        return 0.0
    return math.log(max(p95, median) / median) / Z95


def proportion_interval(count: int, of: int) -> tuple[float, float]:
    """Two-sided 95 % Clopper-Pearson interval of a probability.

    Parameters
    ----------
    count, of : int
        Successes, and trials; at least one.

    Returns
    -------
    tuple[float, float]
        Lower and upper limit.

    References
    ----------
    Clopper, Pearson (1934), doi 10.1093/biomet/26.4.404.
    """
    from scipy.special import betaincinv

    beyond = (1 - CONFIDENCE) / 2
    low = float(betaincinv(count, of - count + 1, beyond)) if count else 0.0
    high = float(betaincinv(count + 1, of - count, 1 - beyond)) if count < of else 1.0
    return low, high
