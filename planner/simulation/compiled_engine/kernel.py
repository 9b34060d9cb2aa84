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
in a tree of 64-bit words: on every level there is a bit for each word below that is not empty
(after van Emde Boas 1977, doi 10.1007/BF01683268, with branches of 64). The word of the lowest bit
is remembered; only when it becomes empty, the next one is looked for on the levels above. Where
orders have priorities, what is served in order of arrival waits in such a tree too: one part of it
for each priority, and in it a bit for each place in the line.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from planner.domain.arrays import Ints, Seconds
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
    SPAN,
) = range(14)
TOUR, SETUP_US = 14, 16
# Columns of `stations`: changing. Orders that have come so far, and those taken (or put into the
# tree); people on duty without a task, the next tick in which work ends, tasks in work, the next
# change, teams on duty, spare slot; places, and the first and the last slot of the tasks that were
# put down.
THERE, TAKEN, FREE, NEXT_END, IN_WORK, CHANGE, ON_DUTY, SPARE = range(18, 26)
PLACES, PUT_DOWN, PUT_LAST = 26, 28, 30
COLUMNS = 32
STATION, VISIT, VISITS, RANK, HEAP, HEAP_END, HEAP_SIZE = range(7)  # of `sites`
# Of `teams`: microseconds of work a second, people without a task, 1 if on duty, the stretch they
# are in, their last, the tick up to which they are paid.
RATE, IDLE, PRESENT, STRETCH, LAST_STRETCH, PAID_UNTIL = range(6)
TICK, WHO, COMES = range(3)  # of `changes`
AT, CONTRACT, ROOM, ALLOTTED, BOOK = range(5)  # of `visits`
ORDER, CREW, NEXT = range(3)  # of `slots`
# Of `trees`, after the places of the levels: bits that are set, levels in use, the word of the
# lowest bit.
WAITING, DEPTH, FIRST = range(LEVELS, LEVELS + 3)


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
    have a rank by (priority, deadline, number) among those of their site; `by_rank` is its inverse,
    site after site. `behind`: priorities that go before that of an order, of a return `lowest`. The
    tree of a station is by rank, or has a SPAN: (behind, place in the line), SPAN bits for each
    priority.
    """

    ticks_per_s: int
    end: int
    step: int  # longest epoch
    return_deadline_s: int
    lowest: int
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
    behind: Small
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
                _work(f, _station(f, s), until)
            _collect(f, site, until)


class Station(NamedTuple):
    """A station at work: its row and the next one in the table, and its event times and work."""

    row: Ints
    next_row: Ints
    joined_at: Seconds
    begun: Seconds
    ended: Seconds
    work_us: Ints
    return_work_us: Ints


@compiled
def _station(f: Tables, s: Whole) -> Station:
    """Station number `s` of the table."""
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
def _work(f: Tables, here: Station, until: Whole) -> None:
    """One station until the end of the epoch.

    In every tick: work ends, people change, orders join, work starts.
    """
    row = here.row
    while True:
        now = row[NEXT_END]
        if row[CHANGE] < row[CHANGES]:
            now = min(now, f.changes[row[CHANGE], TICK])
        if row[FREE] > 0:
            now = min(now, _next_to_join(f, here))
        if now > until:
            return
        if now == row[NEXT_END]:
            _end_work(f, here, now)
        while row[CHANGE] < row[CHANGES] and f.changes[row[CHANGE], TICK] == now:
            _change_people(f, row)
        while row[FREE] > 0:
            _start_work(f, here, now)
            if row[NEXT_END] != now:
                break
            _end_work(f, here, now)


@compiled
def _end_work(f: Tables, here: Station, now: Whole) -> None:
    """End the tasks that end now, in the order of their begin: hand on, or put down."""
    row = here.row
    at = row[WHEEL] + (now & row[MASK])
    last = f.wheel[_nth(at)]
    slot = f.slots[_nth(last), NEXT]
    unfinished = False
    while True:
        following, team, order = (
            f.slots[_nth(slot), NEXT],
            f.slots[_nth(slot), CREW],
            f.slots[_nth(slot), ORDER],
        )
        if team != NONE:
            f.teams[_nth(team), IDLE] += 1
            row[PLACES + (order < 0)] += 1
            row[IN_WORK] -= 1
            row[FREE] += f.teams[_nth(team), PRESENT]
            unfinished = f.rest[_nth(slot)] > 0
        if unfinished:
            _put_down(f, row, slot, OUT if order >= 0 else BACK)
        else:
            f.slots[_nth(slot), NEXT] = row[SPARE]
            row[SPARE] = slot
            _hand_on(f, here, order, now)
        if slot == last:
            break
        slot = following
    f.wheel[_nth(at)] = NONE
    f.wheel_words[_nth(at >> 6)] &= ~(np.int64(1) << (at & 63))
    row[NEXT_END] = _next_end(f, row, now)


@compiled
def _put_down(f: Tables, row: Ints, slot: Whole, kind: Whole) -> None:
    """Hang a slot behind those of the tasks that wait to be continued."""
    f.slots[_nth(slot), NEXT] = NONE
    if row[PUT_DOWN + kind] == NONE:
        row[PUT_DOWN + kind] = slot
    else:
        f.slots[_nth(row[PUT_LAST + kind]), NEXT] = slot
    row[PUT_LAST + kind] = slot


@compiled
def _next_end(f: Tables, row: Ints, now: Whole) -> Whole:
    """The next tick after `now` in which work ends."""
    if row[IN_WORK] == 0:
        return FAR
    mask, first = row[MASK], row[WHEEL] >> 6
    begin = (now + 1) & mask
    place = begin >> 6
    word = f.wheel_words[_nth(first + place)] & (np.int64(-1) << (begin & 63))
    while word == 0:
        place = (place + 1) & (mask >> 6)
        word = f.wheel_words[_nth(first + place)]
    return now + 1 + (((place << 6) + _lowest_bit(word) - begin) & mask)


@compiled
def _hand_on(f: Tables, here: Station, order: Whole, now: Whole) -> None:
    """The order joins the next station, or is packed; one that had come back (~order) is done."""
    if order < 0:
        return
    site = here.row[SITE]
    if not here.row[LAST]:
        f.line[_nth(here.next_row[LINE] + here.next_row[THERE])] = order
        here.next_row[THERE] += 1
    elif f.contract[_nth(order)] == NONE:
        _leave(f, f.sites[site], order, now)
    else:
        _put(f.words, f.trees[f.shelf[site, f.contract[_nth(order)]]], f.rank[_nth(order)])


@compiled
def _leave(f: Tables, site: Ints, order: Whole, now: Whole) -> None:
    """The parcel leaves the site; it may come back."""
    f.handed_over[_nth(order)] = now
    if site[HEAP_END] == site[HEAP] or f.return_lag_s[order] == 0:
        return
    back = np.int64(now) + np.int64(f.return_lag_s[order]) * f.ticks_per_s
    if back > f.end:
        return
    f.came_back[order] = back
    _push(f.heap, site[HEAP], site[HEAP_SIZE], back << 32 | order)
    site[HEAP_SIZE] += 1


@compiled
def _change_people(f: Tables, row: Ints) -> None:
    """A team comes or leaves; those on duty stand in the order of teams, the fastest first."""
    team, comes = f.changes[row[CHANGE], WHO], f.changes[row[CHANGE], COMES]
    first, k = row[TEAM], row[ON_DUTY]
    row[CHANGE] += 1
    f.teams[_nth(team), PRESENT] = comes
    if comes:
        f.teams[_nth(team), STRETCH] += 1
        row[FREE] += f.teams[_nth(team), IDLE]
        while k > 0 and f.duty[first + k - 1] > team:
            f.duty[first + k] = f.duty[first + k - 1]
            k -= 1
        f.duty[first + k] = team
        row[ON_DUTY] += 1
    else:
        row[FREE] -= f.teams[_nth(team), IDLE]
        row[ON_DUTY] -= 1
        k = 0
        while f.duty[first + k] != team:
            k += 1
        while k < row[ON_DUTY]:
            f.duty[first + k] = f.duty[first + k + 1]
            k += 1


@compiled
def _next_to_join(f: Tables, here: Station) -> Whole:
    """When the next order joins the station, or comes back to it, and finds a place."""
    row = here.row
    tick: Whole = FAR
    if row[PLACES] > 0 and row[TAKEN] < row[THERE]:
        tick = here.joined_at[f.line[_nth(row[LINE] + row[TAKEN])]]
    return min(tick, _next_back(f, row)) if row[PLACES + BACK] > 0 else tick


@compiled
def _next_back(f: Tables, row: Ints) -> Whole:
    """When the next parcel comes back to this station."""
    if row[RECEIVE_ROW] == NONE or f.sites[row[SITE], HEAP_SIZE] == 0:
        return FAR
    return f.heap[f.sites[row[SITE], HEAP]] >> 32


@compiled
def _start_work(f: Tables, here: Station, now: Whole) -> None:
    """Free servers take what waits, the fastest first, while there are workplaces."""
    row, k = here.row, 0
    while k < row[ON_DUTY]:
        team = f.duty[row[TEAM] + k]
        if f.teams[_nth(team), IDLE] == 0:
            k += 1
            continue
        kind = _next_kind(f, here, now)
        if kind == NONE:
            return
        _start_task(f, here, team, kind, now)


@compiled
def _next_kind(f: Tables, here: Station, now: Whole) -> Whole:
    """What is taken next, OUT or BACK; NONE if nothing that waits has a workplace.

    What was put down goes first, then what is more urgent (the return, if both are).
    """
    row = here.row
    out = row[PLACES] > 0
    back: Whole = FAR
    if out and row[PUT_DOWN] != NONE:
        return OUT
    if row[PLACES + BACK] > 0:
        if row[PUT_DOWN + BACK] != NONE:
            return BACK
        back = _next_back(f, row)
    _join_tree(f, here, now)
    if out and _order_waits(f, here, now):
        return BACK if back <= now and _return_is_first(f, here, back) else OUT
    return BACK if back <= now else NONE


@compiled
def _join_tree(f: Tables, here: Station, now: Whole) -> None:
    """By deadline or priority, orders that have joined the station stand in its tree."""
    row = here.row
    while row[TREE] != NONE and row[TAKEN] < row[THERE]:
        order = f.line[_nth(row[LINE] + row[TAKEN])]
        if here.joined_at[_nth(order)] > now:
            return
        rank = np.int64(f.rank[_nth(order)])
        if row[SPAN] > 0:
            rank = f.behind[_nth(order)] * row[SPAN] + row[TAKEN]
        _put(f.words, f.trees[row[TREE]], rank)
        row[TAKEN] += 1


@compiled
def _at_rank(f: Tables, row: Ints, rank: Whole) -> Whole:
    """The order that stands at a rank of the station's tree."""
    if row[SPAN] > 0:
        return np.int64(f.line[_nth(row[LINE] + rank % row[SPAN])])
    return np.int64(f.by_rank[_nth(f.sites[row[SITE], RANK] + rank)])


@compiled
def _order_waits(f: Tables, here: Station, now: Whole) -> bool:
    """Whether an order on its way out waits here."""
    row = here.row
    if row[TREE] != NONE:
        return bool(f.trees[row[TREE], WAITING] > 0)
    return bool(
        row[TAKEN] < row[THERE]
        and here.joined_at[_nth(f.line[_nth(row[LINE] + row[TAKEN])])] <= now
    )


@compiled
def _return_is_first(f: Tables, here: Station, back: Whole) -> bool:
    """Whether the return that came in tick `back` is at least as urgent as the next order."""
    row = here.row
    if row[TREE] == NONE:
        return bool(back <= here.joined_at[_nth(f.line[_nth(row[LINE] + row[TAKEN])])])
    urgent = _at_rank(f, row, _lowest(f.words, f.trees[row[TREE]]))
    if f.behind[_nth(urgent)] < f.lowest:
        return False
    if row[SPAN] > 0:
        return bool(back <= here.joined_at[_nth(urgent)])
    return bool(back // f.ticks_per_s + f.return_deadline_s <= f.deadline_s[_nth(urgent)])


@compiled
def _start_task(f: Tables, here: Station, team: Whole, kind: Whole, now: Whole) -> None:
    """Somebody of the team continues what was put down, or takes an order, or a tour of them."""
    row, rate = here.row, f.teams[_nth(team), RATE]
    resumed = row[PUT_DOWN + kind] != NONE
    first = row[PUT_DOWN + kind] if resumed else row[SPARE]
    last = _last_of_task(f, first) if resumed else _fill_slots(f, here, kind, now)
    content = f.rest[_nth(first)]
    ticks = (content + (_phase(f, f.slots[_nth(first), ORDER]) * rate >> 16)) // rate
    ends, left = _done_at(f, team, now, ticks), np.int64(0)
    home = f.stretches[f.teams[_nth(team), LAST_STRETCH], 1]
    if ends > home:
        if row[FINISHES]:
            f.after_hours[_nth(team)] += max(
                min(ends, f.end) - max(home, f.teams[_nth(team), PAID_UNTIL]), 0
            )
        else:
            left = content - (ticks - (ends - home)) * rate
            ends = home
    f.slots[_nth(first), CREW] = team
    f.rest[_nth(first)] = left
    if left == 0 and ends <= f.end:
        _write_ended(f, here, first, last, ends)
    f.teams[_nth(team), IDLE] -= 1
    row[FREE] -= 1
    row[PLACES + kind] -= 1
    if resumed:
        row[PUT_DOWN + kind] = f.slots[_nth(last), NEXT]
    if ends <= f.end:  # else it is still in work when the clock stops
        if not resumed:
            row[SPARE] = f.slots[_nth(last), NEXT]
        _note_end(f, row, first, last, ends)


@compiled
def _done_at(f: Tables, team: Whole, now: Whole, ticks: Whole) -> Whole:
    """When a task of `ticks` begun now is done: breaks on top; after hours, if its person stays."""
    k, last = f.teams[_nth(team), STRETCH], f.teams[_nth(team), LAST_STRETCH]
    while k < last and now + ticks > f.stretches[_nth(k), 1]:
        ticks -= f.stretches[_nth(k), 1] - now
        k += 1
        now = f.stretches[_nth(k), 0]
    return now + ticks


@compiled
def _phase(f: Tables, order: Whole) -> Whole:
    """The rounding number of an order, times 2^16 (see `ticks`)."""
    return np.int64(f.instant[_nth(order if order >= 0 else ~order)]) * f.ticks_per_s & 0xFFFF


@compiled
def _last_of_task(f: Tables, first: Whole) -> Whole:
    """The last slot of a task that was put down.

    The next task begins at the next slot with a crew.
    """
    last = first
    while (
        f.slots[_nth(last), NEXT] != NONE and f.slots[_nth(f.slots[_nth(last), NEXT]), CREW] == NONE
    ):
        last = f.slots[_nth(last), NEXT]
    return last


@compiled
def _fill_slots(f: Tables, here: Station, kind: Whole, now: Whole) -> Whole:
    """Begin an order, or a tour of those that wait, in spare slots; the last of them.

    Its content goes into `rest`.
    """
    row = here.row
    first = slot = row[SPARE]
    content, orders = row[SETUP_US + kind], 0
    while True:
        order = _take(f, here, kind)
        f.slots[_nth(slot), ORDER] = order
        f.slots[_nth(slot), CREW] = NONE
        if order >= 0:
            here.begun[_nth(order)] = now
            content += here.work_us[_nth(order)]
        else:
            content += here.return_work_us[_nth(~order)]
        orders += 1
        if orders == row[TOUR + kind] or not _waits(f, here, kind, now):
            break
        slot = f.slots[_nth(slot), NEXT]
    f.rest[_nth(first)] = content * f.ticks_per_s
    return slot


@compiled
def _waits(f: Tables, here: Station, kind: Whole, now: Whole) -> bool:
    """Whether anything of a kind waits here."""
    return _order_waits(f, here, now) if kind == OUT else bool(_next_back(f, here.row) <= now)


@compiled
def _take(f: Tables, here: Station, kind: Whole) -> Whole:
    """The order that is served next of those that wait; ~order of one that came back."""
    row = here.row
    site = f.sites[row[SITE]]
    if kind == BACK:
        order = _pop(f.heap, site[HEAP], site[HEAP_SIZE]) & 0xFFFFFFFF
        site[HEAP_SIZE] -= 1
        return ~order
    if row[TREE] == NONE:
        row[TAKEN] += 1
        return np.int64(f.line[_nth(row[LINE] + row[TAKEN] - 1)])
    return _at_rank(f, row, _take_lowest(f.words, f.trees[row[TREE]]))


@compiled
def _write_ended(f: Tables, here: Station, first: Whole, last: Whole, ends: Whole) -> None:
    """Enter the end of a task, from its first slot to its last."""
    slot = first
    while True:
        order = f.slots[_nth(slot), ORDER]
        if order >= 0:
            here.ended[_nth(order)] = ends
        else:
            f.received[_nth(~order)] = ends
        if slot == last:
            return
        slot = f.slots[_nth(slot), NEXT]


@compiled
def _note_end(f: Tables, row: Ints, first: Whole, last: Whole, ends: Whole) -> None:
    """Hang a task's slots behind those that end in the same tick.

    They form a ring: the last leads to the first.
    """
    at = row[WHEEL] + (ends & row[MASK])
    tail = f.wheel[_nth(at)]
    if tail == NONE:
        f.slots[_nth(last), NEXT] = first
        f.wheel_words[_nth(at >> 6)] |= np.int64(1) << (at & 63)
    else:
        f.slots[_nth(last), NEXT] = f.slots[_nth(tail), NEXT]
        f.slots[_nth(tail), NEXT] = first
    f.wheel[_nth(at)] = last
    row[IN_WORK] += 1
    row[NEXT_END] = min(row[NEXT_END], ends)


@compiled
def _collect(f: Tables, s: Whole, now: Whole) -> None:
    """Carriers take packed parcels of their contract, by priority, then by deadline."""
    site = f.sites[s]
    while site[VISIT] < site[VISITS] and f.visits[site[VISIT], AT] == now:
        visit = f.visits[site[VISIT]]
        site[VISIT] += 1
        shelf = f.shelf[s, visit[CONTRACT]]
        room = min(visit[ROOM], visit[ALLOTTED] - f.booked[visit[BOOK]])
        while shelf != NONE and room > 0 and f.trees[shelf, WAITING] > 0:
            rank = _take_lowest(f.words, f.trees[shelf])
            _leave(f, site, np.int64(f.by_rank[site[RANK] + rank]), now)
            f.booked[visit[BOOK]] += 1
            room -= 1


@compiled
def _put(words: Ints, tree: Ints, rank: Whole) -> None:
    """Set the bit of a rank, and above it those of words that were empty before."""
    if tree[WAITING] == 0 or rank >> 6 < tree[FIRST]:
        tree[FIRST] = rank >> 6
    tree[WAITING] += 1
    for level in range(tree[DEPTH]):
        at = tree[level] + (rank >> 6)
        word = words[_nth(at)]
        words[_nth(at)] = word | np.int64(1) << (rank & 63)
        if word != 0:
            return
        rank >>= 6


@compiled
def _lowest(words: Ints, tree: Ints) -> Whole:
    """The lowest rank of a tree that is not empty."""
    return tree[FIRST] << 6 | _lowest_bit(words[_nth(tree[0] + tree[FIRST])])


@compiled
def _take_lowest(words: Ints, tree: Ints) -> Whole:
    """The lowest rank of a tree that is not empty; its bit is cleared."""
    place, at = tree[FIRST], tree[0] + tree[FIRST]
    word = words[_nth(at)]
    words[_nth(at)] = word & (word - 1)
    tree[WAITING] -= 1
    if word & (word - 1) == 0:
        tree[FIRST] = _next_word(words, tree, place)
    return place << 6 | _lowest_bit(word)


@compiled
def _next_word(words: Ints, tree: Ints, place: Whole) -> Whole:
    """The lowest word that is not empty, of a tree whose lowest one, at `place`, has become so.

    Its bit above is cleared, and those of words that are empty with it. 0 where all are.
    """
    level, word = 0, np.int64(0)
    while word == 0:
        level += 1
        if level == tree[DEPTH]:
            return 0
        at = tree[level] + (place >> 6)
        word = words[_nth(at)] & (words[_nth(at)] - 1)  # its lowest bit is that of the empty word
        words[_nth(at)] = word
        place >>= 6
    while level > 0:
        place = place << 6 | _lowest_bit(words[_nth(tree[level] + place)])
        level -= 1
    return place


@compiled
def _lowest_bit(word: Whole) -> Whole:
    """Number of the lowest bit that is set, by a de Bruijn sequence.

    Leiserson, Prokop and Randall 1998.
    """
    return LOWEST_BIT[_nth(((word & -word) * DE_BRUIJN >> 58) & 63)]


@compiled
def _nth(k: Whole) -> np.uint64:
    """An index known not to be negative: numba need not look from the end of the array."""
    return np.uint64(k)


@compiled
def _push(heap: Ints, begin: Whole, size: Whole, key: Whole) -> None:
    """Add a key to the binary heap of `size` keys at `begin`."""
    k = size
    while k > 0 and heap[begin + (k - 1) // 2] > key:
        heap[begin + k] = heap[begin + (k - 1) // 2]
        k = (k - 1) // 2
    heap[begin + k] = key


@compiled
def _pop(heap: Ints, begin: Whole, size: Whole) -> Whole:
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
