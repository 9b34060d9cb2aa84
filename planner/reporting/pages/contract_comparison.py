"""Contracts alone and combined on the same orders, and how their terms turn out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import takewhile

import pandas as pd

from planner.reporting.figures.contracts import interval_dots
from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import LEFT, RIGHT, Column, Sheet
from planner.reporting.pages.clause_sensitivity import breakevens
from planner.reporting.pages.contract_cells import (
    Row,
    Spec,
    alternative,
    cells,
    columns_of,
    estimate,
    fine_digits,
    number,
    present,
    ranked,
    share,
    with_interval,
    words,
)
from planner.reporting.pages.contract_study import study_note
from planner.reporting.pages.page_context import Block, PageContext
from planner.reporting.pages.staffing import in_chunks
from planner.reporting.tables.run_folder import by_key, is_true, records

TOGETHER = "together"
MOST_ALTERNATIVES = 11  # on one sheet
MOST_SHEETS = 3


def contract_pages(context: PageContext, _after: Sheet | None = None) -> list[Sheet]:
    """Alternatives side by side on the same orders: dots with intervals for each group of regions,
    then in numbers; always from the top of a sheet.
    """
    table = columns_of(context, "contracts", "contract", "region_group", "cost_per_order")
    if table.empty:
        return []
    groups = {g: table[table["region_group"] == g] for g in ("all", "remote", "other")}
    groups = {g: rows for g, rows in groups.items() if rows["cost_per_order"].notna().any()}
    if "all" not in groups:
        return []
    order = ranked(groups["all"])
    shown = _shown(groups["all"], order)
    message = _comparison_message(context, by_key(groups["all"], "contract"), order)
    sheets: list[Sheet] = []
    for part in in_chunks(shown, MOST_ALTERNATIVES):
        sheet = context.sheet("contracts" + (f"-{len(sheets) + 1}" if sheets else ""))
        title = context.labels("contracts_title")
        top = sheet.title(
            context.labels("continued", title=title) if sheets else title,
            message,
            study_note(context),
        )
        _draw_comparison(context, sheet, top, groups=groups, shown=part, order=order)
        sheets.append(sheet)
    if len(shown) < len(order):
        sheets[-1].text(
            (LEFT, 194.5),
            context.labels("more_rows", n=context.labels.number(len(order) - len(shown))),
            8,
        )
    return sheets


def _single(row: Row) -> bool:
    """Whether an alternative is one contract alone."""
    return (
        float(row.get("members", math.nan)) == 1
        if "members" in row
        else str(row["contract"]) != TOGETHER
    )


def _shown(rows: pd.DataFrame, order: Sequence[str]) -> list[str]:
    """All contracts alone, all together, and the best combinations as far as there is room; the
    best first.
    """
    by = by_key(rows, "contract")
    always = {name for name in order if _single(by[name]) or name == TOGETHER}
    combined = [name for name in order if name not in always]
    return [
        n
        for n in order
        if n in always | set(combined[: max(MOST_SHEETS * MOST_ALTERNATIVES - len(always), 1)])
    ]


def _comparison_message(context: PageContext, by: dict[str, Row], order: Sequence[str]) -> str:
    """The best, those that cost the same, the next with its interval, and a cheaper one that
    fails.
    """
    labels, (best, *others) = context.labels, order

    def called(name: str) -> str:
        shown = alternative(labels, name)
        return labels("contract_alone", name=shown) if _single(by[name]) else shown

    cost = float(by[best]["cost_per_order"])
    text = labels("contracts_best", name=called(best), cost=labels.money(cost, 2))
    equal = list(takewhile(lambda name: not any(estimate(by[name], "difference")), others))
    text += "".join(labels("contracts_equal", name=called(name)) for name in equal)
    following = others[len(equal) :]
    if following and not estimate(by[best], "difference")[0] and not _fails(by[following[0]]):
        mean, low, high = estimate(by[following[0]], "difference")
        key = "contracts_higher" if low > 0 else "contracts_no_difference"
        if math.isfinite(mean) and not high < 0:
            digits = fine_digits(mean)
            values = dict(
                zip(
                    ("x", "low", "high"),
                    (labels.number(v, digits) for v in (mean, low, high)),
                    strict=True,
                )
            )
            text += labels(key, name=called(following[0]), **values)
    cheaper = [
        name for name in others if _fails(by[name]) and float(by[name]["cost_per_order"]) < cost
    ]
    if cheaper:
        row = min((by[name] for name in cheaper), key=lambda row: float(row["cost_per_order"]))
        reason = "refused" if _fails(row) == "refused" else "late"
        part = labels.percent(float(row["refused" if reason == "refused" else "on_time_share"]))
        text += labels(f"contracts_cheaper_{reason}", name=called(str(row["contract"])), share=part)
    refuses = (
        any(float(row.get("refused", 0.0)) > 0 for row in by.values()) and "ranked_cost" in by[best]
    )
    return text + labels("contracts_note") + (labels("contracts_ranked") if refuses else "")


def _fails(row: Row) -> str:
    """Why an alternative is ranked after those that meet the on-time share; empty when it is
    not.
    """
    return str(row.get("fails") or "")


def _draw_comparison(
    context: PageContext,
    sheet: Sheet,
    top: float,
    *,
    groups: dict[str, pd.DataFrame],
    shown: Sequence[str],
    order: Sequence[str],
) -> None:
    """Dots of `shown` for every group of regions, and the numbers below them."""
    labels, name_width = context.labels, 58.0
    height = 4.4 * len(shown) + 2
    step = (RIGHT - LEFT - name_width) / len(groups)
    place = {name: str(1 + k) for k, name in enumerate(order)}
    names = [
        sheet.lines(f"{place[n]}  {alternative(labels, n)}", 9, name_width - 5, most=1)[0]
        for n in shown
    ]
    heads = {"all": "all_regions", "remote": "remote_regions", "other": "other_regions"}
    by = {g: by_key(rows, "contract") for g, rows in groups.items()}
    for k, (group, rows) in enumerate(by.items()):
        ax = sheet.axes(LEFT + name_width + k * step, top + 7, step - 8, height)
        estimates = [estimate(rows.get(n, {}), "cost_per_order") for n in shown]
        reach = [estimate(row, "cost_per_order") for row in rows.values()]
        interval_dots(ax, names if k == 0 else [""] * len(names), estimates, labels, reach=reach)
        ax.set_xlabel(labels("contracts_axis", unit=labels.unit))
        ax.set_title(labels(heads[group]), loc="left", fontsize=10, pad=6)
    columns = [Column(labels("col_rank"), 0.6, "right"), Column(labels("col_contract"), 3.6)]
    specs = present(
        groups["all"], _comparison_columns(labels, [by["all"][n] for n in shown], order[0])
    )
    apart = [g for g in ("remote", "other") if g in by]
    lines = [
        [
            place[n],
            alternative(labels, n),
            labels.number(float(by["all"][n]["cost_per_order"]), 2),
            *(
                labels.number(float(by[g].get(n, {}).get("cost_per_order", math.nan)), 2)
                for g in apart
            ),
            *(write(by["all"][n]) for _, _, write in specs),
        ]
        for n in shown
    ]
    columns += [
        Column(labels("col_all", unit=labels.unit), 1.6, "right"),
        *(Column(labels(f"col_{g}"), 1.2, "right") for g in apart),
        *(column for _, column, _ in specs),
    ]
    _, y = sheet.table(
        (LEFT, top + height + 21), RIGHT - LEFT, columns, lines, points=9, most_lines=1
    )
    sheet.free = y + 3


def _comparison_columns(labels: Labels, rows: Sequence[Row], best: str) -> list[Spec]:
    """Columns after the costs; what is refused and why one is last only where that happens."""
    refuses = any(float(row.get("refused", 0.0)) > 0 for row in rows)
    differs = Column(labels("col_difference"), 3.0, "right")
    specs: list[Spec] = [
        ("difference", differs, lambda r: _against(labels, r, best)),
        share("refused", labels("col_refused"), labels),
        number("ranked_cost", labels("col_ranked_by"), labels, 2),
        share("on_time_share", labels("col_on_time"), labels, 2),
        share("kept", labels("col_kept"), labels),
        share("commitment_missed", labels("col_missed"), labels),
        number("money_at_risk", labels("col_at_risk", unit=labels.unit), labels),
        words(
            "fails",
            labels("col_fails"),
            1.8,
            lambda r: labels(f"fails_{_fails(r)}") if _fails(r) else "",
        ),
    ]
    unneeded = {"ranked_cost"} if not refuses else set()
    if not any(_fails(row) for row in rows):
        unneeded.add("fails")
    return [spec for spec in specs if spec[0] not in unneeded]


def _against(labels: Labels, row: Row, best: str) -> str:
    """The difference to the best with its interval; `same` where it is exactly 0, a dash for the
    best itself.
    """
    difference = estimate(row, "difference")
    if str(row["contract"]) != best and not any(difference):
        return labels("same")
    return with_interval(labels, difference, fine_digits(difference[0]))


def term_pages(context: PageContext, after: Sheet | None = None) -> list[Sheet]:
    """How the terms of every contract turn out, and at which price each one wins, one below the
    other.
    """
    blocks = [block for block in (_terms(context), breakevens(context)) if block is not None]
    heading = (context.labels("terms_page"), study_note(context))
    return context.block_sheets("contract-terms", heading, blocks, 9.5, after)


def _terms(context: PageContext) -> Block | None:
    """Tier, commitment and allotment of every contract, in the best alternative and with all of
    them together.
    """
    labels = context.labels
    table = columns_of(
        context, "contract_terms", "alternative", "contract", "commitment_missed", "shortfall"
    )
    compared = columns_of(context, "contracts", "contract", "region_group", "cost_per_order")
    if table.empty:
        return None
    there = list(dict.fromkeys(table["alternative"]))
    order = ranked(compared[compared["region_group"] == "all"]) if len(compared) else []
    best = next((name for name in order if name in there), there[0])
    rows = [
        row
        for name in dict.fromkeys((best, TOGETHER))
        for row in records(table[table["alternative"] == name])
    ]
    specs = [
        words(
            "alternative",
            labels("col_alternative"),
            3.0,
            lambda r: alternative(labels, r["alternative"]),
        ),
        words(
            "contract",
            labels("col_contract"),
            2.0,
            lambda r: labels.name("contract", r["contract"]),
        ),
        words(
            "signed",
            labels("col_signed"),
            1.0,
            lambda r: labels("yes" if is_true(r["signed"]) else "no"),
        ),
        number("parcels", labels("col_parcels"), labels),
        number("tier_from", labels("col_tier"), labels),
        share("tier_reached", labels("col_tier_reached"), labels),
        number("discount", labels("col_discount", unit=labels.unit), labels),
        number("commitment", labels("col_commitment"), labels),
        share("commitment_missed", labels("col_missed"), labels),
        number("shortfall", labels("col_shortfall", unit=labels.unit), labels),
        number("full_days", labels("col_full_days"), labels, 1),
    ]
    columns, lines = cells(present(table, specs), rows)
    message = _terms_message(labels, [r for r in rows if r["alternative"] == best], best)
    return Block(labels("terms_title"), message, columns, lines)


def _terms_message(labels: Labels, rows: Sequence[Row], best: str) -> str:
    """The commitment that is missed most often in an alternative."""
    name = alternative(labels, best)
    missed = [r for r in rows if float(r["commitment_missed"]) > 0]
    if not missed:
        return labels("terms_none", name=name)
    worst = max(missed, key=lambda r: (float(r["commitment_missed"]), float(r["shortfall"])))
    return labels(
        "terms_missed",
        name=name,
        contract=labels.name("contract", str(worst["contract"])),
        share=labels.percent(float(worst["commitment_missed"])),
        cost=labels.money(float(worst["shortfall"])),
    )
