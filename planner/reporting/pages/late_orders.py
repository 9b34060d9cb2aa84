"""Where orders miss under a plan that is not certified, and what one person or vehicle more would
do about it.
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.contract_cells import Row, cells, columns_of, number, share, words
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records, to_date, to_moment

PLACE = ["reason", "site", "process", "contract", "product"]
UNITS_HEIGHT = 66.0  # mm kept for the units below the places
POINTS = 9.0


def misses_pages(context: PageContext) -> list[Sheet]:
    """The places by their late orders, and the units that were tried, the best first."""
    labels, places = (
        context.labels,
        by_day(columns_of(context, "misses", *PLACE, "from", "to", "late_orders", "share")),
    )
    if not places:
        return []
    sheet = context.sheet("misses")
    top = sheet.title(labels("misses_title"), labels.text(*miss_sentences(context)))
    width = RIGHT - LEFT
    columns, rows = _places(labels, places)
    y = sheet.head((LEFT, top), labels("misses_head"), width)
    done, y = sheet.table(
        (LEFT, y), width, columns, rows, points=POINTS, until=BOTTOM - UNITS_HEIGHT, most_lines=1
    )
    y = _more(sheet, y, len(rows) - done, labels) + 4
    y = sheet.head((LEFT, y), labels("units_head"), width)
    units = records(context.run.table("units"))
    if not units:
        sheet.text((LEFT, y), labels("units_none"), POINTS)
        return [sheet]
    columns, rows = _units(labels, units)
    done, y = sheet.table(
        (LEFT, y), width, columns, rows, points=POINTS, until=BOTTOM - 9, most_lines=1
    )
    y = _more(sheet, y, len(rows) - done, labels)
    sheet.text((LEFT, y), labels("units_note"), 8, colour=GREY, most=1)
    return [sheet]


def by_day(table: pd.DataFrame) -> list[Row]:
    """The places with their first and last hour, late orders and share of each day, most orders
    first.
    """
    if table.empty:
        return []
    days = table.assign(day=table["from"].str[:10]).groupby(
        [*PLACE, "day"], sort=True, as_index=False
    )
    whole = days.agg({"from": "min", "to": "max", "late_orders": "sum", "share": "sum"})
    return records(whole.sort_values("late_orders", ascending=False, kind="stable"))


def _more(sheet: Sheet, y: float, left: int, labels: Labels) -> float:
    """Say that rows were left out."""
    return sheet.text((LEFT, y), labels("more_rows", n=left), 8, colour=GREY) if left else y


def miss_sentences(context: PageContext) -> list[str]:
    """Where most orders miss, and the unit that saves most orders for its money; nothing where it
    is not known.
    """
    labels = context.labels
    rows = records(columns_of(context, "misses", *PLACE, "from", "share"))
    if not rows:
        return []
    shares: Counter[tuple[str, ...]] = Counter()
    for row in rows:
        shares[_place(row)] += row["share"]
    worst = max(shares, key=lambda place: (shares[place], place))
    hour = max((row for row in rows if _place(row) == worst), key=lambda row: float(row["share"]))
    where = labels(
        "miss_worst",
        share=labels.percent(shares[worst], 0),
        reason=labels.name("reason", str(hour["reason"])),
        place=place_in_words(labels, hour),
        at=labels.moment(to_moment(str(hour["from"]))),
    )
    best = next(
        (u for u in records(context.run.table("units")) if float(u["saved_orders"]) > 0), None
    )
    return [where, labels("units_none") if best is None else _best_unit(labels, best)]


def _place(row: Row) -> tuple[str, ...]:
    return tuple(str(row[name]) for name in PLACE)


def _best_unit(labels: Labels, unit: Row) -> str:
    return labels(
        "unit_best",
        unit=unit_in_words(labels, unit),
        cost=labels.money(float(unit["cost"])),
        before=labels.number(float(unit["failed_before"]), 1),
        after=labels.number(float(unit["failed_after"]), 1),
    )


def place_in_words(labels: Labels, row: Row) -> str:
    """Site, process, contract and product as far as they are known."""
    names = [labels.name(kind, str(row[kind])) for kind in PLACE[1:] if row[kind]]
    return labels("list_mark").join(names) or MISSING


def unit_in_words(labels: Labels, row: Row) -> str:
    """One more vehicle, or one more person at a process in a shift."""
    kind = "unit_vehicle" if row["contract"] else "unit_person"
    values = {
        name: labels.name(name, str(row[name]))
        for name in ("site", "process", "crew", "shift", "contract")
    }
    return labels(kind, day=labels.day(to_date(str(row["date"]))), **values)


def _span(labels: Labels, row: Row) -> str:
    """`Tue 10 Nov 20:00 to 21:00`, or one moment."""
    since, until = (to_moment(str(row[name])) for name in ("from", "to"))
    if since == until:
        return labels.moment(since)
    end = f"{until:%H:%M}" if (until - since).total_seconds() < 86_400 else labels.moment(until)
    return labels("from_to", a=labels.moment(since), b=end)


def _places(labels: Labels, rows: list[Row]) -> tuple[list[Column], list[list[str]]]:
    """The table of the places."""
    return cells(
        [
            words(
                "reason",
                labels("col_reason"),
                3.0,
                lambda r: labels.name("reason", str(r["reason"])),
            ),
            words("site", labels("col_where"), 4.0, lambda r: place_in_words(labels, r)),
            words("from", labels("col_when"), 3.0, lambda r: _span(labels, r)),
            number("late_orders", labels("col_late_orders"), labels, 1),
            share("share", labels("col_share_late"), labels),
        ],
        rows,
    )


def _units(labels: Labels, rows: list[Row]) -> tuple[list[Column], list[list[str]]]:
    """The table of the units that were tried."""
    return cells(
        [
            words("unit", labels("col_unit"), 6.0, lambda r: unit_in_words(labels, r)),
            number("cost", labels("col_cost", unit=labels.unit), labels),
            number("failed_before", labels("col_late_before"), labels, 1),
            number("failed_after", labels("col_late_after"), labels, 1),
            number("saved_orders", labels("col_saved_orders"), labels, 1),
            number("cost_per_order", labels("col_cost_per_saved", unit=labels.unit), labels, 2),
        ],
        rows,
    )
