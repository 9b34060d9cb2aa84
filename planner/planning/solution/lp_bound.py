"""What a problem costs at least: one linear program."""

from __future__ import annotations

import numpy as np

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import LARGE, PlanningOptions


def relaxed_cost(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    options: PlanningOptions | None = None,
) -> float:
    """Minor units that a plan of the problem is expected to cost at least; infinite where no plan
    keeps the limits.

    The joint program with fractions of people, in which only the hardest scenarios send their
    orders through the warehouses (the others' late orders and lost goods are left out): a lower
    bound, in one linear program.
    """
    everything = tuple(range(len(scenarios.weight)))
    whole = Parameters(problem, scenarios, lane_costs, options or PlanningOptions(), everything)
    hard = Parameters(problem, scenarios, lane_costs, whole.options, hardest(whole))
    program = build(hard).program
    answer = solve(
        relaxed(program.arrays()),
        SolveLimits(nodes=1, relative_gap=0.0, barrier=program.columns > LARGE),
    )
    if answer.objective is None:
        return np.inf
    return answer.objective + sum(lever_costs(whole).values())
