"""Cells of a workbook whose value is not known: formulas never calculated, and errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from planner.formats.tables.sheet_area import cell_number, following
from planner.formats.tables.workbook_sizes import parts_of_sheets


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A cell by sheet, row and column (from 1); `error`: what it shows, empty for a formula."""

    sheet: str
    row: int
    column: int
    error: str


def unknown_values(data: bytes, file: str) -> list[UnknownValue]:
    """Every cell with a formula that has no value, or with an error; of a workbook that was opened.

    Parameters
    ----------
    data : bytes
        The workbook.
    file : str
        Its name, as messages show it.

    Returns
    -------
    list of UnknownValue
        Sheet by sheet, in the order of the cells.
    """
    found = []
    for sheet, chunks in parts_of_sheets(data, file):
        for cell, error in _unknown_cells(chunks):
            found.append(UnknownValue(sheet, *cell_number(cell), error))
    return found


def _unknown_cells(chunks: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Name of each such cell, and the error that it shows."""
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.CharacterDataHandler = reading.text
    for chunk in chunks:
        parser.Parse(chunk, False)
        yield from reading.found
        reading.found.clear()
    parser.Parse(b"", True)
    yield from reading.found


@dataclass(slots=True)
class _Reading:
    """The cell at hand, and what was found so far."""

    found: list[tuple[str, str]] = field(default_factory=list)
    row: int = 0
    cell: str = ""
    kind: str = ""
    inside: str = ""
    value: str = ""
    has_formula: bool = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.inside = tag.rpartition(":")[2]
        if self.inside == "row":
            self.row, self.cell = int(attributes.get("r", self.row + 1)), ""
        elif self.inside == "c":
            self.cell = attributes.get("r") or following(self.cell, self.row)
            self.kind, self.value, self.has_formula = attributes.get("t", ""), "", False
        self.has_formula |= self.inside == "f"

    def text(self, data: str) -> None:
        if self.inside in ("v", "t"):
            self.value += data

    def end(self, tag: str) -> None:
        self.inside = ""
        if tag.rpartition(":")[2] != "c":
            return
        if self.kind == "e":
            self.found.append((self.cell, self.value or "an error"))
        elif self.has_formula and not self.value and self.kind != "str":
            self.found.append((self.cell, ""))
