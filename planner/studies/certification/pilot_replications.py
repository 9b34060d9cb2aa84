"""Pilot runs: replications on which plans are simulated, learned from and trimmed.

No certificate rests on them.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np

from planner.domain.choices import Engine
from planner.domain.costs import after_hours_minor
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Records, Summary, failed_and_due
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.workers_pool import START_S, Workers, processes
from planner.studies.certification.common_replications import rated_summary, simulate_every_day
from planner.studies.runs.executor import Executor

T = TypeVar("T")
# orders held in memory between plans, half a gigabyte; others are drawn again
KEPT_ORDERS = 4_000_000


@dataclass(frozen=True)
class PilotRun:
    """A replication on which plans are simulated, and the stream set it is drawn from."""

    stream_set: str
    replication: int


@dataclass(frozen=True, slots=True)
class PilotResult:
    """Result of one plan on one pilot run.

    Attributes
    ----------
    failed : tuple of int
        Orders late or without stock: under the deadline, then for each target of one's own.
    due : tuple of int
        Orders due, in the same order.
    failing_minor : int
        Cost of the failed orders and of work after hours, minor units.
    tail : tuple of int
        Orders of the tail that are late, and those due later that have not left by the end.
    """

    failed: tuple[int, ...]
    due: tuple[int, ...]
    failing_minor: int
    tail: tuple[int, int] = (0, 0)


Evaluate = Callable[[Problem, Records, int], T]  # problem, records, number of the pilot run


@dataclass(eq=False, kw_only=True)
class PilotWorker:
    """Simulates plans on pilot runs whose orders it keeps.

    Picklable, because worker processes receive it once.
    """

    problem: Problem
    pilot_runs: tuple[PilotRun, ...]
    engine: Engine
    kept_orders: int = KEPT_ORDERS
    drawn: dict[int, Orders] = field(default_factory=dict)  # the longest unused first
    opened: tuple[bytes, Plan] | None = None

    def __call__(self, task: tuple[bytes, int, Evaluate[T]]) -> T:
        """Simulate a pickled plan on a pilot run."""
        pickled, number, evaluate = task
        if self.opened is None or self.opened[0] != pickled:
            self.opened = pickled, pickle.loads(pickled)  # noqa: S301 - our own bytes
        return self.simulate(self.opened[1], number, evaluate)

    def simulate(self, plan: Plan, number: int, evaluate: Evaluate[T]) -> T:
        """Simulate a plan on a pilot run.

        Parameters
        ----------
        plan : Plan
            The plan to simulate.
        number : int
            Number of the pilot run.
        evaluate : callable
            Takes problem, records of all days and number of the run, and returns what is wanted of
            them.

        Returns
        -------
        object
            What `evaluate` returns.
        """
        run = self.pilot_runs[number]
        streams = Streams(self.problem.seed, run.stream_set, run.replication)
        orders = self._orders(number, streams)
        records = simulate_every_day(self.problem, plan, orders, streams, self.engine)
        return evaluate(self.problem, records, number)

    def _orders(self, number: int, streams: Streams) -> Orders:
        """Orders of a pilot run; the least recently used ones are dropped."""
        orders = self.drawn.pop(number, None)
        if orders is None:
            orders = draw_orders(self.problem, streams)
        self.drawn[number] = orders
        while len(self.drawn) > 1 and sum(map(len, self.drawn.values())) > self.kept_orders:
            del self.drawn[next(iter(self.drawn))]
        return orders


class PilotRuns:
    """Pilot runs that are simulated again and again under one plan after another.

    As a context manager it uses several processes as soon as these are worth starting; the results
    are the same. `simulated` counts the replications.

    Parameters
    ----------
    problem : Problem
        The problem of all plans, with its levers in force.
    pilot_runs : sequence of PilotRun
        The replications.
    executor : Executor
        Engine and number of processes; a cluster is not used.
    """

    def __init__(
        self, problem: Problem, pilot_runs: Sequence[PilotRun], executor: Executor
    ) -> None:
        self.simulated = 0
        self._worker = PilotWorker(
            problem=problem, pilot_runs=tuple(pilot_runs), engine=executor.engine
        )
        self._jobs = executor.jobs
        self._entered = ExitStack()
        self._workers: Workers | None = None
        self._alone_s = 0.0

    def __len__(self) -> int:
        return len(self._worker.pilot_runs)

    def __enter__(self) -> PilotRuns:
        return self

    def __exit__(self, *error: Any) -> None:
        self._jobs = 1
        self._entered.__exit__(*error)

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        """Simulate a plan on some of the pilot runs; results in their order."""
        return self._each(plan, numbers, _pilot_result)

    def summarise(self, plan: Plan, numbers: Sequence[int]) -> list[Summary]:
        """Simulate a plan on some of the pilot runs; full summaries, with carriers' charges."""
        return self._each(plan, numbers, _summary_of_promotion)

    def _each(self, plan: Plan, numbers: Sequence[int], evaluate: Evaluate[T]) -> list[T]:
        """Simulate in this process, and in others once it has worked for long enough."""
        self.simulated += len(numbers)
        found: list[T] = []
        while len(found) < len(numbers):
            if self._jobs > 1 and self._alone_s > START_S:
                workers = self._workers = self._workers or self._started()
                try:
                    return found + _in_parallel(workers, plan, numbers[len(found) :], evaluate)
                except workers.lost:  # no result is lost with them: this process continues alone
                    self._jobs = 1
            begun = time.perf_counter()
            found.append(self._worker.simulate(plan, numbers[len(found)], evaluate))
            self._alone_s += time.perf_counter() - begun
        return found

    def _started(self) -> Workers:
        """Start processes that keep the orders from now on."""
        jobs = min(self._jobs, len(self))
        self._worker.drawn.clear()
        given = pickle.dumps(replace(self._worker, kept_orders=KEPT_ORDERS // jobs))
        return self._entered.enter_context(processes(given, jobs))


def _in_parallel(
    workers: Workers, plan: Plan, numbers: Sequence[int], evaluate: Evaluate[T]
) -> list[T]:
    pickled = pickle.dumps(plan)
    futures = [workers.submit((pickled, k, evaluate)) for k in numbers]
    return [future.result() for future in futures]


def _summary_of_promotion(problem: Problem, records: Records, number: int) -> Summary:
    own = records.placed_before(problem.horizon.reported_end_s)
    return rated_summary(problem, own, number)


def _pilot_result(problem: Problem, records: Records, number: int) -> PilotResult:
    return pilot_result(problem, records)


def pilot_result(problem: Problem, every: Records) -> PilotResult:
    """Count failed orders and their cost; the charges of carriers are left out.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    every : Records
        What happened to the orders of all days.

    Returns
    -------
    PilotResult
        Figures of the promotion's orders, and what is left of the tail's.
    """
    records = every.placed_before(problem.horizon.reported_end_s)
    late, no_stock = records.on_time == 0, records.site < 0
    compensation = [problem.platform.compensation_minor(p.paid_minor) for p in problem.products]
    margin = [p.margin_minor for p in problem.products]
    failing = int(after_hours_minor(problem, records.after_hours_s).sum())
    for orders, minor in ((late, compensation), (no_stock, margin)):
        count = np.bincount(records.orders.product[orders], minlength=len(minor))
        failing += int(count @ np.array(minor, dtype=np.int64))
    verdicts = (records.on_time, *records.also)
    failed, due = zip(*(failed_and_due(v, records.cancelled) for v in verdicts), strict=True)
    return PilotResult(failed, due, failing, _behind_in_tail(problem, every))


def _behind_in_tail(problem: Problem, records: Records) -> tuple[int, int]:
    """Orders of the tail that are late, and those due later that have not left by the end."""
    in_tail = records.orders.ordered_at_s >= problem.horizon.reported_end_s
    behind = in_tail & (records.on_time == 0)
    due = records.orders.deadline_s <= problem.horizon.end_s
    return int(np.count_nonzero(behind & due)), int(np.count_nonzero(behind & ~due))


def without_costs(plan: Plan) -> Plan:
    """Drop the costs and bounds of a plan whose decisions are about to change."""
    bare = replace(plan, objective=None, costs={}, expected={}, certificate=None)
    return replace(
        bare, bound=None, gap=None, model_objective=None, model_bound=None, model_gap=None
    )
