"""The plan under stress, simulated again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from planner.studies.stress.study import in_a_run, in_full, kept_with_repair, stress_table
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
    if not evidence.parts.has("stress"):
        return CheckResult()
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
    base = evidence.summaries[0][: budget.replications]
    needed = kept_with_repair(evidence.problem, base, evidence.look)
    breaking = [str(name) for name in again.loc[again["kept"] < needed, "stress"]]
    found, expected = evidence.table("stress"), as_written(again)
    whole = repairs or within_run or not breaking
    wrong = different_cells(TABLE, _part(found, whole), _part(expected, whole))
    proved = (
        f"{TABLE}: {len(again)} {'stress' if len(again) == 1 else 'stresses'} simulated again on "
        f"{len(base)} replications, each at its worst place: what the plan keeps and what it costs"
    )
    left = (
        f"the cheapest repairs in {TABLE}, of {', '.join(breaking)}: the search for them is "
        "repeated with --full"
    )
    return CheckResult(
        wrong,
        [proved if not whole or within_run else f"{proved}, with its repairs"],
        not_proved=[] if whole else [left],
        files={TABLE} if whole else set(),
        named=set() if whole else {TABLE},
    )


def _part(table: pd.DataFrame, whole: bool) -> pd.DataFrame:
    """The table, or what of it stands without repairs."""
    return table if whole else table.drop(columns=REPAIR, errors="ignore")
