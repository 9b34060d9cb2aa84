"""A seller of a thousand products by the command line: planned, proved and verified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SIZE = ["--products", "1000", "--sites", "5", "--regions", "12", "--orders", "20000"]


def run(*words: str) -> str:
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.slow
def test_a_thousand_products_are_planned_and_verified(tmp_path: Path) -> None:
    """The plan has a bound and a gap of at most a tenth, places every product, holds up in
    simulation and can be verified.
    """
    run("benchmarks/planning/many_products.py", "write", str(tmp_path / "many"), *SIZE)
    options = ["-o", str(tmp_path / "plan"), "--effort", "10", "--replications", "20", "--json"]
    printed = run("-m", "planner", "plan", str(tmp_path / "many"), *options)
    plan = json.loads(printed)
    assert 0 <= plan["gap"] <= 0.1
    assert plan["bound"] <= plan["objective"]
    assert plan["service"]["simulated"]["mean"] > 0.95
    stock = (tmp_path / "plan" / "tables" / "stock.csv").read_text(encoding="utf-8").splitlines()
    assert len({line.split(",")[1] for line in stock[1:]}) == 1000
    run("-m", "planner", "verify", str(tmp_path / "plan"))


def test_the_same_size_is_the_same_scenario(tmp_path: Path) -> None:
    """The generator writes the same bytes again, and a scenario that is valid."""
    small = ["--products", "70", "--sites", "2", "--regions", "5", "--orders", "900"]
    for name in ("one", "two"):
        run("benchmarks/planning/many_products.py", "write", str(tmp_path / name), *small)
    files = sorted(
        p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file()
    )
    assert all(
        (tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files
    )
    assert len(files) == 9
    assert "valid" in run("-m", "planner", "check", str(tmp_path / "one"))
