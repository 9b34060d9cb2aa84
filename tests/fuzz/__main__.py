"""`python -m tests.fuzz FIRST COUNT [DEEP]`: run mutated inputs from a seed on, and print how they
ended.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

from tests.fuzz.test_inputs import run_case


def run(first: int, count: int, deep: float) -> int:
    """Print every fault as it is found, then the counts; returns the number of faults."""
    ends: Counter[str] = Counter()
    faults = 0
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            ended, fault = run_case(seed, Path(folder) / "case", deep)
        ends[ended] += 1
        if fault:
            faults += 1
            print(fault, flush=True)
    print(
        f"{count} cases from seed {first}, {faults} faults: "
        + ", ".join(f"{k}: {n}" for k, n in ends.most_common())
    )
    return faults


if __name__ == "__main__":
    warnings.simplefilter("error")
    first, count = int(sys.argv[1]), int(sys.argv[2])
    sys.exit(1 if run(first, count, float(sys.argv[3]) if len(sys.argv) > 3 else 0.0) else 0)
