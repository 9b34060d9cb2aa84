"""The levers that were tried before planning, what each cost in simulation, and which is used."""

from __future__ import annotations

import pandas as pd

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import LEFT, RIGHT, Sheet
from planner.reporting.pages.contract_cells import (
    Row,
    Spec,
    cells,
    columns_of,
    number,
    with_interval,
    words,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import is_true, records

POINTS = 9.2
NO_LEVER = "none"


def lever_pages(context: PageContext) -> list[Sheet]:
    """One row per choice, the one without levers first."""
    labels = context.labels
    table = columns_of(context, "levers", "levers", "simulated_cost", "difference", "kept", "used")
    if table.empty:
        return []
    sheet = context.sheet("levers")
    top = sheet.title(labels("levers_title"), lever_sentence(labels, table))
    columns, lines = cells(_choices(labels), records(table))
    sheet.table((LEFT, top), RIGHT - LEFT, columns, lines, points=POINTS)
    return [sheet]


def lever_sentence(labels: Labels, table: pd.DataFrame) -> str:
    """What is used and what that saves, or that nothing saved enough; and how it was judged."""
    used = table[[is_true(str(flag)) for flag in table["used"]]]
    how = labels("levers_how", n=labels.number(float(table["promotions"].max())))
    if used.empty or str(used["levers"].iloc[0]) == NO_LEVER:
        return labels.text(labels("levers_none"), how)
    choice = lever_words(labels, str(used["levers"].iloc[0]))
    saved = -float(used["difference"].iloc[0])
    if saved != saved:  # without it there was no plan to compare with
        return labels.text(labels("levers_needed", levers=choice), how)
    return labels.text(labels("levers_used", levers=choice, saved=labels.money(saved)), how)


def lever_words(labels: Labels, levers: str) -> str:
    """`zhejiang 72 h; live 12000` in the reader's language."""
    if levers == NO_LEVER:
        return labels("lever_none")
    found = []
    for lever in levers.split("; "):
        name, _, value = lever.removesuffix(" h").rpartition(" ")
        if lever.endswith(" h"):
            region = labels.name("region", name)
            found.append(labels("lever_promise", region=region, hours=value))
        else:
            found.append(labels.many("lever_cap", round(float(value)), event=name))
    return labels("lever_joint").join(found)


def _choices(labels: Labels) -> list[Spec]:
    """Columns of the table of choices."""
    difference = labels("col_lever_difference", unit=labels.unit)
    return [
        words(
            "levers",
            labels("col_levers"),
            5.0,
            lambda r: lever_words(labels, str(r["levers"])),
            bold=True,
        ),
        number("planned_cost", labels("col_planned_cost", unit=labels.unit), labels),
        number("simulated_cost", labels("col_simulated_cost", unit=labels.unit), labels),
        words("difference", difference, 3.4, lambda r: _difference(labels, r), align="right"),
        words("kept", labels("col_kept_of"), 1.8, lambda r: _kept(labels, r), align="right"),
        words(
            "used",
            labels("col_lever_used"),
            1.2,
            lambda r: labels("yes" if is_true(str(r["used"])) else "no"),
            align="right",
        ),
    ]


def _difference(labels: Labels, row: Row) -> str:
    mean, low, high = (float(row[f"difference{limit}"]) for limit in ("", "_low", "_high"))
    return with_interval(labels, (mean, low, high), 0)


def _kept(labels: Labels, row: Row) -> str:
    if not float(row["promotions"]):
        return MISSING
    met, n = (labels.number(float(row[name])) for name in ("kept", "promotions"))
    return labels("kept_of", met=met, n=n)
