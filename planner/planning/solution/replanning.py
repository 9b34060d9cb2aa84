"""Whether a plan is worth making again when the terms of a contract change.

Planning begins with the relaxation of its model and stays near it. Where the relaxation has the
same optimum after the change, planning again leads to the same plan; that is seen by continuing
from the basis, in a part of the time. A contract that is not used changes nothing either where the
relaxation that signs it as a whole costs no less: fractions of its signature promise what no plan
holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import Answer, SolveLimits, relaxed, solve, solve_again
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
    active : tuple[int, ...]
        The hardest scenarios, which its model is of.
    arrays : MilpArrays
        That model.
    relaxation : Answer
        Its solution with everything fractional.
    used : frozenset[str]
        Contracts that the solution signs, or gives parcels to.
    """

    scenarios: ScenarioSet
    options: PlanningOptions
    active: tuple[int, ...]
    arrays: MilpArrays
    relaxation: Answer
    used: frozenset[str]

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
        return cls(
            scenarios=scenarios,
            options=options,
            active=model.parameters.active,
            arrays=arrays,
            relaxation=answer,
            used=_used(model, answer),
        )

    def stays(self, problem: Problem, lane_costs: LaneCosts, contract: str) -> bool:
        """Whether the plan need not be made again for other terms of a contract.

        Parameters
        ----------
        problem : Problem
            The problem with the changed contract.
        lane_costs : LaneCosts
            Expected costs of a parcel there.
        contract : str
            The contract that is changed.

        Returns
        -------
        bool
            False where another plan may be cheaper, or it cannot be told.
        """
        if self.relaxation.values is None or self.relaxation.basis is None:
            return False
        model = _model(problem, self.scenarios, lane_costs, self.options)
        arrays = relaxed(model.milp.arrays())
        now = self._cost_in(model, arrays, contract)
        if now is None:
            return False
        least = now - SAME * max(abs(now), 1.0)
        limits = _limits(self.options)
        again = solve_again(arrays, self.relaxation.basis, limits, primal=True)
        if again.bound >= least:
            return True
        signed = model.signed[problem.contract_names.index(contract)]
        if signed < 0 or contract in self.used:
            return False
        lower = arrays.lower.copy()
        lower[signed] = 1.0
        as_a_whole = solve_again(replace(arrays, lower=lower), again.basis, limits)
        return as_a_whole.bound >= least

    def _cost_in(self, model: Model, arrays: MilpArrays, contract: str) -> float | None:
        """Cost of the relaxation's solution in a changed model; None where it cannot be told.

        In a model with other columns or rows, it is as before where the contract is not used.
        """
        values = self.relaxation.solution
        if arrays.matrix.shape == self.arrays.matrix.shape and _feasible(arrays, values):
            return float(arrays.objective @ values)
        same_scenarios = model.parameters.active == self.active
        return self.relaxation.cost if same_scenarios and contract not in self.used else None


def _used(model: Model, answer: Answer) -> frozenset[str]:
    """Contracts that a solution signs, or gives parcels to."""
    names = model.parameters.problem.contract_names
    if answer.values is None:
        return frozenset(names)
    used = set()
    for number, name in enumerate(names):
        columns = model.shares.column[model.shares.contract == number].ravel()
        columns = np.append(columns, model.signed[number : number + 1])
        if answer.values[columns[columns >= 0]].max(initial=0.0) > SAME:
            used.add(name)
    return frozenset(used)


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
