"""Deadlines, exemptions and shares of platforms, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from planner.domain.contracts import Contract, Hub, Tariff
from planner.domain.deadline_classes import (
    class_of,
    class_shares,
    deadline_classes,
    deadlines,
    platform_shares,
)
from planner.domain.events import Event
from planner.domain.exemptions import exempt_orders, exempt_over_hub
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.platform import ForceMajeure, OwnDeadline, PlatformPart, PlatformRule
from planner.domain.problem import Problem
from planner.domain.products import Region
from tests.builders import a_problem, orders_at

HORIZON = Horizon(datetime(2026, 10, 8), 7, HOUR_S, "Asia/Shanghai")  # a Thursday
WEEKEND = {date(2026, 10, d) for d in (10, 11, 17, 18)}
ONE_REGION = ("east",)


def due(rule: PlatformRule, *hours: float) -> list[float]:
    """Deadlines in hours of orders placed at some hours of the horizon."""
    at = np.array([round(h * HOUR_S) for h in hours], dtype=np.int32)
    found = rule.deadlines(at, np.zeros(len(at), dtype=int), ONE_REGION, HORIZON)
    return [float(second + 1) / HOUR_S for second in found]


def test_a_make_up_day_counts_although_it_is_a_saturday() -> None:
    """Two working days after a Thursday: Monday's end, or Saturday's where that is made up."""
    usual = PlatformRule(
        name="x", counts="handover", deadline_working_days=2, non_working=frozenset(WEEKEND)
    )
    made_up = replace(usual, non_working=frozenset(WEEKEND - {date(2026, 10, 10)}))
    assert due(usual, 5) == [5 * 24]
    assert due(made_up, 5) == [3 * 24]


def test_from_the_cut_off_on_an_order_counts_as_one_of_the_next_day() -> None:
    """One working day: a Thursday's order until 16:00 is due on Friday, a later one on Monday;
    one of Sunday evening counts as Monday's.
    """
    rule = PlatformRule(
        name="x",
        counts="handover",
        deadline_working_days=1,
        cutoff_s=16 * HOUR_S,
        non_working=frozenset(WEEKEND),
    )
    assert due(rule, 15.99, 16) == [2 * 24, 5 * 24]
    assert due(rule, 3 * 24 + 15, 3 * 24 + 17) == [5 * 24, 6 * 24]
    assert due(rule, 6 * 24 + 20) == [9 * 24]  # after the last day of the horizon too


def test_a_presale_is_due_by_its_date_hours_or_working_days() -> None:
    """By a date for orders until then; a later order has the platform's own deadline."""
    rule = PlatformRule(name="x", counts="handover", deadline_hours=48)
    by = rule.for_event(OwnDeadline(by_s=100 * HOUR_S - 1))
    assert due(by, 0, 99, 101) == [100, 100, pytest.approx(149, abs=0.001)]
    assert due(rule.for_event(OwnDeadline(hours=120)), 3) == [pytest.approx(123, abs=0.001)]
    assert due(rule.for_event(OwnDeadline(working_days=1)), 3) == [48]
    assert rule.for_event(None) is rule


def test_a_target_of_ones_own_holds_for_presales_too() -> None:
    """`within_hours` is counted from the order, whatever its event promises."""
    rule = PlatformRule(name="x", counts="handover", deadline_hours=48).with_deadline(10)
    assert due(rule.for_event(OwnDeadline(hours=120)), 0) == [pytest.approx(10, abs=0.001)]


def two_platforms(**part: object) -> Problem:
    """Two regions, two events of which one is a presale, and a second platform."""
    made = a_problem(days=7)
    event = Event(name="live", at_s=DAY_S, median=9.0, p95=9.0, ramp_s=0.0, half_life_s=60.0)
    presale = replace(event, name="presale", deadline=OwnDeadline(hours=120))
    demand = replace(made.demand, events=(event, presale), region_share=np.array([0.5, 0.5]))
    return replace(
        made,
        horizon=HORIZON,
        platform=PlatformRule(name="first", counts="label", deadline_hours=48),
        other_platforms=(
            PlatformPart(
                rule=PlatformRule(name="second", counts="label", deadline_hours=24),
                **{"share": 0.4, **part},
            ),
        ),
        regions=(Region("near", "Near", 0.5), Region("far", "Far", 0.5)),
        demand=demand,
    )


def test_shares_of_an_event_go_before_those_of_a_region() -> None:
    """The first platform has what the second leaves, in every component and region."""
    made = two_platforms(share_by_region={"far": 0.1}, share_by_event={"live": 0.9})
    second = platform_shares(made)[:, :, 1]
    assert second.tolist() == [[0.4, 0.1], [0.9, 0.9], [0.4, 0.1]]
    assert class_shares(made).sum(axis=2) == pytest.approx(np.ones((3, 2)))


def test_every_platform_has_a_class_of_its_own_and_one_for_presales() -> None:
    """Two platforms, one event with a deadline of its own: four classes."""
    made = two_platforms()
    assert [(c.platform, c.rule.deadline_hours) for c in deadline_classes(made)] == [
        (0, 48),
        (0, 120),
        (1, 24),
        (1, 120),
    ]
    assert class_of(made).tolist() == [[0, 0, 1], [2, 2, 3]]
    small = np.array([0, 0, 1, 1], dtype=np.int16)
    found = deadlines(
        made,
        np.zeros(4, dtype=np.int32),
        np.zeros(4, dtype=np.int16),
        platform=small,
        component=np.array([0, 2, 1, 2], dtype=np.int16),
    )
    assert (found / HOUR_S).tolist() == [48, 120, 24, 120]


def test_orders_placed_or_due_on_days_of_force_majeure_are_exempt() -> None:
    """The third day: placed on it, or due on it after 48 hours; in the stated region only."""
    days = ForceMajeure(date(2026, 10, 10), date(2026, 10, 10), frozenset({"near"}))
    rule = PlatformRule(name="x", counts="label", deadline_hours=48, force_majeure=(days,))
    made = replace(two_platforms(), platform=rule, other_platforms=())
    at = [0, DAY_S, 2 * DAY_S, 3 * DAY_S]
    orders = orders_at(made, *at)
    none = np.full(len(at), -1, dtype=np.int16)
    assert exempt_orders(made, orders, none).tolist() == [True, False, True, False]
    far = replace(orders, region=np.ones(len(at), dtype=np.int16))
    assert not exempt_orders(made, far, none).any()


@pytest.mark.parametrize(
    ("counts", "hub_counts", "exempt", "expected"),
    [
        ("delivered", None, "delivery", True),
        ("delivered", "hub", "delivery", False),
        ("first_scan", None, "delivery", False),
        ("first_scan", None, "clock", True),
        ("delivered", None, None, False),
    ],
)
def test_what_a_hub_exempts(
    counts: str, hub_counts: str | None, exempt: str | None, expected: bool
) -> None:
    """Delivery where the delivery counts; any clock; never a region that goes direct."""
    contract = Contract(
        name="c",
        label="c",
        tariff=Tariff(zones={}, rates={}),
        hub=Hub(hub_region="near", regions=frozenset({"far"}), counts=hub_counts),
    )
    rule = PlatformRule(name="x", counts=counts, remote_hub=exempt)
    assert exempt_over_hub(rule, contract, "far") is expected
    assert not exempt_over_hub(rule, contract, "near")
