"""The plan under stress, simulated again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from planner.studies.stress.study import in_a_run, in_full, stress_table
from planner.studies.stress_plan import chosen_stresses
from planner.studies.verification.compare_files import as_written, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = "tables/stress.csv"
REPAIR = ["cheapest_repair", "cheapest_repair_zh", "repair_cost", "kept_after"]


def check_stress(evidence: Evidence) -> CheckResult:
    """What the plan keeps under each stress, and in the full proof the repairs.

    It rests on replications that are simulated again; where these are too many it is not proved.
    """
    within_run = evidence.command == "run"
    budget = (in_a_run if within_run else in_full)(evidence.look, evidence.context)
    if evidence.again < budget.replications:
        return CheckResult(not_proved=[f"what stands in {TABLE} (use --full)"])
    repairs = budget.repairs and evidence.full
    stresses = chosen_stresses(evidence.scenario, evidence.options.get("only") or ())
    again = stress_table(
        evidence.problem,
        evidence.plan,
        evidence.summaries[0],
        stresses,
        evidence.context,
        look=evidence.look,
        budget=replace(budget, repairs=repairs),
    )
    found, expected = evidence.table("stress"), as_written(again)
    whole = repairs or within_run
    wrong = different_cells(TABLE, _part(found, whole), _part(expected, whole))
    return CheckResult(
        wrong,
        [f"the plan under {len(expected)} stresses, simulated again, keeps what {TABLE} says"],
        not_proved=[] if whole else [f"the repairs in {TABLE} (use --full)"],
        files={TABLE} if whole else set(),
    )


def _part(table: pd.DataFrame, whole: bool) -> pd.DataFrame:
    """The table, or what of it stands without repairs."""
    return table if whole else table.drop(columns=REPAIR, errors="ignore")
