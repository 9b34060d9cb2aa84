"""Who comes, how fast, and from when to when."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np

from planner.domain.costs import after_hours_minor
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.problem import Disruption
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.site import Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.reporting.tables.simulation_tables import after_hours_table
from planner.simulation.inputs.attendance import ServerGroup, present_seconds, servers_present
from planner.simulation.inputs.service_times import MICRO
from tests.builders import (
    STREAMS,
    WHOLE_DAY,
    a_crew,
    a_plan,
    a_problem,
    a_site,
    in_brief,
    orders_at,
    played,
    simulate,
    staff,
)

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),))
NIGHT = Shift("night", 22 * HOUR_S, 30 * HOUR_S)


def test_a_shift_over_midnight_belongs_to_the_day_it_starts() -> None:
    """Night shift of day 0, 22-06: people are there from 22 to 30 h, cut at the end of the
    horizon.
    """
    problem = a_problem(days=2, shifts=(NIGHT,))
    groups = servers_present(problem, a_plan(problem, staffing=staff(problem, 3, "night")), STREAMS)
    assert groups == [
        ServerGroup(
            site="site",
            process="pack",
            rate=MICRO,
            stretches=((22 * HOUR_S, 30 * HOUR_S),),
            people=3,
        ),
        ServerGroup(
            site="site",
            process="pack",
            rate=MICRO,
            stretches=((46 * HOUR_S, 48 * HOUR_S),),
            people=3,
        ),
    ]


def test_opening_hours_breaks_and_closures_cut_the_shift() -> None:
    """Shift 8-16 with a break 12-13, open from 9, closed from 14 to 15: 9-12, 13-14, 15-16."""
    problem = a_problem(
        sites=(a_site(opening=(9 * HOUR_S, 20 * HOUR_S)),),
        shifts=(DAY,),
        disruptions=(Disruption(kind="site_closed", from_s=14 * HOUR_S, to_s=15 * HOUR_S),),
    )
    groups = servers_present(problem, a_plan(problem, staffing=staff(problem, 1, "day")), STREAMS)
    assert [[(a // HOUR_S, b // HOUR_S) for a, b in g.stretches] for g in groups] == [
        [(9, 12), (13, 14), (15, 16)]
    ]


def test_absence_takes_its_share_and_one_more_person_changes_nobody_else() -> None:
    """With absence 0.2 about a fifth is missing; with n + 1 planned, the first n are the same."""
    problem = a_problem(crews=(a_crew(absence=0.2),))
    present = [
        sum(g.people for g in servers_present(problem, a_plan(problem, n), STREAMS))
        for n in range(200)
    ]
    assert set(np.diff(present).tolist()) == {0, 1}
    many = [
        sum(
            g.people
            for g in servers_present(problem, a_plan(problem, 100), Streams(1, HELD_OUT, k))
        )
        for k in range(100)
    ]
    assert abs(np.mean(many) - 80) <= 4 * np.sqrt(100 * 0.16 / 100)


def test_an_absence_wave_replaces_the_absence_of_shifts_that_start_in_it() -> None:
    """A wave of 1.0 on day 1 leaves nobody of the named crew on that day, and everybody on day
    0.
    """
    problem = a_problem(
        days=2,
        shifts=(DAY,),
        disruptions=(
            Disruption(
                kind="absence_wave",
                from_s=DAY_S,
                to_s=2 * DAY_S,
                site="site",
                crew="crew",
                factor=1.0,
            ),
        ),
    )
    groups = servers_present(problem, a_plan(problem, staffing=staff(problem, 4, "day")), STREAMS)
    assert [(g.people, g.stretches[0][0]) for g in groups] == [(4, 8 * HOUR_S)]
    other = replace(problem, disruptions=(replace(problem.disruptions[0], crew="agency"),))
    assert len(servers_present(other, a_plan(other, staffing=staff(other, 4, "day")), STREAMS)) == 2


def test_the_fastest_gang_comes_first() -> None:
    """Tenure days 0 and 2 of a ramp 0.6, 0.75, 0.9: the second is listed first."""
    problem = a_problem(days=3, shifts=(DAY,), crews=(a_crew(ramp=(0.6, 0.75, 0.9)),))
    rows = tuple(
        StaffRow(
            day=2,
            site="site",
            process="pack",
            crew="crew",
            shift="day",
            since_day=since,
            headcount=1,
        )
        for since in (0, 2)
    )
    assert [g.rate for g in servers_present(problem, a_plan(problem, staffing=rows), STREAMS)] == [
        900_000,
        600_000,
    ]


def test_people_on_a_shift_round_the_clock_work_on_at_midnight() -> None:
    """Two on day 0, three on day 1, one on day 2, 0-24 h each: one for three days, one for two, one
    for day 1 alone.
    """
    problem = a_problem(days=3)
    rows = tuple(
        StaffRow(
            day=d,
            site="site",
            process="pack",
            crew="crew",
            shift="whole",
            since_day=LONG_AGO,
            headcount=n,
        )
        for d, n in enumerate((2, 3, 1))
    )
    groups = servers_present(problem, a_plan(problem, staffing=rows), STREAMS)
    assert sorted((g.stretches, g.people) for g in groups) == [
        (((0, 2 * DAY_S),), 1),
        (((0, 3 * DAY_S),), 1),
        (((DAY_S, 2 * DAY_S),), 1),
    ]


def test_nobody_is_in_two_places_at_midnight() -> None:
    """One person round the clock, a task of an hour begun at 23:30: the next begins when it ends,
    at 0:30.
    """
    problem = a_problem(days=2)
    orders = orders_at(problem, DAY_S - 30, DAY_S - 20)
    records = simulate(problem, a_plan(problem), orders, STREAMS)
    assert records.start_s.tolist() == [[DAY_S - 30, DAY_S + 30]]


def test_a_relieved_shift_hands_its_task_over() -> None:
    """Other people come at 16:00: a task begun at 15:59:30 is done by them first, and then the next
    order. Where tasks are finished, the old shift stays for half a minute, paid as overtime, while
    the new one begins the next order.
    """
    late, four = Shift("late", 16 * HOUR_S, 24 * HOUR_S), 16 * HOUR_S
    stops = a_problem(shifts=(DAY, late))
    stays = replace(stops, sites=(a_site(finish="task"),))
    rows = (*staff(stops, 1, "day"), *staff(stops, 1, "late"))
    orders = orders_at(stops, four - 30, four - 25)
    records = simulate(stops, a_plan(stops, staffing=rows), orders, STREAMS)
    assert (records.start_s.tolist(), records.end_s.tolist()) == (
        [[four - 30, four + 30]],
        [[four + 30, four + 90]],
    )
    assert records.after_hours_s.tolist() == [[0]]
    records = simulate(stays, a_plan(stays, staffing=rows), orders, STREAMS)
    assert (records.start_s.tolist(), records.end_s.tolist()) == (
        [[four - 30, four]],
        [[four + 30, four + 60]],
    )
    assert records.after_hours_s.tolist() == [[30]]
    assert after_hours_minor(stays, records.after_hours_s).tolist() == [
        [25]
    ]  # half a minute of 20.00 an hour x 1.5
    table = after_hours_table(stays, [in_brief(stays, records)])
    assert table.values.tolist() == [["site", "pack", "crew", 0.008, Decimal("0.25")]]


def test_after_hours_are_those_beyond_the_paid_shift() -> None:
    """Shift 08-16, the site open 08-12: a task of six hours begun at 11:00 ends at 17:00.

    Paid to 16:00 as the shift, and one hour as overtime; a task that ends by 16:00 costs nothing
    more. A closure from noon on is the same.
    """
    straight = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
    for hours, after in ((6, HOUR_S), (5, 0), (2, 0)):
        site = a_site(Process(name="pack", orders_per_hour=1 / hours), finish="task")
        cut = a_problem(
            shifts=(straight,), sites=(replace(site, opening=(8 * HOUR_S, 12 * HOUR_S)),)
        )
        closed = a_problem(
            shifts=(straight,),
            sites=(site,),
            disruptions=(Disruption(kind="site_closed", from_s=12 * HOUR_S, to_s=DAY_S),),
        )
        for problem in (cut, closed):
            plan = a_plan(problem, staffing=staff(problem, 1, "day"))
            records = simulate(problem, plan, orders_at(problem, 11 * HOUR_S), STREAMS)
            assert records.end_s.tolist() == [[(11 + hours) * HOUR_S]]
            assert records.after_hours_s.tolist() == [[after]]


def test_what_is_put_down_goes_before_everything_that_waits() -> None:
    """A tour of two, 100 s of work, is interrupted after 40 s at 12:00 by a person of standard
    speed. At 13:00 a new person at 0.5 continues it for 120 s, although an order of an earlier
    deadline waits.
    """
    morning, afternoon = Shift("am", 8 * HOUR_S, 12 * HOUR_S), Shift("pm", 13 * HOUR_S, 17 * HOUR_S)
    tours = a_site(Process(name="pack", orders_per_hour=72.0, batch_orders=2, batch_setup_s=0))
    problem = a_problem(
        shifts=(morning, afternoon), crews=(a_crew(ramp=(0.5, 1.0)),), sites=(tours,)
    )
    rows = tuple(
        StaffRow(
            day=0, site="site", process="pack", crew="crew", shift=s, since_day=since, headcount=1
        )
        for s, since in (("am", -1), ("pm", 0))
    )
    noon, one = 12 * HOUR_S, 13 * HOUR_S
    orders = orders_at(problem, noon - 40, noon - 40, noon - 5)
    orders = replace(orders, deadline_s=np.array([3, 2, 1], dtype=np.int32) * 10**5)
    records = simulate(problem, a_plan(problem, staffing=rows), orders, STREAMS)
    assert records.start_s.tolist() == [[noon - 40, noon - 40, one + 120]]
    assert records.end_s.tolist() == [[one + 120, one + 120, one + 120 + 100]]


def test_presence_is_counted_in_seconds_per_bucket() -> None:
    """Two people from 8 to 16 with an hour's break at 12: 14 person-hours, none in the break's
    bucket.
    """
    problem = a_problem(shifts=(DAY, WHOLE_DAY))
    plan = a_plan(problem, staffing=staff(problem, 2, "day"))
    seconds = present_seconds(problem, servers_present(problem, plan, STREAMS))[0, 0]
    assert seconds.sum() == 14 * HOUR_S
    assert seconds[12] == 0
    assert seconds[8:12].tolist() == [2 * HOUR_S] * 4
    assert np.array_equal(played(problem, plan).present_s[0, 0], seconds)
