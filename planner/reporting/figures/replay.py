"""A replay by day: orders that left and orders that were open, really and under each plan."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.axes import (
    count_axis,
    day_numbers,
    midnight,
    nothing_to_show,
    show_days,
    unit_above,
)
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, MIDDLE

LINES = {
    "roster": (DARK, "-", "o"),
    "corrected": (INK, "--", "s"),
    "plan": (MIDDLE, "-.", "^"),
    "hindsight": (GREY, ":", "D"),
}
REAL = "log"
TITLES = {"left": "replay_left", "open": "replay_open"}


def replay_days(ax: Axes, days: pd.DataFrame, column: str, labels: Labels) -> None:
    """Draw one number of every day: what the log says as bars, each plan as a line.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    days : DataFrame
        The table `replay_days`.
    column : str
        `left` or `open`.
    labels : Labels
        Language, currency and names.
    """
    if days.empty:
        return nothing_to_show(ax)
    start = midnight(days["date"])
    top = float(max(days[column].max(), days["left_high"].max() if column == "left" else 0, 1))
    last = 1.0
    for case, rows in days.groupby("case", sort=False):
        x = day_numbers(rows["date"], start) + 0.5
        y = rows[column].to_numpy(dtype=np.float64)
        last = max(last, float(x[-1]) + 0.5)
        name = labels.name("replay case", str(case))
        if case == REAL:
            ax.bar(x, y, width=0.7, color="#f3d9d7", edgecolor=ACCENT, linewidth=0.8, label=name)
            continue
        colour, line, marker = LINES.get(str(case), (INK, "-", "s"))
        ax.plot(x, y, linestyle=line, marker=marker, color=colour, markersize=4.5, label=name)
        if column == "left":
            low, high = (rows[c].to_numpy(dtype=np.float64) for c in ("left_low", "left_high"))
            ax.vlines(x, low, high, color=colour, linewidth=0.9)
    show_days(ax, start, last, labels)
    count_axis(ax, labels, top * 1.15, 5)
    unit_above(ax, labels(TITLES[column]))
