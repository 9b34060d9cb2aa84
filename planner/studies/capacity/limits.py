"""What limits the orders a day, and what one person or vehicle more adds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.costs import planned_minor
from planner.domain.day_loads import Load
from planner.domain.day_loads import Place as DayPlace
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Records
from planner.domain.site import Process
from planner.simulation.loaded_replication import LoadedReplication
from planner.simulation.workers_pool import START_S
from planner.studies.capacity.promises import FoundPromises, Promise
from planner.studies.capacity.search import LoadCheck, largest
from planner.studies.certification.addable_resources import AddableResource, addable_resources
from planner.studies.certification.failure_places import COLLECTION, WAITING, places_of
from planner.studies.certification.failure_places import Place as LatePlace
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.runs.run_context import RunContext

ALLOTMENT = "allotment"  # the reason of orders that wait because a contract's day is full
FULL = 0.999  # share of an allotment from which on it is used up
LOOKED_AT = 2  # failing replications of each place
MOST_PLACES = 3  # for one more person, and as many for one more vehicle
SCARCEST = 10  # replications that take least, in which one more person or vehicle is tried
FINE = 0.001  # share of a number to which what is added is found
LEAST_ADDED, MOST_ADDED = 0.95, 1.3  # times the number, between which one more is judged


@dataclass(frozen=True, slots=True)
class Late:
    """Orders of a replication that were late at one place, and why."""

    place: LatePlace
    allotment: bool
    orders: int


@dataclass(frozen=True, slots=True)
class Rescued:
    """Orders of a replication that are not late when a process of a site is a little faster."""

    site: str
    process: str
    orders: int


@dataclass(frozen=True, slots=True)
class Limits:
    """Where orders are late above a promise, and which process would help them."""

    late: tuple[Late, ...] = ()
    rescued: tuple[Rescued, ...] = ()

    def __add__(self, other: Limits) -> Limits:
        """Those of both."""
        return Limits(self.late + other.late, self.rescued + other.rescued)


@dataclass(frozen=True, kw_only=True)
class LimitSearch:
    """Where orders are late above what can be promised.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    check : LoadCheck
        Draws the replications.
    cases : tuple of (Load, int)
        Loads, each with a replication that does not take it.
    """

    check: LoadCheck
    cases: tuple[tuple[Load, int], ...]

    def __call__(self, k: int) -> Limits:
        """What limits the k-th case, of the days and the site of its load."""
        load, replication = self.cases[k]
        drawn = self.check.draws(replication).drawn_for(load)
        if drawn is None:
            return Limits()
        problem, records = drawn.problem, _concerned(drawn.records(load), load)
        found = places_of(problem, replace(self.check.plan, stock=None), records)
        full = _full_days(problem, records)
        late = tuple(
            Late(place, (place[3], place[5] // DAY_S) in full, orders)
            for place, orders in sorted(found.items())
        )
        return Limits(late, tuple(_rescued(drawn, load, late)))


def _rescued(drawn: LoadedReplication, load: Load, late: Sequence[Late]) -> Iterator[Rescued]:
    """The processes of the sites where orders waited too long, each a little faster in turn.

    Where orders wait longest is not always what limits them: in front of a slow process others
    wait as well.
    """
    failed = _failed(drawn, load, None)
    waiting = sorted({one.place[1] for one in late if one.place[0] == WAITING})
    for name in waiting:
        for process in drawn.problem.site(name).processes:
            saved = failed - _failed(drawn, load, process)
            yield Rescued(name, process.name, saved)


def _failed(drawn: LoadedReplication, load: Load, faster: Process | None) -> int:
    """Late orders of the days of a load and later."""
    return int(drawn.loaded(load, faster).failed[0, load.place.day or 0 :].sum())


def _concerned(records: Records, load: Load) -> Records:
    """The records, in which only orders of the load and of later days can be late."""
    day = records.orders.ordered_at_s // DAY_S
    concerned = day >= (load.place.day or 0)
    if load.place.site is not None:
        concerned &= records.site == load.place.site
    verdict = np.where(concerned, records.on_time, np.int16(1)).astype(np.int16)
    return replace(records, on_time=verdict)


def _full_days(problem: Problem, records: Records) -> set[tuple[str, int]]:
    """Contracts and days on which the allotment is used up."""
    found = set()
    moment = records.handed_over_at_s
    for c, contract in enumerate(problem.contracts):
        allotment = contract.commitment.allotment_per_day
        if allotment is None:
            continue
        theirs = moment[(records.contract == c) & (moment != NEVER)] // DAY_S
        per_day = np.bincount(theirs) if len(theirs) else np.zeros(0)
        found |= {(contract.name, int(d)) for d in np.flatnonzero(per_day >= FULL * allotment)}
    return found


def find_limits(found: FoundPromises, context: RunContext) -> list[Limits]:
    """What limits each promise, in some of the replications that do not take more.

    Parameters
    ----------
    found : FoundPromises
        The promises, as held-out replications judged them.
    context : RunContext
        Where replications run.

    Returns
    -------
    list of Limits
        One for each promise.
    """
    cases, owner = [], []
    for p, promise in enumerate(found.promises):
        for replication in promise.failing[:LOOKED_AT]:
            cases.append((Load(promise.place, promise.above), replication))
            owner.append(p)
    context.begin("finding what limits the orders a day", len(cases))
    task = LimitSearch(check=found.check, cases=tuple(cases))
    limits = [Limits() for _ in found.promises]
    for p, one in zip(owner, context.replicate("limits", task, len(cases), START_S), strict=True):
        limits[p] += one
    return limits


def binding(limits: Limits) -> tuple[str, str, str]:
    """The reason for which most orders are late, its site, and the process or contract.

    Of processes, the one that saves most orders when it is a little faster.

    Parameters
    ----------
    limits : Limits
        Late orders by place, and the orders that faster processes save.

    Returns
    -------
    tuple of str
        Empty where none is late.
    """
    count: Counter[tuple[str, str, str]] = Counter()
    for one in limits.late:
        reason, site, process, contract = one.place[:4]
        if reason == COLLECTION and one.allotment:
            reason = ALLOTMENT
        at = "" if reason == WAITING else process or contract
        count[reason, "" if reason == WAITING else site, at] += one.orders
    if not count:
        return ("", "", "")
    most = min(count, key=lambda key: (-count[key], key))
    return (WAITING, *slowest(limits)) if most[0] == WAITING else most


def slowest(limits: Limits) -> tuple[str, str]:
    """Site and process that save most orders when they are a little faster.

    Where none saves any, because nobody is there, the one before which most orders wait.
    """
    saved: Counter[tuple[str, str]] = Counter()
    for one in limits.rescued:
        saved[one.site, one.process] += one.orders
    wait: Counter[tuple[str, str]] = Counter()
    for late in limits.late:
        wait[late.place[1], late.place[2]] += late.orders
    return min(saved, key=lambda key: (-saved[key], -wait[key], key))


def _places_to_help(limits: Limits) -> Counter[LatePlace]:
    """Late orders by place, with the slowest process of the site before all others."""
    places: Counter[LatePlace] = Counter()
    for one in limits.late:
        places[one.place] += one.orders
    if any(one.place[0] == WAITING for one in limits.late):
        site, process = slowest(limits)
        total = places.total()
        for place, orders in list(places.items()):
            if place[:2] == (WAITING, site):
                places[(*place[:2], process, *place[3:])] += orders + total
    return places


@dataclass(frozen=True, eq=False, kw_only=True)
class Added:
    """What a person or vehicle more adds to the orders a day of a place.

    Attributes
    ----------
    promise : Promise
        What the plan promises there.
    resource : AddableResource
        The person or vehicle.
    before, after : int
        Orders a day that enough of the scarcest replications take, without and with it.
    cost_minor : int
        What it adds to what the plan commits to.
    """

    promise: Promise
    resource: AddableResource
    before: int
    after: int
    cost_minor: int


@dataclass(frozen=True, kw_only=True)
class MoreSearch:
    """What a place takes under plans with one person or vehicle more, in the same replications.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    check : LoadCheck
        Draws the replications.
    plans : tuple of Plan
        The plans, with the routing of that of the check.
    place : Place
        What is loaded.
    replications : tuple of int
        Those that take fewest, the hardest first.
    allowed : int
        How many of them may fail.
    low, high : int
        Where the numbers lie.
    """

    check: LoadCheck
    plans: tuple[Plan, ...]
    place: DayPlace
    replications: tuple[int, ...]
    allowed: int
    low: int
    high: int

    def __call__(self, k: int) -> int:
        """What is taken under the k-th plan."""
        service, ready = self.check.problem.service, []
        for r in self.replications:
            drawn = self.check.draws(r).drawn_for(Load(self.place, self.high))
            if drawn is not None:
                ready.append(drawn.under(self.plans[k]))

        def takes(orders: int) -> bool:
            failing = 0
            for drawn in ready:
                failing += not drawn.loaded(Load(self.place, orders)).kept(service)
                if failing > self.allowed:
                    return False
            return True

        if takes(self.high):
            return self.high
        low = self.low if self.low and takes(self.low) else 0
        return largest(takes, low, self.high if low else max(self.low, 1), FINE)


def more_orders(found: FoundPromises, k: int, limits: Limits, context: RunContext) -> list[Added]:
    """Try one more person or vehicle where orders are late above a promise.

    Parameters
    ----------
    found : FoundPromises
        The promises.
    k : int
        Which of them.
    limits : Limits
        What limits it.
    context : RunContext
        Where replications run.

    Returns
    -------
    list of Added
        Most orders added first.
    """
    check, promise = found.check, found.promises[k]
    problem, bare = check.problem, without_costs(check.plan)
    resources = addable_resources(problem, bare, _places_to_help(limits), MOST_PLACES)
    if not resources or not promise.orders:
        return []
    task = MoreSearch(
        check=check,
        plans=(bare, *(resource.plan for resource in resources)),
        place=promise.place,
        replications=promise.hardest[:SCARCEST],
        allowed=promise.replications - promise.needed,
        low=math.floor(LEAST_ADDED * promise.orders),
        high=math.ceil(MOST_ADDED * promise.orders),
    )
    context.begin("trying one more person or vehicle", len(task.plans))
    before, *after = context.replicate("one more", task, len(task.plans), START_S)
    paid = planned_minor(problem, bare)
    added = [
        Added(
            promise=promise,
            resource=resource,
            before=before,
            after=orders,
            cost_minor=planned_minor(problem, resource.plan) - paid,
        )
        for resource, orders in zip(resources, after, strict=True)
    ]
    return sorted(added, key=lambda a: (a.before - a.after, a.cost_minor, a.resource.label))
