"""Who works when, by name: the roster of every site, and a sheet for each person to take home."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet, line_height
from planner.reporting.layout.style import GREY, INK, PAPER, RULE, TINT
from planner.reporting.pages.day_marks import USUAL, DayMark, day_marks
from planner.reporting.pages.page_context import PageContext
from planner.reporting.pages.staffing import in_chunks
from planner.reporting.tables.run_folder import records, to_date

Row = dict[str, Any]
MOST_DAYS, MOST_PEOPLE = 14, 15  # of one sheet of the roster
CARDS = (3, 2)  # across and down a page
NAME_WIDTH, SUM_WIDTH = 40.0, 13.0  # mm


def roster_pages(context: PageContext) -> list[Sheet]:
    """Person by day, one or more sheets per site: times and process, nights dark, what stays empty
    below.
    """
    if not context.run.has("people"):
        return []
    sheets: list[Sheet] = []
    for site, people in _by_site(context).items():
        shifts = _shifts(context, site)
        for dates in in_chunks(context.dates, MOST_DAYS):
            parts = in_chunks([p for p in people if p["days"]], MOST_PEOPLE)
            for part in parts:
                first = not any(sheet.slug.startswith(f"roster-{site}") for sheet in sheets)
                sheet = context.sheet(
                    f"roster-{site}" if first else f"roster-{site}-{len(sheets) + 1}"
                )
                title = context.labels("roster_title", site=context.site(site))
                title = title if first else context.labels("continued", title=title)
                top = sheet.title(title, _message(context, site, people))
                _matrix(context, sheet, top, (part, dates, shifts))
                if part is parts[-1]:
                    _left_open(
                        context,
                        sheet,
                        site,
                        (top + 10.5 + len(part) * _height(top, len(part)), dates),
                    )
                sheets.append(sheet)
    return sheets


def _by_site(context: PageContext) -> dict[str, list[Row]]:
    """People with names of each site that has some, in the order of the table."""
    people = records(context.run.table("people"))
    return {
        site: mine
        for site in context.run.sites
        if (mine := [p for p in people if p["site"] == site and p["named"] == "yes"])
    }


def _shifts(context: PageContext, site: str) -> dict[str, dict[date, Row]]:
    """What each person of a site works on each day."""
    found: dict[str, dict[date, Row]] = defaultdict(dict)
    for row in records(context.run.table("roster")) if context.run.has("roster") else []:
        if row["site"] == site:
            found[str(row["person"])][to_date(str(row["date"]))] = row
    return found


def _message(context: PageContext, site: str, people: Sequence[Row]) -> str:
    labels = context.labels
    working = [p for p in people if p["days"]]
    days = labels.many("n_shifts", sum(int(p["days"]) for p in working))
    words = [labels("roster_message", people=labels.many("n_people", len(working)), days=days)]
    empty = sum(empty_by_day(context, site).values())
    if empty:
        words.append(labels.many("roster_empty", int(empty)))
    if len(working) < len(people):
        words.append(
            labels(
                "roster_no_work", names=", ".join(str(p["person"]) for p in people if not p["days"])
            )
        )
    return labels.text(*words)


def empty_by_day(context: PageContext, site: str) -> dict[date, float]:
    """Places of a site by day that nobody fills."""
    found: dict[date, float] = defaultdict(float)
    for row in records(context.run.table("roster_open")) if context.run.has("roster_open") else []:
        if row["site"] == site:
            found[to_date(str(row["date"]))] += float(row["empty"])
    return found


def _height(top: float, people: int) -> float:
    return min((BOTTOM - top - 10.5 - 12) / max(people, 1), 10.5)


def _matrix(
    context: PageContext,
    sheet: Sheet,
    top: float,
    frame: tuple[Sequence[Row], Sequence[date], dict[str, dict[date, Row]]],
) -> None:
    """Rows of people, columns of days, and what each works in all."""
    people, dates, shifts = frame
    marks = day_marks(context.run, context.labels, str(people[0]["site"])) if people else {}
    labels, height = context.labels, _height(top, len(frame[0]))
    width = (RIGHT - LEFT - NAME_WIDTH - 3 * SUM_WIDTH) / len(dates)
    for j, day in enumerate(dates):
        x = LEFT + NAME_WIDTH + j * width
        sheet.text(
            (x, top), labels.weekday(day), 8.5, width=width, align="center", bold=True, most=1
        )
        sheet.text((x, top + 4), labels.short_day(day), 8, width=width, align="center", most=1)
    sums = (("col_days", "days"), ("col_own_hours", "hours"), ("col_nights", "nights"))
    for k, (heading, _) in enumerate(sums):
        x = RIGHT - (3 - k) * SUM_WIDTH
        sheet.text(
            (x, top + 4), labels(heading), 8, width=SUM_WIDTH, align="right", colour=GREY, most=1
        )
    top += 10.5
    for i, person in enumerate(people):
        y = top + i * height
        sheet.rule(LEFT, y, RIGHT - LEFT)
        sheet.text(
            (LEFT, y + height / 2 - 3.9),
            str(person["person"]),
            10,
            width=NAME_WIDTH - 2,
            bold=True,
            most=1,
        )
        crew = labels.name("crew", str(person["crew"]))
        sheet.text(
            (LEFT, y + height / 2 + 0.6), crew, 7.5, width=NAME_WIDTH - 2, colour=GREY, most=1
        )
        for j, day in enumerate(dates):
            where = (LEFT + NAME_WIDTH + j * width, y + 0.5)
            shift_cell(
                context,
                sheet,
                where,
                (width, height - 1),
                shifts.get(str(person["person"]), {}).get(day),
                mark=marks.get(day, USUAL),
            )
        for k, (_, column) in enumerate(sums):
            x = RIGHT - (3 - k) * SUM_WIDTH
            text = labels.plain(float(person[column]))
            sheet.text((x, y + height / 2 - 2.1), text, 9, width=SUM_WIDTH, align="right", most=1)


def shift_cell(
    context: PageContext,
    sheet: Sheet,
    at: tuple[float, float],
    size: tuple[float, float],
    row: Row | None,
    *,
    mark: DayMark = USUAL,
) -> None:
    """Draw times and process of one shift; a dash on a day without, or why the site is closed.

    Parameters
    ----------
    context : PageContext
        The run and its language.
    sheet : Sheet
        The page.
    at : tuple of (float, float)
        Upper left corner in mm.
    size : tuple of (float, float)
        Width and height in mm.
    row : mapping, optional
        The row of the roster.
    mark : DayMark
        What is unusual on the day.
    """
    (x, y), (width, height) = at, size
    middle = y + height / 2
    if row is None:
        place, text = (x, middle - 2.1), mark.instead(context.labels)
        points = 9 if len(text) < 3 else 7
        sheet.text(place, text, points, width=width, align="center", colour=GREY, most=1)
        return
    dark = str(row["night"]) == "yes"
    colour = PAPER if dark else INK
    sheet.box(
        x + 0.4,
        y,
        width - 0.8,
        height,
        facecolor=INK if dark else TINT,
        edgecolor=INK,
        linewidth=0.4,
    )
    times = f"{_short(str(row['start']))}–{_short(str(row['end']))}"
    sheet.text(
        (x, middle - 3.9), times, 9, width=width, align="center", bold=True, colour=colour, most=1
    )
    process = context.labels.name("process", str(row["process"]))
    sheet.text(
        (x + 0.8, middle + 0.3),
        process,
        7.5,
        width=width - 1.6,
        align="center",
        colour=colour,
        most=1,
    )


def _short(clock: str) -> str:
    """`06:00` -> `6`, `06:30` -> `6:30`."""
    hour, minute = clock.split(":")
    return f"{int(hour)}" if minute == "00" else f"{int(hour)}:{minute}"


def _left_open(
    context: PageContext, sheet: Sheet, site: str, frame: tuple[float, Sequence[date]]
) -> None:
    """Below the people: places that nobody fills."""
    y, dates = frame
    width = (RIGHT - LEFT - NAME_WIDTH - 3 * SUM_WIDTH) / len(dates)
    sheet.rule(LEFT, y, RIGHT - LEFT, INK, 0.9)
    count = empty_by_day(context, site)
    if not any(count.values()):
        return
    name = context.labels("col_empty")
    sheet.text((LEFT, y + 1.2), name, 9, width=NAME_WIDTH - 2, bold=True, most=1)
    for j, day in enumerate(dates):
        text = context.labels.number(count[day]) if count[day] else "–"
        x = LEFT + NAME_WIDTH + j * width
        sheet.text((x, y + 1.2), text, 9, width=width, align="center", bold=True, most=1)


def person_sheets(context: PageContext) -> list[Sheet]:
    """A card for each person with work, several on a page, to be cut apart."""
    if not context.run.has("people"):
        return []
    across, down = CARDS
    sheets = []
    for site, people in _by_site(context).items():
        shifts = _shifts(context, site)
        cards = [
            (p, dates) for p in people if p["days"] for dates in in_chunks(context.dates, MOST_DAYS)
        ]
        for number, part in enumerate(in_pages(cards, across * down), start=1):
            sheet = context.sheet(f"people-{site}" + (f"-{number}" if number > 1 else ""))
            title = context.labels("person_title", site=context.site(site))
            title = context.labels("continued", title=title) if number > 1 else title
            top = sheet.title(title, context.labels("person_message"))
            width, height = (RIGHT - LEFT) / across, (BOTTOM - top) / down
            for k, (person, dates) in enumerate(part):
                where = (LEFT + k % across * width, top + k // across * height)
                _card(
                    context,
                    sheet,
                    where,
                    (width, height),
                    (person, dates, shifts.get(str(person["person"]), {})),
                )
            sheets.append(sheet)
    return sheets


def in_pages(
    cards: Sequence[tuple[Row, list[date]]], most: int
) -> list[Sequence[tuple[Row, list[date]]]]:
    """Full pages, then the rest."""
    return [cards[k : k + most] for k in range(0, len(cards), most)]


def _card(
    context: PageContext,
    sheet: Sheet,
    at: tuple[float, float],
    size: tuple[float, float],
    what: tuple[Row, Sequence[date], dict[date, Row]],
) -> None:
    """Name, crew and sums, then every day: its shift, or a dash."""
    (x, y), (width, height), (person, dates, shifts), labels = at, size, what, context.labels
    marks = day_marks(context.run, context.labels, str(person["site"]))
    sheet.box(x, y, width, height, facecolor="none", edgecolor=RULE, linestyle=(0, (4, 3)))
    sheet.one_line((x + 4, y + 2), str(person["person"]), (15, 8), width - 8, bold=True)
    whose = f"{context.site(str(person['site']))} · {labels.name('crew', str(person['crew']))}"
    sums_text = f"{whose} · " + labels(
        "person_sum",
        days=labels.many("n_days", int(person["days"])),
        hours=labels.plain(float(person["hours"])),
        nights=labels.many("n_nights", int(person["nights"])),
    )
    sheet.text((x + 4, y + 9), sums_text, 8, width=width - 8, colour=GREY, most=1)
    step = min((height - 16) / len(dates), 6.0)
    points = min(9.5, step / line_height(1.0))
    for k, day in enumerate(dates):
        line = y + 14 + k * step
        row = shifts.get(day)
        bold = row is not None
        colour = INK if bold else GREY
        sheet.one_line((x + 4, line), labels.day(day), (points, 6), 27, bold=bold, colour=colour)
        if row is None:
            text = marks.get(day, USUAL).instead(context.labels)
            sheet.one_line((x + 32, line), text, (points, 5.5), width - 35, colour=GREY)
            continue
        times = f"{row['start']}–{row['end']}"
        sheet.text((x + 32, line), times, points, width=25, bold=True, most=1)
        process = labels.name("process", str(row["process"]))
        sheet.text((x + 57, line), process, points, width=width - 60, most=1)
