"""Planted problems whose demand is given path by path, which makes planning them a matter of a
second.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand_path import mean_path
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import SLOTS_PER_HOUR
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import NoPlanError
from planner.planning.solution.scenario_generation import plan_joint
from planner.studies.diagnosis.repair_candidates import repair_candidates
from planner.studies.diagnosis.repairs import DEFAULTS, Repair, first_feasible_step, prove_repair
from planner.studies.steps.make_plan import require_feasible
from planner.studies.steps.sampled_paths import sampled


def with_given_demand(problem: Problem) -> Problem:
    """The mean path of the problem as its only one."""
    per_slot = mean_path(problem.demand, problem.horizon).intensity.sum(axis=0)
    hourly = per_slot.reshape(-1, SLOTS_PER_HOUR).sum(axis=1)
    share = np.array([r.share for r in problem.regions])
    orders = hourly[None, :, None, None] * share[None, None, :, None]
    return replace(
        problem, demand=replace(problem.demand, baseline=None, events=(), given=GivenDemand(orders))
    )


def planned(problem: Problem) -> Plan:
    """The joint plan as repairs are proved by, in this process; every rule is kept."""
    scenarios, costs = sampled(problem)
    return require_feasible(
        problem,
        plan_joint(
            problem,
            scenarios,
            costs,
            work_units=5,
            options=DEFAULTS.planning,
        ),
    )


def menu(problem: Problem) -> list[Repair] | None:
    """All repairs of a problem, found in this process; None where it has a plan."""
    try:
        planned(problem)
    except NoPlanError as error:
        candidates = repair_candidates(problem, error.blame, DEFAULTS)
        starts = [first_feasible_step(problem, candidate) for candidate in candidates]
        found = [prove_repair(problem, start, 5) for start in starts if start is not None]
        return [repair for repair in found if repair is not None]
    return None
