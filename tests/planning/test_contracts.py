"""Which contracts are signed and what goes with them, against enumeration and against a program written anew."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from planner.planning.build import build
from planner.planning.feasibility import violations
from planner.planning.model import plan_joint
from planner.planning.setting import Setting
from planner.planning.solve import Effort, solve
from tests.planning.cases import EXACT, scenarios
from tests.planning.contract_cases import FACTORS, cost_in_loops, random_contracts
from tests.planning.contract_oracle import Oracle

WHOLE_TREE = Effort(nodes=10**6, relative_gap=1e-9)


@pytest.mark.parametrize("number", [*range(60), *(pytest.param(n, marks=pytest.mark.slow) for n in range(60, 500))])
def test_whole_regions_go_where_enumeration_sends_them(number: int) -> None:
    """With every weight class of a region given to one contract, the cost is the least over all ways to do so."""
    given, lanes = random_contracts(number)
    cells = [(r, k) for r in given.region_names for k in range(len(given.weight_bands))]
    ways = product(given.contract_names, repeat=len(cells))
    costs = (cost_in_loops(given, lanes, dict(zip(cells, names, strict=True))) for names in ways)
    best = min(cost for cost in costs if cost is not None)
    model = build(Setting(given, scenarios(given, FACTORS), lanes, EXACT, (0, 1)))
    arrays = model.program.arrays()
    whole = arrays.integer.copy()
    whole[model.shares.column] = True
    answer = solve(replace(arrays, integer=whole), WHOLE_TREE)
    assert answer.status == "optimal"
    assert answer.objective == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("number", [*range(60), *(pytest.param(n, marks=pytest.mark.slow) for n in range(60, 500))])
def test_shares_of_any_size_cost_what_another_program_finds(number: int) -> None:
    """The joint plan costs what a program of another form, solved by another library, finds; it breaks no rule."""
    given, lanes = random_contracts(number)
    plan = plan_joint(given, scenarios(given, FACTORS), lanes, options=EXACT)
    assert plan.objective == pytest.approx(Oracle(given, lanes).solve(), rel=1e-5)
    assert plan.status == "optimal"
    assert violations(given, plan) == ()
