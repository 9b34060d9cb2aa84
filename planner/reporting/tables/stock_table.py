"""Stock with what the replications show of it: the table `stock`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.costs import leftover_minor
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import PRODUCT, SITE

STOCK_TABLE = ResultTable(
    name="stock",
    title=("Stock", "备货"),
    meaning="units of each product to place at each site, and what becomes of them",
    always=True,
    columns=(
        SITE,
        PRODUCT,
        Column("units", "count", ("Units", "件数"), "units to place", unit="units"),
        Column(
            "stockout_probability",
            "share",
            ("Runs out", "缺货概率"),
            "share of the replications in which an order found too little here",
            empty=True,  # here and below: in a draft, of which nothing was simulated
        ),
        Column(
            "leftover_mean",
            "number",
            ("Left over, mean", "平均剩余"),
            "units left when all orders have been served, mean",
            unit="units",
            empty=True,
        ),
        Column(
            "leftover_cost",
            "money",
            ("Cost of these", "剩余成本"),
            "what these cost in all, bringing them in included",
            unit="currency",
            empty=True,
        ),
    ),
)


def planned_stock(decided: pd.DataFrame) -> pd.DataFrame:
    """Units placed, with nothing known of what becomes of them: the table `stock` of a draft."""
    return decided.reindex(columns=STOCK_TABLE.names)


def stock_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Units placed; how often they do not suffice, how many are left, and what these cost.

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
        The table `stock`, a row for each row of the plan's stock.
    """
    sold_out = np.mean([s.sold_out for s in summaries], axis=0)
    left = np.mean([s.stock_left for s in summaries], axis=0)
    each, rows = leftover_minor(problem), []
    for row in plan.stock or ():
        at = problem.site_names.index(row.site), problem.product_names.index(row.product)
        cost = to_major(round(float(left[at] * each[at])), problem.currency)
        figures = (round(float(sold_out[at]), 6), round(float(left[at]), 2), cost)
        rows.append((row.site, row.product, row.units, *figures))
    return STOCK_TABLE.frame(rows)
