"""plan.xlsx: a summary and every table, as values and never as formulas; the same tables give the same bytes."""

from __future__ import annotations

import math
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from planner.reporting.labels import Labels
from planner.reporting.pages.decision import certificate, mean_on_time, total_cost, verdict_head
from planner.reporting.run_folder import RunFolder

# In the order somebody works through them; orders.csv stays a file of its own (one row per order).
SHEETS = (
    "staffing", "roster", "people", "roster_open",
    "hiring", "stock", "routing", "couriers", "extra_collections", "costs", "after_hours", "baselines", "path",
    "hindsight", "misses", "units", "blame", "repairs", "contracts",
    "contract_terms", "contracts_by_region", "clauses", "breakevens", "rules", "rules_cost", "remote", "regions",
    "risks", "hourly", "replications", "forecast_daily", "forecast_hourly", "forecast_peak", "processes", "shifts",
    "assumptions",
)  # fmt: skip
SHARES = ("share", "on_time_share", "on_time_share_mean", "on_time_share_p05", "late_share", "lower_bound", "refused",
          "kept", "commitment_missed", "tier_reached", "kept_share", "gap", "weight")  # fmt: skip
MONEY = ("cost", "cost_mean", "amount", "planned", "cost_per_order", "low", "high", "difference", "difference_low",
         "difference_high", "value", "money_at_risk", "discount", "shortfall", "break_even", "extra", "extra_low",
         "extra_high", "margin", "direct_cost", "hub_cost", "margin_after", "planned_cost", "bound", "simulated_cost",
         "plan_cost", "hindsight_cost", "regret", "price", "objective")  # fmt: skip
FIXED_DATE = datetime(2000, 1, 1)  # a date would differ from run to run
WIDEST = 60


def write_workbook(run: RunFolder, labels: Labels, path: Path) -> Path:
    """Write the workbook beside its place, then rename it."""
    draft = path.with_name(f".{path.name}.partial")
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with xlsxwriter.Workbook(str(draft), options) as book:
        book.set_properties({"title": run.title, "created": FIXED_DATE})
        looks = _looks(book)
        _write_summary(book, run, labels, looks)
        for name in SHEETS:
            if run.has(name):
                _write_table(book, labels.name("table", name), run.table(name), looks)
    os.replace(draft, path)
    return path


def _looks(book: Any) -> dict[str, Any]:
    """Cell formats by kind of value."""
    return {
        "head": book.add_format({"bold": True, "bg_color": "#E3E7EB", "bottom": 1, "text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "bold": book.add_format({"bold": True}),
        "text": book.add_format({"num_format": "@"}),
        "long": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
        "count": book.add_format({"num_format": "#,##0.###"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "share": book.add_format({"num_format": "0.00%"}),
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
    return [row for row in rows if row[1] is not None and not (isinstance(row[1], float) and math.isnan(row[1]))]


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
    sheet.set_landscape()
    sheet.set_paper(9)


def _write_table(book: Any, title: str, table: pd.DataFrame, looks: dict[str, Any]) -> None:
    """One table: headings frozen, filters on, columns as wide as what stands in them."""
    sheet = book.add_worksheet(_sheet_name(book, title))
    for place, column in enumerate(table.columns):
        values = table[column]
        numeric = pd.api.types.is_numeric_dtype(values)
        kind = _kind(str(column), table) if numeric else "text"
        width = min(max(_ems(str(column)) + 3, *(_ems(str(v)) for v in values.head(500))) + 1.5, WIDEST)
        sheet.set_column(place, place, max(width, 9.0))
        sheet.write_string(0, place, str(column), looks["head"])
        look = looks["long" if kind == "text" and width >= WIDEST else kind]
        for row, value in enumerate(values, start=1):
            if not numeric:
                sheet.write_string(row, place, str(value), look)
            elif math.isfinite(value):
                sheet.write_number(row, place, value, look)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(table), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _kind(column: str, table: pd.DataFrame) -> str:
    """How the numbers of a column are shown."""
    values = table[column]
    counted = column == "kept" and "promotions" in table.columns
    if column in SHARES and not counted and not (values.abs() > 1).any():
        return "share"
    if column in MONEY:
        return "money"
    return "whole" if (values.dropna() % 1 == 0).all() else "count"


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
