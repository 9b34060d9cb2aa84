"""Checks of the least people in every shift, and of temporaries limited by permanent people."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from planner.domain.disruptions import open_work
from planner.domain.horizon import Shift
from planner.domain.plan import Plan, Violation
from planner.domain.problem import Problem
from planner.domain.site import Process, Site
from planner.domain.wording import people_counted
from planner.planning.wording import on_days

_ROUNDED = 1e-6  # people, as a share times a number of them may be missed by

Place = tuple[str, str, str, int]  # site, process, shift, day
Mix = tuple[Place, int, int, int]  # temporaries, permanents, starters of a place


def cover_presence(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """In every regular shift that a site works, every process has its `min_people`."""
    there: Counter[Place] = Counter()
    for row in plan.staffing:
        shift = problem.shift(row.shift)
        there[row.site, row.process, shift.extends or shift.name, row.day] += row.headcount
    for site, process in _processes(problem):
        short: dict[Place, str] = {}
        for shift in problem.shifts:
            for day in range(problem.horizon.days):
                place = (site.name, process.name, shift.name, day)
                if there[place] < process.min_people and _worked(problem, site, shift, day):
                    short[place] = people_counted(there[place])
        yield from _by_shift(problem, "cover_presence", short, f"{process.min_people} is the least")


def limit_temporaries(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Of the people of no shift are more temporaries than the process allows."""
    mixes = _mixes(problem, plan)
    for site, process in _processes(problem):
        share = process.max_temporary_share
        many = {
            place: f"{temporaries} of {people_counted(temporaries + permanents)} temporary"
            for place, temporaries, permanents, _ in mixes[site.name, process.name]
            if temporaries > share * (temporaries + permanents) + _ROUNDED
        }
        yield from _by_shift(problem, "limit_temporaries", many, f"{share:.0%} at most")


def limit_starters(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """In no shift begin more people their ramp-up than the permanent people there can take."""
    mixes = _mixes(problem, plan)
    for site, process in _processes(problem):
        each = process.starters_per_permanent
        if each is None:
            continue
        many = {
            place: f"{people_counted(starters)} on their first day with {permanents} permanent"
            for place, _, permanents, starters in mixes[site.name, process.name]
            if starters > each * permanents + _ROUNDED
        }
        yield from _by_shift(problem, "limit_starters", many, f"{each:g} for each at most")


def _by_shift(
    problem: Problem, rule: str, found: dict[Place, str], limit: str
) -> Iterator[Violation]:
    """One violation for each shift of a process, with its days; `found`: what is wrong where."""
    shifts: dict[tuple[str, str, str], dict[str, list[int]]] = {}
    for (*where, day), what in found.items():
        site, process, shift = where
        shifts.setdefault((site, process, shift), {}).setdefault(what, []).append(day)
    for (site, process, shift), said in shifts.items():
        parts = [f"{what} on {on_days(problem, days)}" for what, days in said.items()]
        words = f"{site}, {process}, {shift} shift: {'; '.join(parts)}; {limit}"
        yield Violation(rule, words)


def _mixes(problem: Problem, plan: Plan) -> Mapping[tuple[str, str], list[Mix]]:
    """The mix of every shift in which somebody works, by site and process.

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
    mixes: dict[tuple[str, str], list[Mix]] = defaultdict(list)
    for place in sorted(temporary.keys() | permanent.keys()):
        if place[3] >= 0:
            mix = (place, temporary[place], permanent[place], starting[place])
            mixes[place[:2]].append(mix)
    return mixes


def _processes(problem: Problem) -> Iterator[tuple[Site, Process]]:
    """Every process of every site."""
    for site in problem.sites:
        for process in site.processes:
            yield site, process


def _worked(problem: Problem, site: Site, shift: Shift, day: int) -> bool:
    """Whether a site works a regular shift on a day: open and not closed for all of it."""
    if shift.extends or not site.works_in(shift):
        return False
    return bool(open_work(problem, site, shift, day))
