"""The table of platforms against the orders themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.platform import ForceMajeure, PlatformPart
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.site import Process
from planner.reporting.tables.platform_table import platform_tables
from planner.simulation.inputs.orders import draw_orders
from tests.builders import a_plan, a_problem, a_site, in_brief, simulate

PACK = Process(name="pack", orders_per_hour=60.0, cv=1.0)


def test_each_platform_has_its_orders_late_share_and_money() -> None:
    """Half an hour for one, less and a first day of force majeure for the other."""
    problem = a_problem(orders_per_hour=58.0, days=2, sites=(a_site(PACK),))
    rule = replace(
        problem.platform, deadline_hours=0.5, floor_minor=300, threshold_late_share=0.001
    )
    first = problem.horizon.date_of(0)
    other = replace(
        rule,
        name="other",
        deadline_hours=0.45,
        floor_minor=500,
        threshold_late_share=None,
        force_majeure=(ForceMajeure(first, first),),
    )
    problem = replace(
        problem, platform=rule, other_platforms=(PlatformPart(rule=other, share=0.4),)
    )
    streams = Streams(problem.seed, HELD_OUT, 0)
    drawn = draw_orders(problem, streams)
    records = simulate(problem, a_plan(problem), drawn, streams)
    summary = in_brief(problem, records)
    table = platform_tables(problem, [summary])["platforms"].set_index("platform")
    assert list(table.index) == ["tiny", "other"]
    day = drawn.ordered_at_s < 86_400
    for p, (name, amount) in enumerate((("tiny", 3), ("other", 5))):
        own, row = drawn.platform == p, table.loc[name]
        decided, late = own & (records.on_time >= 0), own & (records.on_time == 0)
        assert row["orders"] == decided.sum()
        assert row["late_orders"] == late.sum()
        assert row["on_time_share"] == pytest.approx(1 - late.sum() / decided.sum(), abs=1e-6)
        assert float(row["compensation"]) == amount * late.sum()
        assert row["exempt"] == (np.count_nonzero(own & day) if p else 0)
    assert table["above_threshold"].tolist() == [1, ""]
    assert float(table["compensation"].sum()) * 100 == summary.compensation_minor


def test_one_platform_that_scores_every_order_has_no_table() -> None:
    """A result of one platform has the same files as ever."""
    assert platform_tables(a_problem(), []) == {}
