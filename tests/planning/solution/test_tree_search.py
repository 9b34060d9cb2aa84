"""The tree search: what is known is kept where nothing is cheaper by more than the gap."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import numpy as np
import pytest

from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.answer import Answer
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution import tree_search
from planner.planning.solution.tree_search import best_of_tree, cheaper_than
from tests.planning.builders import EXACT, random_problem, scenarios

LIMITS = SolveLimits(nodes=100_000, relative_gap=1e-3)
EVERY_TREE = replace(EXACT, proof_work=0, accepted_gap=0.0)


def a_model(number: int, options: PlanningOptions = EVERY_TREE) -> Model:
    """The joint model of two scenarios."""
    given, lanes = random_problem(number)
    return build(
        Parameters(
            problem=given,
            scenarios=scenarios(given, (0.8, 1.3)),
            lane_costs=lanes,
            options=options,
            active=(0, 1),
        )
    )


def known(model: Model, gap: float) -> tuple[Answer, float]:
    """A solution within a gap of the optimum, and the bound of the relaxation."""
    arrays = model.milp.arrays()
    limits = replace(LIMITS, relative_gap=gap)
    return solve(arrays, limits), solve(relaxed(arrays), limits).bound


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("gap", [1e-7, 0.2])
def test_it_ends_within_the_gap_of_the_optimum(number: int, gap: float) -> None:
    """From the optimum itself and from a poor solution, with a bound below the optimum."""
    model = a_model(number)
    arrays = model.milp.arrays()
    least = solve(arrays, replace(LIMITS, relative_gap=1e-7)).cost
    found, bound = known(model, gap)
    best = best_of_tree(model, arrays, found, bound, LIMITS)
    assert least * (1 - 1e-6) <= best.cost <= least * (1 + LIMITS.relative_gap + 1e-6)
    assert bound <= best.bound <= least * (1 + 1e-6)
    assert best.gap_to(best.bound) <= LIMITS.relative_gap + 1e-6


def test_the_optimum_is_not_searched_for_again() -> None:
    """What is left of the tree has no solution, and the one that is known is the answer."""
    model = a_model(2)
    arrays, (found, bound) = model.milp.arrays(), known(model, 1e-7)
    with patch.object(tree_search, "solve", wraps=solve) as solved:
        best = best_of_tree(model, arrays, found, bound, LIMITS)
    (left, _), _ = solved.call_args
    assert left.matrix.shape[0] == arrays.matrix.shape[0] + 1
    assert best.values is found.values
    assert best.bound == pytest.approx(found.cost * (1 - LIMITS.relative_gap))


def test_without_a_solution_the_whole_tree_is_searched() -> None:
    """And a model that has none is infeasible."""
    model = a_model(1)
    arrays = model.milp.arrays()
    none = Answer(status="unknown", solver="highs", values=None, objective=None, bound=-np.inf)
    best = best_of_tree(model, arrays, none, -np.inf, LIMITS)
    assert best.cost <= solve(arrays, LIMITS).cost * (1 + LIMITS.relative_gap)
    nothing = replace(arrays, upper=np.zeros_like(arrays.upper))
    assert best_of_tree(model, nothing, none, -np.inf, LIMITS).status == "infeasible"


@pytest.mark.parametrize("factor", [1.0, 1e-6, 1e6])
def test_only_cheaper_solutions_are_left_in_any_currency(factor: float) -> None:
    """A little below the optimum nothing is left, a little above it the optimum."""
    arrays = a_model(3).milp.arrays()
    arrays = replace(arrays, objective=arrays.objective * factor)
    exactly = replace(LIMITS, relative_gap=1e-7)
    least = solve(arrays, exactly).cost
    assert solve(cheaper_than(arrays, least * 0.999), exactly).status == "infeasible"
    again = solve(cheaper_than(arrays, least * 1.001), exactly)
    assert again.cost == pytest.approx(least, rel=1e-6)
