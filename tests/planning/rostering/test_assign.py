"""Rosters with names: the best of all ways on tiny ones, every limit broken once, fair, and the
same each time.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from planner.domain.named_staff import Person
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.roster import OpenRow, Roster, RosterRow
from planner.domain.site import Process
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.roster_rules import roster_violations
from tests.planning.builders import DAY_SHIFT, LATE_SHIFT, crew, site
from tests.planning.labour.builders import agency, given, person, plan, row, temps

NIGHT = replace(LATE_SHIFT, name="night", start_s=22 * 3600, end_s=30 * 3600)


def places(of: Problem, roster: Roster, name: str) -> list[tuple[int, str]]:
    """(day, shift) of one person."""
    return [(r.day, r.shift) for r in roster.rows if r.person == name]


def empty(roster: Roster) -> int:
    return sum(r.empty for r in roster.open)


def checked(of: Problem, *staffing: StaffRow) -> Roster:
    """The roster of a plan, with no limit broken."""
    made = plan(of, *staffing)
    roster = assign_people(of, made)
    assert roster_violations(of, made, roster) == ()
    assert roster.unproved == ()
    return roster


def tiny(number: int) -> tuple[Problem, Plan]:
    """Two or three people, three days, two shifts, one or two processes, limits at random; any plan
    for them.
    """
    rng = np.random.default_rng([11, number])
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=40.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    temporary = bool(rng.integers(0, 2))
    skills, shifts = [(), (), ("pick",), ("pack",)], [(), (), ("day",), ("late",)]
    people = tuple(
        person(
            f"P{i}",
            "".join(rng.choice(["+", "+", "+", "-"]) for _ in range(3)),
            skills=skills[rng.integers(4)],
            shifts=shifts[rng.integers(4)],
        )
        for i in range(int(rng.integers(2, 4)))
    )
    limits: dict[str, Any] = {
        "limit": len(people),
        "temporary": temporary,
        "max_consecutive_days": [None, 1, 2][rng.integers(3)],
        "max_hours_per_week": [None, 15.0, 16.0][rng.integers(3)],
        "min_rest_hours": [11.0, 17.0][rng.integers(2)],
    }
    of = given(3, *people, sites=two, crews=(crew(**limits),))
    staffing, since = [], 0 if temporary else LONG_AGO
    for day in range(3):
        for _ in range(int(rng.integers(1, 3 if len(people) == 3 else 4))):
            process, shift = ("pick", "pack")[rng.integers(2)], ("day", "late")[rng.integers(2)]
            staffing.append(replace(row(day, 1, shift, process), since_day=since))
    return of, plan(of, *staffing)


def ways(of: Problem, made: Plan) -> list[tuple[int, int]]:
    """(places left empty, sum of rising costs of days) of every roster that breaks no limit, by
    trying all.
    """
    cells = sorted({(r.day, r.process, r.shift) for r in made.staffing})
    wanted = {
        c: sum(r.headcount for r in made.staffing if (r.day, r.process, r.shift) == c)
        for c in cells
    }
    daily = [[None, *(c for c in cells if c[0] == day)] for day in range(3)]
    found = []
    for chosen in product(product(*daily), repeat=len(of.people)):
        filled = {c: sum(c in days for days in chosen) for c in cells}
        if any(filled[c] > wanted[c] for c in cells):
            continue
        rows = [
            RosterRow(day=c[0], site="east", process=c[1], crew="own", shift=c[2], person=p.name)
            for p, days in zip(of.people, chosen, strict=True)
            for c in days
            if c is not None
        ]
        left = [
            OpenRow(
                day=c[0],
                site="east",
                process=c[1],
                crew="own",
                shift=c[2],
                empty=wanted[c] - filled[c],
            )
            for c in cells
        ]
        roster = Roster(tuple(sorted(rows)), tuple(r for r in left if r.empty))
        if not roster_violations(of, made, roster):
            days = [sum(r.person == p.name for r in rows) for p in of.people]
            found.append((sum(r.empty for r in left), sum(n * (n + 1) // 2 for n in days)))
    return found


@pytest.mark.parametrize("number", range(20))
def test_as_good_as_the_best_of_all_ways(number: int) -> None:
    """No roster leaves fewer places empty; of those that leave as few none is fairer where all
    shifts are as long.
    """
    of, made = tiny(number)
    of = replace(of, shifts=(replace(DAY_SHIFT, breaks=()), LATE_SHIFT))
    roster = assign_people(of, made)
    assert roster_violations(of, made, roster) == ()
    fewest, fairest = min(ways(of, made))
    assert empty(roster) == fewest
    days = [len(places(of, roster, p.name)) for p in of.people]
    assert sum(n * (n + 1) // 2 for n in days) == fairest


def test_days_and_nights_are_even() -> None:
    """Seven days, four people, two by day and one by night on each: five or six days each, one or
    two nights.
    """
    people = [person(n) for n in "ABCD"]
    of = given(
        7,
        *people,
        shifts=(replace(DAY_SHIFT, breaks=()), NIGHT),
        crews=(crew(limit=4, max_days_per_week=6),),
    )
    roster = checked(of, *(row(d, 2) for d in range(7)), *(row(d, 1, "night") for d in range(7)))
    assert empty(roster) == 0
    assert sorted(len(places(of, roster, n)) for n in "ABCD") == [5, 5, 5, 6]
    assert sorted(sum(s == "night" for _, s in places(of, roster, n)) for n in "ABCD") == [
        1,
        2,
        2,
        2,
    ]


def test_hours_are_even_where_shifts_differ() -> None:
    """Two long days and two short ones for two people: one of each for both."""
    long, brief = replace(LATE_SHIFT, name="long", start_s=8 * 3600, end_s=18 * 3600), DAY_SHIFT
    brief = replace(brief, end_s=12 * 3600, breaks=())
    of = given(4, person("A"), person("B"), shifts=(long, brief))
    roster = checked(of, row(0, 1, "long"), row(1, 1, "long"), row(2, 1), row(3, 1))
    assert [sorted(s for _, s in places(of, roster, n)) for n in "AB"] == [["day", "long"]] * 2


def test_people_stay_in_their_shift_and_process() -> None:
    """With nothing else to choose by, nobody changes from one day to the next."""
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=40.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    of = given(4, person("A"), person("B"), sites=two)
    rows = [
        row(d, 1, shift, process)
        for d in range(4)
        for shift, process in (("day", "pick"), ("late", "pack"))
    ]
    roster = checked(of, *rows)
    assert len({(r.person, r.shift, r.process) for r in roster.rows}) == 2


def test_empty_places_are_reported() -> None:
    """Three places for two people and one with a number: none is empty; without that person one
    place stays empty and is reported.
    """
    people = (person("A"), person("B"))
    full = checked(given(1, *people, crews=(crew(limit=3),)), row(0, 3))
    assert [r.person for r in full.rows] == ["A", "B", "own-east-01"]
    assert full.open == ()
    of = given(1, *people)
    assert checked(of, row(0, 3)).open == (
        OpenRow(day=0, site="east", process="pack", crew="own", shift="day", empty=1),
    )


def test_nameless_people_share_the_work() -> None:
    """Two names of four people, two places a day for four days: everybody works half of the
    days.
    """
    of = given(4, person("A"), person("B"), crews=(crew(limit=4),))
    roster = checked(of, *(row(d, 2) for d in range(4)))
    assert [len(places(of, roster, n)) for n in "AB"] == [2, 2]
    assert sum(r.person.startswith("own-east-") for r in roster.rows) == 4


def test_temporaries_work_their_whole_booking() -> None:
    """Bookings of three days and of one: who has the long one works on all its days, the other on
    one.
    """
    of = given(3, *agency(("A", "++-"), ("B", "")), crews=(temps(),))
    stay = [
        StaffRow(
            day=day,
            site="east",
            process="pack",
            crew="agency",
            shift="day",
            since_day=0,
            headcount=2 - (day > 0),
        )
        for day in range(3)
    ]
    roster = checked(of, *stay)
    assert places(of, roster, "B") == [(0, "day"), (1, "day"), (2, "day")]
    assert places(of, roster, "A") == [(0, "day")]


def test_the_same_plan_gives_the_same_roster() -> None:
    """Six people, six days: equal in every row, in canonical order."""
    people = [person(f"P{i:02}", "+" * i + "-") for i in range(6)]
    of = given(6, *people, crews=(crew(limit=6, max_days_per_week=6),))
    rows = [row(d, n, s) for d in range(6) for s, n in (("day", 2), ("late", 2))]
    first, second = (assign_people(of, plan(of, *rows)) for _ in range(2))
    assert first == second
    assert list(first.rows) == sorted(first.rows)


def test_crews_without_names_are_numbered() -> None:
    """Nobody has a name: the people are numbers of crew and site."""
    of = given(1, crews=(crew(limit=3),))
    roster = assign_people(of, plan(of, row(0, 3)))
    assert [r.person for r in roster.rows] == [f"own-east-0{n}" for n in (1, 2, 3)]


def broken(of: Problem, staffing: list[StaffRow], roster: Roster) -> list[str]:
    return [v.rule for v in roster_violations(of, plan(of, *staffing), roster)]


def by_name(*rows: tuple[int, str, str], process: str = "pack", of_crew: str = "own") -> Roster:
    return Roster(
        tuple(
            sorted(
                RosterRow(day=d, site="east", process=process, crew=of_crew, shift=s, person=name)
                for d, s, name in rows
            )
        ),
        (),
    )


A, B = person("A", "++-"), person("B", skills=("pick",))
BREAKS: list[tuple[str, dict[str, Any], list[StaffRow], Roster]] = [
    ("known_names", {}, [row(0, 1)], by_name((0, "day", "X"))),
    ("limit_availability", {}, [row(2, 1)], by_name((2, "day", "A"))),
    ("limit_skills", {}, [row(0, 1)], by_name((0, "day", "B"))),
    (
        "limit_shifts",
        {},
        [row(0, 1), row(0, 1, "late")],
        by_name((0, "day", "A"), (0, "late", "A")),
    ),
    ("limit_rest", {}, [row(0, 1, "late"), row(1, 1)], by_name((0, "late", "A"), (1, "day", "A"))),
    (
        "limit_worked_days",
        {"max_consecutive_days": 1},
        [row(0, 1), row(1, 1)],
        by_name((0, "day", "A"), (1, "day", "A")),
    ),
    (
        "limit_worked_days",
        {"max_days_per_week": 1},
        [row(0, 1), row(1, 1)],
        by_name((0, "day", "A"), (1, "day", "A")),
    ),
    (
        "limit_worked_hours",
        {"max_hours_per_week": 13.0},
        [row(0, 1), row(1, 1)],
        by_name((0, "day", "A"), (1, "day", "A")),
    ),
    ("cover_places", {}, [row(0, 2)], by_name((0, "day", "A"))),
    ("cover_places", {}, [], by_name((0, "day", "A"))),
    (
        "cover_bookings",
        {"temporary": True},
        [row(0, 1, since_day=0), row(1, 1, since_day=0)],
        replace(
            by_name((0, "day", "A")),
            open=(OpenRow(day=1, site="east", process="pack", crew="own", shift="day", empty=1),),
        ),
    ),
]


@pytest.mark.parametrize(("rule", "limits", "staffing", "roster"), BREAKS)
def test_each_limit_broken_once_is_found(
    rule: str, limits: dict[str, Any], staffing: list[StaffRow], roster: Roster
) -> None:
    """Of a roster that breaks one limit this limit is reported, and no other."""
    two = (
        site(
            processes=(
                Process(name="pick", orders_per_hour=40.0),
                Process(name="pack", orders_per_hour=20.0),
            )
        ),
    )
    of = given(3, A, B, sites=two, crews=(crew(limit=2, **limits),))
    assert broken(of, staffing, roster) == [rule]


def test_a_roster_is_of_people_of_its_crew() -> None:
    """A name of another crew is refused."""
    of = given(
        1,
        Person(name="A", site="east", crew="agency", skills=(), available_days=frozenset({0})),
        crews=(crew(), temps()),
    )
    assert "known_names" in broken(of, [row(0, 1)], by_name((0, "day", "A")))
