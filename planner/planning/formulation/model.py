"""Assembles the joint model of stock, staff and couriers over sampled demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.planning.formulation.assignment import Shares, add_cells, add_shares
from planner.planning.formulation.commitments import (
    add_commitments,
    add_signed,
    limit_exclusive,
    price_collections,
)
from planner.planning.formulation.courier_charges import price_couriers
from planner.planning.formulation.dominance_cuts import DominanceCut, add_cuts
from planner.planning.formulation.inventory import Stock, add_stock
from planner.planning.formulation.lateness import (
    Late,
    add_failed,
    add_lateness,
    add_lateness_of_pickups,
    add_lateness_of_target,
    count_failed,
    price_lateness,
)
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.formulation.parcel_losses import lost_parcels, price_lost_parcels
from planner.planning.formulation.pickups import Pickups, add_pickups
from planner.planning.formulation.plan_to_columns import Decisions
from planner.planning.formulation.roster_cuts import add_roster_cuts
from planner.planning.formulation.staffing import add_labour_rules, add_teams
from planner.planning.formulation.struck_service import add_struck_service
from planner.planning.formulation.unavoidable_lateness import (
    add_owed,
    count_failed_once,
    late_is_missed,
    missed_at_pickups,
    missed_in_packing,
    missed_of_target,
)
from planner.planning.formulation.volumes import Volumes, add_volumes
from planner.planning.formulation.workflow import (
    SiteOrders,
    add_flow,
    add_parts,
    add_site_orders,
    hand_over_packed,
)
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False, kw_only=True)
class Model:
    """The model with the columns of its decisions.

    Attributes
    ----------
    parameters : Parameters
        Sets and parameters.
    milp : MilpBuilder
        Columns, constraints and prices.
    shares : Shares
        Columns of the lanes' shares.
    stock : Stock
        Columns of stock and of units missing.
    signed : Ints
        Columns of the signed contracts [contract], -1 where signing has no obligations.
    volumes : Volumes
        Columns of volume tiers and surcharges.
    teams : list[CrewVariables]
        Columns of every crew.
    pickups : list[Pickups]
        Columns of the limited collections.
    failed : Ints
        Columns of the failed orders [aim, scenario]: of the deadline, then of each target.
    at_site : list[Ints]
        Columns of the share of the orders of each site [site][cell, phase].
    cuts : tuple[DominanceCut, ...]
        One cut for each plan that failed in simulation.
    failed_after_strikes : Ints
        Columns of the failed orders after each strike that the plan must survive.
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
    failed_after_strikes: Ints

    @property
    def small(self) -> bool:
        """Whether the model is solved until the optimum is proved."""
        options = self.parameters.options
        return options.proof_work > 0 and self.milp.columns <= options.search.tree.small_columns

    @property
    def whole_too_long(self) -> bool:
        """Whether a search of the whole tree takes too long where there is a solution already."""
        return self.milp.columns > self.parameters.options.search.tree.whole_columns

    @property
    def large(self) -> bool:
        """Whether the model is solved by interior points and site by site."""
        return self.milp.columns > self.parameters.options.search.tree.large_columns

    @property
    def obligations(self) -> Ints:
        """Columns of the signatures of contracts with obligations."""
        return np.asarray(self.signed[self.signed >= 0])

    @property
    def places_products(self) -> bool:
        """Whether stock is placed product by product once the model has been solved.

        Its products are families, or its scenarios do not tell how the demand for one varies.
        """
        return not self.stock.families.single or self.parameters.scenarios.paths is not None

    @property
    def primary(self) -> Decisions:
        """Columns of what a plan states; everything else follows from them."""
        return Decisions(self.shares, self.stock, self.signed, self.teams, self.pickups)


def build(parameters: Parameters) -> Model:
    """Build the model: all columns, constraints and prices."""
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
    add_roster_cuts(milp, parameters, teams)
    stock, failed, at_site = add_service(milp, parameters, shares, teams, pickups)
    failed_after_strikes = add_struck_service(
        milp, parameters, shares, teams=teams, pickups=pickups, stock=stock
    )
    if parameters.options.optimistic:
        milp.prices.pop(TAIL, None)  # a bound of what is reported
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
        failed_after_strikes=failed_after_strikes,
    )


def add_service(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    teams: list[CrewVariables],
    pickups: list[Pickups],
) -> tuple[Stock, Ints, list[Ints]]:
    """Add the flow of work at every site, its late orders, and the stock behind it.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    teams : list[CrewVariables]
        Columns of every crew.
    pickups : list[Pickups]
        Columns of the limited collections.

    Returns
    -------
    tuple[Stock, Ints, list[Ints]]
        Columns of the stock, of the failed orders [aim, scenario], and of the share of each site
        [site][cell, phase].
    """
    if parameters.options.optimistic:
        return add_service_at_best(milp, parameters, shares, teams, pickups)
    late: list[list[Late]] = [[] for _ in parameters.aims]
    at_site = []
    for site in range(len(parameters.problem.sites)):
        orders = add_site_orders(milp, parameters, shares, site)
        flow = add_flow(milp, parameters, teams, orders)
        late[0] += add_lateness(milp, parameters, orders, flow)
        for of_target, aim in zip(late[1:], parameters.problem.targets, strict=True):
            parts = add_parts(milp, parameters, shares, site, aim=aim)
            of_target += add_lateness_of_target(milp, parameters, parts, flow, site=site)
        at_site.append(_cells_of(milp, parameters, shares, orders))
        hand_over_packed(milp, parameters, [p for p in pickups if p.site == site], flow.done)
    for each in pickups:
        for of_aim, aim in zip(late, parameters.aims, strict=True):
            of_aim += add_lateness_of_pickups(milp, parameters, shares, each, aim=aim)
    stock = add_stock(milp, parameters, at_site)
    failed = add_failed(milp, parameters, shares)
    lost = lost_parcels(parameters, shares)
    for of_aim, columns in zip(late, failed, strict=True):
        count_failed(milp, parameters, columns, late=of_aim, stock=stock, lost=lost)
    price_lateness(milp, parameters, late[0])
    price_lost_parcels(milp, parameters, lost)
    return stock, failed, at_site


def add_service_at_best(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    teams: list[CrewVariables],
    pickups: list[Pickups],
) -> tuple[Stock, Ints, list[Ints]]:
    """Add the same for a lower bound: each late order counts once.

    The limit on failures is left to the bound. Parameters and result as in `add_service`.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    teams : list[CrewVariables]
        Columns of every crew.
    pickups : list[Pickups]
        Columns of the limited collections.

    Returns
    -------
    tuple[Stock, Ints, list[Ints]]
        Columns of the stock, of the failed orders [aim, scenario], and of the share of each site
        [site][cell, phase].
    """
    aims = parameters.aims
    packing: list[list[list[Ints]]] = [[] for _ in aims]
    handing: list[list[list[Ints]]] = [[[] for _ in parameters.problem.sites] for _ in aims]
    at_site = []
    for site in range(len(parameters.problem.sites)):
        orders = add_site_orders(milp, parameters, shares, site)
        owed = [
            add_owed(milp, parameters, orders.parts, amounts)
            for amounts in parameters.workload_orders
        ]
        missed = [of_class.missed for of_class in owed]
        flow = add_flow(milp, parameters, teams, orders, missed=missed)
        packing[0].append(missed_in_packing(milp, parameters, site, owed, flow))
        for of_target, aim in zip(packing[1:], aims[1:], strict=True):
            parts = add_parts(milp, parameters, shares, site, aim=aim)
            of_target.append(
                missed_of_target(
                    milp,
                    parameters,
                    parts,
                    flow,
                    site=site,
                    given_up=None if late_is_missed(parameters, aim) else missed,
                )
            )
        at_site.append(_cells_of(milp, parameters, shares, orders))
        hand_over_packed(milp, parameters, [p for p in pickups if p.site == site], flow.done)
    for each in pickups:
        for of_aim, aim in zip(handing, aims, strict=True):
            late = missed_at_pickups(milp, parameters, shares, each, aim=aim)
            if late is not None:
                of_aim[each.site].append(late)
    stock = add_stock(milp, parameters, at_site)
    failed = [
        count_failed_once(milp, parameters, *counted, stock, priced=k == 0)
        for k, counted in enumerate(zip(packing, handing, strict=True))
    ]
    return stock, np.array(failed), at_site


def _cells_of(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, orders: SiteOrders
) -> Ints:
    """Columns of the share of a site [cell, phase]; with one weight class those of its mixes."""
    if parameters.classes == 1:
        return orders.column
    return add_cells(milp, parameters, shares, orders.site)
