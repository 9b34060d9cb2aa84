"""From a problem to a plan, by the joint model or a rule of thumb; each is re-checked before anyone sees it."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.costs import committed_costs
from planner.domain.lessons import Lessons
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError, CrashError, PlannerError
from planner.forecasting.reduction import sample_scenarios
from planner.planning.baselines import plan_average, plan_cheapest, plan_erlang, plan_peak, stated_plan
from planner.planning.feasibility import violations
from planner.planning.isolated import apart
from planner.planning.model import plan_joint
from planner.rating.lanes import lane_costs
from planner.studies.effort import Effort
from planner.studies.levers import levers_chosen

RULES_OF_THUMB = {"average": plan_average, "peak": plan_peak, "erlang": plan_erlang, "cheapest": plan_cheapest}
METHODS = ("joint", *RULES_OF_THUMB)
PLANNING_SCENARIOS = 12
SAMPLED_PATHS = 2000
FALLBACK = "fallback"  # how the status of a plan begins that stands in where the solver died
IN_ITS_PLACE = ("cheapest", "average")


def decide(
    problem: Problem,
    method: str = "joint",
    effort: int = 100,
    time_limit: float | None = None,
    lessons: Lessons | None = None,
) -> Plan:
    """Choose stock, staff and couriers; the joint plan heeds the lessons of earlier ones. Raises NoPlanError when no
    plan keeps the limits, CrashError when the solver dies."""
    if method in RULES_OF_THUMB:
        plan = RULES_OF_THUMB[method](problem, lane_costs(problem, problem.seed))
    else:
        problem = levers_chosen(problem, PLANNING_SCENARIOS, SAMPLED_PATHS)
        costs = lane_costs(problem, problem.seed)
        scenarios = sample_scenarios(problem, problem.seed, PLANNING_SCENARIOS, SAMPLED_PATHS)
        plan = apart(plan_joint, problem, scenarios, costs, effort, time_limit, None, lessons)
    return accept(problem, plan)


def reckoned(problem: Problem, planned: Plan, plan: Plan) -> Plan:
    """A plan that came from another by leaving people and vehicles out, with its costs: what it commits to is reckoned
    anew, what couriers cost stays."""
    costs = planned.costs | committed_costs(problem, plan)
    return accept(problem, replace(plan, status="trimmed", costs=costs, objective=sum(costs.values())))


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


def fallback(problem: Problem, crash: CrashError, work: Effort, best: Plan | None = None) -> Plan:
    """What stands in for the joint plan where the solver died: the best plan so far, else the first rule of thumb that
    keeps every rule; its status says so, and a note. Raises the crash where there is none."""
    plan = best
    for method in IN_ITS_PLACE if plan is None else ():
        try:
            plan = decide(problem, method)
        except PlannerError:
            continue
        break
    if plan is None:
        raise crash
    stand_in = "the best plan found until then" if best is not None else f"the {plan.method} rule of thumb"
    work.notes.append(f"{crash}; {stand_in} keeps every rule and takes the place of the joint plan; try again")
    return replace(plan, status=f"{FALLBACK}: {crash}")
