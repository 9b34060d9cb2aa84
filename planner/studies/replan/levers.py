"""Longer promises and caps for orders that are still to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.domain.events import Event
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.replan.opening import Opening
from planner.studies.replan.terms import ReplanTerms
from planner.studies.triggers.levers import longer_promises, tighter_caps

OVER = 0.99  # share of an event that has come: the sale is over


def lever_openings(problem: Problem, plan: Plan, terms: ReplanTerms) -> list[Opening]:
    """Longer promises, and caps of events of which orders are still to come, from now on.

    Parameters
    ----------
    problem : Problem
        Its levers say what may be promised and capped.
    plan : Plan
        The plan as it stands.
    terms : ReplanTerms
        The moment.

    Returns
    -------
    list of Opening
        In the order of the scenario.
    """
    now, given = effective_problem(problem, plan.levers), given_problem(problem)
    rules = [rule for rule in given.platforms if rule.deadline_working_days is None]
    since = Opening(what="promise", day=terms.now_s // DAY_S, decide_by_s=terms.now_s)
    promises = [
        replace(
            since,
            region=option.region,
            level=option.hours,
            stated=min(rule.hours_in(option.region) for rule in rules),
        )
        for option in longer_promises(now)
    ]
    caps = [
        replace(since, what="cap", event=event.name, level=orders)
        for event, orders in tighter_caps(now)
        if not _is_over(event, terms.now_s)
    ]
    return [*promises, *caps]


def _is_over(event: Event, now_s: int) -> bool:
    """Whether hardly an order of an event is still to come."""
    return float(event.placed_by(now_s)) > OVER


def frozen_levers(problem: Problem, terms: ReplanTerms, before: Plan, after: Plan) -> Iterator[str]:
    """Promises and caps that differ although nothing of the kind is open.

    Parameters
    ----------
    problem : Problem
        Its levers say what may be promised and capped.
    terms : ReplanTerms
        The moment.
    before, after : Plan
        The plans.

    Yields
    ------
    str
        What differs, in words.
    """
    allowed = lever_openings(problem, before, terms)
    for what, old, new in (
        ("promise", dict(before.promises), dict(after.promises)),
        ("cap", dict(before.caps), dict(after.caps)),
    ):
        open_ = {("".join(o.lever), o.level) for o in allowed if o.what == what}
        for name in sorted({*old, *new}):
            level = new.get(name)
            if old.get(name) != level and (name, level) not in open_:
                yield f"{name}: a {what} that cannot be changed"
