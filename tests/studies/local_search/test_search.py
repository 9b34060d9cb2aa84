"""Search by simulation: the same plan each time, within its budget, never worse than what it
started from.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.costs import simulated_costs
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.planning.heuristics.cheapest_carrier import lanes_by_cell
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_peak, sketch_peak
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.local_search.neighbourhood import Neighbourhood
from planner.studies.local_search.search import Panel, PanelResult, missing_orders, search_plan
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from tests.planning.builders import collections, courier_problem, crew, lane_prices, site
from tests.studies.recording_listener import RecordingListener

BUDGET = 120


def shop() -> Problem:
    """Two regions, two contracts, two shifts, an evening of unknown size, and extra vehicles."""
    event = Event(
        name="live",
        at_s=20 * HOUR_S,
        median=150.0,
        p95=300.0,
        ramp_s=HOUR_S,
        half_life_s=2 * HOUR_S,
    )
    demand = Demand(
        events=(event,),
        region_share=np.array([0.6, 0.4]),
        product_share=np.ones(1),
        baseline=Baseline(np.full(72, 8.0)),
    )
    vehicles = collections(
        "fast", "slow", capacity_parcels=100, extra_cost_minor=2_000, max_extra=2
    )
    return replace(
        courier_problem(demand=demand),
        sites=(site(collections=vehicles),),
        crews=(crew(limit=6), crew(name="agency", temporary=True, limit=9, min_days=2)),
    )


def missing(problem: Problem, summaries: list[Summary]) -> float:
    """Orders beyond those that may fail, over all replications."""
    share = DEFAULT.local_search.allowed_failures * (1 - problem.service.on_time_share)
    return sum(max(s.failed - share * (s.orders + s.cancelled), 0.0) for s in summaries)


def judged(problem: Problem, plan: Plan, panel: int) -> tuple[float, float]:
    """The objective that the search states, computed again from the summaries."""
    summaries = [Evaluation(problem, (plan,), stream_set=REHEARSAL)(k)[0] for k in range(panel)]
    cost = sum(simulated_costs(problem, plan, summaries).values())
    return missing(problem, summaries), float(np.mean(cost))


def test_better_than_its_start_legal_and_within_the_budget() -> None:
    """On the six replications of the panel neither the average nor the peak is as good."""
    problem = shop()
    lanes, heard = lane_prices(problem), RecordingListener()
    context = RunContext(listener=heard)
    plan = search_plan(problem, lanes, BUDGET, context)
    assert (plan.method, plan.status) == ("search", "best found")
    assert violations(problem, plan) == ()
    assert len(heard.steps) <= BUDGET
    starts = [
        judged(problem, rule(problem, lanes), BUDGET // 20) for rule in (plan_average, plan_peak)
    ]
    assert judged(problem, plan, BUDGET // 20) < min(starts)


def test_the_same_plan_for_any_number_of_jobs() -> None:
    """Chance has a stream of its own, and two threads change nothing."""
    problem = shop()
    found = [
        search_plan(
            problem, lane_prices(problem), 60, RunContext(budget=Budget(1), executor=Executor(jobs))
        )
        for jobs in (1, 2)
    ]
    assert len({repr(plan) for plan in found}) == 1
    other = replace(problem, seed=problem.seed + 1)
    assert repr(search_plan(other, lane_prices(other), 60, RunContext())) != repr(found[0])


@pytest.mark.parametrize("budget", [1, 2, 3, 21])
def test_the_smallest_budgets_are_respected(budget: int) -> None:
    """One replication judges the average; with nothing left the search says what it has."""
    heard = RecordingListener()
    context = RunContext(listener=heard)
    plan = search_plan(shop(), lane_prices(shop()), budget, context)
    assert plan.staffing
    assert len(heard.steps) <= budget


def test_without_a_replication_there_is_no_search() -> None:
    with pytest.raises(ValueError, match="at least one"):
        search_plan(shop(), lane_prices(shop()), 0, RunContext())


def test_a_missed_service_level_outweighs_any_saving() -> None:
    """One order missing outweighs everything; replications that may miss are left out, the worst
    first.
    """
    problem = shop()
    panel = Panel(
        problem, 20, PilotRuns(problem, [PilotRun(REHEARSAL, 0)], Executor()), RunContext()
    )
    base = panel.first(sketch_peak(problem, lane_prices(problem)))
    free_but_short = PanelResult(base.decisions, base.plan, np.array([1.0]), np.array([0.0]), 0)
    expensive = PanelResult(base.decisions, base.plan, np.array([0.0]), np.array([1e12]), 0)
    assert expensive.score < free_but_short.score
    assert missing_orders(np.array([5.0, 0.0, 9.0]), 1) == 5.0
    assert missing_orders(np.array([5.0]), 2) == 0.0


def test_every_kind_of_change_happens_and_stays_possible() -> None:
    """A thousand changes in a row: people never below nobody, vehicles within those available,
    shares as before.
    """
    problem = shop()
    lanes = lane_prices(problem)
    moves = Neighbourhood(problem, lanes_by_cell(problem, lanes), np.random.default_rng(3))
    first = sketch = sketch_peak(problem, lanes)
    for number in range(1_000):
        sketch = moves.changed(sketch, fewer=number % 2 == 0)
        assert min(needed.min() for needed in sketch.needed) >= 0
        assert all(0 < e.vehicles <= 2 for e in sketch.extra)
    assert len(sketch.routing) == len(first.routing)
    assert {row.contract for row in sketch.routing} == {"fast", "slow"}
    assert sketch.extra
    assert sketch.stock != first.stock
    assert any((a != b).any() for a, b in zip(sketch.needed, first.needed, strict=True))
