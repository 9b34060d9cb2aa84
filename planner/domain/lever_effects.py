"""What chosen demand levers do to a problem, and what they cost.

A longer promise gives every order of a region more time and costs something per order of it; a cap
stops the sale of an event, and every order refused costs its margin.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from planner.domain.demand_levers import NONE_CHOSEN, ChosenLevers, Promised
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class EffectiveProblem(Problem):
    """A problem as chosen levers change it: longer promises, capped events.

    Parameters
    ----------
    given : Problem
        What is given, without any lever.
    chosen : ChosenLevers
        The levers in force.
    """

    given: Problem
    chosen: ChosenLevers


def effective_problem(problem: Problem, chosen: ChosenLevers) -> Problem:
    """The problem with these levers in force, and no others.

    Derived once, where a layer is entered; what is given without levers is the same object.
    """
    given = given_problem(problem)
    if not chosen:
        return given
    if chosen_levers(problem) == chosen:
        return problem
    cap_of = dict(chosen.capped)
    events = tuple(replace(e, cap=cap_of.get(e.name)) for e in given.demand.events)
    values = {field.name: getattr(given, field.name) for field in fields(Problem)}
    changed = given.with_rules(partial(_promising, promised=dict(chosen.promised)))
    values["platform"], values["other_platforms"] = changed.platform, changed.other_platforms
    values["demand"] = replace(given.demand, events=events)
    return EffectiveProblem(**values, given=given, chosen=chosen)


def _promising(rule: PlatformRule, promised: dict[str, float]) -> PlatformRule:
    """A rule with longer promises; where it counts working days, or promises more, it stays."""
    if rule.deadline_working_days is not None:
        return rule
    longer = {region: max(hours, rule.hours_in(region)) for region, hours in promised.items()}
    return replace(rule, promise_hours={**(rule.promise_hours or {}), **longer})


def given_problem(problem: Problem) -> Problem:
    """What is given, whatever levers are in force."""
    return problem.given if isinstance(problem, EffectiveProblem) else problem


def chosen_levers(problem: Problem) -> ChosenLevers:
    """The levers in force."""
    return problem.chosen if isinstance(problem, EffectiveProblem) else NONE_CHOSEN


def longer_promises_minor(
    problem: Problem, promised: Promised, orders: NDArray[np.float64] | NDArray[np.int64]
) -> float:
    """Cost of promises.

    Parameters
    ----------
    problem : Problem
        Its levers say what an order costs.
    promised : tuple of (region, hours)
        The promises.
    orders : array, [region]
        Orders of every region.

    Returns
    -------
    float
        Minor units.
    """
    return sum(
        problem.levers.cost_minor_per_order(region, hours)
        * float(orders[problem.region_names.index(region)])
        for region, hours in promised
    )


def promises_minor(
    problem: Problem,
    promised: Promised,
    orders: NDArray[np.int64],
    seen: NDArray[np.int64] | None,
) -> float:
    """Cost of promises that, in a promotion under way, hold for later orders only.

    Parameters
    ----------
    problem : Problem
        Its levers say what an order costs.
    promised : tuple of (region, hours)
        The promises; orders that came before now keep those of then.
    orders : array, [region]
        Orders of every region.
    seen : array, [region], optional
        Those of them that came before now; None before the promotion.

    Returns
    -------
    float
        Minor units.
    """
    known = problem.demand.under_way
    if known is None or seen is None:
        return longer_promises_minor(problem, promised, orders)
    later = longer_promises_minor(problem, promised, orders - seen)
    return later + longer_promises_minor(problem, known.promised, seen)


def refused_minor(problem: Problem, refused: NDArray[np.float64]) -> float:
    """Margin of the orders refused of every component [component]."""
    margin = np.array([p.margin_minor for p in problem.products], dtype=float)
    return float(refused @ problem.demand.product_shares() @ margin)
