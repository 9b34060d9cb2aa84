"""Resources that may be added to a plan where orders fail: people, vehicles and stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from planner.domain.crew_days import crew_days
from planner.domain.dates import day_clock, day_month
from planner.domain.horizon import DAY_S
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem, StockRow
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.bookings import earliest_start, shortest_end, starts
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.failure_places import COLLECTION, WAITING, Place
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.certification.removable_resources import headcounts_of, with_headcounts

NO_LIMIT = 1 << 62  # units


@dataclass(frozen=True, kw_only=True)
class AddableResource:
    """More people (all days of the shortest booking) or vehicles at one place.

    Attributes
    ----------
    label : str
        Describes the resource.
    site : str
        Its site.
    day : int
        Its first day.
    plan : Plan
        The plan with it.
    process, crew, shift : str
        Place of a person.
    contract : str
        Contract of a vehicle.
    amount : int
        How many people or vehicles.
    """

    label: str
    site: str
    day: int
    plan: Plan
    amount: int = 1
    process: str = ""
    crew: str = ""
    shift: str = ""
    contract: str = ""

    @property
    def place(self) -> tuple[str, str, str, str, str, int]:
        """What is added where and when, without the amount."""
        return self.site, self.process, self.crew, self.shift, self.contract, self.day


def addable_resources(
    problem: Problem, plan: Plan, places: Counter[Place], most_places: int, amount: int = 1
) -> list[AddableResource]:
    """More people or vehicles at each of the worst places, as far as the limits allow it.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    places : Counter
        Failed orders by place.
    most_places : int
        Places for people, and as many for vehicles.
    amount : int
        How many people or vehicles at a place.

    Returns
    -------
    list of AddableResource
        Resources whose plan breaks no rule that the plan itself keeps.
    """
    broken = {v.words for v in violations(problem, plan)}
    check = RosterCheck(problem)
    fills = check.fills(plan)
    return [
        r
        for r in unchecked_resources(problem, plan, places, most_places, amount)
        if all(v.words in broken for v in violations(problem, r.plan))
        and (check.fills(r.plan) or not fills)
    ]


def unchecked_resources(
    problem: Problem, plan: Plan, places: Counter[Place], most_places: int, amount: int = 1
) -> Iterator[AddableResource]:
    """More people or vehicles at each of the worst places, whether a rule forbids them or not.

    Parameters
    ----------
    problem, plan, places, most_places, amount
        As for `addable_resources`.

    Yields
    ------
    AddableResource
        Each with the plan that has it.
    """
    bare = without_costs(plan)
    yield from _people(problem, bare, places, most_places, amount)
    yield from _vehicles(problem, bare, places, most_places, amount)


def with_missing_stock(problem: Problem, plan: Plan, missing: Mapping[str, int]) -> Plan:
    """Place units that orders found missing, as far as supply and space allow it.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    missing : mapping of str to int
        Units missing by product.

    Returns
    -------
    Plan
        The plan with more at the sites that have most of the product, then where a unit costs
        least; the plan itself where nothing can be placed, or goods are not counted.
    """
    if plan.stock is None:
        return plan
    placed = Counter({(row.product, row.site): row.units for row in plan.stock})
    units = placed.copy()
    space = _left(
        {site.name: site.stock_capacity_units for site in problem.sites},
        ((row.site, row.units) for row in plan.stock),
    )
    supply = _left(
        {product.name: product.supply_units for product in problem.products},
        ((row.product, row.units) for row in plan.stock),
    )
    by_cost = sorted(problem.sites, key=lambda site: site.inbound_cost_minor)
    for product, wanted in sorted(missing.items()):
        left = min(wanted, supply[product])
        for site in sorted(by_cost, key=lambda site: -units[product, site.name]):
            more = min(left, space[site.name])
            if more > 0:
                units[product, site.name] += more
                space[site.name] -= more
                left -= more
    if units == placed:
        return plan
    rows = tuple(
        StockRow(site, product, units[product, site])
        for site in problem.site_names
        for product in problem.product_names
        if units[product, site]
    )
    return replace(without_costs(plan), stock=rows)


def _left(limits: Mapping[str, int | None], placed: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Units that limits by name still allow, after what is placed under these names."""
    used: Counter[str] = Counter()
    for name, units in placed:
        used[name] += units
    return {
        name: NO_LIMIT if most is None else max(most - used[name], 0)
        for name, most in limits.items()
    }


def _worst(orders: Counter[Any], most: int) -> list[Any]:
    """Keys with most orders, smaller keys first among equals."""
    return [key for key, _ in sorted(orders.items(), key=lambda i: (-i[1], i[0]))[:most]]


def _people(
    problem: Problem, plan: Plan, places: Counter[Place], most: int, amount: int
) -> Iterator[AddableResource]:
    """More people where most orders waited, of every crew that can work there."""
    waiting: Counter[tuple[str, str, str, int]] = Counter()
    for (reason, site, process, _, _, since, _), orders in places.items():
        at = _next_shift(problem, site, since) if reason == WAITING else None
        if at is not None:
            waiting[site, process, *at] += orders
    for site, process, shift, day in _worst(waiting, most):
        for crew in problem.crews:
            if crew.site != site or not crew.may_do(process):
                continue
            days = _days_for(problem, crew, day) if crew.may_work(problem.shift(shift)) else []
            if not days:
                continue
            headcounts = headcounts_of(plan)
            headcounts.update({_one(crew, process, shift, d, days[0]): amount for d in days})
            place = f"{site}, {process}, {shift} shift on {_dates(problem, days)}"
            yield AddableResource(
                label=f"{amount} more {crew.name} {_number_of('person', amount)} at {place}",
                site=site,
                day=day,
                amount=amount,
                plan=with_headcounts(plan, headcounts),
                process=process,
                crew=crew.name,
                shift=shift,
            )


def _number_of(what: str, amount: int) -> str:
    many = {"person": "people", "vehicle": "vehicles"}
    return what if amount == 1 else many[what]


def _one(crew: Crew, process: str, shift: str, day: int, since: int) -> StaffRow:
    return StaffRow(
        day=day,
        site=crew.site,
        process=process,
        crew=crew.name,
        shift=shift,
        since_day=since if crew.temporary else LONG_AGO,
        headcount=0,
    )


def _dates(problem: Problem, days: Sequence[int]) -> str:
    first, last = (day_month(problem.horizon.date_of(d)) for d in (days[0], days[-1]))
    return first if first == last else f"{first} to {last}"


def _next_shift(problem: Problem, site: str, second: int) -> tuple[str, int] | None:
    """The regular shift (name, day) that works at a second, or the next to work after it."""
    place, today = problem.site(site), second // DAY_S
    coming: list[tuple[int, int, str, int]] = []
    for shift in problem.shifts:
        if shift.extends or not place.works_in(shift):
            continue
        for day in range(max(today - 1, 0), problem.horizon.days):
            hours = place.working(shift, day)
            coming += [(max(a, second), b, shift.name, day) for a, b in hours if b > second]
    return min(coming)[2:] if coming else None


def _days_for(problem: Problem, crew: Crew, day: int) -> list[int]:
    """Days of one more person.

    One day of a permanent person; of a temporary the shortest booking that holds the day, as early
    as possible. None where notice or the end of the horizon forbid it.
    """
    if not crew.temporary:
        return [day]
    on = crew_days(problem, crew)
    begins = starts(crew, on, earliest_start(problem, crew), problem.horizon.days)
    ends = {since: shortest_end(crew, on, since) for since in begins if since <= day}
    holding = [since for since, end in ends.items() if end >= day]
    return on.within(holding[0], ends[holding[0]]) if holding else []


def _vehicles(
    problem: Problem, plan: Plan, places: Counter[Place], most: int, amount: int
) -> Iterator[AddableResource]:
    """More vehicles at the collections that had no room for most orders."""
    no_room: Counter[tuple[str, str, int]] = Counter()
    for (reason, site, _, contract, _, since, _), orders in places.items():
        if reason == COLLECTION:
            no_room[site, contract, since] = orders
    for site, contract, second in _worst(no_room, most):
        day, at_s = divmod(second, DAY_S)
        booked = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
        booked[ExtraCollection(day, site, contract, at_s, 0)] += amount
        extra = tuple(sorted(replace(e, vehicles=n) for e, n in booked.items()))
        when = day_clock(problem.horizon.at(second))
        vehicles = f"{amount} more {_number_of('vehicle', amount)}"
        yield AddableResource(
            label=f"{vehicles} of {contract} at {site} on {when}",
            site=site,
            day=day,
            amount=amount,
            plan=replace(plan, extra=extra),
            contract=contract,
        )
