"""The points of the grid in one replication: one simulation for all promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.domain.choices import Engine
from planner.domain.costs import simulated_costs
from planner.domain.deadline_classes import late_minor
from planner.domain.lever_effects import given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Records, Summary, share_kept
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import draw_orders, sold
from planner.studies.certification.common_replications import rated_summary, simulate_with_offers
from planner.studies.what_if.grid import Grid, own_deadline, problem_at, with_promises


@dataclass(frozen=True, slots=True)
class Point:
    """One replication at a point of the grid.

    Attributes
    ----------
    kept : bool
        Whether the promise was kept.
    failed, due : int
        Orders late or without stock, and orders that had to be on time.
    orders : int
        Orders that came.
    cost_minor : int
        Everything the promotion cost.
    """

    kept: bool
    failed: int
    due: int
    orders: int
    cost_minor: int


@dataclass(frozen=True, kw_only=True)
class WhatIfEvaluation:
    """Replications of a plan at every point of a grid, one task for a replication and a demand.

    Attributes
    ----------
    problem, plan : Problem, Plan
        What is given without any change, and the plan.
    grid : Grid
        The points.
    numbers : tuple of int
        Numbers of the replications.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams that the replications are drawn from.
    """

    problem: Problem
    plan: Plan
    grid: Grid
    numbers: tuple[int, ...]
    engine: Engine
    stream_set: str

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return len(self.numbers) * len(self.grid.demand)

    def __call__(self, k: int) -> list[Point]:
        """The points of one replication and one demand: by fill, by pick-up, by promise."""
        place, level = divmod(k, len(self.grid.demand))
        demand = self.grid.demand[level]
        streams = Streams(self.problem.seed, self.stream_set, self.numbers[place])
        demanded = self._orders(demand, streams)
        found: list[Point] = []
        for fill in self.grid.agency_fill:
            for pickup in self.grid.pickups:
                own = problem_at(self.problem, self.plan.levers, demand, fill, pickup)
                found += self._points(own, demanded, streams)
        return found

    def _orders(self, demand: float, streams: Streams) -> Orders:
        """The orders of a replication; those of the expected demand are kept for all studies."""
        given = given_problem(problem_at(self.problem, self.plan.levers, demand, 1.0, None))
        return draw_orders(given, streams) if demand else drawn_orders(given, streams)

    def _points(self, own: Problem, demanded: Orders, streams: Streams) -> Iterator[Point]:
        """One simulation, judged under every promise."""
        problem = with_promises(own, self.grid.promises)
        orders = sold(own, demanded)
        records = simulate_with_offers(problem, self.plan, orders, streams, self.engine)
        summary = rated_summary(problem, records, streams.replication)
        costs = simulated_costs(problem, self.plan, [summary])
        cost = round(float(sum(amounts[0] for amounts in costs.values())))
        number = len(own.service.also)  # of the next target that is a promise
        for hours in self.grid.promises:
            target = None if hours is None else number
            number += hours is not None
            if target is None or hours == own_deadline(own):
                failed, due, late = summary.failed, summary.due, summary.compensation_minor
                kept = _keeps(own, summary)
            else:
                failed, due = summary.outcomes[1 + target]
                late = compensation_minor(problem, records, target)
                kept = share_kept(failed, due, own.service.on_time_share)
            yield Point(kept, failed, due, summary.placed, cost - summary.compensation_minor + late)


def _keeps(own: Problem, summary: Summary) -> bool:
    """Whether a replication keeps the service level of the scenario, with its own targets."""
    outcomes = zip(summary.outcomes, own.service.shares, strict=False)
    return all(share_kept(failed, due, share) for (failed, due), share in outcomes)


def compensation_minor(problem: Problem, records: Records, target: int) -> int:
    """What the orders that miss a target would cost if it were the platform's deadline.

    Parameters
    ----------
    problem : Problem
        Its products and the platform's rule.
    records : Records
        What happened to the orders.
    target : int
        Number of the target.

    Returns
    -------
    int
        Minor units.
    """
    late, orders = records.also[target] == 0, records.orders
    return late_minor(problem, orders.platform[late], orders.product[late])
