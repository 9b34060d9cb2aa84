"""Where a scenario stands: a YAML file in its folder."""

from __future__ import annotations

from pathlib import Path

from planner.formats.base.findings import Findings
from planner.formats.base.yaml_source import Document, load_yaml
from planner.formats.scenario.stresses import catalogue_of

FILE = "scenario.yaml"


def document_of(file: Path, findings: Findings) -> Document:
    """What the scenario's own file states; its data is None where nothing could be read."""
    document, found = load_yaml(file, file.name)
    findings.found += found
    return document


def catalogue_for(file: Path) -> Path:
    """The catalogue of stresses: that of the folder, or the shipped one."""
    return catalogue_of(file.parent)


def name_of(file: Path) -> str:
    """The name of a scenario that states none: that of its folder."""
    return file.parent.name
