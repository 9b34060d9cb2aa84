"""Cost and share on time over the first axis of a sweep, a line for each value of the others."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import decimals, nothing_to_show, numbered
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, MIDDLE

LINES = (
    (DARK, "-", "o"),
    (ACCENT, "--", "s"),
    (MIDDLE, "-.", "^"),
    (INK, ":", "D"),
    (GREY, "-", "v"),
)
MOST_LINES = 10
LEAST_SHOWN = 0.995  # the axis of shares begins here, or lower


def sweep_lines(
    ax: Axes, table: pd.DataFrame, paths: Sequence[str], column: str, labels: Labels
) -> None:
    """Draw one figure of every point.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        The table `sweep`.
    paths : sequence of str
        The columns of its axes.
    column : str
        `cost` or `on_time_share`.
    labels : Labels
        Language, currency and names.
    """
    if table[column].isna().all():
        nothing_to_show(ax)
        return
    names = list(dict.fromkeys(table[paths[0]]))
    places, numeric = _places(names)
    groups = _groups(table[table["cost"].notna()], paths[1:])
    for (name, rows), (colour, line, marker) in zip(groups, cycle(LINES), strict=False):
        x = [places[names.index(value)] for value in rows[paths[0]]]
        y = rows[column].astype(float).to_numpy()
        ax.plot(x, y, linestyle=line, marker=marker, color=colour, markersize=4.5, label=name)
    ax.set_xlabel(paths[0])
    ax.set_xticks(places, names)
    room = 0.04 * (float(places[-1] - places[0]) or 1.0)
    ax.set_xlim(float(places[0]) - room, float(places[-1]) + room)
    ax.margins(y=0.12)
    if len(groups) > 1 and column == "cost":
        ax.legend(frameon=False, fontsize=8)
    if not numeric and len(names) > 1:
        ax.tick_params(axis="x", labelrotation=20)
    if column == "cost":
        ax.set_ylim(*ax.get_ylim())
        numbered(ax, "y", labels)
    else:
        low = min(max(float(table[column].astype(float).min()), 0.0), LEAST_SHOWN)
        ticks = [tick for tick in MaxNLocator(5).tick_values(low, 1.0) if tick <= 1.0]
        ax.set_ylim(ticks[0], 1.0 + 0.02 * (1.0 - ticks[0]))
        digits = max(decimals([100 * tick for tick in ticks]), 0)
        ax.set_yticks(ticks, [labels.percent(tick, digits) for tick in ticks])


def _places(names: Sequence[str]) -> tuple[Floats, bool]:
    """Where the values of an axis stand: at their numbers where all are, else one after another."""
    try:
        numbers = np.array([float(name) for name in names])
    except ValueError:
        return np.arange(len(names), dtype=np.float64), False
    if not np.isfinite(numbers).all() or (np.diff(numbers) <= 0).any():
        return np.arange(len(names), dtype=np.float64), False
    return numbers, True


def _groups(table: pd.DataFrame, others: Sequence[str]) -> list[tuple[str, pd.DataFrame]]:
    """The rows of every line with its name, in the order of the table."""
    if not others:
        return [("", table)]
    keys = table[list(others)].agg(tuple, axis=1)
    return [
        (", ".join(f"{path} {value}" for path, value in zip(others, key, strict=True)), rows)
        for key in list(dict.fromkeys(keys))[:MOST_LINES]
        for rows in [table[keys == key]]
    ]
