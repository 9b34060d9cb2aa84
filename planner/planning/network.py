"""Rules on regions and stock: who ships what from where, and what must lie there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.errors import Blame, NoPlanError
from planner.planning.program import Limit, Program, Term
from planner.planning.setting import Setting

STOCK_Z = 2.0  # standard deviations of the orders' own chance that the stock covers on top of the scenario


@dataclass(frozen=True, eq=False)
class Shares:
    """Share variables `column[lane, phase]` of the lanes (site, region, contract), as indices; contract -1: none."""

    site: Ints
    region: Ints
    contract: Ints
    column: Ints


def add_shares(program: Program, setting: Setting) -> Shares:
    """Every region is shipped in full in every phase: sum over lanes of share = 1."""
    problem = setting.problem
    contracts = problem.contract_names
    lanes = [
        (problem.site_names.index(site), problem.region_names.index(region), contracts.index(c) if c else -1)
        for site, region, c in problem.lanes()
    ]
    priced = setting.lane_costs.mean
    lanes = [lane for lane in lanes if np.isfinite(priced[lane[0], lane[1], max(lane[2], 0)]).all()]
    site, region, contract = np.array(lanes, dtype=np.int64).reshape(-1, 3).T
    _refuse_unreachable(problem.region_names, region)
    phases = len(problem.phases)
    column = program.variables("share", (len(lanes), phases), upper=1.0, decision=True)
    row = region[:, None] * phases + np.arange(phases)
    program.rule("cover_regions", len(problem.regions) * phases, [Term(row, column)], lower=1.0, upper=1.0)
    return Shares(site, region, contract, column)


def _refuse_unreachable(names: tuple[str, ...], reached: Ints) -> None:
    lost = [name for r, name in enumerate(names) if r not in reached]
    if lost:
        blame = [Blame("lanes", f"region {name}: no site has a contract that serves it", 1.0, "lane") for name in lost]
        raise NoPlanError("infeasible", blame)


def add_mixed_shares(program: Program, setting: Setting, shares: Shares, lanes: Ints, name: str) -> Ints:
    """Columns [mix, phase] of the part of a mix's orders that some lanes carry: sum of region share x share."""
    mixes, phases = setting.mixes, shares.column.shape[1]
    mixed = program.variables(name, (mixes, phases), upper=1.0 + 1e-6)
    row = np.arange(mixes * phases).reshape(mixes, phases)
    carried = Term(
        row[:, None, :],
        shares.column[lanes][None, :, :],
        setting.region_share[:, shares.region[lanes]][:, :, None],
    )
    program.rule(
        "link_shares",
        mixes * phases,
        [Term(row, mixed), Term(carried.row, carried.column, -np.asarray(carried.factor))],
        0.0,
        0.0,
    )
    return mixed


def price_couriers(program: Program, setting: Setting, shares: Shares) -> None:
    """Courier charges: mean orders of the region and day x mean charge of the lane on that day."""
    lane_day = setting.lane_costs.mean[shares.site, shares.region, np.maximum(shares.contract, 0)]
    charge = lane_day * setting.region_day[shares.region]
    for f, phase in enumerate(setting.problem.phases):
        days = slice(phase.from_s // DAY_S, phase.to_s // DAY_S)
        program.price("courier", shares.column[:, f], charge[:, days].sum(axis=1))


def add_stock(program: Program, setting: Setting, at_site: list[Ints]) -> tuple[Ints, Ints]:
    """Columns of stock [site, product] and of lost units [scenario, site, product], asked for beyond the stock.

    need[s,i,k] <= stock[i,k] + lost[s,i,k]; sum over sites <= supply; sum over products <= site capacity.
    """
    problem = setting.problem
    sites, products = len(problem.sites), len(problem.products)
    stock = program.variables("stock", (sites, products), unit=setting.unit_orders, decision=True)
    lost = program.variables("lost", (len(setting.weight), sites, products), unit=setting.unit_orders)
    _cover_need(program, setting, at_site, stock, lost)
    _limit_supply(program, setting, stock)
    _limit_site_capacity(program, setting, stock)
    _price_stock(program, setting, stock, lost)
    return stock, lost


def _cover_need(program: Program, setting: Setting, at_site: list[Ints], stock: Ints, lost: Ints) -> None:
    row = np.arange(lost.size).reshape(lost.shape)
    need = np.moveaxis(setting.units * cover_factor(setting), -1, 1)  # scenario, product, mix, phase
    terms = [Term(row, stock[None]), Term(row, lost)]
    for i in range(lost.shape[1]):
        terms.append(Term(row[:, i, :, None, None], at_site[i][None, None], -need))
    program.rule("cover_stock", lost.size, terms, lower=0.0)


def cover_factor(setting: Setting) -> Floats:
    """Stock per unit of expected need [product]: the orders themselves are random, relatively more when few."""
    mean = np.einsum("s,smfk->k", setting.all_weights, setting.all_units) / len(setting.problem.sites)
    units = np.array([p.units_mean for p in setting.problem.products])
    spread = np.maximum(units, 1.0)  # variance over mean of a compound Poisson count: at most units + 1
    return np.asarray(1.0 + STOCK_Z * np.sqrt((spread + 1.0) / np.maximum(mean, 1.0)))


def _limit_supply(program: Program, setting: Setting, stock: Ints) -> None:
    limited = [k for k, p in enumerate(setting.problem.products) if p.supply_units is not None]
    supply = np.array([setting.problem.products[k].supply_units or 0 for k in limited], dtype=float)
    terms = [Term(n, stock[:, k]) for n, k in enumerate(limited)]
    names = [setting.problem.products[k].name for k in limited]
    program.rule(
        "limit_supply",
        len(limited),
        terms,
        upper=supply,
        limit=lambda n: Limit(("supply", names[n]), f"supply of {names[n]}", float(supply[n]), "units"),
    )


def _limit_site_capacity(program: Program, setting: Setting, stock: Ints) -> None:
    limited = [i for i, s in enumerate(setting.problem.sites) if s.stock_capacity_units is not None]
    capacity = np.array([setting.problem.sites[i].stock_capacity_units or 0 for i in limited], dtype=float)
    terms = [Term(n, stock[i]) for n, i in enumerate(limited)]
    names = [setting.problem.sites[i].name for i in limited]
    program.rule(
        "limit_site_capacity",
        len(limited),
        terms,
        upper=capacity,
        limit=lambda n: Limit(("space", names[n]), f"stock space at {names[n]}", float(capacity[n]), "units"),
    )


def _price_stock(program: Program, setting: Setting, stock: Ints, lost: Ints) -> None:
    problem = setting.problem
    inbound = np.array([s.inbound_cost_minor for s in problem.sites], dtype=float)
    program.price("stock", stock, inbound[:, None])
    margin = np.array([max(p.margin_minor, 1) / max(p.units_mean, 1.0) for p in problem.products])
    program.price("lost_orders", lost, setting.weight[:, None, None] * margin)
