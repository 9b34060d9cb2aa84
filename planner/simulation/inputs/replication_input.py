"""The floor before the doors open: everything an engine needs to play one replication, and what it
hands back.

Both engines get the same floor and fill the same `Moments`: a tick of the horizon for every step of
every order.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Orders, Small
from planner.domain.site import Process
from planner.simulation.inputs.attendance import Gang
from planner.simulation.inputs.pickups import Pickup, pickups
from planner.simulation.inputs.service_times import Content, content_of, contents
from planner.simulation.inputs.ticks import TICKS_PER_S, whole_seconds

NOBODY = -1  # the contract of orders without courier: they are done when packed


@dataclass(frozen=True, eq=False, slots=True)
class Bench:
    """One process of a site: its row in `Moments`, its row in `Orders.work_us`, its people (fastest
    first), and which of `Floor.gangs` is the first of them.
    """

    row: int
    work_row: int
    process: Process
    gangs: tuple[Gang, ...]
    first_gang: int


@dataclass(frozen=True, eq=False, slots=True)
class Receiving:
    """The bench whose people deal with what came back, the work's row in `Orders.work_us`, its
    stations and tours.
    """

    bench: int
    work_row: int
    process: Process


@dataclass(frozen=True, eq=False, slots=True)
class Hall:
    """One site. `ids`: its orders, in order of arrival; `visits`: the carriers' visits, by second.

    `receiving`: None where nothing comes back. `finishes`: tasks in hand at the end of a shift are
    finished after hours (else they are put down).
    """

    ids: Ints
    benches: tuple[Bench, ...]
    visits: tuple[Pickup, ...]
    receiving: Receiving | None
    finishes: bool


@dataclass(frozen=True, eq=False, slots=True)
class Floor:
    """One replication, ready to be played: `site` and `contract` of every order as the plan routes
    it.
    """

    orders: Orders
    site: Small
    contract: Small
    halls: tuple[Hall, ...]
    rows: int
    end_s: int

    @property
    def gangs(self) -> tuple[Gang, ...]:
        """Everybody, bench after bench."""
        return tuple(gang for hall in self.halls for bench in hall.benches for gang in bench.gangs)

    @property
    def end(self) -> int:
        """The last tick that is played."""
        return self.end_s * TICKS_PER_S

    @property
    def receives(self) -> bool:
        """Can anything come back?"""
        return any(hall.receiving is not None for hall in self.halls)


@dataclass(frozen=True, eq=False, slots=True)
class Moments:
    """When it happened, NEVER where it did not: work begun and ended [row, order], handed over to
    the courier (or, without one, packed), came back, dealt with after that [order]; and how long
    people worked after hours [gang].

    In ticks as the engines leave it, in whole seconds after `to_seconds`.
    """

    begun: Seconds
    ended: Seconds
    handed_over: Seconds
    came_back: Seconds
    received: Seconds
    after_hours: Ints

    @classmethod
    def none(cls, floor: Floor) -> Moments:
        """Nothing has happened yet. Where nothing can come back, those moments take no memory."""
        n = len(floor.orders)
        after_hours = np.zeros(len(floor.gangs), dtype=np.int64)
        begun, ended = (np.full((floor.rows, n), NEVER, dtype=np.int32) for _ in range(2))
        handed_over = np.full(n, NEVER, dtype=np.int32)
        if not floor.receives:
            never = np.broadcast_to(np.int32(NEVER), n)
            return cls(begun, ended, handed_over, never, never, after_hours)
        came_back, received = (np.full(n, NEVER, dtype=np.int32) for _ in range(2))
        return cls(begun, ended, handed_over, came_back, received, after_hours)

    def to_seconds(self, floor: Floor) -> Moments:
        """The second in which everything happened (in place), and seconds after hours, to the
        nearest.
        """
        ticks = [self.begun, self.ended, self.handed_over]
        for moments in [*ticks, self.came_back, self.received] if floor.receives else ticks:
            whole_seconds(moments)
        return replace(self, after_hours=np.rint(self.after_hours / TICKS_PER_S).astype(np.int64))


def lay_out(
    problem: Problem, plan: Plan, orders: Orders, site: Small, contract: Small, gangs: list[Gang]
) -> Floor:
    """The floor for orders that are routed, and the people who came."""
    work_rows = {content.key: row for row, content in enumerate(contents(problem))}

    def work_row(content: Content) -> int:
        return work_rows[content.key]

    at_bench: dict[tuple[str, str], list[Gang]] = {}
    for gang in gangs:
        at_bench.setdefault((gang.site, gang.process), []).append(gang)
    halls, first_gang = [], 0
    for s, here in enumerate(problem.sites):
        benches = []
        for process in here.processes:
            people = tuple(at_bench.get((here.name, process.name), ()))
            row = problem.process_names.index(process.name)
            benches.append(Bench(row, work_row(content_of(process)), process, people, first_gang))
            first_gang += len(people)
        names = [p.name for p in here.processes]
        receiving = None
        if problem.returns is not None and here.receive is not None and here.received_by in names:
            row = work_row(content_of(here.receive, returned=True))
            receiving = Receiving(names.index(here.received_by), row, here.receive)
        visits, finishes = pickups(problem, plan, here.name), here.finish == "task"
        halls.append(Hall(np.flatnonzero(site == s), tuple(benches), visits, receiving, finishes))
    rows, end_s = len(problem.process_names), problem.horizon.end_s
    return Floor(orders, site, contract, tuple(halls), rows, end_s)
