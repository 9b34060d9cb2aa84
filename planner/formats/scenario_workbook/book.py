"""The cells of a workbook's sheets as values, with what keeps them from being read as findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import Finding, InputError
from planner.formats.base.input_files import refuse_unreadable
from planner.formats.tables.workbook_formulas import unknown_values
from planner.formats.tables.workbooks import open_workbook

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

Row = tuple[int, list[Any]]  # its number in the sheet, from 1, and its cells


@dataclass(frozen=True)
class Cells:
    """The cells of a sheet, or of a part of it.

    Attributes
    ----------
    sheet : str
        Name of the sheet.
    rows : list
        Number of each row that is not empty, and its cells: text, numbers, flags, dates, times;
        an empty text where there is nothing.
    hidden : bool
        The sheet is not shown.
    """

    sheet: str
    rows: list[Row] = field(repr=False)
    hidden: bool = False


def read_cells_of(path: Path, name: str) -> tuple[list[Cells], list[Finding]]:
    """Read all sheets.

    Parameters
    ----------
    path : Path
        The workbook.
    name : str
        Its name, as messages show it.

    Returns
    -------
    tuple
        The sheets in their order, and findings: formulas that were never calculated, and errors.

    Raises
    ------
    InputError
        When it is no workbook, or too large.
    """
    from python_calamine import CalamineError, SheetTypeEnum, SheetVisibleEnum

    refuse_unreadable(path, name)
    book = open_workbook(path, name)
    sheets, findings = [], []
    for about in book.sheets_metadata:
        if about.typ != SheetTypeEnum.WorkSheet:
            continue  # a chart
        try:
            rows = list(_rows(book.get_sheet_by_name(about.name)))
        except (CalamineError, ValueError) as error:
            words = f"cannot be read as Excel: {error}; open it in a spreadsheet and save it again"
            raise InputError([Finding(name, 0, 0, "", words, about.name)]) from error
        sheets.append(Cells(about.name, rows, about.visible != SheetVisibleEnum.Visible))
    for unknown in unknown_values(path.read_bytes(), name):
        words = (
            f"shows {unknown.error}: correct the formula, or write the value"
            if unknown.error
            else "is a formula without a value: open the workbook in a spreadsheet and save it, or "
            "write the value"
        )
        place = (unknown.row, unknown.column)
        findings.append(Finding(name, *place, "", words, unknown.sheet))
    return sheets, findings


def _rows(page: CalamineSheet) -> Iterator[Row]:
    """The rows of a sheet that hold something; cells merged downwards hold the value in each."""
    merged: dict[int, list[tuple[int, int]]] = {}  # row -> column, and row of the value
    for (top, left), (bottom, _) in page.merged_cell_ranges or ():
        for line in range(top + 1, min(bottom, page.total_height) + 1):
            merged.setdefault(line, []).append((left, top))
    tops = {top for of_row in merged.values() for _, top in of_row}
    before = [""] * (page.start[1] if page.start else 0)
    kept: dict[int, list[Any]] = {}
    for number, cells in enumerate(page.iter_rows()):
        row: list[Any] = [*before, *cells]
        if all(cell == "" for cell in row):
            continue
        for column, top in merged.get(number, ()):
            if column < len(row) and row[column] == "" and top in kept:
                row[column] = kept[top][column]
        if number in tops:
            kept[number] = row
        yield number + 1, row
