"""What would help a plan with late orders: one more person or vehicle at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.costs import planned_minor
from planner.domain.crew_days import crew_days
from planner.domain.dates import day_clock, day_month
from planner.domain.horizon import DAY_S
from planner.domain.money import to_major
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.bookings import earliest_start, shortest_end, starts
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.certification.removable_resources import headcounts_of, with_headcounts
from planner.studies.runs.run_context import RunContext

COLUMNS = [
    "unit",
    "words",
    "site",
    "process",
    "crew",
    "shift",
    "contract",
    "date",
    "added",
    "failed_before",
    "failed_after",
    "saved_orders",
    "cost",
    "cost_per_order",
]
Place = tuple[str, str, str, str, str, int, int]


@dataclass(frozen=True, kw_only=True)
class MarginalResource:
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


@dataclass(frozen=True)
class ChosenReplications:
    """An evaluation on chosen replications; picklable, as worker processes receive it once."""

    evaluation: Evaluation
    numbers: tuple[int, ...]

    def __call__(self, k: int) -> list[Summary]:
        """Evaluate the k-th of the replications."""
        return self.evaluation(self.numbers[k])


def marginal_resources_table(
    problem: Problem,
    plan: Plan,
    places: Counter[Place],
    context: RunContext,
    *,
    failing: Sequence[Summary],
    replications: int,
    stream_set: str,
    aim: int = 0,
) -> pd.DataFrame:
    """Evaluate one more person or vehicle at a time on the same replications.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    places : Counter
        Failed orders by place.
    context : RunContext
        Where replications run; its options say how many.
    failing : sequence of Summary
        Replications in which orders failed, the hardest first.
    replications : int
        Number of all replications.
    stream_set : str
        Set of random streams that the replications are drawn from.
    aim : int
        Which orders failed: those beyond the deadline (0), or a target of one's own (from 1).

    Returns
    -------
    DataFrame
        One row per resource, the most failed orders saved per cost first, those that save none
        last. `cost` is what the resource adds to what the plan commits to, which is paid in every
        replication; failed and saved orders are therefore means over all replications.
    """
    options = context.options.diagnosis
    resources = marginal_resources(problem, plan, places, options.most_places)
    count = min(options.resource_replications, len(failing))
    spread = np.unique(np.linspace(0, len(failing) - 1, count).round().astype(int))
    numbers = tuple(failing[int(k)].replication for k in spread)
    plans = (plan, *(r.plan for r in resources))
    context.begin("trying one more person or vehicle", len(numbers))
    evaluation = Evaluation(problem, plans, context.executor.engine, stream_set)
    task = ChosenReplications(evaluation, numbers)
    results = context.replicate("helpers", task, len(numbers))
    failed = np.array([[summary.outcomes[aim][0] for summary in row] for row in results])
    before, *after = failed.mean(axis=0) * (len(failing) / replications)
    base = planned_minor(problem, plan)  # a person more in the tail is not free
    found = []
    for resource, left in zip(resources, after, strict=True):
        saved = float(before - left)
        cost = planned_minor(problem, resource.plan) - base
        row = _row(problem, resource, (float(before), float(left)), cost)
        found.append((saved <= 0, -saved / max(cost, 1), resource.label, row))
    found.sort(key=lambda f: f[:3])
    return pd.DataFrame([row for *_, row in found], columns=COLUMNS)


def _row(
    problem: Problem, resource: MarginalResource, failed: tuple[float, float], cost_minor: int
) -> dict[str, object]:
    """Row of a resource; `failed`: mean orders without and with it."""
    saved, cost = failed[0] - failed[1], float(to_major(cost_minor, problem.currency))
    return {
        "unit": "vehicle" if resource.contract else "person",
        "words": resource.label,
        "site": resource.site,
        "process": resource.process,
        "crew": resource.crew,
        "shift": resource.shift,
        "contract": resource.contract,
        "date": problem.horizon.date_of(resource.day).isoformat(),
        "added": 1,
        "failed_before": round(failed[0], 3),
        "failed_after": round(failed[1], 3),
        "saved_orders": round(saved, 3),
        "cost": cost,
        "cost_per_order": round(cost / saved, 2) if saved > 0 else None,
    }


def marginal_resources(
    problem: Problem, plan: Plan, places: Counter[Place], most_places: int, amount: int = 1
) -> list[MarginalResource]:
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
    list of MarginalResource
        Resources whose plan breaks no rule that the plan itself keeps.
    """
    broken = {v.words for v in violations(problem, plan)}
    bare = without_costs(plan)
    found = [
        *_people(problem, bare, places, most_places, amount),
        *_vehicles(problem, bare, places, most_places, amount),
    ]
    check = RosterCheck(problem)
    fills = check.fills(plan)
    return [
        r
        for r in found
        if all(v.words in broken for v in violations(problem, r.plan))
        and (check.fills(r.plan) or not fills)
    ]


def _worst(orders: Counter[Any], most: int) -> list[Any]:
    """Keys with most orders, smaller keys first among equals."""
    return [key for key, _ in sorted(orders.items(), key=lambda i: (-i[1], i[0]))[:most]]


def _people(
    problem: Problem, plan: Plan, places: Counter[Place], most: int, amount: int
) -> Iterator[MarginalResource]:
    """More people where most orders waited, of every crew that can work there."""
    waiting: Counter[tuple[str, str, str, int]] = Counter()
    for (reason, site, process, _, _, since, _), orders in places.items():
        at = _next_shift(problem, site, since) if reason == "waiting" else None
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
            yield MarginalResource(
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
) -> Iterator[MarginalResource]:
    """More vehicles at the collections that had no room for most orders."""
    no_room: Counter[tuple[str, str, int]] = Counter()
    for (reason, site, _, contract, _, since, _), orders in places.items():
        if reason == "collection":
            no_room[site, contract, since] = orders
    for site, contract, second in _worst(no_room, most):
        day, at_s = divmod(second, DAY_S)
        booked = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
        booked[ExtraCollection(day, site, contract, at_s, 0)] += amount
        extra = tuple(sorted(replace(e, vehicles=n) for e, n in booked.items()))
        when = day_clock(problem.horizon.at(second))
        vehicles = f"{amount} more {_number_of('vehicle', amount)}"
        yield MarginalResource(
            label=f"{vehicles} of {contract} at {site} on {when}",
            site=site,
            day=day,
            amount=amount,
            plan=replace(plan, extra=extra),
            contract=contract,
        )
