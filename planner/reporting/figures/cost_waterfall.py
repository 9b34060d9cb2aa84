"""Money: the total built up term by term."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.axes import nothing_to_show, numbered
from planner.reporting.language.labels import Labels, two_lines
from planner.reporting.layout.style import BOLD, DARK, GREY, LIGHT, MIDDLE, RULE

TEXT_COLUMNS = (
    ("amount", 1.17),
    ("planned", 1.33),
    ("difference", 1.49),
)  # right ends, in widths of the axes


def cost_waterfall(ax: Axes, costs: pd.DataFrame, labels: Labels) -> None:
    """Draw the terms of the cost from the first to the total, negative ones lighter.

    Amounts, planned values and their difference stand at the right; terms that are zero in both are
    left out.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    costs : DataFrame
        The table `costs`: name, amount (simulated mean), planned (NaN where unknown).
    labels : Labels
        Language, currency and names.
    """
    costs = (
        costs[(costs["amount"].fillna(0) != 0) | (costs["planned"].fillna(0) != 0)]
        if not costs.empty
        else costs
    )
    if costs.empty:
        return nothing_to_show(ax)
    amounts = costs["amount"].fillna(0.0).to_numpy(dtype=np.float64)
    ends = amounts.cumsum()
    starts = ends - amounts
    total, rows = float(ends[-1]), np.arange(len(costs))
    shades = [MIDDLE if amount >= 0 else LIGHT for amount in amounts]
    ax.barh(rows, amounts, left=starts, height=0.62, color=shades, edgecolor=DARK, linewidth=0.6)
    ax.barh([len(costs)], [total], height=0.62, color=DARK)
    for i in rows:
        ax.plot([ends[i], ends[i]], [i + 0.31, i + 0.69], color=GREY, linewidth=0.7)
    names = [two_lines(labels.name("cost", n), 17) for n in costs["name"]]
    ax.set_yticks([*rows, len(costs)], [*names, labels("cost_total")], fontsize=10)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(len(costs) + 0.6, -0.6)
    ax.set_xlim(min(0.0, float(ends.min())) * 1.02, max(float(ends.max()), 1e-9) * 1.02)
    numbered(ax, "x", labels, 6)
    ax.set_xlabel(labels("cost_axis", unit=labels.unit))
    _cost_columns(ax, costs, labels)


def _cost_columns(ax: Axes, costs: pd.DataFrame, labels: Labels) -> None:
    """The numbers next to the bars."""
    amounts, planned = costs["amount"].fillna(0.0), costs["planned"]
    known = not planned.isna().all()
    sums = {
        "amount": amounts.sum(),
        "planned": planned.sum(),
        "difference": amounts.sum() - planned.sum(),
    }
    table = {"amount": amounts, "planned": planned, "difference": amounts - planned}
    heads = {
        "amount": labels("cost_mean", unit=labels.unit),
        "planned": labels("cost_planned"),
        "difference": labels("cost_difference"),
    }
    where = ax.get_yaxis_transform()
    for name, x in TEXT_COLUMNS if known else TEXT_COLUMNS[:1]:
        ax.text(
            x, -0.72, heads[name], transform=where, ha="right", va="center", fontsize=8, color=GREY
        )
        for i, value in enumerate([*table[name], sums[name]]):
            shown = ("+" if name == "difference" and value > 0.5 else "") + labels.number(value)
            look = BOLD if i == len(costs) else {}
            ax.text(x, i, shown, transform=where, ha="right", va="center", fontsize=10, **look)
    last = TEXT_COLUMNS[-1 if known else 0][1]
    ax.plot(
        [1.02, last],
        [len(costs) - 0.5] * 2,
        transform=where,
        color=RULE,
        linewidth=0.8,
        clip_on=False,
    )
