"""What breaks the plan: its page, and the three worst stresses for page 1."""

from __future__ import annotations

from planner.reporting.figures.stress import kept_bars
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.language.stress_sentences import (
    NAMED,
    Row,
    breaks,
    cost_or_dash,
    hardest,
    kept_line,
    kept_of,
    named,
    repair_of,
    stress_sentence,
)
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records

NAME_WIDTH = 112.0  # mm
BAR_HEIGHT, LEAST_HEIGHT = 6.6, 40.0  # mm of a bar, and of the figure
BELOW_BARS = 17.0  # mm for the axis
POINTS, NAME_POINTS = 8.5, 9.0
MOST_BARS = 14


def stress_pages(context: PageContext) -> list[Sheet]:
    """Bars of the promotions kept under each stress, and below them what repairs those that
    break.
    """
    labels, rows = context.labels, hardest(records(context.run.table("stress")))
    if not rows:
        return []
    confidence = float(context.run.run["service"]["confidence"])
    sheet = context.sheet("stress")
    message = stress_sentence(labels, rows, confidence)
    title = "stress_title" if breaks(rows[0], confidence) else "stress_title_holds"
    top = sheet.title(labels(title), message) + 4
    shown = rows[:MOST_BARS]
    height = max(BAR_HEIGHT * len(shown), LEAST_HEIGHT)
    left = LEFT + NAME_WIDTH
    kept_bars(
        sheet.axes(left, top, RIGHT - left, height),
        [sheet.lines(named(labels, r), NAME_POINTS, NAME_WIDTH - 4, most=1)[0] for r in shown],
        [float(r["kept_share"]) for r in shown],
        labels,
        written=[kept_of(labels, r) for r in shown],
        promised=confidence,
    )
    y = top + height + BELOW_BARS
    columns, lines = _table(labels, rows)
    _, y = sheet.table(
        (LEFT, y), RIGHT - LEFT, columns, lines, points=POINTS, until=BOTTOM - 6, most_lines=2
    )
    sheet.text((LEFT, y), labels("stress_note"), 8, colour=GREY, most=2)
    return [sheet]


def _table(labels: Labels, rows: list[Row]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(labels("col_stress"), 4.0),
        Column(labels("col_stress_kept"), 1.0, "right"),
        Column(labels("col_stress_extra", unit=labels.unit), 1.6, "right"),
        Column(labels("col_repair"), 5.5),
        Column(labels("col_repair_cost", unit=labels.unit), 1.5, "right"),
        Column(labels("col_kept_after"), 1.0, "right"),
    ]
    lines = [
        [
            named(labels, row),
            kept_of(labels, row),
            labels.number(float(row["cost_extra"])),
            repair_of(labels, row) or MISSING,
            cost_or_dash(labels, row["repair_cost"]),
            cost_or_dash(labels, row["kept_after"]),
        ]
        for row in rows
    ]
    return columns, lines


def stress_block(
    sheet: Sheet, at: tuple[float, float], width: float, context: PageContext
) -> float:
    """Name the three stresses that the plan keeps least.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    at : (float, float)
        Left and upper edge in mm.
    width : float
        Width in mm.
    context : PageContext
        The run, the language and the typeface.

    Returns
    -------
    float
        The y below it, in mm.
    """
    labels, rows = context.labels, hardest(records(context.run.table("stress")))
    if not rows:
        return at[1]
    confidence = float(context.run.run["service"]["confidence"])
    broken = [row for row in rows if breaks(row, confidence)]
    y = sheet.head(at, labels("head_stress" if broken else "head_holds"), width)
    for row in (broken or rows)[:NAMED]:
        y = sheet.text((at[0], y), kept_line(labels, row), 8.8, width=width, most=2) + 0.6
    return y + 3
