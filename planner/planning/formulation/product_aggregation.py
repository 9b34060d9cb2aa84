"""Aggregates similar products to families, and keeps what is needed to disaggregate them.

Stock, lost units and needs of a family are the sums over its products. Every constraint on a family
is the sum of those on its products, and its prices are the lowest among them: whatever is possible
with the products is possible with the families at no more cost, so a bound of the model with
families is a bound of the model with products. What families make look cheaper than it is shows in
the gap, because the plan's cost and its failures are computed product by product
(`solution.stock_disaggregation`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.costs import leftover_beyond_inbound_minor
from planner.planning.formulation.parameters import Parameters

ALIKE = 1e-9  # products that differ by less are not distinguished


@dataclass(frozen=True, eq=False, kw_only=True)
class Families:
    """Product families.

    Attributes
    ----------
    of : Ints
        Family of every product [product].
    need : Floats
        Units to have in stock for all orders of a cell in a phase [all scenarios, cell, phase,
        family].
    units : Floats
        Units of an order, the largest of the family's products [family].
    margin : Floats
        Margin lost with a unit in minor units, the lowest of the family's products [family].
    leftover : Floats
        Cost of a unit left over beyond bringing it in, in minor units, the lowest of the family's
        products [site, family].
    supply : Floats
        Units that can be bought (inf: any number) [family].
    short : Floats
        Units missing wherever the stock is placed [all scenarios, family].
    """

    of: Ints
    need: Floats
    units: Floats
    margin: Floats
    leftover: Floats
    supply: Floats
    short: Floats

    @property
    def count(self) -> int:
        """Number of families."""
        return len(self.units)

    @property
    def single(self) -> bool:
        """Whether every product is a family of its own."""
        return self.count == len(self.of)

    def members(self, family: int) -> Ints:
        """The products of a family, in the order of the problem."""
        return np.flatnonzero(self.of == family)


@dataclass(frozen=True, eq=False)
class Goods:
    """The products as the constraints on stock see them.

    Attributes
    ----------
    need : Floats
        Units to have in stock for all orders of a cell in a phase [all scenarios, cell, phase,
        product].
    units : Floats
        Mean units of an order [product].
    margin : Floats
        Margin lost with a unit in minor units [product].
    leftover : Floats
        Cost of a unit left over beyond bringing it in, in minor units [site, product].
    supply : Floats
        Units that can be bought (inf: any number) [product].
    """

    need: Floats
    units: Floats
    margin: Floats
    leftover: Floats
    supply: Floats


def goods_of(parameters: Parameters) -> Goods:
    """The products of a problem as the constraints on stock see them."""
    products = parameters.problem.products
    units = np.array([max(p.units_mean, 1.0) for p in products])
    supply = np.array(
        [np.inf if p.supply_units is None else float(p.supply_units) for p in products]
    )
    return Goods(
        need=parameters.all_units * cover_factor(parameters, supply)[:, None, None],
        units=units,
        margin=np.array([max(p.margin_minor, 1) / max(p.units_mean, 1.0) for p in products]),
        leftover=leftover_beyond_inbound_minor(parameters.problem).astype(float),
        supply=supply,
    )


def cover_factor(parameters: Parameters, supply: Floats) -> Floats:
    """Stock per unit of expected need [all scenarios, product].

    1 + stock_z sqrt((units + 1) / mean): the number of orders is random, relatively more when it is
    small. No more than the supply where that covers the need itself: what cannot be bought cannot
    be kept in reserve. 1 where stock is placed on sampled paths, whose orders are random already.
    """
    if parameters.scenarios.paths is not None:
        return np.ones((len(parameters.all_weights), len(supply)))
    expected = np.einsum("s,smfk->k", parameters.all_weights, parameters.all_units)
    mean = expected / len(parameters.problem.sites)
    units = np.array([p.units_mean for p in parameters.problem.products])
    # variance over mean of a compound Poisson count: at most units + 1
    spread = np.maximum(units, 1.0)
    wanted = 1.0 + parameters.options.stock_z * np.sqrt((spread + 1.0) / np.maximum(mean, 1.0))
    needed = np.maximum(parameters.all_units.sum(axis=(1, 2)), ALIKE)
    return np.asarray(np.minimum(wanted, np.maximum(supply / needed, 1.0)))


def families_of(parameters: Parameters) -> Families:
    """Families of the products: one each, or at most `most_families` of similar products."""
    goods = goods_of(parameters)
    number, most_families = len(goods.units), parameters.options.search.aggregation.most_families
    of = np.arange(number) if number <= most_families else _by_median_cut(parameters, goods)
    count = int(of.max()) + 1
    units, margin = np.zeros(count), np.full(count, np.inf)
    np.maximum.at(units, of, goods.units)
    np.minimum.at(margin, of, goods.margin)
    leftover = np.full((count, len(goods.leftover)), np.inf)
    np.minimum.at(leftover, of, goods.leftover.T)
    short = _summed(np.maximum(goods.need.sum(axis=(1, 2)) - goods.supply, 0.0), of, count)
    return Families(
        of=of,
        need=_summed(goods.need, of, count),
        units=units,
        margin=margin,
        leftover=leftover.T,
        supply=_supply(goods, of, count),
        short=short,
    )


def _summed(of_product: Floats, of: Ints, count: int) -> Floats:
    """[..., product] -> [..., family]."""
    summed = np.zeros((count, *of_product.shape[:-1]))
    np.add.at(summed, of, np.moveaxis(of_product, -1, 0))
    return np.moveaxis(summed, 0, -1)


def _supply(goods: Goods, of: Ints, count: int) -> Floats:
    """Supply of every family; of a product with more than it could ever need, only that counts."""
    alone = np.bincount(of, minlength=count)[of] == 1
    enough = goods.need.max(axis=0).sum(axis=(0, 1))
    usable = np.where(alone, goods.supply, np.minimum(goods.supply, enough))
    limited = _summed(np.isfinite(goods.supply).astype(float), of, count) > 0
    return np.where(limited, _summed(usable, of, count), np.inf)


def _by_median_cut(parameters: Parameters, goods: Goods) -> Ints:
    """Family of every product: the family whose products differ most is split at its mean.

    Repeated until there are `most_families`. Median cut (Heckbert 1982, doi 10.1145/965145.801294)
    on what the model sees of a product: price of a lost unit, units of an order, when and in which
    scenarios it sells, and how far its supply reaches; weighted by what it sells.
    """
    most_families = parameters.options.search.aggregation.most_families
    traits = _traits(parameters, goods)
    weight = np.maximum(goods.need.mean(axis=0).sum(axis=(0, 1)), ALIKE)
    groups = [np.arange(len(weight))]
    spread = [_spread(traits, weight, groups[0])]
    while len(groups) < most_families:
        widest = int(np.argmax([s.max() for s in spread]))
        trait = int(np.argmax(spread[widest]))
        if spread[widest][trait] <= ALIKE * weight.sum():
            break
        group = groups.pop(widest)
        spread.pop(widest)
        low = traits[group, trait] <= np.average(traits[group, trait], weights=weight[group])
        for part in (group[low], group[~low]):
            groups.append(part)
            spread.append(_spread(traits, weight, part))
    of = np.empty(len(weight), dtype=np.int64)
    for n, group in enumerate(sorted(groups, key=lambda g: int(g[0]))):
        of[group] = n
    return of


def _traits(parameters: Parameters, goods: Goods) -> Floats:
    """Traits of every product [product, trait], scaled by how much they matter."""
    sold = goods.need.sum(axis=(1, 2))
    mean = np.maximum(np.einsum("s,sk->k", parameters.all_weights, sold), ALIKE)
    when = np.einsum("s,smfk->mfk", parameters.all_weights, goods.need).reshape(-1, len(mean))
    reach = np.minimum(goods.supply / np.maximum(sold.max(axis=0), ALIKE), 1.5)
    return np.concatenate(
        [[np.log(goods.margin)], [np.log(goods.units)], sold / mean, when / mean, [reach]]
    ).T


def _spread(traits: Floats, weight: Floats, group: Ints) -> Floats:
    """Distance of a group's products from their mean in every trait, weighted by their sales."""
    mean = np.average(traits[group], axis=0, weights=weight[group])
    return np.asarray(weight[group] @ np.abs(traits[group] - mean))
