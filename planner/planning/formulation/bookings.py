"""Bookings of temporaries: who is on the books since when, and who of them works which shift."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.crew_days import CrewDays
from planner.domain.horizon import Shift
from planner.domain.problem import Problem
from planner.domain.workforce import Crew
from planner.planning.labour.crew_variables import CrewVariables, existing
from planner.planning.labour.rest import rest_conflicts
from planner.planning.milp.builder import Flags, MilpBuilder, Term


def by_booking_day(problem: Problem, crew: Crew, shifts: tuple[Shift, ...]) -> bool:
    """Whether it matters which temporaries work which shift, by the day they are booked from.

    It does where shifts conflict, or differ in length and hours are limited; people with names may
    swap their bookings.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        The crew.
    shifts : tuple of Shift
        Shifts that it may work.
    """
    if not crew.temporary or problem.members(crew).named:
        return False
    lengths = {shift.paid_s for shift in shifts}
    differ = crew.max_hours_per_week is not None and len(lengths) > 1
    return differ or any(rest_conflicts(shifts, crew.min_rest_hours))


def earliest_start(problem: Problem, crew: Crew) -> int:
    """First day a temporary can start: the notice counts from the day of planning.

    0 for permanent people.
    """
    if not crew.temporary or problem.planned_on is None:
        return 0
    return max(problem.horizon.day_of(problem.planned_on) + crew.notice_days, 0)


def starts(crew: Crew, on: CrewDays, first: int, days: int) -> list[int]:
    """Days on which a temporary can start: the shortest booking ends within the horizon.

    Parameters
    ----------
    crew : Crew
        The crew.
    on : CrewDays
        Days on which it can work.
    first : int
        First day on which a temporary can start.
    days : int
        Days that are planned.
    """
    return [day for day in on.within(first, days - 1) if shortest_end(crew, on, day) < days]


def shortest_end(crew: Crew, on: CrewDays, since: int) -> int:
    """Last day of the shortest booking from a day on.

    Parameters
    ----------
    crew : Crew
        The crew.
    on : CrewDays
        Days on which it can work.
    since : int
        First day.
    """
    return on.last_of(since, max(crew.min_days, 1))


def ramp_class(crew: Crew, tenure: int) -> int:
    """Step of the ramp-up on a day of tenure; permanent people are past it (one class)."""
    return min(tenure, len(crew.ramp) - 1) if crew.temporary else 0


def possible_classes(crew: Crew, on: CrewDays, first: int, days: int) -> Flags:
    """Whether people of a step of the ramp-up can be there on a day [day, class].

    Parameters
    ----------
    crew : Crew
        The crew.
    on : CrewDays
        Days on which it can work.
    first : int
        First day on which a temporary can start.
    days : int
        Days that are planned.
    """
    possible = np.zeros((days, ramp_class(crew, days - 1) + 1), dtype=bool)
    if not crew.temporary:
        possible[on.within(0, days - 1)] = True
        return possible
    for since in starts(crew, on, first, days):
        for day in on.within(since, days - 1):
            possible[day, ramp_class(crew, on.tenure(since, day))] = True
    return possible


def add_books(milp: MilpBuilder, crew: Crew, on: CrewDays, first: int, days: int) -> Ints:
    """Columns of the temporaries booked [since, day], -1 where none can be.

    On a day off those are booked who come back on the next day of work.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    crew : Crew
        The crew.
    on : CrewDays
        Days on which it can work.
    first : int
        First day on which a temporary can start.
    days : int
        Days that are planned.
    """
    books = np.full((days, days), -1, dtype=np.int64)
    if not crew.temporary:
        return books
    for since in starts(crew, on, first, days):
        # nobody leaves before the shortest booking is over
        fixed = shortest_end(crew, on, since) + 1
        start = milp.variables(
            f"books {crew.site} {crew.name} {since} start", 1, integer=True, decision=True
        )
        books[since, since:fixed] = start
        later = on.within(fixed, days - 1)
        books[since, later] = milp.variables(
            f"books {crew.site} {crew.name} {since}", len(later), integer=True, decision=True
        )
        for day in range(days - 2, fixed - 1, -1):
            if not on.works(day):
                books[since, day] = books[since, day + 1]
    return books


def add_works(milp: MilpBuilder, crew: Crew, books: Ints, worked: Flags) -> Ints:
    """Columns of those of a booking day at work in a shift [shift, since, day].

    They are not integer: headcounts and bookings are, and `solution.booking_days` finds integers.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    crew : Crew
        The crew.
    books : array of int [since, day]
        Columns of the temporaries booked.
    worked : array of bool [shift, day]
        Whether a shift is worked on a day.
    """
    works = np.full((len(worked), *books.shape), -1, dtype=np.int64)
    there = (books >= 0) & worked[:, None, :]
    works[there] = milp.variables(f"works {crew.site} {crew.name}", int(there.sum()), decision=True)
    return works


def link_books(milp: MilpBuilder, team: CrewVariables) -> None:
    """Whoever is booked works one shift a day, and nobody comes back after leaving.

    sum over p, h of head[p,h,d,a] = people booked for day d in step a of the ramp-up;
    books[b,d+1] <= books[b,d].
    """
    days, classes = team.head.shape[2:]
    row = np.arange(days * classes).reshape(days, classes)
    terms = [existing(row[None, None], team.head, 1.0)]
    for since in range(days):
        for day in team.on.within(since, days - 1):
            if team.books[since, day] >= 0:
                k = ramp_class(team.crew, team.on.tenure(since, day))
                terms.append(Term(row[day, k], team.books[since, day], -1.0))
    milp.constraints("link_books", days * classes, terms, lower=0.0, upper=0.0)
    pairs = []
    for since in range(days):
        for day in range(since, days - 1):
            today, tomorrow = team.books[since, day], team.books[since, day + 1]
            if today >= 0 and tomorrow >= 0 and today != tomorrow:
                pairs.append((today, tomorrow))
    before, after = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    rows = np.arange(len(pairs))
    milp.constraints(
        "link_leaving", len(pairs), [Term(rows, after), Term(rows, before, -1.0)], upper=0.0
    )


def link_works(milp: MilpBuilder, team: CrewVariables) -> None:
    """People at work, by the day they are booked from.

    sum over p of head[p,h,d,a] = sum over b in step a of works[h,b,d]; sum over h of works[h,b,d]
    = books[b,d].
    """
    if not team.works.size:
        return
    shifts, days = team.works.shape[0], team.days
    classes = team.head.shape[3]
    row = np.arange(shifts * days * classes).reshape(shifts, days, classes)
    since, day = np.nonzero((team.books >= 0) & (team.works >= 0).any(axis=0))
    at_work = zip(since.tolist(), day.tolist(), strict=True)
    tenure = [team.on.tenure(b, d) for b, d in at_work]
    step = np.array([ramp_class(team.crew, t) for t in tenure], dtype=np.int64)
    works = team.works[:, since, day]
    milp.constraints(
        "link_works",
        row.size,
        [existing(row[None], team.head, 1.0), existing(row[:, day, step], works, -1.0)],
        lower=0.0,
        upper=0.0,
    )
    pairs = np.arange(len(since))
    milp.constraints(
        "link_works",
        len(pairs),
        [
            existing(np.broadcast_to(pairs, works.shape), works, 1.0),
            Term(pairs, team.books[since, day], -1.0),
        ],
        lower=0.0,
        upper=0.0,
    )
