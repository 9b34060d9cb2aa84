"""The blocks of the sheets that a workbook has: recognised by name, cut apart, headings found."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from planner.formats.base.similar_names import nearest
from planner.formats.base.yaml_source import KeyPath, SheetPlace
from planner.formats.scenario_workbook.book import Cells, Row
from planner.formats.scenario_workbook.cells import WrongCellError, clean, decode
from planner.formats.scenario_workbook.draft import Draft
from planner.formats.scenario_workbook.fields import Field
from planner.formats.scenario_workbook.labels import (
    LANGUAGES,
    exact_names,
    label,
    loose_names,
    plain,
    without_unit,
    words,
)
from planner.formats.scenario_workbook.layout import DASH, MARK, Block, SheetLayout

HEADER_ROWS = 12  # among which the headings of a block are looked for
IGNORED = ("guide", "lists")


@dataclass(frozen=True)
class Heading:
    """A heading of a column: its cell, and what it stands for (None: unknown)."""

    text: str
    place: SheetPlace
    field: Field | None


@dataclass(frozen=True)
class Part:
    """A block of a sheet: its cells, the values it shows, and the document it is read into."""

    cells: Cells
    block: Block
    fields: list[Field]
    draft: Draft

    @property
    def sheet(self) -> str:
        """Name of the sheet."""
        return self.cells.sheet

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(is_filled(value) for _, row in self.cells.rows for value in row)

    def take(self, field: Field, value: Any, path: KeyPath, place: SheetPlace) -> None:
        """Put the value of a cell into the document; an empty cell only gives its place.

        Parameters
        ----------
        field : Field
            What the cell may hold.
        value : Any
            What it holds.
        path : tuple
            Where the value belongs in the document.
        place : tuple
            The cell.
        """
        if not is_filled(value):
            self.draft.mark(path, place)
            return
        try:
            self.draft.put(path, decode(field, value), place)
        except WrongCellError as error:
            self.draft.add(place, str(error), ".".join(map(str, path)))

    def place(self, row: int, column: int) -> SheetPlace:
        """A cell, by its row from 1 and its column from 0."""
        return row, column + 1, self.sheet


def is_filled(value: Any) -> bool:
    """Whether a cell holds something."""
    return bool(clean(value) != "")


def titles(key: str) -> set[str]:
    """Plain names of a sheet or block in every language."""
    return {plain(key), *(plain(text) for text in words(f"#{key}").values())}


def block_of(sheet: Cells, sheets: Iterable[SheetLayout]) -> SheetLayout | None:
    """What a sheet is, by its name."""
    name = plain(sheet.sheet)
    return next((layout for layout in sheets if name in titles(layout.key)), None)


def is_contract(sheet: Cells) -> bool:
    """Whether a sheet is one of the contracts."""
    name = plain(sheet.sheet)
    return any(name.startswith(title) for title in titles("contract"))


def is_ignored(sheet: Cells) -> bool:
    """Whether a sheet is the guide, or holds lists for drop-downs."""
    return any(plain(sheet.sheet) in titles(key) for key in IGNORED)


def is_title(cell: Any) -> bool:
    """Whether a row that begins with a cell is the title of a block."""
    return isinstance(cell, str) and str(clean(cell)).startswith(MARK)


def parts(sheet: Cells, layout: SheetLayout, draft: Draft) -> dict[Block, Cells]:
    """Cut a sheet apart at the titles of its blocks.

    Parameters
    ----------
    sheet : Cells
        The sheet.
    layout : SheetLayout
        The blocks that it may have.
    draft : Draft
        Takes a finding for any other title.

    Returns
    -------
    dict
        Block -> its cells.
    """
    found: dict[Block, list[Row]] = {}
    block: Block | None = layout.blocks[0]
    for number, row in sheet.rows:
        if is_title(row[0]):
            first = str(clean(row[0]))
            name = plain(first.partition(DASH)[0])
            block = next((b for b in layout.blocks if name in titles(b.key)), None)
            if block is None:
                known = [words(f"#{b.key}")["en"] for b in layout.blocks]
                hint = nearest(first.strip(f"{MARK} "), known)
                draft.add((number, 1, sheet.sheet), f"no such part of this sheet{hint}")
            continue
        if block is not None:
            found.setdefault(block, []).append((number, row))
    return {block: Cells(sheet.sheet, rows) for block, rows in found.items()}


def find_field(text: str, fields: Collection[Field], taken: Collection[Field] = ()) -> Field | None:
    """Find the value that a heading stands for, in whatever language.

    Parameters
    ----------
    text : str
        The heading.
    fields : collection of Field
        The values there are.
    taken : collection of Field
        Those that other headings stand for.

    Returns
    -------
    Field or None
        The value; None where the heading stands for none.
    """
    name, short = plain(text), plain(without_unit(text))
    left = [field for field in fields if field not in taken]
    for names in (exact_names, loose_names):
        for wanted in (name, short):
            for field in left:
                loose = names is loose_names
                if wanted and not (loose and field.rare) and wanted in names(field):
                    return field
    return None


def headings(cells: Cells, fields: Collection[Field]) -> tuple[list[Heading], list[Row]]:
    """The headings of a block, and the rows below them.

    They stand in the row, among the first ones, that names most of the values.
    """
    best: tuple[int, int] = (0, -1)
    for at, (_, row) in enumerate(cells.rows[:HEADER_ROWS]):
        hits = len(set(_fields_in(row, fields).values()))
        if hits > best[0]:
            best = (hits, at)
    if best[1] < 0:
        return [], []
    number, row = cells.rows[best[1]]
    known = _fields_in(row, fields)
    found = [
        Heading(str(clean(text)), (number, column + 1, cells.sheet), known.get(column))
        for column, text in enumerate(row)
        if text != ""
    ]
    return found, cells.rows[best[1] + 1 :]


def _fields_in(row: list[Any], fields: Collection[Field]) -> dict[int, Field]:
    """Column -> the value that its heading stands for."""
    found: dict[int, Field] = {}
    for column, text in enumerate(row):
        if isinstance(text, str) and text.strip():
            field = find_field(text, fields, found.values())
            if field is not None:
                found[column] = field
    return found


def unknown_heading(text: str, fields: Collection[Field]) -> str:
    """What is wrong with a heading that stands for nothing."""
    if find_field(text, fields) is not None:
        return "the column stands twice: keep one of them"
    known = [label(field, lang) for lang in LANGUAGES for field in fields if not field.rare]
    return f"unknown column{nearest(text, known)}"
