"""Targets of one's own: so many hours after the order instead of the platform's deadline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.platform import Clock
from planner.domain.problem import Service, Target
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER
from planner.simulation.inputs.orders import draw_orders
from tests.builders import in_brief, simulate
from tests.simulation.builders import generated

TARGETS = (Target(1.5, 0.5), Target(12.0, 0.9))


@pytest.mark.parametrize("counts", ["label", "handover", "first_scan", "delivered"])
def test_an_order_meets_a_target_if_the_clock_that_counts_comes_so_soon(counts: Clock) -> None:
    """Generated problems with a tail, so that no order is open: the verdicts are those of the
    milestones, failed orders are the others and the cancelled ones, and nothing else changes.
    """
    for seed in range(8):
        problem, plan = generated(seed)
        problem = replace(
            problem,
            horizon=replace(problem.horizon, tail_days=1),
            platform=replace(problem.platform, counts=counts),
            contracts=tuple(replace(c, hub=None) for c in problem.contracts),
        )
        asked = replace(problem, service=replace(problem.service, also=TARGETS))
        streams = Streams(seed, HELD_OUT, 0)
        orders = draw_orders(problem, streams)
        plain, records = (simulate(p, plan, orders, streams) for p in (problem, asked))
        assert plain.also.shape == (0, len(orders))
        assert np.array_equal(plain.on_time, records.on_time)
        clock = {
            "label": records.packed_at_s,
            "handover": records.handed_over_at_s,
            "first_scan": records.scanned_at_s,
            "delivered": records.delivered_at_s,
        }[counts]
        end_s = problem.horizon.reported_end_s
        summary = in_brief(asked, records.placed_before(end_s))
        for k, target in enumerate(TARGETS):
            due_s = orders.ordered_at_s + round(3600 * target.within_hours)
            soon = (clock != NEVER) & (clock <= due_s)
            assert np.array_equal(records.also[k] == 1, soon & (records.site >= 0))
            own = orders.ordered_at_s < end_s
            soon &= records.site >= 0
            assert summary.outcomes[1 + k] == (int((own & ~soon).sum()), int(own.sum()))


def test_the_service_level_asks_for_every_share() -> None:
    """Met where the deadline and all targets are; the deadline's own hours make no difference."""
    problem, plan = generated(3)
    problem = replace(problem, platform=problem.platform.with_deadline(20.0))
    streams = Streams(3, HELD_OUT, 0)
    orders = draw_orders(problem, streams)
    same = replace(problem, service=Service(0.5, 0.9, also=(Target(20.0, 0.5),)))
    summary = in_brief(same, simulate(same, plan, orders, streams))
    assert summary.outcomes[0] == summary.outcomes[1]
    share = summary.on_time_share
    for first, second in [(share, share), (share, share + 0.01), (share + 0.01, share)]:
        service = Service(first - 1e-9, 0.9, also=(Target(20.0, second - 1e-9),))
        assert summary.meets(service) == (max(first, second) <= share)
