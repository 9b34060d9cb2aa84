"""The search for changes on replications of the promotion as it stands now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.diagnosis.late_orders import LateOrderSearch, Place
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
    with PilotRuns(problem, runs, context.executor, context.tell_of_loss) as pilots:
        return ChangeSearch(
            problem=problem,
            terms=terms,
            simulate=pilots.simulate,
            where_late=LatePlaces(problem, context),
            screening=numbers[: options.screening],
            judging=numbers[options.screening :],
            options=options,
        ).changed(now.plan)


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
