"""Simulated replications of the plan -> tables of cost, work, service and parcels.

Pure: domain data in, data frames out. Each table is declared above the function that makes it, and
named twice: in `replication_tables`, which makes them all, and in `TABLES`, which readers use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.documents.values import LARGEST
from planner.domain.arrays import Floats, Ints
from planner.domain.costs import COST_NAMES, after_hours_minor, simulated_costs
from planner.domain.money import to_major
from planner.domain.penalty_ledger import same_days
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary, mean_on_time
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    CONTRACT,
    COST,
    COST_MEAN,
    COST_PER_ORDER,
    CREW,
    DATE,
    MET,
    ON_TIME,
    ORDERS,
    PROCESS,
    REGION,
    REMOTE,
    SITE,
    TIME,
    signed_money,
    with_points,
)
from planner.reporting.tables.dispatch_table import DISPATCH_TABLE, dispatch_table
from planner.reporting.tables.penalty_table import PENALTIES_TABLE, Ledger, penalties_table
from planner.reporting.tables.platform_table import PLATFORMS_TABLE, platform_tables
from planner.reporting.tables.stock_table import STOCK_TABLE, stock_table
from planner.reporting.tables.target_tables import TABLES as TARGETS
from planner.reporting.tables.target_tables import target_tables

QUANTILES = {"p05": 0.05, "p50": 0.50, "p95": 0.95}


TIME_FORMAT = "%Y-%m-%d %H:%M"


def replication_tables(
    problem: Problem, plan: Plan, summaries: Sequence[Summary]
) -> dict[str, pd.DataFrame]:
    """Make the tables of the simulated replications of a plan.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    dict of str to DataFrame
        The tables by name.
    """
    after_hours = (
        {"after_hours": after_hours_table(problem, summaries)} if problem.works_after_hours else {}
    )
    return {
        "costs": costs_table(problem, plan, summaries),
        "hourly": hourly_table(problem, summaries),
        "regions": regions_table(problem, summaries),
        "couriers": couriers_table(problem, summaries),
        "stock": stock_table(problem, plan, summaries),
        "replications": replications_table(problem, plan, summaries),
        "dispatch": dispatch_table(problem, summaries),
        "penalties": penalties_table(_ledgers(problem, summaries), problem.currency),
        **target_tables(problem, summaries),
        **platform_tables(problem, summaries),
        **after_hours,
    }


COSTS_TABLE = ResultTable(
    name="costs",
    title=("Costs", "费用"),
    meaning="simulated cost by kind, next to the figure of the planning model",
    always=True,
    columns=(
        Column(
            "name", "choice", ("Name", "名称"), "kind of cost", vocabulary="cost", among=COST_NAMES
        ),
        signed_money("amount", ("Amount", "金额"), "simulated mean", empty=False),
        signed_money(
            "planned", ("Planned", "规划值"), "figure of the planning model (empty: none)"
        ),
    ),
)


def costs_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean simulated cost by kind, next to the figure of the planning model.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    DataFrame
        The table `costs`.
    """
    simulated = simulated_costs(problem, plan, summaries)
    rows = [
        (
            name,
            to_major(round(float(simulated[name].mean())), problem.currency),
            to_major(plan.costs[name], problem.currency) if name in plan.costs else "",
        )
        for name in COST_NAMES
    ]
    return COSTS_TABLE.frame(rows)


REPLICATIONS_TABLE = ResultTable(
    name="replications",
    title=("Replications simulated", "模拟结果"),
    meaning="one row for each held-out replication",
    always=True,
    columns=(
        Column("replication", "count", ("Replication", "模拟序号"), "number of the replication"),
        Column("orders", "count", ("Orders", "订单"), "orders decided", unit="orders"),
        Column(
            "late_orders",
            "count",
            ("Late orders", "迟发订单"),
            "late ones among them",
            unit="orders",
        ),
        Column("late_share", "share", ("Late", "迟发率"), "their share"),
        Column(
            "open_orders",
            "count",
            ("Not judged", "未判定"),
            "orders that are not judged: open at the end as a steady day leaves them, or late "
            "before the horizon",
            unit="orders",
        ),
        Column(
            "cancelled",
            "count",
            ("Cancelled", "取消"),
            "orders cancelled for lack of stock",
            unit="orders",
        ),
        replace(COST, low=-LARGEST),
        MET,
        Column(
            "mean_wait_s",
            "number",
            ("Mean wait, s", "平均等待（秒）"),
            "mean time in queues",
            unit="s",
        ),
        Column(
            "mean_cycle_s",
            "number",
            ("Mean time in the building, s", "平均在仓时间（秒）"),
            "mean time in the building",
            unit="s",
        ),
        Column(
            "open_at_end",
            "count",
            ("Open at the end", "期末未完"),
            "all orders open at the end",
            unit="orders",
        ),
        Column(
            "late_at_end",
            "count",
            ("Open at the end, late", "期末未完（已迟）"),
            "late orders among them",
            unit="orders",
        ),
    ),
)


def replications_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """One row for each held-out replication.

    `open_at_end` counts orders still in the building at its end: late ones (`late_at_end`) and
    those that a steady day leaves, which are not judged (`open_orders`).

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    DataFrame
        The table `replications`.
    """
    total = sum(simulated_costs(problem, plan, summaries).values())
    rows = [
        (
            s.replication,
            s.orders,
            s.late_orders,
            round(1.0 - s.on_time_share, 6),
            s.open_orders,
            s.cancelled,
            to_major(round(float(cost)), problem.currency),
            s.meets(problem.service),
            round(s.mean_wait_s, 3),
            round(s.mean_cycle_s, 3),
            s.open_at_end,
            s.late_at_end,
        )
        for s, cost in zip(summaries, np.atleast_1d(total), strict=True)
    ]
    return REPLICATIONS_TABLE.frame(rows)


HOURLY_TABLE = ResultTable(
    name="hourly",
    title=("Hourly", "逐时"),
    meaning="arrivals, work done, backlog and people by bucket, site and process",
    always=True,
    columns=(
        TIME,
        SITE,
        PROCESS,
        *with_points("arrivals", ("Arrivals", "到达"), "orders that arrive", "orders"),
        *with_points("done", ("Done", "完成"), "orders done", "orders"),
        *with_points(
            "backlog", ("Waiting", "积压"), "orders waiting at the end of the bucket", "orders"
        ),
        *with_points("staff", ("People at work", "在岗人数"), "people at work", "people"),
    ),
)


def hourly_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Arrivals, work done, backlog and people per bucket, site and process: mean and quantiles over
    replications.
    """
    times = [
        problem.horizon.at(b * problem.horizon.bucket_s)
        for b in range(problem.horizon.reported_buckets)
    ]
    stacked = {
        name: np.stack([getattr(s.hourly, name) for s in summaries]).astype(float)
        for name in ("arrivals", "done", "backlog", "staff")
    }
    frames = []
    for i, site in enumerate(problem.sites):
        for process in site.processes:
            p = problem.process_names.index(process.name)
            columns: dict[str, object] = {"time": times, "site": site.name, "process": process.name}
            for name, values in stacked.items():
                cell = values[:, i, p, :]
                columns[name] = cell.mean(axis=0).round(3)
                quantiles = np.quantile(cell, list(QUANTILES.values()), axis=0)
                for label, row in zip(QUANTILES, quantiles, strict=True):
                    columns[f"{name}_{label}"] = row.round(3)
            frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    table["time"] = pd.to_datetime(table["time"]).dt.strftime(TIME_FORMAT)
    return table


REGIONS_TABLE = ResultTable(
    name="regions",
    title=("Regions", "地区"),
    meaning="orders, service and courier cost by region",
    always=True,
    columns=(
        REGION,
        Column("name", "name", ("Name", "名称"), "name of the region as printed"),
        REMOTE,
        ORDERS,
        ON_TIME,
        COST_PER_ORDER,
        Column(
            "transit_days",
            "number",
            ("Days in transit", "在途天数"),
            "mean days from hand-over to delivery (empty: unknown)",
            unit="days",
            empty=True,
        ),
    ),
)


def regions_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Orders, share on time, courier cost and days from hand-over to delivery, by region.

    The share on time is a mean over replications; a cancelled order is not on time. Days stay
    empty where a contract that carries parcels states no days in transit.
    """
    orders: Ints = np.array([s.orders_by_region for s in summaries])
    cancelled: Ints = np.array([s.cancelled_by_region for s in summaries])
    late: Ints = np.array([s.late_by_region for s in summaries])
    on_time = mean_on_time(late + cancelled, orders + cancelled)
    left: Ints = np.sum([s.delivered_by_region for s in summaries], axis=0)
    parcels: Ints = np.sum([s.parcels for s in summaries], axis=0)
    charges: Ints = np.sum([s.courier_minor for s in summaries], axis=0)
    transit_s: Floats = np.sum([s.transit_s_by_region for s in summaries], axis=0)
    shipped = parcels.sum(axis=(0, 1, 3))
    timed = _transit_stated(problem, parcels.sum(axis=0))
    cost = charges.sum(axis=(0, 1, 3))
    rows = []
    for r, region in enumerate(problem.regions):
        rows.append(
            (
                region.name,
                region.label,
                region.remote,
                round(float(orders[:, r].mean()), 2),
                "" if np.isnan(on_time[r]) else round(float(on_time[r]), 6),
                to_major(round(float(cost[r]) / float(shipped[r])), problem.currency)
                if shipped[r]
                else "",
                round(float(transit_s[r]) / 86_400 / float(left[r]), 3)
                if left[r] and timed[r]
                else "",
            )
        )
    return REGIONS_TABLE.frame(rows)


def _transit_stated(problem: Problem, parcels: Ints) -> list[bool]:
    """Whether every contract that carries parcels to a region (parcels[site, region, contract])
    states its transit.
    """
    stated = [bool(problem.contracts)] * len(problem.regions)
    for i, r, c in np.argwhere(parcels[..., : len(problem.contracts)] > 0):
        contract = problem.contracts[c]
        zone = contract.zone(problem.site_names[i], problem.region_names[r])
        stated[r] &= zone in contract.service.transit
    return stated


COURIERS_TABLE = ResultTable(
    name="couriers",
    title=("Couriers", "快递"),
    meaning="parcels and courier cost by day, site, region and contract",
    always=True,
    columns=(
        DATE,
        SITE,
        REGION,
        CONTRACT,
        Column(
            "parcels_mean", "number", ("Parcels, mean", "平均件数"), "mean parcels", unit="parcels"
        ),
        COST_MEAN,
    ),
)


def couriers_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean parcels and courier charges by day of the order, site, region and contract (rows that
    ever occur).
    """
    parcels = np.mean([s.parcels for s in summaries], axis=0)
    charges = np.mean([s.courier_minor for s in summaries], axis=0)
    rows = [
        (
            problem.horizon.date_of(int(d)).isoformat(),
            problem.site_names[i],
            problem.region_names[r],
            problem.contract_names[c],
            round(float(parcels[d, i, r, c]), 3),
            to_major(round(float(charges[d, i, r, c])), problem.currency),
        )
        for d, i, r, c in np.argwhere(parcels[..., : len(problem.contracts)] > 0)
    ]
    return COURIERS_TABLE.frame(rows)


AFTER_HOURS_TABLE = ResultTable(
    name="after_hours",
    title=("After hours", "下班后收尾"),
    meaning="work finished after the shifts, and its pay",
    columns=(
        SITE,
        PROCESS,
        CREW,
        Column(
            "hours_mean",
            "number",
            ("Hours, mean", "平均工时"),
            "mean hours worked after the shifts",
            unit="h",
        ),
        COST_MEAN,
    ),
)


def after_hours_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean hours worked after the shifts to finish the tasks in progress, and their pay, by site,
    process and crew.
    """
    seconds = np.mean([s.after_hours_s for s in summaries], axis=0)
    minor = np.mean([after_hours_minor(problem, s.after_hours_s) for s in summaries], axis=0)
    rows = [
        (
            crew.site,
            process,
            crew.name,
            round(float(seconds[p, c]) / 3600, 3),
            to_major(round(float(minor[p, c])), problem.currency),
        )
        for c, crew in enumerate(problem.crews)
        for p, process in enumerate(problem.process_names)
        if seconds[p, c]
    ]
    return AFTER_HOURS_TABLE.frame(rows)


def _ledgers(problem: Problem, summaries: Sequence[Summary]) -> list[Ledger]:
    """The days on which orders fall due."""
    first = problem.horizon.start.date()
    return [
        Ledger(rule=rule, first=first, days=same_days([s.penalty_days[p] for s in summaries]))
        for p, rule in enumerate(problem.platforms)
    ]


TABLES = (
    COSTS_TABLE,
    STOCK_TABLE,
    HOURLY_TABLE,
    REGIONS_TABLE,
    COURIERS_TABLE,
    REPLICATIONS_TABLE,
    DISPATCH_TABLE,
    PENALTIES_TABLE,
    *TARGETS,
    PLATFORMS_TABLE,
    AFTER_HOURS_TABLE,
)
