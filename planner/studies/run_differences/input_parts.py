"""What the inputs of a result state, part by part: documents and tables, whatever file holds them.

Values that were set from outside (`--set`) stand in the scenario as it was planned. What a workbook
holds in place of files is a part like a file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.digest import digest
from planner.domain.run_differences import NotComparableError
from planner.formats.base.findings import Findings
from planner.formats.base.yaml_source import Document, load_yaml
from planner.formats.scenario.scenario_settings import set_in_scenario
from planner.formats.scenario.sources import document_of
from planner.formats.tables.table_files import read_table
from planner.formats.tables.tables import Table
from planner.studies.run_differences.side import Side

YAML_ENDINGS = (".yaml", ".yml")
SET = "--set"  # the part of what was set in files that the scenario names
MOST_BYTES = 8_000_000  # of a table that is compared row by row
_LETTERS = 12  # of a hash that are shown

Content = Any  # of a document: plain data; of a table: DataFrame of text


@dataclass(frozen=True)
class InputPart:
    """A document or a table: equal identities, equal content.

    `read` raises InputError or NotComparableError where the content cannot be read.
    """

    identity: str
    read: Callable[[], Content]

    @classmethod
    def of(cls, content: Content, stands_for: object = None) -> InputPart:
        """A part with this content; `stands_for`: what its identity is made of."""
        return cls(digest(content if stands_for is None else stands_for), lambda: content)

    @property
    def shown(self) -> str:
        """What stands for content that is not compared value by value."""
        return f"SHA-256 {self.identity[:_LETTERS]}"

    @property
    def states_name(self) -> str:
        """The name that a document gives itself; empty where it gives none."""
        data = self.read()
        return str(data.get("name") or "") if isinstance(data, dict) else ""


def input_parts(side: Side) -> tuple[str, dict[str, InputPart]]:
    """The inputs of a result.

    Parameters
    ----------
    side : Side
        The result.

    Returns
    -------
    tuple of str and dict
        Name of the scenario among them, and all parts by name.
    """
    scenario = str(side.manifest["scenario"])
    parts = {
        name: InputPart(identity, _reader(side, name))
        for name, identity in side.inputs.items()
        if name != scenario
    }
    settings = list(side.manifest.get("settings", ()))
    try:
        document, inside = _scenario(side.input(scenario), settings)
    except NotComparableError as error:
        parts[scenario] = InputPart(side.inputs[scenario], _raises(error))
        return scenario, parts
    parts |= {name: _held(content) for name, content in inside.items()}
    in_files = {s.path: s.written for found in document.in_files.values() for s in found}
    parts[SET] = InputPart.of(in_files)
    identity = digest((side.inputs[scenario], settings)) if settings else side.inputs[scenario]
    parts[scenario] = InputPart(identity, lambda: document.data)
    return scenario, parts


def _scenario(path: Path, settings: list[str]) -> tuple[Document, dict[str, object]]:
    """The document of a scenario with what was set in it, and what a workbook holds in addition."""
    findings = Findings(path.parent)
    document = document_of(path, findings)
    if not isinstance(document.data, dict):
        raise NotComparableError("diff_unreadable", side="", file=path.name)
    set_in_scenario(document, settings, findings)
    return document, dict(findings.inside)


def _held(content: object) -> InputPart:
    """A part of a workbook."""
    if isinstance(content, Table):
        table = pd.DataFrame({name: list(map(str, cells)) for name, cells in content.cells.items()})
        return InputPart.of(table, content.cells)
    return InputPart.of(content.data if isinstance(content, Document) else None)


def _reader(side: Side, name: str) -> Callable[[], Content]:
    """Reads a file of the inputs."""

    def read() -> Content:
        path = side.input(name)
        if name.endswith(YAML_ENDINGS):
            return load_yaml(path, name)[0].data
        if path.stat().st_size > MOST_BYTES:
            raise NotComparableError("diff_too_large", file=name)
        return read_table(path).map(lambda cell: str(cell).strip())

    return read


def _raises(error: NotComparableError) -> Callable[[], Content]:
    def read() -> Content:
        raise error

    return read
