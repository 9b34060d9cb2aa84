"""The parts of the model, each against figures computed by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand import Demand
from planner.domain.disruptions import absence, open_work
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.problem import Disruption, Problem
from planner.domain.products import Region, Returns
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Process
from planner.planning.formulation.assignment import add_shares
from planner.planning.formulation.cutoffs import (
    DOOMED,
    NEVER_DUE,
    collection_moments,
    packing_patterns,
)
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import allotment, room_to_count_on
from planner.planning.formulation.returns import returned_at
from planner.planning.formulation.time_buckets import timeline, work_seconds
from planner.planning.labour.rest import rest_conflicts
from planner.planning.milp.builder import MilpBuilder
from planner.planning.options import PlanningOptions
from planner.planning.solution.columns_to_plan import PARTS, clean_shares
from tests.planning.builders import (
    DAY_SHIFT,
    LATE_SHIFT,
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    problem,
    scenarios,
    site,
)

HOURS_3 = 3 * HOUR_S


def parameters(given: Problem, **options: float) -> Parameters:
    chosen = replace(PlanningOptions(), **options)
    return Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=chosen,
        active=(0,),
    )


def due_times(given: Problem) -> np.ndarray:
    """Due seconds [level, slot] of the only pattern of the only site."""
    of = parameters(given)
    (pattern,) = packing_patterns(of, add_shares(MilpBuilder(), of), 0)
    return pattern.due_s


def test_buckets_end_where_something_happens() -> None:
    """Midnight, the shift with its break, and long stretches in halves of at most three hours."""
    edges = timeline(problem(days=1), problem().sites[0], HOURS_3).edges
    assert [e / HOUR_S for e in edges] == [0, 8 / 3, 16 / 3, 8, 10, 12, 13, 16, 56 / 3, 64 / 3, 24]


def test_seconds_in_a_bucket_are_those_of_the_shift() -> None:
    """All buckets together hold exactly the paid seconds of the shift."""
    line = timeline(problem(), problem().sites[0], HOURS_3)
    assert line.seconds_in(DAY_SHIFT.working(0)).sum() == DAY_SHIFT.paid_s


def test_a_closed_site_cuts_the_shift_in_two() -> None:
    """Closed from ten to eleven: eight to ten and eleven to twelve are left of the morning."""
    given = problem(
        disruptions=(Disruption(kind="site_closed", from_s=10 * HOUR_S, to_s=11 * HOUR_S),)
    )
    stretches = open_work(given, given.sites[0], DAY_SHIFT, 0)
    hours = sorted((a / HOUR_S, b / HOUR_S) for a, b in stretches)
    assert hours == [(8, 10), (11, 12), (13, 16)]


def test_an_absence_wave_counts_where_the_shift_starts() -> None:
    """The wave of the first morning does not reach the second."""
    given = problem(
        disruptions=(Disruption(kind="absence_wave", from_s=0, to_s=12 * HOUR_S, factor=0.4),)
    )
    assert [absence(given, "east", "own", DAY_SHIFT, day) for day in (0, 1)] == [0.4, 0.0]


def test_work_of_an_order_counts_its_part_of_the_tour() -> None:
    """60 an hour, ten to a tour of 90 s: 60 + 9 seconds; nothing is added for rounding."""
    tour = Process(name="pick", orders_per_hour=60.0, batch_orders=10, batch_setup_s=90)
    assert work_seconds(tour, 1.0) == pytest.approx(69.0)
    assert work_seconds(Process(name="pack", orders_per_hour=20.0), 1.5) == pytest.approx(270.0)


def test_labels_are_due_at_the_last_bucket_end_before_the_deadline() -> None:
    """An order of 00:00 due 24 hours later: packed by midnight; one of 09:00 the next day's
    08:00.
    """
    due = due_times(problem())[0]
    assert due[0] == DAY_S
    assert due[9 * 12] == DAY_S + 8 * HOUR_S


def test_hand_over_is_due_at_the_last_collection_in_time() -> None:
    """Collections at 16:00 and 23:00: an order of 17:00 with 24 hours must go with the 16:00 of the
    next day.
    """
    due = due_times(courier_problem())[0]
    assert due[17 * 12] == DAY_S + 16 * HOUR_S
    assert due[0] == 23 * HOUR_S


def test_a_missed_collection_is_not_counted_on() -> None:
    """Without the 16:00 of the second day an order of 17:00 must go with the 23:00 of its own
    day.
    """
    missed = Disruption(
        kind="missed_collection", from_s=DAY_S + 15 * HOUR_S, to_s=DAY_S + 17 * HOUR_S
    )
    due = due_times(courier_problem(disruptions=(missed,)))[0]
    assert due[17 * 12] == 23 * HOUR_S
    moments = collection_moments(
        courier_problem(disruptions=(missed,)), courier_problem().sites[0], "fast"
    )
    assert [m[0] // HOUR_S for m in moments] == [16, 23, 47, 64, 71]


def test_no_collection_in_time_dooms_an_order() -> None:
    """Due four hours after 17:00, with collections at 16:00 and 23:00 only: late whatever is
    done.
    """
    base = courier_problem()
    due = due_times(replace(base, platform=replace(base.platform, deadline_hours=4.0)))[0]
    assert due[17 * 12] == DOOMED
    assert due[20 * 12] == 23 * HOUR_S


def test_young_orders_at_the_end_may_stay_open() -> None:
    """An order of the last day due after the end is not due within it; one of the day before is."""
    due = due_times(problem())[0]
    assert due[2 * 288 - 1] == NEVER_DUE
    assert due[288] <= 2 * DAY_S


def test_scan_delays_have_cut_offs_of_their_own() -> None:
    """The longer an order's scan delay, the earlier it must be handed over."""
    regions = ("north", "south")
    slow = contract("fast", regions, scan_delay=ScanDelay(2 * HOUR_S, 6 * HOUR_S))
    base = courier_problem(contracts=(slow,), sites=(site(collections=collections("fast")),))
    due = due_times(
        replace(base, platform=replace(base.platform, counts="first_scan", deadline_hours=36.0))
    )
    at = 9 * 12
    assert due.shape[0] == 3
    assert (
        due[0, at] == DAY_S + 16 * HOUR_S
    )  # 36 h - 4.8 h leaves the afternoon collection of the next day
    assert due[0, at] >= due[1, at] >= due[2, at]
    assert due[2, at] < due[0, at]


def test_regions_with_another_promise_are_due_at_another_time() -> None:
    """Remote regions with 48 hours make a pattern of their own."""
    base = courier_problem()
    of = parameters(replace(base, platform=replace(base.platform, promise_hours={"south": 48.0})))
    found = packing_patterns(of, add_shares(MilpBuilder(), of), 0)
    assert len(found) == 2
    first, second = sorted(p.due_s[0][0] for p in found)
    assert second - first == DAY_S


def test_rest_makes_late_and_early_shifts_exclude_each_other() -> None:
    """Eleven hours of rest: nobody goes from late (to 24:00) to day (from 08:00); with seven
    everybody can.
    """
    assert list(rest_conflicts((DAY_SHIFT, LATE_SHIFT), 11.0)) == [((1,), (0,))]
    assert list(rest_conflicts((DAY_SHIFT, LATE_SHIFT), 7.0)) == []


def test_rest_over_three_shifts_joins_what_excludes_the_same() -> None:
    """Evening and night both exclude tomorrow's early shift; night alone excludes early and
    evening.
    """
    shifts = (
        Shift("early", 6 * HOUR_S, 14 * HOUR_S),
        Shift("evening", 14 * HOUR_S, 22 * HOUR_S),
        Shift("night", 22 * HOUR_S, 30 * HOUR_S),
    )
    assert list(rest_conflicts(shifts, 11.0)) == [((1, 2), (0,)), ((2,), (0, 1))]


def test_an_allotment_is_cut_for_the_days_a_disruption_touches() -> None:
    """Half of 100 on the second day only."""
    given = courier_problem(
        contracts=(
            contract("fast", ("north", "south"), allotment_per_day=100),
            contract("slow", ("north", "south")),
        ),
        disruptions=(
            Disruption(
                kind="allotment_cut",
                from_s=DAY_S + HOUR_S,
                to_s=2 * DAY_S,
                contract="fast",
                factor=0.5,
            ),
        ),
    )
    assert allotment(given, 0).tolist() == [100, 50, 100]
    assert np.isinf(allotment(given, 1)).all()


def test_small_contracts_keep_more_room_free() -> None:
    """Two standard deviations of the parcels of a promise: 20 % of 100 a day, 2 % of 10,000."""

    def room(parcels: int) -> float:
        given = courier_problem(
            contracts=(contract("fast", ("north", "south"), allotment_per_day=parcels),),
            sites=(site(collections=collections("fast")),),
        )
        return room_to_count_on(parameters(given), 0)

    assert room(100) == pytest.approx(0.8)
    assert room(10_000) == pytest.approx(0.98)


def test_shares_add_up_exactly_and_traces_vanish() -> None:
    """Thirds become millionths that add up to a million; a trace of a share is dropped."""
    shares = np.array([[1 / 3, 1.0], [1 / 3, 2e-5], [1 / 3, 0.0], [0.4, 1.0], [0.6, 0.0]])
    whole = clean_shares(shares, np.array([0, 0, 0, 1, 1]), 2)
    assert whole[:3].sum(axis=0).tolist() == [PARTS, PARTS]
    assert whole[3:].sum(axis=0).tolist() == [PARTS, PARTS]
    assert whole[1, 1] == 0


def test_demand_with_the_same_mix_is_one_mix() -> None:
    """Two events, one of them with regions of its own: baseline and the other share a mix."""
    events = (
        Event(name="live", at_s=DAY_S, median=10.0, p95=20.0, ramp_s=HOUR_S, half_life_s=HOUR_S),
        Event(
            name="south night",
            at_s=DAY_S,
            median=10.0,
            p95=20.0,
            ramp_s=HOUR_S,
            half_life_s=HOUR_S,
            region_share=(0.1, 0.9),
        ),
    )
    base = courier_problem()
    given = replace(base, demand=replace(base.demand, events=events))
    of = parameters(given)
    assert of.mix_of.tolist() == [[0, 0, 1]]
    assert of.region_share.tolist() == [[0.6, 0.4], [0.1, 0.9]]
    assert of.orders.sum() == pytest.approx(of.scenarios.intensity.sum())


def test_scenarios_that_draw_the_expected_mix_are_the_certain_ones() -> None:
    """Mixes that each scenario states for itself: equal ones give the same tables, unequal ones a
    mix each, which only its own scenario has orders of.
    """
    given = courier_problem()
    certain = scenarios(given, (0.9, 1.0))
    twice = replace(
        certain,
        region_share=np.repeat(certain.region_share, 2, axis=0),
        product_share=np.repeat(certain.product_share, 2, axis=0),
    )
    tables = ("region_share", "class_share", "all_orders", "all_units", "region_day", "mean_work")
    one, other = (replace(parameters(given), scenarios=s, active=(0, 1)) for s in (certain, twice))
    for name in tables:
        assert getattr(one, name) == pytest.approx(getattr(other, name))
    shifted = replace(twice, region_share=np.array([[[0.6, 0.4]], [[0.2, 0.8]]]))
    of = replace(parameters(given), scenarios=shifted, active=(0, 1))
    assert of.mix_of.tolist() == [[0], [1]]
    total = certain.intensity.sum(axis=(1, 2))
    assert of.orders.sum(axis=2) == pytest.approx(np.diag(total))
    by_region = np.einsum("smd,mr->sr", of.day_orders, of.region_share)
    assert by_region == pytest.approx(total[:, None] * shifted.region_share[:, 0])


def test_heavy_products_are_a_kind_of_their_own() -> None:
    """An event of goods with twice the work flows apart from the rest, and no order is counted
    twice.
    """
    base = problem()
    box = base.products[0]
    event = Event(
        name="heavy",
        at_s=0,
        median=100.0,
        p95=100.0,
        ramp_s=HOUR_S,
        half_life_s=HOUR_S,
        product_share=(0.0, 1.0),
    )
    given = replace(
        base,
        products=(replace(box, share=1.0), replace(box, name="chest", share=0.0, work=2.0)),
        demand=Demand(
            events=(event,),
            region_share=np.ones(1),
            product_share=np.array([1.0, 0.0]),
            baseline=base.demand.baseline,
        ),
        crews=(crew(),),
    )
    of = parameters(given)
    assert of.workload_factor.tolist() == [1.0, 2.0]
    assert [kind.sum() for kind in of.workload_orders] == pytest.approx([480, 100], rel=0.01)
    assert of.mean_work == pytest.approx(1 + 100 / 580, rel=0.01)


def test_regions_that_never_order_are_still_shipped() -> None:
    """Every region appears in the shares, also one without demand."""
    base = courier_problem()
    given = replace(
        base,
        regions=(Region("north", "North", 1.0), Region("south", "South", 0.0)),
        demand=replace(base.demand, region_share=np.array([1.0, 0.0])),
    )
    shares = add_shares(MilpBuilder(), parameters(given))
    assert set(shares.region.tolist()) == {0, 1}


def test_what_comes_back_is_spread_over_the_lag() -> None:
    """Half of the orders come back 24 hours after the hand-over at median: none early, half of them
    by then.
    """
    base = problem(
        days=4,
        sites=(site(receive=Process(name="receive", orders_per_hour=10.0), received_by="pack"),),
    )
    given = replace(
        base,
        products=(replace(base.products[0], return_share=0.5),),
        returns=Returns(DAY_S, DAY_S + HOUR_S),
    )
    of = parameters(given)
    found = returned_at(
        of, given.sites[0], given.sites[0].processes[0], [np.full(4 * 288, 4 * DAY_S)]
    )
    assert found is not None
    per_day = found.amounts.sum(axis=(0, 1, 2)).reshape(4, 288).sum(axis=1)
    assert per_day == pytest.approx([0, 0.5 * 240 * 0.5, 0.5 * 240, 0.5 * 240], rel=0.05)
    assert found.work == pytest.approx(2.0)
    assert returned_at(parameters(base), base.sites[0], base.sites[0].processes[0], []) is None
