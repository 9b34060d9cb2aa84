"""The picture of a back-test: bands by day and by hour, and the error of each model."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from planner.reporting.figures.axes import save_png
from planner.reporting.figures.backtest import calibration, errors
from planner.reporting.language.labels import Labels, language
from planner.reporting.layout.fonts import register
from planner.reporting.layout.style import applied

SIZE_INCHES = (12.0, 4.4)


def draw_backtest(folder: Path, summary: pd.DataFrame, lang: str) -> Path:
    """Write backtest.png.

    Parameters
    ----------
    folder : Path
        Where to write.
    summary : DataFrame
        The table `backtest_summary`.
    lang : str
        `en` or `zh`.

    Returns
    -------
    Path
        The picture.
    """
    labels = Labels(language(lang))
    with applied(register()):
        figure = Figure(SIZE_INCHES, layout="constrained")
        days, hours, wape = figure.subplots(1, 3)
        calibration(days, summary, "coverage", labels)
        calibration(hours, summary, "hours", labels)
        errors(wape, summary, labels)
        for ax, key in (
            (days, "backtest_days"),
            (hours, "backtest_hours"),
            (wape, "backtest_wape"),
        ):
            ax.set_title(labels(key), fontsize=10, loc="left")
        return save_png(figure, folder / "backtest.png")
