"""Closed days, holidays and days without a pick-up on the sheets for the wall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from python_calamine import CalamineWorkbook

from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.site import CLOSED, Collection, Holiday
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.outputs.workbook.document import write_workbook
from planner.reporting.pages.day_marks import day_marks
from planner.reporting.pages.numbered_rosters import number_pages
from planner.reporting.pages.page_context import PageContext
from planner.reporting.pages.staffing import staffing_pages, wall_sheets
from planner.reporting.report import open_context
from planner.reporting.tables.calendar_table import CALENDAR_TABLE, calendar_table
from planner.reporting.webpage.both import Bilinguals
from planner.reporting.webpage.decision import people
from tests.builders import a_contract
from tests.planning.builders import problem, site
from tests.reporting.builders import large_run
from tests.reporting.pages.test_numbered_rosters import with_numbers

ROWS = [
    ("2026-11-10", "yiwu", "no", "", "", "Founding Day", "建厂日", "", ""),
    ("2026-11-11", "yiwu", "no", "", "", "", "", "", ""),
    ("2026-11-12", "yiwu", "yes", "09:00", "13:00", "", "", "", ""),
    ("2026-11-12", "yiwu", "yes", "09:00", "13:00", "", "", "express-a", "12:00"),
    ("2026-11-13", "yiwu", "yes", "08:00", "02:00+1", "", "", "economy", ""),
]


def with_calendar(folder: Path) -> Path:
    """A run whose first site has two closed days, a short one, and one without a pick-up."""
    with_numbers(large_run(folder))
    staffing = pd.read_csv(folder / "tables" / "staffing.csv", dtype=str, keep_default_na=False)
    closed = (staffing["site"] == "yiwu") & staffing["date"].isin(["2026-11-10", "2026-11-11"])
    staffing[~closed].to_csv(folder / "tables" / "staffing.csv", index=False, lineterminator="\n")
    frame = pd.DataFrame(ROWS, columns=CALENDAR_TABLE.names)
    frame.to_csv(folder / "tables" / "calendar.csv", index=False, lineterminator="\n")
    return folder


def texts(folder: Path, lang: str, pages: Callable[[PageContext], list[Sheet]]) -> list[str]:
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        sheets = pages(context)
        found = [t.get_text() for sheet in sheets for t in sheet.figure.texts]
        axes = [t.get_text() for s in sheets for ax in s.figure.axes for t in ax.texts]
        return found + axes


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "en",
            (
                "Founding Day · closed",
                "closed",
                "open 09:00–13:00",
                "express-a: only 12:00",
                "economy: no pick-up",
            ),
        ),
        (
            "zh",
            ("建厂日 · 休息", "休息", "营业 09:00–13:00", "express-a：仅 12:00", "economy：不揽收"),
        ),
    ],
)
def test_the_wall_sheet_names_what_is_unusual(
    tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    """Closed days with their holiday, other hours, and pick-ups, in the language of the report."""
    found = texts(with_calendar(tmp_path), lang, wall_sheets)
    assert set(words) <= set(found)


def test_rosters_and_the_heat_map_say_why_nobody_works(tmp_path: Path) -> None:
    """The holiday stands where a shift would; a closed day has no total of nobody."""
    folder = with_calendar(tmp_path)
    assert "Founding Day" in texts(folder, "en", number_pages)
    assert texts(folder, "en", staffing_pages).count("closed") == 2


def test_the_workbook_and_the_page_say_it_too(tmp_path: Path) -> None:
    """People by day: the holiday where nobody works, in plan.xlsx and on the page."""
    folder = with_calendar(tmp_path)
    context, _ = open_context(folder, "en")
    path = write_workbook(context.run, context.labels, folder / "plan.xlsx")
    book = CalamineWorkbook.from_path(str(path))
    cells = [c for row in book.get_sheet_by_name("Day and shift").to_python() for c in row]
    assert {"Founding Day", "closed"} <= {str(cell) for cell in cells}
    assert "Calendar" in book.sheet_names
    table = people(Bilinguals((context, open_context(folder, "zh")[0])))
    assert table is not None
    shown = {(cell.text.en, cell.text.zh) for row in table.rows for cell in row.cells}
    assert ("Founding Day", "建厂日") in shown


def test_a_run_without_calendars_has_no_marks(tmp_path: Path) -> None:
    """Nothing is written, and nothing is shown."""
    context, _ = open_context(large_run(tmp_path), "en")
    assert day_marks(context.run, context.labels, "yiwu") == {}
    assert calendar_table(problem()).empty


def test_the_table_lists_unusual_days_of_the_promotion() -> None:
    """Not those of the tail; a closed day says nothing of its pick-ups."""
    hours = ((0, CLOSED), (1, (9 * HOUR_S, 12 * HOUR_S)), (3, CLOSED))
    place = site(
        hours=hours,
        holidays=(Holiday(0, "New Year", "元旦"),),
        collections=(
            Collection("courier", 11 * HOUR_S),
            Collection("courier", 17 * HOUR_S, off=frozenset({0, 2})),
        ),
    )
    given = replace(
        problem(days=4),
        horizon=Horizon(datetime(2026, 11, 10), 4, HOUR_S, "Asia/Shanghai", tail_days=1),
        sites=(place,),
        contracts=(a_contract(),),
    )
    assert given.horizon.end_s == 4 * DAY_S
    rows = [tuple(row) for row in calendar_table(given).itertuples(index=False)]
    assert rows == [
        ("2026-11-10", "east", "no", "", "", "New Year", "元旦", "", ""),
        ("2026-11-11", "east", "yes", "09:00", "12:00", "", "", "", ""),
        ("2026-11-11", "east", "yes", "09:00", "12:00", "", "", "courier", "11:00"),
        ("2026-11-12", "east", "yes", "00:00", "24:00", "", "", "courier", "11:00"),
    ]
