"""Payroll against hand calculation, and its sums against the costs of a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.costs import committed_costs, tail_minor
from planner.domain.guarantee import guaranteed_days, idle_change_minor
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.payroll import payroll
from planner.domain.plan import Plan, PlanStatus
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from tests.planning.builders import crew, problem

LONG = Shift("day+2h", 8 * HOUR_S, 18 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),), extends="day")


def rows_of(of: Crew, *people: tuple[int, str, int]) -> tuple[StaffRow, ...]:
    """(day, shift, people) at the only process."""
    return tuple(
        StaffRow(
            day=day,
            site=of.site,
            process="pack",
            crew=of.name,
            shift=shift,
            since_day=0 if of.temporary else LONG_AGO,
            headcount=n,
        )
        for day, shift, n in people
    )


def planned(staffing: tuple[StaffRow, ...]) -> Plan:
    return Plan(method="test", status=PlanStatus.FEASIBLE, staffing=staffing, routing=())


def test_payroll_by_hand() -> None:
    """Four people, 5 days a week over 7 days: 20 guaranteed, 8 of them scheduled.

    7 hours at 20.00 on ordinary days, 9 hours with one beyond 8 on the long one; an idle day is
    paid 8 hours.
    """
    own = crew(limit=4, guaranteed_days_per_week=5.0, extended=("day+2h",))
    given = problem(days=7, crews=(own,), shifts=(problem().shifts[0], LONG))
    (pay,) = payroll(given, rows_of(own, (0, "day", 3), (1, "day", 3), (2, "day+2h", 2)))
    assert (pay.scheduled_days, pay.idle_days) == (8, 12)
    assert pay.overtime_s == 2 * HOUR_S
    assert pay.wages_minor == 6 * 7 * 2_000 + 2 * 8 * 2_000
    assert pay.overtime_minor == 2 * 3_000
    assert pay.idle_minor == 12 * 8 * 2_000
    assert pay.amount_minor == pay.wages_minor + pay.overtime_minor + pay.idle_minor


@pytest.mark.parametrize("seed", range(20))
def test_payroll_adds_up_to_the_costs(seed: int) -> None:
    """To the minor unit, with odd wages and a tail that is not paid for."""
    rng = np.random.default_rng(seed)
    own = crew(
        limit=int(rng.integers(1, 9)),
        wage_minor_per_hour=int(rng.integers(1_000, 3_000)),
        regular_hours=float(rng.choice([6.5, 8.0])),
        extended=("day+2h",),
        guaranteed_days_per_week=float(rng.choice([2.5, 5.0, 7.0])),
    )
    agency = crew(name="agency", temporary=True, wage_minor_per_hour=int(rng.integers(900, 2_000)))
    given = problem(days=9, crews=(own, agency), shifts=(problem().shifts[0], LONG))
    given = replace(given, horizon=replace(given.horizon, tail_days=2))
    people = [(int(d), "day", int(rng.integers(1, 4))) for d in range(9)]
    longer = [(int(d), "day+2h", int(rng.integers(1, 4))) for d in rng.integers(0, 9, 3)]
    staffing = rows_of(own, *people, *longer) + rows_of(agency, *people)
    costs = committed_costs(given, planned(staffing))
    pay = payroll(given, staffing)
    assert sum(p.wages_minor for p in pay) == costs["wages"]
    assert sum(p.overtime_minor for p in pay) == costs["overtime"]
    assert sum(p.idle_minor for p in pay) == costs["idle_pay"]
    assert pay[0].scheduled_days + pay[0].idle_days >= guaranteed_days(given, own)
    assert pay[1].idle_days == 0


def test_a_shift_belongs_to_the_day_it_begins() -> None:
    """Two nights of six paid hours: the promotion's last one counts and is paid whole, though half
    of it lies in the tail; that of the first day of the tail and of the evening before are neither.
    """
    night = Shift("night", 21 * HOUR_S, 27 * HOUR_S)
    own = crew(limit=2, guaranteed_days_per_week=7.0)
    given = problem(days=4, crews=(own,), shifts=(night,))
    for tail in (1, 0):
        horizon = replace(given.horizon, days=3 + tail, tail_days=tail)
        edges = replace(given, horizon=horizon)
        rows = rows_of(own, *((day, "night", 2) for day in range(horizon.days)))
        (pay,) = payroll(edges, rows)
        assert (pay.scheduled_days, pay.idle_days) == (6, 0)
        assert pay.amount_minor == 6 * 6 * 2_000
        assert committed_costs(edges, planned(rows))["wages"] == pay.wages_minor
        assert tail_minor(edges, planned(rows)) == tail * 2 * 6 * 2_000
        (pay,) = payroll(edges, rows_of(own, (-1, "night", 2)))
        assert (pay.scheduled_days, pay.wages_minor) == (0, 0)


def test_guaranteed_days_are_rounded_up_once() -> None:
    """Five days a week for 9 days of 12 people are 77.1; for 7 days of 3 people exactly 15."""
    twelve, three = (crew(limit=n, guaranteed_days_per_week=5.0) for n in (12, 3))
    assert guaranteed_days(problem(days=9), twelve) == 78
    assert guaranteed_days(problem(days=7), three) == 15
    assert guaranteed_days(problem(days=7), crew()) == 0


def test_a_day_less_saves_only_what_no_guarantee_pays() -> None:
    """Beyond the guarantee a day off is free; within it, a standard day is paid all the same."""
    three, days = crew(limit=3, guaranteed_days_per_week=5.0), problem(days=7)
    assert idle_change_minor(days, three, 16, -1) == 0
    assert idle_change_minor(days, three, 15, -1) == 8 * 2_000
    assert idle_change_minor(days, three, 14, 3) == -8 * 2_000
