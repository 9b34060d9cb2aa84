"""A scenario's folder -> plain data: YAML files as they are, tables as rows of typed values."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from planner.formats.base.columns import TABLES, Column, parser
from planner.formats.base.shipped_files import STRESSES
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import UnquotedText, load_yaml
from planner.formats.scenario_workbook.contents import Contents, Rows
from planner.formats.tables.tables import Table, table_of_file

MOST_ZONES = 50_000
MOST_ROWS = 20_000  # of a table that becomes a sheet; longer ones stay files
TABLE_KEYS = ("regions", "products", "staffing", "staff", "stock", "routing")
# tables that the scenario names by a key of their own: block of the workbook -> path, columns
NAMED_TABLES = {
    "history": (("demand", "history", "path"), "history (counts)"),
    "given": (("demand", "given"), "given demand"),
    "open_orders": (("opening_backlog", "table"), "opening backlog"),
}


def contents_of_folder(file: Path, lang: str | None = None) -> Contents:
    """What a scenario that was found valid states.

    Parameters
    ----------
    file : Path
        Its `scenario.yaml`.
    lang : str, optional
        Language of its remarks, where they are marked by language.

    Returns
    -------
    Contents
        All of it; comments of YAML files only as far as `remarks` holds them.
    """
    root = file.parent
    data = _plain_yaml(file)
    contents = Contents(data, remarks=_remarks(file, lang))
    for key in TABLE_KEYS:
        if isinstance(data.get(key), str):
            _take_table(contents, root, key)
    for block, (path, columns) in NAMED_TABLES.items():
        _take_named(contents, root, block, path, columns)
    for holder in (data, *(data.get("platforms") or ())):
        platform = holder.get("platform")
        if isinstance(platform, str) and platform.endswith((".yaml", ".yml")):
            holder["platform"] = _rule(root, platform, data.get("currency", NO_CURRENCY))
    for name in data.pop("contracts", None) or ():
        contents.contracts.append(_contract(root / name))
    if (root / STRESSES).is_file():
        contents.stresses = _plain_yaml(root / STRESSES)
    _normalise(data)
    return contents


def _plain_yaml(path: Path) -> Any:
    return _unmarked(load_yaml(path, path.name)[0].data)


def _unmarked(value: Any) -> Any:
    """Plain data, without the mark of texts that stood without quotes."""
    if isinstance(value, dict):
        return {key: _unmarked(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_unmarked(part) for part in value]
    return str(value) if isinstance(value, UnquotedText) else value


def _rule(root: Path, name: str, currency: str) -> dict[str, Any]:
    """The rule of a platform's file, as it stands in a scenario of this currency."""
    rule = {"name": name, **_plain_yaml(root / name)}
    if rule.get("currency", currency) not in (currency, NO_CURRENCY):
        for key in ("floor", "cap"):  # amounts of another currency are left out
            rule.get("compensation", {}).pop(key, None)
    return rule


def contents_of_catalogue(path: Path) -> dict[str, Any]:
    """What a catalogue of stresses states."""
    data: dict[str, Any] = _plain_yaml(path)
    return data


def _remarks(file: Path, lang: str | None) -> list[str]:
    """The comments at the begin of a file; of one language, where they are marked."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    comments = [line.lstrip("# ").strip() for line in takewhile(_is_comment, lines)]
    if lang is None:
        return [line for line in comments if line]
    marked = [line.partition(":") for line in comments if line[:3] in ("en:", "zh:")]
    own = [words.strip() for mark, _, words in marked if mark == lang]
    plain = [line for line in comments if line and line[:3] not in ("en:", "zh:")]
    return own if own and lang == "zh" else [*plain, *own]


def _is_comment(line: str) -> bool:
    return line.startswith("#")


def _take_table(contents: Contents, root: Path, key: str) -> None:
    name = contents.scenario[key]
    rows = rows_of_file(root / name, TABLES[key])
    contents.scenario[key] = _as_file(contents, root, name) if rows is None else rows


def _take_named(
    contents: Contents, root: Path, block: str, path: tuple[str, ...], columns: str
) -> None:
    """A table that becomes a sheet if it is small and of the right columns; a file otherwise."""
    holder: Any = contents.scenario
    above: Any = None
    for step in path[:-1]:
        above, holder = holder, holder.get(step) if isinstance(holder, dict) else None
    name = holder.get(path[-1]) if isinstance(holder, dict) else None
    if not isinstance(name, str):
        return
    rename = holder.get("columns", {}) if block == "history" else {}
    is_log = "ordered_at" in rename
    rows = None if is_log else rows_of_file(root / name, TABLES[columns], rename)
    if rows is None:
        holder[path[-1]] = _as_file(contents, root, name)
        return
    contents.tables[block] = rows
    del holder[path[-1]]
    if rename:
        del holder["columns"]
    if not holder:  # the sheet states all of it
        del above[path[-2]]


def _as_file(contents: Contents, root: Path, name: str) -> str:
    """Keep a table as a file; its name next to a workbook."""
    own = Path(name).name
    while own in contents.files:
        own = f"other-{own}"
    contents.files[own] = (root / name).read_bytes()
    return own


def rows_of_file(
    path: Path,
    columns: Sequence[Column],
    rename: dict[str, str] | None = None,
    most: int | None = None,
) -> Rows | None:
    """The rows of a table, as a YAML file would state them.

    Parameters
    ----------
    path : Path
        The file.
    columns : sequence of Column
        Its columns.
    rename : dict, optional
        Column -> its name in the file.
    most : int, optional
        Most rows; by default those of a sheet.

    Returns
    -------
    list of dict or None
        None where it is too long for a sheet, or is another kind of table.
    """
    theirs = {(rename or {}).get(c.name, c.name): c for c in columns}
    table = table_of_file(path, path.name, [replace(c, name=name) for name, c in theirs.items()])
    theirs |= {other: c for c in columns for other in c.other_units}
    needed = {c.name for c in columns if c.required}
    named = {theirs[name].name for name in table.columns if name in theirs}
    if table.rows > (most or MOST_ROWS) or not needed <= named:
        return None
    with suppress(ValueError):  # times with an offset from UTC, which depend on the time zone
        return [_row(table, number, theirs) for number in range(table.rows)]
    return None


def _row(table: Table, number: int, theirs: dict[str, Column]) -> dict[str, Any]:
    row = {}
    for name, cells in table.cells.items():
        column = theirs.get(name)
        if column is not None and cells[number] != "":
            is_other = name in column.other_units
            row[name if is_other else column.name] = _typed(column, cells[number])
    return row


def _typed(column: Column, text: str) -> Any:
    """The value of a cell of text, as a YAML file states it."""
    if column.kind in ("number", "money"):
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 1e15 else number
    value = parser(column, NO_CURRENCY, typed=False)(text)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    return (
        value.isoformat() if isinstance(value, date) else text if column.kind == "time" else value
    )


def _contract(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = _plain_yaml(path)
    zones = data.get("zones")
    if isinstance(zones, str):
        rows = rows_of_file(
            Path(os.path.normpath(path.parent / zones)), TABLES["zones"], most=MOST_ZONES
        )
        data["zones"] = rows
    elif isinstance(zones, dict):
        data["zones"] = [{"region": region, "zone": zone} for region, zone in zones.items()]
    return data


def _normalise(data: dict[str, Any]) -> None:
    """The long form of what may be written shorter."""
    for event in data.get("demand", {}).get("events") or ():
        if isinstance(event.get("orders"), int | float):
            event["orders"] = {"median": event["orders"], "p95": event["orders"]}
    for site in data.get("sites", ()):
        for collection in site.get("collections") or ():
            if isinstance(collection.get("at"), str):
                collection["at"] = [collection["at"]]
