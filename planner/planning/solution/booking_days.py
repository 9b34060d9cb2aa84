"""Which temporaries work which shift, by the day they are booked from: integers for a plan."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from planner.domain.arrays import Ints
from planner.domain.named_staff import WEEK, most_paid_s
from planner.planning.formulation.bookings import ramp_class
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.labour.rest import rest_conflicts

SECONDS = 5.0  # deterministic; such models take a hundredth of it


def works_of(team: CrewVariables, heads: Ints, books: Ints) -> Ints | None:
    """People of each booking day at work in each shift, with rest between their shifts.

    Parameters
    ----------
    team : CrewVariables
        A crew of temporaries.
    heads : array of int [process, shift, day, class]
        People at work.
    books : array of int [since, day]
        People booked.

    Returns
    -------
    array of int [shift, since, day] or None
        Any such people; None where there are none, although fractional people exist.
    """
    model = cp_model.CpModel()
    shifts, days = len(team.shifts), team.days
    works = {
        (h, b, d): model.new_int_var(0, int(books[b, d]), "")
        for h, b, d in np.ndindex(shifts, days, days)
        if books[b, d] and team.works[h, b, d] >= 0
    }
    for b, d in np.argwhere(books):
        if team.on.works(int(d)):
            at_work = [works[h, b, d] for h in range(shifts) if (h, b, d) in works]
            model.add(sum(at_work) == int(books[b, d]))
    most_s = most_paid_s(team.crew, [s.paid_s for s in team.shifts], min(days, WEEK))
    wanted = heads.sum(axis=0)
    for h, d, k in np.ndindex(wanted.shape):
        able = [works[h, b, d] for b in range(d + 1) if _can_be(works, team, (h, b, d), k)]
        model.add(sum(able) == int(wanted[h, d, k]))
    for conflict in rest_conflicts(team.shifts, team.crew.min_rest_hours):
        for b, d in np.argwhere(books):
            busy = [
                works[h, b, d + k]
                for k, of_day in enumerate(conflict)
                for h in of_day
                if (h, b, d + k) in works
            ]
            model.add(sum(busy) <= int(books[b, d]))
    for b, d in np.argwhere(books):
        paid = {place: team.shifts[place[0]].paid_s for place in works if _in_week(place, b, d)}
        hours = sum(paid_s * works[place] for place, paid_s in paid.items())
        model.add(hours <= int(books[b, d]) * most_s)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = SECONDS
    solver.parameters.catch_sigint_signal = False
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found = np.zeros((shifts, days, days), dtype=np.int64)
    for place, column in works.items():
        found[place] = solver.value(column)
    return found


def _in_week(place: tuple[int, int, int], since: int, first: int) -> bool:
    """Whether (shift, since, day) is of a booking day and the seven days from a first one."""
    _, b, day = place
    return b == since and first <= day < first + WEEK


def _can_be(
    works: dict[tuple[int, int, int], cp_model.IntVar],
    team: CrewVariables,
    place: tuple[int, int, int],
    step: int,
) -> bool:
    """Whether people of a booking day can work a shift on a day in a step of the ramp-up."""
    _, since, day = place
    return place in works and ramp_class(team.crew, team.on.tenure(since, day)) == step
