"""Lower bounds of the sampled problem: of any plan, and of plans that know what comes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf

from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.errors import CrashError, NoBoundError
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import rounding_minor
from planner.planning.solution.wait_and_see import bound_without_margins, hindsight
from planner.studies.options.study_options import SamplingOptions
from planner.studies.steps.sampled_paths import sampled


@dataclass(frozen=True)
class Bounds:
    """What no plan costs less than, without margins.

    Attributes
    ----------
    any_plan : float
        Least cost of any plan, minor units; -inf where no plan meets the service level on paper.
    by_path : tuple of float, optional
        Least cost of a plan for one sampled path that is known beforehand; None: not asked for, or
        the solver crashed.
    """

    any_plan: float
    by_path: tuple[float, ...] | None = None


NO_BOUNDS = Bounds(-inf)


@dataclass(frozen=True)
class LowerBounds:
    """Computes bounds; picklable, because a worker may do it.

    Attributes
    ----------
    problem : Problem
        The problem with its levers in force.
    sampling : SamplingOptions
        How it is sampled.
    by_path : bool
        Whether hindsight is asked for.
    paths : tuple, optional
        What was sampled (see `sampled`), where it is known: a worker need not sample again.
    """

    problem: Problem
    sampling: SamplingOptions
    by_path: bool = False
    paths: tuple[ScenarioSet, LaneCosts] | None = None

    def __call__(self) -> Bounds:
        """Compute them; CrashError where the solver crashes at the bound of any plan."""
        paths = self.paths or sampled(self.problem, self.sampling)
        try:
            least = float(in_solver_process(bound_without_margins, self.problem, *paths))
        except NoBoundError:
            least = -inf
        bounds = Bounds(least)
        if self.by_path:
            with suppress(CrashError):
                known = in_solver_process(hindsight, self.problem, *paths)
                bounds = replace(bounds, by_path=known)
        return bounds


def bounded(problem: Problem, plan: Plan, least: float) -> Plan:
    """Give a plan the bound of the sampled problem, and the gap to it.

    A plan is optimal if it costs no more than the bound, whatever the solver proved of its own
    model with margins. A bound above the cost by more than rounding is dropped: the plan uses what
    the bound leaves out. Nothing is optimal where tasks are finished after hours, which no model
    prices.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        A plan as the solver or `costed` left it.
    least : float
        Lower bound of the cost of any plan, minor units.

    Returns
    -------
    Plan
        The plan with bound, gap and status.
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
    if proved and status is not PlanStatus.FALLBACK:
        status = PlanStatus.OPTIMAL
    elif status is PlanStatus.OPTIMAL:
        status = PlanStatus.FEASIBLE
    return replace(plan, status=status, bound=bound, gap=gap)


def bound_of(objective: int, least: float) -> int | None:
    """Bound of a plan of this cost from the least cost of any plan; None where it is none."""
    if least == -inf or least > objective + rounding_minor(objective):
        return None
    return min(int(least), objective)
