"""Collections: vehicles with their capacity, extra ones, and what a contract takes in a day."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import ALLOTMENT, COLLECTION
from planner.domain.dates import day_clock, day_month
from planner.domain.disruptions import allotted_at
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.relaxations import clock_of
from planner.domain.site import Collection, Site
from planner.planning.formulation.assignment import Shares, add_mixed_shares
from planner.planning.formulation.cutoffs import collection_moments
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.milp.builder import Limit, MilpBuilder, Term


@dataclass(frozen=True, eq=False, kw_only=True)
class Pickups:
    """Collections of a contract at a site that cannot take everything.

    Attributes
    ----------
    site : int
        Number of the site.
    contract : int
        Number of the contract.
    at_s : Ints
        Second of each collection [collection].
    day : Ints
        Day of each collection [collection].
    collections : tuple[Collection, ...]
        The collections as the site states them.
    handed : Ints
        Columns of the parcels handed over by then, cumulative [scenario, collection].
    vehicles : Ints
        Columns of the extra vehicles, -1 where none can be booked [collection].
    mixed : Ints
        Columns of the contract's part of the site's orders [mix, phase].
    """

    site: int
    contract: int
    at_s: Ints
    day: Ints
    collections: tuple[Collection, ...]
    handed: Ints
    vehicles: Ints
    mixed: Ints


def add_pickups(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> list[Pickups]:
    """Add the collections that have a capacity or an allotment.

    handed[s,k] <= orders placed until k; handed[s,k] - handed[s,k-1] <= capacity[k] (1 +
    vehicles[k]); parcels handed over on a day <= the contract's allotment, all in parcels.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.

    Returns
    -------
    list[Pickups]
        One entry per site and contract.
    """
    problem = parameters.problem
    found = []
    for i, site in enumerate(problem.sites):
        for c in range(len(problem.contracts)):
            served = bool(((shares.site == i) & (shares.contract == c)).any())
            if served and _is_limited(problem, site, c):
                found.append(_add_pickups(milp, parameters, shares, site=i, contract=c))
    _limit_pickups(milp, parameters, found)
    return found


def add_pickups_after(
    milp: MilpBuilder, struck: Parameters, pickups: Sequence[Pickups]
) -> list[Pickups]:
    """Add the hand-over by the collections that a strike has left.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    struck : Parameters
        Sets and parameters when a risk has struck.
    pickups : Sequence[Pickups]
        The collections before; extra vehicles stay booked.

    Returns
    -------
    list[Pickups]
        Those that still come, with columns of their own for what they take.
    """
    left = [_left_after(milp, struck, each) for each in pickups]
    _limit_pickups(milp, struck, left)
    return left


def _left_after(milp: MilpBuilder, struck: Parameters, pickups: Pickups) -> Pickups:
    site, name = struck.problem.sites[pickups.site], struck.problem.contract_names[pickups.contract]
    moments = [second for second, _, _ in collection_moments(struck.problem, site, name)]
    comes = np.flatnonzero(np.isin(pickups.at_s, moments))
    handed = milp.variables(
        f"handed {site.name} {name}",
        (len(struck.weight), len(comes)),
        unit=struck.unit_orders,
    )
    return replace(
        pickups,
        at_s=pickups.at_s[comes],
        day=pickups.day[comes],
        collections=tuple(pickups.collections[k] for k in comes),
        handed=handed,
        vehicles=pickups.vehicles[comes],
    )


def _limit_pickups(milp: MilpBuilder, parameters: Parameters, found: list[Pickups]) -> None:
    for pickups in (p for p in found if len(p.at_s)):
        _balance_handed(milp, parameters, pickups)
        _limit_collection(milp, parameters, pickups)
    _limit_allotment(milp, parameters, found)


def _is_limited(problem: Problem, site: Site, contract: int) -> bool:
    name = problem.contract_names[contract]
    capped = any(c.capacity_parcels is not None for c in site.collections if c.contract == name)
    return capped or problem.contracts[contract].commitment.allotment_per_day is not None


def _add_pickups(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    *,
    site: int,
    contract: int,
) -> Pickups:
    """Columns of the collections of a contract at a site."""
    problem = parameters.problem
    lanes = np.flatnonzero((shares.site == site) & (shares.contract == contract))
    contract_name = problem.contract_names[contract]
    moments = collection_moments(problem, problem.sites[site], contract_name)
    collections = tuple(collection for _, _, collection in moments)
    name = f"{problem.site_names[site]} {contract_name}"
    vehicles = np.full(len(moments), -1, dtype=np.int64)
    bookable = [
        k for k, m in enumerate(collections) if m.capacity_parcels is not None and m.max_extra > 0
    ]
    most = np.array([collections[k].max_extra for k in bookable], dtype=float)
    vehicles[bookable] = milp.variables(
        f"extra {name}", len(bookable), most, integer=True, decision=True
    )
    for k in bookable:
        own = moments[k][1] < problem.horizon.reported_days
        term = "extra_collections" if own else TAIL
        milp.price(term, vehicles[[k]], collections[k].extra_cost_minor)
    handed = milp.variables(
        f"handed {name}", (len(parameters.weight), len(moments)), unit=parameters.unit_orders
    )
    mixed = add_mixed_shares(milp, parameters, shares, lanes=lanes, name=f"part {name}")
    return Pickups(
        site=site,
        contract=contract,
        at_s=np.array([second for second, _, _ in moments], dtype=np.int64),
        day=np.array([day for _, day, _ in moments], dtype=np.int64),
        collections=collections,
        handed=handed,
        vehicles=vehicles,
        mixed=mixed,
    )


def arrivals(
    parameters: Parameters,
    amounts: Floats,
    mixed: Ints,
    *,
    seconds: Ints,
    row: Ints,
    factor: float = 1.0,
) -> Term:
    """Term of the orders placed until some seconds, of the share of a site or contract.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    amounts : Floats
        Orders [scenario, mix, phase, slot].
    mixed : Ints
        Columns of the share [mix, phase].
    seconds : Ints
        Seconds of the horizon [moment].
    row : Ints
        Numbers of the rows [scenario, moment].
    factor : float
        Factor of every entry.

    Returns
    -------
    Term
        The entries.
    """
    until = parameters.until(amounts, seconds)
    return Term(row[:, None, None, :], mixed[None, :, :, None], factor * until)


def _balance_handed(milp: MilpBuilder, parameters: Parameters, pickups: Pickups) -> None:
    """Nothing is handed over before it was ordered, and what is handed over stays so."""
    scenarios, count = pickups.handed.shape
    row = np.arange(scenarios * count).reshape(scenarios, count)
    came = arrivals(
        parameters,
        parameters.phase_orders,
        pickups.mixed,
        seconds=pickups.at_s,
        row=row,
        factor=-1.0,
    )
    milp.constraints("balance_handed", row.size, [Term(row, pickups.handed), came], upper=0.0)
    if parameters.problem.contracts[pickups.contract].commitment.allotment_per_day is None:
        return  # taking back would gain nothing
    later, before = pickups.handed[:, 1:], pickups.handed[:, :-1]
    rows = np.arange(later.size).reshape(later.shape)
    milp.constraints(
        "balance_handed", later.size, [Term(rows, later), Term(rows, before, -1.0)], lower=0.0
    )


def _limit_collection(milp: MilpBuilder, parameters: Parameters, pickups: Pickups) -> None:
    """handed[k] - handed[k-1] <= capacity x (1 + extra vehicles)."""
    capped = np.array(
        [k for k, c in enumerate(pickups.collections) if c.capacity_parcels is not None],
        dtype=np.int64,
    )
    if not len(capped):
        return
    capacity = np.array([pickups.collections[k].capacity_parcels for k in capped], dtype=float)
    scenarios = len(parameters.weight)
    row = np.arange(scenarios * len(capped)).reshape(scenarios, len(capped))
    later = capped > 0
    booked = pickups.vehicles[capped] >= 0
    most = np.array([pickups.collections[k].max_extra for k in capped]) + 1
    limit = partial(_collection_limit, parameters.problem, pickups, capped, capacity * most)
    capacity = capacity * room_to_count_on(parameters, pickups.contract)
    terms = [
        Term(row, pickups.handed[:, capped]),
        Term(row[:, later], pickups.handed[:, capped[later] - 1], -1.0),
        Term(row[:, booked], pickups.vehicles[capped[booked]][None], -capacity[booked]),
    ]
    milp.constraints(
        "limit_collection", row.size, terms, upper=np.tile(capacity, scenarios), limit=limit
    )


def _collection_limit(
    problem: Problem, pickups: Pickups, capped: Ints, most: Floats, row: int
) -> Limit:
    k = row % len(capped)
    site, contract = problem.site_names[pickups.site], problem.contract_names[pickups.contract]
    when = problem.horizon.at(int(pickups.at_s[capped[k]]))
    what = f"collection of {contract} at {site} on {day_clock(when)}, extra vehicles included"
    clock = clock_of(problem, pickups.collections[capped[k]].at_s)
    return Limit(
        kind=COLLECTION,
        names=(site, contract, clock),
        what=what,
        allowed=float(most[k]),
        on=when,
    )


def _limit_allotment(milp: MilpBuilder, parameters: Parameters, found: list[Pickups]) -> None:
    """Parcels handed over on a calendar day, over all sites, <= the contract's allotment."""
    problem = parameters.problem
    days, scenarios = problem.horizon.days, len(parameters.weight)
    row = np.arange(scenarios * days).reshape(scenarios, days)
    for c, contract in enumerate(problem.contracts):
        if contract.commitment.allotment_per_day is None:
            continue
        terms = []
        for pickups in (p for p in found if p.contract == c):
            for day in np.unique(pickups.day):
                of_day = np.flatnonzero(pickups.day == day)
                terms.append(Term(row[:, day], pickups.handed[:, of_day[-1]]))
                if of_day[0] > 0:
                    terms.append(Term(row[:, day], pickups.handed[:, of_day[0] - 1], -1.0))
        allowed = allotment(problem, c)
        if parameters.options.optimistic:
            allowed = _allotment_at_most(problem, found, c)
        limit = partial(_allotment_limit, problem, contract.name, allowed)
        usable = np.tile(allowed * room_to_count_on(parameters, c), scenarios)
        milp.constraints("limit_allotment", row.size, terms, upper=usable, limit=limit)


def room_to_count_on(parameters: Parameters, contract: int) -> float:
    """Share of a contract's capacity that the plan fills.

    Parcels come in random numbers, and a backlog that grows beyond the capacity makes everything
    behind it late. The parcels of the span of a promise are a Poisson count: `pickup_z` standard
    deviations of it stay free, and the headroom.
    """
    problem = parameters.problem
    name, allotted = problem.contract_names[contract], np.inf
    collected = 0.0
    for site in problem.sites:
        for collection in site.collections:
            if collection.contract == name:
                capacity = collection.capacity_parcels
                collected += np.inf if capacity is None else capacity
    per_contract = problem.contracts[contract].commitment.allotment_per_day
    if per_contract is not None:
        allotted = float(per_contract)
    per_day = min(collected, allotted)
    promised_days = max(parameters.shortest_promise_s / DAY_S, 1.0)
    filled = max(
        1.0 - parameters.options.pickup_z / math.sqrt(max(per_day * promised_days, 1.0)), 0.5
    )
    return filled / parameters.headroom


def allotment(problem: Problem, contract: int) -> Floats:
    """Parcels a contract takes per day [day].

    A cut by a disruption counts for all of a day it touches.
    """
    of = problem.contracts[contract]
    per_day = np.full(
        problem.horizon.days,
        np.inf
        if of.commitment.allotment_per_day is None
        else float(of.commitment.allotment_per_day),
    )
    for d in problem.disruptions:
        if d.kind == "allotment_cut" and d.contract in ("", of.name):
            start = np.arange(problem.horizon.days) * DAY_S
            per_day[(start < d.to_s) & (start + DAY_S > d.from_s)] *= d.factor
    return per_day


def _allotment_at_most(problem: Problem, found: list[Pickups], contract: int) -> Floats:
    """Largest number of parcels a contract takes per day [day] at any of its collections.

    As the simulation counts it.
    """
    per_day = np.zeros(problem.horizon.days)
    for pickups in (p for p in found if p.contract == contract):
        for day, second in zip(pickups.day, pickups.at_s, strict=True):
            per_day[day] = max(
                per_day[day], allotted_at(problem, problem.contracts[contract], int(second)) or 0
            )
    return per_day


def _allotment_limit(problem: Problem, contract: str, allowed: Floats, row: int) -> Limit:
    day = row % len(allowed)
    on = problem.horizon.date_of(day)
    what = f"allotment of {contract} on {day_month(on)}"
    return Limit(kind=ALLOTMENT, names=(contract,), what=what, allowed=float(allowed[day]), on=on)
