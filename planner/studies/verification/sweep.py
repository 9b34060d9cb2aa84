"""A sweep: its table follows from the inputs, by planning every point again."""

from __future__ import annotations

from dataclasses import replace

from planner.studies.runs.executor import Executor
from planner.studies.sweep.axes import read_axes
from planner.studies.sweep.study import Grid, sweep
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = "tables/sweep.csv"


def check_sweep(evidence: Evidence) -> CheckResult:
    """Every point of the grid, planned again."""
    options = evidence.options
    if not evidence.full:
        return CheckResult(not_proved=["the table (use --full, which plans every point again)"])
    grid = Grid(axes=read_axes(options["vary"]), drafts=options["drafts"])
    executor = Executor(evidence.context.executor.jobs, engine=options["engine"])
    context = replace(evidence.context, executor=executor)
    wrong = different_tables(evidence.folder, {"sweep": sweep(evidence.scenario, grid, context)})
    words = "every point, planned again, gives the same row"
    return CheckResult(wrong, [words], files={TABLE})
