"""HiGHS of OR-Tools, SCIP of OR-Tools and HiGHS of SciPy, on the same generated programs: one
optimum.

SciPy gets the program without our scaling, the others as the planner solves it. 10 programs by
default, 1,000 if asked.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.messages import model_message
from planner.planning.milp.solver import (
    SOLVERS,
    SolveLimits,
    _parameters,
    _run,
    relaxed,
    scaled,
    solve,
)
from tests.planning.milp.test_solver import joint_arrays

EXACTLY = SolveLimits(nodes=1_000_000, relative_gap=1e-7)
CLOSELY = replace(
    EXACTLY, relative_gap=1e-3
)  # each is within a thousandth of the optimum: two of them within two
BLOCK = 10
BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.slow) for block in range(1, 100))]


def by_scip(arrays: MilpArrays, limits: SolveLimits) -> Answer:
    milp, factor = scaled(arrays)
    answer = _run(model_message(milp), SOLVERS[1], _parameters(limits))
    assert answer.objective is not None
    return replace(answer, objective=answer.objective / factor)


def by_scipy(arrays: MilpArrays, limits: SolveLimits) -> float:
    found = milp(
        arrays.objective,
        integrality=arrays.integer.astype(int),
        bounds=Bounds(arrays.lower, arrays.upper),
        constraints=LinearConstraint(arrays.matrix, arrays.row_lower, arrays.row_upper),
        options={"mip_rel_gap": limits.relative_gap},
    )
    return float(found.fun)


def disagreements(
    arrays: MilpArrays, limits: SolveLimits, tolerance: float
) -> list[tuple[str, float, float]]:
    """(solver, its optimum, ours) of every other solver whose optimum is not ours."""
    ours, scip = solve(arrays, limits), by_scip(arrays, limits)
    assert (ours.status, ours.solver, scip.status, scip.solver) == (
        "optimal",
        "highs",
        "optimal",
        "gscip",
    )
    found = {"scip": scip.objective, "scipy": by_scipy(arrays, limits)}
    return [
        (name, o, ours.objective)
        for name, o in found.items()
        if o != pytest.approx(ours.objective, rel=tolerance)
    ]


@pytest.mark.parametrize("block", BLOCKS)
def test_three_solvers_find_one_optimum(block: int) -> None:
    """Fractional headcounts agree to the last digits, integer headcounts within the gap that each
    may leave.
    """
    numbers = range(block * BLOCK, (block + 1) * BLOCK)
    wrong = {
        (number, kind): found
        for number in numbers
        for kind, arrays, limits, tolerance in (
            ("fractions", relaxed(joint_arrays(number)), EXACTLY, 1e-6),
            ("whole", joint_arrays(number, small=True), CLOSELY, 2e-3),
        )
        if (found := disagreements(arrays, limits, tolerance))
    }
    print(f"{len(numbers)} programs, {len(wrong)} disagreements")
    assert not wrong
