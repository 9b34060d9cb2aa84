"""What a column of moments shows as a whole: mixed kinds of dates, a contradicted order, offsets in
some rows only.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from planner.errors import InputError
from planner.formats.base.datetimes import DateTimeForm
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, read_orders
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import TINY


def _log(
    tmp_path: Path,
    datetimes: list[str],
    form: DateTimeForm,
    skip: bool = False,
    rows: int | None = None,
) -> OrderLog:
    path = tmp_path / "log.csv"
    path.write_text(
        "\n".join(["region,ordered_at", *(f'east,"{moment}"' for moment in datetimes)]) + "\n",
        "utf-8",
    )
    return read_orders(
        path,
        "log.csv",
        LogForm(
            {}, date_format=form.date_format, timezone=form.timezone, skip_bad_rows=skip, rows=rows
        ),
    )


@pytest.mark.parametrize("skip", [False, True])
@pytest.mark.parametrize("date", ["2025-03-11T09:30:00", "2025/3/11 9:30", "45727.395833"])
def test_half_dates_half_texts_are_refused(tmp_path: Path, date: str, skip: bool) -> None:
    """A spreadsheet has swapped the day and month of the first row: both rows are shown, whatever
    may be skipped.
    """
    with pytest.raises(InputError) as caught:
        _log(tmp_path, [date, "13/11/2025 09:30"], DateTimeForm("dmy"), skip, rows=1)
    (finding,) = caught.value.findings
    assert finding.line == 3
    assert f'line 2: "{date}"' in finding.message
    assert 'line 3: "13/11/2025 09:30"' in finding.message
    assert "export the log again" in finding.message


def test_texts_that_a_spreadsheet_left_are_no_bad_rows(tmp_path: Path) -> None:
    """Leaving them out would keep the swapped ones; a text that a spreadsheet could have read is
    only a bad row.
    """
    with pytest.raises(InputError, match="swapped day and month"):
        _log(tmp_path, ["2025-03-11 09:30", "13/11/2025 09:30"], DateTimeForm(), skip=True)
    assert (
        len(_log(tmp_path, ["2025-03-11 09:30", "11/12/2025 09:30"], DateTimeForm(), skip=True))
        == 1
    )


def test_half_date_cells_of_a_workbook_are_refused(tmp_path: Path) -> None:
    """Real date cells next to texts."""
    frame = pd.DataFrame(
        {"ordered_at": [datetime(2025, 3, 11, 9, 30), "13/11/2025 09:30"], "region": "east"}
    )
    frame.to_excel(tmp_path / "log.xlsx", index=False, engine="xlsxwriter")
    with pytest.raises(InputError, match="swapped day and month"):
        read_orders(tmp_path / "log.xlsx", "log.xlsx", LogForm({}, date_format="dmy"))


@pytest.mark.parametrize(
    ("datetimes", "stated", "words"),
    [
        (["11/12/2025", "13/11/2025"], None, "the order is probably dmy"),
        (["11/12/2025", "11/13/2025"], None, "the order is probably mdy"),
        (["11/12/2025", "13/11/2025"], "mdy", "the order is probably dmy"),
        (["11/12/2025", "11/13/25"], "dmy", "the order is probably mdy"),
        (["11/13/2025", "13/11/2025"], None, "others only month/day/year"),
    ],
)
def test_the_order_that_all_rows_fit_is_named(
    tmp_path: Path, datetimes: list[str], stated: str, words: str
) -> None:
    """Nobody guesses, but the message says which order fits; a stated one that does not is refused
    with any option.
    """
    for skip in {False, stated is not None}:
        with pytest.raises(InputError, match=words) as caught:
            _log(tmp_path, datetimes, DateTimeForm(stated), skip)
        assert len(caught.value.findings) == (
            1 if skip or "others" in words else 2 if stated else 3
        )


def test_a_bad_row_among_dates_of_the_stated_order_can_be_left_out(tmp_path: Path) -> None:
    """One month 13 among dates that only fit the stated order is a bad row, not a wrong order."""
    log = _log(tmp_path, ["13/11/2025", "14/11/2025", "11/15/2025"], DateTimeForm("dmy"), skip=True)
    assert len(log) == 2
    assert list(log.skipped.values()) == [1]


def test_rows_without_offset_among_others_are_counted(tmp_path: Path) -> None:
    """They are taken as local time, and the warning says how many and where."""
    datetimes = ["2025-11-11T12:00Z", *["2025-11-11 20:00"] * 4, "1762862400"]
    log = _log(tmp_path, datetimes, DateTimeForm(timezone="Asia/Shanghai"), rows=2)
    assert (log.first, log.last) == (datetime(2025, 11, 11, 20), datetime(2025, 11, 11, 20))
    (warning,) = log.warnings
    assert (
        "local time of Asia/Shanghai: 4 rows (lines 3, 4, 5, ...); those with one are converted: "
        "2 rows (lines 2, 7)" in warning
    )
    (warning,) = _log(
        tmp_path, ["2025-11-11 20:00"], DateTimeForm(timezone="Asia/Shanghai")
    ).warnings
    assert "none of the times has an offset" in warning


def test_numbers_of_a_spreadsheet_are_counted(tmp_path: Path) -> None:
    """One warning with the first example; nothing is said of a log without such numbers."""
    (warning,) = _log(
        tmp_path, ["2025-11-11 20:00", "45972.8368", "45973"], DateTimeForm()
    ).warnings
    assert '2 rows, line 3: "45972.8368" is 2025-11-11 20:05:00' in warning
    assert _log(tmp_path, ["2025-11-11 20:00"], DateTimeForm()).warnings == ()


def _scenario(tmp_path: Path, zone: str, datetimes: list[str]) -> Path:
    text = TINY.replace("timezone: UTC\n", zone).replace(
        "baseline_orders_per_day: 2400", "history: {path: log.csv}"
    )
    (tmp_path / "scenario.yaml").write_text(text, "utf-8")
    (tmp_path / "log.csv").write_text("\n".join(["ordered_at", *datetimes]) + "\n", "utf-8")
    return tmp_path


def test_the_history_of_a_scenario_is_converted_to_its_time_zone(tmp_path: Path) -> None:
    """Orders of a log with offsets, in the hours of the scenario's own clocks; without a zone the
    message names it.
    """
    datetimes = ["2025-12-01T12:00Z", "2025-12-01 08:59:59 -0500"]
    read = read_scenario(_scenario(tmp_path, "timezone: Asia/Shanghai\n", datetimes))
    assert read.problem.demand.history is not None
    assert read.problem.demand.history.counts.tolist() == [[1], [1]]
    assert read.problem.demand.history.start_hour % 24 == 20
    with pytest.raises(InputError, match="state the timezone of the scenario"):
        read_scenario(_scenario(tmp_path, "", datetimes))
