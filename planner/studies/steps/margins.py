"""Plans almost without margins, where nothing is random.

One that fails its pilot runs is planned again with a little more margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.solution.without_margins import plan_without_margins
from planner.studies.options.study_options import DEFAULT, MarginOptions, SamplingOptions
from planner.studies.runs.budget import Budget
from planner.studies.steps.make_plan import require_rules
from planner.studies.steps.sampled_paths import sampled


def decide_without_margins(
    problem: Problem,
    budget: Budget,
    margins: PlanningOptions,
    sampling: SamplingOptions = DEFAULT.sampling,
) -> Plan | None:
    """Make the joint plan with given margins.

    Parameters
    ----------
    problem : Problem
        The problem.
    budget : Budget
        Effort and time limit of the solver.
    margins : PlanningOptions
        Margins of the planning model.
    sampling : SamplingOptions
        How the problem is sampled.

    Returns
    -------
    Plan or None
        None where the problem is too large, or nobody is known to fill the places of the plan.

    Raises
    ------
    NoPlanError
        There is no plan with these margins.
    CrashError
        The solver crashed.
    """
    plan = in_solver_process(
        plan_without_margins,
        problem,
        *sampled(problem, sampling),
        work_units=budget.effort,
        time_limit=budget.time_limit,
        options=margins,
    )
    if plan is None:
        return None
    return plan if RosterCheck(problem).fills(require_rules(problem, plan)) else None


def with_more_margin(
    problem: Problem,
    margins: PlanningOptions,
    summaries: Sequence[Summary],
    options: MarginOptions = DEFAULT.margins,
) -> PlanningOptions:
    """Margins of the next try.

    People are a little slower, and fewer orders may fail on paper: by the factor by which the worst
    pilot run exceeded the failures allowed, by the deadline or by a target of one's own.

    Parameters
    ----------
    problem : Problem
        States the service level.
    margins : PlanningOptions
        Margins of the plan that failed.
    summaries : sequence of Summary
        Its pilot runs.
    options : MarginOptions
        Tuned values.

    Returns
    -------
    PlanningOptions
        The margins with another efficiency and late factor.
    """
    within = 1.0
    outcomes = np.array([summary.outcomes for summary in summaries], dtype=float)
    worst = (outcomes[..., 0] / np.maximum(outcomes[..., 1], 1)).max(axis=0)
    for failing, share in zip(worst.tolist(), problem.service.shares, strict=True):
        within = min(within, (1.0 - share) / failing) if failing > 0 else within
    late = within * options.late_factor if worst.any() else 1.0
    return replace(
        margins,
        efficiency=margins.efficiency * options.efficiency_factor,
        late_factor=margins.late_factor * late,
    )
