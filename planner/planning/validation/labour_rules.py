"""The rules on people beyond their number once more, without solver: who is there, who can do what,
hours, days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import TypeVar

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.named_staff import (
    REST_DATES,
    WEEK,
    Members,
    Person,
    longest_booking,
    most_paid_s,
    stretches,
    too_close,
)
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.wording import counted
from planner.domain.workforce import Crew, StaffRow
from planner.planning.wording import cells_in_words, on_day

Cell = tuple[str, str]  # process, shift
T = TypeVar("T")


def limit_people_there(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Where people have names, no more of a crew work on a day, or stay from one day to another,
    than are there.
    """
    for crew, members in _with_names(problem):
        rows = rows_of(plan, crew)
        for first, last in _spans(problem, crew, rows):
            people = (
                _staying(rows, first, last)
                if crew.temporary
                else sum(r.headcount for r in rows if r.day == first)
            )
            there = members.there(first, last)
            if people > there:
                when = f"on {on_day(problem, first)}"
                if last > first:
                    when = f"from {on_day(problem, first)} to {on_day(problem, last)}"
                words = (
                    f"{crew.name} people at {crew.site} {when}: {people} planned, {there} are there"
                )
                yield Violation("limit_crew", words)


def _spans(problem: Problem, crew: Crew, rows: list[StaffRow]) -> list[tuple[int, int]]:
    days = first_days(problem, rows, 1)
    return [(a, b) for a in days for b in (days[a:] if crew.temporary else (a,))]


def _staying(rows: list[StaffRow], first: int, last: int) -> int:
    """Temporaries at work on the last day who were booked on the first one."""
    return sum(r.headcount for r in rows if r.day == last and r.since_day <= first)


def limit_skills(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """The people who are there can be given places that they can fill."""
    for crew, members in _with_names(problem):
        rows = rows_of(plan, crew)
        for day in first_days(problem, rows, 1):
            needed: dict[Cell, int] = defaultdict(int)
            for row in rows:
                if row.day == day:
                    needed[row.process, row.shift] += row.headcount
            if sum(needed.values()) > members.there(day, day):
                continue  # too many, whatever they can do: `limit_people_there` says so
            short = too_few(problem, members, day, needed)
            if short:
                shifts = {name: problem.shift(name) for _, name in short}
                able = members.able([(process, shifts[name]) for process, name in short], day)
                planned = sum(needed[cell] for cell in short)
                who = f"{crew.name} people at {crew.site} on {on_day(problem, day)}"
                words = f"{who}: {planned} planned for {cells_in_words(short)}, {able} can do it"
                yield Violation("limit_skills", words)


def too_few(problem: Problem, members: Members, day: int, needed: Mapping[Cell, int]) -> list[Cell]:
    """Places for which too few people can do the work (empty: everybody can be given something they
    can do).
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
    """Named people who are there on a day, each with those of the places that they can fill."""
    shifts = {name: problem.shift(name) for _, name in cells}
    there = [p for p in members.named if day in p.available_days]
    return {
        p: [(process, name) for process, name in cells if p.can(process, shifts[name])]
        for p in there
    }


def match(able: Mapping[Person, list[T]], needed: Mapping[T, int]) -> dict[Person, T]:
    """As many people as possible, each to a place they can fill; who comes first has the first
    choice (augmenting paths; Kuhn 1955).
    """
    given: dict[Person, T] = {}

    def place(who: Person, seen: set[T]) -> bool:
        for cell in able[who]:
            if cell in seen:
                continue
            seen.add(cell)
            holders = [other for other, at in given.items() if at == cell]
            if len(holders) < needed[cell] or any(place(other, seen) for other in holders):
                given[who] = cell
                return True
        return False

    for who in able:
        place(who, set())
    return given


def limit_stretches(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """In so many days in a row permanent people work no more days than they are free and than each
    may.
    """
    for crew in (c for c in problem.crews if not c.temporary):
        members = problem.members(crew)
        people = per_day(plan, crew)
        for length, most in stretches(crew):
            if length == WEEK and not members.named:
                continue  # `limit_worked_days` of the whole crew
            span = min(length, problem.horizon.days)
            for first in first_days(problem, rows_of(plan, crew), span):
                worked = sum(people.get(day, 0) for day in range(first, first + span))
                allowed = members.days_within(first, span, most)
                if worked > allowed:
                    when = f"in the {span} days from {on_day(problem, first)}"
                    words = (
                        f"{crew.name} people at {crew.site}: {worked} days worked {when}, "
                        f"{allowed} allowed"
                    )
                    yield Violation("limit_worked_days", words)


def limit_rest(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At no start of a shift are more people at work, or not yet rested from a shift, than there
    are.

    Shifts that one person cannot both work are counted together, so this is necessary; for people
    who differ in nothing else it is also enough (see `rest_conflicts`).
    """
    for crew in problem.crews:
        members, rows = problem.members(crew), rows_of(plan, crew)
        count: dict[int, Counter[str]] = defaultdict(Counter)
        for row in rows:
            count[row.day][row.shift] += row.headcount
        for last in sorted(count):
            windows = product(
                range(last - 1, last - 1 - REST_DATES, -1), map(problem.shift, sorted(count[last]))
            )
            for first, begins in windows:
                busy = _busy(problem, crew, count, (first, last, begins))
                people, there = (
                    sum(count[d][name] for d, name in busy),
                    _people_in(members, rows, first, last),
                )
                if busy[0][0] == first and people > there:
                    yield Violation("limit_rest", _crowd(problem, crew, busy, (people, there)))
                    break


def _busy(
    problem: Problem,
    crew: Crew,
    count: Mapping[int, Mapping[str, int]],
    window: tuple[int, int, Shift],
) -> list[tuple[int, str]]:
    """Shifts (day, name) from a first to a last day of which one person works one at most: those of
    the last day that have started when `begins` does, and those of earlier days too close to it.
    """
    first, last, begins = window
    started = [
        (last, name)
        for name in sorted(count[last])
        if problem.shift(name).start_s <= begins.start_s
    ]
    tired = [
        (day, name)
        for day in range(first, last)
        for name in sorted(count.get(day, ()))
        if too_close(problem.shift(name), begins, last - day, crew.min_rest_hours)
    ]
    return tired + started


def _people_in(members: Members, rows: list[StaffRow], first: int, last: int) -> int:
    """How many different people can be at work from one day to another."""
    there = members.any_day(first, last)
    if members.crew.temporary:
        booked = sum(
            r.headcount
            for r in rows
            if r.day == first or (first < r.day <= last and r.since_day == r.day)
        )
        return min(there, booked)
    return there


def _crowd(
    problem: Problem, crew: Crew, busy: list[tuple[int, str]], people: tuple[int, int]
) -> str:
    days = sorted({day for day, _ in busy})
    shifts = " or ".join(
        f"{'/'.join(n for d, n in busy if d == day)} on {on_day(problem, day)}" for day in days
    )
    return (
        f"{crew.name} people at {crew.site}: {people[0]} work {shifts}, only {people[1]} are "
        "there and nobody can do "
        f"two of these with {counted(crew.min_rest_hours, 'hour')} of rest"
    )


def limit_worked_hours(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Nobody needs to work more hours in any seven days, or be booked for longer, than the crew's
    limits allow.
    """
    for crew in problem.crews:
        lengths = [s.paid_s for s in problem.shifts if _works(problem, crew, s)]
        rows = rows_of(plan, crew)
        if crew.temporary:
            yield from _too_long(problem, crew, rows)
        if crew.max_hours_per_week is None or not lengths:
            continue
        span = min(problem.horizon.days, WEEK)
        for first in first_days(problem, rows, span):
            week = [r for r in rows if first <= r.day < first + span]
            worked_s = sum(r.headcount * problem.shift(r.shift).paid_s for r in week)
            if crew.temporary:
                allowed_s = _joining(week, first) * most_paid_s(crew, lengths, span)
            else:
                allowed_s = problem.members(crew).seconds_of_week(first, span, lengths)
            if worked_s > allowed_s:
                when = f"in the week from {on_day(problem, first)}"
                hours = (
                    f"{counted(worked_s / HOUR_S, 'hour')} worked {when}, "
                    f"{allowed_s / HOUR_S:g} allowed"
                )
                yield Violation("limit_worked_hours", f"{crew.name} people at {crew.site}: {hours}")


def _works(problem: Problem, crew: Crew, shift: Shift) -> bool:
    return crew.may_work(shift) and bool(shift.working(0, problem.site(crew.site).opening))


def _too_long(problem: Problem, crew: Crew, rows: list[StaffRow]) -> Iterator[Violation]:
    longest = longest_booking(crew, (s for s in problem.shifts if _works(problem, crew, s)))
    for since in sorted({r.since_day for r in rows}):
        days = max(r.day for r in rows if r.since_day == since) - since + 1
        if longest is not None and days > longest:
            who = f"{crew.name} people at {crew.site} booked from {on_day(problem, since)}"
            words = f"{who}: {days} days in a row, {longest} allowed by hours or days of work"
            yield Violation("limit_worked_hours", words)


def _joining(week: list[StaffRow], first: int) -> int:
    """Temporaries at work on the first day of a week, and those who start on a later one."""
    return sum(r.headcount for r in week if r.day == max(first, r.since_day))


def _with_names(problem: Problem) -> Iterator[tuple[Crew, Members]]:
    for crew in problem.crews:
        members = problem.members(crew)
        if members.named:
            yield crew, members


def first_days(problem: Problem, rows: Sequence[StaffRow], length: int) -> range:
    """First day of every so many days in a row: from the evening before the horizon on where
    somebody works then.
    """
    begin = min((r.day for r in rows if r.day < 0), default=0)
    return range(begin, max(problem.horizon.days - length + 1, begin + 1))


def rows_of(plan: Plan, crew: Crew) -> list[StaffRow]:
    """The places of a crew."""
    return [r for r in plan.staffing if (r.site, r.crew) == (crew.site, crew.name)]


def per_day(plan: Plan, crew: Crew) -> dict[int, int]:
    """People of a crew at work on each day."""
    people: dict[int, int] = defaultdict(int)
    for row in rows_of(plan, crew):
        people[row.day] += row.headcount
    return people


PEOPLE_RULES = (limit_people_there, limit_skills, limit_stretches, limit_rest, limit_worked_hours)
