"""The page of the orders a day that a plan can promise: numbers, what to declare, the figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from planner.reporting.figures.capacity import declared_numbers, promised_orders
from planner.reporting.language.capacity_sentences import (
    Row,
    busiest_day,
    declare_sentence,
    every_day,
    limit_sentence,
    more_sentence,
    promise_sentence,
    where_in_words,
)
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout import fonts
from planner.reporting.layout.fonts import Typeface
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet, line_height
from planner.reporting.layout.style import applied
from planner.reporting.report import write_document

PAGE = "capacity.pdf"
POINTS = 10.0
MOST_LINES = 6  # of a sentence
FIGURE = 48.0  # mm at least
GAP = 16.0  # mm between the figures, and left of the first


def write_page(
    folder: Path,
    title: str,
    found: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    labels: Labels,
) -> list[str]:
    """Write the page as PDF, and as a picture.

    Parameters
    ----------
    folder : Path
        Folder of the result.
    title : str
        Title of the scenario.
    found : mapping
        The result, as `--json` prints it.
    tables : mapping of str to DataFrame
        Its tables.
    labels : Labels
        Language, currency and names.

    Returns
    -------
    list of str
        Warnings about characters that the font does not have.
    """
    texts = [title, *(name for names in labels.names.values() for name in names.values())]
    typeface, warnings = fonts.cover(fonts.register(), texts)
    with applied(typeface):
        sheet = _sheet(title, found, tables, labels, typeface)
        write_document([sheet], folder / PAGE, title)
    return warnings


def _sheet(
    title: str,
    found: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    labels: Labels,
    typeface: Typeface,
) -> Sheet:
    sheet = Sheet(typeface=typeface, slug="capacity")
    rows: list[Row] = found["capacity"]
    every = every_day(rows)
    heading = labels("capacity_title", name=title)
    y = sheet.title(heading, promise_sentence(labels, every, found))
    said = [more_sentence(labels, found["capacity_more"], on) for on in _days_tried(rows)]
    said = [*filter(None, said), declare_sentence(labels, found)]
    n, needed = (labels.number(float(every[name])) for name in ("replications", "needed"))
    said.append(labels("capacity_note", n=n, needed=needed))
    lines = sum(len(sheet.lines(s, POINTS, RIGHT - LEFT, most=MOST_LINES)) for s in said)
    below = line_height(POINTS) * lines + 1.0 * len(said) + FIGURE + 16.0
    shown = [row for row in rows if not (row["site"] and row["date"])]
    columns = _columns(labels, n)
    cells = [_cells(labels, row) for row in shown]
    _, y = sheet.table((LEFT, y), RIGHT - LEFT, columns, cells, until=BOTTOM - below)
    y += 2.0
    for sentence in said:
        y = sheet.text((LEFT, y), sentence, POINTS, most=MOST_LINES) + 1.0
    _figures(sheet, y + 6.0, tables, labels)
    return sheet


def _days_tried(rows: list[Row]) -> list[str]:
    """Where one more person or vehicle was tried: on every day, and on the busiest one."""
    return ["", str(busiest_day(rows)["date"])]


def _columns(labels: Labels, n: str) -> list[Column]:
    return [
        Column(labels("capacity_col_where"), 20, bold=True),
        Column(labels("capacity_col_number"), 12, "right", bold=True),
        Column(labels("capacity_col_high"), 12, "right"),
        Column(labels("capacity_col_forecast"), 18, "right"),
        Column(labels("capacity_col_kept", n=n), 11, "right"),
        Column(labels("capacity_col_above"), 12, "right"),
        Column(labels("capacity_col_limit"), 40),
    ]


def _cells(labels: Labels, row: Row) -> list[str]:
    number = labels.number(float(row["orders_per_day"]))
    p50, p95 = (labels.number(float(row[f"forecast_{q}"])) for q in ("p50", "p95"))
    return [
        where_in_words(labels, row),
        labels("capacity_at_least", n=number) if row["or_more"] else number,
        MISSING if row["or_more"] else labels.number(float(row["high"])),
        f"{p50}\u2013{p95}" if row["date"] else MISSING,
        labels.number(float(row["met"])),
        MISSING if row["or_more"] else labels.number(float(row["met_above"])),
        limit_sentence(labels, row) or MISSING,
    ]


def _figures(sheet: Sheet, y: float, tables: Mapping[str, pd.DataFrame], labels: Labels) -> None:
    """The orders a day, and where the platform asks, what declared numbers do."""
    declare = tables.get("declare")
    height = BOTTOM - y - 10.0
    panels = 1 if declare is None else 2
    width = (RIGHT - LEFT) / panels - GAP
    promised_orders(sheet.axes(LEFT + GAP, y, width, height), tables["capacity"], labels)
    if declare is not None:
        x = LEFT + 2 * GAP + width
        declared_numbers(sheet.axes(x, y, width, height), declare, labels)
