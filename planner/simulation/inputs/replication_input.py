"""Everything an engine needs to simulate one replication, and what it hands back.

Both engines get the same `ReplicationInput` and fill the same `EventTimes`: a tick of the horizon
for every step of every order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Orders, Small
from planner.domain.site import Process, Site
from planner.simulation.inputs.attendance import ServerGroup
from planner.simulation.inputs.pickups import Pickup, pickups
from planner.simulation.inputs.service_times import content_of, contents
from planner.simulation.inputs.ticks import TICKS_PER_S, whole_seconds

NOBODY = -1  # the contract of orders without courier: they are done when packed


@dataclass(frozen=True, eq=False, slots=True)
class StationInput:
    """One process of a site and the servers who work there.

    Attributes
    ----------
    row : int
        Row of the process in `EventTimes.begun` and `EventTimes.ended`.
    work_row : int
        Row of its work in `Orders.work_us`.
    process : Process
        Its workplaces, tours and queue discipline.
    groups : tuple of ServerGroup
        Its servers, the fastest first.
    first_group : int
        Number of the first of them in `ReplicationInput.groups`.
    """

    row: int
    work_row: int
    process: Process
    groups: tuple[ServerGroup, ...]
    first_group: int


@dataclass(frozen=True, eq=False, slots=True)
class Receiving:
    """Work on returned parcels.

    `station`: number of the station whose servers do it; `work_row`: its row in `Orders.work_us`;
    `process`: its workplaces and tours.
    """

    station: int
    work_row: int
    process: Process


@dataclass(frozen=True, eq=False, slots=True)
class SiteInput:
    """One site.

    Attributes
    ----------
    ids : Ints
        Its orders, by time of arrival.
    stations : tuple of StationInput
        Its stations, in the order in which orders pass them.
    visits : tuple of Pickup
        Visits of the carriers, by second.
    receiving : Receiving or None
        None where no parcels return.
    finishes : bool
        True: a task in progress at the end of a shift is finished after hours; False: it is
        interrupted.
    """

    ids: Ints
    stations: tuple[StationInput, ...]
    visits: tuple[Pickup, ...]
    receiving: Receiving | None
    finishes: bool


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ReplicationInput:
    """One replication, ready to be simulated.

    Attributes
    ----------
    orders : Orders
        All orders of the replication, by time of arrival.
    site, contract : Small
        Site and contract of every order (indices), as the plan routes it; negative: none.
    sites : tuple of SiteInput
        The sites, in the order of the problem.
    rows : int
        Number of processes: rows of `EventTimes.begun` and `EventTimes.ended`.
    end_s : int
        End of the horizon in seconds.
    top_priority : int
        Highest priority that an order can have.
    """

    orders: Orders
    site: Small
    contract: Small
    sites: tuple[SiteInput, ...]
    rows: int
    end_s: int
    top_priority: int = 0

    @property
    def behind(self) -> Small:
        """Priorities that go before that of each order; a return is behind `top_priority`."""
        return np.asarray(np.int16(self.top_priority) - self.orders.priority)

    @property
    def groups(self) -> tuple[ServerGroup, ...]:
        """All servers, site by site and station by station."""
        return tuple(
            group for site in self.sites for station in site.stations for group in station.groups
        )

    @property
    def end(self) -> int:
        """The last tick that is simulated."""
        return self.end_s * TICKS_PER_S

    @property
    def receives(self) -> bool:
        """Whether any parcel can return."""
        return any(site.receiving is not None for site in self.sites)


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class EventTimes:
    """When each step of each order happened, NEVER where it did not.

    In ticks as the engines leave them, in whole seconds after `to_seconds`.

    Attributes
    ----------
    begun, ended : Seconds
        Begin and end of the work [process, order].
    handed_over : Seconds
        Hand-over to the courier, or, without a courier, the end of packing [order].
    came_back, received : Seconds
        Arrival of the returned parcel, and the end of the work on it [order].
    after_hours : Ints
        Time that servers worked beyond their paid hours [group].
    """

    begun: Seconds
    ended: Seconds
    handed_over: Seconds
    came_back: Seconds
    received: Seconds
    after_hours: Ints

    @classmethod
    def none(cls, inputs: ReplicationInput) -> EventTimes:
        """Nothing has happened yet; times of returns take no memory where nothing can return."""
        n = len(inputs.orders)
        never = np.broadcast_to(np.int32(NEVER), n)
        return cls(
            begun=np.full((inputs.rows, n), NEVER, dtype=np.int32),
            ended=np.full((inputs.rows, n), NEVER, dtype=np.int32),
            handed_over=np.full(n, NEVER, dtype=np.int32),
            came_back=np.full(n, NEVER, dtype=np.int32) if inputs.receives else never,
            received=np.full(n, NEVER, dtype=np.int32) if inputs.receives else never,
            after_hours=np.zeros(len(inputs.groups), dtype=np.int64),
        )

    def to_seconds(self, inputs: ReplicationInput) -> EventTimes:
        """Turn ticks into the seconds in which they lie (in place); after hours, to the nearest."""
        ticks = [self.begun, self.ended, self.handed_over]
        if inputs.receives:
            ticks += [self.came_back, self.received]
        for times in ticks:
            whole_seconds(times)
        return replace(self, after_hours=np.rint(self.after_hours / TICKS_PER_S).astype(np.int64))


def lay_out(
    problem: Problem,
    plan: Plan,
    orders: Orders,
    *,
    site: Small,
    contract: Small,
    groups: Sequence[ServerGroup],
    only: Sequence[int] | None = None,
) -> ReplicationInput:
    """Input of the engines for one replication.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given and what is decided.
    orders : Orders
        The orders drawn for the replication.
    site, contract : Small
        Site and contract of every order (indices), from `routing.route`.
    groups : sequence of ServerGroup
        The servers who came to work, from `attendance.servers_present`.
    only : sequence of int, optional
        Sites to be simulated; of the work of their orders there are the rows that `work_rows_at`
        names.

    Returns
    -------
    ReplicationInput
        The same for both engines.
    """
    at_station: dict[tuple[str, str], list[ServerGroup]] = {}
    for group in groups:
        at_station.setdefault((group.site, group.process), []).append(group)
    simulated = range(len(problem.sites)) if only is None else only
    work_rows = _work_rows(problem)
    if only is not None:
        there = work_rows_at(problem, only)
        work_rows = {key: there.index(row) for key, row in work_rows.items() if row in there}
    sites, first_group = [], 0
    for s in simulated:
        here, stations = problem.sites[s], []
        for process in here.processes:
            servers = tuple(at_station.get((here.name, process.name), ()))
            row = problem.process_names.index(process.name)
            work_row = work_rows[content_of(process).key]
            stations.append(StationInput(row, work_row, process, servers, first_group))
            first_group += len(servers)
        sites.append(
            SiteInput(
                ids=np.flatnonzero(site == s),
                stations=tuple(stations),
                visits=pickups(problem, plan, here.name),
                receiving=_receiving(problem, here, work_rows),
                finishes=here.finish == "task",
            )
        )
    return ReplicationInput(
        orders=orders,
        site=site,
        contract=contract,
        sites=tuple(sites),
        rows=len(problem.process_names),
        end_s=problem.horizon.end_s,
        top_priority=problem.top_priority,
    )


def work_rows_at(problem: Problem, sites: Sequence[int]) -> tuple[int, ...]:
    """Rows of `Orders.work_us` that some sites need, rising."""
    rows, found = _work_rows(problem), set[int]()
    for site in (problem.sites[s] for s in sites):
        found |= {rows[content_of(process).key] for process in site.processes}
        if problem.returns is not None and site.receive is not None:
            found.add(rows[content_of(site.receive, returned=True).key])
    return tuple(sorted(found))


def work_row_of(problem: Problem, process: Process) -> int:
    """Row of `Orders.work_us` that holds the work of a process."""
    return _work_rows(problem)[content_of(process).key]


def _work_rows(problem: Problem) -> dict[tuple[object, ...], int]:
    return {content.key: row for row, content in enumerate(contents(problem))}


def _receiving(
    problem: Problem, site: Site, work_rows: dict[tuple[object, ...], int]
) -> Receiving | None:
    """Where returned parcels are received at a site."""
    names = [process.name for process in site.processes]
    if problem.returns is None or site.receive is None or site.received_by not in names:
        return None
    work_row = work_rows[content_of(site.receive, returned=True).key]
    return Receiving(names.index(site.received_by), work_row, site.receive)
