"""Cost of a plan against perfect information, by sampled demand path."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.lever_effects import effective_problem
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.wait_and_see import NO_MARGINS, hindsight
from planner.simulation.workers_pool import START_S
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import sampled

COLUMNS = ["path", "stress_level", "weight", "orders", "plan_cost", "hindsight_cost", "regret"]


@dataclass(frozen=True)
class Hindsight:
    """Least cost of a sampled path that is known beforehand.

    Picklable, because worker processes receive it once.
    """

    problem: Problem
    scenarios: ScenarioSet
    lane_costs: LaneCosts

    def __call__(self, path: int) -> float:
        """Least cost of a path in minor units; infinite where no plan exists."""
        return hindsight(self.problem, self.scenarios, self.lane_costs, path)


def hindsight_table(problem: Problem, plan: Plan, context: RunContext) -> pd.DataFrame:
    """Compare the cost of a plan with that of perfect information, both without margins.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    context : RunContext
        Where the least costs are computed.

    Returns
    -------
    DataFrame
        One row per sampled path: cost of the plan, least cost of a plan made for this path alone,
        and their difference, in major units; empty where even that plan fails.
    """
    context.begin("comparing with perfect hindsight")
    problem = effective_problem(problem, plan.levers)
    scenarios, costs = sampled(problem, context.options.sampling)
    ours = in_solver_process(evaluate_plan, problem, plan, scenarios, costs, options=NO_MARGINS)
    best = context.replicate(
        "hindsight", Hindsight(problem, scenarios, costs), len(scenarios.weight), START_S
    )
    rows = []
    for path, known in enumerate(best):
        cost, least = (
            None if not np.isfinite(c) else to_major(round(float(c)), problem.currency)
            for c in (ours.cost_minor[path], known)
        )
        rows.append(
            (
                path + 1,
                round(float(scenarios.stress_level[path]), 6),
                round(float(ours.weight[path]), 6),
                round(float(ours.orders[path]), 1),
                cost,
                "" if least is None else least,
                "" if least is None or cost is None else cost - least,
            )
        )
    return pd.DataFrame(rows, columns=COLUMNS)
