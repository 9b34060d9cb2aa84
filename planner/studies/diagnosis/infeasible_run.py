"""The folder that takes the place of a result where there is no plan: limits to blame, repairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.reading import EXPLANATION
from planner.domain.business_limits import LIMITS
from planner.domain.choices import LANGUAGES
from planner.domain.money import to_major
from planner.domain.problem import Problem
from planner.errors import Blame, NoPlanError
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.output import empty, write_text
from planner.reporting.language.infeasibility_texts import blame_in_words, repair_in_words
from planner.reporting.language.refusal_sentences import INFEASIBLE, refusal_lines
from planner.studies.diagnosis.repairs import Repair, find_repairs
from planner.studies.runs.manifest import describe, kept_scenario, seal, write_json
from planner.studies.runs.run_context import RunContext


@dataclass
class Refusal:
    """How a study without a plan ended.

    Attributes
    ----------
    error : NoPlanError or None
        The error with the repairs that were found; None where the study has a plan.
    explanation : dict or None
        Content of its explanation.
    """

    error: NoPlanError | None = None
    explanation: dict[str, Any] | None = None


@contextmanager
def explaining(
    draft: Path, scenario: Scenario, context: RunContext, options: dict[str, Any]
) -> Iterator[Refusal]:
    """Where the study within finds no plan, its draft folder becomes the explanation.

    Parameters
    ----------
    draft : Path
        Draft folder of the study.
    scenario : Scenario
        Scenario of the study.
    context : RunContext
        Budget, executor and clock of the study.
    options : dict
        Options of the command, for the manifest.

    Yields
    ------
    Refusal
        Filled when the block ends with a NoPlanError.
    """
    refusal = Refusal()
    try:
        yield refusal
    except NoPlanError as error:
        refusal.explanation = write_explanation(draft, scenario, error, context, options)
        repairs = [r["words"]["en"] for r in refusal.explanation["repairs"]]
        refusal.error = NoPlanError(error.status, error.blame, repairs)


def write_explanation(
    draft: Path,
    scenario: Scenario,
    error: NoPlanError,
    context: RunContext,
    options: dict[str, Any],
) -> dict[str, Any]:
    """Write an explanation into a draft folder, in place of what the study has left there.

    Parameters
    ----------
    draft : Path
        Draft folder of the study.
    scenario : Scenario
        Scenario of the study.
    error : NoPlanError
        Why there is no plan.
    context : RunContext
        Budget, executor and clock of the study.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    dict
        Content of `explanation.json`.
    """
    problem = scenario.problem
    empty(draft)
    repairs = find_repairs(problem, context, error.blame) if error.status == INFEASIBLE else []
    content = explanation_json(problem, error, repairs)
    write_table(blame_table(error.blame), draft / "tables" / "blame.csv")
    write_table(repairs_table(content), draft / "tables" / "repairs.csv")
    write_json(draft / EXPLANATION, content)
    text = "\n".join(refusal_lines(content, "en")) + "\n"
    write_text(draft / "explanation.txt", text)
    manifest = describe(problem, error.status, options, study_options=context.options)
    manifest["title"] = scenario.title
    manifest["explanation"] = EXPLANATION
    manifest |= kept_scenario(draft, scenario)
    manifest["warnings"] = list(scenario.warnings)
    write_json(draft / "timing.json", context.clock.finish())
    seal(draft, manifest)
    return content


def explanation_json(
    problem: Problem, error: NoPlanError, repairs: Sequence[Repair]
) -> dict[str, Any]:
    """Content of `explanation.json`.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    error : NoPlanError
        Status, and limits to blame.
    repairs : sequence of Repair
        Proved repairs, the cheapest plan first.

    Returns
    -------
    dict
        Status, blame and repairs with their words in every language; money in major units.
    """
    cheapest = min((r.objective_minor for r in repairs), default=0)
    return {
        "status": error.status,
        "currency": problem.currency,
        "blame": [
            {
                "rule": b.rule,
                "key": list(b.key),
                "words": {lang: blame_in_words(problem, b, lang) for lang in LANGUAGES},
                "allowed": _allowed(b),
                "needed": b.needed,
                "unit": b.unit,
            }
            for b in error.blame
        ],
        "repairs": [_repair_json(problem, repair, cheapest) for repair in repairs],
    }


def _repair_json(problem: Problem, repair: Repair, cheapest: int) -> dict[str, Any]:
    days = [problem.horizon.date_of(day) for day in repair.days]
    change = [(c.key, c.amount) for c in repair.change]
    price = repair.price_minor
    return {
        "words": {lang: repair_in_words(problem, change, days, lang) for lang in LANGUAGES},
        "change": [{"key": list(key), "amount": amount} for key, amount in change],
        "days": [day.isoformat() for day in days],
        "price": None if price is None else float(to_major(price, problem.currency)),
        "objective": float(to_major(repair.objective_minor, problem.currency)),
        "extra": float(to_major(repair.objective_minor - cheapest, problem.currency)),
        "verified": repair.verified,
    }


def _allowed(blame: Blame) -> float:
    """The limit as it is given, in its unit."""
    kind = LIMITS.get(blame.rule)
    if kind is None:
        return blame.needed - blame.excess
    return kind.allowed(blame.needed, blame.excess)


BLAME_COLUMNS = ("rule", "key", "words", "allowed", "needed", "unit")


def blame_table(blame: Sequence[Blame]) -> pd.DataFrame:
    """One row for each limit to blame."""
    return pd.DataFrame(
        {
            "rule": [b.rule for b in blame],
            "key": ["/".join(b.key) for b in blame],
            "words": [b.words for b in blame],
            "allowed": [_allowed(b) for b in blame],
            "needed": [b.needed for b in blame],
            "unit": [b.unit for b in blame],
        }
    )


def repairs_table(content: dict[str, Any]) -> pd.DataFrame:
    """One row for each repair, the cheapest plan first.

    Several limits that move together are joined by `+`.
    """
    repairs = content["repairs"]
    return pd.DataFrame(
        {
            "rank": list(range(1, len(repairs) + 1)),
            "words": [r["words"]["en"] for r in repairs],
            "key": [" + ".join("/".join(c["key"]) for c in r["change"]) for r in repairs],
            "amount": [" + ".join(f"{c['amount']:g}" for c in r["change"]) for r in repairs],
            "price": ["" if r["price"] is None else f"{r['price']:.2f}" for r in repairs],
            "objective": [r["objective"] for r in repairs],
            "extra": [r["extra"] for r in repairs],
            "verified": [r["verified"] for r in repairs],
        }
    )
