"""What no plan can cost less than: without any margin, and with each path known beforehand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array

from planner.domain.demand import Floats
from planner.domain.problem import Problem
from planner.domain.scenarios import LaneCosts, ScenarioSet
from planner.planning.build import Model, build
from planner.planning.lever_costs import lever_costs
from planner.planning.options import LARGE, PlanningOptions
from planner.planning.program import Arrays, Term
from planner.planning.setting import Setting
from planner.planning.solve import NODES_PER_EFFORT, Answer, Effort, relaxed, solve
from planner.planning.throughput import allowed_failures, orders_due

NO_MARGINS = PlanningOptions(
    efficiency=1.0, risk_factor=0.0, late_factor=1.0, pickup_z=0.0, stock_z=0.0, steady_end=False
)
MISSED = 1e-6  # orders by which a limit may be missed for rounding dust


def bound_without_margins(problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts, effort: int = 10) -> int:
    """Minor units that no plan for the sampled promotions costs less than, in the fluid model.

    Nobody ever waits, vehicles are filled, stock is what the scenario asks for, all failures that are allowed happen,
    and any paths may miss the aim whose weights are within the risk of 1 - confidence. People are fractions. Only
    failures are over-counted, as everywhere in the planning model: a plan that needs that to be otherwise is beyond
    this bound. ValueError where no plan keeps the aim even so.

    Work is looked at in the hardest paths alone, one more than may miss: the rules of some paths are a bound already.
    """
    every = tuple(range(len(scenarios.weight)))
    whole = Setting(problem, scenarios, lane_costs, NO_MARGINS, every)
    answer = _solved(build(replace(whole, active=_hardest(whole))), effort)
    if not np.isfinite(answer.bound):
        raise ValueError("no plan keeps the aim in the sampled promotions, even without any margin")
    return int(np.floor(answer.bound + sum(lever_costs(whole).values()) + MISSED))


def _hardest(whole: Setting) -> tuple[int, ...]:
    """The hardest paths that cannot all miss the aim (all paths where everything may)."""
    order = np.argsort(-whole.scenarios.stress_level, kind="stable")
    within = whole.all_weights[order].cumsum() <= 1.0 - whole.problem.service.confidence + MISSED
    return tuple(sorted(int(s) for s in order[: int(within.sum()) + 1]))


def hindsight(problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts, path: int) -> float:
    """Minor units that a plan costs at least which is made for one sampled path alone and knows it: no margins, people
    are fractions. Infinite where even that plan cannot keep the aim. A path is a small program of its own: ask for
    many of them side by side."""
    refused = None if scenarios.refused is None else scenarios.refused[[path]]
    known = replace(
        scenarios,
        weight=np.ones(1),
        intensity=scenarios.intensity[[path]],
        stress_level=scenarios.stress_level[[path]],
        refused=refused,
    )
    setting = Setting(problem, known, lane_costs, NO_MARGINS, (0,))
    program = build(setting).program
    answer = solve(relaxed(program.arrays()), Effort(1, 0.0, barrier=program.columns > LARGE))
    if answer.objective is None:
        return np.inf
    return answer.objective + sum(lever_costs(setting).values())


def _solved(model: Model, effort: int) -> Answer:
    """The relaxation, but that each path keeps the aim or misses it: failed[s] <= allowed[s] + most[s] x missed[s], sum
    of weight[s] x missed[s] <= 1 - confidence, missed 0 or 1."""
    setting, program = model.setting, model.program
    risk = 1.0 - setting.problem.service.confidence + MISSED
    may_miss = setting.weight <= risk
    missed = program.variables("missed", len(may_miss), may_miss.astype(float))
    row = np.arange(len(may_miss))
    allowed = allowed_failures(setting) * orders_due(setting)
    terms = [Term(row, model.failed), Term(row, missed, -_most_failures(model))]
    program.rule("limit_failed_or_missed", len(row), terms, upper=allowed)
    program.rule("limit_risk", 1, [Term(0, missed, setting.weight)], upper=risk)
    arrays = relaxed(program.arrays())
    whole = arrays.integer.copy()
    whole[missed[may_miss]] = True
    barrier = program.columns > LARGE and not may_miss.any()
    tried = Effort(effort * NODES_PER_EFFORT, relative_gap=1e-4, barrier=barrier)
    return solve(replace(arrays, integer=whole, row_upper=_without_service(model, arrays)), tried)


def _without_service(model: Model, arrays: Arrays) -> Floats:
    """Upper sides of the rows without the limit on failures."""
    upper = arrays.row_upper.copy()
    for rule in model.program.rules:
        if rule.name == "limit_failed":
            upper[rule.first : rule.first + rule.count] = np.inf
    return upper


def _most_failures(model: Model) -> Floats:
    """More than can ever be counted in a path: all its orders at every cut-off."""
    rule = next(r for r in model.program.rules if r.name == "count_failed")
    rows = csr_array(model.program.arrays().matrix)[rule.first : rule.first + rule.count]
    return np.asarray(np.diff(rows.indptr) * model.setting.orders.sum(axis=(1, 2)))
