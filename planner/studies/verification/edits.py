"""What was changed in an edited plan, and what that does: derived again from both plans."""

from __future__ import annotations

from planner.documents.reading import BEFORE, DECISIONS, PLAN, read_decisions, read_plan_document
from planner.domain.plan import Plan
from planner.domain.plan_changes import plan_changes
from planner.formats.plan_files import made_plan
from planner.planning.rostering.assign import assign_people
from planner.reporting.tables.edit_tables import (
    CHANGES_TABLE,
    EFFECT_TABLE,
    changes_table,
    effect_table,
)
from planner.studies.certification.certificate import certify
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

_TABLES = (CHANGES_TABLE.name, EFFECT_TABLE.name)
_KEPT = {f"{BEFORE}/{PLAN}", f"{BEFORE}/{DECISIONS}"}


def _is_edited(evidence: Evidence) -> bool:
    """Whether anything says that the plan was edited."""
    tables = [evidence.folder / "tables" / f"{name}.csv" for name in _TABLES]
    return any(path.exists() for path in (*tables, evidence.folder / BEFORE))


def _made(evidence: Evidence) -> Plan:
    """The plan as it was made, from the documents that the folder keeps."""
    folder = evidence.folder / BEFORE
    return made_plan(read_plan_document(folder), read_decisions(folder), evidence.problem)


def check_edits(evidence: Evidence) -> CheckResult:
    """The table of changes says how the plan differs from the one that was given."""
    if not _is_edited(evidence) or evidence.command == "replan":
        return CheckResult()  # `check_replan` compares the plans of a promotion under way
    if evidence.command != "simulate":
        return CheckResult([f"{BEFORE}: only a plan that was given to simulate can be edited"])
    changes = plan_changes(evidence.problem, _made(evidence), evidence.plan)
    frames = {CHANGES_TABLE.name: changes_table(evidence.problem, changes)}
    wrong = different_tables(evidence.folder, frames)
    words = f"the plan differs from {BEFORE}/{PLAN} as tables/{CHANGES_TABLE.name}.csv says"
    return CheckResult(
        wrong,
        [words],
        not_proved=[f"where the plan in {BEFORE} comes from: it was given to the command"],
        files={f"tables/{CHANGES_TABLE.name}.csv"} | _KEPT,
    )


def check_effect(evidence: Evidence) -> CheckResult:
    """Both plans simulated on the same orders give the table of the effect."""
    if not _is_edited(evidence) or evidence.command == "replan":
        return CheckResult()  # `check_replan` compares the plans of a promotion under way
    file = f"tables/{EFFECT_TABLE.name}.csv"
    if not evidence.all_again:
        return CheckResult(not_proved=[f"the effect of the edits ({file}; use --full)"])
    problem, made = evidence.problem, _made(evidence)
    after, before = evidence.simulated([evidence.plan, made])
    empty = assign_people(problem, made).empty_places(problem.horizon)
    verdict = certify(problem, before, evidence.look, empty)
    frame = effect_table(problem, (made, verdict, before), (evidence.plan, evidence.verdict, after))
    wrong = different_tables(evidence.folder, {EFFECT_TABLE.name: frame})
    words = "the plan before and after the edits, simulated again, differ as the table says"
    return CheckResult(wrong, [words], files={file})
