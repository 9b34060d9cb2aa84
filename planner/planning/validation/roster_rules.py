"""Checks of a roster: every place accounted for, and no person's limit broken.

Plain arithmetic, for rosters that are made and for those that are changed by hand.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from planner.domain.crew_days import crew_days
from planner.domain.named_staff import Person
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.roster import Roster, RosterRow
from planner.domain.wording import counted, people_counted
from planner.domain.workforce import EVENING_BEFORE
from planner.planning.labour.rule import in_words
from planner.planning.labour.rules import RULES
from planner.planning.validation.bookings import Stay
from planner.planning.validation.teams import Team, teams_of
from planner.planning.wording import on_day

Key = tuple[str, str, str]  # site, crew, person
Place = tuple[int, str, str]  # day, process, shift


def roster_violations(
    problem: Problem, plan: Plan, roster: Roster, days: int | None = None
) -> tuple[Violation, ...]:
    """Everything that is wrong with a roster, in words.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    plan : Plan
        The plan whose places the roster fills.
    roster : Roster
        The roster.
    days : int, optional
        Days from the first on that the roster covers; None: all days that are planned.

    Returns
    -------
    tuple of Violation
        Empty when the roster can be worked as it is.
    """
    shifts: dict[Key, list[RosterRow]] = defaultdict(list)
    for row in roster.rows:
        shifts[row.site, row.crew, row.person].append(row)
    days = problem.horizon.days if days is None else days
    teams = [team.until(days) for team in teams_of(problem, plan)]
    people = {(p.site, p.crew, p.name): (p, team.stays) for team in teams for p in team.people}
    # who has a name is known even where the plan has no place for the crew
    people |= {
        key: (p, ()) for p in problem.people if (key := (p.site, p.crew, p.name)) not in people
    }
    found = [*_places(problem, teams, roster), *_beginners(problem, teams, shifts)]
    for key in sorted(shifts):
        if key in people:
            found += _person(problem, people[key], sorted(shifts[key]))
        else:
            site, crew, name = key
            found.append(Violation("known_names", f"{name}: nobody of crew {crew} at {site}"))
    return tuple(found)


def _places(problem: Problem, teams: list[Team], roster: Roster) -> Iterator[Violation]:
    """People and empty places add up to the places of the plan, team by team."""
    planned: Counter[tuple[str, str, Place]] = Counter()
    filled: Counter[tuple[str, str, Place]] = Counter()
    for team in teams:
        for row in team.rows:
            planned[row.site, row.crew, (row.day, row.process, row.shift)] += row.headcount
    for one in roster.rows:
        filled[one.site, one.crew, (one.day, one.process, one.shift)] += 1
    for left in roster.open:
        filled[left.site, left.crew, (left.day, left.process, left.shift)] += left.empty
    for key in sorted(planned.keys() | filled.keys()):
        if planned[key] != filled[key]:
            site, crew, (day, process, shift) = key
            where = f"{site}, {process}, {crew}, {shift} shift {on_day(problem, day)}"
            places = counted(planned[key], "place")
            words = f"{where}: {places} in the plan, {filled[key]} in the roster"
            yield Violation("cover_places", words)


def _beginners(
    problem: Problem, teams: list[Team], shifts: dict[Key, list[RosterRow]]
) -> Iterator[Violation]:
    """Numbered temporaries fill the places of those who are booked since the same day."""
    for team in teams:
        if not team.stays or not team.numbered:
            continue
        planned = {(r.day, r.process, r.shift): r.headcount for r in team.rows}
        own = [row for p in team.people for row in shifts.get((p.site, p.crew, p.name), ())]
        filled = Counter((row.day, row.process, row.shift) for row in own)
        for (day, process, shift), people in sorted(filled.items()):
            most = planned.get((day, process, shift), 0)
            if people > most:
                since = on_day(problem, team.stays[0][0])
                where = f"{team.crew.site}, {process}, {shift} shift {on_day(problem, day)}"
                words = f"{people_counted(people)} of {team.crew.name} booked from {since}"
                words += f", {most} in the plan"
                yield Violation("cover_bookings", f"{where}: {words}")


def _person(
    problem: Problem, who: tuple[Person, tuple[Stay, ...]], rows: list[RosterRow]
) -> Iterator[Violation]:
    """All limits of one person, and the bookings that they may be given."""
    person, stays = who
    for before, after in combinations(rows, 2):
        if before.day == after.day:
            words = f"{in_words(person)}: two shifts on {on_day(problem, after.day)}"
            yield Violation("limit_shifts", words)
    for rule in RULES:
        yield from rule.check_person(problem, person, rows)
    if problem.crew(person.site, person.crew).temporary:
        yield from _bookings(problem, stays, person, {r.day for r in rows})


def _bookings(
    problem: Problem, booked: tuple[Stay, ...], person: Person, days: set[int]
) -> Iterator[Violation]:
    """A temporary's days are those of whole bookings of the plan, one after the other."""
    stays = {(first, last) for first, last, _ in booked}
    on = crew_days(problem, problem.crew(person.site, person.crew))
    covered = {EVENING_BEFORE - 1}  # ends of what whole bookings can explain
    for day in sorted({d for stay in stays for d in stay}):
        for first, last in sorted(s for s in stays if s[0] == day):
            gap_free = any(end < first and not days & set(range(end + 1, first)) for end in covered)
            if gap_free and set(on.within(first, last)) <= days:
                covered.add(last)
    if not any(not days & set(range(end + 1, problem.horizon.days)) for end in covered):
        worked = ", ".join(on_day(problem, day) for day in sorted(days))
        words = f"{in_words(person)}: works on {worked}, which are not whole bookings of the plan"
        yield Violation("cover_bookings", words)
