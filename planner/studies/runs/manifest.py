"""The manifest of a run folder: what reproduces every byte, and shows that none has changed."""

from __future__ import annotations

import platform as machine
from collections.abc import Collection, Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from planner import __version__
from planner.documents.files import damaged
from planner.documents.manifest import is_draft
from planner.documents.reading import EXPLANATION, MANIFEST, PLAN, read_run
from planner.domain.demand_certainty import certain_demand
from planner.domain.plan import Certificate, Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.wording import json_text
from planner.errors import Finding, InputError
from planner.formats.base.shipped_files import STRESSES, configs_folder
from planner.formats.scenario.reader import Scenario
from planner.output import VOLATILE, hashes, sha256, write_bytes, write_text
from planner.planning.options import MARGINS, RosterOptions, RuleOfThumbOptions, SearchOptions
from planner.reporting.tables.schemas import ALWAYS, OF_A_DRAFT
from planner.studies.options.repair_options import RepairOptions
from planner.studies.options.study_options import DEFAULT, StudyOptions

INPUTS = "inputs"
LIBRARIES = ("numba", "numpy", "ortools", "pandas", "scipy", "simpy", "matplotlib", "pypdfium2")


def keep_inputs(folder: Path, scenario: Scenario) -> dict[str, str]:
    """Copy the inputs of a scenario into the run folder; the hash of each by relative name."""
    for path in sorted(scenario.files):
        write_bytes(folder / INPUTS / input_name(path, scenario.root), path.read_bytes())
    return input_hashes(scenario)


def kept_scenario(folder: Path, scenario: Scenario) -> dict[str, Any]:
    """Copy the inputs into the run folder; what the manifest says so that they are read again."""
    return {
        "inputs": keep_inputs(folder, scenario),
        "scenario": scenario_name(scenario),
        "settings": list(scenario.settings),
    }


def input_hashes(scenario: Scenario) -> dict[str, str]:
    """Hash of every file the scenario was read from, by its name in the manifest."""
    return {input_name(path, scenario.root): sha256(path) for path in sorted(scenario.files)}


def scenario_name(scenario: Scenario) -> str:
    """Name of the scenario's own file among the inputs."""
    return input_name(scenario.path, scenario.root)


def input_name(path: Path, root: Path) -> str:
    """Name of an input: relative to the scenario, shipped files under `shipped/`.

    A catalogue of stresses from elsewhere is kept as the scenario's own.
    """
    if path.is_relative_to(root):
        return path.relative_to(root).as_posix()
    return f"shipped/{path.name}" if path.is_relative_to(configs_folder()) else STRESSES


def versions() -> dict[str, str]:
    """Versions that decide the bytes of a result."""
    found = {"planner": __version__, "python": machine.python_version()}
    found.update({name: version(name) for name in LIBRARIES})
    return found


def algorithm_options(study_options: StudyOptions = DEFAULT) -> dict[str, dict[str, Any]]:
    """Tuned values of every algorithm, by option class and field: what no option of a command sets.

    An option class that is not listed here does not appear in run.json.
    """
    groups = [
        *SearchOptions().groups(),
        RuleOfThumbOptions(),
        RosterOptions(),
        *study_options.groups(),
        RepairOptions(),
    ]
    return {type(group).__name__: _plain(asdict(group)) for group in groups}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as JSON holds them: lists for tuples."""
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}


def describe(
    problem: Problem,
    status: str,
    options: dict[str, Any],
    *,
    plan: Plan | None = None,
    verdict: Certificate | None = None,
    study_options: StudyOptions = DEFAULT,
) -> dict[str, Any]:
    """What the manifest says about the run, apart from hashes.

    Parameters
    ----------
    problem : Problem
        What was planned.
    status : str
        How the search for a plan ended.
    options : dict
        Options of the command.
    plan : Plan, optional
        The plan; None where there is none.
    verdict : Certificate, optional
        Its certificate.
    study_options : StudyOptions
        Tuned values of the study.

    Returns
    -------
    dict
        The content of run.json.
    """
    horizon = problem.horizon
    margins = {} if plan is None else plan.margins
    return {
        "name": problem.name,
        "labels": {
            "contract": {c.name: c.label for c in problem.contracts},
            "product": {p.name: p.label for p in problem.products},
        },
        "currency": problem.currency,
        "timezone": horizon.timezone,
        "start": horizon.start.isoformat(timespec="minutes"),
        "days": horizon.reported_days,
        "tail_days": horizon.tail_days,
        "planned_on": None if problem.planned_on is None else problem.planned_on.isoformat(),
        "seed": problem.seed,
        "versions": versions(),
        "options": options,
        "status": status,
        "gap": None if plan is None else plan.gap,
        "model_gap": None if plan is None else plan.model_gap,
        "margins": [{"name": n, "value": v, "meaning": MARGINS[n]} for n, v in margins.items()],
        "algorithm_options": algorithm_options(study_options),
        "certificate": certificate_json(verdict),
        "certain_demand": list(certain_demand(problem.demand)),
        "service": {
            "on_time_share": problem.service.on_time_share,
            "confidence": problem.service.confidence,
            "also": [asdict(target) for target in problem.service.also],
        },
        "platform": platform_json(problem.platform),
        **_platforms(problem),
    }


def platform_json(rule: PlatformRule) -> dict[str, Any]:
    """A dispatch rule with the keys the result files use; what a rule has not is left out."""
    found: dict[str, Any] = {
        "name": rule.name,
        "counts": rule.counts,
        "deadline_hours": rule.deadline_hours,
        "deadline_working_days": rule.deadline_working_days,
        "threshold_late_share": rule.threshold_late_share,
        "source": rule.source,
        "retrieved": rule.retrieved,
        "grade": rule.grade,
    }
    if rule.cutoff_s is not None:
        found["cutoff_s"] = rule.cutoff_s
    if rule.remote_hub is not None:
        found["remote_hub"] = rule.remote_hub
    if rule.force_majeure:
        found["force_majeure"] = [
            {
                "first": days.first.isoformat(),
                "last": days.last.isoformat(),
                "regions": sorted(days.regions),
            }
            for days in rule.force_majeure
        ]
    return found


def _platforms(problem: Problem) -> dict[str, Any]:
    """The rules of several platforms with their shares; nothing of one."""
    if not problem.other_platforms:
        return {}
    shares = [part.share for part in problem.other_platforms]
    both = zip(problem.platforms, [round(1.0 - sum(shares), 12), *shares], strict=True)
    return {"platforms": [{**platform_json(rule), "share": share} for rule, share in both]}


def certificate_json(verdict: Certificate | None) -> dict[str, Any] | None:
    """A certificate with the keys the result files use."""
    if verdict is None:
        return None
    return {
        **asdict(verdict),
        "also": [asdict(target) for target in verdict.also],
        "empty_places": [
            {**asdict(empty), "dates": list(empty.dates)} for empty in verdict.empty_places
        ],
    }


def seal(folder: Path, manifest: dict[str, Any]) -> None:
    """Write the manifest last: it holds the hash of every other file that must repeat."""
    write_json(folder / MANIFEST, {**manifest, "outputs": hashes(folder, MANIFEST)})


def result_files(folder: Path) -> list[str]:
    """Names of all files of a run that must repeat byte by byte, apart from the manifest itself."""
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(n for n in names if n != MANIFEST and n not in VOLATILE)


def odd_files(folder: Path) -> list[str]:
    """Names of whatever is neither a folder nor an ordinary file: links, pipes, devices.

    A result has none, and reading or copying one may never end.
    """
    odd = (p for p in folder.rglob("*") if p.is_symlink() or not (p.is_dir() or p.is_file()))
    return sorted(p.relative_to(folder).as_posix() for p in odd)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Sorted keys and one newline at the end: the same bytes for the same content."""
    write_text(path, json_text(content, sort_keys=True, indent=2) + "\n")


def read_manifest(folder: Path, of: Collection[str] = ()) -> dict[str, Any]:
    """Read the manifest of a finished result folder.

    Parameters
    ----------
    folder : Path
        The result folder.
    of : collection of str
        Commands whose results are wanted; empty for any.

    Returns
    -------
    dict
        Content of run.json.

    Raises
    ------
    InputError
        There is no manifest, it is damaged, or it is that of another command.
    """
    content = read_run(folder)
    command, path = content["options"]["command"], str(folder / MANIFEST)
    if content.get("outputs") is None:
        raise damaged(
            folder, [Finding(path, 0, 0, "outputs", "is missing: the folder is not finished")]
        )
    missing = sorted(_parts(content) - content["outputs"].keys())
    if missing:
        raise damaged(
            folder, [Finding(path, 0, 0, "outputs", f"does not list {name}") for name in missing]
        )
    if of and command not in of:
        words = f"is {command}: give a folder of {', '.join(sorted(of))}"
        raise InputError([Finding(path, 0, 0, "options.command", words)])
    return content


def _parts(content: Mapping[str, Any]) -> set[str]:
    """Files that a result must have: those of a plan, or the explanation why there is none."""
    if content.get("certificate"):
        return {PLAN, *(f"tables/{name}.csv" for name in ALWAYS)}
    if content.get("explanation"):
        return {EXPLANATION}
    drafted = is_draft(content["options"])
    return {PLAN, *(f"tables/{name}.csv" for name in OF_A_DRAFT)} if drafted else set()
