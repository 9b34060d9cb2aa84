"""From a problem to a plan, by the joint model or a rule of thumb; each is re-checked before anyone
sees it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import inf

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan, PlanStatus
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.errors import ConflictError, CrashError, NoBoundError, PlannerError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.heuristics.rules_of_thumb import (
    plan_average,
    plan_cheapest,
    plan_erlang,
    plan_peak,
    stated_plan,
)
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import rounding_minor
from planner.planning.solution.evaluate_plan import evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import NO_MARGINS, bound_without_margins
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.choose_levers import levers_chosen

_PLAN_BY_RULE: dict[str, Callable[[Problem, LaneCosts], Plan]] = {
    "average": plan_average,
    "peak": plan_peak,
    "erlang": plan_erlang,
    "cheapest": plan_cheapest,
}
PLANNING_SCENARIOS = 12
SAMPLED_PATHS = 2000
IN_ITS_PLACE = ("cheapest", "average")


def decide(
    problem: Problem,
    method: str = "joint",
    effort: int = 100,
    time_limit: float | None = None,
    feedback: PlanningFeedback | None = None,
) -> Plan:
    """Choose stock, staff and couriers; the joint plan heeds the lessons of earlier ones.

    Raises NoPlanError when no plan keeps the limits, CrashError when the solver dies.
    """
    if method in _PLAN_BY_RULE:
        plan = _PLAN_BY_RULE[method](problem, lane_costs(problem, problem.seed))
    else:
        problem = levers_chosen(problem, PLANNING_SCENARIOS, SAMPLED_PATHS)
        scenarios, costs = sampled(problem)
        plan = in_solver_process(
            plan_joint,
            problem,
            scenarios,
            costs,
            work_units=effort,
            time_limit=time_limit,
            feedback=feedback,
        )
    return require_feasible(problem, plan)


def sampled(problem: Problem) -> tuple[ScenarioSet, LaneCosts]:
    """What the joint plan is made from: a few weighted paths that stand for thousands, and the
    price of a parcel.
    """
    scenarios = sample_scenarios(problem, problem.seed, PLANNING_SCENARIOS, SAMPLED_PATHS)
    return scenarios, lane_costs(problem, problem.seed)


def least_cost(problem: Problem) -> float:
    """Minor units that no plan for the sampled replications costs less than (-inf where no plan
    meets the service level on paper). Raises CrashError when the solver dies.
    """
    try:
        return float(in_solver_process(bound_without_margins, problem, *sampled(problem)))
    except NoBoundError:
        return -inf


def bounded(problem: Problem, plan: Plan, least: float) -> Plan:
    """The plan with the bound of the sampled problem and the gap to it; what the solver proved of
    its own model, with margins, becomes `model_bound` and `model_gap`. Optimal is a plan that costs
    no more than the bound.

    A bound above the cost by more than rounding is none: the plan lives on what the bound leaves
    out. Nothing is optimal where tasks are finished after hours, which no model prices.
    """
    if plan.objective is None:
        return plan
    rounding = rounding_minor(plan.objective)
    bound = bound_of(plan.objective, least)
    gap = None if bound is None else (plan.objective - bound) / max(abs(plan.objective), 1)
    proved = (
        bound is not None and plan.objective - bound <= rounding and not problem.works_after_hours
    )
    status = plan.status
    if proved:
        status = PlanStatus.OPTIMAL
    elif status is PlanStatus.OPTIMAL:
        status = PlanStatus.FEASIBLE
    return replace(
        plan, status=status, bound=bound, gap=gap, model_bound=plan.bound, model_gap=plan.gap
    )


def bound_of(objective: int, least: float) -> int | None:
    """The bound of a plan of this cost, from the least cost of any; None where that is none, or no
    bound of this plan.
    """
    if least == -inf or least > objective + rounding_minor(objective):
        return None
    return min(int(least), objective)


def costed(problem: Problem, plan: Plan) -> Plan:
    """A trimmed plan with its costs in the sampled problem without margins; no solver has proved
    anything of it.
    """
    seen = in_solver_process(evaluate_plan, problem, plan, *sampled(problem), options=NO_MARGINS)
    expected = {
        "on_time_share": seen.on_time_share,
        "on_time_share_hardest": seen.on_time_share_hardest,
    }
    objective = sum(seen.costs.values())
    found = replace(
        plan, objective=objective, bound=None, gap=None, costs=seen.costs, expected=expected
    )
    return require_feasible(problem, replace(found, status=PlanStatus.TRIMMED))


def as_is_plan(problem: Problem) -> Plan:
    """The operation as the scenario states it: its roster, its stock, its routing."""
    return stated_plan(problem, lane_costs(problem, problem.seed))


def require_feasible(problem: Problem, plan: Plan) -> Plan:
    """The plan itself when plain arithmetic finds every rule kept; ConflictError otherwise."""
    broken = violations(problem, plan)
    if broken:
        words = f"the {plan.method} plan breaks rules and is not written:"
        raise ConflictError(words, *(f"- {v.words}" for v in broken))
    return plan


def fallback(
    problem: Problem, crash: CrashError, context: RunContext, best: Plan | None = None
) -> Plan:
    """What stands in for the joint plan where the solver died: the best plan so far, else the first
    rule of thumb that keeps every rule; its status says so, and a note. Raises the crash where
    there is none.
    """
    plan = best
    for method in IN_ITS_PLACE if plan is None else ():
        try:
            plan = decide(problem, method)
        except PlannerError:
            continue
        break
    if plan is None:
        raise crash
    stand_in = (
        "the best plan found until then" if best is not None else f"the {plan.method} rule of thumb"
    )
    context.notes.append(
        f"{crash}; {stand_in} keeps every rule and takes the place of the joint plan; try again"
    )
    return replace(plan, status=PlanStatus.FALLBACK, note=str(crash))
