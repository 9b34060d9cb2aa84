"""Contracts: cost per order as dots with intervals, values of clauses as a tornado, couriers of
remote areas.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import nothing_to_show, numbered
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, MIDDLE, PAPER

FAINT = "#e9ecef"
Estimate = tuple[float, float, float]  # mean and its interval; NaN where unknown
SAVES: dict[str, Any] = {"facecolor": MIDDLE, "edgecolor": DARK, "hatch": ""}
COSTS: dict[str, Any] = {"facecolor": PAPER, "edgecolor": DARK, "hatch": "////"}


def _named_rows(ax: Axes, names: Sequence[str], points: float) -> None:
    """One row for each name (empty: no name), from top to bottom, with a faint line through it."""
    ax.set_ylim(max(len(names), 1) - 0.5, -0.5)
    ax.set_yticks(np.arange(len(names)), list(names), fontsize=points)
    ax.tick_params(axis="y", length=0)
    for row in range(len(names)):
        ax.axhline(row, color=FAINT, linewidth=0.6, zorder=0)


def _bounds(estimates: Sequence[Estimate]) -> Floats:
    """`estimates` with the mean in place of a bound that is not known."""
    values = np.array(estimates, dtype=np.float64).reshape(-1, 3)
    return np.where(np.isfinite(values), values, values[:, :1])


def interval_dots(
    ax: Axes,
    names: Sequence[str],
    estimates: Sequence[Estimate],
    labels: Labels,
    *,
    digits: int = 2,
    reach: Sequence[Estimate] = (),
) -> None:
    """Draw one estimate per row: the mean as a dot, its interval as a line.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    names : sequence of str
        Names of the rows.
    estimates : sequence of Estimate
        Mean, low and high of each row; NaN leaves it empty.
    labels : Labels
        Language, currency and names.
    digits : int
        Decimals of the numbers.
    reach : sequence of Estimate
        Further estimates the axis has room for, so that several sheets share one scale.
    """
    _named_rows(ax, names, 9.0)
    values, all_values = _bounds(estimates), _bounds([*estimates, *reach])
    if not np.isfinite(values).any():
        ax.set_xticks([])
        return
    left, right = float(np.nanmin(all_values)), float(np.nanmax(all_values))
    room = max(right - left, 0.05 * abs(right), 0.01)
    for row, (mean, low, high) in enumerate(values):
        if np.isfinite(mean):
            ax.plot([low, high], [row, row], color=INK, linewidth=1.6)
            ax.plot([mean], [row], "o", color=DARK, markersize=5.5)
            ax.annotate(
                labels.number(mean, digits),
                (max(mean, high), row),
                xytext=(6, 0),
                textcoords="offset points",
                ha="left",
                va="center",
                fontsize=8.5,
            )
    ax.set_xlim(left - 0.08 * room, right + 0.3 * room)
    numbered(ax, "x", labels, 4)


def tornado(
    ax: Axes,
    names: Sequence[str],
    estimates: Sequence[Estimate],
    labels: Labels,
    write: Callable[[Estimate], str],
    *,
    reach: Sequence[Estimate] = (),
) -> None:
    """Draw a bar from 0 for every estimate, with its interval as a whisker.

    Bars to the right are plain, bars to the left hatched.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    names : sequence of str
        Names of the rows.
    estimates : sequence of Estimate
        Mean, low and high of each row.
    labels : Labels
        Language, currency and names.
    write : callable
        Gives the number at the right of a row.
    reach : sequence of Estimate
        Further estimates the axis has room for, so that several sheets share one scale.
    """
    if not names:
        return nothing_to_show(ax)
    _named_rows(ax, names, 8.0)
    values = _bounds(estimates)
    for row, (mean, low, high) in enumerate(values):
        if np.isfinite(mean):
            ax.barh([row], [mean], height=0.56, linewidth=0.6, **(SAVES if mean >= 0 else COSTS))
            ax.plot([low, high], [row, row], color=INK, linewidth=1.1, marker="|", markersize=5.0)
        ax.text(
            1.02,
            row,
            write(estimates[row]),
            transform=ax.get_yaxis_transform(),
            ha="left",
            va="center",
            fontsize=8.5,
        )
    ax.axvline(0.0, color=INK, linewidth=0.9)
    reached = _bounds([*estimates, *reach])
    known = reached[np.isfinite(reached)]
    left, right = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    room = max(right - left, 0.01)
    ax.set_xlim(left - 0.04 * room, right + 0.04 * room)
    numbered(ax, "x", labels, 6)


def courier_dots(ax: Axes, rows: Sequence[Estimate], labels: Labels) -> None:
    """Draw courier cost against margin, row by row.

    A parcel is worth its courier where the dot or the square stands left of the bar.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rows : sequence of Estimate
        Cost direct (dot), cost through a hub (square) and margin before the courier (bar) of
        each row; NaN where there is none.
    labels : Labels
        Language, currency and names.
    """
    _named_rows(ax, [""] * len(rows), 8.0)
    looks: tuple[tuple[str, dict[str, Any]], ...] = (
        ("remote_direct", {"marker": "o", "markersize": 5.0, "color": DARK}),
        (
            "remote_hub",
            {"marker": "s", "markersize": 5.0, "markerfacecolor": "none", "markeredgecolor": INK},
        ),
        (
            "remote_margin",
            {"marker": "|", "markersize": 9.0, "markeredgewidth": 2.0, "color": ACCENT},
        ),
    )
    for row, (direct, hub, margin) in enumerate(rows):
        ax.plot([direct, hub], [row, row], color=GREY, linewidth=1.0)
        for value, (_, look) in zip((direct, hub, margin), looks, strict=True):
            ax.plot([value], [row], linestyle="", **look)
    known = [value for row in rows for value in row if math.isfinite(value)]
    right = max(known, default=1.0)
    ax.set_xlim(min(0.0, *known) if known else 0.0, 1.06 * max(right, 0.01))
    numbered(ax, "x", labels, 4)
    handles = [Line2D([], [], linestyle="", **look) for _, look in looks]
    ax.legend(
        handles,
        [labels(key) for key, _ in looks],
        loc="lower left",
        bbox_to_anchor=(0.0, 1.0),
        ncols=3,
        frameon=False,
        fontsize=8,
        borderaxespad=0.2,
        handlelength=1.0,
        handletextpad=0.3,
        columnspacing=1.0,
    )
