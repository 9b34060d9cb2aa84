"""What every crew is paid: days scheduled, guaranteed days off work, overtime."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import Column, Sheet
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.plan_tables import PAYROLL_TABLE
from planner.reporting.tables.run_folder import records

FIGURES = tuple(column.name for column in PAYROLL_TABLE.columns if column.kind != "name")


def payroll_pages(context: PageContext) -> list[Sheet]:
    """One row for each crew, and the sum; not where people cost nothing."""
    run, labels = context.run, context.labels
    if not run.has("payroll") or not run.table("payroll")["amount"].any():
        return []
    table = run.table("payroll")
    total = {name: float(table[name].sum()) for name in FIGURES}
    rows = [
        [context.site(str(r["site"])), labels.name("crew", str(r["crew"])), *_figures(labels, r)]
        for r in records(table)
    ]
    rows.append([labels("col_total"), "", *_figures(labels, total)])
    heading = (labels("payroll_title"), _message(labels, total))
    return context.table_sheets("payroll", heading, _columns(labels), rows, points=10)


def _columns(labels: Labels) -> list[Column]:
    """The columns of the table as it declares them; amounts with their currency."""
    heads = {column.name: labels.pick(column.heading) for column in PAYROLL_TABLE.columns}
    for column in PAYROLL_TABLE.columns:
        if column.kind == "money":
            heads[column.name] += f", {labels.unit}"
    return [
        Column(heads["site"], 2.4),
        Column(heads["crew"], 1.8),
        *(Column(heads[name], 1.5, "right", bold=name == "amount") for name in FIGURES),
    ]


def _figures(labels: Labels, row: Mapping[str, Any]) -> list[str]:
    return [labels.number(float(row[name])) for name in FIGURES]


def _message(labels: Labels, total: Mapping[str, float]) -> str:
    """Days and money of everybody, and what guaranteed days off work cost where there are any."""
    text = labels(
        "payroll_message",
        scheduled=labels.number(total["scheduled_days"]),
        amount=labels.money(total["amount"]),
    )
    days, cost = round(total["idle_days"]), labels.money(total["idle_pay"])
    idle = labels.many("payroll_idle", days, cost=cost) if days else ""
    return labels.text(text, idle, labels("payroll_bare"))
