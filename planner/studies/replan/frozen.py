"""What a changed plan must not have moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.certification.removable_resources import headcounts_of
from planner.studies.replan.levers import frozen_levers
from planner.studies.replan.openings import begins_s, notice_of
from planner.studies.replan.terms import ReplanTerms


def frozen_moves(problem: Problem, terms: ReplanTerms, before: Plan, after: Plan) -> list[str]:
    """Decisions that differ although they were frozen; each in words.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    terms : ReplanTerms
        The moment and the notices.
    before, after : Plan
        The plans.

    Returns
    -------
    list of str
        Empty where nothing moved that was frozen.
    """
    found = [
        f"{name} differ although they are frozen"
        for name, a, b in (
            ("routing shares", before.routing, after.routing),
            ("goods", before.stock, after.stock),
            ("contracts", before.signed, after.signed),
        )
        if a != b
    ]
    return [
        *found,
        *_frozen_people(problem, terms, before, after),
        *_frozen_vehicles(problem, terms, before, after),
        *frozen_levers(problem, terms, before, after),
    ]


def _frozen_people(
    problem: Problem, terms: ReplanTerms, before: Plan, after: Plan
) -> Iterator[str]:
    old, new = headcounts_of(before), headcounts_of(after)
    total: Counter[tuple[str, str, str, int, int]] = Counter()
    for row in {*old, *new}:
        step = new[row] - old[row]
        if not step:
            continue
        shift = problem.shift(row.shift)
        begin = begins_s(problem.site(row.site), shift, row.day)
        where = f"{row.crew} at {row.site}, {row.process}, {row.shift}, day {row.day + 1}"
        if begin < terms.now_s:
            yield f"{where}: the shift has begun"
        regular = shift.extends or shift.name
        total[row.site, row.crew, regular, row.day, row.since_day] += step
        if shift.extends and step > 0 and begin - terms.notice_s < terms.now_s:
            yield f"{where}: overtime within its notice"
    for (site_name, crew_name, regular, day, since), step in total.items():
        crew = problem.crew(site_name, crew_name)
        begin = begins_s(problem.site(site_name), problem.shift(regular), day)
        where = f"{crew_name} at {site_name}, {regular}, day {day + 1}"
        what, notice_s = notice_of(crew, problem, terms)
        if what == "booking" and step > 0:
            early = since < terms.now_s // DAY_S + crew.notice_days + (crew.notice_days == 0)
            if early:
                yield f"{where}: booked within the notice"
        elif step and begin - notice_s < terms.now_s:
            yield f"{where}: changed within the notice"
        if crew.temporary and step < 0:
            yield f"{where}: temporaries who are booked are sent home"


def _frozen_vehicles(
    problem: Problem, terms: ReplanTerms, before: Plan, after: Plan
) -> Iterator[str]:
    old, new = (
        Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
        for plan in (before, after)
    )
    for at in sorted({*old, *new}):
        second = at.day * DAY_S + at.at_s
        if old[at] != new[at] and second - terms.pickup_s < terms.now_s:
            where = f"{at.contract} at {at.site}, day {at.day + 1}"
            yield f"{where}: vehicles differ within their notice"
