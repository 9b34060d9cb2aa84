"""A scenario moved to another promotion: the same operation, so many weeks earlier."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np

from planner.domain.demand import Demand
from planner.domain.demand_path import mean_path
from planner.domain.horizon import DAY_S
from planner.domain.order_history import History
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.formats.scenario.assemble import known_until
from planner.studies.steps.forecast import prepare

WEEK = 7
_EPOCH = datetime(1970, 1, 1)


def moved_to(problem: Problem, day: date) -> Problem:
    """The problem with its busiest day on another date, and with what was known before that.

    The horizon moves by whole weeks, so that weekdays stay what they are, and the events by the
    days that are left. All else moves with the horizon: roster, prices by date, calendars. A
    fitted baseline is fitted again, and events keep their size in proportion to it.

    Parameters
    ----------
    problem : Problem
        The scenario.
    day : date
        Date of the other promotion's busiest day.

    Returns
    -------
    Problem
        The same operation then.

    Raises
    ------
    InputError
        It has no events to be moved, they would leave the horizon, or its history begins later.
    """
    horizon, demand = problem.horizon, problem.demand
    if not demand.events:
        raise _refusal(f"the scenario has no event that could be moved to {day}")
    daily = mean_path(demand, horizon).daily()[: horizon.reported_days]
    days = (day - horizon.date_of(int(np.argmax(daily)))).days
    weeks = round(days / WEEK)
    rest_s = (days - WEEK * weeks) * DAY_S
    start = horizon.start + timedelta(weeks=weeks)
    if any(not 0 <= e.at_s + rest_s < horizon.reported_end_s for e in demand.events):
        words = f"with its busiest day on {day}, events of the scenario leave its horizon"
        raise _refusal(f"{words}: give it more days before and after them")
    planned_on = problem.planned_on and problem.planned_on + timedelta(weeks=weeks)
    there = replace(problem, horizon=replace(horizon, start=start), planned_on=planned_on)
    events = tuple(replace(e, at_s=e.at_s + rest_s) for e in demand.events)
    found = replace(demand, events=events)
    if demand.history is not None and demand.given is None:
        known = _before(demand.history, known_until(planned_on, there.horizon), day)
        found = replace(found, history=known, baseline=None)
    return _in_proportion(prepare(replace(there, demand=found)), demand)


def _before(history: History, until: datetime, day: date) -> History:
    """What is known of a history at a moment."""
    hours = (until - _EPOCH) // timedelta(hours=1) - history.start_hour
    if hours <= 0:
        words = f"the scenario's history begins after {until:%Y-%m-%d}: nothing was known then of"
        raise _refusal(f"{words} the promotion of {day}")
    return replace(history, counts=history.counts[:hours])


def _in_proportion(problem: Problem, before: Demand) -> Problem:
    """Events as large, compared with the baseline, as they were with the one before."""
    ours, theirs = problem.demand.baseline, before.baseline
    if ours is None or theirs is None or theirs.orders_per_hour.sum() <= 0:
        return problem
    factor = float(ours.orders_per_hour.sum() / theirs.orders_per_hour.sum())
    events = tuple(
        replace(e, median=e.median * factor, p95=e.p95 * factor) for e in problem.demand.events
    )
    return replace(problem, demand=replace(problem.demand, events=events))


def _refusal(words: str) -> InputError:
    return InputError([Finding("--event", 0, 0, "", words)])
