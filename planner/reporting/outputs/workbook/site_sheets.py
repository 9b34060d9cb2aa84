"""Who works where: a sheet for each site with days across, shifts, processes and crews down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from planner.reporting.outputs.people_by_shift import LABELS as SHIFT_LABELS
from planner.reporting.outputs.people_by_shift import people_by_day
from planner.reporting.outputs.workbook.looks import printed
from planner.reporting.outputs.workbook.marked_sheet import MarkedSheet, ems
from planner.reporting.outputs.workbook.table_sheets import BookParts
from planner.reporting.pages.day_marks import closed_days
from planner.reporting.tables.run_folder import RunFolder, days_of

HEADS = ("col_shift", "col_process", "col_crew")
_DAY_WIDTH, _LEAST_WIDTH = 12, 12
Line = tuple[tuple[str, str, str], list[int], bool]  # names, people by day, whether it is a sum


def write_people(parts: BookParts) -> MarkedSheet:
    """Write the people of all sites, shifts and processes on every day, with totals."""
    table = people_by_day(parts.run, parts.labels)
    labels, looks = parts.labels, parts.looks
    closed = closed_days(parts.run, labels)
    columns: list[Any] = list(table.columns)
    marked = MarkedSheet(parts.book, labels("sheet_people"))
    for place, column in enumerate(table.columns):
        if isinstance(column, date):
            marked.write(0, place, column, looks["head_day"])
        else:
            marked.write(0, place, labels(column), looks["head"])
    for row, (_, cells) in enumerate(table.iterrows(), start=1):
        total = cells.iloc[len(SHIFT_LABELS) - 1] == labels("all_people")
        for place, value in enumerate(cells):
            if place < len(SHIFT_LABELS):
                marked.write(row, place, str(value), looks["sum_text" if total else "text"])
            elif not value and (why := closed.get((cells.iloc[0], columns[place]))):
                marked.write(row, place, why, looks["sum_text" if total else "text"])
            elif value or total:
                marked.write(row, place, value, looks["sum" if total else "whole"])
    marked.sheet.set_column(0, len(SHIFT_LABELS) - 1, 16)
    marked.sheet.set_column(len(SHIFT_LABELS), len(table.columns) - 1, 12)
    marked.sheet.freeze_panes(1, len(SHIFT_LABELS))
    printed(marked.sheet, 0)
    return marked


def write_site(parts: BookParts, site: str) -> MarkedSheet:
    """Write the sheet of a site: people by day, a sum for each shift and over all.

    Parameters
    ----------
    parts : BookParts
        What it is written with.
    site : str
        The site.

    Returns
    -------
    MarkedSheet
        The sheet.
    """
    labels, looks, days = parts.labels, parts.looks, days_of(parts.run)
    name, closed = labels.name("site", site), closed_days(parts.run, labels)
    marked = MarkedSheet(parts.book, labels("sheet_site", site=name))
    widths = [_LEAST_WIDTH] * len(HEADS)
    for place, head in enumerate(HEADS):
        marked.write(0, place, labels(head), looks["head"])
    for place, day in enumerate(days, start=len(HEADS)):
        marked.write(0, place, day, looks["head_day"])
    last = len(HEADS) + len(days)
    marked.write(0, last, labels("col_person_days"), looks["head_number"])
    for row, (texts, people, is_sum) in enumerate(_lines(parts, site, days), start=1):
        for place, text in enumerate(texts):
            widths[place] = max(widths[place], round(ems(text)) + 2)
            marked.write(row, place, text, looks["sum_text" if is_sum else "text"])
        for place, count in enumerate([*people, sum(people)], start=len(HEADS)):
            why = closed.get((name, days[place - len(HEADS)])) if place < last else None
            if why and not count:
                marked.write(row, place, why, looks["sum_text" if is_sum else "text"])
            elif count or is_sum:
                marked.write(row, place, count, looks["sum" if is_sum else "whole"])
    for place, width in enumerate(widths):
        marked.sheet.set_column(place, place, min(width, 40))
    marked.sheet.set_column(len(HEADS), last, _DAY_WIDTH)
    marked.sheet.freeze_panes(1, len(HEADS))
    printed(marked.sheet, 0, title=f"{name} · {parts.run.title}")
    return marked


def _lines(parts: BookParts, site: str, days: list[date]) -> Iterator[Line]:
    """The rows of a sheet."""
    labels, run = parts.labels, parts.run
    staffing = run.table("staffing")
    here = staffing[staffing["site"] == site]
    everyone = labels("all_people")
    for shift in _ordered(run, "shifts", "shift", here):
        name, of_shift = _shift_name(parts, shift), here[here["shift"] == shift]
        rows = list(_places(run, of_shift))
        for process, crew, people in rows:
            names = name, labels.name("process", process), labels.name("crew", crew)
            yield names, _by_day(people, days), False
        if len(rows) > 1:
            yield (name, everyone, ""), _by_day(of_shift, days), True
    yield (everyone, "", ""), _by_day(here, days), True


def _places(run: RunFolder, people: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Processes in their order, and the crews at each."""
    for process in _ordered(run, "processes", "process", people):
        at = people[people["process"] == process]
        for crew in dict.fromkeys(at["crew"]):
            yield process, crew, at[at["crew"] == crew]


def _ordered(run: RunFolder, table: str, column: str, there: pd.DataFrame) -> list[str]:
    """The names of a column, in the order of the scenario."""
    known = list(run.table(table)[column]) if run.has(table) else []
    used = set(there[column])
    return [name for name in dict.fromkeys([*known, *there[column]]) if name in used]


def _shift_name(parts: BookParts, shift: str) -> str:
    """The shift with its hours."""
    name = parts.labels.name("shift", shift)
    if not parts.run.has("shifts"):
        return name
    table = parts.run.table("shifts")
    hours = table[table["shift"] == shift]
    return name if hours.empty else f"{name} {hours['start'].iloc[0]}–{hours['end'].iloc[0]}"


def _by_day(people: pd.DataFrame, days: list[date]) -> list[int]:
    """People on each day; those of the evening before stand on no sheet."""
    count = people.groupby("date")["headcount"].sum()
    return [int(count.get(day.isoformat(), 0)) for day in days]
