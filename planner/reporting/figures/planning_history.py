"""Planning history, step by step: cost and share of replications that met the service level;
and the cost of hindsight plans.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import nothing_to_show, numbered
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, MIDDLE, PAPER
from planner.reporting.tables.run_folder import is_true

MOST_NAMED_STEPS = 12
HOLLOW: dict[str, Any] = {"markerfacecolor": PAPER, "markeredgecolor": INK}
COSTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "simulated_cost",
        "path_simulated",
        {"marker": "o", "markersize": 6.5, "color": DARK, "linewidth": 1.4},
    ),
    (
        "planned_cost",
        "path_planned",
        {"marker": "s", "markersize": 6.0, "color": GREY, "linewidth": 0.9, **HOLLOW},
    ),
    (
        "bound",
        "path_bound",
        {
            "marker": "_",
            "markersize": 15.0,
            "markeredgewidth": 2.0,
            "color": ACCENT,
            "linewidth": 0.0,
        },
    ),
)
VERDICTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("path_rehearsal", {"marker": "o", "markersize": 6.5, **HOLLOW}),
    (
        "path_verdict_yes",
        {"marker": "D", "markersize": 8.0, "markerfacecolor": DARK, "markeredgecolor": DARK},
    ),
    (
        "path_verdict_no",
        {"marker": "X", "markersize": 9.0, "markerfacecolor": PAPER, "markeredgecolor": ACCENT},
    ),
)


def path_costs(ax: Axes, path: pd.DataFrame, labels: Labels) -> None:
    """Draw simulated cost, planned cost and the proven bound of each step.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    path : DataFrame
        One row per step with these columns in major units (NaN where unknown).
    labels : Labels
        Language, currency and names.
    """
    if path.empty:
        return nothing_to_show(ax)
    x = np.arange(len(path))
    for name, _, look in COSTS:
        ax.plot(x, path[name].to_numpy(dtype=np.float64), **look)
    _steps(ax, path, labels, named=False)
    numbered(ax, "y", labels, 5)
    ax.margins(y=0.16)
    _key(ax, [Line2D([], [], **look) for *_, look in COSTS], [labels(key) for _, key, _ in COSTS])


def path_kept(ax: Axes, path: pd.DataFrame, labels: Labels, confidence: float) -> None:
    """Draw the share of replications that met the service level at each step.

    Markers distinguish pilot replications from certifications.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    path : DataFrame
        what, kept_share, certified.
    labels : Labels
        Language, currency and names.
    confidence : float
        Share that was asked for, drawn as a line.
    """
    if path.empty:
        return nothing_to_show(ax)
    kept = 100 * path["kept_share"].to_numpy(dtype=np.float64)
    ax.plot(np.arange(len(kept)), kept, color=GREY, linewidth=0.9)
    looks = [
        _verdict(what, certified)
        for what, certified in zip(path["what"], path["certified"], strict=True)
    ]
    for step, (share, look) in enumerate(zip(kept, looks, strict=True)):
        ax.plot([step], [share], linestyle="", zorder=3, **VERDICTS[look][1])
    ax.axhline(100 * confidence, color=ACCENT, linewidth=1.1, linestyle=(0, (5, 2)), zorder=1)
    _steps(ax, path, labels, named=True)
    low = float(min(np.nanmin(kept), 100 * confidence))
    ax.set_ylim(max(0.0, low - max(0.12 * (100 - low), 2.0)), 100 + max(0.06 * (100 - low), 1.0))
    numbered(ax, "y", labels, 4, cap=100.0)
    handles = [Line2D([], [], linestyle="", **VERDICTS[k][1]) for k in sorted(set(looks))]
    handles.append(Line2D([], [], color=ACCENT, linewidth=1.1, linestyle=(0, (5, 2))))
    names = [labels(VERDICTS[k][0]) for k in sorted(set(looks))]
    _key(ax, handles, [*names, labels("late_confidence", x=labels.exact(confidence))])


def _verdict(what: str, certified: str) -> int:
    """Which of VERDICTS a step is."""
    return 0 if what != "verdict" else 1 if is_true(str(certified)) else 2


def _steps(ax: Axes, path: pd.DataFrame, labels: Labels, *, named: bool) -> None:
    """One place on the x axis for each step, with its number and what was done."""
    ax.set_xlim(-0.5, len(path) - 0.5)
    few = len(path) <= MOST_NAMED_STEPS
    texts = [
        labels.number(float(step)) + (f"\n{labels.name('step', str(what))}" if few else "")
        for step, what in zip(path["step"], path["what"], strict=True)
    ]
    ax.set_xticks(np.arange(len(path)), texts if named else [""] * len(texts))
    ax.tick_params(axis="x", length=0)
    if named:
        ax.set_xlabel(labels("path_axis"))


def _key(ax: Axes, handles: list[Line2D], texts: list[str]) -> None:
    """The legend above the axes, at the right."""
    ax.legend(
        handles,
        texts,
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=len(texts),
        frameon=False,
        fontsize=8.5,
        borderaxespad=0.2,
        handlelength=1.6,
        columnspacing=1.4,
    )


def hindsight_dots(ax: Axes, hindsight: pd.DataFrame, labels: Labels) -> None:
    """Draw what the plan costs on each sampled path and the least possible cost.

    Paths stand from the least demand to the most; a line joins both costs.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    hindsight : DataFrame
        orders, plan_cost, hindsight_cost (major units, NaN where unknown).
    labels : Labels
        Language, currency and names.
    """
    if hindsight.empty:
        return nothing_to_show(ax)
    orders, ours, least = (
        _column(hindsight, name) for name in ("orders", "plan_cost", "hindsight_cost")
    )
    ax.vlines(orders, least, ours, color=GREY, linewidth=1.0)
    looks: tuple[tuple[str, Floats, dict[str, Any]], ...] = (
        ("hindsight_ours", ours, {"marker": "o", "markersize": 5.5, "color": DARK}),
        (
            "hindsight_least",
            least,
            {"marker": "_", "markersize": 11.0, "markeredgewidth": 2.0, "color": MIDDLE},
        ),
    )
    for _, values, look in looks:
        ax.plot(orders, values, linestyle="", **look)
    ax.margins(x=0.04, y=0.1)
    numbered(ax, "x", labels, 8)
    numbered(ax, "y", labels, 6)
    ax.set_xlabel(labels("hindsight_axis"))
    _key(
        ax,
        [Line2D([], [], linestyle="", **look) for *_, look in looks],
        [labels(key) for key, *_ in looks],
    )


def _column(table: pd.DataFrame, name: str) -> Floats:
    return table[name].to_numpy(dtype=np.float64)
