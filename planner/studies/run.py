"""The main job: forecast, plan until certified, hold other plans against it, compare contracts,
write it all down.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.choices import RULES_OF_THUMB
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.formats.plan_files import read_plan
from planner.formats.scenario.defaults import assumed_of_margins, assumed_of_stock
from planner.formats.scenario.reader import Scenario
from planner.rating.lane_costs import lane_costs
from planner.reporting.report import font_warnings, write_report
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.history import journey_json, path_table
from planner.studies.certification.loop import PlanningHistory, certified_plan
from planner.studies.certification.regret import hindsight_table
from planner.studies.contracts.study import BRIEFLY, study_contracts
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    evaluate_and_certify,
    judged,
    write_evaluations,
)
from planner.studies.local_search.search import search_plan
from planner.studies.runs.manifest import seal, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.forecast import forecast
from planner.studies.steps.make_plan import as_is_plan, decide, require_feasible

FORMATS = ("pdf", "png", "xlsx", "html")
COMPARE_REPLICATIONS = 20
FORECAST_PATHS = 500
SEARCHED_PER_EFFORT = 12  # promotions a search on its own may simulate at effort 1


def run(
    folder: Path, scenario: Scenario, context: RunContext, lang: str, options: dict[str, Any]
) -> list[EvaluatedPlan]:
    """All of it, into a draft folder."""
    problem = scenario.problem
    context.begin("forecasting")
    tables = forecast(problem, FORECAST_PATHS, problem.seed)
    context.notes += assumed_of_margins(problem)
    journey = certified_plan(problem, context)
    ours = arrived(problem, journey)
    context.begin("making plans to compare with")
    others = [
        planned(problem, method, context, journey.played) for method in (*RULES_OF_THUMB, "search")
    ]
    evaluated = [ours, *evaluate_and_certify(problem, others, journey.look, context)]
    if problem.contracts:
        tables.update(
            study_contracts(
                problem,
                problem.contracts,
                COMPARE_REPLICATIONS,
                problem.seed,
                context,
                most_changes=BRIEFLY,
            )
        )
    tables["hindsight"] = hindsight_table(problem, ours.plan, context)
    context.begin("writing the report")
    tables["path"] = path_table(problem, journey)
    manifest = write_evaluations(
        folder, scenario, evaluated, tables, options, context, journey_json(problem, journey)
    )
    write_json(folder / "run.json", manifest)
    write_report(folder, FORMATS, lang)
    context.notes += font_warnings(folder)
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return evaluated


def arrived(problem: Problem, journey: PlanningHistory) -> EvaluatedPlan:
    """The plan at the end of a journey, with the verdict that ended it."""
    return judged(problem, journey.last.plan, journey.last.summaries, journey.look, journey.engines)


def planned(problem: Problem, method: str, context: RunContext, played: int) -> Plan:
    """The plan of another method; one that an earlier run of the same study reached is not made
    again. `search` may simulate as many promotions as the joint plan took.
    """
    if method == "search":
        costs = lane_costs(problem, problem.seed)
        return require_feasible(
            problem,
            context.journal.once(
                "plans",
                f"{method} {played}",
                Plan,
                lambda: search_plan(problem, costs, played, context),
            ),
        )
    return context.journal.once(
        "plans",
        method,
        Plan,
        lambda: decide(problem, method, context.budget.effort, context.budget.time_limit),
    )


@dataclass(frozen=True)
class PlanStudy:
    """A plan by one method, evaluated on held-out replications.

    Parameters
    ----------
    evaluated : EvaluatedPlan
        The plan with its verdict.
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
        What is given.
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
        journey = certified_plan(problem, context)
        evaluated = arrived(problem, journey)
        tables = {
            "hindsight": hindsight_table(problem, evaluated.plan, context),
            "path": path_table(problem, journey),
        }
        return PlanStudy(evaluated, tables, journey_json(problem, journey))
    context.begin("planning")
    plan = planned(problem, method, context, context.budget.effort * SEARCHED_PER_EFFORT)
    look = CertificationLook(1, context.budget.replications)
    (evaluated,) = evaluate_and_certify(problem, [plan], look, context)
    return PlanStudy(evaluated, {})


def plan_only(
    folder: Path, scenario: Scenario, method: str, context: RunContext, options: dict[str, Any]
) -> list[EvaluatedPlan]:
    """Plan by one method and certify it, into a draft folder: tables, no report."""
    study = plan_study(scenario.problem, method, context)
    manifest = write_evaluations(
        folder, scenario, [study.evaluated], study.tables, options, context, study.history
    )
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return [study.evaluated]


def simulate_only(
    folder: Path,
    scenario: Scenario,
    plan_dir: Path | None,
    context: RunContext,
    lang: str,
    options: dict[str, Any],
) -> EvaluatedPlan:
    """The promotion under the plan of a folder, or under what the scenario states, into a draft
    folder.
    """
    problem = scenario.problem
    plan = (
        as_is_plan(problem)
        if plan_dir is None
        else require_feasible(problem, read_plan(plan_dir, problem))
    )
    if plan.stock is None:
        context.notes += assumed_of_stock(problem)
    evaluated = evaluate_and_certify(
        problem, [plan], CertificationLook(1, context.budget.replications), context
    )
    manifest = write_evaluations(folder, scenario, evaluated, {}, options, context)
    write_json(folder / "run.json", manifest)
    context.begin("drawing figures")
    write_report(folder, ("png",), lang)
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return evaluated[0]
