"""How a forecast fared: where what came lies among the sampled paths."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.domain.demand import Floats, Ints
from planner.forecasting.fan import per_day

BANDS = (0.5, 0.8, 0.9)


def score(sampled: Ints, actual: Ints) -> pd.DataFrame:
    """Score sampled[path, hour] against actual[hour], whole days.

    Columns what, actual, p05, p50, p95, quantile. `hours_inside_80` and its like: `actual` is the share of hours inside
    the central 80 % band (80 % for a perfect forecast, a little more where counts are small). The others: `quantile` is
    the share of paths below what came, ties counted half.
    """
    rows: list[tuple[str, float, Floats | None]] = []
    for unit, paths, came in (("days", per_day(sampled), per_day(actual[None])[0]), ("hours", sampled, actual)):
        for band in BANDS:
            low, high = np.quantile(paths, [(1 - band) / 2, (1 + band) / 2], axis=0)
            inside = (came >= low) & (came <= high)
            rows.append((f"{unit}_inside_{round(100 * band)}", float(inside.mean()), None))
    daily, came_daily = per_day(sampled), per_day(actual[None])[0]
    rows += [
        ("total_orders", float(actual.sum()), sampled.sum(axis=1).astype(float)),
        ("peak_day_orders", float(came_daily.max()), daily.max(axis=1).astype(float)),
        ("peak_hour_orders", float(actual.max()), sampled.max(axis=1).astype(float)),
        ("peak_hour_number", float(actual.argmax()), sampled.argmax(axis=1).astype(float)),
    ]
    return pd.DataFrame([_row(*row) for row in rows], columns=["what", "actual", "p05", "p50", "p95", "quantile"])


def _row(what: str, actual: float, paths: Floats | None) -> list[object]:
    if paths is None:
        return [what, round(actual, 4), "", "", "", ""]
    below = (paths < actual).mean() + 0.5 * (paths == actual).mean()
    points = [round(float(q), 1) for q in np.quantile(paths, [0.05, 0.5, 0.95])]
    return [what, round(actual, 1), *points, round(float(below), 4)]
