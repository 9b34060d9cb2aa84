"""What happened until now: orders by hour or one by one, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem
from planner.domain.under_way import UNKNOWN
from planner.errors import InputError
from planner.formats.actuals import now_second, read_actuals
from planner.formats.base.value_types import parse_datetime
from planner.studies.steps.load import load
from tests.cli.builders import write_small

NOW_S = DAY_S


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """The small scenario: four days from 9 November."""
    folder: Path = tmp_path_factory.mktemp("small")
    write_small(folder)
    return load(folder).problem


def written(folder: Path, name: str, text: str) -> Path:
    """A file."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_counts_and_log_say_the_same(problem: Problem, tmp_path: Path) -> None:
    """Two orders of an hour as a count, or as two rows of a log, are two orders of that hour."""
    counts = written(tmp_path, "a.csv", "time,region,orders\n2026-11-09T10:00,zhejiang,2\n")
    log = written(
        tmp_path,
        "b.csv",
        "ordered_at,region\n2026-11-09T10:05,zhejiang\n2026-11-09T10:40:30,zhejiang\n",
    )
    by_hour = read_actuals(counts, problem, NOW_S).seen
    by_log = read_actuals(log, problem, NOW_S).seen
    assert by_hour.by_hour().tolist() == by_log.by_hour().tolist()
    assert by_hour.lasts_s.tolist() == [HOUR_S]
    assert by_log.begins_s.tolist() == [10 * HOUR_S + 300, 10 * HOUR_S + 2430]
    assert set(by_log.product.tolist()) == {UNKNOWN}


def test_what_lies_outside_is_left_out_and_said(problem: Problem, tmp_path: Path) -> None:
    """Orders before the horizon and after now do not count, and hours without a row are named."""
    text = "time,orders\n2026-11-08T23:00,7\n2026-11-09T00:00,3\n2026-11-10T05:00,9\n"
    found = read_actuals(written(tmp_path, "a.csv", text), problem, NOW_S)
    assert found.seen.total == 3
    words = " ".join(found.warnings)
    assert "7 orders before the horizon" in words
    assert "9 orders after now" in words
    assert "23 of the hours until now" in words


def test_every_finding_is_told_at_its_place(problem: Problem, tmp_path: Path) -> None:
    """Wrong names, moments and numbers of all tables come together, with line and field."""
    text = (
        "orders:\n"
        '  - {time: "2026-11-09T10:00", orders: 3, region: atlantis}\n'
        "backlog:\n"
        "  - {site: yiwu, process: pik, orders: 3}\n"
        "people:\n"
        '  - {date: "2026-11-09", process: pick, crew: owl, shift: day, came: 2}\n'
        "pickups:\n"
        '  - {date: "2026-11-09", contract: near, at: "13:00", came: true}\n'
        "stock:\n"
        "  - {product: light, units: -4}\n"
    )
    with pytest.raises(InputError) as caught:
        read_actuals(written(tmp_path, "a.yaml", text), problem, NOW_S)
    found = str(caught.value)
    for words in (
        "a.yaml:2:",
        "atlantis",
        "a.yaml:4:",
        "did you mean pick",
        "a.yaml:6:",
        "owl",
        "a.yaml:8:",
        "near 12:00, near 18:00",
        "a.yaml:10:",
        "-4",
    ):
        assert words in found, f"{words} is not in\n{found}"


def test_what_has_not_begun_cannot_have_happened(problem: Problem, tmp_path: Path) -> None:
    """People of a shift that begins after now are a finding."""
    text = (
        'orders: [{time: "2026-11-09T10:00", orders: 3}]\n'
        'people: [{date: "2026-11-11", process: pick, crew: own, shift: day, came: 2}]\n'
    )
    with pytest.raises(InputError, match="must have begun before now"):
        read_actuals(written(tmp_path, "a.yaml", text), problem, NOW_S)


def test_unknown_keys_are_refused(problem: Problem, tmp_path: Path) -> None:
    """A key that means nothing is named with the one that was meant."""
    text = "order: []\n"
    with pytest.raises(InputError, match="did you mean orders"):
        read_actuals(written(tmp_path, "a.yaml", text), problem, NOW_S)


@pytest.mark.parametrize("text", ["yesterday", "2026-12-01T00:00", "2026-11-10T02:03"])
def test_now_must_be_a_moment_of_the_promotion(problem: Problem, text: str) -> None:
    """Words, a moment outside, and one within five minutes are refused, each in words."""
    with pytest.raises(InputError, match="--now"):
        now_second(text, problem, parse_datetime)


def refused(problem: Problem, folder: Path, text: str, name: str = "a.csv") -> str:
    """What is said of a file that is refused."""
    with pytest.raises(InputError) as caught:
        read_actuals(written(folder, name, text), problem, NOW_S)
    return str(caught.value)


def test_an_empty_count_is_no_order(problem: Problem, tmp_path: Path) -> None:
    """Where counts are stated, a row without one is asked for instead of counting as an order."""
    text = "time,orders\n2026-11-09T10:00,\n2026-11-09T11:00,4\n"
    assert "a.csv:2:18: orders: is empty" in refused(problem, tmp_path, text)


@pytest.mark.parametrize("day", ["2025-11-09", "2026-11-11"])
def test_orders_of_another_time_alone_are_refused(
    problem: Problem, tmp_path: Path, day: str
) -> None:
    """A file of another year would say that nobody ordered anything."""
    found = refused(problem, tmp_path, f"time,orders\n{day}T10:00,40\n")
    assert "a.csv:1:1: time: no row lies between the start of the horizon" in found


def test_counts_that_repeat_are_added_and_said(problem: Problem, tmp_path: Path) -> None:
    """A row that stands twice counts twice, and the user hears of it; regions are no repeats."""
    text = "time,orders,region\n" + "2026-11-09T10:00,4,zhejiang\n" * 2
    text += "2026-11-09T10:00,4,sichuan\n"
    found = read_actuals(written(tmp_path, "a.csv", text), problem, NOW_S)
    assert found.seen.total == 12
    assert any("1 row of orders repeat" in words for words in found.warnings)


def test_more_people_than_the_crew_has_are_said(problem: Problem, tmp_path: Path) -> None:
    """Sixty for six is more likely a slip than a crowd; over processes the shift counts."""
    row = '{{date: "2026-11-09", process: {}, crew: own, shift: day, came: {}}}'
    for pick, pack, warned in ((3, 3, False), (4, 3, True), (60, 0, True)):
        people = ", ".join([row.format("pick", pick), row.format("pack", pack)])
        text = f'orders: [{{time: "2026-11-09T10:00", orders: 3}}]\npeople: [{people}]\n'
        found = read_actuals(written(tmp_path, "a.yaml", text), problem, NOW_S)
        said = [words for words in found.warnings if "the scenario has 6" in words]
        assert len(said) == warned


def test_pickups_may_say_1_or_0_and_lie_in_the_promotion(problem: Problem, tmp_path: Path) -> None:
    """0 is no in YAML as in tables; a collection before the horizon would change nothing."""
    text = (
        'orders: [{{time: "2026-11-09T10:00", orders: 3}}]\n'
        'pickups: [{{date: "{}", contract: near, at: "12:00", came: {}}}]\n'
    )
    for cell, came in (("0", False), ("1", True)):
        file = written(tmp_path, "a.yaml", text.format("2026-11-09", cell))
        assert [p.came for p in read_actuals(file, problem, NOW_S).pickups] == [came]
    assert "must be true or false, got 2" in refused(
        problem, tmp_path, text.format("2026-11-09", "2"), "a.yaml"
    )
    before = refused(problem, tmp_path, text.format("2026-11-08", "false"), "a.yaml")
    assert "not before 9 Nov 00:00" in before
