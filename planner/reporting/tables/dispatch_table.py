"""Hours from order to hand-over, and the share on time, of priority and ordinary orders."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.records import AGE_S, Summary, mean_on_time
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import LATE_ORDERS, ON_TIME, ORDERS

ALL = "all"  # orders of every priority
POINTS = {"p50": 0.5, "p90": 0.9, "p99": 0.99}


def _hours(name: str, heading: tuple[str, str], meaning: str) -> Column:
    words = f"hours from order to hand-over, {meaning} (empty: none was handed over)"
    return Column(name, "number", heading, words, unit="h", empty=True)


DISPATCH_TABLE = ResultTable(
    name="dispatch",
    title=("Hours to hand-over", "发货时长"),
    meaning="how soon orders are handed over, and how many are late, by priority",
    columns=(
        Column(
            "priority",
            "name",
            ("Orders of priority", "优先级"),
            "priority of the orders: all, 0 (ordinary), or higher",
            vocabulary="priority",
        ),
        ORDERS,
        LATE_ORDERS,
        ON_TIME,
        _hours("hours_mean", ("Hours, mean", "平均小时"), "mean"),
        _hours("hours_p50", ("Hours, median", "小时中位数"), "median"),
        _hours("hours_p90", ("Hours, 90% point", "小时 90% 分位"), "90 % point"),
        _hours("hours_p99", ("Hours, 99% point", "小时 99% 分位"), "99 % point"),
    ),
)


def dispatch_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Orders, late orders, share on time and hours to hand-over: of all, and of each priority.

    Counts are means over the replications; hours are of the orders of all replications together, to
    a quarter of an hour.
    """
    counts: Ints = np.array([s.by_priority for s in summaries])
    ages: Ints = np.sum([s.ages for s in summaries], axis=0)
    rows = [_row(ALL, counts.sum(axis=1), ages.sum(axis=0))]
    if problem.top_priority:
        rows += [_row(str(k), counts[:, k], ages[k]) for k in reversed(range(len(ages)))]
    return DISPATCH_TABLE.frame(rows)


def _row(priority: str, counts: Ints, ages: Ints) -> tuple[object, ...]:
    """One line from (decided, late, cancelled) [replication, 3] and orders by age."""
    decided, late, cancelled = counts.T
    share = float(mean_on_time(late + cancelled, decided + cancelled))
    return (
        priority,
        round(float(decided.mean()), 2),
        round(float(late.mean()), 2),
        "" if np.isnan(share) else round(share, 6),
        *_hours_of(ages),
    )


def _hours_of(ages: Ints) -> list[object]:
    """Mean and points of the hours; a step counts as evenly filled."""
    total = int(ages.sum())
    if not total:
        return [""] * (1 + len(POINTS))
    step_h = AGE_S / HOUR_S
    mean = (np.arange(len(ages)) + 0.5) @ ages / total
    reached = np.concatenate([[0], np.cumsum(ages)]) / total
    points = []
    for share in POINTS.values():
        k = int(np.searchsorted(reached, share, side="left"))
        points.append(k - 1 + (share - reached[k - 1]) / (reached[k] - reached[k - 1]))
    return [round(float(steps * step_h), 2) for steps in (mean, *points)]
