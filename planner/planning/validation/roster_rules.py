"""Checks of a roster with names: every place accounted for, and no person's limit broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from planner.domain.named_staff import Members, NamedRoster, NamedRow, Person
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.workforce import EVENING_BEFORE, Crew, StaffRow
from planner.planning.labour.rule import in_words
from planner.planning.labour.rules import RULES
from planner.planning.labour.staffing_rows import rows_of
from planner.planning.validation.bookings import booked
from planner.planning.wording import on_day


def roster_violations(problem: Problem, plan: Plan, roster: NamedRoster) -> tuple[Violation, ...]:
    """Everything that is wrong with a roster, in words.

    Parameters
    ----------
    problem : Problem
        The problem planned.
    plan : Plan
        The plan whose places the roster fills.
    roster : NamedRoster
        The roster.

    Returns
    -------
    tuple of Violation
        Empty when the roster can be worked as it is.
    """
    found: list[Violation] = []
    for crew in problem.crews:
        members = problem.members(crew)
        if members.named:
            found += _places(problem, plan, roster, crew)
            found += _nameless(roster, members)
    for person in problem.people:
        mine = [r for r in roster.rows if (r.site, r.name) == (person.site, person.name)]
        found += _person(problem, plan, person, sorted(mine))
    known = {(p.site, p.crew, p.name) for p in problem.people}
    strangers = sorted({(r.site, r.crew, r.name) for r in roster.rows} - known)
    found += [
        Violation("known_names", f"{name}: nobody of crew {crew} at {site}")
        for site, crew, name in strangers
    ]
    return tuple(found)


def _places(problem: Problem, plan: Plan, roster: NamedRoster, crew: Crew) -> Iterator[Violation]:
    """Names, places without a name and empty places add up to those of the plan."""
    planned: Counter[tuple[int, str, str]] = Counter()
    for row in rows_of(plan, crew):
        planned[row.day, row.process, row.shift] += row.headcount
    filled = Counter(
        (r.day, r.process, r.shift)
        for r in roster.rows
        if (r.site, r.crew) == (crew.site, crew.name)
    )
    for left in roster.open:
        if (left.site, left.crew) == (crew.site, crew.name):
            filled[left.day, left.process, left.shift] += left.unnamed + left.empty
    for day, process, shift in sorted(planned.keys() | filled.keys()):
        key = (day, process, shift)
        if planned[key] != filled[key]:
            where = f"{crew.site}, {process}, {crew.name}, {shift} shift {on_day(problem, day)}"
            yield Violation(
                "cover_places",
                f"{where}: {planned[key]} places in the plan, {filled[key]} in the roster",
            )


def _nameless(roster: NamedRoster, members: Members) -> Iterator[Violation]:
    """No more people without a name on a day than there are."""
    crew = members.crew
    count: Counter[int] = Counter()
    for left in roster.open:
        if (left.site, left.crew) == (crew.site, crew.name):
            count[left.day] += left.unnamed
    for day, people in sorted(count.items()):
        if people > members.unnamed:
            words = f"{people} people without a name on day {day + 1}, there are {members.unnamed}"
            yield Violation("limit_crew", f"{crew.name} at {crew.site}: {words}")


def _person(
    problem: Problem, plan: Plan, person: Person, rows: list[NamedRow]
) -> Iterator[Violation]:
    """All limits of one person."""
    for before, after in combinations(rows, 2):
        if before.day == after.day:
            words = f"{in_words(person)}: two shifts on {on_day(problem, after.day)}"
            yield Violation("limit_shifts", words)
    for rule in RULES:
        yield from rule.check_person(problem, person, rows)
    crew = problem.crew(person.site, person.crew)
    if crew.temporary:
        yield from _bookings(problem, rows_of(plan, crew), person, {r.day for r in rows})


def _bookings(
    problem: Problem, planned: list[StaffRow], person: Person, days: set[int]
) -> Iterator[Violation]:
    """A temporary's days are those of whole bookings of the plan, one after the other."""
    stays = {(first, last) for first, last, _ in booked(planned)} if days else set()
    covered = {EVENING_BEFORE - 1}  # ends of what whole bookings can explain
    for day in sorted({d for stay in stays for d in stay}):
        for first, last in sorted(s for s in stays if s[0] == day):
            gap_free = any(end < first and not days & set(range(end + 1, first)) for end in covered)
            if gap_free and set(range(first, last + 1)) <= days:
                covered.add(last)
    if not any(not days & set(range(end + 1, problem.horizon.days)) for end in covered):
        worked = ", ".join(on_day(problem, day) for day in sorted(days))
        words = f"{in_words(person)}: works on {worked}, which are not whole bookings of the plan"
        yield Violation("cover_bookings", words)
