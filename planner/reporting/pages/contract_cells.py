"""What the pages about contracts share: columns of their tables, estimates with intervals, names of
alternatives.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from planner.reporting.figures.contracts import Estimate
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Align, Column, Sheet, line_height
from planner.reporting.pages.page_context import PageContext

Row = dict[str, Any]
Spec = tuple[
    str, Column, Callable[[Row], str]
]  # the column of the table it rests on, its heading, what stands in it
JOINED = " + "
FINE = 3  # decimals of differences that are small by their nature


def columns_of(context: PageContext, name: str, *columns: str) -> pd.DataFrame:
    """A table of the run, if it is there with these columns.

    Parameters
    ----------
    context : PageContext
        The run, the language and the typeface.
    name : str
        Name of the table.
    *columns : str
        Columns that are needed.

    Returns
    -------
    DataFrame
        The table; an empty one where it or a column is missing.
    """
    table = context.run.table(name)
    return table if set(columns) <= set(table.columns) else pd.DataFrame()


def alternative(labels: Labels, key: str) -> str:
    """Name to show for a contract or a combination of contracts (`express-a + post-e`)."""
    whole = labels.name("contract", key)
    return (
        whole
        if whole != key
        else JOINED.join(labels.name("contract", part) for part in key.split(JOINED))
    )


def ranked(rows: pd.DataFrame) -> list[str]:
    """Alternatives, the best first."""
    by = "rank" if "rank" in rows.columns else "cost_per_order"
    return [
        str(c)
        for c in rows.sort_values([by, "contract"], kind="stable", na_position="last")["contract"]
    ]


def estimate(row: Row, name: str) -> Estimate:
    """Mean and interval of a quantity in a row; `value` and `cost_per_order` have theirs in `low`
    and `high`.
    """
    prefix = "" if name in ("value", "cost_per_order") else f"{name}_"
    mean, low, high = (float(row.get(c, math.nan)) for c in (name, f"{prefix}low", f"{prefix}high"))
    return mean, low, high


def fine_digits(value: float, digits: int = 2) -> int:
    """Decimals that show `value` as other than 0: `digits`, or as many as it takes up to six;
    `digits` for 0 itself.
    """
    return (
        next((d for d in range(digits, 7) if round(value, d)), digits)
        if math.isfinite(value)
        else digits
    )


def with_interval(labels: Labels, estimate: Estimate, digits: int = 2) -> str:
    """Write an estimate: `−0.12 (−0.15 to −0.09)`.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    estimate : Estimate
        Mean, low and high.
    digits : int
        Decimals of the numbers.

    Returns
    -------
    str
        The text; a dash for an unknown value and for the reference itself.
    """
    mean, low, high = (("+" if v > 0 else "") + labels.number(v, digits) for v in estimate)
    if not math.isfinite(estimate[0]) or not any(estimate):
        return MISSING
    return (
        labels("with_interval", mean=mean, low=low, high=high)
        if math.isfinite(estimate[1])
        else mean
    )


def share(name: str, heading: str, labels: Labels, digits: int = 1) -> Spec:
    """Column of a share, in per cent.

    Parameters
    ----------
    name : str
        Column of the table that it rests on.
    heading : str
        Heading of the column.
    labels : Labels
        Language, currency and names.
    digits : int
        Decimals.

    Returns
    -------
    Spec
        The column.
    """
    return name, Column(heading, 1.4, "right"), lambda r: labels.percent(float(r[name]), digits)


def number(name: str, heading: str, labels: Labels, digits: int = 0) -> Spec:
    """Column of a number.

    Parameters
    ----------
    name : str
        Column of the table that it rests on.
    heading : str
        Heading of the column.
    labels : Labels
        Language, currency and names.
    digits : int
        Decimals.

    Returns
    -------
    Spec
        The column.
    """
    return name, Column(heading, 1.4, "right"), lambda r: labels.number(float(r[name]), digits)


def gap(name: str, heading: str, labels: Labels, digits: int = 2) -> Spec:
    """Column of a difference with its interval.

    Parameters
    ----------
    name : str
        Column of the table that it rests on.
    heading : str
        Heading of the column.
    labels : Labels
        Language, currency and names.
    digits : int
        Decimals.

    Returns
    -------
    Spec
        The column.
    """
    return (
        name,
        Column(heading, 3.0, "right"),
        lambda r: with_interval(labels, estimate(r, name), digits),
    )


def words(
    name: str,
    heading: str,
    share: float,
    write: Callable[[Row], str],
    *,
    align: Align = "left",
    bold: bool = False,
) -> Spec:
    """Column of a text that `write` makes of a row.

    Parameters
    ----------
    name : str
        Column of the table that it rests on.
    heading : str
        Heading of the column.
    share : float
        Share of the width, relative to the other columns.
    write : callable
        Gives the text of a row.
    align : str
        `left`, `center` or `right`.
    bold : bool
        Whether the type is bold.

    Returns
    -------
    Spec
        The column.
    """
    return name, Column(heading, share, align, bold), write


def present(table: pd.DataFrame, specs: Sequence[Spec]) -> list[Spec]:
    """The columns a table has values for."""
    return [s for s in specs if s[0] in table.columns and table[s[0]].notna().any()]


def cells(specs: Sequence[Spec], rows: Sequence[Row]) -> tuple[list[Column], list[list[str]]]:
    """Headings and texts of a printed table."""
    return [column for _, column, _ in specs], [
        [write(row) for _, _, write in specs] for row in rows
    ]


def table_with_axes(
    sheet: Sheet,
    top: float,
    width: float,
    *,
    columns: Sequence[Column],
    lines: Sequence[Sequence[str]],
    points: float,
) -> tuple[int, float, Axes]:
    """Set a table of one line per row, and axes next to it whose rows are its own.

    Parameters
    ----------
    sheet : Sheet
        The page that is drawn on.
    top : float
        Upper edge in mm from the top of the page.
    width : float
        Width of the table in mm.
    columns : sequence of Column
        Columns of the table.
    lines : sequence of Sequence[str]
        Texts of the rows.
    points : float
        Size of the type in points.

    Returns
    -------
    tuple of int, float and Axes
        Rows that were set, the y below them, and the axes.
    """
    done, y = sheet.table(
        (LEFT, top), width, columns, lines, points=points, until=BOTTOM - 11, most_lines=1
    )
    height = done * (line_height(points) + 1.1)
    return (
        done,
        y,
        sheet.axes(LEFT + width + 4, y - 0.55 - height, RIGHT - LEFT - width - 4, height),
    )
