"""What is stated of the promotion until now moves the rest the way it has to."""

from __future__ import annotations

import numpy as np
import pytest

from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.replan.situation import Situation, situation
from planner.studies.replan.terms import ReplanTerms
from planner.studies.replan_plan import read_underway
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from tests.cli.builders import write_small
from tests.cli.conftest import call_here
from tests.cli.test_replan import CREW, orders_file

NOW_S = 46 * 3600
STOCK = """\
stock:
  - {site: yiwu, product: light, units: 3000}
  - {site: yiwu, product: heavy, units: 1500}
"""
DAY = 'date: "2026-11-10", site: yiwu'
STATED = {
    "nothing": "",
    "more wait": "backlog: [{site: yiwu, process: pick, orders: 590}]",
    "fewer came": f"people: [{{{DAY}, process: pick, crew: own, shift: day, came: 0}}]",
    "no pick-up": "pickups:\n"
    + "\n".join(
        f'  - {{{DAY}, contract: {c}, at: "{at}", came: false}}'
        for c, at in (("near", "12:00"), ("near", "18:00"), ("far", "18:00"))
    ),
    "less stock": "stock: [{site: yiwu, product: light, units: 60}]",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Situation, float, float]]:
    """By what is stated: the situation, late orders and cancelled ones, means of six."""
    base = tmp_path_factory.mktemp("actuals")
    folder = write_small(base / "sc", {**CREW, "contracts: [near": f"{STOCK}contracts: [near"})
    asked = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
    assert call_here("plan", folder, "-o", base / "plan", *asked).code == 0
    orders_file(base, 1_000)
    scenario, terms = load(folder), ReplanTerms(now_s=NOW_S, change_minor=5_000)
    found = {}
    for name, words in STATED.items():
        actuals = base / f"{name}.yaml"
        actuals.write_text(f"orders: orders.csv\n{words}\n", encoding="utf-8")
        given = read_underway(scenario, base / "plan", actuals, terms)
        context = RunContext(budget=Budget(6))
        now = situation(given.problem, given.plan, given.actuals, terms, context)
        (summaries,) = evaluate_plans(now.problem, [now.plan], context)
        late = float(np.mean([s.failed for s in summaries]))
        found[name] = now, late, float(np.mean([s.cancelled for s in summaries]))
    return found


def test_more_orders_that_wait_are_more_late_ones(
    told: dict[str, tuple[Situation, float, float]],
) -> None:
    """People work more slowly than stated, and the rest suffers from it."""
    now, late, _ = told["more wait"]
    assert now.waiting[0].rate < 1
    assert late > told["nothing"][1]


def test_where_fewer_people_came_more_orders_wait(
    told: dict[str, tuple[Situation, float, float]],
) -> None:
    now, late, _ = told["fewer came"]
    assert now.waiting[0].simulated > told["nothing"][0].waiting[0].simulated + 100
    assert late > told["nothing"][1]


def test_parcels_of_a_pick_up_that_did_not_come_are_still_there(
    told: dict[str, tuple[Situation, float, float]],
) -> None:
    """Picking and packing are as they were; more orders are late, for they leave a day later."""
    now, late, cancelled = told["no pick-up"]
    before = told["nothing"]
    assert [w.simulated for w in now.waiting] == [w.simulated for w in before[0].waiting]
    assert late > before[1]
    assert cancelled == before[2]


def test_where_less_stock_is_left_orders_are_lost(
    told: dict[str, tuple[Situation, float, float]],
) -> None:
    """Sixty units are left for some hundreds of orders to come."""
    assert told["less stock"][2] > told["nothing"][2] + 100
