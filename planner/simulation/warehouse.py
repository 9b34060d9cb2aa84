"""The warehouses during one replication, as a SimPy model in whole seconds.

A site wakes up in every second in which something can change there. Within that second, always in this order:

1. work ends: people are free again, orders join the next queue or the packed parcels;
2. people leave for a break or home, then people come;
3. orders arrive, parcels come back;
4. work starts, station after station along the line (work of zero seconds ends at once);
5. carriers collect: a parcel packed in this very second goes with them.

Sites that wake up in the same second take turns in the order of the problem; they meet only in a contract's allotment.
The clock runs through the last second, the end of the horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import EventPriority

from planner.domain.records import NEVER
from planner.simulation.collecting import Allotments, Pickup
from planner.simulation.floor import NOBODY, RETURN_DEADLINE_S, Floor, Moments
from planner.simulation.line import Line, connect, write_down
from planner.simulation.station import Station, Team


def play(floor: Floor, *, check: bool = False) -> Moments:
    """What happens on the floor, second by second.

    With `check`, orders are counted after every event, and RuntimeError is raised when one is lost or doubled.
    """
    env, allotments = Environment(), Allotments()
    warehouses = [
        Warehouse(env, connect(floor, place), hall.visits, allotments, check) for place, hall in enumerate(floor.halls)
    ]
    env.run(until=floor.end_s + 1)
    moments = Moments.none(floor)
    for w in warehouses:
        write_down(floor, w.line, w.handed_over, w.came_back, moments)
    return moments


class Moment(Event):
    """A second in which a site wakes up: like a time-out, triggered from the beginning."""

    _ok = True
    _value = None

    def __init__(self, second: int, callbacks: list[Callable[[Any], None]]) -> None:
        """`callbacks` is shared by all moments of a site: SimPy reads the list and never changes it."""
        self.second = second
        self.callbacks = callbacks


Task = tuple[Station, Team, int | list[int]]  # who works where, on which order, or which orders of a tour


class Warehouse:
    """One site at work. `agenda` has an entry for every second in which it will wake up: the tasks that end then."""

    def __init__(
        self, env: Environment, line: Line, visits: tuple[Pickup, ...], allotments: Allotments, check: bool
    ) -> None:
        self.env = env
        self.now = 0
        self.turn = EventPriority(line.place)
        self.line = line
        self.stations = line.stations
        self.starts = [(s, self.start_tours if s.tour > 1 else self.start_work) for s in line.stations]
        self.visits: dict[int, list[Pickup]] = {}
        for visit in visits:
            self.visits.setdefault(visit.second, []).append(visit)
        self.allotments = allotments
        self.each_moment: list[Callable[[Any], None]] = [self.moment]
        if check:
            self.each_moment.append(self.assert_nothing_lost)
        self.agenda: dict[int, list[Task]] = {}
        self.comes: dict[int, list[tuple[Station, Team]]] = {}
        self.leaves: dict[int, list[tuple[Station, Team]]] = {}
        self.coming_back: dict[int, list[int]] = {}
        self.shelves: dict[int, list[int]] = {contract: [] for contract in {*line.carrier}}
        self.handed_over = [NEVER] * len(line.ids)
        self.came_back = [NEVER] * len(line.return_lag)
        self.without_courier = NOBODY in self.shelves
        self.gone = 0  # parcels that left
        self.calendar: set[int] = set()  # seconds with something other than arrivals and ends of tasks
        self.arrived = 0  # orders that have joined the first queue
        self.prepare()

    def prepare(self) -> None:
        """Note in the agenda what is known before: shifts and visits."""
        for station in self.line.stations:
            for team in station.teams:
                for begin, end in team.stretches:
                    self.comes.setdefault(begin, []).append((station, team))
                    self.leaves.setdefault(end, []).append((station, team))
        for second in sorted({*self.comes, *self.leaves, *self.visits}):
            self.expect(second)

    def expect(self, second: int) -> None:
        """Something other than an arrival or the end of a task happens in `second`."""
        self.calendar.add(second)
        if second not in self.agenda:
            self.new_page(second)

    def new_page(self, second: int) -> list[Task]:
        """Add a page for `second` to the agenda: the site will wake up then."""
        page: list[Task] = []
        self.agenda[second] = page
        self.env.schedule(Moment(second, self.each_moment), self.turn, second - self.now)
        return page

    def moment(self, event: Moment) -> None:
        """Everything that happens at the site in this second."""
        now = self.now = event.second
        ending, first = self.agenda[now], self.stations[0]
        if ending:
            self.end_work(ending)
        special = now in self.calendar
        if special:
            self.change_people(now)
        if self.line.second[self.arrived] <= now:
            self.arrive(now)
        if special and now in self.coming_back:
            self.come_back(now)
        for station, start in self.starts:
            while station.free and station.queue and station.places:
                start(station, now)
                if not ending:
                    break
                self.end_work(ending)
        if self.without_courier and self.line.packed:
            self.put_on_shelves(now)
        if special and now in self.visits:
            self.collect(now)
        if first.free and first.places:
            self.wake_for_the_next_order()
        del self.agenda[now]

    def end_work(self, ending: list[Task]) -> None:
        """People put down their tasks, and hand the orders on."""
        for station, team, load in ending:
            team.free += 1
            station.places += 1
            if team.on_duty:
                station.free += 1
            if isinstance(load, int):
                station.hand_on(station.next_key[load])
            else:
                for order in load:
                    station.hand_on(station.next_key[order])
        ending.clear()

    def change_people(self, now: int) -> None:
        """Those who leave go first, then others come."""
        for station, team in self.leaves.get(now, ()):
            station.end_duty(team)
        for station, team in self.comes.get(now, ()):
            station.begin_duty(team)

    def arrive(self, now: int) -> None:
        """The orders of this second join the first queue, after those that came while nobody could have taken them."""
        second, key, put = self.line.second, self.stations[0].key, self.stations[0].put
        number = self.arrived
        while second[number] <= now:
            put(key[number])
            number += 1
        self.arrived = number

    def wake_for_the_next_order(self) -> None:
        """Somebody is free at the first station: the next order is to be taken as it comes."""
        second = self.line.second[self.arrived]
        if second not in self.agenda:
            self.new_page(second)

    def start_work(self, station: Station, now: int) -> None:
        """Free people take what waits, the fastest people first, as long as there are places to work at."""
        agenda, queue, take, mask = self.agenda, station.queue, station.take, self.line.mask
        work, begun, ended = station.work_us, station.begun, station.ended
        for team in station.on_duty:
            rate = team.rate
            while team.free and queue and station.places:
                order = take() & mask
                begun[order] = now
                ended[order] = ends = now - (-work[order] // rate)
                page = agenda.get(ends)
                if page is None:
                    page = self.new_page(ends)
                page.append((station, team, order))
                team.free -= 1
                station.free -= 1
                station.places -= 1

    def start_tours(self, station: Station, now: int) -> None:
        """The same where a task is a tour: up to `station.tour` orders, all done when the tour ends."""
        take, mask, work, begun, ended = station.take, self.line.mask, station.work_us, station.begun, station.ended
        for team in station.on_duty:
            while team.free and station.queue and station.places:
                orders = [take() & mask for _ in range(min(station.tour, len(station.queue)))]
                content = station.setup_us + sum([work[order] for order in orders])
                ends = now - (-content // team.rate)
                for order in orders:
                    begun[order] = now
                    ended[order] = ends
                page = self.agenda.get(ends)
                if page is None:
                    page = self.new_page(ends)
                page.append((station, team, orders))
                team.free -= 1
                station.free -= 1
                station.places -= 1

    def collect(self, now: int) -> None:
        """Carriers take packed parcels of their contract, the earliest deadline first, as far as they have room."""
        line = self.line
        self.put_on_shelves(now)
        for visit in self.visits[now]:
            shelf = self.shelves.get(visit.contract, [])
            room = min(visit.room, self.allotments.left(visit))
            shelf.sort()
            taken = shelf[:room]
            del shelf[:room]
            self.allotments.take(visit, len(taken))
            self.hand_over([key & line.mask for key in taken], now)

    def put_on_shelves(self, now: int) -> None:
        """Packed parcels are sorted by carrier; those without one leave at once."""
        carrier, mask = self.line.carrier, self.line.mask
        for key in self.line.packed:
            self.shelves[carrier[key & mask]].append(key)
        self.line.packed.clear()
        if self.without_courier:
            self.hand_over([key & mask for key in self.shelves[NOBODY]], now)
            self.shelves[NOBODY].clear()

    def hand_over(self, numbers: list[int], now: int) -> None:
        """The parcels leave the site; some will come back."""
        for number in numbers:
            self.handed_over[number] = now
        self.gone += len(numbers)
        if self.line.receiving is not None:
            for number in numbers:
                if self.line.return_lag[number]:
                    back = now + self.line.return_lag[number]
                    self.coming_back.setdefault(back, []).append(number)
                    self.expect(back)

    def come_back(self, now: int) -> None:
        """Parcels join the queue of the station that receives them, under a number of their own."""
        receiving = self.line.receiving
        if receiving is None:
            return
        for number in self.coming_back.pop(now):
            self.came_back[number] = now
            again = len(self.line.ids) + number
            receiving.put((now + RETURN_DEADLINE_S) << self.line.bits | again if receiving.by_deadline else again)

    def assert_nothing_lost(self, _: Moment) -> None:
        """Every order that came is waiting, in work, packed, or gone: counted afresh, after everything else."""
        line, now = self.line, self.now
        came = self.arrived + sum(second != NEVER for second in self.came_back)
        inside = sum(len(station.queue) for station in line.stations)
        inside += sum(1 if isinstance(load, int) else len(load) for page in self.agenda.values() for *_, load in page)
        inside += len(line.packed) + sum(len(shelf) for shelf in self.shelves.values())
        received = [] if line.receiving is None else line.receiving.ended[len(line.ids) :]
        gone = self.gone + sum(NEVER < second <= now for second in received)
        if came != inside + gone:
            raise RuntimeError(f"second {now}: {came} orders came, {inside} are inside, {gone} are gone")
