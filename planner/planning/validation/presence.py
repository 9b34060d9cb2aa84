"""Checks of the least people in every shift, and of temporaries limited by permanent people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.domain.disruptions import closures, outside
from planner.domain.horizon import Shift
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.site import Process, Site
from planner.planning.wording import on_day

_ROUNDED = 1e-6  # people, as a share times a number of them may be missed by

Place = tuple[str, str, str, int]  # site, process, shift, day


def cover_presence(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """In every regular shift that a site works, every process has its `min_people`."""
    there: Counter[Place] = Counter()
    for row in plan.staffing:
        shift = problem.shift(row.shift)
        there[row.site, row.process, shift.extends or shift.name, row.day] += row.headcount
    for site, process in _processes(problem):
        for shift in problem.shifts:
            for day in range(problem.horizon.days):
                people = there[site.name, process.name, shift.name, day]
                if people < process.min_people and _worked(problem, site, shift, day):
                    where = _in_words(problem, (site.name, process.name, shift.name, day))
                    words = f"{where}: {people} people, {process.min_people} is the least"
                    yield Violation("cover_presence", words)


def limit_temporaries(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Of the people of no shift are more temporaries than the process allows."""
    for place, temporaries, permanents, _ in _mixes(problem, plan):
        share = problem.site(place[0]).process(place[1]).max_temporary_share
        people = temporaries + permanents
        if temporaries > share * people + _ROUNDED:
            where = _in_words(problem, place)
            words = f"{where}: {temporaries} of {people} people are temporaries"
            yield Violation("limit_temporaries", f"{words}, {share:.0%} at most")


def limit_starters(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """In no shift begin more people their ramp-up than the permanent people there can take."""
    for place, _, permanents, starters in _mixes(problem, plan):
        each = problem.site(place[0]).process(place[1]).starters_per_permanent
        if each is not None and starters > each * permanents + _ROUNDED:
            where = _in_words(problem, place)
            words = f"{where}: {starters} people on their first day with {permanents} permanent"
            yield Violation("limit_starters", f"{words}, {each:g} for each at most")


def _mixes(problem: Problem, plan: Plan) -> list[tuple[Place, int, int, int]]:
    """(place, temporaries, permanents, starters) of every shift in which somebody works.

    Nobody starts before the horizon as far as this is checked: those days are worked already.
    """
    temporary: Counter[Place] = Counter()
    permanent: Counter[Place] = Counter()
    starting: Counter[Place] = Counter()
    for row in plan.staffing:
        place = (row.site, row.process, row.shift, row.day)
        crew = problem.crew(row.site, row.crew)
        count = temporary if crew.temporary else permanent
        count[place] += row.headcount
        starting[place] += row.headcount * (crew.ramps_up and row.day == row.since_day >= 0)
    return [
        (place, temporary[place], permanent[place], starting[place])
        for place in sorted(temporary.keys() | permanent.keys())
        if place[3] >= 0
    ]


def _processes(problem: Problem) -> Iterator[tuple[Site, Process]]:
    """Every process of every site."""
    for site in problem.sites:
        for process in site.processes:
            yield site, process


def _worked(problem: Problem, site: Site, shift: Shift, day: int) -> bool:
    """Whether a site works a regular shift on a day: open and not closed for all of it."""
    if shift.extends or not site.works_in(shift):
        return False
    return bool(outside(shift.working(day, site.opening), closures(problem, site.name)))


def _in_words(problem: Problem, place: Place) -> str:
    site, process, shift, day = place
    return f"{site}, {process}, {shift} shift {on_day(problem, day)}"
