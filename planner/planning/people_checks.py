"""The rules on people beyond their number once more, without solver: who is there, who can do what, hours, days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

from planner.domain.horizon import HOUR_S, Shift
from planner.domain.people import WEEK, Members, Person, longest_booking, most_paid_s, stretches
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.workforce import Crew, StaffRow
from planner.planning.words import cells_in_words, on_day

Cell = tuple[str, str]  # process, shift
T = TypeVar("T")


def limit_people_there(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Where people have names, no more of a crew work on a day, or stay from one day to another, than are there."""
    for crew, members in _with_names(problem):
        rows = rows_of(plan, crew)
        for first, last in _spans(problem, crew):
            people = _staying(rows, first, last) if crew.temporary else sum(r.headcount for r in rows if r.day == first)
            there = members.there(first, last)
            if people > there:
                when = f"on {on_day(problem, first)}"
                if last > first:
                    when = f"from {on_day(problem, first)} to {on_day(problem, last)}"
                words = f"{crew.name} people at {crew.site} {when}: {people} planned, {there} are there"
                yield Violation("limit_crew", words)


def _spans(problem: Problem, crew: Crew) -> list[tuple[int, int]]:
    days = range(problem.horizon.days)
    return [(a, b) for a in days for b in (days[a:] if crew.temporary else (a,))]


def _staying(rows: list[StaffRow], first: int, last: int) -> int:
    """Temporaries at work on the last day who were booked on the first one."""
    return sum(r.headcount for r in rows if r.day == last and r.since_day <= first)


def limit_skills(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """The people who are there can be given places that they can fill."""
    for crew, members in _with_names(problem):
        for day in range(problem.horizon.days):
            needed: dict[Cell, int] = defaultdict(int)
            for row in rows_of(plan, crew):
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
    """Places for which too few people can do the work (empty: everybody can be given something they can do)."""
    able = able_people(problem, members, day, list(needed))
    given = match(able, needed)
    left = {cell: n - sum(at == cell for at in given.values()) for cell, n in needed.items()}
    if sum(left.values()) <= members.unnamed:
        return []
    short = {cell for cell, n in left.items() if n > 0}
    while True:
        wider = short | {given[who] for who, cells in able.items() if who in given and short & set(cells)}
        if wider == short:
            return sorted(short)
        short = wider


def able_people(problem: Problem, members: Members, day: int, cells: list[Cell]) -> dict[Person, list[Cell]]:
    """Named people who are there on a day, each with those of the places that they can fill."""
    shifts = {name: problem.shift(name) for _, name in cells}
    there = [p for p in members.named if day in p.available_days]
    return {p: [(process, name) for process, name in cells if p.can(process, shifts[name])] for p in there}


def match(able: Mapping[Person, list[T]], needed: Mapping[T, int]) -> dict[Person, T]:
    """As many people as possible, each to a place they can fill; who comes first has the first choice (augmenting
    paths; Kuhn 1955)."""
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
    """In so many days in a row permanent people work no more days than they are free and than each may."""
    for crew in (c for c in problem.crews if not c.temporary):
        members = problem.members(crew)
        people = per_day(plan, crew)
        for length, most in stretches(crew):
            if length == WEEK and not members.named:
                continue  # `limit_worked_days` of the whole crew
            span = min(length, problem.horizon.days)
            for first in range(problem.horizon.days - span + 1):
                worked = sum(people.get(day, 0) for day in range(first, first + span))
                allowed = members.days_within(first, span, most)
                if worked > allowed:
                    when = f"in the {span} days from {on_day(problem, first)}"
                    words = f"{crew.name} people at {crew.site}: {worked} days worked {when}, {allowed} allowed"
                    yield Violation("limit_worked_days", words)


def limit_people_rest(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Shifts of two days with too little rest between them have different people, of those there on either day."""
    for crew, members in _with_names(problem):
        count: dict[tuple[int, str], int] = defaultdict(int)
        for row in rows_of(plan, crew):
            count[row.day, row.shift] += row.headcount
        for day in range(problem.horizon.days - 1):
            today, tomorrow = ([s for s in problem.shifts if count[d, s.name]] for d in (day, day + 1))
            for after in tomorrow:
                late = [s for s in today if too_close(s, after, crew)]
                early = [s for s in tomorrow if all(too_close(a, s, crew) for a in late)]
                people = sum(count[day, s.name] for s in late) + sum(count[day + 1, s.name] for s in early)
                there = members.either_day(day)
                if late and people > there:
                    shifts = "/".join(s.name for s in late), "/".join(s.name for s in early)
                    words = (
                        f"{crew.name} people at {crew.site}: {people} work {shifts[0]} on {on_day(problem, day)} or "
                        f"{shifts[1]} the day after, only {there} are there on these days and nobody can do both"
                    )
                    yield Violation("limit_rest", words)


def limit_worked_hours(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Nobody needs to work more hours in any seven days, or be booked for longer, than the crew's limits allow."""
    for crew in problem.crews:
        lengths = [s.paid_s for s in problem.shifts if _works(problem, crew, s)]
        rows = rows_of(plan, crew)
        if crew.temporary:
            yield from _too_long(problem, crew, rows)
        if crew.max_hours_per_week is None or not lengths:
            continue
        span = min(problem.horizon.days, WEEK)
        for first in range(problem.horizon.days - span + 1):
            week = [r for r in rows if first <= r.day < first + span]
            worked_s = sum(r.headcount * problem.shift(r.shift).paid_s for r in week)
            if crew.temporary:
                allowed_s = _joining(week, first) * most_paid_s(crew, lengths, span)
            else:
                allowed_s = problem.members(crew).seconds_of_week(first, span, lengths)
            if worked_s > allowed_s:
                when = f"in the week from {on_day(problem, first)}"
                hours = f"{worked_s / HOUR_S:g} hours worked {when}, {allowed_s / HOUR_S:g} allowed"
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


def too_close(today: Shift, tomorrow: Shift, crew: Crew) -> bool:
    """Is there too little rest between a shift and one of the day after?"""
    return 24 * HOUR_S + tomorrow.start_s - today.end_s < crew.min_rest_hours * HOUR_S


def _with_names(problem: Problem) -> Iterator[tuple[Crew, Members]]:
    for crew in problem.crews:
        members = problem.members(crew)
        if members.named:
            yield crew, members


def rows_of(plan: Plan, crew: Crew) -> list[StaffRow]:
    """The places of a crew."""
    return [r for r in plan.staffing if (r.site, r.crew) == (crew.site, crew.name)]


def per_day(plan: Plan, crew: Crew) -> dict[int, int]:
    """People of a crew at work on each day."""
    people: dict[int, int] = defaultdict(int)
    for row in rows_of(plan, crew):
        people[row.day] += row.headcount
    return people


PEOPLE_RULES = (limit_people_there, limit_skills, limit_stretches, limit_people_rest, limit_worked_hours)
