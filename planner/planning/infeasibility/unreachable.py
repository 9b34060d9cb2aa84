"""What no number of people, places or vehicles can change: work nobody does, orders nobody collects in time."""

from __future__ import annotations

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.planning.formulation.cutoffs import DOOMED, level_weights, packing_patterns
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Setting
from planner.planning.formulation.staffing import presence

WORTH_NAMING = 1e-6  # of a region's orders


def lost_causes(model: Model) -> list[str]:
    """Each in words; empty where people and vehicles can do everything."""
    return [*_undone(model), *_uncollected(model)]


def _undone(model: Model) -> list[str]:
    """Processes at which nobody can work at any time."""
    setting, found = model.setting, []
    for site in setting.problem.sites:
        working = [t for t in model.teams if t.crew.site == site.name and presence(setting, t).any()]
        found += [
            f"nobody can do {process.name} at {site.name} (no crew with a shift while the site is open)"
            for process in site.processes
            if not any(process.name in team.processes for team in working)
        ]
    return found


def _uncollected(model: Model) -> list[str]:
    """Regions of whose orders some are late with every contract at every site, since nobody collects in time."""
    late = doomed_share(model)
    names = model.setting.problem.region_names
    worst = [int(r) for r in np.argsort(-late, kind="stable") if late[r] > WORTH_NAMING]
    if not worst:
        return []
    told = ", ".join(f"{names[r]} ({late[r]:.1%})" for r in worst[:5])
    more = f" and {len(worst) - 5} more" if len(worst) > 5 else ""
    return [f"orders late whatever is done, since nothing is collected between order and deadline: {told}{more}"]


def doomed_share(model: Model) -> Floats:
    """Share of every region's orders that are late on its best lane, whatever people do [region]."""
    setting, shares = model.setting, model.shares
    orders = np.einsum("s,smt,mr->rt", setting.all_weights, setting.all_orders, setting.region_share)
    least = np.full(len(setting.problem.regions), np.inf)
    for site in range(len(setting.problem.sites)):
        for pattern in packing_patterns(setting, shares, site):
            regions = shares.region[pattern.lanes]
            np.minimum.at(least, regions, _doomed_of(setting, pattern.due_s, orders)[regions])
    return np.where(np.isfinite(least), least, 0.0)


def _doomed_of(setting: Setting, due_s: Ints, orders: Floats) -> Floats:
    """[region] if all its orders were due at `due_s[level, slot]`."""
    part = level_weights(setting) @ (due_s == DOOMED)
    return np.asarray(orders @ part / np.maximum(orders.sum(axis=1), 1e-9))
