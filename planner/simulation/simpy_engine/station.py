"""One station: servers come and go, and do the tasks that wait in its queues.

Three processes. In a `shift` a group of servers comes, takes its breaks and goes home. `dispatch`
gives the most urgent tasks to the fastest idle servers. Each server is a process `serve`: it gets a
task, works on it, hands the orders on, and rests until it gets the next one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from typing import Any

from simpy import Environment, Event

from planner.domain.products import RETURN_DEADLINE_S
from planner.domain.records import NEVER
from planner.domain.site import Process
from planner.simulation.inputs.attendance import ServerGroup
from planner.simulation.inputs.replication_input import StationInput
from planner.simulation.inputs.service_times import MICRO
from planner.simulation.inputs.ticks import TICKS_PER_S, ticks_of
from planner.simulation.simpy_engine.event_order import LateEvents

Steps = Generator[Event, Any, None]  # what a SimPy process is made of


class Servers:
    """A group of servers who work the same hours at the same speed.

    Attributes
    ----------
    rate : int
        Microseconds of standard work they do in a second.
    idle : int
        Servers without a task.
    resting : list of Event
        Next tasks that idle servers wait for who have worked before; a server is a process from
        its first task on.
    stretches : list of (int, int)
        Ticks in which they begin and end to work, between breaks.
    home : int
        Tick in which they go home: the end of the last stretch.
    unpaid_from : int
        Tick from which work after hours is not paid by their shift.
    after_hours : int
        Ticks that they worked after that.
    """

    def __init__(self, group: ServerGroup) -> None:
        self.rate = group.rate
        self.idle = group.people
        self.resting: list[Event] = []
        self.stretches = [(a * TICKS_PER_S, b * TICKS_PER_S) for a, b in group.stretches]
        self.home = self.stretches[-1][1]
        self.unpaid_from = max(self.home, group.paid_until_s * TICKS_PER_S)
        self.after_hours = 0

    def done_at(self, now: int, ticks: int) -> int:
        """When work of `ticks` begun `now` is done: it pauses in breaks, but not after hours."""
        for begin, end in self.stretches:
            if now < end:
                now = max(now, begin)
                if now + ticks <= end:
                    return now + ticks
                ticks -= end - now
        return self.home + ticks


class Queue:
    """Orders that wait for one kind of work.

    Attributes
    ----------
    waiting : list
        Heap of (priorities ahead, urgency, place among equals, order): the smallest is served
        first. Urgency is the deadline in seconds where the discipline is by deadline, else the tick
        of arrival.
    put_down : deque of Task
        Tasks whose servers went home; they go before everything that waits.
    workplaces : int
        Free places to work at.
    tour : int
        Orders that one task takes along at most.
    set_up, work : int, sequence of int
        Work of a task and of each order: microseconds at standard speed, times TICKS_PER_S.
    begun, ended : list of int
        Tick of each order's work, NEVER before it happens.
    hand_on : callable
        Where an order goes when its work is done.
    """

    def __init__(
        self, process: Process, work: Sequence[int], hand_on: Callable[[int], None]
    ) -> None:
        # a plain heap: dispatch looks at it, and no process waits at it as at a SimPy store
        self.waiting: list[tuple[int, int, int, int]] = []
        self.put_down: deque[Task] = deque()
        self.workplaces = process.stations
        self.tour = process.batch_orders
        self.set_up = process.batch_setup_s * MICRO * TICKS_PER_S
        self.work = work
        self.hand_on = hand_on
        self.begun = [NEVER] * len(work)
        self.ended = [NEVER] * len(work)

    @property
    def urgency(self) -> tuple[int, int]:
        """Priorities ahead and urgency of the order that is served next."""
        return self.waiting[0][:2]

    def next_task(self, now: int) -> Task:
        """A task that was put down, or else a tour of the orders that are most urgent."""
        if self.put_down:
            return self.put_down.popleft()
        orders: list[int] = []
        work = self.set_up
        while self.waiting and len(orders) < self.tour:
            *_, order = heappop(self.waiting)
            orders.append(order)
            work += self.work[order]
            self.begun[order] = now
        return Task(self, orders, work)


@dataclass(eq=False, slots=True)
class Task:
    """What one server works on: orders of a queue, and the work that is left."""

    queue: Queue
    orders: list[int]
    work: int


class Station:
    """One process of a site.

    `queue` holds the orders on their way out; where returned parcels are received, `queues` holds
    a second one, with those.

    Parameters
    ----------
    env : Environment
        Its clock counts ticks, and ends at tick `end`.
    number : int
        Place in the line of stations; within a tick, stations dispatch in this order.
    given : StationInput
        The process and its servers.
    queue : Queue
        The queue of orders on their way out.
    deadline_s, phase : sequence of int
        Deadline (second) and rounding number (see `inputs.ticks`) of every order.
    behind : sequence of int
        Priorities that go before that of every order; the last entry is that of a return.
    finishes : bool
        Whether tasks in hand are finished after hours, or put down.
    end : int
        Last tick of the horizon.
    """

    def __init__(
        self,
        env: Environment,
        number: int,
        given: StationInput,
        queue: Queue,
        *,
        deadline_s: Sequence[int],
        phase: Sequence[int],
        behind: Sequence[int],
        finishes: bool,
        end: int,
    ) -> None:
        self.env = env
        self.late_events = LateEvents(env, 1 + number)
        self.work_possible = self.late_events.event()
        self.groups = [Servers(group) for group in given.groups]  # the fastest first
        self.on_duty: list[Servers] = []
        self.queue = queue
        self.queues = [queue]
        self.by_deadline = given.process.discipline == "deadline"
        self.joined = count()
        self.deadline_s = deadline_s
        self.phase = phase
        self.behind = behind
        self.finishes = finishes
        self.end = end
        for servers in self.groups:
            env.process(self.shift(servers))
        env.process(self.dispatch())

    def join(self, order: int) -> None:
        """An order joins those of its priority: by its deadline, or behind who came before."""
        behind = self.behind[order]
        if self.by_deadline:
            heappush(self.queue.waiting, (behind, self.deadline_s[order], 0, order))
        else:
            heappush(self.queue.waiting, (behind, int(self.env.now), next(self.joined), order))
        self.wake_dispatch()

    def join_returns(self, queue: Queue, order: int) -> None:
        """A returned parcel joins its queue, those of one tick by number; it has no priority."""
        now = int(self.env.now)
        urgency = now // TICKS_PER_S + RETURN_DEADLINE_S if self.by_deadline else now
        heappush(queue.waiting, (self.behind[-1], urgency, now, order))
        self.wake_dispatch()

    def wake_dispatch(self) -> None:
        """Have a dispatch at the end of the tick, if a server could begin a task now."""
        if not self.work_possible.triggered and self.fastest_idle() and self.most_urgent():
            self.work_possible.succeed()

    def shift(self, servers: Servers) -> Steps:
        """The servers come, take their breaks, and go home."""
        for begin, end in servers.stretches:
            yield self.env.timeout(begin - self.env.now)
            self.on_duty.append(servers)
            self.on_duty.sort(key=self.groups.index)
            self.wake_dispatch()
            yield self.env.timeout(end - self.env.now)
            # off duty they get no new task; a task in progress pauses by `done_at`
            self.on_duty.remove(servers)

    def dispatch(self) -> Steps:
        """At the end of a tick, the fastest idle servers get the most urgent tasks."""
        while True:
            yield self.work_possible
            self.work_possible = self.late_events.event()
            while (servers := self.fastest_idle()) and (queue := self.most_urgent()):
                self.assign(servers, queue)

    def assign(self, servers: Servers, queue: Queue) -> None:
        """One of the servers gets the next task of a queue."""
        servers.idle -= 1
        queue.workplaces -= 1
        if not servers.resting:  # all who have worked before are busy: it is another one's first
            first_task = self.env.event()
            servers.resting.append(first_task)
            self.env.process(self.serve(servers, first_task))
        servers.resting.pop().succeed(queue.next_task(int(self.env.now)))

    def serve(self, servers: Servers, next_task: Event) -> Steps:
        """A server does one task after the other; what it cannot finish, it puts down."""
        while True:
            task: Task = yield next_task
            now, queue = int(self.env.now), task.queue
            ticks = ticks_of(task.work, servers.rate, self.phase[task.orders[0]])
            ends = servers.done_at(now, ticks)
            if ends <= servers.home or self.finishes:
                if ends > servers.unpaid_from:
                    servers.after_hours += max(min(ends, self.end) - servers.unpaid_from, 0)
                yield self.env.timeout(ends - now)
                for order in task.orders:
                    queue.ended[order] = ends
                    queue.hand_on(order)
            else:
                yield self.env.timeout(servers.home - now)
                # of `ticks`, those up to the end of the shift were worked; breaks are not in it
                task.work -= (ticks - (ends - servers.home)) * servers.rate
                queue.put_down.append(task)
            queue.workplaces += 1
            servers.idle += 1
            next_task = self.env.event()
            servers.resting.append(next_task)
            self.wake_dispatch()

    def fastest_idle(self) -> Servers | None:
        """Who gets the next task; None if everybody on duty has one."""
        for servers in self.on_duty:
            if servers.idle:
                return servers
        return None

    def most_urgent(self) -> Queue | None:
        """The queue of the next task; None if nothing waits that has a workplace.

        What was put down goes first, then the most urgent order of the highest priority; a return
        goes before an order that is as urgent.
        """
        found = None
        for queue in self.queues:
            if not queue.workplaces:
                continue
            if queue.put_down:
                return queue
            if queue.waiting and (found is None or queue.urgency <= found.urgency):
                found = queue
        return found
