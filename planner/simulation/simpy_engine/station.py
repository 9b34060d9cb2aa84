"""A work station: teams of people, and the desks at which they do what waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from heapq import heappop, heappush

from planner.domain.records import NEVER
from planner.domain.site import Process
from planner.simulation.inputs.attendance import Gang
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import TICKS_PER_S

PutDown = tuple[list[int], int]  # orders of a task, and the content that is left of it


class Team:
    """A gang at work: `free` of its people have no task in hand; `rank` orders the teams of a
    station.

    `stretches` in ticks; `now_in` is the stretch the team is in, `home` the end of the last one.
    `paid_until`: the tick up to which their shift is paid; `after_hours`: ticks that they worked
    beyond both.
    """

    __slots__ = (
        "after_hours",
        "free",
        "home",
        "now_in",
        "on_duty",
        "paid_until",
        "rank",
        "rate",
        "stretches",
    )

    def __init__(self, rank: int, gang: Gang) -> None:
        self.rank = rank
        self.rate = gang.rate
        self.free = gang.people
        self.on_duty = False
        self.stretches = [(begin * TICKS_PER_S, end * TICKS_PER_S) for begin, end in gang.stretches]
        self.now_in = -1
        self.home = self.stretches[-1][1]
        self.paid_until = gang.paid_until_s * TICKS_PER_S
        self.after_hours = 0

    def done_at(self, now: int, ticks: int) -> int:
        """When a task of `ticks` that is begun now is done: breaks come on top; beyond `home`, if
        its person stays.
        """
        k, last = self.now_in, len(self.stretches) - 1
        while k < last and now + ticks > self.stretches[k][1]:
            ticks -= self.stretches[k][1] - now
            k += 1
            now = self.stretches[k][0]
        return now + ticks


class Desk:
    """Where orders on their way out, or parcels that came back, are worked on, `tour` of them in
    one task.

    What waits are integer keys, and `key & mask` is the number of the order. By deadline, a key is
    the deadline and the number: the smallest is served first. First come first served, it is the
    number: orders that join in the same tick stand in the order in which the work they come from
    was begun.

    `content` (microseconds of work times TICKS_PER_S), `joined`, `begun`, `ended` (ticks) by
    number. `put_down`: tasks whose people went home; they go before everything that waits.
    """

    def __init__(
        self,
        process: Process,
        content: Sequence[int],
        joined: Sequence[int],
        key: Sequence[int],
        hand_on: Callable[[int], None],
        sorted_in: bool,
    ) -> None:
        """`sorted_in`: orders join in the order of their keys anyway (no heap needed)."""
        self.content, self.joined, self.key = content, joined, key
        self.begun = [NEVER] * len(content)
        self.ended = [NEVER] * len(content)
        self.places = process.stations
        self.tour = process.batch_orders
        self.setup = process.batch_setup_s * MICRO * TICKS_PER_S
        self.hand_on = hand_on
        self.put_down: deque[PutDown] = deque()
        if sorted_in:
            line: deque[int] = deque()
            self.queue: deque[int] | list[int] = line
            self.put: Callable[[int], None] = line.append
            self.take: Callable[[], int] = line.popleft
        else:
            heap: list[int] = []
            self.queue, self.put, self.take = heap, partial(heappush, heap), partial(heappop, heap)

    def join(self, order: int) -> None:
        """The order waits here."""
        self.put(self.key[order])


class Station:
    """One process of a site: `desks` for orders on their way out and, where returns are received,
    for those.
    """

    def __init__(self, gangs: Sequence[Gang], process: Process, finishes: bool) -> None:
        """`finishes`: people finish the task in hand after hours."""
        self.teams = [Team(rank, gang) for rank, gang in enumerate(gangs)]
        self.on_duty: list[Team] = []  # fastest first
        self.free = 0  # people on duty without a task
        self.finishes = finishes
        self.by_deadline = process.discipline == "deadline"
        self.desks: list[Desk] = []

    def next_desk(self, urgency: Callable[[Station, Desk], int]) -> Desk | None:
        """Where the next task is taken: what was put down comes first, then what is more urgent, an
        order or a return (of equal urgency the return).
        """
        waiting = None
        for desk in self.desks:
            if desk.places and desk.put_down:
                return desk
        for desk in self.desks:
            if (
                desk.places
                and desk.queue
                and (waiting is None or urgency(self, desk) <= urgency(self, waiting))
            ):
                waiting = desk
        return waiting

    def begin_duty(self, team: Team) -> None:
        """The team starts tasks, and continues those in hand."""
        team.on_duty = True
        team.now_in += 1
        self.free += team.free
        self.on_duty.append(team)
        self.on_duty.sort(key=_rank)

    def end_duty(self, team: Team) -> None:
        """The team starts no more tasks."""
        team.on_duty = False
        self.free -= team.free
        self.on_duty.remove(team)


def _rank(team: Team) -> int:
    return team.rank
