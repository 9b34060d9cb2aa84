"""What may still be changed in the middle of a promotion; everything else is frozen.

Frozen are the past, shifts in progress, everything inside its notice, signed contracts, goods and
routing, and the days of temporaries who are booked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.domain.crew_days import crew_days
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.on_call import ON_CALL
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.bookings import shortest_end
from planner.studies.replan.levers import lever_openings
from planner.studies.replan.opening import Opening, What
from planner.studies.replan.terms import ReplanTerms


def begins_s(site: Site, shift: Shift, day: int) -> int:
    """When people begin to work a shift at a site; the shift's own begin where it is not worked.

    Parameters
    ----------
    site : Site
        The site.
    shift : Shift
        The shift.
    day : int
        Day of the horizon on which it begins.

    Returns
    -------
    int
        Second of the horizon.
    """
    hours = site.working(shift, day)
    return hours[0][0] if hours else day * DAY_S + shift.start_s


def openings(problem: Problem, plan: Plan, terms: ReplanTerms) -> list[Opening]:
    """Everything that may still be changed.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    plan : Plan
        The plan as it stands.
    terms : ReplanTerms
        The moment and the notices.

    Returns
    -------
    list of Opening
        In a fixed order.
    """
    found = [
        *_of_people(problem, plan, terms),
        *_of_vehicles(problem, plan, terms),
        *lever_openings(problem, plan, terms),
    ]
    return sorted(found, key=lambda o: tuple(map(str, o.key)))


def _of_people(problem: Problem, plan: Plan, terms: ReplanTerms) -> Iterator[Opening]:
    first = terms.now_s // DAY_S
    for site in problem.sites:
        for day in range(first, problem.horizon.reported_days):
            for shift in problem.shifts:
                if not site.works_on(shift, day) or begins_s(site, shift, day) < terms.now_s:
                    continue
                yield from _more(problem, terms, site, shift, day)
                yield from _elsewhere(problem, plan, terms, (site, shift, day))


def _more(
    problem: Problem, terms: ReplanTerms, site: Site, shift: Shift, day: int
) -> Iterator[Opening]:
    """People on call, permanent people and temporaries who may still come to a shift."""
    begin = begins_s(site, shift, day)
    for crew in problem.crews:
        if crew.site != site.name or shift.extends or not crew.may_work(shift):
            continue
        what, notice_s = notice_of(crew, problem, terms)
        days = _days(problem, crew, day, terms) if what == "booking" else [day]
        if not days or begin - notice_s < terms.now_s:
            continue
        since = LONG_AGO if not crew.temporary else days[0]
        for process in (p.name for p in site.processes if crew.may_do(p.name)):
            rows = tuple(_row(crew, process, shift, d, since) for d in days)
            yield Opening(
                what=what,
                site=site.name,
                process=process,
                crew=crew.name,
                shift=shift.name,
                day=day,
                decide_by_s=begin - notice_s,
                people=tuple((row, 1) for row in rows),
            )


def notice_of(crew: Crew, problem: Problem, terms: ReplanTerms) -> tuple[What, int]:
    """What bringing people of a crew is called, and its notice.

    Parameters
    ----------
    crew : Crew
        The crew.
    problem : Problem
        The problem, those on call as crews of their own.
    terms : ReplanTerms
        The notice of permanent people.

    Returns
    -------
    tuple of str and int
        The kind of change, and seconds between the decision and the shift.
    """
    if not crew.temporary:
        return "shift", terms.notice_s
    if not crew.name.endswith(ON_CALL):
        return "booking", 0  # their days keep the notice
    own = problem.crew(crew.site, crew.name.removesuffix(ON_CALL)).on_call
    return "call", 0 if own is None else round(own.notice_hours * HOUR_S)


def _days(problem: Problem, crew: Crew, day: int, terms: ReplanTerms) -> list[int]:
    """Days of the shortest booking that begins on a day, if its notice can still be kept."""
    if day < terms.now_s // DAY_S + crew.notice_days + (crew.notice_days == 0):
        return []
    on = crew_days(problem, crew)
    end = shortest_end(crew, on, day)
    return on.within(day, end) if end < problem.horizon.days else []


def _row(crew: Crew, process: str, shift: Shift, day: int, since: int) -> StaffRow:
    return StaffRow(
        day=day,
        site=crew.site,
        process=process,
        crew=crew.name,
        shift=shift.name,
        since_day=since,
        headcount=0,
    )


def _elsewhere(
    problem: Problem, plan: Plan, terms: ReplanTerms, at: tuple[Site, Shift, int]
) -> Iterator[Opening]:
    """What people of a shift may do instead: another process, overtime, or stay at home."""
    site, shift, day = at
    begin = begins_s(site, shift, day)
    for row in plan.staffing:
        if (row.site, row.shift, row.day) != (site.name, shift.name, day):
            continue
        one, crew = replace(row, headcount=0), problem.crew(row.site, row.crew)
        here = Opening(
            what="move",
            site=site.name,
            process=row.process,
            crew=crew.name,
            shift=shift.name,
            day=day,
            decide_by_s=begin,
        )
        for process in site.processes:
            if process.name != row.process and crew.may_do(process.name):
                there = replace(one, process=process.name)
                yield replace(
                    here,
                    process=process.name,
                    from_process=row.process,
                    people=((one, -1), (there, 1)),
                )
        if begin - terms.notice_s >= terms.now_s:
            yield from _with_notice(problem, terms, here, one, at)


def _with_notice(
    problem: Problem,
    terms: ReplanTerms,
    here: Opening,
    one: StaffRow,
    at: tuple[Site, Shift, int],
) -> Iterator[Opening]:
    """What people of a shift may do instead if they are told in time."""
    site, shift, day = at
    here = replace(here, decide_by_s=here.decide_by_s - terms.notice_s)
    crew = problem.crew(site.name, here.crew)
    for longer in _extensions(problem, site, shift, crew, day):
        there = replace(one, shift=longer.name)
        yield replace(
            here,
            what="overtime",
            shift=longer.name,
            from_shift=shift.name,
            people=((one, -1), (there, 1)),
        )
    if terms.release and not crew.temporary:
        yield replace(here, what="rest", people=((one, -1),))


def _extensions(
    problem: Problem, site: Site, shift: Shift, crew: Crew, day: int
) -> Iterator[Shift]:
    """Shifts with overtime that people of a shift may work instead, if they begin with it."""
    for longer in problem.shifts:
        if longer.extends == shift.name and crew.may_work(longer) and site.works_on(longer, day):
            yield longer


def _of_vehicles(problem: Problem, plan: Plan, terms: ReplanTerms) -> Iterator[Opening]:
    """Vehicles that may still be ordered, or cancelled."""
    booked = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
    for site in problem.sites:
        for collection in site.collections:
            if collection.capacity_parcels is None or collection.contract not in plan.signed:
                continue
            for day in range(terms.now_s // DAY_S, problem.horizon.reported_days):
                second = day * DAY_S + collection.at_s
                if second - terms.pickup_s < terms.now_s or not site.collects(collection, day):
                    continue
                at = ExtraCollection(day, site.name, collection.contract, collection.at_s, 0)
                steps: Sequence[tuple[What, int]] = [("pickup", 1)]
                if terms.release and booked[at]:
                    steps = [*steps, ("cancel", -1)]
                for what, each in steps:
                    yield Opening(
                        what=what,
                        site=site.name,
                        day=day,
                        contract=collection.contract,
                        at_s=collection.at_s,
                        decide_by_s=second - terms.pickup_s,
                        vehicles=((at, each),),
                    )
