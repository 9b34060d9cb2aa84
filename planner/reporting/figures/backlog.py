"""The building hour by hour: orders waiting, people working, and how much of the deadline the work
uses up.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import (
    band,
    bucket_days,
    count_axis,
    day_numbers,
    edges,
    hours_axis,
    midnight,
    nothing_to_show,
    repeat_last,
    show_days,
)
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, GREY, INK, LIGHT


def backlog_fan(ax: Axes, hourly: pd.DataFrame, labels: Labels) -> None:
    """Draw the orders that wait at one process: median and 90 % band by bucket.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    hourly : DataFrame
        Rows of `hourly` of one site and process.
    labels : Labels
        Language, currency and names.
    """
    if hourly.empty:
        return nothing_to_show(ax)
    start = midnight(hourly["time"])
    x = day_numbers(hourly["time"], start)
    high = hourly["backlog_p95"].to_numpy(dtype=np.float64)
    band(ax, x, hourly["backlog_p05"].to_numpy(dtype=np.float64), high, LIGHT)
    ax.step(edges(x), repeat_last(hourly["backlog_p50"]), where="post", color=DARK, linewidth=1.2)
    show_days(ax, start, edges(x)[-1], labels, named=False)
    count_axis(ax, labels, float(high.max()) * 1.08, 4)


def staff_steps(ax: Axes, hourly: pd.DataFrame, labels: Labels, *, named: bool = True) -> None:
    """Draw the people at work at one process: mean by bucket.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    hourly : DataFrame
        Rows of `hourly` of one site and process.
    labels : Labels
        Language, currency and names.
    named : bool
        Whether the days are named.
    """
    if hourly.empty:
        return nothing_to_show(ax)
    start = midnight(hourly["time"])
    x = day_numbers(hourly["time"], start)
    staff = hourly["staff"].to_numpy(dtype=np.float64)
    ax.fill_between(edges(x), repeat_last(staff), step="post", color="#c9cdd2", linewidth=0)
    ax.step(edges(x), repeat_last(staff), where="post", color=GREY, linewidth=0.8)
    show_days(ax, start, edges(x)[-1], labels, named=named)
    count_axis(ax, labels, float(staff.max()) * 1.12, 2)


def hours_to_finish(hourly: pd.DataFrame) -> tuple[Floats, Floats]:
    """(bucket ends in days, hours in the building of the order finished then), first come first
    served, on the means.

    `hourly`: time, process, arrivals, done of one site, processes in the order they are done
    (`receive` left out). The order finished at t is the one that arrived when as many had arrived
    as are finished at t. NaN before the first.
    """
    order = [p for p in dict.fromkeys(hourly["process"]) if p != "receive"]
    first, last = (hourly[hourly["process"] == p] for p in (order[0], order[-1]))
    start = midnight(first["time"])
    ends = edges(day_numbers(first["time"], start))
    arrived = np.concatenate([[0.0], first["arrivals"].to_numpy(dtype=np.float64).cumsum()])
    finished = np.concatenate([[0.0], last["done"].to_numpy(dtype=np.float64).cumsum()])
    served = np.minimum(finished, arrived)
    came = np.interp(
        np.maximum(served - 1e-6, 0.0), arrived, ends
    )  # just before: where nobody came, the earlier end
    waited = np.maximum(ends - came, 0.0) * 24
    waited[finished <= 0] = np.nan
    return ends, waited


def promise_used(
    ax: Axes, hourly: pd.DataFrame, labels: Labels, deadline_hours: float | None
) -> None:
    """Draw the hours an order spends in the building against the hours allowed.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    hourly : DataFrame
        Rows of `hourly` of one site.
    labels : Labels
        Language, currency and names.
    deadline_hours : float or None
        The platform's deadline; None where it is not one of hours.
    """
    if hourly.empty:
        return nothing_to_show(ax)
    start = midnight(hourly["time"])
    ends, waited = hours_to_finish(hourly)
    ax.plot(ends, waited, color=DARK, linewidth=1.2)
    top = float(np.nanmax(waited, initial=1.0)) * 1.1
    if deadline_hours is not None:
        ax.axhline(deadline_hours, color=ACCENT, linewidth=1.2, linestyle=(0, (5, 2)))
        note = labels("promise_line", n=labels.number(deadline_hours))
        top = max(top, deadline_hours * 1.35)
        ax.annotate(
            note,
            (0.995, deadline_hours),
            xycoords=ax.get_yaxis_transform(),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=8,
            color=INK,
        )
    show_days(ax, start, ends[-1] - bucket_days(ends) / 2, labels, named=False)
    hours_axis(ax, labels, top)
