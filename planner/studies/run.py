"""The studies behind `planner run` and `plan`: what each computes and writes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.choices import REPORT_FORMATS, RULES_OF_THUMB
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError
from planner.formats.scenario.defaults import assumed_of_margins
from planner.formats.scenario.reader import Scenario
from planner.rating.lane_costs import lane_costs
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.history import history_json, history_table
from planner.studies.certification.iterations import PlanningHistory
from planner.studies.certification.lever_trials import lever_table
from planner.studies.certification.loop import certified_plan
from planner.studies.certification.regret import hindsight_table
from planner.studies.contracts.study import study_contracts
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    certified,
    evaluate_and_certify,
    evaluate_with_roster,
    write_evaluations,
)
from planner.studies.local_search.search import search_plan
from planner.studies.options.run_parts import RunParts
from planner.studies.routing.own_rules import rule_tables
from planner.studies.routing.rules_cost import HeldOut
from planner.studies.runs.manifest import seal, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.announce import tell_certified, tell_draft
from planner.studies.steps.forecast import forecasting
from planner.studies.steps.make_plan import decide, require_feasible
from planner.studies.stress.study import in_a_run, stress_table
from planner.studies.what_if.study import what_if_table


def run(
    folder: Path,
    scenario: Scenario,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
    parts: RunParts,
) -> list[EvaluatedPlan]:
    """Forecast, plan and certify, compare with other plans, compare contracts, and report.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the report.
    options : dict
        Options of the command, for the manifest.
    parts : RunParts
        What is left out, and what is made in addition.

    Returns
    -------
    list of EvaluatedPlan
        The plan, then those it is compared with.
    """
    problem = scenario.problem
    context.notes += assumed_of_margins(problem)
    with forecasting(problem, context) as forecasted:
        history, ours = _plan_and_tell(problem, context, parts.has("hindsight"))
        tables = forecasted()
    others = plans_to_compare(problem, context, history.simulated, parts)
    compared = evaluate_and_certify(problem, others, history.look, context, engines=history.engines)
    evaluated = [ours, *compared]
    tables |= studies_of_the_plan(scenario, ours, context, parts, history.by_path)
    context.begin("writing the report")
    tables |= _way_to_plan(problem, history)
    manifest = write_evaluations(
        folder,
        scenario,
        evaluated,
        context,
        options=options,
        extra=tables,
        loop=history_json(problem, history),
    )
    write_json(folder / "run.json", manifest)
    # half a second to load, which a plan without a report need not wait for
    from planner.reporting.report import write_and_warn

    _, warnings = write_and_warn(folder, REPORT_FORMATS, lang)
    context.notes += warnings
    finish(folder, context, manifest)
    return evaluated


def studies_of_the_plan(
    scenario: Scenario,
    ours: EvaluatedPlan,
    context: RunContext,
    parts: RunParts,
    known: tuple[float, ...] | None = None,
) -> dict[str, pd.DataFrame]:
    """Make what a run knows of contracts, routing rules, hindsight, stress and what ifs.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    ours : EvaluatedPlan
        The plan with its certificate.
    context : RunContext
        Context of the study.
    parts : RunParts
        What is left out.
    known : tuple of float, optional
        Least cost of each sampled path that is known beforehand, where it was computed with the
        plan.

    Returns
    -------
    dict of DataFrame
        Tables by name; none of what is left out.
    """
    problem, tables = scenario.problem, dict[str, pd.DataFrame]()
    if problem.contracts and parts.has("contracts"):
        tables |= study_contracts(
            problem,
            problem.contracts,
            context.options.sampling.comparison_replications,
            problem.seed,
            context,
            briefly=True,
            without=parts.left_out,
        )
    if parts.has("rules"):
        tables |= rule_tables(problem, HeldOut(ours.plan, ours.summaries, ours.look), context)
    if parts.has("hindsight"):
        tables["hindsight"] = hindsight_table(problem, ours.plan, context, known)
    if parts.has("stress"):
        tables["stress"] = stress_table(
            problem,
            ours.plan,
            ours.summaries,
            scenario.stresses,
            context,
            look=ours.look,
            budget=in_a_run(ours.look, context),
        )
    if parts.has("whatif"):
        tables["what_if"] = what_if_table(problem, ours.plan, ours.summaries, context, ours.look)
    return tables


@dataclass(frozen=True)
class PlanStudy:
    """A plan by one method, evaluated on held-out replications.

    Parameters
    ----------
    evaluated : EvaluatedPlan
        The plan with its certificate.
    tables : dict of DataFrame
        How the joint plan was reached; empty for other methods.
    history : dict, optional
        The same for plan.json.
    """

    evaluated: EvaluatedPlan
    tables: dict[str, pd.DataFrame]
    history: dict[str, Any] | None = None


def plan_study(problem: Problem, method: str, context: RunContext) -> PlanStudy:
    """Plan by one method and certify the plan, without writing anything.

    Parameters
    ----------
    problem : Problem
        The problem.
    method : str
        One of `METHODS`.
    context : RunContext
        Budget, executor, listener and journal.

    Returns
    -------
    PlanStudy
        The evaluated plan.
    """
    context.notes += assumed_of_margins(problem)
    if method == "joint":
        history, evaluated = _plan_and_tell(problem, context, hindsight=True)
        tables = {
            "hindsight": hindsight_table(problem, evaluated.plan, context, history.by_path),
            **_way_to_plan(problem, history),
        }
        return PlanStudy(evaluated, tables, history_json(problem, history))
    context.begin("planning")
    plan = plan_by(problem, method, context, search_replications(context))
    tell_draft(problem, plan, context)
    evaluated = evaluate_with_roster(problem, plan, first_look(context), context)
    _tell_verdict(problem, evaluated, context)
    return PlanStudy(evaluated, {})


def plan_only(
    folder: Path, scenario: Scenario, method: str, context: RunContext, options: dict[str, Any]
) -> list[EvaluatedPlan]:
    """Plan by one method and certify the plan: tables, no report.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    method : str
        One of `METHODS`.
    context : RunContext
        Context of the study.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    list of EvaluatedPlan
        The plan alone.
    """
    study = plan_study(scenario.problem, method, context)
    manifest = write_evaluations(
        folder,
        scenario,
        [study.evaluated],
        context,
        options=options,
        extra=study.tables,
        loop=study.history,
    )
    finish(folder, context, manifest)
    return [study.evaluated]


def _plan_and_tell(
    problem: Problem, context: RunContext, hindsight: bool
) -> tuple[PlanningHistory, EvaluatedPlan]:
    """Make the joint plan, certified where possible, and tell it before anything else is done.

    On first use the engine is compiled meanwhile.
    """
    with context.compiling(problem):
        history = certified_plan(problem, context, hindsight=hindsight)
    evaluated = certified_at_the_end(problem, history)
    _tell_verdict(problem, evaluated, context)
    return history, evaluated


def _tell_verdict(problem: Problem, ours: EvaluatedPlan, context: RunContext) -> None:
    """Tell the cost and people of a plan with its certificate."""
    tell_certified(problem, ours.plan, ours.verdict, ours.summaries, context)


def certified_at_the_end(problem: Problem, history: PlanningHistory) -> EvaluatedPlan:
    """The plan at the end of a history, with the certificate of the last look."""
    last = history.last
    found = certified(
        problem, last.plan, last.summaries, history.look, history.engines, roster=last.roster
    )
    return found


def _way_to_plan(problem: Problem, history: PlanningHistory) -> dict[str, pd.DataFrame]:
    """The steps, and before them the levers that were tried, where there are any."""
    tables = {"path": history_table(problem, history)}
    if history.levers.trials:
        tables["levers"] = lever_table(problem, history.levers)
    return tables


def plans_to_compare(
    problem: Problem, context: RunContext, replications: int, parts: RunParts
) -> list[Plan]:
    """Make the plans that the joint plan is compared with.

    A rule of thumb knows few of the rules on people. One whose plan breaks any is left out, with a
    note.

    Parameters
    ----------
    problem : Problem
        The problem.
    context : RunContext
        Context of the study; receives the notes.
    replications : int
        Replications that the search may simulate.
    parts : RunParts
        Whether rules of thumb are left out, and whether a search is made.

    Returns
    -------
    list of Plan
        Plans of the rules of thumb, then of the search, that keep every rule.
    """
    methods: list[str] = [*RULES_OF_THUMB] if parts.has("baselines") else []
    methods += ["search"] if parts.adds("search") else []
    if methods:
        context.begin("making plans to compare with")
    plans = []
    for method in methods:
        try:
            plans.append(plan_by(problem, method, context, replications))
        except ConflictError as refusal:
            context.notes.append(f"left out of the comparison: {' '.join(map(str, refusal.args))}")
    return plans


def plan_by(problem: Problem, method: str, context: RunContext, replications: int) -> Plan:
    """Make a plan by a method other than the joint model.

    One that the journal holds is not made again.

    Parameters
    ----------
    problem : Problem
        The problem.
    method : str
        "search", or the name of a rule of thumb.
    context : RunContext
        Context of the study.
    replications : int
        Replications that a search may simulate.

    Returns
    -------
    Plan
        A plan that keeps every rule.

    Raises
    ------
    ConflictError
        The plan of the method breaks a rule.
    """
    if method == "search":
        costs = lane_costs(problem, problem.seed)
        plan = context.journal.once(
            "plans",
            f"{method} {replications}",
            Plan,
            lambda: search_plan(problem, costs, replications, context),
        )
        return require_feasible(problem, plan)
    return context.journal.once(
        "plans", method, Plan, lambda: decide(problem, method, context.budget)
    )


def search_replications(context: RunContext) -> int:
    """Replications that a search may simulate where no joint plan sets their number."""
    return context.budget.effort * context.options.local_search.replications_per_effort


def first_look(context: RunContext) -> CertificationLook:
    """The first look, on the replications asked for."""
    return CertificationLook(1, context.budget.replications)


def finish(folder: Path, context: RunContext, manifest: dict[str, Any]) -> None:
    """Write the seconds of all stages, and seal the folder.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    context : RunContext
        Context of the study.
    manifest : dict
        Content of run.json.
    """
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
