"""Costs of the levers in force, whatever else is decided."""

from __future__ import annotations

from planner.domain.lever_effects import chosen_levers, longer_promises_minor, refused_minor
from planner.planning.formulation.parameters import Parameters


def lever_costs(parameters: Parameters) -> dict[str, float]:
    """Mean cost of longer promises and of refused orders by name, in minor units."""
    problem, refused = parameters.problem, parameters.scenarios.refused
    orders = parameters.region_day[:, : problem.horizon.reported_days].sum(axis=1)
    return {
        "longer_promises": longer_promises_minor(problem, chosen_levers(problem).promised, orders),
        "lost_orders": 0.0
        if refused is None
        else refused_minor(problem, parameters.all_weights @ refused),
    }
