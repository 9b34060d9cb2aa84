"""The joint plan: the program is solved for the hardest scenarios, then held against all of them.

Leaving a scenario out drops rules and costs that are never negative, so the bound found is a bound
of the whole problem. A scenario that the plan then fails (or that costs money) joins in, and the
program is solved again: first with fractions of people, which is quick, then with whole ones.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.domain.demand import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.infeasibility.conflicts import refuse
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import NODES_PER_EFFORT, Answer, SolveLimits, relaxed, solve
from planner.planning.options import LARGE, PlanningOptions
from planner.planning.solution.columns_to_plan import read_plan_from
from planner.planning.solution.recourse import evaluate_recourse, expected, joining
from planner.planning.solution.site_decomposition import whole_people_by_site, whole_tiers
from planner.planning.solution.stock_disaggregation import place, spare_of


def plan_joint(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    effort: int = 100,
    time_limit: float | None = None,
    options: PlanningOptions | None = None,
    feedback: PlanningFeedback | None = None,
) -> Plan:
    """Decide stock, routing, staff and contracts together, at least expected cost, so that the aim
    is met.

    `effort` limits the search the same way on every machine; `time_limit` in seconds does not, so a
    plan made with one is not reproducible. Raises NoPlanError with the limits to blame when no plan
    keeps them all.
    """
    chosen = options or PlanningOptions()
    whole = Parameters(
        problem,
        scenarios,
        lane_costs,
        chosen,
        tuple(range(len(scenarios.weight))),
        feedback=feedback,
    )
    return _search(whole, SolveLimits(effort * NODES_PER_EFFORT, chosen.relative_gap, time_limit))


def _search(whole: Parameters, effort: SolveLimits) -> Plan:
    """Rounds with more and more scenarios until none of the others objects."""
    started = time.monotonic() if effort.seconds is not None else 0.0
    all_of_them = build(whole)
    active, bound, fractions, more = hardest(whole), -np.inf, True, [0]
    while True:
        if more:  # new scenarios have joined
            model = build(replace(whole, active=active))
            arrays = model.program.arrays()
            barrier = model.program.columns > LARGE
            relaxation = solve(relaxed(arrays), replace(_left(effort, started), barrier=barrier))
        answer = relaxation
        if relaxation.values is not None and not fractions:
            tiered = whole_tiers(model, arrays, relaxation, _left(effort, started))
            answer = _in_whole_people(model, arrays, tiered, _left(effort, started))
        if answer.values is None:
            if whole.spare is None or whole.spare.nothing:
                raise refuse(model, answer.status)
            whole, more = replace(whole, spare=whole.spare.given_up()), list(active)
            all_of_them = build(whole)
            continue
        if whole.spare is None:  # what is left free for the products is no limit of the problem
            bound = max(bound, relaxation.bound, answer.bound)
        outcome = evaluate_recourse(all_of_them, answer.values[model.program.decisions()])
        more = joining(whole, model, answer, outcome, fractions)
        if not more and not fractions:
            best = replace(answer, values=outcome.values, bound=bound)
            placed = None if all_of_them.stock.families.single else place(all_of_them, outcome)
            foreseen = expected(whole, outcome if placed is None else placed.outcome)
            return read_plan_from(all_of_them, best, foreseen, effort.seconds is None, placed)
        if not more and whole.spare is None and not all_of_them.stock.families.single:
            whole = replace(whole, spare=spare_of(all_of_them, outcome))
            all_of_them, more = build(whole), list(active)
        fractions = fractions and bool(more)
        active = tuple(sorted({*active, *more}))


def _in_whole_people(
    model: Model, arrays: MilpArrays, relaxation: Answer, effort: SolveLimits
) -> Answer:
    """Integers next to the relaxation's, which is quick and mostly good enough; else site by site;
    else the whole tree, which a small program has searched in any case. In a large program site by
    site at once, as long as every site finds some.

    The relaxation's bound holds for all of them, so the gap is that of the program itself.
    """
    accepted_gap, columns = model.parameters.options.accepted_gap, model.program.columns

    def by_site() -> Answer:
        return whole_people_by_site(
            model, arrays, relaxation, replace(effort, relative_gap=accepted_gap)
        )

    if columns > LARGE and (at_once := by_site()).values is not None:
        return at_once
    best = solve(_next_to(arrays, relaxation), effort)
    if columns <= LARGE and best.gap_to(relaxation.bound) > accepted_gap:
        best = min(best, by_site(), key=lambda answer: answer.cost)
    best = replace(
        best, bound=relaxation.bound, status="unknown" if best.values is None else best.status
    )
    for wanted, search in _searches(model, effort):
        if best.gap_to(best.bound) > wanted:
            full = solve(arrays, search)
            if full.status == "infeasible":  # within its tolerances, where there is a solution
                return full if best.values is None else best
            best = replace(
                min(full, best, key=lambda answer: answer.cost), bound=max(full.bound, best.bound)
            )
    return best


def _searches(model: Model, effort: SolveLimits) -> list[tuple[float, SolveLimits]]:
    """Searches of the whole tree, each with the gap that makes it unnecessary: of a small program
    to a proof, as far as the work allowed for that reaches; of any that may be searched to the gap
    asked for.
    """
    options, columns = model.parameters.options, model.program.columns
    found = []
    if model.small:
        nodes = min(effort.nodes, options.proof_work // columns)
        found.append(
            (options.proved_gap, replace(effort, nodes=nodes, relative_gap=options.proved_gap))
        )
    if options.tree_columns is None or columns <= options.tree_columns:
        found.append((options.accepted_gap, effort))
    return found


def _next_to(arrays: MilpArrays, relaxation: Answer) -> MilpArrays:
    """The program with every whole number either just below or just above its value in the
    relaxation.
    """
    values: Floats = np.zeros(len(arrays.upper)) if relaxation.values is None else relaxation.values
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[arrays.integer] = np.floor(values[arrays.integer] + 1e-5)
    upper[arrays.integer] = np.ceil(values[arrays.integer] - 1e-5)
    return replace(arrays, lower=lower, upper=upper)


def _left(effort: SolveLimits, started: float) -> SolveLimits:
    """What is left of a limit in seconds; the clock is not looked at without one."""
    if effort.seconds is None:
        return effort
    return replace(effort, seconds=max(effort.seconds - (time.monotonic() - started), 1.0))
