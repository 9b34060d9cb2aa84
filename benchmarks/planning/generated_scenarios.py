"""Does planning end as it should, whatever is combined?

Generated scenarios: every form of demand with every limit.

Each is planned on a few sampled paths, checked rule by rule, and held against all of its paths;
where there is no plan, the limits to blame and the ways out are named. In every second one the
solver's numbers are off by up to its tolerance, in either direction: what it may answer on another
machine. `--command` plans through the command line instead, with certificate and explanation, which
takes some ten times as long.

    python benchmarks/planning/generated_scenarios.py [--count N] [--first N]
        [--command plan|compare|run] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import stdout_kept_clean, table
from benchmarks.planning.scenario_generator import DEMANDS, LIMITS, kind_of, write_scenario
from planner.cli.main import main as planner
from planner.errors import ExitCode, NoPlanError, PlannerError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.infeasibility.conflicts import conflict_sets
from planner.planning.milp import solver as solver
from planner.planning.options import PlanningOptions
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.steps.load import load

PATHS, SAMPLED = 4, 40
WORK_UNITS = 2
# one in so many is planned with the default options; the others are content with a gap, which is
# quick
PROVED = 20
CONTENT = PlanningOptions(relative_gap=0.02, accepted_gap=0.1, proof_work=0)
TOLERANCE = 1e-6  # of HiGHS on rows, bounds and whole numbers
QUICKLY = ("--effort", "5", "--replications", "20", "--jobs", "1", "--quiet")


def planned_here(folder: Path, options: PlanningOptions) -> int:
    """The exit code of planning in this process; what is no error of ours is raised."""
    try:
        problem = load(folder).problem
        scenarios, costs = (
            sample_scenarios(problem, problem.seed, PATHS, SAMPLED),
            lane_costs(problem, problem.seed),
        )
        try:
            plan = plan_joint(problem, scenarios, costs, work_units=WORK_UNITS, options=options)
        except NoPlanError as error:
            if error.blame and error.blame[0].key[:1] != ("lanes",):
                conflict_sets(problem, scenarios, costs, most=2)
            raise
        broken = violations(problem, plan)
        if broken:
            raise AssertionError(f"a plan breaks its rules: {broken}")
        evaluate_plan(problem, plan, scenarios, costs)
    except PlannerError as error:
        return error.exit_code
    return ExitCode.DONE


def planned_by_command(folder: Path, command: str) -> int:
    """The exit code of the command line."""
    with tempfile.TemporaryDirectory() as out:
        try:
            planner([command, str(folder), "-o", f"{out}/result", *QUICKLY])
        except SystemExit as ended:
            return int(ended.code or 0)
    raise AssertionError("the command line always exits")


@contextmanager
def rough_solver(seed: int) -> Iterator[None]:
    """Every number of the solver is off by up to its tolerance."""
    rng, run = np.random.default_rng(seed), solver._run

    def rough(*given: Any) -> solver.Answer:
        answer = run(*given)
        if answer.values is None:
            return answer
        return replace(
            answer,
            values=answer.values + rng.choice([-TOLERANCE, 0.0, TOLERANCE], len(answer.values)),
        )

    with patch.object(solver, "_run", rough):
        yield


def outcome(number: int) -> tuple[int, str]:
    """Exit code of planning scenario `number` in this process, and where it crashed."""
    with tempfile.TemporaryDirectory() as place:
        folder = write_scenario(Path(place) / "scenario", number)
        options = PlanningOptions() if number % PROVED == 0 else CONTENT
        try:
            with rough_solver(number) if number % 2 else nullcontext():
                return planned_here(folder, options), ""
        except Exception:
            return ExitCode.CRASHED, traceback.format_exc()


def measure(first: int, count: int, command: str) -> dict[str, Any]:
    """Exit codes by form of demand and by limit; what crashed.

    Parameters
    ----------
    first : int
        Number of the first scenario.
    count : int
        Number of scenarios.
    command : str
        Command to run in a process of its own; empty: plan in this process.

    Returns
    -------
    dict[str, Any]
        Figures by name.
    """
    codes: dict[int, int] = {}
    crashed: dict[int, str] = {}
    began = time.perf_counter()
    for number in range(first, first + count):
        if command:
            with tempfile.TemporaryDirectory() as place:
                codes[number] = planned_by_command(
                    write_scenario(Path(place) / "scenario", number), command
                )
        else:
            codes[number], crashed[number] = outcome(number)
        if codes[number] not in (ExitCode.DONE, ExitCode.NO_PLAN, ExitCode.NOT_CERTIFIED):
            print(
                f"{number}: exit {codes[number]}\n{crashed.get(number, '')}",
                file=sys.stderr,
                flush=True,
            )
    kinds = {
        name: Counter(str(int(code)) for number, code in codes.items() if name in kind_of(number))
        for name in (*DEMANDS, *LIMITS)
    }
    return {
        "scenarios": count,
        "exit": dict(sorted(Counter(str(int(code)) for code in codes.values()).items())),
        "kinds": {name: dict(sorted(of.items())) for name, of in kinds.items()},
        "crashed": [number for number, code in codes.items() if code == ExitCode.CRASHED],
        "seconds": round(time.perf_counter() - began, 1),
    }


def report(found: dict[str, Any]) -> str:
    """The figures as text."""
    codes = sorted(
        {code for of in (found["exit"], *found["kinds"].values()) for code in (*of, "0", "4", "6")}
    )
    rows = [(name, *(of.get(code, 0) for code in codes)) for name, of in found["kinds"].items()]
    rows.append(("all", *(found["exit"].get(code, 0) for code in codes)))
    return "\n".join(
        [
            table(("demand or limit", *(f"exit {code}" for code in codes)), rows),
            "",
            (
                f"{found['scenarios']:,} scenarios in {found['seconds']:,.0f} s; crashed: "
                f"{len(found['crashed'])}."
            ),
        ]
    )


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--command", choices=["plan", "compare", "run"], default="")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    with stdout_kept_clean():
        found = measure(asked.first, asked.count, asked.command)
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
