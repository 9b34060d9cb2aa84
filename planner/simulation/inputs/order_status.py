"""On time, late, open or exempt: the verdict on every order, and what a steady day leaves open.

Where a tail follows the promotion, orders are followed through it, and none is open: an order that
has not left by its end is late.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.carryover import CARRYOVER_S, last_chances
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Mask, Orders, Small


def on_time(
    problem: Problem,
    orders: Orders,
    *,
    site: Small,
    contract: Small,
    clock: Seconds,
    left: Seconds,
    exempt: Mask,
) -> Small:
    """The verdict on every order.

    Orders that were late before the horizon began are not judged. Without a tail, open are the
    orders inside whose deadline is not over, up to as many as a steady day leaves (see `_excused`);
    the others are late.

    Parameters
    ----------
    problem, orders : Problem, Orders
        What is given, and the deadlines.
    site, contract : Small
        Site and contract of each order (indices); site -1: cancelled.
    clock : Seconds
        Second of the event that counts, NEVER if it did not happen.
    left : Seconds
        Second in which the building was done with the order, NEVER while it is inside.
    exempt : Mask
        Orders that are not scored.

    Returns
    -------
    Small
        1: on time; 0: late; -1: cancelled, open, exempt, or late before the horizon.
    """
    verdict: Small = np.asarray((clock != NEVER) & (clock <= orders.deadline_s), dtype=np.int16)
    verdict[site < 0] = -1
    verdict[orders.deadline_s < 0] = -1
    verdict[exempt] = -1
    if problem.horizon.tail_days:
        return verdict
    inside = np.flatnonzero(
        (left == NEVER) & (site >= 0) & (orders.deadline_s >= problem.horizon.end_s)
    )
    excused = _excused(
        problem,
        orders,
        inside,
        site=site,
        contract=contract,
        left=left,
        good=verdict == 1,
    )
    verdict[inside[excused]] = -1
    return verdict


def _excused(
    problem: Problem,
    orders: Orders,
    inside: Ints,
    *,
    site: Small,
    contract: Small,
    left: Seconds,
    good: Mask,
) -> Mask:
    """Which of the orders `inside` a steady day leaves, site by site.

    Those placed when no collection or work could take them any more; where more were inside a day
    before the end and on time all the same (`good`), as many, the youngest.
    """
    too_late = orders.ordered_at_s[inside] > last_chances(problem)[site[inside], contract[inside]]
    before_s = problem.horizon.end_s - CARRYOVER_S
    placed = orders.ordered_at_s
    day_before = good & (placed >= before_s - CARRYOVER_S) & (placed < before_s) & (left > before_s)
    as_before = np.bincount(site[day_before], minlength=len(problem.sites))
    excused = too_late.copy()
    for s, usual in enumerate(as_before):
        here = site[inside] == s
        more = max(int(usual) - int(np.count_nonzero(too_late & here)), 0)
        others = np.flatnonzero(here & ~too_late & (placed[inside] >= before_s))
        excused[others[len(others) - min(more, len(others)) :]] = True
    return excused
