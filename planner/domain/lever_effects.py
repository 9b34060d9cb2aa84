"""What demand levers do to a problem, and what they cost.

A longer promise gives every order of a region more time and costs something per order of it; a cap
stops the sale of an event, and every order refused costs its margin.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand_levers import Capped, Promised
from planner.domain.plan import Plan
from planner.domain.problem import Problem


def applied(problem: Problem, plan: Plan) -> Problem:
    """The problem as the plan changes it; the same object where its levers are in force."""
    return with_levers(problem, plan.promises, plan.caps)


def with_levers(problem: Problem, promised: Promised = (), capped: Capped = ()) -> Problem:
    """The problem with these levers in force, and no others."""
    levers = problem.levers
    if (levers.promised, levers.capped) == (promised, capped):
        return problem
    own = (
        tuple((problem.platform.promise_hours or {}).items())
        if not levers.promised
        else levers.own_hours
    )
    cap = dict(capped)
    events = tuple(replace(e, cap=cap.get(e.name)) for e in problem.demand.events)
    return replace(
        problem,
        platform=replace(problem.platform, promise_hours={**dict(own), **dict(promised)}),
        demand=replace(problem.demand, events=events),
        levers=replace(levers, promised=promised, capped=capped, own_hours=own),
    )


def longer_promises_minor(
    problem: Problem, promised: Promised, orders: NDArray[np.float64] | NDArray[np.int64]
) -> float:
    """What the promises cost when every region orders so much [region]."""
    return sum(
        problem.levers.cost_minor_per_order(region, hours)
        * float(orders[problem.region_names.index(region)])
        for region, hours in promised
    )


def refused_minor(problem: Problem, refused: NDArray[np.float64]) -> float:
    """Margin of the orders refused of every component [component]."""
    margin = np.array([p.margin_minor for p in problem.products], dtype=float)
    return float(refused @ problem.demand.product_shares() @ margin)
