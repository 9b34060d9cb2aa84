"""Rules on regions and stock: who ships what from where, and what must lie there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Ints
from planner.domain.horizon import DAY_S
from planner.errors import Blame, NoPlanError
from planner.planning.families import Families, families_of
from planner.planning.program import Limit, Program, Term
from planner.planning.setting import Setting


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


@dataclass(frozen=True, eq=False)
class Stock:
    """Columns of stock `placed[site, family]` and of units `lost[scenario, site, family]`, asked for beyond it."""

    families: Families
    placed: Ints
    lost: Ints


def add_stock(program: Program, setting: Setting, at_site: list[Ints]) -> Stock:
    """What is placed where of every family of products, and what is asked for beyond it.

    need[s,i,k] <= stock[i,k] + lost[s,i,k]; sum over sites <= supply; sum over families <= site capacity.
    """
    families = families_of(setting)
    shape = (len(setting.problem.sites), families.count)
    placed = program.variables("stock", shape, unit=setting.unit_orders, decision=True)
    lost = program.variables("lost", (len(setting.weight), *shape), unit=setting.unit_orders)
    stock = Stock(families, placed, lost)
    _cover_need(program, setting, at_site, stock)
    _count_shortage(program, setting, stock)
    _limit_supply(program, setting, stock)
    _limit_site_capacity(program, setting, placed)
    _price_stock(program, setting, stock)
    return stock


def _cover_need(program: Program, setting: Setting, at_site: list[Ints], stock: Stock) -> None:
    row = np.arange(stock.lost.size).reshape(stock.lost.shape)
    need = np.moveaxis(stock.families.need[list(setting.active)], -1, 1)  # scenario, family, mix, phase
    terms = [Term(row, stock.placed[None]), Term(row, stock.lost)]
    for i in range(stock.lost.shape[1]):
        terms.append(Term(row[:, i, :, None, None], at_site[i][None, None], -need))
    program.rule("cover_stock", stock.lost.size, terms, lower=0.0)


def _count_shortage(program: Program, setting: Setting, stock: Stock) -> None:
    """Lost units of a family >= what its products miss wherever their stock is placed.

    Only where products are put together: of a single one the rules on its supply say as much.
    """
    if stock.families.single:
        return
    short = stock.families.short[list(setting.active)]
    scenario, family = np.nonzero(short > 0)
    row = np.arange(len(scenario))
    lost = stock.lost[scenario, :, family]
    program.rule("count_shortage", len(row), [Term(row[:, None], lost)], lower=short[scenario, family])


def _limit_supply(program: Program, setting: Setting, stock: Stock) -> None:
    limited = np.flatnonzero(np.isfinite(stock.families.supply))
    supply = stock.families.supply[limited]
    terms = [Term(n, stock.placed[:, k]) for n, k in enumerate(limited)]
    names = [_named(setting.problem.product_names, stock.families.members(int(k))) for k in limited]
    program.rule(
        "limit_supply",
        len(limited),
        terms,
        upper=supply,
        limit=lambda n: Limit(("supply", names[n]), f"supply of {names[n]}", float(supply[n]), "units"),
    )


def _named(names: tuple[str, ...], members: Ints) -> str:
    first = names[int(members[0])]
    return first if len(members) == 1 else f"{first} and {len(members) - 1} products like it"


def _limit_site_capacity(program: Program, setting: Setting, placed: Ints) -> None:
    limited = [i for i, s in enumerate(setting.problem.sites) if s.stock_capacity_units is not None]
    capacity = np.array([setting.problem.sites[i].stock_capacity_units or 0 for i in limited], dtype=float)
    spare = 0.0 if setting.spare is None else np.minimum(setting.spare.space[limited], capacity / 2)
    terms = [Term(n, placed[i]) for n, i in enumerate(limited)]
    names = [setting.problem.sites[i].name for i in limited]
    program.rule(
        "limit_site_capacity",
        len(limited),
        terms,
        upper=capacity - spare,
        limit=lambda n: Limit(("space", names[n]), f"stock space at {names[n]}", float(capacity[n]), "units"),
    )


def _price_stock(program: Program, setting: Setting, stock: Stock) -> None:
    inbound = np.array([s.inbound_cost_minor for s in setting.problem.sites], dtype=float)
    program.price("stock", stock.placed, inbound[:, None])
    program.price("lost_orders", stock.lost, setting.weight[:, None, None] * stock.families.margin)
