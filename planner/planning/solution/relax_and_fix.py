"""Relax-and-fix over days: integers in a moving window, earlier days fixed, later days relaxed.

A tree over all days finds little in the available time, because every headcount depends on those of
its neighbours. A few days at a time are fast, and later days correct what rounding left over or
short.

References
----------
Pochet, Wolsey (2006), Production Planning by Mixed Integer Programming (relax-and-fix).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.planning.formulation.model import Model
from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import RelaxAndFixOptions

NEAR_INTEGER = 1e-5  # a value this close to an integer counts as one


def next_to(arrays: MilpArrays, values: Floats, room: int = 0) -> MilpArrays:
    """The model with every integer just below or just above its value in a solution.

    Parameters
    ----------
    arrays : MilpArrays
        The model.
    values : Floats
        The solution [column].
    room : int
        How much more an integer may be, within its limits.

    Returns
    -------
    MilpArrays
        The model with other limits of its integers.
    """
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    near = values[arrays.integer]
    lower[arrays.integer] = np.floor(near + NEAR_INTEGER)
    most = np.ceil(near - NEAR_INTEGER) + room
    upper[arrays.integer] = np.minimum(most, upper[arrays.integer]) if room else most
    return replace(arrays, lower=lower, upper=upper)


def days_of(model: Model) -> Ints:
    """Day of every column of people and vehicles, 0 of any other.

    A booking counts on the day it begins.
    """
    day = np.zeros(model.milp.columns, dtype=np.int64)
    for team in model.teams:
        for columns, day_axis in ((team.head, 2), (team.books, 0)):
            places = np.nonzero(columns >= 0)
            day[columns[places]] = places[day_axis]
    for pickups in model.pickups:
        bookable = pickups.vehicles >= 0
        day[pickups.vehicles[bookable]] = pickups.day[bookable]
    return day


def integers_by_days(
    arrays: MilpArrays, day: Ints, limits: SolveLimits, options: RelaxAndFixOptions
) -> Answer:
    """An integer solution found window by window, from the first day to the last.

    Parameters
    ----------
    arrays : MilpArrays
        The model.
    day : Ints
        Day of every column [column].
    limits : SolveLimits
        Limits of the whole search; a window gets a part of them.
    options : RelaxAndFixOptions
        Length of the window and its part of the limits.

    Returns
    -------
    Answer
        The solution, or the first answer without one. The bound is that of the first window, for
        which nothing was fixed.
    """
    step = replace(
        limits,
        nodes=max(limits.nodes // options.node_divisor, 1),
        relative_gap=limits.relative_gap * options.gap_share,
    )
    lower, upper, bound = arrays.lower.copy(), arrays.upper.copy(), -np.inf
    days = int(day[arrays.integer].max(initial=0)) + 1
    for first in range(0, days, options.window_days):
        window = arrays.integer & (day < first + options.window_days)
        found = solve(replace(arrays, lower=lower, upper=upper, integer=window), step)
        if found.values is None:
            return found
        if first == 0:
            bound = found.bound
        values: Floats = found.values
        lower[window] = upper[window] = values[window]
    return replace(found, status="feasible", bound=bound)
