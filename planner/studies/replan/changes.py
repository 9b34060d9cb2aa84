"""The search for changes on replications of the promotion as it stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from planner.domain.demand_levers import ChosenLevers
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.simulation.failures import PilotResult
from planner.studies.certification.failure_places import LateOrderSearch, Place
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.replan.search import Changed, ChangeSearch
from planner.studies.replan.situation import Situation
from planner.studies.replan.terms import ReplanTerms
from planner.studies.runs.run_context import RunContext

REPLAN = "replan"  # stream set of the replications on which changes are found


def found_changes(now: Situation, terms: ReplanTerms, context: RunContext) -> Changed:
    """Search the changes of a plan on replications given what came.

    Parameters
    ----------
    now : Situation
        The promotion as it stands.
    terms : ReplanTerms
        Moment, notices and price.
    context : RunContext
        Where replications run.

    Returns
    -------
    Changed
        The plan with its changes.
    """
    options, problem = context.options.replan, now.problem
    numbers = range(options.screening + options.judging)
    context.begin("searching changes that save more than their price")
    context.await_engine()
    runs = [PilotRun(REPLAN, k) for k in numbers]
    with LeverRuns(problem, runs, context) as pilots:
        return ChangeSearch(
            problem=problem,
            terms=terms,
            simulate=pilots.simulate,
            where_late=LatePlaces(problem, context),
            screening=numbers[: options.screening],
            judging=numbers[options.screening :],
            options=options,
        ).changed(now.plan)


class LeverRuns:
    """Pilot runs under one choice of levers after another.

    Parameters
    ----------
    problem : Problem
        The problem without any lever.
    pilot_runs : sequence of PilotRun
        The replications.
    context : RunContext
        Where they run.
    """

    def __init__(
        self, problem: Problem, pilot_runs: Sequence[PilotRun], context: RunContext
    ) -> None:
        self._problem, self._pilot_runs, self._context = problem, pilot_runs, context
        self._runs: dict[ChosenLevers, PilotRuns] = {}
        self._last: PilotRuns | None = None
        self._entered = ExitStack()

    def __enter__(self) -> LeverRuns:
        return self

    def __exit__(self, *error: Any) -> None:
        self._entered.__exit__(*error)

    def simulate(self, plan: Plan, numbers: Sequence[int]) -> list[PilotResult]:
        """Simulate a plan with its levers in force; results in the order of the numbers."""
        runs = self._runs.get(plan.levers)
        if runs is None:
            problem = effective_problem(self._problem, plan.levers)
            executor, tell = self._context.executor, self._context.tell_of_loss
            made = PilotRuns(problem, self._pilot_runs, executor, tell)
            runs = self._runs[plan.levers] = self._entered.enter_context(made)
        if self._last is not None and self._last is not runs:
            self._last.rest()
        self._last = runs
        return runs.simulate(plan, numbers)


@dataclass(frozen=True)
class LatePlaces:
    """Places at which orders of a plan fail in replications of the search."""

    problem: Problem
    context: RunContext

    def __call__(self, plan: Plan, numbers: Sequence[int]) -> Counter[Place]:
        """Failed orders by place."""
        engine = self.context.executor.engine
        search = LateOrderSearch(self.problem, plan, REPLAN, engine, tuple(numbers))
        found: Counter[Place] = Counter()
        for k in range(len(numbers)):
            found.update(search(k))
        return found
