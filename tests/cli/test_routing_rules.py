"""Routing rules of a run: typed into its plan they do what the table says, and forged ones are
found.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.conftest import call_here
from tests.cli.forging import Remembering, cell, forged, proof_of, table

pytestmark = pytest.mark.usefixtures("undrawn")
LANES = "regions,site,contract\n"


def costs(run: Path) -> pd.DataFrame:
    """The table of costs, by list."""
    return pd.read_csv(run / "tables" / "rules_cost.csv", dtype={"rules": str}).set_index("rules")


def simulated(small: Path, run: Path, out: Path, rules: Path, *more: object) -> Path:
    """The plan of a run under rules, on the replications of its certificate."""
    asked = ("--replications", 30, "--jobs", 1, "--quiet")
    result = call_here("simulate", small, "--plan", run, "--rules", rules, *more, "-o", out, *asked)
    assert result.code == 0, result.err
    return out


def test_the_plan_itself_stands_with_its_lists(small_run: Path) -> None:
    """The row of the whole table is the plan's own certificate and costs nothing more."""
    found = costs(small_run)
    own = pd.read_csv(small_run / "tables" / "baselines.csv").iloc[0]
    assert found.index[-1] == "all"
    assert found.loc["all", ["kept", "replications"]].tolist() == [own["met"], own["replications"]]
    assert bool(found.loc["all", "certified"]) == bool(own["certified"])
    assert (found["study"] == "plan").all()


def test_rules_typed_in_keep_what_is_said(small: Path, small_run: Path, tmp_path: Path) -> None:
    """Each list of the run, given to `simulate`: kept, share on time and cost as in its row; the
    result is verified.
    """
    found = costs(small_run)
    for name in found.index[:-1]:
        rules = small_run / "tables" / "rules.csv"
        out = simulated(small, small_run, tmp_path / name, rules, "--list", name)
        played = pd.read_csv(out / "tables" / "replications.csv")
        own = pd.read_csv(out / "tables" / "baselines.csv").iloc[0]
        assert found.loc[name, "kept"] == own["met"]
        assert found.loc[name, "on_time_share"] == pytest.approx(own["on_time_share_mean"])
        placed = played[["orders", "open_orders", "cancelled"]].sum(axis=1)
        per_order = (played["cost"] / placed).mean()
        assert found.loc[name, "cost_per_order"] == pytest.approx(per_order, abs=2e-4)
        assert call_here("verify", out).code == 0


def test_own_rules_are_tried_in_the_plan(small: Path, small_run: Path, tmp_path: Path) -> None:
    """A list typed by hand, more expensive than the plan's own."""
    path = tmp_path / "mine.csv"
    path.write_text(f"{LANES}all,yiwu,near\n", encoding="utf-8")
    out = simulated(small, small_run, tmp_path / "out", path)
    own = pd.read_csv(small_run / "tables" / "baselines.csv").iloc[0]
    assert pd.read_csv(out / "tables" / "baselines.csv").iloc[0]["cost_mean"] > own["cost_mean"]
    assert set(pd.read_csv(out / "tables" / "routing.csv")["contract"]) == {"near"}


def test_what_cannot_be_simulated_is_said(small: Path, small_run: Path, tmp_path: Path) -> None:
    """Rules without a plan, a list without rules, an unknown list, orders without a rule."""
    path, out = tmp_path / "mine.csv", tmp_path / "out"
    path.write_text(f"rules,{LANES}a,all,yiwu,near\nb,all,yiwu,far\n", encoding="utf-8")
    asked = ("simulate", small, "-o", out, "--replications", 2)
    with_plan = (*asked, "--plan", small_run)
    assert "--rules needs --plan" in call_here(*asked, "--rules", path).err
    assert "--list needs --rules" in call_here(*with_plan, "--list", "a").err
    assert "holds the lists a, b" in call_here(*with_plan, "--rules", path).err
    unknown = call_here(*with_plan, "--rules", path, "--list", "c")
    assert "no list c; there are a, b" in unknown.err
    path.write_text(f"{LANES}sichuan,yiwu,near\n", encoding="utf-8")
    left = call_here(*with_plan, "--rules", path)
    assert left.code == 3
    assert "mine.csv:2" in left.err
    assert "no rule takes the orders of zhejiang" in left.err
    assert not out.exists()


@pytest.mark.slow
def test_forged_rules_are_found(small_run: Path, tmp_path: Path, remembering: Remembering) -> None:
    """Another contract in a rule, another count, a certificate that does not follow, a list that
    is gone.
    """
    last = len(costs(small_run)) - 1
    first = table(small_run, "rules").loc[0, "contract"]
    other = {"near": "far", "far": "near"}[first]
    proof = proof_of(small_run, tmp_path / "lane", remembering, cell("rules", 0, "contract", other))
    assert any("rules_cost.csv" in words for words in proof.findings), proof.findings
    for column, value in (("kept", 3), ("certified", False), ("extra", 7.0)):
        copy = tmp_path / column
        proof = proof_of(small_run, copy, remembering, cell("rules_cost", last, column, value))
        assert any("rules_cost.csv" in words for words in proof.findings), proof.findings
    copy = forged(small_run, tmp_path / "gone")
    shutil.copy(small_run / "tables" / "rules.csv", copy / "tables" / "rules.csv")
    (copy / "tables" / "rules_cost.csv").unlink()
    assert call_here("verify", copy).code != 0
