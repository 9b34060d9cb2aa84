"""`planner convert`: a scenario's folder into a workbook, and a workbook into a folder."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import dropwhile
from pathlib import Path
from typing import Any

from planner.domain.digest import digest
from planner.errors import InputError, PlannerError
from planner.formats.base.shipped_files import STRESSES, configs_folder
from planner.formats.conversion.from_folder import contents_of_catalogue, contents_of_folder
from planner.formats.conversion.from_workbook import contents_of_workbook
from planner.formats.conversion.to_folder import write_folder
from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario.reader import Scenario, read_scenario
from planner.formats.scenario.sources import FILE as FILE_NAME
from planner.formats.scenario_workbook.contents import Contents
from planner.formats.scenario_workbook.writer import workbook_of
from planner.formats.tables.workbooks import is_excel
from planner.output import FILE, FOLDER, named, new_file, new_files, new_folder, refuse, write_bytes

SUFFIX = ".xlsx"


@dataclass(frozen=True)
class Converted:
    """What was written: its kind, the files, and what of the source is not in it."""

    kind: str
    files: tuple[Path, ...]
    left_out: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def convert(source: Path, target: Path, lang: str) -> Converted:
    """Write a scenario's folder as a workbook, or its workbook as a folder.

    Parameters
    ----------
    source : Path
        The scenario: folder, YAML file or workbook.
    target : Path
        The other form of it: ends in `.xlsx`, or is a folder that does not exist or is empty.
    lang : str
        Language of a workbook's sheets and headings.

    Returns
    -------
    Converted
        What was written.

    Raises
    ------
    InputError
        The scenario is not valid.
    PlannerError
        The target is of the wrong kind or holds something; nothing is replaced.
    """
    to_workbook = target.suffix.casefold() == SUFFIX
    refuse(target, (source,), None, FILE if to_workbook else FOLDER)
    scenario = read_scenario(source)
    from_workbook = is_excel(scenario.path)
    if from_workbook and to_workbook:
        raise PlannerError(
            f"{named(target)}: a workbook becomes a folder; name one without {SUFFIX}"
        )
    if not from_workbook and not to_workbook:
        raise PlannerError(
            f"{named(target)}: a folder becomes a workbook; its name ends in {SUFFIX}"
        )
    if from_workbook:
        return _to_folder(scenario, target)
    contents = contents_of_folder(scenario.path, lang)
    return _to_workbook(scenario, contents, target, lang)


def _to_folder(scenario: Scenario, target: Path) -> Converted:
    contents = contents_of_workbook(scenario.path)
    with new_folder(target, (scenario.path,), None) as draft:
        write_folder(contents, draft)
        _refuse_difference(scenario, draft)
    files = sorted(p for p in target.rglob("*") if p.is_file())
    return Converted("folder", tuple(files), warnings=scenario.warnings)


def _to_workbook(scenario: Scenario, contents: Contents, target: Path, lang: str) -> Converted:
    """The workbook, and next to it the tables that are too long for a sheet."""
    content = workbook_of(contents, _schemas(), lang)
    names = [*sorted(contents.files), target.name]
    with new_files(target.parent, names, scenario.files, None) as draft:
        for name, data in contents.files.items():
            write_bytes(draft / name, data)
        write_bytes(draft / target.name, content)
        _refuse_difference(scenario, draft / target.name)
    read = {
        path.relative_to(scenario.root)
        for path in scenario.files
        if path.is_relative_to(scenario.root)
    }
    there = (p.relative_to(scenario.root) for p in scenario.root.rglob("*") if p.is_file())
    left_out = sorted(str(path) for path in there if path not in read)
    files = tuple(target.parent / name for name in names)
    if commented := _commented(scenario):
        words = "comments are not kept but those at the begin of the scenario's file"
        scenario = replace(scenario, warnings=(*scenario.warnings, f"{commented}: {words}"))
    return Converted("workbook", files, tuple(left_out), scenario.warnings)


def _commented(scenario: Scenario) -> str:
    """YAML files of the folder that hold comments, apart from those at the begin of its own."""
    found = []
    for path in scenario.files:
        if path.suffix not in (".yaml", ".yml") or not path.is_relative_to(scenario.root):
            continue
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        if path == scenario.path:
            lines = list(dropwhile(lambda line: line.startswith("#"), lines))
        if any(line.lstrip().startswith("#") or " # " in line for line in lines):
            found.append(path.relative_to(scenario.root).as_posix())
    return ", ".join(found)


def new_workbook(template: str, target: Path, lang: str) -> Path:
    """Write a shipped template as a workbook.

    Parameters
    ----------
    template : str
        Name of the template.
    target : Path
        The new file.
    lang : str
        Language of sheets, headings and remarks.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    PlannerError
        The file exists, or its place cannot be used.
    """
    file = configs_folder() / template / FILE_NAME
    contents = contents_of_folder(file, lang)
    if contents.stresses is None:
        contents.stresses = contents_of_catalogue(configs_folder() / STRESSES)
    content = workbook_of(contents, _schemas(), lang)
    with new_file(target, force=None) as draft:
        write_bytes(draft, content)
    return target


def _schemas() -> dict[str, dict[str, Any]]:
    return {kind: json_schema(kind) for kind in MODELS}


def _refuse_difference(scenario: Scenario, written: Path) -> None:
    """Raise unless what was written is read as the same scenario."""
    try:
        again = read_scenario(written, scenario.problem.name)
    except InputError as error:
        raise PlannerError(
            "what was written cannot be read again: nothing was kept", *error.args
        ) from error
    if digest(again.problem) != digest(scenario.problem) or again.stresses != scenario.stresses:
        raise PlannerError("what was written is not the same scenario: nothing was kept")
