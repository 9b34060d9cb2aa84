"""Whole people a few days at a time: what comes later may still be fractions, what came before is
settled.

One tree over all days finds little in the time there is, because every number of people leans on
those of its neighbours; a few days at a time are quick, and later days make up for what rounding
left over or short.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.planning.formulation.model import Model
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import Answer, SolveLimits, solve

DAYS = 2  # settled at a time
NODES_SPARED = 4  # a step gets this part of the nodes: it is far smaller than the whole
SHARE_OF_GAP = 0.25  # of the gap asked for: what a step may leave


def days_of(model: Model) -> Ints:
    """Day of every column of people and vehicles (of a booking: the day it begins), 0 of any
    other.
    """
    day = np.zeros(model.program.columns, dtype=np.int64)
    for team in model.teams:
        for columns, axis in ((team.head, 2), (team.books, 0)):
            there = np.nonzero(columns >= 0)
            day[columns[there]] = there[axis]
    for pickups in model.pickups:
        bookable = pickups.vehicles >= 0
        day[pickups.vehicles[bookable]] = pickups.day[bookable]
    return day


def whole_by_days(arrays: MilpArrays, day: Ints, effort: SolveLimits) -> Answer:
    """The program with whole numbers, found from the first day to the last; its first status that
    is not a solution where a step has none. The bound is that of the first step, which nothing was
    settled for.
    """
    step = replace(
        effort,
        nodes=max(effort.nodes // NODES_SPARED, 1),
        relative_gap=effort.relative_gap * SHARE_OF_GAP,
    )
    lower, upper, bound = arrays.lower.copy(), arrays.upper.copy(), -np.inf
    for first in range(0, int(day[arrays.integer].max(initial=0)) + 1, DAYS):
        now = arrays.integer & (day < first + DAYS)
        found = solve(replace(arrays, lower=lower, upper=upper, integer=now), step)
        if found.values is None:
            return found
        values: Floats = found.values
        bound = found.bound if first == 0 else bound
        lower[now] = upper[now] = values[now]
    return replace(found, status="feasible", bound=bound)
