"""Our plan and the rules of thumb, each evaluated on the same held-out replications."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import CERTIFIED, COST_MEAN, REPLICATIONS

BASELINES_TABLE = ResultTable(
    name="baselines",
    title=("Baselines", "对照方法"),
    meaning="the plan and the rules of thumb on the same held-out replications",
    always=True,
    columns=(
        Column("method", "name", ("Method", "方法"), "method of planning", vocabulary="method"),
        Column("status", "text", ("Status", "状态"), "how the planning ended"),
        COST_MEAN,
        Column(
            "on_time_share_mean", "share", ("On time, mean", "平均准时率"), "mean share on time"
        ),
        Column(
            "on_time_share_p05",
            "share",
            ("On time, 5% point", "准时率 5% 分位"),
            "5 % point of the share on time",
        ),
        CERTIFIED,
        Column(
            "lower_bound", "share", ("Lower bound", "认证下界"), "lower bound of the probability"
        ),
        Column(
            "met", "count", ("Target met", "达标"), "replications that reached the share on time"
        ),
        REPLICATIONS,
        Column(
            "peak_staff",
            "count",
            ("Most people in a day", "单日最多用工"),
            "people on the day with most",
            unit="people",
        ),
        Column("peak_day", "date", ("Busiest day", "用工最多的一天"), "that day"),
    ),
)


def baselines_table(
    problem: Problem, tried: Sequence[tuple[Plan, Certificate, Sequence[Summary]]]
) -> pd.DataFrame:
    """Our plan and the rules of thumb next to each other, each judged on the same held-out
    replications.
    """
    rows = []
    for plan, verdict, summaries in tried:
        total = np.atleast_1d(sum(simulated_costs(problem, plan, summaries).values()))
        rows.append(
            method_row(
                problem, plan, verdict, total, np.array([s.on_time_share for s in summaries])
            )
        )
    return BASELINES_TABLE.frame(rows)


def method_row(
    problem: Problem, plan: Plan, verdict: Certificate, total: Floats, shares: Floats
) -> tuple[object, ...]:
    """Cells of a plan's row in the table `baselines`.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan of the method.
    verdict : Certificate
        Its certificate.
    total : Floats
        Cost of each replication in minor units.
    shares : Floats
        Share on time of each replication.

    Returns
    -------
    tuple
        The cells.
    """
    peak_day, peak_staff = peak_staffing(plan)
    return (
        plan.method,
        plan.status_in_words,
        to_major(round(float(total.mean())), problem.currency),
        round(float(shares.mean()), 6),
        round(float(np.quantile(shares, 0.05)), 6),
        verdict.certified,
        round(verdict.lower_bound, 6),
        verdict.met,
        verdict.replications,
        peak_staff,
        problem.horizon.date_of(peak_day).isoformat(),
    )


def peak_staffing(plan: Plan) -> tuple[int, int]:
    """Day with the most people scheduled, and how many."""
    people: dict[int, int] = {}
    for row in plan.staffing:
        people[row.day] = people.get(row.day, 0) + row.headcount
    day = min(people, key=lambda d: (-people[d], d), default=0)
    return day, people.get(day, 0)
