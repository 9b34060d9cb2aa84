"""Longer promises and order caps decided on the evening: they hold for orders that come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from planner.domain.demand_levers import ChosenLevers, PromiseOption
from planner.domain.events import Event
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import chosen_levers, effective_problem, longer_promises_minor
from planner.domain.problem import Problem
from planner.domain.records import Orders
from planner.domain.triggers import Actions

MOST = 6  # options that are tried at a checkpoint


def lever_steps(problem: Problem, at_s: int) -> tuple[Actions, ...]:
    """Longer promises and caps that the scenario offers and the plan does not use yet.

    Parameters
    ----------
    problem : Problem
        With the levers of the plan in force.
    at_s : int
        The checkpoint.

    Returns
    -------
    tuple of Actions
        For each number of hours, every region that can be promised them; each cap of an event
        around the checkpoint. The `MOST` first ones.
    """
    return (*_promises(problem), *_caps(problem, at_s))[:MOST]


def _promises(problem: Problem) -> Iterator[Actions]:
    options = longer_promises(problem)
    for hours in sorted({option.hours for option in options}):
        yield Actions(promised=tuple((o.region, hours) for o in options if o.hours == hours))


def _caps(problem: Problem, at_s: int) -> Iterator[Actions]:
    for event, orders in tighter_caps(problem):
        if abs(event.at_s - at_s) < DAY_S:
            yield Actions(capped=((event.name, orders),))


def longer_promises(problem: Problem) -> list[PromiseOption]:
    """Promises that the scenario offers and that are longer than those in force.

    Parameters
    ----------
    problem : Problem
        With the levers of the plan in force.

    Returns
    -------
    list of PromiseOption
        In the order of the scenario; none where working days are counted.
    """
    rules = [rule for rule in problem.platforms if rule.deadline_working_days is None]
    return [
        option
        for option in problem.levers.promises
        if any(rule.hours_in(option.region) < option.hours for rule in rules)
    ]


def tighter_caps(problem: Problem) -> list[tuple[Event, int]]:
    """Caps that the scenario offers and that are below those in force, each with its event."""
    events = {event.name: event for event in problem.demand.events}
    return [
        (events[option.event], option.orders)
        for option in problem.levers.caps
        if (cap := events[option.event].cap) is None or option.orders < cap
    ]


def with_levers(
    problem: Problem, orders: Orders, at_s: int, actions: Actions
) -> tuple[Orders, float]:
    """The orders with what is promised and capped from a moment on.

    Parameters
    ----------
    problem : Problem
        With the levers of the plan in force.
    orders : Orders
        The orders.
    at_s : int
        The moment; orders before it stay as they are.
    actions : Actions
        Promises and caps.

    Returns
    -------
    tuple of Orders and float
        The orders that are taken, due as promised, and what the promises cost in minor units. What
        refused orders cost follows from their number (`Orders.refused`).
    """
    for event, cap in actions.capped:
        orders = _capped(problem, orders, at_s, event, cap)
    return _promised(problem, orders, at_s, actions) if actions.promised else (orders, 0.0)


def _capped(problem: Problem, orders: Orders, at_s: int, event: str, cap: int) -> Orders:
    """Without the orders of an event beyond its cap that come after a moment."""
    names = [e.name for e in problem.demand.events]
    beyond = np.flatnonzero(orders.component == 1 + names.index(event))[cap:]
    late = beyond[orders.ordered_at_s[beyond] >= at_s]
    if not len(late):
        return orders
    own = late[orders.ordered_at_s[late] < problem.horizon.reported_end_s]
    refused = np.bincount(orders.product[own], minlength=len(problem.products))
    refused = refused + np.array(orders.refused or 0)
    left = orders.at(np.delete(np.arange(len(orders)), late))
    return replace(left, refused=tuple(refused.tolist()))


def _promised(
    problem: Problem, orders: Orders, at_s: int, actions: Actions
) -> tuple[Orders, float]:
    """Later deadlines for the orders of some regions after a moment, and what that costs.

    What the plan promises there is paid already; a deadline that is later still stays.
    """
    before = chosen_levers(problem)
    promised = tuple({**dict(before.promised), **dict(actions.promised)}.items())
    after = effective_problem(problem, ChosenLevers(promised, before.capped))
    regions = [problem.region_names.index(region) for region, _ in actions.promised]
    theirs = (orders.ordered_at_s >= at_s) & np.isin(orders.region, regions)
    later = np.maximum(orders.due_under(after).deadline_s, orders.deadline_s)
    deadline = np.where(theirs, later, orders.deadline_s)
    paid = theirs & (orders.ordered_at_s < problem.horizon.reported_end_s)
    count = np.bincount(orders.region[paid], minlength=len(problem.regions))
    named = dict(actions.promised)
    paid_for = tuple((region, hours) for region, hours in before.promised if region in named)
    cost = longer_promises_minor(problem, actions.promised, count)
    cost -= longer_promises_minor(problem, paid_for, count)
    return replace(orders, deadline_s=deadline), float(cost)
