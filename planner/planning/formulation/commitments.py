"""Contracts: which are signed, and what that obliges to."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Commitment
from planner.domain.disruptions import collection_comes
from planner.domain.problem import Problem
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.formulation.pickups import Pickups
from planner.planning.formulation.volume_counts import (
    PeriodOrders,
    convex_lines,
    deviation_at,
    deviation_from_share,
)
from planner.planning.milp.builder import MilpBuilder, Term


def add_signed(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> Ints:
    """Add which contracts are signed: their lanes carry nothing otherwise.

    sum over sites of share[lane,f] <= signed[c] for every contract c with obligations, region,
    weight class and phase f; signed[c] is 0 or 1 and costs the fixed fee.

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
    Ints
        Columns [contract], -1 where signing has no obligations.
    """
    problem = parameters.problem
    signed = np.full(len(problem.contracts), -1, dtype=np.int64)
    for c, contract in enumerate(problem.contracts):
        if not contract.commitment.obliges:
            continue
        signed[c] = milp.variables(f"signed {contract.name}", 1, 1.0, integer=True, decision=True)[
            0
        ]
        lanes = np.flatnonzero(shares.contract == c)
        rows, count = shares.rows_by_destination(parameters, lanes)
        terms = [Term(rows, shares.column[lanes]), Term(np.arange(count), signed[c], -1.0)]
        milp.constraints("link_signed", count, terms, upper=0.0)
        milp.price("fixed_fees", signed[c], contract.commitment.fixed_fee_minor)
    return signed


def limit_exclusive(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, signed: Ints
) -> None:
    """Keep the regions of an exclusive contract free of other contracts.

    sum over the lanes of all other contracts of share[lane,f] <= 1 - signed[c], for every weight
    class of the contract's own regions and phase f.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    signed : Ints
        Columns of the signed contracts [contract], -1 where signing has no obligations.
    """
    problem = parameters.problem
    for c, contract in enumerate(problem.contracts):
        own = [
            r
            for r, name in enumerate(problem.region_names)
            if name in contract.commitment.exclusive
        ]
        others = (shares.contract >= 0) & (shares.contract != c) & np.isin(shares.region, own)
        lanes = np.flatnonzero(others)
        rows, count = shares.rows_by_destination(parameters, lanes)
        terms = [Term(rows, shares.column[lanes]), Term(np.arange(count), signed[c])]
        milp.constraints("limit_exclusive", count, terms, upper=1.0)


def add_commitments(
    milp: MilpBuilder, parameters: Parameters, shares: Shares, signed: Ints
) -> None:
    """Add the shortfall of committed volume: each missing parcel costs the shortfall fee.

    shortfall[s] >= committed[s] signed[c] - parcels[s] in every scenario s. committed[s] is the
    committed number of parcels or the committed share of all parcels of the scenario, whichever is
    larger, and parcels[s] = sum over its lanes of orders[s] x share (`link_parcels`). Parcels are a
    random number: the mean shortfall is committed - parcels + mean excess over the commitment, for
    which lines below it stand (`volume_counts.convex_lines`).

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    signed : Ints
        Columns of the signed contracts [contract], -1 where signing has no obligations.
    """
    promotion = PeriodOrders.of_promotion(parameters)
    row, unit = np.arange(len(parameters.all_weights)), parameters.unit_orders
    for c, contract in enumerate(parameters.problem.contracts):
        if not contract.commitment.commits:
            continue
        missing = milp.variables(f"shortfall {contract.name}", len(row), unit=unit)
        lanes = np.flatnonzero(shares.contract == c)
        each = np.einsum("smf,ml->slf", promotion.orders, shares.part_of(parameters, lanes))
        # every line counts the same parcels: a column of their own keeps its row short
        parcels = milp.variables(f"committed {contract.name}", len(row), unit=unit)
        counted = Term(row[:, None, None], shares.column[lanes][None], -each)
        milp.constraints(
            "link_parcels", len(row), [Term(row, parcels), counted], lower=0.0, upper=0.0
        )
        commitment = contract.commitment
        committed = np.maximum(commitment.parcels, commitment.share * promotion.total)
        slope, level = _shortfall_lines(parameters, commitment, committed)
        rows = np.arange(slope.size).reshape(slope.shape)
        terms = [
            Term(rows, missing[:, None]),
            Term(rows, parcels[:, None], -slope),
            Term(rows, signed[c], -level),
        ]
        milp.constraints("cover_commitment", rows.size, terms, lower=0.0)
        price = parameters.all_weights * commitment.shortfall_minor
        milp.price("shortfall", missing, price, row)


def _shortfall_lines(
    parameters: Parameters, commitment: Commitment, committed: Floats
) -> tuple[Floats, Floats]:
    """Slope and level [scenario, line] of lines whose maximum is the mean shortfall.

    Without randomness there is one, committed - parcels, and a lower bound takes no other.
    """
    counted = PeriodOrders.of_promotion(parameters)
    by_share = deviation_from_share(parameters, counted, commitment.share)
    by_count = deviation_at(parameters, counted, committed[:, None])[:, 0]
    deviation = np.where(committed > commitment.parcels, by_share, by_count)
    if parameters.options.optimistic:
        deviation = np.zeros_like(deviation)
    # E max(C - N, 0) = C - E N + E max(N - C, 0); the last line says only that it is positive
    slope, level = convex_lines(committed, deviation, parameters.options.count_z)
    return slope[:, :-1] - 1.0, level[:, :-1] + committed[:, None]


def price_collections(
    milp: MilpBuilder, parameters: Parameters, signed: Ints, pickups: list[Pickups]
) -> None:
    """Price collections: every vehicle that comes while the contract is signed, every extra one.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    signed : Ints
        Columns of the signed contracts [contract], -1 where signing has no obligations.
    pickups : list[Pickups]
        Columns of the limited collections.
    """
    horizon = parameters.problem.horizon
    own, in_all = range(horizon.reported_days), range(horizon.days)
    for c, contract in enumerate(parameters.problem.contracts):
        fee = contract.commitment.collection_fee_minor
        if not fee:
            continue
        for term, days in (("collection_fees", own), (TAIL, in_all[len(own) :])):
            vehicles = vehicles_that_come(parameters.problem, contract.name, days)
            milp.price(term, signed[c], vehicles * fee)
            for extra in (p for p in pickups if p.contract == c):
                of_days = (extra.vehicles >= 0) & np.isin(extra.day, days)
                milp.price(term, extra.vehicles[of_days], fee)


def vehicles_that_come(problem: Problem, contract: str, days: range) -> int:
    """Scheduled collections of a contract over all sites, without those that a disruption prevents.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    contract : str
        Name of the contract.
    days : range
        Days that count.

    Returns
    -------
    int
        Vehicles.
    """
    return sum(
        collection_comes(problem, site, c, day)
        for site in problem.sites
        for c in site.collections
        if c.contract == contract
        for day in days
    )
