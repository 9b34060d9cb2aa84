"""Relax-and-fix over days: integer solutions of the program, near the best, with a valid bound."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import MilpBuilder, Term
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import DecompositionOptions, RelaxAndFixOptions
from planner.planning.solution.relax_and_fix import days_of, integers_by_days
from planner.planning.solution.site_decomposition import share_slack, subproblem, with_implied
from tests.planning.builders import EXACT, random_problem, scenarios

MISSED = DecompositionOptions().missed_share
SLACK = DecompositionOptions().row_slack
LIMITS = SolveLimits(nodes=400, relative_gap=0.01)


@pytest.mark.parametrize("number", [0, 1, 3, pytest.param(2, marks=pytest.mark.slow)])
def test_it_keeps_every_rule_between_bound_and_optimum(number: int) -> None:
    """Whole numbers within all rows; no cheaper than the optimum, and the bound no higher than
    that.
    """
    given, lanes = random_problem(number)
    model = build(
        Parameters(
            problem=given, scenarios=scenarios(given), lane_costs=lanes, options=EXACT, active=(0,)
        )
    )
    arrays = model.milp.arrays()
    found = integers_by_days(arrays, days_of(model), LIMITS, RelaxAndFixOptions())
    best = solve(arrays, replace(LIMITS, nodes=20_000))
    x = found.solution
    assert np.array_equal(x[arrays.integer], np.rint(x[arrays.integer]))
    assert (arrays.matrix @ x >= arrays.row_lower - 1e-4).all()
    assert (arrays.matrix @ x <= arrays.row_upper + 1e-4).all()
    assert best.objective is not None
    assert found.objective is not None
    assert found.bound <= best.objective * (1 + 1e-9)
    assert best.bound <= found.objective <= 1.25 * best.objective


def test_where_a_step_finds_nothing_so_does_the_whole() -> None:
    """People who could only come by halves: the answer says infeasible and has no values."""
    given, lanes = random_problem(0)
    model = build(
        Parameters(
            problem=given, scenarios=scenarios(given), lane_costs=lanes, options=EXACT, active=(0,)
        )
    )
    heads = model.teams[0].head
    column = int(heads[heads >= 0][-1])
    arrays = model.milp.arrays()
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[column], upper[column] = 0.4, 0.6
    found = integers_by_days(
        replace(arrays, lower=lower, upper=upper), days_of(model), LIMITS, RelaxAndFixOptions()
    )
    assert (found.status, found.values) == ("infeasible", None)


def test_every_head_booking_and_vehicle_has_its_day() -> None:
    """A booking's day is the one it begins."""
    given, lanes = random_problem(0)
    model = build(
        Parameters(
            problem=given, scenarios=scenarios(given), lane_costs=lanes, options=EXACT, active=(0,)
        )
    )
    day = days_of(model)
    for team in model.teams:
        for place in np.argwhere(team.head >= 0):
            assert day[team.head[tuple(place)]] == place[2]
        for since, on in np.argwhere(team.books >= 0):
            assert day[team.books[since, on]] == since
    for pickups in model.pickups:
        for column, of in zip(pickups.vehicles, pickups.day, strict=True):
            assert column < 0 or day[column] == of


def test_rounding_error_on_a_shared_row_stops_no_site() -> None:
    """x + y <= 1 is missed by a ten-thousandth: y, which cannot give that back, still has a
    solution next to it.
    """
    milp = MilpBuilder()
    x = milp.variables("x", 2)
    milp.constraints("share", 1, [Term([0, 0], x)], upper=1.0)
    milp.constraints("cover", 1, [Term(0, x[1])], lower=0.4)
    milp.price("money", x, 1.0)
    arrays, values = milp.arrays(), np.array([0.6001, 0.4])
    assert solve(subproblem(arrays, values, x[1:], slack=SLACK), LIMITS).status == "infeasible"
    found = solve(
        subproblem(
            share_slack([x[:1], x[1:]], arrays, values, missed_share=MISSED),
            values,
            x[1:],
            slack=SLACK,
        ),
        LIMITS,
    )
    assert found.solution == pytest.approx([0.4], abs=1e-5)


def test_sites_that_move_at_once_do_not_use_what_is_free_twice() -> None:
    """Both want all of what is left of x + y <= 1: each gets half of it; z, alone in its row, all
    of that.
    """
    milp = MilpBuilder()
    x = milp.variables("x", 3)
    milp.constraints("share", 1, [Term([0, 0], x[:2])], upper=1.0)
    milp.constraints("own", 1, [Term(0, x[2])], upper=1.0)
    milp.price("money", x, -1.0)
    arrays, values = milp.arrays(), np.array([0.3, 0.1, 0.2])
    pieces = [x[:1], x[1:2], x[2:]]
    divided = share_slack(pieces, arrays, values, missed_share=MISSED)
    found = [
        solve(subproblem(divided, values, piece, slack=SLACK), LIMITS).solution for piece in pieces
    ]
    assert np.concatenate(found) == pytest.approx([0.6, 0.4, 1.0], abs=1e-5)


@pytest.mark.parametrize("apart", [False, True])
def test_a_row_that_was_never_kept_is_asked_in_full(apart: bool) -> None:
    """A cut wants x + y >= 2 and the relaxation, before its side was chosen, had less: of one
    piece, or of two.
    """
    milp = MilpBuilder()
    x = milp.variables("x", 2)
    milp.constraints("cut", 1, [Term([0, 0], x)], lower=2.0)
    milp.price("money", x, 1.0)
    arrays, values = milp.arrays(), np.array([0.5, 1.0])
    pieces = [x[:1], x[1:]] if apart else [x]
    divided = share_slack(pieces, arrays, values, missed_share=MISSED)
    found = [
        solve(subproblem(divided, values, piece, slack=SLACK), LIMITS).solution for piece in pieces
    ]
    assert np.concatenate(found).sum() == pytest.approx(2.0, abs=1e-5)


def test_what_follows_from_fixed_columns_is_fixed_too() -> None:
    """b = 3 a and c = b + 1 follow from a; d >= c and e + f = 2 leave their columns free."""
    milp = MilpBuilder()
    a, b, c, d, e, f = (int(milp.variables(name, (1,))[0]) for name in "abcdef")
    one = np.array([0])
    for terms, lower, upper in (
        ([(b, 1.0), (a, -3.0)], 0.0, 0.0),
        ([(c, 1.0), (b, -1.0)], 1.0, 1.0),
        ([(d, 1.0), (c, -1.0)], 0.0, np.inf),
        ([(e, 1.0), (f, 1.0)], 2.0, 2.0),
    ):
        parts = [Term(one, np.array([column]), factor) for column, factor in terms]
        milp.constraints("row", 1, parts, lower=lower, upper=upper)
    fixed = np.zeros(milp.columns, dtype=bool)
    fixed[a] = True
    assert np.flatnonzero(with_implied(milp.arrays(), fixed)).tolist() == [a, b, c]
