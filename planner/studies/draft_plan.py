"""`planner plan --draft`: the first plan, with nothing simulated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.formats.plan_files import decision_tables, write_plan
from planner.formats.scenario.defaults import assumed_of_margins
from planner.formats.scenario.reader import Scenario
from planner.planning.rostering.assign import assign_people
from planner.planning.rostering.unfilled import broken_rules
from planner.reporting.tables.plan_tables import plan_tables
from planner.reporting.tables.stock_table import planned_stock
from planner.studies.certification.loop import first_joint_plan
from planner.studies.evaluated_plan import stock_need, write_tables
from planner.studies.runs.manifest import describe, kept_scenario, seal, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import decide
from planner.studies.steps.roster_tables import roster_tables


def draft_only(
    folder: Path, scenario: Scenario, method: str, context: RunContext, options: dict[str, Any]
) -> Plan:
    """Plan once and write the plan, its roster and the tables that follow from them.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    method : str
        "joint", or the name of a rule of thumb.
    context : RunContext
        Context of the study.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    Plan
        The plan, without a certificate.
    """
    problem = scenario.problem
    context.notes += assumed_of_margins(problem)
    plan = draft_plan(problem, method, context)
    context.begin("assigning people")
    tables = {
        **plan_tables(problem, plan),
        **roster_tables(problem, plan, assign_people(problem, plan)),
        "stock_need": stock_need(problem, plan),
    }
    write_tables(folder, tables)
    stock = planned_stock(decision_tables(problem, plan)["stock"])
    write_plan(folder, problem, plan, stock=stock)
    manifest = describe(
        problem, draft_status(plan), options, plan=plan, study_options=context.options
    )
    manifest["title"] = scenario.title
    manifest["broken_rules"] = [v.words for v in broken_rules(problem, plan)]
    manifest |= kept_scenario(folder, scenario)
    manifest["warnings"] = list(scenario.warnings)
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return plan


def draft_plan(problem: Problem, method: str, context: RunContext) -> Plan:
    """Make the first plan of a method.

    Parameters
    ----------
    problem : Problem
        The problem, without levers: to choose some takes simulations.
    method : str
        "joint", or the name of a rule of thumb.
    context : RunContext
        Budget and journal.

    Returns
    -------
    Plan
        The plan; a joint one has the status `DRAFT`, unless it stands in after a crash.
    """
    if method != "joint":
        context.begin("planning")
        return decide(problem, method, context.budget)
    plan = first_joint_plan(problem, context)
    return plan if plan.status is PlanStatus.FALLBACK else replace(plan, status=PlanStatus.DRAFT)


def draft_status(plan: Plan) -> str:
    """Status of a draft in `run.json`."""
    return f"{plan.status_in_words}, not certified"
