"""The SimPy model's compiled twin: the same inputs, the same tick for every step of every order.

All orders are known before the first tick, so no global event loop is needed. Time goes in epochs
that end when a carrier comes. Within an epoch each station is simulated on its own, from the first
to the last: it gets the orders that the one before has finished, in the order in which they were
finished. Only what has left can come back to the site, and that is known when the epoch ends (where
there is no courier, orders leave when they are packed: there an epoch is no longer than the
shortest way back).

Here the input is laid out in tables of integers; `kernel` runs on them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.products import RETURN_DEADLINE_S
from planner.domain.site import Process
from planner.simulation.compiled_engine.kernel import (
    CHANGE,
    CHANGES,
    COLUMNS,
    FAR,
    FINISHES,
    FIRST,
    HEAP,
    HEAP_END,
    HEAP_SIZE,
    LAST,
    LEVELS,
    LINE,
    MASK,
    NEXT,
    NEXT_END,
    NONE,
    PLACES,
    PREV_ROW,
    PUT_DOWN,
    RANK,
    RECEIVE_ROW,
    ROW,
    SETUP_US,
    SITE,
    SPAN,
    SPARE,
    STATION,
    TEAM,
    THERE,
    TOUR,
    TREE,
    VISIT,
    VISITS,
    WHEEL,
    WORD,
    WORK_ROW,
    Tables,
    run_epochs,
)
from planner.simulation.inputs.attendance import ServerGroup
from planner.simulation.inputs.orders import stable_order
from planner.simulation.inputs.replication_input import (
    NOBODY,
    EventTimes,
    ReplicationInput,
    SiteInput,
    StationInput,
)
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of

Place = tuple[int, int, SiteInput, StationInput]  # site, position in its line


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderColumns:
    """What the tables hold of the orders, the same for all people and vehicles.

    Attributes
    ----------
    arrives : Seconds
        Tick in which each order comes [order].
    rank, by_rank : Seconds
        Rank of each order within its site by (priority, deadline, number), and the orders of one
        site after the other by rank.
    longest_us : Ints
        Most work of one order [row of work].
    returning : Ints
        How many orders of each site come back, if they leave [site].
    step : int
        Longest epoch in ticks.
    contracts : sequence of (list of int)
        Contracts that take orders of each site, rising [site].
    """

    arrives: Seconds
    rank: Seconds
    by_rank: Seconds
    longest_us: Ints
    returning: Ints
    step: int
    contracts: Sequence[list[int]]


def order_columns(inputs: ReplicationInput) -> OrderColumns:
    """The columns of a replication's orders."""
    orders, sites = inputs.orders, inputs.sites
    rank, by_rank = _ranks(inputs)
    return OrderColumns(
        arrives=arrivals_of(orders),
        rank=rank,
        by_rank=by_rank,
        longest_us=orders.work_us.max(axis=1, initial=0),
        returning=_ints(_returning(inputs, site) for site in sites),
        step=min((_step(inputs, site) for site in sites), default=FAR),
        contracts=[np.unique(inputs.contract[site.ids]).tolist() for site in sites],
    )


def run(inputs: ReplicationInput, columns: OrderColumns | None = None) -> EventTimes:
    """Ticks of all events of a replication.

    Parameters
    ----------
    inputs : ReplicationInput
        The replication.
    columns : OrderColumns, optional
        Those of its orders, where they are known.

    Returns
    -------
    EventTimes
        The ticks.
    """
    times = EventTimes.none(inputs)
    run_epochs(tabulate(inputs, times, columns or order_columns(inputs)))
    return times


class RunAgain:
    """Runs inputs of the same orders, whose columns are computed once."""

    def __init__(self) -> None:
        self._columns: OrderColumns | None = None

    def __call__(self, inputs: ReplicationInput) -> EventTimes:
        """Ticks of all events, as `run` gives them."""
        self._columns = self._columns or order_columns(inputs)
        return run(inputs, self._columns)


def tabulate(inputs: ReplicationInput, times: EventTimes, columns: OrderColumns) -> Tables:
    """The tables before the first tick: all orders still to come, nobody on duty.

    Parameters
    ----------
    inputs : ReplicationInput
        The replication.
    times : EventTimes
        Where its events are to be written.
    columns : OrderColumns
        Those of its orders.

    Returns
    -------
    Tables
        What `run_epochs` runs on.
    """
    orders, sites = inputs.orders, inputs.sites
    forest = _Forest()
    returning = columns.returning.tolist()
    places = [
        (s, p, site, station)
        for s, site in enumerate(sites)
        for p, station in enumerate(site.stations)
    ]
    groups = [group for *_, station in places for group in station.groups]
    changes = [sorted(_changes(station)) for *_, station in places]
    visits = [visit for site in sites for visit in site.visits]
    days = 1 + max((v.day for v in visits), default=0)
    wheels = [
        _wheel_size(inputs, columns.longest_us, site, p, station) for _, p, site, station in places
    ]
    slots = [_slots(site, p, station) for _, p, site, station in places]
    stations = _stations(places, forest, wheels, slots, changes, lowest=inputs.top_priority)
    shelf = _shelves(inputs, forest, columns.contracts)
    stretches, last = _stretches(groups)
    none = np.zeros(0, dtype=np.int32)
    return Tables(
        ticks_per_s=TICKS_PER_S,
        end=inputs.end,
        step=columns.step,
        return_deadline_s=RETURN_DEADLINE_S,
        lowest=inputs.top_priority,
        epochs=np.unique(_ints(v.second for v in visits)) * TICKS_PER_S,
        stations=stations,
        sites=_sites(sites, returning),
        teams=_table(
            [
                (g.rate, g.people, 0, *ends, g.paid_until_s * TICKS_PER_S)
                for g, ends in zip(groups, last, strict=True)
            ],
            6,
        ),
        stretches=stretches,
        after_hours=times.after_hours,
        duty=np.zeros(len(groups) + 1, dtype=np.int64),
        changes=_table(_numbered(changes, stations[:, TEAM]), 3),
        visits=_table(
            [
                (v.second * TICKS_PER_S, v.contract, v.room, v.allotted, v.contract * days + v.day)
                for v in visits
            ],
            5,
        ),
        booked=np.zeros(
            1 + max((v.contract * days + v.day for v in visits), default=0), dtype=np.int64
        ),
        trees=forest.table(),
        words=forest.words(),
        wheel_words=np.zeros(sum(wheels) // WORD, dtype=np.int64),
        shelf=shelf,
        line=_lines(inputs, stations),
        wheel=np.full(sum(wheels), NONE, dtype=np.int32),
        slots=_spare_slots(sum(slots)),
        rest=np.zeros(sum(slots), dtype=np.int64),
        heap=np.empty(sum(returning), dtype=np.int64),
        arrives=columns.arrives,
        instant=np.ascontiguousarray(orders.instant),
        deadline_s=np.ascontiguousarray(orders.deadline_s, dtype=np.int32),
        behind=np.ascontiguousarray(inputs.behind),
        contract=np.ascontiguousarray(inputs.contract),
        return_lag_s=np.ascontiguousarray(orders.return_lag_s) if any(returning) else none,
        rank=columns.rank,
        by_rank=columns.by_rank,
        work_us=np.ascontiguousarray(orders.work_us),
        begun=times.begun,
        ended=times.ended,
        handed_over=times.handed_over,
        came_back=times.came_back if inputs.receives else none,
        received=times.received if inputs.receives else none,
    )


def _stations(
    places: Sequence[Place],
    forest: _Forest,
    wheels: Sequence[int],
    slots: Sequence[int],
    changes: Sequence[list[Any]],
    *,
    lowest: int,
) -> Ints:
    """One row per station."""
    table = np.zeros((len(places), COLUMNS), dtype=np.int64)
    for s, (number, p, site, station) in enumerate(places):
        process, last = station.process, p + 1 == len(site.stations)
        table[s, [SITE, LAST, ROW]] = number, last, station.row
        table[s, PREV_ROW] = site.stations[p - 1].row if p else NONE
        table[s, FINISHES] = site.finishes
        table[s, RECEIVE_ROW] = NONE
        for kind, (work_row, task) in enumerate(_kinds(site, p, station)):
            table[s, [WORK_ROW, RECEIVE_ROW][kind]] = work_row
            table[s, [TOUR + kind, SETUP_US + kind]] = task.batch_orders, task.batch_setup_s * MICRO
            table[s, PLACES + kind] = task.stations
        table[s, PUT_DOWN : PUT_DOWN + 2] = NONE
        table[s, TREE], orders = NONE, len(site.ids)
        if process.discipline == "deadline":
            table[s, TREE] = forest.plant(orders)
        elif lowest:
            table[s, TREE], table[s, SPAN] = forest.plant(orders * (lowest + 1)), orders
        table[s, [MASK, NEXT_END]] = wheels[s] - 1, FAR
        table[s, THERE] = 0 if p else len(site.ids)
    table[:, LINE] = _starts([len(site.ids) for _, _, site, _ in places])
    table[:, WHEEL] = _starts(wheels)
    table[:, SPARE] = _starts(slots)
    table[:, TEAM] = _starts([len(station.groups) for *_, station in places])
    table[:, CHANGE] = _starts([len(c) for c in changes])
    table[:, CHANGES] = table[:, CHANGE] + [len(c) for c in changes]
    return table


def _sites(sites: Sequence[SiteInput], returning: Sequence[int]) -> Ints:
    """One row per site, and one more that ends the last."""
    table = np.zeros((len(sites) + 1, HEAP_SIZE + 1), dtype=np.int64)
    table[1:, STATION] = np.cumsum([len(site.stations) for site in sites])
    table[:-1, VISIT] = _starts([len(site.visits) for site in sites])
    table[:-1, VISITS] = table[:-1, VISIT] + [len(site.visits) for site in sites]
    table[:-1, RANK] = _starts([len(site.ids) for site in sites])
    table[:-1, HEAP] = _starts(returning)
    table[:-1, HEAP_END] = table[:-1, HEAP] + returning
    return table


def _shelves(inputs: ReplicationInput, forest: _Forest, used: Sequence[list[int]]) -> Ints:
    """A tree for each contract that a site has orders for, NONE else: [site, contract]."""
    visited = [visit.contract for site in inputs.sites for visit in site.visits]
    table = np.full(
        (len(inputs.sites), 1 + max([NONE, *visited, *chain(*used)])), NONE, dtype=np.int64
    )
    for s, (site, contracts) in enumerate(zip(inputs.sites, used, strict=True)):
        for contract in contracts:
            if contract != NOBODY:
                table[s, contract] = forest.plant(len(site.ids))
    return table


class _Forest:
    """Trees of words over the ranks of a site's orders.

    Level 0 has a bit for each rank, a level above one for each word.
    """

    def __init__(self) -> None:
        self._rows: list[list[int]] = []
        self._size = 0

    def plant(self, bits: int) -> int:
        """A tree over `bits` ranks; its number."""
        row = [0] * LEVELS
        for level in range(LEVELS):
            bits = max(-(-bits // WORD), 1)
            row[level] = self._size
            self._size += bits
            if bits == 1:
                break
        self._rows.append([*row, 0, level + 1, 0])
        return len(self._rows) - 1

    def table(self) -> Ints:
        return _table(self._rows, FIRST + 1)

    def words(self) -> Ints:
        """The words of all trees, no bit set."""
        return np.zeros(self._size, dtype=np.int64)


def _lines(inputs: ReplicationInput, stations: Ints) -> Seconds:
    """Orders stand in the line of the first station of their site; other lines are empty."""
    sizes = [len(site.ids) for site in inputs.sites for _ in site.stations]
    line = np.empty(sum(sizes), dtype=np.int32)
    for s in np.flatnonzero(stations[:, PREV_ROW] == NONE):
        ids = inputs.sites[stations[s, SITE]].ids
        line[stations[s, LINE] : stations[s, LINE] + len(ids)] = ids
    return line


def _spare_slots(count: int) -> Seconds:
    """Every slot leads to the next spare one."""
    slots = np.empty((count, 3), dtype=np.int32)
    slots[:, NEXT] = np.arange(1, count + 1)
    return slots


def _changes(station: StationInput) -> list[tuple[int, int, int]]:
    """(tick, 1: comes or 0: leaves, number of the group at the station)."""
    stretches = [
        (team, a, b) for team, group in enumerate(station.groups) for a, b in group.stretches
    ]
    comes = [(begin * TICKS_PER_S, 1, team) for team, begin, _ in stretches]
    leaves = [(end * TICKS_PER_S, 0, team) for team, _, end in stretches]
    return comes + leaves


def _stretches(groups: Sequence[ServerGroup]) -> tuple[Ints, list[tuple[int, int]]]:
    """The working stretches of all groups in ticks, and where each group stands in them.

    Before a group comes, it is in the stretch before its first; then the number of its last.
    """
    rows = _table([stretch for group in groups for stretch in group.stretches], 2) * TICKS_PER_S
    first = _starts([len(group.stretches) for group in groups]).tolist()
    return rows, [
        (k - 1, k + len(group.stretches) - 1) for k, group in zip(first, groups, strict=True)
    ]


def _numbered(
    changes: Sequence[list[tuple[int, int, int]]], first_team: Ints
) -> list[tuple[int, int, int]]:
    """(tick, team, comes) of all stations, with the teams counted through."""
    return [
        (tick, int(first) + team, comes)
        for first, of_station in zip(first_team, changes, strict=True)
        for tick, comes, team in of_station
    ]


def _returning(inputs: ReplicationInput, site: SiteInput) -> int:
    """How many of a site's orders come back, if they leave."""
    return (
        0 if site.receiving is None else int(np.count_nonzero(inputs.orders.return_lag_s[site.ids]))
    )


def _step(inputs: ReplicationInput, site: SiteInput) -> int:
    """The shortest way back of an order that leaves as soon as it is packed."""
    if site.receiving is None:
        return FAR
    lags = inputs.orders.return_lag_s[site.ids][inputs.contract[site.ids] == NOBODY]
    return int(min(lags[lags > 0], default=FAR // TICKS_PER_S)) * TICKS_PER_S


def _kinds(site: SiteInput, place: int, station: StationInput) -> list[tuple[int, Process]]:
    """(row of the work, process) of what is done at a station: orders, and returns if received."""
    kinds = [(station.work_row, station.process)]
    if site.receiving is not None and site.receiving.station == place:
        kinds.append((site.receiving.work_row, site.receiving.process))
    return kinds


def _wheel_size(
    inputs: ReplicationInput,
    longest_us: Ints,
    site: SiteInput,
    place: int,
    station: StationInput,
) -> int:
    """A power of two of more ticks than any task takes.

    A task that outlasts the horizon is never put in.
    """
    longest = 0
    for row, process in _kinds(site, place, station):
        work = int(longest_us[row])
        tour = min(process.batch_orders, len(site.ids))
        longest = max(longest, (work * tour + process.batch_setup_s * MICRO) * TICKS_PER_S)
    ticks = max(
        (_longest_stay(group, longest // group.rate + 1) for group in station.groups), default=0
    )
    return max(1 << (min(ticks, inputs.end) + 1).bit_length(), WORD)


def _longest_stay(group: ServerGroup, ticks: int) -> int:
    """The longest a task of `ticks` takes, breaks included, if begun just before one."""
    longest = ticks
    for k in range(len(group.stretches)):
        left, stays = ticks - 1, ticks
        for (_, before), (a, b) in pairwise(group.stretches[k:]):
            if left <= 0:
                break
            stays += (a - before) * TICKS_PER_S
            left -= (b - a) * TICKS_PER_S
        longest = max(longest, stays)
    return longest


def _slots(site: SiteInput, place: int, station: StationInput) -> int:
    """Orders that can be in work or put down at the same time, and one more.

    The last one ends the list of spare slots. Whoever puts a task down goes home: there are no more
    tasks than people in all shifts together.
    """
    people = sum(group.people for group in station.groups)
    kinds = _kinds(site, place, station)
    return (
        min(people * max(process.batch_orders for _, process in kinds), len(kinds) * len(site.ids))
        + 1
    )


def _ranks(inputs: ReplicationInput) -> tuple[Seconds, Seconds]:
    """Rank of each order within its site by (priority, deadline, number), and orders by rank."""
    urgency = _urgency(inputs)
    rank = np.empty(len(inputs.orders), dtype=np.int32)
    by_rank = []
    for site in inputs.sites:
        own = urgency[site.ids]
        rising = bool(np.all(own[1:] >= own[:-1]))
        ids = site.ids if rising else site.ids[stable_order(own)]
        rank[ids] = np.arange(len(ids), dtype=np.int32)
        by_rank.append(ids.astype(np.int32))
    return rank, np.concatenate(by_rank)


def _urgency(inputs: ReplicationInput) -> Seconds | Ints:
    """A number that rises with the deadline, and from a priority to the next lower one."""
    deadline_s = inputs.orders.deadline_s
    if inputs.top_priority == 0:
        return deadline_s
    span = np.int64(deadline_s.max(initial=0)) - np.int64(deadline_s.min(initial=0)) + 1
    return np.asarray(deadline_s + inputs.behind * span)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)


def _table(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, columns)


def _starts(sizes: Sequence[int]) -> Ints:
    """Where each part begins when parts stand one after the other."""
    return np.concatenate(
        [np.zeros(1, dtype=np.int64), np.cumsum(np.asarray(sizes, dtype=np.int64))]
    )[:-1]
