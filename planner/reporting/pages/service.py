"""The service page: late orders, hours from order to hand-over, targets of one's own."""

from __future__ import annotations

import math

from planner.reporting.figures.service import late_ecdf, late_histogram
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Column, Sheet
from planner.reporting.pages.figure_page import AXIS
from planner.reporting.pages.headline import rules_of
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder, records

HEAD, BETWEEN = 9.0, 8.0  # mm: a heading with what is above it, between the two tables
HOURS = ("hours_mean", "hours_p50", "hours_p90", "hours_p99")


def late_pages(context: PageContext) -> list[Sheet]:
    """Late orders over the simulated replications, hours to hand-over, and the targets."""
    run, labels = context.run, context.labels
    if not run.has("replications"):
        return []
    table = run.table("replications")
    service = run.run["service"]
    target = 1.0 - float(service["on_time_share"])
    limits = {rule.get("threshold_late_share") for rule in rules_of(run)}
    threshold = limits.pop() if len(limits) == 1 else None
    sheet = context.sheet("late-share")
    top = sheet.title(labels("late_title"), late_message(context))
    room = _tables(sheet, context)
    height = BOTTOM - top - 24 - room
    limit = None if threshold is None else float(threshold)
    late_histogram(sheet.axes(LEFT + AXIS, top + 9, 148, height), table, labels, target, limit)
    x = LEFT + AXIS + 148 + 24
    confidence = float(service["confidence"])
    late_ecdf(sheet.axes(x, top + 9, RIGHT - x, height), table, labels, target, confidence)
    return [sheet]


def late_message(context: PageContext) -> str:
    """How many replications reached the target, how many orders were late, and the hours."""
    run, labels = context.run, context.labels
    table = run.table("replications")
    target = 1.0 - float(run.run["service"]["on_time_share"])
    late = table["late_share"]
    message = labels(
        "late_message",
        met=labels.number((late <= target + 1e-9).sum()),
        n=labels.number(len(table)),
        target=labels.exact(target),
        mean=labels.at_most(float(late.mean()), 2),
        worst=labels.at_most(float(late.max()), 2),
    )
    return labels.text(message, *hours_sentences(run, labels))


def hours_sentences(run: RunFolder, labels: Labels) -> list[str]:
    """After how many hours orders are handed over; none where no order was."""
    rows = records(run.table("dispatch")) if run.has("dispatch") else []
    if not rows or math.isnan(float(rows[0]["hours_p50"])):
        return []
    points = {name: labels.number(float(rows[0][f"hours_{name}"]), 1) for name in ("p50", "p90")}
    return [labels("hours_message", **points)]


def _tables(sheet: Sheet, context: PageContext) -> float:
    """Set hours and targets at the foot of the page; the height they take, in mm."""
    blocks = _blocks(context)
    side = max(len(blocks), 2)
    width = (RIGHT - LEFT - BETWEEN * (side - 1)) / side
    made = [(LEFT + k * (width + BETWEEN), *block) for k, block in enumerate(blocks)]
    heights = [sheet.table_height(columns, rows, width=width) for _, _, columns, rows in made]
    room = HEAD + max(heights, default=-HEAD)
    for x, heading, columns, rows in made:
        y = sheet.head((x, BOTTOM - room), heading, width)
        sheet.table((x, y), width, columns, rows)
    return room


def _blocks(context: PageContext) -> list[tuple[str, list[Column], list[list[str]]]]:
    """(heading, columns, rows) of the tables that the run has."""
    run, labels, found = context.run, context.labels, []
    if run.has("dispatch"):
        found.append((labels("hours_head"), _hours_columns(labels), _hours_rows(run, labels)))
    if run.has("platforms"):
        found.append(
            (labels("platforms_head"), _platform_columns(labels), _platform_rows(run, labels))
        )
    if run.has("targets"):
        found.append((labels("targets_head"), _target_columns(labels), _target_rows(run, labels)))
    return found


def _hours_columns(labels: Labels) -> list[Column]:
    return [
        Column(labels("col_priority"), 2.0),
        *(
            Column(labels(key), 1.3, "right")
            for key in (
                "col_number",
                "col_late_share",
                "col_hours_mean",
                "col_hours_p50",
                "col_hours_p90",
                "col_hours_p99",
            )
        ),
    ]


def _hours_rows(run: RunFolder, labels: Labels) -> list[list[str]]:
    return [
        [
            labels.name("priority", str(row["priority"])),
            labels.number(float(row["orders"])),
            labels.at_most(1.0 - float(row["on_time_share"]), 2),
            *(labels.number(float(row[name]), 1) for name in HOURS),
        ]
        for row in records(run.table("dispatch"))
    ]


def _platform_columns(labels: Labels) -> list[Column]:
    keys = ("col_number", "col_exempt", "col_late_share", "col_threshold", "col_compensation")
    return [
        Column(labels("col_platform"), 1.8),
        *(Column(labels(key), 1.3, "right") for key in keys),
    ]


def _platform_rows(run: RunFolder, labels: Labels) -> list[list[str]]:
    return [
        [
            labels.name("platform", str(row["platform"])),
            labels.number(float(row["orders"])),
            labels.number(float(row["exempt"])),
            MISSING
            if math.isnan(float(row["on_time_share"]))
            else labels.at_most(1.0 - float(row["on_time_share"]), 2),
            MISSING
            if math.isnan(float(row["threshold"]))
            else labels.exact(float(row["threshold"])),
            labels.money(float(row["compensation"])),
        ]
        for row in records(run.table("platforms"))
    ]


def _target_columns(labels: Labels) -> list[Column]:
    keys = ("col_asked", "col_reached", "col_lowest", "col_met_of")
    return [
        Column(labels("col_target"), 2.0),
        *(Column(labels(key), 1.3, "right") for key in keys),
    ]


def _target_rows(run: RunFolder, labels: Labels) -> list[list[str]]:
    return [
        [
            labels("the_deadline")
            if math.isnan(float(row["within_hours"]))
            else labels("within", hours=f"{float(row['within_hours']):g}"),
            labels.exact(float(row["asked"])),
            labels.at_least(float(row["share_mean"]), 2),
            labels.at_least(float(row["share_lowest"]), 2),
            labels(
                "kept_of",
                met=labels.number(float(row["kept"])),
                n=labels.number(float(row["replications"])),
            ),
        ]
        for row in records(run.table("targets"))
    ]
