"""The stations of one site in line, and what its orders bring along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from simpy import Environment

from planner.domain.records import NEVER
from planner.simulation.inputs.replication_input import EventTimes, ReplicationInput
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of, phases
from planner.simulation.simpy_engine.station import Queue, Station


@dataclass(frozen=True, slots=True)
class Returns:
    """The station whose servers work on returned parcels, and the queue of those."""

    station: Station
    queue: Queue


class SiteLine:
    """Orders of a site, numbered by time of arrival, and the stations that they pass.

    Parameters
    ----------
    env : Environment
        Its clock counts ticks.
    inputs : ReplicationInput
        The replication.
    site : int
        Number of the site.
    pack : callable
        Where an order goes after the last station.

    Attributes
    ----------
    arrival, return_lag : list of int
        Tick in which each order comes; ticks from its hand-over to its return, 0: never.
    deadline_s, contract : list of int
        Deadline (second) and contract (index, or NOBODY) of each order.
    behind : list of int
        Priorities that go before that of each order; one entry more for returns, the lowest.
    handed_over, came_back : list of int
        Tick in which it happened to each order, NEVER before.
    stations : list of Station
        In the order in which orders pass them.
    returns : Returns or None
        Where returned parcels are worked on.
    """

    def __init__(
        self, env: Environment, inputs: ReplicationInput, site: int, pack: Callable[[int], None]
    ) -> None:
        self.given, self.inputs = inputs.sites[site], inputs
        orders = inputs.orders.at(self.given.ids)
        self.arrival: list[int] = arrivals_of(orders).tolist()
        self.return_lag: list[int] = (orders.return_lag_s.astype(np.int64) * TICKS_PER_S).tolist()
        self.deadline_s: list[int] = orders.deadline_s.tolist()
        self.behind: list[int] = [*inputs.behind[self.given.ids].tolist(), inputs.top_priority]
        self.contract: list[int] = inputs.contract[self.given.ids].tolist()
        self.handed_over = [NEVER] * len(self.arrival)
        self.came_back = [NEVER] * len(self.arrival)
        self.phase: list[int] = phases(orders.instant).tolist()
        self.stations: list[Station] = []
        self.returns: Returns | None = None
        self._connect(env, pack)

    def _connect(self, env: Environment, pack: Callable[[int], None]) -> None:
        """Build the stations from the last to the first: each hands on to the one behind it."""
        hand_on = pack
        for number, given in reversed([*enumerate(self.given.stations)]):
            station = Station(
                env,
                number,
                given,
                Queue(given.process, self._work(given.work_row), hand_on),
                deadline_s=self.deadline_s,
                behind=self.behind,
                phase=self.phase,
                finishes=self.given.finishes,
                end=self.inputs.end,
            )
            self.stations.insert(0, station)
            hand_on = station.join
        receiving = self.given.receiving
        if receiving is not None:
            queue = Queue(receiving.process, self._work(receiving.work_row), _done)
            self.returns = Returns(self.stations[receiving.station], queue)
            self.returns.station.queues.append(queue)

    def _work(self, row: int) -> list[int]:
        """Work of each order: microseconds at standard speed, times TICKS_PER_S."""
        work: list[int] = (self.inputs.orders.work_us[row, self.given.ids] * TICKS_PER_S).tolist()
        return work

    def write(self, times: EventTimes) -> None:
        """Enter what happened at the site."""
        ids = self.given.ids
        for given, station in zip(self.given.stations, self.stations, strict=True):
            times.begun[given.row, ids] = station.queue.begun
            times.ended[given.row, ids] = station.queue.ended
            for number, servers in enumerate(station.groups, start=given.first_group):
                times.after_hours[number] = servers.after_hours
        times.handed_over[ids] = self.handed_over
        if self.returns is not None:
            times.came_back[ids] = self.came_back
            times.received[ids] = self.returns.queue.ended


def _done(order: int) -> None:
    """A returned parcel that was worked on goes nowhere."""
