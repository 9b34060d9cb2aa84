"""A plan changed in the middle of a promotion: nothing frozen moved, and the tables follow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.documents.reading import BEFORE, DECISIONS, PLAN
from planner.domain.problem import Problem
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.replan.changes import found_changes
from planner.studies.replan.frozen import frozen_moves
from planner.studies.replan.search import merged
from planner.studies.replan.situation import Situation, situation
from planner.studies.replan.tables import changes_table, effect_table, now_table, sizes_table
from planner.studies.replan_plan import kept_underway, terms_of
from planner.studies.runs.run_context import RunContext
from planner.studies.verification.compare_files import as_written, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

CHANGES, EFFECT = "tables/changes.csv", "tables/replan_effect.csv"


def situation_kept(
    folder: Path, problem: Problem, options: dict[str, Any], context: RunContext
) -> Situation | None:
    """The promotion as it stood when a result of `replan` was made; None of other results.

    Parameters
    ----------
    folder : Path
        The result.
    problem : Problem
        The problem before the promotion.
    options : dict
        Options of the command.
    context : RunContext
        Engine, and who is told of stages.

    Returns
    -------
    Situation or None
        The promotion as it stood.
    """
    if options["command"] != "replan":
        return None
    given = kept_underway(folder, problem, options)
    return situation(problem, given.plan, given.actuals, given.terms, context)


def check_replan(evidence: Evidence) -> CheckResult:
    """What was frozen has not moved; what was learned from the orders follows from them.

    With the full proof changes are searched again, and both plans simulated.
    """
    now = evidence.now
    if now is None:
        return CheckResult()
    terms = terms_of(evidence.options, now.problem)
    wrong = frozen_moves(now.problem, terms, now.plan, evidence.plan)
    for name, table in (
        ("event_sizes", sizes_table(now.problem, now)),
        ("now", now_table(now)),
    ):
        wrong += different_cells(f"tables/{name}.csv", evidence.table(name), as_written(table))
    proved = ["nothing that was frozen has moved; sizes of events follow from the orders that came"]
    files = {
        "tables/event_sizes.csv",
        "tables/now.csv",
        f"{BEFORE}/{PLAN}",
        f"{BEFORE}/{DECISIONS}",
    }
    if not evidence.full:
        left = [f"what stands in {CHANGES} and {EFFECT} (use --full)"]
        return CheckResult(wrong, proved, not_proved=left, files=files, named={CHANGES, EFFECT})
    steps = merged(found_changes(now, terms, evidence.context).steps)
    again = changes_table(now.problem, now.plan, evidence.plan, steps)
    wrong += different_cells(CHANGES, evidence.table("changes"), as_written(again))
    plans = [now.plan, evidence.plan]
    look = evidence.look
    results = evaluate_plans(
        now.problem, plans, evidence.context, look.stream_set, look.replications
    )
    effect = effect_table(
        now.problem, (without_costs(now.plan), evidence.plan), (results[0], results[1])
    )
    wrong += different_cells(EFFECT, evidence.table("replan_effect"), as_written(effect))
    proved.append(f"{CHANGES} and {EFFECT}: searched and simulated again")
    return CheckResult(wrong, proved, files={*files, CHANGES, EFFECT})
