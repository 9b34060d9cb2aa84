"""Hidden sheets: the plan as it was made and what headings and names stand for; lists of names."""

from __future__ import annotations

import json
from typing import Any

from planner.documents.reading import DECISIONS, read_decisions, read_plan_document
from planner.documents.workbook import KEY_SHEET
from planner.reporting.outputs.workbook.editable import ShownNames
from planner.reporting.outputs.workbook.marked_sheet import MarkedSheet
from planner.reporting.outputs.workbook.table_sheets import EditableSheet
from planner.reporting.tables.run_folder import RunFolder

LISTS_SHEET = "lists"


def can_be_edited(run: RunFolder) -> bool:
    """Whether the decisions as they were made are known: not in results of earlier versions."""
    return (run.path / DECISIONS).is_file()


def write_lists(book: Any, names: ShownNames) -> dict[str, str]:
    """Write the names to choose from into a hidden sheet; kind -> where they stand."""
    sheet, found = book.add_worksheet(LISTS_SHEET), {}
    sheet.hide()
    for place, (kind, of_kind) in enumerate(sorted(names.by_key.items())):
        shown = sorted(set(of_kind.values()))
        for row, name in enumerate(shown):
            sheet.write_string(row, place, name)
        if shown:
            column = chr(ord("A") + place)
            found[kind] = f"={LISTS_SHEET}!${column}$1:${column}${len(shown)}"
    return found


def write_key(
    book: Any,
    run: RunFolder,
    names: ShownNames,
    editable: list[EditableSheet],
    read_only: list[MarkedSheet],
) -> None:
    """Write the sheet from which a workbook is read back, also without its folder.

    Parameters
    ----------
    book : Workbook
        The workbook.
    run : RunFolder
        The run.
    names : ShownNames
        Names in cells that may be changed.
    editable : list of EditableSheet
        Sheets that may be changed.
    read_only : list of MarkedSheet
        The other sheets.
    """
    content = {
        "plan": read_plan_document(run.path),
        "decisions": read_decisions(run.path),
        "sheets": {
            sheet.title: {"table": sheet.table, "columns": sheet.columns} for sheet in editable
        },
        "names": names.keys(),
        "marks": {sheet.name: sheet.mark for sheet in read_only},
    }
    sheet = book.add_worksheet(KEY_SHEET)
    sheet.hide()
    text = json.dumps(content, ensure_ascii=False, indent=0)
    for row, line in enumerate(text.split("\n")):
        sheet.write_string(row, 0, line)
