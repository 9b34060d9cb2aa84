"""Make a plan by the joint model or a rule of thumb.

Every plan is checked by plain arithmetic before it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from planner.domain.demand_levers import NONE_CHOSEN, ChosenLevers
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.digest import digest
from planner.domain.lever_effects import chosen_levers, effective_problem
from planner.domain.plan import Decisions, Plan, PlanStatus, Violation
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.errors import ConflictError, CrashError, PlannerError
from planner.planning.heuristics.rules_of_thumb import (
    plan_average,
    plan_cheapest,
    plan_erlang,
    plan_peak,
    stated_plan,
)
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions
from planner.planning.rostering.unfilled import broken_rules
from planner.planning.solution.evaluate_plan import ModelEvaluation, evaluate_plan
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import NO_MARGINS
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT, SamplingOptions, StudyOptions
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.sampled_paths import sampled

_PLAN_BY_RULE: dict[str, Callable[[Problem, LaneCosts], Plan]] = {
    "average": plan_average,
    "peak": plan_peak,
    "erlang": plan_erlang,
    "cheapest": plan_cheapest,
}
FALLBACK_METHODS = ("cheapest", "average")


def decide(
    problem: Problem,
    method: str = "joint",
    budget: Budget | None = None,
    feedback: PlanningFeedback | None = None,
    options: StudyOptions = DEFAULT,
    *,
    levers: ChosenLevers = NONE_CHOSEN,
    planning: PlanningOptions | None = None,
) -> Plan:
    """Choose stock, staff and couriers.

    A joint plan may have places that nobody is known to fill, after as many attempts as are
    allowed: its roster leaves them empty, and it is not certified.

    Parameters
    ----------
    problem : Problem
        The problem.
    method : str
        "joint", or the name of a rule of thumb.
    budget : Budget, optional
        Effort and time limit of the solver; by default normal effort without a limit.
    feedback : PlanningFeedback, optional
        Feedback from simulations of earlier joint plans.
    options : StudyOptions
        Sampling of the demand.
    levers : ChosenLevers
        Levers of the joint plan.
    planning : PlanningOptions, optional
        Options of the joint model; its defaults without.

    Returns
    -------
    Plan
        A plan that keeps every rule.

    Raises
    ------
    NoPlanError
        No plan keeps the limits.
    CrashError
        The solver crashed.
    """
    budget = budget or Budget()
    if method in _PLAN_BY_RULE:
        plan = _PLAN_BY_RULE[method](problem, lane_costs(problem, problem.seed))
        return require_feasible(problem, plan)
    problem = effective_problem(problem, levers)
    scenarios, costs = sampled(problem, options.sampling)
    plan = in_solver_process(
        plan_joint,
        problem,
        scenarios,
        costs,
        work_units=budget.effort,
        time_limit=budget.time_limit,
        options=planning,
        feedback=feedback,
    )
    return require_rules(problem, plan)


def joint_key(problem: Problem, feedback: PlanningFeedback | None) -> str:
    """Key of the joint plan in a journal: its feedback and levers, of one problem."""
    return digest(("joint", chosen_levers(problem), feedback))


@lru_cache(maxsize=1)  # its costs and the comparison with hindsight ask one after the other
def seen_on_paths(
    problem: Problem, decisions: Decisions, sampling: SamplingOptions = DEFAULT.sampling
) -> ModelEvaluation:
    """Evaluate a plan on the sampled paths, without margins.

    Parameters
    ----------
    problem : Problem
        The problem with the plan's levers in force.
    decisions : Decisions
        What the plan decides.
    sampling : SamplingOptions
        How the problem is sampled.

    Returns
    -------
    ModelEvaluation
        Expected costs and service, in total and per path.
    """
    plan = Plan(method="joint", status=PlanStatus.FEASIBLE, **decisions._asdict())
    paths = sampled(problem, sampling)
    return in_solver_process(evaluate_plan, problem, plan, *paths, options=NO_MARGINS)


def costed(problem: Problem, plan: Plan, sampling: SamplingOptions = DEFAULT.sampling) -> Plan:
    """Re-evaluate an adjusted plan on the sampled problem without margins.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The adjusted plan.
    sampling : SamplingOptions
        How the problem is sampled.

    Returns
    -------
    Plan
        The plan with its costs, without bound and gap.
    """
    seen = seen_on_paths(problem, plan.decisions, sampling)
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
    """Return the plan if it keeps every rule and people can fill it; raise ConflictError if not."""
    return _without(plan, broken_rules(problem, plan))


def require_rules(problem: Problem, plan: Plan) -> Plan:
    """Return the plan if it keeps every rule; raise ConflictError if not.

    Whether people can fill its places is left to its roster, on which the certificate rests.
    """
    return _without(plan, violations(problem, plan))


def _without(plan: Plan, broken: tuple[Violation, ...]) -> Plan:
    """The plan, where no rule is broken; else a ConflictError that names them."""
    if broken:
        words = f"the {plan.method} plan breaks rules and is not written:"
        raise ConflictError(words, *(f"- {v.words}" for v in broken))
    return plan


def fallback(
    problem: Problem, crash: CrashError, context: RunContext, best: Plan | None = None
) -> Plan:
    """Choose the plan to use after a solver crash; its status says so, and a note.

    Parameters
    ----------
    problem : Problem
        The problem.
    crash : CrashError
        The crash.
    context : RunContext
        Receives the note.
    best : Plan, optional
        The best plan so far; without one, the first rule of thumb that keeps every rule is used.

    Returns
    -------
    Plan
        The plan with the status `FALLBACK`, whose note is the crash.

    Raises
    ------
    CrashError
        The crash itself, where there is no such plan.
    """
    plan, described = best, "the best plan found until then"
    if plan is None:
        plan = _rule_of_thumb(problem)
        if plan is None:
            raise crash
        described = f"the {plan.method} rule of thumb"
    context.notes.append(
        f"{crash}; {described} keeps every rule and takes the place of the joint plan; try again"
    )
    return replace(plan, status=PlanStatus.FALLBACK, note=str(crash))


def _rule_of_thumb(problem: Problem) -> Plan | None:
    """First plan by a rule of thumb that keeps every rule."""
    for method in FALLBACK_METHODS:
        try:
            return decide(problem, method)
        except PlannerError:
            continue
    return None
