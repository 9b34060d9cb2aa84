"""Orders, exemptions, late orders and compensation of each platform that a shop sells on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.money import to_major
from planner.domain.problem import Problem
from planner.domain.records import Summary, mean_on_time, share_kept
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import LATE_ORDERS, ON_TIME, REPLICATIONS

PLATFORMS_TABLE = ResultTable(
    name="platforms",
    title=("Platforms", "平台"),
    meaning=(
        "orders and lateness of each platform, means over the replications; written where there "
        "are several platforms, or orders that none scores"
    ),
    columns=(
        Column("platform", "name", ("Platform", "平台"), "rule pack", vocabulary="platform"),
        Column(
            "orders",
            "number",
            ("Orders", "订单"),
            "orders that are scored, or had no stock",
            unit="orders",
        ),
        Column("exempt", "number", ("Exempt", "免考核"), "orders not scored", unit="orders"),
        LATE_ORDERS,
        Column("cancelled", "number", ("Cancelled", "取消"), "orders without stock", unit="orders"),
        ON_TIME,
        Column(
            "compensation",
            "money",
            ("Compensation", "赔付"),
            "compensation for late orders",
            unit="currency",
        ),
        Column(
            "threshold",
            "share",
            ("Threshold", "红线"),
            "late share above which it throttles the shop (empty: no such rule)",
            empty=True,
        ),
        Column(
            "above_threshold",
            "count",
            ("Above threshold", "越线次数"),
            "replications above the threshold",
            empty=True,
        ),
        REPLICATIONS,
    ),
)


def platform_tables(problem: Problem, summaries: Sequence[Summary]) -> dict[str, pd.DataFrame]:
    """The table by its name; none where one platform scores every order."""
    if not problem.other_platforms and not any(rule.exempts for rule in problem.platforms):
        return {}
    counts: Ints = np.array([s.by_platform for s in summaries])
    rows = []
    for p, rule in enumerate(problem.platforms):
        decided, late, exempt, cancelled, paid = counts[:, p].T
        failed, due = late + cancelled, decided + cancelled
        share = float(mean_on_time(failed, due))
        limit = rule.threshold_late_share
        rows.append(
            (
                rule.name,
                *(round(float(n.mean()), 2) for n in (due, exempt, late, cancelled)),
                "" if np.isnan(share) else round(share, 6),
                to_major(round(float(paid.mean())), problem.currency),
                "" if limit is None else limit,
                "" if limit is None else above_threshold(failed, due, limit),
                len(summaries),
            )
        )
    return {PLATFORMS_TABLE.name: PLATFORMS_TABLE.frame(rows)}


def above_threshold(failed: Ints, due: Ints, limit: float) -> int:
    """Count the replications in which more orders fail than the platform bears.

    Parameters
    ----------
    failed, due : Ints
        Orders that failed, and orders due [replication].
    limit : float
        Late share above which the platform throttles the shop.

    Returns
    -------
    int
        Number of replications.
    """
    return sum(
        not share_kept(int(f), int(d), 1.0 - limit) for f, d in zip(failed, due, strict=True)
    )
