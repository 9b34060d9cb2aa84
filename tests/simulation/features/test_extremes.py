"""Degenerate problems have exact answers; more of something never hurts where theory says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER
from planner.domain.site import Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.simpy_engine.warehouse import Warehouse
from tests.builders import (
    STREAMS,
    a_crew,
    a_plan,
    a_problem,
    a_site,
    given,
    in_brief,
    orders_at,
    played,
    simulate,
    staff,
)

NO_WORK = Process(name="pack", orders_per_hour=1e12)


def test_no_orders_leave_empty_records() -> None:
    """Without orders everything is empty, the service is 100 %, and people are there all the
    same.
    """
    problem = a_problem()
    records = played(problem, a_plan(problem, 3))
    summary = in_brief(problem, records)
    assert (summary.placed, summary.on_time_share, summary.mean_wait_s, summary.mean_cycle_s) == (
        0,
        1.0,
        0.0,
        0.0,
    )
    assert np.all(summary.hourly.staff == 3)


def test_no_staff_packs_nothing() -> None:
    """Without people every order waits to the end."""
    problem = a_problem(orders_per_hour=20)
    records = played(problem, a_plan(problem, staffing=()))
    assert np.all(records.start_s == NEVER)
    assert in_brief(problem, records).hourly.backlog[0, 0, -1] == len(records.orders)


def test_endless_staff_never_lets_an_order_wait() -> None:
    """With more people than orders, every order begins in the second it comes and ends after its
    own work.
    """
    problem = a_problem(
        orders_per_hour=200,
        sites=(
            a_site(
                Process(name="pick", orders_per_hour=30.0, cv=1.0),
                Process(name="pack", orders_per_hour=20.0, cv=0.5),
            ),
        ),
    )
    records = played(problem, a_plan(problem, 10**6))
    assert np.array_equal(records.start_s[0], records.orders.ordered_at_s)
    done = (records.end_s[0] != NEVER) & (
        records.end_s[0] < problem.horizon.end_s
    )  # they go home at midnight
    assert np.array_equal(records.start_s[1][done], records.end_s[0][done])


def test_work_of_nothing_takes_no_time() -> None:
    """Three stations without work content: packed in the second of the order, however few the
    people.
    """
    line = tuple(replace(NO_WORK, name=name) for name in ("pick", "check", "pack"))
    problem = a_problem(orders_per_hour=500, sites=(a_site(*line),))
    records = played(problem, a_plan(problem, 1))
    assert np.array_equal(records.packed_at_s, records.orders.ordered_at_s)


def test_all_orders_in_one_second_are_done_in_turn() -> None:
    """1,000 orders in one second, ten people, a minute each: ten are packed every minute."""
    problem = a_problem()
    records = simulate(problem, a_plan(problem, 10), orders_at(problem, *[777] * 1000), STREAMS)
    assert np.array_equal(records.packed_at_s, 777 + 60 * (1 + np.arange(1000) // 10))


def test_a_year_is_no_longer_than_its_events() -> None:
    """A horizon of 365 days with one order on the last day ends in time, and the order is
    packed.
    """
    problem = a_problem(days=365)
    second = 364 * 86_400 + 5
    records = simulate(problem, a_plan(problem), orders_at(problem, second), STREAMS)
    assert records.packed_at_s.tolist() == [second + 60]


def test_a_task_that_outlasts_the_horizon_has_begun_and_not_ended() -> None:
    """An order at the last minute but one second: begun, not packed; one that ends with the very
    last second counts.
    """
    problem = a_problem()
    end = problem.horizon.end_s
    records = simulate(problem, a_plan(problem, 2), orders_at(problem, end - 60, end - 59), STREAMS)
    assert records.start_s.tolist() == [[end - 60, end - 59]]
    assert records.packed_at_s.tolist() == [end, NEVER]


def test_overload_grows_the_backlog_by_what_is_missing() -> None:
    """100 orders an hour (given) and capacity for 60: the backlog at the end of hour h is 40 (h +
    1), within the order in progress.
    """
    problem = given(a_problem(), [100.0] * 24)
    records = played(problem, a_plan(problem))
    backlog = in_brief(problem, records).hourly.backlog[0, 0]
    assert np.all(np.abs(backlog - 40 * np.arange(1, 25)) <= 2)


def test_one_more_person_never_delays_an_order_at_a_single_first_come_station() -> None:
    """At one station, first come first served, every order is packed no later with one person
    more.
    """
    problem = a_problem(
        orders_per_hour=170,
        sites=(a_site(Process(name="pack", orders_per_hour=60.0, cv=1.0, discipline="fifo")),),
    )
    fewer, more = (played(problem, a_plan(problem, people)).packed_at_s for people in (3, 4))
    late = np.iinfo(np.int32).max
    assert np.all(np.where(more == NEVER, late, more) <= np.where(fewer == NEVER, late, fewer))
    assert np.any(more != fewer)


def test_the_same_orders_and_absences_whatever_the_staff() -> None:
    """Adding people changes neither the orders nor who of the others is absent."""
    problem = a_problem(orders_per_hour=50, crews=(a_crew(absence=0.3),))
    few, many = played(problem, a_plan(problem, 20)), played(problem, a_plan(problem, 21))
    assert np.array_equal(few.orders.work_us, many.orders.work_us)
    difference = np.unique(many.present_s - few.present_s)
    assert difference.tolist() in ([0], [HOUR_S])


@pytest.mark.slow
def test_common_orders_make_comparisons_sharper() -> None:
    """The difference in mean wait between 12 and 13 people (14 are needed) varies at most a quarter
    as much on the same orders.
    """
    problem = a_problem(
        orders_per_hour=70, sites=(a_site(Process(name="pack", orders_per_hour=5.0, cv=0.5)),)
    )

    def waits(people: int, begin: int) -> list[float]:
        found = []
        for k in range(begin, begin + 40):
            records = played(problem, a_plan(problem, people), k)
            found.append(in_brief(problem, records).mean_wait_s)
        return found

    paired = np.subtract(waits(12, 0), waits(13, 0))
    unpaired = np.subtract(waits(12, 0), waits(13, 100))
    print(np.var(paired) / np.var(unpaired))
    assert np.var(paired) <= 0.25 * np.var(unpaired)


@pytest.mark.parametrize("people", [1, 5])
def test_a_shift_split_in_two_rows_is_the_same_staff(people: int) -> None:
    """Headcounts of equal rows add up."""
    problem = a_problem(orders_per_hour=50)
    whole = a_plan(problem, 2 * people)
    halves = replace(whole, staffing=(*staff(problem, people), *staff(problem, people)))
    assert np.array_equal(played(problem, whole).end_s, played(problem, halves).end_s)


def test_people_booked_before_the_horizon_work_only_inside_it() -> None:
    """A night shift that began the day before is there from midnight on."""
    problem = a_problem(shifts=(Shift("whole", 20 * HOUR_S, 26 * HOUR_S),))
    plan = a_plan(
        problem,
        staffing=(
            StaffRow(
                day=-1,
                site="site",
                process="pack",
                crew="crew",
                shift="whole",
                since_day=LONG_AGO,
                headcount=1,
            ),
        ),
    )
    records = simulate(problem, plan, orders_at(problem, 10, 7200), Streams(1, HELD_OUT, 0))
    assert records.packed_at_s.tolist() == [70, NEVER]
    assert draw_orders(problem, STREAMS).ordered_at_s.size == 0


def test_tours_of_endless_work_never_end() -> None:
    """Ten orders of years each in one tour: begun, and still in work at the end, with both
    engines.
    """
    process = Process(name="pack", orders_per_hour=1e-6, batch_orders=10_000, batch_setup_s=86_400)
    problem = a_problem(sites=(a_site(process),))
    records = simulate(problem, a_plan(problem), orders_at(problem, *[5] * 10), STREAMS)
    assert records.start_s.tolist() == [[5] * 10]
    assert records.end_s.tolist() == [[NEVER] * 10]


def test_a_lost_order_is_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting finds a parcel that is packed and put nowhere."""
    problem = a_problem()
    monkeypatch.setattr(Warehouse, "shelve", lambda self, order: None)
    with pytest.raises(RuntimeError, match="tick 8640: 1 orders came, 0 are inside, 0 are gone"):
        simulate(problem, a_plan(problem), orders_at(problem, 0), STREAMS)
