"""What may take the place of something in a plan at less cost: a shorter shift, overtime, another
crew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from planner.domain.costs import bookings, committed_costs, staff_cost_minor
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.staffing import earliest_start
from planner.studies.certification.removable_resources import (
    Heads,
    Removable,
    Slack,
    fewer_booked,
    heads_of,
    with_heads,
)

LONGER = 3  # people who stay for overtime so that one more need not come, at most


def swaps(problem: Problem, plan: Plan, slack: Slack) -> list[Removable]:
    """Every swap that saves money, what saves most first."""
    found = [
        *_shorter_shifts(problem, plan, slack),
        *_overtime(problem, plan, slack),
        *_permanent_for_temporary(problem, plan, slack),
        *_temporary_for_permanent(problem, plan, slack),
    ]
    return sorted(
        (u for u in found if u.saving_minor > 0), key=lambda u: (-u.saving_minor * u.slack, u.words)
    )


def _pay(problem: Problem, row: StaffRow) -> int:
    return staff_cost_minor(problem, replace(row, headcount=1))


def _swapped(gone: Heads, come: Heads) -> Callable[[Plan, int], Plan | None]:
    """n times these rows for those; None where there are not so many."""

    def swap(plan: Plan, n: int) -> Plan | None:
        heads = heads_of(plan)
        for row, people in gone.items():
            heads[row] -= n * people
        if min((heads[row] for row in gone), default=0) < 0:
            return None
        for row, people in come.items():
            heads[row] += n * people
        return with_heads(plan, heads)

    return swap


def _unit(
    problem: Problem, words: str, rows: tuple[Heads, Heads], count: int, slack: float
) -> Removable:
    gone, come = rows
    saving = sum(n * _pay(problem, r) for r, n in gone.items()) - sum(
        n * _pay(problem, r) for r, n in come.items()
    )
    return Removable("swap", words, count, saving, slack, _swapped(gone, come))


def _shorter_shifts(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Another shift of the same day for the same person."""
    for row in plan.staffing:
        crew, bare = problem.crew(row.site, row.crew), replace(row, headcount=0)
        for shift in problem.shifts:
            if shift.name != row.shift and crew.may_work(shift):
                words = f"{shift.name} instead of {_at(problem, row)}"
                other = replace(bare, shift=shift.name)
                yield _unit(
                    problem, words, (Heads({bare: 1}), Heads({other: 1})), row.headcount, slack(row)
                )


def _overtime(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Some of a permanent shift go on into overtime, and one person fewer comes."""
    for row in plan.staffing:
        crew, bare = problem.crew(row.site, row.crew), replace(row, headcount=0)
        longer = [s for s in problem.shifts if s.extends == row.shift and crew.may_work(s)]
        for shift in longer if not crew.temporary else ():
            for staying in range(1, min(LONGER, row.headcount - 1) + 1):
                words = f"{staying} of {shift.name} instead of one more of {_at(problem, row)}"
                rows = Heads({bare: staying + 1}), Heads({replace(bare, shift=shift.name): staying})
                yield _unit(problem, words, rows, row.headcount // (staying + 1), slack(row))


def _permanent_for_temporary(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Permanent people take the places of a whole booking."""
    before = sum(committed_costs(problem, plan).values())
    for b in bookings(problem, plan.staffing):
        for crew in problem.crews:
            if crew.temporary or crew.site != b.site:
                continue
            swap = _taken_over(fewer_booked(b, slack), crew)
            once = swap(plan, 1)
            if once is not None:
                saving = before - sum(committed_costs(problem, once).values())
                words = (
                    f"{crew.name} instead of {b.crew} at {b.site} booked {b.since_day} to "
                    f"{b.last_day}"
                )
                yield Removable("swap", words, b.people, saving, 1.0, swap)


def _taken_over(
    without: Callable[[Plan, int], Plan | None], crew: Crew
) -> Callable[[Plan, int], Plan | None]:
    def swap(plan: Plan, n: int) -> Plan | None:
        less = without(plan, n)
        if less is None:
            return None
        heads, gone = heads_of(plan), heads_of(plan)
        gone.subtract(heads_of(less))
        for row, people in gone.items():
            heads[row] -= people
            heads[replace(row, crew=crew.name, since_day=LONG_AGO)] += people
        return with_heads(plan, heads)

    return swap


def _temporary_for_permanent(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """A temporary of the shortest booking takes the place of a permanent person on all its days."""
    heads = heads_of(plan)
    for row in sorted(heads):
        if problem.crew(row.site, row.crew).temporary:
            continue
        for crew in problem.crews:
            days = range(row.day, row.day + max(crew.min_days, 1))
            gone = Heads({replace(row, day=day): 1 for day in days})
            people = min(heads[r] for r in gone)
            if (
                not crew.temporary
                or crew.site != row.site
                or people < 1
                or row.day < earliest_start(problem, crew)
            ):
                continue
            come = Heads({replace(r, crew=crew.name, since_day=row.day): 1 for r in gone})
            words = f"{crew.name} for {len(days)} days instead of {_at(problem, row)}"
            unit = _unit(problem, words, (gone, come), people, slack(row))
            yield replace(unit, saving_minor=unit.saving_minor - crew.hire_cost_minor)


def _at(problem: Problem, row: StaffRow) -> str:
    on = f"{problem.horizon.date_of(row.day):%m-%d}"
    since = "" if row.since_day == LONG_AGO else f" since {row.since_day}"
    return f"{row.crew}{since} at {row.site}, {row.process}, {row.shift} shift on {on}"
