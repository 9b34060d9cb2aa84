"""The benchmark of prices compares two ways that agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "rating" / "pricing.py"


def test_the_benchmark_compares_equal_prices() -> None:
    """Every clause of every parcel is the same both ways, and the figures are there."""
    command = [sys.executable, str(BENCHMARK), "--parcels", "3000", "--json"]
    found = json.loads(
        subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    )
    assert found["equal"] is True
    assert (
        min(
            found["quotes_per_s"],
            found["loop_quotes_per_s"],
            found["totals_per_s"],
            found["ratio_to_loop"],
        )
        > 0
    )
