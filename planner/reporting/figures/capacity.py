"""The orders a day that can be promised next to the forecast, and what a declared number does."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.axes import count_axis, unit_above
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, LIGHT, MIDDLE

ROOM = 1.06  # of the axis above what is drawn


def promised_days(ax: Axes, table: pd.DataFrame, labels: Labels) -> None:
    """Draw what each day can take, against what it brings.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        The table `capacity`.
    labels : Labels
        Language, currency and names.
    """
    whole = table[table["site"] == ""]
    days, every = whole[whole["date"] != ""], whole[whole["date"] == ""].iloc[0]
    x = np.arange(len(days))
    low, high = days["low"].astype(float), days["high"].astype(float)
    number = days["orders_per_day"].astype(float)
    text = labels("capacity_promised")
    ax.bar(x, number, 0.55, color=LIGHT, edgecolor=DARK, linewidth=0.8, label=text)
    spread = [(number - low).clip(lower=0), (high - number).clip(lower=0)]
    ax.errorbar(x, number, yerr=spread, fmt="none", ecolor=DARK, capsize=3, linewidth=1)
    p50, p95 = days["forecast_p50"].astype(float), days["forecast_p95"].astype(float)
    text = labels("capacity_forecast")
    ax.errorbar(
        x,
        p50,
        yerr=[0 * p50, p95 - p50],
        fmt="o",
        color=ACCENT,
        markersize=4,
        capsize=3,
        label=text,
    )
    line = float(every["orders_per_day"])
    ax.axhline(line, color=GREY, linestyle="--", label=labels("capacity_every_line"))
    names = [labels.short_day(date.fromisoformat(str(on))) for on in days["date"]]
    ax.set_xticks(x, names, rotation=20 if len(x) > 6 else 0)
    count_axis(ax, labels, ROOM * float(max(high.max(), p95.max(), line)))
    unit_above(ax, labels("capacity_axis"))
    ax.legend(frameon=False, fontsize=8, loc="upper right")


def declared_numbers(ax: Axes, table: pd.DataFrame, labels: Labels) -> None:
    """Draw late orders and orders with a later deadline over the declared number.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        The table `declare`.
    labels : Labels
        Language, currency and names.
    """
    last = table[table["demand"] == table["demand"].max()]
    tried, none = last[last["declared"].notna()], last[last["declared"].isna()].iloc[0]
    x = tried["declared"].astype(float)
    late, extended = tried["late_orders"].astype(float), tried["orders_extended"].astype(float)
    ax.plot(x, late, "-o", color=DARK, markersize=4, label=labels("capacity_late"))
    ax.plot(x, extended, "--s", color=MIDDLE, markersize=4, label=labels("capacity_extended"))
    before = float(none["late_orders"])
    ax.axhline(before, color=GREY, linestyle=":", label=labels("capacity_undeclared"))
    for number in tried.loc[tried["recommended"], "declared"]:
        ax.axvline(float(number), color=ACCENT, label=labels("capacity_chosen"))
    ax.set_xticks(x, [labels.number(float(n)) for n in x], rotation=20)
    count_axis(ax, labels, ROOM * float(max(late.max(), extended.max(), before)))
    unit_above(ax, labels("capacity_orders"))
    ax.set_xlabel(labels("capacity_declared"))
    ax.legend(frameon=False, fontsize=8)
