"""The SimPy model's compiled twin: the same floor, the same tick for every step of every order.

An order is known when it is born, so nothing has to be played event by event over the whole house.
Time goes in epochs that end when a carrier comes. Within an epoch each station is played alone,
from the first to the last: it gets the orders that the one before has finished, in the order in
which they were finished. Only what has left can come back into the house, and that is known when
the epoch ends (where there is no courier, orders leave when they are packed: there an epoch is no
longer than the shortest way back).

Here the floor is laid out in tables of integers; `kernel` plays it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.products import RETURN_DEADLINE_S
from planner.domain.site import Process
from planner.simulation.compiled_engine.kernel import (
    CHANGE,
    CHANGES,
    COLUMNS,
    DEPTH,
    FAR,
    FINISHES,
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
    play_epochs,
)
from planner.simulation.inputs.attendance import Gang
from planner.simulation.inputs.orders import stable_order
from planner.simulation.inputs.replication_input import NOBODY, Bench, Floor, Hall, Moments
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of

Place = tuple[int, int, Hall, Bench]  # site, position in its line


def play(floor: Floor) -> Moments:
    """What happens on the floor, tick by tick."""
    moments = Moments.none(floor)
    play_epochs(tabulate(floor, moments))
    return moments


def tabulate(floor: Floor, moments: Moments) -> Tables:
    """The tables of a floor before the first tick: orders on their way to the first stations,
    nobody on duty.
    """
    orders, halls = floor.orders, floor.halls
    forest = _Forest()
    rank, by_rank = _ranks(floor)
    returning = [_returning(floor, hall) for hall in halls]
    benches = [
        (s, p, hall, bench) for s, hall in enumerate(halls) for p, bench in enumerate(hall.benches)
    ]
    gangs = [gang for *_, bench in benches for gang in bench.gangs]
    changes = [sorted(_changes(bench)) for *_, bench in benches]
    visits = [visit for hall in halls for visit in hall.visits]
    days = 1 + max((v.day for v in visits), default=0)
    wheels = [_wheel_size(floor, hall, p, bench) for _, p, hall, bench in benches]
    slots = [_slots(hall, p, bench) for _, p, hall, bench in benches]
    stations = _stations(benches, forest, wheels, slots, changes)
    sites = _sites(halls, returning)
    shelf = _shelves(floor, forest)
    stretches, last = _stretches(gangs)
    none = np.zeros(0, dtype=np.int32)
    return Tables(
        ticks_per_s=TICKS_PER_S,
        end=floor.end,
        step=min((_step(floor, hall) for hall in halls), default=FAR),
        return_deadline_s=RETURN_DEADLINE_S,
        epochs=np.unique(_ints(v.second for v in visits)) * TICKS_PER_S,
        stations=stations,
        sites=sites,
        teams=_table(
            [
                (g.rate, g.people, 0, *ends, g.paid_until_s * TICKS_PER_S)
                for g, ends in zip(gangs, last, strict=True)
            ],
            6,
        ),
        stretches=stretches,
        after_hours=moments.after_hours,
        duty=np.zeros(len(gangs) + 1, dtype=np.int64),
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
        line=_lines(floor, stations),
        wheel=np.full(sum(wheels), NONE, dtype=np.int32),
        slots=_spare_slots(sum(slots)),
        rest=np.zeros(sum(slots), dtype=np.int64),
        heap=np.empty(sum(returning), dtype=np.int64),
        arrives=arrivals_of(orders),
        instant=np.ascontiguousarray(orders.instant),
        deadline_s=np.ascontiguousarray(orders.deadline_s, dtype=np.int32),
        contract=np.ascontiguousarray(floor.contract),
        return_lag_s=np.ascontiguousarray(orders.return_lag_s) if any(returning) else none,
        rank=rank,
        by_rank=by_rank,
        work_us=np.ascontiguousarray(orders.work_us),
        begun=moments.begun,
        ended=moments.ended,
        handed_over=moments.handed_over,
        came_back=moments.came_back if floor.receives else none,
        received=moments.received if floor.receives else none,
    )


def _stations(
    benches: Sequence[Place],
    forest: _Forest,
    wheels: Sequence[int],
    slots: Sequence[int],
    changes: Sequence[list[Any]],
) -> Ints:
    """One row per station."""
    table = np.zeros((len(benches), COLUMNS), dtype=np.int64)
    for s, (site, p, hall, bench) in enumerate(benches):
        process, last = bench.process, p + 1 == len(hall.benches)
        table[s, [SITE, LAST, ROW]] = site, last, bench.row
        table[s, PREV_ROW] = hall.benches[p - 1].row if p else NONE
        table[s, FINISHES] = hall.finishes
        table[s, RECEIVE_ROW] = NONE
        for kind, (work_row, task) in enumerate(_kinds(hall, p, bench)):
            table[s, [WORK_ROW, RECEIVE_ROW][kind]] = work_row
            table[s, [TOUR + kind, SETUP_US + kind]] = task.batch_orders, task.batch_setup_s * MICRO
            table[s, PLACES + kind] = task.stations
        table[s, PUT_DOWN : PUT_DOWN + 2] = NONE
        table[s, TREE] = forest.plant(len(hall.ids)) if process.discipline == "deadline" else NONE
        table[s, [MASK, NEXT_END]] = wheels[s] - 1, FAR
        table[s, THERE] = 0 if p else len(hall.ids)
    table[:, LINE] = _starts([len(hall.ids) for _, _, hall, _ in benches])
    table[:, WHEEL] = _starts(wheels)
    table[:, SPARE] = _starts(slots)
    table[:, TEAM] = _starts([len(bench.gangs) for *_, bench in benches])
    table[:, CHANGE] = _starts([len(c) for c in changes])
    table[:, CHANGES] = table[:, CHANGE] + [len(c) for c in changes]
    return table


def _sites(halls: Sequence[Hall], returning: Sequence[int]) -> Ints:
    """One row per site, and one more that ends the last."""
    table = np.zeros((len(halls) + 1, HEAP_SIZE + 1), dtype=np.int64)
    table[1:, STATION] = np.cumsum([len(hall.benches) for hall in halls])
    table[:-1, VISIT] = _starts([len(hall.visits) for hall in halls])
    table[:-1, VISITS] = table[:-1, VISIT] + [len(hall.visits) for hall in halls]
    table[:-1, RANK] = _starts([len(hall.ids) for hall in halls])
    table[:-1, HEAP] = _starts(returning)
    table[:-1, HEAP_END] = table[:-1, HEAP] + returning
    return table


def _shelves(floor: Floor, forest: _Forest) -> Ints:
    """A tree for each contract that a site has orders for, NONE else: [site, contract]."""
    visited = [visit.contract for hall in floor.halls for visit in hall.visits]
    used = [np.unique(floor.contract[hall.ids]).tolist() for hall in floor.halls]
    table = np.full(
        (len(floor.halls), 1 + max([NONE, *visited, *chain(*used)])), NONE, dtype=np.int64
    )
    for s, (hall, contracts) in enumerate(zip(floor.halls, used, strict=True)):
        for contract in contracts:
            if contract != NOBODY:
                table[s, contract] = forest.plant(len(hall.ids))
    return table


class _Forest:
    """Trees of words over the ranks of a site's orders: level 0 has a bit for each, a level above
    one for each word.
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
        self._rows.append([*row, 0, level + 1])
        return len(self._rows) - 1

    def table(self) -> Ints:
        return _table(self._rows, DEPTH + 1)

    def words(self) -> Ints:
        """The words of all trees, no bit set."""
        return np.zeros(self._size, dtype=np.int64)


def _lines(floor: Floor, stations: Ints) -> Seconds:
    """Orders stand in the line of the first station of their site; the other lines are empty
    yet.
    """
    sizes = [len(hall.ids) for hall in floor.halls for _ in hall.benches]
    line = np.empty(sum(sizes), dtype=np.int32)
    for s in np.flatnonzero(stations[:, PREV_ROW] == NONE):
        ids = floor.halls[stations[s, SITE]].ids
        line[stations[s, LINE] : stations[s, LINE] + len(ids)] = ids
    return line


def _spare_slots(count: int) -> Seconds:
    """Every slot leads to the next spare one."""
    slots = np.empty((count, 3), dtype=np.int32)
    slots[:, NEXT] = np.arange(1, count + 1)
    return slots


def _changes(bench: Bench) -> list[tuple[int, int, int]]:
    """(tick, 1: comes or 0: leaves, team of the bench)."""
    stretches = [(team, a, b) for team, gang in enumerate(bench.gangs) for a, b in gang.stretches]
    changes = [(a, 1, team) for team, a, _ in stretches] + [
        (b, 0, team) for team, _, b in stretches
    ]
    return [(second * TICKS_PER_S, comes, team) for second, comes, team in changes]


def _stretches(gangs: Sequence[Gang]) -> tuple[Ints, list[tuple[int, int]]]:
    """The working stretches of all gangs in ticks; and of each gang, before it comes, the stretch
    it is in (the one before its first), and its last.
    """
    rows = _table([stretch for gang in gangs for stretch in gang.stretches], 2) * TICKS_PER_S
    first = _starts([len(gang.stretches) for gang in gangs]).tolist()
    return rows, [
        (k - 1, k + len(gang.stretches) - 1) for k, gang in zip(first, gangs, strict=True)
    ]


def _numbered(
    changes: Sequence[list[tuple[int, int, int]]], first_team: Ints
) -> list[tuple[int, int, int]]:
    """(tick, team, comes) of all benches, with the teams counted through."""
    return [
        (tick, int(first) + team, comes)
        for first, of_bench in zip(first_team, changes, strict=True)
        for tick, comes, team in of_bench
    ]


def _returning(floor: Floor, hall: Hall) -> int:
    """How many of a site's orders come back, if they leave."""
    return (
        0 if hall.receiving is None else int(np.count_nonzero(floor.orders.return_lag_s[hall.ids]))
    )


def _step(floor: Floor, hall: Hall) -> int:
    """The shortest way back of an order that leaves as soon as it is packed."""
    if hall.receiving is None:
        return FAR
    lags = floor.orders.return_lag_s[hall.ids][floor.contract[hall.ids] == NOBODY]
    return int(min(lags[lags > 0], default=FAR // TICKS_PER_S)) * TICKS_PER_S


def _kinds(hall: Hall, place: int, bench: Bench) -> list[tuple[int, Process]]:
    """(row of the work, stations and tours) of what is done at a bench: orders and, if received
    there, returns.
    """
    kinds = [(bench.work_row, bench.process)]
    if hall.receiving is not None and hall.receiving.bench == place:
        kinds.append((hall.receiving.work_row, hall.receiving.process))
    return kinds


def _wheel_size(floor: Floor, hall: Hall, place: int, bench: Bench) -> int:
    """A power of two of more ticks than any task takes (a task that outlasts the horizon is never
    put in).
    """
    longest = 0
    for row, process in _kinds(hall, place, bench):
        work = int(floor.orders.work_us[row, hall.ids].max(initial=0))
        tour = min(process.batch_orders, len(hall.ids))
        longest = max(longest, (work * tour + process.batch_setup_s * MICRO) * TICKS_PER_S)
    ticks = max((_longest_stay(gang, longest // gang.rate + 1) for gang in bench.gangs), default=0)
    return max(1 << (min(ticks, floor.end) + 1).bit_length(), WORD)


def _longest_stay(gang: Gang, ticks: int) -> int:
    """The longest a task of `ticks` is in the hands of one of the gang, breaks included (begun just
    before one).
    """
    longest = ticks
    for k in range(len(gang.stretches)):
        left, stays = ticks - 1, ticks
        for (_, before), (a, b) in pairwise(gang.stretches[k:]):
            if left <= 0:
                break
            stays += (a - before) * TICKS_PER_S
            left -= (b - a) * TICKS_PER_S
        longest = max(longest, stays)
    return longest


def _slots(hall: Hall, place: int, bench: Bench) -> int:
    """Orders that can be in work, or put down, at the same time, and one more to end the list of
    spare slots.

    Whoever puts a task down goes home: there are no more tasks than people in all shifts together.
    """
    people = sum(gang.people for gang in bench.gangs)
    kinds = _kinds(hall, place, bench)
    return (
        min(people * max(process.batch_orders for _, process in kinds), len(kinds) * len(hall.ids))
        + 1
    )


def _ranks(floor: Floor) -> tuple[Seconds, Seconds]:
    """Rank of each order by (deadline, number) among those of its site, and the orders of each site
    by rank.
    """
    rank = np.empty(len(floor.orders), dtype=np.int32)
    by_rank = []
    for hall in floor.halls:
        deadline = floor.orders.deadline_s[hall.ids]
        rising = bool(np.all(deadline[1:] >= deadline[:-1]))
        ids = hall.ids if rising else hall.ids[stable_order(deadline)]
        rank[ids] = np.arange(len(ids), dtype=np.int32)
        by_rank.append(ids.astype(np.int32))
    return rank, np.concatenate(by_rank)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)


def _table(rows: Sequence[Sequence[int]], columns: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, columns)


def _starts(sizes: Sequence[int]) -> Ints:
    """Where each part begins when parts stand one after the other."""
    return np.concatenate(
        [np.zeros(1, dtype=np.int64), np.cumsum(np.asarray(sizes, dtype=np.int64))]
    )[:-1]
