"""`planner stress`: the plan of a finished folder under its catalogue, as a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.manifest import RUN_COMMANDS
from planner.domain.digest import digest
from planner.domain.plan import Plan
from planner.domain.stress import Stress
from planner.errors import ConflictError, Finding, InputError
from planner.formats.plan_files import read_plan
from planner.formats.scenario.reader import Scenario
from planner.reporting.report import write_report
from planner.studies.certification.certificate import CertificationLook, numbered_look
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    evaluate_with_roster,
    write_evaluations,
)
from planner.studies.runs.manifest import INPUTS, read_manifest, seal, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.runs.seal import check_hashes
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import require_rules
from planner.studies.stress.study import in_full, stress_table


@dataclass(frozen=True, eq=False, kw_only=True)
class FinishedPlan:
    """The plan of a finished folder, with what it was made for.

    Attributes
    ----------
    scenario : Scenario
        From the inputs that the folder keeps, or with a catalogue of the user's own.
    plan : Plan
        The plan.
    look : CertificationLook
        Look of its certificate.
    replications : int
        Replications that its command was asked for.
    """

    scenario: Scenario
    plan: Plan
    look: CertificationLook
    replications: int

    @property
    def digest(self) -> str:
        """What tells plans apart: results of one never stand for those of another."""
        return digest((self.plan, self.look))


def finished_plan(folder: Path, catalogue: Path | None = None) -> FinishedPlan:
    """Read the plan of a folder of run, plan, simulate or stress.

    Parameters
    ----------
    folder : Path
        The folder.
    catalogue : Path, optional
        Catalogue of stresses instead of that of the scenario.

    Returns
    -------
    FinishedPlan
        The plan and its inputs.

    Raises
    ------
    InputError
        The folder or the catalogue cannot be read, or there is no plan.
    ConflictError
        The folder was changed since, or its plan breaks rules.
    """
    manifest = read_manifest(folder, RUN_COMMANDS)
    wrong = check_hashes(folder, manifest)
    if wrong:
        raise ConflictError(f"{folder}: changed since the run, nothing is tried", *wrong)
    if manifest.get("explanation"):
        words = "holds no plan; planner explain says why"
        raise InputError([Finding(str(folder), 0, 0, "", words)])
    path = folder / INPUTS / manifest["scenario"]
    settings = manifest.get("settings", ())
    scenario = load(path, manifest["seed"], manifest["name"], catalogue, settings)
    problem, asked = scenario.problem, manifest["options"]["replications"]
    look = manifest["certificate"]["look"] if manifest["certificate"] else 1  # of a draft: none
    return FinishedPlan(
        scenario=scenario,
        plan=require_rules(problem, replace(read_plan(folder, problem), certificate=None)),
        look=numbered_look(look, asked, problem.service.confidence),
        replications=asked,
    )


def chosen_stresses(scenario: Scenario, only: Sequence[str]) -> tuple[Stress, ...]:
    """The stresses of these names, in the order of the catalogue; all without names.

    Raises
    ------
    InputError
        A name that is not in the catalogue.
    """
    known = [stress.name for stress in scenario.stresses]
    missing = [name for name in only if name not in known]
    if missing:
        words = f'no such stress, got "{missing[0]}"; the catalogue has {", ".join(known)}'
        raise InputError([Finding("--only", 0, 0, "", words)])
    return tuple(s for s in scenario.stresses if not only or s.name in only)


def stress_study(
    finished: FinishedPlan, only: Sequence[str], context: RunContext
) -> tuple[EvaluatedPlan, pd.DataFrame]:
    """Simulate the plan without stress and under each, without writing anything.

    Parameters
    ----------
    finished : FinishedPlan
        The plan.
    only : sequence of str
        Names of stresses; all where there are none.
    context : RunContext
        Where replications run.

    Returns
    -------
    tuple of EvaluatedPlan and DataFrame
        The plan with its certificate, and the table `stress`.
    """
    problem, plan, look = finished.scenario.problem, finished.plan, finished.look
    stresses = chosen_stresses(finished.scenario, only)
    evaluated = evaluate_with_roster(problem, plan, look, context)
    table = stress_table(
        problem,
        plan,
        evaluated.summaries,
        stresses,
        context,
        look=look,
        budget=in_full(look, context),
    )
    return evaluated, table


def write_stress(
    folder: Path,
    finished: FinishedPlan,
    context: RunContext,
    *,
    only: Sequence[str],
    lang: str,
    options: dict[str, Any],
) -> pd.DataFrame:
    """Try a plan under its catalogue and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    finished : FinishedPlan
        The plan.
    context : RunContext
        Context of the study.
    only : sequence of str
        Names of stresses; all where there are none.
    lang : {"en", "zh"}
        Language of the figures.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    DataFrame
        The table `stress`.
    """
    evaluated, table = stress_study(finished, only, context)
    manifest = write_evaluations(
        folder,
        finished.scenario,
        [evaluated],
        context,
        options=options,
        extra={"stress": table},
    )
    write_json(folder / "run.json", manifest)
    context.begin("drawing figures")
    write_report(folder, ("png",), lang)
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return table
