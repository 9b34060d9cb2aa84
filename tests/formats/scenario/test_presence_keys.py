"""Keys of guaranteed days and of the mix of people: read, checked, warned of."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.problem import Problem
from planner.formats.scenario.reader import read_scenario
from planner.studies.steps.staff_notes import pay_warnings
from tests.formats.builders import findings_of, write_folder

PACK = "pack: {orders_per_hour: 45, cv: 0.5, stations: 20}"
OWN = "headcount: 20, wage_per_hour: 26"


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small scenario with texts replaced."""
    write_folder(folder)
    path = folder / "scenario.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, *changes: tuple[str, str]) -> Problem:
    return read_scenario(written(folder, *changes)).problem


def test_the_keys_reach_the_problem(tmp_path: Path) -> None:
    """At the process, the site and the crew; the work on returns has none of them."""
    keys = "stations: 20, min_people: 2, max_temporary_share: 0.6, starters_per_permanent: 1.5}"
    problem = read(
        tmp_path,
        (PACK, PACK.replace("stations: 20}", keys)),
        ("    region: east\n", "    region: east\n    works: [day]\n"),
        (OWN, f"{OWN}, guaranteed_days_per_week: 5.5"),
    )
    site = problem.sites[0]
    pick, pack = site.processes
    assert (pick.min_people, pick.max_temporary_share, pick.starters_per_permanent) == (0, 1, None)
    assert (pack.min_people, pack.max_temporary_share, pack.starters_per_permanent) == (2, 0.6, 1.5)
    assert [s.name for s in problem.shifts if site.works_in(s)] == ["day"]
    assert problem.crew("yiwu", "permanent").guaranteed_days_per_week == 5.5
    assert pay_warnings(problem) == []


def test_a_crew_without_a_guarantee_is_said(tmp_path: Path) -> None:
    """Of permanent people alone."""
    (warning,) = pay_warnings(read(tmp_path))
    assert warning.startswith("crew permanent at yiwu: without guaranteed_days_per_week")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "max_headcount: 40",
            "max_headcount: 40, guaranteed_days_per_week: 5",
            "guaranteed_days_per_week is for permanent people",
        ),
        (PACK, PACK.replace("20}", "20, min_people: 21}"), "must not be above the 20 stations"),
        ("    region: east\n", "    region: east\n    works: [dya]\n", "no such shift"),
        ("    region: east\n", "    region: east\n    works: []\n", "must hold at least 1"),
        ("by: pack}", "by: pack, min_people: 1}", "min_people"),
    ],
)
def test_what_cannot_be_meant_is_a_finding(tmp_path: Path, old: str, new: str, words: str) -> None:
    """One finding each, with its place."""
    (finding,) = findings_of(written(tmp_path, (old, new)))
    assert words in str(finding)
    assert finding.line
