"""Rehearsals: promotions on which a plan may be tried, learned from and trimmed.

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
from planner.domain.records import Orders, Records, Summary
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.workers_pool import START_S, Workers, processes
from planner.studies.certification.common_replications import played, rated

T = TypeVar("T")
# orders held in memory between plans, half a gigabyte; beyond it, again drawn when asked for
KEPT_ORDERS = 4_000_000
# promotions played before it is asked whether a plan has failed already: the same for any number of
# jobs
AT_ONCE = 4


@dataclass(frozen=True)
class PilotRun:
    """A promotion on which plans are tried: a world of random numbers, and a replication of it."""

    stream_set: str
    replication: int


@dataclass(frozen=True, slots=True)
class PilotResult:
    """One plan on one promotion: orders that failed (late or without stock), orders due, and what
    failing costs (with what is worked after hours).
    """

    failed: int
    due: int
    failing_minor: int


Reading = Callable[
    [Problem, Records, int], T
]  # what is wanted of a played promotion, and its number


@dataclass(eq=False)
class PilotWorker:
    """Plays plans on scenes whose orders it keeps (picklable: this is what worker processes receive
    once).
    """

    problem: Problem
    scenes: tuple[PilotRun, ...]
    engine: Engine
    kept_orders: int = KEPT_ORDERS
    drawn: dict[int, Orders] = field(default_factory=dict)  # the longest unused first
    opened: tuple[bytes, Plan] | None = None

    def __call__(self, asked: tuple[bytes, int, Reading[T]]) -> T:
        """A pickled plan on a scene."""
        pickled, number, reading = asked
        if self.opened is None or self.opened[0] != pickled:
            self.opened = pickled, pickle.loads(pickled)  # noqa: S301 - our own bytes
        return self.play(self.opened[1], number, reading)

    def play(self, plan: Plan, number: int, reading: Reading[T]) -> T:
        """A plan on a scene."""
        scene = self.scenes[number]
        streams = Streams(self.problem.seed, scene.stream_set, scene.replication)
        records = played(self.problem, plan, self._orders(number, streams), streams, self.engine)
        return reading(self.problem, records, number)

    def _orders(self, number: int, streams: Streams) -> Orders:
        orders = self.drawn.pop(number, None)
        self.drawn[number] = orders = (
            draw_orders(self.problem, streams) if orders is None else orders
        )
        while len(self.drawn) > 1 and sum(map(len, self.drawn.values())) > self.kept_orders:
            del self.drawn[next(iter(self.drawn))]
        return orders


class PilotRuns:
    """Promotions that are played again and again under one plan after another.

    As a context it plays them in `jobs` processes as soon as these are worth starting; the results
    are the same.
    """

    def __init__(
        self, problem: Problem, scenes: Sequence[PilotRun], engine: Engine, jobs: int
    ) -> None:
        self.played = 0
        self._player, self._jobs = PilotWorker(problem, tuple(scenes), engine), jobs
        self._entered = ExitStack()
        self._workers: Workers | None = None
        self._alone_s = 0.0

    def __len__(self) -> int:
        return len(self._player.scenes)

    def __enter__(self) -> PilotRuns:
        return self

    def __exit__(self, *error: Any) -> None:
        self._jobs = 1
        self._entered.__exit__(*error)

    def play(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        """The plan on some of the promotions, in their order."""
        return self._each(plan, numbers, _outcome)

    def rate(self, plan: Plan, numbers: Sequence[int]) -> list[Summary]:
        """The same in full, with what the carriers charge."""
        return self._each(plan, numbers, rated)

    def _each(self, plan: Plan, numbers: Sequence[int], reading: Reading[T]) -> list[T]:
        self.played += len(numbers)
        found: list[T] = []
        while len(found) < len(numbers):
            if self._jobs > 1 and self._alone_s > START_S:
                workers = self._workers = self._workers or self._started()
                try:
                    return found + _together(workers, plan, numbers[len(found) :], reading)
                except workers.lost:  # nothing is lost with them: this process goes on alone
                    self._jobs = 1
            begun = time.perf_counter()
            found.append(self._player.play(plan, numbers[len(found)], reading))
            self._alone_s += time.perf_counter() - begun
        return found

    def _started(self) -> Workers:
        """Processes that keep the orders from now on."""
        jobs = min(self._jobs, len(self))
        self._player.drawn.clear()
        given = pickle.dumps(replace(self._player, kept_orders=KEPT_ORDERS // jobs))
        return self._entered.enter_context(processes(given, jobs))


def _together(workers: Workers, plan: Plan, numbers: Sequence[int], reading: Reading[T]) -> list[T]:
    pickled = pickle.dumps(plan)
    return [future.result() for future in [workers.submit((pickled, k, reading)) for k in numbers]]


def _outcome(problem: Problem, records: Records, number: int) -> PilotResult:
    return outcome_of(problem, records)


def outcome_of(problem: Problem, records: Records) -> PilotResult:
    """What an outcome needs to know of the records: no prices, no tables."""
    product = records.orders.product
    late, lost = records.on_time == 0, records.site < 0
    failing = int(after_hours_minor(problem, records.after_hours_s).sum())
    for of, minor in (
        (late, [problem.platform.compensation_minor(p.paid_minor) for p in problem.products]),
        (lost, [p.margin_minor for p in problem.products]),
    ):
        failing += int(
            np.bincount(product[of], minlength=len(minor)) @ np.array(minor, dtype=np.int64)
        )
    failed = int(np.count_nonzero(late)) + int(np.count_nonzero(lost))
    return PilotResult(
        failed, failed + int(np.count_nonzero((records.on_time == 1) & ~lost)), failing
    )


def without_costs(plan: Plan) -> Plan:
    """A plan whose decisions are about to change: what was computed and proved of it no longer
    holds.
    """
    bare = replace(plan, objective=None, costs={}, expected={}, certificate=None)
    return replace(bare, bound=None, gap=None, model_bound=None, model_gap=None)
