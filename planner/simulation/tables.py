"""The floor as flat tables of integers, for the compiled engine: what is given (`Tables`), what changes (`State`).

Stations, teams, changes of people and visits of all sites stand one after the other; `x_from[k]` to `x_from[k + 1]` is
what belongs to number k.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.records import Small
from planner.simulation.contents import MICRO
from planner.simulation.floor import NOBODY, Bench, Floor, Hall
from planner.simulation.orders import stable_order

FAR = 1 << 40  # a second after the end of every horizon
NONE = -1
WORD = 64  # bits
LEVELS = 5  # of a tree of words: enough for 2^30 orders


class Tables(NamedTuple):
    """What is given. One entry per station unless it says otherwise.

    `prev_row`: row of the station before (NONE: the first). `tree`: of those who wait by deadline (NONE: first come,
    first served). Orders have a rank by (deadline, number) among those of their site; `by_rank` is its inverse, site
    after site. `shelf[site, contract]` is the tree of what is packed. `step_s`: longest epoch.
    """

    end_s: int
    step_s: int
    site_of: Ints
    row: Ints
    prev_row: Ints
    work_row: Ints
    receive_row: Ints
    tour: Ints
    setup_us: Ints
    tree: Ints
    line_from: Ints
    wheel_from: Ints
    wheel_mask: Ints
    slot_from: Ints
    team_from: Ints
    change_from: Ints
    rate: Ints  # per team
    change_s: Ints  # per change
    change_team: Ints
    change_comes: Ints
    station_from: Ints  # per site
    visit_from: Ints
    rank_from: Ints
    heap_from: Ints
    receiving: Ints
    visit_s: Ints  # per visit
    visit_contract: Ints
    visit_room: Ints
    visit_allotted: Ints
    visit_book: Ints
    epoch_s: Ints  # seconds in which some carrier comes to some site
    tree_from: Ints  # [tree, level]
    shelf: Ints  # [site, contract]
    ordered_at_s: Seconds  # per order
    deadline_s: Seconds
    contract: Small
    return_lag_s: Seconds
    rank: Seconds
    by_rank: Seconds
    work_us: Ints  # [row, order]


class State(NamedTuple):
    """What changes while the floor is played.

    `line`: the orders that a station gets, in the order in which it gets them, `there` of them so far, `taken` (or put
    into its tree) so far. `wheel`: the last slot of those whose work ends in a second; a slot holds an order in work.
    `heap`: (second << 32 | order or sequence number) of what will come back to a site.
    """

    line: Seconds
    there: Ints
    taken: Ints
    free: Ints
    places: Ints
    next_end: Ints
    in_work: Ints
    change: Ints
    on_duty: Ints
    duty: Ints
    team_free: Ints
    team_on: Ints
    wheel: Seconds
    wheel_words: Ints
    slot_order: Seconds
    slot_team: Seconds
    slot_next: Seconds
    slot_spare: Ints
    words: Ints
    waiting: Ints
    visit: Ints
    booked: Ints
    heap: Ints
    heap_size: Ints
    gone: Seconds
    gone_count: Ints


def set_up(floor: Floor) -> tuple[Tables, State]:
    """The tables of a floor, and its state before the first second."""
    halls, orders = floor.halls, floor.orders
    benches = [(s, p, hall, bench) for s, hall in enumerate(halls) for p, bench in enumerate(hall.benches)]
    sizes = np.array([len(hall.ids) for _, _, hall, _ in benches], dtype=np.int64)
    wheels = np.array([_wheel_size(floor, hall, p, bench) for _, p, hall, bench in benches], dtype=np.int64)
    slots = np.array([_slots(hall, bench) for _, _, hall, bench in benches], dtype=np.int64)
    forest = _Forest()
    trees = [forest.plant(len(h.ids)) if b.process.discipline == "deadline" else NONE for _, _, h, b in benches]
    shelf = np.full((len(halls), 1 + max(_contracts(floor), default=NONE)), NONE, dtype=np.int64)
    for s, hall in enumerate(halls):
        for contract in np.unique(floor.contract[hall.ids]).tolist():
            if contract != NOBODY:
                shelf[s, contract] = forest.plant(len(hall.ids))
    changes = [sorted(_changes(bench)) for *_, bench in benches]
    team_from = _starts([len(bench.gangs) for *_, bench in benches])
    visits = [visit for hall in halls for visit in hall.visits]
    days = 1 + max((v.day for v in visits), default=0)
    rank, by_rank = _ranks(floor)
    returning = [_returning(floor, hall) for hall in halls]
    tables = Tables(
        end_s=floor.end_s,
        step_s=min((_step(floor, hall) for hall in halls), default=FAR),
        site_of=_ints(s for s, *_ in benches),
        row=_ints(bench.row for *_, bench in benches),
        prev_row=_ints(NONE if p == 0 else hall.benches[p - 1].row for _, p, hall, _ in benches),
        work_row=_ints(bench.work_row for *_, bench in benches),
        receive_row=_ints(hall.receive_row if hall.receiving == p else NONE for _, p, hall, _ in benches),
        tour=_ints(bench.process.batch_orders for *_, bench in benches),
        setup_us=_ints(bench.process.batch_setup_s * MICRO for *_, bench in benches),
        tree=_ints(trees),
        line_from=_starts(sizes),
        wheel_from=_starts(wheels),
        wheel_mask=wheels - 1,
        slot_from=_starts(slots),
        team_from=team_from,
        change_from=_starts([len(c) for c in changes]),
        rate=_ints(gang.rate for *_, bench in benches for gang in bench.gangs),
        change_s=_ints(second for c in changes for second, _, _ in c),
        change_team=_ints(first + team for first, c in zip(team_from, changes, strict=False) for _, _, team in c),
        change_comes=_ints(comes for c in changes for _, comes, _ in c),
        station_from=_starts([len(hall.benches) for hall in halls]),
        visit_from=_starts([len(hall.visits) for hall in halls]),
        rank_from=_starts([len(hall.ids) for hall in halls]),
        heap_from=_starts(returning),
        receiving=_ints(NONE if hall.receiving is None else hall.receiving for hall in halls),
        visit_s=_ints(v.second for v in visits),
        visit_contract=_ints(v.contract for v in visits),
        visit_room=_ints(v.room for v in visits),
        visit_allotted=_ints(v.allotted for v in visits),
        visit_book=_ints(v.contract * days + v.day for v in visits),
        epoch_s=_ints(sorted({v.second for v in visits})),
        tree_from=forest.level_from(),
        shelf=shelf,
        ordered_at_s=np.ascontiguousarray(orders.ordered_at_s),
        deadline_s=np.ascontiguousarray(orders.deadline_s),
        contract=np.ascontiguousarray(floor.contract),
        return_lag_s=np.ascontiguousarray(orders.return_lag_s) if any(returning) else np.zeros(0, dtype=np.int32),
        rank=rank,
        by_rank=by_rank,
        work_us=np.ascontiguousarray(orders.work_us),
    )
    return tables, _at_rest(floor, tables, forest, sizes, wheels, slots, returning)


def _at_rest(
    floor: Floor, tables: Tables, forest: _Forest, sizes: Ints, wheels: Ints, slots: Ints, returning: Sequence[int]
) -> State:
    """Before the first second: orders on their way to the first stations, nobody on duty, nothing anywhere else."""
    gangs = [gang for hall in floor.halls for bench in hall.benches for gang in bench.gangs]
    places = [bench.process.stations for hall in floor.halls for bench in hall.benches]
    stations, sites = len(sizes), len(floor.halls)
    first = tables.prev_row == NONE
    line = np.empty(int(sizes.sum()), dtype=np.int32)
    for s in np.flatnonzero(first):
        line[tables.line_from[s] : tables.line_from[s + 1]] = floor.halls[tables.site_of[s]].ids
    spare = np.arange(1, int(slots.sum()) + 1, dtype=np.int32)  # every slot leads to the next spare one
    nothing = np.zeros(0, dtype=np.int64)
    return State(
        line=line,
        there=np.where(first, sizes, 0),
        taken=np.zeros(stations, dtype=np.int64),
        free=np.zeros(stations, dtype=np.int64),
        places=_ints(places),
        next_end=np.full(stations, FAR),
        in_work=np.zeros(stations, dtype=np.int64),
        change=tables.change_from[:-1].copy(),
        on_duty=np.zeros(stations, dtype=np.int64),
        duty=np.zeros(len(gangs), dtype=np.int64),
        team_free=_ints(gang.people for gang in gangs),
        team_on=np.zeros(len(gangs), dtype=np.int64),
        wheel=np.full(int(wheels.sum()), NONE, dtype=np.int32),
        wheel_words=np.zeros(int(wheels.sum()) // WORD, dtype=np.int64),
        slot_order=np.empty(len(spare), dtype=np.int32),
        slot_team=np.empty(len(spare), dtype=np.int32),
        slot_next=spare,
        slot_spare=tables.slot_from[:-1].copy(),
        words=forest.words(),
        waiting=np.zeros(len(tables.tree_from), dtype=np.int64),
        visit=tables.visit_from[:-1].copy(),
        booked=np.zeros(1 + int(tables.visit_book.max(initial=0)), dtype=np.int64),
        heap=np.empty(sum(returning), dtype=np.int64) if any(returning) else nothing,
        heap_size=np.zeros(sites, dtype=np.int64),
        gone=np.empty(sum(returning), dtype=np.int32),
        gone_count=np.zeros(sites, dtype=np.int64),
    )


class _Forest:
    """Trees of words over the ranks of a site's orders: level 0 has a bit for each, a level above one for each word."""

    def __init__(self) -> None:
        self._from: list[list[int]] = []
        self._size = 0

    def plant(self, bits: int) -> int:
        """A tree over `bits` ranks; its number."""
        levels = []
        for _ in range(LEVELS):
            bits = max(-(-bits // WORD), 1)
            levels.append(self._size)
            self._size += bits
        self._from.append(levels)
        return len(self._from) - 1

    def level_from(self) -> Ints:
        return np.array(self._from, dtype=np.int64).reshape(-1, LEVELS)

    def words(self) -> Ints:
        return np.zeros(self._size, dtype=np.int64)


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.int64)


def _starts(sizes: Sequence[int] | Ints) -> Ints:
    """Where each part begins when parts stand one after the other, and where the last one ends."""
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(np.asarray(sizes, dtype=np.int64))])


def _changes(bench: Bench) -> list[tuple[int, int, int]]:
    """(second, 1: comes or 0: leaves, team of the bench)."""
    stretches = [(team, a, b) for team, gang in enumerate(bench.gangs) for a, b in gang.stretches]
    return [(a, 1, team) for team, a, _ in stretches] + [(b, 0, team) for team, _, b in stretches]


def _contracts(floor: Floor) -> list[int]:
    return [*(visit.contract for hall in floor.halls for visit in hall.visits), *np.unique(floor.contract).tolist()]


def _returning(floor: Floor, hall: Hall) -> int:
    """How many of a site's orders come back, if they leave."""
    return 0 if hall.receiving is None else int(np.count_nonzero(floor.orders.return_lag_s[hall.ids]))


def _step(floor: Floor, hall: Hall) -> int:
    """The shortest way back of an order that leaves as soon as it is packed."""
    if hall.receiving is None:
        return FAR
    lags = floor.orders.return_lag_s[hall.ids][floor.contract[hall.ids] == NOBODY]
    return int(min(lags[lags > 0], default=FAR))


def _wheel_size(floor: Floor, hall: Hall, place: int, bench: Bench) -> int:
    """A power of two of more seconds than any task takes (a task that outlasts the horizon is never put in)."""
    rows = [bench.work_row] + ([hall.receive_row] if hall.receiving == place else [])
    longest = max((int(floor.orders.work_us[row].max(initial=0)) for row in rows), default=0)
    tour, slowest = bench.process.batch_orders, min((gang.rate for gang in bench.gangs), default=MICRO)
    content = longest * tour + (bench.process.batch_setup_s * MICRO if tour > 1 else 0)
    seconds = min(-(-content // slowest), floor.end_s) + 2
    return max(1 << (seconds - 1).bit_length(), WORD)


def _slots(hall: Hall, bench: Bench) -> int:
    """Orders that can be in work at the same time, and one more to end the list of spare slots."""
    people = sum(gang.people for gang in bench.gangs)
    return min(people * bench.process.batch_orders, 2 * len(hall.ids)) + 1


def _ranks(floor: Floor) -> tuple[Seconds, Seconds]:
    """Rank of each order by (deadline, number) among those of its site, and the orders of each site by rank."""
    rank = np.empty(len(floor.orders), dtype=np.int32)
    by_rank = []
    for hall in floor.halls:
        deadline = floor.orders.deadline_s[hall.ids]
        rising = bool(np.all(deadline[1:] >= deadline[:-1]))
        ids = hall.ids if rising else hall.ids[stable_order(deadline)]
        rank[ids] = np.arange(len(ids), dtype=np.int32)
        by_rank.append(ids.astype(np.int32))
    return rank, np.concatenate(by_rank)
