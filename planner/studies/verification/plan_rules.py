"""The plan keeps every rule, and was made by the method it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.documents.manifest import is_draft
from planner.documents.reading import DECISIONS, MANIFEST, PLAN
from planner.domain.choices import RULES_OF_THUMB
from planner.domain.plan import Plan
from planner.formats.plan_files import decision_tables, plan_summary, write_plan
from planner.planning.rostering.unfilled import FILL_PLACES, broken_rules
from planner.planning.validation.plan_rules import COSTS, RULES
from planner.studies.run import plan_by, search_replications
from planner.studies.steps.make_plan import decide
from planner.studies.verification.compare_files import (
    differences,
    different_cells,
    different_files,
    read_text,
)
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

NOTHING_WAIVED = "a plan keeps every rule: none may be listed as broken"


def check_rules(evidence: Evidence) -> CheckResult:
    """Every rule recomputed by plain arithmetic.

    Only what was given to be simulated, the operation of the scenario or a plan, may break some,
    and places of a plan may be empty; then run.json names exactly these.
    """
    found = broken_rules(evidence.problem, evidence.plan)
    broken = [v.words for v in found]
    known = evidence.manifest["broken_rules"]
    empty = bool(found) and all(v.rule == FILL_PLACES for v in found)
    was_given = evidence.command in ("simulate", "replan") and COSTS not in {v.rule for v in found}
    if not was_given and not empty:
        wrong = [f"plan: {words}" for words in broken]
        wrong += [f"{MANIFEST}: broken_rules: {NOTHING_WAIVED}"] if known != [] else []
        return CheckResult(wrong, [f"the plan keeps all rules ({len(RULES)} kinds)"])
    wrong = list(differences(MANIFEST, known, broken, ("broken_rules",)))
    if empty and not evidence.states_operation:
        words = f"the plan keeps all rules, but for places without people: {'; '.join(broken)}"
        return CheckResult(wrong, [words])
    what = "the operation stated in the scenario" if evidence.states_operation else "the plan"
    kept = f"{what} keeps all rules ({len(RULES)} kinds)"
    breaks = f"{what} breaks {len(broken)} rule(s), as {MANIFEST} says: {'; '.join(broken)}"
    return CheckResult(wrong, [breaks if broken else kept])


def check_method(evidence: Evidence) -> CheckResult:
    """The plan is the one that its method makes of the inputs, where the method can be repeated."""
    plan, options = evidence.plan, evidence.options
    if evidence.states_operation:
        return _as_made_again(
            evidence, evidence.stated_plan, "the operation is the one that the scenario states"
        )
    if evidence.command in ("simulate", "stress", "replan"):
        return CheckResult(
            not_proved=[
                "where the plan comes from, its status and bound: it was given to the command "
                f"(method {plan.method})"
            ]
        )
    if evidence.stands_in:
        return CheckResult(not_proved=[f"where the plan comes from: {plan.status_in_words}"])
    asked = "joint" if evidence.command == "run" else options["method"]
    if plan.method != asked:
        return CheckResult(
            [f"{PLAN}: method: says {plan.method}, the command was asked for {asked}"]
        )
    if asked == "joint":
        drafted = is_draft(options)
        where = "" if drafted else " (path.csv, loop in plan.json)"
        words = f"how the plan was found{where}: run the command again"
        return CheckResult(not_proved=[words])
    if asked == "search" and not evidence.full:
        return CheckResult(not_proved=["that the search finds this plan (use --full)"])
    if asked in RULES_OF_THUMB:
        again = decide(evidence.problem, asked)
    else:
        again = plan_by(
            evidence.problem, "search", evidence.context, search_replications(evidence.context)
        )
    return _as_made_again(evidence, again, f"the {asked} rule makes this plan of the inputs")


def different_decisions(evidence: Evidence, plan: Plan) -> list[str]:
    """What the tables of decisions say otherwise than a plan.

    Of the stock, what was simulated of it is left out. Folders of earlier versions have no
    decisions.json.
    """
    wrong = []
    with TemporaryDirectory() as draft:
        write_plan(Path(draft), evidence.problem, plan)
        for name in decision_tables(evidence.problem, plan):
            file = f"tables/{name}.csv"
            if name == "stock":
                placed, stated = read_text(Path(draft) / file), evidence.table(name)
                decided = [column for column in stated.columns if column in placed.columns]
                wrong += different_cells(file, stated[decided], placed)
            else:
                wrong += different_files(evidence.folder, file, Path(draft) / file)
        kept = evidence.folder / DECISIONS
        if kept.exists() and kept.read_bytes() != (Path(draft) / DECISIONS).read_bytes():
            wrong.append(f"{DECISIONS}: holds other decisions than the tables")
    return wrong


def _as_made_again(evidence: Evidence, again: Plan, words: str) -> CheckResult:
    """The plan's decisions, costs and status against those of the plan made again."""
    wrong = different_decisions(evidence, again)
    found, expected = (
        plan_summary(evidence.problem, replace(p, certificate=None)) for p in (evidence.plan, again)
    )
    wrong += differences(PLAN, found, expected)
    return CheckResult(wrong, [words])
