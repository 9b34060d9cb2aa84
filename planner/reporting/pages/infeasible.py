"""The only page of a scenario without a plan: the limits to blame, and what would make a plan
possible.
"""

from __future__ import annotations

import math
from typing import Any

from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import GREY, INK, PAPER
from planner.reporting.pages.contract_cells import Row, cells, number, words
from planner.reporting.pages.page_context import PageContext

BOX_HEIGHT = 24.0
POINTS = 10.0


def refusal_pages(context: PageContext) -> list[Sheet]:
    """Blame and repairs; nothing where there is a plan."""
    labels, found = context.labels, context.run.explanation
    if not found:
        return []
    sheet, width = context.sheet("no-plan"), RIGHT - LEFT
    top = sheet.title(context.run.title)
    sheet.box(LEFT, top, width, BOX_HEIGHT, facecolor=PAPER, edgecolor=INK, linewidth=2.2)
    sheet.box(LEFT, top, 6, BOX_HEIGHT, facecolor=PAPER, edgecolor=INK, hatch="////", linewidth=1.0)
    y = sheet.text((LEFT + 10, top + 2), labels("no_plan"), 24, width=width - 14, bold=True)
    sheet.text((LEFT + 10, y), refusal_sentence(context), 10.5, width=width - 14, most=2)
    y = sheet.head((LEFT, top + BOX_HEIGHT + 6), labels("blame_head"), width)
    limit = words("words", labels("col_limit"), 1.0, lambda r: str(r["words"][labels.lang]))
    columns, lines = cells([limit], found["blame"])
    _, y = sheet.table((LEFT, y), width, columns, lines, points=POINTS, until=BOTTOM - 50)
    y = sheet.head((LEFT, y + 6), labels("repairs_head"), width)
    if not found["repairs"]:
        sheet.text((LEFT, y), labels("repairs_none"), POINTS)
        return [sheet]
    columns, lines = cells(
        [
            words("words", labels("col_repair"), 8.0, lambda r: str(r["words"][labels.lang])),
            number("objective", labels("col_repair_plan", unit=labels.unit), labels),
            words(
                "price",
                labels("col_repair_price", unit=labels.unit),
                1.8,
                lambda r: _price(labels, r),
                align="right",
            ),
            number("extra", labels("col_above_cheapest", unit=labels.unit), labels),
        ],
        found["repairs"],
    )
    done, y = sheet.table((LEFT, y), width, columns, lines, points=POINTS, until=BOTTOM - 10)
    if done < len(lines):
        y = sheet.text((LEFT, y), labels("more_rows", n=len(lines) - done), 8, colour=GREY)
    sheet.text((LEFT, y), labels("repairs_note"), 8, colour=GREY, most=1)
    return [sheet]


def refusal_sentence(context: PageContext) -> str:
    """That there is no plan, and the cheapest way to one."""
    labels, found = context.labels, context.run.explanation
    if not found["repairs"]:
        return labels("repairs_none")
    return labels("repair_best", words=found["repairs"][0]["words"][labels.lang])


def _price(labels: Labels, row: Row) -> str:
    price: Any = row["price"]
    return labels.number(math.nan if price is None else float(price))
