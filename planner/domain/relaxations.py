"""Ways to give a plan more room: each moves one limit of the problem by an amount."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.named_staff import WEEK
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.site import Collection
from planner.domain.workforce import Crew

Names = tuple[str, ...]  # what a limit is a limit of: (site, crew), (contract,), ...
DAY_HOURS = 24
MINUTE_S = 60
LONGEST_SHIFT_S, SHORTEST_SHIFT_S, BREAK_S = 9 * HOUR_S, 4 * HOUR_S, HOUR_S  # of a new shift
NEVER_LATE = 1e-3  # of the orders: what an aim of 100 % is taken to allow when it is lowered
LOWEST_AIM = 0.5  # of the orders: a lower aim is no service level any more
LOWEST_TARGET = 0.05  # the same for a target of one's own, which may be about few


def _unlimited(problem: Problem, names: Names) -> float:
    return math.inf


def _one(problem: Problem, names: Names) -> float:
    return 1.0


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """One way to give a plan more room, by an amount that adds to what is given.

    Attributes
    ----------
    key : str
        Name in result files; stays the same between versions.
    unit : str
        Unit of the amount.
    of : tuple of str
        What each name says: `site`, `crew`, `process`, `contract`, `clock` (time of the day),
        `event`, `start`, `end`, `hours`; `products` and `regions` are any number of names.
    apply : callable
        (problem, names, amount) -> the problem with the limit moved.
    gain : callable
        (problem, names) -> how much one unit of the amount adds to the limit, in the limit's unit.
    most : callable
        (problem, names) -> the largest amount there can be.
    three_digits : bool
        Whether amounts are rounded up to three digits, as people state large numbers, and not to
        the next integer.
    """

    key: str
    unit: str
    of: tuple[str, ...] = ()
    apply: Callable[[Problem, Names, float], Problem]
    gain: Callable[[Problem, Names], float] = _one
    most: Callable[[Problem, Names], float] = _unlimited
    three_digits: bool = False

    def amount_for(
        self, problem: Problem, names: Names, excess: float, needed: float
    ) -> float | None:
        """The amount that lifts a limit to what is needed.

        Parameters
        ----------
        problem : Problem
            The problem without a plan.
        names : tuple of str
            What the limit is a limit of.
        excess : float
            By how much the limit falls short, in its unit.
        needed : float
            The size of the limit that would do, in its unit.

        Returns
        -------
        float or None
            The amount in `unit`; None where no amount helps.
        """
        return self._rounded(excess / self.gain(problem, names))

    def grown(self, problem: Problem, names: Names, amount: float, factor: float) -> float | None:
        """A larger amount: at least one unit more.

        Parameters
        ----------
        problem : Problem
            The problem without a plan.
        names : tuple of str
            What the limit is a limit of.
        amount : float
            The amount to begin with, in `unit`.
        factor : float
            How many times the amount; 1 leaves it as it is.

        Returns
        -------
        float or None
            The larger amount; None where the limit cannot move so far.
        """
        larger = amount if factor == 1 else max(_integer_above(amount * factor), amount + 1)
        if self.three_digits:
            larger = self._rounded(larger)
        return None if larger > self.most(problem, names) else float(larger)

    def _rounded(self, amount: float) -> float:
        return _three_digits_above(amount) if self.three_digits else _integer_above(amount)


@dataclass(frozen=True, kw_only=True)
class LoweredAim(Relaxation):
    """Aim at fewer orders on time: the amount is the new share, not a difference.

    `lowest`: the least that may be aimed at.
    """

    lowest: float = LOWEST_AIM

    def amount_for(
        self, problem: Problem, names: Names, excess: float, needed: float
    ) -> float | None:
        """The share on time that allows as many times the failures as needed.

        Parameters
        ----------
        problem, names, excess, needed
            As in `Relaxation.amount_for`; the limit is the number of failures allowed.

        Returns
        -------
        float or None
            The lower share; None below the lowest aim.
        """
        allowed = needed - excess
        given_up = max(1.0 - aimed_share(problem, names), NEVER_LATE)
        share = 1.0 - given_up * (needed / allowed if allowed >= 1 else needed)
        return _aim_below(share, self.lowest)

    def grown(self, problem: Problem, names: Names, amount: float, factor: float) -> float | None:
        """The share that gives up so many times as much of the present aim.

        Parameters
        ----------
        problem, names, amount, factor
            As in `Relaxation.grown`; the amount is a share of orders on time.

        Returns
        -------
        float or None
            The lower share; None below the lowest aim.
        """
        present = aimed_share(problem, names)
        return _aim_below(present - (present - amount) * factor, self.lowest)


@dataclass(frozen=True, kw_only=True)
class Lifted(Relaxation):
    """A limit that no longer holds: the amount is 1."""

    def amount_for(
        self, problem: Problem, names: Names, excess: float, needed: float
    ) -> float | None:
        """The whole limit, whatever is needed.

        Parameters
        ----------
        problem, names, excess, needed
            As in `Relaxation.amount_for`.

        Returns
        -------
        float
            1.
        """
        return 1.0

    def grown(self, problem: Problem, names: Names, amount: float, factor: float) -> float | None:
        """Nothing more than the whole limit.

        Parameters
        ----------
        problem, names, amount, factor
            As in `Relaxation.grown`.

        Returns
        -------
        float or None
            The amount itself; None for more.
        """
        return amount if factor == 1 else None


def _aim_below(share: float, lowest: float) -> float | None:
    """Down to the next tenth of a percent; None below the lowest aim."""
    lower = math.floor(share * 1000 + 1e-6) / 1000
    return lower if lower >= lowest else None


def aimed_share(problem: Problem, names: Names) -> float:
    """Share of the orders on time, or, by its hours, of a target of one's own."""
    if not names:
        return problem.service.on_time_share
    return next(t.share for t in problem.service.also if f"{t.within_hours:g}" == names[0])


def _integer_above(amount: float) -> float:
    return float(max(math.ceil(amount - 1e-6), 1))


def _three_digits_above(amount: float) -> float:
    """Up to a number of three digits."""
    step = 10 ** max(math.floor(math.log10(max(amount, 1.0))) - 2, 0)
    return float(max(math.ceil(amount / step - 1e-9) * step, 1))


def clock_of(problem: Problem, at_s: int) -> str:
    """Seconds after midnight as a time of the day."""
    moment: datetime = problem.horizon.start + timedelta(seconds=at_s)
    return moment.strftime("%H:%M")


def collection_named(problem: Problem, names: Names) -> Collection:
    """The collection at a site, of a contract, at a time of the day."""
    return next(c for c in problem.site(names[0]).collections if _is_named(problem, c, names))


def _is_named(problem: Problem, collection: Collection, names: Names) -> bool:
    return (collection.contract, clock_of(problem, collection.at_s)) == names[1:]


def _vehicle_size(problem: Problem, names: Names) -> float:
    """Parcels that one vehicle of a collection takes."""
    return float(max(collection_named(problem, names).capacity_parcels or 1, 1))


def _crew_size(problem: Problem, names: Names) -> float:
    return float(max(problem.crew(*names).limit, 1))


def changed_crew(
    problem: Problem, names: Names, changed: Callable[[Crew], dict[str, Any]]
) -> Problem:
    """The problem with fields of one crew changed.

    Parameters
    ----------
    problem : Problem
        The problem as it is given.
    names : tuple of str
        (site, crew).
    changed : callable
        crew -> new values of its fields, by name.

    Returns
    -------
    Problem
        The changed problem.
    """
    crews = (replace(c, **changed(c)) if (c.site, c.name) == names else c for c in problem.crews)
    return replace(problem, crews=tuple(crews))


def _changed_site(problem: Problem, name: str, **changes: Any) -> Problem:
    sites = (replace(s, **changes) if s.name == name else s for s in problem.sites)
    return replace(problem, sites=tuple(sites))


def raised(field: str) -> Callable[[Problem, Names, float], Problem]:
    """A change that raises a number of a crew: (problem, (site, crew), amount) -> problem."""

    def apply(problem: Problem, names: Names, amount: float) -> Problem:
        def changed(crew: Crew) -> dict[str, Any]:
            present = getattr(crew, field) or 0
            return {field: present + type(present)(amount)}

        return changed_crew(problem, names, changed)

    return apply


def _more_people(problem: Problem, names: Names, amount: float) -> Problem:
    return changed_crew(problem, names, lambda c: {"limit": c.limit + int(amount)})


def _more_days(problem: Problem, names: Names, amount: float) -> Problem:
    """More days in a week, and in a row where those are limited."""

    def changed(crew: Crew) -> dict[str, Any]:
        row = crew.max_consecutive_days
        return {
            "max_days_per_week": min(crew.max_days_per_week + int(amount), WEEK),
            "max_consecutive_days": None if row is None else row + int(amount),
        }

    return changed_crew(problem, names, changed)


def _days_off(problem: Problem, names: Names) -> float:
    return WEEK - problem.crew(*names).max_days_per_week


def _less_notice(problem: Problem, names: Names, amount: float) -> Problem:
    return changed_crew(
        problem, names, lambda c: {"notice_days": max(c.notice_days - int(amount), 0)}
    )


def _notice(problem: Problem, names: Names) -> float:
    return problem.crew(*names).notice_days


def _more_stations(problem: Problem, names: Names, amount: float) -> Problem:
    stations = problem.site(names[0]).process(names[1]).stations
    return _changed_process(problem, names, stations=stations + int(amount))


def _changed_process(problem: Problem, names: Names, **changes: Any) -> Problem:
    """The problem with fields of the process (site, process) changed."""
    site, process = names
    steps = (
        replace(p, **changes) if p.name == process else p for p in problem.site(site).processes
    )
    return _changed_site(problem, site, processes=tuple(steps))


def _least_people(problem: Problem, names: Names) -> float:
    return problem.site(names[0]).process(names[1]).min_people


def _less_presence(problem: Problem, names: Names, amount: float) -> Problem:
    least = int(_least_people(problem, names)) - int(amount)
    return _changed_process(problem, names, min_people=max(least, 0))


def _any_temporaries(problem: Problem, names: Names, amount: float) -> Problem:
    return _changed_process(problem, names, max_temporary_share=1.0)


def _any_starters(problem: Problem, names: Names, amount: float) -> Problem:
    return _changed_process(problem, names, starters_per_permanent=None)


def _more_vehicles(problem: Problem, names: Names, amount: float) -> Problem:
    collections = (
        replace(c, max_extra=c.max_extra + int(amount)) if _is_named(problem, c, names) else c
        for c in problem.site(names[0]).collections
    )
    return _changed_site(problem, names[0], collections=tuple(collections))


def _new_pickup(problem: Problem, names: Names, amount: float) -> Problem:
    """A collection at a new time.

    Its vehicles are as large as the largest that the contract sends there today.
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
    return _changed_site(problem, site, collections=(*there, added))


def _more_space(problem: Problem, names: Names, amount: float) -> Problem:
    space = problem.site(names[0]).stock_capacity_units or 0
    return _changed_site(problem, names[0], stock_capacity_units=space + int(amount))


def _more_allotment(problem: Problem, names: Names, amount: float) -> Problem:
    contracts = list(problem.contracts)
    c = problem.contract_names.index(names[0])
    of = contracts[c].commitment
    more = replace(of, allotment_per_day=(of.allotment_per_day or 0) + int(amount))
    contracts[c] = replace(contracts[c], commitment=more)
    return replace(problem, contracts=tuple(contracts))


def _more_supply(problem: Problem, names: Names, amount: float) -> Problem:
    """Of products that are planned together, each gets its part by what it sells."""
    share = sum(p.share for p in problem.products if p.name in names) or 1.0
    products = (
        replace(p, supply_units=(p.supply_units or 0) + math.ceil(amount * p.share / share))
        if p.name in names
        else p
        for p in problem.products
    )
    return replace(problem, products=tuple(products))


def _new_aim(problem: Problem, names: Names, share: float) -> Problem:
    return replace(problem, service=replace(problem.service, on_time_share=share))


def _new_target(problem: Problem, names: Names, share: float) -> Problem:
    also = (
        replace(target, share=share) if f"{target.within_hours:g}" == names[0] else target
        for target in problem.service.also
    )
    return replace(problem, service=replace(problem.service, also=tuple(also)))


def _longer_promise(problem: Problem, regions: Names, amount: float) -> Problem:
    """A longer promise for some regions, or for all.

    In whole working days where the platform counts those.
    """

    def longer(rule: PlatformRule) -> PlatformRule:
        if rule.deadline_working_days is not None:
            days = rule.deadline_working_days + round(amount / DAY_HOURS)
            return replace(rule, deadline_working_days=days)
        promised = {name: rule.hours_in(name) for name in problem.region_names}
        for name in regions or problem.region_names:
            promised[name] += amount
        return replace(rule, promise_hours=promised)

    return problem.with_rules(longer)


def free_of_shifts(problem: Problem) -> tuple[int, int] | None:
    """The time of the day (from, to) for one more shift, in seconds after midnight.

    After the last shift, before the first begins again; None where that is too short for a shift.
    """
    regular = [s for s in problem.shifts if not s.extends]
    begin, end = max(s.end_s for s in regular), min(s.start_s for s in regular) + DAY_S
    if end - begin < SHORTEST_SHIFT_S:
        return None
    return begin, min(end, begin + LONGEST_SHIFT_S)


def _new_shift(problem: Problem, clocks: Names, amount: float) -> Problem:
    """One more shift for everybody, with its break in the middle."""
    begin, end = free_of_shifts(problem) or (0, 0)
    middle, pause = (begin + end) // 2, end - begin - round(amount * HOUR_S)
    start = begin % DAY_S
    cut = middle - begin + start - pause // 2
    shift = Shift(
        "-".join(clocks), start, start + end - begin, ((cut, cut + pause),) if pause else ()
    )
    sites = (replace(s, works=(*s.works, shift.name)) if s.works else s for s in problem.sites)
    return replace(problem, shifts=(*problem.shifts, shift), sites=tuple(sites))


def _overtime(problem: Problem, names: Names, hours: float) -> Problem:
    """Every regular shift may run some hours longer, and everybody may stay."""
    longer = tuple(
        replace(
            s, name=f"{s.name} +{hours:g} h", end_s=s.end_s + round(hours * HOUR_S), extends=s.name
        )
        for s in problem.shifts
        if not s.extends
    )
    added = tuple(s.name for s in longer)
    crews = tuple(replace(c, extended=(*c.extended, *added)) for c in problem.crews)
    return replace(problem, shifts=(*problem.shifts, *longer), crews=crews)


def _capped(problem: Problem, names: Names, amount: float) -> Problem:
    events = (
        replace(e, cap=int(amount)) if e.name == names[0] else e for e in problem.demand.events
    )
    return replace(problem, demand=replace(problem.demand, events=tuple(events)))


OF_CREW = ("site", "crew")
OF_COLLECTION = ("site", "contract", "clock")
OF_PROCESS = ("site", "process")

MORE_PEOPLE = Relaxation(key="crew", unit="people", of=OF_CREW, apply=_more_people)
MORE_DAYS = Relaxation(
    key="days",
    unit="days a week",
    of=OF_CREW,
    apply=_more_days,
    gain=_crew_size,
    most=_days_off,
)
MORE_HOURS = Relaxation(
    key="hours",
    unit="hours a week",
    of=OF_CREW,
    apply=raised("max_hours_per_week"),
    gain=_crew_size,
)
LESS_NOTICE = Relaxation(key="notice", unit="days", of=OF_CREW, apply=_less_notice, most=_notice)
MORE_STATIONS = Relaxation(key="stations", unit="stations", of=OF_PROCESS, apply=_more_stations)
LESS_PRESENCE = Relaxation(
    key="presence", unit="people fewer", of=OF_PROCESS, apply=_less_presence, most=_least_people
)
# a share that would do depends on who else is there: these limits are lifted as a whole
ANY_TEMPORARIES = Lifted(
    key="temporaries", unit="limit lifted", of=OF_PROCESS, apply=_any_temporaries
)
ANY_STARTERS = Lifted(key="starters", unit="limit lifted", of=OF_PROCESS, apply=_any_starters)
MORE_VEHICLES = Relaxation(
    key="collection",
    unit="vehicles on any day",
    of=OF_COLLECTION,
    apply=_more_vehicles,
    gain=_vehicle_size,
)
NEW_PICKUP = Relaxation(
    key="pickup", unit="vehicles every day", of=OF_COLLECTION, apply=_new_pickup
)
MORE_ALLOTMENT = Relaxation(
    key="allotment",
    unit="parcels a day",
    of=("contract",),
    apply=_more_allotment,
    three_digits=True,
)
MORE_SUPPLY = Relaxation(
    key="supply", unit="units", of=("products",), apply=_more_supply, three_digits=True
)
MORE_SPACE = Relaxation(
    key="space", unit="units", of=("site",), apply=_more_space, three_digits=True
)
LOWER_AIM = LoweredAim(key="aim", unit="share of orders on time", apply=_new_aim)
LOWER_TARGET = LoweredAim(
    key="target",
    unit="share of orders within the hours",
    of=("hours",),
    apply=_new_target,
    lowest=LOWEST_TARGET,
)
LONGER_PROMISE = Relaxation(  # no region: all of them
    key="promise", unit="hours", of=("regions",), apply=_longer_promise
)
SALES_CAP = Relaxation(
    key="cap", unit="orders at which the sale stops", of=("event",), apply=_capped
)
NEW_SHIFT = Relaxation(key="shift", unit="paid hours", of=("start", "end"), apply=_new_shift)
OVERTIME = Relaxation(key="overtime", unit="hours every shift may run longer", apply=_overtime)

RELAXATIONS: dict[str, Relaxation] = {
    relaxation.key: relaxation
    for relaxation in (
        MORE_PEOPLE,
        MORE_DAYS,
        MORE_HOURS,
        LESS_NOTICE,
        MORE_STATIONS,
        LESS_PRESENCE,
        ANY_TEMPORARIES,
        ANY_STARTERS,
        MORE_VEHICLES,
        NEW_PICKUP,
        MORE_ALLOTMENT,
        MORE_SUPPLY,
        MORE_SPACE,
        LOWER_AIM,
        LOWER_TARGET,
        LONGER_PROMISE,
        SALES_CAP,
        NEW_SHIFT,
        OVERTIME,
    )
}
