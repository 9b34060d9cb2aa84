"""Repairs of a problem without a plan: limits moved, each proved by planning again."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import Blame, ExtremeNumberError, NoPlanError
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.solution.lp_bound import relaxed_cost
from planner.planning.solution.scenario_generation import plan_joint
from planner.studies.diagnosis.limit_changes import Key, apply, change_for
from planner.studies.diagnosis.repair_candidates import (
    Changes,
    RelaxationSteps,
    planning_demand,
    repair_candidates,
)
from planner.studies.diagnosis.repair_usage import as_used, usage
from planner.studies.options.repair_options import RepairOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import require_rules

DEFAULTS = RepairOptions()


@dataclass(frozen=True)
class Repair:
    """Limits moved so that there is a plan.

    Attributes
    ----------
    change : Changes
        The limits.
    days : tuple of int
        Days on which the plan uses what is new; empty where it is tied to none.
    price_minor : int or None
        What the new people and vehicles cost, in minor units; None where that is not known.
    objective_minor : int
        Cost of the repaired plan, in minor units.
    verified : bool
        Whether the plan was made and keeps every rule.
    """

    change: Changes
    days: tuple[int, ...]
    price_minor: int | None
    objective_minor: int
    verified: bool

    @property
    def key(self) -> tuple[Key, ...]:
        """The limits that move, without their amounts."""
        return tuple(c.key for c in self.change)


@dataclass(frozen=True)
class FeasibleStep:
    """The first step of a candidate that is enough with fractional headcounts.

    Attributes
    ----------
    candidate : RelaxationSteps
        The candidate.
    at : int
        Number of the step.
    least_minor : float
        What a plan costs there at least, in minor units.
    """

    candidate: RelaxationSteps
    at: int
    least_minor: float


@dataclass(frozen=True)
class FindFeasibleStep:
    """Find the first feasible step of one candidate after the other.

    Picklable, so that worker processes receive it once.
    """

    problem: Problem
    candidates: tuple[RelaxationSteps, ...]

    def __call__(self, number: int) -> FeasibleStep | None:
        """The step of a candidate; None where no step is enough.

        None as well where a limit had to move so far that no solver can work with the numbers.
        """
        with suppress(ExtremeNumberError):
            return in_solver_process(first_feasible_step, self.problem, self.candidates[number])
        return None


@dataclass(frozen=True)
class ProveRepair:
    """Prove one candidate after the other from its first feasible step on.

    Picklable, so that worker processes receive it once.
    """

    problem: Problem
    starts: tuple[FeasibleStep, ...]
    effort: int
    options: RepairOptions = DEFAULTS

    def __call__(self, number: int) -> Repair | None:
        """The repair that a candidate becomes; None where it becomes none."""
        with suppress(ExtremeNumberError):
            return in_solver_process(
                prove_repair, self.problem, self.starts[number], self.effort, self.options
            )
        return None


def find_repairs(
    problem: Problem,
    context: RunContext,
    blame: Sequence[Blame] = (),
    options: RepairOptions = DEFAULTS,
) -> list[Repair]:
    """Repairs that were found and proved.

    Every candidate is measured by linear programs first. Those that may cost least are planned with
    integer headcounts, batch by batch, until enough are proved.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    context : RunContext
        Budget, executor and journal of the study.
    blame : sequence of Blame
        What the planning that failed has named.
    options : RepairOptions
        What is tried, and how hard.

    Returns
    -------
    list of Repair
        One for each set of limits, the cheapest plan first; empty where the problem has a plan, or
        nothing was found.
    """
    if any(b.rule == "lanes" for b in blame):
        return []  # where no courier goes no number helps
    candidates = in_solver_process(repair_candidates, problem, tuple(blame), options)
    context.begin("looking for repairs", len(candidates))
    measured = context.replicate(
        "feasible steps", FindFeasibleStep(problem, candidates), len(candidates)
    )
    waiting = sorted((s for s in measured if s is not None), key=lambda s: s.least_minor)
    effort = options.effort(context.budget.effort)
    proved: list[Repair] = []
    while waiting and len(_distinct(proved)) < options.wanted:
        batch, waiting = tuple(waiting[: options.batch]), waiting[options.batch :]
        context.begin("proving repairs", len(batch))
        task = ProveRepair(problem, batch, effort, options)
        proved += [r for r in context.replicate("repairs", task, len(batch)) if r is not None]
    return _distinct(proved)


def _distinct(found: Sequence[Repair]) -> list[Repair]:
    """The cheapest repair of each set of limits, cheapest first.

    Without those that move all limits of another one, and more.
    """
    best: dict[frozenset[Key], Repair] = {}
    for repair in found:
        keys = frozenset(repair.key)
        best[keys] = min(best.get(keys, repair), repair, key=lambda r: r.objective_minor)
    minimal = [r for keys, r in best.items() if not any(other < keys for other in best)]
    return sorted(minimal, key=lambda r: (r.objective_minor, r.change))


def first_feasible_step(problem: Problem, candidate: RelaxationSteps) -> FeasibleStep | None:
    """Where to begin with a candidate; None where not even its last step is enough."""
    at = 0 if candidate.sure else _first_enough(problem, candidate.steps)
    if at is None:
        return None
    return FeasibleStep(candidate, at, _least_cost(problem, candidate.steps[at]))


def _first_enough(problem: Problem, steps: Sequence[Changes]) -> int | None:
    """The first step that is enough with fractional headcounts, by bisection."""
    if not steps or not math.isfinite(_least_cost(problem, steps[-1])):
        return None
    low, high = 0, len(steps) - 1
    while low < high:
        middle = (low + high) // 2
        if math.isfinite(_least_cost(problem, steps[middle])):
            high = middle
        else:
            low = middle + 1
    return low


def _least_cost(problem: Problem, changes: Changes) -> float:
    """What a plan costs at least with some changes, in minor units; infinite: there is none."""
    relaxed = apply(problem, changes)
    return relaxed_cost(relaxed, *planning_demand(relaxed))


def prove_repair(
    problem: Problem, start: FeasibleStep, effort: int, options: RepairOptions = DEFAULTS
) -> Repair | None:
    """The first step of a candidate with a plan in integer headcounts.

    Where planning fails because of limits that the step does not move, these move too. Where it
    fails because of those that it moves, the next step is tried; where the solver gives up, a later
    one.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    start : FeasibleStep
        The candidate, and the step to begin with.
    effort : int
        Effort of each plan.
    options : RepairOptions
        How many plans are tried, and how carefully.

    Returns
    -------
    Repair or None
        None where no plan was found within the attempts.
    """
    steps, at = list(start.candidate.steps), start.at
    for _ in range(options.attempts):
        if at >= len(steps):
            return None
        relaxed = apply(problem, steps[at])
        try:
            plan = _plan(relaxed, effort, options)
            if not RosterCheck(relaxed).fills(plan):
                return None
        except NoPlanError as error:
            further = _further_changes(relaxed, steps[at], error.blame)
            if further is None:
                return None
            if further:
                steps = [(*step, *further) for step in steps]
            else:
                at += 1 if error.blame else options.stride
        else:
            return _repair(problem, relaxed, as_used(problem, steps[at], plan), plan)
    return None


def _plan(relaxed: Problem, effort: int, options: RepairOptions) -> Plan:
    """A plan that keeps every rule; raises NoPlanError where none is found."""
    scenarios, costs = planning_demand(relaxed)
    plan = plan_joint(relaxed, scenarios, costs, work_units=effort, options=options.planning)
    return require_rules(relaxed, plan)


def _further_changes(relaxed: Problem, moved: Changes, blame: Sequence[Blame]) -> Changes | None:
    """Changes for limits that are blamed and have not moved yet.

    Empty where those that have must move further, None where nothing helps.
    """
    there = {change.key for change in moved}
    further = []
    for limit in blame:
        if limit.rule == "whole_people":
            continue
        change = change_for(relaxed, limit)
        if change is None:
            return None
        if change.key not in there:
            further.append(change)
    return tuple(sorted(further))


def _repair(problem: Problem, relaxed: Problem, change: Changes, plan: Plan) -> Repair:
    """The repair with what the plan of the relaxed problem makes of it."""
    used = [usage(problem, relaxed, each, plan) for each in change]
    prices = [each.price_minor for each in used]
    known = [price for price in prices if price is not None]
    return Repair(
        change=tuple(sorted(change)),
        days=tuple(sorted({day for each in used for day in each.days})),
        price_minor=sum(known) if len(known) == len(prices) else None,
        objective_minor=plan.objective or 0,
        verified=True,
    )
