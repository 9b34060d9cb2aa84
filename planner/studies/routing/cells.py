"""What routing rules decide on: regions, weight classes and phases, and the lanes to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem, ShareRow
from planner.domain.records import Mask
from planner.domain.routing_rules import Lane
from planner.planning.mean_demand import MeanDemand, mean_region_days
from planner.rating.lane_costs import lane_costs

NEVER = 10.0  # times the dearest lane: what an order costs that must not or cannot go that way
EVERY_SET = 4  # most regions of which every set is tried


@dataclass(frozen=True, eq=False)
class Cells:
    """What rules decide on.

    `orders[region, class, phase]` expected; `cost[region, class, phase, lane]` minor units per
    parcel, inf where the lane does not take it; `lanes` are (site, contract) names.
    """

    orders: Floats
    cost: Floats
    lanes: tuple[Lane, ...]


def cells_of(problem: Problem, costs: LaneCosts | None = None) -> Cells:
    """Orders and mean cost of every cell on every lane of the problem.

    `costs`: other than its own.
    """
    priced = lane_costs(problem, problem.seed) if costs is None else costs
    per_parcel = priced.mean - priced.refund + priced.loss  # site, region, contract, class, day
    days, demand = mean_region_days(problem), MeanDemand.of(problem)
    bands = [
        [demand.orders(r, band).sum(axis=0) for band in problem.weight_bands]
        for r in problem.region_names
    ]
    band_days = np.array(bands)  # region, class, day
    lanes = tuple(dict.fromkeys((site, contract) for site, _, contract in problem.lanes()))
    orders = np.zeros((len(problem.regions), len(problem.weight_bands), len(problem.phases)))
    cost = np.full((*orders.shape, len(lanes)), np.inf)
    for f, phase in enumerate(problem.phases):
        held = slice(phase.from_s // DAY_S, phase.to_s // DAY_S)
        weight = days[:, held] / np.maximum(days[:, held].sum(axis=1, keepdims=True), 1e-12)
        orders[:, :, f] = band_days[:, :, held].sum(axis=2)
        for k, (site, contract) in enumerate(lanes):
            s = problem.site_names.index(site)
            c = problem.contract_names.index(contract) if contract else 0
            cost[:, :, f, k] = np.einsum("rwd,rd->rw", per_parcel[s, :, c][:, :, held], weight)
    return Cells(orders, np.where(np.isnan(cost), np.inf, cost), lanes)


def shares_by_cell(problem: Problem, cells: Cells, routing: Sequence[ShareRow]) -> Floats:
    """Shares of a plan [region, class, phase, lane].

    Parameters
    ----------
    problem : Problem
        Names of regions, phases and weight classes.
    cells : Cells
        The lanes.
    routing : Sequence[ShareRow]
        The plan's shares; a row counts for the part of a phase that it holds for.

    Returns
    -------
    Floats
        They sum to 1 over the lanes of every cell that the routing states.
    """
    shares = np.zeros_like(cells.cost)
    for row in routing:
        r, lane = (
            problem.region_names.index(row.region),
            cells.lanes.index((row.site, row.contract)),
        )
        for w, (above, upto) in enumerate(problem.weight_bands):
            for f, phase in enumerate(problem.phases):
                shared_s = min(row.to_s, phase.to_s) - max(row.from_s, phase.from_s)
                if row.above_g <= above and upto <= row.to_g and shared_s > 0:
                    shares[r, w, f, lane] += row.share * shared_s
    return np.asarray(shares / np.maximum(shares.sum(axis=-1, keepdims=True), 1e-12))


def signed_lanes(problem: Problem, cells: Cells, signed: Sequence[str]) -> Cells:
    """The cells with the lanes that a plan may use: of signed contracts, or without a courier.

    Parameters
    ----------
    problem : Problem
        Its contracts and regions.
    cells : Cells
        All lanes.
    signed : Sequence[str]
        Names of the signed contracts.

    Returns
    -------
    Cells
        Where a region belongs to one of them alone, the others cost more than anything.
    """
    kept = [k for k, (_, contract) in enumerate(cells.lanes) if not contract or contract in signed]
    lanes, cost = tuple(cells.lanes[k] for k in kept), cells.cost[..., kept].copy()
    never = NEVER * float(cost[np.isfinite(cost)].max(initial=1.0))
    for name in signed:
        exclusive = problem.contract(name).commitment.exclusive
        own = np.array([region in exclusive for region in problem.region_names])
        others = np.array([contract != name for _, contract in lanes])
        closed = (own[:, None, None, None] & others) & np.isfinite(cost)
        cost[closed] = never
    return Cells(cells.orders, cost, lanes)


def region_groups(problem: Problem, cells: Cells, shares: Floats) -> Mask:
    """Sets of regions that a search of rules begins with [group, region].

    All, single ones, the remote ones, those of a zone of a contract from a site, those whose orders
    go mostly to the same lane in the plan, or would at least cost; of up to four regions every set.

    Parameters
    ----------
    problem : Problem
        Its regions, sites and contracts.
    cells : Cells
        Orders, lanes and costs.
    shares : Floats
        The plan's shares [region, class, phase, lane].

    Returns
    -------
    Mask
        Each set once, none empty.
    """
    n = len(problem.regions)
    found = [np.ones(n, dtype=bool), np.array([region.remote for region in problem.regions])]
    if n <= EVERY_SET:
        found += [np.array(chosen, dtype=bool) for chosen in product((False, True), repeat=n)]
    found += list(np.eye(n, dtype=bool))
    for contract, site in product(problem.contracts, problem.site_names):
        zone_of = np.array([contract.zone(site, region) or "" for region in problem.region_names])
        found += [zone_of == zone for zone in np.unique(zone_of) if zone]
    orders = cells.orders[..., None]
    most = (orders * shares).sum(axis=(1, 2)).argmax(axis=-1)
    cheapest = np.where(orders > 0, cells.cost * orders, 0.0).sum(axis=(1, 2)).argmin(axis=-1)
    found += [by_lane == lane for by_lane in (most, cheapest) for lane in np.unique(by_lane)]
    return np.unique(np.array([group for group in found if group.any()]), axis=0)
