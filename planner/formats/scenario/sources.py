"""Where a scenario stands: a YAML file in its folder, or a workbook."""

from __future__ import annotations

from pathlib import Path

from planner.errors import Finding, InputError
from planner.formats.base.findings import Findings
from planner.formats.base.shipped_files import STRESSES, configs_folder
from planner.formats.base.yaml_source import Document, load_yaml
from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario.stresses import catalogue_of
from planner.formats.scenario_workbook.reader import read_workbook
from planner.formats.tables.workbooks import is_excel, refuse_other_kinds

FILE = "scenario.yaml"
LOCK = "~$"  # begins the name of the file that Excel keeps next to an open workbook


def document_of(file: Path, findings: Findings) -> Document:
    """What the scenario's own file states; its data is None where nothing could be read."""
    if is_excel(file):
        book = read_workbook(file, {kind: json_schema(kind) for kind in MODELS})
        findings.found += book.found
        findings.warnings += book.warnings
        findings.inside = book.inside
        return book.document
    try:
        refuse_other_kinds(file, file.name)  # an old workbook, or one with a password
        _refuse_false_name(file)
    except InputError as error:
        findings.found += error.findings
        return Document(file.name, None)
    document, found = load_yaml(file, file.name)
    findings.found += found
    return document


def _refuse_false_name(file: Path) -> None:
    """Raise InputError for what has the name of a workbook and is none."""
    if file.suffix.lower() not in (".xlsx", ".xlsm"):
        return
    words = "is no Excel workbook, whatever its name says; save it from Excel again"
    if file.name.startswith(LOCK):
        words = f"only says that {file.name.removeprefix(LOCK)} is open in Excel: name that file"
    raise InputError([Finding(file.name, 0, 0, "", words)])


def catalogue_for(file: Path, findings: Findings) -> Path:
    """The catalogue of stresses: a workbook's own, that of the folder, or the shipped one."""
    if is_excel(file):
        return file if STRESSES in findings.inside else configs_folder() / STRESSES
    return catalogue_of(file.parent)


def name_of(file: Path) -> str:
    """The name of a scenario that states none: that of its folder, or of its workbook."""
    return file.stem if is_excel(file) else file.parent.name
