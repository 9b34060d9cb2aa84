"""Cost of a plan against perfect information, by sampled demand path."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import numpy as np
import pandas as pd

from planner.domain.lever_effects import effective_problem
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import CrashError
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.solution.wait_and_see import hindsight
from planner.studies.options.study_options import SamplingOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import seen_on_paths
from planner.studies.steps.sampled_paths import sampled

COLUMNS = ["path", "stress_level", "weight", "orders", "plan_cost", "hindsight_cost", "regret"]


def _known_beforehand(
    problem: Problem, sampling: SamplingOptions, context: RunContext
) -> Sequence[float]:
    """Least cost of each path; nothing is known of them where the solver crashes, with a note."""
    paths = sampled(problem, sampling)
    try:
        return in_solver_process(hindsight, problem, *paths)
    except CrashError as crash:
        context.notes.append(f"{crash}; the plan is not compared with perfect hindsight")
        return [inf] * len(paths[0].weight)


def hindsight_table(
    problem: Problem, plan: Plan, context: RunContext, known: Sequence[float] | None = None
) -> pd.DataFrame:
    """Compare the cost of a plan with that of perfect information, both without margins.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    context : RunContext
        Context of the study.
    known : sequence of float, optional
        Least costs by path, where they were computed before.

    Returns
    -------
    DataFrame
        One row per sampled path: cost of the plan, least cost of a plan made for this path alone,
        and their difference, in major units; empty where even that plan fails.
    """
    context.begin("comparing with perfect hindsight")
    problem = effective_problem(problem, plan.levers)
    sampling = context.options.sampling
    ours = seen_on_paths(problem, plan.decisions, sampling)
    best = known or _known_beforehand(problem, sampling, context)
    rows = []
    for path, least_minor in enumerate(best):
        cost, least = (
            None if not np.isfinite(c) else to_major(round(float(c)), problem.currency)
            for c in (ours.cost_minor[path], least_minor)
        )
        rows.append(
            (
                path + 1,
                round(float(ours.stress_level[path]), 6),
                round(float(ours.weight[path]), 6),
                round(float(ours.orders[path]), 1),
                cost,
                "" if least is None else least,
                "" if least is None or cost is None else cost - least,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)
