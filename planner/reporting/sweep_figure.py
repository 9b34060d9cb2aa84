"""The picture of a sweep: cost and share on time over its first axis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from planner.domain.choices import LANGUAGES
from planner.reporting.figures.axes import save_png
from planner.reporting.figures.sweep import MOST_LINES, sweep_lines
from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import register
from planner.reporting.layout.style import applied

SIZE_INCHES = (11.0, 4.6)
TITLES = {"cost": "sweep_cost", "on_time_share": "sweep_on_time_share"}


def draw_sweep(
    folder: Path, table: pd.DataFrame, paths: Sequence[str], lang: str, currency: str
) -> Path:
    """Write sweep.png.

    Parameters
    ----------
    folder : Path
        Where to write.
    table : DataFrame
        The table `sweep`.
    paths : sequence of str
        The columns of its axes.
    lang : str
        `en` or `zh`.
    currency : str
        ISO 4217 code of the costs.

    Returns
    -------
    Path
        The picture.
    """
    labels = Labels(next(known for known in LANGUAGES if known == lang), currency)
    with applied(register()):
        figure = Figure(SIZE_INCHES, layout="constrained")
        figure.suptitle(_title(table, paths, labels), fontsize=11, x=0.01, ha="left")
        for ax, (column, title) in zip(figure.subplots(1, 2), TITLES.items(), strict=True):
            sweep_lines(ax, table, paths, column, labels)
            ax.set_title(labels(title, unit=labels.unit), fontsize=10, loc="left")
        return save_png(figure, folder / "sweep.png")


def _title(table: pd.DataFrame, paths: Sequence[str], labels: Labels) -> str:
    """How many plans are certified or drafts, and points that are not drawn."""
    count = table["status"].value_counts()
    drafts, certified = int(count.get("draft", 0)), int(count.get("certified", 0))
    planned = int(table["cost"].notna().sum())
    key = "sweep_drafts" if drafts else "sweep_certified"
    title = labels(key, n=drafts or certified, of=planned)
    without = len(table) - planned
    lines = len(table[list(paths[1:])].drop_duplicates()) if len(paths) > 1 else 1
    more = labels("sweep_more_lines", n=lines - MOST_LINES) if lines > MOST_LINES else ""
    return labels.text(title, labels("sweep_without", n=without) if without else "", more)
