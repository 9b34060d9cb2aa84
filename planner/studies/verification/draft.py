"""A draft plan: what its files say follows from the inputs and the plan, and claims no more."""

from __future__ import annotations

from planner.documents.reading import MANIFEST, PLAN
from planner.domain.plan import PlanStatus
from planner.formats.plan_files import plan_summary
from planner.studies.draft_plan import draft_status
from planner.studies.runs.manifest import describe
from planner.studies.verification.compare_files import differences
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.manifest_and_plan import ELSEWHERE, seed_in_words
from planner.studies.verification.proof import CheckResult

SIMULATED = ("stockout_probability", "leftover_mean", "leftover_cost")
NOT_CERTIFIED = (
    "that the plan meets the service level: it is a draft, not certified, of which nothing was "
    "simulated (planner simulate SCENARIO --plan DIR simulates it)"
)


def check_draft(evidence: Evidence) -> CheckResult:
    """Every fact of both files; no table states anything simulated."""
    problem, manifest, plan = evidence.problem, evidence.manifest, evidence.plan
    described = describe(
        problem, draft_status(plan), {}, plan=plan, study_options=evidence.context.options
    )
    expected = described | {
        "title": evidence.scenario.title,
        "broken_rules": manifest["broken_rules"],  # compared by the check of the rules
        "scenario": manifest["scenario"],
    }
    ours = {key: value for key, value in expected.items() if key not in ELSEWHERE}
    found = {key: value for key, value in manifest.items() if key not in ELSEWHERE}
    wrong = list(differences(MANIFEST, found, ours))
    warnings = list(evidence.scenario.warnings)
    wrong += differences(MANIFEST, manifest["warnings"], warnings, ("warnings",))
    wrong += differences(PLAN, evidence.plan_json, plan_summary(problem, plan))
    wrong += _beyond_a_draft(evidence)
    stock = evidence.table("stock")
    if (stock[list(SIMULATED)] != "").to_numpy().any():
        wrong.append("tables/stock.csv: states what becomes of the stock; nothing was simulated")
    words = f"{MANIFEST} and {PLAN} say what the inputs say; {seed_in_words(evidence)}"
    return CheckResult(wrong, [words], [NOT_CERTIFIED], files={"tables/stock.csv"})


def _beyond_a_draft(evidence: Evidence) -> list[str]:
    """A joint plan that claims to be more than the first that was found."""
    plan = evidence.plan
    if plan.method != "joint" or evidence.stands_in or plan.status is PlanStatus.DRAFT:
        return []
    return [f"{PLAN}: status: says {plan.status}, a draft is {PlanStatus.DRAFT}"]
