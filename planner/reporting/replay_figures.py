"""The picture of a replay: orders that left and orders that were open, day by day."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from planner.domain.choices import LANGUAGES
from planner.reporting.figures.axes import save_png
from planner.reporting.figures.replay import replay_days
from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import register
from planner.reporting.layout.style import applied

SIZE_INCHES = (11.0, 7.4)
COLUMNS = ("left", "open")


def draw_replay(folder: Path, days: pd.DataFrame, lang: str) -> Path:
    """Write replay-days.png.

    Parameters
    ----------
    folder : Path
        Where to write.
    days : DataFrame
        The table `replay_days`.
    lang : str
        `en` or `zh`.

    Returns
    -------
    Path
        The picture.
    """
    labels = Labels(next(known for known in LANGUAGES if known == lang))
    with applied(register()):
        figure = Figure(SIZE_INCHES, layout="constrained")
        axes = figure.subplots(2, 1)
        for ax, column in zip(axes, COLUMNS, strict=True):
            replay_days(ax, days, column, labels)
        handles, names = axes[0].get_legend_handles_labels()
        if handles:
            figure.legend(handles, names, loc="outside lower center", ncols=5, frameon=False)
        return save_png(figure, folder / "replay-days.png")
