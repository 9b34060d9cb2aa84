"""What may leave a plan, one at a time: a vehicle, a day of somebody's work, somebody's whole
booking.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.costs import bookings, staff_cost_minor
from planner.domain.demand import Floats
from planner.domain.horizon import DAY_S
from planner.domain.plan import Booking, ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.workforce import StaffRow
from planner.studies.certification.feedback import scheduled

Heads = Counter[StaffRow]  # people by row, the rows themselves without a headcount
Slack = Callable[[StaffRow], float]


@dataclass(frozen=True)
class Removable:
    """`count` alike that may leave a plan, each saving `saving_minor` of what the plan commits to.

    `without(plan, n)`: the plan with n of them less; None where it no longer has so many.
    """

    kind: str
    words: str
    count: int
    saving_minor: int
    slack: float
    without: Callable[[Plan, int], Plan | None]


def units(problem: Problem, plan: Plan, slack: Slack) -> list[Removable]:
    """Every unit of a plan, what saves most and is missed least first."""
    found = [
        *_vehicles(problem, plan),
        *_days(problem, plan, slack),
        *_bookings(problem, plan, slack),
    ]
    return sorted(found, key=lambda u: (-u.saving_minor * u.slack, u.words))


def slack_in(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Slack:
    """Share of a row's working hours that are not needed for what is done there, mean over
    promotions.
    """
    _, able = scheduled(problem, plan)
    done: Floats = np.mean([s.hourly.done for s in summaries], axis=0)
    idle = np.clip(1.0 - np.divide(done, able, out=np.ones_like(able), where=able > 0), 0.0, 1.0)
    bucket_s = problem.horizon.bucket_s

    def of(row: StaffRow) -> float:
        stretches = problem.shift(row.shift).working(row.day, problem.site(row.site).opening)
        hours = [
            h
            for a, b in stretches
            for h in range(max(a, 0) // bucket_s, min(-(-b // bucket_s), problem.horizon.buckets))
        ]
        place = problem.site_names.index(row.site), problem.process_names.index(row.process)
        return float(idle[place][hours].mean()) if hours else 1.0

    return of


def _vehicles(problem: Problem, plan: Plan) -> Iterator[Removable]:
    for extra in plan.extra:
        of = next(
            c
            for c in problem.site(extra.site).collections
            if (c.contract, c.at_s) == (extra.contract, extra.at_s)
        )
        saving = (
            of.extra_cost_minor + problem.contract(extra.contract).commitment.collection_fee_minor
        )
        when = f"{problem.horizon.at(extra.day * DAY_S + extra.at_s):%m-%d %H:%M}"
        words = f"vehicle of {extra.contract} at {extra.site} on {when}"
        yield Removable("vehicle", words, extra.vehicles, saving, 1.0, _fewer_vehicles(extra))


def _fewer_vehicles(extra: ExtraCollection) -> Callable[[Plan, int], Plan | None]:
    def without(plan: Plan, n: int) -> Plan | None:
        there = {replace(e, vehicles=0): e.vehicles for e in plan.extra}
        key = replace(extra, vehicles=0)
        there[key] = there.get(key, 0) - n
        if there[key] < 0:
            return None
        return replace(
            plan, extra=tuple(sorted(replace(e, vehicles=v) for e, v in there.items() if v))
        )

    return without


def _days(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """A day of a permanent person at a place."""
    for row in plan.staffing:
        crew = problem.crew(row.site, row.crew)
        if crew.temporary:
            continue
        pay = staff_cost_minor(problem, replace(row, headcount=1))
        on = f"{problem.horizon.date_of(row.day):%m-%d}"
        words = f"day of {row.crew} at {row.site}, {row.process}, {row.shift} shift on {on}"
        yield Removable(
            "day", words, row.headcount, pay, slack(row), _fewer_at(replace(row, headcount=0))
        )


def _fewer_at(row: StaffRow) -> Callable[[Plan, int], Plan | None]:
    def without(plan: Plan, n: int) -> Plan | None:
        heads = heads_of(plan)
        heads[row] -= n
        return None if heads[row] < 0 else with_heads(plan, heads)

    return without


def _bookings(problem: Problem, plan: Plan, slack: Slack) -> Iterator[Removable]:
    """Somebody's whole booking, its last day, or its first."""
    for b in bookings(problem, plan.staffing):
        crew = problem.crew(b.site, b.crew)
        days = range(b.since_day, b.last_day + 1)
        pay = [_mean_pay(problem, plan, b, day) for day in days]
        spare = [_best_slack(plan, b, day, slack) for day in days]
        since, last = (f"{problem.horizon.date_of(d):%m-%d}" for d in (b.since_day, b.last_day))
        who = f"{b.crew} at {b.site} booked {since} to {last}"
        whole = crew.hire_cost_minor + sum(pay)
        yield Removable("booking", who, b.people, whole, min(spare), _shorter(b, days, slack))
        if len(days) > max(crew.min_days, 1):
            yield Removable(
                "last day",
                f"last day of {who}",
                b.people,
                pay[-1],
                spare[-1],
                _shorter(b, days[-1:], slack),
            )
            yield Removable(
                "first day",
                f"first day of {who}",
                b.people,
                pay[0],
                spare[0],
                _later(b, days, slack),
            )


def _mean_pay(problem: Problem, plan: Plan, booking: Booking, day: int) -> int:
    rows = _rows_of(heads_of(plan), booking, day)
    people = sum(n for _, n in rows)
    return sum(staff_cost_minor(problem, replace(r, headcount=n)) for r, n in rows) // max(
        people, 1
    )


def _best_slack(plan: Plan, booking: Booking, day: int, slack: Slack) -> float:
    return max((slack(row) for row, _ in _rows_of(heads_of(plan), booking, day)), default=0.0)


def _shorter(
    booking: Booking, days: Sequence[int], slack: Slack
) -> Callable[[Plan, int], Plan | None]:
    """Nobody of the booking on these days, where people are missed least."""

    def without(plan: Plan, n: int) -> Plan | None:
        heads = heads_of(plan)
        for day in days:
            if _take(heads, booking, day, n, slack) is None:
                return None
        return with_heads(plan, heads)

    return without


def fewer_booked(booking: Booking, slack: Slack) -> Callable[[Plan, int], Plan | None]:
    """The plan with some of a booking less."""
    return _shorter(booking, range(booking.since_day, booking.last_day + 1), slack)


def _later(
    booking: Booking, days: Sequence[int], slack: Slack
) -> Callable[[Plan, int], Plan | None]:
    """Some of the booking begin a day later."""

    def without(plan: Plan, n: int) -> Plan | None:
        heads = heads_of(plan)
        for day in days:
            taken = _take(heads, booking, day, n, slack)
            if taken is None:
                return None
            if day > booking.since_day:
                for row, people in taken.items():
                    heads[replace(row, since_day=booking.since_day + 1)] += people
        return with_heads(plan, heads)

    return without


def _take(heads: Heads, booking: Booking, day: int, n: int, slack: Slack) -> Heads | None:
    """Take n of a booking's people of a day off their places, in place; None where there are not so
    many.
    """
    taken: Heads = Counter()
    for row, people in sorted(_rows_of(heads, booking, day), key=lambda r: (-slack(r[0]), r[0])):
        taken[row] = min(people, n - taken.total())
        heads[row] -= taken[row]
    return taken if taken.total() == n else None


def _rows_of(heads: Heads, booking: Booking, day: int) -> list[tuple[StaffRow, int]]:
    key = (booking.site, booking.crew, booking.since_day, day)
    return [
        (row, n)
        for row, n in heads.items()
        if n and (row.site, row.crew, row.since_day, row.day) == key
    ]


def heads_of(plan: Plan) -> Heads:
    """People of a plan by row."""
    heads: Heads = Counter()
    for row in plan.staffing:
        heads[replace(row, headcount=0)] += row.headcount
    return heads


def with_heads(plan: Plan, heads: Heads) -> Plan:
    """The plan with other people, in canonical order."""
    return replace(
        plan, staffing=tuple(sorted(replace(row, headcount=n) for row, n in heads.items() if n))
    )
