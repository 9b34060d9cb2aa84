"""What is counted at a checkpoint, with the thresholds, and what is missed without the card."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from planner.reporting.figures.axes import count_axis, numbered
from planner.reporting.figures.service import KEPT, MISSED
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import INK, PAPER

BINS = 24


def counted_bars(
    ax: Axes, counts: pd.DataFrame, thresholds: Sequence[tuple[int, float]], labels: Labels
) -> None:
    """Draw how many promotions have which count, those missed by the plan alone hatched.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    counts : DataFrame
        Rows of the table `triggers_counts` of one checkpoint.
    thresholds : sequence of (int, float)
        Number of each level, and its threshold.
    labels : Labels
        Language, currency and names.
    """
    values = counts["count"].to_numpy(dtype=np.float64)
    met = counts["met"].astype(str).str.lower().eq("true").to_numpy()
    right = float(max([values.max(initial=0.0), *(at for _, at in thresholds), 1.0])) * 1.04
    bins = np.linspace(0.0, right, BINS + 1)
    below = np.zeros(BINS)
    for part, look in ((met, KEPT), (~met, MISSED)):
        height = np.histogram(values[part], bins)[0].astype(np.float64)
        some = height > 0
        ax.bar(
            bins[:-1][some],
            height[some],
            np.diff(bins)[some],
            below[some],
            align="edge",
            linewidth=0.5,
            **look,
        )
        below += height
    count_axis(ax, labels, float(below.max()) * 1.25, 4)
    for number, at in thresholds:
        ax.axvline(at, color=INK, linewidth=1.1, linestyle=(0, (5, 2)))
        ax.annotate(
            labels.number(number),
            (at, 0.97),
            xycoords=("data", "axes fraction"),
            ha="center",
            va="top",
            fontsize=8.5,
            bbox={"facecolor": PAPER, "edgecolor": INK, "linewidth": 0.7, "pad": 1.6},
        )
    ax.set_xlim(0, right)
    numbered(ax, "x", labels, 5)


def patches() -> list[Patch]:
    """Marks of the legend: met, and missed."""
    return [Patch(**KEPT), Patch(**MISSED)]
