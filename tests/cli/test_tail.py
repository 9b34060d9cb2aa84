"""A plan with days after the promotion: written, verified, and simulated again as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.builders import write_small
from tests.cli.conftest import call_here


@pytest.mark.usefixtures("undrawn")
def test_a_plan_with_a_tail_reads_verifies_and_simulates_again(tmp_path: Path) -> None:
    """Two days of tail: their people stand in a table of their own, nothing is open at the end,
    every table ends with the promotion, and the same plan gives the same figures.
    """
    scenario = write_small(tmp_path / "scenario", {"tail_days: 0": "tail_days: 2"})
    out, again = tmp_path / "out", tmp_path / "again"
    asked = ("--replications", 5, "--jobs", 1, "--quiet")
    assert call_here("plan", scenario, "-o", out, "--method", "average", *asked).code in (0, 4)
    verified = call_here("verify", out)
    assert verified.code == 0, verified.out + verified.err
    tables = {
        name: pd.read_csv(out / "tables" / f"{name}.csv", keep_default_na=False)
        for name in ("staffing", "tail_staffing", "replications", "hourly", "couriers", "costs")
    }
    assert set(tables["tail_staffing"]["date"]) == {"2026-11-13", "2026-11-14"}
    assert tables["staffing"]["date"].max() == "2026-11-12"
    assert tables["couriers"]["date"].max() <= "2026-11-12"
    assert tables["hourly"]["time"].max() == "2026-11-12 23:00"
    replications = tables["replications"]
    assert (replications["open_at_end"] == 0).all()
    assert (replications["open_orders"] == 0).all()
    costs = tables["costs"].set_index("name")["amount"]
    paid = tables["staffing"]["cost"].sum()
    assert round(costs["wages"] + costs["overtime"], 2) == round(paid, 2)
    call_here("simulate", scenario, "--plan", out, "-o", again, *asked)
    for name in ("replications", "staffing", "tail_staffing"):
        files = [folder / "tables" / f"{name}.csv" for folder in (out, again)]
        assert files[0].read_bytes() == files[1].read_bytes(), name
    manifest = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert (manifest["days"], manifest["tail_days"]) == (4, 2)
