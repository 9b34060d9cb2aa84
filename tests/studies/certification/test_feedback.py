"""Feedback from simulated replications, against what is known exactly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.domain.site import Process
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.feedback import (
    feedback_from,
    on_a_bad_day,
    scheduled,
    throughput,
)
from planner.studies.options.study_options import FeedbackOptions
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import a_crew, a_plan, a_problem, a_site, given

ASSUMED = 0.94
OPTIONS = FeedbackOptions()


def overwhelmed(process: Process, **changes: object) -> Problem:
    """A day on which far more orders come in the first hour than can be done, so that nobody ever
    waits.
    """
    problem = a_problem(
        sites=(a_site(process),),
        platform=PlatformRule(name="tiny", counts="label", deadline_hours=6.0),
        **changes,
    )
    return given(problem, [3000.0] + [0.0] * 23)


def simulated(problem: Problem, plan: Plan, replications: int = 6) -> list[Summary]:
    return evaluate_plans(problem, [plan], RunContext(budget=Budget(replications)), REHEARSAL)[0]


def test_people_who_never_wait_do_all_they_can() -> None:
    """36 seconds an order, one by one: a hundred an hour and person."""
    problem = overwhelmed(Process(name="pack", orders_per_hour=100.0))
    found = throughput(
        problem, a_plan(problem, people=2), simulated(problem, a_plan(problem, people=2))
    )
    assert found[0, 0, 2:23] == pytest.approx(OPTIONS.fastest)


def test_tours_with_full_batches_do_all_they_can() -> None:
    """Four orders of 36 s and a set-up of 216 s: a tour of six minutes, forty orders an hour and
    person.
    """
    problem = overwhelmed(
        Process(name="pack", orders_per_hour=100.0, batch_orders=4, batch_setup_s=216)
    )
    plan = a_plan(problem, people=1)
    assert throughput(problem, plan, simulated(problem, plan))[0, 0, 2:23] == pytest.approx(
        OPTIONS.fastest
    )


def test_stations_that_are_short_are_learned_exactly() -> None:
    """Four people and one station: a quarter of the work gets done, or the lower limit of the
    feedback.
    """
    one = overwhelmed(Process(name="pack", orders_per_hour=100.0, stations=1))
    two = overwhelmed(Process(name="pack", orders_per_hour=100.0, stations=2))
    for problem, share in ((one, 0.3), (two, 0.5)):
        found = throughput(
            problem, a_plan(problem, people=4), simulated(problem, a_plan(problem, people=4))
        )
        assert found[0, 0, 2:23] == pytest.approx(share, rel=0.02)


def test_absence_is_no_want_of_speed() -> None:
    """Planning deducts absence by itself: people present work at full speed."""
    problem = overwhelmed(Process(name="pack", orders_per_hour=100.0), crews=(a_crew(absence=0.4),))
    plan = a_plan(problem, people=5)
    assert throughput(problem, plan, simulated(problem, plan))[0, 0, 2:23] == pytest.approx(
        OPTIONS.fastest
    )


def test_slow_people_are_expected_to_be_slow() -> None:
    """Half speed on the first day of tenure is the crew's own, not something to learn."""
    problem = overwhelmed(
        Process(name="pack", orders_per_hour=100.0),
        crews=(a_crew(temporary=True, ramp=(0.5, 1.0)),),
    )
    staffing = tuple(replace(row, since_day=0) for row in a_plan(problem, people=2).staffing)
    plan = a_plan(problem, staffing=staffing)
    assert throughput(problem, plan, simulated(problem, plan))[0, 0, 2:23] == pytest.approx(
        OPTIONS.fastest, rel=0.02
    )


def test_nothing_is_learned_where_people_wait_for_orders() -> None:
    """Enough people for everything: no bucket is busy at both ends."""
    problem = given(a_problem(), [10.0] * 24)
    plan = a_plan(problem, people=5)
    assert np.isnan(throughput(problem, plan, simulated(problem, plan))).all()


def test_what_is_seen_at_some_hours_stands_for_the_others() -> None:
    """Two people on a station in one shift: the hours in which nobody works get the mean of the
    others.
    """
    problem = overwhelmed(
        Process(name="pack", orders_per_hour=100.0, stations=1),
        shifts=(Shift("day", 6 * HOUR_S, 18 * HOUR_S),),
    )
    plan = a_plan(
        problem,
        staffing=tuple(replace(r, shift="day", headcount=2) for r in a_plan(problem).staffing),
    )
    found = throughput(problem, plan, simulated(problem, plan))
    assert found == pytest.approx(np.full(found.shape, 0.5), rel=0.02)


def failing(stations: int) -> tuple[Problem, Plan, list[Summary]]:
    problem = overwhelmed(Process(name="pack", orders_per_hour=100.0, stations=stations))
    plan = a_plan(problem, people=4)
    summaries = simulated(problem, plan)
    assert not any(s.keeps(problem.service.on_time_share) for s in summaries)
    return problem, plan, summaries


def test_slowness_takes_the_place_of_headroom() -> None:
    """Half of what was assumed gets done: planned for that, the next plan is stronger than any step
    would make it.
    """
    feedback = feedback_from(*failing(stations=2), None)
    assert feedback.headroom == 1.0
    assert np.nanmax(feedback.throughput) == pytest.approx(0.5, rel=0.02)


def test_where_people_were_as_fast_as_assumed_the_next_plan_gets_headroom() -> None:
    """No replication met the service level, nothing slow: the largest step; what is assumed stays
    as it was.
    """
    problem, plan, summaries = failing(stations=10)
    feedback = feedback_from(problem, plan, summaries, None)
    assert feedback.headroom == pytest.approx(1.0 + OPTIONS.strengthening[-1])
    assert np.nanmax(feedback.throughput) <= ASSUMED + 1e-12


def test_steps_grow_and_nothing_is_forgotten() -> None:
    """From failure to failure more headroom, in larger steps; throughput never rises again; every
    plan is kept.
    """
    problem, plan, summaries = failing(stations=10)
    slow = PlanningFeedback(np.full((1, 1, 24), 0.7), 1.1, ())
    first = feedback_from(problem, plan, summaries, slow)
    second = feedback_from(problem, plan, summaries, first)
    third = feedback_from(problem, plan, summaries, second)
    assert (first.throughput <= 0.7).all()
    steps = [b.headroom / a.headroom for a, b in ((slow, first), (first, second), (second, third))]
    assert steps == sorted(steps)
    assert steps[0] > 1.0
    assert len(third.failed) == 3
    assert all(p.staffing == plan.staffing and p.objective is None for p in third.failed)


def test_where_only_stock_was_missing_the_next_plan_gets_stock_and_no_people() -> None:
    """Everybody was in time, but 3 % of the orders had no stock: less risk is left to the stock,
    and the plan does not count among those that need more of something else.
    """
    problem = given(a_problem(service=Service(0.98, 0.9)), [10.0] * 24)
    plan = a_plan(problem, people=4)
    met = simulated(problem, plan)
    assert all(s.meets(problem.service) for s in met)
    short = [replace(s, cancelled=s.orders // 30 + 1) for s in met]
    feedback = feedback_from(problem, plan, short, None)
    assert feedback.stock_risk == OPTIONS.stock_risk
    assert feedback.headroom == 1.0
    assert feedback.failed == ()
    again = feedback_from(problem, plan, [*met, *short[:1]], feedback)
    assert again.stock_risk == pytest.approx(OPTIONS.stock_risk**2)


def test_without_tours_there_is_no_set_up() -> None:
    """A set-up that is stated where orders are done one by one is counted neither in planning nor
    in the simulation.
    """
    problem = overwhelmed(Process(name="pack", orders_per_hour=100.0, batch_setup_s=600))
    plan = a_plan(problem, people=1)
    done = simulated(problem, plan)[0].hourly.done[0, 0, 2:23]
    assert done.mean() == pytest.approx(scheduled(problem, plan)[1][0, 0, 2:23].mean(), rel=0.02)


def test_few_people_may_all_stay_away_and_many_do_not() -> None:
    """Of one person who stays away on one day in five nobody is there on a bad day, of two hundred
    nine in ten of those who come on average; where nobody stays away, everybody is.
    """
    found = []
    for people, absence in ((1, 0.2), (200, 0.2), (3, 0.0)):
        problem = given(a_problem(crews=(a_crew(absence=absence),)), [1.0] * 24)
        come = on_a_bad_day(
            problem, simulated(problem, a_plan(problem, people=people), replications=40)
        )
        assert (come == come[0, 0, 0]).all()
        found.append(come[0, 0, 0])
    assert found[0] == OPTIONS.least_present
    assert 0.9 < found[1] < 1.0
    assert found[2] == 1.0


def test_a_plan_counts_on_a_bad_day_only_after_it_failed() -> None:
    """The feedback is deducted from what planning assumes, and not a second time."""
    problem = given(a_problem(crews=(a_crew(absence=0.2),)), [1.0] * 24)
    plan = a_plan(problem, people=1)
    summaries = simulated(problem, plan, replications=20)
    first = feedback_from(problem, plan, summaries, None)
    assert first.throughput == pytest.approx(np.full((1, 1, 24), OPTIONS.least_present * ASSUMED))
    assert feedback_from(problem, plan, summaries, first).throughput == pytest.approx(
        first.throughput
    )
