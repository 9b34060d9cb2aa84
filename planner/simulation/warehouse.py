"""The warehouses during one replication, as a SimPy model in whole seconds.

A site wakes up in every second in which something happens there. Within that second, always in this order:

1. work ends: people are free again, orders join the next queue or the packed parcels;
2. people leave for a break or home, then people come;
3. orders arrive, parcels come back;
4. work starts, station after station along the line (work of zero seconds ends at once);
5. carriers collect: a parcel packed in this very second goes with them.

Sites that wake up in the same second take turns in the order of the problem; they meet only in a contract's allotment.
The clock runs through the last second, the end of the horizon.
"""

from __future__ import annotations

import numpy as np
from simpy import Environment, Event

from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Orders, Records
from planner.domain.streams import Streams
from planner.simulation.clocks import write_records
from planner.simulation.collecting import Allotments, Pickup, pickups
from planner.simulation.line import Line, connect
from planner.simulation.routing import route
from planner.simulation.station import Station, Team
from planner.simulation.workers import gangs_present, present_seconds

RETURN_DEADLINE_S = 2 * DAY_S  # a parcel that came back is to be dealt with within 48 hours


def simulate(problem: Problem, plan: Plan, orders: Orders, streams: Streams, *, check: bool = False) -> Records:
    """What happens to `orders` under the plan; `streams` decide who is absent.

    With `check`, orders are counted after every event, and RuntimeError is raised when one is lost or doubled.
    """
    site, contract = route(problem, plan, orders)
    gangs = gangs_present(problem, plan, streams)
    env, allotments = Environment(), Allotments(problem)
    warehouses = []
    for s, name in enumerate(problem.site_names):
        line = connect(problem, s, orders, site, contract, gangs)
        warehouses.append(Warehouse(env, line, pickups(problem, plan, name), allotments, check))
    env.run(until=problem.horizon.end_s + 1)
    outcomes = [(w.line, w.handed_over, w.came_back) for w in warehouses]
    return write_records(problem, orders, site, contract, outcomes, present_seconds(problem, gangs))


class Moment(Event):
    """A second in which a site wakes up: triggered from the beginning, it calls the site's own methods."""

    _ok = True
    _value = None


class Warehouse:
    """One site at work. `agenda` has an entry for every second in which it will wake up: the tasks that end then."""

    def __init__(
        self, env: Environment, line: Line, visits: dict[int, list[Pickup]], allotments: Allotments, check: bool
    ) -> None:
        self.env = env
        self.line = line
        self.visits = visits
        self.allotments = allotments
        self.each_moment = [self.moment, self.assert_nothing_lost] if check else [self.moment]
        self.agenda: dict[int, list[tuple[Station, Team, list[int]]]] = {}
        self.comes: dict[int, list[tuple[Station, Team]]] = {}
        self.leaves: dict[int, list[tuple[Station, Team]]] = {}
        self.coming_back: dict[int, list[int]] = {}
        self.packed: list[int] = []  # keys of parcels that do not stand on their carrier's shelf yet
        self.shelves: dict[int, list[int]] = {contract: [] for contract in {*line.carrier}}
        self.handed_over = [NEVER] * len(line.ids)
        self.came_back = [NEVER] * len(line.return_lag)
        self.arrived = 0  # seconds of arrivals that have passed
        self.prepare()

    def prepare(self) -> None:
        """Note in the agenda what is known before: shifts, visits, the first arrival."""
        self.line.stations[-1].lead_to(self.line.key, self.packed.append)
        for station in self.line.stations:
            for team in station.teams:
                for begin, end in team.stretches:
                    self.comes.setdefault(begin, []).append((station, team))
                    self.leaves.setdefault(end, []).append((station, team))
        for second in {*self.comes, *self.leaves, *self.visits, *self.line.second[:1]}:
            self.wake_at(second)

    def wake_at(self, second: int) -> None:
        """Note `second` in the agenda."""
        if second not in self.agenda:
            self.agenda[second] = []
            moment = Moment(self.env)
            moment.callbacks.extend(self.each_moment)
            self.env.schedule(moment, self.line.place, second - self.env.now)

    def moment(self, _: Event) -> None:
        """Everything that happens at the site in this second."""
        now = self.env.now
        ending = self.agenda[now]
        self.end_work(ending)
        if now in self.leaves or now in self.comes:
            self.change_people(now)
        line = self.line
        if self.arrived < len(line.second) and line.second[self.arrived] == now:
            self.arrive()
        if now in self.coming_back:
            self.come_back(now)
        for station in line.stations:
            while station.queue and station.free and station.places:
                self.start_work(station, now)
                if not ending:
                    break
                self.end_work(ending)
        if now in self.visits:
            self.collect(now)
        del self.agenda[now]

    def end_work(self, ending: list[tuple[Station, Team, list[int]]]) -> None:
        """People put down their tasks, and hand the orders on."""
        for station, team, orders in ending:
            team.free += 1
            station.free += team.on_duty
            station.places += 1
            for order in orders:
                station.hand_on(station.next_key[order])
        ending.clear()

    def change_people(self, now: int) -> None:
        """Those who leave go first, then others come."""
        for station, team in self.leaves.get(now, ()):
            station.end_duty(team)
        for station, team in self.comes.get(now, ()):
            station.begin_duty(team)

    def arrive(self) -> None:
        """The orders of this second join the first queue."""
        line, first = self.line, self.line.stations[0]
        for number in range(line.first[self.arrived], line.first[self.arrived + 1]):
            first.put(first.key[number])
        self.arrived += 1
        if self.arrived < len(line.second):
            self.wake_at(line.second[self.arrived])

    def start_work(self, station: Station, now: int) -> None:
        """Free people take what waits, the fastest people first, as long as there are places to work at."""
        take, mask, work, begun, ended = station.take, self.line.mask, station.work_us, station.begun, station.ended
        for team in station.on_duty:
            while team.free and station.queue and station.places:
                orders = [take() & mask for _ in range(min(station.tour, len(station.queue)))]
                content = station.setup_us
                for order in orders:
                    content += work[order]
                ends = now - (-content // team.rate)
                for order in orders:
                    begun[order] = now
                    ended[order] = ends
                team.free -= 1
                station.free -= 1
                station.places -= 1
                if ends not in self.agenda:
                    self.wake_at(ends)
                self.agenda[ends].append((station, team, orders))

    def collect(self, now: int) -> None:
        """Carriers take packed parcels of their contract, the earliest deadline first, as far as they have room."""
        line = self.line
        for key in self.packed:
            self.shelves[line.carrier[key & line.mask]].append(key)
        self.packed.clear()
        for visit in self.visits[now]:
            shelf = self.shelves.get(visit.contract, [])
            room = min(visit.room, self.allotments.left(visit))
            shelf.sort()
            taken = shelf[:room]
            del shelf[:room]
            self.allotments.take(visit, len(taken))
            self.hand_over([key & line.mask for key in taken], now)

    def hand_over(self, numbers: list[int], now: int) -> None:
        """The parcels leave the site; some will come back."""
        for number in numbers:
            self.handed_over[number] = now
        self.gone += len(numbers)
        if self.line.receiving is not None:
            for number in numbers:
                if self.line.return_lag[number]:
                    self.expect(number, now + self.line.return_lag[number])

    def expect(self, number: int, second: int) -> None:
        """The parcel will come back in `second`."""
        self.coming_back.setdefault(second, []).append(number)
        self.wake_at(second)

    def come_back(self, now: int, receiving: Station) -> None:
        """Parcels join the queue of the station that receives them, under a number of their own."""
        for number in self.coming_back.pop(now):
            self.came_back[number] = now
            again = len(self.line.ids) + number
            receiving.put(receiving.key_of(again, now + RETURN_DEADLINE_S))

    def assert_nothing_lost(self, _: Event) -> None:
        """Everybody who came is waiting, in work, packed, or gone: exactly once."""
        came = self.line.first[self.arrived] + sum(second != NEVER for second in self.came_back)
        inside = sum(len(station.queue) for station in self.line.stations)
        inside += sum(len(orders) for ending in self.agenda.values() for _, _, orders in ending)
        inside += len(self.packed) + sum(len(shelf) for shelf in self.shelves.values())
        if came != inside + self.gone + self.received:
            raise RuntimeError(f"second {self.env.now}: {came} came, {inside} inside, {self.gone + self.received} gone")
