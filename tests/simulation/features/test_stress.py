"""A plan under stress: the same orders, and nothing else differs than what is stressed."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from planner.domain.contracts import Commitment
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem, StockRow
from planner.domain.products import Product
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER, Records
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Collection
from planner.domain.stress import STRESS_KINDS, Stress, StressKind
from planner.domain.stress_cases import Workload, stress_cases
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.simulation.inputs.orders import draw_orders
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, played

DAYS = 3
BUSY = Workload(np.array([1.0, 5.0, 4.0]), np.tile(np.repeat([1.0, 3.0, 2.0], 24), (1, 1)))
STRENGTH: dict[StressKind, float] = {
    "correlation": 1.0,
    "missed_pickup": 1.0,
    "site_closed": 6.0,
    "learning": 1.0,
    "scan_delay": 1.0,
}


def a_busy_problem() -> Problem:
    """Everything there is to stress: products, events, an agency, an allotment, a scan."""
    events = tuple(
        Event(name=name, at_s=at_s, median=80, p95=160, ramp_s=600, half_life_s=7200)
        for name, at_s in (("live", 20 * HOUR_S), ("rush", 24 * HOUR_S))
    )
    contract = a_contract(
        "courier",
        scan_delay=ScanDelay(3600, 4 * 3600),
        commitment=Commitment(allotment_per_day=150),
    )
    return a_problem(
        days=DAYS,
        products=(
            Product(name="light", label="light", share=0.7, weight_g=300.0),
            Product(name="heavy", label="heavy", share=0.3, weight_g=1500.0),
        ),
        demand=Demand(
            events=events,
            region_share=np.ones(1),
            product_share=np.array([0.7, 0.3]),
            baseline=Baseline(np.full(DAYS * 24, 4.0), day_cv=0.1),
        ),
        sites=(a_site(collections=(Collection("courier", 18 * HOUR_S, 400, 0, 0),)),),
        crews=(
            a_crew(name="own"),
            a_crew(name="agency", temporary=True, limit=50, ramp=(0.5, 0.75, 1.0), absence=0.1),
        ),
        contracts=(contract,),
    )


def a_stressed_plan(problem: Problem) -> Plan:
    def row(day: int, crew: str, since: int) -> StaffRow:
        return StaffRow(
            day=day,
            site="site",
            process="pack",
            crew=crew,
            shift="whole",
            since_day=since,
            headcount=8 if crew == "agency" else 1,
        )

    staffing = [
        row(day, crew, since)
        for day in range(DAYS)
        for crew, since in (("own", LONG_AGO), ("agency", 0))
    ]
    stock = (StockRow("site", "light", 420), StockRow("site", "heavy", 170))
    return a_plan(problem, staffing=tuple(sorted(staffing)), stock=stock)


def a_stress(kind: StressKind, strength: float | None = None, **changes: object) -> Stress:
    found = STRENGTH.get(kind, 0.5) if strength is None else strength
    return replace(Stress(name=kind, kind=kind, strength=found), **changes)


def the_same(ours: Records, others: Records) -> bool:
    return all(
        np.array_equal(getattr(ours, f.name), getattr(others, f.name))
        for f in fields(Records)
        if f.name != "orders"
    ) and all(
        np.array_equal(getattr(ours.orders, f.name), getattr(others.orders, f.name))
        for f in fields(ours.orders)
    )


@pytest.mark.parametrize("kind", STRESS_KINDS)
def test_a_stress_without_strength_changes_nothing(kind: StressKind) -> None:
    problem = a_busy_problem()
    plan = a_stressed_plan(problem)
    cases = stress_cases(problem, a_stress(kind, 0.0), BUSY)
    assert cases
    base = played(problem, plan)
    for case in cases:
        assert the_same(played(case.problem, plan), base)


@pytest.mark.parametrize("kind", STRESS_KINDS)
def test_a_stress_does_something_and_both_engines_agree(kind: StressKind) -> None:
    """`played` runs the SimPy model and its compiled twin."""
    problem = a_busy_problem()
    plan = a_stressed_plan(problem)
    base = played(problem, plan)
    stressed = [played(c.problem, plan) for c in stress_cases(problem, a_stress(kind), BUSY)]
    assert not any(the_same(records, base) for records in stressed)


def test_a_mix_that_moves_leaves_every_other_order_as_it_was() -> None:
    """Half of the points: some light orders ask for heavy ones, none the other way round."""
    problem = a_busy_problem()
    (case,) = stress_cases(problem, a_stress("mix", 0.2, more="heavy"))
    streams = Streams(problem.seed, HELD_OUT, 0)
    before, after = draw_orders(problem, streams), draw_orders(case.problem, streams)
    assert np.array_equal(before.ordered_at_s, after.ordered_at_s)
    moved = before.product != after.product
    assert set(before.product[moved]) == {0}
    assert float(np.mean(moved)) == pytest.approx(0.2, abs=0.05)
    assert np.array_equal(before.weight_g[~moved], after.weight_g[~moved])


def test_orders_of_another_strength_differ_only_in_what_moves_further() -> None:
    problem = a_busy_problem()
    streams = Streams(problem.seed, HELD_OUT, 0)
    little, much = (
        draw_orders(stress_cases(problem, a_stress("mix", s, more="heavy"))[0].problem, streams)
        for s in (0.1, 0.2)
    )
    assert np.all((little.product == 1) <= (much.product == 1))


def test_people_who_are_not_sent_are_missing_on_every_day_of_their_booking() -> None:
    problem = replace(
        a_busy_problem(), crews=(a_crew(name="agency", temporary=True, unfilled=0.4),)
    )
    plan = a_plan(
        problem,
        staffing=tuple(
            StaffRow(
                day=day,
                site="site",
                process="pack",
                crew="agency",
                shift="whole",
                since_day=0,
                headcount=20,
            )
            for day in range(DAYS)
        ),
    )
    present = played(problem, plan).present_s[0, 0].reshape(DAYS, 24)
    assert np.all(present == present[0, 0])
    assert 4 <= present[0, 0] / 3600 <= 18


def test_a_collection_that_is_missed_hands_nothing_over() -> None:
    problem = a_busy_problem()
    plan = a_stressed_plan(problem)
    stress = a_stress("missed_pickup", from_s=DAY_S, to_s=2 * DAY_S)
    (case,) = stress_cases(problem, stress)
    assert case.where == "site / courier / 2026-11-10 18:00"
    records = played(case.problem, plan)
    gone = records.handed_over_at_s[records.handed_over_at_s != NEVER]
    assert len(gone)
    assert not np.any((gone >= DAY_S) & (gone < 2 * DAY_S))


def test_a_site_closes_in_its_busiest_hours() -> None:
    (case,) = stress_cases(a_busy_problem(), a_stress("site_closed"), BUSY)
    assert case.where == "site / 2026-11-10 00:00"


def test_a_stress_without_a_time_needs_to_know_when_it_is_busy() -> None:
    with pytest.raises(ValueError, match="states no time"):
        stress_cases(a_busy_problem(), a_stress("absence_wave"))


def test_what_there_is_not_cannot_be_stressed() -> None:
    plain = a_problem()
    nothing = Workload(np.ones(1), np.ones((1, 24)))
    for kind in ("mix", "agency_fill", "missed_pickup", "allotment_cut", "learning", "scan_delay"):
        assert stress_cases(plain, a_stress(kind), nothing) == ()


def test_a_risk_of_no_probability_changes_nothing() -> None:
    problem = a_busy_problem()
    plan = a_stressed_plan(problem)
    idle = replace(problem, risks=tuple(a_stress(k, probability=0.0) for k in STRESS_KINDS))
    assert the_same(played(idle, plan), played(problem, plan))


def test_a_certain_risk_is_the_stress_itself() -> None:
    problem = a_busy_problem()
    plan = a_stressed_plan(problem)
    for kind in ("mix", "demand", "agency_fill", "learning", "scan_delay"):
        stress = a_stress(kind, more="heavy" if kind == "mix" else "", probability=1.0)
        (case,) = stress_cases(problem, stress)
        assert the_same(played(replace(problem, risks=(stress,)), plan), played(case.problem, plan))


def test_a_risk_strikes_as_often_as_it_says() -> None:
    """Demand doubles in 3 of 10 promotions; the orders of the others are the same."""
    problem = a_busy_problem()
    risky = replace(problem, risks=(a_stress("demand", 1.0, probability=0.3),))
    hit = 0
    for k in range(100):
        streams = Streams(problem.seed, HELD_OUT, k)
        ours, others = draw_orders(risky, streams), draw_orders(problem, streams)
        hit += len(ours) > 1.5 * len(others)
        assert len(ours) > 1.5 * len(others) or len(ours) == len(others)
    assert 17 <= hit <= 43
