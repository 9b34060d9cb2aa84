"""What was changed in an edited plan, and what that does on the same orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan
from planner.domain.plan_changes import WHAT, PlanChange
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.statistics import t_interval
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    CERTIFIED,
    CREW,
    DATE,
    PROCESS,
    SHIFT,
    SITE,
    signed_money,
)

CHANGES_TABLE = ResultTable(
    name="plan_changes",
    title=("Changes to the plan", "方案改动"),
    meaning="what was changed in an edited plan against the plan as it was made",
    columns=(
        Column(
            "what",
            "choice",
            ("What", "改动项"),
            "the table of decisions, or signed: a contract",
            among=WHAT,
            vocabulary="edited",
        ),
        *(replace(column, empty=True) for column in (SITE, PROCESS, CREW, SHIFT, DATE)),
        Column(
            "item",
            "text",
            ("Item", "明细"),
            "what else tells it from others: product, or region, contract and period",
            empty=True,
        ),
        Column(
            "before",
            "number",
            ("Before", "改前"),
            "people, units, share or vehicles before (empty: without limit)",
            empty=True,
        ),
        Column("after", "number", ("After", "改后"), "the same after", empty=True),
    ),
)
ROWS = ("before", "after", "difference", "difference_low", "difference_high")
EFFECT_TABLE = ResultTable(
    name="plan_effect",
    title=("Effect of the changes", "改动效果"),
    meaning="the plan before and after the changes on the same orders; 95 % interval of the "
    "difference over the replications",
    columns=(
        Column("plan", "choice", ("Plan", "方案"), "row", among=ROWS, vocabulary="edited"),
        signed_money("cost_mean", ("Cost, mean", "平均费用"), "mean cost"),
        Column(
            "on_time_share_mean",
            "ratio",
            ("On time, mean", "平均准时率"),
            "mean share on time",
            low=-1,
            empty=True,
        ),
        Column(
            "late_orders_mean",
            "number",
            ("Late orders, mean", "平均迟发订单"),
            "mean late orders",
            unit="orders",
            low=-1e15,
            empty=True,
        ),
        Column(
            "met",
            "number",
            ("Target met", "达标"),
            "replications that reached the service level",
            low=-1e9,
            empty=True,
        ),
        Column(
            "lower_bound",
            "ratio",
            ("Lower bound", "认证下界"),
            "lower bound of the probability",
            low=-1,
            empty=True,
        ),
        replace(CERTIFIED, empty=True),
    ),
)
TABLES = (CHANGES_TABLE, EFFECT_TABLE)
Tried = tuple[Plan, Certificate, Sequence[Summary]]


def changes_table(problem: Problem, changes: Sequence[PlanChange]) -> pd.DataFrame:
    """The table `plan_changes`."""
    rows = [
        (
            change.what,
            change.site,
            change.process,
            change.crew,
            change.shift,
            "" if change.day is None else problem.horizon.date_of(change.day).isoformat(),
            change.item,
            _number(change.before),
            _number(change.after),
        )
        for change in changes
    ]
    return CHANGES_TABLE.frame(rows)


def _number(value: float | None) -> str:
    """A number as it is written: whole numbers without decimals; empty where there is no limit."""
    if value is None:
        return ""
    return str(int(value)) if float(value).is_integer() else repr(round(value, 9))


def effect_table(problem: Problem, before: Tried, after: Tried) -> pd.DataFrame:
    """The table `plan_effect`: both plans on the same replications.

    Parameters
    ----------
    problem : Problem
        What both are for.
    before, after : tuple
        Plan, certificate and replications of each.

    Returns
    -------
    DataFrame
        The table.
    """
    figures = [_figures(problem, tried) for tried in (before, after)]
    rows: list[tuple[object, ...]] = []
    for name, (costs, shares, late), (_, verdict, _) in zip(
        ROWS, figures, (before, after), strict=False
    ):
        rows.append(
            (
                name,
                _money(problem, float(costs.mean())),
                round(float(shares.mean()), 6),
                round(float(late.mean()), 2),
                str(verdict.met),
                round(verdict.lower_bound, 6),
                str(verdict.certified),
            )
        )
    cost_apart, share_apart, late_apart = (
        t_interval(new - old) for old, new in zip(*figures, strict=True)
    )
    # two shares are at most 1 apart; an interval of few replications may reach further
    apart = (cost_apart, np.clip(share_apart, -1.0, 1.0), late_apart)
    met = after[1].met - before[1].met
    for k, name in enumerate(ROWS[2:]):
        cost, share, late_orders = (interval[k] for interval in apart)
        known = bool(np.isfinite(cost))
        rows.append(
            (
                name,
                _money(problem, cost) if known else "",
                round(float(share), 6) if known else "",
                round(late_orders, 2) if known else "",
                str(met) if k == 0 else "",
                round(after[1].lower_bound - before[1].lower_bound, 6) if k == 0 else "",
                "",
            )
        )
    return EFFECT_TABLE.frame(rows)


def _figures(problem: Problem, tried: Tried) -> tuple[Floats, Floats, Floats]:
    """Cost, share on time and late orders of each replication."""
    plan, _, summaries = tried
    costs = np.atleast_1d(sum(simulated_costs(problem, plan, summaries).values())).astype(float)
    shares = np.array([s.on_time_share for s in summaries])
    return costs, shares, np.array([s.late_orders for s in summaries], dtype=float)


def _money(problem: Problem, minor: float) -> object:
    return to_major(round(minor), problem.currency)
