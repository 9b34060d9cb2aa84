"""Which site and which contract take an order.

The plan's shares decide; where a contract refuses the order or stock has run out, the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.contracts import HEAVIEST_G
from planner.domain.courier_offers import Offers
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow
from planner.domain.records import Mask, Orders, Small, blocks

_NOBODY = -1
_NONE = -2  # no lane


@dataclass(frozen=True, eq=False, slots=True)
class Routes:
    """Where every order goes, and what becomes of the stock.

    Attributes
    ----------
    site, contract : Small
        Indices into the problem. Contract -1: no courier. Site -1: the order cannot be sent, with
        the contract that refused it; or, out of stock everywhere, contract -1.
    stock_left : Ints
        Units left in the end [site, product]; 0 in a plan without stock.
    sold_out : Mask
        Whether an order found too little at the site that was to serve it [site, product].
    """

    site: Small
    contract: Small
    stock_left: Ints
    sold_out: Mask


def route(problem: Problem, plan: Plan, orders: Orders, offers: Offers | None = None) -> Routes:
    """Find the site and the contract of each order.

    The order's uniform number picks from the shares of its region and weight at its time. An order
    that its contract refuses goes with the cheapest other one at its site, else at the next site
    (cyclic) where one takes it; where none does anywhere, it cannot be sent. Where the site's stock
    has run out, the next site serves it that has the units and a lane that takes the order: with
    the contract of the order's largest share there, else with the first lane. In a plan without
    stock, the supply of a product lies wherever it is asked for, and ends when it is sold. Goods of
    the tail's orders come as on any day: they neither need nor take the promotion's stock.

    Parameters
    ----------
    problem, plan : Problem, Plan
        Lanes; shares, stock and signed contracts.
    orders : Orders
        By time of arrival.
    offers : Offers, optional
        Which parcels each contract takes; None: all.

    Returns
    -------
    Routes
        Sites and contracts, and what becomes of the stock.
    """
    table = _shares(problem, plan.routing)
    cell = table.cell(orders)
    first = table.row_picked(cell, orders.route_u)
    site, contract = table.site[first], table.contract[first]
    takers = (
        None if offers is None or not problem.contracts else _Takers(problem, plan, offers, orders)
    )
    refused = np.empty(0, dtype=np.int64) if takers is None else takers.take_over(site, contract)
    own = contract[refused]
    n = int(np.searchsorted(orders.ordered_at_s, problem.horizon.reported_end_s))
    promotion, at, by = orders.first(n), site[:n], contract[:n]
    stock = np.zeros((len(problem.products), len(problem.sites)), dtype=np.int64)
    sold_out = np.zeros(stock.shape, dtype=bool)
    if plan.stock is not None:
        stock, lanes = _stock(problem, plan), _Lanes(_fallbacks(problem, table), cell, takers)
        wanted = at.copy()
        _serve_from_stock(stock, lanes, promotion, at, by)
        moved = np.flatnonzero(at != wanted)
        sold_out[promotion.product[moved], wanted[moved]] = True
    elif any(p.supply_units is not None for p in problem.products):
        _serve_from_supply(problem, promotion, at)
    site[refused] = _NOBODY
    contract[site < 0] = _NOBODY
    contract[refused] = own
    if plan.stock is not None:
        kept = np.flatnonzero(at >= 0)
        place = promotion.product[kept].astype(np.int64) * stock.shape[1] + at[kept]
        stock = stock - _units_by_place(place, promotion.units[kept], stock)
    return Routes(site, contract, stock.T.copy(), sold_out.T.copy())


@dataclass(frozen=True, eq=False, slots=True)
class _Takers:
    """The contracts that stand by for orders that others refuse: signed, or free of obligations."""

    problem: Problem
    plan: Plan
    offers: Offers
    orders: Orders

    def take_over(self, site: Small, contract: Small) -> Ints:
        """Change `site` and `contract` in place for refused orders; the orders nobody takes."""
        left = []
        for block in blocks(len(site)):
            which = np.arange(len(site))[block]
            refused = which[self.offers.refused(self.orders, which, site[block], contract[block])]
            if len(refused):
                left.append(self._next_that_takes(refused, site, contract))
        return np.asarray(np.concatenate([np.empty(0, dtype=np.int64), *left]))

    def _next_that_takes(self, refused: Ints, site: Small, contract: Small) -> Ints:
        """The order's own site first, then the others in turn; the orders that no site can send."""
        sites = (site[refused][:, None] + np.arange(len(self.problem.sites))) % len(
            self.problem.sites
        )
        lanes = np.take_along_axis(self.cheapest(refused), sites, axis=1)
        step = (lanes != _NONE).argmax(axis=1)[:, None]
        found = np.take_along_axis(lanes, step, axis=1)[:, 0]
        taken = found != _NONE
        site[refused[taken]] = np.take_along_axis(sites, step, axis=1)[taken, 0]
        contract[refused[taken]] = found[taken]
        return np.asarray(refused[~taken])

    def cheapest(self, which: Ints) -> Small:
        """Cheapest contract of each order at each site [order, site].

        -1 where orders need no courier, _NONE where nobody takes it.
        """
        best = np.full((len(which), len(self.problem.sites)), _NONE, dtype=np.int16)
        for s, site in enumerate(self.problem.sites):
            least = np.full(len(which), np.inf)
            for name in self.problem.carriers_at(site):
                c = self.problem.contract_names.index(name) if name else _NOBODY
                if not name:
                    best[:, s] = _NOBODY
                elif name in self.plan.signed or not self.problem.contracts[c].commitment.obliges:
                    price = self.offers.price(self.orders, which, s, c)
                    best[price < least, s] = c
                    np.minimum(least, price, out=least)
        return best

    def lanes_that_take(self, which: Ints, lanes: Small) -> Small:
        """Lanes [order, site], refusals replaced by the cheapest contract that takes the order.

        Where no site has one, the lanes stay as they are.
        """
        cheapest, found = self.cheapest(which), lanes.copy()
        for s in range(lanes.shape[1]):
            refused = self.offers.refused(self.orders, which, s, lanes[:, s])
            found[refused, s] = cheapest[refused, s]
        return np.where(np.all(found == _NONE, axis=1)[:, None], lanes, found)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Shares:
    """Share rows sorted by cell: stretch of time x weight band x region.

    `first`: the first row of each cell; `upper[k]`: in each cell, its number and the shares of its
    first k + 1 rows; inf where no other row follows. `edges`: between the stretches, in
    seconds; `edges_g`: the upper edges of the bands but the last.
    """

    edges: Ints
    edges_g: Ints
    regions: int
    first: Ints
    upper: Floats
    site: Small
    contract: Small
    rows: list[list[ShareRow]]

    def cell(self, orders: Orders) -> Ints:
        """The cell of each order."""
        ordered = np.maximum(orders.ordered_at_s, 0)  # those of before the horizon as at its start
        cell = np.searchsorted(self.edges, ordered, side="right")
        cell *= len(self.edges_g) + 1
        for edge_g in self.edges_g:  # few: several times as fast as a search
            cell += orders.weight_g > edge_g
        return np.asarray(cell * self.regions + orders.region)

    def row_picked(self, cell: Ints, u: Floats) -> Ints:
        """The row each order's uniform number falls into."""
        row, at = self.first[cell], cell + u
        for upper in self.upper:  # few: several times as fast as a search
            row += at >= upper[cell]
        return row


@lru_cache(maxsize=CASES_KEPT)
def _shares(problem: Problem, routing: tuple[ShareRow, ...]) -> _Shares:
    """Lay the shares out by cell; a cell without shares goes to the region's first lane."""
    edges = sorted({e for row in routing for e in (row.from_s, row.to_s)})
    edges_g = sorted({e for row in routing for e in (row.above_g, row.to_g)} - {0, HEAVIEST_G})
    begins = [
        (s, g) for s in (-1, *edges) for g in (0, *edges_g)
    ]  # of every stretch and band: each lasts to the next
    regions = {name: r for r, name in enumerate(problem.region_names)}
    cells: list[list[ShareRow]] = [[] for _ in range(len(begins) * len(regions))]
    for row in routing:
        for k, (begin, above_g) in enumerate(begins):
            if (
                row.from_s <= begin < row.to_s
                and row.above_g <= above_g < row.to_g
                and row.share > 0
            ):
                cells[k * len(regions) + regions[row.region]].append(row)
    lanes = _first_lanes(problem)
    most = max(len(rows) for rows in cells)
    upper = np.full((max(most - 1, 0), len(cells)), np.inf)  # what is above the others is the last
    first: list[int] = []
    site: list[int] = []
    contract: list[int] = []
    for c, rows in enumerate(cells):
        total = sum(row.share for row in rows)
        names = [(row.site, row.contract) for row in rows] or [lanes[c % len(regions)]]
        shares = accumulate(row.share / total for row in rows[:-1])
        upper[: len(names) - 1, c] = [c + up_to for up_to in shares]
        first.append(len(site))
        site += [problem.site_names.index(s) for s, _ in names]
        contract += [problem.contract_names.index(k) if k else _NOBODY for _, k in names]
    return _Shares(
        edges=np.array(edges, dtype=np.int64),
        edges_g=np.array(edges_g, dtype=np.int64),
        regions=len(regions),
        first=np.array(first, dtype=np.int64),
        upper=upper,
        site=np.array(site, dtype=np.int16),
        contract=np.array(contract, dtype=np.int16),
        rows=cells,
    )


def _first_lanes(problem: Problem) -> list[tuple[str, str]]:
    """The first lane (site, contract) of each region; (0, none) where nothing serves it."""
    first: dict[str, tuple[str, str]] = {}
    for site, region, contract in problem.lanes():
        first.setdefault(region, (site, contract))
    return [first.get(name, (problem.site_names[0], "")) for name in problem.region_names]


def _stock(problem: Problem, plan: Plan) -> Ints:
    """Units placed, [product, site]; what the plan does not list is not there."""
    stock = np.zeros((len(problem.products), len(problem.sites)), dtype=np.int64)
    products = {name: k for k, name in enumerate(problem.product_names)}
    for row in plan.stock or ():
        stock[products[row.product], problem.site_names.index(row.site)] += row.units
    return stock


@lru_cache(maxsize=CASES_KEPT)
def _fallbacks(problem: Problem, table: _Shares) -> Small:
    """Contract of each site for cells that were not meant for it [cell, site]; _NONE: no lane."""
    lanes: dict[tuple[str, str], str] = {}
    for site, region, contract in problem.lanes():
        lanes.setdefault((site, region), contract)
    found: list[list[int]] = []
    for c, rows in enumerate(table.rows):
        region = problem.region_names[c % table.regions]
        best = {site: lanes.get((site, region)) for site in problem.site_names}
        for row in sorted(rows, key=_share, reverse=True)[
            ::-1
        ]:  # the largest share (of equals the first) is written last
            best[row.site] = row.contract
        names = [best[site] for site in problem.site_names]
        found.append(
            [
                _NONE if k is None else problem.contract_names.index(k) if k else _NOBODY
                for k in names
            ]
        )
    return np.array(found, dtype=np.int16)


def _share(row: ShareRow) -> float:
    return row.share


@dataclass(frozen=True, eq=False, slots=True)
class _Lanes:
    """Contracts that carry orders from sites they were not meant for: `fallback[cell, site]`."""

    fallback: Small
    cell: Ints
    takers: _Takers | None

    def of(self, which: Ints) -> Small:
        """Contract of each order at each site [order, site]; _NONE: no lane."""
        lanes = self.fallback[self.cell[which]]
        return lanes if self.takers is None else self.takers.lanes_that_take(which, lanes)


def _serve_from_supply(problem: Problem, orders: Orders, site: Small) -> None:
    """Change `site` in place for orders that come when the supply of their product is sold."""
    plenty = int(orders.units.sum(dtype=np.int64))
    supply = [plenty if p.supply_units is None else p.supply_units for p in problem.products]
    pool = np.zeros_like(site)
    nowhere = _Lanes(
        np.full((1, 1), _NONE, dtype=np.int16), np.zeros(len(orders), dtype=np.int64), None
    )
    _serve_from_stock(
        np.array(supply, dtype=np.int64)[:, None], nowhere, orders, pool, np.zeros_like(pool)
    )
    site[pool < 0] = _NOBODY


def _serve_from_stock(
    stock: Ints, lanes: _Lanes, orders: Orders, site: Small, contract: Small
) -> None:
    """Change `site` and `contract` in place for the orders whose first choice has nothing left.

    Only the orders of products that some site runs out of are looked at, and one by one only from
    then on.
    """
    place = orders.product.astype(np.int64) * stock.shape[1] + site
    scarce = np.any(_units_by_place(place, orders.units, stock) > stock, axis=1)
    wanting = np.flatnonzero(scarce[orders.product])
    if len(wanting):
        late = wanting >= _first_shortage(stock, wanting, orders, place)[orders.product[wanting]]
        before, rest = wanting[~late], wanting[late]
        taken = _units_by_place(place[before], orders.units[before], stock)
        _one_by_one(stock - taken, lanes.of(rest), rest, orders, site=site, contract=contract)


def _units_by_place(place: Ints, units: Seconds, stock: Ints) -> Ints:
    """Units asked for, [product, site] as the stock."""
    asked = np.bincount(place, weights=units, minlength=stock.size)
    return np.asarray(asked.astype(np.int64).reshape(stock.shape))


def _first_shortage(stock: Ints, wanting: Ints, orders: Orders, place: Ints) -> Ints:
    """The first order of each product that its first choice cannot serve, or len(orders)."""
    by_place = wanting[np.argsort(place[wanting], kind="stable")]
    where, total = place[by_place], np.cumsum(orders.units[by_place])
    begins = np.searchsorted(where, where)
    before = total[begins] - orders.units[by_place[begins]]
    over = by_place[total - before > stock.ravel()[where]]
    first = np.full(len(stock), len(orders), dtype=np.int64)
    np.minimum.at(first, orders.product[over], over)
    return first


def _one_by_one(
    stock: Ints, lanes: Small, which: Ints, orders: Orders, *, site: Small, contract: Small
) -> None:
    """Serve orders by time: first choice, else the next site with stock and a lane, else none."""
    stocks = stock.tolist()
    sites = stock.shape[1]
    of_order = (orders.product[which], orders.units[which], site[which], lanes)
    for order, product, units, wanted, lane in zip(
        which.tolist(), *(each.tolist() for each in of_order), strict=True
    ):
        left = stocks[product]
        if units <= left[wanted]:
            left[wanted] -= units
            continue
        for step in range(1, sites):
            other = (wanted + step) % sites
            if lane[other] != _NONE and units <= left[other]:
                left[other] -= units
                site[order], contract[order] = other, lane[other]
                break
        else:
            site[order] = _NOBODY
