"""One promotion under the rules of a card: what is counted, what is done, what it costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.choices import Engine
from planner.domain.costs import simulated_costs
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Orders, Records
from planner.domain.triggers import Measure, Policy, with_actions
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import sold
from planner.studies.certification.common_replications import rated_summary, simulate_every_day
from planner.studies.triggers.levers import with_levers

Counts = list[list[int]]  # [checkpoint][measure]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a promotion came to under a policy.

    Attributes
    ----------
    kept : bool
        Whether every target of the service level was met.
    failed, due : int
        Orders late or without stock, and orders due.
    cost_minor : int
        Everything the promotion cost.
    short : float
        Orders that failed beyond those that may, over the deadline and all targets.
    levels : list of int
        Level that applied at each checkpoint; 0: none.
    """

    kept: bool
    failed: int
    due: int
    cost_minor: int
    short: float
    levels: list[int]


@dataclass(frozen=True, eq=False, kw_only=True)
class Followed:
    """A promotion under some rules.

    Attributes
    ----------
    plan : Plan
        The plan with everybody who was called and every vehicle that was booked.
    orders : Orders
        The orders that were taken, due as promised.
    records : Records
        What happened to them.
    promises_minor : float
        What longer promises cost.
    levels : tuple of int
        Level that applied at each checkpoint; 0: none.
    """

    plan: Plan
    orders: Orders
    records: Records
    promises_minor: float = 0.0
    levels: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Promotion:
    """A replication, simulated again whenever something is done.

    Attributes
    ----------
    problem : Problem
        What is given, with the levers of the plan in force.
    orders : Orders
        Its orders.
    streams : Streams
        Its random streams.
    engine : {"compiled", "simpy"}
        Simulation engine.
    """

    problem: Problem
    orders: Orders
    streams: Streams
    engine: Engine

    def under(self, plan: Plan, orders: Orders | None = None) -> Followed:
        """What happens to its orders, or to others, under a plan alone."""
        orders = self.orders if orders is None else orders
        records = simulate_every_day(self.problem, plan, orders, self.streams, self.engine)
        return Followed(plan=plan, orders=orders, records=records)

    def follow(self, first: Followed, rules: Policy) -> Followed:
        """Follow rules, checkpoint by checkpoint.

        Parameters
        ----------
        first : Followed
            The promotion under the plan alone.
        rules : tuple of Rule
            The rules.

        Returns
        -------
        Followed
            The promotion with everything that was done.
        """
        now, levels, cost = first, [], 0.0
        for rule in rules:
            level = rule.level(counted(self.problem, rule.measure, rule.at_s, now.records))
            levels.append(level)
            if level:
                actions = rule.levels[level - 1].actions
                plan = with_actions(self.problem, now.plan, actions)
                orders, more = with_levers(self.problem, now.orders, rule.at_s, actions)
                now, cost = self.under(plan, orders), cost + more
        return replace(now, promises_minor=cost, levels=tuple(levels))


def promotion(
    problem: Problem, plan: Plan, stream_set: str, number: int, engine: Engine
) -> Promotion:
    """Draw a replication.

    Parameters
    ----------
    problem : Problem
        What is given.
    plan : Plan
        Its levers are in force.
    stream_set : str
        Set of random streams.
    number : int
        Number of the replication.
    engine : {"compiled", "simpy"}
        Simulation engine.

    Returns
    -------
    Promotion
        The replication.
    """
    streams = Streams(problem.seed, stream_set, number)
    effective = effective_problem(problem, plan.levers)
    orders = sold(effective, drawn_orders(given_problem(problem), streams))
    return Promotion(problem=effective, orders=orders, streams=streams, engine=engine)


def counted(problem: Problem, measure: Measure, at_s: int, records: Records) -> int:
    """What is counted at a checkpoint.

    Parameters
    ----------
    problem : Problem
        Its sites.
    measure : Measure
        What to count.
    at_s : int
        The checkpoint.
    records : Records
        What happened to all orders; only what happened before the checkpoint is looked at.

    Returns
    -------
    int
        Orders.
    """
    ordered = records.orders.ordered_at_s
    until = int(np.searchsorted(ordered, at_s))
    if measure.kind == "orders":
        return until - int(np.searchsorted(ordered, measure.since_s))
    packed = records.packed_at_s[:until]
    site = records.site[:until]
    here = site == problem.site_names.index(measure.site) if measure.site else site >= 0
    return int(np.count_nonzero(here & ((packed == NEVER) | (packed >= at_s))))


@dataclass(frozen=True, eq=False, kw_only=True)
class Counting:
    """Counts everything at every checkpoint; picklable, because workers receive it once.

    Attributes
    ----------
    problem : Problem
        What is given, with people on call as crews.
    plan : Plan
        The plan.
    rules : tuple of Rule
        Rules in force.
    asked : tuple of (int, tuple of Measure)
        Checkpoints, and what to count at each.
    numbers : tuple of int
        Numbers of the replications.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    """

    problem: Problem
    plan: Plan
    rules: Policy
    asked: tuple[tuple[int, tuple[Measure, ...]], ...]
    numbers: tuple[int, ...]
    engine: Engine
    stream_set: str

    def __call__(self, k: int) -> Counts:
        """Counts of the k-th of the replications."""
        number = self.numbers[k]
        found = promotion(self.problem, self.plan, self.stream_set, number, self.engine)
        records = found.follow(found.under(self.plan), self.rules).records
        return [
            [counted(self.problem, m, at_s, records) for m in measures]
            for at_s, measures in self.asked
        ]


@dataclass(frozen=True, eq=False, kw_only=True)
class Judging:
    """Judges policies on the same orders; picklable, because workers receive it once.

    Attributes
    ----------
    problem : Problem
        What is given, with people on call as crews.
    plan : Plan
        The plan that all policies add to.
    policies : tuple of tuple of Rule
        The policies.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    """

    problem: Problem
    plan: Plan
    policies: tuple[Policy, ...]
    engine: Engine
    stream_set: str

    def __call__(self, number: int) -> list[Judged]:
        """What a replication comes to under each policy."""
        found = promotion(self.problem, self.plan, self.stream_set, number, self.engine)
        first = found.under(self.plan)
        alone = _judged(found.problem, first, number)
        judged = []
        for rules in self.policies:
            followed = found.follow(first, rules)
            levels = list(followed.levels)
            acted = any(levels)
            of = _judged(found.problem, followed, number) if acted else alone
            judged.append(replace(of, levels=levels))
        return judged


def _judged(problem: Problem, followed: Followed, number: int) -> Judged:
    own = followed.records.placed_before(problem.horizon.reported_end_s)
    summary = rated_summary(problem, own, number)
    costs = simulated_costs(problem, followed.plan, [summary]).values()
    cost = sum(float(amounts[0]) for amounts in costs) + followed.promises_minor
    return Judged(
        kept=bool(summary.meets(problem.service)),
        failed=int(summary.failed),
        due=int(summary.due),
        cost_minor=round(cost),
        short=short_orders(summary.outcomes, problem.service.shares),
        levels=[],
    )


def short_orders(outcomes: Iterable[tuple[int, int]], shares: Sequence[float]) -> float:
    """Orders that failed beyond those that may, over the deadline and all targets.

    Parameters
    ----------
    outcomes : iterable of (int, int)
        Orders failed and due, under the deadline and for each target.
    shares : sequence of float
        Shares to be reached.
    """
    found = zip(outcomes, shares, strict=True)
    return sum(max(failed - (1.0 - share) * due, 0.0) for (failed, due), share in found)
