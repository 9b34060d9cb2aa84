"""A plan without margins, for small problems without chance: where nothing is random, margins only
cost money.
"""

from __future__ import annotations

from dataclasses import replace

from planner.domain.demand_certainty import GIVEN, certain_demand
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import FIRST_SCENARIOS, Parameters
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import NO_MARGINS

WITHOUT_MARGINS = replace(NO_MARGINS, by_deadline=True, relative_gap=1e-6, accepted_gap=1e-6)
MOST_COLUMNS = 5_000  # of a program that is searched to the end in seconds


def is_deterministic(problem: Problem) -> bool:
    """Is demand given as one forecast, does all work take its stated time, and does everybody
    come?
    """
    processes = [p for site in problem.sites for p in site.processes]
    steady = all(p.cv_of_work <= 0 for p in processes)
    return (
        GIVEN in certain_demand(problem.demand)
        and steady
        and not any(c.absence for c in problem.crews)
    )


def plan_without_margins(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    effort: int,
    time_limit: float | None,
    options: PlanningOptions,
) -> Plan | None:
    """The joint plan with the margins of `options`, each late order counted once; None where the
    problem is too large.

    It may not hold in simulation: rehearse it. Raises NoPlanError as `plan_joint` does.
    """
    every = tuple(range(len(scenarios.weight)))
    if len(every) > FIRST_SCENARIOS:
        return None
    if (
        build(Parameters(problem, scenarios, lane_costs, options, every)).program.columns
        > MOST_COLUMNS
    ):
        return None
    return plan_joint(problem, scenarios, lane_costs, effort, time_limit, options)
