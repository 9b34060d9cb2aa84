"""Availability: no more people of a crew than are available."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import PERMANENT_PEOPLE, TEMPORARY_PEOPLE, people_of
from planner.domain.named_staff import Members, Person
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import CrewVariables, limit_on_crew
from planner.planning.labour.rule import LabourRule, in_words
from planner.planning.labour.staffing_rows import first_days
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day

Span = tuple[int, int]  # from, to: days


class Availability(LabourRule):
    """Where people have names, no more work on a day than are available.

    sum of head[process, shift, day, class] <= people available on the day; for temporaries, for
    every span of days, those on the books through it <= people available on all its days.
    """

    limits = (TEMPORARY_PEOPLE, PERMANENT_PEOPLE)

    def add_rows(
        self, milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
    ) -> None:
        """Only for crews with named people.

        Parameters
        ----------
        milp, problem, team, members
            As in `LabourRule.add_rows`.
        """
        if not members.named:
            return
        there = np.array([members.there(day, day) for day in range(team.days)], dtype=float)
        _at_most(milp, problem, team, [(day, day) for day in range(team.days)], there)
        if team.crew.temporary:
            spans = _narrower_spans(team.days, members)
            upper = np.array([members.there(a, b) for a, b in spans], dtype=float)
            _at_most(milp, problem, team, spans, upper)

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """People planned on each day, or through each span of days, against those there.

        Parameters
        ----------
        problem, crew, rows
            As in `LabourRule.check`.
        """
        members = problem.members(crew)
        if not members.named:
            return
        for first, last in _spans(problem, crew, rows):
            if crew.temporary:
                people = _staying(rows, first, last)
            else:
                people = sum(r.headcount for r in rows if r.day == first)
            there = members.there(first, last)
            if people > there:
                when = f"on {on_day(problem, first)}"
                if last > first:
                    when = f"from {on_day(problem, first)} to {on_day(problem, last)}"
                words = (
                    f"{crew.name} people at {crew.site} {when}: {people} planned, {there} are there"
                )
                yield Violation("limit_crew", words)

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Every day of work is one on which the person is there.

        Parameters
        ----------
        problem, person, rows
            As in `LabourRule.check_person`.
        """
        for row in rows:
            if row.day not in person.available_days:
                where = f"{row.process}, {row.shift} shift {on_day(problem, row.day)}"
                yield Violation(
                    "limit_availability", f"{in_words(person)}: {where}, but is not there"
                )


def _narrower_spans(days: int, members: Members) -> list[Span]:
    """Spans of days through which fewer people are there than through any shorter one within."""
    return [
        (a, b)
        for a in range(days)
        for b in range(a + 1, days)
        if members.there(a, b) < min(members.there(a, b - 1), members.there(a + 1, b))
    ]


def _at_most(
    milp: MilpBuilder, problem: Problem, team: CrewVariables, spans: list[Span], upper: Floats
) -> None:
    """One row for each (from, to).

    People at work on that day, or temporaries on the books from one day to the other.
    """
    terms = []
    for row, (a, b) in enumerate(spans):
        columns = team.books[: a + 1, b] if team.crew.temporary else team.head[:, :, a].ravel()
        terms.append(Term(row, columns[columns >= 0]))
    limit = partial(_limit, problem, team.crew, spans, upper)
    milp.constraints("limit_crew", len(spans), terms, upper=upper, limit=limit)


def _limit(problem: Problem, crew: Crew, spans: list[Span], upper: Floats, row: int) -> Limit:
    on, until = (on_day(problem, day) for day in spans[row])
    when = f"on {on}" if on == until else f"from {on} to {until}"
    return limit_on_crew(
        problem,
        crew,
        people_of(crew),
        what=f"{crew.name} people at {crew.site} who are there {when}",
        allowed=upper[row],
        day=spans[row][0],
    )


def _spans(problem: Problem, crew: Crew, rows: list[StaffRow]) -> list[Span]:
    """Days, for temporaries also every span of days."""
    days = first_days(problem, rows, 1)
    return [(a, b) for a in days for b in (days[a:] if crew.temporary else (a,))]


def _staying(rows: list[StaffRow], first: int, last: int) -> int:
    """Temporaries at work on the last day who were booked on the first one."""
    return sum(r.headcount for r in rows if r.day == last and r.since_day <= first)
