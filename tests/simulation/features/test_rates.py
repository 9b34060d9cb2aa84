"""Stations do what the scenario states, and a shift the work of its hours; each test says what
error it would find.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.simulation.rates import CELLS, SHIFT, Cell, error_of_hours, error_of_rate
from planner.domain.horizon import HOUR_S
from planner.domain.products import Product, Returns
from planner.domain.records import NEVER
from planner.domain.site import Process
from planner.planning.formulation.time_buckets import work_seconds
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import (
    INSTANT_BITS,
    TICKS_PER_S,
    arrival_ticks,
    phases,
    ticks_of,
)
from tests.builders import STREAMS, a_plan, a_problem, a_site, orders_at, simulate, staff

ALARM = float(
    stats.norm.ppf(1 - 0.01 / (2 * len(CELLS)))
)  # 1 % false alarms over all cells together
FOUND = float(
    stats.norm.ppf(0.99)
)  # an error is found 99 times in 100 when it is beyond the limit by so much


def smallest_error_found(cell: Cell, orders: int) -> float:
    """Relative error of the rate that the test finds 99 times in 100."""
    return (ALARM + FOUND) * cell.standard_error(orders)


@pytest.mark.parametrize("cell", CELLS, ids=str)
def test_a_station_does_what_is_stated(cell: Cell) -> None:
    """At 2 to 5,000 orders an hour, deterministic, lognormal or exponential, alone or in tours of
    12, an overloaded station does its stated orders; an error of 1 % would be found 99 times in
    100.
    """
    size = {"deterministic": 50_000, "lognormal": 100_000, "exponential": 390_000}[
        cell.distribution
    ]
    orders, error = error_of_rate(cell, size, seed=CELLS.index(cell))
    assert smallest_error_found(cell, orders) <= 0.01
    assert (
        abs(error) <= ALARM * cell.standard_error(orders) + 1e-4
    )  # a few tasks more or less by how they divide


def test_rounding_has_no_bias_at_any_length() -> None:
    """Over all instants, tasks of 0.03 to 72 s at speeds 1, 0.73 and 1.3 take their time on
    average, to 2^-15 tick.
    """
    phase = phases(np.arange(1 << INSTANT_BITS, dtype=np.uint16))
    for content_us in (30_000, 720_000, 1_440_000, 3_600_000, 71_999_999):
        for rate in (MICRO, 730_000, 1_300_000):
            ticks = np.array(
                [ticks_of(content_us * TICKS_PER_S, rate, int(p)) for p in phase[:: 1 << 4]]
            )
            assert ticks.mean() == pytest.approx(content_us * TICKS_PER_S / rate, abs=2.0**-11)
            assert ticks.max() - ticks.min() <= 1


def test_instants_give_every_tick_of_a_second_its_share() -> None:
    """The 65,536 instants fall into the ten ticks of a second, one tenth in each, all in their
    second.
    """
    instant = np.arange(1 << INSTANT_BITS, dtype=np.uint16)
    ticks = arrival_ticks(np.full(len(instant), 7, dtype=np.int32), instant)
    count = np.bincount(ticks - 70, minlength=TICKS_PER_S)
    assert len(count) == TICKS_PER_S
    assert count.max() - count.min() <= 1


@pytest.mark.parametrize("tour", [1, 12])
@pytest.mark.parametrize("distribution", ["deterministic", "lognormal", "exponential"])
@pytest.mark.parametrize("share", [0.01, 0.0625, 0.1])
def test_a_shift_does_the_work_of_its_hours(share: float, distribution: str, tour: int) -> None:
    """Shifts with two breaks, tasks of 1 % to 10 % of a shift: the work done is that of the hours
    within 0.5 %.

    30 days of 20 people: what is unknown is the last task of each, a tenth of a shift of 30 at
    most, of which half is counted: a standard deviation below 0.1 %.
    """
    assert abs(error_of_hours(share, distribution, tour)) <= 0.005


def test_nobody_works_in_a_break_or_after_the_shift() -> None:
    """More work than can be done, 7-minute tasks: none ends in a break or after closing, and with 8
    hours paid, one person does 8 x 60 / 7 = 68 of them a day and the rest of the 69th the next
    morning.
    """
    site = a_site(Process(name="pack", orders_per_hour=60 / 7, discipline="fifo"))
    problem = a_problem(days=2, sites=(site,), shifts=(SHIFT,))
    records = simulate(
        problem,
        a_plan(problem, staffing=staff(problem, 1, SHIFT.name)),
        orders_at(problem, *range(200)),
        STREAMS,
    )
    ended = records.end_s[0][records.end_s[0] != NEVER]
    of_day = ended % 86_400
    inside = [(of_day > a) & (of_day <= b) for a, b in SHIFT.working(0)]
    assert np.all(np.any(inside, axis=0))
    assert SHIFT.paid_s == 8 * HOUR_S
    assert np.count_nonzero(ended < 86_400) == 68
    assert len(ended) == 2 * 8 * 60 // 7


SAME_DAY = Returns(HOUR_S, HOUR_S)
RETURNED = (Product(name="product", label="Product", share=1.0, weight_g=500.0, return_share=1.0),)
AT_ONCE = Process(name="pack", orders_per_hour=1e10)


def _received(receive: Process, orders: int, people: int) -> list[int]:
    """Seconds in which `orders` parcels, all back at one o'clock, are dealt with."""
    site = a_site(AT_ONCE, receive=receive, received_by="pack")
    problem = a_problem(sites=(site,), products=RETURNED, returns=SAME_DAY)
    records = simulate(problem, a_plan(problem, people), orders_at(problem, *[0] * orders), STREAMS)
    assert records.returned_at_s.tolist() == [HOUR_S] * orders
    return sorted(records.received_at_s.tolist())


def test_returns_are_dealt_with_at_stations_of_their_own() -> None:
    """Twenty people, two stations for returns at 60 an hour each: 120 an hour, not 1,200."""
    seconds = _received(Process(name="receive", orders_per_hour=60.0, stations=2), 240, 20)
    assert seconds == [HOUR_S + 60 * (1 + k // 2) for k in range(240)]


def test_returns_have_tours_of_their_own() -> None:
    """One person, tours of three returns with a minute's set-up and a minute each: three every four
    minutes.
    """
    seconds = _received(
        Process(name="receive", orders_per_hour=60.0, batch_orders=3, batch_setup_s=60), 6, 1
    )
    assert seconds == [HOUR_S + 240] * 3 + [HOUR_S + 480] * 3


def test_orders_are_done_while_returns_wait_for_a_station() -> None:
    """One station for returns, two people: the second packs the orders that came an hour later."""
    site = a_site(
        Process(name="pack", orders_per_hour=60.0),
        receive=Process(name="receive", orders_per_hour=6.0, stations=1),
        received_by="pack",
    )
    problem = a_problem(sites=(site,), products=RETURNED, returns=SAME_DAY)
    records = simulate(
        problem, a_plan(problem, 2), orders_at(problem, 0, 0, 2 * HOUR_S, 2 * HOUR_S + 1), STREAMS
    )
    assert records.received_at_s[:2].tolist() == [HOUR_S + 660, HOUR_S + 1260]
    late = _received(Process(name="receive", orders_per_hour=6.0, stations=1), 3, 2)
    assert late == [HOUR_S + 600, HOUR_S + 1200, HOUR_S + 1800]


def test_a_set_up_without_tours_counts_for_every_order() -> None:
    """60 orders an hour and a minute of set-up: 30 an hour."""
    problem = a_problem(
        sites=(a_site(Process(name="pack", orders_per_hour=60.0, batch_setup_s=60)),)
    )
    records = simulate(problem, a_plan(problem), orders_at(problem, 0, 0, 0), STREAMS)
    assert records.end_s.tolist() == [[120, 240, 360]]
    assert work_seconds(problem.sites[0].processes[0], 1.0) == 120


def test_work_in_the_plan_is_work_in_the_simulation() -> None:
    """Seconds of an order: 3.6 at 1,000 an hour, without anything for rounding; in tours its part
    of the set-up.
    """
    assert work_seconds(Process(name="pack", orders_per_hour=1000.0), 1.0) == pytest.approx(
        3.6, rel=1e-12
    )
    assert work_seconds(
        Process(name="pack", orders_per_hour=1000.0, batch_orders=12, batch_setup_s=90), 2.0
    ) == pytest.approx(14.7)
