"""Prices of rows bound the cost of a linear program."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.planning.milp.dual_bound import dual_bound
from planner.planning.milp.solver import relaxed, solve
from tests.planning.milp.test_solver import LIMITS, joint_arrays, tiny


@pytest.mark.parametrize("number", range(5))
def test_prices_of_rows_bound_the_cost_from_below(number: int) -> None:
    """Whatever they are; those of an optimum are its cost, and bound that of other prices too."""
    rng = np.random.default_rng(number)
    arrays = relaxed(joint_arrays(number))
    most = np.minimum(arrays.upper, 2.0 * solve(arrays, LIMITS).solution + 1.0)
    arrays = replace(arrays, upper=most)  # every column has a limit: no bound is endless
    found = solve(arrays, LIMITS)
    assert found.duals is not None
    assert dual_bound(arrays, found.duals) == pytest.approx(found.cost, rel=1e-6)
    others = found.duals * rng.uniform(0.5, 1.5, len(found.duals))
    assert -np.inf < dual_bound(arrays, others) < found.cost
    unused = found.solution <= 1e-9
    raised = np.where(unused, arrays.objective + 1.0, arrays.objective)
    assert dual_bound(replace(arrays, objective=raised), found.duals) == pytest.approx(found.cost)
    cheaper = replace(arrays, objective=arrays.objective * rng.uniform(0.9, 1.0))
    least = solve(cheaper, LIMITS).cost
    assert -np.inf < dual_bound(cheaper, found.duals) <= least * (1.0 + 1e-7)


def test_an_integer_program_has_no_prices() -> None:
    """And a column without a limit that lowers the cost has no bound."""
    arrays = tiny(10.0)
    assert solve(arrays, LIMITS).duals is None
    endless = replace(relaxed(arrays), objective=np.array([-1.0, 4.0]), upper=np.full(2, np.inf))
    assert dual_bound(endless, np.zeros(2)) == -np.inf
