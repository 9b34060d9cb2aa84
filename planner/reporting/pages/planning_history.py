"""How the plan was reached, what was proven on the way, and what perfect hindsight would have
saved.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from planner.reporting.figures.axes import unit_above
from planner.reporting.figures.planning_history import hindsight_dots, path_costs, path_kept
from planner.reporting.language.history_sentences import proved, reinforced, stop_sentence, trimmed
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.contract_cells import (
    Row,
    Spec,
    cells,
    columns_of,
    number,
    share,
    words,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import is_true, records

MOST_ON_ONE = 8  # steps next to the figure; with more, the table gets sheets of its own
AXIS = 16.0  # mm kept free for the numbers of a y axis
NOTES = 84.0  # mm: width of the notes next to the figure
TALLEST = 112.0
GLOSSARY = 18.0  # mm at the foot of the page for the terms
STEP = (
    "step",
    "plan",
    "what",
    "planned_cost",
    "bound",
    "simulated_cost",
    "kept",
    "promotions",
    "kept_share",
)
POINTS = 8.8


def path_pages(context: PageContext) -> list[Sheet]:
    """The steps as a table and as a figure, with notes."""
    labels, table = context.labels, columns_of(context, "path", *STEP)
    loop = context.run.plan.get("loop")
    if table.empty or not loop:
        return []
    sheet = context.sheet("path")
    top = sheet.title(labels("path_title"), stop_sentence(labels, loop))
    columns, lines = cells(_steps(labels), records(table))
    further: list[Sheet] = []
    if len(lines) <= MOST_ON_ONE:
        _, top = sheet.table((LEFT, top), RIGHT - LEFT, columns, lines, points=POINTS, most_lines=1)
    else:
        heading = (labels("continued", title=labels("path_title")), "")
        further = context.table_sheets("path-steps", heading, columns, lines, points=POINTS)
    _draw(context, sheet, top + 4, table)
    _notes(context, sheet, top + 4, loop)
    sheet.text((LEFT, BOTTOM - GLOSSARY + 3), labels("path_glossary"), 8, colour=GREY, most=4)
    return [sheet, *further]


def _draw(context: PageContext, sheet: Sheet, top: float, table: pd.DataFrame) -> None:
    """Cost above, share of replications that met the target below, on the same steps."""
    labels = context.labels
    x, width = LEFT + AXIS, RIGHT - LEFT - AXIS - NOTES - 8
    height = min(BOTTOM - 8 - GLOSSARY - top, TALLEST) - 24
    ax = sheet.axes(x, top + 6, width, 0.58 * height)
    path_costs(ax, table, labels)
    unit_above(ax, labels("path_cost_axis", unit=labels.unit), 3)
    ax = sheet.axes(x, top + 16 + 0.58 * height, width, 0.42 * height)
    path_kept(ax, table, labels, float(context.run.run["service"]["confidence"]))
    unit_above(ax, labels("path_kept_axis"), 3)


def _steps(labels: Labels) -> list[Spec]:
    """Columns of the table of steps."""
    return [
        number("step", labels("col_step"), labels),
        words(
            "what",
            labels("col_done"),
            2.6,
            lambda r: labels.name("step", str(r["what"])),
            bold=True,
        ),
        number("plan", labels("col_plan"), labels),
        number("planned_cost", labels("col_planned_cost", unit=labels.unit), labels),
        number("bound", labels("col_bound", unit=labels.unit), labels),
        words(
            "gap",
            labels("col_gap"),
            1.4,
            lambda r: labels.at_most(float(r["gap"]), 2),
            align="right",
        ),
        number("simulated_cost", labels("col_simulated_cost", unit=labels.unit), labels),
        words(
            "on_time_share",
            labels("col_on_time"),
            1.4,
            lambda r: labels.at_least(r["on_time_share"], 2),
            align="right",
        ),
        words("kept", labels("col_kept_of"), 1.8, lambda r: _kept(labels, r), align="right"),
        number("person_days", labels("col_person_days"), labels),
        number("vehicles", labels("col_vehicles"), labels),
        number("headroom", labels("col_headroom"), labels, 2),
        words(
            "certified",
            labels("col_certified"),
            1.5,
            lambda r: _certified(labels, r),
            align="right",
            bold=True,
        ),
    ]


def _kept(labels: Labels, row: Row) -> str:
    return labels(
        "kept_of", met=labels.number(float(row["kept"])), n=labels.number(float(row["promotions"]))
    )


def _certified(labels: Labels, row: Row) -> str:
    """Yes or no of a verdict; a dash where there was none."""
    if not str(row["certified"]):
        return MISSING
    return labels("yes" if is_true(str(row["certified"])) else "no")


def _notes(context: PageContext, sheet: Sheet, top: float, loop: dict[str, Any]) -> None:
    """What was proven, what simulation added and took out."""
    labels, x = context.labels, RIGHT - NOTES
    changed = labels.text(
        reinforced(labels, loop.get("reinforced")), trimmed(labels, loop.get("trimmed"))
    )
    notes = [
        ("path_proved", proved(labels, loop)),
        ("path_changed", changed),
    ]
    y = top
    for head, text in notes:
        if text:
            y = sheet.head((x, y), labels(head), NOTES)
            y = sheet.text((x, y), text, 9.2, width=NOTES, most=14) + 3


def hindsight_pages(context: PageContext) -> list[Sheet]:
    """What the plan costs on each sampled path against the least it could have cost with the path
    known.
    """
    labels, table = context.labels, _hindsight(context)
    if table.empty:
        return []
    sheet = context.sheet("hindsight")
    top = sheet.title(
        labels("hindsight_title"),
        labels.text(hindsight_sentence(context), labels("hindsight_note")),
    )
    columns, lines = cells(_paths(labels), records(table.sort_values("orders", kind="stable")))
    wide = (RIGHT - LEFT) * 0.46
    done, _ = sheet.table(
        (LEFT, top), wide, columns, lines, points=POINTS, until=BOTTOM - 5, most_lines=1
    )
    if done < len(lines):
        sheet.text((LEFT, BOTTOM - 4), labels("more_rows", n=len(lines) - done), 8)
    x = LEFT + wide + 8 + AXIS
    ax = sheet.axes(x, top + 7, RIGHT - x, min(BOTTOM - 12 - (top + 7), 120))
    hindsight_dots(ax, table, labels)
    unit_above(ax, labels("path_cost_axis", unit=labels.unit), 3)
    return [sheet]


def _hindsight(context: PageContext) -> pd.DataFrame:
    return columns_of(
        context, "hindsight", "orders", "weight", "plan_cost", "hindsight_cost", "regret"
    )


def _paths(labels: Labels) -> list[Spec]:
    """Columns of the table of sampled paths."""
    return [
        number("orders", labels("col_orders"), labels),
        share("weight", labels("col_weight_of"), labels),
        number("plan_cost", labels("hindsight_ours"), labels),
        number("hindsight_cost", labels("hindsight_least"), labels),
        number("regret", labels("col_regret"), labels),
        words(
            "regret",
            labels("col_regret_share"),
            1.4,
            lambda r: _regret_share(labels, r),
            align="right",
        ),
    ]


def _regret_share(labels: Labels, row: Row) -> str:
    ours = float(row["plan_cost"])
    return labels.at_most(float(row["regret"]) / ours) if ours else MISSING


def hindsight_sentence(context: PageContext) -> str:
    """The mean over the paths where both are known; nothing where there is no table."""
    table = _hindsight(context)
    known = table[table["regret"].notna()] if not table.empty else table
    if known.empty or not known["weight"].sum():
        return ""
    weight = known["weight"] / known["weight"].sum()
    ours, least = (float((known[name] * weight).sum()) for name in ("plan_cost", "hindsight_cost"))
    labels = context.labels
    return labels(
        "hindsight_mean",
        ours=labels.money(ours),
        least=labels.money(least),
        share=labels.at_most(1.0 - least / ours) if ours else MISSING,
    )
