"""Demand: the hourly fan and the daily bars, with what really came where it is known."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import (
    band,
    bucket_days,
    count_axis,
    day_numbers,
    edges,
    midnight,
    nothing_to_show,
    repeat_last,
    show_days,
    unit_above,
)
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, INK, LIGHT, MIDDLE

MOST_NOTES = 4
NOTE_WIDTH_SHARE, NOTE_HEIGHT_SHARE = (
    0.17,
    0.125,
)  # room a note takes, as shares of the width and of the highest p95


def demand_fan(
    ax: Axes, hourly: pd.DataFrame, labels: Labels, actuals: pd.DataFrame | None = None
) -> None:
    """Draw orders by bucket: median, 50 % and 90 % bands, the highest peaks in words.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    hourly : DataFrame
        time, p05, p25, p50, p75, p95 of one region (or of all).
    labels : Labels
        Language, currency and names.
    actuals : DataFrame or None
        time, orders on the same buckets; None where not known.
    """
    if hourly.empty:
        return nothing_to_show(ax)
    start = midnight(hourly["time"])
    x = day_numbers(hourly["time"], start)
    p05, p25, p50, p75, p95 = (
        hourly[c].to_numpy(dtype=np.float64) for c in ("p05", "p25", "p50", "p75", "p95")
    )
    band(ax, x, p05, p95, LIGHT)
    band(ax, x, p25, p75, MIDDLE)
    ax.step(edges(x), repeat_last(p50), where="post", color=DARK, linewidth=1.2)
    top = float(p95.max())
    days = float(np.ceil(edges(x)[-1] - 1e-9))
    handles = [
        Patch(color=LIGHT),
        Patch(color=MIDDLE),
        ax.plot([], [], color=DARK, linewidth=1.2)[0],
    ]
    texts = [labels("band_90"), labels("band_50"), labels("median")]
    if actuals is not None and not actuals.empty:
        seen = day_numbers(actuals["time"], start)
        orders = actuals["orders"].to_numpy(dtype=np.float64)
        handles += ax.step(
            edges(seen),
            repeat_last(orders),
            where="post",
            color=ACCENT,
            linewidth=1.4,
            linestyle=(0, (3, 1)),
        )
        texts.append(labels("actual"))
        top = max(top, float(orders.max()))
    _note_peaks(ax, (start, x), (p05, p50, p95), labels)
    show_days(ax, start, days, labels)
    count_axis(ax, labels, top * 1.25)
    minutes = round(bucket_days(x) * 1440)
    unit_above(
        ax, labels("orders_per_hour") if minutes == 60 else labels("orders_per_minutes", n=minutes)
    )
    ax.legend(
        handles,
        texts,
        loc="lower right",
        bbox_to_anchor=(1, 1.0),
        ncols=4,
        frameon=False,
        borderaxespad=0.2,
    )


def _note_peaks(
    ax: Axes, when: tuple[datetime, Floats], fan: tuple[Floats, Floats, Floats], labels: Labels
) -> None:
    """Name the highest peaks of the median where there is room: time, median and 90 % range, above
    the band.
    """
    (start, x), (p05, p50, p95) = when, fan
    span, top = float(np.ceil(edges(x)[-1] - 1e-9)), float(p95.max())
    wide, tall = NOTE_WIDTH_SHARE * span, NOTE_HEIGHT_SHARE * top
    placed: list[tuple[float, float]] = []  # left and bottom of notes
    for i in _peaks(x, p50)[:MOST_NOTES]:
        at = labels.moment(start + timedelta(minutes=round(float(x[i]) * 1440)))
        low, middle, high = (labels.number(q[i]) for q in (p05, p50, p95))
        note = labels("peak_note", at=at, n=middle, low=low, high=high)
        below_band = float(p95[i]) - tall
        for left, least, align in (
            (x[i] - wide / 2, 0.0, "center"),
            (x[i] - wide - 0.02 * span, below_band, "right"),
            (x[i] + 0.03 * span, below_band, "left"),
        ):
            left = min(max(float(left), 0.0), span - wide)
            bottom = max(
                least,
                float(p95[(x >= left - 0.05) & (x <= left + wide)].max(initial=0.0)) + 0.012 * top,
            )
            if all(abs(left - a) >= wide or abs(bottom - b) >= tall for a, b in placed):
                placed.append((left, bottom))
                anchor = left + {"left": 0.0, "center": wide / 2, "right": wide}[align]
                ax.text(
                    anchor,
                    bottom,
                    note,
                    ha=align,
                    va="bottom",
                    fontsize=8,
                    color=INK,
                    linespacing=1.25,
                )
                break


def _peaks(x: Floats, level: Floats) -> list[int]:
    """Buckets that nothing within three hours exceeds and that a jump led to; the highest first."""
    found = []
    for i in range(len(x)):
        around, before = np.abs(x - x[i]) <= 3.01 / 24, (x >= x[i] - 6.01 / 24) & (x < x[i])
        jumped = before.any() and level[i] > 1.6 * level[before].min()
        if (
            jumped
            and level[i] == level[around].max()
            and level[i] > 0.15 * level.max()
            and level[i] > 1.8 * np.median(level)
        ):
            found.append(i)
    return sorted(found, key=lambda i: (-level[i], i))


def daily_bars(
    ax: Axes, daily: pd.DataFrame, labels: Labels, actuals: pd.DataFrame | None = None
) -> None:
    """Draw orders by day: the median as a bar, the 90 % interval as a line.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    daily : DataFrame
        date, p05, p50, p95 of one region (or of all).
    labels : Labels
        Language, currency and names.
    actuals : DataFrame or None
        date, orders; None where not known.
    """
    if daily.empty:
        return nothing_to_show(ax)
    start = midnight(daily["date"])
    x = day_numbers(daily["date"], start)
    p05, p50, p95 = (daily[c].to_numpy(dtype=np.float64) for c in ("p05", "p50", "p95"))
    ax.bar(x + 0.5, p50, width=0.62, color=MIDDLE, edgecolor=DARK, linewidth=0.5)
    ax.errorbar(
        x + 0.5, p50, yerr=[p50 - p05, p95 - p50], fmt="none", ecolor=INK, elinewidth=1.1, capsize=3
    )
    above = p95.copy()
    if actuals is not None and not actuals.empty:
        seen = day_numbers(actuals["date"], start) + 0.5
        orders = actuals["orders"].to_numpy(dtype=np.float64)
        ax.plot(
            seen,
            orders,
            "D",
            color=ACCENT,
            markersize=5,
            markeredgecolor="white",
            label=labels("actual"),
        )
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1.0), frameon=False, borderaxespad=0.2)
        for came_on, came in zip(seen, orders, strict=True):
            covered = np.isclose(x + 0.5, came_on)
            above[covered] = np.maximum(above[covered], came * 1.02)
    top = float(above.max())
    show_days(ax, start, float(x[-1]) + 1, labels)
    count_axis(ax, labels, top * 1.16, 5)
    if len(x) <= 16:
        for middle, value, highest in zip(x + 0.5, p50, above, strict=True):
            ax.text(
                middle,
                highest + 0.025 * top,
                labels.number(value),
                ha="center",
                va="bottom",
                fontsize=8.5,
            )
    unit_above(ax, labels("orders_per_day"))
