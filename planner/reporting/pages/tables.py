"""Pages that are tables: stock, people to hire, assumptions."""

from __future__ import annotations

import pandas as pd

from planner.reporting.pages.decision import hiring_columns, hiring_rows
from planner.reporting.pages.press import Press
from planner.reporting.run_folder import records
from planner.reporting.sheet import Column, Sheet

HIRING_ON_PAGE_ONE = 6
MOST_PRODUCTS = 60  # named on the pages about stock; of more products the others are one row, and the table has all


def stock_pages(press: Press) -> list[Sheet]:
    """Units of each product to place at each site; of very many products those with most units, and all the others."""
    run, labels = press.run, press.labels
    if not run.has("stock"):
        return []
    table = run.table("stock")
    wide = table.pivot_table(index="product", columns="site", values="units", aggfunc="sum", fill_value=0.0)
    sites = [s for s in run.sites if s in wide.columns] or list(wide.columns)
    order = [p for p in dict.fromkeys(table["product"]) if p in wide.index]
    wide = wide.loc[order, sites]
    shown = order
    if len(order) > MOST_PRODUCTS:
        largest = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_PRODUCTS]
        shown = [p for p in order if p in set(largest)]
    columns = [
        Column(labels("col_product"), 3.0),
        *(Column(press.site(s), 1.5, "right") for s in sites),
        Column(labels("col_total"), 1.5, "right", bold=True),
    ]
    rows = [_stock_row(press, labels.name("product", p), wide.loc[p]) for p in shown]
    if len(order) > len(shown):
        others = labels("other_products", n=labels.number(len(order) - len(shown)))
        rows.append(_stock_row(press, others, wide.drop(index=shown).sum()))
    message = labels("stock_message", n=labels.number(float(table["units"].sum())))
    return press.table_sheets("stock", (labels("stock_title"), message), columns, rows, points=10)


def _stock_row(press: Press, name: str, units: pd.Series[float]) -> list[str]:
    """Name, units at every site, and their sum."""
    number = press.labels.number
    return [name, *(number(float(n)) for n in units), number(float(units.sum()))]


def hiring_pages(press: Press) -> list[Sheet]:
    """All bookings, when page 1 cannot show them."""
    rows, labels = hiring_rows(press), press.labels
    if len(rows) <= HIRING_ON_PAGE_ONE:
        return []
    table = press.run.table("hiring")
    message = labels(
        "hiring_message",
        n=labels.number(float(table["people"].sum())),
        rows=labels.number(len(rows)),
        cost=labels.money(float(table["cost"].sum())),
    )
    return press.table_sheets("hiring", (labels("hiring_title"), message), hiring_columns(labels), rows, points=10)


def assumption_pages(press: Press) -> list[Sheet]:
    """Every number the plan rests on, with where it comes from and how good that is."""
    run, labels = press.run, press.labels
    if not run.has("assumptions"):
        return []
    columns = [
        Column(labels("col_subject"), 3.0),
        Column(labels("col_value"), 3.4),
        Column(labels("col_source"), 5.0),
        Column(labels("col_retrieved"), 1.5),
        Column(labels("col_grade"), 1.6),
    ]
    names = ("subject", "value", "source", "retrieved", "grade")
    rows = [[str(r[n]) for n in names] for r in records(run.table("assumptions"))]
    heading = (labels("assumptions_title"), labels("assumptions_message"))
    return press.table_sheets("assumptions", heading, columns, rows)
