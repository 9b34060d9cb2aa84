"""People for the places of a finished plan: who works when, one team at a time."""

from __future__ import annotations

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.roster import OpenRow, Roster, RosterRow
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import RosterOptions
from planner.planning.rostering.cp_model import (
    Filling,
    RosterModel,
    changes,
    filled_by_solver,
    hint_of,
    nobody_assigned,
    places_open,
    roster_model,
    unevenness,
)
from planner.planning.rostering.exchange import evened
from planner.planning.rostering.greedy import Places, greedy_roster, left_open
from planner.planning.rostering.lexicographic import minimise_lexicographically
from planner.planning.validation.teams import Team, teams_of

DEFAULTS = RosterOptions()
FAIRNESS_PROVED = 2  # objectives proved optimal from which on a roster counts as proved


def assign_people(problem: Problem, plan: Plan, options: RosterOptions = DEFAULTS) -> Roster:
    """Who fills which place of a plan, for every crew.

    Nobody works more than one shift a day or against a labour rule, and a temporary works on all
    days of the bookings they are given. In this order: as few places as possible stay open; days
    (hours where shifts differ in length), nights and weekends are spread as evenly as possible;
    people stay in their shift and process from one day to the next. People without names get a
    greedy roster where it fills all places; otherwise the solver decides.

    Parameters
    ----------
    problem : Problem
        The problem planned, with its people.
    plan : Plan
        The plan whose places are filled.
    options : RosterOptions
        How long each objective is searched.

    Returns
    -------
    Roster
        Who works when, places that stay open, and crews for which nothing is proved.
    """
    rows: list[RosterRow] = []
    left: list[OpenRow] = []
    unproved: dict[tuple[str, str], None] = {}
    undecided: dict[tuple[str, str], None] = {}
    for team in teams_of(problem, plan):
        places, proved = _places_of(team, options)
        empty = _open(team, places)
        rows += _rows(team, places)
        left += empty
        if proved < FAIRNESS_PROVED:
            unproved[team.crew.site, team.crew.name] = None
        if empty and not proved:
            undecided[team.crew.site, team.crew.name] = None
    return Roster(tuple(sorted(rows)), tuple(sorted(left)), tuple(unproved), tuple(undecided))


def can_fill(team: Team, options: RosterOptions = DEFAULTS) -> Filling:
    """Whether the people of a team can fill all its places."""
    greedy = greedy_roster(team)
    if not left_open(team, greedy).any():
        return Filling.POSSIBLE
    return in_solver_process(filled_by_solver, team, options.open_seconds)


def _places_of(team: Team, options: RosterOptions) -> tuple[Places, int]:
    """The places of each person of a team, and how many objectives are proved optimal."""
    greedy = greedy_roster(team)
    if team.numbered and not left_open(team, greedy).any():
        return _in_order(evened(team, greedy)), 0
    return in_solver_process(solved_roster, team, greedy, options)


def solved_roster(team: Team, start: Places, options: RosterOptions) -> tuple[Places, int]:
    """The roster of a team by CP-SAT.

    Parameters
    ----------
    team : Team
        The team.
    start : Places
        A roster that may leave places open.
    options : RosterOptions
        How long each objective is searched.

    Returns
    -------
    places : Places
        The places of each person.
    proved : int
        How many objectives are proved optimal: with 1 no roster leaves fewer places open, with 2
        none of those is fairer.
    """
    roster = roster_model(team)
    objectives = [(places_open(roster), options.open_seconds)]
    if len(team.people) * len(team.rows) <= options.fair_columns or not team.numbered:
        objectives += [
            (unevenness(roster), options.fairness_seconds),
            (changes(roster), options.steadiness_seconds),
        ]
    values, proved = minimise_lexicographically(
        roster.model, objectives, nobody_assigned(roster), hint_of(roster, start)
    )
    found = _read(roster, values)
    if not left_open(team, start).any() and left_open(team, found).any():
        return start, 0  # the solver reached its limit before it found what is known
    return found, proved


def _read(roster: RosterModel, values: list[int]) -> Places:
    """The roster in a solution."""
    return {
        assignee.person: {
            roster.rows[i].day: (roster.rows[i].process, roster.rows[i].shift)
            for i, filled in assignee.at.items()
            if values[filled.index]
        }
        for assignee in roster.assignees
    }


def _in_order(places: Places) -> Places:
    """The same work with other numbers: who works the same comes one after the other."""
    people = list(places)
    works = sorted((sorted(worked.items()) for worked in places.values()), key=_by_first_day)
    return {person: dict(work) for person, work in zip(people, works, strict=True)}


def _by_first_day(work: list[tuple[int, tuple[str, str]]]) -> tuple[object, ...]:
    """Order of numbers: those with work first, by day, shift and process."""
    return not work, [(day, shift, process) for day, (process, shift) in work]


def _rows(team: Team, places: Places) -> list[RosterRow]:
    """Places with a person."""
    return [
        RosterRow(
            day=day,
            site=team.crew.site,
            process=process,
            crew=team.crew.name,
            shift=shift,
            person=person.name,
        )
        for person, worked in places.items()
        for day, (process, shift) in worked.items()
    ]


def _open(team: Team, places: Places) -> list[OpenRow]:
    """Places without one."""
    return [
        OpenRow(
            day=row.day,
            site=row.site,
            process=row.process,
            crew=row.crew,
            shift=row.shift,
            empty=int(empty),
        )
        for row, empty in zip(team.rows, left_open(team, places), strict=True)
        if empty
    ]
