"""What all figures share: a time axis in days, numbers on axes, direct labels, saving."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, Formatter, FuncFormatter, MaxNLocator

from planner.domain.arrays import Floats
from planner.output import write_bytes
from planner.reporting.language.labels import Labels
from planner.reporting.layout.pictures import PNG_DPI, POINTS_PER_INCH, picture
from planner.reporting.layout.sheet import RIGHT, WIDTH
from planner.reporting.layout.style import GREY, LIGHT, RULE

DIGIT_WIDTH = 0.56  # of the type size


def midnight(times: pd.Series) -> datetime:
    """Midnight of the first day in a column of times."""
    return datetime.fromisoformat(str(times.iloc[0])[:10])


def day_numbers(times: pd.Series, start: datetime) -> Floats:
    """Times -> days since `start`."""
    return np.asarray((pd.to_datetime(times) - start) / pd.Timedelta(days=1), dtype=np.float64)


def bucket_days(x: Floats) -> float:
    """Length of a bucket in days (an hour when there is only one)."""
    return float(np.diff(x).min()) if len(x) > 1 else 1 / 24


def edges(x: Floats) -> Floats:
    """Bucket starts and the end of the last bucket."""
    return np.append(x, x[-1] + bucket_days(x))


def repeat_last(values: Sequence[float] | Floats | pd.Series) -> Floats:
    """Values for `edges`, so that the last bucket is drawn in full."""
    array = np.asarray(values, dtype=np.float64)
    return np.append(array, array[-1])


def show_days(
    ax: Axes, start: datetime, days: float, labels: Labels, *, named: bool = True
) -> None:
    """Mark midnights as lines and name the days (hours where there is one day).

    Parameters
    ----------
    ax : Axes
        Where to draw.
    start : datetime
        Midnight of the first day.
    days : float
        Length of the axis in days.
    labels : Labels
        Language, currency and names.
    named : bool
        Whether the days are named.
    """
    whole = max(1, int(np.ceil(days - 1e-9)))
    ax.set_xlim(0, whole)
    ax.grid(axis="x", which="major")
    ax.tick_params(axis="x", which="both", length=0)
    if whole == 1:
        ticks = [h / 24 for h in range(0, 25, 3)]
        texts = [f"{h:02d}:00" for h in range(0, 25, 3)]
        ax.set_xticks(ticks, texts if named else [""] * len(ticks))
        if named:
            ax.set_xlabel(labels.day(start))
            ax.xaxis.get_majorticklabels()[0].set_horizontalalignment("left")
            ax.xaxis.get_majorticklabels()[-1].set_horizontalalignment("right")
        return
    ax.xaxis.set_major_locator(FixedLocator([float(d) for d in range(whole + 1)]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda _value, _place: ""))
    step = -(-whole // 16)
    middles = range(0, whole, step)
    dates = [start + timedelta(days=d) for d in middles]
    texts = [labels.day(d) if whole <= 10 else labels.short_day(d) for d in dates]
    ax.set_xticks([d + 0.5 for d in middles], texts if named else [""] * len(texts), minor=True)


class Numbers(Formatter):
    """Writes the ticks of an axis with the decimals their step needs; numbers above `cap` stay
    unwritten.
    """

    def __init__(self, labels: Labels, cap: float = math.inf) -> None:
        self.labels, self.cap = labels, cap

    def __call__(self, value: float, pos: int | None = None) -> str:
        """One tick alone."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All ticks of the axis with the same number of decimals."""
        digits = decimals(values)
        return [self.labels.number(value, digits) if value <= self.cap else "" for value in values]


def decimals(values: Sequence[float] | Floats) -> int:
    """Decimals that show every one of `values` as it is (ticks are multiples of a round step), at
    most six.
    """
    numbers = np.asarray(values, dtype=np.float64)
    small = 1e-6 * float(np.diff(numbers).min()) if len(numbers) > 1 else 1e-9
    return next(
        (d for d in range(6) if np.all(np.abs(numbers.round(d) - numbers) <= abs(small))), 6
    )


def numbered(ax: Axes, axis: str, labels: Labels, most: int = 6, cap: float = math.inf) -> None:
    """Write numbers at the ticks of an axis whose limits are set.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    axis : str
        `x` or `y`.
    labels : Labels
        Language, currency and names.
    most : int
        Most ticks.
    cap : float
        Highest number that is written.
    """
    target = ax.xaxis if axis == "x" else ax.yaxis
    target.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    target.set_major_formatter(Numbers(labels, cap))
    ax.grid(axis="x" if axis == "x" else "y")
    if axis == "x":
        _keep_inside(ax)


def _keep_inside(ax: Axes) -> None:
    """Tick texts that would cross the right margin of the sheet end at their tick."""
    frame = ax.get_position()
    wide = ax.figure.bbox.width / ax.figure.dpi * POINTS_PER_INCH
    low, high = ax.get_xlim()
    for tick, text in zip(ax.get_xticks(), ax.get_xticklabels(), strict=True):
        at = frame.x0 + frame.width * (tick - low) / (high - low)
        half = 0.5 * DIGIT_WIDTH * len(text.get_text()) * float(text.get_fontsize()) / wide
        text.set_horizontalalignment("right" if at + half > RIGHT / WIDTH else "center")


def count_axis(ax: Axes, labels: Labels, top: float, most: int = 6) -> None:
    """Make a y axis of counts, from 0 to a little above `top`.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    labels : Labels
        Language, currency and names.
    top : float
        Highest count.
    most : int
        Most ticks.
    """
    if not top > 0:
        ax.set_ylim(0, 1)
        ax.set_yticks([0], [labels.number(0)])
        return
    ax.set_ylim(0, top)
    ax.yaxis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=True))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: labels.number(value)))
    ax.grid(axis="y")


def hours_axis(ax: Axes, labels: Labels, top: float) -> None:
    """Make a y axis of hours from 0, with ticks at fractions or multiples of a day.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    labels : Labels
        Language, currency and names.
    top : float
        Upper end in hours.
    """
    step = next((s for s in (1, 2, 4, 6, 12, 24, 48, 96) if top / s <= 3.5), 168)
    ticks = [float(t) for t in range(0, int(top) + 1, step)]
    ax.set_ylim(0, top)
    ax.set_yticks(ticks, [labels.number(t) for t in ticks])
    ax.grid(axis="y")


def unit_above(ax: Axes, text: str, pad: float = 5.0) -> None:
    """Write the unit of the y axis horizontally above it.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    text : str
        The unit.
    pad : float
        Distance from the axes in points.
    """
    # a place that is given is not looked for again by measuring every tick
    ax.set_title(text, loc="left", fontsize=8.5, color=GREY, pad=pad, y=1.0)


def band(ax: Axes, x: Floats, low: Floats, high: Floats, colour: str = LIGHT) -> None:
    """Draw a band of quantiles by bucket.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    x : Floats
        Starts of the buckets in days.
    low : Floats
        Lower quantile of each bucket.
    high : Floats
        Upper quantile of each bucket.
    colour : str
        Colour of the band.
    """
    ax.fill_between(
        edges(x), repeat_last(low), repeat_last(high), step="post", color=colour, linewidth=0
    )


def nothing_to_show(ax: Axes) -> None:
    """Empty axes instead of a figure without data."""
    ax.set_xticks([])
    ax.set_yticks([])
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.plot([0, 1], [0, 0], color=RULE, linewidth=0.6)


def save_png(figure: Figure, path: Path, dpi: int = PNG_DPI) -> Path:
    """Write a figure as PNG, the same bytes for the same figure.

    Call it inside `style.applied`.

    Parameters
    ----------
    figure : Figure
        The figure.
    path : Path
        File to write.
    dpi : int
        Pixels per inch.

    Returns
    -------
    Path
        The file.
    """
    write_bytes(path, picture(figure, dpi))
    return path
