"""From the moments of the simulation to records: scan, delivery, and the clock that counts."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.domain.problem import CARRYOVER_S, Problem
from planner.domain.records import NEVER, Orders, Records, Small
from planner.simulation.contents import lognormal
from planner.simulation.line import Line

_FAR = 1 << 40  # seconds: no lag is longer


def scanned_at(problem: Problem, orders: Orders, contract: Small, handed_over: Ints) -> Ints:
    """First scan: hand-over plus the contract's lognormal delay (whole seconds); NEVER without hand-over."""
    scanned = handed_over.copy()
    for k, terms in enumerate(problem.contracts):
        gone = np.flatnonzero((contract == k) & (handed_over != NEVER))
        if terms.scan_delay_median_s > 0:
            u = orders.scan_u[gone]
            scanned[gone] += _whole(lognormal(math.log(terms.scan_delay_median_s), terms.scan_delay_sigma, u))
    return scanned


def delivered_at(problem: Problem, orders: Orders, site: Small, contract: Small, scanned: Ints) -> Ints:
    """Delivery: first scan plus the lane's lognormal transit (whole seconds); NEVER without a scan."""
    mu, sigma = _transit(problem)
    delivered = scanned.copy()
    gone = np.flatnonzero((contract >= 0) & (scanned != NEVER))
    lane = (site[gone].astype(np.int64), orders.region[gone], contract[gone])
    delivered[gone] += _whole(lognormal(mu[lane], sigma[lane], orders.transit_u[gone]))
    return delivered


def _transit(problem: Problem) -> tuple[Floats, Floats]:
    """(mu, sigma) of the log of transit seconds [site, region, contract]; mu -inf where transit takes no time."""
    shape = (len(problem.sites), len(problem.regions), max(len(problem.contracts), 1))
    mu, sigma = np.full(shape, -np.inf), np.zeros(shape)
    for s, site in enumerate(problem.site_names):
        for r, region in enumerate(problem.region_names):
            for k, contract in enumerate(problem.contracts):
                zone = contract.zone(site, region)
                if zone is not None:
                    mu[s, r, k], sigma[s, r, k] = contract.transit_lognormal(zone)
    return mu, sigma


def _whole(seconds: Floats) -> Ints:
    return np.rint(np.clip(seconds, 0, _FAR)).astype(np.int64)


def on_time(problem: Problem, orders: Orders, site: Small, clock: Ints) -> Small:
    """1: the counted clock came by the deadline; 0: it did not; -1: cancelled, or still in the building while neither
    its deadline nor the carry-over of the horizon's end has passed."""
    end = problem.horizon.end_s
    came = clock != NEVER
    overdue = (orders.deadline_s < end) | (orders.ordered_at_s <= end - CARRYOVER_S)
    verdict = np.where(came, clock <= orders.deadline_s, np.where(overdue, 0, -1))
    return np.where(site < 0, -1, verdict).astype(np.int16)


Outcome = tuple[Line, list[int], list[int]]  # of one site: hand-over and return by number


def write_records(
    problem: Problem, orders: Orders, site: Small, contract: Small, outcomes: Sequence[Outcome], present_s: Ints
) -> Records:
    """Put what happened at the sites together, one entry per order of the replication."""
    n, end = len(orders), problem.horizon.end_s
    begun, ended = (np.full((len(problem.process_names), n), NEVER, dtype=np.int64) for _ in range(2))
    packed, handed_over, came_back, received = (np.full(n, NEVER, dtype=np.int64) for _ in range(4))
    for line, handed, back in outcomes:
        for station in line.stations:
            row = problem.process_names.index(station.name)
            begun[row, line.ids] = station.begun[: len(line.ids)]
            ended[row, line.ids] = station.ended[: len(line.ids)]
        packed[line.ids] = line.stations[-1].ended[: len(line.ids)]
        handed_over[line.ids] = handed
        if line.receiving is not None:
            came_back[line.ids] = back
            received[line.ids] = line.receiving.ended[len(line.ids) :]
    for moments in (ended, packed, received):
        moments[moments > end] = NEVER  # still in work when the clock stopped
    handed_over = np.where(contract < 0, packed, handed_over)
    scanned = scanned_at(problem, orders, contract, handed_over)
    delivered = delivered_at(problem, orders, site, contract, scanned)
    clock = {"label": packed, "handover": handed_over, "first_scan": scanned, "delivered": delivered}
    return Records(
        orders=orders,
        site=site,
        contract=contract,
        start_s=begun,
        end_s=ended,
        packed_at_s=packed,
        handed_over_at_s=handed_over,
        scanned_at_s=scanned,
        delivered_at_s=delivered,
        on_time=on_time(problem, orders, site, clock[problem.platform.counts]),
        returned_at_s=came_back,
        received_at_s=received,
        present_s=present_s,
    )
