"""Result folders forged by somebody who knows the format: changed, and sealed again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from planner.domain.choices import Engine
from planner.domain.digest import digest
from planner.errors import InputError
from planner.formats.scenario.reader import Scenario
from planner.reporting.tables.run_folder import read_run_folder
from planner.studies.certification.certificate import CertificationLook
from planner.studies.evaluated_plan import evaluate_with_roster, write_evaluations
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.manifest import read_manifest, seal
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import as_is_plan, decide
from planner.studies.verification.proof import Proof
from planner.studies.verification.verify import verify

T = TypeVar("T")
REPORTS = ("report.pdf", "report.html", "plan.xlsx", "figures")


@dataclass(frozen=True)
class Forgery:
    """A change of a result folder; `where` and `what` stand, in this order, in the finding about
    it.
    """

    where: str
    what: str
    change: Callable[[Path], None]

    def found_in(self, findings: list[str]) -> bool:
        return any(
            self.where in words and self.what in words.partition(self.where)[2]
            for words in findings
        )


@dataclass
class Remembering(RunContext):
    """Simulates nothing twice: what a forged folder leaves as it was is not simulated again."""

    known: dict[tuple[str, int], Any] = field(default_factory=dict)

    def replicate(
        self, kind: str, task: Callable[[int], T], replications: int, alone_s: float = 0.0
    ) -> list[T]:
        key = digest(task)
        for k in range(replications):
            if (key, k) not in self.known:
                self.known[key, k] = task(k)
        return [self.known[key, k] for k in range(replications)]


def table(folder: Path, name: str) -> pd.DataFrame:
    """A table as text."""
    return pd.read_csv(folder / "tables" / f"{name}.csv", dtype=str, keep_default_na=False)


def write(folder: Path, name: str, rows: pd.DataFrame) -> None:
    rows.to_csv(folder / "tables" / f"{name}.csv", index=False, lineterminator="\n")


def cell(name: str, row: int, column: str, value: object) -> Forgery:
    """Another value in a cell of a table."""

    def change(folder: Path) -> None:
        rows = table(folder, name)
        assert rows.loc[row, column] != str(value), (
            f"{name}, {column}: the forged value is the true one"
        )
        rows.loc[row, column] = str(value)
        write(folder, name, rows)

    return Forgery(f"tables/{name}.csv:{row + 2}:", f" {column}: says", change)


def without_row(name: str, row: int) -> Forgery:
    """A table that lacks a row."""

    def change(folder: Path) -> None:
        rows = table(folder, name)
        write(folder, name, rows.drop(rows.index[row]))

    return Forgery(f"tables/{name}.csv:", "rows", change)


def key(file: str, path: str, value: Any) -> Forgery:
    """Another value at a dotted path of a JSON file."""

    def change(folder: Path) -> None:
        content = json.loads((folder / file).read_text(encoding="utf-8"))
        *parents, last = path.split(".")
        at = content
        for parent in parents:
            at = at[parent]
        true = at.get(last)
        assert true != value or type(true) is not type(value), (
            f"{path}: the forged value is the true one"
        )
        at[last] = value
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2)
        (folder / file).write_text(text + "\n", "utf-8")

    return Forgery(f"{file}: {path}", ": ", change)


def both(path: str, value: Any) -> Forgery:
    """The same forged value in run.json and plan.json."""
    forgeries = [key(file, path, value) for file in ("run.json", "plan.json")]

    def change(folder: Path) -> None:
        for forgery in forgeries:
            forgery.change(folder)

    return Forgery(f"run.json: {path}", ": says", change)


def seal_again(folder: Path) -> None:
    """Give a changed run folder the hashes of what is in it now."""
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest.pop("outputs")
    seal(folder, manifest)


def forged(run: Path, copy: Path, *forgeries: Forgery) -> Path:
    """A copy of a run with these changes and the right hashes; the report is left out."""
    shutil.copytree(run, copy, ignore=shutil.ignore_patterns(*REPORTS))
    for forgery in forgeries:
        forgery.change(copy)
    seal_again(copy)
    return copy


def proof_of(run: Path, copy: Path, context: RunContext, *forgeries: Forgery) -> Proof:
    """What `verify` says of a forged copy."""
    return verify(forged(run, copy, *forgeries), context=context)


def is_refused(folder: Path) -> bool:
    """Is the folder no longer one that can be read?"""
    try:
        read_manifest(folder)
        read_run_folder(folder)
    except InputError:
        return True
    return False


def findings_of(run: Path, copy: Path, context: RunContext, *forgeries: Forgery) -> list[str]:
    """The same as findings, also where the folder cannot be read."""
    try:
        return proof_of(run, copy, context, *forgeries).findings
    except InputError as error:
        return [str(finding) for finding in error.findings]


def tried_out(
    out: Path, scenario: Scenario, method: str | None = None, engine: Engine = "compiled"
) -> Path:
    """What `planner plan --method METHOD --replications 4` writes; without a method, what `planner
    simulate` does, the figures left out.
    """
    options: dict[str, Any] = {"replications": 4, "engine": engine}
    if method is None:
        plan = as_is_plan(scenario.problem)
        options |= {"command": "simulate", "lang": "en", "plan": False, "rules": False}
    else:
        plan = decide(scenario.problem, method)
        options |= {"command": "plan", "method": method, "effort": 100, "time_limit": None}
        options |= {"draft": False}
    context = RunContext(budget=Budget(4), executor=Executor(engine=engine))
    tried = evaluate_with_roster(scenario.problem, plan, CertificationLook(1, 4), context)
    out.mkdir()
    seal(out, write_evaluations(out, scenario, [tried], context, options=options))
    return out
