"""Bounds of the sampled problem, and the plan that they are compared with."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from planner.domain.plan import PlanStatus
from planner.domain.problem import Problem
from planner.errors import CrashError
from planner.studies.certification import regret
from planner.studies.certification.regret import hindsight_table
from planner.studies.options.study_options import SamplingOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.steps import bounds, make_plan
from planner.studies.steps.bounds import LowerBounds, bound_of, bounded
from planner.studies.steps.sampled_paths import sampled
from tests.builders import a_plan, a_problem
from tests.planning.builders import random_problem

SAMPLING = SamplingOptions(planning_scenarios=3, sampled_paths=40)


@pytest.fixture
def small() -> Problem:
    """A small problem whose demand is random."""
    return random_problem(1, small=True)[0]


def test_a_worker_computes_the_same_bounds(small: Problem) -> None:
    """They are sent to one and back; hindsight only where it is asked for."""
    work = LowerBounds(small, SAMPLING, True)
    found = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(work))()))  # noqa: S301 - ours
    paths = sampled(small, SAMPLING)
    assert found == work() == replace(work, paths=paths)()
    assert replace(work, by_path=False)() == replace(found, by_path=None)
    weight = paths[0].weight
    assert float(weight @ np.array(found.by_path)) <= found.any_plan + 1.0


@pytest.mark.parametrize("crashing", ["hindsight", "bound_without_margins"])
def test_a_crash_costs_what_crashed_and_no_more(small: Problem, crashing: str) -> None:
    """Hindsight may crash without the bound, and the comparison with it goes on without the
    bound.
    """

    def solver(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
        if function.__name__ == crashing:
            raise CrashError("the solver crashed")
        return function(*given, **named)

    plan, context = make_plan.decide(small, "average"), RunContext()
    with (
        patch.object(bounds, "in_solver_process", solver),
        patch.object(regret, "in_solver_process", solver),
        patch.object(make_plan, "in_solver_process", solver),
    ):
        work = LowerBounds(small, SAMPLING, by_path=True)
        table = regret.hindsight_table(small, plan, context)
        if crashing == "hindsight":
            assert work().by_path is None
            assert work().any_plan > 0.0
            assert (table["hindsight_cost"] == "").all()
            assert any("hindsight" in note for note in context.notes)
        else:
            with pytest.raises(CrashError):
                work()
            assert (table["hindsight_cost"] != "").all()


def test_costs_and_hindsight_evaluate_a_plan_once(small: Problem) -> None:
    """Of the same decisions, whatever else is known of them."""
    plan, context = make_plan.decide(small, "average"), RunContext()
    with (
        patch.object(make_plan, "in_solver_process", wraps=make_plan.in_solver_process) as asked,
        patch.object(make_plan, "require_feasible", lambda _, plan: plan),
    ):
        first = make_plan.costed(small, plan, context.options.sampling)
        table = hindsight_table(small, first, context)
    assert asked.call_count == 1
    paths = sampled(small, context.options.sampling)[0]
    assert len(table) == len(paths.weight)
    ours = float(paths.weight @ table["plan_cost"].astype(float))
    assert first.objective is not None
    assert ours == pytest.approx(first.objective / 100.0, rel=1e-6)


def test_a_bound_above_the_cost_is_none() -> None:
    """Rounding aside; one that is reached makes the plan optimal."""
    assert bound_of(1000, -np.inf) is None
    assert bound_of(1000, 2000.0) is None
    assert bound_of(1000, 900.7) == 900
    problem = a_problem()
    plan = replace(a_plan(problem), objective=1000)
    assert bounded(problem, plan, 1000.0).status is PlanStatus.OPTIMAL
    assert bounded(problem, plan, 900.0).gap == pytest.approx(0.1)
