"""From a problem to a plan, by the joint model or a rule of thumb; each is re-checked before anyone sees it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError
from planner.forecasting.reduction import sample_scenarios
from planner.planning.baselines import plan_average, plan_cheapest, plan_erlang, plan_peak, stated_plan
from planner.planning.feasibility import violations
from planner.planning.model import plan_joint
from planner.rating.lanes import lane_costs

RULES_OF_THUMB = {"average": plan_average, "peak": plan_peak, "erlang": plan_erlang, "cheapest": plan_cheapest}
METHODS = ("joint", *RULES_OF_THUMB)
PLANNING_SCENARIOS = 12
SAMPLED_PATHS = 2000
STDOUT, STDERR = 1, 2


def decide(problem: Problem, method: str = "joint", effort: int = 100, time_limit: float | None = None) -> Plan:
    """Choose stock, staff and couriers. Raises NoPlanError when no plan keeps the limits."""
    costs = lane_costs(problem, problem.seed)
    if method in RULES_OF_THUMB:
        plan = RULES_OF_THUMB[method](problem, costs)
    else:
        scenarios = sample_scenarios(problem, problem.seed, PLANNING_SCENARIOS, SAMPLED_PATHS)
        with stdout_kept_clean():
            plan = plan_joint(problem, scenarios, costs, effort, time_limit)
    return accept(problem, plan)


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """What a solver's library prints on stdout, past Python, goes to stderr: stdout is for results alone."""
    sys.stdout.flush()
    kept = os.dup(STDOUT)
    try:
        os.dup2(STDERR, STDOUT)
        yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)


def stated(problem: Problem) -> Plan:
    """The operation as the scenario states it: its roster, its stock, its routing."""
    return stated_plan(problem, lane_costs(problem, problem.seed))


def accept(problem: Problem, plan: Plan) -> Plan:
    """The plan itself when plain arithmetic finds every rule kept; ConflictError otherwise."""
    broken = violations(problem, plan)
    if broken:
        raise ConflictError(
            f"the {plan.method} plan breaks rules and is not written:\n" + "\n".join(f"- {v.words}" for v in broken)
        )
    return plan
