"""Where orders fail: each reason planted alone is found."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, StockRow
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Process
from planner.simulation.simulate import simulate
from planner.studies.certification.failure_places import places_of
from tests.builders import (
    STREAMS,
    a_contract,
    a_plan,
    a_problem,
    a_site,
    orders_at,
)
from tests.studies.certification.builders import HANDED_OVER, collected


def places(problem: Problem, plan: Plan, *seconds: int) -> Counter[Any]:
    """Where the orders at these seconds miss."""
    return places_of(
        problem, plan, simulate(problem, plan, orders_at(problem, *seconds), STREAMS, "simpy")
    )


def test_who_waits_longest_is_found_at_that_process() -> None:
    """Three orders at nine, picked in a minute each, packed in three hours each, due in four: two
    wait for packing from the hour they were picked in.
    """
    problem = a_problem(
        days=1,
        platform=PlatformRule(name="label", counts="label", deadline_hours=4.0),
        sites=(
            a_site(
                Process(name="pick", orders_per_hour=60.0),
                Process(name="pack", orders_per_hour=1 / 3),
            ),
        ),
    )
    found = places(problem, a_plan(problem), *[9 * HOUR_S] * 3)
    assert found == Counter({("waiting", "site", "pack", "", "", 9 * HOUR_S, 10 * HOUR_S): 2})


def test_a_vehicle_without_room_is_named() -> None:
    """Five parcels are ready for the collection at noon, which takes three; the next is
    tomorrow.
    """
    problem = collected(12, capacity=3)
    found = places(problem, a_plan(problem), *[9 * HOUR_S] * 5)
    assert found == Counter(
        {("collection", "site", "", "courier", "", 12 * HOUR_S, 12 * HOUR_S): 2}
    )


def test_orders_that_no_collection_can_save() -> None:
    """Ordered at one in the afternoon, due at nine in the evening, collected next at noon
    tomorrow.
    """
    problem = collected(12)
    found = places(problem, a_plan(problem), 13 * HOUR_S)
    assert found == Counter({("promise", "site", "", "courier", "", 13 * HOUR_S, 14 * HOUR_S): 1})


def test_a_slow_carrier_is_named() -> None:
    """Packed and handed over at once, scanned ten hours later, due in eight."""
    problem = replace(
        collected(12),
        platform=replace(HANDED_OVER, counts="first_scan"),
        contracts=(a_contract(scan_delay=ScanDelay(10 * HOUR_S, 10 * HOUR_S)),),
    )
    found = places(problem, a_plan(problem), 11 * HOUR_S)
    assert found == Counter({("carrier", "site", "", "courier", "", 11 * HOUR_S, 12 * HOUR_S): 1})


def test_want_of_stock_is_named_by_product() -> None:
    """One unit, three orders."""
    problem = a_problem()
    plan = a_plan(problem, stock=(StockRow("site", "product", 1),))
    found = places(problem, plan, *[9 * HOUR_S] * 3)
    assert found == Counter({("stock", "", "", "", "product", 9 * HOUR_S, 10 * HOUR_S): 2})
