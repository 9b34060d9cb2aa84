"""The late share of a log: of orders that are scored, by a rule that is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.domain.events import Event
from planner.domain.horizon import HOUR_S
from planner.domain.past_orders import NO_DEADLINE, PastOrders
from planner.domain.platform import ForceMajeure, OwnDeadline, PlatformPart, PlatformRule
from planner.domain.problem import Problem
from planner.studies.backtest.replay_log import PastPromotion
from planner.studies.backtest.replay_outcome import outcome_of
from tests.builders import a_problem
from tests.forecasting.builders import history

RULE = PlatformRule(name="label", counts="label", deadline_hours=24.0)
ORDERED_H = np.array([1, 2, 30, 31])


def a_past(problem: Problem, **changes: Any) -> PastPromotion:
    """Four orders, each packed 30 hours after it came, and due after 24 or after 40."""
    n = len(ORDERED_H)
    due = np.array([NO_DEADLINE, 42, NO_DEADLINE, 71])
    stated = np.where(due == NO_DEADLINE, due, due * HOUR_S)
    orders = PastOrders(
        second=ORDERED_H * HOUR_S,
        region=np.zeros(n, dtype=np.int64),
        product=np.zeros(n, dtype=np.int64),
        weight_g=np.zeros(n, dtype=np.int64),
        deadline_s=stated,
        until_s=problem.horizon.end_s,
    )
    made = PastPromotion(
        orders=orders,
        moments={"packed_at": (ORDERED_H + 30) * HOUR_S},
        site=np.full(n, -1),
        contract=np.full(n, -1),
        has_deadlines=True,
        history=history(np.full(7, 24.0), problem.horizon.start),
    )
    return replace(made, **changes)


def test_orders_that_are_not_scored_are_not_late() -> None:
    """Those of the second day are exempt, as they are in the simulation."""
    problem = a_problem(days=4, platform=RULE)
    usual = outcome_of(problem, a_past(problem))
    assert (usual.late, usual.due) == (2, 4)
    day = problem.horizon.date_of(1)
    rule = replace(RULE, force_majeure=(ForceMajeure(day, day),))
    outcome = outcome_of(replace(problem, platform=rule), a_past(problem))
    assert (outcome.late, outcome.due) == (0, 0)
    later = problem.horizon.date_of(2)
    rule = replace(RULE, force_majeure=(ForceMajeure(later, later),))
    outcome = outcome_of(replace(problem, platform=rule), a_past(problem))
    assert (outcome.late, outcome.due) == (1, 2)


def test_of_several_platforms_only_stated_deadlines_are_judged() -> None:
    """Of one clock; where clocks differ, nobody knows which order is late."""
    problem = a_problem(days=4, platform=RULE)
    same = PlatformPart(rule=replace(RULE, name="other", deadline_hours=72.0), share=0.5)
    both = replace(problem, other_platforms=(same,))
    outcome = outcome_of(both, a_past(problem))
    assert (outcome.late, outcome.due) == (0, 2)
    unknown = outcome_of(both, a_past(problem, has_deadlines=False))
    assert unknown.late_share is None
    assert "which platform" in unknown.notes[0]
    scans = replace(same, rule=replace(same.rule, counts="first_scan"))
    assert outcome_of(replace(problem, other_platforms=(scans,)), a_past(problem)).due == 0


def test_a_presale_that_the_log_does_not_tell_apart_is_named() -> None:
    """Its orders are judged by the platform's deadline, and the reader is told."""
    event = Event(name="presale", at_s=0, median=1, p95=1, ramp_s=0, half_life_s=3600)
    event = replace(event, deadline=OwnDeadline(hours=240.0))
    problem = a_problem(days=4, platform=RULE)
    problem = replace(problem, demand=replace(problem.demand, events=(event,)))
    assert not any("presale" in note for note in outcome_of(problem, a_past(problem)).notes)
    notes = outcome_of(problem, a_past(problem, has_deadlines=False)).notes
    assert any(note.startswith("presale: has a deadline of its own") for note in notes)
