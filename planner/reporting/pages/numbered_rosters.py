"""Who works when, by number: a sheet for the wall where people have no names.

People who work the same on all days are one row, so that a hundred temporaries fit on a few sheets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.day_marks import USUAL, DayMark, day_marks
from planner.reporting.pages.named_rosters import empty_by_day, shift_cell
from planner.reporting.pages.page_context import PageContext
from planner.reporting.pages.staffing import in_chunks
from planner.reporting.tables.run_folder import records, to_date

Row = dict[str, Any]
Work = tuple[tuple[str, str, str], ...]  # date, process and shift of each day worked
MOST_DAYS, MOST_ROWS = 12, 18  # of one sheet
HEAD, LABEL_WIDTH, TALLEST = 10.5, 46.0, 10.5  # mm


def number_pages(context: PageContext) -> list[Sheet]:
    """Numbers by day, one or more sheets per site: times and process, nights dark."""
    if not context.run.has("people") or not context.run.has("roster"):
        return []
    sheets: list[Sheet] = []
    for site in context.run.sites:
        groups = _groups(context, site)
        people = sum(len(numbers) for _, numbers, _ in groups)
        days = sum(len(numbers) * len(shifts) for _, numbers, shifts in groups)
        message = context.labels(
            "numbers_message",
            people=context.labels.many("n_people", people),
            days=context.labels.many("n_shifts", days),
        )
        empty = int(sum(empty_by_day(context, site).values()))
        if empty:
            message = context.labels.text(message, context.labels.many("roster_empty", empty))
        title = context.labels("numbers_title", site=context.site(site))
        parts = [
            (dates, part)
            for dates in in_chunks(context.dates, MOST_DAYS)
            for part in in_chunks(groups, MOST_ROWS)
        ]
        for number, (dates, part) in enumerate(parts, start=1):
            sheet = context.sheet(f"numbers-{site}" + (f"-{number}" if number > 1 else ""))
            top = sheet.title(
                context.labels("continued", title=title) if number > 1 else title, message
            )
            _draw(
                context,
                sheet,
                top,
                (dates, part),
                marks=day_marks(context.run, context.labels, site),
            )
            sheets.append(sheet)
    return sheets


Group = tuple[str, list[str], dict[date, Row]]  # crew, numbers, shift of each day


def _groups(context: PageContext, site: str) -> list[Group]:
    """Numbered people of a site who work the same on all days, in the order of their numbers."""
    people = records(context.run.table("people"))
    numbered = {str(p["person"]) for p in people if p["site"] == site and p["named"] == "no"}
    shifts: dict[tuple[str, str], dict[date, Row]] = defaultdict(dict)
    for row in records(context.run.table("roster")):
        if row["site"] == site and row["person"] in numbered:
            shifts[str(row["crew"]), str(row["person"])][to_date(str(row["date"]))] = row
    together: dict[tuple[str, Work], list[str]] = defaultdict(list)
    for (crew, person), days in sorted(shifts.items()):
        work = tuple((str(r["date"]), str(r["process"]), str(r["shift"])) for r in days.values())
        together[crew, work].append(person)
    return [(crew, of, shifts[crew, of[0]]) for (crew, _), of in together.items()]


def in_ranges(people: Sequence[str]) -> str:
    """Numbers of people, those in a row as a range: 01–07, 12."""
    numbers = [person.rsplit("-", 1)[1] for person in people]
    ranges: list[list[str]] = []
    for number in numbers:
        if ranges and int(number) == int(ranges[-1][-1]) + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ", ".join("–".join(r) for r in ranges)


def _draw(
    context: PageContext,
    sheet: Sheet,
    top: float,
    frame: tuple[list[date], list[Group]],
    *,
    marks: dict[date, DayMark],
) -> None:
    """Rows of people, columns of days."""
    (dates, groups), labels = frame, context.labels
    width = (RIGHT - LEFT - LABEL_WIDTH) / len(dates)
    for j, day in enumerate(dates):
        x = LEFT + LABEL_WIDTH + j * width
        weekday = labels.weekday(day)
        sheet.text((x, top), weekday, 8.5, width=width, align="center", bold=True, most=1)
        sheet.text((x, top + 4), labels.short_day(day), 8, width=width, align="center", most=1)
    top += HEAD
    height = min((BOTTOM - top) / max(len(groups), 1), TALLEST)
    for i, (crew, people, shifts) in enumerate(groups):
        y = top + i * height
        sheet.rule(LEFT, y, RIGHT - LEFT)
        place = (LEFT, y + height / 2 - 3.9)
        numbers = in_ranges(people)
        sheet.one_line(place, numbers, (10, 6), LABEL_WIDTH - 2, bold=True)
        count = labels(
            "numbers_people",
            crew=labels.name("crew", crew),
            people=labels.many("n_people", len(people)),
        )
        place = (LEFT, y + height / 2 + 0.6)
        sheet.text(place, count, 7.5, width=LABEL_WIDTH - 2, colour=GREY, most=1)
        for j, day in enumerate(dates):
            where = (LEFT + LABEL_WIDTH + j * width, y + 0.5)
            mark = marks.get(day, USUAL)
            shift_cell(context, sheet, where, (width, height - 1), shifts.get(day), mark=mark)
