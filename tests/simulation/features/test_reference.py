"""The model against the same rules written a second time, as slowly and plainly as possible."""

from __future__ import annotations

from collections import Counter
from typing import get_args

import numpy as np
import pytest

from planner.domain.contracts import HEAVIEST_G
from planner.domain.plan import Plan
from planner.domain.platform import Clock
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.simulation.compiled_engine.tables import run
from planner.simulation.inputs.attendance import servers_present
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.replication_input import lay_out
from planner.simulation.inputs.routing import route
from tests.builders import simulate
from tests.simulation.builders import generated
from tests.simulation.reference import TICKS, Reference


def differences(seed: int) -> list[str]:
    """What differs between the model and the reference on the generated problem number `seed`."""
    return differences_of(*generated(seed), Streams(seed, HELD_OUT, 0))


def differences_of(problem: Problem, plan: Plan, streams: Streams) -> list[str]:
    """What differs between the model and the reference on a problem under a plan."""
    orders = draw_orders(problem, streams)
    records = simulate(problem, plan, orders, streams)
    routes = route(problem, plan, orders)
    groups = servers_present(problem, plan, streams)
    inputs = lay_out(
        problem, plan, orders, site=routes.site, contract=routes.contract, groups=groups
    )
    times = run(inputs)
    reference = Reference(problem, plan, orders, streams)
    pairs = {
        "site": (records.site, reference.site),
        "contract": (records.contract, reference.contract),
        "begun": (times.begun, reference.begun),
        "ended": (times.ended, reference.end),
        "packed": (records.packed_at_s, np.array(reference.packed) // TICKS),
        "handed over": (times.handed_over, reference.handed),
        "scanned": (records.scanned_at_s, reference.scanned),
        "delivered": (records.delivered_at_s, reference.delivered),
        "on time": (records.on_time, reference.on_time),
        "came back": (times.came_back, reference.back),
        "received": (times.received, reference.received),
        "stock left": (records.stock_left, reference.stock_left),
        "sold out": (records.sold_out, reference.sold_out),
    }
    paid: Counter[tuple[str, str, str]] = Counter()
    for group, ticks in zip(inputs.groups, times.after_hours.tolist(), strict=True):
        paid[group.site, group.process, group.crew] += ticks
    wrong = [] if +paid == +Counter(reference.after_hours) else ["after hours"]
    return wrong + [
        name for name, (ours, theirs) in pairs.items() if not np.array_equal(ours, theirs)
    ]


def test_every_order_has_the_seconds_of_the_reference() -> None:
    """On 200 generated problems every order has the same site, courier, second of every step and
    verdict in both, and no order is lost or doubled after any event.
    """
    assert {seed: found for seed in range(200) if (found := differences(seed))} == {}


def test_the_generated_problems_have_everything() -> None:
    """Among the 200: hubs with every clock and none of their own under every platform clock, delays
    of zones, zones of sites, ways on from the hub, and routing by weight of one region, both and
    none.
    """
    seen: set[object] = set()
    for problem, plan in map(generated, range(200)):
        for contract in problem.contracts:
            seen |= {
                ("zone delays", bool(contract.service.scan_delay_by_zone)),
                ("site zones", any(s for s, _ in contract.tariff.zones)),
            }
            if hub := contract.hub:
                seen |= {
                    (problem.platform.counts, hub.counts),
                    ("onward", hub.onward_days is not None),
                }
        seen.add(
            ("by weight", frozenset(row.region for row in plan.routing if row.to_g < HEAVIEST_G))
        )
    clocks = {(c, h) for c in get_args(Clock) for h in (None, "handover", "first_scan", "hub")}
    whether = {
        (what, there) for what in ("onward", "zone delays", "site zones") for there in (True, False)
    }
    near, far = frozenset({"near"}), frozenset({"far"})
    assert seen >= clocks | whether | {
        ("by weight", regions) for regions in (near | far, near, far, frozenset())
    }


@pytest.mark.slow
def test_every_order_has_the_seconds_of_the_reference_in_many_problems() -> None:
    """The same on 5,000 more generated problems."""
    assert {seed: found for seed in range(200, 5200) if (found := differences(seed))} == {}
