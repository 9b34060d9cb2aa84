"""Orders moved to another contract where vehicles or allotments have no room for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf

import numpy as np

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.planning.mean_demand import MeanDemand, lane_price, mean_costs
from planner.studies.certification.pilot_replications import without_costs

PARTS = 1_000_000  # routing is written in millionths


@dataclass(frozen=True, order=True)
class FullCollection:
    """A collection that had no room for all parcels: its site, contract and second."""

    site: str
    contract: str
    second: int


@dataclass(frozen=True, kw_only=True)
class Move:
    """A row of the routing that may go to another contract.

    Attributes
    ----------
    row : ShareRow
        The row.
    contract : str
        The other contract.
    minor : float
        What it costs more, minor units per parcel.
    orders : float
        Expected orders of the row.
    """

    row: ShareRow
    contract: str
    minor: float
    orders: float


def rerouted(
    problem: Problem,
    plan: Plan,
    full: Iterable[FullCollection],
    part: float,
    lane_costs: LaneCosts,
) -> Plan:
    """Move a part of the orders of full collections to other contracts of the same site.

    Orders move on the lanes on which that costs least. A contract takes them that is signed, serves
    the lane at every weight, is not full at that site itself, and is not kept from the region by
    another that has it to itself. Rows of the routing are of whole days.

    Parameters
    ----------
    problem : Problem
        The problem of the plan, with its levers in force.
    plan : Plan
        The plan.
    full : iterable of FullCollection
        Where there was no room; several of a site and contract count as one.
    part : float
        Share of the expected orders of such a site and contract that moves: of those that fill any
        of these collections.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.

    Returns
    -------
    Plan
        The plan with other routing; the plan itself where no orders can move.
    """
    seconds: dict[tuple[str, str], list[int]] = defaultdict(list)
    for collection in sorted(set(full)):
        seconds[collection.site, collection.contract].append(collection.second)
    parts: Counter[ShareRow] = Counter()
    for row in plan.routing:
        parts[replace(row, share=0.0)] += round(row.share * PARTS)
    before = parts.copy()
    demand = MeanDemand.of(problem).of_promotion
    possible = _PossibleMoves(problem, plan, demand, lane_costs, seconds)
    for site, contract in seconds:
        left = part * possible.orders(site, contract)
        for move in sorted(possible(site, contract), key=lambda move: (move.minor, move.row)):
            row = replace(move.row, share=0.0)
            wanted = min(max(left, 0.0) / move.orders, 1.0) * move.row.share
            moved = min(round(wanted * PARTS), parts[row])
            parts[row] -= moved
            parts[replace(row, contract=move.contract)] += moved
            left -= moved / PARTS / move.row.share * move.orders
    if parts == before:
        return plan
    rows = (replace(row, share=n / PARTS) for row, n in parts.items() if n)
    return replace(without_costs(plan), routing=tuple(sorted(rows)))


def moved_share(problem: Problem, before: Plan, after: Plan) -> float:
    """Share of the expected orders that another plan sends another way.

    Parameters
    ----------
    problem : Problem
        The problem of both plans, with their levers in force.
    before, after : Plan
        The plans.
    """
    if before.routing == after.routing:
        return 0.0
    demand = MeanDemand.of(problem).of_promotion
    orders: dict[ShareRow, float] = defaultdict(float)
    for sign, plan in ((1.0, before), (-1.0, after)):
        for row in plan.routing:
            orders[replace(row, share=0.0)] += sign * float(demand.of_row(row).sum())
    moved = sum(n for n in orders.values() if n > 0)
    return moved / max(float(demand.components.sum()), 1.0)


def rerouting_minor(problem: Problem, before: Plan, after: Plan, lane_costs: LaneCosts) -> int:
    """What the routing of another plan costs more at mean demand, minor units.

    Parameters
    ----------
    problem : Problem
        The problem of both plans, with their levers in force.
    before, after : Plan
        The plans.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    """
    moved = replace(before, routing=after.routing)
    then, now = (sum(mean_costs(problem, plan, lane_costs).values()) for plan in (moved, before))
    return then - now


@dataclass(frozen=True, eq=False)
class _PossibleMoves:
    """Where orders of full collections may go under a plan.

    `full`: seconds of the full collections of every such site and contract.
    """

    problem: Problem
    plan: Plan
    demand: MeanDemand
    lane_costs: LaneCosts
    full: Mapping[tuple[str, str], Sequence[int]]

    def __call__(self, site: str, contract: str) -> Iterator[Move]:
        """The rows that fill the collections, each with the contract that costs least for it."""
        for row in self._filling(site, contract):
            orders = self._orders(row)
            prices = [(self._price(row, name), name) for name in self._others(row)]
            price, cheapest = min(prices, default=(inf, ""))
            if price < inf and orders > 0:
                minor = price - self._price(row, contract)
                yield Move(row=row, contract=cheapest, minor=minor, orders=orders)

    def orders(self, site: str, contract: str) -> float:
        """Expected orders that fill the collections of a site and contract."""
        return sum(self._orders(row) for row in self._filling(site, contract))

    def _orders(self, row: ShareRow) -> float:
        return float(self.demand.of_row(row).sum())

    def _filling(self, site: str, contract: str) -> list[ShareRow]:
        """Rows whose orders may wait for one of the collections and be late after it."""
        patience_s = round(max(p.deadline_hours for p in self.problem.platforms) * HOUR_S)
        seconds = self.full[site, contract]
        return [
            row
            for row in self.plan.routing
            if (row.site, row.contract) == (site, contract)
            and row.share > 0
            and any(row.from_s < second and row.to_s > second - patience_s for second in seconds)
        ]

    def _others(self, row: ShareRow) -> list[str]:
        """Contracts that may take a row: signed, with room, and none that another excludes."""
        signed = self.plan.signed
        alone = {
            name
            for name in signed
            if row.region in self.problem.contract(name).commitment.exclusive
        }
        return [
            name
            for name in self.problem.carriers_at(self.problem.site(row.site))
            if name in signed and (row.site, name) not in self.full and not alone - {name}
        ]

    def _price(self, row: ShareRow, contract: str) -> float:
        """Mean cost of a parcel with a contract, less refunds; infinite where one is refused.

        All weight classes and days of the row count the same: the contracts are only compared.
        """
        lane = row.site, row.region, contract
        days = slice(max(row.from_s, 0) // DAY_S, -(-row.to_s // DAY_S))
        charge, loss, refund = (
            np.array(
                [
                    lane_price(self.problem, table, lane, number)[days]
                    for number, (above_g, to_g) in enumerate(self.problem.weight_bands)
                    if above_g < row.to_g and to_g > row.above_g
                ]
            )
            for table in (self.lane_costs.mean, self.lane_costs.loss, self.lane_costs.refund)
        )
        return float((charge + loss - refund).mean())
