"""Regions: who carries what, what it costs, how well it goes; remote areas always apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.axes import nothing_to_show, numbered
from planner.reporting.language.labels import Labels, short
from planner.reporting.layout.style import DARK, GREY, INK, MIDDLE, fill

FAINT = "#e9ecef"


def split_bars(
    ax: Axes, parcels: pd.DataFrame, contracts: Sequence[str], labels: Labels, *, percent: bool
) -> None:
    """Draw one bar of 100 % for each row, with the count at the right.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    parcels : DataFrame
        Parcels; index: names shown, columns: contracts. A row of zeros stays empty.
    contracts : sequence of str
        Contracts in the order of the parts.
    labels : Labels
        Language, currency and names.
    percent : bool
        Whether parts of 8 % and more are written into the bars.
    """
    if parcels.empty:
        return nothing_to_show(ax)
    totals = parcels[list(contracts)].sum(axis=1)
    for row in range(len(parcels)):
        left = 0.0
        for k, contract in enumerate(contracts):
            share = (
                100 * float(parcels.iloc[row][contract]) / totals.iloc[row]
                if totals.iloc[row] > 0
                else 0.0
            )
            if not share > 0:
                continue
            ax.barh([row], [share], left=[left], height=0.74, **fill(k))
            if percent and share >= 8:
                ax.text(
                    left + share / 2,
                    row,
                    f"{share:.0f}%",
                    ha="center",
                    va="center",
                    fontsize=8.5,
                    color=INK,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
                )
            left += share
        if totals.iloc[row] > 0:
            ax.text(
                101,
                row,
                labels.number(totals.iloc[row]),
                ha="left",
                va="center",
                fontsize=8.5 if percent else 7.5,
            )
    ax.set_yticks(
        np.arange(len(parcels)),
        [short(str(n), 13) for n in parcels.index],
        fontsize=9.5 if percent else 7.8,
    )
    ax.tick_params(axis="y", length=0)
    ax.set_xlim(0, 100)
    ax.set_ylim(len(parcels) - 0.4, -0.6)
    numbered(ax, "x", labels, 5)
    ax.text(101, -0.75, labels("col_parcels"), ha="left", va="bottom", fontsize=8, color=GREY)


def region_dots(
    ax: Axes,
    rows: Sequence[tuple[str, float]],
    labels: Labels,
    digits: int,
    *,
    named: bool,
    cap: float = math.inf,
) -> None:
    """Draw one value per region as a dot.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    rows : sequence of tuple[str, float]
        Name shown and value; NaN leaves the row empty.
    labels : Labels
        Language, currency and names.
    digits : int
        Decimals of the numbers.
    named : bool
        Whether the rows are named.
    cap : float
        Highest number that is written on the axis.
    """
    values = np.array([v for _, v in rows], dtype=np.float64)
    known = values[np.isfinite(values)]
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_yticks(
        np.arange(len(rows)), [short(n, 13) if named else "" for n, _ in rows], fontsize=7.8
    )
    ax.tick_params(axis="y", length=0)
    if not known.size:
        ax.set_xticks([])
        return
    low, high = float(known.min()), float(known.max())
    left = (
        0.0 if low <= 0.6 * high else low - 0.25 * max(high - low, 0.02 * abs(high), 10.0**-digits)
    )
    left = left if low < 0 else max(left, 0.0)
    for i, value in enumerate(values):
        if np.isfinite(value):
            ax.axhline(i, color=FAINT, linewidth=0.6, zorder=0)
            ax.plot(
                [value],
                [i],
                "o",
                markersize=4.2,
                markerfacecolor=MIDDLE,
                markeredgecolor=DARK,
                markeredgewidth=0.7,
            )
            ax.annotate(
                labels.number(value, digits),
                (value, i),
                xytext=(5, 0),
                textcoords="offset points",
                ha="left",
                va="center",
                fontsize=7.5,
            )
    ax.set_xlim(left, high + 0.22 * (high - left if high > left else 1.0))
    numbered(ax, "x", labels, 4, cap)
