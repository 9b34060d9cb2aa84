"""Whether a plan is worth making again when the terms of a contract change.

Planning begins with the relaxation of its model and stays near it. Where the relaxation has the
same optimum after the change, planning again leads to the same plan. The prices of its rows prove
that at once where only what is not used has changed; otherwise it is seen by continuing from the
basis, in a part of the time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.dual_bound import dual_bound
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from planner.planning.options import PlanningOptions

SAME = 1e-5  # of the cost: a relaxation that saves no more has the same optimum


@dataclass(frozen=True, eq=False, kw_only=True)
class PlannedBefore:
    """The relaxation that a plan was made from, from which a changed one continues.

    Attributes
    ----------
    scenarios : ScenarioSet
        Weighted demand paths.
    options : PlanningOptions
        Margins, precision and tuned values.
    arrays : MilpArrays
        The model of the hardest scenarios.
    relaxation : Answer
        Its solution with everything fractional.
    """

    scenarios: ScenarioSet
    options: PlanningOptions
    arrays: MilpArrays
    relaxation: Answer

    @classmethod
    def of(
        cls,
        problem: Problem,
        scenarios: ScenarioSet,
        lane_costs: LaneCosts,
        options: PlanningOptions,
    ) -> PlannedBefore:
        """Solve the relaxation behind a plan.

        Parameters
        ----------
        problem : Problem
            The problem of the plan.
        scenarios : ScenarioSet
            Weighted demand paths.
        lane_costs : LaneCosts
            Expected costs of a parcel per lane, weight class and day in minor units.
        options : PlanningOptions
            Options that the plan was made with.

        Returns
        -------
        PlannedBefore
            The relaxation.
        """
        model = _model(problem, scenarios, lane_costs, options)
        arrays = model.milp.arrays()
        answer = solve(relaxed(arrays), _limits(options))
        return cls(scenarios=scenarios, options=options, arrays=arrays, relaxation=answer)

    def stays(self, problem: Problem, lane_costs: LaneCosts, unused: str | None = None) -> bool:
        """Whether the plan need not be made again for other terms of a contract.

        Parameters
        ----------
        problem : Problem
            The problem with the changed contract.
        lane_costs : LaneCosts
            Expected costs of a parcel there.
        unused : str | None
            The changed contract, where the plan does not use it (None: it does).

        Returns
        -------
        bool
            False where another plan may be cheaper, or it cannot be told.
        """
        if self.relaxation.values is None:
            return False
        model = _model(problem, self.scenarios, lane_costs, self.options)
        arrays = relaxed(model.milp.arrays())
        now = self._now(model, arrays, unused)
        if now is None:
            return False
        least = now.cost - SAME * max(abs(now.cost), 1.0)
        if now.duals is not None and dual_bound(arrays, now.duals) >= least:
            return True
        again = solve_again(arrays, now.basis, _limits(self.options), primal=True)
        return again.values is not None and again.bound >= least

    def _now(self, model: Model, arrays: MilpArrays, unused: str | None) -> Answer | None:
        """The present solution at its cost in a changed model; None if that is not known.

        In a model with other columns or rows, that of the solution without the unused contract.
        """
        values = self.relaxation.solution
        if arrays.matrix.shape == self.arrays.matrix.shape and _feasible(arrays, values):
            return replace(self.relaxation, objective=float(arrays.objective @ values))
        if unused is None:
            return None
        without = solve(_without(model, arrays, unused), _limits(self.options))
        return None if without.values is None else without


def _without(model: Model, arrays: MilpArrays, contract: str) -> MilpArrays:
    """The model in which a contract is not signed and carries nothing."""
    number = model.parameters.problem.contract_names.index(contract)
    columns = np.append(
        model.shares.column[model.shares.contract == number].ravel(), model.signed[number]
    )
    upper = arrays.upper.copy()
    upper[columns[columns >= 0]] = 0.0
    return replace(arrays, upper=upper)


def _model(
    problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts, options: PlanningOptions
) -> Model:
    """The model of the hardest scenarios."""
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options,
        active=tuple(range(len(scenarios.weight))),
    )
    return build(replace(whole, active=hardest(whole)))


def _limits(options: PlanningOptions) -> SolveLimits:
    """Limits of a linear program, which has no nodes."""
    return SolveLimits(nodes=1, relative_gap=options.relative_gap)


def _feasible(arrays: MilpArrays, values: Floats) -> bool:
    """Whether a solution keeps the limits of a changed model, but for rounding errors."""
    used = arrays.matrix @ values
    missed = [
        (arrays.row_lower - used) / np.maximum(abs(used), 1.0),
        (used - arrays.row_upper) / np.maximum(abs(used), 1.0),
        (arrays.lower - values) / np.maximum(abs(values), 1.0),
        (values - arrays.upper) / np.maximum(abs(values), 1.0),
    ]
    return max(float(part.max(initial=-np.inf)) for part in missed) <= SAME
