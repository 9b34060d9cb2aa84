"""Rehearsals: promotions on which a plan may be tried, learned from and trimmed. No certificate rests on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Orders, Records, Summary
from planner.domain.streams import Streams
from planner.simulation.engine import Engine, simulate
from planner.simulation.orders import draw_orders
from planner.studies.trial import rated

T = TypeVar("T")
KEPT_ORDERS = 4_000_000  # orders held in memory between plans, half a gigabyte; beyond that they are drawn again
AT_ONCE = 4  # promotions played before it is asked whether a plan has failed already: the same for any number of jobs


@dataclass(frozen=True)
class Scene:
    """A promotion on which plans are tried: a world of random numbers, and a replication of it."""

    world: str
    replication: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """One plan on one promotion: orders that failed (late or without stock), orders due, and what failing costs."""

    failed: int
    due: int
    failing_minor: int

    @classmethod
    def of(cls, summary: Summary) -> Outcome:
        return cls(summary.failed, summary.orders + summary.cancelled, summary.compensation_minor + summary.lost_minor)


class Stage:
    """Promotions that are played again and again under one plan after another, their orders drawn once."""

    def __init__(self, problem: Problem, scenes: Sequence[Scene], engine: Engine, jobs: int) -> None:
        self.played = 0
        self._problem, self._scenes, self._engine = problem, tuple(scenes), engine
        self._threads = ThreadPoolExecutor(max(jobs, 1))
        self._drawn: dict[int, Orders] = {}
        self._held = 0

    def __len__(self) -> int:
        return len(self._scenes)

    def play(self, plan: Plan, numbers: Sequence[int]) -> list[Outcome]:
        """The plan on some of the promotions, in their order."""
        return self._each(numbers, lambda k: outcome_of(self._problem, self._records(plan, k)))

    def rate(self, plan: Plan, numbers: Sequence[int]) -> list[Summary]:
        """The same in full, with what the carriers charge."""
        return self._each(numbers, lambda k: rated(self._problem, self._records(plan, k), k))

    def _each(self, numbers: Sequence[int], of: Callable[[int], T]) -> list[T]:
        self.played += len(numbers)
        return list(self._threads.map(of, numbers))

    def _records(self, plan: Plan, number: int) -> Records:
        scene = self._scenes[number]
        streams = Streams(self._problem.seed, scene.world, scene.replication)
        return simulate(self._problem, plan, self._orders(number), streams, self._engine)

    def _orders(self, number: int) -> Orders:
        scene = self._scenes[number]
        orders = self._drawn.get(number)
        if orders is None:
            orders = draw_orders(self._problem, Streams(self._problem.seed, scene.world, scene.replication))
            if self._held + len(orders) <= KEPT_ORDERS:
                self._held += len(orders)
                self._drawn[number] = orders
        return orders


def outcome_of(problem: Problem, records: Records) -> Outcome:
    """What an outcome needs to know of the records: no prices, no tables."""
    product = records.orders.product
    late, lost = records.on_time == 0, records.site < 0
    failing = 0
    for of, minor in (
        (late, [problem.platform.compensation_minor(p.paid_minor) for p in problem.products]),
        (lost, [p.margin_minor for p in problem.products]),
    ):
        failing += int(np.bincount(product[of], minlength=len(minor)) @ np.array(minor, dtype=np.int64))
    failed = int(np.count_nonzero(late)) + int(np.count_nonzero(lost))
    return Outcome(failed, failed + int(np.count_nonzero((records.on_time == 1) & ~lost)), failing)


def without_costs(plan: Plan) -> Plan:
    """A plan whose decisions are about to change: what was reckoned and proved of it no longer holds."""
    return replace(plan, objective=None, bound=None, gap=None, costs={}, expected={}, certificate=None)
