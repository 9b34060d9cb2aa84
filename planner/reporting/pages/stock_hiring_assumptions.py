"""Pages that are tables: stock, people to hire, assumptions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import Column, Sheet
from planner.reporting.pages.headline import rule_sentence, rules_of, was_not_simulated
from planner.reporting.pages.hiring_table import hiring_columns, hiring_rows
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import by_key, records, to_date

# named on the pages about stock; of more products the others are one row, and the table has all
MOST_PRODUCTS = 60


def stock_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """Units of each product to place at each site; of very many products those with most units, and
    all the others.

    A few rows go below what is on the sheet `after`.
    """
    run, labels = context.run, context.labels
    if not run.has("stock"):
        return []
    table = run.table("stock")
    wide = table.pivot_table(
        index="product", columns="site", values="units", aggfunc="sum", fill_value=0.0
    )
    sites = [s for s in run.sites if s in wide.columns] or list(wide.columns)
    order = [p for p in dict.fromkeys(table["product"]) if p in wide.index]
    wide = wide.loc[order, sites]
    shown = order
    if len(order) > MOST_PRODUCTS:
        largest = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST_PRODUCTS]
        shown = [p for p in order if p in set(largest)]
    need = _stock_need(context, order)
    columns = [Column(labels("col_product"), 3.0)]
    if need is not None:
        columns += [
            Column(labels(f"col_stock_{k}"), 1.3, "right")
            for k in ("orders", "per_order", "expected")
        ]
    columns += [
        *(Column(context.site(s), 1.5, "right") for s in sites),
        Column(labels("col_total"), 1.5, "right", bold=True),
    ]
    if need is not None:
        columns.append(Column(labels("col_stock_cover"), 1.3, "right"))
    simulated = not was_not_simulated(run)
    if simulated:
        columns += [Column(labels(f"col_stock_{k}"), 1.3, "right") for k in ("out", "left")]
    parts = [(labels.name("product", p), [p]) for p in shown]
    if len(order) > len(shown):
        others = labels("other_products", n=labels.number(len(order) - len(shown)))
        parts.append((others, [p for p in order if p not in set(shown)]))
    parts.append((labels("col_total"), order))
    rows = [
        [
            *_stock_row(context, name, wide.loc[products], need),
            *(_outcome(context, table[table["product"].isin(products)]) if simulated else ()),
        ]
        for name, products in parts
    ]
    outcome = _outcome_message(context) if simulated else ""
    message = labels.text(_stock_message(context, need), outcome)
    heading = (labels("stock_title"), message)
    return context.table_sheets("stock", heading, columns, rows, points=10, after=after)


def _outcome(context: PageContext, placed: pd.DataFrame) -> list[str]:
    """How likely the likeliest of these rows runs out, and the units of all that are left over."""
    return [
        context.labels.percent(float(placed["stockout_probability"].max()), 1),
        context.labels.number(float(placed["leftover_mean"].sum())),
    ]


def _runs_out(row: Mapping[str, object]) -> float:
    return float(str(row["stockout_probability"]))


def _outcome_message(context: PageContext) -> str:
    """What runs out most often, and what is left over."""
    labels, table = context.labels, context.run.table("stock")
    if table.empty:
        return ""
    worst = max(records(table), key=_runs_out)
    share = _runs_out(worst)
    runs_out = (
        labels("stock_enough")
        if share == 0
        else labels(
            "stock_out",
            product=labels.name("product", str(worst["product"])),
            site=context.site(str(worst["site"])),
            share=labels.percent(share, 1),
        )
    )
    left = labels(
        "stock_left",
        n=labels.number(float(table["leftover_mean"].sum())),
        cost=labels.money(float(table["leftover_cost"].sum())),
    )
    return labels.text(runs_out, left)


def _stock_need(context: PageContext, products: list[str]) -> pd.DataFrame | None:
    """Mean orders and units of each product over all sites; None where the run does not have
    them.
    """
    if not context.run.has("stock_need"):
        return None
    table = context.run.table("stock_need")
    return (
        table.groupby("product")[["orders_mean", "units_mean"]].sum().reindex(products).fillna(0.0)
    )


def _stock_row(
    context: PageContext, name: str, placed: pd.DataFrame, need: pd.DataFrame | None
) -> list[str]:
    """Name, what is expected of these products, their units at every site, the sum, and the sum by
    what is expected.
    """
    number, units = context.labels.number, placed.sum()
    total = float(units.sum())
    row = [*(number(float(n)) for n in units), number(total)]
    if need is None:
        return [name, *row]
    orders, expected = (float(v) for v in need.loc[list(placed.index)].sum())
    per_order = number(expected / orders, 2) if orders else MISSING
    cover = context.labels.percent(total / expected, 0) if expected else MISSING
    return [name, number(orders), per_order, number(expected), *row, cover]


def _stock_message(context: PageContext, need: pd.DataFrame | None) -> str:
    """How many units, and why more than the mean demand asks for."""
    labels, run = context.labels, context.run
    placed = float(run.table("stock")["units"].sum())
    text = labels("stock_message", n=labels.number(placed))
    if need is None or not need["orders_mean"].sum():
        return text
    orders, units = float(need["orders_mean"].sum()), float(need["units_mean"].sum())
    text = labels.text(
        text,
        labels(
            "stock_expected",
            orders=labels.number(orders),
            per_order=labels.number(units / orders, 2),
            units=labels.number(units),
        ),
    )
    peak = run.table("forecast_peak")
    whole = peak[peak["what"] == "total_orders"] if len(peak) else peak
    if placed <= units or whole.empty:
        return text
    if run.has("costs") and not by_key(run.table("costs"), "name").get("stock", {}).get(
        "amount", 0.0
    ):
        return labels.text(text, labels("stock_free", more=labels.number(placed - units)))
    high = float(whole["p95"].iloc[0])
    reason = labels("stock_reason", more=labels.number(placed - units), high=labels.number(high),
                    units=labels.number(high * units / orders))  # fmt: skip
    return labels.text(text, reason)


def hiring_pages(context: PageContext) -> list[Sheet]:
    """All bookings."""
    rows, labels = hiring_rows(context), context.labels
    if not rows:
        return []
    table = context.run.table("hiring")
    message = labels(
        "hiring_message",
        people=labels.many("n_people", int(table["people"].sum())),
        bookings=labels.many("n_bookings", len(rows)),
        cost=labels.money(float(table["cost"].sum())),
    )
    return context.table_sheets(
        "hiring", (labels("hiring_title"), message), hiring_columns(labels), rows, points=10
    )


def assumption_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """Every number the plan rests on, with where it comes from and how good that is; below what is
    on the sheet `after` where it fits.
    """
    run, labels = context.run, context.labels
    if not run.has("assumptions"):
        return []
    columns = [
        Column(labels("col_subject"), 3.0),
        Column(labels("col_value"), 3.4),
        Column(labels("col_source"), 5.0),
        Column(labels("col_retrieved"), 1.5),
        Column(labels("col_grade"), 1.6),
    ]
    rows = [
        [
            *_assumed(context, str(r["subject"]), str(r["value"])),
            _source(context, str(r["source"])),
            str(r["retrieved"]),
            labels.name("grade", str(r["grade"])),
        ]
        for r in records(run.table("assumptions"))
    ]
    heading = (
        labels("assumptions_title"),
        labels.text(
            labels("assumptions_message"), _after_planning(context, rows), _left_out(context)
        ),
    )
    return context.table_sheets("assumptions", heading, columns, rows, after=after)


def _assumed(context: PageContext, subject: str, value: str) -> tuple[str, str]:
    """Subject and value: our own words about the platform's rule and the contracts in the report's
    language.
    """
    labels = context.labels
    platform, contract = (
        Labels("en")(key, name="") for key in ("assumption_platform", "assumption_contract")
    )
    if subject.startswith(platform):
        name = labels.name("platform", subject.removeprefix(platform))
        rules = rules_of(context.run)
        stated = subject.removeprefix(platform)
        rule = next((rule for rule in rules if rule.get("name") == stated), rules[0])
        return labels("assumption_platform", name=name), rule_sentence(context, rule)
    if subject.startswith(contract):
        terms = labels("assumption_terms") if value == Labels("en")("assumption_terms") else value
        return labels("assumption_contract", name=subject.removeprefix(contract)), terms
    return subject, value


def _source(context: PageContext, source: str) -> str:
    """A source; our own words of what was set from outside in the report's language."""
    key = "assumption_set"
    return context.labels(key) if source == Labels("en")(key) else source


def _left_out(context: PageContext) -> str:
    """Which parts the run was made without, if any."""
    labels, options = context.labels, context.run.run.get("options") or {}
    names = [labels.name("part", part) for part in options.get("without") or ()]
    return labels("parts_left_out", names=labels.listed(names)) if names else ""


def _after_planning(context: PageContext, rows: list[list[str]]) -> str:
    """That sources were looked up after the day on which the plan is said to be made, if any
    were.
    """
    planned_on = context.run.run.get("planned_on")
    late = [row[0] for row in rows if planned_on and row[3] > str(planned_on)]
    if not late:
        return ""
    labels, day = context.labels, to_date(str(planned_on))
    return labels("assumptions_late", day=labels.dates(day, day), names=labels.listed(late))
