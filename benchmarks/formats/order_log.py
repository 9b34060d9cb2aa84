"""Importing a long order log: `python benchmarks/formats/order_log.py` writes one of 10 million
rows and imports it.

A row per item with order id, moment to the second, region and weight; one row in ten belongs to the
order of the row before. What is printed: rows, seconds of `planner import`, rows per second, and
the peak memory of its process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ROWS_AT_ONCE = 200_000
REGIONS = 34
DAYS = 730


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument(
        "--planner", type=Path, default=ROOT, help="folder of the planner that imports"
    )
    parser.add_argument("--write", type=Path, help="only write the log to this file")
    asked = parser.parse_args()
    if asked.write:
        write_log(asked.write, asked.rows)
        return
    found = measure(asked.rows, asked.planner)
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['rows']:,} rows ({found['megabytes']:,} MB), {found['orders']:,} orders")
    print(
        f"{found['seconds']:.1f} s, {found['rows_per_second']:,} rows/s, peak memory "
        f"{found['peak_mb']:,} MB"
    )


def measure(rows: int, planner: Path) -> dict[str, Any]:
    """Write and import a log, each in a process of its own, so that the memory is the import's
    alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        log, result = Path(folder) / "log.csv", Path(folder) / "result"
        subprocess.run(
            [sys.executable, __file__, "--rows", str(rows), "--write", str(log)], check=True
        )
        begin = time.perf_counter()
        importing = subprocess.Popen(
            [sys.executable, "-m", "planner", "import", str(log), "-o", str(result), "--json"],
            stdout=subprocess.PIPE,
            cwd=planner,
        )
        said = importing.stdout.read() if importing.stdout else b""
        _, status, used = os.wait4(importing.pid, 0)
        seconds = time.perf_counter() - begin
        importing.returncode = os.waitstatus_to_exitcode(status)
        assert importing.returncode == 0, "the import failed"
        summary = json.loads(said)
        assert summary["rows"] == rows
        return {
            "rows": rows,
            "orders": summary["orders"],
            "megabytes": round(log.stat().st_size / 1e6),
            "seconds": round(seconds, 2),
            "rows_per_second": round(rows / seconds),
            "peak_mb": round(used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6),
        }


def write_log(path: Path, rows: int) -> None:
    """A log in the order of time, written a part at a time."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(1)
    first = True
    for begin in range(0, rows, ROWS_AT_ONCE):
        row = np.arange(begin, min(begin + ROWS_AT_ONCE, rows))
        order = row - (row % 10 == 9)
        seconds = order * (DAYS * 86_400 / rows)
        frame = pd.DataFrame(
            {
                "order_id": [f"SO{number:014d}" for number in (order * 7_919_777 + 31) % 10**14],
                "ordered_at": np.datetime64("2024-11-01T00:00:00")
                + seconds.astype("timedelta64[s]"),
                "region": [
                    f"region-{r:02d}" for r in rng.integers(0, REGIONS, len(row))[order - begin]
                ],
                "weight_g": np.rint(rng.lognormal(6.2, 0.8, len(row))).astype(int) + 1,
            }
        )
        frame.to_csv(path, mode="w" if first else "a", header=first, index=False)
        first = False


if __name__ == "__main__":
    main()
