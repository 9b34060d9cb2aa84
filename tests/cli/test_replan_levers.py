"""`planner replan` with longer promises and caps: found, proved, and kept by the next replan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.studies.verification.verify import verify
from tests.cli.builders import write_small
from tests.cli.conftest import call_here, without_figures
from tests.cli.forging import Remembering
from tests.cli.test_replan import ASKED, CREW, orders_file

LEVERS = """\
levers:
  promise_hours:
    - {region: zhejiang, hours: [72], cost_per_order: 0.1}
    - {region: sichuan, hours: [72], cost_per_order: 0.1}
  order_caps: [{event: live, orders: [400]}]
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    changes = {**CREW, "contracts: [near": f"{LEVERS}contracts: [near"}
    return write_small(tmp_path_factory.mktemp("levers") / "scenario", changes)


@pytest.fixture(scope="module")
def replanned(scenario: Path) -> tuple[Path, Any]:
    """After an event six times as large as its median."""
    plan, out = scenario.parent / "plan", scenario.parent / "replanned"
    asked = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
    assert call_here("plan", scenario, "-o", plan, *asked).code == 0
    actuals = orders_file(scenario.parent, 1_800)
    given = ("--plan", plan, "--actuals", actuals)
    with without_figures():
        done = call_here("replan", scenario, *given, *ASKED, "-o", out)
    assert done.code == 0, done.err
    return out, done.json()


def test_later_orders_are_promised_more_time_where_it_pays(replanned: tuple[Path, Any]) -> None:
    """Hours before and after stand in the list; the plan has them, and fewer orders are late."""
    out, summary = replanned
    changes = pd.read_csv(out / "tables" / "changes.csv")
    promises = changes[changes["what"] == "promise"]
    assert set(promises["region"]) == {"zhejiang", "sichuan"}
    assert set(promises["before"]) == {48}
    assert set(promises["after"]) == {72}
    assert (promises["cost"] > 0).all()
    assert (changes["saves"] > 50).all()
    effect = summary["effect"]
    assert effect["after"]["late_orders_mean"] < effect["before"]["late_orders_mean"]
    assert effect["difference"]["cost_high"] < 0


def test_the_result_with_levers_is_proved(
    replanned: tuple[Path, Any], remembering: Remembering
) -> None:
    """Changes, effect and certificate are found again."""
    proof = verify(replanned[0], full=True, context=remembering)
    assert proof.verified, proof.findings


@pytest.mark.usefixtures("undrawn")
def test_a_plan_with_promises_is_changed_again_and_keeps_them(
    scenario: Path, replanned: tuple[Path, Any], tmp_path: Path
) -> None:
    """What was promised at ten is still promised four hours later, in Chinese, too."""
    actuals = tmp_path / "orders.csv"
    later = [f"2026-11-{d}T{h}:00,13" for d, h in ((10, 22), (10, 23), (11, "00"), (11, "01"))]
    known = (scenario.parent / "orders.csv").read_text(encoding="utf-8")
    actuals.write_text(known + "\n".join(later) + "\n", encoding="utf-8")
    asked = ("--now", "2026-11-11T02:00", "--replications", 8, "--jobs", 1, "--lang", "zh")
    out = tmp_path / "again"
    done = call_here(
        "replan", scenario, "--plan", replanned[0], "--actuals", actuals, *asked, "-o", out
    )
    assert done.code == 0, done.err
    before, after = (
        pd.read_json(folder / "plan.json", typ="series")["promises"]
        for folder in (replanned[0], out)
    )
    assert before == {"sichuan": 72, "zhejiang": 72}
    assert after == before
