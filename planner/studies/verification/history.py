"""How a plan was found: only the end follows from the plan; the rest must not contradict it."""

from __future__ import annotations

import pandas as pd

from planner.documents.reading import PLAN
from planner.domain.money import to_major
from planner.studies.certification.history import COLUMNS, person_days
from planner.studies.verification.compare_files import as_written, differences, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = "tables/path.csv"


def check_path(evidence: Evidence) -> CheckResult:
    """The last step is the verdict on this plan.

    Verdicts, plans and the reason for the end are those of the steps.
    """
    if not evidence.goes_through_loop:
        extra = "loop" in evidence.plan_json or (evidence.folder / TABLE).exists()
        return CheckResult(
            [f"{PLAN}: loop: a plan of this method has none, and no path.csv"] if extra else []
        )
    path = evidence.table("path")
    if list(path.columns) != COLUMNS or not len(path):
        return CheckResult(
            [f"{TABLE}: must have the columns {', '.join(COLUMNS)} and a row at least"]
        )
    last = path.tail(1).reset_index(drop=True)
    wrong = different_cells(f"{TABLE} (last row)", last, _last(evidence, last))
    verdicts = path["what"] == "verdict"
    loop = evidence.plan_json["loop"]
    failed = path[verdicts].iloc[:-1]
    if (failed["certified"] != "False").any() or (path[~verdicts]["certified"] != "").any():
        wrong.append(f"{TABLE}: certified: only the last verdict can certify the plan")
    expected = {
        "plans": max(int(text) for text in path["plan"]),
        "verdicts": int(verdicts.sum()),
        "stopped": "certified" if evidence.verdict.certified else loop["stopped"],
    }
    wrong += differences(PLAN, {key: loop[key] for key in expected}, expected, ("loop",))
    if not evidence.verdict.certified and loop["stopped"] == "certified":
        wrong.append(f"{PLAN}: loop.stopped: says certified, the plan is not")
    if evidence.look.number != int(verdicts.sum()):
        wrong.append(
            f"run.json: certificate.look: says {evidence.look.number}, path.csv has "
            f"{verdicts.sum()} verdicts"
        )
    return CheckResult(wrong, ["the last step in path.csv is the verdict on this plan"])


def _last(evidence: Evidence, last: pd.DataFrame) -> pd.DataFrame:
    """The last row as it follows from plan and replications; the rest of it as stated."""
    plan, played, currency = evidence.plan, evidence.played, evidence.problem.currency
    met, n = evidence.verdict.met, len(played)
    known = {
        "what": "verdict",
        "planned_cost": "" if plan.objective is None else to_major(plan.objective, currency),
        "bound": "" if plan.bound is None else to_major(plan.bound, currency),
        "gap": "" if plan.gap is None else round(plan.gap, 6),
        "simulated_cost": to_major(round(float(played.cost_minor.mean())), currency),
        "on_time_share": round(float(played.shares.mean()), 6),
        "kept": met,
        "promotions": n,
        "kept_share": round(met / n, 6),
        "person_days": person_days(plan),
        "vehicles": sum(e.vehicles for e in plan.extra),
        "certified": evidence.verdict.certified,
    }
    written = as_written(pd.DataFrame([known])).iloc[0].to_dict()
    return last.assign(**{str(column): text for column, text in written.items()})
