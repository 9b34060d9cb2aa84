"""Hours to hand-over by priority, against the orders themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import AGE_S, NEVER
from planner.domain.site import Process
from planner.reporting.tables.dispatch_table import dispatch_table
from planner.simulation.inputs.orders import draw_orders
from tests.builders import a_plan, a_problem, a_site, in_brief, simulate

PACK = Process(name="pack", orders_per_hour=60.0, cv=1.0)


def test_hours_and_shares_are_those_of_the_orders() -> None:
    """One busy day with three priorities: quantiles to a quarter of an hour, counts exactly."""
    problem = a_problem(orders_per_hour=58.0, days=2, sites=(a_site(PACK),))
    demand = replace(problem.demand, priority_share=0.3)
    problem = replace(
        problem, demand=demand, platform=replace(problem.platform, deadline_hours=0.5)
    )
    streams = Streams(problem.seed, HELD_OUT, 0)
    drawn = draw_orders(problem, streams)
    records = simulate(problem, a_plan(problem), drawn, streams)
    table = dispatch_table(problem, [in_brief(problem, records)]).set_index("priority")
    assert list(table.index) == ["all", "1", "0"]
    for name, which in {
        "all": np.ones(len(drawn), dtype=bool),
        "1": drawn.priority == 1,
        "0": drawn.priority == 0,
    }.items():
        decided = which & (records.on_time >= 0)
        gone = which & (records.handed_over_at_s != NEVER)
        hours = (records.handed_over_at_s - drawn.ordered_at_s)[gone] / 3600
        row = table.loc[name]
        assert row["orders"] == decided.sum()
        assert row["late_orders"] == (which & (records.on_time == 0)).sum()
        assert row["on_time_share"] == pytest.approx(records.on_time[decided].mean(), abs=1e-6)
        for column, share in {"hours_p50": 0.5, "hours_p90": 0.9, "hours_p99": 0.99}.items():
            assert abs(row[column] - np.quantile(hours, share)) <= AGE_S / 3600
        assert abs(row["hours_mean"] - hours.mean()) <= AGE_S / 3600
    assert table.loc["1", "on_time_share"] > table.loc["0", "on_time_share"]


def test_without_orders_the_hours_stay_empty() -> None:
    """No order comes: one line, of zeros and empty cells; without priorities no other line."""
    problem = a_problem()
    streams = Streams(problem.seed, HELD_OUT, 0)
    records = simulate(problem, a_plan(problem), draw_orders(problem, streams), streams)
    (row,) = dispatch_table(problem, [in_brief(problem, records)]).itertuples(index=False)
    assert tuple(row) == ("all", 0.0, 0.0, "", "", "", "", "")
