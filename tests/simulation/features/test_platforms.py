"""Several platforms, presales and exemptions in the simulation: the same orders, other verdicts."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import pytest

from planner.domain.given_demand import GivenDemand
from planner.domain.plan import Plan
from planner.domain.platform import ForceMajeure, OwnDeadline, PlatformPart
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders
from planner.simulation.inputs.orders import draw_orders
from planner.studies.certification.common_replications import rated_summary, simulate_with_offers
from tests.simulation.builders import generated

SEEDS = range(6)


def shared(problem: Problem, share: float, **changes: object) -> Problem:
    """The problem with a second platform, whose rule differs by some changes."""
    rule = replace(problem.platform, name="second", **changes)
    return replace(problem, other_platforms=(PlatformPart(rule=rule, share=share),))


def drawn(problem: Problem, number: int = 1) -> tuple[Orders, Streams]:
    streams = Streams(problem.seed, HELD_OUT, number)
    return draw_orders(problem, streams), streams


@pytest.mark.parametrize("seed", SEEDS)
def test_one_more_platform_shifts_no_other_number(seed: int) -> None:
    """Every attribute of every order is as it was, but for the platform."""
    problem, _ = generated(seed)
    alone, both = drawn(problem)[0], drawn(shared(problem, 0.4))[0]
    for field in fields(Orders):
        if field.name != "platform":
            same = np.array_equal(getattr(alone, field.name), getattr(both, field.name))
            assert same, field.name
    assert not alone.platform.any()
    assert np.mean(both.platform) == pytest.approx(0.4, abs=0.1)


@pytest.mark.parametrize("seed", SEEDS)
def test_two_platforms_of_one_rule_are_one_platform(seed: int) -> None:
    """The same verdict on every order, the same money; their orders sum to all."""
    problem, plan = generated(seed)
    results = []
    for made in (problem, shared(problem, 0.4)):
        orders, streams = drawn(made)
        records = simulate_with_offers(made, plan, orders, streams, "compiled")
        results.append((records, rated_summary(made, records, 1)))
    (one, whole), (both, parts) = results
    assert np.array_equal(one.on_time, both.on_time)
    assert (whole.late_orders, whole.compensation_minor) == (
        parts.late_orders,
        parts.compensation_minor,
    )
    assert np.array_equal(whole.by_platform.sum(axis=0), parts.by_platform.sum(axis=0))
    decided, late, exempt, cancelled, paid = parts.by_platform.sum(axis=0)
    assert (decided, late, cancelled, paid) == (
        parts.orders,
        parts.late_orders,
        parts.cancelled,
        parts.compensation_minor,
    )
    assert decided + cancelled + parts.open_orders == parts.placed
    assert exempt == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_both_engines_agree_with_two_platforms_of_other_clocks(seed: int) -> None:
    """Other hours and another clock on the second platform: equal in every tick."""
    problem, plan = generated(seed)
    counts = "label" if problem.platform.counts != "label" else "handover"
    made = shared(problem, 0.5, counts=counts, deadline_hours=10.0, deadline_working_days=None)
    orders, streams = drawn(made)
    found = [
        simulate_with_offers(made, plan, orders, streams, engine)
        for engine in ("compiled", "simpy")
    ]
    for name in ("on_time", "packed_at_s", "handed_over_at_s", "start_s"):
        assert np.array_equal(*(getattr(records, name) for records in found)), name


@pytest.mark.parametrize("seed", SEEDS)
def test_each_platform_is_judged_by_its_own_clock_and_deadline(seed: int) -> None:
    """An order packed in time is on time where the label counts, whenever it leaves."""
    problem, plan = generated(seed)
    rule = problem.platform.with_deadline(5.0)
    part = PlatformPart(rule=replace(rule, name="second", counts="label"), share=0.5)
    made = replace(problem, other_platforms=(part,))
    orders, streams = drawn(made)
    records = simulate_with_offers(made, plan, orders, streams, "compiled")
    second = (orders.platform == 1) & (records.on_time >= 0)
    packed = records.packed_at_s
    in_time = (packed >= 0) & (packed <= orders.ordered_at_s + 5 * 3600)
    assert second.any()
    assert np.array_equal(records.on_time[second] == 1, in_time[second])


def exempt_case(seed: int) -> tuple[Problem, Problem, Plan]:
    """A generated problem, and the same with a first day of force majeure."""
    problem, plan = generated(seed)
    first = problem.horizon.date_of(0)
    rule = replace(problem.platform, force_majeure=(ForceMajeure(first, first),))
    return problem, replace(problem, platform=rule), plan


@pytest.mark.parametrize("seed", SEEDS)
def test_an_exempt_order_is_neither_late_nor_on_time_and_costs_nothing(seed: int) -> None:
    """The same work at the same time; what is placed on the first day is not judged."""
    problem, exempt, plan = exempt_case(seed)
    orders, streams = drawn(problem)
    before = simulate_with_offers(problem, plan, orders, streams, "compiled")
    after = simulate_with_offers(exempt, plan, orders, streams, "compiled")
    first = orders.ordered_at_s < 24 * 3600
    assert np.array_equal(before.packed_at_s, after.packed_at_s)
    assert (after.on_time[first] == -1).all()
    kept = (after.on_time != -1) & (before.on_time != -1)
    assert kept.any()
    assert np.array_equal(after.on_time[kept], before.on_time[kept])
    summary = rated_summary(exempt, after, 1)
    late = [
        exempt.platform.compensation_minor(exempt.products[p].paid_minor) for p in orders.product
    ]
    paid = sum(amount for amount, verdict in zip(late, after.on_time, strict=True) if verdict == 0)
    assert summary.compensation_minor == paid
    assert summary.exempt > 0
    assert summary.placed == summary.due + summary.open_orders


def test_a_presale_is_late_only_after_its_date() -> None:
    """Its orders are due by a date far off; those of the baseline as ever."""
    problem, _ = generated(2)
    events = tuple(
        replace(event, deadline=OwnDeadline(by_s=problem.horizon.end_s))
        for event in problem.demand.events
    )
    presale = replace(problem, demand=replace(problem.demand, events=events))
    orders = drawn(presale)[0]
    due = np.where(orders.component > 0, presale.horizon.end_s, drawn(problem)[0].deadline_s)
    assert events
    assert np.array_equal(orders.deadline_s, due)
    assert timedelta(seconds=int(orders.deadline_s.max())) >= timedelta(days=2)


def test_given_demand_has_platforms_by_region() -> None:
    """The user's own forecast: shares by region, and the same orders as with one platform."""
    made, _ = generated(0)
    forecast = GivenDemand(np.full((1, 48, 2, 2), 10.0))
    forecast = replace(made, demand=replace(made.demand, events=(), baseline=None, given=forecast))
    part = PlatformPart(
        rule=replace(made.platform, name="second"), share=0.5, share_by_region={"far": 0.0}
    )
    both = replace(forecast, other_platforms=(part,))
    alone, shared_orders = drawn(forecast)[0], drawn(both)[0]
    assert np.array_equal(alone.ordered_at_s, shared_orders.ordered_at_s)
    far = shared_orders.region == 1
    assert not shared_orders.platform[far].any()
    assert 0.4 < shared_orders.platform[~far].mean() < 0.6
