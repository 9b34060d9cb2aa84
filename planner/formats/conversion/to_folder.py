"""A scenario's plain data -> the files of its folder."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from planner.formats.base.shipped_files import STRESSES
from planner.formats.base.yaml_source import parse_yaml
from planner.formats.conversion.from_folder import NAMED_TABLES, TABLE_KEYS
from planner.formats.scenario_workbook.contents import Contents, Rows
from planner.formats.tables.tables import write_table
from planner.output import write_bytes, write_text

_PLAIN = re.compile(r"[^\W\d_][\w .-]*", re.UNICODE)
_SHORT = 100  # characters of a mapping or list that stands in one line
_FILES = {"history": "history.csv", "given": "forecast.csv", "open_orders": "open-orders.csv"}
_CONTRACTS = "contracts"


def write_folder(contents: Contents, folder: Path) -> None:
    """Write the files of a scenario into an empty folder.

    Parameters
    ----------
    contents : Contents
        What it states; tables become CSV files.
    folder : Path
        Where to.
    """
    scenario = dict(contents.scenario)
    for name, content in contents.files.items():
        write_bytes(folder / name, content)
    for key in TABLE_KEYS:
        if isinstance(scenario.get(key), list):
            _write_rows(scenario[key], folder / f"{key}.csv")
            scenario[key] = f"{key}.csv"
    for block, rows in contents.tables.items():
        _write_rows(rows, folder / _FILES[block])
        _put(scenario, NAMED_TABLES[block][0], _FILES[block])
    names = []
    for stem, contract in zip(_stems(contents.contracts), contents.contracts, strict=True):
        _write_contract(contract, folder, stem)
        names.append(f"{_CONTRACTS}/{stem}.yaml")
    if names:
        scenario[_CONTRACTS] = names
    remarks = [f"# {line}" for line in contents.remarks]
    _write_yaml(scenario, folder / "scenario.yaml", remarks)
    if contents.stresses is not None:
        _write_yaml(contents.stresses, folder / STRESSES)


def _put(data: dict[str, Any], path: Sequence[str], value: Any) -> None:
    """Put a value at a path without changing what others hold."""
    for step in path[:-1]:
        data[step] = dict(data.get(step) or {})
        data = data[step]
    data[path[-1]] = value


def _stems(contracts: Sequence[dict[str, Any]]) -> list[str]:
    """A file name for every contract: its own where that is a name for files."""
    stems: list[str] = []
    for number, contract in enumerate(contracts, 1):
        stem = re.sub(r"[^\w.-]+", "-", str(contract.get("name", ""))).strip("-.")[:60]
        taken = {other.casefold() for other in stems}
        stems.append(stem if stem and stem.casefold() not in taken else f"contract-{number}")
    return stems


def _write_contract(contract: dict[str, Any], folder: Path, stem: str) -> None:
    """The contract, and its zones as a table."""
    zones = contract.get("zones")
    if isinstance(zones, list) and zones:
        _write_rows(zones, folder / _CONTRACTS / f"{stem}-zones.csv")
        contract = {**contract, "zones": f"{stem}-zones.csv"}
    _write_yaml(contract, folder / _CONTRACTS / f"{stem}.yaml")


def _write_rows(rows: Rows, path: Path) -> None:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    write_table(pd.DataFrame(cells, columns=pd.Index(columns), dtype=object), path)


def _cell(value: Any) -> str:
    """A value as a table of text holds it."""
    if isinstance(value, bool):
        return "1" if value else "0"
    return repr(value) if isinstance(value, float) else str(value)


def _write_yaml(data: dict[str, Any], path: Path, remarks: Sequence[str] = ()) -> None:
    yaml = YAML()
    yaml.width = 120
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.allow_unicode = True
    stream = io.StringIO()
    yaml.dump(_laid_out(data, top=True), stream)
    lines = [*remarks, stream.getvalue()]
    write_text(path, "\n".join(lines))


def _laid_out(value: Any, top: bool = False) -> Any:
    """The value with short mappings and lists in one line, and texts quoted where needed."""
    if isinstance(value, dict):
        inner: Any = CommentedMap((_key(key), _laid_out(part)) for key, part in value.items())
    elif isinstance(value, list):
        inner = CommentedSeq([_laid_out(part) for part in value])
    else:
        return _scalar(value)
    if not top and len(str(value)) <= _SHORT:
        inner.fa.set_flow_style()
    return inner


def _key(key: Any) -> Any:
    return key if _is_plain(str(key)) else DoubleQuotedScalarString(key)


def _scalar(value: Any) -> Any:
    """A text that could be read as something else, or holds signs of YAML, in quotes."""
    if not isinstance(value, str) or _is_plain(value):
        return value
    return DoubleQuotedScalarString(value)


def _is_plain(text: str) -> bool:
    """Whether a text needs no quotes."""
    if not _PLAIN.fullmatch(text) or text != text.strip():
        return False
    document, wrong = parse_yaml(f"a: {text}", "")
    return not wrong and document.data == {"a": text} and isinstance(document.data["a"], str)
