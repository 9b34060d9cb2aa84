"""How long a report takes: wall and processor seconds with one process and with two, and whether
their files are the same.

    python benchmarks/reporting/pages.py [FOLDER] [--lang zh] [--rounds 3]

FOLDER is a finished run; without it the run of the tests with the most pages is written.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.harness import figure, table
from planner.reporting.report import write_report
from tests.reporting.builders import large_run

ALL = ("pdf", "png", "xlsx", "html")


def processor_seconds() -> float:
    """Of this process and of its children that have ended."""
    return sum(os.times()[:4])


def measured(folder: Path, lang: str, jobs: int) -> tuple[float, float, int, str]:
    """Wall and processor seconds of one report, its pictures, and a hash of its files."""
    began, used = time.perf_counter(), processor_seconds()
    files = write_report(folder, ALL, lang, jobs=jobs)
    seconds = time.perf_counter() - began, processor_seconds() - used
    content = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    return *seconds, sum(path.suffix == ".png" for path in files), content


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--lang", choices=("en", "zh"), default="zh")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "run"
        if given.folder:
            shutil.copytree(given.folder, folder)
        else:
            folder.mkdir()
            large_run(folder)
        rounds = [
            {jobs: measured(folder, given.lang, jobs) for jobs in (1, 2)}
            for _ in range(given.rounds)
        ]
    rows = []
    for jobs in (1, 2):
        wall, used = (statistics.median(r[jobs][k] for r in rounds) for k in (0, 1))
        rows.append([jobs, figure(wall), figure(used), rounds[0][jobs][2]])
    print(table(["processes", "wall s", "processor s", "pages"], rows))
    same = len({r[jobs][3] for r in rounds for jobs in (1, 2)}) == 1
    print(f"files the same: {'yes' if same else 'NO'}")


if __name__ == "__main__":
    main()
