"""Late orders over the simulated replications, against the target and the platform's limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from planner.domain.arrays import Floats
from planner.reporting.figures.axes import count_axis, nothing_to_show, numbered
from planner.reporting.language.labels import Labels
from planner.reporting.layout.style import ACCENT, DARK, INK, MIDDLE

MOST_BINS = 28
KEPT: dict[str, Any] = {"facecolor": MIDDLE, "edgecolor": DARK}
MISSED: dict[str, Any] = {"facecolor": "#f3d9d7", "edgecolor": ACCENT, "hatch": "////"}


def _range(late: Floats, target: float, threshold: float | None) -> float:
    """Right end of the axis in per cent: everything simulated, the target, and the limit if it is
    not far away.
    """
    seen = max(float(late.max(initial=0.0)), target * 1.6, 0.1)
    return (
        max(seen, threshold * 1.15)
        if threshold is not None and threshold < 4 * seen
        else seen * 1.05
    )


def late_histogram(
    ax: Axes, replications: pd.DataFrame, labels: Labels, target: float, threshold: float | None
) -> None:
    """Draw how many replications have which share of late orders.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    replications : DataFrame
        The table `replications`.
    labels : Labels
        Language, currency and names.
    target : float
        Share of late orders that is allowed.
    threshold : float or None
        The platform's share of late orders; None where it has none.
    """
    if replications.empty:
        return nothing_to_show(ax)
    late = 100 * replications["late_share"].to_numpy(dtype=np.float64)
    limits = (100 * target, None if threshold is None else 100 * threshold)
    right = _range(late, *limits)
    width = _bin_width(right, limits[0])
    bins = np.arange(0.0, right + width, width)
    kept = late <= limits[0] + 1e-9
    counts_kept, counts_missed = (_counts(late[part], bins) for part in (kept, ~kept))
    _bars(ax, bins, counts_kept, np.zeros(len(counts_kept)), KEPT)
    _bars(ax, bins, counts_missed, counts_kept, MISSED)
    top = float((counts_kept + counts_missed).max())
    count_axis(ax, labels, top * 1.3, 5)
    _limit_lines(ax, limits, right, labels)
    ax.set_xlim(0, float(bins[-1]))  # the last bar in full
    numbered(ax, "x", labels, 8)
    ax.set_xlabel(labels("late_axis"))
    ax.set_ylabel(labels("promotions_axis"))
    handles = [Patch(**KEPT), Patch(**MISSED)]
    texts = [
        labels("kept", n=labels.number(kept.sum())),
        labels("missed", n=labels.number((~kept).sum())),
    ]
    ax.legend(
        handles,
        texts,
        loc="lower right",
        bbox_to_anchor=(1, 1.0),
        ncols=2,
        frameon=False,
        borderaxespad=0.2,
    )


def _counts(late: Floats, bins: Floats) -> Floats:
    """Replications per bin (a value on the last edge belongs to the last bin)."""
    return np.histogram(late, np.append(bins[:-1], bins[-1] + 1e-9))[0].astype(np.float64)


def _bars(ax: Axes, bins: Floats, counts: Floats, bottom: Floats, look: dict[str, Any]) -> None:
    """Bars of the bins that have any."""
    some = counts > 0
    if some.any():
        ax.bar(
            bins[:-1][some],
            counts[some],
            np.diff(bins)[some],
            bottom[some],
            align="edge",
            linewidth=0.5,
            **look,
        )


def _bin_width(right: float, target: float) -> float:
    """A width of which the target is a multiple, giving at most MOST_BINS bins."""
    if target <= 0:
        return right / MOST_BINS
    for parts in (20, 10, 5, 4, 2, 1):
        if right / (target / parts) <= MOST_BINS:
            return target / parts
    return target * float(np.ceil(right / target / MOST_BINS))


def _limit_lines(
    ax: Axes, limits: tuple[float, float | None], right: float, labels: Labels
) -> None:
    """The target and the platform's limit as lines with their names at different heights."""
    target, threshold = limits
    rows: list[tuple[float, Any, str]] = [
        (target, "-", labels("late_target", x=labels.exact(target / 100)))
    ]
    if threshold is not None and threshold <= right:
        rows.append(
            (threshold, (0, (5, 2)), labels("late_threshold", x=labels.exact(threshold / 100)))
        )
    for place, (value, dashes, text) in enumerate(rows):
        ax.axvline(value, color=ACCENT, linewidth=1.4, linestyle=dashes)
        side, offset = ("right", -4) if value > 0.7 * right else ("left", 4)
        ax.annotate(
            text,
            (value, 0.955 - 0.085 * place),
            xycoords=ax.get_xaxis_transform(),
            xytext=(offset, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=9,
            color=INK,
        )


def late_ecdf(
    ax: Axes, replications: pd.DataFrame, labels: Labels, target: float, confidence: float
) -> None:
    """Draw the share of replications at or below each share of late orders.

    Parameters
    ----------
    ax : Axes
        Where to draw.
    replications : DataFrame
        The table `replications`.
    labels : Labels
        Language, currency and names.
    target : float
        Share of late orders that is allowed.
    confidence : float
        Share of replications that is asked for.
    """
    if replications.empty:
        return nothing_to_show(ax)
    late = np.sort(100 * replications["late_share"].to_numpy(dtype=np.float64))
    right = _range(late, 100 * target, None)
    share = 100 * np.arange(1, len(late) + 1) / len(late)
    ax.step([0.0, *late, right], [0.0, *share, 100.0], where="post", color=DARK, linewidth=1.4)
    ax.axvline(100 * target, color=ACCENT, linewidth=1.4)
    ax.axhline(100 * confidence, color=ACCENT, linewidth=1.0, linestyle=(0, (5, 2)))
    ax.text(0.99, 100 * confidence - 1.5, labels("late_confidence", x=labels.exact(confidence)),
            transform=ax.get_yaxis_transform(), ha="right", va="top", fontsize=9)  # fmt: skip
    kept = float((late <= 100 * target + 1e-9).mean())
    ax.plot([100 * target], [100 * kept], "o", color=ACCENT, markersize=6)
    label_at, lift = (min(kept, confidence), -28) if kept > 0.3 else (kept, 14)
    ax.annotate(
        labels("kept", n=labels.percent(kept)),
        (100 * target, 100 * label_at),
        xytext=(6, lift),
        textcoords="offset points",
        ha="left",
        va="center",
        fontsize=9,
    )
    ax.set_xlim(0, right)
    ax.set_ylim(0, 104)
    numbered(ax, "x", labels, 6)
    numbered(ax, "y", labels, 5, cap=100.0)
    ax.set_xlabel(labels("late_axis"))
    ax.set_ylabel(labels("ecdf_axis"))
