"""What clauses of contracts are worth, and at which price a contract wins."""

from __future__ import annotations

import math

from planner.reporting.figures.contracts import Estimate, tornado
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.contract_cells import (
    FINE,
    Row,
    cells,
    columns_of,
    estimate,
    number,
    present,
    with_interval,
    words,
)
from planner.reporting.pages.contract_study import study_note
from planner.reporting.pages.page_context import Block, PageContext
from planner.reporting.pages.staffing import in_chunks
from planner.reporting.tables.run_folder import records

MOST_BARS = 16
NAME_WIDTH = 92.0  # mm
BAR_HEIGHT, BELOW_BARS, NOTHING_HEIGHT = 9.0, 16.0, 20.0  # mm


def clause_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """What a change of each clause is worth per promotion: bars with intervals, the largest first;
    then those that are worth nothing. A few bars go below what is on the sheet `after`.
    """
    labels = context.labels
    table = columns_of(
        context, "clauses", "contract", "clause", "unit", "now", "changed", "value", "low", "high"
    )
    rows = [r for r in records(table) if math.isfinite(float(r["value"]))]
    rows.sort(key=lambda r: -abs(float(r["value"])))
    if not rows:
        return []
    shown = [r for r in rows if float(r["value"]) != 0] or rows[:1]  # no bars of nothing
    digits = 0 if abs(float(shown[0]["value"])) >= 100 else 2
    message = labels(
        "clauses_message",
        name=_named(labels, _change(labels, shown[0])),
        value=with_interval(labels, estimate(shown[0], "value"), digits),
    )
    sheets: list[Sheet] = []
    nothing = _worth_nothing(labels, rows[len(shown) :])
    parts = in_chunks(shown, MOST_BARS)
    for place, part in enumerate(parts, start=1):
        title, slug = labels("clauses_title"), "clauses"
        if place > 1:
            title, slug = labels("continued", title=title), f"clauses-{place}"
        needs = (
            BAR_HEIGHT * len(part) + BELOW_BARS + NOTHING_HEIGHT if len(parts) == 1 else math.inf
        )
        new, sheet, top = context.begin(slug, (title, message, study_note(context)), needs, after)
        sheets += new
        estimates = [estimate(r, "value") for r in part]
        names = [_bar_name(labels, sheet, _change(labels, r)) for r in part]
        left, height = LEFT + NAME_WIDTH + 4, min(BOTTOM - 21 - top, BAR_HEIGHT * len(part))
        ax = sheet.axes(left, top + 3, RIGHT - left - 46, height)
        reach = [estimate(r, "value") for r in shown]
        tornado(
            ax, names, estimates, labels, lambda e: with_interval(labels, e, digits), reach=reach
        )
        ax.set_xlabel(labels("clauses_axis", unit=labels.unit))
        sheet.free = top + height + BELOW_BARS
        if place == len(parts) and nothing:
            sheet.free = sheet.text((LEFT, sheet.free), nothing, 8, colour=GREY, most=5) + 3
    return sheets


def _worth_nothing(labels: Labels, rows: list[Row]) -> str:
    """The clauses whose change is worth nothing, in a sentence; empty without any."""
    names = list(dict.fromkeys(_change(labels, r)[0] for r in rows))
    return labels("clauses_nothing", names=labels("clause_mark").join(names)) if names else ""


def _change(labels: Labels, row: Row) -> tuple[str, str]:
    """What is changed, and how: (`express-a · allotment per day`, `8,000 → 9,000 parcels`)."""
    unit = str(row["unit"])
    now, changed = (_amount(labels, row[c], unit) for c in ("now", "changed"))
    shown = (
        labels.unit
        if unit == labels.currency
        else ""
        if unit == "share"
        else labels.name("unit", unit)
    )
    name = labels.name("contract", str(row["contract"]))
    return f"{name} · {labels.clause(str(row['clause']))}", f"{now} → {changed} {shown}".rstrip()


def _named(labels: Labels, change: tuple[str, str]) -> str:
    """A change on one line: what, and how."""
    return labels("name_value", name=change[0], value=change[1])


def _bar_name(labels: Labels, sheet: Sheet, change: tuple[str, str]) -> str:
    """A change on one line, or on two when it is too long for that."""
    whole = _named(labels, change)
    if sheet.width(whole, 8) <= NAME_WIDTH:
        return whole
    return "\n".join(sheet.lines(part, 8, NAME_WIDTH, most=1)[0] for part in change)


def _amount(labels: Labels, value: object, unit: str) -> str:
    """A clause's own figure as it is written in a contract; text stays text."""
    try:
        number = float(str(value))
    except ValueError:
        return str(value) or MISSING
    if unit == "share":
        return labels.percent(number)
    if unit == labels.currency:
        return labels.number(number, 2 if abs(number) < 100 else 0)
    return labels.plain(number) if math.isfinite(number) else MISSING


def breakevens(context: PageContext) -> Block | None:
    """At which price each contract beats its rival, and the difference measured at that price."""
    labels = context.labels
    rows = records(
        columns_of(context, "breakevens", "contract", "rival", "price", "now", "break_even")
    )
    if not rows:
        return None
    specs = [
        words("contract", labels("col_finding"), 5.0, lambda r: _finding(labels, r)),
        words("price", labels("col_price"), 2.6, lambda r: labels.clause(str(r["price"]))),
        number("now", labels("col_now", unit=labels.unit), labels, 2),
        number("break_even", labels("col_break_even", unit=labels.unit), labels, 2),
        words("difference", labels("col_at_break_even", unit=labels.unit), 2.6,
               lambda r: with_interval(labels, _at_break_even(r), FINE), align="right"),
    ]  # fmt: skip
    columns, lines = cells(present(context.run.table("breakevens"), specs), rows)
    return Block(labels("breakevens_title"), labels("breakevens_message"), columns, lines)


def _at_break_even(row: Row) -> Estimate:
    return (
        float(row["difference"]),
        float(row.get("low", math.nan)),
        float(row.get("high", math.nan)),
    )


def _finding(labels: Labels, row: Row) -> str:
    """The break-even as a sentence."""
    now, limit = float(row["now"]), float(row["break_even"])
    shown = labels.number(now, 2)
    key = "never" if not math.isfinite(limit) else "below" if now > limit else "up_to"
    if labels.number(limit, 2) == shown:
        key = "now"
    names = {k: labels.name("contract", str(row[k])) for k in ("contract", "rival")}
    return labels(f"breakeven_{key}", **names, x=labels.money(limit, 2), now=shown)
