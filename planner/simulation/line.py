"""The line of stations of one site, with everything the site's orders bring along, numbered in order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.domain.demand import Ints
from planner.simulation.floor import Bench, Floor, Hall, Moments
from planner.simulation.station import Station

FAR = 1 << 40  # a second after the end of every horizon
_DONE = -1  # in place of the next queue's key: the order ends here


@dataclass(frozen=True, eq=False, slots=True)
class Line:
    """A site's stations and orders. Order number k of the site is order `ids[k]` of the replication; when it comes
    back, its number is `len(ids) + k`.

    `second[k]`: when order number k comes, with FAR at the end. `packed`: keys of the orders that have been through the
    line and are not yet put on a shelf. `carrier[k]`: contract index. `return_lag[k]`: seconds from hand-over until the
    order comes back, 0 if it does not; empty where nothing is received.
    """

    place: int
    stations: list[Station]
    receiving: Station | None
    packed: list[int]
    ids: Ints
    second: list[int]
    carrier: list[int]
    key: list[int]
    bits: int
    mask: int
    return_lag: list[int]


def connect(floor: Floor, place: int) -> Line:
    """Build the stations of site number `place`, and hand its orders' work to them."""
    hall, orders = floor.halls[place], floor.orders
    ids = hall.ids
    bits = max(2 * len(ids), 1).bit_length()
    deadline = orders.deadline_s[ids].astype(np.int64)
    key = (deadline << bits | np.arange(len(ids))).tolist()
    in_order = bool(np.all(np.diff(deadline) >= 0))
    stations = []
    for p, bench in enumerate(hall.benches):
        sorted_in = in_order and p == 0 and hall.receiving != p
        stations.append(Station(bench.process, bench.gangs, _work(floor, hall, bench, p), key, sorted_in))
    packed: list[int] = []
    receiving = None if hall.receiving is None else stations[hall.receiving]
    _lead_on(stations, key, packed.append, receiving)
    return Line(
        place=place,
        stations=stations,
        receiving=receiving,
        packed=packed,
        ids=ids,
        second=[*orders.ordered_at_s[ids].tolist(), FAR],
        carrier=floor.contract[ids].tolist(),
        key=key,
        bits=bits,
        mask=(1 << bits) - 1,
        return_lag=[] if receiving is None else orders.return_lag_s[ids].tolist(),
    )


def write_down(floor: Floor, line: Line, handed_over: list[int], came_back: list[int], moments: Moments) -> None:
    """Enter what happened at one site; what was still in work when the clock stopped has not ended."""
    ids, n = line.ids, len(line.ids)
    for bench, station in zip(floor.halls[line.place].benches, line.stations, strict=True):
        moments.begun[bench.row, ids] = station.begun[:n]
        moments.ended[bench.row, ids] = _within(station.ended[:n], floor.end_s)
    moments.handed_over[ids] = handed_over
    if line.receiving is not None:
        moments.came_back[ids] = came_back
        moments.received[ids] = _within(line.receiving.ended[n:], floor.end_s)


def _within(seconds: Sequence[int], end_s: int) -> Ints:
    known = np.array(seconds, dtype=np.int64)
    return np.where(known <= end_s, known, -1)


def _lead_on(
    stations: Sequence[Station], key: Sequence[int], put_packed: Callable[[int], None], receiving: Station | None
) -> None:
    """Connect each station with the next one, the last with the packed parcels. What came back ends at `receiving`."""
    goals = [(after.key, after.put) for after in stations[1:]] + [(key, put_packed)]
    for station, (next_key, put) in zip(stations, goals, strict=True):
        if station is receiving:
            station.lead_to([*next_key, *[_DONE] * len(key)], partial(_unless_done, put))
        else:
            station.lead_to(next_key, put)


def _unless_done(put: Callable[[int], None], key: int) -> None:
    if key != _DONE:
        put(key)


def _work(floor: Floor, hall: Hall, bench: Bench, place: int) -> list[int]:
    """Work of the site's orders at a bench by number; at the receiving bench the work on their return follows."""
    work: list[int] = floor.orders.work_us[bench.work_row, hall.ids].tolist()
    if hall.receiving == place:
        work += floor.orders.work_us[hall.receive_row, hall.ids].tolist()
    return work
