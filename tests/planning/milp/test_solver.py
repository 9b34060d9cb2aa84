"""The solver call: truthful status, and the same answer twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pybind11_abseil.status import StatusNotOk, internal_error

from benchmarks.planning.generated_scenarios import rough_solver
from planner.errors import PlannerError
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp import solver
from planner.planning.milp.builder import MilpArrays, MilpBuilder, Term
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from tests.planning.builders import EXACT, random_problem, scenarios

LIMITS = SolveLimits(nodes=100_000, relative_gap=1e-7)


def joint_arrays(number: int, small: bool = False) -> MilpArrays:
    given, lanes = random_problem(number, small)
    return build(
        Parameters(
            problem=given,
            scenarios=scenarios(given, (0.8, 1.3)),
            lane_costs=lanes,
            options=EXACT,
            active=(0, 1),
        )
    ).milp.arrays()


def tiny(upper: float) -> MilpArrays:
    """Two whole numbers, x + y >= 2.5, x + y <= upper, at 3 and 4."""
    milp = MilpBuilder()
    x = milp.variables("x", 2, integer=True)
    milp.constraints("cover", 1, [Term([0, 0], x)], lower=2.5)
    milp.constraints("limit", 1, [Term([0, 0], x)], upper=upper)
    milp.price("money", x, [3.0, 4.0])
    return milp.arrays()


def test_an_optimum_is_called_optimal() -> None:
    """Three at 3 is the cheapest way to reach 2.5 in whole numbers."""
    answer = solve(tiny(10.0), LIMITS)
    assert (answer.status, answer.solver, answer.objective) == ("optimal", "highs", 9.0)
    assert answer.solution.tolist() == [3.0, 0.0]


def test_infeasible_has_no_values() -> None:
    """No whole number lies between 2.5 and 2.9: the answer says so and carries no zeros that look
    like a plan.
    """
    answer = solve(tiny(2.9), LIMITS)
    assert answer.status == "infeasible"
    assert answer.values is None
    with pytest.raises(RuntimeError, match="infeasible"):
        _ = answer.solution


def test_the_same_program_gives_the_same_values() -> None:
    """Two calls agree to the last bit."""
    arrays = joint_arrays(0, small=True)
    first, second = (solve(arrays, replace(LIMITS, relative_gap=0.01)) for _ in range(2))
    assert np.array_equal(first.solution, second.solution)


def split(regions: int) -> MilpArrays:
    """Shares of each region over three lanes, which add up to one; a lane opens as a whole."""
    milp = MilpBuilder()
    group = np.arange(regions)[:, None] * np.ones(3, dtype=np.int64)
    share = milp.variables("share", (regions, 3), upper=1.0, group=group)
    opened = milp.variables("opened", 3, 1.0, integer=True)
    milp.constraints("cover", regions, [Term(group, share)], lower=1.0, upper=1.0)
    for lane in range(3):
        milp.constraints(
            "link", 1, [Term(0, share[:, lane]), Term(0, opened[lane], -0.6 * regions)], upper=0.0
        )
    milp.price("money", share, np.arange(3.0))
    milp.price("fees", opened, 0.5)
    return milp.arrays()


def test_numbers_are_clean_where_they_leave_the_solver() -> None:
    """Off by the solver's tolerance in either direction, they are within their bounds, whole, and
    parts of one.
    """
    arrays = split(5)
    with rough_solver(1):
        values = solve(arrays, LIMITS).solution
    shares, opened = values[:15].reshape(5, 3), values[15:]
    assert ((values >= arrays.lower) & (values <= arrays.upper)).all()
    assert opened.tolist() == [1.0, 1.0, 0.0]
    assert shares.sum(axis=1) == pytest.approx(np.ones(5), abs=4e-16)
    assert shares.sum(axis=0) == pytest.approx([3.0, 2.0, 0.0], abs=1e-5)


def test_no_time_is_no_plan() -> None:
    """A limit that leaves no time gives no solution, and the status says that nothing is known."""
    answer = solve(joint_arrays(1), replace(LIMITS, seconds=0.0))
    assert answer.status == "unknown"
    assert answer.values is None


def test_entries_on_the_same_place_add_up() -> None:
    """A rule may mention a variable twice; negligible coefficients are dropped."""
    milp = MilpBuilder()
    x = milp.variables("x", 1)
    milp.constraints("cover", 1, [Term(0, x, 1.0), Term(0, x, 2.0), Term(0, x, 1e-9)], lower=6.0)
    milp.price("money", x, 1.0)
    assert milp.arrays().matrix.toarray().tolist() == [[3.0]]
    assert solve(milp.arrays(), LIMITS).objective == pytest.approx(2.0)


WILD = {
    "a coefficient that is none": lambda p, x: p.constraints(
        "cover_x", 1, [Term(0, x, np.nan)], lower=1.0
    ),
    "a coefficient times a bound": lambda p, x: p.constraints(
        "cover_x", 1, [Term(0, x, 1e11)], lower=1.0
    ),
    "a limit": lambda p, x: p.constraints("cover_x", 1, [Term(0, x)], lower=1e17),
    "a limit that is none": lambda p, x: p.constraints("cover_x", 1, [Term(0, x)], upper=np.nan),
    "a price": lambda p, x: p.price("wages_x", x, 1e11),
    "a price that is none": lambda p, x: p.price("wages_x", x, np.nan),
}


@pytest.mark.parametrize("what", WILD)
def test_a_number_no_solver_can_work_with_is_refused_by_name(what: str) -> None:
    """The rule or the cost it stands in is named, before any solver sees it."""
    milp = MilpBuilder()
    x = milp.variables("x", 1, upper=1e6)
    milp.constraints("cover", 1, [Term(0, x)], lower=1.0)
    milp.price("money", x, 1.0)
    milp.arrays()
    WILD[what](milp, x)
    with pytest.raises(
        PlannerError,
        match=r"the planning model's (rule cover_x|cost wages_x) has a non-finite or too large",
    ):
        milp.arrays()


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


@pytest.mark.parametrize("presolve", [True, False])
@pytest.mark.parametrize("number", range(3))
def test_interior_points_end_where_the_simplex_method_does(number: int, presolve: bool) -> None:
    """The same objective, proved, and a vertex to continue from."""
    arrays = relaxed(joint_arrays(number))
    usual = solve(arrays, LIMITS)
    answer = solve(arrays, replace(LIMITS, barrier=True, presolve=presolve))
    assert (answer.status, answer.solver) == ("optimal", "highs")
    assert answer.cost == pytest.approx(usual.cost, rel=1e-6)
    assert answer.bound == pytest.approx(answer.cost, rel=1e-6)
    assert answer.basis is not None


def test_the_second_solver_takes_over_what_interior_points_were_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SCIP, which has none, gives the answer."""
    arrays = relaxed(joint_arrays(0))
    run, asked = solver._run, []

    def failing(model: Any, which: Any, *rest: Any) -> Any:
        asked.append(which)
        if which is solver.SOLVERS[0]:
            raise StatusNotOk(internal_error("the solver fails"))
        return run(model, which, *rest)

    expected = solve(arrays, LIMITS).cost
    monkeypatch.setattr(solver, "_run", failing)
    answer = solve(arrays, replace(LIMITS, barrier=True, presolve=False))
    assert asked == list(solver.SOLVERS)
    assert (answer.solver, answer.cost) == ("gscip", pytest.approx(expected, rel=1e-6))
