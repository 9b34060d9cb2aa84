"""`run.json` and `plan.json` say what the inputs, the plan and the replications say."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from planner.documents.reading import MANIFEST, PLAN
from planner.domain.choices import ADDITIONS, ENGINES, LANGUAGES, METHODS, PARTS
from planner.domain.plan import Plan, PlanStatus
from planner.formats.plan_files import plan_summary
from planner.planning.options import rounding_minor
from planner.studies.certification.engine_check import MOST_COMPARED
from planner.studies.evaluated_plan import UNPRICED, share_interval
from planner.studies.options.run_parts import stated_parts
from planner.studies.runs.manifest import describe
from planner.studies.verification.compare_files import differences
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

# keys of run.json that other checks compare
ELSEWHERE = {"inputs", "settings", "outputs", "versions", "options", "warnings", "log"}

Holds = Callable[[Any], bool]


def _positive(value: Any) -> bool:
    """A whole number, 1 at least."""
    return type(value) is int and value > 0


def _seconds(value: Any) -> bool:
    """Seconds, or nothing."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return value is None or (number and math.isfinite(value) and value > 0)


def _amount(value: Any) -> bool:
    """A finite number that is not negative."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and value >= 0


def _parts(option: str) -> Holds:
    """Names of parts of a run, each once, in their order, with all that is made of them."""

    def holds(value: Any) -> bool:
        names = isinstance(value, list) and all(isinstance(name, str) for name in value)
        return names and stated_parts({option: value}).as_options()[option] == value

    return holds


OPTIONS: dict[str, tuple[Holds, str]] = {
    "replications": (_positive, "a whole number, 1 at least"),
    "effort": (_positive, "a whole number, 1 at least"),
    "time_limit": (_seconds, "seconds, or null"),
    "engine": (lambda value: value in ENGINES, " or ".join(ENGINES)),
    "lang": (lambda value: value in LANGUAGES, " or ".join(LANGUAGES)),
    "method": (lambda value: value in METHODS, f"one of {', '.join(METHODS)}"),
    "plan": (lambda value: isinstance(value, bool), "true or false"),
    "rules": (lambda value: isinstance(value, bool), "true or false"),
    "actuals": (lambda value: isinstance(value, bool | str), "true, false or a file"),
    "now": (lambda value: isinstance(value, str), "a moment"),
    "change_cost": (_amount, "an amount, 0 or more"),
    "notice_hours": (_amount, "hours, 0 or more"),
    "pickup_hours": (_amount, "hours, 0 or more"),
    "release": (lambda value: isinstance(value, bool), "true or false"),
    "draft": (lambda value: isinstance(value, bool), "true or false"),
    "all_days": (lambda value: isinstance(value, bool), "true or false"),
    "drafts": (lambda value: isinstance(value, bool), "true or false"),
    "at": (
        lambda value: isinstance(value, list) and all(isinstance(at, str) for at in value),
        "a list of moments",
    ),
    "samples": (_positive, "a whole number, 1 at least"),
    "pickup_notice": (_amount, "a number, 0 at least"),
    "miss_price": (_amount, "a number, 0 at least"),
    "vary": (
        lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
        "a list of PATH=VALUES",
    ),
    "event": (lambda value: isinstance(value, str), "the name of an event, or a date"),
    "log": (lambda value: isinstance(value, bool), "true or false"),
    "origins": (lambda value: isinstance(value, str), "FROM:TO:STEP"),
    "horizon_days": (_positive, "a whole number, 1 at least"),
    "lead_days": (lambda value: type(value) is int and value >= 0, "a whole number, 0 at least"),
    "paths": (_positive, "a whole number, 1 at least"),
    "holidays": (lambda value: value is None or isinstance(value, str), "a country, or null"),
    "with": (_parts("with"), f"a list of {', '.join(ADDITIONS)}"),
    "without": (_parts("without"), f"an ordered list of {', '.join(PARTS)}"),
    "only": (
        lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
        "a list of names",
    ),
    "contracts": (
        lambda value: isinstance(value, list) and all(isinstance(name, str) for name in value),
        "a list of names",
    ),
}
OPTIONS_OF = {
    "run": {"replications", "effort", "time_limit", "engine", "lang", "with", "without"},
    "plan": {"method", "replications", "effort", "time_limit", "engine", "draft"},
    "simulate": {"replications", "engine", "lang", "plan", "rules"},
    "stress": {"replications", "engine", "lang", "only"},
    "compare": {"contracts", "replications", "effort", "lang"},
    "forecast": {"replications", "lang", "actuals"},
    "backtest": {"origins", "horizon_days", "lead_days", "paths", "holidays", "lang"},
    "triggers": {
        "at",
        "pickup_notice",
        "miss_price",
        "replications",
        "samples",
        "engine",
        "lang",
    },
    "replay": {
        *("event", "log", "plan", "method", "drafts"),
        *("replications", "effort", "engine", "lang"),
    },
    "replan": {
        "replications",
        "engine",
        "lang",
        "now",
        "change_cost",
        "notice_hours",
        "pickup_hours",
        "release",
        "actuals",
    },
    "sweep": {"vary", "drafts", "replications", "effort", "engine", "lang"},
    "capacity": {"all_days", "replications", "engine", "lang"},
}


def check_options(manifest: dict[str, Any]) -> list[str]:
    """The options a result was made with are those its command has."""
    options = manifest.get("options")
    if not isinstance(options, dict):
        return [f"{MANIFEST}: options: missing"]
    known = OPTIONS_OF.get(str(options.get("command")))
    if known is None:
        return [f"{MANIFEST}: options.command: must be one of {', '.join(OPTIONS_OF)}"]
    wrong = [
        f"{MANIFEST}: options.{name}: not an option of the command"
        for name in options.keys() - known - {"command"}
    ]
    for name in sorted(known):
        holds, words = OPTIONS[name]
        if not holds(options.get(name)):
            wrong.append(f"{MANIFEST}: options.{name}: must be {words}")
    return sorted(wrong)


def check_statement(evidence: Evidence) -> CheckResult:
    """Every fact of both files, apart from how the plan was found."""
    problem, manifest = evidence.problem, evidence.manifest
    plan = replace(evidence.plan, certificate=evidence.verdict)
    described = describe(
        problem,
        plan.status_in_words,
        {},
        plan=plan,
        verdict=evidence.verdict,
        study_options=evidence.context.options,
    )
    expected = described | {
        "title": evidence.scenario.title,
        "engines": _engines(evidence),
        "replications": len(evidence.played),
        "broken_rules": manifest.get("broken_rules"),  # compared by the check of the rules
        "scenario": manifest["scenario"],
    }
    found = {key: value for key, value in manifest.items() if key not in ELSEWHERE}
    wrong = list(differences(MANIFEST, found, _without(expected, ELSEWHERE)))
    wrong += _warnings(evidence)
    simulated = share_interval(evidence.played.shares.tolist())
    wrong += differences(
        PLAN, _without(evidence.plan_json, {"loop"}), plan_summary(problem, plan, simulated)
    )
    wrong += _proof_of_optimality(evidence)
    return CheckResult(
        wrong, [f"{MANIFEST} and {PLAN} say what the inputs say; {seed_in_words(evidence)}"]
    )


def seed_in_words(evidence: Evidence) -> str:
    """Which seed the result was made with, and where it comes from."""
    seed, own = evidence.problem.seed, evidence.own_seed
    return f"seed {seed}" + (
        "" if seed == own else f", given to the command (the scenario states {own})"
    )


def _engines(evidence: Evidence) -> dict[str, Any]:
    """What the manifest says of the check of the engines."""
    if evidence.options["engine"] == "simpy":
        return {"engines": ["simpy"]}
    compared = min(evidence.drawn, MOST_COMPARED)
    return {
        "replication": 0,
        "orders": compared,
        "of": evidence.drawn,
        "engines": list(ENGINES),
        "equal": True,
    }


def _warnings(evidence: Evidence) -> list[str]:
    """The warnings are those of the scenario; that parcels are refused may follow."""
    found, expected = evidence.manifest.get("warnings"), list(evidence.scenario.warnings)
    if not isinstance(found, list):
        return [f"{MANIFEST}: warnings: must be a list"]
    more = found[len(expected) :]
    refused = len(more) == 1 and str(more[0]).partition(" ")[2] == UNPRICED
    if refused and any(evidence.played.cancelled):
        expected += more
    return list(differences(MANIFEST, found, expected, ("warnings",)))


def _proof_of_optimality(evidence: Evidence) -> list[str]:
    """Gap and status follow from cost and bound; what has no solver has neither."""
    plan = evidence.plan
    wrong: list[str] = []
    if plan.objective is not None and plan.bound is not None:
        gap = (plan.objective - plan.bound) / max(abs(plan.objective), 1)
        wrong += differences(PLAN, plan.gap, gap, ("gap",))
    elif plan.gap is not None:
        wrong.append(f"{PLAN}: gap: a plan without a bound has none")
    if evidence.goes_through_loop and not evidence.stands_in:
        wrong += _status(evidence, plan)
    return wrong


def _status(evidence: Evidence, plan: Plan) -> list[str]:
    """A joint plan is optimal when it costs no more than its bound.

    It is reproducible without a time limit.
    """
    optimal = (
        plan.bound is not None
        and plan.objective is not None
        and not evidence.problem.works_after_hours
        and plan.objective - plan.bound <= rounding_minor(plan.objective)
    )
    wrong = []
    if (plan.status is PlanStatus.OPTIMAL) != optimal:
        follows = "optimal" if optimal else "not optimal"
        wrong.append(f"{PLAN}: status: says {plan.status}, the gap says {follows}")
    if plan.reproducible != (evidence.options["time_limit"] is None):
        wrong.append(f"{PLAN}: reproducible: contradicts the time limit in {MANIFEST}")
    return wrong


def _without(content: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """The content but for some keys."""
    return {key: value for key, value in content.items() if key not in keys}
