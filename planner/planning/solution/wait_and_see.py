"""What no plan can cost less than: without any margin, and with each path known beforehand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from planner.domain.demand import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.errors import NoBoundError
from planner.planning.formulation.assignment_and_stock import lost_minor, worth_shipping
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.product_aggregation import families_of
from planner.planning.formulation.workflow import allowed_failures
from planner.planning.milp.builder import Term
from planner.planning.milp.solver import NODES_PER_EFFORT, Answer, SolveLimits, relaxed, solve
from planner.planning.options import LARGE, PlanningOptions

NO_MARGINS = PlanningOptions(
    efficiency=1.0, risk_factor=0.0, late_factor=1.0, pickup_z=0.0, stock_z=0.0
)
AT_BEST = replace(
    NO_MARGINS, steady_end=False, optimistic=True, delay_levels=(0.05, 0.5, 0.9, 0.99)
)
INTEGER_COLUMNS = 3_000  # up to so many columns the bound is one for integer headcounts
MISSED = 1e-6  # orders by which a limit may be missed through rounding errors


def bound_without_margins(
    problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts, effort: int = 10
) -> int:
    """Minor units that no plan for the sampled replications costs less than, as the simulation
    plays it.

    Nobody ever waits for work, vehicles are filled, stock is what the scenario asks for, all
    failures that the service level allows happen, each late order counts once, and any paths may
    miss the service level whose weights are within the risk of 1 - confidence. In all but small
    programs headcounts are fractional. Two things are not covered: a plan that lets a site run out
    of stock so that its orders go elsewhere at another time than its shares say, and luck:
    replications that differ from the mean of their path. Raises NoBoundError where no plan meets
    the service level even so.

    Work is looked at in the hardest paths alone, one more than may miss: the rules of some paths
    are a bound already.
    """
    every = tuple(range(len(scenarios.weight)))
    whole = Parameters(problem, scenarios, lane_costs, AT_BEST, every)
    costs, forgone = _at_best(whole)
    whole = replace(whole, lane_costs=costs)
    chosen = _hardest(whole)
    if (lost_minor(whole, families_of(whole)) < 0).any():
        chosen = every  # orders without stock may lower the cost of any path
    answer = _solved(build(replace(whole, active=chosen)), effort)
    if not np.isfinite(answer.bound):
        raise NoBoundError(
            "no plan meets the service level in the sampled replications, even without any margin"
        )
    return int(np.floor(answer.bound - forgone + sum(lever_costs(whole).values()) + MISSED))


def _at_best(parameters: Parameters) -> tuple[LaneCosts, float]:
    """Lane costs that no plan is below, and what may still come off the total.

    A parcel costs what it does on the cheapest day on which it may be handed over; late ones, as
    many as are allowed, may leave later still. An order without stock costs no courier. Where that
    may be worth its margin, it saves its cheapest lane (`lost_minor`) and, of what the plan pays
    beyond cheapest lanes, the share of orders that may fail.
    """
    costs, days, service = (
        parameters.lane_costs,
        parameters.days_to_hand_over,
        parameters.problem.service,
    )
    fail = min(2.0 - service.on_time_share - service.confidence, 1.0)
    mean, loss = (_least_of_days(table, days) for table in (costs.mean, costs.loss))
    base, refund = (-_least_of_days(-table, days) for table in (costs.base, costs.refund))
    there = np.isfinite(mean).all(axis=-1)
    later = (mean[there] - costs.mean[there].min(axis=-1, keepdims=True)).max(initial=0.0)
    if not worth_shipping(parameters):
        cheapest = mean.min(axis=(0, 2), keepdims=True)
        mean = mean - fail * np.where(
            np.isfinite(mean), mean - np.where(np.isfinite(cheapest), cheapest, 0.0), 0.0
        )
    orders = float(parameters.all_weights @ parameters.all_orders.sum(axis=(1, 2)))
    return LaneCosts(mean, base, refund, loss), float(later * fail * orders)


def _least_of_days(table: Floats, days: int) -> Floats:
    """The least of each day and the `days` after it [..., day]."""
    padded = np.concatenate([table, np.repeat(table[..., -1:], days, axis=-1)], axis=-1)
    return np.asarray(sliding_window_view(padded, days + 1, axis=-1).min(axis=-1))


def _hardest(whole: Parameters) -> tuple[int, ...]:
    """The hardest paths that cannot all miss the aim (all paths where everything may)."""
    order = np.argsort(-whole.scenarios.stress_level, kind="stable")
    within = whole.all_weights[order].cumsum() <= 1.0 - whole.problem.service.confidence + MISSED
    return tuple(sorted(int(s) for s in order[: int(within.sum()) + 1]))


def hindsight(problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts, path: int) -> float:
    """Minor units that a plan costs at least which is made for one sampled path alone and knows it:
    no margins, people are fractions. Infinite where even that plan cannot keep the aim. A path is a
    small program of its own: ask for many of them side by side.
    """
    refused = None if scenarios.refused is None else scenarios.refused[[path]]
    known = replace(
        scenarios,
        weight=np.ones(1),
        intensity=scenarios.intensity[[path]],
        stress_level=scenarios.stress_level[[path]],
        refused=refused,
    )
    parameters = Parameters(problem, known, lane_costs, AT_BEST, (0,))
    costs, forgone = _at_best(parameters)
    parameters = replace(parameters, lane_costs=costs)
    answer = _solved(build(parameters), 1, integers=False)
    if answer.objective is None:
        return np.inf
    return answer.objective - forgone + sum(lever_costs(parameters).values())


def _solved(model: Model, effort: int, integers: bool = True) -> Answer:
    """The program, but that each path meets the service level or misses it: failed[s] <= allowed[s]
    + orders[s] x missed[s], sum of weight[s] x missed[s] <= 1 - confidence, missed 0 or 1.
    """
    parameters, program = model.parameters, model.program
    risk = 1.0 - parameters.problem.service.confidence + MISSED
    may_miss = parameters.weight <= risk
    missed = program.variables("missed", len(may_miss), may_miss.astype(float))
    row = np.arange(len(may_miss))
    orders = parameters.orders.sum(axis=(1, 2))
    # of all orders: young ones count as soon as they are done
    allowed = allowed_failures(parameters) * orders + MISSED
    terms = [Term(row, model.failed), Term(row, missed, -orders)]
    program.rule("limit_failed_or_missed", len(row), terms, upper=allowed)
    program.rule("limit_risk", 1, [Term(0, missed, parameters.weight)], upper=risk)
    arrays = program.arrays()
    if not integers or program.columns > INTEGER_COLUMNS:
        arrays = relaxed(arrays)
    whole = arrays.integer.copy()
    whole[missed[may_miss]] = True
    barrier = program.columns > LARGE and not may_miss.any()
    tried = SolveLimits(effort * NODES_PER_EFFORT, relative_gap=1e-4, barrier=barrier)
    return solve(replace(arrays, integer=whole), tried)
