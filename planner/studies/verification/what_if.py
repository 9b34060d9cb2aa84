"""The grid of what ifs, simulated again."""

from __future__ import annotations

from planner.studies.verification.compare_files import as_written, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult
from planner.studies.what_if.study import what_if_table

TABLE = "tables/what_if.csv"


def check_what_if(evidence: Evidence) -> CheckResult:
    """What the plan costs and keeps at every point of the grid.

    Its replications are chosen from all of the certificate: where these are too many to be
    simulated again, it is not proved.
    """
    if not evidence.parts.has("whatif"):
        return CheckResult()
    if not evidence.all_again:
        return CheckResult(not_proved=[f"what stands in {TABLE} (use --full)"])
    again = what_if_table(
        evidence.problem, evidence.plan, evidence.summaries[0], evidence.context, evidence.look
    )
    wrong = different_cells(TABLE, evidence.table("what_if"), as_written(again))
    proved = f"{TABLE}: {len(again)} points simulated again"
    return CheckResult(wrong, [proved], files={TABLE})
