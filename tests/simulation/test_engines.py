"""The benchmark tells the truth: both engines agree on every second, and its JSON has the promised keys."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_plain_simpy_agrees_with_the_warehouse_on_every_second() -> None:
    """On 3,000 orders in two days every order leaves every station, and the site, in the same second in both."""
    command = [sys.executable, str(ROOT / "benchmarks" / "engines.py"), "--json"]
    options = ["--orders", "3000", "--days", "2", "--rounds", "1"]
    run = subprocess.run([*command, *options], capture_output=True, text=True, check=True)
    result = json.loads(run.stdout)
    assert result["equal"] is True
    assert result["orders"] > 2500
    assert result["handed_over"] > 0
    assert set(result["ratio_to_plain_simpy"]) == {"simpy"}
