"""plan.xlsx: a summary, people by day and shift, and every table, as values and never as formulas,
ready to print.

Headings and names are in the language of the report, days and moments are dates, shares are
percentages. The same tables give the same bytes.
"""

from __future__ import annotations

import io
import math
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.output import naming, write_bytes
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.cells import CellKind, ShownColumn, shown_columns, to_time
from planner.reporting.outputs.people_by_shift import LABELS as SHIFT_LABELS
from planner.reporting.outputs.people_by_shift import people_by_day
from planner.reporting.pages.day_marks import closed_days
from planner.reporting.pages.headline import certificate, mean_on_time, total_cost, verdict_head
from planner.reporting.tables.run_folder import RunFolder
from planner.reporting.tables.schemas import TABLES

# The sheets in the order somebody works through them; tables not named here come after them.
SHEETS = (
    "staffing",
    "calendar",
    "roster",
    "people",
    "roster_open",
    "hiring",
    "payroll",
    "stock",
    "stock_need",
    "routing",
    "couriers",
    "extra_collections",
    "costs",
    "after_hours",
    "baselines",
    "path",
    "levers",
    "hindsight",
    "misses",
    "units",
    "blame",
    "repairs",
    "contracts",
    "contract_terms",
    "contracts_by_region",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
    "regions",
    "risks",
    "hourly",
    "replications",
    "forecast_daily",
    "forecast_hourly",
    "forecast_peak",
    "processes",
    "shifts",
    "assumptions",
)
FIXED_DATE = datetime(2000, 1, 1)  # a date would differ from run to run
DAY_HEAD = {"en": "ddd d mmm", "zh": 'm"月"d"日" aaa'}
WIDEST, TIME_WIDTH = 60, 17.0


def write_workbook(run: RunFolder, labels: Labels, path: Path) -> Path:
    """Write plan.xlsx.

    Parameters
    ----------
    run : RunFolder
        The run.
    labels : Labels
        Language, currency and names.
    path : Path
        File to write.

    Returns
    -------
    Path
        The file.
    """
    content = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with _naming_its_drafts(), xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": run.title, "created": FIXED_DATE})
        looks = _looks(book, labels)
        _write_summary(book, run, labels, looks)
        if run.has("staffing"):
            _write_people(book, run, labels, looks)
        for name in (*SHEETS, *(other for other in TABLES if other not in SHEETS)):
            if run.has(name):
                _write_table(book, run, labels, name, looks)
    write_bytes(path, content.getvalue())
    return path


@contextmanager
def _naming_its_drafts() -> Iterator[None]:
    """The library keeps its parts in the folder for temporary files, and hides the error of a full
    disk in another.
    """
    try:
        yield
    except xlsxwriter.exceptions.FileCreateError as error:
        failed: OSError = error.args[0]
        traceback.clear_frames(
            failed.__traceback__
        )  # lets go of its archive, which still writes when it is removed
        with naming(tempfile.gettempdir()):
            raise failed from None


def _looks(book: Any, labels: Labels) -> dict[str, Any]:
    """Cell formats by kind of value."""
    return {
        "head": book.add_format(
            {"bold": True, "bg_color": "#E3E7EB", "bottom": 1, "text_wrap": True, "valign": "top"}
        ),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True}),
        "text": book.add_format({"num_format": "@"}),
        "long": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0.###"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "share": book.add_format({"num_format": "0.00%"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        "moment": book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        "head_day": book.add_format(
            {
                "bold": True,
                "bg_color": "#E3E7EB",
                "bottom": 1,
                "align": "right",
                "num_format": DAY_HEAD[labels.lang],
            }
        ),
        "sum": book.add_format({"bold": True, "num_format": "#,##0", "top": 1}),
        "sum_text": book.add_format({"bold": True, "num_format": "@", "top": 1}),
    }


def summary_rows(run: RunFolder, labels: Labels) -> list[tuple[str, Any, str]]:
    """(item, value, kind of value) of the first sheet."""
    verdict = certificate(run) or {}
    service = run.run["service"]
    rows: list[tuple[str, Any, str]] = [
        (labels("sum_scenario"), run.title, "text"),
        (labels("sum_verdict"), verdict_head(run, labels), "bold"),
        (labels("sum_met"), verdict.get("met"), "whole"),
        (labels("sum_replications"), verdict.get("replications"), "whole"),
        (labels("sum_bound"), verdict.get("lower_bound"), "share"),
        (labels("sum_confidence"), service["confidence"], "share"),
        (labels("sum_target"), service["on_time_share"], "share"),
        (labels("sum_on_time"), mean_on_time(run), "share"),
        (labels("sum_cost", unit=labels.unit), total_cost(run), "money"),
        (labels("sum_status"), str(run.run.get("status", "")), "text"),
        (labels("sum_gap"), run.run.get("gap"), "share"),
        (labels("sum_model_gap"), run.run.get("model_gap"), "share"),
        (labels("sum_seed"), run.run["seed"], "text"),
    ]
    return [
        row
        for row in rows
        if row[1] is not None and not (isinstance(row[1], float) and math.isnan(row[1]))
    ]


def _write_summary(book: Any, run: RunFolder, labels: Labels, looks: dict[str, Any]) -> None:
    """The first sheet."""
    sheet = book.add_worksheet(labels("sheet_summary"))
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, run.title, looks["title"])
    sheet.write_string(2, 0, labels("sum_item"), looks["head"])
    sheet.write_string(2, 1, labels("sum_figure"), looks["head"])
    for place, (item, value, kind) in enumerate(summary_rows(run, labels), start=3):
        sheet.write_string(place, 0, item)
        if kind in ("text", "bold"):
            sheet.write_string(place, 1, str(value), looks[kind])
        else:
            sheet.write_number(place, 1, value, looks[kind])
    sheet.set_column(0, 0, 42)
    sheet.set_column(1, 1, 30)
    _printed(sheet)


def _printed(sheet: Any, heading_row: int | None = None) -> None:
    """A4 across, as wide as the paper, numbered pages, the heading row on each of them."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")
    if heading_row is not None:
        sheet.repeat_rows(0, heading_row)


def _write_people(book: Any, run: RunFolder, labels: Labels, looks: dict[str, Any]) -> None:
    """People of each site, shift and process on every day, with totals: the sheet that is printed
    and pinned up.
    """
    table, closed = people_by_day(run, labels), closed_days(run, labels)
    columns: list[Any] = list(table.columns)
    sheet = book.add_worksheet(_sheet_name(book, labels("sheet_people")))
    for place, column in enumerate(table.columns):
        if isinstance(column, date):
            sheet.write_datetime(0, place, column, looks["head_day"])
        else:
            sheet.write_string(0, place, labels(column), looks["head"])
    for row, (_, cells) in enumerate(table.iterrows(), start=1):
        total = cells.iloc[len(SHIFT_LABELS) - 1] == labels("all_people")
        for place, value in enumerate(cells):
            if place < len(SHIFT_LABELS):
                sheet.write_string(row, place, str(value), looks["sum_text" if total else "text"])
            elif not value and (why := closed.get((cells.iloc[0], columns[place]))):
                sheet.write_string(row, place, why, looks["sum_text" if total else "text"])
            elif value or total:
                sheet.write_number(row, place, value, looks["sum" if total else "whole"])
    sheet.set_column(0, len(SHIFT_LABELS) - 1, 16)
    sheet.set_column(len(SHIFT_LABELS), len(table.columns) - 1, 12)
    sheet.freeze_panes(1, len(SHIFT_LABELS))
    _printed(sheet, 0)


def _write_table(
    book: Any, run: RunFolder, labels: Labels, name: str, looks: dict[str, Any]
) -> None:
    """One table: headings frozen, filters on, columns as wide as what stands in them."""
    sheet = book.add_worksheet(_sheet_name(book, labels.pick(TABLES[name].title)))
    columns = shown_columns(labels, name, run.table(name))
    for place, column in enumerate(columns):
        width = _width(column)
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, column.heading, looks["head"])
        look = looks["long" if column.kind == "text" and width >= WIDEST else column.kind]
        for row, value in enumerate(column.values, start=1):
            _write_cell(sheet, (row, place), value, column.kind, look)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(run.table(name)), len(columns) - 1)
    _printed(sheet, 0)


def _width(column: ShownColumn) -> float:
    """Width of a column: its heading with the filter's button, and its first values."""
    head = _ems(column.heading)
    if column.kind in ("day", "moment"):
        return max(TIME_WIDTH, head + 4.5)
    widest = max([head + 3, *(_ems(str(value)) for value in column.values.head(500))])
    return max(min(widest + 1.5, WIDEST), 9.0)


def _write_cell(sheet: Any, at: tuple[int, int], value: Any, kind: CellKind, look: Any) -> None:
    """A value with its format; an unknown number and an empty time stay empty."""
    if kind == "text":
        sheet.write_string(*at, str(value), look)
    elif kind in ("day", "moment"):
        moment = to_time(str(value))
        if moment is not None:
            sheet.write_datetime(*at, moment, look)
    elif math.isfinite(value):
        sheet.write_number(*at, value, look)


def _ems(text: str) -> float:
    """Width of a text in Excel's column units (Chinese characters are twice as wide)."""
    return sum(2.1 if character > "\u2e7f" else 1.05 for character in text)


def _sheet_name(book: Any, title: str) -> str:
    """At most 31 characters, none of which Excel forbids, no name twice."""
    name = "".join("-" if c in "[]:*?/\\'" else c for c in title)[:28]
    taken = {sheet.get_name().casefold() for sheet in book.worksheets()}
    number, unique = 1, name
    while unique.casefold() in taken:
        number += 1
        unique = f"{name} {number}"
    return unique
