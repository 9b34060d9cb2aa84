"""Page 1 of a plan changed in the middle of the promotion, and whom to call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.language.replan_sentences import change_in_words, level_in_words
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.decision import (
    BOX_HEIGHT,
    HALF,
    POINTS,
    figure_boxes,
    misses_band,
    more,
    period_line,
    risks_block,
    verdict_box,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import records, to_date

GAP = 6.0  # mm between the tables
Figure = tuple[str, str, str]  # heading, figure, note


def is_replan(context: PageContext) -> bool:
    """Whether a plan was changed in the middle of the promotion."""
    return context.run.has("replan_effect")


def replan_page(context: PageContext) -> list[Sheet]:
    """What to change by when, whether the rest is certified, and what is known now."""
    sheet, labels = context.sheet("decision"), context.labels
    now = labels.moment(datetime.fromisoformat(str(context.run.run["options"]["now"])))
    top = sheet.title(
        labels("replan_title", title=context.run.title, now=now), period_line(context)
    )
    verdict_box(sheet, top, context.run, labels)
    figure_boxes(sheet, top, replan_figures(context))
    below = misses_band(sheet, top + BOX_HEIGHT, context) + 4
    y = _changes(sheet, below, context) + GAP
    sheet.free = _sizes(sheet, y, context)
    risks_block(sheet, y, context)
    return [sheet]


def call_pages(context: PageContext) -> list[Sheet]:
    """Who has to be told what, the most urgent first; nothing where nobody has."""
    if not is_replan(context) or not context.run.has("calls"):
        return []
    labels = context.labels
    rows = [_call(context, row) for row in _filled(context, "calls")]
    headings = ("decide", "person", "crew", "site", "day", "what", "from", "to")
    return context.table_sheets(
        "calls",
        (labels("replan_calls_title"), labels("replan_calls_message")),
        [
            Column(labels(f"replan_col_{name}"), 1.5 if name == "decide" else 1.3)
            for name in headings
        ],
        rows,
    )


def replan_figures(context: PageContext) -> list[Figure]:
    """Cost, late orders and kept promotions before and after, and the people to tell."""
    labels, run = context.labels, context.run
    effect = {str(row["plan"]): row for row in records(run.table("replan_effect"))}
    before, after, difference = (effect[row] for row in ("before", "after", "difference"))
    people = {(row["site"], row["crew"], row["person"]) for row in _filled(context, "calls")}
    changed = not run.table("changes").empty
    less = labels(
        "replan_difference",
        amount=labels.money(float(difference["cost_mean"])),
        low=labels.money(float(difference["cost_low"])),
        high=labels.money(float(difference["cost_high"])),
    )
    return [
        (
            labels("replan_kpi_cost"),
            labels.money(float(after["cost_mean"])),
            less if changed else labels("replan_unchanged"),
        ),
        (
            labels("replan_kpi_late"),
            labels.number(float(after["late_orders_mean"])),
            _was(labels, before["late_orders_mean"]) if changed else "",
        ),
        (
            labels("replan_kpi_kept"),
            labels("replan_of", n=labels.number(float(after["kept"])), all=_count(labels, after)),
            _was(labels, before["kept"]) if changed else "",
        ),
        (
            labels("replan_kpi_calls"),
            labels.many("n_people", len(people)) if people else MISSING,
            labels("replan_see_calls") if people else "",
        ),
    ]


def _was(labels: Labels, value: Any) -> str:
    return labels("replan_before", n=labels.number(float(value)))


def _count(labels: Labels, row: Mapping[str, Any]) -> str:
    return labels.number(float(row["replications"]))


def _filled(context: PageContext, table: str) -> list[dict[str, Any]]:
    """Rows of a table of the run, with "" where a cell is empty."""
    return records(
        context.run.table(table).astype(object).where(context.run.table(table).notna(), "")
    )


def _changes(sheet: Sheet, top: float, context: PageContext) -> float:
    """The changes, the most valuable first; the y below them, in mm."""
    labels = context.labels
    y = sheet.head((LEFT, top), labels("replan_head_changes"), RIGHT - LEFT)
    rows = [
        [
            labels.moment(datetime.fromisoformat(str(row["decide_by"]))),
            change_in_words(labels, row),
            level_in_words(labels, row["before"]),
            labels.number(float(row["after"])),
            labels.number(float(row["saves"])),
        ]
        for row in _filled(context, "changes")
    ]
    if not rows:
        price = labels.money(float(context.run.run["options"]["change_cost"]))
        words = labels("replan_none_page", price=price)
        return sheet.text((LEFT, y), words, POINTS, width=RIGHT - LEFT)
    columns = [
        Column(labels("col_decide"), 2.0, bold=True),
        Column(labels("replan_col_change"), 7.0),
        Column(labels("replan_col_before"), 0.8, "right"),
        Column(labels("replan_col_after"), 0.8, "right", bold=True),
        Column(labels("replan_col_saves", unit=labels.unit), 1.2, "right"),
    ]
    done, y = sheet.table(
        (LEFT, y), RIGHT - LEFT, columns, rows, points=POINTS, until=(y + BOTTOM) / 2 + 10
    )
    if done == len(rows):
        return y
    return more(sheet, (LEFT, y), len(rows) - done, context)


def _sizes(sheet: Sheet, top: float, context: PageContext) -> float:
    """How large every event was thought, and is as known now; the y below, in mm."""
    labels = context.labels
    y = sheet.head((LEFT, top), labels("replan_head_sizes"), HALF)
    columns = [
        Column(labels("replan_col_event"), 2.4),
        Column(labels("replan_col_stated"), 1.2, "right"),
        Column(labels("replan_col_known"), 1.2, "right", bold=True),
        Column(labels("replan_col_range"), 2.0, "right"),
    ]
    rows = [
        [
            str(row["event"]),
            labels.number(float(row["stated_p50"])),
            labels.number(float(row["p50"])),
            labels(
                "from_to", a=labels.number(float(row["p05"])), b=labels.number(float(row["p95"]))
            ),
        ]
        for row in records(context.run.table("event_sizes"))
    ]
    _, y = sheet.table((LEFT, y), HALF, columns, rows, points=POINTS)
    note = labels("replan_sizes_note")
    return sheet.text((LEFT, y + 0.5), note, 8, width=HALF, colour=GREY, most=2)


def _call(context: PageContext, row: Mapping[str, Any]) -> list[str]:
    """A person to tell."""
    labels = context.labels

    def place(process: Any, shift: Any) -> str:
        words = [
            labels.name(kind, str(name)) for kind, name in (("process", process), ("shift", shift))
        ]
        return labels.listed([word for word in words if word]) if process else MISSING

    return [
        labels.moment(datetime.fromisoformat(str(row["decide_by"]))),
        str(row["person"]),
        labels.name("crew", str(row["crew"])),
        context.site(str(row["site"])),
        labels.day(to_date(str(row["date"]))),
        labels.name("call", str(row["what"])),
        place(row["from_process"], row["from_shift"] or row["shift"]),
        place(row["process"], row["shift"]),
    ]
