"""What to declare where a platform asks for the orders a day that a seller can handle.

Orders beyond the declared number of a day get a later deadline. Under the demand that the scenario
states, and under the first larger one at which the plan does not keep its promise without a
declaration, numbers are simulated on the same orders as without one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.choices import Engine
from planner.domain.day_loads import Place, shuffled_ranks, with_goods
from planner.domain.demand import scaled
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Mask, Orders, Records, failed_and_due, share_kept
from planner.rating.courier_offers import offers
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.milestones import left_at
from planner.simulation.inputs.orders import draw_orders, sold
from planner.simulation.simulate import simulate
from planner.studies.capacity.promises import SEARCH, Promise
from planner.studies.certification.certificate import CertificationLook, lower_bound
from planner.studies.runs.run_context import RunContext

DEMANDS = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0)  # times the stated demand, the first that fails counts
STEPS = 8  # numbers between the least and the largest that can matter
AROUND = (0.6, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5)  # times the number found, in the table
HALVINGS = 4  # of the gap between the last number that keeps the promise and the next
SEARCHED = 20  # replications in which a number is found, if the budget has as many
LATER_S = 3600  # an order counts as delayed from here on
NONE = 0  # no number is declared


@dataclass(frozen=True, slots=True)
class Declared:
    """A replication with a declared number.

    Attributes
    ----------
    kept : bool
        Whether the promise was kept.
    late : int
        Orders that were late.
    due : int
        Orders that had to be on time.
    extended : int
        Orders that got a later deadline.
    delayed, delayed_s : int
        Orders that left at least an hour later than without a declaration, and by how many seconds
        in all.
    paced : bool
        Whether a day brought so many orders that the platform would have held some back.
    """

    kept: bool
    late: int
    due: int
    extended: int
    delayed: int
    delayed_s: int
    paced: bool


@dataclass(frozen=True, kw_only=True)
class DeclarationCheck:
    """Replications of a plan under declared numbers, at several sizes of the demand.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    demands : tuple of float
        Times the stated demand.
    numbers : tuple of int
        Declared numbers; NONE: no declaration.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    """

    problem: Problem
    plan: Plan
    demands: tuple[float, ...]
    numbers: tuple[int, ...]
    engine: Engine
    stream_set: str

    def __call__(self, replication: int) -> list[list[Declared]]:
        """What becomes of a replication [demand][number]."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        problem = with_goods(effective_problem(self.problem, self.plan.levers))
        return [self._of_demand(problem, demand, streams) for demand in self.demands]

    def _of_demand(self, problem: Problem, demand: float, streams: Streams) -> list[Declared]:
        given = given_problem(problem)
        if demand == 1.0:
            orders = sold(problem, drawn_orders(given, streams))
        else:
            larger = replace(given, demand=scaled(given.demand, demand))
            orders = sold(problem, draw_orders(larger, streams))
        without = self._records(problem, orders, streams)
        found = []
        for number in self.numbers:
            records = without
            if number != NONE:
                records = self._records(problem, declared(problem, orders, number), streams)
            found.append(_outcome(problem, without, records, number))
        return found

    def _records(self, problem: Problem, orders: Orders, streams: Streams) -> Records:
        plan = replace(self.plan, stock=None)
        records = simulate(problem, plan, orders, streams, self.engine, offers=offers(problem))
        return records.placed_before(problem.horizon.reported_end_s)


def asking(problem: Problem) -> int | None:
    """The first platform that asks for a number, by its place; None where none does."""
    asks = [rule.order_handling_capacity is not None for rule in problem.platforms]
    return asks.index(True) if any(asks) else None


@lru_cache(maxsize=16)
def _extended(problem: Problem) -> Problem:
    """The problem with the deadlines of orders beyond a declared number."""
    return problem.with_rules(PlatformRule.extended)


def declared(problem: Problem, orders: Orders, number: int) -> Orders:
    """Orders with the deadlines that they have when a number is declared.

    Presales with a deadline of their own keep it.

    Parameters
    ----------
    problem : Problem
        The platforms' rules; the first that asks for a number gets it.
    orders : Orders
        Orders by time of arrival.
    number : int
        Orders of a day of that platform, from midnight on, that keep their deadline.

    Returns
    -------
    Orders
        The same orders; those beyond the number of their day are due later.
    """
    later = orders.due_under(_extended(problem)).deadline_s
    beyond = _of_platform(problem, orders) & (_number_of_day(problem, orders) >= number)
    return replace(orders, deadline_s=np.where(beyond, later, orders.deadline_s))


def _of_platform(problem: Problem, orders: Orders) -> Mask:
    """Orders of the platform that asks for a number."""
    return np.asarray(orders.platform == asking(problem), dtype=bool)


def _number_of_day(problem: Problem, orders: Orders) -> Ints:
    """How many orders of the same day and platform came before each."""
    day = (orders.ordered_at_s // DAY_S).astype(np.int64)
    group = day * len(problem.platforms) + orders.platform
    return shuffled_ranks(group, np.arange(len(orders)))


def _outcome(problem: Problem, without: Records, records: Records, number: int) -> Declared:
    service, cancelled = problem.service, records.cancelled
    counts = [failed_and_due(verdict, cancelled) for verdict in (records.on_time, *records.also)]
    kept = all(
        share_kept(failed, due, share)
        for (failed, due), share in zip(counts, service.shares, strict=True)
    )
    end_s, orders = problem.horizon.end_s, records.orders
    left, before = (
        np.where(moment == NEVER, end_s, moment).astype(np.int64)
        for moment in (_left(problem, records), _left(problem, without))
    )
    delayed = left - before >= LATER_S
    beyond, paced, place = 0, False, asking(problem)
    if number != NONE and place is not None:
        day = orders.ordered_at_s[_of_platform(problem, orders)] // DAY_S
        per_day = np.bincount(day[day >= 0])
        beyond = int(np.count_nonzero(orders.deadline_s > without.orders.deadline_s))
        asked = problem.platforms[place].order_handling_capacity
        most = math.inf if asked is None or asked.pacing is None else asked.pacing * number
        paced = bool(np.any(per_day > most))
    late, due = counts[0]
    return Declared(
        kept=kept,
        late=late,
        due=due,
        extended=beyond,
        delayed=int(np.count_nonzero(delayed)),
        delayed_s=int((left - before)[delayed].sum()),
        paced=paced,
    )


def _left(problem: Problem, records: Records) -> Ints:
    """When the building was done with each order."""
    return left_at(
        problem,
        records.orders.platform,
        packed=records.packed_at_s,
        handed_over=records.handed_over_at_s,
    ).astype(np.int64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Declaration:
    """Numbers that were tried, and the one to declare.

    Attributes
    ----------
    demands : tuple of float
        Times the stated demand; the last is the one that the number is for.
    numbers : tuple of int
        What was declared, NONE first.
    outcomes : tuple
        Of each demand and number, every held-out replication.
    recommended : int, optional
        The largest number with which the promise is kept at the last demand; None: there is none.
    high : int, optional
        The least number that was tried of which it is sure that it is not kept; None: none is.
    needed : bool
        Whether the promise is missed at the last demand without a declaration.
    """

    demands: tuple[float, ...]
    numbers: tuple[int, ...]
    outcomes: tuple[tuple[tuple[Declared, ...], ...], ...]
    recommended: int | None
    high: int | None
    needed: bool


def find_declaration(
    problem: Problem, plan: Plan, promises: Sequence[Promise], context: RunContext
) -> Declaration | None:
    """Find what to declare; None where the platform asks for nothing.

    Found on the replications of the search and judged on held-out ones: from the smallest number
    up, until the first of which too few keep the promise (a fixed sequence, so that no look costs
    certainty).

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    promises : sequence of Promise
        Its orders a day.
    context : RunContext
        Budget, and where replications run.

    Returns
    -------
    Declaration or None
        The numbers, and what became of the promotions.
    """
    if asking(problem) is None:
        return None
    trials = _Trials(problem, plan, context)
    demand = trials.demand_that_fails()
    number = trials.largest_kept(demand, _span(promises, demand))
    numbers = (NONE, *sorted({max(round(step * number), 1) for step in AROUND}))
    demands = tuple(dict.fromkeys((1.0, demand)))
    look = CertificationLook(1, context.budget.replications)
    outcomes = trials.outcomes(demands, numbers, look.stream_set, look.replications)
    kept = [sum(one.kept for one in of) for of in outcomes[-1]]
    confidence, n = problem.service.confidence, look.replications
    recommended = None
    for declared_number, met in zip(numbers[1:], kept[1:], strict=True):
        if lower_bound(met, n) < confidence:
            break
        recommended = declared_number
    sure = [
        declared_number
        for declared_number, met in zip(numbers[1:], kept[1:], strict=True)
        if 1.0 - lower_bound(n - met, n) < confidence
    ]
    return Declaration(
        demands=demands,
        numbers=numbers,
        outcomes=outcomes,
        recommended=recommended,
        high=min(sure, default=None),
        needed=lower_bound(kept[0], n) < confidence,
    )


def _span(promises: Sequence[Promise], demand: float) -> tuple[int, int]:
    """The least and the largest number that can matter."""
    whole = [p for p in promises if p.place.site is None]
    every = next(p for p in whole if p.place == Place())
    high = max(max(p.orders for p in whole), math.ceil(demand * every.own_p95))
    return max(min(every.orders, high) // 2, 1), high + 1


@dataclass(frozen=True, eq=False)
class _Trials:
    """Simulates declared numbers."""

    problem: Problem
    plan: Plan
    context: RunContext

    def outcomes(
        self, demands: tuple[float, ...], numbers: tuple[int, ...], stream_set: str, count: int
    ) -> tuple[tuple[tuple[Declared, ...], ...], ...]:
        """Every replication [demand][number]."""
        task = DeclarationCheck(
            problem=self.problem,
            plan=self.plan,
            demands=demands,
            numbers=numbers,
            engine=self.context.executor.engine,
            stream_set=stream_set,
        )
        self.context.begin("trying what to declare", count)
        rows = self.context.replicate("declared", task, count)
        return tuple(
            tuple(tuple(row[d][n] for row in rows) for n in range(len(numbers)))
            for d in range(len(demands))
        )

    @property
    def searched(self) -> int:
        """Replications in which a number is found."""
        return min(SEARCHED, self.context.budget.replications)

    def kept(self, demand: float, numbers: tuple[int, ...]) -> list[int]:
        """Replications of the search that keep the promise, by number."""
        (found,) = self.outcomes((demand,), numbers, SEARCH, self.searched)
        return [sum(one.kept for one in of) for of in found]

    def fewest_late(self, demand: float, numbers: tuple[int, ...]) -> int:
        """The number with fewest late orders in the search, of equal ones the largest."""
        (found,) = self.outcomes((demand,), numbers, SEARCH, self.searched)
        late = [sum(one.late for one in of) for of in found]
        return min(zip(late, numbers, strict=True), key=lambda pair: (pair[0], -pair[1]))[1]

    def demand_that_fails(self) -> float:
        """The first of the demands at which too few promotions keep the promise undeclared."""
        for demand in DEMANDS:
            (met,) = self.kept(demand, (NONE,))
            if met < self.problem.service.confidence * self.searched:
                return demand
        return DEMANDS[-1]

    def largest_kept(self, demand: float, span: tuple[int, int]) -> int:
        """The largest number with which enough promotions keep the promise, or the one with fewest
        late orders.
        """
        steps: list[float] = np.geomspace(span[0], span[1], STEPS).tolist()
        numbers = tuple(dict.fromkeys(round(n) for n in steps))
        kept, least = self.kept(demand, numbers), self._least()
        enough = [n for n, met in zip(numbers, kept, strict=True) if met >= least]
        if not enough:
            return self.fewest_late(demand, numbers)
        low = max(enough)
        above = [n for n in numbers if n > low]
        if not above:
            return low
        high = min(above)
        for _ in range(HALVINGS):
            middle = (low + high) // 2
            if middle == low:
                break
            (met,) = self.kept(demand, (middle,))
            low, high = (middle, high) if met >= least else (low, middle)
        return low

    def _least(self) -> int:
        """Replications of the search that must keep the promise."""
        n, confidence = self.searched, self.problem.service.confidence
        enough = [met for met in range(n + 1) if lower_bound(met, n) >= confidence]
        return min(enough, default=n)
