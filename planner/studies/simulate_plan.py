"""`planner simulate`: the operation of a scenario, or a plan, also as somebody has edited it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.reading import BEFORE
from planner.domain.plan import Plan, PlanStatus
from planner.domain.plan_changes import PlanChange, plan_changes
from planner.domain.problem import Problem
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.plan_files import GivenPlan, read_given_plan, write_made_plan
from planner.formats.scenario.defaults import assumed_of_stock
from planner.formats.scenario.reader import Scenario
from planner.planning.validation.plan_rules import COSTS, cover_regions, violations
from planner.reporting.report import write_report
from planner.reporting.tables.edit_tables import changes_table, effect_table
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    evaluate_with_roster,
    write_evaluations,
)
from planner.studies.routing.typed_rules import RuleFile, routed_plan
from planner.studies.run import finish, first_look
from planner.studies.runs.manifest import write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import as_is_plan, require_rules


@dataclass(frozen=True, eq=False, kw_only=True)
class PlanSource:
    """What is to be simulated.

    Attributes
    ----------
    path : Path
        Folder of a plan, or its workbook.
    rules : RuleFile, optional
        Routing rules in place of the plan's shares.
    strict : bool
        Whether a plan that breaks a rule is refused.
    """

    path: Path
    rules: RuleFile | None = None
    strict: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Edits:
    """An edited plan next to the plan as it was made, on the same orders.

    Attributes
    ----------
    made : EvaluatedPlan
        The plan as it was made.
    changes : tuple of PlanChange
        What was changed.
    edited_in : tuple of str
        Files that hold the edits.
    effect : DataFrame
        The table `plan_effect`.
    """

    made: EvaluatedPlan
    changes: tuple[PlanChange, ...]
    edited_in: tuple[str, ...]
    effect: pd.DataFrame


@dataclass(frozen=True, eq=False, kw_only=True)
class Simulated:
    """What was simulated, and what edits of the plan did; None where there are none."""

    evaluated: EvaluatedPlan
    edits: Edits | None = None


def simulate_only(
    folder: Path,
    scenario: Scenario,
    context: RunContext,
    *,
    source: PlanSource | None,
    lang: str,
    options: dict[str, Any],
) -> Simulated:
    """Simulate a plan, or the operation as the scenario states it, and write the result.

    A plan that was edited is simulated as it was made too, on the same replications.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    context : RunContext
        Context of the study.
    source : PlanSource, optional
        The plan.
    lang : {"en", "zh"}
        Language of the figures.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    Simulated
        The plan that was simulated, and its edits.
    """
    problem = scenario.problem
    if source is None:
        as_is = as_is_plan(problem)
        given = GivenPlan(made=as_is, plan=as_is)
    else:
        given = usable_plan(problem, read_given_plan(source.path, problem), source)
        context.notes += given.notes
    if given.plan.stock is None:
        context.notes += assumed_of_stock(problem)
    found = simulated(problem, given, context)
    manifest = write_evaluations(
        folder,
        scenario,
        [found.evaluated],
        context,
        options=options,
        extra=edit_tables(problem, found),
    )
    if found.edits is not None:
        write_made_plan(folder / BEFORE, problem, replace(given.made, certificate=None))
    write_json(folder / "run.json", manifest)
    context.begin("drawing figures")
    write_report(folder, ("png",), lang)
    finish(folder, context, manifest)
    return found


def usable_plan(problem: Problem, given: GivenPlan, source: PlanSource) -> GivenPlan:
    """Make a given plan one that can be simulated.

    Costs that do not follow from its decisions under the scenario are left out: the simulation
    computes them again.

    Parameters
    ----------
    problem : Problem
        What the plan is for.
    given : GivenPlan
        The plan, as it was made and as it was edited.
    source : PlanSource
        Its routing rules, and whether it must keep every rule.

    Returns
    -------
    GivenPlan
        The plan whose note says that it was edited.

    Raises
    ------
    ConflictError
        It breaks a rule, and must not.
    InputError
        Its shares do not say where all orders go.
    """
    plan, made = given.plan, given.made
    _require_whole_shares(problem, given, source.path)
    if given.changes:
        words = f"the {made.method} plan with {counted(len(given.changes), 'change')}"
        plan = replace(without_costs(plan), status=PlanStatus.AS_STATED, note=words)
    if source.rules:
        plan = routed_plan(problem, plan, source.rules)
        made = routed_plan(problem, made, source.rules) if given.changes else plan
    plan, made = _with_own_costs(problem, plan), _with_own_costs(problem, made)
    if source.strict:
        require_rules(problem, plan)
    changes = given.changes
    if source.rules:
        changes = plan_changes(problem, made, plan)
    return replace(given, plan=plan, made=made, changes=changes)


def _require_whole_shares(problem: Problem, given: GivenPlan, path: Path) -> None:
    """Refuse shares that do not add up to 1: nobody knows what was meant to become of the rest."""
    name = str(path / given.edited_in[0]) if path.is_dir() and given.edited_in else str(path)
    findings = [
        Finding(name, 0, 0, "share", f"{violation.words}; every order must go somewhere")
        for violation in cover_regions(problem, given.plan)
    ]
    if findings:
        raise InputError(findings)


def _with_own_costs(problem: Problem, plan: Plan) -> Plan:
    """The plan; without its costs where the scenario now gives others."""
    wrong = any(v.rule == COSTS for v in violations(problem, plan))
    return without_costs(plan) if wrong else plan


def simulated(problem: Problem, given: GivenPlan, context: RunContext) -> Simulated:
    """Simulate a plan; where it was edited, also as it was made, on the same replications.

    Parameters
    ----------
    problem : Problem
        What the plan is for.
    given : GivenPlan
        The plan.
    context : RunContext
        Where replications run.

    Returns
    -------
    Simulated
        The plan with its certificate, and what the edits do.
    """
    evaluated = evaluate_with_roster(problem, given.plan, first_look(context), context)
    if not given.changes:
        return Simulated(evaluated=evaluated)
    made = evaluate_with_roster(problem, given.made, first_look(context), context)
    effect = effect_table(problem, _tried(made), _tried(evaluated))
    edits = Edits(made=made, changes=given.changes, edited_in=given.edited_in, effect=effect)
    return Simulated(evaluated=evaluated, edits=edits)


def _tried(evaluated: EvaluatedPlan) -> tuple[Plan, Any, Any]:
    return evaluated.plan, evaluated.verdict, evaluated.summaries


def edits_json(tables: dict[str, pd.DataFrame], edits: Edits) -> dict[str, Any]:
    """The edits and their effect, as in `--json`."""
    effect = {
        str(row.pop("plan")): {name: _value(cell) for name, cell in row.items() if cell != ""}
        for row in tables["plan_effect"].to_dict("records")
    }
    changes = tables["plan_changes"].to_dict("records")
    return {
        "edited_in": list(edits.edited_in),
        "changes": [{name: _value(cell) for name, cell in row.items()} for row in changes],
        "effect": effect,
    }


def _value(cell: Any) -> Any:
    """A cell as JSON has it."""
    if isinstance(cell, Decimal):
        return float(cell)
    known = {"True": True, "False": False}
    if not isinstance(cell, str) or cell in known:
        return known.get(cell, cell)
    try:
        return int(cell) if cell.lstrip("-").isdigit() else float(cell)
    except ValueError:
        return cell


def edit_tables(problem: Problem, found: Simulated) -> dict[str, pd.DataFrame]:
    """The tables of the edits; none where nothing was changed."""
    if found.edits is None:
        return {}
    changes = changes_table(problem, found.edits.changes)
    return {"plan_changes": changes, "plan_effect": found.edits.effect}
