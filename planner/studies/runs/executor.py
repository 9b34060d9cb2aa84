"""Where replications run: in this process, in several, or on a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from planner.domain.choices import Engine
from planner.domain.demand_path import mean_path
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.simulation.drawn_orders import DrawAhead, new_store
from planner.simulation.replications import replicate_with
from planner.simulation.workers_pool import START_S, Workforce, check_cluster, workforce

T = TypeVar("T")
DRAWN_AT_ONCE = 4  # replications
DRAWING_S = 0.7e-6  # processor seconds for an order, about


@dataclass(frozen=True, eq=False)
class _Called:
    """Calls what it holds, whatever it is asked."""

    work: Callable[[], Any]

    def __call__(self, _: None) -> Any:
        return self.work()


@dataclass(frozen=True)
class Executor:
    """Runs independent tasks; none of its fields changes a result.

    Parameters
    ----------
    jobs : int
        Processes of this machine; 1 is this process alone.
    scheduler : str, optional
        Address of a dask scheduler (tcp://host:port) whose cluster takes the place of `jobs`.
    engine : {"compiled", "simpy"}
        Simulation engine of the replications.
    """

    jobs: int = 1
    scheduler: str | None = None
    engine: Engine = "compiled"
    _open: list[Workforce] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def alone(self) -> bool:
        """Whether this process does everything."""
        return self.jobs <= 1 and self.scheduler is None

    @property
    def started(self) -> bool:
        """Whether workers are there already."""
        return self.scheduler is not None or any(workers.started for workers in self._open)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Keep workers, and the orders that they draw, for all tasks of this block."""
        with new_store(), workforce(self.jobs, self.scheduler) as workers:
            self._open.append(workers)
            try:
                yield
            finally:
                self._open.pop()

    def worth_workers(self, problem: Problem, replications: int) -> bool:
        """Whether workers are kept, and so many replications take long enough to need them."""
        enough = _drawing_s(problem, replications) >= START_S
        return bool(self._open) and not self.alone and enough

    @contextmanager
    def drawing(self, problem: Problem, asked: Sequence[Streams]) -> Iterator[None]:
        """Let workers draw orders while this block does other work, where that is worth it.

        Parameters
        ----------
        problem : Problem
            What is given.
        asked : sequence of Streams
            Replications that are about to be simulated, the first to be drawn first; those not yet
            begun at the end of the block are left out.
        """
        if not self.worth_workers(problem, len(asked)):
            yield
            return
        with self._open[-1].serving(DrawAhead(problem), background=True) as workers:
            parts = (asked[k : k + DRAWN_AT_ONCE] for k in range(0, len(asked), DRAWN_AT_ONCE))
            drawing = [workers.submit(part) for part in parts]
            try:
                yield
            finally:
                for future in drawing:
                    future.cancel()

    @contextmanager
    def background(self, work: Callable[[], T]) -> Iterator[Callable[[], T]]:
        """Let a worker do something while this block does other work; workers must be kept.

        Parameters
        ----------
        work : callable
            What is to be done; picklable.

        Yields
        ------
        callable
            Waits for the result; computes it where the worker was lost. What the worker has not
            begun at the end of the block is left out.
        """
        with self._open[-1].serving(_Called(work), background=True) as workers:
            awaited = workers.submit(None)

            def wait() -> T:
                try:
                    result: T = awaited.result()
                except workers.lost:
                    result = work()
                return result

            try:
                yield wait
            finally:
                awaited.cancel()

    @contextmanager
    def workers(self) -> Iterator[Workforce]:
        """Those kept, or others for this block alone."""
        if self._open:
            yield self._open[-1]
            return
        with workforce(self.jobs, self.scheduler) as workers:
            yield workers

    def check(self) -> None:
        """Raise ClusterError where the cluster cannot be reached."""
        if self.scheduler is not None:
            check_cluster(self.scheduler)

    def run(
        self,
        task: Callable[[int], T],
        replications: Sequence[int],
        on_done: Callable[[int, T], None],
        alone_s: float = 0.0,
        on_lost: Callable[[int], None] | None = None,
    ) -> None:
        """Run `task` for each replication and report every result as soon as it is ready.

        Parameters
        ----------
        task : callable
            Takes the number of a replication; picklable where other processes take part.
        replications : sequence of int
            Numbers of the replications to run.
        on_done : callable
            Takes the number of a replication and its result, in any order.
        alone_s : float
            Seconds during which this process works alone before it starts others, unless they are
            there: short work is done by then.
        on_lost : callable, optional
            Takes the number of replications that crashed workers leave to others.
        """
        waiting = list(replications)
        until = time.perf_counter() + (0.0 if self.started else alone_s)
        while waiting and time.perf_counter() < until:
            k = waiting.pop(0)
            on_done(k, task(k))
        if self.scheduler is None and (self.jobs <= 1 or len(waiting) <= 1):
            for k in waiting:
                on_done(k, task(k))
        elif waiting:
            with self.workers() as workforce:
                replicate_with(workforce, task, waiting, on_done, on_lost)


def _drawing_s(problem: Problem, replications: int) -> float:
    """Processor seconds that it takes to draw replications, about."""
    demand = problem.demand
    if demand.given is not None:
        orders = float(demand.given.orders.sum(axis=(1, 2, 3)).mean())
    else:
        orders = float(mean_path(demand, problem.horizon).intensity.sum())
    return orders * replications * DRAWING_S
