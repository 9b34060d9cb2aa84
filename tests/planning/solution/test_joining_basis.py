"""The basis from which a model is solved again when scenarios join it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ortools.math_opt import solution_pb2

from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from planner.planning.options import PlanningOptions
from planner.planning.solution.joining_basis import joining_basis
from planner.planning.solution.recourse import evaluate_recourse
from tests.planning.builders import random_problem, scenarios

LIMITS = SolveLimits(nodes=1, relative_gap=0.0)
BASIC = solution_pb2.BASIS_STATUS_BASIC
EVERY = (0, 1, 2, 3)
BEFORE, AFTER = (1, 3), (1, 2, 3)


def model_of(number: int, active: tuple[int, ...]) -> Model:
    given, lanes = random_problem(number)
    factors = (0.8, 1.0, 1.2, 1.3)
    whole = Parameters(
        problem=given,
        scenarios=scenarios(given, factors),
        lane_costs=lanes,
        options=PlanningOptions(),
        active=EVERY,
    )
    return build(replace(whole, active=active))


def solved(model: Model) -> Answer:
    return solve(relaxed(model.milp.arrays()), LIMITS)


def joined(number: int) -> Basis:
    """The basis for the scenarios after, from the solution before and its consequences."""
    full, before = model_of(number, EVERY), model_of(number, BEFORE)
    answer = solved(before)
    consequences = evaluate_recourse(full, answer.solution[before.milp.decisions()]).basis
    assert answer.basis is not None
    assert consequences is not None
    basis = joining_basis(full, before, answer.basis, consequences, AFTER)
    assert basis is not None
    return basis


@pytest.mark.parametrize("number", range(6))
def test_it_is_a_basis_of_the_model_with_more_scenarios(number: int) -> None:
    """It has a basic column or row for every row."""
    basis = joined(number)
    assert basis.fits(model_of(number, AFTER).milp.arrays())
    assert (basis.columns == BASIC).sum() + (basis.rows == BASIC).sum() == len(basis.rows)


@pytest.mark.parametrize("number", range(6))
def test_it_leads_to_the_optimum_of_a_fresh_start(number: int) -> None:
    """And is really used: the solver is the one that continues."""
    after = model_of(number, AFTER)
    arrays = relaxed(after.milp.arrays())
    again = solve_again(arrays, joined(number), LIMITS, primal=True)
    assert again.solver == "glop"
    assert again.objective == pytest.approx(solved(after).objective, rel=1e-6)


def test_a_basis_of_another_model_is_not_used() -> None:
    """Its size is another one: the solver starts afresh."""
    before, after = model_of(0, BEFORE), model_of(0, AFTER)
    answer = solve_again(relaxed(after.milp.arrays()), solved(before).basis, LIMITS)
    assert answer.solver == "highs"
