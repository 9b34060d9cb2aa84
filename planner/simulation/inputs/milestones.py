"""From the event times of an engine to records: scan, delivery, and the clock that counts."""

from __future__ import annotations

import math
from collections.abc import Set
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.exemptions import exempt_orders
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Mask, Orders, Records, Small, blocks
from planner.domain.service_terms import transit_lognormal
from planner.simulation.inputs.attendance import after_hours
from planner.simulation.inputs.order_status import on_time
from planner.simulation.inputs.replication_input import EventTimes, ReplicationInput
from planner.simulation.inputs.routing import Routes
from planner.simulation.inputs.service_times import FAR_S, lognormal

EVERY_CLOCK = frozenset(("label", "handover", "first_scan", "hub", "delivered"))  # by time


def write_records(
    problem: Problem,
    inputs: ReplicationInput,
    times: EventTimes,
    present_s: Ints,
    *,
    routes: Routes,
) -> Records:
    """Everything that happened, one entry per order of the replication.

    Parameters
    ----------
    problem : Problem
        What is given.
    inputs : ReplicationInput
        The orders and how the plan routes them.
    times : EventTimes
        What the engine found, in seconds.
    present_s : Ints
        Seconds of people on duty [site, process, bucket].
    routes : Routes
        What became of the stock.

    Returns
    -------
    Records
        Seconds of the horizon, and the verdict on every order.
    """
    orders, site, contract = inputs.orders, inputs.site, inputs.contract
    packed = packed_at(inputs, times)
    clocks = _clocks(problem, orders, site, contract, packed=packed, handed_over=times.handed_over)
    clock = counted(problem, orders, contract, clocks)
    judged = partial(
        on_time,
        site=site,
        contract=contract,
        clock=clock,
        left=left_at(problem, orders.platform, packed=packed, handed_over=times.handed_over),
        exempt=exempt_orders(problem, orders, contract),
    )
    verdicts = [judged(aim, orders.due_under(aim)) for aim in problem.targets]
    return Records(
        orders=orders,
        site=site,
        contract=contract,
        start_s=times.begun,
        end_s=times.ended,
        packed_at_s=packed,
        handed_over_at_s=times.handed_over,
        scanned_at_s=clocks["first_scan"],
        delivered_at_s=clocks["delivered"],
        on_time=judged(problem, orders),
        also=np.array(verdicts, dtype=np.int16).reshape(len(verdicts), len(orders)),
        returned_at_s=times.came_back,
        received_at_s=times.received,
        present_s=present_s,
        after_hours_s=after_hours(problem, inputs.groups, times.after_hours),
        stock_left=routes.stock_left,
        sold_out=routes.sold_out,
    )


def clock_lags(
    problem: Problem, orders: Orders, site: Small, contract: Small
) -> tuple[Seconds, Mask]:
    """How long after hand-over, or packing, each order is counted: no plan changes it.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The clocks, and each order's region and normal numbers.
    site, contract : Small
        Site and contract of each order (indices, -1: none).

    Returns
    -------
    lag_s : Seconds
        Seconds; NEVER where the event that counts does not come.
    from_packed : Mask
        Whether they begin when the order is packed.
    """
    begin = np.zeros(len(orders), dtype=np.int32)
    counting = {*_counted_clocks(problem).flat, problem.platform.counts}
    clocks = _clocks(
        problem, orders, site, contract, packed=begin, handed_over=begin, asked=counting
    )
    from_packed = _by_way(orders, contract, _counted_clocks(problem) == "label")
    return counted(problem, orders, contract, clocks), from_packed


def left_at(problem: Problem, platform: Small, *, packed: Seconds, handed_over: Seconds) -> Seconds:
    """When the building was done with each order: packed where its label counts, else handed over.

    Parameters
    ----------
    problem : Problem
        The clocks.
    platform : Small
        Platform of each order.
    packed, handed_over : Seconds
        Second of each, NEVER if it did not happen.

    Returns
    -------
    Seconds
        Seconds of the horizon.
    """
    labels = [rule.counts == "label" for rule in problem.platforms]
    if all(labels) or not any(labels):
        return packed if all(labels) else handed_over
    return np.where(np.array(labels)[platform], packed, handed_over)


def _by_way(orders: Orders, contract: Small, table: NDArray[Any]) -> NDArray[Any]:
    """Entries of a table [platform, region, contract] for each order."""
    if len(table) == 1:
        return np.asarray(table[0][orders.region, contract])
    return np.asarray(table[orders.platform, orders.region, contract])


def _clocks(
    problem: Problem,
    orders: Orders,
    site: Small,
    contract: Small,
    *,
    packed: Seconds,
    handed_over: Seconds,
    asked: Set[str] = EVERY_CLOCK,
) -> dict[str, Seconds]:
    """The moment of each order by the clocks that are asked for, and by those before them."""
    clocks = {"label": packed, "handover": handed_over}
    if asked <= clocks.keys():
        return clocks
    clocks["first_scan"] = scanned_at(problem, orders, site, contract, handed_over)
    if asked <= clocks.keys():
        return clocks
    clocks["hub"] = arrived_at(problem, orders, site, contract, clocks["first_scan"])
    if asked <= clocks.keys():
        return clocks
    lost = lost_parcels(problem, orders, contract, handed_over)
    delivered = delivered_at(problem, orders, contract, clocks["hub"])
    if len(lost):
        delivered = delivered.copy()
        delivered[lost] = NEVER
    return {**clocks, "delivered": delivered}


def packed_at(inputs: ReplicationInput, times: EventTimes) -> Seconds:
    """The end of the last work on each order.

    Parameters
    ----------
    inputs : ReplicationInput
        The orders and their sites.
    times : EventTimes
        What the engine found.

    Returns
    -------
    Seconds
        In the unit of `times`; NEVER where the order is not packed.
    """
    last = {site.stations[-1].row for site in inputs.sites}
    if len(last) == 1 and bool(np.all(inputs.site >= 0)):
        return np.asarray(times.ended[last.pop()])
    packed = np.full(len(inputs.orders), NEVER, dtype=np.int32)
    for site in inputs.sites:
        packed[site.ids] = times.ended[site.stations[-1].row, site.ids]
    return packed


def scanned_at(
    problem: Problem, orders: Orders, site: Small, contract: Small, handed_over: Seconds
) -> Seconds:
    """First scan: hand-over plus the lane's lognormal delay.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The scan delays by lane, and each order's region and normal number.
    site, contract : Small
        Site and contract of each order (indices, -1: none).
    handed_over : Seconds
        Second of the hand-over of each order, NEVER without one.

    Returns
    -------
    Seconds
        Whole seconds of the horizon; NEVER without a hand-over.
    """
    mu, sigma = _scan_delays(problem)
    if not np.isfinite(mu).any():
        return handed_over
    by_lane = any(c.service.scan_delay_by_zone for c in problem.contracts)
    scanned = np.empty_like(handed_over)
    for block in blocks(len(orders)):
        lane = (
            (site[block], orders.region[block], contract[block])
            if by_lane
            else (0, 0, contract[block])
        )
        scanned[block] = _later(handed_over[block], mu[lane], sigma[lane], orders.scan_z[block])
    return scanned


def arrived_at(
    problem: Problem, orders: Orders, site: Small, contract: Small, scanned: Seconds
) -> Seconds:
    """Arrival at the customer or the hub: first scan plus the lane's lognormal transit.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The transit times by lane, and each order's region and normal number.
    site, contract : Small
        Site and contract of each order (indices, -1: none).
    scanned : Seconds
        Second of the first scan of each order, NEVER without one.

    Returns
    -------
    Seconds
        Whole seconds of the horizon; NEVER without a scan.
    """
    mu, sigma = _transit(problem)
    if not np.isfinite(mu).any():
        return scanned
    arrived = np.empty_like(scanned)
    for block in blocks(len(orders)):
        lane = (site[block], orders.region[block], contract[block])
        arrived[block] = _later(scanned[block], mu[lane], sigma[lane], orders.transit_z[block])
    return arrived


def delivered_at(problem: Problem, orders: Orders, contract: Small, arrived: Seconds) -> Seconds:
    """Delivery: arrival, and from a hub on the lognormal time of the second leg.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The second legs, and each order's region and normal number (that of the first leg).
    contract : Small
        Contract of each order (index, -1: none).
    arrived : Seconds
        Second of the arrival of each order at the customer or the hub, NEVER without one.

    Returns
    -------
    Seconds
        Whole seconds of the horizon; NEVER without an arrival.
    """
    mu, sigma = _onward(problem)
    if not np.isfinite(mu).any():
        return arrived
    through = np.flatnonzero(np.isfinite(mu)[orders.region, contract])
    delivered = arrived.copy()
    for block in blocks(len(through)):
        own = through[block]
        way = (orders.region[own], contract[own])
        delivered[own] = _later(arrived[own], mu[way], sigma[way], orders.transit_z[own])
    return delivered


def lost_parcels(problem: Problem, orders: Orders, contract: Small, handed_over: Seconds) -> Ints:
    """Parcels that the courier loses, so that they are never delivered.

    Drawn only where the delivery counts (elsewhere a loss changes no clock); losses cost their
    expectation everywhere.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The shares of loss, and each order's region and uniform number.
    contract : Small
        Contract of each order (index, -1: none).
    handed_over : Seconds
        Second of the hand-over of each order, NEVER without one.

    Returns
    -------
    Ints
        Numbers of the orders that are lost.
    """
    if not problem.counts_losses:
        return np.zeros(0, dtype=np.int64)
    clocks = _counted_clocks(problem)
    share = np.array([*(c.service.loss_share for c in problem.contracts), 0.0]) * (
        clocks == "delivered"
    )
    gone = handed_over != NEVER
    return np.flatnonzero(gone & (orders.loss_u < _by_way(orders, contract, share)))


@lru_cache(maxsize=CASES_KEPT)
def _counted_clocks(problem: Problem) -> NDArray[np.str_]:
    """The clock that counts [platform, region, contract], no courier last."""
    return np.array(
        [
            [
                [c.counted_clock(region, rule.counts) for c in problem.contracts] + [rule.counts]
                for region in problem.region_names
            ]
            for rule in problem.platforms
        ]
    )


def counted(
    problem: Problem, orders: Orders, contract: Small, clocks: dict[str, Seconds]
) -> Seconds:
    """The event that counts for each order: that of the platform's clock, or of the hub's.

    Parameters
    ----------
    problem, orders : Problem, Orders
        The clocks, and each order's platform and region.
    contract : Small
        Contract of each order (index, -1: none).
    clocks : dict of str to Seconds
        Second of each event that can count, by the clock's name.

    Returns
    -------
    Seconds
        Second of the event that counts, NEVER if it did not happen.
    """
    usual = problem.platform.counts
    by_way = _counted_clocks(problem)
    moment = clocks[usual]
    for other in sorted(set(by_way.flat) - {usual}):
        moment = np.where(_by_way(orders, contract, by_way == other), clocks[other], moment)
    return moment


@lru_cache(maxsize=CASES_KEPT)
def _scan_delays(problem: Problem) -> tuple[Floats, Floats]:
    """(mu, sigma) of the log of seconds from hand-over to first scan [site, region, contract].

    No courier comes last; mu is -inf where parcels are scanned at once.
    """
    mu, sigma = _at_once(len(problem.sites), len(problem.regions), len(problem.contracts) + 1)
    for s, site in enumerate(problem.site_names):
        for r, region in enumerate(problem.region_names):
            for k, contract in enumerate(problem.contracts):
                delay = contract.service.scan_delay_in(contract.zone(site, region))
                if delay.median_s > 0:
                    mu[s, r, k], sigma[s, r, k] = math.log(delay.median_s), delay.sigma
    return mu, sigma


@lru_cache(maxsize=CASES_KEPT)
def _transit(problem: Problem) -> tuple[Floats, Floats]:
    """(mu, sigma) of the log of transit seconds [site, region, contract].

    No courier comes last; mu is -inf where transit takes no time.
    """
    mu, sigma = _at_once(len(problem.sites), len(problem.regions), len(problem.contracts) + 1)
    for s, site in enumerate(problem.site_names):
        for r, region in enumerate(problem.region_names):
            for k, contract in enumerate(problem.contracts):
                zone = contract.zone(site, region)
                if zone is not None:
                    mu[s, r, k], sigma[s, r, k] = contract.service.transit_lognormal(zone)
    return mu, sigma


@lru_cache(maxsize=CASES_KEPT)
def _onward(problem: Problem) -> tuple[Floats, Floats]:
    """(mu, sigma) of the log of seconds from the hub to the customer [region, contract].

    No courier comes last; mu is -inf where parcels go through no hub, or are there at once.
    """
    mu, sigma = _at_once(len(problem.regions), len(problem.contracts) + 1)
    for r, region in enumerate(problem.region_names):
        for k, contract in enumerate(problem.contracts):
            if contract.hub is not None and contract.through_hub(region):
                mu[r, k], sigma[r, k] = transit_lognormal(contract.hub.onward_days)
    return mu, sigma


def _at_once(*shape: int) -> tuple[Floats, Floats]:
    """(mu, sigma) of times that are all 0."""
    return np.full(shape, -np.inf), np.zeros(shape)


def _later(moment: Seconds, mu: Floats, sigma: Floats, z: Floats) -> Seconds:
    """A lognormal time later, in whole seconds; NEVER stays NEVER."""
    lag = lognormal(mu, sigma, z)
    np.rint(np.clip(lag, 0, FAR_S, out=lag), out=lag)
    return np.where(moment == NEVER, np.int32(NEVER), moment + lag.astype(np.int32))
