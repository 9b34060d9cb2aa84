"""Evaluation of plans on common random numbers: the same orders under every plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.domain.choices import Engine
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders, Records, Summary
from planner.rating.courier_offers import offers
from planner.rating.lane_costs import charges, expected_losses_minor, period_minor
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.orders import sold
from planner.simulation.simulate import simulate
from planner.simulation.summary import summarise

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext


@dataclass(frozen=True)
class Evaluation:
    """One replication of every plan; picklable, because worker processes receive it once.

    Attributes
    ----------
    problem : Problem
        The problem, whose levers each plan may set otherwise.
    plans : tuple of Plan
        Plans to evaluate on the same orders.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams that the replications are drawn from.
    """

    problem: Problem
    plans: tuple[Plan, ...]
    engine: Engine = "compiled"
    stream_set: str = HELD_OUT

    def __call__(self, replication: int) -> list[Summary]:
        """Draw the orders of a replication once; simulate, rate and summarise them per plan."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        demanded = drawn_orders(given_problem(self.problem), streams)
        summaries = []
        for plan in self.plans:
            problem = effective_problem(self.problem, plan.levers)
            orders = sold(problem, demanded)
            records = simulate_with_offers(problem, plan, orders, streams, self.engine)
            summaries.append(rated_summary(problem, records, replication))
        return summaries


def simulate_with_offers(
    problem: Problem, plan: Plan, orders: Orders, streams: Streams, engine: Engine
) -> Records:
    """Simulate a plan, and keep what happened to the promotion's orders.

    Orders of the tail have done their part when the replication is over.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        The plan to simulate.
    orders : Orders
        Orders of the replication.
    streams : Streams
        Random streams of the replication.
    engine : {"compiled", "simpy"}
        Simulation engine.

    Returns
    -------
    Records
        What happened to every order of the promotion's own days.
    """
    return own_days(problem, simulate_every_day(problem, plan, orders, streams, engine))


def own_days(problem: Problem, records: Records) -> Records:
    """The records of the promotion's own days, without the orders of the tail."""
    return records.placed_before(problem.horizon.reported_end_s)


def simulate_every_day(
    problem: Problem, plan: Plan, orders: Orders, streams: Streams, engine: Engine
) -> Records:
    """Simulate a plan, and keep the orders of the tail as well (see `simulate_with_offers`).

    A parcel that its contract refuses goes with one that accepts it.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        The plan to simulate.
    orders : Orders
        Orders of the replication.
    streams : Streams
        Random streams of the replication.
    engine : {"compiled", "simpy"}
        Simulation engine.

    Returns
    -------
    Records
        What happened to every order.
    """
    return simulate(problem, plan, orders, streams, engine, offers=offers(problem))


def rated_summary(problem: Problem, records: Records, replication: int) -> Summary:
    """Summarise a replication, with the charges of the carriers.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    records : Records
        What happened to every order.
    replication : int
        Number of the replication.

    Returns
    -------
    Summary
        Key figures and costs of the replication.
    """
    bill = charges(problem, records)
    return summarise(
        problem,
        records,
        replication,
        bill.total,
        period_minor=period_minor(problem, records, bill),
        losses_minor=expected_losses_minor(problem, records),
        unpriced=records.untaken,
    )


def evaluate_plans(
    problem: Problem,
    plans: Sequence[Plan],
    context: RunContext,
    stream_set: str = HELD_OUT,
    replications: int | None = None,
) -> list[list[Summary]]:
    """Simulate replications 0 .. n-1 of each plan.

    Parameters
    ----------
    problem : Problem
        The problem of all plans.
    plans : sequence of Plan
        Plans to evaluate on the same orders.
    context : RunContext
        Where replications run; its budget says how many by default.
    stream_set : str
        Set of random streams that the replications are drawn from.
    replications : int, optional
        Number of replications.

    Returns
    -------
    list of list of Summary
        One list per plan, in the order of the replications.
    """
    count = context.budget.replications if replications is None else replications
    rows = context.replicate(
        "promotions", Evaluation(problem, tuple(plans), context.executor.engine, stream_set), count
    )
    return [[row[p] for row in rows] for p in range(len(plans))]


def trace(problem: Problem, plan: Plan, engine: Engine, stream_set: str = HELD_OUT) -> Records:
    """Simulate the first replication of a stream set.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan to simulate.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.

    Returns
    -------
    Records
        The record of every order.
    """
    streams, problem = Streams(problem.seed, stream_set, 0), effective_problem(problem, plan.levers)
    return simulate_with_offers(problem, plan, drawn_orders(problem, streams), streams, engine)
