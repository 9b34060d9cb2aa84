"""First scan, hub and delivery, and the clock that counts, by hand; the uniform numbers of all
orders are one half.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import pytest

from planner.domain.contracts import Hub
from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import HOUR_S
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, ShareRow
from planner.domain.products import Region
from planner.domain.records import NEVER
from planner.domain.service_terms import ScanDelay, Transit
from planner.domain.site import Collection
from planner.simulation.inputs.orders import draw_orders
from tests.builders import (
    STREAMS,
    a_contract,
    a_crew,
    a_plan,
    a_problem,
    a_site,
    in_brief,
    orders_at,
    simulate,
    staff,
)

HUB_ZONES = {("", "region"): "near", ("", "far"): "outer", ("", "port"): "leg"}


@pytest.mark.parametrize(
    ("counts", "hours", "on_time"),
    [
        (None, 33, 1),  # delivered at 33 h, by the platform's clock
        (None, 32.9, 0),
        ("hub", 9, 1),
        ("hub", 8.9, 0),
        ("first_scan", 3, 1),
        ("first_scan", 2.9, 0),
        ("handover", 1, 1),
        ("handover", 0.9, 0),
    ],
)
def test_a_parcel_through_a_hub_is_judged_by_the_hubs_clock(
    counts: Literal["handover", "first_scan", "hub"] | None, hours: float, on_time: int
) -> None:
    """Collected at 1 h, scanned at 3 h (the hub's zone: not the 5 h of the contract, nor of the far
    zone), at the hub 6 hours later, at the customer's a day after that. The near parcel, through no
    hub, is always judged by the platform: delivered when scanned, at 6 h.
    """
    hub = Hub(
        hub_region="port", regions=frozenset({"far"}), counts=counts, onward_days=Transit(1.0, 1.0)
    )
    contract = a_contract(
        zones=HUB_ZONES,
        scan_delay=ScanDelay(5 * HOUR_S, 9 * HOUR_S),
        scan_delay_by_zone={"leg": ScanDelay(2 * HOUR_S, 4 * HOUR_S)},
        transit={"leg": Transit(0.25, 0.25), "outer": Transit(3.0, 3.0)},
        hub=hub,
    )
    problem = a_problem(
        days=3,
        regions=(Region("region", "Region", 0.5), Region("far", "Far", 0.5)),
        sites=(a_site(collections=(Collection("courier", HOUR_S),)),),
        contracts=(contract,),
        platform=PlatformRule(name="rule", counts="delivered", deadline_hours=hours),
    )
    orders = replace(orders_at(problem, 0, 0), region=np.array([0, 1], np.int16))
    records = simulate(problem, a_plan(problem, 2), orders, STREAMS)
    assert records.scanned_at_s.tolist() == [6 * HOUR_S, 3 * HOUR_S]
    assert records.delivered_at_s.tolist() == [6 * HOUR_S, 33 * HOUR_S]
    assert records.on_time.tolist() == [int(hours >= 6), on_time]


def test_the_label_counts_for_a_hub_too() -> None:
    """Packed at a minute, at the hub a day later: by a platform that counts the label, on time
    within an hour.
    """
    hub = Hub(hub_region="port", regions=frozenset({"region"}), counts="hub")
    problem = a_problem(
        sites=(a_site(collections=(Collection("courier", HOUR_S),)),),
        contracts=(a_contract(zones=HUB_ZONES, transit={"leg": Transit(1.0, 1.0)}, hub=hub),),
        platform=PlatformRule(name="rule", counts="label", deadline_hours=1),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0), STREAMS)
    assert records.delivered_at_s.tolist() == [25 * HOUR_S]
    assert records.on_time.tolist() == [1]


def test_a_parcel_that_never_left_never_comes_to_the_hub() -> None:
    """No collection before the end: no scan, no delivery; late by the clock of the hub once its
    deadline is over.
    """
    hub = Hub(
        hub_region="port",
        regions=frozenset({"region"}),
        counts="hub",
        onward_days=Transit(1.0, 1.0),
    )
    problem = a_problem(
        sites=(a_site(collections=(Collection("courier", 0),)),),
        contracts=(a_contract(zones=HUB_ZONES, hub=hub),),
        platform=PlatformRule(name="rule", counts="handover", deadline_hours=5),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 1, 20 * HOUR_S), STREAMS)
    assert records.scanned_at_s.tolist() == records.delivered_at_s.tolist() == [NEVER, NEVER]
    assert records.on_time.tolist() == [0, -1]


def test_scan_delays_of_a_zone_hold_there_alone() -> None:
    """One zone for a region from everywhere, another from the west: 2 h and at once; elsewhere the
    contract's hour.
    """
    west = replace(a_site(collections=(Collection("courier", HOUR_S),)), name="west")
    slow, at_once = ScanDelay(2 * HOUR_S, 3 * HOUR_S), ScanDelay()
    problem = a_problem(
        regions=(Region("region", "Region", 0.5), Region("far", "Far", 0.5)),
        sites=(replace(west, name="site"), west),
        crews=(a_crew(), a_crew("west")),
        contracts=(
            a_contract(
                zones={("", "region"): "slow", ("", "far"): "zone", ("west", "region"): "fast"},
                scan_delay=ScanDelay(HOUR_S, HOUR_S),
                scan_delay_by_zone={"slow": slow, "fast": at_once},
            ),
        ),
    )
    ways = [(site, region) for site in ("site", "west") for region in ("region", "far")]
    rows = [
        ShareRow(
            region=region, site=site, contract="courier", from_s=day_s, to_s=day_s + 1, share=1.0
        )
        for day_s, (site, region) in enumerate(ways, start=1)
    ]
    orders = replace(orders_at(problem, 1, 2, 3, 4), region=np.array([0, 1, 0, 1], np.int16))
    roster = staff(problem, 4) + staff(problem, 4, site="west")
    records = simulate(
        problem, a_plan(problem, routing=tuple(sorted(rows)), staffing=roster), orders, STREAMS
    )
    assert records.scanned_at_s.tolist() == [3 * HOUR_S, 2 * HOUR_S, HOUR_S, 2 * HOUR_S]


def lossy(counts: Literal["first_scan", "delivered"]) -> Problem:
    """Every fifth parcel of the courier is lost; collected at 1 h, and again a day later."""
    return a_problem(
        days=2,
        sites=(a_site(collections=(Collection("courier", HOUR_S),)),),
        contracts=(a_contract(loss_share=0.2),),
        platform=PlatformRule(name="rule", counts=counts, deadline_hours=30),
    )


def test_a_lost_parcel_is_never_delivered_and_late_where_the_delivery_counts() -> None:
    """The order's own number decides: below 0.2 it is lost.

    It was handed over, so it is decided, though its deadline lies beyond the end.
    """
    problem = lossy("delivered")
    orders = replace(orders_at(problem, 0, 1, 20 * HOUR_S), loss_u=np.array([0.19, 0.2, 0.1]))
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    assert records.handed_over_at_s.tolist() == [HOUR_S, HOUR_S, 25 * HOUR_S]
    assert records.delivered_at_s.tolist() == [NEVER, HOUR_S, NEVER]
    assert records.on_time.tolist() == [0, 1, 0]
    summary = in_brief(problem, records)
    assert (summary.late_orders, summary.delivered_by_region.tolist()) == (2, [1])
    assert summary.transit_s_by_region.tolist() == [0]


def test_a_loss_changes_no_other_clock_and_no_other_number() -> None:
    """Where the scan counts, nothing is drawn and nobody is late; drawing it leaves every other
    stream as it was.
    """
    scanned, delivered = lossy("first_scan"), lossy("delivered")
    demand = Demand(
        events=(),
        region_share=np.ones(1),
        product_share=np.ones(1),
        baseline=Baseline(np.full(48, 20.0)),
    )
    before, after = (draw_orders(replace(p, demand=demand), STREAMS) for p in (scanned, delivered))
    assert before.loss_u.tolist() == [0.5] * len(before)
    assert len(np.unique(after.loss_u)) == len(after)
    for name in ("ordered_at_s", "region", "weight_g", "route_u", "work_us"):
        assert np.array_equal(getattr(before, name), getattr(after, name))
    records = simulate(
        scanned, a_plan(scanned), replace(orders_at(scanned, 0), loss_u=np.array([0.1])), STREAMS
    )
    assert (records.on_time.tolist(), records.delivered_at_s.tolist()) == ([1], [HOUR_S])


def test_the_share_lost_is_the_share_stated() -> None:
    """960 orders of two days, a fifth lost: late within three standard errors (0.013) of 0.2."""
    problem = lossy("delivered")
    problem = replace(
        problem,
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(np.full(48, 20.0)),
        ),
    )
    records = simulate(problem, a_plan(problem, 3), draw_orders(problem, STREAMS), STREAMS)
    gone = records.handed_over_at_s != NEVER
    late = (records.delivered_at_s[gone] == NEVER).mean()
    assert abs(late - 0.2) < 3 * np.sqrt(0.16 / gone.sum())
