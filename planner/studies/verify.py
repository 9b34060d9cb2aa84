"""Proof of a run folder: nothing changed, the plan keeps every rule, the totals add up."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from planner.domain.costs import COST_NAMES, committed_costs
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.formats.results import read_plan
from planner.formats.scenario import Scenario
from planner.formats.tables import read_result_table
from planner.planning.feasibility import violations
from planner.studies.certify import lower_bound
from planner.studies.load import load
from planner.studies.manifest import INPUTS, input_hashes, read_manifest, result_files, sha256

T = TypeVar("T")
# What reading a damaged table or manifest raises: a finding about the run, not a crash of its proof.
UNREADABLE = (LookupError, ValueError, TypeError, ArithmeticError, OSError)


@dataclass(frozen=True)
class Evidence:
    """A run folder as it is on the disk."""

    folder: Path
    manifest: dict[str, Any]
    problem: Problem
    plan: Plan

    def table(self, name: str) -> pd.DataFrame:
        """A table as text, so that money is compared to the cent."""
        return read_result_table(self.folder / "tables" / f"{name}.csv", dtype=str)


def verify(folder: Path) -> tuple[dict[str, int], list[str]]:
    """Number of checks made by kind, and everything found wrong (empty: the run is proved).

    Raises InputError when the folder holds no readable run.
    """
    manifest = read_manifest(folder)
    wrong = check_hashes(folder, manifest)
    done = {"hashes": len(manifest.get("outputs", {}))}
    if wrong:
        return done, wrong
    scenario = load(folder / INPUTS / stated(folder, manifest, "scenario", str), stated(folder, manifest, "seed", int))
    wrong += check_inputs(scenario, manifest)
    if manifest.get("explanation"):
        return {**done, "explanation": 1}, wrong  # there is no plan to prove
    evidence = Evidence(folder, manifest, scenario.problem, read_plan(folder, scenario.problem))
    for name, check in CHECKS.items():
        try:
            wrong += check(evidence)
        except UNREADABLE as error:
            wrong.append(f"{name}: cannot be checked, a table or run.json is damaged ({type(error).__name__}: {error})")
        done[name] = 1
    return done, wrong


def stated(folder: Path, manifest: dict[str, Any], key: str, kind: type[T]) -> T:
    """A field of the manifest; InputError when it is missing or of another kind."""
    value = manifest.get(key)
    if not isinstance(value, kind):
        words = "missing, or of the wrong kind: not a finished run folder"
        raise InputError([Finding(str(folder / "run.json"), 0, 0, key, words)])
    return value


def check_hashes(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Every file of the manifest is there with its hash; no file is there that the manifest does not name."""
    outputs = manifest.get("outputs")
    if not isinstance(outputs, dict):
        raise InputError([Finding(str(folder / "run.json"), 0, 0, "outputs", "missing: not a finished run folder")])
    there = set(result_files(folder))
    wrong = [f"{name}: missing" for name in sorted(outputs.keys() - there)]
    wrong += [f"{name}: not part of the run" for name in sorted(there - outputs.keys())]
    wrong += [
        f"{name}: changed since the run"
        for name in sorted(outputs.keys() & there)
        if sha256(folder / name) != outputs[name]
    ]
    return wrong


def check_inputs(scenario: Scenario, manifest: dict[str, Any]) -> list[str]:
    """What is read today is what the run has read: a rule pack of this installation may have changed since."""
    return [
        f"{name}: differs from the input of the run"
        for name, value in input_hashes(scenario).items()
        if manifest["inputs"].get(name) != value
    ]


def check_rules(evidence: Evidence) -> list[str]:
    """The plan keeps every rule, by plain arithmetic; what a stated operation breaks is known since the run."""
    known = evidence.manifest["broken_rules"]
    return [f"plan: {v.words}" for v in violations(evidence.problem, evidence.plan) if v.words not in known]


def check_certificate(evidence: Evidence) -> list[str]:
    """The certificate follows from the replications in the table."""
    verdict = evidence.manifest["certificate"]
    rows = evidence.table("replications")
    met = int((rows["met"] == "True").sum())
    wrong = []
    if (met, len(rows)) != (verdict["met"], verdict["replications"]):
        wrong.append(f"certificate: says {verdict['met']} of {verdict['replications']}, the table {met} of {len(rows)}")
    bound = lower_bound(met, len(rows), verdict["level"])
    if abs(bound - verdict["lower_bound"]) > 1e-6 or (bound >= verdict["confidence"]) != verdict["certified"]:
        wrong.append(f"certificate: the bound of {met} of {len(rows)} is {bound:.6f}")
    return wrong


def check_costs(evidence: Evidence) -> list[str]:
    """Every cost has its row; committed costs recomputed from the plan; wages by row; the replications' mean is the sum
    of the cost table."""
    problem, costs = evidence.problem, evidence.table("costs").set_index("name")["amount"].map(Decimal)
    wrong = [] if tuple(costs.index) == COST_NAMES else [f"costs.csv: the rows are not {', '.join(COST_NAMES)}"]
    for name, minor in committed_costs(problem, evidence.plan).items():
        if costs[name] != to_major(minor, problem.currency):
            wrong.append(f"costs.csv: {name} is {costs[name]}, the plan's is {to_major(minor, problem.currency)}")
    paid = sum(evidence.table("staffing")["cost"].map(Decimal), Decimal(0))
    if paid != costs["wages"] + costs["overtime"]:
        wrong.append(f"staffing.csv: costs {paid}, wages and overtime are {costs['wages'] + costs['overtime']}")
    cells = evidence.table("replications")["cost"].map(Decimal)
    mean = sum(cells, Decimal(0)) / max(len(cells), 1)
    rounding = to_major(1, problem.currency) * (len(costs) + 1) / 2
    if abs(mean - sum(costs, Decimal(0))) > rounding:
        wrong.append(f"replications.csv: mean cost {mean:.2f}, costs.csv adds up to {sum(costs, Decimal(0))}")
    return wrong


def check_orders(evidence: Evidence) -> list[str]:
    """The traced replication: order by order the same counts as its row in the replications table."""
    orders = evidence.table("orders")
    first = evidence.table("replications").iloc[0]
    late = int((orders["on_time"] == "no").sum())
    wrong = []
    if late != int(first["late_orders"]):
        wrong.append(f"orders.csv: {late} late orders, replications.csv has {first['late_orders']}")
    cancelled = int((orders["site"] == "").sum())
    if cancelled != int(first["cancelled"]):
        wrong.append(f"orders.csv: {cancelled} cancelled orders, replications.csv has {first['cancelled']}")
    counted = len(orders) - cancelled - int(first["open_orders"])
    if counted != int(first["orders"]):
        wrong.append(f"orders.csv: {counted} decided orders, replications.csv has {first['orders']}")
    return wrong


def check_summary(evidence: Evidence) -> list[str]:
    """`plan.json` and `run.json` tell the same story."""
    plan = json.loads((evidence.folder / "plan.json").read_text(encoding="utf-8"))
    return [
        f"plan.json: {key} differs from run.json"
        for key in ("status", "gap", "model_gap", "certificate")
        if plan.get(key) != evidence.manifest.get(key)
    ]


CHECKS: dict[str, Callable[[Evidence], list[str]]] = {
    "rules": check_rules,
    "certificate": check_certificate,
    "costs": check_costs,
    "orders": check_orders,
    "summary": check_summary,
}
