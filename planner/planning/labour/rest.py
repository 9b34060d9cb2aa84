"""Rest between the shifts of one person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import PERMANENT_PEOPLE, TEMPORARY_PEOPLE, people_of
from planner.domain.horizon import Shift
from planner.domain.named_staff import REST_DATES, Members, Person, too_close
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.wording import counted
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import (
    CrewVariables,
    booked_in_window,
    existing,
    heads_in_window,
    limit_on_crew,
)
from planner.planning.labour.rule import CrewPlaces, LabourRule, RosterLimit, in_words
from planner.planning.labour.staffing_rows import sharing
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day

Conflict = tuple[tuple[int, ...], ...]  # shifts of each day of a window


class Rest(LabourRule):
    """Shifts too close to each other have different people.

    For every set of `rest_conflicts`: people in its shifts <= people there on the days together.
    Shifts that one person cannot both work are counted together, so this is necessary; for people
    who differ in nothing else it is also enough.
    """

    limits = (TEMPORARY_PEOPLE, PERMANENT_PEOPLE)  # more people would help as well

    def add_crew_rows(self, milp: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
        """Rows on the crew as a whole: no more people in a conflict than it has.

        Parameters
        ----------
        milp : MilpBuilder
            The model under construction.
        problem : Problem
            The problem planned.
        team : CrewVariables
            Columns of the crew.

        Notes
        -----
        Of temporaries count those on the books on the first of the days, and those who start on
        a later one; where nobody has a name, booking day by booking day.
        """
        crew = team.crew
        if team.works.size:
            _limit_booking_days(milp, team)
            return
        for conflict in rest_conflicts(team.shifts, crew.min_rest_hours):
            rows = team.days - len(conflict) + 1
            if rows < 1:
                continue
            terms = heads_in_window(team, conflict)
            if crew.temporary:
                terms += booked_in_window(team, len(conflict), -1.0)
            upper = 0.0 if crew.temporary else float(crew.limit)
            limit = None if crew.temporary else partial(_limit_of_crew, problem, team, conflict)
            milp.constraints("limit_rest", rows, terms, upper=upper, limit=limit)

    def add_rows(
        self, milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
    ) -> None:
        """Where people have names: no more in a conflict than are there on any of its days.

        Parameters
        ----------
        milp, problem, team, members
            As in `LabourRule.add_rows`.
        """
        if not members.named:
            return
        for conflict in rest_conflicts(team.shifts, team.crew.min_rest_hours):
            days = len(conflict)
            rows = team.days - days + 1
            if rows < 1:
                continue
            upper = np.array([members.any_day(d, d + days - 1) for d in range(rows)], dtype=float)
            limit = partial(_limit_of_members, problem, team.crew, days, upper)
            milp.constraints(
                "limit_rest", rows, heads_in_window(team, conflict), upper=upper, limit=limit
            )

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """People at work or not yet rested, at every start of a shift, against people there.

        Parameters
        ----------
        problem, crew, rows
            As in `LabourRule.check`.
        """
        members = problem.members(crew)
        for group in sharing(members, rows):
            count: dict[int, Counter[str]] = defaultdict(Counter)
            for row in group:
                count[row.day][row.shift] += row.headcount
            for last in sorted(count):
                yield from _first_crowd(problem, members, group, count, last)

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Any two shifts, however many dates lie between.

        Parameters
        ----------
        problem, person, rows
            As in `LabourRule.check_person`.
        """
        rest_hours = problem.crew(person.site, person.crew).min_rest_hours
        for before, after in combinations(rows, 2):
            dates = after.day - before.day
            if not 1 <= dates <= REST_DATES:
                continue
            if too_close(
                problem.shift(before.shift), problem.shift(after.shift), dates, rest_hours
            ):
                on = (
                    f"{before.shift} on {on_day(problem, before.day)} and {after.shift} on "
                    f"{on_day(problem, after.day)}"
                )
                needed = f"{counted(rest_hours, 'hour')} of rest needed"
                yield Violation("limit_rest", f"{in_words(person)}: {on}, {needed}")

    def roster_limits(self, places: CrewPlaces, able: Sequence[int]) -> Iterator[RosterLimit]:
        """One shift of every conflict at most."""
        shifts = list(places.shifts.values())
        days = sorted({row.day for row in places.rows})
        for conflict in rest_conflicts(shifts, places.crew.min_rest_hours):
            names = [{shifts[h].name for h in of_day} for of_day in conflict]
            for first in days:
                of_days = [
                    [i for i in places.within(able, first + k) if places.rows[i].shift in of_day]
                    for k, of_day in enumerate(names)
                ]
                if of_days[0] and of_days[-1]:
                    yield RosterLimit({i: 1 for of_day in of_days for i in of_day}, most=1)

    def allows(self, crew: Crew, worked: Mapping[int, Shift], day: int, shift: Shift) -> bool:
        """Rested from the shifts of the days before.

        Parameters
        ----------
        crew, worked, day, shift
            As in `LabourRule.allows`.
        """
        return not any(
            too_close(worked[d], shift, day - d, crew.min_rest_hours)
            for d in range(day - REST_DATES, day)
            if d in worked
        )


def rest_conflicts(shifts: Sequence[Shift], min_rest_hours: float) -> Iterator[Conflict]:
    """Sets of shifts on two or three days in a row of which nobody can work two.

    A shift takes a person from its start until the rest after it is over, and no less than until
    midnight: one shift a day. Two shifts that one person cannot both work are two such intervals
    that overlap, so n people are enough for all shifts if and only if at no time more than n
    intervals overlap (interval graphs are perfect; Golumbic 1980). It is enough to look at the
    times when shifts start: those of the last day that have started by then, and those of the
    days before that one is not rested from. Sets that others contain are left out. Shifts are
    numbers as listed, one tuple for each day.
    """
    for days in range(2, REST_DATES + 2):
        widest: dict[Conflict, tuple[int, ...]] = {}
        for last in sorted(shifts, key=lambda s: s.start_s):
            tired = tuple(
                tuple(i for i, s in enumerate(shifts) if too_close(s, last, dates, min_rest_hours))
                for dates in range(days - 1, 0, -1)
            )
            if tired[0]:
                widest[tired] = tuple(i for i, s in enumerate(shifts) if s.start_s <= last.start_s)
        yield from sorted((*tired, started) for tired, started in widest.items())


def _limit_of_crew(problem: Problem, team: CrewVariables, conflict: Conflict, day: int) -> Limit:
    crew = team.crew
    turns = [
        f"{'/'.join(team.shifts[h].name for h in shifts)} on {on_day(problem, day + k)}"
        for k, shifts in enumerate(conflict)
    ]
    rest = f"{counted(crew.min_rest_hours, 'hour')} of rest between"
    return limit_on_crew(
        problem,
        crew,
        people_of(crew),
        what=f"{crew.name} people at {crew.site} for {' and '.join(turns)}, {rest}",
        allowed=float(crew.limit),
        day=day,
    )


def _limit_of_members(problem: Problem, crew: Crew, days: int, upper: Floats, day: int) -> Limit:
    on = " or ".join(on_day(problem, d) for d in range(day, day + days))
    rest = f"{counted(crew.min_rest_hours, 'hour')} of rest between shifts"
    return limit_on_crew(
        problem,
        crew,
        people_of(crew),
        what=f"{crew.name} people at {crew.site} who are there on {on}, {rest}",
        allowed=upper[day],
        day=day,
    )


def _limit_booking_days(milp: MilpBuilder, team: CrewVariables) -> None:
    """Of the temporaries booked from a day, nobody works two shifts of a conflict.

    works[c,h,d] + sum over shifts h' on later days too soon after h of works[c,h',d'] <= those on
    the books on the first of the days.
    """
    for conflict in rest_conflicts(team.shifts, team.crew.min_rest_hours):
        span = len(conflict)
        since, first = np.nonzero(team.books[:, : team.days - span + 1] >= 0)
        row = np.arange(len(since))
        terms = [Term(row, team.books[since, first], -1.0)]
        for k, shifts in enumerate(conflict):
            terms += [existing(row, team.works[h, since, first + k], 1.0) for h in shifts]
        milp.constraints("limit_rest", len(row), terms, upper=0.0)


@dataclass(frozen=True)
class _Window:
    """Days from a first to a last one, when a shift of the last day begins."""

    first: int
    last: int
    begins: Shift


def _first_crowd(
    problem: Problem,
    members: Members,
    rows: list[StaffRow],
    count: Mapping[int, Mapping[str, int]],
    last: int,
) -> Iterator[Violation]:
    """The first window that ends on a day in which too many people would be needed, if any."""
    crew, starting = members.crew, [problem.shift(name) for name in sorted(count[last])]
    for first in range(last - 1, last - 1 - REST_DATES, -1):
        for begins in starting:
            busy = _busy(problem, crew, count, _Window(first, last, begins))
            people = sum(count[day][name] for day, name in busy)
            there = _people_in(members, rows, first, last)
            if busy[0][0] == first and people > there:
                words = _crowd_in_words(problem, crew, busy, people, there)
                yield Violation("limit_rest", words)
                return


def _busy(
    problem: Problem, crew: Crew, count: Mapping[int, Mapping[str, int]], window: _Window
) -> list[tuple[int, str]]:
    """Shifts (day, name) of which one person works one at most.

    Those of the last day that have started when the window's shift begins, and those of earlier
    days too close to it.
    """
    last, begins = window.last, window.begins
    started = [
        (last, name)
        for name in sorted(count[last])
        if problem.shift(name).start_s <= begins.start_s
    ]
    tired = [
        (day, name)
        for day in range(window.first, last)
        for name in sorted(count.get(day, ()))
        if too_close(problem.shift(name), begins, last - day, crew.min_rest_hours)
    ]
    return tired + started


def _people_in(members: Members, rows: list[StaffRow], first: int, last: int) -> int:
    """How many different people can be at work from one day to another."""
    there = members.any_day(first, last)
    if not members.crew.temporary:
        return there
    booked = sum(
        r.headcount
        for r in rows
        if r.day == first or (first < r.day <= last and r.since_day == r.day)
    )
    return min(there, booked)


def _crowd_in_words(
    problem: Problem, crew: Crew, busy: list[tuple[int, str]], people: int, there: int
) -> str:
    days = sorted({day for day, _ in busy})
    shifts = " or ".join(
        f"{'/'.join(n for d, n in busy if d == day)} on {on_day(problem, day)}" for day in days
    )
    return (
        f"{crew.name} people at {crew.site}: {people} work {shifts}, only {there} are there and "
        f"nobody can do two of these with {counted(crew.min_rest_hours, 'hour')} of rest"
    )
