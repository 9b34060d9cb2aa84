"""Feedback of simulated replications to the next plan: observed speeds, and headroom."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import room_to_count_on
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import (
    EXACT,
    collections,
    courier_problem,
    lane_prices,
    problem,
    random_problem,
    scenarios,
    site,
)


def parameters(given: Problem, feedback: PlanningFeedback | None) -> Parameters:
    return Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lane_prices(given),
        options=PlanningOptions(),
        active=(0,),
        feedback=feedback,
    )


def learned(given: Problem, speed: float, **changes: float) -> PlanningFeedback:
    """The same throughput everywhere."""
    return replace(
        PlanningFeedback.none(given),
        throughput=np.full_like(PlanningFeedback.none(given).throughput, speed),
        **changes,
    )


def people(plan: Plan) -> int:
    return sum(row.headcount for row in plan.staffing)


def test_what_was_seen_replaces_what_is_assumed_hour_by_hour() -> None:
    """From 8 to 9 o'clock 0.5 was seen, from 9 to 10 0.7, from 10 to 11 nothing: their means over
    every bucket.
    """
    given = problem()
    feedback = PlanningFeedback.none(given)
    feedback.throughput[0, 0, 8:10] = 0.5, 0.7
    of = parameters(given, feedback)
    got, edges = of.efficiency(0, "pack"), of.timelines[0].edges
    hourly = np.where(
        np.isnan(feedback.throughput[0, 0]), of.options.efficiency, feedback.throughput[0, 0]
    )
    expected = [hourly[np.arange(a, b) // HOUR_S].mean() for a, b in pairwise(edges)]
    assert got == pytest.approx(expected)
    first = int(np.searchsorted(edges, 8 * HOUR_S))
    assert edges[first + 1] == 10 * HOUR_S
    assert got[first] == pytest.approx(0.6)


def test_empty_feedback_is_exactly_no_feedback() -> None:
    """Without feedback, and with empty feedback, the program is identical to the last bit."""
    given, _ = random_problem(1)
    bare, with_feedback = (
        build(parameters(given, feedback)).milp.arrays()
        for feedback in (None, PlanningFeedback.none(given))
    )
    assert (bare.matrix != with_feedback.matrix).nnz == 0
    assert np.array_equal(bare.row_upper, with_feedback.row_upper)


def test_headroom_divides_what_people_do_and_what_vehicles_take() -> None:
    given = courier_problem(
        sites=(site(collections=collections("fast", "slow", capacity_parcels=200)),)
    )
    bare, wide = (
        parameters(given, None),
        parameters(given, replace(PlanningFeedback.none(given), headroom=1.25)),
    )
    assert wide.efficiency(0, "pack") == pytest.approx(bare.efficiency(0, "pack") / 1.25)
    assert room_to_count_on(wide, 0) == pytest.approx(room_to_count_on(bare, 0) / 1.25)


def test_half_the_speed_takes_twice_the_people() -> None:
    """Apart from integer headcounts: about 9 a day, or about 17."""
    given = problem(days=3, per_hour=40.0)
    given = replace(given, crews=(replace(given.crews[0], limit=40),))
    plans = [
        plan_joint(
            given,
            scenarios(given),
            lane_prices(given),
            options=EXACT,
            feedback=learned(given, speed),
        )
        for speed in (0.8, 0.4)
    ]
    assert people(plans[1]) == pytest.approx(2 * people(plans[0]), abs=given.horizon.days)


@pytest.mark.parametrize("number", range(6))
def test_slower_people_and_more_headroom_never_cost_less(number: int) -> None:
    """By the relaxation, whose cost is exact: integer headcounts are found within a gap."""
    given, lanes = random_problem(number)
    given = replace(given, crews=tuple(replace(c, limit=60) for c in given.crews))

    def cost(feedback: PlanningFeedback | None) -> float:
        model = build(
            Parameters(
                problem=given,
                scenarios=scenarios(given, (0.8, 1.1)),
                lane_costs=lanes,
                options=EXACT,
                active=(0, 1),
                feedback=feedback,
            )
        )
        objective = solve(
            relaxed(model.milp.arrays()), SolveLimits(nodes=1, relative_gap=0.0)
        ).objective
        assert objective is not None
        return objective

    by_speed = [cost(learned(given, speed)) for speed in (0.94, 0.85, 0.7)]
    by_headroom = [cost(learned(given, 0.94, headroom=h)) for h in (1.0, 1.1, 1.3)]
    assert by_headroom[0] == by_speed[0] == pytest.approx(cost(None))
    for costs in (by_speed, by_headroom):
        assert all(more >= less * (1 - 1e-9) for less, more in pairwise(costs))
        assert costs[-1] > costs[0]
