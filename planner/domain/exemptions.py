"""Orders that no platform scores: over a remote hub, or placed or due on days of force majeure.

They are neither late nor on time, and cost no compensation; the work on them is the same.
"""

from __future__ import annotations

import numpy as np

from planner.domain.contracts import Contract
from planner.domain.deadline_classes import class_of, deadline_classes
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.records import Mask, Orders, Small


def exempt_orders(problem: Problem, orders: Orders, contract: Small) -> Mask:
    """Which orders are not scored.

    Parameters
    ----------
    problem : Problem
        Its rules and contracts.
    orders : Orders
        The orders, with their deadlines.
    contract : Small
        Contract of each order (index, -1: none): what goes over a hub is known when it is routed.

    Returns
    -------
    Mask
        True: not scored [n].
    """
    if not any(rule.exempts for rule in problem.platforms):
        return np.broadcast_to(np.False_, len(orders))
    exempt = np.zeros(len(orders), dtype=bool)
    kind = class_of(problem)[orders.platform, orders.component]
    for k, each in enumerate(deadline_classes(problem)):
        of = np.flatnonzero(kind == k) if each.rule.exempts else kind[:0]
        region = orders.region[of]
        exempt[of] = each.rule.exempt_days(
            orders.ordered_at_s[of],
            orders.deadline_s[of],
            region,
            problem.region_names,
            problem.horizon,
        )
        over_hub = [
            [*(exempt_over_hub(each.rule, c, name) for c in problem.contracts), False]
            for name in problem.region_names
        ]
        exempt[of] |= np.array(over_hub)[region, contract[of]]
    return exempt


def exempt_over_hub(rule: PlatformRule, contract: Contract, region: str) -> bool:
    """Whether a platform does not score the parcels of a contract to a region, for its hub.

    An exempt delivery only matters where the delivery counts; a clock of the hub's own goes before
    that.

    Parameters
    ----------
    rule : PlatformRule
        The platform's rule.
    contract : Contract
        The contract.
    region : str
        Name of the region.

    Returns
    -------
    bool
        Whether they are exempt.
    """
    if rule.remote_hub is None or not contract.through_hub(region):
        return False
    counted = contract.counted_clock(region, rule.counts)
    return rule.remote_hub == "clock" or counted == "delivered"
