"""Orders of a log take the place of the drawn demand: as they came, as often as they stand for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand_levers import ChosenLevers
from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.lever_effects import effective_problem
from planner.domain.past_orders import NO_DEADLINE, UNKNOWN_WEIGHT, PastOrders
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.simulation.inputs.orders import draw_orders, sold
from tests.builders import a_problem

PROBLEM = a_problem(days=2, orders_per_hour=5.0)
SECONDS = np.array([-600, 30, 3_600, 3_600, 90_000])


def past_orders(**changes: object) -> PastOrders:
    """Five orders, one of them open when the horizon begins; the log ends after a day and a bit."""
    n = len(SECONDS)
    given = PastOrders(
        second=SECONDS,
        region=np.zeros(n, dtype=np.int64),
        product=np.full(n, ANY_PRODUCT),
        weight_g=np.array([0, 250, 1_500, 0, 40]),
        deadline_s=np.array([NO_DEADLINE, 50_000, NO_DEADLINE, 60_000, 200_000]),
        until_s=90_001,
    )
    return replace(given, **changes)


def with_past(problem: Problem, past: PastOrders) -> Problem:
    """The problem with the orders of a log."""
    return replace(problem, demand=replace(problem.demand, past=past))


def test_every_replication_has_the_orders_of_the_log() -> None:
    """Moments, weights and deadlines are those of the log; what it leaves out is drawn."""
    problem = with_past(PROBLEM, past_orders(until_s=PROBLEM.horizon.end_s))
    for replication in range(3):
        orders = draw_orders(problem, Streams(1, HELD_OUT, replication))
        assert orders.ordered_at_s.tolist() == SECONDS.tolist()
        assert sorted(orders.weight_g[orders.weight_g != orders.weight_g[0]].tolist()) == [
            40,
            250,
            1_500,
        ]
        assert {50_000, 60_000, 200_000} <= set(orders.deadline_s.tolist())


def test_after_the_end_of_the_log_orders_are_drawn() -> None:
    """Before its end there is nothing but the log; afterwards the demand goes on."""
    problem = with_past(PROBLEM, past_orders())
    second = draw_orders(problem, Streams(1, HELD_OUT, 0)).ordered_at_s
    assert second[second < 90_001].tolist() == SECONDS.tolist()
    assert (second >= 90_001).any()


def test_an_order_stands_for_several_within_its_hour() -> None:
    """A quarter of all orders: each comes four times, in the hour it came, with the same slack."""
    past = past_orders(scale=4.0)
    problem = with_past(PROBLEM, replace(past, until_s=PROBLEM.horizon.end_s))
    orders = draw_orders(problem, Streams(1, HELD_OUT, 0))
    assert len(orders) == 4 * len(SECONDS)
    hours = np.bincount(orders.ordered_at_s // HOUR_S + 1)
    assert hours[[0, 1, 2, 26]].tolist() == [4, 4, 8, 4]
    known = orders.deadline_s[orders.ordered_at_s >= DAY_S]
    assert (known - orders.ordered_at_s[orders.ordered_at_s >= DAY_S] == 110_000).all()


def test_a_fraction_of_an_order_is_the_chance_of_one_more() -> None:
    """Of scale 2.5 every order comes two or three times, three times in half of the cases."""
    problem = with_past(PROBLEM, past_orders(scale=2.5, until_s=PROBLEM.horizon.end_s))
    numbers = [len(draw_orders(problem, Streams(1, HELD_OUT, k))) for k in range(200)]
    assert 2 * len(SECONDS) <= min(numbers) < max(numbers) <= 3 * len(SECONDS)
    assert abs(np.mean(numbers) - 2.5 * len(SECONDS)) < 4 * np.sqrt(5 / 4 / 200)


def test_a_weight_that_is_not_known_is_drawn() -> None:
    """Zero grams in the log is no weight of an order."""
    problem = with_past(PROBLEM, past_orders(until_s=PROBLEM.horizon.end_s))
    orders = draw_orders(problem, Streams(1, HELD_OUT, 0))
    assert (orders.weight_g > UNKNOWN_WEIGHT).all()


def test_a_longer_promise_moves_the_deadlines_of_the_log() -> None:
    """They are never earlier; where nothing longer is promised, the deadline of the log counts."""
    problem = with_past(PROBLEM, past_orders(until_s=PROBLEM.horizon.end_s))
    hours = problem.platform.deadline_hours + 24
    streams = Streams(1, HELD_OUT, 0)
    usual = draw_orders(problem, streams)
    stated = np.isin(usual.deadline_s, [50_000, 60_000, 200_000])
    longer = effective_problem(problem, ChosenLevers(promised=(("region", hours),)))
    due = sold(longer, usual).deadline_s
    promised = usual.ordered_at_s + round(hours * HOUR_S)
    assert np.array_equal(due, np.maximum(usual.deadline_s, promised))
    same = effective_problem(problem, ChosenLevers(promised=(("region", hours - 24),)))
    assert stated.sum() == 3
    assert np.array_equal(sold(same, usual).deadline_s, usual.deadline_s)
