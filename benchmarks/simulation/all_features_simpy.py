"""Sites with every feature as a SimPy tutorial would write them: one process per order, and
`PriorityResource` queues.

Runs on the same input as the planner's engines, same orders, people and visits. Two liberties: what
happens first within a tick is SimPy's choice (two orders of one tick may find a picker one after
the other, and not leave on one tour), and tasks in progress at the end of a shift are finished; so
the totals are near the planner's, and single orders' ticks may differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import numpy as np
import simpy

from benchmarks.simulation import three_stages
from benchmarks.simulation.three_stages import StageTimes
from benchmarks.simulation.three_stages_simpy import end_of_tick
from planner.domain.products import RETURN_DEADLINE_S
from planner.domain.records import NEVER
from planner.simulation.inputs.attendance import ServerGroup
from planner.simulation.inputs.pickups import Pickup
from planner.simulation.inputs.replication_input import ReplicationInput, SiteInput, StationInput
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of, phases, ticks_of

Process = Generator[Any, Any, None]


def run(inputs: ReplicationInput) -> StageTimes:
    """When each order leaves each process and its site."""
    env, taken = simpy.Environment(), Counter[tuple[int, int]]()
    sites = [PlainSite(env, inputs, site, taken) for site in inputs.sites]
    env.run(until=inputs.end + 1)
    ended = np.full((inputs.rows, len(inputs.orders)), NEVER, dtype=np.int64)
    handed_over = np.full(len(inputs.orders), NEVER, dtype=np.int64)
    for done, site in zip(sites, inputs.sites, strict=True):
        handed_over[site.ids] = done.handed_over
        for station, given in zip(done.stations, site.stations, strict=True):
            ended[given.row, site.ids] = station.ended
    return StageTimes(ended, handed_over)


class Team:
    """People who come and go together, and are equally fast."""

    def __init__(self, group: ServerGroup) -> None:
        self.group = group
        self.on_duty = False
        self.hours = three_stages.Team(
            group.people, tuple((a * TICKS_PER_S, b * TICKS_PER_S) for a, b in group.stretches)
        )


class Station:
    """People of one process: a queue by deadline for as many as there are people and places; the
    fastest work first.
    """

    def __init__(self, env: simpy.Environment, given: StationInput, orders: int) -> None:
        self.env = env
        self.process = given.process
        self.ended = [NEVER] * orders
        self.turns = simpy.PriorityResource(env, capacity=1)
        self.turns._capacity = 0
        self.free: list[tuple[int, int]] = []  # (team, person)
        self.teams = [Team(group) for group in given.groups]
        self.busy = [0 for _ in given.groups]
        self.waiting: list[
            tuple[int, int, simpy.Event]
        ] = []  # (deadline, order, taken along on a tour)
        for number, team in enumerate(self.teams):
            for begin, end in team.hours.stretches:
                env.process(self.shift(number, team, begin, end))

    def shift(self, number: int, team: Team, begin: int, end: int) -> Process:
        yield self.env.timeout(begin - self.env.now)
        team.on_duty = True
        for person in range(team.group.people - self.busy[number]):
            heappush(self.free, (number, person))
        self.change_capacity()
        yield self.env.timeout(end - self.env.now)
        team.on_duty = False
        self.free = sorted(f for f in self.free if f[0] != number)
        self.change_capacity()

    def change_capacity(self) -> None:
        """As many may work as there are people, free or at work on a task, and places."""
        self.turns._capacity = min(len(self.free) + sum(self.busy), self.process.stations)
        while self.turns.queue and self.turns.count < self.turns.capacity:
            self.turns._trigger_put(None)  # lets one of those who wait begin

    def work(self, content: int, phase: int) -> Process:
        """Somebody does it, breaks come on top; whoever has gone off duty meanwhile goes home
        then.
        """
        number, person = heappop(self.free)
        team = self.teams[number]
        self.busy[number] += 1
        now = int(self.env.now)
        yield self.env.timeout(
            team.hours.done_at(now, ticks_of(content, team.group.rate, phase)) - now
        )
        self.busy[number] -= 1
        if team.on_duty:
            heappush(self.free, (number, person))
        self.change_capacity()


class PlainSite:
    """One site from its first second to its last."""

    def __init__(
        self,
        env: simpy.Environment,
        inputs: ReplicationInput,
        site: SiteInput,
        taken: Counter[tuple[int, int]],
    ) -> None:
        self.env = env
        self.taken = taken
        self.ids: list[int] = site.ids.tolist()
        self.ordered_at: list[int] = arrivals_of(inputs.orders)[site.ids].tolist()
        self.phase: list[int] = phases(inputs.orders.instant[site.ids]).tolist()
        self.deadline: list[int] = inputs.orders.deadline_s[site.ids].tolist()
        self.contract: list[int] = inputs.contract[site.ids].tolist()
        self.lag: list[int] = (inputs.orders.return_lag_s[site.ids] * TICKS_PER_S).tolist()
        work = inputs.orders.work_us[:, site.ids] * TICKS_PER_S
        self.work: list[list[int]] = [work[b.work_row].tolist() for b in site.stations]
        self.stations = [Station(env, station, len(self.ids)) for station in site.stations]
        self.receiving = site.receiving
        if site.receiving is not None:
            self.receive_work: list[int] = work[site.receiving.work_row].tolist()
        self.shelves: dict[int, list[tuple[int, int]]] = {}
        self.handed_over = [NEVER] * len(self.ids)
        env.process(self.arrive())
        env.process(self.collect(site.visits))

    def arrive(self) -> Process:
        for number, tick in enumerate(self.ordered_at):
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.env.process(self.order(number))

    def order(self, number: int) -> Process:
        for station, work in zip(self.stations, self.work, strict=True):
            if station.process.batch_orders > 1:
                yield from self.join_a_tour(station, work, number)
            else:
                yield from self.take_a_turn(
                    station, work[number], self.phase[number], self.deadline[number]
                )
            station.ended[number] = self.env.now
        heappush(
            self.shelves.setdefault(self.contract[number], []), (self.deadline[number], number)
        )

    def take_a_turn(self, station: Station, content: int, phase: int, deadline: int) -> Process:
        with station.turns.request(priority=deadline) as turn:
            yield turn
            yield from station.work(content, phase)

    def join_a_tour(self, station: Station, work: list[int], number: int) -> Process:
        """Whoever is first in the queue takes those behind it along; they leave the queue."""
        taken_along = self.env.event()
        heappush(station.waiting, (self.deadline[number], number, taken_along))
        with station.turns.request(priority=self.deadline[number]) as turn:
            yield turn | taken_along
            if not taken_along.triggered:
                size = min(station.process.batch_orders, len(station.waiting))
                tour = [heappop(station.waiting) for _ in range(size)]
                tour_ends = self.env.event()
                for _, _, other in tour:
                    other.succeed(tour_ends)
                content = (
                    sum(work[order] for _, order, _ in tour)
                    + station.process.batch_setup_s * MICRO * TICKS_PER_S
                )
                yield from station.work(content, self.phase[tour[0][1]])
                tour_ends.succeed()
        if taken_along.triggered and not taken_along.value.triggered:
            yield taken_along.value

    def collect(self, visits: tuple[Pickup, ...]) -> Process:
        """Carriers take packed parcels, the earliest deadline first, as far as they have room and
        allotment.
        """
        for visit in visits:
            tick = visit.second * TICKS_PER_S
            if tick > self.env.now:
                yield end_of_tick(self.env, tick)
            shelf, day = self.shelves.get(visit.contract, []), (visit.contract, visit.day)
            room = min(visit.room, visit.allotted - self.taken[day], len(shelf))
            for _ in range(room):
                _, number = heappop(shelf)
                self.handed_over[number] = tick
                if self.receiving is not None and self.lag[number]:
                    self.env.process(self.come_back(number, self.stations[self.receiving.station]))
            self.taken[day] += max(room, 0)

    def come_back(self, number: int, station: Station) -> Process:
        yield self.env.timeout(self.lag[number])
        due = self.env.now // TICKS_PER_S + RETURN_DEADLINE_S
        yield from self.take_a_turn(station, self.receive_work[number], self.phase[number], due)
