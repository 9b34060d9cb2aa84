"""The joint plan: the program is solved for the hardest scenarios, then held against all of them.

Leaving a scenario out drops rules and costs that are never negative, so the bound found is a bound of the whole
problem. A scenario that the plan then fails (or that costs money) joins in, and the program is solved again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import Floats
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.scenarios import LaneCosts, ScenarioSet
from planner.planning.build import Model, build
from planner.planning.decode import read_plan_from
from planner.planning.options import PlanningOptions
from planner.planning.program import Arrays, Program
from planner.planning.repair import refuse
from planner.planning.setting import Setting
from planner.planning.solve import NODES_PER_EFFORT, Answer, Effort, relaxed, solve
from planner.planning.throughput import orders_due

FIRST_SCENARIOS = 3
JOINING = 2  # scenarios that join per round
WORTH_JOINING = (
    0.002  # consequences of the scenarios left out, as a share of the objective, that call for another round
)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a plan's decisions lead to in every scenario: failed orders and their share of the orders due [scenario],
    and the expected cost of all consequences."""

    failed: Floats
    failed_share: Floats
    cost: float


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
    """Rounds with more and more scenarios, first with fractions of people, until none of the others objects."""
    started = time.monotonic() if effort.seconds is not None else 0.0
    judge = build(whole)
    active, bound, fractions = _hardest(whole), -np.inf, True
    while True:
        model = build(replace(whole, active=active))
        relaxation = solve(relaxed(model.program.arrays()), _left(effort, started))
        answer = relaxation
        if not fractions:
            answer = _in_whole_people(model.program, relaxation, _left(effort, started), whole.options.accepted_gap)
        if answer.values is None or relaxation.values is None:
            raise refuse(model.program, answer.status)
        bound = max(bound, relaxation.bound, answer.bound)
        outcome, values = judged(judge, answer.values[model.program.decisions()])
        joining = _joining(whole, model, outcome, answer)
        if not joining and not fractions:
            best = replace(answer, values=values, bound=bound)
            return read_plan_from(judge, best, _expected(whole, outcome), reproducible=effort.seconds is None)
        fractions = fractions and bool(joining)
        active = tuple(sorted({*active, *joining}))


def _in_whole_people(program: Program, relaxation: Answer, effort: Effort, accepted_gap: float) -> Answer:
    """Whole numbers next to the relaxation's, which is quick and mostly good enough; else the whole tree.

    The relaxation's bound holds for both, so the gap is that of the program itself.
    """
    if relaxation.values is None:
        return relaxation
    arrays = program.arrays()
    near = solve(_next_to(arrays, relaxation.values), effort)
    if near.objective is not None and near.objective - relaxation.bound <= accepted_gap * abs(near.objective):
        return replace(near, bound=relaxation.bound)
    full = solve(arrays, effort)
    if full.objective is None or (near.objective is not None and near.objective < full.objective):
        return near if near.values is not None else full
    return full


def _next_to(arrays: Arrays, values: Floats) -> Arrays:
    """The program with every whole number either just below or just above the given values."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[arrays.integer] = np.floor(values[arrays.integer] + 1e-5)
    upper[arrays.integer] = np.ceil(values[arrays.integer] - 1e-5)
    return replace(arrays, lower=lower, upper=upper)


def _left(effort: Effort, started: float) -> Effort:
    """What is left of a limit in seconds; the clock is not looked at without one."""
    if effort.seconds is None:
        return effort
    return replace(effort, seconds=max(effort.seconds - (time.monotonic() - started), 1.0))


def _hardest(setting: Setting) -> tuple[int, ...]:
    """The hardest scenarios, some of those that must be kept among them."""
    order = np.argsort(-setting.scenarios.stress_level, kind="stable")
    kept = [int(s) for s in order if s in setting.all_kept][:JOINING]
    return tuple(sorted({*(int(s) for s in order[:FIRST_SCENARIOS]), *kept}))


def judged(judge: Model, decisions: Floats) -> tuple[Outcome, Floats]:
    """Fix the decisions, and let every scenario do its best: least failures, then least cost."""
    program = judge.program
    arrays = relaxed(program.arrays())
    columns = program.decisions()
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[columns] = upper[columns] = decisions
    row_upper = arrays.row_upper.copy()
    for rule in program.rules:
        if rule.name == "limit_failed":
            row_upper[rule.first : rule.first + rule.count] = np.inf
    price = consequence_prices(program)
    objective = price.copy()
    objective[judge.failed] += 1.0 + float(price.max(initial=0.0))
    fixed = replace(arrays, lower=lower, upper=upper, row_upper=row_upper, objective=objective)
    answer = solve(fixed, Effort(nodes=1, relative_gap=0.0))
    if answer.values is None:
        raise RuntimeError(f"a plan could not be judged on its scenarios: {answer.status}")
    failed = answer.values[judge.failed]
    share = failed / np.maximum(orders_due(judge.setting), 1e-9)
    return Outcome(failed, share, float(price @ answer.values)), answer.values


def consequence_prices(program: Program) -> Floats:
    """Price of every variable that is not a decision."""
    price = sum((program.cost(name) for name in sorted(program.prices)), np.zeros(program.columns))
    price[program.decisions()] = 0.0
    return price


def _joining(setting: Setting, model: Model, outcome: Outcome, answer: Answer) -> list[int]:
    """Scenarios left out that should join, the worst first: they must be kept and are not, or they cost money."""
    active = set(model.setting.active)
    left_out = [s for s in range(len(outcome.failed)) if s not in active]
    allowed = setting.options.late_factor * (1.0 - setting.problem.service.on_time_share)
    broken = [s for s in left_out if s in setting.all_kept and outcome.failed_share[s] > allowed + 1e-6]
    seen, total = (
        (0.0, np.inf)
        if answer.values is None or answer.objective is None
        else (float(consequence_prices(model.program) @ answer.values), answer.objective)
    )
    if not broken and outcome.cost - seen > WORTH_JOINING * total:
        broken = left_out
    return sorted(broken, key=lambda s: (-outcome.failed_share[s], s))[:JOINING]


def _expected(setting: Setting, outcome: Outcome) -> dict[str, float]:
    """What the planning model expects of the plan."""
    on_time = 1.0 - np.minimum(outcome.failed_share, 1.0)
    return {
        "on_time_share": round(float(setting.all_weights @ on_time), 6),
        "on_time_share_hardest": round(float(on_time[setting.all_kept].min()), 6),
    }
