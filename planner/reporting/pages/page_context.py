"""What every page needs: the run, the language, the typeface; and tables that run over several
pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import Typeface
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.tables.run_folder import RunFolder, days_of

MOST_TABLE_PAGES = 12
HEAD_ROOM = 33.0  # mm that the heading of a further section takes
BLOCK_HEAD, BLOCK_GAP = 16.0, 5.0  # mm above the table of a block, and below it


@dataclass(frozen=True)
class Block:
    """A table with its own heading on a sheet that it shares with others."""

    title: str
    message: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class PageContext:
    """Makes the sheets of one run in one language."""

    run: RunFolder
    labels: Labels
    typeface: Typeface

    def sheet(self, slug: str) -> Sheet:
        """Begin a sheet whose picture is called `slug`."""
        return Sheet(typeface=self.typeface, slug=slug)

    @property
    def dates(self) -> list[date]:
        """The days of the horizon."""
        return days_of(self.run)

    def site(self, key: str) -> str:
        """Name to show for a site."""
        return self.labels.name("site", key)

    def table_sheets(
        self,
        slug: str,
        heading: tuple[str, str],
        columns: Sequence[Column],
        rows: Sequence[Sequence[str]],
        *,
        points: float = 8.5,
        after: Sheet | None = None,
    ) -> list[Sheet]:
        """Set a table over as many sheets as it takes.

        Parameters
        ----------
        slug : str
            Name of the picture of the first sheet.
        heading : (str, str)
            Title and message.
        columns : sequence of Column
            Columns of the table.
        rows : sequence of Sequence[str]
            Texts of the rows, cell by cell.
        points : float
            Size of the type in points.
        after : Sheet or None
            Sheet below whose content it may be set; None for none.

        Returns
        -------
        list of Sheet
            The new sheets; none where all fits below what is on `after`.
        """
        sheets: list[Sheet] = []
        title, message = heading
        if after is not None and rows:
            needs = after.table_height(columns, rows, points=points, most_lines=6)
            if has_room(after, needs):
                top = after.section(title, message)
                _, after.free = after.table(
                    (LEFT, top), RIGHT - LEFT, columns, rows, points=points, most_lines=6
                )
                return sheets
        while rows and len(sheets) < MOST_TABLE_PAGES:
            sheet = self.sheet(slug if not sheets else f"{slug}-{len(sheets) + 1}")
            top = sheet.title(self.labels("continued", title=title) if sheets else title, message)
            done, y = sheet.table(
                (LEFT, top), RIGHT - LEFT, columns, rows, points=points, most_lines=6
            )
            rows = rows[max(done, 1) :]
            sheets.append(sheet)
        if not rows and sheets:
            sheets[-1].free = y
        if rows and sheets:
            sheets[-1].text(
                (LEFT, 194.5), self.labels("more_rows", n=self.labels.number(len(rows))), 8
            )
        return sheets

    def block_sheets(
        self,
        slug: str,
        heading: tuple[str, str],
        blocks: Sequence[Block],
        points: float,
        after: Sheet | None = None,
    ) -> list[Sheet]:
        """Set tables one below the other, on as few sheets as they need.

        They begin below what is on the sheet `after` where the first one fits there.

        Parameters
        ----------
        slug : str
            Name of the picture of the first sheet.
        heading : (str, str)
            Title and note.
        blocks : sequence of Block
            The tables with their headings.
        points : float
            Size of the type in points.
        after : Sheet or None
            Sheet below whose content it may be set; None for none.

        Returns
        -------
        list of Sheet
            The new sheets.
        """
        sheets: list[Sheet] = []
        title, note = heading
        sheet = after
        for block in blocks:
            rows, continued = block.rows, False
            while rows:
                needs = BLOCK_HEAD
                if sheet is not None:
                    needs += sheet.table_height(block.columns, rows, points=points, most_lines=6)
                if sheet is None or continued or needs > BOTTOM - sheet.free:
                    sheet = self.sheet(slug if not sheets else f"{slug}-{len(sheets) + 1}")
                    sheets.append(sheet)
                    shown = self.labels("continued", title=title) if len(sheets) > 1 else title
                    sheet.free = sheet.title(shown, note=note)
                head = self.labels("continued", title=block.title) if continued else block.title
                y = sheet.head((LEFT, sheet.free + 1.0), head, RIGHT - LEFT)
                y = sheet.text((LEFT, y), block.message, 9.5, colour=GREY, most=2) + 1.0
                done, y = sheet.table(
                    (LEFT, y), RIGHT - LEFT, block.columns, rows, points=points, most_lines=6
                )
                rows, continued = rows[max(done, 1) :], True
                sheet.free = y + BLOCK_GAP
        return sheets

    def begin(
        self, slug: str, heading: tuple[str, str, str], needs: float, after: Sheet | None
    ) -> tuple[list[Sheet], Sheet, float]:
        """Begin a subject on a sheet that has room for it, else on a new one.

        Parameters
        ----------
        slug : str
            Name of the picture of a new sheet.
        heading : (str, str, str)
            Title, message and note.
        needs : float
            Height in mm that it takes below its heading.
        after : Sheet or None
            Sheet below whose content it may be set; None for none.

        Returns
        -------
        tuple
            The new sheets (one or none), the sheet to draw on, and the y below the heading.
        """
        if after is not None and has_room(after, needs):
            return [], after, after.section(*heading)
        sheet = self.sheet(slug)
        return [sheet], sheet, sheet.title(*heading)


def has_room(sheet: Sheet, needs: float) -> bool:
    """Whether a further section of `needs` mm below its heading fits on a sheet."""
    return needs + HEAD_ROOM <= BOTTOM - sheet.free


def footer_line(context: PageContext) -> str:
    """Which run this is."""
    return context.labels("footer", name=context.run.title, seed=context.run.run["seed"])
