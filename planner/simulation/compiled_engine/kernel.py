"""The warehouses in machine code: a table of integers for everything, and the loops over it.

All that numba compiles stands in this one file, constants too: the compiled code is kept on disk,
and compiled again when this file changes (see `machine_code`).

The stations of all sites stand one after the other, and so do their teams, changes of people and
visits. Tables have named columns (`stations[s, FREE]`); offsets say where what belongs to a station
or a site begins in the long arrays. In the functions, `f` are the tables (`Tables`), `row` is the
row of a station in its table.

Time is in ticks. A station does orders on their way out (kind OUT) and, where returns are received,
what came back (kind BACK): columns of both kinds stand next to each other, `row[PLACES + kind]`.

What makes it fast: work that ends in the same tick hangs together in a wheel of ticks (a calendar
queue, Brown 1988, doi 10.1145/63039.63045). What is served by deadline waits as a bit at its rank
in a tree of 64-bit words, of which the lowest is found in a few steps: on every level there is a
bit for each word below that is not empty (after van Emde Boas 1977, doi 10.1007/BF01683268, with
branches of 64).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.records import Instants, Small
from planner.simulation.compiled_engine.code_cache import compiled, compiled_and_kept

FAR = 1 << 40  # a tick after the end of every horizon
NONE = -1
WORD = 64  # bits
LEVELS = 5  # of a tree of words at most: enough for 2^30 orders

OUT, BACK = range(2)  # kinds of tasks: of orders on their way out, of parcels that came back
# Columns of `stations`: given. (TOUR, SETUP_US and the last three of the next lot: two columns, by
# kind.)
(
    SITE,
    LAST,
    ROW,
    PREV_ROW,
    WORK_ROW,
    RECEIVE_ROW,
    TREE,
    LINE,
    WHEEL,
    MASK,
    TEAM,
    CHANGES,
    FINISHES,
) = range(13)
TOUR, SETUP_US = 13, 15
# Columns of `stations`: changing. Orders that have come so far, and those taken (or put into the
# tree); people on duty without a task, the next tick in which work ends, tasks in work, the next
# change, teams on duty, spare slot; places, and the first and the last slot of the tasks that were
# put down.
THERE, TAKEN, FREE, NEXT_END, IN_WORK, CHANGE, ON_DUTY, SPARE = range(17, 25)
PLACES, PUT_DOWN, PUT_LAST = 25, 27, 29
COLUMNS = 31
STATION, VISIT, VISITS, RANK, HEAP, HEAP_END, HEAP_SIZE = range(7)  # of `sites`
# Of `teams`: microseconds of work a second, people without a task, 1 if on duty, the stretch they
# are in, their last, the tick up to which they are paid.
RATE, IDLE, PRESENT, STRETCH, LAST_STRETCH, PAID_UNTIL = range(6)
TICK, WHO, COMES = range(3)  # of `changes`
AT, CONTRACT, ROOM, ALLOTTED, BOOK = range(5)  # of `visits`
ORDER, CREW, NEXT = range(3)  # of `slots`
WAITING, DEPTH = (
    LEVELS,
    LEVELS + 1,
)  # of `trees`, after the places of the levels: bits that are set, levels in use


Whole = int | np.int64
DE_BRUIJN = 0x03F79D71B4CB0A89  # of order 6: its windows of six bits are all different
LOWEST_BIT = np.zeros(64, dtype=np.int64)
LOWEST_BIT[[((DE_BRUIJN << k) & (2**64 - 1)) >> 58 for k in range(64)]] = np.arange(64)


class Tables(NamedTuple):
    """A replication to be simulated, and the event times to be written.

    `stretches[k]`: from, to of the working stretches, team after team. `duty`: the teams on duty of
    each station, the fastest first. `trees`: where each level begins in `words`. `shelf[site,
    contract]`: the tree of what is packed. `line`: the orders each station gets, in the order in
    which it gets them. `wheel`: the last slot of those whose work ends in a tick; `slots` hold the
    orders in work or put down; `rest`, at a task's first slot: the content that is left of it when
    it is put down, 0 if it is done. `heap`: (tick << 32 | order) of what will come back. Orders
    have a rank by (deadline, number) among those of their site; `by_rank` is its inverse, site
    after site.
    """

    ticks_per_s: int
    end: int
    step: int  # longest epoch
    return_deadline_s: int
    epochs: Ints  # ticks in which some carrier comes to some site
    stations: Ints
    sites: Ints
    teams: Ints
    stretches: Ints
    after_hours: Ints  # ticks, of teams
    duty: Ints
    changes: Ints
    visits: Ints
    booked: Ints  # parcels a contract has taken on a day
    trees: Ints
    words: Ints
    wheel_words: Ints  # a bit for every tick of a wheel in which work ends
    shelf: Ints
    line: Seconds
    wheel: Seconds
    slots: Seconds
    rest: Ints
    heap: Ints
    arrives: Seconds  # ticks
    instant: Instants
    deadline_s: Seconds
    contract: Small
    return_lag_s: Seconds
    rank: Seconds
    by_rank: Seconds
    work_us: Ints
    begun: Seconds
    ended: Seconds
    handed_over: Seconds
    came_back: Seconds
    received: Seconds


@compiled_and_kept
def run_epochs(f: Tables) -> None:
    """All sites, epoch by epoch; sites meet only in what a contract takes on a day."""
    until, epoch = -1, 0
    while until < f.end:
        while epoch < len(f.epochs) and f.epochs[epoch] <= until:
            epoch += 1
        until = min(until + f.step, f.end)
        if epoch < len(f.epochs):
            until = min(until, f.epochs[epoch])
        for site in range(len(f.sites) - 1):
            for s in range(f.sites[site, STATION], f.sites[site + 1, STATION]):
                work(f, station(f, s), until)
            collect(f, site, until)


class Station(NamedTuple):
    """A station at work: its row and the next one in the table, and the moments and the work it has
    to do with.
    """

    row: Ints
    next_row: Ints
    joined_at: Seconds
    begun: Seconds
    ended: Seconds
    work_us: Ints
    return_work_us: Ints


@compiled
def station(f: Tables, s: Whole) -> Station:
    row = f.stations[s]
    before = row[PREV_ROW]
    return Station(
        row,
        f.stations[min(s + 1, len(f.stations) - 1)],
        f.arrives if before == NONE else f.ended[before],
        f.begun[row[ROW]],
        f.ended[row[ROW]],
        f.work_us[row[WORK_ROW]],
        f.work_us[max(row[RECEIVE_ROW], 0)],
    )


@compiled
def work(f: Tables, here: Station, until: Whole) -> None:
    """One station until the end of the epoch.

    In every tick: work ends, people change, orders join, work starts.
    """
    row = here.row
    while True:
        now = row[NEXT_END]
        if row[CHANGE] < row[CHANGES]:
            now = min(now, f.changes[row[CHANGE], TICK])
        if row[FREE] > 0:
            now = min(now, next_to_join(f, here))
        if now > until:
            return
        if now == row[NEXT_END]:
            end_work(f, here, now)
        while row[CHANGE] < row[CHANGES] and f.changes[row[CHANGE], TICK] == now:
            change_people(f, row)
        while row[FREE] > 0:
            start_work(f, here, now)
            if row[NEXT_END] != now:
                break
            end_work(f, here, now)


@compiled
def end_work(f: Tables, here: Station, now: Whole) -> None:
    """The tasks that end now, in the order in which they were begun: orders are handed on, or put
    down unfinished.
    """
    row = here.row
    at = row[WHEEL] + (now & row[MASK])
    last = f.wheel[nth(at)]
    slot = f.slots[nth(last), NEXT]
    unfinished = False
    while True:
        following, team, order = (
            f.slots[nth(slot), NEXT],
            f.slots[nth(slot), CREW],
            f.slots[nth(slot), ORDER],
        )
        if team != NONE:
            f.teams[nth(team), IDLE] += 1
            row[PLACES + (order < 0)] += 1
            row[IN_WORK] -= 1
            row[FREE] += f.teams[nth(team), PRESENT]
            unfinished = f.rest[nth(slot)] > 0
        if unfinished:
            put_down(f, row, slot, OUT if order >= 0 else BACK)
        else:
            f.slots[nth(slot), NEXT] = row[SPARE]
            row[SPARE] = slot
            hand_on(f, here, order, now)
        if slot == last:
            break
        slot = following
    f.wheel[nth(at)] = NONE
    f.wheel_words[nth(at >> 6)] &= ~(np.int64(1) << (at & 63))
    row[NEXT_END] = next_end(f, row, now)


@compiled
def put_down(f: Tables, row: Ints, slot: Whole, kind: Whole) -> None:
    """Hang a slot behind those of the tasks that wait to be continued."""
    f.slots[nth(slot), NEXT] = NONE
    if row[PUT_DOWN + kind] == NONE:
        row[PUT_DOWN + kind] = slot
    else:
        f.slots[nth(row[PUT_LAST + kind]), NEXT] = slot
    row[PUT_LAST + kind] = slot


@compiled
def next_end(f: Tables, row: Ints, now: Whole) -> Whole:
    """The next tick after `now` in which work ends."""
    if row[IN_WORK] == 0:
        return FAR
    mask, first = row[MASK], row[WHEEL] >> 6
    begin = (now + 1) & mask
    place = begin >> 6
    word = f.wheel_words[nth(first + place)] & (np.int64(-1) << (begin & 63))
    while word == 0:
        place = (place + 1) & (mask >> 6)
        word = f.wheel_words[nth(first + place)]
    return now + 1 + (((place << 6) + lowest_bit(word) - begin) & mask)


@compiled
def hand_on(f: Tables, here: Station, order: Whole, now: Whole) -> None:
    """The order joins the next station, or is packed; one that had come back (~order) is done."""
    if order < 0:
        return
    site = here.row[SITE]
    if not here.row[LAST]:
        f.line[nth(here.next_row[LINE] + here.next_row[THERE])] = order
        here.next_row[THERE] += 1
    elif f.contract[nth(order)] == NONE:
        leave(f, f.sites[site], order, now)
    else:
        put(f.words, f.trees[f.shelf[site, f.contract[nth(order)]]], f.rank[nth(order)])


@compiled
def leave(f: Tables, site: Ints, order: Whole, now: Whole) -> None:
    """The parcel leaves the site; it may come back."""
    f.handed_over[nth(order)] = now
    if site[HEAP_END] == site[HEAP] or f.return_lag_s[order] == 0:
        return
    back = np.int64(now) + np.int64(f.return_lag_s[order]) * f.ticks_per_s
    if back > f.end:
        return
    f.came_back[order] = back
    push(f.heap, site[HEAP], site[HEAP_SIZE], back << 32 | order)
    site[HEAP_SIZE] += 1


@compiled
def change_people(f: Tables, row: Ints) -> None:
    """A team comes or leaves; those on duty stand in the order of teams, the fastest first."""
    team, comes = f.changes[row[CHANGE], WHO], f.changes[row[CHANGE], COMES]
    first, k = row[TEAM], row[ON_DUTY]
    row[CHANGE] += 1
    f.teams[nth(team), PRESENT] = comes
    if comes:
        f.teams[nth(team), STRETCH] += 1
        row[FREE] += f.teams[nth(team), IDLE]
        while k > 0 and f.duty[first + k - 1] > team:
            f.duty[first + k] = f.duty[first + k - 1]
            k -= 1
        f.duty[first + k] = team
        row[ON_DUTY] += 1
    else:
        row[FREE] -= f.teams[nth(team), IDLE]
        row[ON_DUTY] -= 1
        k = 0
        while f.duty[first + k] != team:
            k += 1
        while k < row[ON_DUTY]:
            f.duty[first + k] = f.duty[first + k + 1]
            k += 1


@compiled
def next_to_join(f: Tables, here: Station) -> Whole:
    """When the next order joins the station, or comes back to it, and finds a place."""
    row = here.row
    tick: Whole = FAR
    if row[PLACES] > 0 and row[TAKEN] < row[THERE]:
        tick = here.joined_at[f.line[nth(row[LINE] + row[TAKEN])]]
    return min(tick, next_back(f, row)) if row[PLACES + BACK] > 0 else tick


@compiled
def next_back(f: Tables, row: Ints) -> Whole:
    """When the next parcel comes back to this station."""
    if row[RECEIVE_ROW] == NONE or f.sites[row[SITE], HEAP_SIZE] == 0:
        return FAR
    return f.heap[f.sites[row[SITE], HEAP]] >> 32


@compiled
def start_work(f: Tables, here: Station, now: Whole) -> None:
    """Free people take what waits, the fastest people first, as long as there are places to work
    at.
    """
    row, k = here.row, 0
    while k < row[ON_DUTY]:
        team = f.duty[row[TEAM] + k]
        if f.teams[nth(team), IDLE] == 0:
            k += 1
            continue
        kind = next_kind(f, here, now)
        if kind == NONE:
            return
        start_task(f, here, team, kind, now)


@compiled
def next_kind(f: Tables, here: Station, now: Whole) -> Whole:
    """What is taken next: what was put down first, then what is more urgent (the return, if both
    are); NONE if nothing that waits has a place.
    """
    row = here.row
    out = row[PLACES] > 0
    back: Whole = FAR
    if out and row[PUT_DOWN] != NONE:
        return OUT
    if row[PLACES + BACK] > 0:
        if row[PUT_DOWN + BACK] != NONE:
            return BACK
        back = next_back(f, row)
    join_tree(f, here, now)
    if out and order_waits(f, here, now):
        return BACK if back <= now and return_is_first(f, here, back) else OUT
    return BACK if back <= now else NONE


@compiled
def join_tree(f: Tables, here: Station, now: Whole) -> None:
    """By deadline, orders that have joined the station stand in its tree."""
    row = here.row
    while row[TREE] != NONE and row[TAKEN] < row[THERE]:
        order = f.line[nth(row[LINE] + row[TAKEN])]
        if here.joined_at[nth(order)] > now:
            return
        put(f.words, f.trees[row[TREE]], f.rank[nth(order)])
        row[TAKEN] += 1


@compiled
def order_waits(f: Tables, here: Station, now: Whole) -> bool:
    """Does an order on its way out wait here?"""
    row = here.row
    if row[TREE] != NONE:
        return bool(f.trees[row[TREE], WAITING] > 0)
    return bool(
        row[TAKEN] < row[THERE] and here.joined_at[nth(f.line[nth(row[LINE] + row[TAKEN])])] <= now
    )


@compiled
def return_is_first(f: Tables, here: Station, back: Whole) -> bool:
    """Is the return that came in tick `back` not less urgent than the next order?"""
    row = here.row
    if row[TREE] == NONE:
        return bool(back <= here.joined_at[nth(f.line[nth(row[LINE] + row[TAKEN])])])
    urgent = f.by_rank[f.sites[row[SITE], RANK] + lowest(f.words, f.trees[row[TREE]])]
    return bool(back // f.ticks_per_s + f.return_deadline_s <= f.deadline_s[nth(urgent)])


@compiled
def start_task(f: Tables, here: Station, team: Whole, kind: Whole, now: Whole) -> None:
    """Somebody of the team continues what was put down, or takes an order, or a tour of them."""
    row, rate = here.row, f.teams[nth(team), RATE]
    resumed = row[PUT_DOWN + kind] != NONE
    first = row[PUT_DOWN + kind] if resumed else row[SPARE]
    last = last_of_task(f, first) if resumed else fill_slots(f, here, kind, now)
    content = f.rest[nth(first)]
    ticks = (content + (phase(f, f.slots[nth(first), ORDER]) * rate >> 16)) // rate
    ends, left = done_at(f, team, now, ticks), np.int64(0)
    home = f.stretches[f.teams[nth(team), LAST_STRETCH], 1]
    if ends > home:
        if row[FINISHES]:
            f.after_hours[nth(team)] += max(
                min(ends, f.end) - max(home, f.teams[nth(team), PAID_UNTIL]), 0
            )
        else:
            left = content - (ticks - (ends - home)) * rate
            ends = home
    f.slots[nth(first), CREW] = team
    f.rest[nth(first)] = left
    if left == 0 and ends <= f.end:
        write_ended(f, here, first, last, ends)
    f.teams[nth(team), IDLE] -= 1
    row[FREE] -= 1
    row[PLACES + kind] -= 1
    if resumed:
        row[PUT_DOWN + kind] = f.slots[nth(last), NEXT]
    if ends <= f.end:  # else it is still in work when the clock stops
        if not resumed:
            row[SPARE] = f.slots[nth(last), NEXT]
        note_end(f, row, first, last, ends)


@compiled
def done_at(f: Tables, team: Whole, now: Whole, ticks: Whole) -> Whole:
    """When a task of `ticks` that is begun now is done: breaks come on top; after hours, if its
    person stays.
    """
    k, last = f.teams[nth(team), STRETCH], f.teams[nth(team), LAST_STRETCH]
    while k < last and now + ticks > f.stretches[nth(k), 1]:
        ticks -= f.stretches[nth(k), 1] - now
        k += 1
        now = f.stretches[nth(k), 0]
    return now + ticks


@compiled
def phase(f: Tables, order: Whole) -> Whole:
    """The rounding number of an order, times 2^16 (see `ticks`)."""
    return np.int64(f.instant[nth(order if order >= 0 else ~order)]) * f.ticks_per_s & 0xFFFF


@compiled
def last_of_task(f: Tables, first: Whole) -> Whole:
    """The last slot of a task that was put down; the next task begins at the next slot with a
    crew.
    """
    last = first
    while f.slots[nth(last), NEXT] != NONE and f.slots[nth(f.slots[nth(last), NEXT]), CREW] == NONE:
        last = f.slots[nth(last), NEXT]
    return last


@compiled
def fill_slots(f: Tables, here: Station, kind: Whole, now: Whole) -> Whole:
    """Begin an order, or a tour of those that wait, in spare slots; the last of them.

    Its content goes into `rest`.
    """
    row = here.row
    first = slot = row[SPARE]
    content, orders = row[SETUP_US + kind], 0
    while True:
        order = take(f, here, kind)
        f.slots[nth(slot), ORDER] = order
        f.slots[nth(slot), CREW] = NONE
        if order >= 0:
            here.begun[nth(order)] = now
            content += here.work_us[nth(order)]
        else:
            content += here.return_work_us[nth(~order)]
        orders += 1
        if orders == row[TOUR + kind] or not waits(f, here, kind, now):
            break
        slot = f.slots[nth(slot), NEXT]
    f.rest[nth(first)] = content * f.ticks_per_s
    return slot


@compiled
def waits(f: Tables, here: Station, kind: Whole, now: Whole) -> bool:
    return order_waits(f, here, now) if kind == OUT else bool(next_back(f, here.row) <= now)


@compiled
def take(f: Tables, here: Station, kind: Whole) -> Whole:
    """The order that is served next of those that wait; ~order of one that came back."""
    row = here.row
    site = f.sites[row[SITE]]
    if kind == BACK:
        order = pop(f.heap, site[HEAP], site[HEAP_SIZE]) & 0xFFFFFFFF
        site[HEAP_SIZE] -= 1
        return ~order
    if row[TREE] == NONE:
        row[TAKEN] += 1
        return np.int64(f.line[nth(row[LINE] + row[TAKEN] - 1)])
    rank = lowest(f.words, f.trees[row[TREE]])
    remove(f.words, f.trees[row[TREE]], rank)
    return np.int64(f.by_rank[site[RANK] + rank])


@compiled
def write_ended(f: Tables, here: Station, first: Whole, last: Whole, ends: Whole) -> None:
    slot = first
    while True:
        order = f.slots[nth(slot), ORDER]
        if order >= 0:
            here.ended[nth(order)] = ends
        else:
            f.received[nth(~order)] = ends
        if slot == last:
            return
        slot = f.slots[nth(slot), NEXT]


@compiled
def note_end(f: Tables, row: Ints, first: Whole, last: Whole, ends: Whole) -> None:
    """Hang a task's slots behind those that end in the same tick (in a ring: the last leads to the
    first).
    """
    at = row[WHEEL] + (ends & row[MASK])
    tail = f.wheel[nth(at)]
    if tail == NONE:
        f.slots[nth(last), NEXT] = first
        f.wheel_words[nth(at >> 6)] |= np.int64(1) << (at & 63)
    else:
        f.slots[nth(last), NEXT] = f.slots[nth(tail), NEXT]
        f.slots[nth(tail), NEXT] = first
    f.wheel[nth(at)] = last
    row[IN_WORK] += 1
    row[NEXT_END] = min(row[NEXT_END], ends)


@compiled
def collect(f: Tables, s: Whole, now: Whole) -> None:
    """Carriers take packed parcels of their contract, the earliest deadline first, as far as they
    have room.
    """
    site = f.sites[s]
    while site[VISIT] < site[VISITS] and f.visits[site[VISIT], AT] == now:
        visit = f.visits[site[VISIT]]
        site[VISIT] += 1
        shelf = f.shelf[s, visit[CONTRACT]]
        room = min(visit[ROOM], visit[ALLOTTED] - f.booked[visit[BOOK]])
        while shelf != NONE and room > 0 and f.trees[shelf, WAITING] > 0:
            rank = lowest(f.words, f.trees[shelf])
            remove(f.words, f.trees[shelf], rank)
            leave(f, site, np.int64(f.by_rank[site[RANK] + rank]), now)
            f.booked[visit[BOOK]] += 1
            room -= 1


@compiled
def put(words: Ints, tree: Ints, rank: Whole) -> None:
    """Set the bit of a rank, and on every level above that of its word (unless the word had a bit
    before).
    """
    tree[WAITING] += 1
    for level in range(tree[DEPTH]):
        at = tree[level] + (rank >> 6)
        word = words[nth(at)]
        words[nth(at)] = word | np.int64(1) << (rank & 63)
        if word != 0:
            return
        rank >>= 6


@compiled
def lowest(words: Ints, tree: Ints) -> Whole:
    """The lowest rank of a tree that is not empty."""
    rank: Whole = 0
    for level in range(tree[DEPTH] - 1, -1, -1):
        rank = rank << 6 | lowest_bit(words[tree[level] + rank])
    return rank


@compiled
def remove(words: Ints, tree: Ints, rank: Whole) -> None:
    """Clear the bit of a rank, and those of words that are empty now."""
    tree[WAITING] -= 1
    for level in range(tree[DEPTH]):
        at = tree[level] + (rank >> 6)
        words[nth(at)] &= ~(np.int64(1) << (rank & 63))
        if words[nth(at)] != 0:
            return
        rank >>= 6


@compiled
def lowest_bit(word: Whole) -> Whole:
    """Number of the lowest bit that is set (Leiserson, Prokop, Randall 1998: by a de Bruijn
    sequence).
    """
    return LOWEST_BIT[nth(((word & -word) * DE_BRUIJN >> 58) & 63)]


@compiled
def nth(k: Whole) -> np.uint64:
    """An index that is known not to be negative: nothing has to be looked up from the end of the
    array.
    """
    return np.uint64(k)


@compiled
def push(heap: Ints, begin: Whole, size: Whole, key: Whole) -> None:
    """Add a key to the binary heap of `size` keys at `begin`."""
    k = size
    while k > 0 and heap[begin + (k - 1) // 2] > key:
        heap[begin + k] = heap[begin + (k - 1) // 2]
        k = (k - 1) // 2
    heap[begin + k] = key


@compiled
def pop(heap: Ints, begin: Whole, size: Whole) -> Whole:
    """Take the least key out of the binary heap of `size` keys at `begin`."""
    least, key, k = heap[begin], heap[begin + size - 1], 0
    while 2 * k + 1 < size - 1:
        child = 2 * k + 1
        if child + 1 < size - 1 and heap[begin + child + 1] < heap[begin + child]:
            child += 1
        if heap[begin + child] >= key:
            break
        heap[begin + k] = heap[begin + child]
        k = child
    heap[begin + k] = key
    return least
