"""The orders a day that can be promised next to the forecast, and what a declared number does."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.axes import count_axis, unit_above
from planner.reporting.language.capacity_sentences import where_in_words
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, LIGHT, MIDDLE

ROOM = 1.06  # of the axis above what is drawn
FORECAST_AT = 0.36  # of a bar, where its forecast stands


def promised_orders(ax: Axes, table: pd.DataFrame, labels: Labels) -> None:
    """Draw what every day can take, in all and by site, and what single days can and bring.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    table : DataFrame
        The table `capacity`.
    labels : Labels
        Language, currency and names.
    """
    shown = table[(table["site"] == "") | (table["date"] == "")]
    steady = shown[shown["date"] == ""]
    days = shown[shown["date"] != ""]
    rows = pd.concat([steady, days])
    x = np.arange(len(rows))
    number, high = rows["orders_per_day"].astype(float), rows["high"].astype(float)
    text = labels("capacity_promised")
    ax.bar(x, number, 0.55, color=LIGHT, edgecolor=DARK, linewidth=0.8, label=text)
    spread = [0 * number, (high - number).clip(lower=0)]
    ax.errorbar(x, number, yerr=spread, fmt="none", ecolor=DARK, capsize=3, linewidth=1)
    p50, p95 = days["forecast_p50"].astype(float), days["forecast_p95"].astype(float)
    text = labels("capacity_forecast")
    ax.errorbar(
        x[len(steady) :] + FORECAST_AT,
        p50,
        yerr=[0 * p50, p95 - p50],
        fmt="o",
        color=ACCENT,
        markersize=4,
        capsize=3,
        label=text,
    )
    names = [
        where_in_words(labels, {"site": site, "date": day})
        for site, day in zip(rows["site"], rows["date"], strict=True)
    ]
    ax.set_xticks(
        x, [name.replace(", ", "\n").replace("，", "\n") for name in names], linespacing=1.3
    )
    ax.tick_params(axis="x", labelsize=7.5 if len(x) > 6 else 8.5)
    count_axis(ax, labels, ROOM * float(max(high.max(), p95.max())))
    unit_above(ax, labels("capacity_axis"))
    ax.legend(frameon=False, fontsize=8, loc="upper left")


def declared_numbers(ax: Axes, table: pd.DataFrame, labels: Labels) -> None:
    """Draw late orders and orders that leave later over the declared number.

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
    late, delayed = tried["late_orders"].astype(float), tried["orders_delayed"].astype(float)
    ax.plot(x, late, "-o", color=DARK, markersize=4, label=labels("capacity_late"))
    ax.plot(x, delayed, "--s", color=MIDDLE, markersize=4, label=labels("capacity_delayed"))
    before = float(none["late_orders"])
    ax.axhline(before, color=GREY, linestyle=":", label=labels("capacity_undeclared"))
    for number in tried.loc[tried["recommended"], "declared"]:
        ax.axvline(float(number), color=ACCENT, label=labels("capacity_chosen"))
    ax.set_xticks(x, [labels.number(float(n)) for n in x], rotation=20)
    count_axis(ax, labels, ROOM * float(max(late.max(), delayed.max(), before)))
    unit_above(ax, labels("capacity_orders"))
    ax.set_xlabel(labels("capacity_declared"))
    ax.legend(frameon=False, fontsize=8)
