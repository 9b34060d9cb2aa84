"""What no number of people or vehicles changes: work nobody does, orders collected too late."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.planning.formulation.cutoffs import DOOMED, Pattern, level_weights, packing_patterns
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.staffing import presence

WORTH_NAMING = 1e-6  # of a region's orders


def unreachable_work(model: Model) -> list[str]:
    """What is out of reach, each in words; empty where people and vehicles can do everything."""
    return [*_undone(model), *_uncollected(model)]


def _undone(model: Model) -> list[str]:
    """Processes at which nobody can work at any time."""
    parameters, found = model.parameters, []
    for site in parameters.problem.sites:
        working = [
            t for t in model.teams if t.crew.site == site.name and presence(parameters, t).any()
        ]
        found += [
            f"nobody can do {process.name} at {site.name} (no crew with a shift while the site is "
            "open)"
            for process in site.processes
            if not any(process.name in team.processes for team in working)
        ]
    return found


def _uncollected(model: Model) -> list[str]:
    """Regions of which some orders are late with every contract at every site.

    Nobody collects between order and deadline.
    """
    late = doomed_share(model)
    names = model.parameters.problem.region_names
    worst = [int(r) for r in np.argsort(-late, kind="stable") if late[r] > WORTH_NAMING]
    if not worst:
        return []
    named = ", ".join(f"{names[r]} ({late[r]:.1%})" for r in worst[:5])
    more = f" and {len(worst) - 5} more" if len(worst) > 5 else ""
    return [
        "orders late whatever is done, since nothing is collected between order and deadline: "
        f"{named}{more}"
    ]


def doomed_share(model: Model) -> Floats:
    """Share of orders [region] that are late on the best lane, whatever people do."""
    parameters, shares = model.parameters, model.shares
    orders = np.einsum(
        "s,smt,mr->mrt", parameters.all_weights, parameters.all_orders, parameters.region_share
    )
    least = np.full(len(parameters.problem.regions), np.inf)
    for site in range(len(parameters.problem.sites)):
        patterns = packing_patterns(parameters, shares, site)
        of_lanes: dict[bytes, Floats] = {}  # the deadline classes of some lanes together
        for pattern in patterns:
            key = pattern.lanes.tobytes()
            of_lanes[key] = of_lanes.get(key, 0.0) + _doomed_of(parameters, pattern, orders)
        for pattern in patterns:
            regions = shares.region[pattern.lanes]
            np.minimum.at(least, regions, of_lanes[pattern.lanes.tobytes()][regions])
    return np.where(np.isfinite(least), least, 0.0)


def _doomed_of(parameters: Parameters, pattern: Pattern, orders: Floats) -> Floats:
    """Share of all orders of each region, if they had this pattern [region]."""
    part = level_weights(parameters) @ (pattern.due_s == DOOMED)
    doomed = pattern.share @ (orders @ part)
    return np.asarray(doomed / np.maximum(orders.sum(axis=(0, 2)), 1e-9))
