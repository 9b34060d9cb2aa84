"""Overtime as a scenario states it: which shifts may be extended, by whom, and what is wrong with
that.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.problem import Problem
from planner.formats.plan_files import read_plan, write_plan
from planner.formats.scenario.extended_shifts import extended
from planner.formats.scenario.reader import read_scenario
from tests.builders import a_plan
from tests.formats.builders import SCENARIO, findings_of, write_folder

OWN = "headcount: 20, wage_per_hour: 26"


def small(folder: Path, overtime: str, text: str = SCENARIO, **files: str) -> Path:
    """The small scenario whose permanent people may extend their shifts."""
    assert text.count(OWN) == 1
    return write_folder(
        folder, scenario_yaml=text.replace(OWN, f"{OWN}, overtime_hours: {overtime}"), **files
    )


def read(folder: Path) -> Problem:
    return read_scenario(folder).problem


def test_an_extended_shift_is_a_shift_of_its_own(tmp_path: Path) -> None:
    """`day` by two hours ends at 19:00 with the same break and ten paid hours; only the crew that
    said so may work it.
    """
    problem = read(small(tmp_path, "2"))
    longer = problem.shift("day+2h")
    assert (longer.end_s, longer.breaks, longer.paid_s) == (
        19 * HOUR_S,
        problem.shift("day").breaks,
        10 * HOUR_S,
    )
    permanent, agency = problem.crews
    assert (permanent.may_work(longer), agency.may_work(longer)) == (True, False)
    assert agency.may_work(problem.shift("day"))


def test_an_extension_into_closed_hours_is_left_out(tmp_path: Path) -> None:
    """The site closes at 02:00, when the night shift ends: there is no longer night; the day may be
    extended.
    """
    assert [s.name for s in read(small(tmp_path, "1.5")).shifts] == ["day", "night", "day+1.5h"]


def test_no_shift_lasts_longer_than_a_day() -> None:
    """A shift of 23 hours may be extended by one, not by two."""
    nearly = Shift("nearly", 0, 23 * HOUR_S)
    assert extended(nearly, 1.0) == Shift("nearly+1h", 0, 24 * HOUR_S, extends="nearly")
    assert extended(nearly, 2.0) is None


def test_without_overtime_nothing_changes(tmp_path: Path) -> None:
    """No hours, or none stated: the shifts of the file and no others."""
    for k, folder in enumerate((small(tmp_path / "0", "0"), write_folder(tmp_path / "1"))):
        problem = read(folder)
        assert [s.name for s in problem.shifts] == ["day", "night"], k
        assert [c.extended for c in problem.crews] == [(), ()]


def test_crews_with_the_same_overtime_share_the_shift(tmp_path: Path) -> None:
    """Two crews with two hours extend the day to one and the same shift; another number of hours is
    another shift.
    """
    both = SCENARIO.replace("absence: 0.06", "absence: 0.06, overtime_hours: 2")
    assert [s.name for s in read(small(tmp_path / "same", "2", both)).shifts] == [
        "day",
        "night",
        "day+2h",
    ]
    other = read(small(tmp_path / "other", "3", both))
    assert [s.name for s in other.shifts] == ["day", "night", "day+3h", "day+2h"]
    assert [c.extended for c in other.crews] == [("day+3h",), ("day+2h",)]


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("-1", "crews.0.overtime_hours: must be at least 0, got -1"),
        ("7", "crews.0.overtime_hours: must be at most 6, got 7"),
        ("0.3", "crews.0.overtime_hours: "),
        ('"2"', "crews.0.overtime_hours: "),
    ],
)
def test_wrong_hours_are_found(tmp_path: Path, hours: str, words: str) -> None:
    """Overtime is a number of quarter hours from 0 to 6."""
    (found,) = findings_of(small(tmp_path, hours))
    assert words in str(found)


def test_a_shift_that_has_the_name_is_found(tmp_path: Path) -> None:
    """The scenario's own `day+2h` stands in the way; the finding says what to do."""
    text = SCENARIO.replace(
        "crews:\n", '  - {name: day+2h, start: "09:00", end: "19:00"}\ncrews:\n'
    )
    found = findings_of(small(tmp_path, "2", text))
    assert [f.field for f in found] == ["crews.0.overtime_hours"]
    assert "a shift has the name of day with this overtime" in found[0].message


def test_a_name_that_gets_too_long_is_found(tmp_path: Path) -> None:
    """A name of 80 characters cannot be extended: the tables could not be read back."""
    name = "d" * 80
    text = SCENARIO.replace("{name: day,", f"{{name: {name},")
    roster = f"process,crew,shift,headcount\npick,permanent,{name},5\n"
    (found,) = findings_of(small(tmp_path, "2", text, staffing_csv=roster))
    assert "is too long: at most 80 characters" in found.message


def test_overtime_that_adds_no_work_is_a_warning(tmp_path: Path) -> None:
    """Where the site closes with every shift, the hours mean nothing, and that is said."""
    text = SCENARIO.replace(
        '{name: day, start: "08:00", end: "17:00"', '{name: day, start: "16:00", end: "02:00"'
    )
    text = text.replace('at: "12:00", minutes: 60', 'at: "21:00", minutes: 60')
    scenario = read_scenario(small(tmp_path, "2", text))
    assert [s.name for s in scenario.problem.shifts] == ["day", "night"]
    assert any("overtime adds no work" in w for w in scenario.warnings)


def test_a_roster_may_name_an_extended_shift(tmp_path: Path) -> None:
    """Today's roster says `day+2h` of the crew that may; of another crew it is a finding in its
    row.
    """
    rows = "process,crew,shift,headcount\npick,permanent,day+2h,5\npack,{crew},day+2h,6\n"
    roster = read(small(tmp_path / "a", "2", staffing_csv=rows.format(crew="permanent"))).roster
    assert roster is not None
    assert {r.shift for r in roster} == {"day+2h"}
    (found,) = findings_of(small(tmp_path / "b", "2", staffing_csv=rows.format(crew="agency")))
    assert str(found).startswith('staffing.csv:3:13: shift: no such shift, got "day+2h"')


def test_a_plan_with_extended_shifts_is_read_back(tmp_path: Path) -> None:
    """The staffing table names the extended shift with its paid hours, and is read back."""
    problem = read(small(tmp_path / "in", "2"))
    staffing = tuple(r for r in problem.roster or () if r.shift == "day")
    longer = tuple(replace(r, shift="day+2h") for r in staffing)
    plan = a_plan(problem, staffing=longer)
    (tmp_path / "out" / "tables").mkdir(parents=True)
    write_plan(tmp_path / "out", problem, plan)
    assert read_plan(tmp_path / "out", problem).staffing == longer
    table = (tmp_path / "out" / "tables" / "staffing.csv").read_text("utf-8").splitlines()
    assert ",day+2h,,6,60.00," in table[1]
