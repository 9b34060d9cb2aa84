"""The roster of a changed plan: people whose shifts did not change keep them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.roster import Roster, RosterRow
from planner.formats.tables.tables import read_result_table
from planner.planning.labour.rules import RULES
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.roster_rules import roster_violations
from planner.planning.validation.teams import Team, teams_of

Person = tuple[str, str, str]  # site, crew, name
Place = tuple[int, str, str]  # day, process, shift
MADE_AGAIN = (
    "the roster could not be changed person by person and was made again: more people than "
    "necessary have other shifts, see tables/calls.csv"
)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PersonChange:
    """A person whose shift of a day changes.

    Attributes
    ----------
    day : int
        The day.
    site, crew, person : str
        Who.
    before, after : (process, shift) or None
        Their place; None: none.
    """

    day: int
    site: str
    crew: str
    person: str
    before: tuple[str, str] | None
    after: tuple[str, str] | None


def kept_roster(folder: Path, problem: Problem, plan: Plan) -> Roster:
    """The roster that a folder keeps; made where it keeps none that fits the plan.

    Parameters
    ----------
    folder : Path
        Folder of a plan.
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.

    Returns
    -------
    Roster
        Who works when.
    """
    path = folder / "tables" / "roster.csv"
    if path.is_file():
        table = read_result_table(path, dtype=str)
        rows = tuple(
            sorted(
                RosterRow(
                    day=problem.horizon.day_of(date.fromisoformat(row["date"])),
                    site=row["site"],
                    process=row["process"],
                    crew=row["crew"],
                    shift=row["shift"],
                    person=row["person"],
                )
                for row in table.to_dict("records")
            )
        )
        found = _nothing_proved(rows)
        if not roster_violations(problem, plan, found, problem.horizon.reported_days):
            return changed_roster(problem, found, plan)[0]  # with the tail, which no table shows
    return assign_people(problem, plan)


def _nothing_proved(rows: tuple[RosterRow, ...]) -> Roster:
    """A roster of which nobody says that it is the fairest."""
    return Roster(rows, unproved=tuple(sorted({(row.site, row.crew) for row in rows})))


def changed_roster(problem: Problem, before: Roster, after: Plan) -> tuple[Roster, bool]:
    """Who works when under a changed plan.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    before : Roster
        The roster until now.
    after : Plan
        The changed plan.

    Returns
    -------
    tuple of Roster and bool
        The roster, and whether everybody whose place is still there kept it.
    """
    worked: dict[Person, dict[int, RosterRow]] = defaultdict(dict)
    for row in before.rows:
        worked[row.site, row.crew, row.person][row.day] = row
    rows: list[RosterRow] = []
    for team in teams_of(problem, after):
        rows += _of_team(problem, team, worked)
    found = _nothing_proved(tuple(sorted(rows)))
    if not roster_violations(problem, after, found):
        return found, True
    return assign_people(problem, after), False


def _of_team(
    problem: Problem, team: Team, worked: dict[Person, dict[int, RosterRow]]
) -> list[RosterRow]:
    """Places of a team: first those who are there already, then who is moved, then who is free."""
    need: Counter[Place] = Counter()
    for wanted in team.rows:
        need[wanted.day, wanted.process, wanted.shift] += wanted.headcount
    own: dict[str, dict[int, RosterRow]] = {p.name: {} for p in team.people}
    moved: dict[int, list[str]] = defaultdict(list)
    for name, days in own.items():
        for day, row in sorted(worked.get((team.crew.site, team.crew.name, name), {}).items()):
            place = day, row.process, row.shift
            if need[place] > 0:
                need[place] -= 1
                days[day] = row
            else:
                moved[day].append(name)
    for place in sorted(p for p, n in need.items() if n > 0):
        for _ in range(need[place]):
            _fill(problem, team, place, own, moved)
    return [row for days in own.values() for row in days.values()]


def _fill(
    problem: Problem,
    team: Team,
    place: Place,
    own: dict[str, dict[int, RosterRow]],
    moved: dict[int, list[str]],
) -> None:
    """Give a place to the first who may have it; nobody: it stays empty, and the check says so."""
    day, process, shift = place
    there = [n for n in own if day not in own[n] and n not in moved[day]]
    free = sorted(there, key=lambda n: (len(own[n]), n))  # who works least
    for name in [*moved[day], *free]:
        person = next(p for p in team.people if p.name == name)
        row = RosterRow(
            day=day,
            site=team.crew.site,
            process=process,
            crew=team.crew.name,
            shift=shift,
            person=name,
        )
        rows = sorted([*own[name].values(), row])
        if not any(v for rule in RULES for v in rule.check_person(problem, person, rows)):
            own[name][day] = row
            if name in moved[day]:
                moved[day].remove(name)
            return


def person_changes(before: Roster, after: Roster, days: int) -> tuple[PersonChange, ...]:
    """Whose shift changes, by day.

    Parameters
    ----------
    before, after : Roster
        The rosters.
    days : int
        Days from the first on that are compared.

    Returns
    -------
    tuple of PersonChange
        By day and person.
    """
    old, new = _places(before), _places(after)
    return tuple(
        PersonChange(
            day=day,
            site=site,
            crew=crew,
            person=person,
            before=old.get((day, site, crew, person)),
            after=new.get((day, site, crew, person)),
        )
        for day, site, crew, person in sorted(old.keys() | new.keys())
        if day < days and old.get((day, site, crew, person)) != new.get((day, site, crew, person))
    )


def _places(roster: Roster) -> dict[tuple[int, str, str, str], tuple[str, str]]:
    return {(r.day, r.site, r.crew, r.person): (r.process, r.shift) for r in roster.rows}
