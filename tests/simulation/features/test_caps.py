"""Caps and promises on drawn orders: the same orders, fewer of them, due later."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_levers import ChosenLevers, Levers, PromiseOption
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.lever_effects import effective_problem
from planner.domain.problem import Problem
from planner.domain.products import Product
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders
from planner.domain.site import Process
from planner.simulation.inputs.orders import draw_orders, sold
from tests.builders import a_plan, a_problem, a_site, in_brief, simulate

EVENTS = (
    Event(name="live", at_s=2 * HOUR_S, median=300.0, p95=600.0, ramp_s=600, half_life_s=HOUR_S),
    Event(name="rush", at_s=3 * HOUR_S, median=200.0, p95=300.0, ramp_s=0, half_life_s=HOUR_S),
)
PRODUCTS = (
    Product(
        name="cup",
        label="Cup",
        share=0.7,
        weight_g=300.0,
        units_mean=1.5,
        weight_cv=0.2,
        margin_minor=1_000,
    ),
    Product(name="pan", label="Pan", share=0.3, weight_g=900.0, margin_minor=3_000),
)


def promotion(*caps: int | None) -> Problem:
    """Two events that overlap, two products; slow packing of spread-out length."""
    made = a_problem(
        days=2,
        orders_per_hour=5.0,
        products=PRODUCTS,
        sites=(a_site(Process(name="pack", orders_per_hour=60.0, cv=0.5)),),
    )
    events = tuple(replace(e, cap=cap) for e, cap in zip(EVENTS, caps or (None, None), strict=True))
    demand = replace(made.demand, events=events, product_share=np.array([0.7, 0.3]))
    return replace(made, demand=demand)


def drawn(problem: Problem, replication: int = 0) -> Orders:
    return draw_orders(problem, Streams(7, HELD_OUT, replication))


@pytest.mark.parametrize("replication", range(5))
@pytest.mark.parametrize("caps", [(100, None), (None, 50), (100, 50), (1, 1), (10**6, 10**6)])
def test_placed_and_refused_are_all_that_were_drawn(
    caps: tuple[int | None, int | None], replication: int
) -> None:
    """Every order asked for is placed or refused, by product; of each event no more than its cap
    are placed.
    """
    everything, placed = drawn(promotion(), replication), drawn(promotion(*caps), replication)
    assert len(placed) + sum(placed.refused) == len(everything)
    counts = np.bincount(placed.product, minlength=2) + np.array(placed.refused or (0, 0))
    assert np.array_equal(counts, np.bincount(everything.product, minlength=2))
    for c, cap in enumerate(caps, start=1):
        asked = np.count_nonzero(everything.component == c)
        assert np.count_nonzero(placed.component == c) == (
            asked if cap is None else min(asked, cap)
        )


def test_the_orders_below_a_cap_are_the_same_orders() -> None:
    """With common random numbers the first hundred of an event, and all others, are what they are
    without a cap.
    """
    everything, placed = drawn(promotion()), drawn(promotion(100, None))
    live = np.flatnonzero(everything.component == 1)
    assert len(live) > 100
    kept = np.setdiff1d(np.arange(len(everything)), live[100:])
    for name in ("ordered_at_s", "deadline_s", "region", "product", "units", "weight_g", "route_u"):
        assert np.array_equal(getattr(placed, name), getattr(everything, name)[kept]), name
    assert np.array_equal(placed.work_us, everything.work_us[:, kept])


def test_cutting_once_is_cutting_twice() -> None:
    """Orders that were cut stay as they are, and a lower cap afterwards is as good as it alone."""
    once = drawn(promotion(100, 50))
    assert sold(promotion(100, 50), once) is once
    lower = sold(promotion(60, 50), once)
    assert (len(lower), lower.refused) == (
        len(drawn(promotion(60, 50))),
        drawn(promotion(60, 50)).refused,
    )


def test_without_caps_the_orders_are_those_drawn() -> None:
    """No lever: the very same object, refused nobody."""
    orders = drawn(promotion())
    assert sold(promotion(), orders) is orders
    assert orders.refused == ()


def test_a_longer_promise_moves_the_deadline_alone() -> None:
    """The same orders with a deadline a day later."""
    base = replace(promotion(), levers=Levers(promises=(PromiseOption("region", 72.0),)))
    now, then = drawn(base), drawn(effective_problem(base, ChosenLevers((("region", 72.0),))))
    assert np.array_equal(then.deadline_s, now.deadline_s + 24 * HOUR_S)
    assert np.array_equal(then.ordered_at_s, now.ordered_at_s)
    assert np.array_equal(
        sold(effective_problem(base, ChosenLevers((("region", 72.0),))), now).deadline_s,
        then.deadline_s,
    )


def test_refused_orders_cost_their_margin() -> None:
    """The summary counts the refused, adds their margin to the lost orders', and calls none of them
    late or placed.
    """
    problem = promotion(50, None)
    orders = drawn(problem)
    summary = in_brief(
        problem, simulate(problem, a_plan(problem, 20), orders, Streams(7, HELD_OUT, 0))
    )
    cups, pans = orders.refused
    assert (summary.refused, summary.lost_minor) == (cups + pans, 1_000 * cups + 3_000 * pans)
    assert (summary.placed, summary.cancelled) == (len(orders), 0)
    assert summary.placed_by_region.tolist() == [len(orders)]


def test_a_lower_cap_has_no_more_late_orders_on_average() -> None:
    """Six replications with too few people: the lower the cap, the fewer orders are late."""
    late = []
    for cap in (None, 300, 150, 30):
        problem = replace(
            promotion(cap, cap), platform=replace(a_problem().platform, deadline_hours=3.0)
        )
        late.append(0)
        for k in range(6):
            streams = Streams(7, HELD_OUT, k)
            records = simulate(problem, a_plan(problem, 1), draw_orders(problem, streams), streams)
            late[-1] += in_brief(problem, records).late_orders
    assert late == sorted(late, reverse=True)
    assert late[-1] < late[0]
