"""`planner replan`: a plan changed in the middle of the promotion, as a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.reading import BEFORE, read_decisions, read_plan_document
from planner.domain.digest import digest
from planner.domain.on_call import with_on_call
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.roster import Roster
from planner.domain.wording import counted
from planner.errors import ConflictError
from planner.formats.actuals import Actuals, now_second, read_actuals
from planner.formats.base.value_types import money_minor, parse_datetime
from planner.formats.plan_files import made_plan, read_given_plan, write_made_plan
from planner.formats.scenario.reader import Scenario
from planner.output import write_bytes
from planner.reporting.report import write_report
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    certified,
    evaluate_and_certify,
    summary_json,
    write_evaluations,
)
from planner.studies.replan.changes import found_changes
from planner.studies.replan.frozen import frozen_moves
from planner.studies.replan.roster import (
    MADE_AGAIN,
    changed_roster,
    kept_roster,
    person_changes,
)
from planner.studies.replan.search import Step, merged
from planner.studies.replan.situation import Situation, situation
from planner.studies.replan.tables import (
    calls_table,
    changes_table,
    effect_table,
    now_table,
    sizes_table,
)
from planner.studies.replan.terms import ReplanTerms
from planner.studies.run import finish, first_look
from planner.studies.runs.manifest import write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.simulate_plan import PlanSource, usable_plan

ACTUALS = "actuals"  # folder of a result that holds what happened


@dataclass(frozen=True, eq=False, kw_only=True)
class Underway:
    """What is read before anything is computed.

    Attributes
    ----------
    problem : Problem
        The problem before the promotion.
    plan : Plan
        The plan that is carried out.
    roster : Roster
        Who works when under it.
    actuals : Actuals
        What happened until now.
    terms : ReplanTerms
        Moment, notices and price.
    """

    problem: Problem
    plan: Plan
    roster: Roster
    actuals: Actuals
    terms: ReplanTerms

    @property
    def digest(self) -> str:
        """What tells results apart: those of one never stand for those of another."""
        happened = replace(self.actuals, files=(), warnings=())
        return digest((self.plan, self.roster.rows, happened, self.terms))


@dataclass(frozen=True, eq=False, kw_only=True)
class Replanned:
    """The plan changed for the rest of the promotion.

    Attributes
    ----------
    now : Situation
        The promotion as it stands.
    before, after : EvaluatedPlan
        The plan as it stands and with its changes, on the same held-out replications.
    steps : tuple of Step
        The changes, what saves most first.
    """

    now: Situation
    before: EvaluatedPlan
    after: EvaluatedPlan
    steps: tuple[Step, ...]


def replanned(given: Underway, context: RunContext) -> Replanned:
    """Change a plan for the rest of the promotion, and certify what is left.

    Parameters
    ----------
    given : Underway
        The plan that is carried out, and what happened until now.
    context : RunContext
        Where replications run.

    Returns
    -------
    Replanned
        The plan with its changes.

    Raises
    ------
    ConflictError
        Something frozen has moved: an error of the planner.
    """
    terms, roster = given.terms, given.roster
    now = situation(given.problem, given.plan, given.actuals, terms, context)
    found = found_changes(now, terms, context)
    steps = merged(found.steps)
    moved = frozen_moves(now.problem, terms, now.plan, found.plan)
    if moved:
        raise ConflictError("the new plan moves what is frozen; please report this", *moved)
    after = with_changes(found.plan, steps)
    people = roster
    if steps:
        people, kept = changed_roster(now.problem, roster, after)
        context.notes += [] if kept else [MADE_AGAIN]
    return Replanned(now=now, steps=steps, **_judged(now, after, roster, people, context))


def with_changes(plan: Plan, steps: Sequence[Step]) -> Plan:
    """The plan, saying that it was changed."""
    if not steps:
        return plan
    words = f"the {plan.method} plan with {counted(len(steps), 'change')} for the rest"
    return replace(plan, status=PlanStatus.AS_STATED, note=words)


def read_underway(
    scenario: Scenario, plan_folder: Path, actuals: Path, terms: ReplanTerms
) -> Underway:
    """Read the plan that is carried out, and what happened until now.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    plan_folder : Path
        Folder of the plan.
    actuals : Path
        What happened.
    terms : ReplanTerms
        Moment, notices and price.

    Returns
    -------
    Underway
        All of it.

    Raises
    ------
    InputError
        With all findings.
    """
    problem = with_on_call(scenario.problem)  # an earlier replan may have called people
    happened = read_actuals(actuals, problem, terms.now_s)
    given = read_given_plan(plan_folder, problem)
    plan = usable_plan(problem, given, PlanSource(path=plan_folder)).plan
    plan = replace(plan, certificate=None)
    roster = kept_roster(plan_folder, problem, plan)
    return Underway(problem=problem, plan=plan, roster=roster, actuals=happened, terms=terms)


def write_replanned(
    folder: Path,
    scenario: Scenario,
    given: Underway,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
) -> tuple[Replanned, dict[str, pd.DataFrame]]:
    """Change the plan for the rest of the promotion, and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        Scenario of the promotion.
    given : Underway
        The plan that is carried out, and what happened until now.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the figures.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    tuple of Replanned and dict of DataFrame
        What was found, and the tables of its own.
    """
    found = replanned(given, context)
    problem = found.now.problem
    tables = own_tables(given.problem, found, given.roster)
    warnings = (*scenario.warnings, *found.now.notes)
    scenario = replace(scenario, problem=problem, warnings=warnings)
    context.notes += found.now.notes
    manifest = write_evaluations(
        folder,
        scenario,
        [found.after],
        context,
        options=options,
        extra=tables,
        helpers=False,
    )
    write_made_plan(folder / BEFORE, problem, given.plan)
    for path in given.actuals.files:
        name = path.name if path == given.actuals.files[0] else _below(given, path)
        write_bytes(folder / ACTUALS / name, path.read_bytes())
    write_json(folder / "run.json", manifest)
    context.begin("drawing figures")
    write_report(folder, ("png",), lang)
    finish(folder, context, manifest)
    return found, tables


def kept_underway(folder: Path, problem: Problem, options: dict[str, Any]) -> Underway:
    """What a result of `replan` was made from, as its folder keeps it.

    Parameters
    ----------
    folder : Path
        The result.
    problem : Problem
        The problem before the promotion, from the inputs that it keeps.
    options : dict
        Options of the command, from its manifest.

    Returns
    -------
    Underway
        Plan and actuals; the roster is not kept and is empty.
    """
    terms, kept = terms_of(options, problem), folder / BEFORE
    problem = with_on_call(problem)
    return Underway(
        problem=problem,
        plan=made_plan(read_plan_document(kept), read_decisions(kept), problem),
        roster=Roster(()),
        actuals=read_actuals(folder / ACTUALS / options["actuals"], problem, terms.now_s),
        terms=terms,
    )


def terms_of(options: dict[str, Any], problem: Problem) -> ReplanTerms:
    """The terms that the options of a command state."""
    return ReplanTerms(
        now_s=now_second(options["now"], problem, parse_datetime),
        change_minor=money_minor(options["change_cost"], problem.currency),
        notice_hours=options["notice_hours"],
        pickup_hours=options["pickup_hours"],
        release=options["release"],
    )


def _below(given: Underway, path: Path) -> str:
    return path.resolve().relative_to(given.actuals.files[0].parent.resolve()).as_posix()


def own_tables(problem: Problem, found: Replanned, roster: Roster) -> dict[str, pd.DataFrame]:
    """The tables that only this command writes.

    Parameters
    ----------
    problem : Problem
        The problem before the promotion.
    found : Replanned
        The plan with its changes.
    roster : Roster
        The roster until now.

    Returns
    -------
    dict of DataFrame
        The tables by name.
    """
    now, after = found.now, found.after
    people = after.roster or roster
    changes = person_changes(roster, people, problem.horizon.reported_days)
    return {
        "changes": changes_table(now.problem, now.plan, after.plan, found.steps),
        "calls": calls_table(now.problem, changes, found.steps),
        "event_sizes": sizes_table(problem, now),
        "now": now_table(now),
        "replan_effect": effect_table(
            now.problem,
            (without_costs(now.plan), after.plan),
            (found.before.summaries, after.summaries),
        ),
    }


def replan_json(
    found: Replanned, tables: dict[str, pd.DataFrame], terms: ReplanTerms
) -> dict[str, Any]:
    """The result as one object, as `--json` prints it.

    Parameters
    ----------
    found : Replanned
        The plan with its changes.
    tables : dict of DataFrame
        The tables of this command.
    terms : ReplanTerms
        Moment, notices and price.

    Returns
    -------
    dict
        What is printed.
    """
    problem = found.now.problem
    known = {
        name: [
            {str(k): v for k, v in row.items()}
            for row in table.astype(object).where(table.notna(), None).to_dict("records")
        ]
        for name, table in tables.items()
    }
    return {
        **summary_json(problem, found.after),
        "now": problem.horizon.at(terms.now_s).isoformat(timespec="minutes"),
        "changes": known["changes"],
        "calls": known["calls"],
        "event_sizes": known["event_sizes"],
        "waiting": known["now"],
        "effect": {row.pop("plan"): row for row in known["replan_effect"]},
    }


def _judged(
    now: Situation, after: Plan, old: Roster, new: Roster, context: RunContext
) -> dict[str, EvaluatedPlan]:
    """Both plans on held-out replications, with the certificate of each."""
    look, same = first_look(context), after is now.plan
    plans = [after] if same else [after, now.plan]  # the first is what both engines simulate
    results = evaluate_and_certify(now.problem, plans, look, context)
    rosters = [old] if same else [new, old]
    done = [
        certified(now.problem, found.plan, found.summaries, look, found.engines, roster=roster)
        for found, roster in zip(results, rosters, strict=True)
    ]
    return {"before": done[-1], "after": done[0]}
