"""`planner verify`: a result folder proved from the inputs it keeps."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from planner.documents.manifest import WITH_PLAN, is_draft
from planner.documents.reading import EXPLANATION, MANIFEST, PLAN
from planner.errors import ConflictError, Finding, InputError, NoPlanError
from planner.reporting.tables.read_table import read_tables
from planner.reporting.tables.run_folder import read_run_folder
from planner.studies.runs.budget import Budget
from planner.studies.runs.manifest import INPUTS, read_manifest, result_files
from planner.studies.runs.run_context import RunContext
from planner.studies.runs.seal import (
    check_hashes,
    check_inputs,
    other_versions,
    scenario_path,
    stated,
)
from planner.studies.steps.load import load
from planner.studies.verification.backtest import BACKTEST, check_backtest
from planner.studies.verification.baselines import check_baselines
from planner.studies.verification.capacity import check_capacity, check_promises
from planner.studies.verification.certificate import check_certificate, check_costs
from planner.studies.verification.draft import check_draft
from planner.studies.verification.edits import check_edits, check_effect
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.full_proof import (
    PICTURES,
    REPORTS,
    WITH_FULL,
    check_bound,
    check_contracts,
    check_report,
)
from planner.studies.verification.held_out_replications import (
    check_orders,
    check_replications,
    check_tables,
)
from planner.studies.verification.history import check_path
from planner.studies.verification.import_results import IMPORTED, verify_import
from planner.studies.verification.late_orders import EVIDENCE, check_late_orders
from planner.studies.verification.left_out import check_left_out
from planner.studies.verification.levers import check_lever_trials, check_levers
from planner.studies.verification.manifest_and_plan import check_options, check_statement
from planner.studies.verification.other_results import (
    check_comparison,
    check_explanation,
    check_facts,
    check_figures,
    check_refusal,
)
from planner.studies.verification.plan_rules import check_method, check_rules
from planner.studies.verification.plan_tables import check_forecast, check_plan_tables, check_roster
from planner.studies.verification.proof import CheckResult, Proof
from planner.studies.verification.replan import check_replan, situation_kept
from planner.studies.verification.replay import check_replay, check_replay_forecast
from planner.studies.verification.routing_rules import check_rule_lists, check_rules_simulated
from planner.studies.verification.stress import check_stress
from planner.studies.verification.sweep import check_sweep
from planner.studies.verification.triggers import check_card
from planner.studies.verification.what_if import check_what_if

TABLES = "tables/"
Check = Callable[[Evidence], CheckResult]
# What a damaged or forged file raises where it is read or computed with: a finding, not a crash of
# the proof.
UNREADABLE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    RecursionError,
)
MOST_SAID = 200  # characters of an error
REFUSED = (InputError, ConflictError, NoPlanError)

# Plain arithmetic, by name: what it finds wrong is wrong with any version.
PLAN_CHECKS: dict[str, Check] = {
    "rules": check_rules,
    "certificate": check_certificate,
    "costs": check_costs,
    "tables": check_plan_tables,
    "roster": check_roster,
    "routing rules": check_rule_lists,
    "edits": check_edits,
    "path": check_path,
    "levers": check_levers,
    "parts": check_left_out,
    "summary": check_statement,
}
# Simulated, drawn or solved again: other versions of the libraries may come out differently.
REPEATED: dict[str, Check] = {
    "method": check_method,
    "simulation": check_replications,
    "orders": check_orders,
    "simulated tables": check_tables,
    "baselines": check_baselines,
    "effect of edits": check_effect,
    "forecast": check_forecast,
    "rules of the plan": check_rules_simulated,
    "contracts": check_contracts,
    "lever trials": check_lever_trials,
    "bound": check_bound,
    "report": check_report,
}
KINDS: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    **dict.fromkeys(("plan", "simulate"), (PLAN_CHECKS, REPEATED)),
    "run": (PLAN_CHECKS, {"stress": check_stress, "what if": check_what_if, **REPEATED}),
    "replan": (PLAN_CHECKS, {"replan": check_replan, **REPEATED}),
    "stress": (PLAN_CHECKS, {"stress": check_stress, **REPEATED}),
    "forecast": ({"facts": check_facts}, {"forecast": check_forecast, "figures": check_figures}),
    "capacity": (
        {"facts": check_facts, "promises": check_promises},
        {"capacity": check_capacity},
    ),
    "compare": ({"facts": check_facts}, {"comparison": check_comparison}),
    "sweep": ({"facts": check_facts}, {"sweep": check_sweep}),
    "triggers": ({"facts": check_facts}, {"card": check_card}),
    "replay": (
        {"facts": check_facts, "replay": check_replay},
        {"forecast": check_replay_forecast},
    ),
    "draft": (
        {
            "rules": check_rules,
            "tables": check_plan_tables,
            "roster": check_roster,
            "draft": check_draft,
        },
        {"method": check_method, "report": check_report},
    ),
    "explanation": (
        {"explanation": check_explanation},
        {"refusal": check_refusal, "report": check_report},
    ),
}


def verify(folder: Path, full: bool = False, context: RunContext | None = None) -> Proof:
    """Prove a result from its inputs.

    Parameters
    ----------
    folder : Path
        The result folder.
    full : bool
        Derive again all that can be, and simulate every replication.
    context : RunContext, optional
        Where simulations are done and who gets the progress; by default this process alone.

    Returns
    -------
    Proof
        What was checked, what is wrong and what was not proved.

    Raises
    ------
    InputError
        The folder holds no readable result.
    """
    if not (folder / MANIFEST).exists() and (folder / IMPORTED).exists():
        return verify_import(folder)
    manifest, proof = read_manifest(folder), Proof()
    proof.add("hashes", CheckResult(check_hashes(folder, manifest), [_hashes_in_words(manifest)]))
    proof.checks["hashes"] = len(manifest["outputs"])
    if proof.findings:
        proof.not_proved.append("anything else: the folder was changed since it was sealed")
        return proof
    if manifest["options"]["command"] == EVIDENCE:
        return _prove_late_orders(folder, proof)
    proof.add("damage", CheckResult(_damages(folder)))
    if proof.findings:
        proof.not_proved.append("anything else: files of the folder are damaged")
        return proof
    wrong = check_options(manifest)
    if wrong:
        proof.add("options", CheckResult(wrong))
        return proof
    if manifest["options"]["command"] == BACKTEST:
        return _prove_backtest(folder, manifest, full, context or RunContext(), proof)
    evidence = _opened(
        folder, manifest, full, _with_budget_of(manifest, context or RunContext()), proof
    )
    if evidence is not None:
        _prove(evidence, proof)
        proof.not_proved += _left(evidence, proof.files | proof.named)
    return proof


def _prove_backtest(
    folder: Path, manifest: dict[str, Any], full: bool, context: RunContext, proof: Proof
) -> Proof:
    """A back-test has no scenario: its checks start from the counts it keeps."""
    other = other_versions(manifest)
    try:
        outcome = check_backtest(folder, manifest, full, context)
    except REFUSED as error:
        outcome = CheckResult(str(error).splitlines())
    except UNREADABLE as error:
        _raise_unless_of(folder, error)
        outcome = CheckResult([f"the inputs cannot be read ({_brief(error)})"])
    proof.add("forecasts", outcome, other)
    left = set(result_files(folder)) - proof.files - proof.named
    proof.not_proved += _left_strangers([n for n in sorted(left) if not n.startswith(f"{INPUTS}/")])
    return proof


def _prove_late_orders(folder: Path, proof: Proof) -> Proof:
    """Evidence has no scenario, and keeps no log."""
    try:
        proof.add("late orders", check_late_orders(folder))
    except InputError as error:
        proof.add("damage", CheckResult(str(error).splitlines()))
    return proof


def _damages(folder: Path) -> list[str]:
    """Every document and table that is not what it must be, or that contradicts another one."""
    wrong: list[Finding] = []
    orders = ["orders"] if (folder / TABLES / "orders.csv").exists() else []
    for read in (lambda: read_run_folder(folder), lambda: read_tables(folder, orders)):
        try:
            read()
        except InputError as error:
            wrong += error.findings
    return list(dict.fromkeys(str(finding).removeprefix(f"{folder}{os.sep}") for finding in wrong))


def _hashes_in_words(manifest: dict[str, Any]) -> str:
    """How many files are unchanged."""
    return f"{len(manifest['outputs'])} files are as they were sealed (SHA-256)"


def _with_budget_of(manifest: dict[str, Any], context: RunContext) -> RunContext:
    """The context with the budget that the command had."""
    options = manifest["options"]
    budget = Budget(
        options.get("replications", 1), options.get("effort", 100), options.get("time_limit")
    )
    return replace(context, budget=budget)


def _opened(
    folder: Path, manifest: dict[str, Any], full: bool, context: RunContext, proof: Proof
) -> Evidence | None:
    """The inputs and, where there is one, the plan.

    None, with findings, where they cannot be read.
    """
    path, seed = scenario_path(folder, manifest), stated(folder, manifest, "seed", int)
    try:
        own = load(path, called=manifest["name"], settings=manifest.get("settings", ()))
        seeded = replace(own, problem=replace(own.problem, seed=seed))
        now = situation_kept(folder, seeded.problem, manifest["options"], context)
        if now is not None:
            warnings = (*seeded.warnings, *now.notes)
            seeded = replace(seeded, problem=now.problem, warnings=warnings)
        evidence = Evidence(
            folder=folder,
            manifest=manifest,
            scenario=seeded,
            own_seed=own.problem.seed,
            context=context,
            full=full,
            now=now,
        )
        wrong = check_inputs(folder, evidence.scenario, manifest)
        proof.add("inputs", _inputs_in_words(evidence, wrong))
        if wrong:
            proof.not_proved.append("anything else: the inputs are not those of the result")
            return None
        if evidence.command in WITH_PLAN and not manifest.get("explanation"):
            _ = evidence.plan
    except InputError as error:
        proof.findings += [str(finding) for finding in error.findings]
        return None
    except ConflictError as error:
        proof.findings.append(str(error))
        return None
    except UNREADABLE as error:
        _raise_unless_of(folder, error)
        proof.findings.append(f"the inputs or the plan cannot be read ({_brief(error)})")
        return None
    return evidence


def _inputs_in_words(evidence: Evidence, wrong: list[str]) -> CheckResult:
    """How many inputs are unchanged; a scenario without a name cannot prove its name."""
    read = f"{len(evidence.manifest['inputs'])} inputs are those that were read"
    nameless = "the name: the scenario states none, so it is that of the folder it lay in"
    return CheckResult(wrong, [read], [] if evidence.scenario.is_named else [nameless])


def _prove(evidence: Evidence, proof: Proof) -> None:
    """Every check of this kind of result."""
    other = other_versions(evidence.manifest)
    if other:
        proof.not_proved.append(f"that these versions give the same result as those it was {other}")
    kind = "draft" if is_draft(evidence.options) else evidence.command
    kind = "explanation" if evidence.manifest.get("explanation") else kind
    exact, repeated = KINDS[kind]
    for checks, versions in ((exact, ""), (repeated, other)):
        for name, check in checks.items():
            if check is check_report and not proof.verified:
                proof.not_proved.append("the report: what it is drawn from is wrong")
            else:
                proof.add(name, _checked(name, check, evidence), versions)


def _checked(name: str, check: Check, evidence: Evidence) -> CheckResult:
    """A check; what it cannot read or compute is a finding."""
    try:
        return check(evidence)
    except REFUSED as error:
        return CheckResult([f"{name}: {line}" for line in str(error).splitlines()])
    except UNREADABLE as error:
        _raise_unless_of(evidence.folder, error)
        return CheckResult(
            [f"{name}: cannot be checked, a table or {MANIFEST} is damaged ({_brief(error)})"]
        )


def _raise_unless_of(folder: Path, error: Exception) -> None:
    """Pass on an error that says nothing about the result, such as a full disk.

    Temporary files may lie on a disk of their own.
    """
    if not isinstance(error, OSError):
        return
    if not error.filename or not Path(os.path.realpath(error.filename)).is_relative_to(
        os.path.realpath(folder)
    ):
        raise error


def _brief(error: Exception) -> str:
    """What went wrong, without the rest of a very long value."""
    return f"{type(error).__name__}: {error}"[:MOST_SAID]


def _left(evidence: Evidence, said: set[str]) -> list[str]:
    """The files of which nothing has been said yet, and whose content was not derived again, or
    only in part: a sentence for each kind.
    """
    left = [
        name
        for name in result_files(evidence.folder)
        if name not in said and not name.startswith(f"{INPUTS}/")
    ]
    return [
        *_left_tables(left, evidence.full),
        *_left_strangers(left),
        *_left_reports(left, evidence.full),
    ]


def _left_tables(left: list[str], full: bool) -> list[str]:
    """Tables that only the full proof derives again, and those that none does."""
    tables = [Path(name).stem for name in left if name.startswith(TABLES)]
    later = [name for name in tables if name in WITH_FULL and not full]
    never = [name for name in tables if name not in later]
    found = [f"what else stands in the tables {', '.join(later)} (use --full)"] if later else []
    return found + ([f"what else stands in the tables {', '.join(never)}"] if never else [])


def _left_strangers(left: list[str]) -> list[str]:
    """Files that no check knows."""
    known = {*REPORTS, PLAN, EXPLANATION}
    strangers = [
        name for name in left if name not in known and not name.startswith((TABLES, PICTURES))
    ]
    return [f"what stands in {', '.join(strangers)}"] if strangers else []


def _left_reports(left: list[str], full: bool) -> list[str]:
    """Reports and figures, which are drawn from the tables."""
    reports = [name for name in left if name in REPORTS]
    pictures = [name for name in left if name.startswith(PICTURES)]
    if pictures:
        reports.append(f"{len(pictures)} figures")
    more = "" if full else "; use --full"
    return [f"{', '.join(reports)} (drawn from the tables{more})"] if reports else []
