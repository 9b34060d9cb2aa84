"""Disaggregates the stock of families to whole units of every product at every site.

Once the shares of the orders are decided, the products only meet in the space of the sites and in
the allowed failures. With a price on each of these, every product and site is a newsvendor of its
own; the prices are found by bisection.

References
----------
Hadley, Whitin (1963), Analysis of Inventory Systems: several products under one constraint by a
Lagrange multiplier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.planning.formulation.lateness import allowed_failures, orders_due
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import StockReserve
from planner.planning.formulation.product_aggregation import Goods, goods_of
from planner.planning.milp.builder import NEGLIGIBLE, Flags
from planner.planning.options import AggregationOptions
from planner.planning.solution.recourse import Recourse


@dataclass(frozen=True, eq=False)
class PlacedStock:
    """Stock by product. Money in minor units.

    Attributes
    ----------
    units : Ints
        Whole units [site, product].
    rounding_minor : float
        Cost of rounding to whole units.
    lost_minor : float
        Expected margin lost on units that are not in stock, before rounding.
    keeps : bool
        Whether no more orders fail than may.
    outcome : Recourse
        Consequences of the stock in every scenario, before rounding.
    """

    units: Ints
    rounding_minor: float
    lost_minor: float
    keeps: bool
    outcome: Recourse


@dataclass(frozen=True, eq=False, kw_only=True)
class PlacementProblem:
    """What is to be placed where (s scenario, i site, k product; r rank by need).

    Attributes
    ----------
    goods : Goods
        The products.
    asked : Floats
        Units asked for [s, i, k].
    late : Floats
        Orders that are late [s].
    due : Floats
        Orders due [s].
    chance : Floats
        Probability of each scenario [s].
    need : Floats
        Units asked for, from the largest scenario down [r, i, k].
    weight : Floats
        Probability that at least `need` units are asked for [r, i, k].
    kept : Floats
        Number of scenarios that must meet the service level and ask for at least `need` units
        [r, i, k].
    inbound : Floats
        Cost of bringing a unit in, in minor units [i].
    space : Floats
        Units the site holds (inf: no limit) [i].
    options : AggregationOptions
        Precision of the bisection.
    """

    goods: Goods
    asked: Floats
    late: Floats
    due: Floats
    chance: Floats
    need: Floats
    weight: Floats
    kept: Floats
    inbound: Floats
    space: Floats
    options: AggregationOptions


def reserve_of(full: Model, recourse: Recourse) -> StockReserve:
    """What families do not see because their products peak in different scenarios.

    Space for what the products need beyond their families, and the failures that are added even
    with that space.
    """
    placement, families = _placement(full, recourse), full.stock.families
    asked = placement.asked[full.parameters.kept]
    together = np.zeros((families.count, *asked.shape[:2]))
    np.add.at(together, families.of, np.moveaxis(asked, -1, 0))
    space = asked.max(axis=0).sum(axis=1) - together.max(axis=1).sum(axis=0)
    roomy = replace(placement, space=np.full(len(space), np.inf))
    stocked = _stocked(roomy, placement.options.highest_price_minor)
    failed = _with_stock(placement, stocked, recourse).failed
    return StockReserve(space, np.maximum(failed - recourse.failed, 0.0))


def place(full: Model, recourse: Recourse) -> PlacedStock:
    """Units of every product at every site under the decisions behind a recourse.

    Stock is first placed for its value in money. If more orders fail than may, a failed order gets
    a price that rises until they no longer do, or nothing more helps. Supply and space are never
    exceeded. `full` is the model over all scenarios.
    """
    placement, kept = _placement(full, recourse), full.parameters.kept
    most = np.maximum(allowed_failures(full.parameters) * placement.due, placement.late)
    allowed = most[kept] + NEGLIGIBLE

    def enough(price: float) -> bool:
        stocked = _stocked(placement, price)
        return bool((_with_stock(placement, stocked, recourse).failed[kept] <= allowed).all())

    price = _lowest_enough(enough, placement.options)
    stocked = _stocked(placement, price)
    units = _whole_units(placement, stocked)
    return PlacedStock(
        units=units,
        rounding_minor=float((units - stocked).sum(axis=1) @ placement.inbound),
        lost_minor=float(placement.chance @ _lost_minor(placement, stocked)),
        keeps=enough(price),
        outcome=_with_stock(placement, stocked, recourse),
    )


def with_stock(full: Model, recourse: Recourse, units: Floats) -> tuple[Recourse, Floats]:
    """Consequences of another stock.

    Parameters
    ----------
    full : Model
        The model over all scenarios.
    recourse : Recourse
        Consequences with the stock of the model.
    units : Floats
        Units in stock [site, product].

    Returns
    -------
    tuple[Recourse, Floats]
        The consequences, and the margin lost in minor units [scenario].
    """
    placement = _placement(full, recourse)
    return _with_stock(placement, units, recourse), _lost_minor(placement, units)


def _lost_minor(placement: PlacementProblem, stocked: Floats) -> Floats:
    """Margin lost [scenario] in minor units."""
    return np.asarray(
        np.einsum("sik,k->s", np.maximum(placement.asked - stocked, 0.0), placement.goods.margin)
    )


def _with_stock(placement: PlacementProblem, stocked: Floats, recourse: Recourse) -> Recourse:
    """The recourse with other stock [site, product] and the same lateness."""
    without = np.maximum(placement.asked - stocked, 0.0)
    failed = placement.late + np.einsum("sik,k->s", without, 1.0 / placement.goods.units)
    return replace(recourse, failed=failed, failed_share=failed / np.maximum(placement.due, 1e-9))


def _placement(full: Model, recourse: Recourse) -> PlacementProblem:
    """The placement behind the decisions of a recourse."""
    parameters, goods = full.parameters, goods_of(full.parameters)
    part = np.array([recourse.values[columns] for columns in full.at_site])
    asked = np.einsum("imf,smfk->sik", part, goods.need)
    lost = np.einsum("sik,k->s", recourse.values[full.stock.lost], 1.0 / full.stock.families.units)
    down = np.argsort(-asked, axis=0, kind="stable")
    counts = np.isin(np.arange(len(asked)), parameters.kept)
    sites = parameters.problem.sites
    space = [
        np.inf if s.stock_capacity_units is None else float(s.stock_capacity_units) for s in sites
    ]
    return PlacementProblem(
        goods=goods,
        asked=asked,
        late=np.maximum(recourse.failed - lost, 0.0),
        due=orders_due(parameters),
        chance=parameters.weight,
        need=np.take_along_axis(asked, down, axis=0),
        weight=parameters.weight[down].cumsum(axis=0),
        kept=counts[down].cumsum(axis=0).astype(float),
        inbound=np.array([float(s.inbound_cost_minor) for s in sites]),
        space=np.array(space),
        options=parameters.options.search.aggregation,
    )


def _lowest_enough(enough: Callable[[float], bool], options: AggregationOptions) -> float:
    """The lowest price that is enough (the highest there is when none is)."""
    if enough(0.0):
        return 0.0
    low, high = 0.0, options.highest_price_minor
    for _ in range(options.price_halvings):
        price = np.sqrt(max(low, 1.0) * high)
        if enough(price):
            high = price
        else:
            low = price
    return float(high)


def _stocked(placement: PlacementProblem, failure: float) -> Floats:
    """Stock [site, product] at a price of a failed order, within space and supply."""
    worth = placement.weight * placement.goods.margin + placement.kept * (
        failure / placement.goods.units
    )
    low, high = np.zeros(len(placement.space)), np.zeros(len(placement.space))
    stocked = _bought(placement, worth, high)
    if (stocked.sum(axis=1) > placement.space).any():
        high[:] = placement.options.highest_price_minor * len(worth)
        for _ in range(2 * placement.options.price_halvings):
            price = (low + high) / 2
            fits = _bought(placement, worth, price).sum(axis=1) <= placement.space
            low, high = np.where(fits, low, price), np.where(fits, price, high)
        stocked = _filled(
            placement, _bought(placement, worth, high), _bought(placement, worth, low)
        )
    return stocked


def _bought(placement: PlacementProblem, worth: Floats, space: Floats) -> Floats:
    """Stock [site, product] that is worth its cost at a price of space.

    Up to the need of the scenarios that together pay for one unit more; of a product in short
    supply, every site gets an equal part of that.
    """
    unpaid = (worth < (placement.inbound + space)[:, None]).sum(axis=0)
    reach = np.take_along_axis(placement.need, np.minimum(unpaid, len(worth) - 1)[None], axis=0)[0]
    wanted = np.where(unpaid < len(worth), reach, 0.0)
    return np.asarray(
        wanted
        * np.minimum(placement.goods.supply / np.maximum(wanted.sum(axis=0), NEGLIGIBLE), 1.0)
    )


def _filled(placement: PlacementProblem, fits: Floats, more: Floats) -> Floats:
    """The stock that fits, and as much of the next larger one as space and supply allow."""
    more = np.maximum(more, fits)
    over = more.sum(axis=1) - fits.sum(axis=1)
    part = np.clip((placement.space - fits.sum(axis=1)) / np.maximum(over, NEGLIGIBLE), 0.0, 1.0)
    filled = fits + part[:, None] * (more - fits)
    return np.asarray(
        filled
        * np.minimum(placement.goods.supply / np.maximum(filled.sum(axis=0), NEGLIGIBLE), 1.0)
    )


def _whole_units(placement: PlacementProblem, stocked: Floats) -> Ints:
    """Stock in whole units, rounded up where supply and space allow it.

    Where they do not, the smallest parts of a unit are dropped.
    """
    least = np.floor(stocked + NEGLIGIBLE)
    part = np.maximum(stocked - least, 0.0)
    up = _largest(part, part > NEGLIGIBLE, placement.goods.supply - least.sum(axis=0))
    up = _largest(part.T, up.T, placement.space - least.sum(axis=1)).T
    return np.asarray(least + up, dtype=np.int64)


def _largest(part: Floats, up: Flags, most: Floats) -> Flags:
    """The largest of the parts to be rounded up, at most `most` in every column."""
    rank = np.argsort(
        np.argsort(np.where(up, -part, 0.0), axis=0, kind="stable"), axis=0, kind="stable"
    )
    return np.asarray(up & (rank < most))
