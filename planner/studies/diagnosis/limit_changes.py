"""Limits moved by an amount: what a repair of a problem without a plan is made of, applied to the
problem itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.problem import Problem
from planner.domain.workforce import Crew
from planner.errors import Blame
from planner.planning.formulation.staffing import WEEK

Key = tuple[str, ...]
DAY_HOURS = 24
MINUTE_S = 60
LONGEST_SHIFT_S, SHORTEST_SHIFT_S, BREAK_S = 9 * HOUR_S, 4 * HOUR_S, HOUR_S
NEVER_LATE = 1e-3  # of the orders: what an aim of 100 % is taken to allow when it is lowered


@dataclass(frozen=True, slots=True, order=True)
class LimitChange:
    """One limit moved. `key`: its kind, then what it limits; `amount` in the unit of the kind:

    crew (site, crew): people more; days, hours (site, crew): days or hours more in a week for each
    person; notice (site, crew): days less; stations (site, process): more of them; collection
    (site, contract, time): vehicles more on any day; pickup (site, contract, time): vehicles every
    day at a time of their own; allotment (contract): parcels more a day; supply (products), space
    (site): units more; aim: share of orders on time from now on; promise (regions; none: all):
    hours more; cap (event): orders at which its sale stops; shift (from, to): paid hours of a shift
    that is not there yet; overtime: hours that every shift may go on.
    """

    key: Key
    amount: float


def change_for(problem: Problem, blame: Blame) -> LimitChange | None:
    """The change that lifts a limit to what is needed; None where no number stands behind it."""
    kind, *names = blame.key or ("",)
    short = blame.excess
    if kind in ("crew", "skills"):
        return LimitChange(("crew", *names), _up(short))
    if kind in ("days", "hours"):
        return LimitChange(blame.key, _up(short / max(problem.crew(*names).limit, 1)))
    if kind == "collection":
        return LimitChange(blame.key, _up(short / _capacity(problem, blame.key)))
    if kind in ("allotment", "supply", "space"):
        return LimitChange(blame.key, _round(short))
    if kind in ("stations", "notice"):
        return LimitChange(blame.key, _up(short))
    if kind == "service":
        return _lower_aim(problem, blame)
    return None


def grown(problem: Problem, change: LimitChange, factor: float) -> LimitChange | None:
    """The change with its amount times a factor, at least a unit more; None where it cannot grow
    any further.
    """
    kind = change.key[0]
    if kind == "aim":
        given_up = (problem.service.on_time_share - change.amount) * factor
        return _aim(problem.service.on_time_share - given_up)
    amount = change.amount if factor == 1 else max(_up(change.amount * factor), change.amount + 1)
    if kind in ("allotment", "supply", "space"):
        amount = _round(amount)
    most = {"days": lambda c: WEEK - c.max_days_per_week, "notice": lambda c: c.notice_days}.get(
        kind
    )
    if most is not None and amount > most(problem.crew(*change.key[1:])):
        return None
    return replace(change, amount=float(amount))


def apply(problem: Problem, changes: Sequence[LimitChange]) -> Problem:
    """The problem with every limit moved."""
    for change in changes:
        problem = _APPLY[change.key[0]](problem, change.key[1:], change.amount)
    return problem


def _up(amount: float) -> float:
    return float(max(math.ceil(amount - 1e-6), 1))


def _round(amount: float) -> float:
    """Up to a number of three digits, as people state it."""
    step = 10 ** max(math.floor(math.log10(max(amount, 1.0))) - 2, 0)
    return float(max(math.ceil(amount / step - 1e-9) * step, 1))


def _capacity(problem: Problem, key: Key) -> int:
    """Parcels that one vehicle of a collection takes."""
    _, site, contract, clock = key
    at = [
        c
        for c in problem.site(site).collections
        if (c.contract, clock_of(problem, c.at_s)) == (contract, clock)
    ]
    return max(at[0].capacity_parcels or 1, 1)


def clock_of(problem: Problem, at_s: int) -> str:
    """Seconds after midnight as a time of the day."""
    moment: datetime = problem.horizon.start + timedelta(seconds=at_s)
    return moment.strftime("%H:%M")


def _lower_aim(problem: Problem, blame: Blame) -> LimitChange | None:
    """As many times the failures as needed are allowed."""
    allowed = blame.needed - blame.excess
    given_up = max(1.0 - problem.service.on_time_share, NEVER_LATE)
    return _aim(1.0 - given_up * (blame.needed / allowed if allowed >= 1 else blame.needed))


def _aim(share: float) -> LimitChange | None:
    """Down to the next tenth of a percent; None below one half, which is no promise any more."""
    lower = math.floor(share * 1000 + 1e-6) / 1000
    return LimitChange(("aim",), lower) if lower >= 0.5 else None


def _crew(problem: Problem, names: Key, changed: Callable[[Crew], dict[str, Any]]) -> Problem:
    crews = (replace(c, **changed(c)) if (c.site, c.name) == names else c for c in problem.crews)
    return replace(problem, crews=tuple(crews))


def _more_days(crew: Crew, amount: float) -> dict[str, Any]:
    """More days in a week, and in a row where those are limited."""
    row = crew.max_consecutive_days
    days = min(crew.max_days_per_week + int(amount), WEEK)
    return {
        "max_days_per_week": days,
        "max_consecutive_days": None if row is None else row + int(amount),
    }


def _more_stations(problem: Problem, names: Key, amount: float) -> Problem:
    site, process = names
    steps = (
        replace(p, stations=p.stations + int(amount)) if p.name == process else p
        for p in problem.site(site).processes
    )
    return _site(problem, site, processes=tuple(steps))


def _more_vehicles(problem: Problem, names: Key, amount: float) -> Problem:
    site, contract, clock = names
    places = (
        replace(c, max_extra=c.max_extra + int(amount))
        if (c.contract, clock_of(problem, c.at_s)) == (contract, clock)
        else c
        for c in problem.site(site).collections
    )
    return _site(problem, site, collections=tuple(places))


def _new_pickup(problem: Problem, names: Key, amount: float) -> Problem:
    """A collection at a new time, of vehicles as large as the largest that the contract sends there
    today.
    """
    site, contract, clock = names
    there = problem.site(site).collections
    like = max((c for c in there if c.contract == contract), key=lambda c: c.capacity_parcels or 0)
    at_s = next(s for s in range(0, DAY_S, MINUTE_S) if clock_of(problem, s) == clock)
    added = replace(
        like,
        at_s=at_s,
        capacity_parcels=(like.capacity_parcels or 0) * int(amount) or None,
        max_extra=0,
    )
    return _site(problem, site, collections=(*there, added))


def _more_space(problem: Problem, names: Key, amount: float) -> Problem:
    return _site(
        problem,
        names[0],
        stock_capacity_units=(problem.site(names[0]).stock_capacity_units or 0) + int(amount),
    )


def _site(problem: Problem, name: str, **changes: Any) -> Problem:
    return replace(
        problem, sites=tuple(replace(s, **changes) if s.name == name else s for s in problem.sites)
    )


def _more_allotment(problem: Problem, names: Key, amount: float) -> Problem:
    contracts = (
        replace(c, allotment_per_day=(c.allotment_per_day or 0) + int(amount))
        if c.name == names[0]
        else c
        for c in problem.contracts
    )
    return replace(problem, contracts=tuple(contracts))


def _more_supply(problem: Problem, names: Key, amount: float) -> Problem:
    """Of products that are alike, each gets its part by what it sells."""
    share = sum(p.share for p in problem.products if p.name in names) or 1.0
    products = (
        replace(p, supply_units=(p.supply_units or 0) + math.ceil(amount * p.share / share))
        if p.name in names
        else p
        for p in problem.products
    )
    return replace(problem, products=tuple(products))


def _longer_promise(problem: Problem, regions: Key, amount: float) -> Problem:
    """Hours more (whole working days where the platform counts those) for some regions, or for
    all.
    """
    rule = problem.platform
    if rule.deadline_working_days is not None:
        longer = rule.deadline_working_days + round(amount / DAY_HOURS)
        return replace(problem, platform=replace(rule, deadline_working_days=longer))
    promised = {
        name: (rule.promise_hours or {}).get(name, rule.deadline_hours)
        for name in problem.region_names
    }
    for name in regions or problem.region_names:
        promised[name] += amount
    return replace(problem, platform=replace(rule, promise_hours=promised))


def free_of_shifts(problem: Problem) -> tuple[int, int] | None:
    """The time of the day (from, to) for one more shift: behind the last one, before the first
    begins again; None where that is too short for a shift.
    """
    regular = [s for s in problem.shifts if not s.extends]
    begin, end = max(s.end_s for s in regular), min(s.start_s for s in regular) + DAY_S
    if end - begin < SHORTEST_SHIFT_S:
        return None
    return begin, min(end, begin + LONGEST_SHIFT_S)


def _new_shift(problem: Problem, clocks: Key, amount: float) -> Problem:
    """One more shift for everybody, with its break in the middle."""
    begin, end = free_of_shifts(problem) or (0, 0)
    middle, pause = (begin + end) // 2, end - begin - round(amount * HOUR_S)
    start = begin % DAY_S
    cut = middle - begin + start - pause // 2
    shift = Shift(
        "-".join(clocks), start, start + end - begin, ((cut, cut + pause),) if pause else ()
    )
    return replace(problem, shifts=(*problem.shifts, shift))


def _overtime(problem: Problem, _: Key, hours: float) -> Problem:
    """Every regular shift may go on for some hours, and everybody may stay."""
    longer = tuple(
        replace(
            s, name=f"{s.name} +{hours:g} h", end_s=s.end_s + round(hours * HOUR_S), extends=s.name
        )
        for s in problem.shifts
        if not s.extends
    )
    names = tuple(s.name for s in longer)
    crews = tuple(replace(c, extended=(*c.extended, *names)) for c in problem.crews)
    return replace(problem, shifts=(*problem.shifts, *longer), crews=crews)


def _capped(problem: Problem, names: Key, amount: float) -> Problem:
    events = (
        replace(e, cap=int(amount)) if e.name == names[0] else e for e in problem.demand.events
    )
    return replace(problem, demand=replace(problem.demand, events=tuple(events)))


_APPLY: dict[str, Callable[[Problem, Key, float], Problem]] = {
    "crew": lambda p, names, n: _crew(p, names, lambda c: {"limit": c.limit + int(n)}),
    "days": lambda p, names, n: _crew(p, names, lambda c: _more_days(c, n)),
    "hours": lambda p, names, n: _crew(
        p, names, lambda c: {"max_hours_per_week": (c.max_hours_per_week or 0) + n}
    ),
    "notice": lambda p, names, n: _crew(
        p, names, lambda c: {"notice_days": max(c.notice_days - int(n), 0)}
    ),
    "stations": _more_stations,
    "collection": _more_vehicles,
    "pickup": _new_pickup,
    "allotment": _more_allotment,
    "supply": _more_supply,
    "space": _more_space,
    "aim": lambda p, _, share: replace(p, service=replace(p.service, on_time_share=share)),
    "promise": _longer_promise,
    "cap": _capped,
    "shift": _new_shift,
    "overtime": _overtime,
}
