"""From the stock of families to whole units of every product at every site, with what that costs,
product by product.

Once the orders' shares are decided, the products only meet in the space of the sites and in the
failures allowed: with a price on each, every product and site is a newsvendor of its own, and the
prices are found by bisection.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import StockReserve
from planner.planning.formulation.product_aggregation import Goods, goods_of
from planner.planning.formulation.workflow import allowed_failures, orders_due
from planner.planning.milp.builder import NEGLIGIBLE, Flags
from planner.planning.solution.recourse import Recourse

HALVINGS = 40
DEAREST = 1e9  # minor units: no price of a unit of space or of a failed order is higher


@dataclass(frozen=True, eq=False)
class Placed:
    """Whole `units[site, product]`, and what rounding to them costs; the margin let go (expected)
    and the outcome before that, as everywhere in the planning model. `keeps`: no more orders fail
    than may. Money in minor units.
    """

    units: Ints
    rounding_minor: float
    lost_minor: float
    keeps: bool
    outcome: Recourse


@dataclass(frozen=True, eq=False)
class Shop:
    """What is to be placed where: units `asked[scenario, site, product]`, orders `late` and `due`,
    and the `chance` of each scenario.

    `need` is what is asked from the largest scenario down, with the chance that at least so much is
    asked (`weight`) and the number of such scenarios that must keep the aim (`kept`).
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


def spare_of(whole: Model, outcome: Recourse) -> StockReserve:
    """What families do not see, because the hardest scenario of one product is not that of another:
    space for what the products need beyond their families, and the failures that come on top when
    it is there.
    """
    shop, families = _shop(whole, outcome), whole.stock.families
    asked = shop.asked[whole.parameters.kept]
    together = np.zeros((families.count, *asked.shape[:2]))
    np.add.at(together, families.of, np.moveaxis(asked, -1, 0))
    space = asked.max(axis=0).sum(axis=1) - together.max(axis=1).sum(axis=0)
    stocked = _stocked(replace(shop, space=np.full(len(space), np.inf)), DEAREST)
    return StockReserve(
        space, np.maximum(_outcome(shop, stocked, outcome).failed - outcome.failed, 0.0)
    )


def place(whole: Model, outcome: Recourse) -> Placed:
    """Units of every product at every site under the decisions behind an outcome; `whole` looks at
    every scenario.

    Stock is first placed for its money's worth; if more orders fail than may, a failure gets a
    price that rises until they do not (or nothing more helps). Supply and space are always kept.
    """
    shop, kept = _shop(whole, outcome), whole.parameters.kept
    allowed = np.maximum(allowed_failures(whole.parameters) * shop.due, shop.late)[kept]

    def enough(price: float) -> bool:
        return bool(
            (
                _outcome(shop, _stocked(shop, price), outcome).failed[kept] <= allowed + NEGLIGIBLE
            ).all()
        )

    price = _lowest(enough)
    stocked = _stocked(shop, price)
    lost_minor = float(shop.chance @ _lost_minor(shop, stocked))
    units = _whole_units(shop, stocked)
    rounding_minor = float((units - stocked).sum(axis=1) @ shop.inbound)
    return Placed(
        units, rounding_minor, lost_minor, enough(price), _outcome(shop, stocked, outcome)
    )


def with_stock(whole: Model, outcome: Recourse, units: Floats) -> tuple[Recourse, Floats]:
    """The outcome when so many `units[site, product]` are there, and the margin let go
    [scenario].
    """
    shop = _shop(whole, outcome)
    return _outcome(shop, units, outcome), _lost_minor(shop, units)


def _lost_minor(shop: Shop, stocked: Floats) -> Floats:
    return np.asarray(
        np.einsum("sik,k->s", np.maximum(shop.asked - stocked, 0.0), shop.goods.margin)
    )


def _outcome(shop: Shop, stocked: Floats, outcome: Recourse) -> Recourse:
    """The outcome with other stock [site, product], the lateness being the same."""
    without = np.maximum(shop.asked - stocked, 0.0)
    failed = shop.late + np.einsum("sik,k->s", without, 1.0 / shop.goods.units)
    return replace(outcome, failed=failed, failed_share=failed / np.maximum(shop.due, 1e-9))


def _shop(whole: Model, outcome: Recourse) -> Shop:
    parameters, goods = whole.parameters, goods_of(whole.parameters)
    part = np.array([outcome.values[columns] for columns in whole.at_site])
    asked = np.einsum("imf,smfk->sik", part, goods.need)
    lost = np.einsum("sik,k->s", outcome.values[whole.stock.lost], 1.0 / whole.stock.families.units)
    down = np.argsort(-asked, axis=0, kind="stable")
    counts = np.isin(np.arange(len(asked)), parameters.kept)
    sites = parameters.problem.sites
    space = [
        np.inf if s.stock_capacity_units is None else float(s.stock_capacity_units) for s in sites
    ]
    return Shop(
        goods=goods,
        asked=asked,
        late=np.maximum(outcome.failed - lost, 0.0),
        due=orders_due(parameters),
        chance=parameters.weight,
        need=np.take_along_axis(asked, down, axis=0),
        weight=parameters.weight[down].cumsum(axis=0),
        kept=counts[down].cumsum(axis=0).astype(float),
        inbound=np.array([float(s.inbound_cost_minor) for s in sites]),
        space=np.array(space),
    )


def _lowest(enough: Callable[[float], bool]) -> float:
    """The lowest price that is enough (the dearest when none is)."""
    if enough(0.0):
        return 0.0
    low, high = 0.0, DEAREST
    for _ in range(HALVINGS):
        price = np.sqrt(max(low, 1.0) * high)
        low, high = (low, price) if enough(price) else (price, high)
    return float(high)


def _stocked(shop: Shop, failure: float) -> Floats:
    """Stock [site, product] when a failed order has a price, within the space of the sites and the
    supply.
    """
    worth = shop.weight * shop.goods.margin + shop.kept * (failure / shop.goods.units)
    low, high = np.zeros(len(shop.space)), np.zeros(len(shop.space))
    stocked = _bought(shop, worth, high)
    if (stocked.sum(axis=1) > shop.space).any():
        high[:] = DEAREST * len(worth)
        for _ in range(2 * HALVINGS):
            price = (low + high) / 2
            fits = _bought(shop, worth, price).sum(axis=1) <= shop.space
            low, high = np.where(fits, low, price), np.where(fits, price, high)
        stocked = _filled(shop, _bought(shop, worth, high), _bought(shop, worth, low))
    return stocked


def _bought(shop: Shop, worth: Floats, space: Floats) -> Floats:
    """As much as is worth bringing there: up to the need of the scenarios that together pay for one
    more; of products that there are too few of a part of it everywhere.
    """
    dear = (worth < (shop.inbound + space)[:, None]).sum(axis=0)
    reach = np.take_along_axis(shop.need, np.minimum(dear, len(worth) - 1)[None], axis=0)[0]
    wanted = np.where(dear < len(worth), reach, 0.0)
    return np.asarray(
        wanted * np.minimum(shop.goods.supply / np.maximum(wanted.sum(axis=0), NEGLIGIBLE), 1.0)
    )


def _filled(shop: Shop, fits: Floats, more: Floats) -> Floats:
    """What fits, and as much of the little more that does not fit as there is space (and supply)
    for.
    """
    more = np.maximum(more, fits)
    over = more.sum(axis=1) - fits.sum(axis=1)
    part = np.clip((shop.space - fits.sum(axis=1)) / np.maximum(over, NEGLIGIBLE), 0.0, 1.0)
    filled = fits + part[:, None] * (more - fits)
    return np.asarray(
        filled * np.minimum(shop.goods.supply / np.maximum(filled.sum(axis=0), NEGLIGIBLE), 1.0)
    )


def _whole_units(shop: Shop, stocked: Floats) -> Ints:
    """Rounded up where supply and space allow it; where they do not, the smallest parts of a unit
    are left out.
    """
    least = np.floor(stocked + NEGLIGIBLE)
    part = np.maximum(stocked - least, 0.0)
    up = _largest(part, part > NEGLIGIBLE, shop.goods.supply - least.sum(axis=0))
    up = _largest(part.T, up.T, shop.space - least.sum(axis=1)).T
    return np.asarray(least + up, dtype=np.int64)


def _largest(part: Floats, up: Flags, most: Floats) -> Flags:
    """Of the parts to be rounded up, no more than `most` in every column: the largest."""
    rank = np.argsort(
        np.argsort(np.where(up, -part, 0.0), axis=0, kind="stable"), axis=0, kind="stable"
    )
    return np.asarray(up & (rank < most))
