"""Evaluates a given plan in the planning model, on every sampled path."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.costs import COST_NAMES, committed_costs, foreseen_names
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.lever_effects import refused_minor
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem, StockRow
from planner.planning.formulation.courier_charges import courier_amounts
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import encode
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.recourse import Recourse, evaluate_recourse, expected
from planner.planning.solution.site_decomposition import subproblem
from planner.planning.solution.stock_disaggregation import with_stock

# constraint that decides on which side of a step the parcels are
STEPS = "link_tier"


@dataclass(frozen=True, eq=False, kw_only=True)
class ModelEvaluation:
    """What the planning model expects of a plan.

    Attributes
    ----------
    costs : dict[str, int]
        Expected costs by name in minor units; what the plan itself commits to is exact.
    on_time_share : float
        Expected share of the orders on time.
    on_time_share_hardest : float
        The same in the hardest path that must meet the service level.
    weight : Floats
        Probability of each sampled path [path].
    stress_level : Floats
        How hard each path is, as the scenarios are ordered [path].
    orders : Floats
        Expected orders [path].
    cost_minor : Floats
        Cost in minor units [path].
    failed_share : Floats
        Share of the orders due that fail (late or without stock), over-counted as in the model
        [path].
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
    *,
    options: PlanningOptions | None = None,
    feedback: PlanningFeedback | None = None,
) -> ModelEvaluation:
    """Evaluate a plan, whoever made it, in the planning model on every sampled path.

    Its decisions are fixed and every path does its best. Volume tiers are those its parcels reach.

    Parameters
    ----------
    problem : Problem
        The problem with the plan's levers in force.
    plan : Plan
        The plan; its rows must be of the problem.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    options : PlanningOptions | None
        Margins and tuned values (None: the defaults).
    feedback : PlanningFeedback | None
        What simulations have shown of throughput; failed plans are ignored.

    Returns
    -------
    ModelEvaluation
        Expected costs and service, in total and per path.

    Raises
    ------
    ValueError
        A row of the plan names a lane, crew, shift or process that the problem does not have.
    """
    throughput = None if feedback is None else replace(feedback, failed=())
    parameters = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options or PlanningOptions(),
        active=tuple(range(len(scenarios.weight))),
        feedback=throughput,
    )
    full = build(parameters)
    values = _with_tiers(full, encode(full.milp, parameters, full.primary, plan))
    recourse = evaluate_recourse(full, values[full.milp.decisions()])
    minor = _costs_by_path(full, recourse)
    if plan.stock is not None and full.places_products:
        units = _units(problem, plan.stock)
        recourse, minor["lost_orders"], minor["leftover"] = with_stock(full, recourse, units)
    elif plan.stock is None:
        minor["leftover"] = np.zeros_like(minor["leftover"])
    _add_levers(parameters, minor)
    committed = committed_costs(problem, plan)
    on_demand = {name: minor[name] for name in foreseen_names(problem) if name not in committed}
    costs = dict(committed)
    for name, by_path in on_demand.items():
        costs[name] = round(float(parameters.weight @ by_path))
    return ModelEvaluation(
        costs=costs,
        **expected(parameters, recourse),
        weight=parameters.weight,
        stress_level=scenarios.stress_level,
        orders=parameters.promotion_orders.sum(axis=(1, 2)),
        cost_minor=np.asarray(sum(committed.values()) + sum(on_demand.values())),
        failed_share=recourse.failed_share[0],
    )


def _with_tiers(full: Model, values: Floats) -> Floats:
    """The values with the integer tiers and surcharges that the parcels of the shares reach.

    A plan that stays just below a step does so on purpose, but its shares are rounded to
    millionths: exceeding the step by that rounding does not count. Where counts are random there is
    no step to exceed.
    """
    columns = full.volumes.columns
    if not len(columns):
        return values
    arrays = full.milp.arrays()
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    search = full.parameters.options.search
    certain = not full.parameters.options.count_z
    missed = certain * search.evaluation.step_missed * full.parameters.unit_orders
    for block in full.milp.constraint_blocks:
        if block.name == STEPS:
            row_lower[block.first : block.first + block.count] -= missed
            row_upper[block.first : block.first + block.count] += missed
    eased = replace(arrays, row_lower=row_lower, row_upper=row_upper)
    limits = SolveLimits(nodes=search.evaluation.tier_nodes, relative_gap=0.0)
    found = solve(subproblem(eased, values, columns, slack=0.0), limits)
    if found.values is None:  # shares in millionths may miss another row by their rounding
        slack = search.decomposition.row_slack
        found = solve(subproblem(eased, values, columns, slack=slack), limits)
    values = values.copy()
    values[columns] = found.solution
    return values


def _costs_by_path(full: Model, recourse: Recourse) -> dict[str, Floats]:
    """Costs [path] by name, without what a plan commits to."""
    parameters, shares = full.parameters, full.shares
    paths = len(parameters.weight)
    found = {
        name: full.milp.cost_by_scenario(name, recourse.values, paths) / parameters.weight
        for name in COST_NAMES
    }
    part_of_mix = shares.part_of(parameters, np.arange(len(shares.site)))
    part = recourse.values[shares.column][:, parameters.day_phase]
    own = np.s_[..., : parameters.problem.horizon.reported_days]
    for name, amount in courier_amounts(parameters, shares).items():
        of_mix = part_of_mix @ (amount * part)
        found[name] = np.einsum("smd,md->s", parameters.day_orders[own], of_mix[own])
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
    """Add the costs of longer promises and refused orders, in place."""
    minor["longer_promises"] = np.full(
        len(parameters.weight), lever_costs(parameters)["longer_promises"]
    )
    if parameters.scenarios.refused is not None:
        minor["lost_orders"] = minor["lost_orders"] + [
            refused_minor(parameters.problem, of_path) for of_path in parameters.scenarios.refused
        ]
