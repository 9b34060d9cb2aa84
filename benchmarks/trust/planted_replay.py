"""Back-tests of planted truths: what they estimate, against what logs were made with.

    python benchmarks/trust/planted_replay.py [--logs 6] [--replications 20]

A small warehouse is simulated at known rates of work and scan delays, and the log of its orders is
back-tested with a scenario that states others. Printed for every truth: the share of intervals that
hold it, the median estimate, how the log is read, and whether the late share of the roster at the
estimated rates agrees with that of the log (in 95 of 100 cases it should).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.harness import table
from planner.domain.problem import Problem
from planner.formats.order_log.options import LogForm
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_pieces
from planner.reporting.tables.order_table import orders_pieces
from planner.studies.backtest.replay import LogSource, open_replay, replayed
from planner.studies.backtest.replay_cases import Planning
from planner.studies.backtest.replay_rates import at_pace
from planner.studies.certification.common_replications import trace
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import as_is_plan
from tests.cli.builders import write_small

PICK, PACK = (0, 0), (0, 1)
TRUTHS = {  # pace against what the scenario states
    "as stated": {},
    "packing 10 % slower": {PACK: 0.9},
    "packing 25 % slower": {PACK: 0.75},
    "packing 40 % slower": {PACK: 0.6},
    "picking 40 % slower": {PICK: 0.6},
    "picking 50 % slower": {PICK: 0.5},
    "both slower": {PICK: 0.7, PACK: 0.75},
}
MEDIAN_H, P95_H = 2.0, 7.0
CHANGES = {"median: 300, p95: 420": "median: 900, p95: 1200", "tail_days: 0": "tail_days: 2"}
SCANS = "service: {{scan_delay_hours: {{median: {median}, p95: {p95}}}}}\n"


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--logs", type=int, default=6, help="logs of every truth")
    parser.add_argument("--replications", type=int, default=20, help="of every plan")
    asked = parser.parse_args()
    with TemporaryDirectory() as draft:
        folder = Path(draft)
        truth = written(folder / "truth", MEDIAN_H, P95_H).problem
        stated = written(folder / "stated", 3.0, 9.0)
        rows = [
            row
            for name, pace in TRUTHS.items()
            for row in judged(
                name,
                [
                    back_tested(stated, at_pace(truth, pace), folder / "orders.csv", seed, asked)
                    for seed in range(asked.logs)
                ],
                at_pace(truth, pace),
            )
        ]
    print(table(("truth", "what", "true", "median estimate", "held", "read as"), rows))


def written(folder: Path, median: float, p95: float) -> Scenario:
    """The small scenario with these scan delays."""
    write_small(folder, CHANGES)
    for name in ("near", "far"):
        path = folder / f"{name}.yaml"
        path.write_text(path.read_text() + SCANS.format(median=median, p95=p95))
    return load(folder)


@dataclass(frozen=True)
class Found:
    """What a back-test found: inputs by path, cases by name."""

    inputs: pd.DataFrame
    cases: pd.DataFrame


def back_tested(stated: Scenario, truth: Problem, log: Path, seed: int, asked: Any) -> Found:
    """Simulate a log of the truth and back-test it."""
    problem = replace(truth, seed=1_000 + seed)
    write_pieces(orders_pieces(problem, trace(problem, as_is_plan(problem), "compiled")), log)
    source = LogSource(file=log, form=LogForm({}))
    replay = open_replay(stated, "live", source, Planning(method="average", draft=True))
    tables = replayed(replay, RunContext(budget=Budget(asked.replications, 20))).tables
    return Found(tables["replay_inputs"].set_index("what"), tables["replay"].set_index("case"))


def judged(name: str, found: list[Found], truth: Problem) -> Iterator[tuple[Any, ...]]:
    """A row for every input of a truth, and one for the late share."""
    true = {
        f"sites.yiwu.processes.{process.name}.orders_per_hour": process.orders_per_hour
        for process in truth.sites[0].processes
    }
    for contract in truth.contract_names:
        path = f"contracts.{contract}.service.scan_delay_hours"
        true |= {f"{path}.median": MEDIAN_H, f"{path}.p95": P95_H}
    for path, value in true.items():
        rows = [f.inputs.loc[path] for f in found]
        held = sum(r["low"] <= value and not r["high"] < value for r in rows)
        middle = np.nanmedian([np.nan if r["estimated"] is None else r["estimated"] for r in rows])
        read = pd.Series([r["reading"] for r in rows]).value_counts()
        words = ", ".join(f"{n} {reading}" for reading, n in read.items())
        yield name, path, f"{value:.1f}", f"{middle:.2f}", f"{held}/{len(rows)}", words
    log = [f.cases.loc["log", "late_share"] for f in found]
    ours = [f.cases.loc["corrected" if "corrected" in f.cases.index else "roster"] for f in found]
    held = sum(o["late_low"] <= a <= o["late_high"] for a, o in zip(log, ours, strict=True))
    mean = np.mean([o["late_share"] for o in ours])
    yield name, "late share", f"{np.mean(log):.2%}", f"{mean:.2%}", f"{held}/{len(found)}", ""


if __name__ == "__main__":
    main()
