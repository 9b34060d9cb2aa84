"""How good a forecast was: where what came lies among the sampled paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.forecasting.closed_times import Mask
from planner.forecasting.fan import per_day

BANDS = (0.5, 0.8, 0.9)


def score(sampled: Ints, actual: Ints) -> pd.DataFrame:
    """Score sampled[path, hour] against actual[hour], whole days.

    Columns what, actual, p05, p50, p95, quantile. In the rows `hours_inside_80` and its like,
    `actual` is the share of hours inside the central 80 % band (80 % for a perfect forecast, a
    little more where counts are small). In the others, `quantile` is the share of paths below what
    came, ties counted half.
    """
    daily, came_daily = per_day(sampled), per_day(actual[None])[0]
    rows: list[tuple[str, float, Floats | None]] = []
    for unit, paths, came in (("days", daily, came_daily), ("hours", sampled, actual)):
        for band in BANDS:
            share = float(inside(paths, came, band).mean())
            rows.append((f"{unit}_inside_{round(100 * band)}", share, None))
    rows += [
        ("total_orders", float(actual.sum()), sampled.sum(axis=1).astype(float)),
        ("peak_day_orders", float(came_daily.max()), daily.max(axis=1).astype(float)),
        ("peak_hour_orders", float(actual.max()), sampled.max(axis=1).astype(float)),
        ("peak_hour_number", float(actual.argmax()), sampled.argmax(axis=1).astype(float)),
    ]
    return pd.DataFrame(
        [_row(*row) for row in rows], columns=["what", "actual", "p05", "p50", "p95", "quantile"]
    )


def inside(sampled: Ints, actual: Ints, band: float) -> Mask:
    """Whether what came lies inside the central band of the sampled paths, its ends included.

    Parameters
    ----------
    sampled : Ints
        Orders [path, time].
    actual : Ints
        Orders [time].
    band : float
        Probability of the band, in (0, 1).

    Returns
    -------
    Mask
        [time].
    """
    low, high = np.quantile(sampled, [(1 - band) / 2, (1 + band) / 2], axis=0)
    return np.asarray((actual >= low) & (actual <= high))


def covered(sampled: Ints, actual: Ints, band: float) -> Floats:
    """How far what came lies inside the central band, from 0 to 1 [time].

    A count has a share of the paths, and counts with it where only a part of that share lies inside
    the band. So a true forecast has the band's probability as its mean, however small the counts
    (the expected coverage under the randomised probability integral transform).

    Parameters
    ----------
    sampled : Ints
        Orders [path, time].
    actual : Ints
        Orders [time].
    band : float
        Probability of the band, in (0, 1).

    Returns
    -------
    Floats
        [time].

    References
    ----------
    Czado, Gneiting and Held, Predictive model assessment for count data, Biometrics 2009.
    """
    low, high = (1 - band) / 2, (1 + band) / 2
    below, upto = (sampled < actual).mean(axis=0), (sampled <= actual).mean(axis=0)
    share = upto - below
    within = np.clip(np.minimum(upto, high) - np.maximum(below, low), 0.0, None)
    no_path = ((below > low) & (below < high)).astype(float)
    inside_part = within / np.where(share > 0, share, 1.0)
    return np.asarray(np.where(share > 0, inside_part, no_path))


@dataclass(frozen=True, slots=True)
class Bands:
    """How wide the bands were, and how good.

    Attributes
    ----------
    width_80 : float
        Sum over time of the width of the central 80 % band.
    score : float
        Sum over time of the weighted interval score of the median and all `BANDS`: small where
        bands are narrow and hold what came; of a median alone it is the absolute error.
    """

    width_80: float
    score: float


def score_bands(sampled: Ints, actual: Ints) -> Bands:
    """Score the median and the central bands of sampled[path, time].

    Parameters
    ----------
    sampled : Ints
        Orders [path, time].
    actual : Ints
        Orders [time].

    Returns
    -------
    Bands
        Sums over time.

    References
    ----------
    Bracher, Ray, Gneiting and Reich, Evaluating epidemic forecasts in an interval format,
    PLOS Computational Biology 2021.
    """
    total = 0.5 * np.abs(np.median(sampled, axis=0) - actual)
    widths = {}
    for band in BANDS:
        low, high = np.quantile(sampled, [(1 - band) / 2, (1 + band) / 2], axis=0)
        outside = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
        total = total + 0.5 * (1 - band) * (high - low) + outside
        widths[band] = float((high - low).sum())
    return Bands(widths[0.8], float(total.sum()) / (len(BANDS) + 0.5))


def accuracy(sampled: Ints, actual: Ints) -> dict[str, float]:
    """Score sampled[path, day] against actual[day].

    Keys days, coverage_50, coverage_80, coverage_90, wape, bias. `wape`: sum of |median - actual|
    over the sum of actual; `bias`: (sum of means - sum of actual) over the same sum. Both are NaN
    when nothing came.
    """
    total = float(actual.sum()) or float("nan")
    missed = np.abs(np.median(sampled, axis=0) - actual).sum()
    return {
        "days": len(actual),
        **{
            f"coverage_{round(100 * band)}": float(covered(sampled, actual, band).mean())
            for band in BANDS
        },
        "wape": float(missed) / total,
        "bias": float(sampled.mean(axis=0).sum() - actual.sum()) / total,
    }


def _row(what: str, actual: float, paths: Floats | None) -> list[object]:
    """One row of the score; without paths, a share alone."""
    if paths is None:
        return [what, round(actual, 4), "", "", "", ""]
    below = (paths < actual).mean() + 0.5 * (paths == actual).mean()
    points = [round(float(q), 1) for q in np.quantile(paths, [0.05, 0.5, 0.95])]
    return [what, round(actual, 1), *points, round(float(below), 4)]
