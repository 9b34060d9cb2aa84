"""The people behind the places of a plan, one by one: those with names, and numbered ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from planner.domain.crew_days import crew_days
from planner.domain.named_staff import Person
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import EVENING_BEFORE, Crew, StaffRow
from planner.planning.labour.staffing_rows import rows_of
from planner.planning.validation.bookings import Stay, booked, places_of


@dataclass(frozen=True, kw_only=True)
class Team:
    """People of a crew who share some of its places among themselves.

    Attributes
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        Their crew.
    people : tuple of Person
        All who may be given places.
    rows : tuple of StaffRow
        The places, a row for each day, process and shift.
    stays : tuple of Stay
        Bookings behind them; empty for permanent people.
    numbered : bool
        Whether nobody has a name, so that all of them are alike.
    """

    problem: Problem
    crew: Crew
    people: tuple[Person, ...]
    rows: tuple[StaffRow, ...]
    stays: tuple[Stay, ...]
    numbered: bool

    @property
    def days(self) -> list[int]:
        """Days on which somebody is wanted."""
        return sorted({row.day for row in self.rows})

    def until(self, days: int) -> Team:
        """The same people with the places of the days before a day."""
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.day < days),
            stays=tuple((a, min(b, days - 1), n) for a, b, n in self.stays if a < days),
        )


def alike(team: Team) -> Team:
    """The team with places that differ only in what matters to whether they can be filled.

    Numbered people do all that their crew may do, so of them any process will do.
    """
    if not team.numbered:
        return team
    anywhere = [replace(row, process="") for row in team.rows]
    return replace(team, rows=tuple(places_of(anywhere)))


def teams_of(problem: Problem, plan: Plan) -> list[Team]:
    """Who fills which places of a plan, crew by crew; crews without places are left out.

    Temporaries without names are a team for each first day, and a number for each booking: places
    of beginners are filled by those who begin. People of a crew with names may swap their bookings.
    """
    teams: list[Team] = []
    for crew in problem.crews:
        rows = rows_of(plan, crew)
        if rows:
            teams += _teams(problem, crew, rows)
    return teams


def _teams(problem: Problem, crew: Crew, rows: list[StaffRow]) -> list[Team]:
    members = problem.members(crew)
    if members.named or not crew.temporary:
        useful = min(members.unnamed, sum(row.headcount for row in rows))
        return [_team(problem, crew, members.named + numbered(problem, crew, useful), rows)]
    since_days = sorted({row.since_day for row in rows})
    groups = [[row for row in rows if row.since_day == since] for since in since_days]
    on = crew_days(problem, crew)
    sizes = [sum(people for _, _, people in booked(group, on)) for group in groups]
    everybody, first, teams = numbered(problem, crew, sum(sizes)), 0, []
    for group, size in zip(groups, sizes, strict=True):
        teams.append(_team(problem, crew, everybody[first : first + size], group))
        first += size
    return teams


def _team(
    problem: Problem, crew: Crew, people: tuple[Person, ...], rows: Sequence[StaffRow]
) -> Team:
    return Team(
        problem=problem,
        crew=crew,
        people=people,
        rows=tuple(places_of(rows)),
        stays=tuple(booked(rows, crew_days(problem, crew))) if crew.temporary else (),
        numbered=not problem.members(crew).named,
    )


def numbered(problem: Problem, crew: Crew, count: int) -> tuple[Person, ...]:
    """People without a name, who are always there and can do all that the crew may do.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    crew : Crew
        Their crew.
    count : int
        How many of them.

    Returns
    -------
    tuple of Person
        Named by crew, site and number, from 1 on; a number that is somebody's name is left out.
    """
    taken = {person.name for person in problem.people if person.site == crew.site}
    digits, days = max(len(str(count)), 2), range(EVENING_BEFORE, problem.horizon.days)
    names = (f"{crew.name}-{crew.site}-{n:0{digits}d}" for n in range(1, count + len(taken) + 1))
    free = islice((name for name in names if name not in taken), count)
    return tuple(
        Person(
            name=name,
            site=crew.site,
            crew=crew.name,
            skills=(),
            available_days=frozenset(days),
        )
        for name in free
    )
