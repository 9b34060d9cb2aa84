"""The user's own forecast: what stands in its cells is what is planned, forecast and simulated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.domain.given_demand import ANY_PRODUCT, GivenDemand
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import findings_of, write_demand


def given_of(
    tmp_path: Path, rows: str, columns: str = "time,region,orders"
) -> tuple[GivenDemand, tuple[str, ...]]:
    """The given demand of a file with these rows, and the warnings of reading it."""
    read = read_scenario(
        write_demand(tmp_path, "given: demand.csv", "demand.csv", f"{columns}\n{rows}")
    )
    assert read.problem.demand.given is not None
    return read.problem.demand.given, read.warnings


def test_given_demand_is_taken_as_it_is(tmp_path: Path) -> None:
    """Paths, products and steps land in their cells; rows without a product are cells of their
    own.
    """
    rows = "2026-11-08T10:00,east,17,,a\n2026-11-08T10:30,east,5,small,a\n2026-11-11T23:30,西,8,large,b\n"
    given, _ = given_of(tmp_path, rows, "time,region,orders,product,path")
    assert given.step_s == 1800
    assert given.product_of_kind.tolist() == [ANY_PRODUCT, 0, 1]
    assert given.orders.shape == (2, 192, 2, 3)
    assert given.orders[0, 20, 0].tolist() == [17.0, 0.0, 0.0]
    assert given.orders[0, 21, 0].tolist() == [0.0, 5.0, 0.0]
    assert given.orders[1, 191, 1].tolist() == [0.0, 0.0, 8.0]
    assert given.orders.sum() == 30


def test_the_tail_repeats_the_last_day(tmp_path: Path) -> None:
    """Path by path, step by step, and spread as on that day."""
    rows = "2026-11-11T10:00,east,17\n2026-11-08T10:00,east,5\n"
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", f"time,region,orders\n{rows}"
    )
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    assert "tail_days: 0" in text
    file.write_text(text.replace("tail_days: 0", "tail_days: 2"), encoding="utf-8")
    given = read_scenario(folder).problem.demand.given
    assert given is not None
    per_day = given.orders.sum(axis=(0, 2, 3)).reshape(6, 24)
    assert per_day.sum(axis=1).tolist() == [5, 0, 0, 17, 17, 17]
    assert per_day[5, 10] == 17
    assert given.lasts_s(0)[5 * 24 + 10] == given.step_s


def test_a_row_that_stands_twice_is_found_with_both_lines(tmp_path: Path) -> None:
    """Which of the two is meant cannot be known; another product or path is another row."""
    rows = "2026-11-08T10:00,east,10,small,a\n2026-11-08T10:00,east,5,,a\n2026-11-08T10:00,东,7,small,a\n"
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", "time,region,orders,product,path\n" + rows
    )
    words = "repeats another row's time, region, product and path, got those of line 2"
    assert [str(f) for f in findings_of(folder)] == [f"demand.csv:4:1: time: {words}"]


def test_given_demand_is_read_in_usual_forms_of_time(tmp_path: Path) -> None:
    """As a spreadsheet saves them; a time with an offset is converted to the scenario's clocks
    (Shanghai).
    """
    rows = "2026/11/8 10:00,east,1\n2026年11月8日 11:00,east,2\n2026-11-08T04:00Z,east,3\n"
    given, _ = given_of(tmp_path, rows)
    assert given.orders[0, 10:13, 0].ravel().tolist() == [1.0, 2.0, 3.0]


def test_a_number_is_no_time_of_a_table(tmp_path: Path) -> None:
    """Nor is a date whose day and month could change places; the message says how to write it."""
    folder = write_demand(
        tmp_path,
        "given: demand.csv",
        "demand.csv",
        "time,orders,region\n46334.5,1,east\n8/11/2026,1,east\n",
    )
    found = [str(finding) for finding in findings_of(folder)]
    assert len(found) == 2
    assert "serial number of a spreadsheet's date; write it such as" in found[0]
    assert 'day/month or month/day; write it such as "2026-11-10T20:00"' in found[1]


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 30, 60])
def test_given_demand_keeps_its_steps(tmp_path: Path, minutes: int) -> None:
    """A file in steps of an hour or less is expected where it says, and planning's slots see the
    same.
    """
    times = [f"2026-11-09T{m // 60:02d}:{m % 60:02d}" for m in range(600, 720, minutes)]
    given, _ = given_of(tmp_path, "".join(f"{t},east,{k + 1}\n" for k, t in enumerate(times)))
    slots = given.intensity(0)[0].reshape(-1, minutes // 5).sum(axis=1)
    first = (24 * 60 + 600) // minutes
    assert slots[first : first + len(times)] == pytest.approx(np.arange(1, len(times) + 1))
    assert slots.sum() == pytest.approx(len(times) * (len(times) + 1) / 2)


def test_hours_and_shorter_steps_may_stand_in_one_file(tmp_path: Path) -> None:
    """An hour whose only row stands at its begin is spread over the hour, whatever the steps
    elsewhere; it is said.
    """
    rows = "2026-11-09T09:00,east,12\n2026-11-09T10:00,east,12\n2026-11-09T10:05,east,24\n2026-11-09T11:00,east,0\n"
    given, warnings = given_of(tmp_path, rows)
    slots = given.intensity(0)[0, 24 * 12 + 9 * 12 :][:36]
    assert slots.tolist() == [*[1.0] * 12, 12.0, 24.0, *[0.0] * 22]
    assert given.lasts_s(0)[24 * 12 + 9 * 12] == 3600
    assert any(
        "steps are of 5 minutes, but 2 hours have rows of longer steps only" in w for w in warnings
    )


@pytest.mark.parametrize(
    ("times", "line"),
    [
        (["10:00", "10:07", "10:14"], 3),
        (["10:00", "10:25", "10:50"], 3),
        (["10:00", "10:01", "10:02"], 3),
        (["10:02", "10:07", "10:12"], 2),
        (["10:30", "11:30", "12:30"], 2),
        (["10:30"], 2),
    ],
)
def test_steps_that_do_not_fit_are_refused(tmp_path: Path, times: list[str], line: int) -> None:
    """A step that does not divide the hour, or does not begin on the clock, is found at its first
    row.
    """
    rows = "".join(f"2026-11-08T{t},east,10\n" for t in times)
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", f"time,region,orders\n{rows}"
    )
    (found,) = findings_of(folder)
    assert str(found).startswith(
        f"demand.csv:{line}:1: time: does not fit: steps begin on the clock, of 5, 10, 15, 20"
    )


def test_rows_far_apart_are_hours_and_it_is_said(tmp_path: Path) -> None:
    """A file with a row a day puts its orders into the hour that begins then, and warns."""
    given, warnings = given_of(tmp_path, "2026-11-08T00:00,east,50\n2026-11-09T00:00,east,60\n")
    assert given.orders.sum(axis=(0, 2, 3))[:25].tolist() == [50.0, *[0.0] * 23, 60.0]
    assert any("its times lie 24 hours apart" in w for w in warnings)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("2026-12-08T10:00,east,10", "demand.csv:2:1: time: must lie in the horizon"),
        ("2026-11-08T10:00,moon,10", 'demand.csv:2:18: region: no such region, got "moon"'),
        ("2026-11-08T10:00,,10", "demand.csv:2:18: region: is empty"),
        ("2026-11-08T10:00,east,-1", "demand.csv:2:23: orders: must be at least 0"),
        ("2026-11-08 25:00,east,1", "demand.csv:2:1: time: must be a date and time that exist"),
    ],
)
def test_wrong_given_demand_is_found_by_line(tmp_path: Path, row: str, expected: str) -> None:
    """Each wrong cell of a forecast is named."""
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", f"time,region,orders\n{row}\n"
    )
    assert any(expected in str(f) for f in findings_of(folder))


def test_a_forecast_names_its_paths_in_all_rows_or_in_none(tmp_path: Path) -> None:
    """A row without a path among rows with one is found: it would be a thin path of its own."""
    rows = "2026-11-08T10:00,east,10,a\n2026-11-08T11:00,east,5,\n2026-11-08T10:00,west,9,b\n"
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", f"time,region,orders,path\n{rows}"
    )
    assert [str(f) for f in findings_of(folder)] == [
        "demand.csv:3:25: path: is empty, but other rows name a path: fill it in all rows or in "
        "none"
    ]
    none = rows.replace(",a\n", ",\n").replace(",b\n", ",\n")
    folder = write_demand(
        tmp_path, "given: demand.csv", "demand.csv", f"time,region,orders,path\n{none}"
    )
    given = read_scenario(folder).problem.demand.given
    assert given is not None
    assert given.orders.sum(axis=(2, 3))[0, 10:12].tolist() == [19.0, 5.0]
