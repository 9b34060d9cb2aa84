"""A sheet of A4 (landscape) that is laid out in millimetres from its top left corner; text is
measured, then set.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from planner.reporting.layout.fonts import Typeface
from planner.reporting.layout.line_breaking import fit, pieces
from planner.reporting.layout.line_of_text import set_line
from planner.reporting.layout.style import GREY, INK, PAPER, RULE, TINT

WIDTH, HEIGHT = 297.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 14.0, 283.0, 12.0, 197.0  # the live area; the footer stands below BOTTOM
MM_PER_INCH, MM_PER_POINT = 25.4, 25.4 / 72
LEADING = 1.32

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: its heading, its share of the width, how its cells stand."""

    title: str
    share: float
    align: Align = "left"
    bold: bool = False


@dataclass(kw_only=True)
class Sheet:
    """One page.

    `slug` names its picture, `heading` and `message` are what `title` was given, `note` is the box
    set last, below `free` there is room for more, `left_out` rows had no room; y grows downwards.
    """

    typeface: Typeface
    slug: str
    heading: str = field(init=False, default="")
    message: str = field(init=False, default="")
    note: str = field(init=False, default="")
    free: float = field(init=False, default=BOTTOM)
    left_out: int = field(init=False, default=0)
    figure: Figure = field(init=False)

    def __post_init__(self) -> None:
        self.figure = Figure(figsize=(WIDTH / MM_PER_INCH, HEIGHT / MM_PER_INCH), facecolor=PAPER)

    def axes(self, x: float, y: float, width: float, height: float, **options: Any) -> Axes:
        """Add axes whose frame has its upper left corner at (x, y).

        Parameters
        ----------
        x : float
            Left edge in mm.
        y : float
            Upper edge in mm from the top of the page.
        width : float
            Width in mm.
        height : float
            Height in mm.
        **options : Any
            Passed on to matplotlib.

        Returns
        -------
        Axes
            The axes.
        """
        rect = (x / WIDTH, 1 - (y + height) / HEIGHT, width / WIDTH, height / HEIGHT)
        return self.figure.add_axes(rect, **options)

    def box(self, x: float, y: float, width: float, height: float, **given: Any) -> None:
        """Draw a rectangle behind the text.

        Parameters
        ----------
        x : float
            Left edge in mm.
        y : float
            Upper edge in mm from the top of the page.
        width : float
            Width in mm.
        height : float
            Height in mm.
        **given : Any
            Looks of the rectangle, as matplotlib names them.
        """
        look: dict[str, Any] = {
            "facecolor": TINT,
            "edgecolor": "none",
            "linewidth": 0.8,
            "zorder": -1,
        } | given
        corner = (x / WIDTH, 1 - (y + height) / HEIGHT)
        self.figure.add_artist(
            Rectangle(
                corner, width / WIDTH, height / HEIGHT, transform=self.figure.transFigure, **look
            )
        )

    def rule(
        self, x: float, y: float, width: float, colour: str = RULE, points: float = 0.6
    ) -> None:
        """Draw a horizontal line.

        Parameters
        ----------
        x : float
            Left edge in mm.
        y : float
            Upper edge in mm from the top of the page.
        width : float
            Width in mm.
        colour : str
            Colour of the line.
        points : float
            Thickness in points.
        """
        ends = ([x / WIDTH, (x + width) / WIDTH], [1 - y / HEIGHT] * 2)
        self.figure.add_artist(
            Line2D(*ends, color=colour, linewidth=points, transform=self.figure.transFigure)
        )

    def width(self, text: str, points: float, bold: bool = False) -> float:
        """Measure one line of text.

        Parameters
        ----------
        text : str
            The text.
        points : float
            Size of the type in points.
        bold : bool
            Whether the type is bold.

        Returns
        -------
        float
            Its width in mm.
        """
        return self.typeface.width(text, points, bold) * MM_PER_POINT

    def lines(
        self, text: str, points: float, width: float, bold: bool = False, most: int = 99
    ) -> list[str]:
        """Break a text into lines.

        Parameters
        ----------
        text : str
            The text.
        points : float
            Size of the type in points.
        width : float
            Width in mm.
        bold : bool
            Whether the type is bold.
        most : int
            Most lines.

        Returns
        -------
        list of str
            The lines.
        """
        return fit(
            self.typeface.printable(text),
            self.typeface,
            points,
            width / MM_PER_POINT,
            lines=most,
            bold=bold,
        )

    def text(
        self,
        at: tuple[float, float],
        text: str,
        points: float = 9.0,
        *,
        width: float | None = None,
        bold: bool = False,
        colour: str = INK,
        align: Align = "left",
        most: int = 99,
    ) -> float:
        """Set a text from the upper edge of its first line.

        Parameters
        ----------
        at : (float, float)
            Left and upper edge in mm; the left edge of the width for any alignment.
        text : str
            The text.
        points : float
            Size of the type in points.
        width : float or None
            Width in mm to which it is wrapped (default: to the right margin).
        bold : bool
            Whether the type is bold.
        colour : str
            Colour of the type.
        align : Align
            `left`, `center` or `right`.
        most : int
            Most lines.

        Returns
        -------
        float
            The y below it, in mm.
        """
        x, y = at
        width = RIGHT - x if width is None else width
        anchor = x + {"left": 0.0, "center": width / 2, "right": width}[align]
        step = line_height(points)
        for line in self.lines(text, points, width, bold, most):
            if line:
                set_line(
                    self.figure,
                    (anchor / WIDTH, 1 - (y + 0.78 * step) / HEIGHT),
                    line,
                    fontsize=points,
                    color=colour,
                    ha=align,
                    **self.typeface.style(line, bold),
                )
            y += step
        return y

    def one_line(
        self,
        at: tuple[float, float],
        text: str,
        points: tuple[float, float],
        width: float,
        *,
        bold: bool = False,
        colour: str = INK,
    ) -> float:
        """Set one line in the largest type that fits.

        Parameters
        ----------
        at : (float, float)
            Left and upper edge in mm.
        text : str
            The text.
        points : (float, float)
            Largest and smallest size of the type.
        width : float
            Width in mm.
        bold : bool
            Whether the type is bold.
        colour : str
            Colour of the type.

        Returns
        -------
        float
            The y below it, in mm.
        """
        size, least = points
        while size > least and self.width(text, size, bold) > width:
            size -= 0.25
        return self.text(at, text, size, width=width, bold=bold, colour=colour, most=1)

    def title(self, title: str, message: str = "", note: str = "") -> float:
        """Set the heading of a page.

        Parameters
        ----------
        title : str
            What the page is about.
        message : str
            What it says.
        note : str
            What to know first, in a box.

        Returns
        -------
        float
            The y below it, in mm.
        """
        self.heading, self.message = title, message
        y = self.text((LEFT, TOP), title, 17, bold=True, most=2)
        if message:
            y = self.text((LEFT, y + 0.6), message, 10, colour=GREY, most=3)
        self.rule(LEFT, y + 1.6, RIGHT - LEFT, INK, 0.9)
        return self._note(y + 3.4, note) if note else y + 4.5

    def section(self, title: str, message: str, note: str = "") -> float:
        """Set the heading of another subject below what is already there.

        Parameters
        ----------
        title : str
            What it is about.
        message : str
            What it says.
        note : str
            What to know first, in a box.

        Returns
        -------
        float
            The y below it, in mm.
        """
        y = self.text((LEFT, self.free + 3.0), title, 14, bold=True, most=1)
        y = self.text((LEFT, y), message, 10, colour=GREY, most=2) + 0.5
        self.rule(LEFT, y + 0.6, RIGHT - LEFT, INK, 0.9)
        return self._note(y + 2.4, note) if note not in ("", self.note) else y + 3.5

    def _note(self, y: float, note: str) -> float:
        """A box across the page with a dark edge; the y below it."""
        self.note = note
        height = line_height(9.5) * len(self.lines(note, 9.5, RIGHT - LEFT - 7, most=2)) + 2.0
        self.box(LEFT, y, RIGHT - LEFT, height)
        self.box(LEFT, y, 1.6, height, facecolor=INK)
        self.text((LEFT + 4, y + 1.0), note, 9.5, width=RIGHT - LEFT - 7, most=2)
        return y + height + 2.5

    def head(self, at: tuple[float, float], text: str, width: float) -> float:
        """Set the heading of a block.

        Parameters
        ----------
        at : (float, float)
            Left and upper edge in mm.
        text : str
            The text.
        width : float
            Width in mm.

        Returns
        -------
        float
            The y below it, in mm.
        """
        return self.text(at, text, 11, width=width, bold=True, most=1) + 0.8

    def footer(self, left: str, right: str) -> None:
        """The line at the bottom of every page."""
        room = self.width(right, 7.5) + 6
        self.rule(LEFT, 199.6, RIGHT - LEFT)
        self.text((LEFT, 200.8), left, 7.5, width=RIGHT - LEFT - room, colour=GREY, most=1)
        self.text((LEFT, 200.8), right, 7.5, width=RIGHT - LEFT, colour=GREY, align="right", most=1)

    def table(
        self,
        at: tuple[float, float],
        width: float,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        points: float = 8.5,
        until: float = BOTTOM,
        most_lines: int = 3,
        hatched: Collection[int] = (),
    ) -> tuple[int, float]:
        """Set a table with a heading row.

        Parameters
        ----------
        at : (float, float)
            Left and upper edge in mm.
        width : float
            Width in mm.
        columns : sequence of Column
            Columns of the table.
        rows : sequence of Sequence[str]
            Texts of the rows, cell by cell.
        points : float
            Size of the type in points.
        until : float
            Lower edge in mm that nothing is set below.
        most_lines : int
            Most lines of a cell.
        hatched : collection of int
            Numbers of the rows with a hatched mark left of the table.

        Returns
        -------
        tuple of int and float
            Rows that fit above `until`, and the y below the last of them.
        """
        x, y = at
        widths = self._table_widths(columns, rows, width, points, most_lines)
        y = self._row(
            (x, y),
            widths,
            columns,
            [c.title for c in columns],
            points=points - 0.5,
            bold=True,
            colour=GREY,
            most=2,
        )
        self.rule(x, y + 0.3, width, INK, 0.7)
        y += 1.2
        for done, row in enumerate(rows):
            height = self.row_height(widths, columns, row, points=points, most=most_lines)
            if y + height > until:
                return done, y
            if done in hatched:
                self.box(
                    x - MARK - 1.4, y, MARK, height, facecolor=PAPER, edgecolor=INK, hatch="//////"
                )
            y = self._row((x, y), widths, columns, row, points=points, most=most_lines)
            self.rule(x, y + 0.3, width)
            y += 1.1
        return len(rows), y

    def table_height(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        width: float = RIGHT - LEFT,
        points: float = 8.5,
        most_lines: int = 3,
    ) -> float:
        """Measure a table with all its rows.

        Parameters
        ----------
        columns : sequence of Column
            Columns of the table.
        rows : sequence of Sequence[str]
            Texts of the rows, cell by cell.
        width : float
            Width in mm.
        points : float
            Size of the type in points.
        most_lines : int
            Most lines of a cell.

        Returns
        -------
        float
            Its height in mm.
        """
        widths = self._table_widths(columns, rows, width, points, most_lines)
        heights = [
            self.row_height(widths, columns, row, points=points, most=most_lines) + 1.1
            for row in rows
        ]
        heading = max(
            len(self.lines(column.title, points - 0.5, own - GUTTER + SLACK, True, 2))
            for own, column in zip(widths, columns, strict=True)
        )
        return heading * line_height(points - 0.5) + 1.2 + sum(heights)

    def _table_widths(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        width: float,
        points: float,
        most_lines: int,
    ) -> list[float]:
        """Widths in mm of the columns of a table."""
        widths = self.column_widths(columns, rows, width, points)
        if most_lines == 1:
            return widths
        # No word is broken that another column has room for.
        least = [
            GUTTER + self._widest_piece(c, [row[k] for row in rows], points)
            for k, c in enumerate(columns)
        ]
        return raised(widths, least)

    def column_widths(
        self, columns: Sequence[Column], rows: Sequence[Sequence[str]], width: float, points: float
    ) -> list[float]:
        """Share a width among columns by what they need, or by their shares where that is too much.

        Parameters
        ----------
        columns : sequence of Column
            Columns of the table.
        rows : sequence of Sequence[str]
            Texts of the rows, cell by cell.
        width : float
            Width in mm.
        points : float
            Size of the type in points.

        Returns
        -------
        list of float
            Widths in mm that add up to `width`.
        """
        needs = [
            GUTTER
            + max(
                [
                    self._heading_width(c, points),
                    *(self.width(row[k], points, c.bold) for row in rows),
                ]
            )
            for k, c in enumerate(columns)
        ]
        widths, open_ends, room = [0.0] * len(columns), set(range(len(columns))), width
        while open_ends:
            unit = room / sum(columns[k].share for k in open_ends)
            modest = {k for k in open_ends if needs[k] <= columns[k].share * unit}
            for k in modest or open_ends:
                widths[k] = needs[k] if modest else columns[k].share * unit
                room -= widths[k]
            open_ends -= modest or set(open_ends)
        spare = max(room, 0.0) / sum(c.share for c in columns)
        return [w + spare * c.share for w, c in zip(widths, columns, strict=True)]

    def _widest_piece(self, column: Column, cells: Sequence[str], points: float) -> float:
        """Width of the widest part of a column that is not broken (mm)."""
        heads = [self.width(part.strip(), points - 0.5, True) for part in pieces(column.title)]
        parts = {part.strip() for cell in cells for part in pieces(cell)}
        return max(
            [*heads, *(self.width(part, points, column.bold) for part in parts)], default=0.0
        )

    def _heading_width(self, column: Column, points: float) -> float:
        """Width below which a heading on two lines would be broken within a word."""
        whole = self.width(column.title, points - 0.5, True)
        parts = [self.width(part.strip(), points - 0.5, True) for part in pieces(column.title)]
        return whole if whole < SHORT_HEADING else max([*parts, whole * 0.62])

    def row_height(
        self,
        widths: Sequence[float],
        columns: Sequence[Column],
        cells: Sequence[str],
        *,
        points: float,
        most: int,
    ) -> float:
        """Measure a row of a table.

        Parameters
        ----------
        widths : sequence of float
            Widths of the columns in mm.
        columns : sequence of Column
            Columns of the table.
        cells : sequence of str
            Texts of the row.
        points : float
            Size of the type in points.
        most : int
            Most lines of a cell.

        Returns
        -------
        float
            Its height in mm.
        """
        return line_height(points) * max(
            len(self.lines(cell, points, width - GUTTER + SLACK, c.bold, most))
            for width, c, cell in zip(widths, columns, cells, strict=True)
        )

    def _row(
        self,
        at: tuple[float, float],
        widths: Sequence[float],
        columns: Sequence[Column],
        cells: Sequence[str],
        *,
        points: float,
        most: int,
        bold: bool = False,
        colour: str = INK,
    ) -> float:
        """One row of a table; the y below it."""
        x, y = at
        bottom = y
        for width, column, cell in zip(widths, columns, cells, strict=True):
            inner = width - GUTTER + SLACK
            heavy = bold or column.bold
            below = self.text(
                (x, y),
                cell,
                points,
                width=inner,
                bold=heavy,
                colour=colour,
                align=column.align,
                most=most,
            )
            bottom = max(bottom, below)
            x += width
        return bottom


def raised(widths: Sequence[float], least: Sequence[float]) -> list[float]:
    """Widths with the same sum of which none is below its least where others have room to give;
    else as they are.
    """
    short = sum(max(b - w, 0.0) for w, b in zip(widths, least, strict=True))
    room = sum(max(w - b, 0.0) for w, b in zip(widths, least, strict=True))
    if short > room:
        return list(widths)
    return [
        b if w < b else w - short * (w - b) / room if room else w
        for w, b in zip(widths, least, strict=True)
    ]


GUTTER = 2.8
MARK = 2.6  # mm: width of the mark of a hatched row
SHORT_HEADING = 20.0  # mm: such a heading stays on one line
SLACK = 0.02  # a text as wide as its column must not be broken for a rounding error


def line_height(points: float) -> float:
    """Height of one line of text in mm."""
    return points * LEADING * MM_PER_POINT
