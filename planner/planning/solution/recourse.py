"""Evaluates fixed decisions in every scenario (second stage), and picks scenarios to join."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.errors import CrashError
from planner.planning.formulation.lateness import allowed_failures, orders_due
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.parcel_losses import lost_parcels
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.builder import MilpBuilder
from planner.planning.milp.solver import SolveLimits, relaxed, solve


@dataclass(frozen=True, eq=False)
class Recourse:
    """Consequences of fixed decisions in every scenario.

    Attributes
    ----------
    failed : Floats
        Failed orders as the limits on failures count them [aim, scenario]: of the deadline, then of
        each target of one's own.
    failed_share : Floats
        The same as a share of the orders due [aim, scenario].
    lost_share : Floats
        Lost parcels that the limit does not count, as a share of the orders due [scenario].
    cost : float
        Expected cost of all consequences in minor units.
    values : Floats
        Values of all columns of the model over all scenarios.
    basis : Basis | None
        Basis of the linear program of the consequences.
    """

    failed: Floats
    failed_share: Floats
    lost_share: Floats
    cost: float
    values: Floats
    basis: Basis | None = None


def evaluate_recourse(full: Model, decisions: Floats) -> Recourse:
    """Consequences of fixed decisions: least failures, then least cost, in every scenario.

    The recourse is complete: work may be left undone, parcels left behind and goods be missing, at
    the price of failed orders. So any decisions have consequences that keep every constraint.
    CrashError where the solver finds none.
    """
    milp = full.milp
    arrays = relaxed(milp.arrays())
    decided = milp.decisions()
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[decided] = upper[decided] = decisions
    row_lower, row_upper = arrays.row_lower.copy(), arrays.row_upper.copy()
    for block in milp.constraint_blocks:
        if block.name == "limit_failed":
            row_upper[block.first : block.first + block.count] = np.inf
    # rows without free columns are dropped, so that rounding cannot make them infeasible
    free = np.ones(milp.columns, dtype=bool)
    free[decided] = False
    without_free = abs(arrays.matrix) @ free == 0
    row_lower[without_free], row_upper[without_free] = -np.inf, np.inf
    price = consequence_prices(milp)
    objective = price.copy()
    objective[full.failed] += 1.0 + float(price.max(initial=0.0))
    fixed = replace(
        arrays,
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        objective=objective,
    )
    answer = solve(fixed, SolveLimits(nodes=1, relative_gap=0.0))
    if answer.values is None:
        raise CrashError(f"the solver failed to evaluate a plan on its scenarios: {answer.status}")
    failed = answer.values[full.failed]
    due = np.maximum(orders_due(full.parameters), 1e-9)
    return Recourse(
        failed=failed,
        failed_share=failed / due,
        lost_share=_lost_beyond(full, answer.values) / due[0],
        cost=float(price @ answer.values),
        values=answer.values,
        basis=answer.basis,
    )


def _lost_beyond(full: Model, values: Floats) -> Floats:
    """Lost parcels [scenario] that the limit on failures does not count."""
    lost = lost_parcels(full.parameters, full.shares)
    parcels = (values[lost.column] * lost.parcels).sum(axis=(1, 2))
    return np.asarray((1.0 - full.parameters.options.late_factor) * parcels)


def consequence_prices(milp: MilpBuilder) -> Floats:
    """Price of every column in minor units, 0 of the decisions."""
    price = np.zeros(milp.columns)
    for name in sorted(milp.prices):
        price += milp.cost(name)
    price[milp.decisions()] = 0.0
    return price


def joining(
    whole: Parameters, model: Model, answer: Answer, recourse: Recourse, *, fractional: bool
) -> list[int]:
    """Scenarios left out of the model that should join it, the worst first.

    Those that must meet the service level and do not; where there are none, those that cost more
    than the model sees.

    Parameters
    ----------
    whole : Parameters
        Parameters over all scenarios.
    model : Model
        The model of the active scenarios.
    answer : Answer
        Its solution.
    recourse : Recourse
        Consequences of that solution in every scenario.
    fractional : bool
        Whether headcounts are fractional: a scenario then joins before it is violated.

    Returns
    -------
    list[int]
        Numbers of the scenarios, at most as many as may join in one round.
    """
    options = whole.options.search.scenarios
    scenarios = range(recourse.failed.shape[-1])
    left_out = [s for s in scenarios if s not in model.parameters.active]
    early = options.early_share if fractional else 1.0
    excess = (recourse.failed_share - (allowed_failures(whole) * early)[:, None]).max(axis=0)
    found = [s for s in left_out if s in whole.all_kept and excess[s] > 1e-6]
    if not found and answer.values is not None and answer.objective is not None:
        unseen = recourse.cost - float(consequence_prices(model.milp) @ answer.values)
        worth = whole.options.proved_gap if model.small else options.worth_joining
        if unseen > worth * answer.objective:
            found = left_out
    most = options.joining_in_large if model.large else options.joining
    return sorted(found, key=lambda s: (-excess[s], s))[:most]


def expected(parameters: Parameters, recourse: Recourse) -> dict[str, float]:
    """Expected on-time share of a plan: the mean, and in the hardest scenario that must meet it."""
    on_time = 1.0 - np.minimum(recourse.failed_share[0] + recourse.lost_share, 1.0)
    kept: Ints = parameters.all_kept
    return {
        "on_time_share": round(float(parameters.all_weights @ on_time), 6),
        "on_time_share_hardest": round(float(on_time[kept].min()), 6),
    }
