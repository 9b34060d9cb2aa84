"""The floor in machine code: a table of integers for everything, and the loops over it.

All that numba compiles stands in this one file, constants too: its machine code is kept on disk, and made anew when
this file changes.

The stations of all sites stand one after the other, and so do their teams, changes of people and visits. Tables have
named columns (`stations[s, FREE]`); offsets say where what belongs to a station or a site begins in the long arrays.
In the functions, `f` is the floor (`Tables`), `row` the row of a station in its table.

What makes it fast: work that ends in the same second hangs together in a wheel of seconds (a calendar queue, Brown
1988, doi 10.1145/63039.63045). What is served by deadline waits as a bit at its rank in a tree of 64-bit words, of
which the lowest is found in a few steps: on every level there is a bit for each word below that is not empty (after van
Emde Boas 1977, doi 10.1007/BF01683268, with branches of 64).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.domain.records import Small

FAR = 1 << 40  # a second after the end of every horizon
NONE = -1
WORD = 64  # bits
LEVELS = 5  # of a tree of words at most: enough for 2^30 orders

# Columns of `stations`: given.
SITE, LAST, ROW, PREV_ROW, WORK_ROW, RECEIVE_ROW, TOUR, SETUP_US, TREE, LINE, WHEEL, MASK, TEAM, CHANGES = range(14)
# Columns of `stations`: changing. Orders that have come so far, and those taken (or put into the tree); people on duty
# without a task, places, the next second in which work ends, tasks in work, the next change, teams on duty, spare slot.
THERE, TAKEN, FREE, PLACES, NEXT_END, IN_WORK, CHANGE, ON_DUTY, SPARE = range(14, 23)
STATION, VISIT, VISITS, RANK, HEAP, HEAP_END, HEAP_SIZE, LEFT, FIFO = range(9)  # of `sites`
RATE, IDLE, PRESENT = range(3)  # of `teams`: microseconds of work a second, people without a task, 1 if on duty
SECOND, WHO, COMES = range(3)  # of `changes`
AT, CONTRACT, ROOM, ALLOTTED, BOOK = range(5)  # of `visits`
ORDER, CREW, NEXT = range(3)  # of `slots`
WAITING, DEPTH = LEVELS, LEVELS + 1  # of `trees`, after the places of the levels: bits that are set, levels in use


F = TypeVar("F", bound=Callable[..., Any])
Whole = int | np.int64
DE_BRUIJN = 0x03F79D71B4CB0A89  # of order 6: its windows of six bits are all different
LOWEST_BIT = np.zeros(64, dtype=np.int64)
LOWEST_BIT[[((DE_BRUIJN << k) & (2**64 - 1)) >> 58 for k in range(64)]] = np.arange(64)


# `_nrt`: nothing is allocated in here, so arrays need no counting of references (with it, every call would count all of
# them up and down: a hundred times as slow).
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "forceinline": True, "_nrt": False}


def compiled(function: F) -> F:
    """The same function in machine code, for integers and arrays."""
    return cast(F, numba.njit(**OPTIONS)(function))


def compiled_and_kept(function: F) -> F:
    """The same, with all it calls, and kept on disk for the next time, where there is a folder that can be written."""
    try:
        return cast(F, numba.njit(**OPTIONS, cache=True)(function))
    except RuntimeError:  # neither beside this file nor in the user's cache
        return compiled(function)


def is_stored() -> bool:
    """Is the machine code of this file on disk, from an earlier use?"""
    source, folder = Path(__file__), getattr(getattr(play_epochs, "stats", None), "cache_path", None)
    python = f"py{sys.version_info.major}{sys.version_info.minor}"
    stored = Path(folder).glob(f"{source.stem}.play_epochs-*.{python}.nbi") if folder else ()
    return any(index.stat().st_mtime > source.stat().st_mtime for index in stored)


class Tables(NamedTuple):
    """A floor to be played, and the moments to be written.

    `duty`: the teams on duty of each station, the fastest first. `trees`: where each level begins in `words`.
    `shelf[site, contract]`: the tree of what is packed. `line`: the orders each station gets, in the order in which it
    gets them. `wheel`: the last slot of those whose work ends in a second; `slots` hold the orders in work. `heap`:
    (second << 32 | order or sequence number) of what will come back; `left`: those orders in sequence. Orders have a
    rank by (deadline, number) among those of their site; `by_rank` is its inverse, site after site.
    """

    end_s: int
    step_s: int  # longest epoch
    return_deadline_s: int
    epoch_s: Ints  # seconds in which some carrier comes to some site
    stations: Ints
    sites: Ints
    teams: Ints
    duty: Ints
    changes: Ints
    visits: Ints
    booked: Ints  # parcels a contract has taken on a day
    trees: Ints
    words: Ints
    wheel_words: Ints  # a bit for every second of a wheel in which work ends
    shelf: Ints
    line: Seconds
    wheel: Seconds
    slots: Seconds
    heap: Ints
    left: Seconds
    ordered_at_s: Seconds
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
def play_epochs(f: Tables) -> None:
    """All sites, epoch by epoch; sites meet only in what a contract takes on a day."""
    until, epoch = -1, 0
    while until < f.end_s:
        while epoch < len(f.epoch_s) and f.epoch_s[epoch] <= until:
            epoch += 1
        until = min(until + f.step_s, f.end_s)
        if epoch < len(f.epoch_s):
            until = min(until, f.epoch_s[epoch])
        for site in range(len(f.sites) - 1):
            for s in range(f.sites[site, STATION], f.sites[site + 1, STATION]):
                work(f, station(f, s), until)
            collect(f, site, until)


class Station(NamedTuple):
    """A station at work: its row and the next one in the table, and the moments and the work it has to do with."""

    row: Ints
    next_row: Ints
    joined_at: Seconds
    begun_before: Seconds
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
        f.ordered_at_s if before == NONE else f.ended[before],
        f.ordered_at_s if before == NONE else f.begun[before],
        f.begun[row[ROW]],
        f.ended[row[ROW]],
        f.work_us[row[WORK_ROW]],
        f.work_us[max(row[RECEIVE_ROW], 0)],
    )


@compiled
def work(f: Tables, here: Station, until: Whole) -> None:
    """One station until the end of the epoch. In every second: work ends, people change, orders join, work starts."""
    row = here.row
    while True:
        now = row[NEXT_END]
        if row[CHANGE] < row[CHANGES]:
            now = min(now, f.changes[row[CHANGE], SECOND])
        if row[FREE] > 0 and row[PLACES] > 0:
            now = min(now, next_to_join(f, here))
        if now > until:
            return
        if now == row[NEXT_END]:
            end_work(f, here, now)
        while row[CHANGE] < row[CHANGES] and f.changes[row[CHANGE], SECOND] == now:
            change_people(f, row)
        while row[FREE] > 0 and row[PLACES] > 0:
            start_work(f, here, now)
            if row[NEXT_END] != now:
                break
            end_work(f, here, now)


@compiled
def end_work(f: Tables, here: Station, now: Whole) -> None:
    """People put down the tasks that end now, in the order in which they were begun, and hand the orders on."""
    row = here.row
    at = row[WHEEL] + (now & row[MASK])
    last = f.wheel[nth(at)]
    slot = f.slots[nth(last), NEXT]
    while True:
        following, team = f.slots[nth(slot), NEXT], f.slots[nth(slot), CREW]
        if team != NONE:
            f.teams[nth(team), IDLE] += 1
            row[PLACES] += 1
            row[IN_WORK] -= 1
            row[FREE] += f.teams[nth(team), PRESENT]
        f.slots[nth(slot), NEXT] = row[SPARE]
        row[SPARE] = slot
        hand_on(f, here, f.slots[nth(slot), ORDER], now)
        if slot == last:
            break
        slot = following
    f.wheel[nth(at)] = NONE
    f.wheel_words[nth(at >> 6)] &= ~(np.int64(1) << (at & 63))
    row[NEXT_END] = next_end(f, row, now)


@compiled
def next_end(f: Tables, row: Ints, now: Whole) -> Whole:
    """The next second after `now` in which work ends."""
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
    """The parcel leaves the site; it may come back: by second, and first those who left first (or, where work is done
    by deadline, by number)."""
    f.handed_over[nth(order)] = now
    if site[HEAP_END] == site[HEAP] or f.return_lag_s[order] == 0:
        return
    back = np.int64(now) + f.return_lag_s[order]
    if back > f.end_s:
        return
    f.came_back[order] = back
    if site[FIFO]:
        f.left[site[HEAP] + site[LEFT]] = order
        order = site[LEFT]
        site[LEFT] += 1
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
    """When the next order joins the station, or comes back to it."""
    row = here.row
    second: Whole = FAR
    if row[TAKEN] < row[THERE]:
        second = here.joined_at[f.line[nth(row[LINE] + row[TAKEN])]]
    return min(second, next_back(f, row))


@compiled
def next_back(f: Tables, row: Ints) -> Whole:
    """When the next parcel comes back to this station."""
    if row[RECEIVE_ROW] == NONE or f.sites[row[SITE], HEAP_SIZE] == 0:
        return FAR
    return f.heap[f.sites[row[SITE], HEAP]] >> 32


@compiled
def start_work(f: Tables, here: Station, now: Whole) -> None:
    """Free people take what waits, the fastest people first, as long as there are places to work at."""
    row, k = here.row, 0
    while k < row[ON_DUTY] and row[PLACES] > 0:
        team = f.duty[row[TEAM] + k]
        if f.teams[nth(team), IDLE] == 0:
            k += 1
        elif not start_task(f, here, team, now):
            return


@compiled
def start_task(f: Tables, here: Station, team: Whole, now: Whole) -> bool:
    """Somebody of the team takes an order, or a tour of them; whether there was any."""
    row = here.row
    content = row[SETUP_US]
    first = slot = row[SPARE]
    orders = 0
    while orders < row[TOUR]:
        order = take(f, here, now)
        if order == FAR:
            break
        if orders > 0:
            slot = f.slots[nth(slot), NEXT]
        f.slots[nth(slot), ORDER] = order
        f.slots[nth(slot), CREW] = team if orders == 0 else NONE
        content += here.work_us[nth(order)] if order >= 0 else here.return_work_us[~order]
        orders += 1
    if orders == 0:
        return False
    ends = now + (content + f.teams[nth(team), RATE] - 1) // f.teams[nth(team), RATE]
    in_time = ends <= f.end_s  # else it is still in work when the clock stops
    member = first
    for _ in range(orders):
        order = f.slots[nth(member), ORDER]
        if order >= 0:
            here.begun[nth(order)] = now
            here.ended[nth(order)] = ends if in_time else NONE
        elif in_time:
            f.received[~order] = ends
        member = f.slots[nth(member), NEXT]
    f.teams[nth(team), IDLE] -= 1
    row[FREE] -= 1
    row[PLACES] -= 1
    if in_time:
        row[SPARE] = f.slots[nth(slot), NEXT]
        note_end(f, row, first, slot, ends)
    return True


@compiled
def note_end(f: Tables, row: Ints, first: Whole, last: Whole, ends: Whole) -> None:
    """Hang a task's slots behind those that end in the same second (in a ring: the last leads to the first)."""
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
def take(f: Tables, here: Station, now: Whole) -> Whole:
    """The order that is served next; ~order of one that came back; FAR when nothing waits."""
    row, back = here.row, next_back(f, here.row)
    order = first_come(f, here, now, back) if row[TREE] == NONE else most_urgent(f, here, now, back)
    if order != FAR or back > now:
        return order
    site = f.sites[row[SITE]]
    number = pop(f.heap, site[HEAP], site[HEAP_SIZE]) & 0xFFFFFFFF
    site[HEAP_SIZE] -= 1
    return ~np.int64(f.left[site[HEAP] + number]) if site[FIFO] else ~number


@compiled
def first_come(f: Tables, here: Station, now: Whole, back: Whole) -> Whole:
    """The order that joined first; FAR when there is none, or when one that came back was first.

    In one second, orders whose work took no time join after those that come back, all others before them.
    """
    row = here.row
    if row[TAKEN] == row[THERE]:
        return FAR
    order = np.int64(f.line[nth(row[LINE] + row[TAKEN])])
    joined = here.joined_at[nth(order)]
    if joined > now or joined > back:
        return FAR
    if joined == back and row[PREV_ROW] != NONE and here.begun_before[order] == joined:
        return FAR
    row[TAKEN] += 1
    return order


@compiled
def most_urgent(f: Tables, here: Station, now: Whole, back: Whole) -> Whole:
    """The order with the earliest deadline; FAR when none waits, or when one that came back is more urgent."""
    row = here.row
    tree = f.trees[row[TREE]]
    while row[TAKEN] < row[THERE]:
        order = f.line[nth(row[LINE] + row[TAKEN])]
        if here.joined_at[nth(order)] > now:
            break
        put(f.words, tree, f.rank[nth(order)])
        row[TAKEN] += 1
    if tree[WAITING] == 0:
        return FAR
    rank = lowest(f.words, tree)
    urgent = np.int64(f.by_rank[f.sites[row[SITE], RANK] + rank])
    if back <= now and back + f.return_deadline_s < f.deadline_s[urgent]:
        return FAR
    remove(f.words, tree, rank)
    return urgent


@compiled
def collect(f: Tables, s: Whole, now: Whole) -> None:
    """Carriers take packed parcels of their contract, the earliest deadline first, as far as they have room."""
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
    """Set the bit of a rank, and on every level above that of its word (unless the word had a bit before)."""
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
    """Number of the lowest bit that is set (Leiserson, Prokop, Randall 1998: by a de Bruijn sequence)."""
    return LOWEST_BIT[nth(((word & -word) * DE_BRUIJN >> 58) & 63)]


@compiled
def nth(k: Whole) -> np.uint64:
    """An index that is known not to be negative: nothing has to be looked up from the end of the array."""
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
