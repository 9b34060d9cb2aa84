"""Orders that are open when the horizon begins: in both engines, by hand and on many sites."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.domain.backlog import Backlog, last_worked_s
from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.products import Region
from planner.domain.records import NEVER
from planner.domain.site import Process
from planner.simulation.inputs.orders import draw_orders
from tests.builders import (
    STREAMS,
    a_plan,
    a_problem,
    a_site,
    in_brief,
    orders_at,
    played,
    simulate,
    staff,
)
from tests.planning.builders import random_problem


def with_backlog(problem: Problem, hours: float, **changes: int) -> Problem:
    """The problem with what came in the hours before the horizon."""
    return replace(problem, backlog=Backlog(begins_s=-round(hours * HOUR_S), **changes))


def test_orders_of_before_the_horizon_wait_as_by_hand() -> None:
    """One server, a minute an order: n orders of before are done after 1, 2, ..., n minutes, and
    one that comes at second 30 after all of them.
    """
    problem = a_problem()
    orders = orders_at(problem, -7200, -3600, -60, 30)
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    assert records.packed_at_s.tolist() == [60, 120, 180, 240]
    summary = in_brief(problem, records)
    assert summary.placed == summary.orders == 4
    assert summary.hourly.arrivals[0, 0].tolist() == [4] + [0] * 23
    assert summary.mean_cycle_s == pytest.approx((7260 + 3720 + 240 + 210) / 4)


def test_who_was_late_before_the_horizon_is_not_judged() -> None:
    """Due in 48 hours: an order of 50 hours ago is worked on, and neither on time nor late."""
    problem = a_problem()
    orders = orders_at(problem, -50 * HOUR_S, -47 * HOUR_S)
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    assert records.on_time.tolist() == [-1, 1]
    assert (records.packed_at_s != NEVER).all()
    summary = in_brief(problem, records)
    assert (summary.placed, summary.orders, summary.late_orders) == (2, 1, 0)


def test_a_stated_number_is_that_number_and_changes_no_other_order() -> None:
    """Fifty orders over eight hours; the orders of the horizon stay the same."""
    problem = a_problem(orders_per_hour=20.0)
    before, after = (
        draw_orders(p, STREAMS) for p in (problem, with_backlog(problem, 8, orders=50))
    )
    assert (after.ordered_at_s < 0).sum() == 50
    assert after.ordered_at_s.min() >= -8 * HOUR_S
    assert np.array_equal(after.ordered_at_s[50:], before.ordered_at_s)
    assert np.array_equal(after.work_us[:, 50:], before.work_us)


def test_without_a_number_it_is_what_the_first_day_brings_at_those_hours() -> None:
    """Twenty orders an hour for five hours: a hundred on average."""
    problem = with_backlog(a_problem(orders_per_hour=20.0), 5)
    drawn = [
        int((draw_orders(problem, replace(STREAMS, replication=k)).ordered_at_s < 0).sum())
        for k in range(100)
    ]
    assert np.mean(drawn) == pytest.approx(100, abs=4)
    nothing = with_backlog(a_problem(orders_per_hour=20.0), 0)
    assert (draw_orders(nothing, STREAMS).ordered_at_s >= 0).all()


def test_stated_orders_keep_their_time_region_and_product() -> None:
    """Two orders of a table; what it does not say of the product is drawn."""
    stated = np.array([[-9000, 1, ANY_PRODUCT], [-100, 0, 0]], dtype=np.int64)
    problem = a_problem(
        regions=(Region("region", "Region", 0.5), Region("far", "Far", 0.5)),
        backlog=Backlog(begins_s=-9000, stated=stated),
    )
    problem = replace(problem, demand=replace(problem.demand, region_share=np.array([0.5, 0.5])))
    orders = draw_orders(problem, STREAMS)
    assert orders.ordered_at_s.tolist() == [-9000, -100]
    assert orders.region.tolist() == [1, 0]
    assert orders.product.tolist() == [0, 0]


def test_working_days_are_counted_from_the_day_of_the_order() -> None:
    """Monday 9 November: an order of Friday the 6th is due at the end of Monday, of Thursday the
    5th at the end of Friday.
    """
    weekend = frozenset({date(2026, 11, 7), date(2026, 11, 8)})
    rule = PlatformRule(name="r", counts="label", deadline_working_days=1, non_working=weekend)
    problem = a_problem(platform=rule)
    orders = orders_at(problem, -4 * DAY_S + 5, -3 * DAY_S + 5, 10)
    assert orders.deadline_s.tolist() == [-2 * DAY_S - 1, DAY_S - 1, 2 * DAY_S - 1]


def test_the_site_last_worked_when_its_last_shift_ended() -> None:
    """08:00-17:00 stopped seven hours before midnight; a shift past midnight works until then;
    of two sites the one that stopped first counts.
    """
    day, night = Shift("day", 8 * HOUR_S, 17 * HOUR_S), Shift("night", 17 * HOUR_S, 26 * HOUR_S)
    site = a_site()
    assert last_worked_s([day], [site]) == -7 * HOUR_S
    assert last_worked_s([day, night], [site]) == 0
    by_day = replace(site, name="other", works=("day",))
    assert last_worked_s([day, night], [site, by_day]) == -7 * HOUR_S
    closed = replace(site, opening=(9 * HOUR_S, 20 * HOUR_S))
    assert last_worked_s([day, night], [closed]) == -4 * HOUR_S


@pytest.mark.parametrize("number", range(3))
def test_both_engines_agree_with_backlog_and_tail(number: int) -> None:
    """Tick for tick on generated sites; every order of before is somewhere: nothing is lost."""
    problem, _ = random_problem(number)
    horizon = replace(problem.horizon, tail_days=1)
    rule = replace(problem.platform, deadline_hours=30.0)
    problem = with_backlog(replace(problem, horizon=horizon, platform=rule), 9)
    shift = problem.shifts[0].name
    rows = [row for site in problem.sites for row in staff(problem, 3, shift, site.name)]
    own_crew = tuple(replace(row, crew="own") for row in rows)
    records = played(problem, a_plan(problem, staffing=own_crew))
    own = records.placed_before(problem.horizon.reported_end_s)
    s = in_brief(problem, own, np.zeros(len(own.orders), dtype=np.int64))
    assert (own.orders.ordered_at_s < 0).any()
    assert s.placed == s.orders + s.cancelled
    assert s.parcels.sum() == s.placed - s.cancelled


def test_by_deadline_the_oldest_go_first() -> None:
    """A station that serves by deadline takes the orders of before in order of theirs."""
    process = Process(name="pack", orders_per_hour=60.0, discipline="deadline")
    problem = a_problem(sites=(a_site(process),))
    records = simulate(problem, a_plan(problem), orders_at(problem, -500, -10, 0), STREAMS)
    assert records.packed_at_s.tolist() == [60, 120, 180]


def test_an_order_that_was_late_before_and_left_is_not_open_at_the_end() -> None:
    """Two orders are late already and one comes in time. All are packed: none is open. With nobody
    there all three are, and late.
    """
    rule = PlatformRule(name="r", counts="label", deadline_hours=24.0)
    problem = a_problem(platform=rule)
    orders = orders_at(problem, -26 * HOUR_S, -25 * HOUR_S, 23 * HOUR_S)
    nothing = np.zeros(3, dtype=np.int64)
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    done = in_brief(problem, records, nothing)
    assert (done.orders, done.open_orders, done.late_before) == (1, 2, 2)
    assert (done.open_at_end, done.late_at_end) == (0, 0)
    nobody = simulate(problem, a_plan(problem, staffing=()), orders, STREAMS)
    left = in_brief(problem, nobody, nothing)
    assert (left.open_at_end, left.late_at_end) == (3, 3)
