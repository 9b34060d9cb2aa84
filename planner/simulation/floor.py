"""The floor before the doors open: everything an engine needs to play one replication, and what it hands back.

Both engines get the same floor and fill the same `Moments`: a second of the horizon for every step of every order.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Orders, Small
from planner.domain.site import Process
from planner.simulation.collecting import Pickup, pickups
from planner.simulation.contents import Content, content_of, contents
from planner.simulation.workers import Gang

RETURN_DEADLINE_S = 48 * 3600  # a parcel that came back is to be dealt with within 48 hours
NOBODY = -1  # the contract of orders without courier: they are done when packed


@dataclass(frozen=True, eq=False, slots=True)
class Bench:
    """One process of a site: its row in `Moments`, its row in `Orders.work_us`, its people (fastest first)."""

    row: int
    work_row: int
    process: Process
    gangs: tuple[Gang, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Hall:
    """One site. `ids`: its orders, in order of arrival; `visits`: the carriers' visits, by second.

    `receiving`: the bench at which orders that came back are dealt with, `receive_row` their row in `Orders.work_us`;
    None where nothing comes back.
    """

    ids: Ints
    benches: tuple[Bench, ...]
    visits: tuple[Pickup, ...]
    receiving: int | None
    receive_row: int


@dataclass(frozen=True, eq=False, slots=True)
class Floor:
    """One replication, ready to be played: `site` and `contract` of every order as the plan routes it."""

    orders: Orders
    site: Small
    contract: Small
    halls: tuple[Hall, ...]
    rows: int
    end_s: int


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """When it happened, NEVER where it did not: work begun and ended [row, order], handed over to the courier (or,
    without one, packed), came back, dealt with after that [order]."""

    begun: Seconds
    ended: Seconds
    handed_over: Seconds
    came_back: Seconds
    received: Seconds

    @classmethod
    def none(cls, floor: Floor) -> Moments:
        """Nothing has happened yet. Where nothing can come back, those moments take no memory."""
        n = len(floor.orders)
        back = any(hall.receiving is not None for hall in floor.halls)
        begun, ended = (np.full((floor.rows, n), NEVER, dtype=np.int32) for _ in range(2))
        handed_over = np.full(n, NEVER, dtype=np.int32)
        if not back:
            never = np.broadcast_to(np.int32(NEVER), n)
            return cls(begun, ended, handed_over, never, never)
        return cls(begun, ended, handed_over, *(np.full(n, NEVER, dtype=np.int32) for _ in range(2)))


def lay_out(problem: Problem, plan: Plan, orders: Orders, site: Small, contract: Small, gangs: list[Gang]) -> Floor:
    """The floor for orders that are routed, and the people who came."""
    work_rows = {content.key: row for row, content in enumerate(contents(problem))}

    def work_row(content: Content) -> int:
        return work_rows[content.key]

    halls = []
    for s, here in enumerate(problem.sites):
        benches = [
            Bench(
                problem.process_names.index(process.name),
                work_row(content_of(process)),
                process,
                tuple(g for g in gangs if (g.site, g.process) == (here.name, process.name)),
            )
            for process in here.processes
        ]
        names = [p.name for p in here.processes]
        receiving, receive_row = None, -1
        if problem.returns is not None and here.receive is not None and here.received_by in names:
            receiving = names.index(here.received_by)
            receive_row = work_row(content_of(here.receive, returned=True))
        visits = pickups(problem, plan, here.name)
        halls.append(Hall(np.flatnonzero(site == s), tuple(benches), visits, receiving, receive_row))
    return Floor(orders, site, contract, tuple(halls), len(problem.process_names), problem.horizon.end_s)
