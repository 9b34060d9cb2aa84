"""Costs of a plan on mean demand: what a rule of thumb and a stated operation are reckoned with."""

from __future__ import annotations

import numpy as np

from planner.domain.costs import COST_NAMES, committed_costs
from planner.domain.demand import SLOTS_PER_DAY, Floats, mean_path
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.scenarios import LaneCosts


def mean_component_days(problem: Problem) -> Floats:
    """Expected orders [component, day]."""
    intensity = mean_path(problem.demand, problem.horizon).intensity
    return np.asarray(intensity.reshape(len(intensity), -1, SLOTS_PER_DAY).sum(axis=2))


def mean_region_days(problem: Problem) -> Floats:
    """Expected orders [region, day]."""
    return np.asarray(problem.demand.region_shares().T @ mean_component_days(problem))


def lane_price(problem: Problem, lane_costs: LaneCosts, lane: tuple[str, str, str]) -> Floats:
    """Mean charge of a lane (site, region, contract) [day]; inf where it has no price."""
    site, region, contract = lane
    c = problem.contract_names.index(contract) if contract else 0
    return np.asarray(
        lane_costs.mean[problem.site_names.index(site), problem.region_names.index(region), c], dtype=float
    )


def mean_costs(problem: Problem, plan: Plan, lane_costs: LaneCosts) -> dict[str, int]:
    """Every cost by name in minor units: what is committed, and couriers on mean demand with every order on time."""
    costs = dict.fromkeys(COST_NAMES, 0) | committed_costs(problem, plan)
    days = mean_region_days(problem)
    courier, parcels = 0.0, dict.fromkeys(problem.contract_names, 0.0)
    for row in plan.routing:
        held = slice(row.from_s // DAY_S, row.to_s // DAY_S)
        orders = row.share * days[problem.region_names.index(row.region), held]
        courier += float(orders @ lane_price(problem, lane_costs, (row.site, row.region, row.contract))[held])
        if row.contract:
            parcels[row.contract] += float(orders.sum())
    costs["courier"] = round(courier)
    missing = {name: problem.contract(name).commitment_parcels - parcels[name] for name in plan.signed}
    costs["shortfall"] = round(sum(max(m, 0.0) * problem.contract(n).shortfall_minor for n, m in missing.items()))
    return costs
