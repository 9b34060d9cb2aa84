"""The line of stations of one site, with everything the site's orders bring along, numbered in order of arrival."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.domain.demand import Ints
from planner.domain.problem import Problem
from planner.domain.records import Orders, Small
from planner.domain.site import Process, Site
from planner.simulation.contents import lognormal, work_us
from planner.simulation.station import Station
from planner.simulation.workers import Gang

_Z95 = 1.6448536269514722
FAR = 1 << 40  # a second after the end of every horizon
_DONE = -1  # in place of the next queue's key: the order ends here


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A site's stations and orders. Order number k of the site is order `ids[k]` of the replication; when it comes
    back, its number is `len(ids) + k`.

    `second[k]`: when order number k comes, with FAR at the end. `packed`: keys of the orders that have been through the
    line and are not yet put on a shelf. `carrier[k]`: contract index. `return_lag[k]`: seconds from hand-over until the
    order comes back, 0 if it does not; empty where nothing is received.
    """

    place: int
    stations: list[Station]
    receiving: Station | None
    packed: list[int]
    ids: Ints
    second: list[int]
    carrier: list[int]
    key: list[int]
    bits: int
    mask: int
    return_lag: list[int]


def connect(problem: Problem, place: int, orders: Orders, site: Small, contract: Small, gangs: Sequence[Gang]) -> Line:
    """Build the stations of site number `place`, and hand its orders' work to them."""
    here = problem.sites[place]
    ids = np.flatnonzero(site == place)
    bits = max(2 * len(ids), 1).bit_length()
    deadline = orders.deadline_s[ids]
    key = (deadline << bits | np.arange(len(ids))).tolist()
    lag = _return_lags(problem, here, orders, ids)
    in_order = bool(np.all(np.diff(deadline) >= 0))
    stations = []
    for p, process in enumerate(here.processes):
        work = _work(problem, here, process, orders, ids, receives=len(lag) > 0)
        people = [g for g in gangs if g.site == here.name and g.process == process.name]
        sorted_in = in_order and p == 0 and not (len(lag) and here.received_by == process.name)
        stations.append(Station(process, people, work, key, sorted_in))
    packed: list[int] = []
    receiving = next((s for s in stations if len(lag) and s.name == here.received_by), None)
    _lead_on(stations, key, packed.append, receiving)
    return Line(
        place=place,
        stations=stations,
        receiving=receiving,
        packed=packed,
        ids=ids,
        second=[*orders.ordered_at_s[ids].tolist(), FAR],
        carrier=contract[ids].tolist(),
        key=key,
        bits=bits,
        mask=(1 << bits) - 1,
        return_lag=lag.tolist(),
    )


def _lead_on(
    stations: Sequence[Station], key: Sequence[int], put_packed: Callable[[int], None], receiving: Station | None
) -> None:
    """Connect each station with the next one, the last with the packed parcels. What came back ends at `receiving`."""
    goals = [(after.key, after.put) for after in stations[1:]] + [(key, put_packed)]
    for station, (next_key, put) in zip(stations, goals, strict=True):
        if station is receiving:
            station.lead_to([*next_key, *[_DONE] * len(key)], partial(_unless_done, put))
        else:
            station.lead_to(next_key, put)


def _unless_done(put: Callable[[int], None], key: int) -> None:
    if key != _DONE:
        put(key)


def _work(problem: Problem, site: Site, process: Process, orders: Orders, ids: Ints, receives: bool) -> list[int]:
    """Work of the site's orders at a process by number; at the receiving station the work on their return follows."""
    row = problem.process_names.index(process.name)
    work: list[int] = work_us(problem, process, orders.work_u[row, ids], orders, ids).tolist()
    if receives and site.receive is not None and site.received_by == process.name:
        work += work_us(problem, site.receive, orders.work_u[-1, ids], orders, ids).tolist()
    return work


def _return_lags(problem: Problem, site: Site, orders: Orders, ids: Ints) -> Ints:
    """Seconds from hand-over until an order comes back (at least 1), 0 if it does not; empty where nothing is
    received."""
    if problem.returns is None or site.receive is None:
        return np.empty(0, dtype=np.int64)
    share = np.array([p.return_share for p in problem.products])[orders.product[ids]]
    median = max(problem.returns.median_s, 1)
    sigma = math.log(max(problem.returns.p95_s, median) / median) / _Z95
    lag = np.rint(lognormal(math.log(median), sigma, orders.return_lag_u[ids]))
    return np.where(orders.return_u[ids] < share, np.clip(lag, 1, FAR), 0).astype(np.int64)
