"""What a run was to leave out is not there."""

from __future__ import annotations

from planner.studies.options.run_parts import TABLES_OF
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult


def check_left_out(evidence: Evidence) -> CheckResult:
    """No table of a part that the options leave out."""
    parts = evidence.parts.left_out
    if not parts:
        return CheckResult()
    names = [f"tables/{table}.csv" for part in parts for table in TABLES_OF[part]]
    wrong = [
        f"{name}: there, although the run was made without it"
        for name in names
        if (evidence.folder / name).exists()
    ]
    return CheckResult(wrong, [f"left out, as asked: {', '.join(parts)}"])
