"""The orders a day of a plan: verdicts follow from the counts, and the counts from the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.documents.reading import DECISIONS, PLAN, read_decisions, read_plan_document
from planner.formats.plan_files import made_plan
from planner.reporting.capacity_page import write_page
from planner.reporting.tables.capacity_tables import CAPACITY_TABLE
from planner.studies.capacity.study import (
    PLAN_FOLDER,
    capacity_tables,
    labels_of,
    study_capacity,
    summary_json,
)
from planner.studies.certification.certificate import lower_bound, numbered_look
from planner.studies.runs.executor import Executor
from planner.studies.verification.compare_files import different_tables, drawn_otherwise
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = f"tables/{CAPACITY_TABLE.name}.csv"
KEPT = {f"{PLAN_FOLDER}/{PLAN}", f"{PLAN_FOLDER}/{DECISIONS}"}


def check_promises(evidence: Evidence) -> CheckResult:
    """What is confirmed, and what fails above it, by the held-out replications that are stated."""
    found, service = evidence.table(CAPACITY_TABLE.name), evidence.problem.service
    asked = evidence.options["replications"]
    look = numbered_look(1, asked, service.confidence)
    wrong = []
    for line, (_, row) in enumerate(found.iterrows(), start=2):
        bounds = [lower_bound(int(row[n]), look.replications) for n in ("met", "met_above")]
        expected = {
            "holds": bounds[0] >= service.confidence,
            "fails_above": bounds[1] < service.confidence,
            "needed": look.needed(service.confidence),
            "replications": look.replications,
        }
        wrong += [
            f"{TABLE}:{line}: {name}: is {row[name]}, but {value} follows from the counts"
            for name, value in expected.items()
            if row[name] != str(value)
        ]
    words = f"{TABLE}: what is confirmed follows from its counts"
    return CheckResult(wrong, [words])


def check_capacity(evidence: Evidence) -> CheckResult:
    """Tables and page, made again from the plan that the folder keeps."""
    if not evidence.full:
        return CheckResult(not_proved=["the tables (use --full, which simulates the plan again)"])
    folder, problem = evidence.folder / PLAN_FOLDER, evidence.problem
    plan = made_plan(read_plan_document(folder), read_decisions(folder), problem)
    executor = Executor(evidence.context.executor.jobs, engine=evidence.options["engine"])
    context = replace(evidence.context, executor=executor)
    study = study_capacity(problem, plan, context, all_days=evidence.options["all_days"])
    frames = capacity_tables(problem, study)
    title = evidence.scenario.title or problem.name
    labels = labels_of(problem, evidence.options["lang"])
    with TemporaryDirectory() as draft:
        found = summary_json(problem, study, frames)
        write_page(Path(draft), title, found, frames, labels)
        drawn, wrong = drawn_otherwise(evidence.folder, Path(draft))
    return CheckResult(
        different_tables(evidence.folder, frames) + wrong,
        ["the plan, simulated again under other numbers of orders, gives the same tables and page"],
        not_proved=[f"where the plan in {PLAN_FOLDER} comes from: it was given to the command"],
        files={*(f"tables/{name}.csv" for name in frames), *drawn, *KEPT},
    )
