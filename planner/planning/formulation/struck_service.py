"""Service after a strike: a risk has struck, and the same decisions must meet the service level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.domain.arrays import Ints
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.inventory import Stock
from planner.planning.formulation.lateness import (
    Late,
    add_failed,
    add_lateness,
    add_lateness_of_pickups,
    add_lateness_of_target,
    count_failed,
)
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.parcel_losses import lost_parcels
from planner.planning.formulation.pickups import Pickups, add_pickups_after
from planner.planning.formulation.workflow import (
    add_flow,
    add_parts,
    add_site_orders,
    hand_over_packed,
)
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder


def add_struck_service(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    *,
    teams: list[CrewVariables],
    pickups: Sequence[Pickups],
    stock: Stock,
) -> Ints:
    """Add the flow of work and the limit on failures after each strike that a plan must survive.

    Shares, stock, people, bookings and vehicles are those of every scenario; collections that come,
    people who are there, opening hours and allotments are those that the strike leaves. It has no
    price: what a strike costs is left to the simulation.

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
    pickups : Sequence[Pickups]
        Columns of the limited collections.
    stock : Stock
        Columns of stock and of units missing.

    Returns
    -------
    Ints
        Columns of the failed orders, of all strikes and aims.
    """
    found = [np.empty(0, dtype=np.int64)]
    for struck in parameters.struck:
        rows = [parameters.active.index(s) for s in struck.active]
        left = add_pickups_after(milp, struck, pickups)
        late = _late_after(milp, struck, shares, teams=_crews_after(struck, teams), pickups=left)
        failed = add_failed(milp, struck, shares)
        lost = lost_parcels(struck, shares)
        missing = replace(stock, lost=stock.lost[rows])
        for of_aim, columns in zip(late, failed, strict=True):
            count_failed(milp, struck, columns, late=of_aim, stock=missing, lost=lost)
        found.append(failed.ravel())
    return np.concatenate(found)


def _crews_after(struck: Parameters, teams: list[CrewVariables]) -> list[CrewVariables]:
    """The same columns, of crews as the strike leaves them."""
    return [
        replace(team, crew=struck.problem.crew(team.crew.site, team.crew.name)) for team in teams
    ]


def _late_after(
    milp: MilpBuilder,
    struck: Parameters,
    shares: Shares,
    *,
    teams: list[CrewVariables],
    pickups: list[Pickups],
) -> list[list[Late]]:
    """Late orders of each aim [aim][site, level and workload class]."""
    late: list[list[Late]] = [[] for _ in struck.aims]
    for site in range(len(struck.problem.sites)):
        orders = add_site_orders(milp, struck, shares, site)
        flow = add_flow(milp, struck, teams, orders)
        late[0] += add_lateness(milp, struck, orders, flow)
        for of_target, aim in zip(late[1:], struck.problem.targets, strict=True):
            parts = add_parts(milp, struck, shares, site, aim=aim)
            of_target += add_lateness_of_target(milp, struck, parts, flow, site=site)
        hand_over_packed(milp, struck, [p for p in pickups if p.site == site], flow.done)
    for each in pickups:
        for of_aim, aim in zip(late, struck.aims, strict=True):
            of_aim += add_lateness_of_pickups(milp, struck, shares, each, aim=aim)
    return late
