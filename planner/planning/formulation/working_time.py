"""Rules on people beyond their number: who is there on a day, what each can do, hours of a week,
days in a row.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from planner.domain.business_limits import (
    DAYS_OF_PEOPLE,
    HOURS,
    SKILLS,
    LimitKind,
    people_of,
)
from planner.domain.demand import Floats
from planner.domain.horizon import HOUR_S
from planner.domain.named_staff import WEEK, Members, longest_booking, most_paid_s, stretches
from planner.domain.problem import Problem
from planner.domain.wording import counted
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.rest_between_shifts import rest_conflicts
from planner.planning.formulation.staffing import CrewVariables, existing, heads_of
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import cells_in_words, on_day

Cells = frozenset[tuple[int, int]]  # (process, shift) as listed by the team


def add_people(program: MilpBuilder, parameters: Parameters, teams: list[CrewVariables]) -> None:
    """Every rule on named people and on weeks; none for a crew without names and without limits on
    its weeks.
    """
    for team in teams:
        members = parameters.problem.members(team.crew)
        if members.named:
            _limit_there(program, parameters.problem, team, members)
            _limit_skills(program, parameters.problem, team, members)
            _limit_rest(program, parameters.problem, team, members)
        if team.crew.temporary:
            _limit_bookings(program, parameters.problem, team)
        else:
            _limit_stretches(program, parameters.problem, team, members)
        if team.crew.max_hours_per_week is not None:
            _limit_worked_hours(program, parameters.problem, team, members)


def _limit_there(
    program: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """No more people on a day than are there; temporaries who stay from one day to another are
    there all the while.
    """
    days = team.head.shape[2]
    there = np.array([members.there(day, day) for day in range(days)], dtype=float)
    _at_most(program, problem, team, [(day, day) for day in range(days)], there)
    if team.crew.temporary:
        spans = [
            (a, b)
            for a in range(days)
            for b in range(a + 1, days)
            if members.there(a, b) < min(members.there(a, b - 1), members.there(a + 1, b))
        ]
        upper = np.array([members.there(a, b) for a, b in spans], dtype=float)
        _at_most(program, problem, team, spans, upper)


def _at_most(
    program: MilpBuilder,
    problem: Problem,
    team: CrewVariables,
    spans: list[tuple[int, int]],
    upper: Floats,
) -> None:
    """One row for each (from, to): people at work on that day, or temporaries on the books from one
    to the other.
    """
    terms = []
    for row, (a, b) in enumerate(spans):
        columns = team.books[: a + 1, b] if team.crew.temporary else team.head[:, :, a].ravel()
        terms.append(Term(row, columns[columns >= 0]))
    limit = partial(_there_limit, problem, team, spans, upper)
    program.rule("limit_crew", len(spans), terms, upper=upper, limit=limit)


def _limit_of(
    problem: Problem, team: CrewVariables, kind: LimitKind, what: str, most: float, day: int
) -> Limit:
    """A limit on the people of a crew, on a day."""
    return Limit(
        kind=kind,
        names=(team.crew.site, team.crew.name),
        what=what,
        allowed=float(most),
        on=problem.horizon.date_of(day),
    )


def _there_limit(
    problem: Problem, team: CrewVariables, spans: list[tuple[int, int]], upper: Floats, row: int
) -> Limit:
    on, until = (on_day(problem, day) for day in spans[row])
    when = f"on {on}" if on == until else f"from {on} to {until}"
    what = f"{team.crew.name} people at {team.crew.site} who are there {when}"
    return _limit_of(problem, team, people_of(team.crew), what, upper[row], spans[row][0])


def _limit_rest(
    program: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """Shifts too close to each other have different people: no more than are there on any of the
    days.
    """
    for conflict in rest_conflicts(team.shifts, team.crew.min_rest_hours):
        days = len(conflict)
        rows = team.head.shape[2] - days + 1
        if rows < 1:
            continue
        upper = np.array([members.any_day(d, d + days - 1) for d in range(rows)], dtype=float)
        limit = partial(_rest_limit, problem, team, (days, upper))
        program.rule("limit_rest", rows, heads_of(team, conflict), upper=upper, limit=limit)


def _rest_limit(
    problem: Problem, team: CrewVariables, there: tuple[int, Floats], day: int
) -> Limit:
    days, upper = there
    on = " or ".join(on_day(problem, d) for d in range(day, day + days))
    rest = f"{counted(team.crew.min_rest_hours, 'hour')} of rest between shifts"
    what = f"{team.crew.name} people at {team.crew.site} who are there on {on}, {rest}"
    return _limit_of(problem, team, people_of(team.crew), what, upper[day], day)


def skill_sets(members: Members, team: CrewVariables) -> list[Cells]:
    """Sets of (process, shift) for which there may be too few people: those that the people of some
    kinds cannot do.

    By Hall's theorem everybody can be given something they can do when, for each such set, the
    people planned there are no more than those who can do any of it.
    """
    whole = frozenset((p, h) for p in range(len(team.processes)) for h in range(len(team.shifts)))
    kinds = {
        frozenset((p, h) for p, h in whole if who.can(team.processes[p], team.shifts[h]))
        for who in members.named
    }
    found = {whole}
    for kind in sorted(kinds, key=sorted):
        found |= {cells - kind for cells in found}
    return sorted((cells for cells in found if cells and cells != whole), key=sorted)


def _limit_skills(
    program: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """At a set of processes and shifts no more people than are there and can do any of it."""
    days = team.head.shape[2]
    row = np.arange(days)
    for cells in skill_sets(members, team):
        named = [(team.processes[p], team.shifts[h]) for p, h in sorted(cells)]
        upper = np.array([members.able(named, day) for day in range(days)], dtype=float)
        heads = np.stack([team.head[p, h] for p, h in sorted(cells)])
        limit = partial(_skill_limit, problem, team, cells, upper)
        program.rule(
            "limit_skills",
            days,
            [existing(row[None, :, None], heads, 1.0)],
            upper=upper,
            limit=limit,
        )


def _skill_limit(
    problem: Problem, team: CrewVariables, cells: Cells, upper: Floats, day: int
) -> Limit:
    on = on_day(problem, day)
    work = cells_in_words([(team.processes[p], team.shifts[h].name) for p, h in sorted(cells)])
    what = f"{team.crew.name} people at {team.crew.site} who can do {work} on {on}"
    return _limit_of(problem, team, SKILLS, what, upper[day], day)


def _limit_stretches(
    program: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """In so many days in a row no more days of work than people are free for, and than each may
    work.
    """
    days = team.head.shape[2]
    for length, most in stretches(team.crew):
        if most >= min(days, length) or (length == WEEK and not members.named):
            continue  # `limit_worked_days` of the whole crew says it
        firsts = np.arange(max(days - length + 1, 1))
        span = min(days, length)
        upper = np.array(
            [members.days_within(int(first), span, most) for first in firsts], dtype=float
        )
        heads = [Term(firsts[:, None], team.head[:, :, k : k + len(firsts)]) for k in range(span)]
        limit = partial(_stretch_limit, problem, team, span, upper)
        program.rule("limit_worked_days", len(firsts), heads, upper=upper, limit=limit)


def _stretch_limit(
    problem: Problem, team: CrewVariables, days: int, upper: Floats, first: int
) -> Limit:
    on = on_day(problem, first)
    what = (
        f"days worked by {team.crew.name} people at {team.crew.site} in the {days} days from {on}"
    )
    return _limit_of(problem, team, DAYS_OF_PEOPLE, what, upper[first], first)


def _limit_bookings(program: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
    """No booking is longer than the hours and the days in a row of one person allow."""
    longest = longest_booking(team.crew, team.shifts)
    days = team.books.shape[1]
    if longest is None or longest >= days:
        return
    too_long = np.array(
        [
            team.books[s, s + longest]
            for s in range(days - longest)
            if team.books[s, s + longest] >= 0
        ],
        dtype=np.int64,
    )
    rows = np.arange(len(too_long))
    program.rule("limit_worked_hours", len(rows), [Term(rows, too_long)], upper=0.0)


def _limit_worked_hours(
    program: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
) -> None:
    """In any seven days no more paid hours than all people may work, in whole shifts.

    Permanent people: those who are free. Temporaries: those on the books on the first day or from a
    later one.
    """
    days = team.head.shape[2]
    span, lengths = min(days, WEEK), [s.paid_s for s in team.shifts]
    firsts = np.arange(max(days - WEEK + 1, 1))
    paid = np.array(lengths, dtype=float)[None, :, None, None] / HOUR_S
    terms = [
        existing(firsts[None, None, :, None], team.head[:, :, k : k + len(firsts)], paid)
        for k in range(span)
    ]
    if team.crew.temporary:
        each = most_paid_s(team.crew, lengths, span) / HOUR_S
        starts = team.books.diagonal()
        terms.append(existing(firsts, team.books[:, firsts], -each))
        terms += [existing(firsts, starts[k : k + len(firsts)], -each) for k in range(1, span)]
        upper = np.zeros(len(firsts))
    else:
        upper = np.array(
            [members.seconds_of_week(int(first), span, lengths) / HOUR_S for first in firsts]
        )
    limit = None if team.crew.temporary else partial(_hour_limit, problem, team, upper)
    program.rule("limit_worked_hours", len(firsts), terms, upper=upper, limit=limit)


def _hour_limit(problem: Problem, team: CrewVariables, upper: Floats, first: int) -> Limit:
    on = on_day(problem, first)
    what = f"hours worked by {team.crew.name} people at {team.crew.site} in the week from {on}"
    return _limit_of(problem, team, HOURS, what, upper[first], first)
