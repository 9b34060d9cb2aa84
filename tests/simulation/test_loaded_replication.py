"""Loads: so many orders on a day, the rest of the promotion as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.day_loads import DayCounts, Load, Place, holds, shuffled_ranks
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import HELD_OUT, Streams
from planner.rating.courier_offers import offers
from planner.simulation.loaded_replication import LoadedReplication
from tests.builders import a_plan, a_problem, a_site, played, staff


def loaded(problem: Problem, people: int, times: float = 3.0, number: int = 0) -> LoadedReplication:
    streams = Streams(problem.seed, HELD_OUT, number)
    return LoadedReplication(
        problem,
        a_plan(problem, people),
        streams,
        offers=offers(problem),
        engine="compiled",
        times=times,
    )


def test_without_a_load_it_is_the_replication_of_the_certificate() -> None:
    """The same orders, people and verdicts, day by day."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=0.1)
    problem = a_problem(days=2, orders_per_hour=58, platform=rule)
    records, usual = played(problem, a_plan(problem)), loaded(problem, 1).usual
    day = records.orders.ordered_at_s // 86_400
    assert usual.failed[0].tolist() == np.bincount(day[records.on_time == 0], minlength=2).tolist()
    assert usual.failed.sum() > 0
    judged = records.on_time >= 0
    assert usual.due[0].tolist() == np.bincount(day[judged], minlength=2).tolist()


def test_a_loaded_day_brings_exactly_its_orders() -> None:
    """The other days bring what they bring; of every day, all of them are loaded."""
    problem = a_problem(days=3, orders_per_hour=10)
    replication = loaded(problem, 5)
    before = replication.usual.due[0]
    one_day = replication.loaded(Load(Place(None, 1), 400)).due[0]
    assert one_day.tolist() == [before[0], 400, before[2]]
    assert replication.loaded(Load(Place(), 311)).due[0].tolist() == [311] * 3
    assert replication.loaded(Load(Place(None, 1), 0)).due[0, 1] == 0


def test_the_orders_of_a_smaller_load_are_among_those_of_a_larger_one() -> None:
    """So numbers are compared on the same orders."""
    problem = a_problem(days=2, orders_per_hour=10)
    replication = loaded(problem, 5)
    few, many = (replication.records(Load(Place(None, 0), n)).orders for n in (100, 200))
    moments = {(s, i) for s, i in zip(many.ordered_at_s, many.instant, strict=True)}
    assert {(s, i) for s, i in zip(few.ordered_at_s, few.instant, strict=True)} <= moments
    ranks = shuffled_ranks(np.array([1, 0, 1, 0, 1]), np.array([4, 2, 0, 1, 3]))
    assert ranks.tolist() == [2, 1, 0, 0, 1]


def test_a_load_of_a_site_leaves_the_other_alone() -> None:
    """Exactly so many orders at the site, and the orders of the site are judged."""
    base = a_problem(days=1, orders_per_hour=20)
    problem = replace(base, sites=(a_site(), replace(a_site(), name="other")))
    shares = tuple(
        replace(row, site=name, share=0.5)
        for row in a_plan(base).routing
        for name in ("site", "other")
    )
    crew = replace(base.crews[0], site="other")
    problem = replace(problem, crews=(*base.crews, crew))
    people = (*staff(problem, 5), *staff(problem, 5, site="other"))
    plan = a_plan(problem, staffing=people, routing=shares)
    replication = LoadedReplication(
        problem,
        plan,
        Streams(7, HELD_OUT, 0),
        offers=offers(problem),
        engine="compiled",
        times=3.0,
    )
    own = [replication.usual_at(site).due[0, 0] for site in (0, 1)]
    assert sum(own) == replication.usual.due[0, 0]
    assert replication.loaded(Load(Place(0, 0), 400)).due[0].tolist() == [400]
    records = replication.records(Load(Place(0, 0), 400))
    assert np.bincount(records.site).tolist() == [400, replication.own_orders(Place(1, 0))]


def test_work_put_off_to_a_later_day_counts() -> None:
    """A day that keeps its share does not hold where it makes a later day fail that did not."""
    assert holds(Place(None, 0), (True, True), (True, True))
    assert not holds(Place(None, 0), (True, False), (True, True))
    assert holds(Place(None, 0), (True, False), (True, False))
    assert not holds(Place(None, 0), (False, True), (False, True))
    assert not holds(Place(), (True, False), (True, False))
    counts = DayCounts(np.array([[2, 3]]), np.array([[100, 100]]))
    assert counts.days_kept(Service(0.98, 0.95)) == (True, False)


def test_a_faster_process_takes_more() -> None:
    """Ten per cent of speed is ten per cent of orders where one process works all day."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=1.0)
    problem = a_problem(days=1, orders_per_hour=60, platform=rule)
    replication = loaded(problem, 1)
    load = Load(Place(), 1570)
    usual, faster = (
        replication.loaded(load),
        replication.loaded(load, problem.sites[0].processes[0]),
    )
    assert faster.failed.sum() < usual.failed.sum() / 2
