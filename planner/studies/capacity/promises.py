"""The orders a day that a plan can promise: found on some replications, confirmed on others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.domain.day_loads import Load, Place
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.studies.capacity.search import (
    CapacitySearch,
    Guess,
    LoadCheck,
    Taken,
    interval_of_capacity,
)
from planner.studies.certification.certificate import (
    CertificationLook,
    lower_bound,
    misses_allowed,
)
from planner.studies.runs.run_context import RunContext

SEARCH = "capacity"  # stream set of the replications in which numbers are found
SEARCHED = 60  # replications in which numbers are found, if the budget has as many
PILOTS = 6  # replications that show where the numbers lie
BELOW = 0.9  # share of the least of them at which the others begin
MARGIN = 0.01  # by which a number stays below what was found
NEXT = 0.97  # share of a number that failed to be confirmed, for the next look
ABOVE = 1.1  # times a number, at which it is shown to fail
PASSES = 0.8  # chance that a number passes its first look
MOST_LOOKS = 3


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
    low, high : int
        Interval of the number that the stated share of all promotions take (5 % beyond each end).
    own_p50, own_p95 : int
        Orders that promotions themselves bring there, median and 95 % point.
    look : int
        Number of the look that judged it.
    replications : int
        Held-out replications of the look.
    needed, met : int
        Those that must take the orders, and those that did.
    lower_bound : float
        Lower bound of the probability that a promotion takes them.
    met_above : int
        Replications that took `ABOVE` times as many.
    failing : tuple of int
        Some of the replications that did not take as many.
    holds, fails_above : bool
        Whether the bound reaches the stated confidence, and does not at `ABOVE` times the number.
    """

    place: Place
    orders: int
    or_more: bool
    low: int
    high: int
    own_p50: int = 0
    own_p95: int = 0
    look: int = 0
    replications: int = 0
    needed: int = 0
    met: int = 0
    lower_bound: float = 0.0
    met_above: int = 0
    failing: tuple[int, ...] = ()
    holds: bool = False
    fails_above: bool = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be judged: it holds, and more does not."""
        return self.holds and (self.fails_above or self.or_more)

    @property
    def above(self) -> int:
        """The number at which the promise is shown to fail."""
        return max(math.ceil(ABOVE * self.orders - 1e-9), self.orders + 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class FoundPromises:
    """The promises, and what every replication of the search took [place, replication]."""

    promises: tuple[Promise, ...]
    taken: tuple[tuple[int, ...], ...]


def places_of_plan(problem: Problem) -> tuple[Place, ...]:
    """Every day and each day, for all sites together, then for each where there are several."""
    days = (None, *range(problem.horizon.reported_days))
    sites = (None, *range(len(problem.sites))) if len(problem.sites) > 1 else (None,)
    return tuple(Place(site, day) for site in sites for day in days)


def first_look(problem: Problem, context: RunContext) -> CertificationLook:
    """The first look; InputError where it has too few replications to confirm anything."""
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


def find_promises(problem: Problem, plan: Plan, context: RunContext) -> FoundPromises:
    """Find the orders a day that a plan can promise, and confirm them.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    context : RunContext
        Budget, and where replications run.

    Returns
    -------
    FoundPromises
        One for each place.
    """
    look = first_look(problem, context)
    taken = _searched(problem, plan, look, context)
    promises = [
        _found(problem, look, *of) for of in zip(places_of_plan(problem), taken, strict=True)
    ]
    held: dict[int, Promise] = {}
    waiting = list(range(len(promises)))
    while waiting and look.number <= MOST_LOOKS:
        checked = _confirmed(problem, plan, [promises[k] for k in waiting], look, context)
        for k, promise in zip(waiting, checked, strict=True):
            promises[k] = promise
        waiting = [k for k in waiting if not promises[k].settled]
        look = look.after(problem.service.confidence)
        if look.number <= MOST_LOOKS:
            for k in waiting:
                promises[k] = _next(promises[k], held, k)
    for k in waiting:
        promises[k] = _last(promises[k], held.get(k), problem.service.confidence)
    return FoundPromises(
        promises=tuple(promises), taken=tuple(tuple(t.orders for t in row) for row in taken)
    )


def _next(promise: Promise, held: dict[int, Promise], k: int) -> Promise:
    """What the next look judges: more where more was taken too, less where too few took it.

    `held`: by place, what an earlier look has confirmed; a number to which more was added in vain
    is judged again.
    """
    if promise.holds:
        held[k] = promise
        return replace(promise, orders=promise.above)
    if k in held:
        return replace(promise, orders=held[k].orders)
    return replace(promise, orders=math.floor(NEXT * promise.orders))


def _last(promise: Promise, held: Promise | None, confidence: float) -> Promise:
    """What stands when there is no further look: the last number that was confirmed.

    Where the last look judged the number above it on as many replications, and too few took that,
    its counts are those of the number above.
    """
    if promise.holds or held is None:
        return promise
    if promise.orders != held.above or promise.replications != held.replications:
        return held
    return replace(held, met_above=promise.met, fails_above=promise.lower_bound < confidence)


def _searched(
    problem: Problem, plan: Plan, look: CertificationLook, context: RunContext
) -> list[list[Taken]]:
    """What each place takes [place][replication]: some replications in full, the others below."""
    count = max(least_replications(problem.service.confidence), SEARCHED)
    count = max(min(count, look.replications), PILOTS)
    task = CapacitySearch(
        problem=problem,
        plan=plan,
        places=places_of_plan(problem),
        engine=context.executor.engine,
        stream_set=SEARCH,
        numbers=tuple(range(PILOTS)),
    )
    context.begin("finding the orders a day", count)
    pilots = context.replicate("capacity", task, PILOTS)
    guesses = tuple(_guess([row[p] for row in pilots]) for p in range(len(task.places)))
    others = replace(task, numbers=tuple(range(PILOTS, count)), guesses=guesses)
    rows = pilots + context.replicate("capacity", others, count - PILOTS)
    return [[row[p] for row in rows] for p in range(len(task.places))]


def _guess(pilots: Sequence[Taken]) -> Guess:
    """From a little below the least of the pilots to the middle one."""
    orders = sorted(t.orders for t in pilots)
    low = math.floor(BELOW * orders[0])
    return Guess(low, max(orders[len(orders) // 2], low + 1))


def _found(
    problem: Problem, look: CertificationLook, place: Place, taken: Sequence[Taken]
) -> Promise:
    """The number that is likely to be confirmed."""
    confidence = problem.service.confidence
    in_order = sorted(taken, key=lambda t: t.orders)
    least = in_order[misses_allowed(look, confidence, len(taken), PASSES)]
    low, high = interval_of_capacity([t.orders for t in taken], confidence)
    orders = math.floor((1.0 - MARGIN) * least.orders)
    own = sorted(t.own for t in taken)
    return Promise(
        place=place,
        orders=orders,
        or_more=least.or_more,
        low=min(low, orders),
        high=high,
        own_p50=own[(len(own) - 1) // 2],
        own_p95=own[math.ceil(0.95 * len(own)) - 1],
    )


def _confirmed(
    problem: Problem,
    plan: Plan,
    promises: Sequence[Promise],
    look: CertificationLook,
    context: RunContext,
) -> list[Promise]:
    """The promises with the verdict of a look, on replications of its own.

    What no draw reaches proves nothing: neither that a number holds nor that the one above fails.
    """
    loads = [(Load(p.place, p.orders), Load(p.place, p.above)) for p in promises]
    task = LoadCheck(
        problem=problem,
        plan=plan,
        loads=tuple(load for pair in loads for load in pair),
        engine=context.executor.engine,
        stream_set=held_out(look),
    )
    context.begin("confirming the orders a day", look.replications)
    rows = context.replicate("capacity held out", task, look.replications)
    confidence, found = problem.service.confidence, []
    for p, promise in enumerate(promises):
        met = sum(row[2 * p] is True for row in rows)
        failing = [r for r, row in enumerate(rows) if row[2 * p + 1] is False]
        bounds = [
            lower_bound(n, look.replications, look.level) for n in (met, len(rows) - len(failing))
        ]
        found.append(
            replace(
                promise,
                look=look.number,
                replications=look.replications,
                low=min(promise.low, promise.orders),
                needed=look.needed(confidence),
                met=met,
                lower_bound=bounds[0],
                met_above=len(rows) - len(failing),
                failing=tuple(failing),
                holds=bounds[0] >= confidence,
                fails_above=bounds[1] < confidence,
            )
        )
    return found


def held_out(look: CertificationLook) -> str:
    """Stream set of a look: its replications confirm, and find nothing."""
    return f"{SEARCH} {look.stream_set}"
