"""Loads: so many orders on a day, the rest of the promotion as it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.day_loads import DayCounts, Load, Place, shuffled_ranks
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import HELD_OUT, Streams
from planner.rating.courier_offers import offers
from planner.simulation import loaded_replication
from planner.simulation.loaded_replication import LoadedReplication
from tests.builders import a_plan, a_problem, a_site, played, staff


def loaded(problem: Problem, people: int, *most: Load) -> LoadedReplication:
    streams = Streams(problem.seed, HELD_OUT, 0)
    return LoadedReplication(
        problem,
        a_plan(problem, people),
        streams,
        offers=offers(problem),
        engine="compiled",
        most=most,
    )


def test_it_counts_what_the_replication_of_the_certificate_has() -> None:
    """Without any load: the same orders, people and verdicts, day by day."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=0.1)
    problem = a_problem(days=3, orders_per_hour=58, platform=rule)
    records = played(problem, a_plan(problem))
    emptied = loaded(problem, 1, Load(Place(None, 2), 100)).loaded(Load(Place(None, 2), 0))
    day = records.orders.ordered_at_s // 86_400
    late = np.bincount(day[records.on_time == 0], minlength=3)
    assert emptied.failed[0, :2].tolist() == late[:2].tolist()
    assert emptied.failed.sum() > 0
    judged = np.bincount(day[records.on_time >= 0], minlength=3)
    assert emptied.due[0].tolist() == [*judged[:2].tolist(), 0]


def test_it_counts_what_full_records_of_the_load_say() -> None:
    """The lean simulation and the one that records everything are the same."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=0.1)
    problem = a_problem(days=2, orders_per_hour=50, platform=rule)
    load = Load(Place(None, 1), 1400)
    replication = loaded(problem, 1, load)
    counts, records = replication.loaded(load), replication.records(load)
    day = records.orders.ordered_at_s // 86_400
    late = np.bincount(day[records.on_time == 0], minlength=2)
    assert counts.failed[0].tolist() == late.tolist()
    assert late.sum() > 0


def test_a_loaded_day_brings_exactly_its_orders() -> None:
    """The other days bring what they bring; of every day, all of them are loaded."""
    problem = a_problem(days=3, orders_per_hour=10)
    replication = loaded(problem, 5, Load(Place(None, 1), 400), Load(Place(), 311))
    before = [replication.own_orders(Place(None, day)) for day in range(3)]
    one_day = replication.loaded(Load(Place(None, 1), 400)).due[0]
    assert one_day.tolist() == [before[0], 400, before[2]]
    assert replication.loaded(Load(Place(), 311)).due[0].tolist() == [311] * 3
    assert replication.loaded(Load(Place(None, 1), 0)).due[0, 1] == 0


def test_the_orders_of_a_smaller_load_are_among_those_of_a_larger_one() -> None:
    """So numbers are compared on the same orders."""
    problem = a_problem(days=2, orders_per_hour=10)
    replication = loaded(problem, 5, Load(Place(None, 0), 200))
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
        most=(Load(Place(0, 0), 400),),
    )
    own = [replication.own_orders(Place(site, 0)) for site in (0, 1)]
    assert sum(own) == replication.own_orders(Place(None, 0))
    records = replication.records(Load(Place(0, 0), 400))
    judged = np.count_nonzero(records.on_time[records.site == 0] >= 0)
    assert replication.loaded(Load(Place(0, 0), 400)).due[0].tolist() == [judged]
    assert np.bincount(records.site).tolist() == [400, replication.own_orders(Place(1, 0))]


def test_a_promotion_keeps_its_service_level_as_in_the_certificate() -> None:
    """By the share of all orders; a bad day is made up for by good ones."""
    counts = DayCounts(np.array([[3, 0]]), np.array([[100, 100]]))
    assert counts.kept(Service(0.98, 0.95))
    assert not counts.kept(Service(0.99, 0.95))
    assert counts.late_share(Service(0.99, 0.95)) == pytest.approx(0.005)
    assert counts.late_share(Service(0.98, 0.95)) == pytest.approx(-0.005)


def test_one_person_more_on_the_same_orders() -> None:
    """The plan changes, the orders and their routes do not."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=1.0)
    problem = a_problem(days=1, orders_per_hour=60, platform=rule)
    load = Load(Place(), 2000)
    replication = loaded(problem, 1, load)
    more = replication.under(a_plan(problem, 2))
    assert more.loaded(load).failed.sum() == 0 < replication.loaded(load).failed.sum()
    assert replication.under(a_plan(problem)).loaded(load).failed.sum() > 0


def test_what_no_draw_reaches_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws are as large as loads need, up to a limit."""
    monkeypatch.setattr(loaded_replication, "MOST_ORDERS", 1000)
    problem = a_problem(days=1, orders_per_hour=10)
    assert loaded(problem, 1, Load(Place(), 700)).has(Load(Place(), 700))
    assert not loaded(problem, 1, Load(Place(), 5000)).has(Load(Place(), 5000))


def test_a_faster_process_takes_more() -> None:
    """Ten per cent of speed is ten per cent of orders where one process works all day."""
    rule = PlatformRule(name="tiny", counts="label", deadline_hours=1.0)
    problem = a_problem(days=1, orders_per_hour=60, platform=rule)
    load = Load(Place(), 1570)
    replication = loaded(problem, 1, load)
    usual, faster = (
        replication.loaded(load),
        replication.loaded(load, problem.sites[0].processes[0]),
    )
    assert faster.failed.sum() < usual.failed.sum() / 2
