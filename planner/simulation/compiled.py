"""The SimPy model's compiled twin: the same floor, the same second for every step of every order.

An order is known when it is born, so nothing has to be played event by event over the whole house. Time goes in epochs
that end when a carrier comes. Within an epoch each station is played alone, from the first to the last: it gets the
orders that the one before has finished, in the order in which they were finished. Only what has left can come back into
the house, and that is known when the epoch ends (where there is no courier, orders leave when they are packed: there an
epoch is no longer than the shortest way back).

What makes it fast: work that ends in the same second hangs together in a wheel of seconds (a calendar queue, Brown
1988, doi 10.1145/63039.63045); what is served by deadline waits as a bit at its rank in a tree of 64-bit words, of
which the lowest is found in a few steps (after van Emde Boas 1977, doi 10.1007/BF01683268, with branches of 64).

In these functions `t` is what is given and `x` what changes (see `tables`); `s` is a station.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from planner.domain.demand import Ints, Seconds
from planner.simulation.floor import RETURN_DEADLINE_S, Floor, Moments
from planner.simulation.tables import FAR, LEVELS, NONE, State, Tables, set_up

F = TypeVar("F", bound=Callable[..., Any])
Whole = int | np.int64
DE_BRUIJN = 0x03F79D71B4CB0A89  # of order 6: its windows of six bits are all different
LOWEST_BIT = np.zeros(64, dtype=np.int64)
LOWEST_BIT[[((DE_BRUIJN << k) & (2**64 - 1)) >> 58 for k in range(64)]] = np.arange(64)


# `_nrt`: nothing is allocated in here, so arrays need no counting of references (with it, every call would count all of
# them up and down: a hundred times as slow). The machine code is kept on disk for the next time.
OPTIONS: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy", "forceinline": True, "_nrt": False}


def compiled(function: F) -> F:
    """The same function in machine code, for integers and arrays."""
    return cast(F, numba.njit(**OPTIONS)(function))


def play(floor: Floor) -> Moments:
    """What happens on the floor, second by second."""
    moments = Moments.none(floor)
    tables, state = set_up(floor)
    play_epochs(tables, state, moments.begun, moments.ended, moments.handed_over, *writable(floor, moments))
    return moments


def writable(floor: Floor, moments: Moments) -> tuple[Seconds, Seconds]:
    """The moments of returns; where nothing can come back, they are not there to be written."""
    if any(hall.receiving is not None for hall in floor.halls):
        return moments.came_back, moments.received
    return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32)


@compiled
def play_epochs(
    t: Tables, x: State, begun: Seconds, ended: Seconds, handed_over: Seconds, came_back: Seconds, received: Seconds
) -> None:
    """All sites, epoch by epoch; sites meet only in what a contract takes on a day."""
    until, epoch = -1, 0
    while until < t.end_s:
        while epoch < len(t.epoch_s) and t.epoch_s[epoch] <= until:
            epoch += 1
        until = min(until + t.step_s, t.end_s)
        if epoch < len(t.epoch_s):
            until = min(until, t.epoch_s[epoch])
        for site in range(len(t.station_from) - 1):
            for s in range(t.station_from[site], t.station_from[site + 1]):
                work(t, x, s, until, begun, ended, handed_over, came_back, received)
            collect(t, x, site, until, handed_over, came_back)


@compiled
def work(
    t: Tables,
    x: State,
    s: Whole,
    until: Whole,
    begun: Seconds,
    ended: Seconds,
    handed_over: Seconds,
    came_back: Seconds,
    received: Seconds,
) -> None:
    """One station until the end of the epoch. In every second: work ends, people change, orders join, work starts."""
    before = t.prev_row[s]
    joined_at = t.ordered_at_s if before == NONE else ended[before]
    begun_before = t.ordered_at_s if before == NONE else begun[before]
    while True:
        now = x.next_end[s]
        if x.change[s] < t.change_from[s + 1]:
            now = min(now, t.change_s[x.change[s]])
        if x.free[s] > 0 and x.places[s] > 0:
            now = min(now, next_to_join(t, x, s, joined_at))
        if now > until:
            return
        if now == x.next_end[s]:
            end_work(t, x, s, now, handed_over, came_back)
        while x.change[s] < t.change_from[s + 1] and t.change_s[x.change[s]] == now:
            change_people(t, x, s)
        while x.free[s] > 0 and x.places[s] > 0:
            start_work(t, x, s, now, joined_at, begun_before, begun[t.row[s]], ended[t.row[s]], received)
            if x.next_end[s] != now:
                break
            end_work(t, x, s, now, handed_over, came_back)


@compiled
def end_work(t: Tables, x: State, s: Whole, now: Whole, handed_over: Seconds, came_back: Seconds) -> None:
    """People put down the tasks that end now, in the order in which they were begun, and hand the orders on."""
    at = t.wheel_from[s] + (now & t.wheel_mask[s])
    last = x.wheel[at]
    slot = x.slot_next[last]
    while True:
        following, team = x.slot_next[slot], x.slot_team[slot]
        if team != NONE:
            x.team_free[team] += 1
            x.places[s] += 1
            x.in_work[s] -= 1
            x.free[s] += x.team_on[team]
        x.slot_next[slot] = x.slot_spare[s]
        x.slot_spare[s] = slot
        hand_on(t, x, s, x.slot_order[slot], now, handed_over, came_back)
        if slot == last:
            break
        slot = following
    x.wheel[at] = NONE
    x.wheel_words[at >> 6] &= ~(np.int64(1) << (at & 63))
    x.next_end[s] = next_end(t, x, s, now)


@compiled
def next_end(t: Tables, x: State, s: Whole, now: Whole) -> Whole:
    """The next second after `now` in which work ends."""
    if x.in_work[s] == 0:
        return FAR
    mask, first = t.wheel_mask[s], t.wheel_from[s] >> 6
    begin = (now + 1) & mask
    place = begin >> 6
    word = x.wheel_words[first + place] & (np.int64(-1) << (begin & 63))
    while word == 0:
        place = (place + 1) & (mask >> 6)
        word = x.wheel_words[first + place]
    return now + 1 + (((place << 6) + lowest_bit(word) - begin) & mask)


@compiled
def hand_on(t: Tables, x: State, s: Whole, order: Whole, now: Whole, handed_over: Seconds, came_back: Seconds) -> None:
    """The order joins the next station, or is packed; one that had come back (~order) is done."""
    site = t.site_of[s]
    if order < 0:
        return
    if s + 1 < t.station_from[site + 1]:
        x.line[t.line_from[s + 1] + x.there[s + 1]] = order
        x.there[s + 1] += 1
    elif t.contract[order] == NONE:
        leave(t, x, site, order, now, handed_over, came_back)
    else:
        put(t, x, t.shelf[site, t.contract[order]], t.rank[order])


@compiled
def leave(t: Tables, x: State, site: Whole, order: Whole, now: Whole, handed_over: Seconds, came_back: Seconds) -> None:
    """The parcel leaves the site; it may come back: by second, and first those who left first (or, where work is done
    by deadline, by number)."""
    handed_over[order] = now
    begin = t.heap_from[site]
    if t.heap_from[site + 1] == begin or t.return_lag_s[order] == 0:
        return
    back = np.int64(now) + t.return_lag_s[order]
    if back > t.end_s:
        return
    came_back[order] = back
    if t.tree[t.station_from[site] + t.receiving[site]] == NONE:
        x.gone[begin + x.gone_count[site]] = order
        order = x.gone_count[site]
        x.gone_count[site] += 1
    push(x.heap, begin, x.heap_size[site], back << 32 | order)
    x.heap_size[site] += 1


@compiled
def change_people(t: Tables, x: State, s: Whole) -> None:
    """A team comes or leaves; those on duty stand in the order of teams, the fastest first."""
    team, comes = t.change_team[x.change[s]], t.change_comes[x.change[s]]
    first, k = t.team_from[s], x.on_duty[s]
    x.change[s] += 1
    x.team_on[team] = comes
    if comes:
        x.free[s] += x.team_free[team]
        while k > 0 and x.duty[first + k - 1] > team:
            x.duty[first + k] = x.duty[first + k - 1]
            k -= 1
        x.duty[first + k] = team
        x.on_duty[s] += 1
    else:
        x.free[s] -= x.team_free[team]
        x.on_duty[s] -= 1
        k = 0
        while x.duty[first + k] != team:
            k += 1
        while k < x.on_duty[s]:
            x.duty[first + k] = x.duty[first + k + 1]
            k += 1


@compiled
def next_to_join(t: Tables, x: State, s: Whole, joined_at: Seconds) -> Whole:
    """When the next order joins the station, or comes back to it."""
    second = FAR
    if x.taken[s] < x.there[s]:
        second = joined_at[x.line[t.line_from[s] + x.taken[s]]]
    site = t.site_of[s]
    if t.receive_row[s] != NONE and x.heap_size[site] > 0:
        second = min(second, x.heap[t.heap_from[site]] >> 32)
    return second


@compiled
def start_work(
    t: Tables,
    x: State,
    s: Whole,
    now: Whole,
    joined_at: Seconds,
    begun_before: Seconds,
    begun: Seconds,
    ended: Seconds,
    received: Seconds,
) -> None:
    """Free people take what waits, the fastest people first, as long as there are places to work at."""
    first, k = t.team_from[s], 0
    while k < x.on_duty[s] and x.places[s] > 0:
        team = x.duty[first + k]
        if x.team_free[team] == 0:
            k += 1
        elif not start_task(t, x, s, team, now, joined_at, begun_before, begun, ended, received):
            return


@compiled
def start_task(
    t: Tables,
    x: State,
    s: Whole,
    team: Whole,
    now: Whole,
    joined_at: Seconds,
    begun_before: Seconds,
    begun: Seconds,
    ended: Seconds,
    received: Seconds,
) -> bool:
    """Somebody of the team takes an order, or a tour of them; whether there was any."""
    tour = t.tour[s]
    content = t.setup_us[s] if tour > 1 else 0
    first = slot = x.slot_spare[s]
    orders = 0
    while orders < tour:
        order = take(t, x, s, now, joined_at, begun_before)
        if order == FAR:
            break
        if orders > 0:
            slot = x.slot_next[slot]
        x.slot_order[slot] = order
        x.slot_team[slot] = team if orders == 0 else NONE
        content += t.work_us[t.work_row[s], order] if order >= 0 else t.work_us[t.receive_row[s], ~order]
        orders += 1
    if orders == 0:
        return False
    ends = now + (content + t.rate[team] - 1) // t.rate[team]
    in_time = ends <= t.end_s  # else it is still in work when the clock stops
    member = first
    for _ in range(orders):
        order = x.slot_order[member]
        if order >= 0:
            begun[order] = now
            ended[order] = ends if in_time else NONE
        elif in_time:
            received[~order] = ends
        member = x.slot_next[member]
    x.team_free[team] -= 1
    x.free[s] -= 1
    x.places[s] -= 1
    if in_time:
        x.slot_spare[s] = x.slot_next[slot]
        note_end(t, x, s, first, slot, ends)
    return True


@compiled
def note_end(t: Tables, x: State, s: Whole, first: Whole, last: Whole, ends: Whole) -> None:
    """Hang a task's slots behind those that end in the same second (in a ring: the last leads to the first)."""
    at = t.wheel_from[s] + (ends & t.wheel_mask[s])
    tail = x.wheel[at]
    if tail == NONE:
        x.slot_next[last] = first
        x.wheel_words[at >> 6] |= np.int64(1) << (at & 63)
    else:
        x.slot_next[last] = x.slot_next[tail]
        x.slot_next[tail] = first
    x.wheel[at] = last
    x.in_work[s] += 1
    x.next_end[s] = min(x.next_end[s], ends)


@compiled
def take(t: Tables, x: State, s: Whole, now: Whole, joined_at: Seconds, begun_before: Seconds) -> Whole:
    """The order that is served next; ~order of one that came back; FAR when nothing waits."""
    site, back = t.site_of[s], FAR
    if t.receive_row[s] != NONE and x.heap_size[site] > 0:
        back = x.heap[t.heap_from[site]] >> 32
    if t.tree[s] == NONE:
        order = first_come(t, x, s, now, back, joined_at, begun_before)
    else:
        order = most_urgent(t, x, s, now, back, joined_at)
    if order != FAR or back > now:
        return order
    key = pop(x.heap, t.heap_from[site], x.heap_size[site])
    x.heap_size[site] -= 1
    order = key & 0xFFFFFFFF
    return ~np.int64(x.gone[t.heap_from[site] + order]) if t.tree[s] == NONE else ~order


@compiled
def first_come(t: Tables, x: State, s: Whole, now: Whole, back: Whole, joined_at: Seconds, begun_before: Seconds) -> Whole:
    """The order that joined first; FAR when there is none, or when one that came back was first.

    In one second, orders whose work took no time join after those that come back, all others before them.
    """
    if x.taken[s] == x.there[s]:
        return FAR
    order = np.int64(x.line[t.line_from[s] + x.taken[s]])
    joined = joined_at[order]
    if joined > now or joined > back:
        return FAR
    if joined == back and t.prev_row[s] != NONE and begun_before[order] == joined:
        return FAR
    x.taken[s] += 1
    return order


@compiled
def most_urgent(t: Tables, x: State, s: Whole, now: Whole, back: Whole, joined_at: Seconds) -> Whole:
    """The order with the earliest deadline; FAR when none waits, or when one that came back is more urgent."""
    tree = t.tree[s]
    while x.taken[s] < x.there[s]:
        order = x.line[t.line_from[s] + x.taken[s]]
        if joined_at[order] > now:
            break
        put(t, x, tree, t.rank[order])
        x.taken[s] += 1
    if x.waiting[tree] == 0:
        return FAR
    rank = lowest(t, x, tree)
    order = np.int64(t.by_rank[t.rank_from[t.site_of[s]] + rank])
    if back <= now and back + RETURN_DEADLINE_S < t.deadline_s[order]:
        return FAR
    remove(t, x, tree, rank)
    return order


@compiled
def collect(t: Tables, x: State, site: Whole, now: Whole, handed_over: Seconds, came_back: Seconds) -> None:
    """Carriers take packed parcels of their contract, the earliest deadline first, as far as they have room."""
    while x.visit[site] < t.visit_from[site + 1] and t.visit_s[x.visit[site]] == now:
        visit = x.visit[site]
        x.visit[site] += 1
        shelf, book = t.shelf[site, t.visit_contract[visit]], t.visit_book[visit]
        room = min(t.visit_room[visit], t.visit_allotted[visit] - x.booked[book])
        while shelf != NONE and room > 0 and x.waiting[shelf] > 0:
            rank = lowest(t, x, shelf)
            remove(t, x, shelf, rank)
            leave(t, x, site, np.int64(t.by_rank[t.rank_from[site] + rank]), now, handed_over, came_back)
            x.booked[book] += 1
            room -= 1


@compiled
def put(t: Tables, x: State, tree: Whole, rank: Whole) -> None:
    """Set the bit of a rank, and on every level above that of its word (unless the word had a bit before)."""
    x.waiting[tree] += 1
    for level in range(LEVELS):
        at = t.tree_from[tree, level] + (rank >> 6)
        word = x.words[at]
        x.words[at] = word | np.int64(1) << (rank & 63)
        if word != 0:
            return
        rank >>= 6


@compiled
def lowest(t: Tables, x: State, tree: Whole) -> Whole:
    """The lowest rank of a tree that is not empty."""
    rank: Whole = 0
    for level in range(LEVELS - 1, -1, -1):
        rank = rank << 6 | lowest_bit(x.words[t.tree_from[tree, level] + rank])
    return rank


@compiled
def remove(t: Tables, x: State, tree: Whole, rank: Whole) -> None:
    """Clear the bit of a rank, and those of words that are empty now."""
    x.waiting[tree] -= 1
    for level in range(LEVELS):
        at = t.tree_from[tree, level] + (rank >> 6)
        x.words[at] &= ~(np.int64(1) << (rank & 63))
        if x.words[at] != 0:
            return
        rank >>= 6


@compiled
def lowest_bit(word: Whole) -> Whole:
    """Number of the lowest bit that is set (Leiserson, Prokop, Randall 1998: by a de Bruijn sequence)."""
    return LOWEST_BIT[((word & -word) * DE_BRUIJN >> 58) & 63]


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
