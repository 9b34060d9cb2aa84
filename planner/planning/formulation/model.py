"""The joint model as a recipe: stock, people and couriers in one program, over sampled demand."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.demand import Ints
from planner.planning.formulation.assignment_and_stock import (
    Shares,
    Stock,
    add_cells,
    add_shares,
    add_stock,
    price_couriers,
)
from planner.planning.formulation.commitments import add_commitments, add_signed, limit_exclusive, price_collections
from planner.planning.formulation.dominance_cuts import Cut, add_cuts
from planner.planning.formulation.parameters import Setting
from planner.planning.formulation.parcel_losses import lost_parcels, price_lost_parcels
from planner.planning.formulation.pickups import Pickups, add_pickups
from planner.planning.formulation.plan_to_columns import Decisions
from planner.planning.formulation.staffing import Team, add_teams
from planner.planning.formulation.unavoidable_lateness import (
    add_owed,
    count_failed_once,
    missed_at_pickups,
    missed_in_packing,
)
from planner.planning.formulation.volume_tiers import Volumes, add_volumes
from planner.planning.formulation.workflow import (
    add_failed,
    add_flow,
    add_lateness,
    add_lateness_of_pickups,
    add_parts,
    count_failed,
    hand_over_packed,
    join_parts,
    price_lateness,
)
from planner.planning.formulation.working_time import add_people
from planner.planning.milp.builder import Program
from planner.planning.options import SMALL


@dataclass(frozen=True, eq=False)
class Model:
    """A built program with the columns of its decisions; `at_site[site][cell, phase]`: parts of the orders there;
    `volumes`: volume tiers and surcharges; `cuts`: what must be more than in plans that failed."""

    setting: Setting
    program: Program
    shares: Shares
    stock: Stock
    signed: Ints
    volumes: Volumes
    teams: list[Team]
    pickups: list[Pickups]
    failed: Ints
    at_site: list[Ints]
    cuts: tuple[Cut, ...]

    @property
    def small(self) -> bool:
        """Whether the program is to be solved to a proof."""
        return self.setting.options.proof_work > 0 and self.program.columns <= SMALL

    @property
    def primary(self) -> Decisions:
        """What a plan says outright."""
        return Decisions(self.shares, self.stock, self.signed, self.teams, self.pickups)


def build(setting: Setting) -> Model:
    """All variables, rules and prices."""
    program = Program()
    shares = add_shares(program, setting)
    price_couriers(program, setting, shares)
    signed = add_signed(program, setting, shares)
    limit_exclusive(program, setting, shares, signed)
    add_commitments(program, setting, shares, signed)
    volumes = add_volumes(program, setting, shares)
    pickups = add_pickups(program, setting, shares)
    price_collections(program, setting, signed, pickups)
    teams = add_teams(program, setting)
    add_people(program, setting, teams)
    stock, failed, at_site = add_service(program, setting, shares, teams, pickups)
    cuts = add_cuts(program, setting, Decisions(shares, stock, signed, teams, pickups))
    return Model(setting, program, shares, stock, signed, volumes, teams, pickups, failed, at_site, cuts)


def add_service(
    program: Program, setting: Setting, shares: Shares, teams: list[Team], pickups: list[Pickups]
) -> tuple[Stock, Ints, list[Ints]]:
    """The flow of work at every site, what is late of it, and the stock behind it: columns of stock, of failures, and
    of the orders at every site."""
    if setting.options.optimistic:
        return add_service_at_best(program, setting, shares, teams, pickups)
    late, at_site = [], []
    for i in range(len(setting.problem.sites)):
        parts = add_parts(program, setting, shares, i)
        orders = join_parts(program, setting, parts)
        flow = add_flow(program, setting, teams, i, parts, orders)
        late += add_lateness(program, setting, i, parts, flow, orders)
        at_site.append(orders if setting.classes == 1 else add_cells(program, setting, shares, i))
        hand_over_packed(program, setting, [p for p in pickups if p.site == i], flow.done)
    for each in pickups:
        late += add_lateness_of_pickups(program, setting, shares, each)
    stock = add_stock(program, setting, at_site)
    failed = add_failed(program, setting)
    lost = lost_parcels(setting, shares)
    count_failed(program, setting, failed, late, stock, lost)
    price_lateness(program, setting, late)
    price_lost_parcels(program, setting, lost)
    return stock, failed, at_site


def add_service_at_best(
    program: Program, setting: Setting, shares: Shares, teams: list[Team], pickups: list[Pickups]
) -> tuple[Stock, Ints, list[Ints]]:
    """The same for a bound: each late order is counted once, and the limit on failures is left to the bound."""
    at_site, packing = [], []
    handing: list[list[Ints]] = [[] for _ in setting.problem.sites]
    for i in range(len(setting.problem.sites)):
        parts = add_parts(program, setting, shares, i)
        orders = join_parts(program, setting, parts)
        owed = [add_owed(program, setting, parts, of_kind) for of_kind in setting.kind_orders]
        flow = add_flow(program, setting, teams, i, parts, orders, [each.missed for each in owed])
        packing.append(missed_in_packing(program, setting, i, owed, flow))
        at_site.append(orders if setting.classes == 1 else add_cells(program, setting, shares, i))
        hand_over_packed(program, setting, [p for p in pickups if p.site == i], flow.done)
    for each in pickups:
        late = missed_at_pickups(program, setting, shares, each)
        if late is not None:
            handing[each.site].append(late)
    stock = add_stock(program, setting, at_site)
    return stock, count_failed_once(program, setting, packing, handing, stock), at_site
