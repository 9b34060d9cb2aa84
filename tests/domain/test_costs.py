"""What a plan commits to, counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from planner.domain.contracts import Commitment, Contract, Tariff
from planner.domain.costs import (
    COST_NAMES,
    bookings,
    committed_costs,
    expected_shortfall_minor,
    shortfall_fees_minor,
)
from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Booking, ExtraCollection, Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Disruption, Problem, Service, StockRow
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow

PROBLEM = Problem(
    name="tiny",
    currency="CNY",
    horizon=Horizon(datetime(2026, 11, 8), 4, HOUR_S, "Asia/Shanghai"),
    seed=1,
    service=Service(0.98, 0.95),
    platform=PlatformRule(name="x", counts="label"),
    regions=(Region("all", "all", 1.0),),
    products=(Product(name="p", label="p", share=1.0, weight_g=500),),
    demand=Demand(
        events=(),
        region_share=np.array([1.0]),
        product_share=np.array([1.0]),
        baseline=Baseline(np.full(96, 10.0)),
    ),
    sites=(
        Site(
            name="s",
            label="s",
            region="all",
            processes=(Process(name="pack", orders_per_hour=30),),
            inbound_cost_minor=5,
        ),
    ),
    shifts=(Shift("day", 8 * HOUR_S, 18 * HOUR_S),),
    crews=(
        Crew(name="own", site="s", temporary=False, limit=3, wage_minor_per_hour=2000),
        Crew(
            name="temp",
            site="s",
            temporary=True,
            limit=9,
            wage_minor_per_hour=1000,
            hire_cost_minor=700,
            min_days=2,
        ),
    ),
)


def rows(crew: str, since: int, by_day: dict[int, int]) -> tuple[StaffRow, ...]:
    return tuple(
        StaffRow(
            day=day, site="s", process="pack", crew=crew, shift="day", since_day=since, headcount=n
        )
        for day, n in by_day.items()
    )


def test_people_of_one_start_day_leave_step_by_step() -> None:
    """5, 5, 2 people booked since day 1 are three for two days and two for three days."""
    found = bookings(PROBLEM, rows("temp", 1, {1: 5, 2: 5, 3: 2}) + rows("own", LONG_AGO, {0: 3}))
    assert found == (Booking("s", "temp", 1, 2, 3), Booking("s", "temp", 1, 3, 2))


def test_committed_costs_by_hand() -> None:
    """Ten hours, eight regular, two at 1.5 times: 3 own people-days, 12 of temps, 5 hires; stock
    100 x 5 fen.
    """
    plan = Plan(
        method="test",
        status=PlanStatus.AS_STATED,
        staffing=rows("own", LONG_AGO, {0: 3}) + rows("temp", 1, {1: 5, 2: 5, 3: 2}),
        routing=(),
        stock=(StockRow("s", "p", 100),),
    )
    assert committed_costs(PROBLEM, plan) == {
        "wages": 3 * 8 * 2000 + 12 * 8 * 1000,
        "overtime": 3 * 2 * 3000 + 12 * 2 * 1500,
        "idle_pay": 0,
        "hiring": 5 * 700,
        "stock": 500,
        "extra_collections": 0,
        "collection_fees": 0,
        "fixed_fees": 0,
    }


def test_who_is_on_the_books_already_is_not_booked_again() -> None:
    """Temporaries who started before the horizon cost their wages, not another hire."""
    rows_before = rows("temp", -2, {0: 4, 1: 4})
    assert bookings(PROBLEM, rows_before) == ()
    assert (
        committed_costs(
            PROBLEM,
            Plan(method="test", status=PlanStatus.AS_STATED, staffing=rows_before, routing=()),
        )["hiring"]
        == 0
    )


COURIERS = replace(
    PROBLEM,
    sites=(
        replace(
            PROBLEM.sites[0],
            collections=(Collection("fast", 9 * HOUR_S, None, 40, 3), Collection("fast", 0)),
        ),
        replace(
            PROBLEM.sites[0],
            name="t",
            collections=(
                Collection("fast", 9 * HOUR_S, None, 50, 2),
                Collection("slow", 9 * HOUR_S, None, 60, 1),
            ),
        ),
    ),
    contracts=tuple(
        Contract(
            name=name,
            label=name,
            tariff=Tariff(zones={}, rates={}),
            commitment=Commitment(collection_fee_minor=fee, fixed_fee_minor=1000),
        )
        for name, fee in (("fast", 700), ("slow", 900))
    ),
)


def test_every_vehicle_that_comes_is_paid_while_signed() -> None:
    """Four days: two visits at s and one at t each day, five vehicles more; the slow contract
    comes, but nobody signed it: its booked vehicle costs what it costs, and no fee.
    """
    extra = (
        ExtraCollection(1, "s", "fast", 9 * HOUR_S, 3),
        ExtraCollection(2, "t", "fast", 9 * HOUR_S, 2),
        ExtraCollection(2, "t", "slow", 9 * HOUR_S, 1),
    )
    costs = committed_costs(
        COURIERS,
        Plan(
            method="test",
            status=PlanStatus.AS_STATED,
            staffing=(),
            routing=(),
            extra=extra,
            signed=("fast",),
        ),
    )
    assert costs["collection_fees"] == (4 * 3 + 5) * 700
    assert costs["extra_collections"] == 3 * 40 + 2 * 50 + 60
    assert costs["fixed_fees"] == 1000
    assert list(costs) == list(COST_NAMES[: len(costs)])


def test_a_vehicle_that_does_not_come_is_not_paid() -> None:
    """Day 1: the fast contract misses s at 9 h, with the two vehicles booked; from day 3 the site t
    is closed.
    """
    disruptions = (
        Disruption(
            kind="missed_collection",
            from_s=DAY_S + 9 * HOUR_S,
            to_s=DAY_S + 9 * HOUR_S + 1,
            site="s",
            contract="fast",
        ),
        Disruption(kind="site_closed", from_s=3 * DAY_S, to_s=4 * DAY_S, site="t"),
    )
    extra = (ExtraCollection(1, "s", "fast", 9 * HOUR_S, 2),)
    plan = Plan(
        method="test",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=(),
        extra=extra,
        signed=("fast", "slow"),
    )
    costs = committed_costs(replace(COURIERS, disruptions=disruptions), plan)
    assert costs["collection_fees"] == (4 * 3 - 1 - 1) * 700 + 3 * 900
    assert costs["extra_collections"] == 2 * 40


def test_the_shortfall_fee_is_of_signed_contracts_alone() -> None:
    """33.3 % of 980 parcels, rounded up, are 327: with 80 carried, 247 are missing at 0.70; the
    expected fee does not round the share.
    """
    tariff = Tariff(zones={}, rates={})
    terms = Commitment(parcels=100, share=0.333, shortfall_minor=70)
    signed, other = (
        Contract(name=name, label=name, tariff=tariff, commitment=terms) for name in "ab"
    )
    problem = replace(PROBLEM, contracts=(signed, other))
    plan = Plan(method="joint", status=PlanStatus.OPTIMAL, staffing=(), routing=(), signed=("a",))
    fees = shortfall_fees_minor(problem, plan, np.array([80, 900]))
    assert fees.tolist() == [247 * 70, 0]
    assert expected_shortfall_minor(signed, 80.0, 980.0) == (0.333 * 980 - 80) * 70
    assert expected_shortfall_minor(signed, 400.0, 980.0) == 0.0
