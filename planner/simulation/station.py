"""A work station: a queue of orders, teams of people, and a limited number of places to work at."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from heapq import heappop, heappush

from planner.domain.horizon import Interval
from planner.domain.site import Process
from planner.simulation.contents import MICRO
from planner.simulation.workers import Gang

_NOT = -1  # has not begun


class Team:
    """A gang at work: `free` of its people have no task in hand; `rank` orders the teams of a station."""

    __slots__ = ("free", "on_duty", "rank", "rate", "stretches")

    def __init__(self, rank: int, gang: Gang) -> None:
        self.rank = rank
        self.rate = gang.rate
        self.free = gang.people
        self.on_duty = False
        self.stretches: tuple[Interval, ...] = gang.stretches


class Station:
    """One process of a site.

    Orders wait as integer keys, and `key & mask` is the number of the order. By deadline, a key is the deadline and the
    number: the smallest is served first. First come first served, it is the number: orders that join in the same
    second stand in the order in which the work they come from was begun.

    `work_us`, `begun`, `ended` by number. `sorted_in`: orders join in the order of their keys anyway (no heap needed).
    """

    def __init__(
        self, process: Process, gangs: Sequence[Gang], work_us: Sequence[int], keys: Sequence[int], sorted_in: bool
    ) -> None:
        self.name = process.name
        self.work_us = work_us
        self.begun = [_NOT] * len(work_us)
        self.ended = [_NOT] * len(work_us)
        self.teams = [Team(rank, gang) for rank, gang in enumerate(gangs)]
        self.on_duty: list[Team] = []  # fastest first
        self.free = 0  # people on duty without a task
        self.places = process.stations
        self.tour = process.batch_orders
        self.setup_us = process.batch_setup_s * MICRO
        self.by_deadline = process.discipline == "deadline"
        self.key = keys if self.by_deadline else range(len(keys))
        self.lead_to((), _nowhere)
        if sorted_in or not self.by_deadline:
            line: deque[int] = deque()
            self.queue: deque[int] | list[int] = line
            self.put: Callable[[int], None] = line.append
            self.take: Callable[[], int] = line.popleft
        else:
            heap: list[int] = []
            self.queue, self.put, self.take = heap, partial(heappush, heap), partial(heappop, heap)

    def lead_to(self, key: Sequence[int], hand_on: Callable[[int], None]) -> None:
        """Where orders go from here: `hand_on` takes their key there, by number."""
        self.next_key, self.hand_on = key, hand_on

    def begin_duty(self, team: Team) -> None:
        """The team may start tasks (those of it who still have one in hand, when it is done)."""
        team.on_duty = True
        self.free += team.free
        self.on_duty.append(team)
        self.on_duty.sort(key=_rank)

    def end_duty(self, team: Team) -> None:
        """The team starts no more tasks; what is in hand is finished."""
        team.on_duty = False
        self.free -= team.free
        self.on_duty.remove(team)


def _rank(team: Team) -> int:
    return team.rank


def _nowhere(order: int) -> None:
    raise RuntimeError("the station leads nowhere yet")
