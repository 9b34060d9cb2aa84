"""Resources that may be removed from a plan: a vehicle, a day of a person, a whole booking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.costs import bookings, staff_cost_minor
from planner.domain.crew_days import crew_days
from planner.domain.guarantee import counts, idle_change_minor, scheduled_days
from planner.domain.horizon import DAY_S
from planner.domain.plan import Booking, ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.workforce import StaffRow
from planner.studies.certification.feedback import scheduled

Headcounts = Counter[StaffRow]  # people by row; the rows themselves have headcount 0
Slack = Callable[[StaffRow], float]  # share of a row's working hours that are not needed
Change = Callable[[Plan, int], Plan | None]  # the plan changed n times; None where impossible


@dataclass(frozen=True, kw_only=True)
class Removable:
    """Identical resources that may be removed from a plan.

    Attributes
    ----------
    kind : str
        "vehicle", "day", "booking", "first day", "last day", or "swap" for a substitution.
    label : str
        Describes the resource; no two of a plan have the same.
    count : int
        Number of them in the plan.
    saving_minor : int
        What one saves of what the plan commits to, minor units.
    slack : float
        Share of its working hours that are not needed.
    without : callable
        Takes a plan and a number, and returns the plan with so many fewer; None where it does not
        have so many.
    """

    kind: str
    label: str
    count: int
    saving_minor: int
    slack: float
    without: Change


def removable_resources(problem: Problem, plan: Plan, slack: Slack) -> list[Removable]:
    """List the resources of a plan in the promotion's own days; the tail's save nothing reported.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    slack : callable
        Share of the working hours of a staffing row that are not needed.

    Returns
    -------
    list of Removable
        What saves most and is needed least first.
    """
    found = [
        *_vehicles(problem, plan),
        *_days(problem, plan, slack),
        *_bookings(problem, plan, slack),
    ]
    return sorted(found, key=lambda u: (-u.saving_minor * u.slack, u.label))


def slack_in(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Slack:
    """Measure how much of a row's working hours is not needed for the work done there.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan that was simulated.
    summaries : sequence of Summary
        Its replications.

    Returns
    -------
    callable
        Takes a staffing row and returns that share, mean over replications and hours.
    """
    _, able = scheduled(problem, plan)
    done: Floats = np.mean([s.hourly.done for s in summaries], axis=0)
    idle = np.clip(1.0 - np.divide(done, able, out=np.ones_like(able), where=able > 0), 0.0, 1.0)
    bucket_s = problem.horizon.bucket_s

    def of(row: StaffRow) -> float:
        hours: list[int] = []
        for a, b in problem.site(row.site).working(problem.shift(row.shift), row.day):
            end = min(-(-b // bucket_s), problem.horizon.reported_buckets)
            hours += range(max(a, 0) // bucket_s, end)
        place = problem.site_names.index(row.site), problem.process_names.index(row.process)
        return float(idle[place][hours].mean()) if hours else 1.0

    return of


def _vehicles(problem: Problem, plan: Plan) -> Iterator[Removable]:
    for extra in (e for e in plan.extra if e.day < problem.horizon.reported_days):
        collections = problem.site(extra.site).collections
        key = extra.contract, extra.at_s
        collection = next(c for c in collections if (c.contract, c.at_s) == key)
        fee = problem.contract(extra.contract).commitment.collection_fee_minor
        saving = collection.extra_cost_minor + fee
        when = f"{problem.horizon.at(extra.day * DAY_S + extra.at_s):%m-%d %H:%M}"
        label = f"vehicle of {extra.contract} at {extra.site} on {when}"
        yield Removable(
            kind="vehicle",
            label=label,
            count=extra.vehicles,
            saving_minor=saving,
            slack=1.0,
            without=_fewer_vehicles(extra),
        )


def _fewer_vehicles(extra: ExtraCollection) -> Change:
    def without(plan: Plan, n: int) -> Plan | None:
        vehicles = {replace(e, vehicles=0): e.vehicles for e in plan.extra}
        key = replace(extra, vehicles=0)
        vehicles[key] = vehicles.get(key, 0) - n
        if vehicles[key] < 0:
            return None
        left = (replace(e, vehicles=count) for e, count in vehicles.items() if count)
        return replace(plan, extra=tuple(sorted(left)))

    return without


def _days(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """A day of a permanent person at a place.

    Not one that the guarantee of the crew pays for all the same.
    """
    scheduled = scheduled_days(problem, plan.staffing)
    for row in plan.staffing:
        crew = problem.crew(row.site, row.crew)
        if crew.temporary or row.day >= problem.horizon.reported_days:
            continue
        pay = staff_cost_minor(problem, replace(row, headcount=1))
        days = scheduled[row.site, row.crew]
        idle = idle_change_minor(problem, crew, days, -counts(problem, row))
        if idle >= pay > 0:
            continue
        on = f"{problem.horizon.date_of(row.day):%m-%d}"
        label = f"day of {row.crew} at {row.site}, {row.process}, {row.shift} shift on {on}"
        yield Removable(
            kind="day",
            label=label,
            count=row.headcount,
            saving_minor=pay - idle,
            slack=slack(row),
            without=_fewer_at(replace(row, headcount=0)),
        )


def _fewer_at(row: StaffRow) -> Change:
    def without(plan: Plan, n: int) -> Plan | None:
        headcounts = headcounts_of(plan)
        headcounts[row] -= n
        return None if headcounts[row] < 0 else with_headcounts(plan, headcounts)

    return without


def _bookings(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """A whole booking, its last day, or its first."""
    own_days, headcounts = problem.horizon.reported_days, headcounts_of(plan)
    for b in (b for b in bookings(problem, plan.staffing) if b.since_day < own_days):
        crew = problem.crew(b.site, b.crew)
        on = crew_days(problem, crew)
        days = on.within(b.since_day, b.last_day)
        places = [_rows_of(headcounts, b, day) for day in days]
        pay = [_mean_pay(problem, rows) for rows in places]
        spare = [max((slack(row) for row, _ in rows), default=0.0) for rows in places]
        since, last = (f"{problem.horizon.date_of(d):%m-%d}" for d in (b.since_day, b.last_day))
        who = f"{b.crew} at {b.site} booked {since} to {last}"
        whole = crew.hire_cost_minor + sum(pay)
        yield Removable(
            kind="booking",
            label=who,
            count=b.people,
            saving_minor=whole,
            slack=min(spare),
            without=_shorter(b, days, slack),
        )
        if len(days) > max(crew.min_days, 1) and b.last_day < own_days:
            yield Removable(
                kind="last day",
                label=f"last day of {who}",
                count=b.people,
                saving_minor=pay[-1],
                slack=spare[-1],
                without=_shorter(b, days[-1:], slack),
            )
        if len(days) > max(crew.min_days, 1):
            yield Removable(
                kind="first day",
                label=f"first day of {who}",
                count=b.people,
                saving_minor=pay[0],
                slack=spare[0],
                without=_later(b, days, slack),
            )


def _mean_pay(problem: Problem, rows: Sequence[tuple[StaffRow, int]]) -> int:
    """Pay of one of the people in some rows, minor units."""
    people = sum(n for _, n in rows)
    pay = sum(staff_cost_minor(problem, replace(row, headcount=n)) for row, n in rows)
    return pay // max(people, 1)


def _shorter(booking: Booking, days: Sequence[int], slack: Slack) -> Change:
    """Take people off a booking on these days, where they are needed least."""

    def without(plan: Plan, n: int) -> Plan | None:
        headcounts = headcounts_of(plan)
        for day in days:
            if _take(headcounts, booking, day, n, slack) is None:
                return None
        return with_headcounts(plan, headcounts)

    return without


def fewer_booked(problem: Problem, booking: Booking, slack: Slack) -> Change:
    """Take people off a booking on all its days.

    Parameters
    ----------
    problem : Problem
        With the calendar of the crew.
    booking : Booking
        The booking.
    slack : callable
        Share of the working hours of a staffing row that are not needed.
    """
    on = crew_days(problem, problem.crew(booking.site, booking.crew))
    return _shorter(booking, on.within(booking.since_day, booking.last_day), slack)


def _later(booking: Booking, days: Sequence[int], slack: Slack) -> Change:
    """Let some people of a booking begin on the second of its days."""

    def without(plan: Plan, n: int) -> Plan | None:
        headcounts = headcounts_of(plan)
        for day in days:
            taken = _take(headcounts, booking, day, n, slack)
            if taken is None:
                return None
            if day > booking.since_day:
                for row, people in taken.items():
                    headcounts[replace(row, since_day=days[1])] += people
        return with_headcounts(plan, headcounts)

    return without


def _take(
    headcounts: Headcounts, booking: Booking, day: int, n: int, slack: Slack
) -> Headcounts | None:
    """Take n people of a booking off their places of a day, in place.

    None where there are not so many.
    """
    taken: Headcounts = Counter()
    rows = _rows_of(headcounts, booking, day)
    for row, people in sorted(rows, key=lambda r: (-slack(r[0]), r[0])):
        taken[row] = min(people, n - taken.total())
        headcounts[row] -= taken[row]
    return taken if taken.total() == n else None


def _rows_of(headcounts: Headcounts, booking: Booking, day: int) -> list[tuple[StaffRow, int]]:
    key = (booking.site, booking.crew, booking.since_day, day)
    return [
        (row, n)
        for row, n in headcounts.items()
        if n and (row.site, row.crew, row.since_day, row.day) == key
    ]


def headcounts_of(plan: Plan) -> Headcounts:
    """Headcounts of a plan by staffing row."""
    headcounts: Headcounts = Counter()
    for row in plan.staffing:
        headcounts[replace(row, headcount=0)] += row.headcount
    return headcounts


def with_headcounts(plan: Plan, headcounts: Headcounts) -> Plan:
    """Give a plan other headcounts, its rows in canonical order."""
    rows = (replace(row, headcount=n) for row, n in headcounts.items() if n)
    return replace(plan, staffing=tuple(sorted(rows)))
