"""Who works when: the heat map of every site for the office, and a sheet in large type for its
wall.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

import pandas as pd

from planner.reporting.figures.staffing import (
    MOST_SPLIT_DAYS,
    Row,
    day_strip,
    headcounts,
    staffing_heat,
    staffing_rows,
)
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet, line_height
from planner.reporting.layout.style import INK, PAPER, TINT
from planner.reporting.pages.day_marks import USUAL, DayMark, day_marks
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records, to_date

T = TypeVar("T")

MOST_DAYS, MOST_ROWS = 21, 12  # of one heat map
WALL_DAYS, WALL_COLUMNS = 10, 6  # of one wall sheet


def staffing_pages(context: PageContext) -> list[Sheet]:
    """Heat maps: one or more per site."""
    if not context.run.has("staffing"):
        return []
    return [sheet for site in context.run.sites for sheet in _site_heat(context, site)]


def _of_site(context: PageContext, site: str) -> tuple[pd.DataFrame, list[Row]]:
    """Staffing of a site, and its (process, shift) pairs in the order of the work and of the
    day.
    """
    run = context.run
    table = run.table("staffing")
    table = table[table["site"] == site]
    processes = list(run.table("processes")["process"]) if run.has("processes") else []
    shifts = list(run.table("shifts")["shift"]) if run.has("shifts") else []
    return table, staffing_rows(table, processes, shifts)


def _site_heat(context: PageContext, site: str) -> list[Sheet]:
    staffing, rows = _of_site(context, site)
    if staffing.empty:
        return []
    sheets: list[Sheet] = []
    everyone, _ = headcounts(staffing, rows, context.dates)
    day = int(everyone.sum(axis=0).argmax())
    message = context.labels(
        "staffing_message" if len(context.dates) <= MOST_SPLIT_DAYS else "staffing_message_plain",
        day=context.labels.day(context.dates[day]),
        n=context.labels.number(everyone[:, day].sum()),
    )
    for dates in in_chunks(context.dates, MOST_DAYS):
        for part in in_chunks(rows, MOST_ROWS):
            sheet = context.sheet(f"staffing-{site}" + (f"-{len(sheets) + 1}" if sheets else ""))
            title = context.labels("staffing_title", site=context.site(site))
            top = sheet.title(
                context.labels("continued", title=title) if sheets else title, message
            )
            shown = staffing[_in_rows(staffing, part) & _in_dates(staffing, dates)]
            _draw_heat(context, sheet, shown, (part, dates), top)
            sheets.append(sheet)
    return sheets


def _in_rows(staffing: pd.DataFrame, rows: list[Row]) -> pd.Series:
    keys = pd.Series(
        list(zip(staffing["process"], staffing["shift"], strict=True)),
        index=staffing.index,
        dtype=object,
    )
    return keys.isin(rows)


def _in_dates(staffing: pd.DataFrame, dates: list[date]) -> pd.Series:
    return staffing["date"].isin([d.isoformat() for d in dates])


def _draw_heat(
    context: PageContext,
    sheet: Sheet,
    staffing: pd.DataFrame,
    frame: tuple[list[Row], list[date]],
    top: float,
) -> None:
    """The strip of orders above the heat map, on the same columns; `frame`: rows and columns."""
    rows, dates = frame
    orders = _median_orders(context)
    x, width = LEFT + 44, min(RIGHT - LEFT - 44 - 24, 40.0 * len(dates))
    strip = 22.0 if orders else 1.0
    day_strip(sheet.axes(x, top + 5, width, strip), dates, orders, context.labels)
    top += strip + 19
    height = min((len(rows) + 1) * 19.0, BOTTOM - 2 - top)
    site = str(staffing["site"].iloc[0]) if len(staffing) else ""
    closed = [
        day for day, mark in day_marks(context.run, context.labels, site).items() if mark.closed
    ]
    axes = sheet.axes(x, top, width, height)
    staffing_heat(axes, staffing, dates, context.labels, rows, closed=closed)


def _median_orders(context: PageContext) -> dict[date, float]:
    if not context.run.has("forecast_daily"):
        return {}
    daily = context.run.table("forecast_daily")
    daily = daily[daily["region"] == "all"]
    return {to_date(d): float(v) for d, v in zip(daily["date"], daily["p50"], strict=True)}


def wall_sheets(context: PageContext) -> list[Sheet]:
    """One sheet per site to pin on the wall (more when days or shifts do not fit in large type)."""
    if not context.run.has("staffing"):
        return []
    sheets = []
    for site in context.run.sites:
        columns = _by_shift(_of_site(context, site)[1])
        parts = [
            (d, c)
            for d in in_chunks(context.dates, WALL_DAYS)
            for c in in_chunks(columns, WALL_COLUMNS)
        ]
        for number, (dates, part) in enumerate(parts, start=1):
            sheet = context.sheet(f"wall-{site}" + (f"-{number}" if number > 1 else ""))
            _draw_wall(context, sheet, site, dates, part)
            sheets.append(sheet)
    return sheets


def _by_shift(rows: list[Row]) -> list[Row]:
    """Columns of a wall sheet: shift by shift, in each the processes in order."""
    shifts = list(dict.fromkeys(shift for _, shift in rows))
    return sorted(rows, key=lambda row: shifts.index(row[1]))


def _draw_wall(
    context: PageContext, sheet: Sheet, site: str, dates: list[date], columns: list[Row]
) -> None:
    labels, was = context.labels, people_before(context, site)
    message = labels("wall_message_changed" if was else "wall_message")
    top = sheet.title(labels("wall_title", site=context.site(site)), message)
    marks = day_marks(context.run, context.labels, site)
    trucks = _trucks(context, site, dates)
    for day in (day for day in dates if day in marks and marks[day].pickups):
        trucks.setdefault(day, []).extend(marks[day].pickups)
    date_width = 6.0 + max(sheet.width(labels.day(d), 17, True) for d in dates)
    truck_width = 58.0 if trucks else 0.0
    width = (RIGHT - LEFT - date_width - truck_width) / len(columns)
    sheet.text(
        (LEFT + 2, top + 8.6), labels("wall_date"), 12.5, width=date_width - 3, bold=True, most=1
    )
    _wall_heads(context, sheet, (LEFT + date_width, top), width, columns)
    if trucks:
        sheet.text(
            (RIGHT - truck_width + 3, top + 8.6),
            labels("wall_pickups" if any(m.pickups for m in marks.values()) else "wall_trucks"),
            12.5,
            width=truck_width - 3,
            bold=True,
            most=1,
        )
    top += 16.5
    height = min((BOTTOM - top) / len(dates), 26.0)
    staffing, rows = _of_site(context, site)
    everyone, hired = headcounts(staffing, columns, dates)
    people = headcounts(staffing, rows, context.dates)[0].sum(axis=0)
    busiest = context.dates[int(people.argmax())] if people.max() > people.min() else None
    split = bool(hired.any())
    for j, day in enumerate(dates):
        y = top + j * height
        dark = day == busiest
        sheet.box(
            LEFT,
            y,
            RIGHT - LEFT,
            height,
            facecolor=INK if dark else TINT if j % 2 else PAPER,
            zorder=-2,
        )
        colour = PAPER if dark else INK
        middle = y + height / 2
        sheet.text(
            (LEFT + 2, middle - line_height(17) / 2),
            labels.day(day),
            17,
            width=date_width - 4,
            bold=True,
            colour=colour,
            most=1,
        )
        mark = marks.get(day, USUAL)
        _wall_mark(
            context,
            sheet,
            (LEFT + date_width, middle),
            (width * len(columns), height),
            mark=mark,
            colour=colour,
        )
        for i in range(0 if mark.closed else len(columns)):
            where = (LEFT + date_width + i * width, middle)
            _wall_cell(
                context,
                sheet,
                where,
                width,
                people=(everyone[i, j], hired[i, j]),
                colour=colour,
                split=split,
            )
            before = was.get((day, *columns[i]))
            if before is not None:
                _mark_changed(sheet, where, (width, height), labels("wall_was", n=before), colour)
        if trucks:
            x, lines = RIGHT - truck_width + 3, trucks.get(day, [])[:3]
            y = middle - len(lines) * line_height(11) / 2
            for line in lines:
                y = sheet.text((x, y), line, 11, width=truck_width - 5, colour=colour, most=1)


def _wall_mark(
    context: PageContext,
    sheet: Sheet,
    at: tuple[float, float],
    size: tuple[float, float],
    *,
    mark: DayMark,
    colour: str,
) -> None:
    """A closed day with its holiday over all columns; other hours small at their lower edge.

    `at` is (left end, middle).
    """
    (x, middle), (width, height), words = at, size, mark.words(context.labels)
    if mark.closed:
        place = (x, middle - line_height(15) / 2)
        sheet.text(place, words, 15, width=width, align="center", colour=colour, most=1)
    elif words:
        place = (x + 2, middle - height / 2 + 0.6)
        sheet.text(place, words, 8.5, width=width - 4, colour=colour, most=1)


def _wall_heads(
    context: PageContext, sheet: Sheet, at: tuple[float, float], width: float, columns: list[Row]
) -> None:
    """Shift with its times over the processes it has."""
    (x, y), labels = at, context.labels
    times = {}
    if context.run.has("shifts"):
        times = {
            str(r["shift"]): f"{r['start']}–{str(r['end']).removesuffix('+1')}"
            for r in records(context.run.table("shifts"))
        }
    for shift in dict.fromkeys(s for _, s in columns):
        places = [i for i, (_, s) in enumerate(columns) if s == shift]
        span = width * len(places)
        name = f"{labels.name('shift', shift)}  {times.get(shift, '')}".rstrip()
        sheet.text(
            (x + places[0] * width, y),
            name,
            12.5,
            width=span - 2,
            bold=True,
            align="center",
            most=1,
        )
        sheet.rule(x + places[0] * width + 2, y + 7, span - 4, INK, 1.0)
    for i, (process, _) in enumerate(columns):
        name = labels.name("process", process)
        sheet.text((x + i * width, y + 8.6), name, 12.5, width=width, align="center", most=1)


def _wall_cell(
    context: PageContext,
    sheet: Sheet,
    at: tuple[float, float],
    width: float,
    *,
    people: tuple[float, float],
    colour: str,
    split: bool,
) -> None:
    """A headcount in large type, permanent + hired below it where `split`; `at` is (left end,
    middle).
    """
    (x, middle), (count, hired) = at, people
    labels = context.labels
    if count == 0:
        sheet.text(
            (x, middle - line_height(14) / 2), "–", 14, width=width, align="center", colour=colour
        )
        return
    lift = line_height(9.5) / 2 - 0.6 if split else 0.0
    y = sheet.text(
        (x, middle - line_height(19) / 2 - lift),
        labels.number(count),
        19,
        width=width,
        bold=True,
        align="center",
        colour=colour,
    )
    if split:
        parts = f"{labels.number(count - hired)} + {labels.number(hired)}"
        sheet.text((x, y - 1.4), parts, 9.5, width=width, align="center", colour=colour, most=1)


def _mark_changed(
    sheet: Sheet, at: tuple[float, float], size: tuple[float, float], words: str, colour: str
) -> None:
    """Frame a cell whose people changed, and say how many they were; `at`: (left end, middle)."""
    (x, middle), (width, height) = at, size
    sheet.box(
        x + 1.2,
        middle - height / 2 + 1.0,
        width - 2.4,
        height - 2.0,
        facecolor="none",
        edgecolor=colour,
        linewidth=1.8,
        zorder=2,
    )
    place = (x + 2.2, middle - height / 2 + 1.5)
    sheet.text(place, words, 8, width=width - 4.4, align="right", colour=colour, most=1)


def people_before(context: PageContext, site: str) -> dict[tuple[date, str, str], int]:
    """People of the cells of a site that a replan changed, before it: by day, process and shift.

    Parameters
    ----------
    context : PageContext
        The run, with its table `changes` if it has one.
    site : str
        The site.

    Returns
    -------
    dict
        Without the cells whose number of people is as it was.
    """
    if not context.run.has("changes"):
        return {}
    more: dict[tuple[date, str, str], int] = {}
    for row in records(context.run.table("changes")):
        if row["site"] != site or not row["crew"]:
            continue
        day, amount = to_date(str(row["date"])), int(row["amount"])
        step = -amount if row["what"] == "rest" else amount
        to = (day, str(row["process"]), str(row["shift"]))
        more[to] = more.get(to, 0) + step
        if row["from_process"] or row["from_shift"]:
            process = str(row["from_process"] or row["process"])
            left = (day, process, str(row["from_shift"] or row["shift"]))
            more[left] = more.get(left, 0) - amount
    staffing = context.run.table("staffing")
    found = {}
    for (day, process, shift), step in more.items():
        here = (
            (staffing["site"] == site)
            & (staffing["process"] == process)
            & (staffing["shift"] == shift)
            & (staffing["date"] == day.isoformat())
        )
        if step:
            found[day, process, shift] = int(staffing.loc[here, "headcount"].sum()) - step
    return found


def _trucks(context: PageContext, site: str, dates: list[date]) -> dict[date, list[str]]:
    """Extra collections by day, as lines of the wall sheet."""
    found: dict[date, list[str]] = {}
    if not context.run.has("extra_collections"):
        return found
    table = context.run.table("extra_collections")
    for row in records(table[table["site"] == site]):
        on = to_date(str(row["date"]))
        contract = context.labels.name("contract", str(row["contract"]))
        line = context.labels(
            "wall_truck",
            at=row["at"],
            contract=contract,
            n=context.labels.number(float(row["vehicles"])),
        )
        if on in dates:
            found.setdefault(on, []).append(line)
    return found


def in_chunks(items: Sequence[T], most: int) -> list[list[T]]:
    """`items` in as few parts of at most `most` as possible, as even as possible."""
    if not items:
        return []
    parts = -(-len(items) // most)
    size = -(-len(items) // parts)
    return [list(items[k : k + size]) for k in range(0, len(items), size)]
