"""Orders moved to another contract where vehicles or allotments have no room for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.planning.mean_demand import MeanDemand, lane_price
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
    the lane at every weight, and is not full at that site itself.

    Parameters
    ----------
    problem : Problem
        The problem of the plan, with its levers in force.
    plan : Plan
        The plan.
    full : iterable of FullCollection
        Where there was no room.
    part : float
        Share of the expected orders of such a site and contract that moves.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.

    Returns
    -------
    Plan
        The plan with other routing; the plan itself where no orders can move.
    """
    demand = MeanDemand.of(problem).of_promotion
    parts: Counter[ShareRow] = Counter()
    for row in plan.routing:
        parts[replace(row, share=0.0)] += round(row.share * PARTS)
    there = sorted(set(full))
    avoided = {(each.site, each.contract) for each in there}
    before = parts.copy()
    for collection in there:
        filling = _filling(problem, plan, collection)
        others = [
            name
            for name in problem.carriers_at(problem.site(collection.site))
            if name in plan.signed and (collection.site, name) not in avoided
        ]
        moves = sorted(
            _moves(problem, filling, others, demand, lane_costs),
            key=lambda move: (move.minor, move.row),
        )
        left = part * sum(float(demand.of_row(row).sum()) for row in filling)
        for move in moves:
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
    """Share of the expected orders that another plan sends another way."""
    if before.routing == after.routing:
        return 0.0
    demand = MeanDemand.of(problem).of_promotion
    orders: dict[ShareRow, float] = defaultdict(float)
    for sign, plan in ((1.0, before), (-1.0, after)):
        for row in plan.routing:
            orders[replace(row, share=0.0)] += sign * float(demand.of_row(row).sum())
    moved = sum(n for n in orders.values() if n > 0)
    return moved / max(float(demand.components.sum()), 1.0)


def _filling(problem: Problem, plan: Plan, collection: FullCollection) -> list[ShareRow]:
    """Rows of the routing whose orders may be waiting for a collection and would be late after."""
    patience_s = round(max(p.deadline_hours for p in problem.platforms) * HOUR_S)
    return [
        row
        for row in plan.routing
        if (row.site, row.contract) == (collection.site, collection.contract)
        and row.from_s < collection.second
        and row.to_s > collection.second - patience_s
        and row.share > 0
    ]


def _moves(
    problem: Problem,
    rows: Iterable[ShareRow],
    others: Sequence[str],
    demand: MeanDemand,
    lane_costs: LaneCosts,
) -> Iterator[Move]:
    """Where rows of the routing may go, each to the one of the other contracts that costs least."""
    for row in rows:
        orders = float(demand.of_row(row).sum())
        now = _price(problem, row, row.contract, lane_costs)
        prices = [(_price(problem, row, name, lane_costs), name) for name in others]
        price, cheapest = min(prices, default=(inf, ""))
        if price < inf and orders > 0:
            yield Move(row=row, contract=cheapest, minor=price - now, orders=orders)


def _price(problem: Problem, row: ShareRow, contract: str, lane_costs: LaneCosts) -> float:
    """Mean cost of a parcel of a row with a contract; infinite where it refuses a weight class.

    All weight classes count the same: the contracts are only compared.
    """
    tables = lane_costs.mean, lane_costs.loss
    lane = row.site, row.region, contract
    classes = [
        number
        for number, (above_g, to_g) in enumerate(problem.weight_bands)
        if above_g < row.to_g and to_g > row.above_g
    ]
    of_class = [sum(lane_price(problem, t, lane, k).mean() for t in tables) for k in classes]
    return float(sum(of_class) / len(of_class))
