"""People: the heat map of a site, rows shifts, columns days."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import nothing_to_show
from planner.reporting.language.labels import Labels, two_lines
from planner.reporting.layout.style import BOLD, GREY, INK, PAPER, RULE, ink_on, shade
from planner.reporting.tables.run_folder import to_date

Row = tuple[str, str]  # process, shift
MOST_SPLIT_DAYS = 16  # with more columns there is no room to say what a number is made of


def staffing_rows(
    staffing: pd.DataFrame, processes: Sequence[str] = (), shifts: Sequence[str] = ()
) -> list[Row]:
    """List the rows of a heat map: process by process, shift by shift.

    Parameters
    ----------
    staffing : DataFrame
        date, process, shift, since, headcount of one or more sites.
    processes : sequence of str
        Processes in their order; others follow in the order of the table.
    shifts : sequence of str
        Shifts in their order; others follow in the order of the table.

    Returns
    -------
    list of Row
        (process, shift) of each row.
    """
    processes = list(dict.fromkeys([*processes, *staffing["process"]]))
    shifts = list(dict.fromkeys([*shifts, *staffing["shift"]]))
    there = set(zip(staffing["process"], staffing["shift"], strict=True))
    return [(p, s) for p in processes for s in shifts if (p, s) in there]


def headcounts(
    staffing: pd.DataFrame, rows: Sequence[Row], dates: Sequence[date]
) -> tuple[Floats, Floats]:
    """Count people by row and day.

    Parameters
    ----------
    staffing : DataFrame
        date, process, shift, since, headcount of one or more sites.
    rows : sequence of Row
        (process, shift) of each row.
    dates : sequence of date
        The days.

    Returns
    -------
    tuple of Floats
        All people, and the hired ones among them (those with a first day), each by row and day.
    """
    everyone, hired = np.zeros((len(rows), len(dates))), np.zeros((len(rows), len(dates)))
    row_of, day_of = {r: i for i, r in enumerate(rows)}, {d: j for j, d in enumerate(dates)}
    cells = zip(
        staffing["process"],
        staffing["shift"],
        staffing["date"],
        staffing["headcount"],
        staffing["since"],
        strict=True,
    )
    for process, shift, on, count, since in cells:
        i, j = row_of.get((process, shift)), day_of.get(to_date(on))
        if i is None or j is None:
            continue
        everyone[i, j] += count
        hired[i, j] += count if since else 0
    return everyone, hired


def staffing_heat(
    ax: Axes,
    staffing: pd.DataFrame,
    dates: Sequence[date],
    labels: Labels,
    rows: Sequence[Row] | None = None,
    *,
    closed: Collection[date] = (),
) -> None:
    """Draw the people of one site: a cell is a process and shift on a day.

    Below the headcount stand permanent and hired people.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    staffing : DataFrame
        date, process, shift, since, headcount, paid_hours of one site.
    dates : sequence of date
        The days, from left to right.
    labels : Labels
        Language, currency and names.
    rows : sequence of Row] or Non
        Rows from top to bottom (default: all of the table).
    closed : collection of date
        Days on which the site does not open.
    """
    if staffing.empty:
        return nothing_to_show(ax)
    rows = staffing_rows(staffing) if rows is None else rows
    everyone, hired = headcounts(staffing, rows, dates)
    most = max(everyone.max(), 1.0)
    wide = len(dates) <= MOST_SPLIT_DAYS
    split = wide and bool(
        hired.any()
    )  # then in every cell, so that none looks as if its parts were unknown
    for i in range(len(rows)):
        for j in range(len(dates)):
            _cell(
                ax,
                (j, i),
                (everyone[i, j], hired[i, j]),
                labels,
                share=everyone[i, j] / most,
                wide=wide,
                split=split,
            )
    for j in range(len(dates)):
        count, temporary = everyone[:, j].sum(), hired[:, j].sum()
        if dates[j] in closed and not count:
            look: dict[str, Any] = {
                "ha": "center",
                "va": "center",
                "fontsize": 9 if wide else 7,
                "color": GREY,
            }
            ax.text(j + 0.5, len(rows) + 0.5, labels("day_closed"), **look)
            continue
        if split:
            parts = f"{labels.number(count - temporary)} + {labels.number(temporary)}"
            ax.text(j + 0.5, len(rows) + 0.78, parts, ha="center", va="center", fontsize=7.5)
        ax.text(
            j + 0.5,
            len(rows) + (0.38 if split else 0.5),
            labels.number(count),
            ha="center",
            va="center",
            fontsize=11 if wide else 8,
            **BOLD,
        )
    hours = staffing.groupby(["process", "shift"], sort=False)["paid_hours"].sum()
    for i, row in enumerate(rows):
        _at_margin(ax, (len(dates), i + 0.5), labels.number(float(hours.get(row, 0.0))))
    _at_margin(ax, (len(dates), len(rows) + 0.5), labels.number(hours.sum()), **BOLD)
    _at_margin(ax, (len(dates), -0.3), labels("col_hours"), color=GREY, fontsize=8)
    _name_rows(ax, rows, len(dates), labels)
    ax.set_xlim(0, len(dates))
    ax.set_ylim(len(rows) + 1, 0)


def _at_margin(ax: Axes, at: tuple[float, float], text: str, **look: Any) -> None:
    """A number to the right of the map."""
    look = {"fontsize": 9} | look
    ax.annotate(
        text,
        at,
        xytext=(7, 0),
        textcoords="offset points",
        ha="left",
        va="center",
        annotation_clip=False,
        **look,
    )


def _cell(
    ax: Axes,
    at: tuple[int, int],
    people: tuple[float, float],
    labels: Labels,
    *,
    share: float,
    wide: bool,
    split: bool,
) -> None:
    """One cell: its shade, the number, and where `split` what the number is made of."""
    (j, i), (count, hired) = at, people
    ax.add_patch(Rectangle((j, i), 1, 1, facecolor=shade(share), edgecolor=PAPER, linewidth=1.2))
    if count == 0:
        return
    colour = ink_on(share)
    lift = 0.12 if split else 0.0
    ax.text(
        j + 0.5,
        i + 0.5 - lift,
        labels.number(count),
        ha="center",
        va="center",
        fontsize=12 if wide else 8.5,
        color=colour,
    )
    if split:
        parts = f"{labels.number(count - hired)} + {labels.number(hired)}"
        ax.text(j + 0.5, i + 0.78, parts, ha="center", va="center", fontsize=7.5, color=colour)


def _name_rows(ax: Axes, rows: Sequence[Row], days: int, labels: Labels) -> None:
    """Process and shift to the left of the rows; a line between processes."""
    ax.set_xticks([])
    ax.tick_params(axis="y", length=0)
    names = [
        two_lines(f"{labels.name('process', p)} · {labels.name('shift', s)}", 13) for p, s in rows
    ]
    ax.set_yticks(np.arange(len(rows) + 1) + 0.5, [*names, labels("all_people")], fontsize=9.5)
    for spine in ax.spines.values():
        spine.set_visible(False)
    for i in range(1, len(rows)):
        if rows[i][0] != rows[i - 1][0]:
            ax.plot([0, days], [i, i], color=INK, linewidth=0.9)
    ax.plot([0, days], [len(rows), len(rows)], color=INK, linewidth=0.9)
    ax.plot([0, days], [len(rows) + 1] * 2, color=RULE, linewidth=0.6, clip_on=False)


def day_strip(ax: Axes, dates: Sequence[date], orders: dict[date, float], labels: Labels) -> None:
    """Draw the orders of each day as small bars above a heat map, with the days' names.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    dates : sequence of date
        The days, from left to right.
    orders : mapping
        Orders of each day.
    labels : Labels
        Language, currency and names.
    """
    values = np.array([orders.get(d, 0.0) for d in dates])
    most = max(values.max(initial=0.0), 1.0)
    if orders:
        ax.bar(np.arange(len(dates)) + 0.5, values, width=0.7, color="#8a8f96")
    many = len(dates) > 16
    for j, value in enumerate(values if orders and not many else []):
        ax.text(
            j + 0.5, value + 0.05 * most, labels.number(value), ha="center", va="bottom", fontsize=8
        )
    texts = [
        labels.short_day(d) if many else f"{labels.weekday(d)}\n{labels.short_day(d)}"
        for d in dates
    ]
    shown = range(0, len(dates), 2 if many else 1)
    ax.set_xticks(
        [j + 0.5 for j in shown], [texts[j] for j in shown], fontsize=9 if not many else 7.5
    )
    ax.tick_params(axis="x", length=0)
    ax.set_yticks([])
    ax.set_xlim(0, len(dates))
    ax.set_ylim(0, most * 1.35)
    for side in ("left", "right", "top", "bottom"):
        ax.spines[side].set_visible(False)
    if orders:
        ax.set_title(labels("staffing_orders"), loc="left", fontsize=8, color=GREY, pad=3)
