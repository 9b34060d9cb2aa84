"""A plan with places that nobody fills is not certified, whatever its orders do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner
from planner.reporting.language.labels import Labels
from planner.reporting.pages.headline import verdict_words
from planner.reporting.tables.run_folder import read_run_folder
from tests.cli.conftest import Result, call_here

ENOUGH = 14  # replications that certify a confidence of 80 % where all of them meet the target
HALL = """\
name: hall
currency: EUR
timezone: Europe/Berlin
horizon: {start: "2026-11-09T00:00", days: 5, tail_days: 0}
opening_backlog: {orders: 0}
service: {on_time_share: 0.95, confidence: 0.80}
platform: {counts: label, deadline_hours: 96}
demand: {baseline_orders_per_day: 40}
sites:
  - {name: hall, processes: {pack: {orders_per_hour: 100}}}
shifts:
  - {name: early, start: "06:00", end: "14:00"}
  - {name: late, start: "14:00", end: "22:00"}
  - {name: night, start: "22:00", end: "08:00"}
crews:
  - {name: own, headcount: 3, wage_per_hour: 20, max_hours_per_week: 24}
  - {name: boss, headcount: 1, wage_per_hour: 30, max_days_per_week: 7}
staffing: staffing.csv
staff: staff.csv
"""
# every count is allowed, but three people with 24 hours a week cannot share these shifts
TOO_MANY = """\
date,process,crew,shift,headcount
2026-11-09,pack,own,late,2
2026-11-10,pack,own,night,1
2026-11-11,pack,own,early,2
2026-11-11,pack,own,night,1
2026-11-12,pack,own,night,1
2026-11-12,pack,boss,late,1
2026-11-13,pack,boss,late,1
"""
ONE_LESS = TOO_MANY.replace("2026-11-11,pack,own,early,2", "2026-11-11,pack,own,early,1")


def hall(folder: Path, staffing: str) -> Path:
    """A hall with three named people and the shifts that they are to work."""
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(HALL, encoding="utf-8")
    (folder / "staffing.csv").write_text(staffing, encoding="utf-8")
    (folder / "staff.csv").write_text("name,crew\nA,own\nB,own\nC,own\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The folder of the stated operation with a place too many, and what was printed."""
    folder = tmp_path_factory.mktemp("short")
    asked = ("-o", folder / "out", "--replications", ENOUGH, "--jobs", 1)
    return folder / "out", call_here("simulate", hall(folder / "hall", TOO_MANY), *asked)


def test_where_people_fill_all_places_the_plan_is_certified(tmp_path: Path) -> None:
    """The same operation with one place less."""
    scenario = planner.read_scenario(hall(tmp_path / "hall", ONE_LESS))
    done = planner.simulate(scenario, replications=ENOUGH)
    verdict = done.plan.certificate
    assert verdict is not None
    assert (verdict.met, verdict.certified, verdict.empty_places) == (ENOUGH, True, ())


def test_a_stated_operation_with_an_empty_place_is_not_certified(
    short: tuple[Path, Result],
) -> None:
    """All orders are on time with everybody in their place, and one place is empty: terminal,
    manifest and page 1 say both.
    """
    folder, done = short
    assert done.code == 0, done.err
    first, repair, *_ = done.out.splitlines()
    empty = (folder / "tables" / "roster_open.csv").read_text(encoding="utf-8").splitlines()
    assert len(empty) == 2
    date, day = empty[1][:10], int(empty[1][8:10])
    assert first == (
        "NOT CERTIFIED: No roster fills every place of own at hall: at least 1 stays empty "
        f"({day} Nov)."
    )
    assert repair.startswith("To repair: more people of such a crew on these days")
    verdict = json.loads((folder / "run.json").read_text(encoding="utf-8"))["certificate"]
    assert (verdict["met"], verdict["certified"]) == (ENOUGH, False)
    stays = {"site": "hall", "crew": "own", "places": 1, "dates": [date], "proved": True}
    assert verdict["empty_places"] == [stays]
    certified, sentences = verdict_words(read_run_folder(folder), Labels("zh", "EUR"))
    assert not certified
    assert sentences[0] == f"hall 自有员工 的岗位无法排满：至少空缺 1 个（11月{day}日）。"
    assert f"{ENOUGH} 次" in sentences[1]


def test_such_a_result_is_proved_and_explained(short: tuple[Path, Result]) -> None:
    """`verify` derives the verdict from the roster too; `explain` says what is empty."""
    folder, _ = short
    assert call_here("verify", folder).code == 0
    assert "at least 1 stays empty" in call_here("explain", folder).out
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert content["broken_rules"][0].startswith("own people at hall: no set of people can work")


def test_a_plan_with_an_empty_place_may_be_tried_again(short: tuple[Path, Result]) -> None:
    """Its folder may be simulated as a plan, and is not certified either."""
    folder, _ = short
    scenario = planner.read_scenario(folder.parent / "hall")
    verdict = planner.simulate(scenario, folder, replications=ENOUGH).plan.certificate
    assert verdict is not None
    assert (verdict.met, verdict.certified) == (ENOUGH, False)
    assert [places.places for places in verdict.empty_places] == [1]
