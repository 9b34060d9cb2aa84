"""What to declare: later deadlines for orders beyond a number, on the same orders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_levers import NONE_CHOSEN
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import OrderHandlingCapacity, PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import Streams
from planner.domain.site import Process
from planner.simulation.inputs.orders import draw_orders
from planner.studies.capacity.declaration import (
    NONE,
    DeclarationCheck,
    Declared,
    declared,
    find_declaration,
)
from planner.studies.capacity.declare_table import declaration_json, declare_table
from planner.studies.capacity.promises import find_promises
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import a_plan, a_problem, a_site, given

ASKS = PlatformRule(
    name="asks",
    counts="label",
    deadline_hours=24,
    order_handling_capacity=OrderHandlingCapacity(1, 3.0),
)


def a_surge(surge: float = 2000.0, rule: PlatformRule = ASKS) -> Problem:
    """Four days of 600 orders, on the second of which `surge` come in the first hour."""
    hourly = np.full(96, 25.0)
    hourly[24] = surge
    site = a_site(Process(name="pack", orders_per_hour=60.0))
    problem = a_problem(days=4, platform=rule, sites=(site,), service=Service(0.95, 0.8))
    return given(problem, hourly.tolist())


def one(problem: Problem, plan: Plan, *numbers: int) -> list[Declared]:
    check = DeclarationCheck(
        problem=problem,
        plan=plan,
        demands=(1.0,),
        numbers=numbers,
        engine="compiled",
        stream_set="x",
    )
    return check(0)[0]


def test_orders_beyond_the_number_of_their_day_are_due_a_working_day_later() -> None:
    """The first of each day keep their deadline, whatever came before midnight."""
    problem = a_surge()
    orders = draw_orders(problem, Streams(7, "x", 0))
    found = declared(problem, orders, 100)
    later = found.deadline_s - orders.deadline_s
    day = orders.ordered_at_s // DAY_S
    for d in range(4):
        assert later[day == d][:100].tolist() == [0] * 100
        assert set(later[day == d][100:].tolist()) == {24 * HOUR_S}


def test_a_number_avoids_late_orders_that_a_day_more_is_enough_for() -> None:
    """Without one, what is left of the surge is late after a day; with one, it has two."""
    problem = a_surge()
    none, number, huge = one(problem, a_plan(problem), NONE, 800, 10**6)
    assert none.late > 300
    assert not none.kept
    assert number.late == 0
    assert number.kept
    assert number.extended == 2000 + 23 * 25 - 800
    assert number.paced  # more than three times as many
    assert (huge.late, huge.extended, huge.paced) == (none.late, 0, False)
    assert number.due == none.due


def test_the_number_to_declare_is_the_largest_that_keeps_the_promise() -> None:
    """And above its interval it is sure that it does not."""
    problem = a_surge()
    plan, context = a_plan(problem), RunContext(budget=Budget(20))
    found = find_declaration(problem, plan, find_promises(problem, plan, context).promises, context)
    assert found is not None
    assert found.needed
    assert found.recommended is not None
    assert found.high is not None
    assert found.recommended < found.high
    table = declare_table(found)
    chosen = table[table["recommended"]].iloc[0]
    none = table[table["declared"].isna()].iloc[0]
    assert chosen["kept"] == 20
    assert none["kept"] == 0
    assert chosen["late_avoided"] == pytest.approx(none["late_orders"] - chosen["late_orders"])
    summary = declaration_json(problem, found)
    assert summary is not None
    assert (summary["orders_per_day"], summary["platform"]) == (found.recommended, "asks")


def test_where_nobody_asks_there_is_nothing_to_declare() -> None:
    """No simulation, no table."""
    problem = a_surge(rule=replace(ASKS, order_handling_capacity=None))
    assert find_declaration(problem, a_plan(problem), [], RunContext()) is None
    assert declaration_json(problem, None) is None
    assert a_plan(problem).levers == NONE_CHOSEN
