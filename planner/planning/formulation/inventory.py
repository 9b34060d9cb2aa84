"""What is placed where of every product family, and what orders ask for beyond it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import SPACE, SUPPLY
from planner.planning.formulation.courier_charges import highest_charge
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.product_aggregation import Families, families_of
from planner.planning.milp.builder import Limit, MilpBuilder, Term


@dataclass(frozen=True, eq=False)
class Stock:
    """Columns of the stock.

    Attributes
    ----------
    families : Families
        Product families.
    placed : Ints
        Columns of the units in stock [site, family].
    lost : Ints
        Columns of the units asked for beyond the stock [scenario, site, family].
    left : Ints
        Columns of the units left over [scenario, site, family]; none where these cost no more than
        bringing them in.
    """

    families: Families
    placed: Ints
    lost: Ints
    left: Ints


def add_stock(milp: MilpBuilder, parameters: Parameters, at_site: list[Ints]) -> Stock:
    """Add what is placed where of every family, and what is asked for beyond it.

    need[s,i,k] <= stock[i,k] + lost[s,i,k] in units, for scenario s, site i and family k; sum over
    i of stock[i,k] <= supply[k]; sum over k of stock[i,k] <= space[i]; where it has a price,
    stock[i,k] <= need[s,i,k] + left[s,i,k].

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    at_site : list[Ints]
        Columns of the share of the orders of each site [site][cell, phase].

    Returns
    -------
    Stock
        Columns of stock and of units missing.
    """
    families = families_of(parameters)
    shape = (len(parameters.problem.sites), families.count)
    placed = milp.variables("stock", shape, unit=parameters.unit_orders, decision=True)
    lost = milp.variables("lost", (len(parameters.weight), *shape), unit=parameters.unit_orders)
    left = np.empty(0, dtype=np.int64)
    if families.leftover.any():
        left = milp.variables("left", lost.shape, unit=parameters.unit_orders)
    stock = Stock(families, placed, lost, left)
    _cover_need(milp, parameters, at_site, stock)
    if len(left):
        _count_left(milp, parameters, at_site, stock)
    _count_shortage(milp, parameters, stock)
    if parameters.options.optimistic:
        _limit_lost(milp, parameters, at_site, stock)
    _limit_supply(milp, parameters, stock)
    _limit_site_capacity(milp, parameters, placed)
    _price_stock(milp, parameters, stock)
    return stock


def _cover_need(
    milp: MilpBuilder, parameters: Parameters, at_site: list[Ints], stock: Stock
) -> None:
    """need[s,i,k] <= stock[i,k] + lost[s,i,k] in units."""
    row = np.arange(stock.lost.size).reshape(stock.lost.shape)
    need = np.moveaxis(
        stock.families.need[list(parameters.active)], -1, 1
    )  # scenario, family, mix, phase
    terms = [Term(row, stock.placed[None]), Term(row, stock.lost)]
    for i in range(stock.lost.shape[1]):
        terms.append(Term(row[:, i, :, None, None], at_site[i][None, None], -need))
    milp.constraints("cover_stock", stock.lost.size, terms, lower=0.0)


def _count_left(
    milp: MilpBuilder, parameters: Parameters, at_site: list[Ints], stock: Stock
) -> None:
    """stock[i,k] <= need[s,i,k] + left[s,i,k] in units."""
    row = np.arange(stock.left.size).reshape(stock.left.shape)
    need = np.moveaxis(stock.families.need[list(parameters.active)], -1, 1)
    terms = [Term(row, stock.left), Term(row, stock.placed[None], -1.0)]
    for i in range(stock.left.shape[1]):
        terms.append(Term(row[:, i, :, None, None], at_site[i][None, None], need))
    milp.constraints("count_left", stock.left.size, terms, lower=0.0)


def _limit_lost(
    milp: MilpBuilder, parameters: Parameters, at_site: list[Ints], stock: Stock
) -> None:
    """lost[s,i,k] <= need[s,i,k] in units.

    Where an order without stock saves more than its margin, it still counts once.
    """
    row = np.arange(stock.lost.size).reshape(stock.lost.shape)
    need = np.moveaxis(stock.families.need[list(parameters.active)], -1, 1)
    terms = [Term(row, stock.lost)]
    for i in range(stock.lost.shape[1]):
        terms.append(Term(row[:, i, :, None, None], at_site[i][None, None], -need))
    milp.constraints("limit_lost", stock.lost.size, terms, upper=0.0)


def _count_shortage(milp: MilpBuilder, parameters: Parameters, stock: Stock) -> None:
    """Keep sum over i of lost[s,i,k] >= units of k missing wherever stock is placed.

    Only where products are aggregated: of a single one the limit on its supply says as much.
    """
    if stock.families.single:
        return
    short = stock.families.short[list(parameters.active)]
    scenario, family = np.nonzero(short > 0)
    row = np.arange(len(scenario))
    lost = stock.lost[scenario, :, family]
    milp.constraints(
        "count_shortage", len(row), [Term(row[:, None], lost)], lower=short[scenario, family]
    )


def _limit_supply(milp: MilpBuilder, parameters: Parameters, stock: Stock) -> None:
    """Keep sum over i of stock[i,k] <= supply[k] in units."""
    limited = np.flatnonzero(np.isfinite(stock.families.supply))
    supply = stock.families.supply[limited]
    terms = [Term(n, stock.placed[:, k]) for n, k in enumerate(limited)]
    names = parameters.problem.product_names
    members = [stock.families.members(int(k)) for k in limited]

    def limit(n: int) -> Limit:
        return Limit(
            kind=SUPPLY,
            names=tuple(names[int(k)] for k in members[n]),
            what=f"supply of {_named(names, members[n])}",
            allowed=float(supply[n]),
        )

    milp.constraints("limit_supply", len(limited), terms, upper=supply, limit=limit)


def _named(names: tuple[str, ...], members: Ints) -> str:
    first = names[int(members[0])]
    return first if len(members) == 1 else f"{first} and {len(members) - 1} products like it"


def _limit_site_capacity(milp: MilpBuilder, parameters: Parameters, placed: Ints) -> None:
    """Keep sum over k of stock[i,k] <= space[i] less the reserve, in units."""
    limited = [
        i for i, s in enumerate(parameters.problem.sites) if s.stock_capacity_units is not None
    ]
    capacity = np.array(
        [parameters.problem.sites[i].stock_capacity_units or 0 for i in limited], dtype=float
    )
    reserve = (
        0.0
        if parameters.reserve is None
        else np.minimum(parameters.reserve.space[limited], capacity / 2)
    )
    terms = [Term(n, placed[i]) for n, i in enumerate(limited)]
    names = [parameters.problem.sites[i].name for i in limited]
    milp.constraints(
        "limit_site_capacity",
        len(limited),
        terms,
        upper=capacity - reserve,
        limit=lambda n: Limit(
            kind=SPACE,
            names=(names[n],),
            what=f"stock space at {names[n]}",
            allowed=float(capacity[n]),
        ),
    )


def _price_stock(milp: MilpBuilder, parameters: Parameters, stock: Stock) -> None:
    """Price units in stock (inbound cost), units left over and units missing (lost margin)."""
    inbound = np.array([s.inbound_cost_minor for s in parameters.problem.sites], dtype=float)
    milp.price("stock", stock.placed, inbound[:, None])
    weight, scenario = parameters.weight[:, None, None], np.array(parameters.active)[:, None, None]
    each = weight * lost_minor(parameters, stock.families)
    milp.price("lost_orders", stock.lost, each, scenario)
    if len(stock.left):
        milp.price("leftover", stock.left, weight * stock.families.leftover, scenario)


def lost_minor(parameters: Parameters, families: Families) -> Floats:
    """Cost of a unit that is not in stock, in minor units [family].

    Its margin; in a lower bound less what an order without stock saves. Where every order is worth
    the highest charge of a courier, that one. Else the cheapest lane, the mean over the regions,
    since stock runs out for all of them at once (`solution.wait_and_see` takes the rest off the
    couriers' charges).
    """
    if not parameters.options.optimistic:
        return families.margin
    if worth_shipping(parameters):
        return np.asarray(families.margin - highest_charge(parameters) / families.units)
    least = (parameters.lane_costs.mean + parameters.lane_costs.loss).min(axis=(0, 2)).max(axis=-1)
    cheapest = np.where(np.isfinite(least), least, 0.0)
    saved = np.einsum(
        "mr,rc,kc->mk", parameters.region_share, cheapest, parameters.product_class
    ).max(axis=0)
    of_family = np.zeros(families.count)
    np.maximum.at(of_family, families.of, saved)
    return np.asarray(families.margin - of_family / families.units)


def failed_per_unit(parameters: Parameters, families: Families) -> Floats:
    """Failed orders that count for a unit missing [family].

    An order each of its units; less the margin of what is late on paper where stock is placed on
    sampled paths, as the simulation counts it.
    """
    exact = parameters.scenarios.paths is not None
    return np.asarray((parameters.options.late_factor if exact else 1.0) / families.units)


def worth_shipping(parameters: Parameters) -> bool:
    """Whether the margin of every product is at least the highest charge of a courier."""
    return min(p.margin_minor for p in parameters.problem.products) >= highest_charge(parameters)
