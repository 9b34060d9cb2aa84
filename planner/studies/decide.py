"""From a problem to a plan, by the joint model or a rule of thumb; each is re-checked before anyone sees it."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.lessons import Lessons
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.scenarios import LaneCosts, ScenarioSet
from planner.errors import ConflictError, CrashError, PlannerError
from planner.forecasting.reduction import sample_scenarios
from planner.planning.baselines import plan_average, plan_cheapest, plan_erlang, plan_peak, stated_plan
from planner.planning.bounds import NO_MARGINS, bound_without_margins
from planner.planning.feasibility import violations
from planner.planning.foresight import foresee
from planner.planning.isolated import apart
from planner.planning.model import plan_joint
from planner.rating.lanes import lane_costs
from planner.studies.effort import Effort
from planner.studies.levers import levers_chosen

RULES_OF_THUMB = {"average": plan_average, "peak": plan_peak, "erlang": plan_erlang, "cheapest": plan_cheapest}
PLANNING_SCENARIOS = 12
SAMPLED_PATHS = 2000
TRIMMED = "trimmed"  # status of a plan that simulation has made cheaper than its solver could
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
        scenarios, costs = sampled(problem)
        plan = apart(plan_joint, problem, scenarios, costs, effort, time_limit, None, lessons)
    return accept(problem, plan)


def sampled(problem: Problem) -> tuple[ScenarioSet, LaneCosts]:
    """What the joint plan is made from: a few weighted paths that stand for thousands, and the price of a parcel."""
    scenarios = sample_scenarios(problem, problem.seed, PLANNING_SCENARIOS, SAMPLED_PATHS)
    return scenarios, lane_costs(problem, problem.seed)


def reckoned(problem: Problem, plan: Plan) -> Plan:
    """A plan that lives without the margins of planning, with the costs and the bound of the sampled problem that has
    none: what it came from was optimal, or not, for another one."""
    scenarios, prices = sampled(problem)
    seen = apart(foresee, problem, plan, scenarios, prices, NO_MARGINS)
    objective = sum(seen.costs.values())
    bound = min(apart(bound_without_margins, problem, scenarios, prices), objective)
    expected = {"on_time_share": seen.on_time_share, "on_time_share_hardest": seen.on_time_share_hardest}
    gap = (objective - bound) / max(abs(objective), 1)
    reckoned = replace(plan, objective=objective, bound=bound, gap=gap, costs=seen.costs, expected=expected)
    return accept(problem, replace(reckoned, status=TRIMMED))


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
