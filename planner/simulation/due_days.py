"""Orders of a replication by the day on which they fall due: late ones, and what they cost."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.deadline_classes import compensations
from planner.domain.horizon import DAY_S
from planner.domain.penalty_ledger import KINDS, by_due_day, same_days
from planner.domain.problem import Problem
from planner.domain.records import Records, blocks


def penalty_days(problem: Problem, records: Records) -> Ints:
    """Orders due, late orders and their compensation by platform and day of the deadline.

    Orders that are judged count, on days after the horizon too; their compensation adds up to that
    of the replication.

    Returns
    -------
    array of int, [platform, day, 3]
        As of `penalty_ledger.by_due_day`; money in minor units.
    """
    cost, orders = compensations(problem), records.orders
    ledgers = []
    for platform in range(len(problem.platforms)):
        total = np.zeros((0, KINDS), dtype=np.int64)
        for block in blocks(len(orders)):
            verdict = records.on_time[block]
            judged = np.flatnonzero((verdict >= 0) & (orders.platform[block] == platform))
            found = by_due_day(
                orders.deadline_s[block][judged] // np.int32(DAY_S),
                (verdict[judged] == 0).astype(np.int64),
                cost[platform][orders.product[block][judged]],
                days=len(total),
            )
            found[: len(total)] += total
            total = found
        ledgers.append(total)
    return same_days(ledgers)
