"""What takes long: comparisons of contracts, hindsight, the bound on the cost, the report.

Only with `--full`.
"""

from __future__ import annotations

import shutil
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory

from planner.documents.reading import DECISIONS, EXPLANATION, MANIFEST, PLAN
from planner.domain.choices import LANGUAGES
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.planning.options import rounding_minor
from planner.studies.certification.regret import hindsight_table
from planner.studies.contracts.study import study_contracts
from planner.studies.options.study_options import SamplingOptions
from planner.studies.steps.bounds import LowerBounds, bound_of
from planner.studies.steps.make_plan import costed
from planner.studies.verification.compare_files import differences, different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

REPORTS = {"report.pdf": "pdf", "plan.xlsx": "xlsx", "report.html": "html"}
PICTURES = "figures/"
COMPARED = ("contracts", "contract_terms", "contracts_by_region", "clauses", "breakevens")
CONTRACTS = (*COMPARED, "rules", "rules_cost", "remote")
SIMULATED = (
    "costs",
    "hourly",
    "regions",
    "couriers",
    "stock",
    "replications",
    "dispatch",
    "penalties",
    "targets",
    "targets_by_replication",
    "after_hours",
    "risks",
    "misses",
    "units",
)
# tables that only the full proof derives
WITH_FULL = {*CONTRACTS, *SIMULATED, "baselines", "hindsight", "levers"}


def check_contracts(evidence: Evidence) -> CheckResult:
    """The comparison of the scenario's contracts in a run, made again."""
    problem = evidence.problem
    expected = evidence.command == "run" and evidence.parts.has("contracts")
    if not expected or not problem.contracts or not evidence.full:
        return CheckResult()
    frames = study_contracts(
        problem,
        problem.contracts,
        evidence.context.options.sampling.comparison_replications,
        problem.seed,
        evidence.context,
        briefly=True,
        without=evidence.parts.left_out,
    )
    wrong = different_tables(evidence.folder, frames)
    words = f"the contracts, compared again, give the same tables ({', '.join(frames)})"
    return CheckResult(wrong, [words], files={f"tables/{name}.csv" for name in frames})


def check_bound(evidence: Evidence) -> CheckResult:
    """The bound on the cost of any plan, solved again.

    Also what perfect hindsight would have saved, and what the planning model expects of an adjusted
    plan.
    """
    plan, problem = evidence.plan, evidence.problem
    if not evidence.goes_through_loop:
        return CheckResult()
    if not evidence.full:
        bound = "the bound on the cost of any plan, and what the planning model expects"
        return CheckResult(not_proved=[f"{bound} (use --full)"])
    frames = {}
    if evidence.parts.has("hindsight"):
        frames["hindsight"] = hindsight_table(problem, plan, evidence.context)
    wrong = different_tables(evidence.folder, frames)
    if plan.objective is not None and not evidence.stands_in:
        evidence.context.begin("computing the bound")
        chosen, sampling = (
            effective_problem(problem, plan.levers),
            evidence.context.options.sampling,
        )
        again = bound_of(plan.objective, LowerBounds(chosen, sampling)().any_plan)
        wrong += _bound(plan.bound, again, rounding_minor(plan.objective))
        trimmed = plan.status is PlanStatus.TRIMMED
        wrong += _expectation(chosen, plan, sampling) if trimmed else []
    hindsight = " and the table of hindsight" if frames else ""
    words = f"the bound on the cost of any plan{hindsight}, solved again, as stated"
    expects = "what the planning model expects of the plan (costs in plan.json)"
    unknown = [] if plan.status is PlanStatus.TRIMMED else [expects]
    files = {f"tables/{name}.csv" for name in frames}
    return CheckResult(wrong, [words], not_proved=unknown, files=files)


def _expectation(problem: Problem, plan: Plan, sampling: SamplingOptions) -> list[str]:
    """What the planning model expects of a plan that simulation has adjusted."""
    again = costed(problem, plan, sampling)
    found, expected = ({"costs": p.costs, "expected": p.expected} for p in (plan, again))
    return list(differences(f"{PLAN} (minor units)", found, expected))


def _bound(found: int | None, again: int | None, rounding: float) -> list[str]:
    """A bound is a solver's: equal up to its own precision."""
    least, ours = (-inf if bound is None else bound for bound in (found, again))
    if least == ours or abs(least - ours) <= rounding:
        return []
    return [f"{PLAN}: bound: says {found}, solved again it is {again} (minor units)"]


def check_report(evidence: Evidence) -> CheckResult:
    """The report, written again from the tables in the language of the run or the other."""
    names = {n for n in evidence.manifest["outputs"] if n in REPORTS or n.startswith(PICTURES)}
    if not names or not evidence.full:
        return CheckResult()
    formats = [kind for name, kind in REPORTS.items() if name in names]
    formats += ["png"] if any(name.startswith(PICTURES) for name in names) else []
    asked = evidence.options.get("lang", "en")
    unlike = names
    for lang in (asked, *(other for other in LANGUAGES if other != asked)):
        unlike = unlike - _same_files(evidence, formats, lang, unlike)
    advice = "planner report writes it again"
    wrong = [
        f"{name}: not what is drawn from the tables here, with the fonts that are shipped; {advice}"
        for name in unlike
    ]
    return CheckResult(
        sorted(wrong), ["the report, written again from the tables, is the same"], files=names
    )


def _same_files(evidence: Evidence, formats: list[str], lang: str, names: set[str]) -> set[str]:
    """Those of the files that come out the same in a language."""
    if not names:
        return set()
    from planner.reporting.report import write_report  # matplotlib takes a second to load

    evidence.context.begin("writing the report again")
    with TemporaryDirectory() as draft:
        folder = Path(draft)
        shutil.copytree(evidence.folder / "tables", folder / "tables")
        for name in (MANIFEST, PLAN, DECISIONS, EXPLANATION):
            if (evidence.folder / name).exists():
                shutil.copyfile(evidence.folder / name, folder / name)
        write_report(folder, formats, lang)
        written = [name for name in names if (folder / name).is_file()]
        return {name for name in written if _same_bytes(folder / name, evidence.folder / name)}


def _same_bytes(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()
