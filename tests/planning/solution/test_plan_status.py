"""What is claimed of a plan: optimal only where it is proved, and judged by all of its
decisions.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.planning.formulation.lateness import orders_due
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.columns_to_plan import read_plan_from
from planner.planning.solution.recourse import evaluate_recourse
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import EXACT, crew, lane_prices, problem, random_problem, scenarios


@pytest.mark.parametrize(("below", "status"), [(0.0, "optimal"), (0.0028, "feasible")])
def test_optimal_means_proved(below: float, status: str) -> None:
    """A plan that may be a quarter of a percent above the optimum is not called optimal, whatever
    its solver says of the smaller problem that it was given.
    """
    given = problem(per_hour=200.0, crews=(crew(limit=80),))
    model = build(
        Parameters(
            problem=given,
            scenarios=scenarios(given),
            lane_costs=lane_prices(given),
            options=PlanningOptions(),
            active=(0,),
        )
    )
    answer = solve(model.milp.arrays(), SolveLimits(nodes=1000, relative_gap=0.0))
    assert answer.status == "optimal"
    plan = read_plan_from(
        model, replace(answer, bound=(1 - below) * answer.bound), {}, reproducible=True
    )
    assert plan.model_gap == pytest.approx(below, abs=1e-5)
    assert plan.status == status


def test_nothing_proved_is_feasible() -> None:
    """Without a bound there is a plan, and no claim."""
    given = problem(per_hour=20.0)
    model = build(
        Parameters(
            problem=given,
            scenarios=scenarios(given),
            lane_costs=lane_prices(given),
            options=PlanningOptions(),
            active=(0,),
        )
    )
    answer = solve(model.milp.arrays(), SolveLimits(nodes=1000, relative_gap=0.0))
    plan = read_plan_from(model, replace(answer, bound=-np.inf), {}, reproducible=True)
    assert (plan.status, plan.model_bound, plan.model_gap) == ("feasible", None, None)


@pytest.mark.parametrize(
    "number", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in (0, 2, 3, 4, 5))]
)
def test_status_and_gap_agree(number: int) -> None:
    """On random problems, solved to a proof or not: optimal exactly where the gap that is written
    is closed, but for whole minor units and whole goods.
    """
    given, prices = random_problem(number)
    for options in (
        PlanningOptions(),
        PlanningOptions(relative_gap=0.1, accepted_gap=0.2, proof_work=0),
    ):
        plan = plan_joint(given, scenarios(given, (0.8, 1.0, 1.2)), prices, options=options)
        assert plan.model_gap is not None
        assert (plan.status == "optimal") == (plan.model_gap <= options.proved_gap + 1e-4)


@pytest.mark.parametrize("number", range(4))
def test_any_decisions_can_be_judged(number: int) -> None:
    """Whoever is there or not, and wherever parcels go: what cannot be done is counted as failed,
    and nothing makes the judged program infeasible.
    """
    given, prices = random_problem(number)
    whole = build(
        Parameters(
            problem=given,
            scenarios=scenarios(given, (0.8, 1.2)),
            lane_costs=prices,
            options=PlanningOptions(),
            active=(0, 1),
        )
    )
    rng, columns = np.random.default_rng(number), whole.milp.decisions()
    due = orders_due(whole.parameters)
    for most in (0, 30):
        values = rng.integers(0, most + 1, whole.milp.columns).astype(float)
        for group in (np.flatnonzero(whole.shares.region == r) for r in range(len(given.regions))):
            values[whole.shares.column[group]] = rng.dirichlet(
                np.ones(len(group)), len(given.phases)
            ).T
        outcome = evaluate_recourse(whole, values[columns])
        assert (outcome.failed >= 0).all()
        if most == 0:
            assert (outcome.failed > 0.9 * due).all()


def test_a_judged_plan_keeps_its_bookings() -> None:
    """How long agency people stay is decided before demand is known: judging a plan changes
    nobody's stay.
    """
    agent = crew(name="agency", temporary=True, limit=20, min_days=2, ramp=(0.5, 1.0))
    given = problem(days=4, per_hour=20.0, crews=(crew(limit=1), agent))
    model = build(
        Parameters(
            problem=given,
            scenarios=scenarios(given, (0.7, 1.0)),
            lane_costs=lane_prices(given),
            options=EXACT,
            active=(0, 1),
        )
    )
    answer = solve(model.milp.arrays(), SolveLimits(nodes=1000, relative_gap=0.0))
    decisions = set(model.milp.decisions().tolist())
    books = model.teams[1].books
    assert {*books[books >= 0].tolist()} <= decisions
    outcome = evaluate_recourse(model, answer.solution[model.milp.decisions()])
    assert outcome.values[books[books >= 0]] == pytest.approx(answer.solution[books[books >= 0]])
