"""The first sheet: the verdict in figures, and how the plan is changed."""

from __future__ import annotations

import math
from typing import Any

from planner.reporting.language.labels import Labels
from planner.reporting.outputs.workbook.looks import INPUT, printed
from planner.reporting.outputs.workbook.marked_sheet import MarkedSheet
from planner.reporting.outputs.workbook.table_sheets import BookParts
from planner.reporting.pages.headline import certificate, mean_on_time, total_cost, verdict_head
from planner.reporting.tables.run_folder import RunFolder

GUIDE = ("guide_cells", "guide_rows", "guide_others", "guide_simulate", "guide_told", "guide_key")


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
        (labels("sum_seed"), str(run.run["seed"]), "text"),
    ]
    return [
        row
        for row in rows
        if row[1] is not None and not (isinstance(row[1], float) and math.isnan(row[1]))
    ]


def write_first(parts: BookParts, editable: list[str]) -> MarkedSheet:
    """Write the first sheet.

    Parameters
    ----------
    parts : BookParts
        What it is written with.
    editable : list of str
        Titles of the sheets that may be changed; none where the workbook is only to be read.

    Returns
    -------
    MarkedSheet
        The sheet.
    """
    run, labels, looks = parts.run, parts.labels, parts.looks
    marked = MarkedSheet(parts.book, labels("sheet_summary"))
    marked.sheet.hide_gridlines(2)
    marked.write(0, 0, run.title, looks["title"])
    marked.write(2, 0, labels("sum_item"), looks["head"])
    marked.write(2, 1, labels("sum_figure"), looks["head"])
    row = 2
    for row, (item, value, kind) in enumerate(summary_rows(run, labels), start=3):
        marked.write(row, 0, item)
        if kind in ("text", "bold"):
            marked.write(row, 1, str(value), looks[kind])
        else:
            marked.write(row, 1, value, looks[f"{kind}_left"])
    if editable:
        _write_guide(parts, marked, row + 2, editable)
    marked.sheet.set_column(0, 0, 44)
    marked.sheet.set_column(1, 1, 60)
    printed(marked.sheet)
    return marked


def _write_guide(parts: BookParts, marked: MarkedSheet, row: int, editable: list[str]) -> None:
    """What may be changed, and how it is simulated."""
    labels, looks = parts.labels, parts.looks
    marked.write(row, 0, labels("guide_title"), looks["title"])
    sheets = labels.listed(editable)
    for line, key in enumerate(GUIDE, start=row + 1):
        head = looks[f"{INPUT}head"] if key == "guide_cells" else looks["wrapped"]
        marked.write(line, 0, labels(key), head)
        marked.write(line, 1, labels(f"{key}_how", sheets=sheets), looks["wrapped"])
