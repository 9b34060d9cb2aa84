"""Substitutions in a plan that save money: a shorter shift, overtime, another crew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from planner.domain.costs import bookings, committed_costs, staff_cost_minor
from planner.domain.crew_days import crew_days
from planner.domain.guarantee import counts, idle_change_minor, scheduled_days
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.bookings import earliest_start
from planner.studies.certification.removable_resources import (
    Change,
    Headcounts,
    Removable,
    Slack,
    fewer_booked,
    headcounts_of,
    with_headcounts,
)
from planner.studies.options.study_options import DEFAULT

KIND = "swap"


def substitutions(
    problem: Problem,
    plan: Plan,
    slack: Slack,
    most_overtime: int = DEFAULT.trimming.most_overtime,
) -> list[Removable]:
    """List the substitutions that save money.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    slack : callable
        Share of the working hours of a staffing row that are not needed.
    most_overtime : int
        Most people who work overtime so that one fewer need come.

    Returns
    -------
    list of Removable
        What saves most and is needed least first.
    """
    found = [
        *_shorter_shifts(problem, plan, slack),
        *_overtime(problem, plan, slack, most_overtime),
        *_permanent_for_temporary(problem, plan, slack),
        *_temporary_for_permanent(problem, plan, slack),
    ]
    saving = (s for s in found if s.saving_minor > 0)
    return sorted(saving, key=lambda s: (-s.saving_minor * s.slack, s.label))


def _saving(problem: Problem, plan: Plan, removed: Headcounts, added: Headcounts) -> int:
    """What an exchange saves of the pay of people, idle ones included, minor units."""
    change = Headcounts(added)
    change.subtract(removed)
    more = sum(
        n * staff_cost_minor(problem, replace(row, headcount=1)) for row, n in change.items()
    )
    for site, name in {(row.site, row.crew) for row in change}:
        crew = problem.crew(site, name)
        if crew.guaranteed_days_per_week:
            days = sum(
                n * counts(problem, row)
                for row, n in change.items()
                if (row.site, row.crew) == (site, name)
            )
            scheduled = scheduled_days(problem, plan.staffing)[site, name]
            more += idle_change_minor(problem, crew, scheduled, days)
    return -more


def _exchange(removed: Headcounts, added: Headcounts) -> Change:
    """Remove and add these people n times; None where there are not so many."""

    def exchange(plan: Plan, n: int) -> Plan | None:
        headcounts = headcounts_of(plan)
        for row, people in removed.items():
            headcounts[row] -= n * people
        if min((headcounts[row] for row in removed), default=0) < 0:
            return None
        for row, people in added.items():
            headcounts[row] += n * people
        return with_headcounts(plan, headcounts)

    return exchange


def _shorter_shifts(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Another shift of the same day for the same person."""
    for row in plan.staffing:
        crew, bare = problem.crew(row.site, row.crew), replace(row, headcount=0)
        site = problem.site(row.site)
        for shift in problem.shifts:
            works = crew.may_work(shift) and site.works_on(shift, row.day)
            if shift.name == row.shift or not works:
                continue
            removed = Headcounts({bare: 1})
            added = Headcounts({replace(bare, shift=shift.name): 1})
            yield Removable(
                kind=KIND,
                label=f"{shift.name} instead of {_described(problem, row)}",
                count=row.headcount,
                saving_minor=_saving(problem, plan, removed, added),
                slack=slack(row),
                without=_exchange(removed, added),
            )


def _overtime(
    problem: Problem, plan: Plan, slack: Slack, most_overtime: int
) -> Iterator[Removable]:
    """Some people of a permanent shift work overtime, and one fewer comes."""
    for row in plan.staffing:
        crew, bare = problem.crew(row.site, row.crew), replace(row, headcount=0)
        if crew.temporary:
            continue
        longer = [s for s in problem.shifts if s.extends == row.shift and crew.may_work(s)]
        for shift in longer:
            for staying in range(1, min(most_overtime, row.headcount - 1) + 1):
                removed = Headcounts({bare: staying + 1})
                added = Headcounts({replace(bare, shift=shift.name): staying})
                place = _described(problem, row)
                yield Removable(
                    kind=KIND,
                    label=f"{staying} of {shift.name} instead of one more of {place}",
                    count=row.headcount // (staying + 1),
                    saving_minor=_saving(problem, plan, removed, added),
                    slack=slack(row),
                    without=_exchange(removed, added),
                )


def _permanent_for_temporary(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Permanent people replace a whole booking."""
    before = sum(committed_costs(problem, plan).values())
    for b in bookings(problem, plan.staffing):
        for crew in problem.crews:
            if crew.temporary or crew.site != b.site:
                continue
            change = _replaced_by(crew, fewer_booked(problem, b, slack))
            once = change(plan, 1)
            if once is None:
                continue
            booked = f"{b.crew} at {b.site} booked {b.since_day} to {b.last_day}"
            yield Removable(
                kind=KIND,
                label=f"{crew.name} instead of {booked}",
                count=b.people,
                saving_minor=before - sum(committed_costs(problem, once).values()),
                slack=1.0,
                without=change,
            )


def _replaced_by(crew: Crew, without: Change) -> Change:
    """Let people of a permanent crew take the places of those that a change removes."""

    def change(plan: Plan, n: int) -> Plan | None:
        less = without(plan, n)
        if less is None:
            return None
        headcounts, removed = headcounts_of(plan), headcounts_of(plan)
        removed.subtract(headcounts_of(less))
        for row, people in removed.items():
            headcounts[row] -= people
            headcounts[replace(row, crew=crew.name, since_day=LONG_AGO)] += people
        return with_headcounts(plan, headcounts)

    return change


def _temporary_for_permanent(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """A temporary on the shortest booking replaces a permanent person on all its days."""
    headcounts = headcounts_of(plan)
    for row in sorted(headcounts):
        if problem.crew(row.site, row.crew).temporary:
            continue
        for crew in problem.crews:
            if not crew.temporary or crew.site != row.site:
                continue
            on = crew_days(problem, crew)
            days = on.within(row.day, on.last_of(row.day, max(crew.min_days, 1)))
            removed = Headcounts({replace(row, day=day): 1 for day in days})
            people = min(headcounts[r] for r in removed)
            if people < 1 or row.day < earliest_start(problem, crew):
                continue
            added = Headcounts({replace(r, crew=crew.name, since_day=row.day): 1 for r in removed})
            saving = _saving(problem, plan, removed, added) - crew.hire_cost_minor
            yield Removable(
                kind=KIND,
                label=f"{crew.name} for {len(days)} days instead of {_described(problem, row)}",
                count=people,
                saving_minor=saving,
                slack=slack(row),
                without=_exchange(removed, added),
            )


def _described(problem: Problem, row: StaffRow) -> str:
    on = f"{problem.horizon.date_of(row.day):%m-%d}"
    since = "" if row.since_day == LONG_AGO else f" since {row.since_day}"
    return f"{row.crew}{since} at {row.site}, {row.process}, {row.shift} shift on {on}"
