"""People by name: what staff.csv means, and every mistake in it at its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.named_staff import Person
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import SCENARIO, findings_of, write_folder

STATED = SCENARIO.replace("staffing: staffing.csv", "staffing: staffing.csv\nstaff: staff.csv")
HEADER = "name,crew,skills,availability,unavailable,shifts\n"


def folder(path: Path, *rows: str, scenario: str = STATED) -> Path:
    return write_folder(path, scenario_yaml=scenario, staff_csv=HEADER + "\n".join(rows) + "\n")


def test_people_are_read_with_their_days(tmp_path: Path) -> None:
    """Ranges and dates add up, what is unavailable comes off, other days do no harm, empty is
    always.
    """
    rows = (
        "P02,permanent,pick; pack,2026-11-01..2026-11-09; 2026-11-11,2026-11-09,day",
        "P01,permanent,,,2026-11-10；2026-11-30,",
        "A1,agency,,,,",
    )
    people = read_scenario(folder(tmp_path, *rows)).problem.people
    assert people == (
        Person(
            name="A1",
            site="yiwu",
            crew="agency",
            skills=(),
            available_days=frozenset({-1, 0, 1, 2, 3}),
        ),
        Person(
            name="P01",
            site="yiwu",
            crew="permanent",
            skills=(),
            available_days=frozenset({-1, 0, 1, 3}),
        ),
        Person(
            name="P02",
            site="yiwu",
            crew="permanent",
            skills=("pack", "pick"),
            available_days=frozenset({-1, 0, 3}),
            shifts=("day",),
        ),
    )


def test_without_a_staff_key_nobody_has_a_name(tmp_path: Path) -> None:
    """The key may be left out, and so may both limits of a crew."""
    problem = read_scenario(write_folder(tmp_path)).problem
    assert problem.people == ()
    assert {(c.max_hours_per_week, c.max_consecutive_days) for c in problem.crews} == {(None, None)}


BAD = [
    (
        "P01,permanent,pik,,,",
        'staff.csv:2:15: skills: no such process, got "pik"; did you mean pick?',
    ),
    ("P01,agency,pick,,,", "staff.csv:2:12: skills: crew agency does not do pick; it does pack"),
    ("P01,agancy,,,,", 'staff.csv:2:5: crew: no such crew, got "agancy"; did you mean agency?'),
    (",agency,,,,", "staff.csv:2:1: name: is empty"),
    ("a\u200bb,agency,,,,", "staff.csv:2:1: name: must not hold control characters"),
    (
        "P01,agency,,10.11.2026,,",
        'staff.csv:2:13: availability: must be a date such as "2026-11-10", or a range',
    ),
    (
        "P01,agency,,2026-11-10..,,",
        'or a range such as "2026-11-10..2026-11-12", got "2026-11-10.."',
    ),
    ("P01,agency,,,2026-02-30,", "staff.csv:2:14: unavailable: must be a date that exists"),
    ("P01,agency,,2026-11-11..2026-11-10,,", "availability: a range must not end before it begins"),
    ("P01,agency,,,,dawn", 'staff.csv:2:15: shifts: no such shift, got "dawn"; known: day, night'),
    (
        "P01,agency,,,,\nP01,permanent,,,,",
        'staff.csv:3:1: name: stands twice at this site, got "P01"',
    ),
]


@pytest.mark.parametrize(("rows", "expected"), BAD)
def test_a_mistake_is_found_where_it_stands(tmp_path: Path, rows: str, expected: str) -> None:
    """Each mistake is one finding, with its line and column."""
    (found,) = findings_of(folder(tmp_path, rows))
    assert expected in str(found)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """Four mistakes in three rows are four findings."""
    found = findings_of(
        folder(tmp_path, "P01,permanent,pik,nope,,", "P02,nobody,,,,", "P03,agency,,,,dawn")
    )
    assert [(f.line, f.field) for f in found] == [
        (2, "skills"),
        (2, "availability"),
        (3, "crew"),
        (4, "shifts"),
    ]


def test_a_crew_has_no_more_names_than_people(tmp_path: Path) -> None:
    """Twenty of twenty permanent people may have a name; the twenty-first is a finding, said
    once.
    """
    rows = [f"P{n:02},permanent,,,," for n in range(1, 24)]
    assert findings_of(folder(tmp_path, *rows[:20])) == []
    (found,) = findings_of(folder(tmp_path, *rows))
    words = "crew permanent at yiwu has 20 people, so no more than 20 can have a name"
    assert str(found) == f"staff.csv:22:5: crew: {words}"


def test_a_site_is_needed_where_there_are_several(tmp_path: Path) -> None:
    """With one site the column may be left out, with two it may not."""
    second = STATED.replace(
        "shifts:\n",
        "  - {name: hall, region: east, processes: {pack: {orders_per_hour: 40}}}\nshifts:\n",
        1,
    ).replace("name: permanent, site: yiwu", "name: permanent, site: hall")
    found = findings_of(folder(tmp_path, "P01,permanent,,,,", scenario=second))
    assert "staff.csv:2: site: is needed where there are several sites" in [str(f) for f in found]


LIMITS = [
    ("min_rest_hours: 24.0000001", "crews.0.min_rest_hours: must be at most 24, got 24.0000001"),
    ("max_hours_per_week: 0", "crews.0.max_hours_per_week: must be more than 0, got 0"),
    ("max_hours_per_week: 169", "crews.0.max_hours_per_week: must be at most 168, got 169"),
    ("max_consecutive_days: 1.5", "crews.0.max_consecutive_days: must be a whole number"),
]


@pytest.mark.parametrize(("limit", "expected"), LIMITS)
def test_limits_of_a_crew_are_checked(tmp_path: Path, limit: str, expected: str) -> None:
    """Hours of a week lie in (0, 168], days in a row are whole."""
    spoilt = STATED.replace("max_days_per_week: 6}", f"max_days_per_week: 6, {limit}}}")
    (found,) = findings_of(folder(tmp_path, "P01,permanent,,,,", scenario=spoilt))
    assert expected in str(found)


def test_a_booking_must_fit_the_hours_of_a_week(tmp_path: Path) -> None:
    """Shifts of eight hours and 15 hours a week: nobody can be booked for two days in a row."""
    tight = STATED.replace("min_days: 2", "min_days: 2, max_hours_per_week: 15")
    (found,) = findings_of(folder(tmp_path, "P01,permanent,,,,", scenario=tight))
    assert "nobody may work 2 days in a row here: the limits on hours and days allow 1" in str(
        found
    )
