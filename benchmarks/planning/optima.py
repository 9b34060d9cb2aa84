"""Bound, optimum and plan on generated deterministic problems.

The optimum is that of another formulation, solved in scipy.

The formulation knows nothing of `planner.planning`; it models integer headcounts, hours, deadlines
and every order as the simulation plays them. `holds`: the plan's verdict on held-out replications.

    python benchmarks/planning/optima.py [--staff N] [--couriers N] [--first N] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import table
from benchmarks.planning.courier_cases import courier_case, courier_optimum
from benchmarks.planning.staff_cases import staff_optimum, staff_problem
from planner.domain.problem import Problem
from planner.studies.certification.loop import certified_plan
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext

REPLICATIONS = 100
ROUNDING = 16  # minor units: one for each cost term
CLOSE = 0.02  # of the optimum


def compared(problem: Problem, optimum: float) -> dict[str, Any]:
    """Bound, optimum and cost of the plan in minor units, whether it holds, and its status."""
    history = certified_plan(problem, RunContext(budget=Budget(REPLICATIONS)))
    plan, verdict = history.last.plan, history.last.verdict
    assert plan.objective is not None
    assert plan.bound is not None
    assert verdict is not None
    return {
        "problem": problem.name,
        "bound": plan.bound,
        "optimum": round(optimum),
        "plan": plan.objective,
        "over": round(plan.objective / optimum - 1.0, 4) if optimum else 0.0,
        "status": plan.status,
        "holds": verdict.certified,
        "bound_valid": plan.bound <= optimum + ROUNDING,
        "close": verdict.certified and plan.objective <= (1.0 + CLOSE) * optimum + ROUNDING,
    }


def solvable(
    generate: Callable[[int], Problem],
    optimum: Callable[[Problem], float | None],
    first: int,
    count: int,
) -> list[tuple[Problem, float]]:
    """The first problems from a number on that have a plan, with their optimum.

    Parameters
    ----------
    generate : Callable[[int], Problem]
        Problem of a number.
    optimum : Callable[[Problem], float | None]
        Optimum of a problem in minor units; None without a plan.
    first : int
        First number.
    count : int
        Number of problems.

    Returns
    -------
    list[tuple[Problem, float]]
        (problem, optimum).
    """
    found: list[tuple[Problem, float]] = []
    number = first
    while len(found) < count:
        problem = generate(number)
        least = optimum(problem)
        if least is not None:
            found.append((problem, float(least)))
        number += 1
    return found


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts of valid bounds, plans close to the optimum, and plans wrongly called optimal."""
    wrong = [
        r["problem"]
        for r in rows
        if r["status"] == "optimal" and r["plan"] > r["optimum"] + ROUNDING
    ]
    return {
        "problems": len(rows),
        "bound_valid": sum(r["bound_valid"] for r in rows),
        "holds": sum(r["holds"] for r in rows),
        "close": sum(r["close"] for r in rows),
        "wrongly_optimal": wrong,
    }


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--staff", type=int, default=60)
    parser.add_argument("--couriers", type=int, default=40)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    kinds = (
        (staff_problem, staff_optimum, asked.staff),
        (courier_case, courier_optimum, asked.couriers),
    )
    rows = []
    for generate, optimum, count in kinds:
        for problem, least in solvable(generate, optimum, asked.first, count):
            rows.append(compared(problem, least))
            print(rows[-1], file=sys.stderr, flush=True)
    found = {"rows": rows, "summary": summary(rows)}
    if asked.json:
        print(json.dumps(found))
    else:
        print(table(list(rows[0]), [list(r.values()) for r in rows]))
        print(found["summary"])


if __name__ == "__main__":
    main()
