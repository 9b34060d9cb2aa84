"""Days of work: in a week, and in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import DAYS_OF_PEOPLE, WEEK_OF_CREW
from planner.domain.horizon import Shift
from planner.domain.named_staff import WEEK, Members, Person, stretches
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.wording import counted
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import CrewVariables, existing, limit_on_crew
from planner.planning.labour.rule import CrewPlaces, LabourRule, RosterLimit, in_words
from planner.planning.labour.staffing_rows import first_days, people_per_day
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day


class WorkingDays(LabourRule):
    """Permanent people work no more days in any so many days in a row than each may.

    For every stretch (length, most) of `stretches`: people at work, added up over `length` days in
    a row, <= sum over all people of min(most, days on which they are free). That is enough for
    everybody: with places given out in turn, nobody works more days than the share of all.
    Temporaries work on every day they are booked: `WorkingHours` limits their bookings.
    """

    limits = (WEEK_OF_CREW, DAYS_OF_PEOPLE)

    def add_crew_rows(self, milp: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
        """Rows on the crew as a whole: days of work in any seven days.

        Parameters
        ----------
        milp : MilpBuilder
            The model under construction.
        problem : Problem
            The problem planned.
        team : CrewVariables
            Columns of the crew.
        """
        crew, days = team.crew, team.days
        if crew.temporary or crew.max_days_per_week >= min(days, WEEK):
            return
        weeks = max(days - WEEK + 1, 1)
        milp.constraints(
            "limit_worked_days",
            weeks,
            _worked(team, min(days, WEEK), weeks),
            upper=crew.limit * crew.max_days_per_week,
            limit=partial(_limit_of_week, problem, crew),
        )

    def add_rows(
        self, milp: MilpBuilder, problem: Problem, team: CrewVariables, members: Members
    ) -> None:
        """Stretches that the rows on the whole crew do not state.

        Parameters
        ----------
        milp, problem, team, members
            As in `LabourRule.add_rows`.
        """
        if team.crew.temporary:
            return
        for length, most in stretches(team.crew):
            if most >= min(team.days, length) or _said_of_crew(length, members):
                continue
            windows = max(team.days - length + 1, 1)
            span = min(team.days, length)
            upper = np.array(
                [members.days_within(first, span, most) for first in range(windows)], dtype=float
            )
            limit = partial(_limit_of_stretch, problem, team.crew, span, upper)
            terms = _worked(team, span, windows)
            milp.constraints("limit_worked_days", windows, terms, upper=upper, limit=limit)

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """Days worked in every week, and in every stretch, against what all people may work.

        Parameters
        ----------
        problem, crew, rows
            As in `LabourRule.check`.
        """
        if crew.temporary:
            return
        people = people_per_day(rows)
        who = f"{crew.name} people at {crew.site}"
        allowed = crew.limit * crew.max_days_per_week
        for first in first_days(problem, rows, WEEK):
            worked = sum(people.get(day, 0) for day in range(first, first + WEEK))
            if worked > allowed:
                when = f"in the week from {on_day(problem, first)}"
                words = f"{who}: {counted(worked, 'day')} worked {when}, {allowed} allowed"
                yield Violation("limit_worked_days", words)
        members = problem.members(crew)
        for length, most in stretches(crew):
            if _said_of_crew(length, members):
                continue
            span = min(length, problem.horizon.days)
            for first in first_days(problem, rows, span):
                worked = sum(people.get(day, 0) for day in range(first, first + span))
                allowed = members.days_within(first, span, most)
                if worked > allowed:
                    when = f"in the {counted(span, 'day')} from {on_day(problem, first)}"
                    words = f"{who}: {counted(worked, 'day')} worked {when}, {allowed} allowed"
                    yield Violation("limit_worked_days", words)

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Days of one person in every stretch.

        Parameters
        ----------
        problem, person, rows
            As in `LabourRule.check_person`.
        """
        worked = sorted({row.day for row in rows})
        for first in worked:
            for length, most in stretches(problem.crew(person.site, person.crew)):
                days = sum(first <= day < first + length for day in worked)
                if days > most:
                    when = f"{days} days in the {length} from {on_day(problem, first)}"
                    words = f"{in_words(person)}: {when}, {most} allowed"
                    yield Violation("limit_worked_days", words)

    def roster_limits(self, places: CrewPlaces, able: Sequence[int]) -> Iterator[RosterLimit]:
        """Places in every stretch."""
        for length, most in stretches(places.crew):
            for first in first_days(places.problem, places.rows, length):
                worked = places.within(able, first, length)
                if worked:
                    yield RosterLimit(dict.fromkeys(worked, 1), most)

    def allows(self, crew: Crew, worked: Mapping[int, Shift], day: int, shift: Shift) -> bool:
        """A day of work is left in every stretch that ends on the day.

        Parameters
        ----------
        crew, worked, day, shift
            As in `LabourRule.allows`.
        """
        for length, most in stretches(crew):
            if sum(day - length < d <= day for d in worked) >= most:
                return False
        return True


def _said_of_crew(length: int, members: Members) -> bool:
    """Whether the week of the whole crew says it: nobody has a day off of their own."""
    return length == WEEK and not members.named


def _worked(team: CrewVariables, span: int, windows: int) -> list[Term]:
    """People at work on each of `span` days in a row; row = window."""
    row = np.arange(windows)[:, None]
    row = row[None, None]
    return [existing(row, team.head[:, :, k : k + windows], 1.0) for k in range(span)]


def _limit_of_week(problem: Problem, crew: Crew, first: int) -> Limit:
    on = on_day(problem, first)
    return limit_on_crew(
        problem,
        crew,
        WEEK_OF_CREW,
        what=f"days worked by {crew.name} people at {crew.site} in the week from {on}",
        allowed=float(crew.limit * crew.max_days_per_week),
        day=first,
    )


def _limit_of_stretch(problem: Problem, crew: Crew, days: int, upper: Floats, first: int) -> Limit:
    on = on_day(problem, first)
    return limit_on_crew(
        problem,
        crew,
        DAYS_OF_PEOPLE,
        what=f"days worked by {crew.name} people at {crew.site} in the {days} days from {on}",
        allowed=upper[first],
        day=first,
    )
