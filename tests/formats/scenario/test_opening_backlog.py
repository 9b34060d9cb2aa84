"""The orders that are open when the horizon begins, as a scenario states them."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.backlog import Backlog
from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.horizon import DAY_S, HOUR_S
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import findings_of, write_folder


def stating(tmp_path: Path, section: str, rows: str = "") -> Path:
    """The usual scenario with this section in place of its own."""
    folder = write_folder(tmp_path / "scenario")
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    assert "opening_backlog: {orders: 0}\n" in text
    file.write_text(text.replace("opening_backlog: {orders: 0}\n", section), encoding="utf-8")
    (folder / "open.csv").write_text(rows, encoding="utf-8")
    return folder


def backlog_of(tmp_path: Path, section: str, rows: str = "") -> Backlog | None:
    """What is read of a section."""
    return read_scenario(stating(tmp_path, section, rows)).problem.backlog


@pytest.mark.parametrize(
    ("section", "begins_s", "orders"),
    [
        ("opening_backlog: {hours: 6}\n", -6 * HOUR_S, None),
        ("opening_backlog: {orders: 120}\n", -DAY_S, 120),  # a night shift works until midnight
    ],
)
def test_a_number_and_a_time(
    tmp_path: Path, section: str, begins_s: int, orders: int | None
) -> None:
    """Hours count back from the horizon; a number is spread over the time without work."""
    found = backlog_of(tmp_path, section)
    assert found is not None
    assert (found.begins_s, found.orders, found.stated) == (begins_s, orders, None)


@pytest.mark.parametrize(
    "section", ["", "opening_backlog: {orders: 0}\n", "opening_backlog: {hours: 0}\n"]
)
def test_nothing_is_open(tmp_path: Path, section: str) -> None:
    """No order, no hour, or a site whose night shift works until the horizon begins."""
    assert backlog_of(tmp_path, section) is None


def test_a_table_states_the_orders(tmp_path: Path) -> None:
    """One by one in order of time, in the scenario's regions and products."""
    rows = "ordered_at,region,orders,product\n2026-11-07T23:00,west,1,large\n2026-11-07 22:00,east,2,\n"
    found = backlog_of(tmp_path, "opening_backlog: {table: open.csv}\n", rows)
    assert found is not None
    assert found.stated is not None
    hour = -HOUR_S
    expected = [[2 * hour, 0, ANY_PRODUCT], [2 * hour, 0, ANY_PRODUCT], [hour, 1, 1]]
    assert found.stated.tolist() == expected
    assert found.begins_s == 2 * hour


def test_what_is_wrong_is_found_with_its_line(tmp_path: Path) -> None:
    """An order of the horizon, one of last year, a product nobody has, two ways at once."""
    rows = (
        "ordered_at,region,orders,product\n2026-11-08T00:00,east,1,\n"
        "2025-11-07T23:00,east,1,\n2026-11-07T23:00,east,1,smal\n"
    )
    found = [
        str(f) for f in findings_of(stating(tmp_path, "opening_backlog: {table: open.csv}\n", rows))
    ]
    assert len(found) == 3
    assert found[0].startswith("open.csv:2:1: ordered_at: must lie before the horizon")
    assert found[1].startswith("open.csv:3:1: ordered_at: must lie before the horizon")
    assert found[2].startswith("open.csv:4:25: product: no such product")
    for many in ("1000000000", "1e9"):
        section = f"opening_backlog: {{orders: {many}}}\n"
        (one,) = findings_of(stating(tmp_path / many, section))
        assert one.field == "opening_backlog.orders"
        assert "must be at most 10,000,000" in str(one)
        assert "those that come later belong to demand" in str(one)
    both = stating(tmp_path / "both", "opening_backlog: {orders: 3, hours: 2}\n")
    assert any("must state one of orders, hours and table" in str(f) for f in findings_of(both))
