"""Which scenarios may miss the aim: never more of their weight than the risk taken."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.demand_scenarios import ScenarioSet
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem, Service
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.formulation.parameters import kept_scenarios
from planner.planning.options import PlanningOptions
from tests.planning.builders import problem, scenarios


def let_go(given: Problem, of: ScenarioSet, risk_factor: float = 0.1) -> list[int]:
    """Scenarios that may miss the aim."""
    kept = kept_scenarios(given, of, PlanningOptions(risk_factor=risk_factor))
    return sorted({*range(len(of.weight))} - {*kept.tolist()})


def equally_likely(given: Problem, count: int) -> ScenarioSet:
    """Paths as a user gives them: the hardest is at the very top of the stress scale."""
    return replace(
        scenarios(given, tuple(np.arange(1.0, count + 1))),
        stress_level=np.arange(1, count + 1) / count,
    )


@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_of_a_few_given_paths_all_are_kept(count: int) -> None:
    """The hardest of three equally likely paths is a third of what may happen, not half a
    percent.
    """
    given = problem()
    assert let_go(given, equally_likely(given, count)) == []


@pytest.mark.parametrize(("confidence", "dropped"), [(0.95, [11]), (0.90, [10, 11]), (0.99, [])])
def test_of_sampled_demand_the_last_strata_are_let_go(
    confidence: float, dropped: list[int]
) -> None:
    """Twelve scenarios: half a percent at a confidence of 95 %, one percent at 90 %, none at 99
    %.
    """
    base = problem()
    event = Event(
        name="live", at_s=20 * HOUR_S, median=200.0, p95=600.0, ramp_s=HOUR_S, half_life_s=HOUR_S
    )
    given = replace(
        base, demand=replace(base.demand, events=(event,)), service=Service(0.98, confidence)
    )
    of = sample_scenarios(given, 1, 12)
    assert let_go(given, of) == dropped
    assert of.weight[dropped].sum() <= 0.1 * (1 - confidence) + 1e-9


def test_the_weight_let_go_never_exceeds_the_risk() -> None:
    """Whatever the weights and the order of the scenarios: only from the top, and only within the
    risk.
    """
    given, rng = problem(service=Service(0.98, 0.8)), np.random.default_rng(5)
    base = scenarios(given, (1.0,) * 8)
    for _ in range(200):
        of = replace(base, weight=rng.dirichlet(np.ones(8)), stress_level=rng.permutation(8) / 8)
        dropped = let_go(given, of, risk_factor=1.0)
        by_stress = np.argsort(-of.stress_level)
        assert sorted(by_stress[: len(dropped)].tolist()) == dropped
        assert of.weight[dropped].sum() <= 0.2 + 1e-9
        assert of.weight[dropped].sum() + of.weight[by_stress[len(dropped)]] > 0.2
