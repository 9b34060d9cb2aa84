"""Sites with every feature as a SimPy tutorial would write them: one process per order, and `PriorityResource` queues.

Plays the same floor as the planner's engines, same orders, people and visits. The one liberty: what happens first
within a second is SimPy's choice (two orders of one second may find a picker one after the other, and not leave on one
tour), so the totals are near the planner's, and single orders' seconds may differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from heapq import heappop, heappush
from typing import Any

import numpy as np
import simpy

from benchmarks.three_stages import Moments
from benchmarks.three_stages_simpy import end_of_second
from planner.domain.records import NEVER
from planner.simulation.collecting import Pickup
from planner.simulation.contents import MICRO
from planner.simulation.floor import RETURN_DEADLINE_S, Bench, Floor, Hall
from planner.simulation.workers import Gang

Process = Generator[Any, Any, None]


def play(floor: Floor) -> Moments:
    """When each order leaves each process and its site."""
    env, taken = simpy.Environment(), Counter[tuple[int, int]]()
    sites = [PlainSite(env, floor, hall, taken) for hall in floor.halls]
    env.run(until=floor.end_s + 1)
    ended = np.full((floor.rows, len(floor.orders)), NEVER, dtype=np.int64)
    handed_over = np.full(len(floor.orders), NEVER, dtype=np.int64)
    for site, hall in zip(sites, floor.halls, strict=True):
        handed_over[hall.ids] = site.handed_over
        for station, bench in zip(site.stations, hall.benches, strict=True):
            ended[bench.row, hall.ids] = station.ended
    return Moments(ended, handed_over)


class Team:
    """People who come and go together, and are equally fast."""

    def __init__(self, gang: Gang) -> None:
        self.gang = gang
        self.on_duty = False


class Station:
    """People of one process: a queue by deadline for as many as there are people and places; the fastest work first."""

    def __init__(self, env: simpy.Environment, bench: Bench, orders: int) -> None:
        self.env = env
        self.process = bench.process
        self.ended = [NEVER] * orders
        self.turns = simpy.PriorityResource(env, capacity=1)
        self.turns._capacity = 0
        self.free: list[tuple[int, int]] = []  # (team, person)
        self.teams = [Team(gang) for gang in bench.gangs]
        self.busy = [0 for _ in bench.gangs]
        self.waiting: list[tuple[int, int, simpy.Event]] = []  # (deadline, order, taken along on a tour)
        for number, team in enumerate(self.teams):
            for begin, end in team.gang.stretches:
                env.process(self.shift(number, team, begin, end))

    def shift(self, number: int, team: Team, begin: int, end: int) -> Process:
        yield self.env.timeout(begin - self.env.now)
        team.on_duty = True
        for person in range(team.gang.people - self.busy[number]):
            heappush(self.free, (number, person))
        self.change_capacity()
        yield self.env.timeout(end - self.env.now)
        team.on_duty = False
        self.free = sorted(f for f in self.free if f[0] != number)
        self.change_capacity()

    def change_capacity(self) -> None:
        """As many may work as there are people, free or with a task in hand, and places."""
        self.turns._capacity = min(len(self.free) + sum(self.busy), self.process.stations)
        while self.turns.queue and self.turns.count < self.turns.capacity:
            self.turns._trigger_put(None)  # lets one of those who wait begin

    def work(self, work_us: int) -> Process:
        """Somebody does it; whoever has gone off duty meanwhile goes home then."""
        number, person = heappop(self.free)
        team = self.teams[number]
        self.busy[number] += 1
        yield self.env.timeout(-(-work_us // team.gang.rate))
        self.busy[number] -= 1
        if team.on_duty:
            heappush(self.free, (number, person))
        self.change_capacity()


class PlainSite:
    """One site from its first second to its last."""

    def __init__(self, env: simpy.Environment, floor: Floor, hall: Hall, taken: Counter[tuple[int, int]]) -> None:
        self.env = env
        self.taken = taken
        self.ids: list[int] = hall.ids.tolist()
        self.ordered_at: list[int] = floor.orders.ordered_at_s[hall.ids].tolist()
        self.deadline: list[int] = floor.orders.deadline_s[hall.ids].tolist()
        self.contract: list[int] = floor.contract[hall.ids].tolist()
        self.lag: list[int] = floor.orders.return_lag_s[hall.ids].tolist()
        self.work: list[list[int]] = [floor.orders.work_us[b.work_row, hall.ids].tolist() for b in hall.benches]
        self.stations = [Station(env, bench, len(self.ids)) for bench in hall.benches]
        self.receiving = hall.receiving
        if hall.receiving is not None:
            self.receive_work: list[int] = floor.orders.work_us[hall.receive_row, hall.ids].tolist()
        self.shelves: dict[int, list[tuple[int, int]]] = {}
        self.handed_over = [NEVER] * len(self.ids)
        env.process(self.arrive())
        env.process(self.collect(hall.visits))

    def arrive(self) -> Process:
        for number, second in enumerate(self.ordered_at):
            if second > self.env.now:
                yield self.env.timeout(second - self.env.now)
            self.env.process(self.order(number))

    def order(self, number: int) -> Process:
        for station, work in zip(self.stations, self.work, strict=True):
            if station.process.batch_orders > 1:
                yield from self.join_a_tour(station, work, number)
            else:
                yield from self.take_a_turn(station, work[number], self.deadline[number])
            station.ended[number] = self.env.now
        heappush(self.shelves.setdefault(self.contract[number], []), (self.deadline[number], number))

    def take_a_turn(self, station: Station, work_us: int, deadline: int) -> Process:
        with station.turns.request(priority=deadline) as turn:
            yield turn
            yield from station.work(work_us)

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
                work_us = sum(work[order] for _, order, _ in tour) + station.process.batch_setup_s * MICRO
                yield from station.work(work_us)
                tour_ends.succeed()
        if taken_along.triggered and not taken_along.value.triggered:
            yield taken_along.value

    def collect(self, visits: tuple[Pickup, ...]) -> Process:
        """Carriers take packed parcels, the earliest deadline first, as far as they have room and allotment."""
        for visit in visits:
            if visit.second > self.env.now:
                yield end_of_second(self.env, visit.second)
            shelf, day = self.shelves.get(visit.contract, []), (visit.contract, visit.day)
            room = min(visit.room, visit.allotted - self.taken[day], len(shelf))
            for _ in range(room):
                _, number = heappop(shelf)
                self.handed_over[number] = visit.second
                if self.receiving is not None and self.lag[number]:
                    self.env.process(self.come_back(number, self.stations[self.receiving]))
            self.taken[day] += max(room, 0)

    def come_back(self, number: int, station: Station) -> Process:
        yield self.env.timeout(self.lag[number])
        yield from self.take_a_turn(station, self.receive_work[number], self.env.now + RETURN_DEADLINE_S)
