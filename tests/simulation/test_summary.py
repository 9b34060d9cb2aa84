"""A replication in brief: counted by hand on three orders."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.costs import committed_costs, every_day_reported
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, StockRow
from planner.domain.products import Product, Region
from planner.domain.records import Records
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Collection, Process
from tests.builders import (
    STREAMS,
    a_contract,
    a_plan,
    a_problem,
    a_site,
    in_brief,
    orders_at,
    simulate,
    with_terms,
)


def three_orders() -> tuple[Problem, Plan, Records]:
    """Orders at 0, 10 and 3,590 s; picked in 20 s, packed in a minute by one person each; collected
    at 1 h and 23 h.

    Picked at 20, 40, 3610; packed at 80, 140, 3670: two leave at 1 h in time, the third at 23 h,
    late (6 h).
    """
    problem = a_problem(
        sites=(
            a_site(
                Process(name="pick", orders_per_hour=180.0),
                Process(name="pack", orders_per_hour=60.0),
                collections=(Collection("courier", HOUR_S), Collection("courier", 23 * HOUR_S)),
            ),
        ),
        regions=(Region("region", "Region", 0.5), Region("far", "Far", 0.5)),
        products=(
            Product(
                name="product",
                label="P",
                share=1.0,
                weight_g=500.0,
                paid_minor=8000,
                margin_minor=900,
            ),
        ),
        platform=PlatformRule(
            name="rule",
            counts="handover",
            deadline_hours=6,
            share_of_paid=0.1,
            floor_minor=500,
            cap_minor=3000,
        ),
        contracts=(a_contract(zones={("", "region"): "zone", ("", "far"): "zone"}),),
    )
    orders = replace(orders_at(problem, 0, 10, 3590), region=np.array([0, 1, 1], np.int16))
    plan = a_plan(problem)
    return problem, plan, simulate(problem, plan, orders, STREAMS)


def test_counts_waits_and_money() -> None:
    """Waits: 0; 10 in the first queue and 40 in the second; 0.

    Cycles: 80, 130, 80. One late order pays 8.00.
    """
    problem, _, records = three_orders()
    s = in_brief(problem, records, np.array([100, 200, 300]))
    assert (s.placed, s.orders, s.late_orders, s.open_orders, s.cancelled) == (3, 3, 1, 0, 0)
    assert s.mean_wait_s == pytest.approx(50 / 3)
    assert s.mean_cycle_s == pytest.approx(290 / 3)
    assert s.compensation_minor == 800
    assert s.on_time_share == pytest.approx(2 / 3)


def test_tables_by_region_and_lane() -> None:
    """The late order is the far region's second; all were ordered in hour 0 and left on day 0 with
    the one contract.
    """
    problem, _, records = three_orders()
    s = in_brief(problem, records, np.array([100, 200, 300]))
    assert s.orders_by_region.tolist() == [1, 2]
    assert s.late_by_region.tolist() == [0, 1]
    assert s.handed_over_by_region.tolist() == [1, 2]
    assert s.parcels[0, 0].tolist() == [[1, 0], [2, 0]]
    assert s.courier_minor[0, 0].tolist() == [[100, 0], [500, 0]]
    assert s.handed_over.tolist() == [[3]]


def test_the_hourly_picture() -> None:
    """In hour 0 three arrive and two are picked and packed, one is with the picker at its end; hour
    1 clears.
    """
    problem, _, records = three_orders()
    hourly = in_brief(problem, records).hourly
    assert hourly.arrivals[0, :, :2].tolist() == [[3, 0], [2, 1]]
    assert hourly.done[0, :, :2].tolist() == [[2, 1], [2, 1]]
    assert hourly.backlog[0, :, :2].tolist() == [[1, 0], [0, 0]]
    assert np.all(hourly.staff == 1)


def test_cancelled_orders_lose_their_margin() -> None:
    """With stock for one order, two are cancelled: they are neither on time nor late, and cost 9.00
    each.
    """
    problem, plan, records = three_orders()
    scarce = replace(plan, stock=(StockRow("site", "product", 1),))
    records = simulate(problem, scarce, records.orders, STREAMS)
    s = in_brief(problem, records)
    assert (s.orders, s.late_orders, s.cancelled, s.lost_minor) == (1, 0, 2, 1800)
    assert s.parcels.sum() == 1


def test_transit_is_summed_by_region() -> None:
    """Scan after two hours, no transit: each parcel of a region adds two hours."""
    problem, plan, _ = three_orders()
    slow = with_terms(problem.contracts[0], scan_delay=ScanDelay(7200, 7200))
    problem = replace(problem, contracts=(slow,))
    orders = replace(orders_at(problem, 0, 10, 3590), region=np.array([0, 1, 1], np.int16))
    records = simulate(problem, plan, orders, STREAMS)
    s = in_brief(problem, records)
    assert s.transit_s_by_region.tolist() == [7200, 14400]


def test_late_at_the_end_are_those_not_packed_where_the_label_counts() -> None:
    """Two orders are packed at 1 and 2 min, past their deadlines, and never collected; the third,
    of 23:59:30, is still being packed, and late by its deadline. Where the hand-over counts, all
    three are still inside.
    """
    site = a_site(collections=(Collection("courier", 0),))
    for rule, inside in (
        (PlatformRule(name="rule", counts="label", deadline_hours=1), 1),
        (PlatformRule(name="rule", counts="handover", deadline_hours=1), 3),
    ):
        problem = a_problem(sites=(site,), platform=rule, contracts=(a_contract(),))
        orders = replace(
            orders_at(problem, 1, 1, 24 * HOUR_S - 30),
            deadline_s=np.array([31, 31, 24 * HOUR_S - 1], np.int32),
        )
        s = in_brief(problem, simulate(problem, a_plan(problem), orders, STREAMS))
        assert (s.late_orders, s.late_at_end, s.open_at_end) == (3, inside, inside)


def test_the_tail_is_followed_and_not_counted() -> None:
    """One day and a tail of one: the last order of the day is packed in the tail and counts, the
    tail's own order does not; hours, days and pay end with the day.
    """
    problem = a_problem(days=2, regions=(Region("region", "Region", 1.0),))
    problem = replace(problem, horizon=replace(problem.horizon, tail_days=1))
    plan = a_plan(problem)
    orders = orders_at(problem, 10, 24 * HOUR_S - 30, 24 * HOUR_S + 5)
    records = simulate(problem, plan, orders, STREAMS)
    assert records.on_time.tolist() == [1, 1, 1]
    promotion = records.placed_before(problem.horizon.reported_end_s)
    assert promotion.packed_at_s.tolist() == [70, 24 * HOUR_S + 30]
    s = in_brief(problem, promotion)
    assert (s.placed, s.orders, s.open_at_end) == (2, 2, 0)
    assert s.hourly.backlog.shape == (1, 1, 24)
    assert s.hourly.backlog[0, 0, -1] == 1  # in work at midnight
    assert s.parcels.shape[0] == 1
    of_day, of_both = (
        committed_costs(problem, plan),
        committed_costs(every_day_reported(problem), plan),
    )
    assert 2 * of_day["wages"] == of_both["wages"] > 0
    assert 2 * of_day["overtime"] == of_both["overtime"] > 0


def test_who_has_not_left_by_the_end_of_the_tail_is_late() -> None:
    """Nobody works: with a tail the order is late, though its deadline lies beyond the tail."""
    problem = a_problem(days=2)
    problem = replace(problem, horizon=replace(problem.horizon, tail_days=1))
    plan = a_plan(problem, staffing=())
    records = simulate(problem, plan, orders_at(problem, 20 * HOUR_S), STREAMS)
    assert records.on_time.tolist() == [0]
