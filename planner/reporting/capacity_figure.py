"""The picture of the orders a day that a plan can promise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from planner.reporting.figures.axes import save_png
from planner.reporting.figures.capacity import declared_numbers, promised_days
from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import register
from planner.reporting.layout.style import applied

SIZE_INCHES = (11.0, 4.8)


def draw_capacity(folder: Path, tables: Mapping[str, pd.DataFrame], labels: Labels) -> Path:
    """Write capacity.png.

    Parameters
    ----------
    folder : Path
        Where to write.
    tables : mapping of str to DataFrame
        The tables of the result.
    labels : Labels
        Language, currency and names.

    Returns
    -------
    Path
        The picture.
    """
    declare = tables.get("declare")
    with applied(register()):
        figure = Figure(SIZE_INCHES, layout="constrained")
        figure.suptitle(labels("capacity_title"), fontsize=11, x=0.01, ha="left")
        panels = 1 if declare is None else 2
        axes = figure.subplots(1, panels, squeeze=False)[0]
        promised_days(axes[0], tables["capacity"], labels)
        if declare is not None:
            declared_numbers(axes[1], declare, labels)
        return save_png(figure, folder / "capacity.png")
