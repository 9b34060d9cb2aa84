"""Pilot runs: replications on which plans are simulated, learned from and trimmed.

No certificate rests on them.
"""

from __future__ import annotations

import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, TypeVar

from planner.domain.choices import Engine
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Summary
from planner.rating.courier_offers import offers
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.failures import PilotResult
from planner.simulation.trial_replication import (
    Resources,
    Sites,
    TrialReplication,
    resources,
    site_groups,
)
from planner.simulation.workers_pool import START_S, Workers
from planner.studies.certification.common_replications import rated_summary, simulate_with_offers
from planner.studies.certification.failure_places import LateOrderSearch, Place
from planner.studies.runs.executor import Executor

T = TypeVar("T")
KEPT_ORDERS = 2_000_000  # of replications that a process keeps ready: two hundred megabytes
MOST_LOSSES = 2  # of all workers, after which this process continues alone


@dataclass(frozen=True)
class PilotRun:
    """A replication on which plans are simulated, and the stream set it is drawn from."""

    stream_set: str
    replication: int


@dataclass(frozen=True)
class Trial:
    """People and vehicles to be tried at some sites, in one pilot run."""

    number: int
    parts: tuple[tuple[Sites, Resources], ...]


@dataclass(eq=False, kw_only=True)
class PilotTrials:
    """Tries people and vehicles under the routing of one plan.

    Picklable: workers receive it once.

    Attributes
    ----------
    problem : Problem
        The problem of all plans.
    plan : Plan
        Gives the routing.
    pilot_runs : tuple of PilotRun
        The replications.
    engine : {"compiled", "simpy"}
        Simulation engine.
    ready : dict of int to TrialReplication
        Replications used last, the longest unused first.
    """

    problem: Problem
    plan: Plan
    pilot_runs: tuple[PilotRun, ...]
    engine: Engine
    ready: dict[int, TrialReplication] = field(default_factory=dict)

    def __call__(self, trials: Sequence[Trial]) -> list[list[PilotResult]]:
        """Results of each part of some trials; last the orders of the run that go nowhere."""
        return [self._tried(trial) for trial in trials]

    def _tried(self, trial: Trial) -> list[PilotResult]:
        replication = self._replication(trial.number)
        found = [replication.simulated(given, sites) for sites, given in trial.parts]
        return [*found, replication.nowhere]

    def _replication(self, number: int) -> TrialReplication:
        """A replication, kept ready; the least recently used ones are dropped."""
        found = self.ready.pop(number, None)
        if found is None:
            run = self.pilot_runs[number]
            streams = Streams(self.problem.seed, run.stream_set, run.replication)
            allowed = offers(self.problem)
            found = TrialReplication(self.problem, self.plan, streams, allowed, self.engine)
        self.ready[number] = found
        while len(self.ready) > 1 and sum(map(len, self.ready.values())) > KEPT_ORDERS:
            del self.ready[next(iter(self.ready))]
        return found


@dataclass(frozen=True, eq=False, kw_only=True)
class PilotSummaries:
    """Simulates whole plans on pilot runs, with carriers' charges; workers receive it once."""

    problem: Problem
    pilot_runs: tuple[PilotRun, ...]
    engine: Engine

    def __call__(self, asked: Sequence[tuple[bytes, int]]) -> list[Summary]:
        """Summaries of pickled plans, each on the pilot run of a number."""
        return [self._summary(_opened(pickled), number) for pickled, number in asked]

    def _summary(self, plan: Plan, number: int) -> Summary:
        run = self.pilot_runs[number]
        streams = Streams(self.problem.seed, run.stream_set, run.replication)
        orders = drawn_orders(self.problem, streams)
        records = simulate_with_offers(self.problem, plan, orders, streams, self.engine)
        return rated_summary(self.problem, records, number)


@lru_cache(maxsize=4)
def _opened(pickled: bytes) -> Plan:
    plan: Plan = pickle.loads(pickled)  # noqa: S301 - our own bytes
    return plan


class PilotRuns:
    """Pilot runs that are simulated again and again under one plan after another.

    As a context manager it uses the workers of the executor as soon as these are worth starting;
    the results are the same. `simulated` counts the replications of which at least one site was
    simulated: sites whose people and vehicles were tried before are not simulated again.

    Parameters
    ----------
    problem : Problem
        The problem of all plans, with its levers in force.
    pilot_runs : sequence of PilotRun
        The replications.
    executor : Executor
        Engine and workers.
    on_lost : callable, optional
        Called with the number of tasks that crashed workers leave to others.
    """

    def __init__(
        self,
        problem: Problem,
        pilot_runs: Sequence[PilotRun],
        executor: Executor,
        on_lost: Callable[[int], None] | None = None,
    ) -> None:
        self.simulated = 0
        self._problem, self._pilot_runs = problem, tuple(pilot_runs)
        self._executor, self._on_lost = executor, on_lost
        self._groups = site_groups(problem)
        self._tried: dict[tuple[Sites, Resources], dict[int, PilotResult]] = {}
        self._nowhere: dict[int, PilotResult] = {}
        self._trials: PilotTrials | None = None
        self._summaries = PilotSummaries(
            problem=problem, pilot_runs=self._pilot_runs, engine=executor.engine
        )
        self._entered = ExitStack()
        self._serving: tuple[object, Workers] | None = None
        self._alone, self._losses, self._alone_s = executor.alone, 0, 0.0

    def __len__(self) -> int:
        return len(self._pilot_runs)

    def __enter__(self) -> PilotRuns:
        return self

    def __exit__(self, *error: Any) -> None:
        self._serving, self._alone = None, True
        self._entered.__exit__(*error)

    def rest(self) -> None:
        """Leave workers and memory to others; what was simulated is kept."""
        self._entered.close()
        self._serving = None
        if self._trials is not None:
            self._trials.ready.clear()

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        """Simulate a plan on some of the pilot runs; results in their order."""
        task = self._trials_of(plan)
        parts = [(sites, resources(self._problem, plan, sites)) for sites in self._groups]
        known = [self._tried.setdefault(part, {}) for part in parts]
        trials = []
        for k in numbers:
            missing = [part for part, results in zip(parts, known, strict=True) if k not in results]
            if missing:
                trials.append(Trial(k, tuple(missing)))
        self.simulated += len(trials)
        results = self._each(task, trials)
        for trial, (*found, nowhere) in zip(trials, results, strict=True):
            for part, result in zip(trial.parts, found, strict=True):
                self._tried[part][trial.number] = result
            self._nowhere[trial.number] = nowhere
        return [sum((results[k] for results in known), start=self._nowhere[k]) for k in numbers]

    def _trials_of(self, plan: Plan) -> PilotTrials:
        """Trials under the routing of a plan; new ones where it is another."""
        if self._trials is not None and _routing(self._trials.plan) == _routing(plan):
            return self._trials
        self._tried, self._nowhere = {}, {}
        self._trials = PilotTrials(
            problem=self._problem,
            plan=replace(without_costs(plan), staffing=(), extra=()),
            pilot_runs=self._pilot_runs,
            engine=self._executor.engine,
        )
        return self._trials

    def summarise(self, plan: Plan, numbers: Sequence[int]) -> list[Summary]:
        """Simulate a plan on some of the pilot runs; full summaries, with carriers' charges."""
        self.simulated += len(numbers)
        pickled = pickle.dumps(plan)
        return self._each(self._summaries, [(pickled, k) for k in numbers])

    def failure_places(self, plan: Plan, number: int, aim: int = 0) -> Counter[Place]:
        """Failed orders of a plan by place, in one pilot run that is simulated in this process.

        Parameters
        ----------
        plan : Plan
            The plan.
        number : int
            Number of the pilot run.
        aim : int
            Which orders failed: those beyond the deadline (0), or a target of one's own (from 1).
        """
        self.simulated += 1
        run, engine = self._pilot_runs[number], self._executor.engine
        of_run = run.stream_set, engine, (run.replication,)
        return LateOrderSearch(self._problem, plan, *of_run, aim)(0)

    def _each(self, task: Callable[[Sequence[Any]], list[T]], asked: Sequence[Any]) -> list[T]:
        """Work in this process, and with others once it has worked for long enough."""
        found: list[T] = []
        while len(found) < len(asked):
            left = asked[len(found) :]
            if self._alone or not (self._executor.started or self._alone_s > START_S):
                begun = time.perf_counter()
                found += task(left[:1])
                self._alone_s += time.perf_counter() - begun
                continue
            workers = self._workers_for(task)
            try:
                return found + _in_parallel(workers, left)
            except workers.lost:  # no result is lost with them
                self._lose(len(left))
        return found

    def _workers_for(self, task: Callable[[Any], Any]) -> Workers:
        """The workers, sent a task once."""
        if self._serving is None or self._serving[0] is not task:
            self._entered.close()
            executor = self._entered.enter_context(self._executor.workers())
            workers = self._entered.enter_context(executor.serving(task))
            self._serving = task, workers
        return self._serving[1]

    def _lose(self, tasks: int) -> None:
        """Go on with new workers; without any where they are lost again and again."""
        self._entered.close()
        self._serving = None
        self._losses += 1
        self._alone = self._losses >= MOST_LOSSES
        if self._on_lost is not None:
            self._on_lost(tasks)


def _routing(plan: Plan) -> tuple[object, ...]:
    return plan.routing, plan.stock, plan.signed


def _in_parallel(workers: Workers, asked: Sequence[Any]) -> list[Any]:
    """Results in the order of what is asked; each worker gets some of it at a time."""
    futures = [workers.submit(several) for several in _shared(asked, workers.count)]
    return [result for future in futures for result in future.result()]


def _shared(asked: Sequence[Any], workers: int) -> Iterator[Sequence[Any]]:
    """As many tasks as there are workers, or four for each where there is much to do."""
    rounds = 1 if len(asked) <= 4 * workers else 4
    size = -(-len(asked) // (rounds * workers))
    return (asked[begin : begin + size] for begin in range(0, len(asked), size))


def without_costs(plan: Plan) -> Plan:
    """Drop the costs and bounds of a plan whose decisions are about to change."""
    bare = replace(plan, objective=None, costs={}, expected={}, certificate=None)
    return replace(
        bare, bound=None, gap=None, model_objective=None, model_bound=None, model_gap=None
    )
