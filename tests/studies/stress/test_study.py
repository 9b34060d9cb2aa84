"""The table of stresses: the worst place of each, and repairs that a simulation proves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, StockRow
from planner.domain.site import Collection
from planner.domain.stress import Stress
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.runs.budget import Budget as Work
from planner.studies.runs.run_context import RunContext
from planner.studies.stress.study import Budget, stress_table
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, given

LOOK = CertificationLook(1, 3)
DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S)


def a_workday(orders: float, **changes: object) -> Problem:
    """Two days; all orders come at eight; half are due within four hours; a person does 60 an
    hour.
    """
    hourly = np.zeros(48)
    hourly[8] = orders
    problem = a_problem(
        days=2,
        service=Service(0.9, 0.3),
        platform=PlatformRule(name="fast", counts="label", deadline_hours=4.0),
        shifts=(DAY,),
        crews=(a_crew(limit=4),),
        **changes,
    )
    return given(problem, hourly.tolist())


def staffed(problem: Problem, **changes: object) -> Plan:
    plan = a_plan(problem, people=1)
    rows = tuple(replace(row, shift="day") for row in plan.staffing)
    return replace(plan, staffing=rows, **changes)


def table_of(problem: Problem, plan: Plan, *stresses: Stress, repairs: bool = True) -> pd.DataFrame:
    context = RunContext(budget=Work(LOOK.replications))
    (summaries,) = evaluate_plans(problem, [plan], context)
    budget = Budget(replications=3, place_replications=2, repairs=repairs)
    return stress_table(problem, plan, summaries, stresses, context, look=LOOK, budget=budget)


def a_stress(kind: str, strength: float, **changes: object) -> Stress:
    return Stress(name=kind, kind=kind, strength=strength, **changes)


def test_one_more_person_repairs_twice_as_many_orders() -> None:
    """A person does 300 orders by the last deadline, two do 600."""
    problem = a_workday(200)
    (row,) = table_of(problem, staffed(problem), a_stress("demand", 1.0)).to_dict("records")
    assert (row["kept"], row["replications"], row["kept_before"]) == (0, 3, 3)
    assert row["cheapest_repair"] == "+1 crew at Site, pack, shift day, from 9 Nov"
    assert (row["repair_cost"], row["kept_after"]) == (8 * 20.0, 3)


def test_missing_goods_are_repaired_by_stock() -> None:
    """Demand of a third more finds no goods for a quarter of its orders."""
    problem = a_workday(150)
    problem = replace(problem, products=(replace(problem.products[0], margin_minor=100),))
    plan = staffed(problem, stock=(StockRow("site", "product", 160),))
    (row,) = table_of(problem, plan, a_stress("demand", 1 / 3)).to_dict("records")
    assert row["kept"] == 0
    assert row["cheapest_repair"].startswith("+20 units of")
    assert row["kept_after"] == 3


def test_what_no_person_mends_has_no_repair() -> None:
    """Nobody can do in no time what a closed site leaves undone."""
    problem = a_workday(200)
    closed = a_stress("site_closed", 24.0, from_s=8 * HOUR_S)
    (row,) = table_of(problem, staffed(problem), closed).to_dict("records")
    assert (row["kept"], row["cheapest_repair"]) == (0, "")
    assert pd.isna(row["kept_after"])


def test_the_worst_of_several_places_is_reported() -> None:
    """Of three collections only the last one within the deadline is missed."""
    problem = a_workday(
        200,
        sites=(
            a_site(collections=tuple(Collection("courier", h * HOUR_S, None) for h in (9, 13, 20))),
        ),
        contracts=(a_contract("courier"),),
    )
    handed = replace(problem.platform, counts="handover", deadline_hours=6.0)
    problem = replace(problem, platform=handed)
    plan = staffed(problem, signed=("courier",))
    missed = a_stress("missed_pickup", 1.0, from_s=0, to_s=24 * HOUR_S)
    (row,) = table_of(problem, plan, missed, repairs=False).to_dict("records")
    assert row["worst"] == "site / courier / 2026-11-09 13:00"
    assert (row["kept"], row["kept_before"]) == (0, 3)


def test_a_contract_that_is_not_used_misses_nothing() -> None:
    sites = (
        a_site(
            collections=(
                Collection("courier", 20 * HOUR_S, None),
                Collection("idle", 20 * HOUR_S, None),
            )
        ),
    )
    problem = a_workday(50, sites=sites, contracts=(a_contract("courier"), a_contract("idle")))
    idle = a_stress("missed_pickup", 1.0, contract="idle", from_s=0, to_s=48 * HOUR_S)
    assert table_of(problem, staffed(problem), idle).empty
