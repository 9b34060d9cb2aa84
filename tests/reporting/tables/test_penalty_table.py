"""Penalties by the day on which orders fall due: nothing is lost at the edges of the horizon."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.platform import PlatformPart, PlatformRule
from planner.domain.problem import Problem
from planner.reporting.tables.penalty_table import Ledger, penalties_table
from planner.reporting.tables.simulation_tables import costs_table, replication_tables
from tests.builders import STREAMS, a_plan, in_brief, orders_at, simulate
from tests.reporting.tables.test_simulation_tables import replication, shop

RULE = PlatformRule(
    name="rule",
    counts="handover",
    deadline_hours=6,
    threshold_late_share=0.10,
    threshold_window_days=2,
)


def of_days(days: int, tail_days: int) -> Problem:
    """The shop over some days, with a threshold over two days."""
    problem = shop()
    horizon = replace(problem.horizon, days=days + tail_days, tail_days=tail_days)
    platform = replace(problem.platform, threshold_window_days=2)
    return replace(problem, horizon=horizon, platform=platform)


@pytest.mark.parametrize("tail_days", [0, 2])
def test_the_days_add_up_to_the_compensation(tail_days: int) -> None:
    """Orders of the last evening are due after the last day, and stand under their date."""
    problem = of_days(2, tail_days)
    plan = a_plan(problem)
    evening = 2 * DAY_S - HOUR_S
    summaries = [
        replication(problem, plan, 0, 2 * HOUR_S, 20 * HOUR_S, evening),
        replication(problem, plan, 0, 10, evening, evening + 60),
    ]
    tables = replication_tables(problem, plan, summaries)
    costs = costs_table(problem, plan, summaries).set_index("name")["amount"]
    table = tables["penalties"]
    assert table["compensation_mean"].sum() == pytest.approx(float(costs["compensation"]))
    assert float(costs["compensation"]) > 0
    late = sum(s.late_orders for s in summaries) / 2
    assert table["late_orders_mean"].sum() == pytest.approx(late)
    first = problem.horizon.start.date()
    after = table[table["date"] > problem.horizon.date_of(1).isoformat()]
    assert table["date"].iloc[0] == first.isoformat()
    assert after["orders_due_mean"].sum() == (1.5 if tail_days else 0)


def test_an_order_counts_on_the_day_of_its_deadline_not_of_its_placing() -> None:
    """Placed at 20:00 with six hours, it is due the next day."""
    problem = of_days(2, 2)
    summary = replication(problem, a_plan(problem), 20 * HOUR_S)
    (days,) = summary.penalty_days
    assert days[:, 0].tolist() == [0, 1]
    assert days[1, 1:].tolist() == [summary.late_orders, summary.compensation_minor]


def test_each_platform_has_its_own_days() -> None:
    """Together they are the compensation; each rule has its own deadline and window."""
    problem = of_days(2, 2)
    other = replace(problem.platform, name="other", deadline_hours=30, share_of_paid=0.02)
    problem = replace(problem, other_platforms=(PlatformPart(rule=other, share=0.5),))
    orders = orders_at(problem, 0, 2 * HOUR_S, 3 * HOUR_S, 47 * HOUR_S)
    orders = replace(orders, platform=np.array([0, 0, 1, 1], np.int16)).due_under(problem)
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    summary = in_brief(problem, records, np.zeros(4, dtype=np.int64))
    due = summary.penalty_days[..., 0]
    assert due.tolist() == [[2, 0, 0, 0], [0, 1, 0, 1]]
    assert summary.penalty_days[..., 2].sum() == summary.compensation_minor
    table = replication_tables(problem, a_plan(problem), [summary])["penalties"]
    assert table.groupby("platform")["orders_due_mean"].sum().to_dict() == {"other": 2, "rule": 2}


def test_crossing_is_counted_over_the_window_and_by_then() -> None:
    """Two of four replications are above on day two, and one of them on day one already."""
    days = np.zeros((4, 3, 3), dtype=np.int64)
    days[:, :, 0] = 10
    days[0, 0, 1] = 2  # 20 % on day one, 10 % over two days: not above
    days[1, 1, 1] = 3  # 15 % over days one and two, and over two and three
    table = penalties_table([Ledger(rule=RULE, first=date(2026, 11, 10), days=days)], "CNY")
    assert table["crossing_probability"].tolist() == [0.25, 0.25, 0.25]
    assert table["crossed_probability"].tolist() == [0.25, 0.5, 0.5]
    assert table["window_days"].tolist() == [1, 2, 2]
    assert table["crossed_low"].iloc[-1] == pytest.approx(0.0676, abs=1e-3)
    assert table["crossed_high"].iloc[-1] == pytest.approx(0.9324, abs=1e-3)


def test_without_a_threshold_nothing_is_crossed() -> None:
    """The cells are empty, not zero."""
    rule = replace(RULE, threshold_late_share=None)
    days = np.ones((2, 1, 3), dtype=np.int64)
    (row,) = penalties_table(
        [Ledger(rule=rule, first=date(2026, 11, 10), days=days)], "CNY"
    ).to_dict("records")
    assert row["crossing_probability"] == row["crossed_high"] == ""


def test_of_what_happened_there_is_no_interval() -> None:
    """A day of a real log was above or not."""
    days = np.array([[[10, 5, 500]]])
    ledger = Ledger(rule=RULE, first=date(2026, 11, 10), days=days, simulated=False)
    (row,) = penalties_table([ledger], "CNY").to_dict("records")
    assert (row["crossing_probability"], row["crossing_low"], row["crossing_high"]) == (1.0, "", "")
    assert row["compensation_mean"] == row["compensation_p95"] == 5.0
