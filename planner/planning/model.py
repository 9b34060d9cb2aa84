"""The joint plan: the program is solved for the hardest scenarios, then held against all of them.

Leaving a scenario out drops rules and costs that are never negative, so the bound found is a bound of the whole
problem. A scenario that the plan then fails (or that costs money) joins in, and the program is solved again: first with
fractions of people, which is quick, then with whole ones.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.domain.demand import Floats
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.scenarios import LaneCosts, ScenarioSet
from planner.planning.build import build
from planner.planning.decode import read_plan_from
from planner.planning.judge import expected, hardest, joining, judge
from planner.planning.options import PlanningOptions
from planner.planning.program import Arrays
from planner.planning.repair import refuse
from planner.planning.setting import Setting
from planner.planning.solve import NODES_PER_EFFORT, Answer, Effort, relaxed, solve


def plan_joint(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    effort: int = 100,
    time_limit: float | None = None,
    options: PlanningOptions | None = None,
) -> Plan:
    """Decide stock, routing, staff and contracts together, at least expected cost, so that the aim is met.

    `effort` limits the search the same way on every machine; `time_limit` in seconds does not, so a plan made with one
    is not reproducible. Raises NoPlanError with the limits to blame when no plan keeps them all.
    """
    chosen = options or PlanningOptions()
    whole = Setting(problem, scenarios, lane_costs, chosen, tuple(range(len(scenarios.weight))))
    return _search(whole, Effort(effort * NODES_PER_EFFORT, chosen.relative_gap, time_limit))


def _search(whole: Setting, effort: Effort) -> Plan:
    """Rounds with more and more scenarios until none of the others objects."""
    started = time.monotonic() if effort.seconds is not None else 0.0
    all_of_them = build(whole)
    active, bound, fractions, more = hardest(whole), -np.inf, True, [0]
    while True:
        if more:  # new scenarios have joined
            model = build(replace(whole, active=active))
            arrays = model.program.arrays()
            relaxation = solve(relaxed(arrays), _left(effort, started))
        answer = relaxation
        if relaxation.values is not None and not fractions:
            answer = _in_whole_people(arrays, relaxation, _left(effort, started), whole.options.accepted_gap)
        if answer.values is None:
            raise refuse(model.program, answer.status)
        bound = max(bound, relaxation.bound, answer.bound)
        outcome = judge(all_of_them, answer.values[model.program.decisions()])
        more = joining(whole, model, answer, outcome, fractions)
        if not more and not fractions:
            best = replace(answer, values=outcome.values, bound=bound)
            return read_plan_from(all_of_them, best, expected(whole, outcome), reproducible=effort.seconds is None)
        fractions = fractions and bool(more)
        active = tuple(sorted({*active, *more}))


def _in_whole_people(arrays: Arrays, relaxation: Answer, effort: Effort, accepted_gap: float) -> Answer:
    """Whole numbers next to the relaxation's, which is quick and mostly good enough; else the whole tree.

    The relaxation's bound holds for both, so the gap is that of the program itself.
    """
    near = solve(_next_to(arrays, relaxation), effort)
    if near.objective is not None and near.objective - relaxation.bound <= accepted_gap * abs(near.objective):
        return replace(near, bound=relaxation.bound)
    full = solve(arrays, effort)
    if near.objective is not None and (full.objective is None or near.objective < full.objective):
        return replace(near, bound=full.bound)
    return full


def _next_to(arrays: Arrays, relaxation: Answer) -> Arrays:
    """The program with every whole number either just below or just above its value in the relaxation."""
    values: Floats = np.zeros(len(arrays.upper)) if relaxation.values is None else relaxation.values
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[arrays.integer] = np.floor(values[arrays.integer] + 1e-5)
    upper[arrays.integer] = np.ceil(values[arrays.integer] - 1e-5)
    return replace(arrays, lower=lower, upper=upper)


def _left(effort: Effort, started: float) -> Effort:
    """What is left of a limit in seconds; the clock is not looked at without one."""
    if effort.seconds is None:
        return effort
    return replace(effort, seconds=max(effort.seconds - (time.monotonic() - started), 1.0))
