"""Routing rules a person can type in, and how remote areas are best served."""

from __future__ import annotations

import math
from collections.abc import Sequence

from planner.reporting.figures.contracts import courier_dots, interval_dots
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.sheet import LEFT, RIGHT, Column, Sheet
from planner.reporting.pages.contract_cells import (
    FINE,
    Row,
    cells,
    columns_of,
    estimate,
    fine_digits,
    gap,
    number,
    present,
    share,
    table_with_axes,
    words,
)
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.contract_columns import BETWEEN_REGIONS
from planner.reporting.tables.run_folder import by_key, is_true, records, to_moment

MOST_RULES = 10  # that many a person can type in
LEAST_MONEY = 0.01  # per order; nobody cares for less
PLAN_ITSELF = "all"  # the list that is the plan's whole table
RULE_COLUMNS = (
    "rules",
    "rule",
    "regions",
    "above_g",
    "to_g",
    "from",
    "to",
    "share",
    "site",
    "contract",
)
COST_COLUMNS = (
    "rules",
    "cost_per_order",
    "extra",
    "extra_low",
    "extra_high",
    "kept",
    "replications",
    "certified",
    "study",
)
REMOTE_COLUMNS = (
    "region",
    "remote",
    "above_g",
    "to_g",
    "orders",
    "margin",
    "direct_contract",
    "direct_cost",
    "hub_contract",
    "hub_cost",
    "best",
    "margin_after",
)


def rule_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """What a few routing rules keep and cost against the whole table of the plan, and those rules
    to type in; below what is on the sheet `after` where they fit.
    """
    labels = context.labels
    costs = records(columns_of(context, "rules_cost", *COST_COLUMNS))
    chosen = _chosen(context)
    columns, lines = _rule_lines(context, chosen)
    if not costs and not lines:
        return []
    title = labels("rules_title")
    message = _rules_message(labels, chosen, {str(r["rules"]): r for r in costs})
    note = labels("rules_plan")
    needs = (
        5.6 * len(costs)
        + 30
        + context.sheet("").table_height(columns, lines, points=9.5, most_lines=8)
    )
    sheets, sheet, top = context.begin("rules", (title, message, note), needs, after)
    if costs:
        sheet.free = _costs_and_intervals(context, sheet, top, costs) + 15
    if not lines:
        return sheets
    y = sheet.text((LEFT, sheet.free), _rules_name(labels, chosen), 11, bold=True, most=1) + 0.8
    done, sheet.free = sheet.table(
        (LEFT, y), RIGHT - LEFT, columns, lines, points=9.5, most_lines=8
    )
    more = context.table_sheets(
        "rules-more", (labels("continued", title=title), note), columns, lines[done:], points=9.5
    )
    return [*sheets, *more]


def _costs_and_intervals(
    context: PageContext, sheet: Sheet, top: float, costs: Sequence[Row]
) -> float:
    """Draw cost, service and verdict of every list; return where the drawing ends."""
    labels = context.labels
    digits = max(fine_digits(float(r["extra"]), FINE) for r in costs)
    specs = [
        words("rules", labels("col_rules"), 2.0, lambda r: _rules_name(labels, str(r["rules"]))),
        number("cost_per_order", labels("col_rule_cost", unit=labels.unit), labels, 2),
        gap("extra", labels("col_extra"), labels, digits),
        share("on_time_share", labels("col_on_time"), labels, 2),
        words(
            "kept",
            labels("col_kept_of"),
            1.6,
            lambda r: labels("rules_kept_of", kept=int(r["kept"]), n=int(r["replications"])),
        ),
        words("certified", labels("col_certified"), 1.6, lambda r: _verdict(labels, r), bold=True),
    ]
    columns, lines = cells(present(context.run.table("rules_cost"), specs), costs)
    _, y, ax = table_with_axes(sheet, top, 178.0, columns=columns, lines=lines, points=10.0)
    interval_dots(
        ax, [""] * len(costs), [estimate(r, "extra") for r in costs], labels, digits=digits
    )
    ax.set_xlabel(labels("rules_axis", unit=labels.unit))
    return y


def _verdict(labels: Labels, row: Row) -> str:
    """Whether the plan is certified with a list; a dash for a study that certifies nothing."""
    if not str(row["certified"]):
        return MISSING
    return labels("path_verdict_yes" if is_true(str(row["certified"])) else "path_verdict_no")


def _chosen(context: PageContext) -> str:
    """The longest list of rules that a person can type in, else the shortest there is; empty
    without any.
    """
    table = columns_of(context, "rules", "rules")
    sizes = sorted({int(k) for k in table["rules"]}) if len(table) else []
    return str(max((k for k in sizes if k <= MOST_RULES), default=sizes[0])) if sizes else ""


def _rules_name(labels: Labels, rules: str) -> str:
    return labels("rules_all") if rules == PLAN_ITSELF else labels.many("rules_k", int(rules))


def _rules_message(labels: Labels, chosen: str, costs: dict[str, Row]) -> str:
    """What the rules to type in cost more than the whole table, and what they keep."""
    if chosen not in costs:
        return labels("rules_note")
    row = costs[chosen]
    mean, low, high = estimate(row, "extra")
    digits = fine_digits(mean, FINE)
    key = (
        "rules_no_difference"
        if low <= 0 <= high
        else "rules_message"
        if mean > 0
        else "rules_cheaper"
    )
    if mean == low == high == 0:
        key = "rules_equal"
    elif max(abs(low), abs(high)) < LEAST_MONEY:
        key = "rules_same_in_money"
    shown = (
        (abs(mean), *sorted((abs(low), abs(high)))) if key == "rules_cheaper" else (mean, low, high)
    )
    values = dict(zip(("x", "low", "high"), (labels.number(v, digits) for v in shown), strict=True))
    values["least"] = labels.number(LEAST_MONEY, 2)
    rules = _rules_name(labels, chosen)
    said = labels(key, rules=rules, unit=labels.unit, **values)
    if str(row["study"]) == "couriers":
        return labels("rules_couriers") + said + labels("rules_note")
    kept = labels(
        "rules_kept",
        kept=int(row["kept"]),
        n=int(row["replications"]),
        own=int(costs[PLAN_ITSELF]["kept"]) if PLAN_ITSELF in costs else MISSING,
        verdict=_verdict(labels, row),
    )
    return said + kept + labels("rules_note")


def _rule_lines(context: PageContext, chosen: str) -> tuple[list[Column], list[list[str]]]:
    """The rules of the chosen number, first match first: columns and texts."""
    labels = context.labels
    table = columns_of(context, "rules", *RULE_COLUMNS)
    if table.empty:
        return [], []
    rows = records(table[table["rules"] == chosen].sort_values("rule", kind="stable"))
    specs = [
        number("rule", labels("col_rank"), labels),
        words("regions", labels("col_regions"), 6.0, lambda r: _regions(labels, str(r["regions"]))),
        words("rule", labels("col_weight"), 2.2, lambda r: weight(labels, r)),
        words("from", labels("col_from"), 2.0, lambda r: _moment(labels, str(r["from"]))),
        words("to", labels("col_to"), 2.0, lambda r: _moment(labels, str(r["to"]))),
        words("site", labels("col_site"), 1.6, lambda r: context.site(str(r["site"]))),
        words(
            "contract",
            labels("col_contract"),
            2.0,
            lambda r: labels.name("contract", str(r["contract"])) if r["contract"] else MISSING,
        ),
    ]
    if any(float(r["share"]) < 1.0 for r in rows):
        specs.insert(-2, share("share", labels("col_rule_share"), labels, 0))
    return cells(specs, rows)


def _regions(labels: Labels, names: str) -> str:
    if names == "all":
        return labels("all_regions")
    return labels("list_mark").join(labels.name("region", name) for name in _names(names))


def _names(regions: str) -> list[str]:
    """The regions that a cell names."""
    return [name.strip() for name in regions.split(BETWEEN_REGIONS)]


def _moment(labels: Labels, text: str) -> str:
    return labels.moment(to_moment(text)) if text else MISSING


def weight(labels: Labels, row: Row) -> str:
    """The weight class of a row in words."""
    above, limit = float(row["above_g"]), float(row["to_g"])
    key = (
        ("weight_between" if math.isfinite(limit) else "weight_over") if above > 0 else "weight_to"
    )
    if key == "weight_to" and not math.isfinite(limit):
        return labels("weight_any")
    return labels(key, a=labels.number(above), b=labels.number(limit))


def remote_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """Direct, through a hub, or not at all: per remote region and weight class, with what is left
    after the courier, and what the plan does; no page where no region is remote. A few rows go
    below what is on the sheet `after`.
    """
    labels = context.labels
    table = columns_of(context, "remote", *REMOTE_COLUMNS)
    rows = [r for r in records(table) if is_true(str(r["remote"]))]
    message, planned = _remote_message(labels, rows), _planned(context)
    specs = [
        words(
            "region", labels("col_region"), 1.8, lambda r: labels.name("region", str(r["region"]))
        ),
        words("best", labels("col_weight"), 2.2, lambda r: weight(labels, r)),
        number("orders", labels("col_orders"), labels),
        number("margin", labels("col_margin"), labels, 2),
        words("direct_contract", labels("col_direct"), 2.4, lambda r: _lane(context, r, "direct")),
        number("direct_cost", labels("col_courier"), labels, 2),
        words("hub_contract", labels("col_hub"), 2.4, lambda r: _lane(context, r, "hub")),
        number("hub_cost", labels("col_courier"), labels, 2),
        words(
            "best",
            labels("col_best"),
            1.6,
            lambda r: labels.name("best", str(r["best"])),
            bold=True,
        ),
        number("margin_after", labels("col_margin_after"), labels, 2),
        words(
            "region", labels("col_in_plan"), 2.4, lambda r: planned.get(str(r["region"]), MISSING)
        ),
    ]
    sheets: list[Sheet] = []
    while rows:
        slug = "remote-areas" + (f"-{len(sheets) + 1}" if sheets else "")
        title = (
            labels("continued", title=labels("remote_title")) if sheets else labels("remote_title")
        )
        heading = (title, message, labels("remote_note"))
        new, sheet, top = context.begin(slug, heading, 5.0 * len(rows) + 24, after)
        sheets += new
        columns, lines = cells(present(table, specs), rows)
        done, y, ax = table_with_axes(
            sheet, top + 2.0, 222.0, columns=columns, lines=lines, points=8.0
        )
        courier = [
            tuple(float(r[c]) for c in ("direct_cost", "hub_cost", "margin")) for r in rows[:done]
        ]
        courier_dots(ax, [(d, h, m) for d, h, m in courier], labels)
        ax.set_xlabel(labels("remote_axis", unit=labels.unit))
        rows, sheet.free = rows[max(done, 1) :], y + 15
    return sheets


def _planned(context: PageContext) -> dict[str, str]:
    """Who carries most of each region in the simulation of the plan: `Express A 62%`."""
    table = columns_of(context, "couriers", "region", "contract", "parcels_mean")
    if table.empty:
        return {}
    parcels = table.groupby(["region", "contract"])["parcels_mean"].sum()
    shares = (parcels / parcels.groupby("region").transform("sum")).sort_values(
        ascending=False, kind="stable"
    )
    most = by_key(shares.rename("share").reset_index(), "region")
    return {
        region: f"{context.labels.name('contract', str(row['contract']))} "
        f"{context.labels.percent(float(row['share']), 0)}"
        for region, row in most.items()
    }


def _lane(context: PageContext, row: Row, way: str) -> str:
    """`Yiwu · express-a` of the direct or the hub lane; a dash where there is none."""
    site, contract = str(row.get(f"{way}_site", "")), str(row[f"{way}_contract"])
    if not contract:
        return MISSING
    name = context.labels.name("contract", contract)
    return f"{context.site(site)} · {name}" if site else name


def _remote_message(labels: Labels, rows: Sequence[Row]) -> str:
    """How many orders go best which way."""
    orders = {
        way: math.fsum(float(r["orders"]) for r in rows if r["best"] == way)
        for way in ("direct", "hub")
    }
    refused = math.fsum(float(r["orders"]) for r in rows if r["best"] not in orders)
    unknown = math.fsum(float(r["orders"]) for r in rows if not math.isfinite(float(r["margin"])))
    total = {
        k: labels.number(v)
        for k, v in (*orders.items(), ("refused", refused), ("unknown", unknown))
    }
    return labels(
        "remote_margin_unknown" if unknown else "remote_message", unit=labels.unit, **total
    )
