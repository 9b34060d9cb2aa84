"""A replay: what its tables say of each other, and its forecast made again; its log is not kept."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.formats.tables.tables import read_result_table
from planner.studies.backtest.replay import PATHS
from planner.studies.backtest.replay_event import of_then
from planner.studies.steps.forecast import forecast
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

NOT_KEPT = "the cases, the days and the inputs of the log: its orders are not kept"
ROUNDING = 0.11  # of orders, which the table rounds to a tenth
CENT = 0.011


def check_replay(evidence: Evidence) -> CheckResult:
    """Open orders follow from those that came and left, extra costs from the costs."""
    cases, days = (
        read_result_table(evidence.folder / "tables" / f"{name}.csv")
        for name in ("replay", "replay_days")
    )
    wrong = [*_costs(cases), *_days(days)]
    words = "open orders follow from those that came and left, extra costs from the costs"
    named = {f"tables/{name}.csv" for name in ("replay", "replay_days", "replay_inputs")}
    return CheckResult(
        wrong, [words], not_proved=[NOT_KEPT], named={*named, "inputs.yaml", *_figures(evidence)}
    )


def check_replay_forecast(evidence: Evidence) -> CheckResult:
    """The forecast from what was known, made again."""
    problem = of_then(evidence.problem, evidence.options["event"])
    frames = forecast(problem, PATHS, problem.seed)
    wrong = different_tables(evidence.folder, frames)
    words = f"the forecast from what was known, made again, is the same ({', '.join(frames)})"
    return CheckResult(wrong, [words], files={f"tables/{name}.csv" for name in frames})


def _figures(evidence: Evidence) -> set[str]:
    return {f"figures/{path.name}" for path in (evidence.folder / "figures").iterdir()}


def _costs(cases: pd.DataFrame) -> list[str]:
    """Extra costs that are not the difference to the first case with a plan."""
    cost, extra = (pd.to_numeric(cases[name], errors="coerce") for name in ("cost", "cost_extra"))
    planned = cost.dropna()
    if planned.empty:
        return []
    off = (extra - (cost - planned.iloc[0])).abs() > CENT
    return [f"tables/replay.csv: cost_extra of {case}" for case in cases.loc[off, "case"]]


def _days(days: pd.DataFrame) -> list[str]:
    """Cases whose open orders do not follow from day to day."""
    wrong = []
    for case, rows in days.groupby("case", sort=False):
        came, left, open_ = (
            pd.to_numeric(rows[name]).to_numpy(dtype=float) for name in ("orders", "left", "open")
        )
        if np.abs(np.diff(open_) - (came - left)[1:]).max(initial=0.0) > 2 * ROUNDING:
            wrong.append(f"tables/replay_days.csv: open orders of {case}")
    return wrong
