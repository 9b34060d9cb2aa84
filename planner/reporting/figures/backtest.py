"""How the models of a back-test did: what their bands held, and their error."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from planner.reporting.figures.axes import nothing_to_show
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, MIDDLE, RULE, fill

BANDS = (50, 80, 90)
LINES = ((DARK, "o", "-"), (ACCENT, "s", "--"), (MIDDLE, "^", "-."), (INK, "D", ":"))
KINDS = ("ordinary", "promotion")


def calibration(ax: Axes, summary: pd.DataFrame, unit: str, labels: Labels) -> None:
    """Draw the share inside each band over its probability, ordinary days; days have the legend.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    summary : DataFrame
        The table `backtest_summary`.
    unit : str
        `coverage` for days, `hours` for hours: how the columns begin.
    labels : Labels
        Language.
    """
    rows = summary[summary["kind"] == "ordinary"]
    if rows.empty:
        nothing_to_show(ax)
        return
    probability = np.array(BANDS) / 100
    ax.plot([0.4, 1.0], [0.4, 1.0], color=RULE, linewidth=1.2, label=labels("backtest_perfect"))
    for (_, row), (colour, marker, line) in zip(rows.iterrows(), LINES, strict=False):
        held = [float(row[f"{unit}_{band}"]) for band in BANDS]
        name = labels.name("model", row["model"])
        ax.plot(
            probability,
            held,
            color=colour,
            marker=marker,
            linestyle=line,
            markersize=4.5,
            linewidth=1.1,
            label=name,
        )
    lowest = min(float(rows[f"{unit}_{band}"].min()) for band in BANDS)
    low = min(np.floor(10 * lowest) / 10, 0.4)
    ax.set_xlim(0.45, 0.95)
    ax.set_ylim(low, 1.0)
    ax.set_xticks(probability, [labels.percent(p, 0) for p in probability])
    ticks = np.arange(low, 1.01, 0.1)
    ax.set_yticks(ticks, [labels.percent(float(round(t, 1)), 0) for t in ticks])
    ax.set_xlabel(labels("backtest_promised"))
    ax.set_ylabel(labels("backtest_inside"))
    ax.grid(color=RULE, linewidth=0.4)
    if unit == "coverage":
        ax.legend(frameon=False, fontsize=8, loc="lower right")


def errors(ax: Axes, summary: pd.DataFrame, labels: Labels) -> None:
    """Draw a bar for each model and kind of days: its error by day.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    summary : DataFrame
        The table `backtest_summary`.
    labels : Labels
        Language.
    """
    shown = summary[summary["wape"].notna()]
    if shown.empty:
        nothing_to_show(ax)
        return
    models = list(dict.fromkeys(shown["model"]))
    places = np.arange(len(models), dtype=float)
    kinds = [kind for kind in KINDS if (shown["kind"] == kind).any()]
    height = 0.7 / len(kinds)
    top = float(shown["wape"].max())
    for k, kind in enumerate(kinds):
        of_kind = shown[shown["kind"] == kind].set_index("model")["wape"].reindex(models)
        at = places - 0.35 + height * (k + 0.5)
        values = of_kind.fillna(0.0).to_numpy(dtype=float)
        ax.barh(at, values, height * 0.92, label=labels(f"backtest_{kind}"), **fill(k))
        for y, value in zip(at, of_kind, strict=True):
            if pd.notna(value):
                ax.text(value + 0.01 * top, y, labels.percent(value), va="center", fontsize=8)
    ax.set_yticks(places, [labels.name("model", model) for model in models])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.15 * top)
    ticks = [t for t in MaxNLocator(5).tick_values(0, 1.1 * top) if 0 <= t <= 1.15 * top]
    ax.set_xticks(ticks, [labels.percent(t, 0) for t in ticks])
    ax.tick_params(axis="y", length=0, colors=INK)
    ax.tick_params(axis="x", colors=GREY)
    if len(kinds) > 1:
        ax.legend(frameon=False, fontsize=8, loc="best")
