"""Named people in the plan: who is there, who can do what, hours of a week, days in a row; model
against checks.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.domain.named_staff import Members, longest_booking, most_paid_s, stretches
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.site import Process
from planner.domain.workforce import StaffRow
from planner.errors import NoPlanError
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest
from planner.planning.labour.skills import too_few
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    DAY_SHIFT,
    EXACT,
    LATE_SHIFT,
    crew,
    lane_prices,
    scenarios,
    site,
)
from tests.planning.labour.builders import agency, given, person, plan, row, temps


def words(of: Problem, *staffing: StaffRow) -> list[str]:
    return [v.words for v in violations(of, plan(of, *staffing))]


def rules(of: Problem, *staffing: StaffRow) -> list[str]:
    return [v.rule for v in violations(of, plan(of, *staffing))]


def joint(of: Problem) -> Plan:
    found = plan_joint(of, scenarios(of), lane_prices(of), options=EXACT)
    assert violations(of, found) == ()
    return found


def most(of: Plan) -> dict[int, int]:
    """Own people at work on each day."""
    found: dict[int, int] = {}
    for r in of.staffing:
        found[r.day] = found.get(r.day, 0) + (r.headcount if r.crew == "own" else 0)
    return found


def test_nobody_works_who_is_not_there() -> None:
    """Three names, one of them away on the second day: three on the first, two on the second."""
    of = given(2, person("A"), person("B"), person("C", "+-"))
    assert words(of, row(0, 3), row(1, 2)) == []
    assert words(of, row(0, 3), row(1, 3)) == [
        "own people at east on 11 Nov: 3 planned, 2 are there"
    ]


def test_people_without_a_name_are_always_there() -> None:
    """A crew of five of whom three have names: the other two come on every day."""
    of = given(2, person("A"), person("B"), person("C", "+-"), crews=(crew(limit=5),))
    assert rules(of, row(0, 5), row(1, 4)) == []
    assert rules(of, row(1, 5)) == ["limit_crew"]


def test_places_need_people_who_can_fill_them() -> None:
    """One can only pick, one only pack, one both: two pickers are fine, three are not, nor a shift
    nobody works.
    """
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=40.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    people = (
        person("A", skills=("pick",)),
        person("B", skills=("pack",), shifts=("day",)),
        person("C"),
    )
    of = given(1, *people, sites=two)
    assert words(of, row(0, 2, process="pick"), row(0, 1)) == []
    pickers = "own people at east on 10 Nov: 3 planned for pick (day), 2 can do it"
    assert words(of, row(0, 3, process="pick")) == [pickers]
    late = "own people at east on 10 Nov: 2 planned for pack (late), 1 can do it"
    assert words(of, row(0, 2, "late")) == [late]


def test_days_off_and_days_away_together() -> None:
    """Five days a week: who is away on three of seven works four of them."""
    of = given(7, person("A"), person("B", "+++---+"), crews=(crew(limit=2, max_days_per_week=5),))
    assert rules(of, *(row(day, 1) for day in range(7)), row(0, 1), row(1, 1)) == []
    assert "limit_worked_days" in rules(
        of, *(row(d, 2) for d in (0, 1, 2, 6)), row(3, 1), row(4, 1)
    )


def test_days_in_a_row() -> None:
    """Two of three days in a row at most: two people may work four of any three days."""
    of = given(6, crews=(crew(limit=2, max_consecutive_days=2),))
    assert rules(of, *(row(d, n) for d, n in enumerate((2, 1, 1, 2, 1, 1)))) == []
    assert words(of, *(row(d, n) for d, n in enumerate((2, 2, 1)))) == [
        "own people at east: 5 days worked in the 3 days from 10 Nov, 4 allowed"
    ]


def test_hours_of_a_week() -> None:
    """Twenty hours and shifts of seven (day) and eight (late): a person works two of them, not
    three.
    """
    of = given(3, crews=(crew(limit=2, max_hours_per_week=20.0),))
    assert rules(of, row(0, 2), row(1, 1, "late"), row(2, 1, "late")) == []
    found = words(of, row(0, 2), row(1, 2, "late"), row(2, 1, "late"))
    assert found == ["own people at east: 38 hours worked in the week from 10 Nov, 32 allowed"]


def test_different_people_on_two_days_without_rest() -> None:
    """Late today and early tomorrow are different people: two who are never there together cannot
    be three places.
    """
    of = given(2, person("A", "+-"), person("B", "-+"), person("C"))
    assert rules(of, row(0, 2, "late"), row(1, 1)) == []
    away = given(
        2, person("A"), person("B", "--"), person("C"), crews=(crew(limit=3, min_rest_hours=17.0),)
    )
    assert rules(away, row(0, 2, "late"), row(1, 1)) == ["limit_rest"]


def test_a_booking_needs_somebody_there_all_the_while() -> None:
    """One is there first and one later: on every day somebody is, but nobody can be booked for both
    days.
    """
    of = given(2, *agency(("A", "+-"), ("B", "-+")), crews=(temps(),))
    stay = [
        StaffRow(
            day=day,
            site="east",
            process="pack",
            crew="agency",
            shift="day",
            since_day=0,
            headcount=1,
        )
        for day in (0, 1)
    ]
    assert words(of, *stay) == [
        "agency people at east from 10 Nov to 11 Nov: 1 planned, 0 are there"
    ]
    assert words(of, stay[0], replace(stay[1], since_day=1)) == []


def test_a_booking_is_no_longer_than_hours_allow() -> None:
    """Thirty hours a week in shifts of seven or eight: four days in a row, not five."""
    of = given(6, crews=(temps(max_hours_per_week=30.0),))
    stay = [
        StaffRow(
            day=day,
            site="east",
            process="pack",
            crew="agency",
            shift="day",
            since_day=0,
            headcount=1,
        )
        for day in range(5)
    ]
    assert rules(of, *stay[:4]) == []
    assert words(of, *stay) == [
        (
            "agency people at east booked from 10 Nov: 5 days in a row, 4 allowed by hours or "
            "days of "
            "work"
        ),
        "agency people at east: 35 hours worked in the week from 10 Nov, 30 allowed",
    ]


def test_the_model_keeps_who_is_there() -> None:
    """Work for three on both days, one of them away on the second: the late orders wait or an
    agency comes.
    """
    expensive = crew(name="agency", temporary=True, limit=5, wage_minor_per_hour=9_000)
    people = (person("A"), person("B", "+-"), person("C", "+-"))
    found = joint(given(2, *people, per_day=(400.0, 400.0), crews=(crew(limit=3), expensive)))
    assert most(found) == {0: 3, 1: 1}
    assert any(r.crew == "agency" for r in found.staffing)


def test_the_model_keeps_skills() -> None:
    """Two of three can pack: no third packer, whatever there is to do."""
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=200.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    people = (person("A", skills=("pick",)), person("B"), person("C"))
    expensive = crew(name="agency", temporary=True, limit=5, wage_minor_per_hour=9_000)
    found = joint(given(1, *people, per_day=(420.0,), sites=two, crews=(crew(limit=3), expensive)))
    assert sum(r.headcount for r in found.staffing if (r.crew, r.process) == ("own", "pack")) == 2


def test_the_model_keeps_hours_and_days_in_a_row() -> None:
    """Four busy days: with sixteen hours a week, or two days in a row, own people do not work them
    all.
    """
    expensive = crew(name="agency", temporary=True, limit=5, wage_minor_per_hour=9_000)
    for limits, allowed in (({"max_hours_per_week": 16.0}, 4), ({"max_consecutive_days": 3}, 6)):
        of = given(
            4, per_day=(260.0,) * 4, crews=(crew(limit=2, **limits), expensive), shifts=(DAY_SHIFT,)
        )
        assert sum(most(joint(of)).values()) == allowed


def test_no_plan_names_who_is_away() -> None:
    """Everybody away on the busiest day and no agency: the day is to blame, by name."""
    of = given(
        2, person("A", "+-"), person("B", "+-"), per_day=(10.0, 200.0), crews=(crew(limit=2),)
    )
    with pytest.raises(NoPlanError) as caught:
        joint(of)
    assert "who are there on 11 Nov" in " ".join(b.words for b in caught.value.blame)


def test_rules_of_thumb_keep_every_rule() -> None:
    """Skills, gaps, hours and bookings: what a spreadsheet makes of them can be worked, and is not
    nothing.
    """
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=60.0),
                Process(name="pack", orders_per_hour=30.0),
            )
        ),
    )
    people = (
        person("A", "+-++++-+", skills=("pick",)),
        person("B", "++--++++"),
        person("C", shifts=("day",)),
        *agency(("D", ""), ("E", "+++-----")),
    )
    crews = (
        crew(limit=4, max_hours_per_week=36.0),
        temps(limit=4, min_days=2, max_consecutive_days=4),
    )
    of = given(
        8,
        *people,
        per_day=(200.0, 400.0, 900.0, 700.0, 300.0, 300.0, 200.0, 100.0),
        sites=two,
        crews=crews,
    )
    for made in (plan_average(of, lane_prices(of)), plan_cheapest(of, lane_prices(of))):
        assert violations(of, made) == ()
        assert {r.crew for r in made.staffing} == {"own", "agency"}


@pytest.mark.parametrize("number", range(60))
def test_too_few_is_what_trying_all_says(number: int) -> None:
    """Whether people can be given what they can do: matching against every way of giving places
    out.
    """
    rng = np.random.default_rng([7, number])
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=40.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    cells = [(p, s) for p in ("pick", "pack") for s in ("day", "late")]
    skills = [(), ("pick",), ("pack",)]
    shifts = [(), ("day",), ("late",)]
    people = tuple(
        person(f"P{i}", skills=skills[rng.integers(3)], shifts=shifts[rng.integers(3)])
        for i in range(rng.integers(1, 5))
    )
    of = given(1, *people, sites=two, crews=(crew(limit=len(people) + int(rng.integers(0, 2))),))
    members = Members(of.crews[0], people)
    needed = {cell: int(rng.integers(0, 3)) for cell in cells}
    able = [[c for c in cells if p.can(c[0], of.shift(c[1]))] for p in people] + [
        cells
    ] * members.unnamed
    fits = any(
        all(sum(c == cell for c in chosen) >= n for cell, n in needed.items())
        for chosen in product(*([*a, None] for a in able))
    )
    short = too_few(of, members, 0, needed)
    assert (short == []) == fits
    if short:
        can = sum(bool(set(a) & set(short)) for a in able)
        assert sum(needed[cell] for cell in short) > can


def test_weeks_by_hand() -> None:
    """40 hours: five shifts of eight, or four of nine; 7 and 8 hours within 30: 7+7+8+8; days in a
    row that a week's days already keep are no limit of their own.
    """
    hours = 3600
    assert most_paid_s(crew(max_hours_per_week=40.0), [8 * hours], 7) == 40 * hours
    assert most_paid_s(crew(max_hours_per_week=40.0), [9 * hours], 7) == 36 * hours
    assert most_paid_s(crew(max_hours_per_week=30.0), [7 * hours, 8 * hours], 7) == 30 * hours
    assert most_paid_s(crew(max_days_per_week=5), [8 * hours], 7) == 40 * hours
    assert stretches(crew(max_days_per_week=5, max_consecutive_days=5)) == [(7, 5)]
    assert stretches(crew(max_days_per_week=5, max_consecutive_days=4)) == [(7, 5), (5, 4)]
    assert stretches(crew(max_consecutive_days=9)) == [(10, 9)]
    assert longest_booking(temps(max_hours_per_week=40.0), [LATE_SHIFT]) == 5
    assert longest_booking(temps(max_hours_per_week=56.0), [LATE_SHIFT]) is None
