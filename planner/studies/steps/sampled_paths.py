"""The demand paths and lane costs that the joint plan and its bounds are computed from."""

from __future__ import annotations

from functools import lru_cache

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT, SamplingOptions


@lru_cache(maxsize=1)  # plan, bound, costs and hindsight of one problem ask one after the other
def sampled(
    problem: Problem, sampling: SamplingOptions = DEFAULT.sampling
) -> tuple[ScenarioSet, LaneCosts]:
    """Sample what the joint plan is made from.

    Returns
    -------
    scenarios : ScenarioSet
        A few weighted demand paths that stand for many.
    costs : LaneCosts
        Expected cost of a parcel by lane.
    """
    scenarios = sample_scenarios(
        problem, problem.seed, sampling.planning_scenarios, sampling.sampled_paths
    )
    return scenarios, lane_costs(problem, problem.seed)
