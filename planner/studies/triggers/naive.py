"""The rule of thumb a card is compared with: far more orders than expected, everybody comes."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.on_call import called_crew, with_on_call
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.triggers import Actions, Level, Policy, Rule, possible
from planner.studies.triggers.catalogue import shifts_for, together
from planner.studies.triggers.search import Asked


def naive_rules(
    given: Problem, plan: Plan, asked: Asked, orders: Ints, above_mean: float
) -> Policy:
    """At each checkpoint with so many more orders than their mean, everybody on call is called.

    Parameters
    ----------
    given : Problem
        The problem as the scenario states it.
    plan : Plan
        The plan that they add to.
    asked : tuple
        Checkpoints, and what can be counted at each; the orders of the shop come first.
    orders : Ints
        Orders of the shop at each checkpoint in sampled promotions [checkpoint, promotion].
    above_mean : float
        How much more, as a share of the mean.

    Returns
    -------
    tuple of Rule
        One rule for each checkpoint; without levels where nobody can come in time.
    """
    rules, problem = [], with_on_call(given)
    for c, (at_s, measures) in enumerate(asked):
        actions = possible(problem, plan, everybody(given, at_s))
        above = round((1 + above_mean) * float(np.mean(orders[c])))
        levels = (Level(above, actions),) if actions else ()
        rules.append(Rule(at_s=at_s, measure=measures[0], levels=levels))
    return tuple(rules)


def everybody(given: Problem, at_s: int) -> Actions:
    """All people on call, each crew in the first shift to which it can come."""
    actions = Actions()
    for crew in given.crews:
        called, shifts = called_crew(crew), shifts_for(given, crew, at_s)
        first = next(iter(shifts), None)
        if called is not None and first is not None:
            actions += together(given, called, *first, called.limit)
    return actions
