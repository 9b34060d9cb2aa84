"""A scenario's workbook -> plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.errors import InputError
from planner.formats.base.shipped_files import STRESSES
from planner.formats.base.yaml_source import Document
from planner.formats.conversion.from_folder import NAMED_TABLES, TABLE_KEYS
from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario_workbook.contents import Contents
from planner.formats.scenario_workbook.reader import ScenarioBook, read_workbook
from planner.formats.tables.tables import Table


def contents_of_workbook(file: Path) -> Contents:
    """What a workbook states, before anything of it is validated.

    Parameters
    ----------
    file : Path
        The workbook.

    Returns
    -------
    Contents
        Its content, with the files that it names next to it.

    Raises
    ------
    InputError
        A cell cannot be read.
    """
    book = read_workbook(file, {kind: json_schema(kind) for kind in MODELS})
    if book.found or book.document.data is None:
        raise InputError(book.found)
    scenario: dict[str, Any] = book.document.data
    names = scenario.pop("contracts", None) or ()
    contents = Contents(scenario, contracts=[_data(book, name) for name in names])
    if STRESSES in book.inside:
        contents.stresses = _data(book, STRESSES)
    named = [(path, block) for block, (path, _) in NAMED_TABLES.items()]
    for path, block in [*named, *(((key,), "") for key in TABLE_KEYS)]:
        _take(contents, book, file.parent, path, block)
    return contents


def _data(book: ScenarioBook, name: str) -> Any:
    held = book.inside[name]
    assert isinstance(held, Document)  # noqa: S101 - contracts and stresses are
    return held.data


def _take(
    contents: Contents, book: ScenarioBook, folder: Path, path: tuple[str, ...], block: str
) -> None:
    """A table of the workbook as rows; a file that it names as the file."""
    holder: Any = contents.scenario
    for step in path[:-1]:
        holder = holder.get(step) if isinstance(holder, dict) else None
    name = holder.get(path[-1]) if isinstance(holder, dict) else None
    if not isinstance(name, str):
        return
    table = book.inside.get(name)
    if isinstance(table, Table):
        contents.tables[block] = [
            {c: cells[n] for c, cells in table.cells.items() if cells[n] != ""}
            for n in range(table.rows)
        ]
        del holder[path[-1]]
    else:
        contents.files[name] = (folder / name).read_bytes()
