"""Parcels through a hub: when they are due, and when they are worth it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.contracts import Contract, Hub
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import Clock, PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.service_terms import ScanDelay, Transit
from planner.planning.formulation.assignment import add_shares
from planner.planning.formulation.cutoffs import DOOMED, level_weights, packing_patterns
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import MilpBuilder
from planner.planning.solution.scenario_generation import plan_joint
from tests.builders import with_terms
from tests.planning.builders import EXACT, contract, courier_problem, crew, lane_prices, scenarios

ROAD = {"all": Transit(2.0, 2.0)}  # two days to the hub, always


def through_a_hub(**of_hub: Any) -> Contract:
    """Serves the hub's region at first hand, and the south through the hub."""
    hub = Hub(hub_region="north", regions=frozenset({"south"}), **of_hub)
    return contract("slow", ("north",), transit=ROAD, hub=hub)


def with_hub(hub: Contract, counts: Clock, hours: float) -> Problem:
    """The contract "fast" goes everywhere itself, "slow" to the south through a hub; people for
    free.
    """
    base = courier_problem(
        platform=PlatformRule(name="clock", counts=counts, deadline_hours=hours, floor_minor=300)
    )
    return replace(
        base,
        contracts=(contract("fast", ("north", "south")), hub),
        crews=(crew(limit=100, wage_minor_per_hour=0),),
    )


def due(given: Problem, region: str, name: str) -> np.ndarray:
    """Due seconds [level, slot] of a lane."""
    of = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=EXACT,
        active=(0,),
    )
    shares = add_shares(MilpBuilder(), of)
    lane = np.flatnonzero(
        (shares.region == given.region_names.index(region))
        & (shares.contract == given.contract_names.index(name))
    )
    (pattern,) = [p for p in packing_patterns(of, shares, 0) if lane[0] in p.lanes]
    assert pattern.due_s.shape[0] == len(level_weights(of))
    return pattern.due_s


def test_the_hub_has_a_clock_of_its_own() -> None:
    """An order of midnight with three days to its delivery: through the hub, arrival there counts
    (two days on the road, so the collection at 23:00 of the first day), or the hand-over (the last
    one of the third day).
    """
    arrival = due(with_hub(through_a_hub(counts="hub"), "delivered", 72.0), "south", "slow")[0, 0]
    handover = due(with_hub(through_a_hub(counts="handover"), "delivered", 72.0), "south", "slow")[
        0, 0
    ]
    assert (arrival / HOUR_S, handover / HOUR_S) == (23, 2 * 24 + 23)


def test_the_way_on_from_the_hub_counts_until_delivery() -> None:
    """Where delivery counts through the hub as well, a day from there on leaves no collection of
    the first day; a second on the road less, the one at 16:00 would still do.
    """
    onward = with_hub(through_a_hub(onward_days=Transit(1.0, 1.0)), "delivered", 72.0)
    assert due(onward, "south", "slow")[0, 0] == DOOMED
    shorter = with_hub(through_a_hub(onward_days=Transit(0.33, 0.33)), "delivered", 72.0)
    assert due(shorter, "south", "slow")[0, 0] == 16 * HOUR_S
    assert due(shorter, "north", "slow")[0, 0] == 23 * HOUR_S  # no hub between


def test_the_platforms_clock_is_not_the_hubs() -> None:
    """Where the hand-over counts for the platform, arrival at the hub counts for its parcels and
    nobody else's.
    """
    given = with_hub(through_a_hub(counts="hub"), "handover", 72.0)
    assert due(given, "south", "slow")[0, 0] == 23 * HOUR_S
    assert set(due(given, "south", "fast")[:, 0]) == {2 * DAY_S + 23 * HOUR_S}
    labelled = with_hub(through_a_hub(counts="hub"), "label", 72.0)
    assert (due(labelled, "south", "slow") == due(labelled, "south", "fast")).all()


def test_zones_have_scan_delays_of_their_own() -> None:
    """A first scan eight hours after the collection in one zone, at once in the other."""
    zones = {("", "north"): "near", ("", "south"): "far"}
    rates = contract("fast", ("north",)).tariff.rates["all"]
    fast = with_terms(
        contract("fast", ()),
        zones=zones,
        rates={"near": rates, "far": rates},
        scan_delay_by_zone={"far": ScanDelay(8 * HOUR_S, 8 * HOUR_S)},
    )
    base = courier_problem(
        platform=PlatformRule(name="scan", counts="first_scan", deadline_hours=24.0)
    )
    given = replace(base, contracts=(fast, base.contracts[1]))
    assert due(given, "north", "fast")[0, 0] == 23 * HOUR_S
    assert due(given, "south", "fast")[0, 0] == 16 * HOUR_S


@pytest.mark.parametrize(
    ("price", "counts", "way"),
    [
        (200.0, "handover", "slow"),  # cheaper and in time
        (400.0, "handover", "fast"),  # in time, but more expensive
        (200.0, "hub", "fast"),  # cheaper, but two days to the hub are too long
    ],
)
def test_the_hub_is_used_when_it_is_cheaper_and_in_time(
    price: float, counts: str, way: str
) -> None:
    """Direct costs 300; through the hub parcels are due by their own clock, within 40 hours."""
    given = replace(
        with_hub(through_a_hub(counts=counts), "handover", 40.0), service=Service(1.0, 0.95)
    )
    plan = plan_joint(
        given,
        scenarios(given),
        lane_prices(given, {("east", "south", "slow"): price}),
        options=EXACT,
    )
    assert contracts_to(plan, "south") == {way}


def contracts_to(plan: Plan, region: str) -> set[str]:
    return {row.contract for row in plan.routing if row.region == region}
