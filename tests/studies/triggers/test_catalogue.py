"""What can be done at a checkpoint: within the notice, and at its last chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem
from planner.errors import InputError
from planner.studies.triggers.catalogue import AHEAD_S, require_means, steps_at
from planner.studies.triggers.checkpoints import asked_checkpoints, measures_at
from planner.studies.triggers.naive import everybody
from tests.domain.test_triggers import AGENCY, OWN, a_hall

PICKUP_NOTICE_S = 2 * HOUR_S


def a_given_hall(**changes: object) -> Problem:
    """As `a_hall`, before the people on call are a crew."""
    return replace(a_hall(), crews=(OWN, AGENCY), **changes)


def begins(problem: Problem, row: object) -> int:
    return row.day * DAY_S + problem.shift(row.shift).start_s


@settings(max_examples=50, deadline=None)
@given(at=st.integers(1, 47), later=st.integers(1, 20), notice=st.integers(0, 20))
def test_nobody_is_called_without_notice_or_before_the_last_chance(
    at: int, later: int, notice: int
) -> None:
    """Each step can still be taken at its checkpoint, and no more at the next one."""
    terms = replace(AGENCY.on_call, notice_hours=notice)
    problem = a_given_hall()
    problem = replace(problem, crews=(OWN, replace(AGENCY, on_call=terms)))
    at_s, next_s = at * HOUR_S, (at + later) * HOUR_S
    for step in steps_at(problem, at_s, next_s, PICKUP_NOTICE_S):
        for row in step.people:
            assert at_s + notice * HOUR_S <= begins(problem, row) < next_s + notice * HOUR_S
        for vehicle in step.vehicles:
            comes = vehicle.day * DAY_S + vehicle.at_s
            assert at_s + PICKUP_NOTICE_S <= comes < next_s + PICKUP_NOTICE_S
    for row in everybody(problem, at_s).people:
        assert begins(problem, row) >= at_s + notice * HOUR_S


def test_steps_of_checkpoints_are_each_decided_once() -> None:
    """Over all checkpoints no step comes twice, and together they are those of the first alone."""
    problem = a_given_hall()
    checkpoints = [2 * HOUR_S, 7 * HOUR_S, 20 * HOUR_S, 30 * HOUR_S]
    nexts = [*checkpoints[1:], checkpoints[0] + AHEAD_S]
    apart = [
        step
        for at_s, next_s in zip(checkpoints, nexts, strict=True)
        for step in steps_at(problem, at_s, next_s, PICKUP_NOTICE_S)
    ]
    together = steps_at(problem, checkpoints[0], None, PICKUP_NOTICE_S)
    assert len(set(apart)) == len(apart)
    assert set(apart) == set(together)
    assert together


def test_a_scenario_in_which_nothing_can_be_done_says_what_to_add() -> None:
    problem = a_given_hall()
    site = replace(problem.sites[0], collections=())
    nothing = replace(problem, crews=(OWN,), sites=(site,), contracts=())
    with pytest.raises(InputError, match="add on_call"):
        require_means(nothing)
    require_means(replace(nothing, crews=(OWN, AGENCY)))
    assert steps_at(replace(nothing, crews=(OWN, AGENCY)), HOUR_S, None, 0)


def an_event(at_s: int) -> Event:
    return Event(name=f"at {at_s}", at_s=at_s, median=10, p95=20, ramp_s=60, half_life_s=3600)


def test_checkpoints_lie_around_the_events() -> None:
    """An hour before, one and three hours after, at half hours, within the promotion."""
    problem = a_given_hall()
    events = (an_event(20 * HOUR_S + 20 * 60), an_event(46 * HOUR_S))
    problem = replace(problem, demand=replace(problem.demand, events=events))
    hours = [at / HOUR_S for at in asked_checkpoints(problem, ())]
    assert hours == [19.5, 21.5, 23.5, 45, 47]
    orders, waiting = measures_at(problem, 22 * HOUR_S)
    assert (orders.kind, orders.since_s) == ("orders", events[0].at_s)
    assert (waiting.kind, waiting.site) == ("waiting", "")
    assert measures_at(problem, 19 * HOUR_S)[0].since_s == 0
    assert measures_at(problem, DAY_S)[0].since_s == events[0].at_s


@pytest.mark.parametrize(
    ("moments", "words"),
    [
        ((), "no event around which"),
        (("soon",), 'such as 2026-11-09T21:00, got "soon"'),
        (("2026-11-12T20:00",), "must lie between 2026-11-09 00:00 and 2026-11-11 00:00"),
        (("2026-11-09T20:00+08:00",), "without an offset"),
        (tuple(f"2026-11-09T{h:02}:{m}" for h in range(24) for m in (10, 30)), "at most 24"),
    ],
)
def test_checkpoints_that_are_none_are_refused(moments: tuple[str, ...], words: str) -> None:
    with pytest.raises(InputError, match=words.replace("+", r"\+")):
        asked_checkpoints(a_given_hall(), moments)


def test_nobody_counts_while_all_sites_are_closed() -> None:
    """A site that is open from 8:00 to 2:00: the checkpoint at three falls out, at two it stays."""
    problem = a_given_hall()
    site = replace(problem.sites[0], opening=(8 * HOUR_S, 26 * HOUR_S))
    for start, hours in ((24, [23, 25]), (23, [22, 24, 26]), (31, [32, 34])):
        demand = replace(problem.demand, events=(an_event(start * HOUR_S),))
        closing = replace(problem, sites=(site,), demand=demand)
        assert [at / HOUR_S for at in asked_checkpoints(closing, ())] == hours


def test_stated_checkpoints_are_taken_in_their_order() -> None:
    problem = a_given_hall()
    found = asked_checkpoints(problem, ("2026-11-10T00:00", "2026-11-09T21:30"))
    assert [problem.horizon.at(s) for s in found] == [
        datetime(2026, 11, 9, 21, 30),
        datetime(2026, 11, 10),
    ]
