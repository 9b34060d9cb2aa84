"""The warehouses during one replication, as a SimPy model: the reference for all engines.

Orders `arrive` at a site and join the queue of its first station. Servers work in `shift`s; at the
end of a tick, the `dispatch` of a station gives the most urgent tasks to the fastest idle servers,
and each will `serve`: work on the orders, breaks on top, and hand them on to the next station. What
is not done when a server goes home is put down, and the next server who is free continues it (or,
if the site has it so, it is finished after hours). Packed parcels stand on a shelf for each carrier
until one comes to `collect`: by priority and then by deadline, as many as its vehicle and the
contract's allotment of the day hold. A parcel that the customer sends back comes again some days
later: `return_parcel`.

The clock counts ticks of a tenth of a second, through the last tick of the horizon. Of the things
that happen in one tick, only two depend on the others (see `event_order`): servers take tasks when
everybody has come or gone and every order has joined its queue, one station after the other; and
carriers collect last, so that a parcel packed in this very tick goes with them. Work of no time
ends in the tick in which it begins, before the next station dispatches.
"""

from __future__ import annotations

from collections.abc import Sequence

from simpy import Environment, PriorityStore

from planner.simulation.inputs.pickups import Allotments
from planner.simulation.inputs.replication_input import NOBODY, EventTimes, ReplicationInput
from planner.simulation.inputs.ticks import TICKS_PER_S
from planner.simulation.simpy_engine.event_order import LateEvents
from planner.simulation.simpy_engine.site_line import Returns, SiteLine
from planner.simulation.simpy_engine.station import Steps

MOST_STATIONS = 1_000  # of a site: collections come after the dispatch of every station


def run(inputs: ReplicationInput) -> EventTimes:
    """Ticks of all events of a replication."""
    env = Environment()
    warehouses = build(env, inputs)
    env.run(until=inputs.end + 1)
    return event_times(inputs, warehouses)


def build(env: Environment, inputs: ReplicationInput) -> list[Warehouse]:
    """All sites, before the first tick; they meet in the contracts' allotments alone."""
    allotments = Allotments()
    return [Warehouse(env, inputs, site, allotments) for site in range(len(inputs.sites))]


def event_times(inputs: ReplicationInput, warehouses: Sequence[Warehouse]) -> EventTimes:
    """What has happened at all sites."""
    times = EventTimes.none(inputs)
    for warehouse in warehouses:
        warehouse.line.write(times)
    return times


class Warehouse:
    """One site.

    Parameters
    ----------
    env : Environment
        Its clock counts ticks.
    inputs : ReplicationInput
        The replication.
    site : int
        Number of the site; carriers that come in the same tick collect in the order of the sites.
    allotments : Allotments
        What each contract still takes on a day, over all sites.
    """

    def __init__(
        self, env: Environment, inputs: ReplicationInput, site: int, allotments: Allotments
    ) -> None:
        self.env = env
        self.after_all_work = LateEvents(env, MOST_STATIONS + site)
        self.allotments = allotments
        self.visits = inputs.sites[site].visits
        self.line = SiteLine(env, inputs, site, self.shelve)
        contracts = {*self.line.contract, *(visit.contract for visit in self.visits)}
        self.shelves = {contract: PriorityStore(env) for contract in contracts}
        env.process(self.arrive())
        env.process(self.collect())

    def arrive(self) -> Steps:
        """Orders come, and join the queue of the first station."""
        first = self.line.stations[0]
        for order, tick in enumerate(self.line.arrival):
            yield self.env.timeout(tick - self.env.now)
            first.join(order)

    def shelve(self, order: int) -> None:
        """A packed parcel is put on the shelf of its carrier; without one, it leaves at once."""
        contract = self.line.contract[order]
        if contract == NOBODY:
            self.hand_over(order)
        else:
            urgency = self.line.behind[order], self.line.deadline_s[order]
            self.shelves[contract].put((*urgency, order))

    def collect(self) -> Steps:
        """Carriers come, and take the parcels by priority, then by deadline."""
        for visit in self.visits:
            yield self.after_all_work.timeout(visit.second * TICKS_PER_S - self.env.now)
            shelf = self.shelves[visit.contract]
            parcels = min(len(shelf.items), visit.room, self.allotments.left(visit))
            self.allotments.take(visit, parcels)
            for _ in range(parcels):
                *_, order = yield shelf.get()
                self.hand_over(order)

    def hand_over(self, order: int) -> None:
        """The parcel leaves; it may come back."""
        self.line.handed_over[order] = int(self.env.now)
        if self.line.returns and self.line.return_lag[order]:
            self.env.process(self.return_parcel(order, self.line.returns))

    def return_parcel(self, order: int, returns: Returns) -> Steps:
        """The customer sends the parcel back, and it joins the queue of returns."""
        yield self.env.timeout(self.line.return_lag[order])
        self.line.came_back[order] = int(self.env.now)
        returns.station.join_returns(returns.queue, order)
