"""What the planning model expects of any plan, on every sampled path."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.costs import COST_NAMES, committed_costs, foreseen_names
from planner.domain.demand import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.lever_effects import refused_minor
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem, StockRow
from planner.planning.formulation.assignment_and_stock import courier_amounts
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import encode
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.recourse import Recourse, evaluate_recourse, expected
from planner.planning.solution.site_decomposition import subproblem
from planner.planning.solution.stock_disaggregation import with_stock

STEPS = ("cover_surcharge", "link_tier")  # rules that tell on which side of a step the parcels are
STEP_MISSED = 0.01  # of `Parameters.unit_orders`: what rounding makes of a number of parcels
TIER_NODES = 1000  # the parcels are known: there is hardly anything to search


@dataclass(frozen=True, eq=False)
class ModelEvaluation:
    """A plan in the planning model.

    `costs`: expected, by name in minor units; what the plan itself commits to is exact.
    `on_time_share`: expected; `on_time_share_hardest`: in the hardest path that must keep the aim.

    Per sampled path: `weight`, `stress_level`, `orders`, `cost_minor` and `failed_share` of the
    orders due (late or without stock, over-counted as in the model).
    """

    costs: dict[str, int]
    on_time_share: float
    on_time_share_hardest: float
    weight: Floats
    stress_level: Floats
    orders: Floats
    cost_minor: Floats
    failed_share: Floats


def evaluate_plan(
    problem: Problem,
    plan: Plan,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    options: PlanningOptions | None = None,
    feedback: PlanningFeedback | None = None,
) -> ModelEvaluation:
    """Hold a plan, whoever made it, against every path: what it decides is fixed, and each path
    does its best.

    Volume tiers are those its parcels reach. `problem` has the plan's levers in force. Raises
    ValueError in words for rows the problem knows nothing of.
    """
    learned = None if feedback is None else replace(feedback, failed=())
    every = tuple(range(len(scenarios.weight)))
    parameters = Parameters(
        problem, scenarios, lane_costs, options or PlanningOptions(), every, feedback=learned
    )
    whole = build(parameters)
    values = _with_tiers(whole, encode(whole.program, parameters, whole.primary, plan))
    outcome = evaluate_recourse(whole, values[whole.program.decisions()])
    minor = _costs_by_path(whole, outcome)
    if plan.stock is not None and not whole.stock.families.single:
        outcome, minor["lost_orders"] = with_stock(whole, outcome, _units(problem, plan.stock))
    _add_levers(parameters, minor)
    committed = committed_costs(problem, plan)
    on_demand = {name: minor[name] for name in foreseen_names(problem) if name not in committed}
    costs = committed | {
        name: round(float(parameters.weight @ by_path)) for name, by_path in on_demand.items()
    }
    return ModelEvaluation(
        costs=costs,
        **expected(parameters, outcome),
        weight=parameters.weight,
        stress_level=scenarios.stress_level,
        orders=parameters.all_orders.sum(axis=(1, 2)),
        cost_minor=np.asarray(sum(committed.values()) + sum(on_demand.values())),
        failed_share=outcome.failed_share,
    )


def _with_tiers(whole: Model, values: Floats) -> Floats:
    """The values with what the parcels of the shares come to: tiers and surcharges, in whole
    numbers.

    A plan that stays just at a step means to, but its shares are written in millionths: that is no
    step further.
    """
    columns = whole.volumes.columns
    if not len(columns):
        return values
    arrays = whole.program.arrays()
    row_lower = arrays.row_lower.copy()
    for rule in (r for r in whole.program.rules if r.name in STEPS):
        row_lower[rule.first : rule.first + rule.count] -= (
            STEP_MISSED * whole.parameters.unit_orders
        )
    eased = replace(arrays, row_lower=row_lower)
    found = solve(
        subproblem(eased, values, columns, slack=0.0), SolveLimits(TIER_NODES, relative_gap=0.0)
    )
    if found.values is None:  # shares in millionths may miss another row by their rounding
        found = solve(subproblem(eased, values, columns), SolveLimits(TIER_NODES, relative_gap=0.0))
    values = values.copy()
    values[columns] = found.solution
    return values


def _costs_by_path(whole: Model, outcome: Recourse) -> dict[str, Floats]:
    """Costs [path] by name, without what a plan commits to: what a path costs by itself, couriers
    for its orders.
    """
    parameters, shares = whole.parameters, whole.shares
    paths = len(parameters.weight)
    found = {
        name: whole.program.cost_by_scenario(name, outcome.values, paths) / parameters.weight
        for name in COST_NAMES
    }
    part_of_mix = shares.part_of(parameters, np.arange(len(shares.site)))
    part = outcome.values[shares.column][:, parameters.day_phase]
    for name, amount in courier_amounts(parameters, shares).items():
        found[name] = np.einsum("smd,md->s", parameters.day_orders, part_of_mix @ (amount * part))
    return found


def _units(problem: Problem, stock: tuple[StockRow, ...]) -> Floats:
    """Units [site, product]."""
    units = np.zeros((len(problem.sites), len(problem.products)))
    for row in stock:
        units[problem.site_names.index(row.site), problem.product_names.index(row.product)] += (
            row.units
        )
    return units


def _add_levers(parameters: Parameters, minor: dict[str, Floats]) -> None:
    """Longer promises and refused orders, in place."""
    minor["longer_promises"] = np.full(
        len(parameters.weight), lever_costs(parameters)["longer_promises"]
    )
    if parameters.scenarios.refused is not None:
        minor["lost_orders"] = minor["lost_orders"] + [
            refused_minor(parameters.problem, of_path) for of_path in parameters.scenarios.refused
        ]
