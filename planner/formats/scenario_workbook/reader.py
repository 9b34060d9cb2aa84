"""A workbook -> the documents and tables that a folder would give, with cells as places."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import Finding, InputError
from planner.formats.base.shipped_files import STRESSES
from planner.formats.base.similar_names import closest
from planner.formats.base.yaml_source import Document
from planner.formats.scenario_workbook.book import Cells, read_cells_of
from planner.formats.scenario_workbook.cells import clean
from planner.formats.scenario_workbook.draft import Draft
from planner.formats.scenario_workbook.labels import LANGUAGES, words
from planner.formats.scenario_workbook.layout import (
    CONTRACT,
    Block,
    Layout,
    Schemas,
    SheetLayout,
    layouts,
)
from planner.formats.scenario_workbook.read_blocks import (
    read_form,
    read_grid,
    read_hours,
    read_more,
    read_rows,
)
from planner.formats.scenario_workbook.read_rates import read_rates
from planner.formats.scenario_workbook.sheets import (
    Part,
    block_of,
    is_contract,
    is_ignored,
    is_title,
    parts,
)
from planner.formats.tables.tables import Table, table_of_rows

ROWS = "rows"
_READERS: dict[str, Callable[[Part], None]] = {
    "form": read_form,
    "grid": read_grid,
    "rows": read_rows,
    "hours": read_hours,
    "rates": read_rates,
    "more": read_more,
}


@dataclass
class ScenarioBook:
    """What a workbook states.

    Attributes
    ----------
    document : Document
        The scenario; its data is None where the workbook is none of a scenario.
    inside : dict
        Name -> what the scenario refers to under it: contracts and the catalogue of stresses as
        documents, tables.
    found : list of Finding
        What cannot be read.
    warnings : list of str
        What is not read.
    """

    document: Document
    inside: dict[str, Document | Table] = field(default_factory=dict)
    found: list[Finding] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_workbook(path: Path, schemas: Schemas) -> ScenarioBook:
    """Read a scenario's workbook; nothing is raised.

    Parameters
    ----------
    path : Path
        The workbook.
    schemas : mapping
        JSON schemas of scenario, contract and stress.

    Returns
    -------
    ScenarioBook
        Its document, and what it holds in place of files.
    """
    file = path.name
    try:
        sheets, found = read_cells_of(path, file)
    except InputError as error:
        return ScenarioBook(Document(file, None), found=error.findings)
    of_kind = layouts(schemas)
    known = [s for s in sheets if block_of(s, of_kind["scenario"].sheets)]
    if not known:
        words_ = (
            "is no workbook of a scenario: it has no sheet "
            f"{' or '.join(words('#promotion').values())}; planner init NAME --excel writes one"
        )
        return ScenarioBook(Document(file, None), found=[Finding(file, 0, 0, "", words_)])
    book = ScenarioBook(Document(file, None))
    reading = _Reading(file, sheets, of_kind, book)
    reading.read()
    book.found += [finding for finding in found if reading.reads(finding)]
    return book


@dataclass
class _Reading:
    """The reading of one workbook."""

    file: str
    sheets: list[Cells]
    layouts: Mapping[str, Layout]
    book: ScenarioBook
    draft: Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.file)

    def read(self) -> None:
        """All sheets: those of the scenario in the order of the layout, then what it refers to."""
        self._refuse_twice()
        self._read_all(self.layouts["scenario"], self.draft)
        self._read_stresses()
        names = self._read_contracts()
        first = next((s for s in self.sheets if is_contract(s)), None)
        if names and first is not None:
            self.draft.put(("contracts",), names, (1, 1, first.sheet))
        self.book.document = self.draft.document()
        self.book.found += self.draft.found
        self._warn()

    def reads(self, finding: Finding) -> bool:
        """Whether a cell is read: not on a sheet of the user's own, nor next to a title."""
        sheet = next(s for s in self.sheets if s.sheet == finding.sheet)
        if not is_contract(sheet) and self._layout_of(sheet) is None:
            return False
        row = next((cells for number, cells in sheet.rows if number == finding.line), [""])
        return not is_title(row[0])

    def _refuse_twice(self) -> None:
        """A finding for each sheet that is there in two languages."""
        seen: dict[str, str] = {}
        for sheet in self.sheets:
            layout = self._layout_of(sheet)
            if layout is None:
                continue
            if layout.key in seen:
                words_ = f"is the same as sheet {seen[layout.key]}: keep one of them"
                self.draft.found.append(Finding(self.file, 0, 0, "", words_, sheet.sheet))
            seen.setdefault(layout.key, sheet.sheet)

    def _layout_of(self, sheet: Cells) -> SheetLayout | None:
        if is_contract(sheet):
            return None
        every = (*self.layouts["scenario"].sheets, *self.layouts["stress"].sheets)
        return block_of(sheet, every)

    def _read_all(self, layout: Layout, draft: Draft) -> None:
        for sheet_layout in layout.sheets:
            for sheet in self.sheets:
                if not is_contract(sheet) and block_of(sheet, [sheet_layout]):
                    self._read_sheet(sheet, sheet_layout, layout, draft)
                    break

    def _read_sheet(
        self, sheet: Cells, sheet_layout: SheetLayout, layout: Layout, draft: Draft
    ) -> None:
        for block, cells in parts(sheet, sheet_layout, draft).items():
            if block.kind == "table":
                self._read_table(cells, block, layout)
            else:
                _READERS[block.kind](Part(cells, block, layout.fields(block), draft))

    def _read_table(self, cells: Cells, block: Block, layout: Layout) -> None:
        """A table that the schema wants as a file: the scenario names the sheet."""
        of_table = Draft(self.file)
        rows = Block(block.key, "rows", (ROWS,), block.columns)
        read_rows(Part(cells, rows, layout.fields(rows), of_table))
        self.draft.found += of_table.found
        if ROWS in of_table.data:
            name = f"{self.file}!{cells.sheet}"
            self.draft.put(block.path, name, (1, 1, cells.sheet))
            self.book.inside[name] = table_of_rows(of_table.document(), (ROWS,))

    def _read_stresses(self) -> None:
        draft = Draft(self.file)
        self._read_all(self.layouts["stress"], draft)
        self.draft.found += draft.found
        if draft.data:
            self.book.inside[STRESSES] = draft.document()

    def _read_contracts(self) -> list[str]:
        """Every contract as a document; the names under which the scenario refers to them."""
        names = []
        layout = self.layouts[CONTRACT]
        for sheet in self.sheets:
            if not is_contract(sheet):
                continue
            draft = Draft(self.file)
            self._read_sheet(sheet, layout.sheets[0], layout, draft)
            self.draft.found += draft.found
            if not draft.data:
                continue
            currency = self.draft.get(("currency",))
            if "currency" not in draft.data and currency is not None:
                draft.put(("currency",), currency, (1, 1, sheet.sheet))
            draft.mark((), (1, 1, sheet.sheet))
            name = f"{self.file}!{sheet.sheet}"
            names.append(name)
            self.book.inside[name] = draft.document()
        return names

    def _warn(self) -> None:
        """Sheets that are not read, and hidden ones that are; a misspelt title is a finding."""
        known = [
            title
            for of_kind in ("scenario", "stress")
            for sheet in self.layouts[of_kind].sheets
            for title in (words(f"#{sheet.key}")[lang] for lang in LANGUAGES)
        ]
        for sheet in self.sheets:
            is_read = is_contract(sheet) or self._layout_of(sheet) is not None
            where = f"{self.file}!{sheet.sheet}"
            if is_read and sheet.hidden and sheet.rows:
                self.book.warnings.append(f"{where}: the sheet is hidden, and is read")
            elif not is_read and not is_ignored(sheet) and _filled(sheet.rows):
                meant = closest(sheet.sheet, known)
                if meant is None:
                    self.book.warnings.append(f"{where}: the sheet is not read")
                elif self._is_missing(meant):
                    words_ = f"is no sheet of a scenario; did you mean {meant}?"
                    self.book.found.append(Finding(self.file, 0, 0, "", words_, sheet.sheet))
                else:
                    hint = f"the sheet is not read; did you mean {meant}?"
                    self.book.warnings.append(f"{where}: {hint}")

    def _is_missing(self, title: str) -> bool:
        """Whether no sheet of the workbook is the one of this title."""
        named = {layout.key for layout in map(self._layout_of, self.sheets) if layout}
        every = (*self.layouts["scenario"].sheets, *self.layouts["stress"].sheets)
        meant = block_of(Cells(title, []), every)
        return meant is not None and meant.key not in named


def _filled(rows: Sequence[tuple[int, list[Any]]]) -> bool:
    return any(clean(cell) != "" for _, row in rows for cell in row)
