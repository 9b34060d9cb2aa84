"""What a command costs before it does anything: start of the interpreter, imports, first use of the
compiled engine.

Every task is a fresh interpreter, in paired rounds; the median counts. The compiled engine is used
for the first time with an empty cache, then again.

    python benchmarks/cli/startup.py [--rounds R] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import figure, in_turns, seconds_of, table

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = (
    "click",
    "planner",
    "numpy",
    "simpy",
    "pandas",
    "numba",
    "scipy.stats",
    "matplotlib.pyplot",
)
SOLVER = "ortools.math_opt.python.mathopt"
FIRST_USE = (
    "from benchmarks.simulation.sites import everything; from "
    "planner.simulation.compiled_engine.tables import run; "
)
PLAY = FIRST_USE + "run(everything(500, 1).inputs)"
LOADED = FIRST_USE + "everything(500, 1).inputs"


def python(*arguments: str, cache: str | None = None) -> None:
    """Run a fresh interpreter on our package; its words are not wanted, an error is one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    if cache is not None:
        environment["NUMBA_CACHE_DIR"] = cache
    command = [sys.executable, *arguments]
    subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)


def commands() -> dict[str, Callable[[], None]]:
    """The tasks by name, each a fresh interpreter."""
    tasks: dict[str, Callable[[], None]] = {"python, nothing else": partial(python, "-c", "")}
    tasks |= {
        f"import {name}": partial(python, "-c", f"import {name}") for name in (*IMPORTS, SOLVER)
    }
    tasks["planner --help"] = partial(python, "-m", "planner", "--help")
    tasks["planner check"] = partial(
        python, "-m", "planner", "check", str(ROOT / "configs" / "singles-day")
    )
    return tasks


def measure(rounds: int, with_compiling: bool) -> dict[str, Any]:
    """Median seconds of every task, and of first and later use of the compiled engine beyond its
    inputs.
    """
    seconds = {
        name: statistics.median(took) for name, took in in_turns(commands(), rounds)[0].items()
    }
    bare = seconds["python, nothing else"]
    return {
        "rounds": rounds,
        "seconds": {name: round(s, 3) for name, s in seconds.items()},
        "help_to_import_click": round(seconds["planner --help"] / seconds["import click"], 2),
        "help_to_import_click_beyond_python": round(
            (seconds["planner --help"] - bare) / (seconds["import click"] - bare), 2
        ),
        **(uses_of_the_compiled_engine(rounds) if with_compiling else {}),
    }


def uses_of_the_compiled_engine(rounds: int) -> dict[str, float]:
    """Seconds until it is ready, beyond those for its inputs: with an empty cache, and the median
    of later ones.
    """
    with tempfile.TemporaryDirectory() as cache:
        first, _ = seconds_of(partial(python, "-c", PLAY, cache=cache))
        tasks = {
            "loaded": partial(python, "-c", LOADED, cache=cache),
            "played": partial(python, "-c", PLAY, cache=cache),
        }
        seconds, _ = in_turns(tasks, rounds)
    loaded, again = (statistics.median(took) for took in seconds.values())
    return {
        "compiled_first_use_s": round(first - loaded, 2),
        "compiled_next_use_s": round(max(again - loaded, 0.0), 2),
    }


def report(found: dict[str, Any]) -> str:
    rows = [(f"`{name}`", figure(1000 * s)) for name, s in found["seconds"].items()]
    words = (
        f"`planner --help` takes {found['help_to_import_click']} times as long as `import click`."
    )
    if "compiled_first_use_s" in found:
        words += (
            f" Getting the compiled engine ready takes {found['compiled_first_use_s']:.1f} s on "
            "its very first use (it "
            f"is compiled, and kept) and {found['compiled_next_use_s']:.1f} s on every other."
        )
    return f"{table(('fresh interpreter', 'ms'), rows)}\n\n{words}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--skip-compiling", action="store_true", help="leave out the compiled engine"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    found = measure(asked.rounds, with_compiling=not asked.skip_compiling)
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
