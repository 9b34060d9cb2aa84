"""Cases small enough to count by hand: every second is predicted in the test's own words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.plan import ExtraCollection
from planner.domain.platform import PlatformRule
from planner.domain.problem import Disruption, Problem, ShareRow
from planner.domain.products import Product, Returns
from planner.domain.records import NEVER
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Collection, Process
from planner.domain.workforce import LONG_AGO, StaffRow
from tests.builders import (
    STREAMS,
    a_contract,
    a_crew,
    a_plan,
    a_problem,
    a_site,
    orders_at,
    simulate,
    staff,
)

MORNING = Shift("whole", 8 * HOUR_S, 12 * HOUR_S, ((10 * HOUR_S, 10 * HOUR_S + 600),))


def test_one_worker_does_one_order_after_the_other() -> None:
    """Orders at 0, 10 and 100 s, a minute each, one packer: packed at 60, 120, 180."""
    problem = a_problem()
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 10, 100), STREAMS)
    assert records.start_s.tolist() == [[0, 60, 120]]
    assert records.packed_at_s.tolist() == [60, 120, 180]
    assert records.on_time.tolist() == [1, 1, 1]


def test_a_task_in_progress_waits_through_the_break_and_is_interrupted_at_the_end() -> None:
    """Shift 8-12 with a break 10:00-10:10, a minute an order.

    One comes at 9:59:30 and is packed at 10:10:30, half of it before the break; one at 9:59:40
    begins then; one at 11:59:30 is put down half done, one at 12:00 never begins.
    """
    problem = a_problem(shifts=(MORNING,))
    ten, noon = 10 * HOUR_S, 12 * HOUR_S
    records = simulate(
        problem, a_plan(problem), orders_at(problem, ten - 30, ten - 20, noon - 30, noon), STREAMS
    )
    assert records.start_s.tolist() == [[ten - 30, ten + 630, noon - 30, NEVER]]
    assert records.packed_at_s.tolist() == [ten + 630, ten + 690, NEVER, NEVER]
    assert records.present_s[0, 0].tolist() == [0] * 8 + [3600, 3600, 3000, 3600] + [0] * 12


def test_a_parcel_packed_in_the_second_of_the_collection_goes_with_it() -> None:
    """Orders at 0, 1 and 2 s, one packer, a minute each; the carrier comes at 120 s and at 1 h: two
    go, then one.
    """
    problem = a_problem(
        sites=(a_site(collections=(Collection("courier", 120), Collection("courier", HOUR_S))),),
        contracts=(a_contract(),),
        platform=PlatformRule(name="rule", counts="handover", deadline_hours=0.5),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 1, 2), STREAMS)
    assert records.packed_at_s.tolist() == [60, 120, 180]
    assert records.handed_over_at_s.tolist() == [120, 120, HOUR_S]
    assert records.on_time.tolist() == [1, 1, 0]


def test_capacity_and_booked_vehicles_limit_a_collection() -> None:
    """Five parcels wait; one vehicle holds 2: with one more vehicle booked at 1 h, four leave then
    and one at 2 h.
    """
    problem = a_problem(
        sites=(
            a_site(
                collections=tuple(Collection("courier", h * HOUR_S, 2, max_extra=1) for h in (1, 2))
            ),
        ),
        contracts=(a_contract(),),
    )
    plan = a_plan(problem, extra=(ExtraCollection(0, "site", "courier", HOUR_S, 1),))
    records = simulate(problem, plan, orders_at(problem, 0, 1, 2, 3, 4), STREAMS)
    assert records.handed_over_at_s.tolist() == [HOUR_S] * 4 + [2 * HOUR_S]


def test_the_allotment_is_shared_by_the_sites_and_renewed_every_day() -> None:
    """Allotment 3 a day, two sites with two parcels each, both collected at 1 h: the first site in
    order sends two, the second one; the fourth parcel leaves the next day.
    """
    collections = (Collection("courier", HOUR_S),)
    sites = (
        a_site(collections=collections),
        replace(a_site(collections=collections), name="other"),
    )
    problem = a_problem(
        days=2,
        sites=sites,
        contracts=(a_contract(allotment_per_day=3),),
        crews=(a_crew(), a_crew("other")),
    )
    rows = tuple(
        StaffRow(
            day=0,
            site=site,
            process="pack",
            crew="crew",
            shift="whole",
            since_day=LONG_AGO,
            headcount=2,
        )
        for site in ("other", "site")
    )
    plan = a_plan(problem, staffing=rows)
    halves = tuple(replace(plan.routing[0], site=site, share=0.5) for site in ("other", "site"))
    orders = replace(orders_at(problem, 0, 0, 0, 0), route_u=np.array([0.1, 0.9, 0.2, 0.8]))
    records = simulate(problem, replace(plan, routing=halves), orders, STREAMS)
    assert records.site.tolist() == [1, 0, 1, 0]
    assert records.handed_over_at_s.tolist() == [HOUR_S, HOUR_S, 25 * HOUR_S, HOUR_S]


def test_the_earliest_deadline_is_served_first_or_the_first_come() -> None:
    """Three orders at 0 s with 3, 2 and 1 h to go: by deadline the last is served first, else the
    first.
    """
    problem = a_problem()
    orders = replace(orders_at(problem, 0, 0, 0), deadline_s=np.array([3, 2, 1]) * HOUR_S)
    assert simulate(problem, a_plan(problem), orders, STREAMS).packed_at_s.tolist() == [
        180,
        120,
        60,
    ]
    fifo = replace(
        problem, sites=(a_site(Process(name="pack", orders_per_hour=60.0, discipline="fifo")),)
    )
    assert simulate(fifo, a_plan(fifo), orders, STREAMS).packed_at_s.tolist() == [60, 120, 180]


def test_a_tour_takes_what_waits_and_ends_for_all_at_once() -> None:
    """Tours of up to 2 with 30 s set-up, a minute an order: the order at 0 s leaves alone (90 s),
    the three that wait at 90 s go two (ends 240 s) and one (ends 330 s): nobody waits for a full
    tour.
    """
    problem = a_problem(
        sites=(
            a_site(Process(name="pick", orders_per_hour=60.0, batch_orders=2, batch_setup_s=30)),
        )
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 5, 6, 7), STREAMS)
    assert records.start_s.tolist() == [[0, 90, 90, 240]]
    assert records.end_s.tolist() == [[90, 240, 240, 330]]


def test_slow_people_take_longer_and_come_second() -> None:
    """A beginner of speed 0.75 needs 80 s for a minute of work; of two orders at 0 s the first goes
    to the other.
    """
    problem = a_problem(crews=(a_crew(), a_crew(name="agency", ramp=(0.75, 1.0))))
    rows = (
        StaffRow(
            day=0,
            site="site",
            process="pack",
            crew="agency",
            shift="whole",
            since_day=0,
            headcount=1,
        ),
        StaffRow(
            day=0,
            site="site",
            process="pack",
            crew="crew",
            shift="whole",
            since_day=-9,
            headcount=1,
        ),
    )
    records = simulate(problem, a_plan(problem, staffing=rows), orders_at(problem, 0, 0), STREAMS)
    assert records.packed_at_s.tolist() == [60, 80]


def test_stations_limit_how_many_work_at_once() -> None:
    """Three people, two stations: the third of three orders waits for a place."""
    problem = a_problem(sites=(a_site(Process(name="pack", orders_per_hour=60.0, stations=2)),))
    records = simulate(problem, a_plan(problem, 3), orders_at(problem, 0, 0, 0), STREAMS)
    assert records.packed_at_s.tolist() == [60, 60, 120]


def test_returns_are_received_by_the_same_people() -> None:
    """An order at 0 s is packed at 60 s and comes back an hour later; an order at that second has a
    deadline before the 48 hours of the return, so it is packed first, and the return is dealt with
    in the minute after (30 s).
    """
    back = HOUR_S + 60
    problem = a_problem(
        sites=(a_site(receive=Process(name="receive", orders_per_hour=120.0), received_by="pack"),),
        products=(
            Product(name="product", label="Product", share=1.0, weight_g=500.0, return_share=1.0),
        ),
        platform=PlatformRule(name="rule", counts="label", deadline_hours=24),
        returns=Returns(HOUR_S, HOUR_S),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, back), STREAMS)
    assert records.packed_at_s.tolist() == [60, back + 60]
    assert records.returned_at_s.tolist() == [back, back + 60 + HOUR_S]
    assert records.received_at_s.tolist() == [back + 90, back + 60 + HOUR_S + 30]


def test_disruptions_stop_what_they_name() -> None:
    """A site closed from 0 to 1 h packs at 1 h 1 min; a missed collection at 2 h leaves the parcel
    for 3 h.
    """
    problem = a_problem(
        sites=(a_site(collections=tuple(Collection("courier", h * HOUR_S) for h in (2, 3))),),
        contracts=(a_contract(),),
        disruptions=(
            Disruption(kind="site_closed", from_s=0, to_s=HOUR_S, site="site"),
            Disruption(
                kind="missed_collection", from_s=2 * HOUR_S, to_s=2 * HOUR_S + 1, contract="courier"
            ),
        ),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 10), STREAMS)
    assert records.packed_at_s.tolist() == [HOUR_S + 60]
    assert records.handed_over_at_s.tolist() == [3 * HOUR_S]


def test_an_allotment_cut_holds_while_it_lasts() -> None:
    """Allotment 4, cut to a half until 1:30 h: of five parcels two leave at 1 h, two more at 2 h,
    one the next day.
    """
    problem = a_problem(
        days=2,
        sites=(a_site(collections=tuple(Collection("courier", h * HOUR_S) for h in (1, 2))),),
        contracts=(a_contract(allotment_per_day=4),),
        disruptions=(Disruption(kind="allotment_cut", from_s=0, to_s=5400, factor=0.5),),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 1, 2, 3, 4), STREAMS)
    assert records.handed_over_at_s.tolist() == [
        HOUR_S,
        HOUR_S,
        2 * HOUR_S,
        2 * HOUR_S,
        25 * HOUR_S,
    ]


def test_scan_and_transit_are_added_to_the_hand_over() -> None:
    """With the uniform numbers at one half, the scan comes at the median delay after the
    collection.
    """
    problem = a_problem(
        sites=(a_site(collections=(Collection("courier", HOUR_S),)),),
        contracts=(a_contract(scan_delay=ScanDelay(7200, 14400)),),
        platform=PlatformRule(name="rule", counts="first_scan", deadline_hours=3),
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 1), STREAMS)
    assert (
        records.scanned_at_s.tolist() == records.delivered_at_s.tolist() == [3 * HOUR_S, 3 * HOUR_S]
    )
    assert records.on_time.tolist() == [1, 1]
    stricter = replace(
        problem, platform=PlatformRule(name="rule", counts="first_scan", deadline_hours=2.9)
    )
    assert simulate(
        stricter, a_plan(stricter), orders_at(stricter, 0, 1), STREAMS
    ).on_time.tolist() == [0, 0]


def test_orders_inside_at_the_end_are_open_only_where_nothing_could_take_them() -> None:
    """Nobody works for two days at a site that is always open, 48 h promised: open is the order of
    the last hour; with a promise of an hour too.
    """
    problem = a_problem(days=2)
    seconds = (0, 24 * HOUR_S, 47 * HOUR_S, 47 * HOUR_S + 1)
    plan = a_plan(problem, staffing=())
    assert simulate(problem, plan, orders_at(problem, *seconds), STREAMS).on_time.tolist() == [
        0,
        0,
        0,
        -1,
    ]
    quick = replace(problem, platform=PlatformRule(name="rule", counts="label", deadline_hours=1))
    assert simulate(quick, plan, orders_at(quick, *seconds), STREAMS).on_time.tolist() == [
        0,
        0,
        0,
        -1,
    ]


def a_day_shop() -> Problem:
    """Open 8 to 18 h, collected at 16 h, three days; a minute an order; 48 h until the
    hand-over.
    """
    return a_problem(
        days=3,
        shifts=(Shift("whole", 8 * HOUR_S, 18 * HOUR_S),),
        sites=(
            a_site(
                collections=(Collection("courier", 16 * HOUR_S),), opening=(8 * HOUR_S, 18 * HOUR_S)
            ),
        ),
        contracts=(a_contract(),),
        platform=PlatformRule(name="rule", counts="handover", deadline_hours=48),
    )


def test_what_no_carrier_ever_collects_is_late_and_not_open() -> None:
    """A share sends the orders with a contract that never collects here, and those of the last
    hours are due after the end: where the hand-over counts all are late, no steady day hands them
    over; where the label counts, packed is done (all but the last minute's, which is open).
    """
    shop = a_problem(contracts=(a_contract("other"),))
    routing = (
        ShareRow(region="region", site="site", contract="other", from_s=0, to_s=DAY_S, share=1.0),
    )
    orders = (12 * HOUR_S, DAY_S - 600, DAY_S - 30)
    for counts, verdicts in (("handover", [0, 0, 0]), ("label", [1, 1, -1])):
        problem = replace(shop, platform=replace(shop.platform, counts=counts))
        plan = a_plan(problem, routing=routing)
        assert (
            simulate(problem, plan, orders_at(problem, *orders), STREAMS).on_time.tolist()
            == verdicts
        )


def test_an_order_after_the_last_collection_is_left_on_every_day() -> None:
    """Nobody works on the last day.

    Of its orders those of 15 h (an hour before the collection) and later are open; what came before
    is late.
    """
    problem = a_day_shop()
    two_days = tuple(row for row in staff(problem, 1) if row.day < 2)
    seconds = [2 * DAY_S + h * HOUR_S for h in (9, 15)] + [
        2 * DAY_S + 15 * HOUR_S + 1,
        2 * DAY_S + 17 * HOUR_S,
    ]
    records = simulate(
        problem, a_plan(problem, staffing=two_days), orders_at(problem, *seconds), STREAMS
    )
    assert records.on_time.tolist() == [0, 0, -1, -1]


def test_as_many_as_a_day_before_may_be_left() -> None:
    """180 orders at 14 h of every day: 120 are packed by 16 h, 60 the next morning and on time, so
    60 are open at the end. Where 90 more come on the last day, the 90 oldest of those left are
    late.
    """
    problem = a_day_shop()
    usual = [day * DAY_S + 14 * HOUR_S for day in range(3)] * 180
    steady, more = (orders_at(problem, *usual, *[2 * DAY_S + 14 * HOUR_S] * n) for n in (0, 90))
    records, crowded = (
        simulate(problem, a_plan(problem), orders, STREAMS) for orders in (steady, more)
    )
    left, stuck = (np.flatnonzero(each.handed_over_at_s == NEVER) for each in (records, crowded))
    assert (len(left), len(stuck)) == (60, 150)
    assert records.on_time[left].tolist() == [-1] * 60
    assert crowded.on_time[stuck].tolist() == [0] * 90 + [-1] * 60
