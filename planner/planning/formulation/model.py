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
from planner.planning.formulation.commitments import (
    add_commitments,
    add_signed,
    limit_exclusive,
    price_collections,
)
from planner.planning.formulation.dominance_cuts import DominanceCut, add_cuts
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.parcel_losses import lost_parcels, price_lost_parcels
from planner.planning.formulation.pickups import Pickups, add_pickups
from planner.planning.formulation.plan_to_columns import Decisions
from planner.planning.formulation.staffing import add_labour_rules, add_teams
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
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False, kw_only=True)
class Model:
    """A built program with the columns of its decisions; `at_site[site][cell, phase]`: parts of the
    orders there; `volumes`: volume tiers and surcharges; `cuts`: what must be more than in plans
    that failed.
    """

    parameters: Parameters
    milp: MilpBuilder
    shares: Shares
    stock: Stock
    signed: Ints
    volumes: Volumes
    teams: list[CrewVariables]
    pickups: list[Pickups]
    failed: Ints
    at_site: list[Ints]
    cuts: tuple[DominanceCut, ...]

    @property
    def small(self) -> bool:
        """Whether the model is solved until the optimum is proved."""
        options = self.parameters.options
        return options.proof_work > 0 and self.milp.columns <= options.search.tree.small_columns

    @property
    def large(self) -> bool:
        """Whether the model is solved by interior points and site by site."""
        return self.milp.columns > self.parameters.options.search.tree.large_columns

    @property
    def primary(self) -> Decisions:
        """What a plan says outright."""
        return Decisions(self.shares, self.stock, self.signed, self.teams, self.pickups)


def build(parameters: Parameters) -> Model:
    """All variables, rules and prices."""
    milp = MilpBuilder()
    shares = add_shares(milp, parameters)
    price_couriers(milp, parameters, shares)
    signed = add_signed(milp, parameters, shares)
    limit_exclusive(milp, parameters, shares, signed)
    add_commitments(milp, parameters, shares, signed)
    volumes = add_volumes(milp, parameters, shares)
    pickups = add_pickups(milp, parameters, shares)
    price_collections(milp, parameters, signed, pickups)
    teams = add_teams(milp, parameters)
    add_labour_rules(milp, parameters, teams)
    stock, failed, at_site = add_service(milp, parameters, shares, teams, pickups)
    cuts = add_cuts(milp, parameters, Decisions(shares, stock, signed, teams, pickups))
    return Model(
        parameters=parameters,
        milp=milp,
        shares=shares,
        stock=stock,
        signed=signed,
        volumes=volumes,
        teams=teams,
        pickups=pickups,
        failed=failed,
        at_site=at_site,
        cuts=cuts,
    )


def add_service(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    teams: list[CrewVariables],
    pickups: list[Pickups],
) -> tuple[Stock, Ints, list[Ints]]:
    """The flow of work at every site, what is late of it, and the stock behind it: columns of
    stock, of failures, and of the orders at every site.
    """
    if parameters.options.optimistic:
        return add_service_at_best(milp, parameters, shares, teams, pickups)
    late, at_site = [], []
    for i in range(len(parameters.problem.sites)):
        parts = add_parts(milp, parameters, shares, i)
        orders = join_parts(milp, parameters, parts)
        flow = add_flow(milp, parameters, teams, i, parts, orders)
        late += add_lateness(milp, parameters, i, parts, flow, orders)
        at_site.append(
            orders if parameters.classes == 1 else add_cells(milp, parameters, shares, i)
        )
        hand_over_packed(milp, parameters, [p for p in pickups if p.site == i], flow.done)
    for each in pickups:
        late += add_lateness_of_pickups(milp, parameters, shares, each)
    stock = add_stock(milp, parameters, at_site)
    failed = add_failed(milp, parameters)
    lost = lost_parcels(parameters, shares)
    count_failed(milp, parameters, failed, late, stock, lost)
    price_lateness(milp, parameters, late)
    price_lost_parcels(milp, parameters, lost)
    return stock, failed, at_site


def add_service_at_best(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    teams: list[CrewVariables],
    pickups: list[Pickups],
) -> tuple[Stock, Ints, list[Ints]]:
    """The same for a bound: each late order is counted once, and the limit on failures is left to
    the bound.
    """
    at_site, packing = [], []
    handing: list[list[Ints]] = [[] for _ in parameters.problem.sites]
    for i in range(len(parameters.problem.sites)):
        parts = add_parts(milp, parameters, shares, i)
        orders = join_parts(milp, parameters, parts)
        owed = [add_owed(milp, parameters, parts, of_kind) for of_kind in parameters.kind_orders]
        flow = add_flow(milp, parameters, teams, i, parts, orders, [each.missed for each in owed])
        packing.append(missed_in_packing(milp, parameters, i, owed, flow))
        at_site.append(
            orders if parameters.classes == 1 else add_cells(milp, parameters, shares, i)
        )
        hand_over_packed(milp, parameters, [p for p in pickups if p.site == i], flow.done)
    for each in pickups:
        late = missed_at_pickups(milp, parameters, shares, each)
        if late is not None:
            handing[each.site].append(late)
    stock = add_stock(milp, parameters, at_site)
    return stock, count_failed_once(milp, parameters, packing, handing, stock), at_site
