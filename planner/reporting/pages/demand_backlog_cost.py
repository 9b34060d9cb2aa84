"""Pages of one or a few figures, each with a heading that says what the figure shows."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from planner.reporting.figures.axes import unit_above
from planner.reporting.figures.backlog import backlog_fan, promise_used, staff_steps
from planner.reporting.figures.cost_waterfall import cost_waterfall
from planner.reporting.figures.demand import daily_bars, demand_fan
from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import BOTTOM, LEFT, RIGHT, Sheet
from planner.reporting.layout.style import GREY
from planner.reporting.pages.figure_page import AXIS, FigurePage, Panel, of_all_regions
from planner.reporting.pages.headline import rules_of
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder, records, to_moment

# Costs of clauses that few contracts have: not worth a word where they are zero.
OF_CLAUSES = ("collection_fees", "volume_surcharges", "volume_discounts", "late_refunds", "losses")
MOST_PROCESSES = 3  # on one backlog page


def demand_message(run: RunFolder, labels: Labels) -> str:
    """The busiest hour and the whole promotion in one sentence."""
    hourly = of_all_regions(run.table("forecast_hourly"))
    busiest = int(np.argmax(hourly["p50"]))
    at = to_moment(str(hourly["time"].iloc[busiest]))
    values = {
        "n": labels.number(hourly["p50"].iloc[busiest]),
        "at": labels.moment(at),
        "high": labels.number(hourly["p95"].iloc[busiest]),
    }
    peak = run.table("forecast_peak")
    whole = peak[peak["what"] == "total_orders"] if not peak.empty else peak
    if whole.empty:
        return labels("demand_message_short", **values)
    low, middle, high = (labels.number(float(whole[c].iloc[0])) for c in ("p05", "p50", "p95"))
    return labels("demand_message", total=middle, low=low, top=high, **values)


DEMAND = FigurePage(
    "demand",
    "demand_title",
    demand_message,
    (
        Panel("forecast_hourly", demand_fan, of_all_regions, height=5),
        Panel("forecast_daily", daily_bars, of_all_regions, height=3),
    ),
)


def backlog_pages(context: PageContext) -> list[Sheet]:
    """Orders waiting and people at work, process by process; one page per site, more when it has
    many processes.
    """
    if not context.run.has("hourly"):
        return []
    sheets = []
    for site in context.run.sites:
        table = context.run.table("hourly")
        table = table[table["site"] == site].reset_index(drop=True)
        processes = list(dict.fromkeys(table["process"]))
        for first in range(0, len(processes), MOST_PROCESSES):
            sheet = context.sheet(
                f"backlog-{site}" + (f"-{first // MOST_PROCESSES + 1}" if first else "")
            )
            _draw_backlog(context, sheet, site, table, processes[first : first + MOST_PROCESSES])
            sheets.append(sheet)
    return sheets


def _draw_backlog(
    context: PageContext, sheet: Sheet, site: str, table: pd.DataFrame, processes: list[str]
) -> None:
    """The deadline on top, then for each process the orders waiting over the people working."""
    labels = context.labels
    top = sheet.title(
        labels("backlog_title", site=context.site(site)), backlog_message(context, table)
    )
    x, width = LEFT + AXIS, RIGHT - LEFT - AXIS
    rule = context.run.run.get("platform") or {}
    hours = None if rule.get("deadline_working_days") else rule.get("deadline_hours")
    if len({each.get("deadline_hours") for each in rules_of(context.run)}) > 1:
        hours = None
    ax = sheet.axes(x, top + 6, width, 21)
    promise_used(ax, table, labels, None if hours is None else float(hours))
    unit_above(ax, labels("promise_head"))
    y = top + 35
    room = (BOTTOM - 5 - y) / len(processes)
    for place, process in enumerate(processes):
        part = table[table["process"] == process].reset_index(drop=True)
        upper, lower = (room - 15) * 0.62, (room - 15) * 0.38
        ax = sheet.axes(x, y + 5, width, upper)
        backlog_fan(ax, part, labels)
        unit_above(ax, labels("backlog_unit", process=labels.name("process", process)))
        ax = sheet.axes(x, y + 5 + upper + 6, width, lower)
        staff_steps(ax, part, labels, named=place == len(processes) - 1)
        unit_above(ax, labels("people_working"), 3)
        y += room


def backlog_message(context: PageContext, table: pd.DataFrame) -> str:
    """How many orders wait at each process at most (95 % point), and when: the figures of the risk
    on page 1.
    """
    labels = context.labels
    times = pd.to_datetime(table["time"])
    # the backlog is that at the end of a bucket
    bucket = times.drop_duplicates().sort_values().diff().min()
    end = times + (pd.Timedelta(hours=1) if pd.isna(bucket) else bucket)
    table = table.assign(end=end.dt.strftime("%Y-%m-%d %H:%M"))
    peaks = table.loc[table.groupby("process", sort=False)["backlog_p95"].idxmax()]
    peaks = peaks[peaks["backlog_p95"] >= 1].sort_values(
        "backlog_p95", ascending=False, kind="stable"
    )
    if peaks.empty:
        return labels("backlog_message_none")
    named = [
        labels(
            "backlog_process",
            process=labels.name("process", str(row["process"])),
            high=labels.number(row["backlog_p95"]),
            at=labels.moment(to_moment(str(row["end"]))),
            n=labels.number(row["backlog_p50"]),
        )
        for row in records(peaks.head(MOST_PROCESSES))
    ]
    return labels("backlog_message", processes=(labels("clause_mark")).join(named))


def cost_message(context: PageContext) -> str:
    """The total, its largest term, what was planned, and the distance to the bound."""
    labels, costs = context.labels, context.run.table("costs")
    amount, planned = costs["amount"].fillna(0.0), costs["planned"]
    largest = int(np.argmax(amount))
    whole = float(amount.sum())
    message = labels(
        "cost_message",
        total=labels.money(whole),
        name=labels.name("cost", str(costs["name"].iloc[largest])),
        share=labels.percent(float(amount.iloc[largest]) / whole, 0) if whole > 0 else "–",
        planned=labels.money(float(planned.sum()) if planned.notna().any() else math.nan),
    )
    bound, gap = context.run.plan.get("bound"), context.run.plan.get("gap")
    if bound is not None and gap is not None:
        message += labels(
            "cost_bound", bound=labels.money(float(bound)), gap=labels.at_most(float(gap), 2)
        )
    return message


def cost_pages(context: PageContext) -> list[Sheet]:
    """The cost built up term by term."""
    run, labels = context.run, context.labels
    if not run.has("costs"):
        return []
    costs = run.table("costs")
    amount, planned = costs["amount"].fillna(0.0), costs["planned"]
    sheet = context.sheet("cost")
    top = sheet.title(labels("cost_title"), cost_message(context))
    nothing = (amount == 0) & (planned.fillna(0) == 0)
    zero = [
        labels.name("cost", str(n))
        for n in costs.loc[nothing & ~costs["name"].isin(OF_CLAUSES), "name"]
    ]
    rows = int((~nothing).sum()) + 1
    left = LEFT + 62
    width = (RIGHT - left) / 1.5
    height = min(BOTTOM - 26 - top, rows * 15.0)
    cost_waterfall(sheet.axes(left, top + 8, width, height), costs, labels)
    if zero:
        text = labels("cost_zero", names=labels.listed(zero))
        sheet.text((LEFT, min(top + height + 24, BOTTOM - 5)), text, 9, colour=GREY, most=1)
    return [sheet]
