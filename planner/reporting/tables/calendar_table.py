"""Days on which a site or its carriers keep other hours than usual: the table `calendar`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from planner.domain.problem import Problem
from planner.domain.site import CLOSED, Site
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import CONTRACT, DATE, SITE

CALENDAR_TABLE = ResultTable(
    name="calendar",
    title=("Calendar", "日历"),
    meaning="days on which a site is closed or keeps other hours, with its public holidays, and "
    "days on which fewer pick-ups come than usual while it is open",
    columns=(
        DATE,
        SITE,
        Column("open", "flag", ("Open", "营业"), "whether the site opens"),
        Column("opens", "clock", ("Opens", "开门"), "opening time", empty=True),
        Column("closes", "clock", ("Closes", "关门"), "closing time", empty=True),
        Column(
            "holiday",
            "text",
            ("Holiday", "节假日（英文）"),
            "public holiday that the site keeps",
            empty=True,
        ),
        Column(
            "holiday_zh",
            "text",
            ("Holiday in Chinese", "节假日"),
            "the same in Chinese, if its name is known",
            empty=True,
        ),
        replace(
            CONTRACT,
            meaning="contract whose pick-ups the row is about (empty: about the site)",
            empty=True,
        ),
        Column(
            "pickups",
            "text",
            ("Pick-ups", "揽收时刻"),
            "times at which its pick-ups come on the day (empty: at none)",
            empty=True,
        ),
    ),
)


def clock(second: int) -> str:
    """Seconds after midnight -> `HH:MM`; beyond midnight `+1` is appended."""
    day, rest = divmod(second, 86_400)
    if day == 1 and rest == 0:
        return "24:00"
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f"+{day}" if day else "")


def calendar_table(problem: Problem) -> pd.DataFrame:
    """One row for each unusual day of a site, and of a contract there; empty without calendars."""
    horizon = problem.horizon
    rows = []
    for day in range(horizon.reported_days):
        on = horizon.date_of(day).isoformat()
        for site in problem.sites:
            rows += [(on, site.name, *row) for row in _of_day(problem, site, day)]
    return CALENDAR_TABLE.frame(rows)


def _of_day(problem: Problem, site: Site, day: int) -> Iterator[tuple[str, ...]]:
    """What is unusual at a site on a day: hours and holiday, then contracts."""
    opening = site.opening_on(day)
    hours = ("", "") if opening == CLOSED else (clock(opening[0]), clock(opening[1]))
    is_open = "no" if opening == CLOSED else "yes"
    names = next(((h.english, h.chinese) for h in site.holidays if h.day == day), ("", ""))
    if opening != site.opening or any(names):
        yield (is_open, *hours, *names, "", "")
    for contract in problem.carriers_at(site) if opening != CLOSED else ():
        at = [c for c in site.collections if c.contract == contract]
        coming = [c for c in at if site.collects(c, day)]
        if len(coming) < len(at):
            times = ", ".join(clock(c.at_s) for c in sorted(coming, key=lambda c: c.at_s))
            yield (is_open, *hours, *names, contract, times)
