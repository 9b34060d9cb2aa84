"""Couriers and regions: who carries what, and what it costs where."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.patches import Patch

from planner.reporting.figures.regions import region_dots, split_bars
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import fill
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import is_true

MOST_CONTRACTS = 7  # shown apart in one bar; the rest becomes one part
MOST_REGIONS = 36  # on one page
OTHERS = "\0others"


def courier_pages(context: PageContext) -> list[Sheet]:
    """Parcels of each region by contract; all, remote and other regions on top."""
    run, labels = context.run, context.labels
    if not run.has("couriers"):
        return []
    parcels = _parcels_by_region(context)
    remote = _remote(context)
    summary = pd.DataFrame(
        {
            labels("all_regions"): parcels.sum(),
            labels("remote_regions"): parcels[parcels.index.isin(remote)].sum(),
            labels("other_regions"): parcels[~parcels.index.isin(remote)].sum(),
        }
    ).T
    if not remote:
        summary = summary.iloc[:1]
    whole = float(parcels.to_numpy().sum())
    far = float(parcels[parcels.index.isin(remote)].to_numpy().sum())
    message = labels(
        "couriers_message",
        n=labels.number(whole),
        share=labels.percent(far / whole if whole else 0.0),
    )
    sheets: list[Sheet] = []
    for rows in _region_chunks(context, parcels.sum(axis=1)):
        sheet = context.sheet("couriers" + (f"-{len(sheets) + 1}" if sheets else ""))
        top = sheet.title(labels("couriers_title"), message)
        _draw_split(context, sheet, top, summary=summary, parcels=parcels, rows=rows)
        sheets.append(sheet)
    return sheets


def _parcels_by_region(context: PageContext) -> pd.DataFrame:
    """Mean parcels: index regions, columns contracts, the biggest first and the smallest
    together.
    """
    table = context.run.table("couriers")
    wide = table.pivot_table(
        index="region", columns="contract", values="parcels_mean", aggfunc="sum", fill_value=0.0
    )
    carried = {str(c): float(total) for c, total in wide.sum().items()}
    order = sorted(carried, key=lambda c: (-carried[c], c))
    kept, rest = order[:MOST_CONTRACTS], order[MOST_CONTRACTS:]
    shown = wide[kept].copy()
    if rest:
        shown[OTHERS] = wide[rest].sum(axis=1)
    return shown


def _remote(context: PageContext) -> frozenset[str]:
    """Regions marked as remote."""
    if not context.run.has("regions"):
        return frozenset()
    table = context.run.table("regions")
    return frozenset(
        r for r, flag in zip(table["region"], table["remote"], strict=True) if is_true(flag)
    )


def _region_chunks(context: PageContext, size: pd.Series) -> list[list[str]]:
    """Regions by falling `size`, others first, then a gap (empty name) and the remote ones; cut
    into pages.
    """
    remote = _remote(context)
    ordered = sorted(size.index, key=lambda r: (r in remote, -float(size[r]), r))
    chunks = [ordered[k : k + MOST_REGIONS] for k in range(0, len(ordered), MOST_REGIONS)]
    return [_with_gap(chunk, remote) for chunk in chunks]


def _with_gap(regions: list[str], remote: frozenset[str]) -> list[str]:
    split = sum(r not in remote for r in regions)
    return [*regions[:split], "", *regions[split:]] if 0 < split < len(regions) else regions


def _draw_split(
    context: PageContext,
    sheet: Sheet,
    top: float,
    *,
    summary: pd.DataFrame,
    parcels: pd.DataFrame,
    rows: list[str],
) -> None:
    """Key, summary bars, then a thin bar for every region."""
    labels, contracts = context.labels, list(parcels.columns)
    x, width = LEFT + 42, RIGHT - LEFT - 42 - 22
    names = [
        labels("other_contracts") if c == OTHERS else labels.name("contract", c) for c in contracts
    ]
    key = sheet.axes(LEFT, top, RIGHT - LEFT, 8)
    key.axis("off")
    patches = [Patch(**fill(k)) for k in range(len(contracts))]
    room = (RIGHT - LEFT) / len(names) - 14
    shown = [sheet.lines(n, 9.5, room, most=1)[0] for n in names]
    key.legend(
        patches,
        shown,
        ncols=len(names),
        loc="center left",
        bbox_to_anchor=(0.0, 0.5),
        frameon=False,
        fontsize=9.5,
        handlelength=2.2,
        handleheight=1.2,
        columnspacing=1.6,
        borderaxespad=0,
    )
    top += 14
    tall = 8.0 * len(summary)
    ax = sheet.axes(x, top, width, tall)
    split_bars(ax, summary, contracts, labels, percent=True)
    ax.tick_params(axis="x", labelbottom=False, length=0)
    top += tall + 8
    detail = parcels.reindex([r if r else None for r in rows])
    detail.index = pd.Index(
        [labels.name("region", r) if r else labels("remote_regions") for r in rows]
    )
    height = min(BOTTOM - 11 - top, 7.0 * len(rows))
    ax = sheet.axes(x, top, width, height)
    split_bars(ax, detail.fillna(0.0), contracts, labels, percent=False)
    ax.set_xlabel(labels("share_axis"))


def region_pages(context: PageContext) -> list[Sheet]:
    """Cost, service and transit side by side, one row per region."""
    run, labels = context.run, context.labels
    if not run.has("regions"):
        return []
    table = run.table("regions").set_index("region")
    sheets: list[Sheet] = []
    for rows in _region_chunks(context, table["orders"].fillna(0.0)):
        sheet = context.sheet("regions" + (f"-{len(sheets) + 1}" if sheets else ""))
        top = sheet.title(
            labels("regions_title"),
            labels.text(_regions_message(context, table), _regions_notes(context, table)),
        )
        _draw_regions(context, sheet, top, table, rows)
        sheets.append(sheet)
    return sheets


def _draw_regions(
    context: PageContext, sheet: Sheet, top: float, table: pd.DataFrame, rows: list[str]
) -> None:
    """Three panels on the same rows; a panel without any value is left out."""
    labels = context.labels
    panels = [
        (column, factor, digits, head)
        for column, factor, digits, head in (
            ("cost_per_order", 1.0, 2, labels("regions_cost_axis", unit=labels.unit)),
            ("on_time_share", 100.0, 2, labels("regions_on_time_axis")),
            ("transit_days", 1.0, 1, labels("regions_transit_axis")),
        )
        if table[column].notna().any()
    ]
    x = LEFT + 40
    step = (RIGHT - x) / max(len(panels), 1)
    height = min(BOTTOM - 13 - (top + 3), 7.0 * len(rows))
    for place, (column, factor, digits, head) in enumerate(panels):
        values = [
            (labels.name("region", r), factor * float(table[column][r]))
            if r
            else (labels("remote_regions"), math.nan)
            for r in rows
        ]
        ax = sheet.axes(x + place * step, top + 3, step - 12, height)
        cap = 100.0 if column == "on_time_share" else math.inf
        region_dots(ax, values, labels, digits, named=place == 0, cap=cap)
        ax.set_xlabel(head)


def _regions_notes(context: PageContext, table: pd.DataFrame) -> str:
    """Why days in transit are missing, and why orders here are not the parcels of the page on
    couriers.
    """
    labels, run = context.labels, context.run
    found = [labels("regions_no_transit")] if table["transit_days"].isna().any() else []
    if run.has("couriers"):
        orders, parcels = (
            labels.number(float(v))
            for v in (table["orders"].sum(), run.table("couriers")["parcels_mean"].sum())
        )
        if orders != parcels:
            found.append(labels("regions_count", n=orders, m=parcels))
    return labels.text(*found)


def _regions_message(context: PageContext, table: pd.DataFrame) -> str:
    """Mean courier cost per order, remote areas apart."""
    labels = context.labels
    remote = table.index.isin(_remote(context))

    def mean_cost(rows: pd.DataFrame) -> str:
        known = rows[rows["cost_per_order"].notna() & (rows["orders"] > 0)]
        weight = float(known["orders"].sum())
        mean = (
            float((known["cost_per_order"] * known["orders"]).sum()) / weight
            if weight
            else math.nan
        )
        return labels.money(mean, 2)

    if not remote.any() or remote.all():
        return labels("regions_message_one", cost=mean_cost(table))
    return labels(
        "regions_message", remote=mean_cost(table[remote]), other=mean_cost(table[~remote])
    )
