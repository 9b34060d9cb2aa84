"""A lower bound of the cost of a problem by one linear program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import PlanningOptions


def relaxed_cost(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    options: PlanningOptions | None = None,
) -> float:
    """Lower bound of the expected cost of any plan of the problem.

    The joint model with fractional headcounts, in which only the hardest scenarios send their
    orders through the warehouses: late orders and lost goods of the others are left out.

    Parameters
    ----------
    problem : Problem
        What is planned, with the levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    options : PlanningOptions | None
        Margins and tuned values (None: the defaults).

    Returns
    -------
    float
        Minor units; infinite where no plan keeps the limits.
    """
    every = tuple(range(len(scenarios.weight)))
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options or PlanningOptions(),
        active=every,
    )
    model = build(replace(whole, active=hardest(whole)))
    limits = SolveLimits(nodes=1, relative_gap=0.0, barrier=model.large)
    answer = solve(relaxed(model.milp.arrays()), limits)
    if answer.objective is None:
        return np.inf
    return answer.objective + sum(lever_costs(whole).values())
