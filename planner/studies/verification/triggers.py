"""A trigger card: what it is worth is judged again; in the full proof its rules are found again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from planner.documents.reading import DECISIONS, PLAN, read_decisions, read_plan_document
from planner.domain.plan import Plan
from planner.domain.random_streams import Streams
from planner.formats.plan_files import made_plan
from planner.planning.validation.plan_rules import violations
from planner.reporting.trigger_card import CARD, write_card
from planner.simulation.inputs.orders import draw_orders
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from planner.studies.trigger_card import OPTIONS, PLAN_FOLDER, labels_of, trigger_study
from planner.studies.triggers.card_rows import rules_of
from planner.studies.triggers.study import (
    JUDGED,
    TriggerStudy,
    card_tables,
    find,
    judge,
    judged_tables,
    naive_of,
)
from planner.studies.verification.compare_files import different_tables, drawn_otherwise
from planner.studies.verification.evidence import CHEAP_ORDERS, Evidence
from planner.studies.verification.proof import CheckResult

KEPT_PLAN = {f"{PLAN_FOLDER}/{PLAN}", f"{PLAN_FOLDER}/{DECISIONS}"}


def check_card(evidence: Evidence) -> CheckResult:
    """The plan keeps the rules of the scenario; the card is judged again on the same promotions."""
    study = _study(evidence)
    broken = [f"{PLAN_FOLDER}: {v.words}" for v in violations(study.given, study.plan)]
    given = "where the plan of the card comes from: it was given to the command"
    if not evidence.full and _orders(study) > CHEAP_ORDERS:
        left = "what the card is worth (use --full, which judges it again)"
        return CheckResult(broken, not_proved=[given, left], named=KEPT_PLAN)
    if evidence.full:
        return _found_again(evidence, study, broken, given)
    rules, naive = (
        rules_of(study.problem, evidence.table(name)) for name in ("triggers", "triggers_naive")
    )
    tables = judged_tables(study, rules, naive, judge(study, rules, naive, _context(evidence)))
    left = "that the card is the one the search finds, its counts and its pages (use --full)"
    result = _compared(evidence, tables, broken, [given, left])
    drawn = (CARD, "figures/")
    result.named |= {"tables/triggers_counts.csv"}
    result.named |= {name for name in evidence.manifest["outputs"] if name.startswith(drawn)}
    return result


def _found_again(
    evidence: Evidence, study: TriggerStudy, broken: list[str], given: str
) -> CheckResult:
    """The rules, found and judged again, and the card drawn again."""
    context = _context(evidence)
    found = find(study, context)
    judged = judge(study, found.rules, naive_of(study, found), context)
    tables = card_tables(study, found, judged)
    result = _compared(evidence, tables, broken, [given])
    pictures, wrong = _drawn_again(evidence, tables)
    result.wrong += wrong
    result.files |= pictures
    result.proved.append("the card, drawn again, is the same")
    return result


def _compared(
    evidence: Evidence, tables: dict[str, pd.DataFrame], broken: list[str], left: list[str]
) -> CheckResult:
    count = evidence.options["replications"]
    words = f"the card, judged again on {count} promotions: what it is worth and how often it acts"
    return CheckResult(
        broken + different_tables(evidence.folder, tables),
        [words],
        not_proved=left,
        files={f"tables/{name}.csv" for name in tables} | KEPT_PLAN,
    )


def _drawn_again(evidence: Evidence, tables: dict[str, pd.DataFrame]) -> tuple[set[str], list[str]]:
    """Names of what is drawn from the tables, and those that are not what is drawn here."""
    problem, title = evidence.problem, evidence.scenario.title or evidence.problem.name
    labels = labels_of(problem, evidence.options["lang"])
    with TemporaryDirectory() as draft:
        write_card(Path(draft), title, tables, labels, OPTIONS.naive_above)
        return drawn_otherwise(evidence.folder, Path(draft))


def _study(evidence: Evidence) -> TriggerStudy:
    return trigger_study(evidence.problem, _plan(evidence), evidence.options)


def _plan(evidence: Evidence) -> Plan:
    folder = evidence.folder / PLAN_FOLDER
    return made_plan(read_plan_document(folder), read_decisions(folder), evidence.problem)


def _orders(study: TriggerStudy) -> int:
    """Orders of all promotions on which the card was judged, about."""
    drawn = draw_orders(study.given, Streams(study.given.seed, JUDGED, 0))
    return len(drawn) * study.replications


def _context(evidence: Evidence) -> RunContext:
    executor = Executor(evidence.context.executor.jobs, engine=evidence.options["engine"])
    return replace(evidence.context, executor=executor)
