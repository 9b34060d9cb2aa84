"""The simplex method that continues: where a fresh start ends, whatever was solved before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.simplex import Simplex, solve_again
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from tests.planning.milp.test_solver import LIMITS, joint_arrays, tiny


@pytest.mark.parametrize("number", range(5))
def test_going_on_from_a_basis_ends_where_a_fresh_start_does(number: int) -> None:
    """After bounds have changed: whole numbers held where a plan has them."""
    whole = joint_arrays(number)
    arrays, plan = relaxed(whole), solve(whole, SolveLimits(nodes=100, relative_gap=0.1)).solution
    held = [np.where(whole.integer, plan, bound) for bound in (arrays.lower, arrays.upper)]
    changed = replace(arrays, lower=held[0], upper=held[1])
    again = solve_again(changed, solve(arrays, LIMITS).basis, LIMITS)
    fresh = solve(changed, LIMITS)
    assert again.solver == "glop"
    assert (again.status, again.objective) == (
        fresh.status,
        pytest.approx(fresh.objective, rel=1e-7),
    )


def test_without_a_basis_it_starts_afresh() -> None:
    """The answer to a program with whole numbers has none."""
    arrays = tiny(10.0)
    assert solve_again(arrays, solve(arrays, LIMITS).basis, LIMITS).solver == "highs"


def test_going_on_from_what_nothing_leads_on_from_starts_afresh() -> None:
    """Changed bounds that no solution keeps: the status is that of a fresh start."""
    arrays = relaxed(tiny(10.0))
    changed = replace(arrays, upper=np.zeros(2))
    answer = solve_again(changed, solve(arrays, LIMITS).basis, LIMITS)
    assert (answer.status, answer.values) == ("infeasible", None)


def programs(arrays: MilpArrays) -> list[MilpArrays]:
    """Programs that differ from one in limits of columns or of rows; the second has no solution."""
    sites = np.flatnonzero(arrays.objective > 0)
    found = [arrays, replace(arrays, upper=np.zeros_like(arrays.upper))]
    for share in (0.5, 0.9):
        upper = arrays.upper.copy()
        upper[sites[::3]] *= share
        found.append(replace(arrays, upper=upper))
    rows = arrays.row_lower.copy()
    rows[rows > 0] *= 0.5
    return [*found, replace(arrays, row_lower=rows), arrays]


@pytest.mark.parametrize("number", range(5))
def test_one_after_another_they_end_where_fresh_starts_do(number: int) -> None:
    """Also after one without a solution, and back at the first one."""
    arrays = relaxed(joint_arrays(number))
    simplex, basis = Simplex(), solve(arrays, LIMITS).basis
    for program in programs(arrays):
        answer, fresh = simplex.solve(program, basis, LIMITS), solve(program, LIMITS)
        assert (answer.status, answer.solver) == (fresh.status, "glop")
        if fresh.objective is not None:
            assert answer.objective == pytest.approx(fresh.objective, rel=1e-7)
            assert answer.bound == pytest.approx(fresh.objective, rel=1e-7)


def test_a_program_with_other_prices_is_loaded_anew() -> None:
    """What the solver holds is not taken for another program."""
    arrays = relaxed(tiny(10.0))
    simplex, basis = Simplex(), solve(arrays, LIMITS).basis
    assert simplex.solve(arrays, basis, LIMITS).objective == pytest.approx(7.5)
    other = replace(arrays, objective=np.array([8.0, 4.0]))
    assert simplex.solve(other, basis, LIMITS, primal=True).objective == pytest.approx(10.0)
    assert simplex.solve(arrays, basis, LIMITS).objective == pytest.approx(7.5)
