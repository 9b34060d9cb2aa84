"""Skills: the people who are there can be given work that they can do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import SKILLS
from planner.domain.named_staff import Members, Person, match
from planner.domain.plan import Violation
from planner.domain.problem import Problem
from planner.domain.roster import RosterRow
from planner.domain.workforce import Crew, StaffRow
from planner.planning.labour.crew_variables import CrewVariables, existing, limit_on_crew
from planner.planning.labour.rule import LabourRule, in_words
from planner.planning.labour.staffing_rows import first_days
from planner.planning.milp.builder import Limit, MilpBuilder
from planner.planning.wording import cells_in_words, on_day

Cell = tuple[str, str]  # process, shift
Cells = frozenset[tuple[int, int]]  # (process, shift) as listed by the team


class Skills(LabourRule):
    """Everybody can be given a place that they can fill.

    For sets of (process, shift): people planned there <= people there who can do any of it. By
    Hall's theorem (Hall 1935, doi 10.1112/jlms/s1-10.37.26) the sets of `skill_sets` are enough.
    """

    limits = (SKILLS,)

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
        row = np.arange(team.days)
        for cells in skill_sets(members, team):
            named = [(team.processes[p], team.shifts[h]) for p, h in sorted(cells)]
            upper = np.array([members.able(named, day) for day in range(team.days)], dtype=float)
            heads = np.stack([team.head[p, h] for p, h in sorted(cells)])
            milp.constraints(
                "limit_skills",
                team.days,
                [existing(row[None, :, None], heads, 1.0)],
                upper=upper,
                limit=partial(_limit, problem, team, cells, upper),
            )

    def check(self, problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
        """A matching of the people there to the places of each day.

        Parameters
        ----------
        problem, crew, rows
            As in `LabourRule.check`.
        """
        members = problem.members(crew)
        if not members.named:
            return
        for day in first_days(problem, rows, 1):
            needed: dict[Cell, int] = defaultdict(int)
            for row in rows:
                if row.day == day:
                    needed[row.process, row.shift] += row.headcount
            if sum(needed.values()) > members.there(day, day):
                continue  # too many, whatever they can do: `Availability` says so
            short = too_few(problem, members, day, needed)
            if short:
                cells = [(process, problem.shift(name)) for process, name in short]
                able = members.able(cells, day)
                planned = sum(needed[cell] for cell in short)
                who = f"{crew.name} people at {crew.site} on {on_day(problem, day)}"
                words = f"{who}: {planned} planned for {cells_in_words(short)}, {able} can do it"
                yield Violation("limit_skills", words)

    def check_person(
        self, problem: Problem, person: Person, rows: list[RosterRow]
    ) -> Iterator[Violation]:
        """Every place is one that the person can fill.

        Parameters
        ----------
        problem, person, rows
            As in `LabourRule.check_person`.
        """
        crew = problem.crew(person.site, person.crew)
        for row in rows:
            if person.can(row.process, problem.shift(row.shift)) and crew.may_do(row.process):
                continue
            where = f"{row.process}, {row.shift} shift {on_day(problem, row.day)}"
            yield Violation("limit_skills", f"{in_words(person)}: {where}, but cannot do it")


def skill_sets(members: Members, team: CrewVariables) -> list[Cells]:
    """Sets of (process, shift) for which there may be too few people.

    They are unions of what the people of some kinds cannot do. By Hall's theorem everybody can be
    given something they can do when, for each such set, the people planned there are no more than
    those who can do any of it.
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


def _limit(problem: Problem, team: CrewVariables, cells: Cells, upper: Floats, day: int) -> Limit:
    crew = team.crew
    work = cells_in_words([(team.processes[p], team.shifts[h].name) for p, h in sorted(cells)])
    return limit_on_crew(
        problem,
        crew,
        SKILLS,
        what=f"{crew.name} people at {crew.site} who can do {work} on {on_day(problem, day)}",
        allowed=upper[day],
        day=day,
    )


def too_few(problem: Problem, members: Members, day: int, needed: Mapping[Cell, int]) -> list[Cell]:
    """Places for which too few people can do the work.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    members : Members
        The people of the crew.
    day : int
        The day.
    needed : mapping of (process, shift) to int
        People planned at each place.

    Returns
    -------
    list of (process, shift)
        A set of places of which the people who can do any of them are fewer than planned; empty
        where everybody can be given something they can do.
    """
    able = able_people(problem, members, day, list(needed))
    given = match(able, needed)
    left = {cell: n - sum(at == cell for at in given.values()) for cell, n in needed.items()}
    if sum(left.values()) <= members.unnamed:
        return []
    short = {cell for cell, n in left.items() if n > 0}
    while True:
        wider = short | {
            given[who] for who, cells in able.items() if who in given and short & set(cells)
        }
        if wider == short:
            return sorted(short)
        short = wider


def able_people(
    problem: Problem, members: Members, day: int, cells: list[Cell]
) -> dict[Person, list[Cell]]:
    """Named people who are there on a day, with the work that they can do.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    members : Members
        The people of the crew.
    day : int
        The day.
    cells : list of (process, shift)
        Places.

    Returns
    -------
    dict of Person to list of (process, shift)
        Of the places those that each can fill.
    """
    shifts = {name: problem.shift(name) for _, name in cells}
    there = [p for p in members.named if day in p.available_days]
    return {
        p: [(process, name) for process, name in cells if p.can(process, shifts[name])]
        for p in there
    }
