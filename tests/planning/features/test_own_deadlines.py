"""Returns and room for parcels go by the deadlines the rule really gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.arrays import Ints
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.products import Product, Region, Returns
from planner.domain.site import Process
from planner.planning.formulation.cutoffs import NEVER_DUE
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import room_to_count_on
from planner.planning.formulation.returns import returned_at
from planner.planning.options import PlanningOptions
from tests.planning.builders import (
    collections,
    courier_problem,
    lane_prices,
    problem,
    scenarios,
    site,
)


def parameters(given: Problem) -> Parameters:
    return Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=PlanningOptions(),
        active=(0,),
    )


def due_of_returns(days: int = 8, **rule: Any) -> Ints:
    """When returns are due, were every order due at its deadline."""
    place = site(receive=Process(name="receive", orders_per_hour=30.0), received_by="pack")
    box = Product(name="box", label="Box", share=1.0, weight_g=500.0, return_share=0.3)
    base = problem(days=days, sites=(place,), products=(box,), returns=Returns(HOUR_S, 2 * HOUR_S))
    regions = (Region("north", "North", 0.5), Region("south", "South", 0.5))
    demand = replace(base.demand, region_share=np.array([0.5, 0.5]))
    given = replace(
        base,
        platform=PlatformRule(name="rule", counts="label", **rule),
        regions=regions,
        demand=demand,
    )
    of, start = parameters(given), np.arange(days * DAY_S // SLOT_S) * SLOT_S
    deadlines = [
        given.platform.deadlines(start, np.full(len(start), r), given.region_names, given.horizon)
        for r in range(2)
    ]
    found = returned_at(of, place, place.processes[0], deadlines)
    assert found is not None
    return found.due_s


def at(day: int, hour: int) -> int:
    return (day * DAY_S + hour * HOUR_S) // SLOT_S


def test_with_hours_a_return_is_due_after_its_48_hours() -> None:
    """Orders due in 24 hours: a return of Tuesday noon stands where an order of Wednesday noon
    does.
    """
    assert due_of_returns(deadline_hours=24.0)[at(1, 12)] == 3 * DAY_S + 12 * HOUR_S


def test_under_a_calendar_a_return_waits_with_the_orders_of_its_deadline() -> None:
    """Due at the end of the next working day: a return of day 1, due on day 3, stands with the
    orders of day 2, whose deadline is the first that is not before its own.
    """
    due = due_of_returns(deadline_working_days=1)
    assert due[at(1, 12)] == 4 * DAY_S - 1
    holidays = frozenset({date(2026, 11, 12), date(2026, 11, 13)})  # days 2 and 3 of the horizon
    assert due_of_returns(deadline_working_days=1, non_working=holidays)[at(1, 12)] == 5 * DAY_S - 1


def test_a_longer_promise_puts_a_return_ahead() -> None:
    """Where a region is promised 72 hours, its orders of a day before have the deadline of the
    return.
    """
    due = due_of_returns(deadline_hours=24.0, promise_hours={"south": 72.0})
    like_north, like_south = at(2, 12), at(0, 12)
    earliest = {slot: slot * SLOT_S + DAY_S for slot in (like_north, like_south)}
    assert due[at(1, 12)] in (max(earliest.values()), NEVER_DUE)
    assert (due >= np.arange(len(due)) * SLOT_S).all()


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ({"deadline_hours": 96.0}, 4.0),
        ({"deadline_hours": 96.0, "promise_hours": {"north": 24.0}}, 1.0),
        ({"deadline_hours": 96.0, "deadline_working_days": 1}, 1.0),
        ({"deadline_hours": 24.0, "deadline_working_days": 3}, 3.0),
    ],
)
def test_room_goes_by_the_shortest_promise(rule: dict[str, Any], days: float) -> None:
    """Chance evens out over as long as an order may take: of the region promised most, or of
    working days.
    """
    base = courier_problem(
        sites=(site(collections=collections("fast", "slow", capacity_parcels=50)),)
    )
    given = replace(base, platform=PlatformRule(name="rule", counts="handover", **rule))
    assert room_to_count_on(parameters(given), 0) == pytest.approx(1 - 2 / np.sqrt(100 * days))
