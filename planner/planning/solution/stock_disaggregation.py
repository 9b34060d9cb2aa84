"""Whole units of every product at every site, once the shares of the orders are decided.

The products then only meet in the space of the sites and in the allowed failures. With a price on
each of these, every product and site is a newsvendor of its own; the prices are found by bisection.
Demand is that of the scenarios, which disaggregates families of products; or, where these do not
tell how the demand for a product varies, that of all sampled paths (`stock_cases`).

References
----------
Hadley, Whitin (1963), Analysis of Inventory Systems: several products under one constraint by a
Lagrange multiplier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.planning.formulation.inventory import failed_per_unit
from planner.planning.formulation.lateness import orders_due
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import StockReserve
from planner.planning.formulation.product_aggregation import Goods, goods_of
from planner.planning.milp.builder import NEGLIGIBLE, Flags
from planner.planning.options import AggregationOptions
from planner.planning.solution.recourse import Recourse
from planner.planning.solution.stock_cases import StockCases, cases_of


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
    leftover_minor : float
        Expected cost of units left over beyond bringing them in, before rounding.
    keeps : bool
        Whether no more orders fail than may.
    outcome : Recourse
        Consequences of the stock in every scenario, before rounding.
    """

    units: Ints
    rounding_minor: float
    lost_minor: float
    leftover_minor: float
    keeps: bool
    outcome: Recourse


@dataclass(frozen=True, eq=False, kw_only=True)
class PlacementProblem:
    """What is to be placed where (s case, i site, k product; r rank by need).

    Attributes
    ----------
    goods : Goods
        The products.
    cases : StockCases
        What the sites are asked for in every case, and what may be missing.
    late : Floats
        Orders that are late in every scenario [aim, scenario].
    due : Floats
        Orders due in every scenario [aim, scenario].
    need : Floats
        Units asked for, from the largest case down [r, i, k].
    weight : Floats
        Probability that at least `need` units are asked for [r, i, k].
    kept : Floats
        Number of cases that count and ask for at least `need` units [r, i, k].
    inbound : Floats
        Cost of bringing a unit in, in minor units [i].
    space : Floats
        Units the site holds (inf: no limit) [i].
    options : AggregationOptions
        Precision of the bisection.
    """

    goods: Goods
    cases: StockCases
    late: Floats
    due: Floats
    need: Floats
    weight: Floats
    kept: Floats
    inbound: Floats
    space: Floats
    options: AggregationOptions


def reserve_of(full: Model, recourse: Recourse) -> StockReserve:
    """What the model does not see because single products peak in other cases.

    Of families: space for what the products need beyond their families, and the failures that are
    added even with that space. Of sampled paths: space for what is bought beyond the model's stock.
    """
    placement = _placement(full, recourse)
    roomy = replace(placement, space=np.full(len(placement.space), np.inf))
    if full.parameters.scenarios.paths is not None:
        wanted = _stocked(roomy, _lowest_price(roomy)).sum(axis=1)
        more = np.maximum(wanted - recourse.values[full.stock.placed].sum(axis=1), 0.0)
        limited = np.isfinite(placement.space)
        return StockReserve(np.where(limited, more, 0.0), np.zeros(recourse.failed.shape[1]))
    families, asked = full.stock.families, placement.cases.asked[full.parameters.kept]
    together = np.zeros((families.count, *asked.shape[:2]))
    np.add.at(together, families.of, np.moveaxis(asked, -1, 0))
    space = asked.max(axis=0).sum(axis=1) - together.max(axis=1).sum(axis=0)
    stocked = _stocked(roomy, placement.options.highest_price_minor)
    failed = _with_stock(placement, stocked, recourse).failed
    return StockReserve(space, np.maximum(failed - recourse.failed, 0.0).max(axis=0))


def place(full: Model, recourse: Recourse) -> PlacedStock:
    """Units of every product at every site under the decisions behind a recourse.

    Stock is first placed for its value in money. If more orders fail than may, a failed order gets
    a price that rises until they no longer do, or nothing more helps. Supply and space are never
    exceeded. `full` is the model over all scenarios.
    """
    placement = _placement(full, recourse)
    price = _lowest_price(placement)
    stocked = _stocked(placement, price)
    units = _whole_units(placement, stocked)
    unit_minor = placement.inbound[:, None] + placement.goods.leftover
    return PlacedStock(
        units=units,
        rounding_minor=float(((units - stocked) * unit_minor).sum()),
        lost_minor=float(placement.cases.chance @ _lost_minor(placement, stocked)),
        leftover_minor=float(placement.cases.chance @ _leftover_minor(placement, stocked)),
        keeps=_enough(placement, stocked),
        outcome=_with_stock(placement, stocked, recourse),
    )


def with_stock(full: Model, recourse: Recourse, units: Floats) -> tuple[Recourse, Floats, Floats]:
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
    tuple[Recourse, Floats, Floats]
        The consequences; the margin lost, and the cost of units left over beyond bringing them in,
        in minor units [scenario].
    """
    placement = _placement(full, recourse)
    lost, left = _lost_minor(placement, units), _leftover_minor(placement, units)
    return (
        _with_stock(placement, units, recourse),
        _by_scenario(placement, lost),
        _by_scenario(placement, left),
    )


def _lost_minor(placement: PlacementProblem, stocked: Floats) -> Floats:
    """Margin lost [s] in minor units."""
    return np.asarray(
        np.einsum(
            "sik,k->s", np.maximum(placement.cases.asked - stocked, 0.0), placement.goods.margin
        )
    )


def _leftover_minor(placement: PlacementProblem, stocked: Floats) -> Floats:
    """Cost of units left over beyond bringing them in [s], in minor units."""
    left = np.maximum(stocked - placement.cases.asked, 0.0)
    return np.asarray(np.einsum("sik,ik->s", left, placement.goods.leftover))


def _without_stock(placement: PlacementProblem, stocked: Floats) -> Floats:
    """Orders without stock [s]."""
    without = np.maximum(placement.cases.asked - stocked, 0.0)
    return np.asarray(np.einsum("sik,k->s", without, 1.0 / placement.goods.units))


def _with_stock(placement: PlacementProblem, stocked: Floats, recourse: Recourse) -> Recourse:
    """The recourse with other stock [site, product] and the same lateness."""
    failed = placement.late + _by_scenario(placement, _without_stock(placement, stocked))
    return replace(recourse, failed=failed, failed_share=failed / np.maximum(placement.due, 1e-9))


def _by_scenario(placement: PlacementProblem, amounts: Floats) -> Floats:
    """Mean of amounts [s] over the cases of each scenario."""
    of, count = placement.cases.scenario, placement.due.shape[1]
    number = np.bincount(of, minlength=count)
    return np.asarray(np.bincount(of, amounts, count) / np.maximum(number, 1))


def _enough(placement: PlacementProblem, stocked: Floats) -> bool:
    """Whether no more orders are without stock than may be."""
    cases = placement.cases
    over = _without_stock(placement, stocked) > cases.room + NEGLIGIBLE
    return float(cases.chance[over & cases.counts].sum()) <= cases.risk


def _placement(full: Model, recourse: Recourse) -> PlacementProblem:
    """The placement behind the decisions of a recourse."""
    parameters, goods = full.parameters, goods_of(full.parameters)
    per_unit = failed_per_unit(parameters, full.stock.families)
    lost = np.einsum("sik,k->s", recourse.values[full.stock.lost], per_unit)
    late, due = np.maximum(recourse.failed - lost, 0.0), orders_due(parameters)
    of = cases_of(full, recourse, late, due)
    down = np.argsort(-of.asked, axis=0, kind="stable")
    sites = parameters.problem.sites
    space = [
        np.inf if s.stock_capacity_units is None else float(s.stock_capacity_units) for s in sites
    ]
    return PlacementProblem(
        goods=goods,
        cases=of,
        late=late,
        due=due,
        need=np.take_along_axis(of.asked, down, axis=0),
        weight=of.chance[down].cumsum(axis=0),
        kept=of.counts[down].cumsum(axis=0).astype(float),
        inbound=np.array([float(s.inbound_cost_minor) for s in sites]),
        space=np.array(space),
        options=parameters.options.search.aggregation,
    )


def _lowest_price(placement: PlacementProblem) -> float:
    """The lowest price of a failed order at which enough is in stock."""
    return _lowest_enough(
        lambda price: _enough(placement, _stocked(placement, price)), placement.options
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
    if placement.goods.leftover.any():
        worth -= (1.0 - placement.weight) * placement.goods.leftover
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
