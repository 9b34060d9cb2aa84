"""What limits the orders a day, and what one person or vehicle more adds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.choices import Engine
from planner.domain.costs import planned_minor
from planner.domain.day_loads import Load
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Records
from planner.domain.site import Process
from planner.simulation.loaded_replication import LoadedReplication
from planner.simulation.workers_pool import START_S
from planner.studies.capacity.promises import SEARCH, Promise, held_out
from planner.studies.capacity.search import CapacitySearch, Guess, LoadedDraws, Taken
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.diagnosis.late_orders import COLLECTION, WAITING, places_of
from planner.studies.diagnosis.late_orders import Place as LatePlace
from planner.studies.diagnosis.marginal_resources import MarginalResource, marginal_resources
from planner.studies.runs.run_context import RunContext

ALLOTMENT = "allotment"  # the reason of orders that wait because a contract's day is full
FULL = 0.999  # share of an allotment from which on it is used up
LOOKED_AT = 2  # failing replications of each place
MOST_PLACES = 3  # for one more person, and as many for one more vehicle
SCARCEST = 10  # replications that take least, in which one more person is tried
FINE = 0.001  # share of a number to which what is added is found
MOST_ADDED = 1.3  # times the number that one person or vehicle more may add


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
    problem, plan : Problem, Plan
        What is given, and the plan.
    cases : tuple of (Load, str, int)
        Loads, each with the stream set and the replication that does not take it.
    engine : {"compiled", "simpy"}
        Simulation engine.
    """

    problem: Problem
    plan: Plan
    cases: tuple[tuple[Load, str, int], ...]
    engine: Engine

    def __call__(self, k: int) -> Limits:
        """What limits the k-th case, of the days and the site of its load."""
        load, stream_set, replication = self.cases[k]
        streams = Streams(self.problem.seed, stream_set, replication)
        draws = LoadedDraws(self.problem, self.plan, streams, self.engine)
        drawn = draws.drawn_for(load)
        if drawn is None:
            return Limits()
        problem, records = drawn.problem, _concerned(drawn.records(load), load)
        found = places_of(problem, replace(self.plan, stock=None), records)
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


def find_limits(
    problem: Problem, plan: Plan, promises: Sequence[Promise], context: RunContext
) -> list[Limits]:
    """What limits each promise, in some of the replications that do not take more.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    promises : sequence of Promise
        The promises, as held-out replications judged them.
    context : RunContext
        Where replications run.

    Returns
    -------
    list of Limits
        One for each promise.
    """
    cases, owner = [], []
    for p, promise in enumerate(promises):
        if not promise.replications:
            continue
        look = CertificationLook(promise.look, promise.replications)
        for replication in promise.failing[:LOOKED_AT]:
            cases.append((Load(promise.place, promise.above), held_out(look), replication))
            owner.append(p)
    context.begin("finding what limits the orders a day", len(cases))
    task = LimitSearch(
        problem=problem, plan=plan, cases=tuple(cases), engine=context.executor.engine
    )
    found = [Limits() for _ in promises]
    for p, limits in zip(owner, context.replicate("limits", task, len(cases)), strict=True):
        found[p] += limits
    return found


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
    """Site and process that save most orders when they are a little faster."""
    saved: Counter[tuple[str, str]] = Counter()
    for one in limits.rescued:
        saved[one.site, one.process] += one.orders
    return min(saved, key=lambda key: (-saved[key], key))


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
    resource : MarginalResource
        The person or vehicle.
    before, after : int
        Orders a day of the scarcest replications, without and with it.
    cost_minor : int
        What it adds to what the plan commits to.
    """

    promise: Promise
    resource: MarginalResource
    before: int
    after: int
    cost_minor: int


@dataclass(frozen=True, kw_only=True)
class MoreSearch:
    """What places take under plans with one person or vehicle more, replication by replication.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    searches : tuple of CapacitySearch
        A search for each plan, all of the same replications.
    """

    searches: tuple[CapacitySearch, ...]

    def __call__(self, k: int) -> list[Taken]:
        """What is taken in the k-th of the replications under each plan."""
        return [search(k)[0] for search in self.searches]


def more_orders(
    problem: Problem,
    plan: Plan,
    promise: Promise,
    context: RunContext,
    *,
    limits: Limits,
    taken: Sequence[int],
) -> list[Added]:
    """Try one more person or vehicle where orders are late above a promise.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    promise : Promise
        What the plan promises at a place.
    context : RunContext
        Where replications run.
    limits : Limits
        What limits it.
    taken : sequence of int
        What each replication of the search took there.

    Returns
    -------
    list of Added
        Most orders added first.
    """
    places = _places_to_help(limits)
    bare = without_costs(plan)
    resources = marginal_resources(problem, bare, places, MOST_PLACES)
    if not resources or not promise.orders:
        return []
    scarcest = sorted(range(len(taken)), key=lambda k: (taken[k], k))[:SCARCEST]
    base = CapacitySearch(
        problem=problem,
        plan=bare,
        places=(promise.place,),
        engine=context.executor.engine,
        stream_set=SEARCH,
        numbers=tuple(scarcest),
        guesses=(
            Guess(int(min(taken) * 0.95), int(MOST_ADDED * max(taken[k] for k in scarcest)) + 2),
        ),
        precision=FINE,
    )
    searches = (base, *(replace(base, plan=resource.plan) for resource in resources))
    context.begin("trying one more person or vehicle", len(scarcest))
    rows = context.replicate("one more", MoreSearch(searches=searches), len(scarcest), START_S)
    before, *after = (min(row[p].orders for row in rows) for p in range(len(searches)))
    paid = planned_minor(problem, bare)
    found = [
        Added(
            promise=promise,
            resource=resource,
            before=before,
            after=orders,
            cost_minor=planned_minor(problem, resource.plan) - paid,
        )
        for resource, orders in zip(resources, after, strict=True)
    ]
    return sorted(found, key=lambda a: (a.before - a.after, a.cost_minor, a.resource.label))
