"""A plan without margins for small deterministic problems, where margins only cost money."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.demand_certainty import GIVEN, certain_demand
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import NO_MARGINS

WITHOUT_MARGINS = replace(NO_MARGINS, by_deadline=True, relative_gap=1e-6, accepted_gap=1e-6)


def is_deterministic(problem: Problem) -> bool:
    """Whether demand is one forecast, all work takes its stated time, nobody is absent and no risk
    may strike.
    """
    processes = [p for site in problem.sites for p in site.processes]
    steady = all(p.cv_of_work <= 0 for p in processes)
    nobody_absent = not any(c.absence for c in problem.crews)
    certain = GIVEN in certain_demand(problem.demand) and not problem.risks
    return certain and steady and nobody_absent


def plan_without_margins(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    *,
    work_units: int,
    time_limit: float | None,
    options: PlanningOptions,
) -> Plan | None:
    """The joint plan with reduced margins, each late order counted once.

    It may fail in simulation: simulate pilot replications of it.

    Parameters
    ----------
    problem : Problem
        A deterministic problem (`is_deterministic`).
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    work_units : int
        Size of the search, as in `plan_joint`.
    time_limit : float | None
        Limit in seconds of wall-clock time, as in `plan_joint`.
    options : PlanningOptions
        `WITHOUT_MARGINS`, or the same with a little more margin.

    Returns
    -------
    Plan | None
        The plan; None where the problem is too large for it.

    Raises
    ------
    NoPlanError
        No plan keeps all limits.
    """
    every = tuple(range(len(scenarios.weight)))
    if len(every) > options.search.scenarios.first_scenarios:
        return None
    parameters = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options,
        active=every,
    )
    if build(parameters).milp.columns > options.search.bounds.no_margin_columns:
        return None
    return plan_joint(
        problem,
        scenarios,
        lane_costs,
        work_units=work_units,
        time_limit=time_limit,
        options=options,
    )
