"""Whom to hire, by when, as rows of a table on page 1 and on a page of its own."""

from __future__ import annotations

from typing import Any

from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import Column
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records, to_date


def hiring_columns(labels: Labels) -> list[Column]:
    """Columns of the hiring table, on page 1 and on its own page."""
    return [
        Column(labels("col_decide"), 2.8, bold=True),
        Column(labels("col_people"), 1.0, "right", bold=True),
        Column(labels("col_site"), 2.6),
        Column(labels("col_crew"), 1.6),
        Column(labels("col_work"), 2.2),
        Column(labels("col_cost", unit=labels.unit), 1.6, "right"),
    ]


def hiring_rows(context: PageContext) -> list[list[str]]:
    """Bookings, the most urgent first."""
    labels = context.labels
    table = context.run.table("hiring")
    if table.empty:
        return []
    return [
        [
            decide_by(labels, r),
            labels.number(float(r["people"])),
            context.site(str(r["site"])),
            labels.name("crew", str(r["crew"])),
            whole(labels.days(to_date(str(r["from"])), to_date(str(r["to"])))),
            labels.number(float(r["cost"])),
        ]
        for r in records(table.sort_values(["decide_by", "from", "site", "crew"], kind="stable"))
    ]


def whole(date: str) -> str:
    """A date that is not broken at its blanks."""
    return date.replace(" ", "\u00a0")


def decide_by(labels: Labels, booking: dict[str, Any]) -> str:
    """The last day to decide; without notice that is the first day of work, before its shift."""
    day = whole(labels.day(to_date(str(booking["decide_by"]))))
    return (
        labels("decide_before_shift", day=day) if booking["decide_by"] == booking["from"] else day
    )
