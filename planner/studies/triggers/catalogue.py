"""What can still be done at a checkpoint, in small steps: people to call, vehicles to book."""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.disruptions import collection_comes
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.on_call import called_crew, can_be_called
from planner.domain.plan import ExtraCollection
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.domain.triggers import Actions
from planner.domain.workforce import Crew, StaffRow
from planner.errors import Finding, InputError

AHEAD_S = 48 * HOUR_S  # what begins later is not decided on the evening
PARTS = 6  # steps in which all people on call of a crew are called


def steps_at(
    given: Problem, at_s: int, next_s: int | None, pickup_notice_s: int
) -> tuple[Actions, ...]:
    """Steps for which a checkpoint is the last chance.

    Nothing is lost by waiting for a later count: what can still be done at the next checkpoint is
    left to it.

    Parameters
    ----------
    given : Problem
        The problem as the scenario states it.
    at_s : int
        The checkpoint.
    next_s : int or None
        The next checkpoint; None for the last one, at which all steps of `AHEAD_S` are decided.
    pickup_notice_s : int
        Seconds between the booking of a vehicle and its collection.

    Returns
    -------
    tuple of Actions
        Some people of a crew at a process in one shift, or at all its processes together; one
        vehicle for one collection.
    """
    until = at_s + AHEAD_S if next_s is None else next_s
    calls = [
        step
        for crew in given.crews
        for called in filter(None, [called_crew(crew)])
        for shift, day in shifts_for(given, crew, at_s)
        if next_s is None or not can_be_called(crew, shift, day, next_s)
        for step in _calls(given, called, shift, day)
    ]
    return (*calls, *_vehicles(given, at_s + pickup_notice_s, until + pickup_notice_s))


def shifts_for(given: Problem, crew: Crew, at_s: int) -> Iterator[tuple[Shift, int]]:
    """Shifts, each with its day, to which people on call can come who are called at a moment.

    Those of the promotion's own days that begin within `AHEAD_S`, by begin.

    Parameters
    ----------
    given : Problem
        The problem as the scenario states it.
    crew : Crew
        The crew.
    at_s : int
        The moment of the call.

    Yields
    ------
    tuple of Shift and int
        The shift, and the day on which it begins.
    """
    site, called = given.site(crew.site), called_crew(crew)
    if called is None:
        return
    begun = sorted(
        (day * DAY_S + shift.start_s, day, number)
        for day in range(max(at_s // DAY_S - 1, 0), given.horizon.reported_days)
        for number, shift in enumerate(given.shifts)
    )
    for begins, day, number in begun:
        shift = given.shifts[number]
        if begins > at_s + AHEAD_S or not can_be_called(crew, shift, day, at_s):
            continue
        if not shift.extends and called.may_work(shift) and site.works_on(shift, day):
            yield shift, day


def _calls(given: Problem, called: Crew, shift: Shift, day: int) -> Iterator[Actions]:
    """A part of the people on call: at each process they can do, and at all of them together."""
    step = -(-called.limit // PARTS)
    processes = [p.name for p in given.site(called.site).processes if called.may_do(p.name)]
    for process in processes:
        yield Actions(people=(call(called, process, shift, day, step),))
    if len(processes) > 1:
        yield together(given, called, shift, day, 2 * step)


def together(given: Problem, called: Crew, shift: Shift, day: int, people: int) -> Actions:
    """People of a crew at all processes that they can do, by the work of an order at each.

    Parameters
    ----------
    given : Problem
        Its sites.
    called : Crew
        The crew of those on call.
    shift, day : Shift, int
        The shift, and the day on which it begins.
    people : int
        How many, at least one at each process as far as they suffice.

    Returns
    -------
    Actions
        The calls.
    """
    able = [p for p in given.site(called.site).processes if called.may_do(p.name)]
    work = [p.mean_s + p.batch_setup_s / p.batch_orders for p in able]
    rows, left, rest = [], people, sum(work)
    for process, own in zip(able, work, strict=True):
        here = min(max(round(left * own / rest), 1), left)
        if here:
            rows.append(call(called, process.name, shift, day, here))
        left, rest = left - here, rest - own
    return Actions(people=tuple(sorted(rows)))


def call(called: Crew, process: str, shift: Shift, day: int, people: int) -> StaffRow:
    """People on call at a process in one shift.

    Parameters
    ----------
    called : Crew
        The crew of those on call.
    process : str
        The process.
    shift, day : Shift, int
        The shift, and the day on which it begins.
    people : int
        How many.

    Returns
    -------
    StaffRow
        The row of the staffing.
    """
    return StaffRow(
        day=day,
        site=called.site,
        process=process,
        crew=called.name,
        shift=shift.name,
        since_day=day,
        headcount=people,
    )


def _vehicles(given: Problem, from_s: int, to_s: int) -> Iterator[Actions]:
    """One more vehicle for each collection in [from_s, to_s) that can have one."""
    for site in given.sites:
        for day in range(from_s // DAY_S, given.horizon.reported_days):
            yield from _vehicles_of(given, site, day, (from_s, to_s))


def _vehicles_of(
    given: Problem, site: Site, day: int, within: tuple[int, int]
) -> Iterator[Actions]:
    for c in site.collections:
        at = day * DAY_S + c.at_s
        bookable = c.capacity_parcels is not None and c.max_extra > 0
        if bookable and within[0] <= at < within[1] and collection_comes(given, site, c, day):
            yield Actions(vehicles=(ExtraCollection(day, site.name, c.contract, c.at_s, 1),))


def require_means(given: Problem) -> None:
    """Raise InputError where nobody is on call, no vehicle can be booked and there is no lever."""
    on_call = any(called_crew(crew) is not None for crew in given.crews)
    bookable = any(c.max_extra > 0 for site in given.sites for c in site.collections)
    if on_call or bookable or given.levers.any:
        return
    words = (
        "nothing can be done on the evening itself: add on_call: {notice_hours: 8, max_people: 20, "
        "wage_per_hour: 34} to a crew of temporary people, or extra_cost and max_extra to a "
        "collection, or levers"
    )
    raise InputError([Finding("scenario", 0, 0, "crews", words)])
