"""The line of stations of one site, with everything the site's orders bring along, numbered in
order of arrival.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from planner.domain.demand import Ints
from planner.domain.products import RETURN_DEADLINE_S
from planner.domain.records import NEVER
from planner.simulation.inputs.replication_input import Floor, Hall, Moments
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of, phases
from planner.simulation.simpy_engine.station import Desk, Station

FAR = 1 << 40  # a tick after the end of every horizon


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A site's stations and orders.

    Order number k of the site is order `ids[k]` of the replication.

    `returns`: the desk at which what comes back is dealt with. `packed`: orders that have been
    through the line and are not yet put on a shelf. `tick[k]`: when order number k comes, with FAR
    at the end. `carrier[k]`: contract index. `key[k]`: deadline << bits | k. `phase[k]`: its
    rounding number (see `ticks`). `return_lag[k]`: ticks from hand-over until the order comes back,
    0 if it does not; empty where nothing is received.
    """

    place: int
    stations: list[Station]
    returns: Desk | None
    packed: list[int]
    ids: Ints
    tick: list[int]
    carrier: list[int]
    key: list[int]
    bits: int
    mask: int
    phase: list[int]
    return_lag: list[int]
    came_back: list[int]

    def urgency(self, station: Station, desk: Desk) -> int:
        """Of what is next at a desk: by deadline, its deadline in seconds, else the tick in which
        it joined.
        """
        key = desk.queue[0]
        if not station.by_deadline:
            return desk.joined[key & self.mask]
        if desk is self.returns:
            return self.came_back[key] // TICKS_PER_S + RETURN_DEADLINE_S
        return key >> self.bits


def connect(floor: Floor, place: int) -> Line:
    """Build the stations of site number `place`, and hand its orders' work to them."""
    hall, ids = floor.halls[place], floor.halls[place].ids
    orders = floor.orders.at(ids)
    bits = max(len(ids), 1).bit_length()
    deadline = orders.deadline_s.astype(np.int64)
    key = (deadline << bits | np.arange(len(ids))).tolist()
    came_back = [NEVER] * (len(ids) if hall.receiving else 0)
    tick = arrivals_of(orders).tolist()
    packed: list[int] = []
    stations = _stations(floor, hall, tick, key, packed)
    returns = None
    if hall.receiving:
        content = _content(floor, hall, hall.receiving.work_row)
        returns = Desk(
            hall.receiving.process, content, came_back, range(len(ids)), _leave_it, sorted_in=True
        )
        stations[hall.receiving.bench].desks.append(returns)
    return Line(
        place=place,
        stations=stations,
        returns=returns,
        packed=packed,
        ids=ids,
        tick=[*tick, FAR],
        carrier=floor.contract[ids].tolist(),
        key=key,
        bits=bits,
        mask=(1 << bits) - 1,
        phase=phases(orders.instant).tolist(),
        return_lag=(orders.return_lag_s.astype(np.int64) * TICKS_PER_S).tolist()
        if hall.receiving
        else [],
        came_back=came_back,
    )


def _stations(
    floor: Floor, hall: Hall, tick: list[int], key: list[int], packed: list[int]
) -> list[Station]:
    """The stations in line: orders come at their tick, each desk hands on to the next, and the last
    to `packed`.
    """
    stations: list[Station] = []
    joined, rising = tick, all(a <= b for a, b in pairwise(key))
    for bench in hall.benches:
        station = Station(bench.gangs, bench.process, hall.finishes)
        keys, content = (
            key if station.by_deadline else range(len(key)),
            _content(floor, hall, bench.work_row),
        )
        sorted_in = not station.by_deadline or (rising and not stations)
        desk = Desk(bench.process, content, joined, keys, packed.append, sorted_in)
        if stations:
            stations[-1].desks[0].hand_on = desk.join
        station.desks.append(desk)
        stations.append(station)
        joined = desk.ended
    return stations


def write_down(floor: Floor, line: Line, handed_over: list[int], moments: Moments) -> None:
    """Enter what happened at one site; what was still in work when the clock stopped has not
    ended.
    """
    ids = line.ids
    for bench, station in zip(floor.halls[line.place].benches, line.stations, strict=True):
        moments.begun[bench.row, ids] = station.desks[0].begun
        moments.ended[bench.row, ids] = station.desks[0].ended
        of_bench = slice(bench.first_gang, bench.first_gang + len(bench.gangs))
        moments.after_hours[of_bench] = [team.after_hours for team in station.teams]
    moments.handed_over[ids] = handed_over
    if line.returns is not None:
        moments.came_back[ids] = line.came_back
        moments.received[ids] = line.returns.ended


def _content(floor: Floor, hall: Hall, work_row: int) -> list[int]:
    """Work of the site's orders by number, in microseconds times TICKS_PER_S: divided by a rate, it
    is in ticks.
    """
    content: list[int] = (floor.orders.work_us[work_row, hall.ids] * TICKS_PER_S).tolist()
    return content


def _leave_it(order: int) -> None:
    """What came back ends at the desk that receives it."""
