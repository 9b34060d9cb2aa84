"""People on call: a crew of their own, called in time for a shift or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.on_call import called_crew, can_be_called, with_on_call
from planner.domain.workforce import Crew, OnCall
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import findings_of, write_folder
from tests.planning.builders import problem

AGENCY = Crew(
    name="agency",
    site="yiwu",
    temporary=True,
    limit=50,
    wage_minor_per_hour=2400,
    notice_days=7,
    min_days=3,
    hire_cost_minor=15_000,
    ramp=(0.6, 1.0),
    on_call=OnCall(notice_hours=5.0, max_people=12, wage_minor_per_hour=3400),
)


def test_those_on_call_are_a_crew_of_their_own() -> None:
    """By the day, at their wage, without a fee, as slow as anybody on the first day."""
    called = called_crew(AGENCY)
    assert called is not None
    assert (called.name, called.limit, called.temporary) == ("agency on call", 12, True)
    assert called.shift_cost_minor(8 * HOUR_S) == 8 * 3400
    assert (called.notice_days, called.min_days, called.hire_cost_minor) == (0, 1, 0)
    assert called.ramp == AGENCY.ramp
    assert called.on_call is None


def test_nobody_on_call_makes_no_crew() -> None:
    """Also where none of them may be called."""
    assert called_crew(replace(AGENCY, on_call=None)) is None
    none = OnCall(notice_hours=5.0, max_people=0, wage_minor_per_hour=3400)
    assert called_crew(replace(AGENCY, on_call=none)) is None
    given = problem()
    assert with_on_call(given).crews == given.crews


@pytest.mark.parametrize(
    ("now_h", "comes"), [(0.0, True), (27.0, True), (27.01, False), (40.0, False)]
)
def test_the_notice_ends_when_the_shift_begins(now_h: float, comes: bool) -> None:
    """Called for 08:00 on the second day: until 03:00 of that day."""
    day = Shift("day", 8 * HOUR_S, 17 * HOUR_S)
    assert can_be_called(AGENCY, day, 1, round(now_h * HOUR_S)) is comes
    assert not can_be_called(replace(AGENCY, on_call=None), day, 1, -DAY_S)


def test_the_keys_are_read_and_checked(tmp_path: Path) -> None:
    """In minor units; permanent people are not on call."""
    write_folder(tmp_path)
    path = tmp_path / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    on_call = "on_call: {notice_hours: 4.5, max_people: 9, wage_per_hour: 31.5}"
    temporary = "max_headcount: 40"
    assert text.count(temporary) == 1
    path.write_text(text.replace(temporary, f"{temporary}, {on_call}"), encoding="utf-8")
    crews = read_scenario(tmp_path).problem.crews
    assert [crew.on_call for crew in crews if crew.on_call] == [
        OnCall(notice_hours=4.5, max_people=9, wage_minor_per_hour=3150)
    ]
    own = "headcount: 20"
    path.write_text(text.replace(f", {own}", f", {own}, {on_call}"), encoding="utf-8")
    assert "on_call is for temporary people" in str(findings_of(tmp_path))
