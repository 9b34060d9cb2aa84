"""The warehouses during one replication, as a SimPy model in ticks of a tenth of a second.

A site wakes up in every tick in which something can change there. Within that tick, always in this
order:

1. work ends, or is put down at the end of a shift: people are free again, orders join the next
  queue or the packed parcels;
2. people leave for a break or home, then people come;
3. orders arrive, parcels come back;
4. work starts, station after station along the line (work of no time ends at once);
5. carriers collect: a parcel packed in this very tick goes with them.

When a task ends is known when it is begun: its work, and the breaks of whoever does it; in a break
it stays where it is, and keeps its place. What is not done when its person goes home is put down
then, and the next person who is free continues it (or, if the site has it so, it is finished after
hours).

Sites that wake up in the same tick take turns in the order of the problem; they meet only in a
contract's allotment. The clock runs through the last tick, the end of the horizon.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import EventPriority

from planner.domain.records import NEVER
from planner.simulation.inputs.pickups import Allotments, Pickup
from planner.simulation.inputs.replication_input import NOBODY, Floor, Moments
from planner.simulation.inputs.ticks import TICKS_PER_S, ticks_of
from planner.simulation.simpy_engine.site_line import Line, connect, write_down
from planner.simulation.simpy_engine.station import Desk, Station, Team


def play(floor: Floor, *, check: bool = False) -> Moments:
    """What happens on the floor, tick by tick.

    With `check`, orders are counted after every event, and RuntimeError is raised when one is lost
    or doubled.
    """
    env, allotments = Environment(), Allotments()
    warehouses = [
        Warehouse(env, connect(floor, place), hall.visits, floor.end, allotments, check)
        for place, hall in enumerate(floor.halls)
    ]
    env.run(until=floor.end + 1)
    moments = Moments.none(floor)
    for w in warehouses:
        write_down(floor, w.line, w.handed_over, moments)
    return moments


class Moment(Event):
    """A tick in which a site wakes up: like a time-out, triggered from the beginning."""

    _ok = True
    _value = None

    def __init__(self, tick: int, callbacks: list[Callable[[Any], None]]) -> None:
        """`callbacks` is shared by all moments of a site: SimPy reads the list and never changes
        it.
        """
        self.tick = tick
        self.callbacks = callbacks


# Who works where on which orders, and the content that is left when the task is put down (0: then
# it is done).
Task = tuple[Station, Team, Desk, list[int], int]


class Warehouse:
    """One site at work.

    `agenda` has an entry for every tick in which it will wake up: the tasks that end then.
    """

    def __init__(
        self,
        env: Environment,
        line: Line,
        visits: tuple[Pickup, ...],
        end: int,
        allotments: Allotments,
        check: bool,
    ) -> None:
        self.env = env
        self.now = 0
        self.turn = EventPriority(line.place)
        self.line = line
        self.end = end
        self.visits: dict[int, list[Pickup]] = {}
        for visit in visits:
            self.visits.setdefault(visit.second * TICKS_PER_S, []).append(visit)
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
        self.without_courier = NOBODY in self.shelves
        self.gone = 0  # parcels that left
        # ticks with something other than arrivals and ends of tasks
        self.calendar: set[int] = set()
        self.arrived = 0  # orders that have joined the first queue
        self.prepare()

    def prepare(self) -> None:
        """Note in the agenda what is known before: shifts and visits."""
        for station in self.line.stations:
            for team in station.teams:
                for begin, end in team.stretches:
                    self.comes.setdefault(begin, []).append((station, team))
                    self.leaves.setdefault(end, []).append((station, team))
        for tick in sorted({*self.comes, *self.leaves, *self.visits}):
            self.expect(tick)

    def expect(self, tick: int) -> None:
        """Something other than an arrival or the end of a task happens in `tick`."""
        self.calendar.add(tick)
        if tick not in self.agenda:
            self.new_page(tick)

    def new_page(self, tick: int) -> list[Task]:
        """Add a page for `tick` to the agenda: the site will wake up then."""
        page: list[Task] = []
        self.agenda[tick] = page
        self.env.schedule(Moment(tick, self.each_moment), self.turn, tick - self.now)
        return page

    def moment(self, event: Moment) -> None:
        """Everything that happens at the site in this tick."""
        now = self.now = event.tick
        ending = self.agenda[now]
        if ending:
            self.end_work(ending)
        special = now in self.calendar
        if special:
            self.change_people(now)
        if self.line.tick[self.arrived] <= now:
            self.arrive(now)
        if special and now in self.coming_back:
            self.come_back(now)
        for station in self.line.stations:
            while station.free:
                self.start_work(station, now)
                if not ending:
                    break
                self.end_work(ending)
        if self.without_courier and self.line.packed:
            self.put_on_shelves(now)
        if special and now in self.visits:
            self.collect(now)
        first = self.line.stations[0]
        if first.free and first.desks[0].places:
            self.wake_for_the_next_order()
        del self.agenda[now]

    def end_work(self, ending: list[Task]) -> None:
        """People are done and hand the orders on, or put down what they could not finish."""
        now = self.now
        for station, team, desk, orders, left in ending:
            team.free += 1
            desk.places += 1
            if team.on_duty:
                station.free += 1
            if left:
                desk.put_down.append((orders, left))
                continue
            for order in orders:
                desk.ended[order] = now
                desk.hand_on(order)
        ending.clear()

    def change_people(self, now: int) -> None:
        """Those who leave go first, then others come."""
        for station, team in self.leaves.get(now, ()):
            station.end_duty(team)
        for station, team in self.comes.get(now, ()):
            station.begin_duty(team)

    def arrive(self, now: int) -> None:
        """The orders of this tick join the first queue, after those that came while nobody could
        have taken them.
        """
        tick, first = self.line.tick, self.line.stations[0].desks[0]
        key, put = first.key, first.put
        number = self.arrived
        while tick[number] <= now:
            put(key[number])
            number += 1
        self.arrived = number

    def wake_for_the_next_order(self) -> None:
        """Somebody is free at the first station: the next order is to be taken as it comes."""
        tick = self.line.tick[self.arrived]
        if tick not in self.agenda:
            self.new_page(tick)

    def start_work(self, station: Station, now: int) -> None:
        """Free people take what waits, the fastest people first, as long as there are places to
        work at.
        """
        for team in station.on_duty:
            while team.free and (desk := station.next_desk(self.line.urgency)):
                self.start_task(station, team, desk, now)

    def start_task(self, station: Station, team: Team, desk: Desk, now: int) -> None:
        """Somebody of the team continues what was put down, or takes up to `desk.tour` of the
        orders that wait.
        """
        if desk.put_down:
            orders, content = desk.put_down.popleft()
        else:
            mask = self.line.mask
            orders = [desk.take() & mask for _ in range(min(desk.tour, len(desk.queue)))]
            content = desk.setup
            for order in orders:
                content += desk.content[order]
                desk.begun[order] = now
        ticks, left = ticks_of(content, team.rate, self.line.phase[orders[0]]), 0
        ends = team.done_at(now, ticks)
        if ends > team.home:
            if station.finishes:
                team.after_hours += max(min(ends, self.end) - max(team.home, team.paid_until), 0)
            else:
                left = content - (ticks - (ends - team.home)) * team.rate
                ends = team.home
        page = self.agenda.get(ends)
        if page is None:
            page = self.new_page(ends)
        page.append((station, team, desk, orders, left))
        team.free -= 1
        station.free -= 1
        desk.places -= 1

    def collect(self, now: int) -> None:
        """Carriers take packed parcels of their contract, the earliest deadline first, as far as
        they have room.
        """
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
        line = self.line
        for order in line.packed:
            self.shelves[line.carrier[order]].append(line.key[order])
        line.packed.clear()
        if self.without_courier:
            self.hand_over([key & line.mask for key in self.shelves[NOBODY]], now)
            self.shelves[NOBODY].clear()

    def hand_over(self, orders: list[int], now: int) -> None:
        """The parcels leave the site; some will come back."""
        for order in orders:
            self.handed_over[order] = now
        self.gone += len(orders)
        if self.line.returns is not None:
            for order in orders:
                if self.line.return_lag[order]:
                    back = now + self.line.return_lag[order]
                    self.coming_back.setdefault(back, []).append(order)
                    self.expect(back)

    def come_back(self, now: int) -> None:
        """Parcels join the desk that receives them, those of one tick by their number."""
        returns = self.line.returns
        if returns is None:
            return
        for order in sorted(self.coming_back.pop(now)):
            self.line.came_back[order] = now
            returns.join(order)

    def assert_nothing_lost(self, _: Moment) -> None:
        """Every order that came is waiting, in work, packed, or gone: counted afresh, after
        everything else.
        """
        line, now = self.line, self.now
        desks = [desk for station in line.stations for desk in station.desks]
        came = self.arrived + sum(tick != NEVER for tick in line.came_back)
        inside = sum(
            len(desk.queue) + sum(len(orders) for orders, _ in desk.put_down) for desk in desks
        )
        inside += sum(len(orders) for page in self.agenda.values() for _, _, _, orders, _ in page)
        inside += len(line.packed) + sum(len(shelf) for shelf in self.shelves.values())
        received = [] if line.returns is None else line.returns.ended
        gone = self.gone + sum(tick != NEVER for tick in received)
        if came != inside + gone:
            raise RuntimeError(
                f"tick {now}: {came} orders came, {inside} are inside, {gone} are gone"
            )
