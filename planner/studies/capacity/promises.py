"""The orders a day that a plan can promise: held-out replications decide."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.day_loads import Load, Place
from planner.domain.demand_path import mean_path
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.simulation.workers_pool import START_S
from planner.studies.capacity.number import (
    Answers,
    Ask,
    Found,
    NumberSearch,
    above,
    upper_rank,
)
from planner.studies.capacity.search import (
    MOST_TIMES,
    Answer,
    CapacitySearch,
    Examined,
    LoadCheck,
    Taken,
)
from planner.studies.certification.certificate import CertificationLook, lower_bound
from planner.studies.runs.run_context import RunContext

SEARCH = "capacity"  # stream set of the replications that show where numbers lie
PROMOTION = 1.5  # times the orders of the middle day, from which on a day is a promotion day
PILOTS = 5  # of the first
PILOT_PRECISION = 0.08  # to which they are searched
MIDDLE = 0.8  # of what the middle one takes: a search does not begin lower
EXPECTED = 1.4  # times the number that is asked for: room for larger ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Orders a day at a place, and what held-out replications say of them.

    Attributes
    ----------
    place : Place
        A day or every day, at a site or all of them.
    orders : int
        Orders a day.
    or_more : bool
        Whether the search ended before anything failed.
    high : int
        Upper end of the interval of the number that the stated share of all promotions take (5 %
        beyond it); the lower end is `orders`.
    own_p50, own_p95 : int
        Orders that promotions themselves bring there, median and 95 % point.
    replications : int
        Held-out replications.
    needed, met : int
        Those that must take the orders, and those that did.
    lower_bound : float
        Lower bound of the probability that a promotion takes them.
    failing : tuple of int
        Replications that did not take `above`, the hardest first; they are counted until they are
        too many.
    hardest : tuple of int
        Replications that take fewest, the hardest first.
    holds, fails_above : bool
        Whether the bound reaches the stated confidence, and does not at `above`.
    """

    place: Place
    orders: int
    or_more: bool
    high: int
    own_p50: int
    own_p95: int
    replications: int
    needed: int
    met: int
    lower_bound: float
    failing: tuple[int, ...]
    hardest: tuple[int, ...]
    holds: bool
    fails_above: bool

    @property
    def above(self) -> int:
        """The number at which the promise is shown to fail."""
        return above(self.orders)

    @property
    def met_above(self) -> int:
        """Replications that may have taken that number: those not seen to fail."""
        return self.replications - len(self.failing)


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundPromises:
    """The promises, and the replications that decided; `check` is to be given what to examine."""

    promises: tuple[Promise, ...]
    check: LoadCheck


def promotion_days(problem: Problem) -> tuple[int, ...]:
    """The days expected to bring half as many orders again as the middle one, or more.

    Always the busiest one.
    """
    daily = mean_path(problem.demand, problem.horizon).daily()[: problem.horizon.reported_days]
    least = min(PROMOTION * float(np.median(daily)), float(daily.max()))
    return tuple(np.flatnonzero(daily >= least).tolist())


def places_of_plan(problem: Problem, *, all_days: bool = False) -> tuple[Place, ...]:
    """Every day and the promotion days for all sites together, and every day for each of several.

    Parameters
    ----------
    problem : Problem
        Days and sites.
    all_days : bool
        Each day instead of the promotion days, for each site as well.

    Returns
    -------
    tuple of Place
        What is loaded, one place after the other.
    """
    days = tuple(range(problem.horizon.reported_days)) if all_days else promotion_days(problem)
    places = [Place(), *(Place(None, day) for day in days)]
    if len(problem.sites) > 1:
        for site in range(len(problem.sites)):
            places.append(Place(site))
            places += [Place(site, day) for day in days if all_days]
    return tuple(places)


def first_look(problem: Problem, context: RunContext) -> CertificationLook:
    """The look that decides; InputError where it has too few replications to confirm anything."""
    look = CertificationLook(1, context.budget.replications)
    if look.needed(problem.service.confidence) > look.replications:
        least = least_replications(problem.service.confidence)
        words = (
            f"must be at least {least} to promise anything with a confidence of "
            f"{problem.service.confidence:g}, got {look.replications}"
        )
        raise InputError([Finding("--replications", 0, 0, "", words)])
    return look


def least_replications(confidence: float) -> int:
    """Fewest replications of which all must be met to claim a confidence."""
    count = 1
    while lower_bound(count, count) < confidence:
        count += 1
    return count


def find_promises(
    problem: Problem, plan: Plan, context: RunContext, *, all_days: bool = False
) -> FoundPromises:
    """Find the orders a day that a plan can promise.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    context : RunContext
        Budget, and where replications run.
    all_days : bool
        Each day instead of the promotion days, for each site as well.

    Returns
    -------
    FoundPromises
        One for each place.
    """
    look = first_look(problem, context)
    places = places_of_plan(problem, all_days=all_days)
    pilots = _pilots(problem, plan, places, context)
    starts = [_start(taken) for taken in pilots]
    check = LoadCheck(
        problem=problem,
        plan=plan,
        most=tuple(
            Load(place, round(EXPECTED * start.orders))
            for place, start in zip(places, starts, strict=True)
        ),
        examined=(),
        engine=context.executor.engine,
        stream_set=look.stream_set,
    )
    confidence = problem.service.confidence
    allowed = look.replications - look.needed(confidence)
    searches = {
        place: NumberSearch(
            count=look.replications,
            allowed=allowed,
            rank=max(upper_rank(look.replications, confidence), allowed + 1),
            start=start.orders,
            most=start.most,
        ).run()
        for place, start in zip(places, starts, strict=True)
    }
    found, check = _searched(searches, check, context)
    promises = tuple(_promise(place, found[place], look, confidence) for place in places)
    return FoundPromises(promises=promises, check=check)


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a search begins, and the largest number that it asks for."""

    orders: int
    most: int


def _pilots(
    problem: Problem, plan: Plan, places: tuple[Place, ...], context: RunContext
) -> list[list[Taken]]:
    """What each place takes in some replications [place][replication]."""
    task = CapacitySearch(
        problem=problem,
        plan=plan,
        places=places,
        engine=context.executor.engine,
        stream_set=SEARCH,
        precision=PILOT_PRECISION,
    )
    context.begin("trying how many orders a day some promotions take", PILOTS)
    rows = context.replicate("capacity", task, PILOTS, START_S)
    return [[row[p] for row in rows] for p in range(len(places))]


def _start(pilots: Sequence[Taken]) -> _Start:
    """About the least of the pilots: there some of many replications fail.

    A promotion that fails whatever this place brings says nothing of it.
    """
    taken, own = sorted(t.orders for t in pilots), sorted(t.own for t in pilots)
    most = max(MOST_TIMES * own[len(own) // 2], 1)
    orders = max(taken[0], round(MIDDLE * taken[len(taken) // 2]), 1)
    return _Start(min(orders, most), most)


def _searched(
    searches: Mapping[Place, Generator[Ask, Answers, Found]],
    check: LoadCheck,
    context: RunContext,
) -> tuple[dict[Place, Found], LoadCheck]:
    """Run searches side by side: what they ask for in a round is simulated together.

    What is asked of most replications waits until nothing else is asked: each is drawn once for it.
    The check that comes back has room for all that was asked.
    """
    count = context.budget.replications
    asked = {place: next(search) for place, search in searches.items()}
    found: dict[Place, Found] = {}
    told = -1
    while asked:
        few = {p: ask for p, ask in asked.items() if len(ask.replications) <= count // 2}
        now = few or dict(asked)
        if len(found) > told:
            told = len(found)
            words = f"{told} of {len(searches)} numbers found"
            context.begin(f"simulating the held-out promotions ({words})")
        check = _with_room(check, [Load(place, ask.orders) for place, ask in now.items()])
        answers = answered([(Load(p, ask.orders), ask) for p, ask in now.items()], check, context)
        for place, said in zip(now, answers, strict=True):
            try:
                asked[place] = searches[place].send(said)
            except StopIteration as end:
                found[place] = end.value
                del asked[place]
    return found, check


def _with_room(check: LoadCheck, loads: Sequence[Load]) -> LoadCheck:
    """The check with larger draws where loads ask for more than was expected."""
    most = {load.place: load.orders for load in check.most}
    larger = {
        load.place: round(EXPECTED * load.orders)
        for load in loads
        if load.orders > most[load.place]
    }
    if not larger:
        return check
    return replace(check, most=tuple(Load(p, n) for p, n in (most | larger).items()))


def answered(
    asked: Sequence[tuple[Load, Ask]], check: LoadCheck, context: RunContext
) -> list[dict[int, Answer]]:
    """What replications say of loads, each replication simulated in one go.

    Parameters
    ----------
    asked : sequence of (Load, Ask)
        The loads, and the replications that are to be simulated.
    check : LoadCheck
        Simulates them.
    context : RunContext
        Where replications run.

    Returns
    -------
    list of dict
        For each load, the answers by replication.
    """
    by_replication: dict[int, list[int]] = {}
    for k, (_, ask) in enumerate(asked):
        for r in ask.replications:
            by_replication.setdefault(r, []).append(k)
    examined = tuple(
        Examined(r, tuple(asked[k][0] for k in by_replication[r])) for r in sorted(by_replication)
    )
    task = replace(check, examined=examined)
    rows = context.replicate("capacity held out", task, len(examined), START_S)
    answers: list[dict[int, Answer]] = [{} for _ in asked]
    for one, row in zip(examined, rows, strict=True):
        for k, answer in zip(by_replication[one.replication], row, strict=True):
            answers[k][one.replication] = answer
    return answers


def _promise(place: Place, found: Found, look: CertificationLook, confidence: float) -> Promise:
    """A number with its verdict."""
    n, own = look.replications, found.own
    bound = lower_bound(found.met, n, look.level)
    at_most = lower_bound(n - len(found.failing_above), n, look.level)
    return Promise(
        place=place,
        orders=found.orders,
        or_more=found.or_more,
        high=found.high,
        own_p50=own[(n - 1) // 2],
        own_p95=own[math.ceil(0.95 * n) - 1],
        replications=n,
        needed=look.needed(confidence),
        met=found.met,
        lower_bound=bound,
        failing=found.failing_above,
        hardest=found.hardest,
        holds=bound >= confidence,
        fails_above=at_most < confidence,
    )
