"""How many promotions the plan keeps under each stress."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from planner.reporting.figures.axes import nothing_to_show
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, LIGHT, MIDDLE, PAPER


def kept_bars(
    ax: Axes,
    names: Sequence[str],
    kept: Sequence[float],
    labels: Labels,
    *,
    written: Sequence[str],
    promised: float,
) -> None:
    """Draw the share of promotions that meet the target, a bar for each stress, hatched if too few.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    names : sequence of str
        Names of the stresses, from top to bottom.
    kept : sequence of float
        Shares.
    labels : Labels
        Language, currency and names.
    written : sequence of str
        What stands behind each bar.
    promised : float
        Share that the plan promises: a line.
    """
    if not names:
        return nothing_to_show(ax)
    for row, (share, text) in enumerate(zip(kept, written, strict=True)):
        short = share < promised
        ax.barh(
            row,
            share,
            height=0.62,
            color=LIGHT if short else MIDDLE,
            edgecolor=DARK,
            hatch="////" if short else "",
            linewidth=0.6,
        )
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # not crossed by the line
        ax.text(share + 0.012, row, text, va="center", fontsize=8.5, bbox=behind, zorder=3)
    ax.axvline(promised, color=ACCENT, linewidth=1.0, zorder=2)
    ax.annotate(
        labels("stress_promised"),
        (promised, 1.0),
        (0, 2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        color=ACCENT,
        ha="center",
        fontsize=8,
    )
    ax.set_yticks(np.arange(len(names)), list(names), fontsize=9)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(0, 1.12)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    ax.set_xticks(ticks, [labels.percent(t, 0) for t in ticks])
    ax.grid(axis="x")
    ax.set_xlabel(labels("stress_axis"))
