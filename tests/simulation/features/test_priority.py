"""Orders of a higher priority go first: at every process and at the collections."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import numpy as np
import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER
from planner.domain.site import Collection, Discipline, Process
from planner.simulation.compiled_engine.tables import run
from planner.simulation.inputs.attendance import servers_present
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.replication_input import lay_out
from planner.simulation.inputs.routing import route
from planner.simulation.inputs.ticks import TICKS_PER_S, arrivals_of
from tests.builders import a_contract, a_plan, a_problem, a_site, in_ticks, orders_at, simulate
from tests.simulation.builders import generated
from tests.simulation.reference import Reference


def with_priorities(problem: Problem) -> Problem:
    """The same problem; its second product has priority 2, a fifth of all orders at least 1."""
    products = (problem.products[0], replace(problem.products[1], priority=2))
    return replace(problem, products=products, demand=replace(problem.demand, priority_share=0.2))


def test_both_engines_and_the_reference_agree_in_every_tick() -> None:
    """40 generated problems, each with three priorities; `simulate` compares the engines."""
    for seed in range(40):
        problem, plan = generated(seed)
        problem, streams = with_priorities(problem), Streams(seed, HELD_OUT, 0)
        orders = draw_orders(problem, streams)
        records = simulate(problem, plan, orders, streams)
        routes = route(problem, plan, orders)
        groups = servers_present(problem, plan, streams)
        inputs = lay_out(
            problem, plan, orders, site=routes.site, contract=routes.contract, groups=groups
        )
        times, reference = run(inputs), Reference(problem, plan, orders, streams)
        assert np.array_equal(times.ended, reference.end)
        assert np.array_equal(times.handed_over, reference.handed)
        assert np.array_equal(records.on_time, reference.on_time)


def test_a_priority_draws_no_other_number_of_an_order_anew() -> None:
    """The same orders, with the priority of their product, or at least 1 for a fifth of them."""
    problem, _ = generated(7)
    streams = Streams(7, HELD_OUT, 0)
    plain, ranked = draw_orders(problem, streams), draw_orders(with_priorities(problem), streams)
    assert not plain.priority.any()
    assert (ranked.priority[ranked.product == 1] == 2).all()
    share = ranked.priority[ranked.product == 0].mean()
    assert abs(share - 0.2) <= 4 * math.sqrt(0.16 / np.count_nonzero(ranked.product == 0))
    for field in fields(plain):
        if field.name != "priority":
            assert np.array_equal(getattr(plain, field.name), getattr(ranked, field.name))


@pytest.mark.parametrize("discipline", ["deadline", "fifo"])
def test_one_priority_for_all_changes_nothing(discipline: Discipline) -> None:
    """Two processes in line: where every order has the same priority, no tick changes."""
    site = a_site(
        *(
            Process(name=name, orders_per_hour=60.0, cv=1.0, discipline=discipline)
            for name in ("pick", "pack")
        )
    )
    problem = a_problem(orders_per_hour=50.0, sites=(site,))
    first = replace(problem, products=(replace(problem.products[0], priority=1),))
    plan, streams = a_plan(problem, 1), Streams(problem.seed, HELD_OUT, 0)
    ticks = [in_ticks(p, plan, draw_orders(p, streams), streams) for p in (problem, first)]
    assert np.array_equal(ticks[0].ended, ticks[1].ended)


def test_the_order_of_work_changes_and_the_work_does_not() -> None:
    """One process, one person: with a priority the person is busy in the same seconds, priority
    orders wait less and ordinary ones longer, and the wait times the work adds up to the same
    (conservation law of Kleinrock) where every task takes as long.
    """
    process = Process(name="pack", orders_per_hour=60.0, discipline="fifo")
    problem = a_problem(days=3, orders_per_hour=55.0, sites=(a_site(process),))
    first = replace(problem, demand=replace(problem.demand, priority_share=0.3))
    plan, streams = a_plan(problem, 1), Streams(problem.seed, HELD_OUT, 0)
    drawn = draw_orders(first, streams)
    before, after = (in_ticks(p, plan, drawn, streams).begun[0] for p in (problem, first))
    assert np.array_equal(np.sort(before), np.sort(after))
    done = (before != NEVER) & (after != NEVER)
    ahead = drawn.priority == 1
    assert (after - before)[done & ahead].mean() < 0 < (after - before)[done & ~ahead].mean()
    assert (after[ahead] <= before[ahead])[done[ahead]].all()


def test_the_carrier_takes_priority_parcels_first() -> None:
    """Three parcels are packed and the vehicle has room for one: the last order goes, as it has
    priority.
    """
    collection = Collection("courier", at_s=HOUR_S, capacity_parcels=1)
    problem = a_problem(contracts=(a_contract(),), sites=(a_site(collections=(collection,)),))
    problem = replace(problem, demand=replace(problem.demand, priority_share=0.5))
    plan = a_plan(problem)
    orders = orders_at(problem, 0, 10, 20)
    orders = replace(orders, priority=np.array([0, 0, 1], dtype=np.int16))
    records = simulate(problem, plan, orders, Streams(problem.seed, HELD_OUT, 0))
    assert np.flatnonzero(records.handed_over_at_s != NEVER).tolist() == [2]


@pytest.mark.parametrize(("load", "share"), [(0.8, 0.3), (0.9, 0.5)])
def test_waits_of_two_classes_are_cobhams(load: float, share: float) -> None:
    """M/M/1 without preemption: first class rho / (1 - rho1), second class rho / ((1 - rho1)
    (1 - rho)) services (Cobham 1954); within four standard errors, which are below 4 %.
    """
    process = Process(
        name="pack", orders_per_hour=1000.0, distribution="exponential", discipline="fifo"
    )
    problem = a_problem(days=2, orders_per_hour=1000.0 * load, sites=(a_site(process),))
    problem = replace(problem, demand=replace(problem.demand, priority_share=share))
    theory = np.array([load / ((1 - load * share) * (1 - load)), load / (1 - load * share)])
    plan, begin_s = a_plan(problem, 1), 0.05 * problem.horizon.end_s
    found = []
    for k in range(60):
        streams = Streams(problem.seed, HELD_OUT, k)
        drawn = draw_orders(problem, streams)
        begun = in_ticks(problem, plan, drawn, streams).begun[0]
        wait = (begun - arrivals_of(drawn)) / TICKS_PER_S / process.mean_s
        counted = (drawn.ordered_at_s >= begin_s) & (begun >= 0)
        found.append([wait[counted & (drawn.priority == c)].mean() for c in (0, 1)])
    mean, error = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / math.sqrt(len(found))
    assert (error <= 0.04 * theory).all()
    assert (np.abs(mean - theory) <= 4 * error).all()
