"""Results without a plan: a forecast, a comparison of contracts, an explanation of no plan."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from planner.documents.reading import EXPLANATION, MANIFEST
from planner.errors import NoPlanError
from planner.reporting.language.refusal_sentences import INFEASIBLE, refusal_lines
from planner.studies.contracts.study import study_contracts
from planner.studies.diagnosis.infeasible_run import (
    BLAME_COLUMNS,
    explanation_json,
    repairs_table,
)
from planner.studies.diagnosis.repairs import find_repairs
from planner.studies.runs.manifest import describe
from planner.studies.runs.seal import OUTSIDE
from planner.studies.steps.forecast import forecast_only
from planner.studies.steps.make_plan import decide
from planner.studies.verification.compare_files import differences, different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.manifest_and_plan import ELSEWHERE, seed_in_words
from planner.studies.verification.proof import CheckResult

FORECAST_FACTS = ("name", "timezone", "start", "days", "seed")
COMPARISON_FACTS = ("name", "currency", "seed")
FACTS_OF = {"forecast": FORECAST_FACTS, "triggers": (*COMPARISON_FACTS, "title")}
EXPLANATION_TEXT = "explanation.txt"


def check_facts(evidence: Evidence) -> CheckResult:
    """What run.json says of a forecast or a comparison."""
    names = FACTS_OF.get(evidence.command, COMPARISON_FACTS)
    known = describe(evidence.problem, "", {}) | {"title": evidence.scenario.title}
    expected = {name: known[name] for name in names} | {"scenario": evidence.manifest["scenario"]}
    if evidence.command == "forecast":
        expected |= {name: evidence.options[name] for name in ("replications", "lang")}
    found = {key: value for key, value in evidence.manifest.items() if key not in ELSEWHERE}
    wrong = list(differences(MANIFEST, found, expected))
    return CheckResult(wrong, [f"{MANIFEST} says what the inputs say; {seed_in_words(evidence)}"])


def check_figures(evidence: Evidence) -> CheckResult:
    """The figures of a forecast, drawn again."""
    if not evidence.full or evidence.options["actuals"]:
        score = "the score: the counts it was made with are not kept"
        return CheckResult(not_proved=[score] if evidence.options["actuals"] else [])
    with TemporaryDirectory() as draft:
        again, options = Path(draft), evidence.options
        forecast_only(
            again,
            evidence.scenario,
            options["replications"],
            lang=options["lang"],
            actuals=None,
            options=options,
        )
        names = sorted(f"figures/{path.name}" for path in (evidence.folder / "figures").iterdir())
        wrong = [
            f"{name}: not what is drawn from the tables here"
            for name in names
            if not (again / name).is_file()
            or (again / name).read_bytes() != (evidence.folder / name).read_bytes()
        ]
    return CheckResult(wrong, ["the figures, drawn again, are the same"], files=set(names))


def check_comparison(evidence: Evidence) -> CheckResult:
    """All tables of a comparison of the scenario's own contracts, made again."""
    problem, names = evidence.problem, evidence.options["contracts"]
    if any(name.startswith(OUTSIDE) for name in evidence.manifest["inputs"]):
        return CheckResult(
            not_proved=["the tables: contracts from files outside the scenario are not kept"]
        )
    strangers = [name for name in names if name not in problem.contract_names]
    if strangers or not names:
        return CheckResult(
            [
                f"{MANIFEST}: options.contracts: not of the scenario: "
                f"{', '.join(strangers) or 'none named'}"
            ]
        )
    if not evidence.full:
        return CheckResult(
            not_proved=["the tables (use --full, which compares the contracts again)"]
        )
    contracts = [problem.contract(name) for name in names]
    frames = study_contracts(
        problem, contracts, evidence.options["replications"], problem.seed, evidence.context
    )
    wrong = different_tables(evidence.folder, frames)
    words = f"the contracts, compared again, give the same tables ({', '.join(frames)})"
    return CheckResult(wrong, [words], files={f"tables/{name}.csv" for name in frames})


def check_explanation(evidence: Evidence) -> CheckResult:
    """run.json, the tables and the text say what the explanation's JSON and the inputs say."""
    content = _content(evidence)
    expected = describe(evidence.problem, content["status"], {}) | {
        "title": evidence.scenario.title,
        "explanation": EXPLANATION,
        "scenario": evidence.manifest["scenario"],
    }
    ours = {key: value for key, value in expected.items() if key not in ELSEWHERE}
    found = {key: value for key, value in evidence.manifest.items() if key not in ELSEWHERE}
    wrong = list(differences(MANIFEST, found, ours))
    wrong += differences(
        MANIFEST, evidence.manifest["warnings"], list(evidence.scenario.warnings), ("warnings",)
    )
    blame = [{**b, "words": b["words"]["en"], "key": "/".join(b["key"])} for b in content["blame"]]
    frames = {
        "blame": pd.DataFrame(blame, columns=list(BLAME_COLUMNS)),
        "repairs": repairs_table(content),
    }
    wrong += different_tables(evidence.folder, frames)
    text = "\n".join(refusal_lines(content, "en")) + "\n"
    if (evidence.folder / EXPLANATION_TEXT).read_text(encoding="utf-8") != text:
        wrong.append(f"{EXPLANATION_TEXT}: does not say what {EXPLANATION} says")
    files = {EXPLANATION_TEXT, "tables/blame.csv", "tables/repairs.csv"}
    words = (
        f"{MANIFEST}, the tables and {EXPLANATION_TEXT} say what {EXPLANATION} and the inputs say"
    )
    return CheckResult(wrong, [words], files=files)


def check_refusal(evidence: Evidence) -> CheckResult:
    """There is no plan, the limits to blame and the repairs are these: by planning again."""
    if not evidence.full:
        return CheckResult(
            not_proved=[
                "that there is no plan, and what would help (use --full, which plans again)"
            ]
        )
    method = evidence.options.get("method", "joint")
    try:
        decide(evidence.problem, method, evidence.context.budget)
    except NoPlanError as error:
        repairs = []
        if error.status == INFEASIBLE:
            repairs = find_repairs(evidence.problem, evidence.context, error.blame)
        again = explanation_json(evidence.problem, error, repairs)
        wrong = list(differences(EXPLANATION, _content(evidence), json.loads(json.dumps(again))))
        return CheckResult(
            wrong,
            ["there is no plan: planned again, with the same blame and repairs"],
            files={EXPLANATION},
        )
    return CheckResult([f"{EXPLANATION}: there is a plan"])


def _content(evidence: Evidence) -> dict[str, Any]:
    """Content of the explanation."""
    content: dict[str, Any] = json.loads(
        (evidence.folder / EXPLANATION).read_text(encoding="utf-8")
    )
    return content
