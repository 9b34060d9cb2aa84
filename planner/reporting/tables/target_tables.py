"""How the replications meet the targets of one's own in addition to the platform's deadline."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.problem import Problem
from planner.domain.records import Summary, share_kept, share_on_time
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import REPLICATIONS

WITHIN = Column(
    "within_hours",
    "number",
    ("Within hours", "小时内"),
    "hours from the order to the counted clock (empty: the platform's deadline)",
    unit="h",
    empty=True,
)
REACHED = Column("share", "share", ("Share", "占比"), "share of the orders due that were so soon")

TARGETS_TABLE = ResultTable(
    name="targets",
    title=("Service targets", "服务目标"),
    meaning="the platform's deadline and each target of one's own: asked for and reached",
    columns=(
        WITHIN,
        Column("asked", "share", ("Asked for", "目标占比"), "share of the orders asked for"),
        Column("share_mean", "share", ("Reached, mean", "平均占比"), "share reached, mean"),
        Column("share_lowest", "share", ("Lowest", "最低占比"), "lowest share of a replication"),
        Column("kept", "count", ("Target met", "达标"), "replications that reached it"),
        REPLICATIONS,
    ),
)
BY_REPLICATION_TABLE = ResultTable(
    name="targets_by_replication",
    title=("Targets by replication", "逐次目标达成"),
    meaning="each target of one's own in each held-out replication",
    columns=(
        Column("replication", "count", ("Replication", "模拟序号"), "number of the replication"),
        WITHIN,
        Column("due", "count", ("Orders due", "应达订单"), "orders due", unit="orders"),
        Column("failed", "count", ("Failed", "未达"), "those that failed", unit="orders"),
        REACHED,
        Column("met", "flag", ("Target met", "达标"), "whether the target was reached"),
    ),
)


def target_tables(problem: Problem, summaries: Sequence[Summary]) -> dict[str, pd.DataFrame]:
    """Make the tables of the targets by name; none where the scenario states no target."""
    if not problem.service.also:
        return {}
    return {
        TARGETS_TABLE.name: targets_table(problem, [s.outcomes for s in summaries]),
        BY_REPLICATION_TABLE.name: by_replication_table(problem, summaries),
    }


def targets_table(problem: Problem, outcomes: Sequence[Sequence[tuple[int, int]]]) -> pd.DataFrame:
    """One row for the deadline and for each target; `outcomes`: (failed, due) of each replication.

    Shares are means of the shares of the replications, as for the share on time.
    """
    hours = ["", *(target.within_hours for target in problem.service.also)]
    rows = []
    for k, (within, asked) in enumerate(zip(hours, problem.service.shares, strict=True)):
        counts = [of_one[k] for of_one in outcomes]
        reached = [share_on_time(*count) for count in counts]
        kept = sum(share_kept(*count, asked) for count in counts)
        means = round(float(np.mean(reached)), 6), round(min(reached), 6)
        rows.append((within, asked, *means, kept, len(counts)))
    return TARGETS_TABLE.frame(rows)


def by_replication_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """One row for each replication and target."""
    rows = [
        (s.replication, target.within_hours, due, failed, *judged(failed, due, target.share))
        for s in summaries
        for target, (failed, due) in zip(problem.service.also, s.outcomes[1:], strict=True)
    ]
    return BY_REPLICATION_TABLE.frame(rows)


def judged(failed: int, due: int, asked: float) -> tuple[float, bool]:
    """Judge the counts of a replication.

    Parameters
    ----------
    failed, due : int
        Orders that failed, and orders due.
    asked : float
        Share asked for.

    Returns
    -------
    float, bool
        The share reached as it is written, and whether it is enough.
    """
    return round(share_on_time(failed, due), 6), share_kept(failed, due, asked)


TABLES = (TARGETS_TABLE, BY_REPLICATION_TABLE)
