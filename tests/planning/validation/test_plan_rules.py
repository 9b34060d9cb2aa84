"""Each rule alone: one fact that keeps it, one that breaks it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from planner.domain.costs import COST_NAMES, committed_costs
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.site import Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    DAY_SHIFT,
    LATE_SHIFT,
    collections,
    courier_problem,
    crew,
    problem,
    site,
)


def given(**changes: Any) -> Problem:
    """Three days, two shifts, six stations, own people and agency people with notice and a shortest
    booking.
    """
    own = crew(limit=8, max_days_per_week=2)
    agency = crew(
        name="agency", temporary=True, limit=4, notice_days=2, min_days=2, hire_cost_minor=5_000
    )
    changes = {
        "shifts": (DAY_SHIFT, LATE_SHIFT),
        "crews": (own, agency),
        "sites": (
            site(
                processes=(Process(name="pack", orders_per_hour=20.0, stations=6),),
                stock_capacity_units=500,
            ),
        ),
        "planned_on": date(2026, 11, 8),
    } | changes
    return problem(days=3, **changes)


def plan(of: Problem, *staffing: StaffRow, **changes: Any) -> Plan:
    """A plan that keeps every rule, with these people."""
    whole = tuple(
        ShareRow(region=r, site="east", contract="", from_s=0, to_s=of.horizon.end_s, share=1.0)
        for r in of.region_names
    )
    return replace(
        Plan(
            method="test",
            status=PlanStatus.AS_STATED,
            staffing=tuple(sorted(staffing)),
            routing=whole,
        ),
        **changes,
    )


def own(day: int, people: int, shift: str = "day", **changes: Any) -> StaffRow:
    return replace(
        StaffRow(
            day=day,
            site="east",
            process="pack",
            crew="own",
            shift=shift,
            since_day=LONG_AGO,
            headcount=people,
        ),
        **changes,
    )


def agency(day: int, people: int, since: int = 0, shift: str = "day") -> StaffRow:
    return StaffRow(
        day=day,
        site="east",
        process="pack",
        crew="agency",
        shift=shift,
        since_day=since,
        headcount=people,
    )


def broken(of: Problem, checked: Plan) -> list[str]:
    return [v.rule for v in violations(of, checked)]


def test_stations_hold_people_of_a_shift() -> None:
    """Six people at six stations are fine, seven are named with both numbers."""
    assert broken(given(), plan(given(), own(0, 6))) == []
    (found,) = violations(given(), plan(given(), own(0, 7)))
    assert (found.rule, found.words) == (
        "limit_stations",
        "east, pack, day shift 10 Nov: 7 people, 6 stations",
    )


def test_stations_are_shared_where_shifts_overlap() -> None:
    """People of two shifts that overlap stand at the same stations; of two that only touch they do
    not.
    """
    overlapping = given(shifts=(DAY_SHIFT, replace(LATE_SHIFT, start_s=15 * HOUR_S)))
    people = (own(0, 3), own(0, 4, "late"))
    assert broken(given(), plan(given(), *people)) == []
    assert broken(overlapping, plan(overlapping, *people)) == ["limit_stations"]


def test_a_crew_has_only_so_many_people() -> None:
    """Eight of eight permanent people over two shifts are fine, nine are not."""
    assert broken(given(), plan(given(), own(0, 4), own(0, 4, "late"))) == []
    assert broken(given(), plan(given(), own(0, 4), own(0, 5, "late"))) == ["limit_crew"]


def test_permanent_people_have_days_off() -> None:
    """With two days a week, eight people work sixteen days in all and not seventeen."""
    assert broken(given(), plan(given(), own(0, 6), own(1, 6), own(2, 4))) == []
    assert broken(given(), plan(given(), own(0, 6), own(1, 6), own(2, 5))) == ["limit_worked_days"]


def test_temporaries_need_notice() -> None:
    """Planned on the 8th with two days of notice, people can start on the 10th and not on the
    9th.
    """
    assert broken(given(), plan(given(), agency(0, 2), agency(1, 2))) == []
    early = plan(given(), agency(0, 2, since=-1))
    assert broken(given(), early) == ["cover_bookings"]


def test_temporaries_stay_for_their_shortest_booking() -> None:
    """Two days are the least: leaving after one breaks the rule, and so does coming on the last
    day.
    """
    assert broken(given(), plan(given(), agency(0, 2), agency(1, 2))) == []
    assert broken(given(), plan(given(), agency(0, 2), agency(1, 1))) == ["cover_bookings"]
    assert broken(given(), plan(given(), agency(2, 2, since=2))) == ["cover_bookings"]


def test_temporaries_do_not_come_back() -> None:
    """A booking may shrink after its shortest length and never grows again."""
    assert broken(given(), plan(given(), agency(0, 2), agency(1, 2), agency(2, 1))) == []
    assert broken(given(), plan(given(), agency(0, 2), agency(1, 2), agency(2, 3))) == [
        "cover_bookings"
    ]


def test_permanent_people_have_no_start_day() -> None:
    """Permanent people carry a tenure of long ago, not a day of the horizon."""
    assert broken(given(), plan(given(), own(0, 2))) == []
    assert broken(given(), plan(given(), own(0, 2, since_day=0))) == ["cover_bookings"]


def test_people_rest_between_shifts() -> None:
    """Who works late today cannot work the day shift tomorrow: together they are no more than there
    are.
    """
    assert broken(given(), plan(given(), own(0, 4, "late"), own(1, 4))) == []
    assert broken(given(), plan(given(), own(0, 4, "late"), own(1, 5))) == ["limit_rest"]


def test_temporaries_rest_too() -> None:
    """Two people booked for two days cannot all work late and then early; new people can take the
    early shift.
    """
    kept = plan(
        given(),
        agency(0, 2, shift="late"),
        agency(1, 2, shift="late"),
        agency(1, 2, since=1),
        agency(2, 2, 1),
    )
    assert broken(given(), kept) == []
    assert broken(given(), plan(given(), agency(0, 2, shift="late"), agency(1, 2))) == [
        "limit_rest"
    ]


def test_shares_add_up_to_one_at_every_moment() -> None:
    """A gap in time or a share too much is named with region and moment."""
    whole = plan(given())
    assert broken(given(), whole) == []
    late = replace(whole, routing=(replace(whole.routing[0], from_s=DAY_S),))
    (found,) = violations(given(), late)
    assert found.words == "north from 10 Nov 00:00: shares add up to 0.000000, not 1"
    assert broken(given(), replace(whole, routing=(replace(whole.routing[0], share=1.1),))) == [
        "cover_regions"
    ]


def test_a_negative_share_is_no_share() -> None:
    """Two shares of 1.5 and -0.5 add up to one and are still wrong."""
    row = plan(given()).routing[0]
    assert "cover_regions" in broken(
        given(), plan(given(), routing=(replace(row, share=1.5), replace(row, share=-0.5)))
    )


def courier_plan(of: Problem, **changes: Any) -> Plan:
    rows = tuple(
        ShareRow(region=r, site="east", contract="fast", from_s=0, to_s=of.horizon.end_s, share=1.0)
        for r in of.region_names
    )
    return replace(
        Plan(
            method="test", status=PlanStatus.AS_STATED, staffing=(), routing=rows, signed=("fast",)
        ),
        **changes,
    )


def test_only_signed_contracts_carry() -> None:
    """A contract that carries parcels must be among the signed."""
    of = courier_problem()
    assert broken(of, courier_plan(of)) == []
    assert broken(of, courier_plan(of, signed=("slow",))) == ["link_signed"]


def test_vehicles_are_limited() -> None:
    """One extra vehicle where one can be had is fine, two are not, nor one after the horizon."""
    of = courier_problem(
        sites=(site(collections=collections("fast", capacity_parcels=50, max_extra=1)),)
    )
    booked = ExtraCollection(1, "east", "fast", 16 * HOUR_S, 1)
    assert broken(of, courier_plan(of, extra=(booked,))) == []
    (two,) = violations(of, courier_plan(of, extra=(replace(booked, vehicles=2),)))
    assert two.rule == "limit_vehicles"
    assert two.words.endswith("extra vehicles: 2 planned, 1 available")
    assert broken(of, courier_plan(of, extra=(replace(booked, day=3),))) == ["limit_vehicles"]


def test_stock_fits_space_and_supply() -> None:
    """Stock is whole units within the space of the site and the supply of the product."""
    of = given(products=(replace(given().products[0], supply_units=300),))
    assert broken(of, plan(of, stock=(StockRow("east", "box", 300),))) == []
    assert broken(of, plan(of, stock=(StockRow("east", "box", 301),))) == ["limit_stock"]
    assert broken(given(), plan(given(), stock=(StockRow("east", "box", 501),))) == ["limit_stock"]
    assert broken(given(), plan(given(), stock=(StockRow("east", "box", -1),))) == ["limit_stock"]


def test_costs_are_those_of_the_decisions() -> None:
    """A plan that states another wage sum than its roster costs, or another total, is caught."""
    bare = plan(given(), own(0, 2))
    costs = dict.fromkeys(COST_NAMES, 0) | committed_costs(given(), bare)
    total = sum(costs.values())
    assert broken(given(), replace(bare, costs=costs, objective=total, bound=total)) == []
    wrong = costs | {"wages": costs["wages"] - 1}
    assert broken(given(), replace(bare, costs=wrong, objective=total - 1)) == ["cost_recomputed"]
    assert broken(given(), replace(bare, costs=costs, objective=total + 1)) == ["cost_recomputed"]
    assert broken(given(), replace(bare, costs=costs, objective=total, bound=total + 1)) == [
        "cost_recomputed"
    ]


@pytest.mark.parametrize(
    "row",
    [
        own(0, 1, shift="night"),
        own(0, 1, process="fly"),
        own(0, 1, crew="ghosts"),
        own(0, 1, site="moon"),
        own(0, 0),
        own(3, 1),
    ],
)
def test_rows_speak_of_things_that_exist(row: StaffRow) -> None:
    """Unknown sites, processes, crews and shifts, nobody, and days after the horizon are named
    first of all.
    """
    assert broken(given(), plan(given(), row)) == ["known_names"]


def test_people_do_only_what_they_can() -> None:
    """A crew that only picks is not sent to pack."""
    of = given(crews=(crew(processes=("pick",)),))
    assert broken(of, plan(of, own(0, 1))) == ["link_crew"]


def test_lanes_and_goods_exist() -> None:
    """Shares on lanes nobody serves, stock of unknown goods, unknown contracts and collections are
    named.
    """
    of = courier_problem()
    away = courier_plan(
        of,
        routing=(
            ShareRow(
                region="north", site="east", contract="", from_s=0, to_s=of.horizon.end_s, share=1.0
            ),
        ),
    )
    assert broken(of, away) == ["known_names"]
    assert broken(of, courier_plan(of, stock=(StockRow("east", "hat", 1),))) == ["known_names"]
    assert broken(of, courier_plan(of, signed=("fast", "moon mail"))) == ["known_names"]
    assert broken(of, courier_plan(of, extra=(ExtraCollection(0, "east", "fast", 1, 1),))) == [
        "known_names"
    ]


def test_a_shift_across_midnight_fills_stations_of_the_next_day() -> None:
    """Night people still at their stations at six in the morning count against those who start at
    six.
    """
    night, early = (
        Shift("night", 22 * HOUR_S, 30 * HOUR_S + 1800),
        Shift("early", 6 * HOUR_S, 14 * HOUR_S),
    )
    of = given(shifts=(night, early), crews=(crew(limit=20),))
    assert broken(of, plan(of, own(0, 3, "night"), own(1, 3, "early"))) == []
    assert broken(of, plan(of, own(0, 4, "night"), own(1, 3, "early"))) == ["limit_stations"]
