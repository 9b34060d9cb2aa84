"""Plans almost without margins, where nothing is random; one that fails in rehearsals is planned
again with more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions
from planner.planning.solution.without_margins import plan_without_margins
from planner.studies.steps.make_plan import require_feasible, sampled

SLOWER = 0.995  # efficiency from one try to the next
CLOSER = (
    0.995  # of the failures allowed, what the next try may use at most after one that failed more
)


def decide_without_margins(
    problem: Problem, effort: int, time_limit: float | None, options: PlanningOptions
) -> Plan | None:
    """The joint plan with these margins; None where the problem is too large.

    Raises NoPlanError, CrashError.
    """
    plan = in_solver_process(
        plan_without_margins,
        problem,
        *sampled(problem),
        work_units=effort,
        time_limit=time_limit,
        options=options,
    )
    return None if plan is None else require_feasible(problem, plan)


def with_more_margin(
    problem: Problem, options: PlanningOptions, summaries: Sequence[Summary]
) -> PlanningOptions:
    """Options for the next try: people are a little slower, and fewer orders may fail on paper, as
    many less as failed more than allowed in the worst rehearsal.
    """
    allowed = 1.0 - problem.service.on_time_share
    worst = max(s.failed / max(s.orders + s.cancelled, 1) for s in summaries)
    closer = min(allowed / worst, 1.0) * CLOSER if worst > 0 else 1.0
    return replace(
        options, efficiency=options.efficiency * SLOWER, late_factor=options.late_factor * closer
    )
