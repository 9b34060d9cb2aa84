"""Changes of contract clauses priced from one simulation, against simulating each of them.

The contracts of singles-day together, with their plan; every change with the present plan. Both
ways give the same costs. Processor seconds of one replication.

    python benchmarks/rating/clauses.py [--changes N] [--rounds R] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import table
from benchmarks.rating.pricing import fastest
from planner.formats.scenario.reader import read_scenario
from planner.studies.contracts.carrier_only import packed_at_once, plan_cases
from planner.studies.contracts.clause_costs import ClauseCosts, Happened
from planner.studies.contracts.clause_sensitivity import every_change
from planner.studies.runs.run_context import RunContext

ROOT = Path(__file__).resolve().parents[2]


def task_of(changes: int | None) -> ClauseCosts:
    """The first changes of the contracts of singles-day; None: all."""
    problem = read_scenario(ROOT / "configs" / "singles-day").problem
    contracts = problem.contracts
    (now,) = plan_cases([packed_at_once(problem, contracts)], RunContext())
    used_first = sorted(contracts, key=lambda c: c.name not in now.used_or_signed)
    found = list(every_change(now.problem, used_first, len(now.used_or_signed)))[:changes]
    variations = tuple(change.vary for change in found)
    return ClauseCosts(now, variations, (None,) * len(variations), problem.seed)


def measure(changes: int | None, rounds: int) -> dict[str, Any]:
    """Seconds and costs both ways."""
    task = task_of(changes)
    task(0)  # lays price tables out, and compiles the simulation
    again_s, again = fastest(lambda: task(1), rounds)
    with patch.object(Happened, "cost_under", return_value=None):
        each_s, each = fastest(lambda: task(1), rounds)
    return {
        "changes": len(task.variations),
        "from_one_simulation_s": again_s,
        "simulated_each_s": each_s,
        "ratio": each_s / again_s,
        "equal": again == each,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--changes", type=int, help="how many of them (default: all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.changes, asked.rounds)
    if asked.json:
        print(json.dumps(found))
        return
    rows = [
        ("simulated each", f"{found['simulated_each_s']:.2f}"),
        ("priced from one simulation", f"{found['from_one_simulation_s']:.2f}"),
        ("ratio", f"{found['ratio']:.1f}"),
        ("equal", "yes" if found["equal"] else "no"),
    ]
    print(table((f"{found['changes']} changes", "processor seconds"), rows))


if __name__ == "__main__":
    main()
