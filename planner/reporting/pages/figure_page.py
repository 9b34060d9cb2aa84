"""A page that is one figure, or a few one below the other, declared instead of written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder

AXIS = 14.0  # mm left free for the numbers of a y axis
ABOVE, BELOW = 7.0, 7.0  # mm for the unit above a figure, and for the days below it
BETWEEN = 16.0  # mm between two figures


def of_all_regions(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of all regions together."""
    return table[table["region"] == "all"].reset_index(drop=True)


@dataclass(frozen=True, slots=True)
class Panel:
    """One figure of a page.

    Attributes
    ----------
    table : str
        Result table that it shows.
    draw : callable
        The figure: takes axes, the table and the language.
    rows : callable or None
        Chooses the rows of the table that are drawn (default: all).
    height : float
        Its height relative to the other figures of the page.
    """

    table: str
    draw: Callable[[Axes, pd.DataFrame, Labels], None]
    rows: Callable[[pd.DataFrame], pd.DataFrame] | None = None
    height: float = 1.0

    def shown(self, run: RunFolder) -> pd.DataFrame:
        """The rows that are drawn; none where the run lacks the table."""
        table = run.table(self.table)
        return table if self.rows is None or table.empty else self.rows(table)


@dataclass(frozen=True, slots=True)
class FigurePage:
    """A page of figures; it is left out where the first of them has nothing to show.

    Attributes
    ----------
    slug : str
        Name of the page's picture, without `.png`.
    title : str
        Key of its heading.
    message : callable
        What the figures show, in a sentence: takes the run and the language.
    panels : tuple of Panel
        The figures, from top to bottom; those without rows are left out.
    """

    slug: str
    title: str
    message: Callable[[RunFolder, Labels], str]
    panels: tuple[Panel, ...]

    def __call__(self, context: PageContext) -> list[Sheet]:
        """Make the page of a run: one sheet, or none."""
        run, labels = context.run, context.labels
        if self.panels[0].shown(run).empty:
            return []
        panels = [panel for panel in self.panels if not panel.shown(run).empty]
        sheet = context.sheet(self.slug)
        y = sheet.title(labels(self.title), self.message(run, labels)) + ABOVE
        room = BOTTOM - BELOW - y - BETWEEN * (len(panels) - 1)
        whole = sum(panel.height for panel in panels)
        for panel in panels:
            height = room * panel.height / whole
            axes = sheet.axes(LEFT + AXIS, y, RIGHT - LEFT - AXIS, height)
            panel.draw(axes, panel.shown(run), labels)
            y += height + BETWEEN
        return [sheet]
