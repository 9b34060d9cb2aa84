"""Resources of a plan: what may be removed, what that saves, and what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.costs import committed_costs
from planner.domain.horizon import HOUR_S
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.site import Collection, Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.removable_resources import (
    Removable,
    headcounts_of,
    removable_resources,
    with_headcounts,
)
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site
from tests.studies.certification.builders import SHIFTS


def shop() -> Problem:
    """Two processes, permanent people and temporaries who stay two days at least, and a carrier
    with extra vehicles.
    """
    vehicle = Collection("courier", 20 * HOUR_S, 50, extra_cost_minor=9000, max_extra=3)
    return a_problem(
        days=4,
        shifts=SHIFTS,
        contracts=(a_contract(collection_fee_minor=700),),
        sites=(
            a_site(
                Process(name="pick", orders_per_hour=20.0),
                Process(name="pack", orders_per_hour=10.0),
                collections=(vehicle,),
            ),
        ),
        crews=(
            a_crew(limit=9),
            a_crew(
                name="agency",
                temporary=True,
                limit=9,
                min_days=2,
                hire_cost_minor=3000,
                regular_hours=6.0,
            ),
        ),
    )


def busy() -> Plan:
    """Three permanent people at each process on each day; temporaries in two bookings; three
    vehicles in all.
    """
    own = [
        StaffRow(
            day=day,
            site="site",
            process=process,
            crew="crew",
            shift="day",
            since_day=LONG_AGO,
            headcount=3,
        )
        for day in range(4)
        for process in ("pick", "pack")
    ]
    booked = [
        StaffRow(
            day=day,
            site="site",
            process=process,
            crew="agency",
            shift=shift,
            since_day=since,
            headcount=people,
        )
        for since, days in ((0, range(4)), (1, range(1, 3)))
        for day in days
        for process, shift, people in (("pick", "day", 1), ("pack", "late", 2))
    ]
    extra = (
        ExtraCollection(1, "site", "courier", 20 * HOUR_S, 2),
        ExtraCollection(3, "site", "courier", 20 * HOUR_S, 1),
    )
    return a_plan(shop(), staffing=tuple(sorted([*own, *booked])), extra=extra, signed=("courier",))


def idle(row: StaffRow) -> float:
    """Pickers have the most slack."""
    return 0.8 if row.process == "pick" else 0.3


ALL = removable_resources(shop(), busy(), idle)


def committed(plan: Plan) -> int:
    return sum(committed_costs(shop(), plan).values())


def test_a_guaranteed_day_saves_only_what_is_not_paid_anyway() -> None:
    """24 person-days are scheduled: if as many are guaranteed none saves, of 18 each its wage."""
    days = {}
    for per_week in (None, 5.0, 7.0):
        crews = tuple(
            c if c.temporary else replace(c, guaranteed_days_per_week=per_week, limit=6)
            for c in shop().crews
        )
        found = removable_resources(replace(shop(), crews=crews), busy(), idle)
        days[per_week] = [(r.label, r.saving_minor) for r in found if r.kind == "day"]
    assert days[5.0] == days[None] != []
    assert days[7.0] == []


def test_the_plan_keeps_every_rule_and_has_every_kind_of_unit() -> None:
    """Vehicles, days of permanent people, bookings with their first and last days, where they may
    be shorter.
    """
    assert violations(shop(), busy()) == ()
    assert {resource.kind for resource in ALL} == {
        "vehicle",
        "day",
        "booking",
        "last day",
        "first day",
    }
    assert not [
        r for r in ALL if r.kind in ("last day", "first day") and "11-10 to 11-11" in r.label
    ]
    assert len({resource.label for resource in ALL}) == len(ALL)


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.label)
def test_a_plan_without_it_keeps_every_rule_and_costs_less_by_what_it_saves(
    resource: Removable,
) -> None:
    """For one of them and for all; one more than there are cannot go."""
    for n in {1, resource.count}:
        less = resource.without(busy(), n)
        assert less is not None
        assert violations(shop(), less) == ()
        assert committed(busy()) - committed(less) == n * resource.saving_minor
        assert less.staffing == tuple(sorted(less.staffing))
    assert resource.without(busy(), resource.count + 1) is None


@pytest.mark.parametrize("resource", ALL, ids=lambda resource: resource.label)
def test_nobody_else_is_touched(resource: Removable) -> None:
    """Of people and vehicles nothing is more than it was, but for the bookings that begin a day
    later.
    """
    less = resource.without(busy(), 1)
    assert less is not None
    more = headcounts_of(less) - headcounts_of(busy())
    assert not more or resource.kind == "first day"
    assert all(row.since_day == 1 for row in more)
    assert sum(e.vehicles for e in less.extra) == 3 - (resource.kind == "vehicle")


def test_whoever_is_missed_least_goes() -> None:
    """A booking's first person taken off is a picker, the second a packer."""
    resource = next(r for r in ALL if r.kind == "booking" and "11-10 to 11-11" in r.label)
    gone = [
        headcounts_of(busy()) - headcounts_of(with_headcounts(busy(), headcounts_of(less)))
        for less in _without(resource)
    ]
    assert [{row.process for row in rows} for rows in gone] == [{"pick"}, {"pick", "pack"}]


def _without(resource: Removable) -> list[Plan]:
    return [plan for n in (1, 2) if (plan := resource.without(busy(), n)) is not None]


def test_what_saves_most_and_is_missed_least_is_tried_first() -> None:
    """In the order of saving times slack."""
    worth = [resource.saving_minor * resource.slack for resource in ALL]
    assert worth == sorted(worth, reverse=True)
