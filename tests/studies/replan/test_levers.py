"""Longer promises and caps from now on: what is open, what orders they reach, what they cost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_levers import ChosenLevers, Levers
from planner.domain.horizon import HOUR_S
from planner.domain.lever_effects import effective_problem, promises_minor
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import seen_by_region
from planner.domain.under_way import SeenOrders
from planner.forecasting.posterior import learn
from planner.simulation.failures import levers_minor
from planner.simulation.inputs.orders import draw_orders, sold
from planner.studies.replan.frozen import frozen_moves
from planner.studies.replan.opening import bundles
from planner.studies.replan.openings import openings
from planner.studies.replan.search import Step, merged
from planner.studies.replan.terms import ReplanTerms
from tests.builders import STREAMS, a_plan
from tests.studies.triggers.test_levers import an_evening

NOW_S = 21 * HOUR_S
CAME = 50


def under_way(promised: tuple[tuple[str, float], ...] = ()) -> Problem:
    """The evening at nine, after fifty orders."""
    problem = an_evening()
    seen = SeenOrders(
        until_s=NOW_S,
        begins_s=np.array([20 * HOUR_S]),
        lasts_s=np.array([HOUR_S]),
        region=np.array([0]),
        product=np.array([0]),
        orders=np.array([CAME]),
    )
    demand = learn(problem, seen).demand
    assert demand.under_way is not None
    return replace(
        problem,
        demand=replace(demand, under_way=replace(demand.under_way, promised=promised)),
    )


def levers_open(problem: Problem, plan: Plan, now_s: int = NOW_S) -> set[tuple[str, float]]:
    """Kind and level of what may be promised and capped."""
    terms = ReplanTerms(now_s=now_s, change_minor=0)
    return {(o.what, o.level) for o in openings(problem, plan, terms) if any(o.lever)}


def test_what_the_scenario_states_is_open_and_nothing_else() -> None:
    """Longer promises and lower caps than the plan's; no cap once the sale is over."""
    problem, plan = under_way(), a_plan(under_way())
    assert levers_open(problem, plan) == {("promise", 48), ("cap", 40), ("cap", 90)}
    assert levers_open(problem, plan, 40 * HOUR_S) == {("promise", 48)}
    used = replace(plan, promises=(("region", 48.0),), caps=(("live", 90),))
    assert levers_open(problem, used) == {("cap", 40)}
    assert levers_open(replace(problem, levers=Levers()), plan) == set()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"promises": (("region", 12.0),)}, "region: a promise"),
        ({"promises": (("region", 48.0),)}, {}, "region: a promise"),
        ({"caps": (("live", 40),)}, {"caps": (("live", 90),)}, "live: a cap"),
        ({}, {"promises": (("region", 48.0),), "caps": (("live", 40),)}, ""),
    ],
)
def test_no_promise_is_taken_back_and_no_cap_lifted(
    before: dict[str, object], after: dict[str, object], words: str
) -> None:
    problem = under_way()
    plan, terms = a_plan(problem), ReplanTerms(now_s=NOW_S, change_minor=0)
    old, new = (replace(plan, **levers) for levers in (before, after))
    found = frozen_moves(problem, terms, old, new)
    assert [words in line for line in found] == ([True] if words else [])


@pytest.mark.parametrize("hours", [None, 36.0])
def test_orders_that_came_keep_what_they_were_promised(hours: float | None) -> None:
    """Those before now are due as promised then, the others as promised now; so is their price."""
    then = () if hours is None else (("region", hours),)
    problem = under_way(then)
    options = (*problem.levers.promises, replace(problem.levers.promises[0], hours=36.0))
    problem = replace(problem, levers=replace(problem.levers, promises=options))
    longer = effective_problem(problem, ChosenLevers((("region", 48.0),)))
    drawn = draw_orders(problem, STREAMS)
    orders = sold(longer, drawn)
    seen = orders.ordered_at_s < NOW_S
    assert seen.sum() == CAME < len(orders)
    due = (orders.deadline_s - orders.ordered_at_s) / HOUR_S
    assert set(due[seen]) == {hours or 24.0}
    assert set(due[~seen]) == {48.0}
    counted = seen_by_region(longer, orders)
    count = np.bincount(orders.region, minlength=1)
    cost = promises_minor(longer, (("region", 48.0),), count, counted)
    assert cost == 5 * (len(orders) - CAME) + 5 * CAME * (hours is not None)
    assert levers_minor(longer, orders) == cost


def test_no_order_that_came_is_refused() -> None:
    """A cap below what has come stops the sale now; the margin of later orders is lost."""
    problem = under_way()
    capped = effective_problem(problem, ChosenLevers(capped=(("live", 40),)))
    drawn = draw_orders(problem, STREAMS)
    orders = sold(capped, drawn)
    assert len(orders) == CAME < len(drawn)
    assert sum(orders.refused) == len(drawn) - CAME
    margin = problem.products[0].margin_minor
    assert levers_minor(capped, orders) == margin * (len(drawn) - CAME)


def test_the_promise_of_a_region_is_one_change() -> None:
    """A later, longer promise takes the place of the first in the list of changes."""
    problem = under_way()
    terms = ReplanTerms(now_s=NOW_S, change_minor=0)
    (first,) = (o for o in openings(problem, a_plan(problem), terms) if o.what == "promise")
    steps = [
        Step(opening=o, amount=1, saves_minor=10.0, cost_minor=1, late_saved=1.0)
        for o in (first, replace(first, level=72.0))
    ]
    (step,) = merged(steps)
    assert (step.opening.level, step.amount, step.saves_minor) == (72.0, 1, 20.0)


def test_all_regions_of_an_hour_are_tried_together() -> None:
    problem = under_way()
    plan, terms = a_plan(problem), ReplanTerms(now_s=NOW_S, change_minor=0)
    (promise,) = (o for o in openings(problem, plan, terms) if o.what == "promise")
    several = [promise, replace(promise, region="other", stated=24.0)]
    together = bundles(problem, several)[-1]
    assert together.room(problem, plan) == 1
    changed = together.changed(plan, 1)
    assert changed is not None
    assert changed.promises == (("other", 48.0), ("region", 48.0))
