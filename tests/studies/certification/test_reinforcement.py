"""Reinforcement: enough pilot runs meet the service level, rules are kept, nothing is taken away,
and the result is deterministic.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Rate
from planner.domain.costs import planned_minor
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Product, Service, StockRow
from planner.domain.random_streams import REHEARSAL
from planner.domain.site import Collection, Process
from planner.planning.mean_demand import mean_costs
from planner.planning.validation.plan_rules import violations
from planner.rating.lane_costs import lane_costs
from planner.studies.certification import pilot_replications
from planner.studies.certification.addable_resources import with_missing_stock
from planner.studies.certification.adjustment import adjusted, to_be_met
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.certification.reinforcement import Reinforced, Reinforcement
from planner.studies.certification.removable_resources import headcounts_of
from planner.studies.certification.rerouting import FullCollection, moved_share, rerouted
from planner.studies.certification.trimming import meets
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, given, staff
from tests.studies.certification.builders import SHIFTS

RUNS = 30
PLENTY = 100_000
HANDOVER = PlatformRule(name="handed", counts="handover", deadline_hours=20.0)


def shop(seed: int, most: int = 20) -> Problem:
    """Two shifts on two days for some two hundred orders; a few people stay away."""
    return a_problem(
        days=2,
        orders_per_hour=5.0,
        seed=seed,
        shifts=SHIFTS,
        crews=(
            a_crew(absence=0.1, limit=most),
            a_crew(name="agency", temporary=True, limit=most, hire_cost_minor=3000),
        ),
        sites=(a_site(Process(name="pack", orders_per_hour=10.0, cv=0.8)),),
        service=Service(0.95, 0.9),
        platform=PlatformRule(name="tiny", counts="label", deadline_hours=20.0),
    )


def too_few(problem: Problem) -> Plan:
    """One person by day and one late, for some two hundred orders of six minutes."""
    rows = (*staff(problem, 1, "day"), *staff(problem, 1, "late"))
    return a_plan(problem, staffing=tuple(sorted(rows)))


def reinforced(
    problem: Problem,
    plan: Plan,
    *,
    jobs: int = 1,
    most_missed: int = 1,
    budget: int = PLENTY,
) -> tuple[Reinforced, PilotRuns]:
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    with PilotRuns(problem, runs, Executor(jobs)) as pilot_runs:
        search = Reinforcement(problem, plan, pilot_runs, most_missed=most_missed, budget=budget)
        return search.run(), pilot_runs


def missed(problem: Problem, plan: Plan) -> int:
    """Pilot runs that a plan misses, simulated from the beginning."""
    runs = PilotRuns(problem, [PilotRun(REHEARSAL, k) for k in range(RUNS)], Executor(1))
    return sum(not meets(problem, result) for result in runs.simulate(plan, range(RUNS)))


@pytest.mark.parametrize("seed", range(3))
def test_enough_runs_meet_the_service_level_with_what_is_added(seed: int) -> None:
    """Nothing leaves the plan, rules are kept, and what is said of it is what a simulation shows."""
    problem = shop(seed)
    plan = too_few(problem)
    found, _ = reinforced(problem, plan)
    assert found.missed_before == missed(problem, plan) > 1
    assert found.missed == missed(problem, found.plan) <= 1
    assert found.enough
    assert found.runs == RUNS
    assert violations(problem, found.plan) == ()
    before, after = headcounts_of(plan), headcounts_of(found.plan)
    assert before <= after
    people = after.total() - before.total()
    assert people >= sum(n for _, n in found.added) > 0
    assert found.cost_minor == planned_minor(problem, found.plan) - planned_minor(problem, plan)
    assert found.cost_minor > 0
    assert found.rerouted == 0.0


def test_any_number_of_processes_adds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pilot_replications, "START_S", -1.0)
    problem = shop(1)
    plan = too_few(problem)
    alone, again, together = (reinforced(problem, plan, jobs=jobs)[0] for jobs in (1, 1, 3))
    assert alone.plan.staffing == again.plan.staffing == together.plan.staffing
    assert replace(alone, plan=plan) == replace(again, plan=plan) == replace(together, plan=plan)


def test_a_plan_that_meets_enough_stays_as_it_is() -> None:
    problem = shop(0)
    plan = too_few(problem)
    found, pilot_runs = reinforced(problem, plan, most_missed=RUNS)
    assert found.plan is plan
    assert (found.added, found.cost_minor, found.enough) == ((), 0, True)
    assert found.simulated == pilot_runs.simulated == RUNS


@pytest.mark.parametrize(("most", "budget"), [(1, PLENTY), (20, 0)])
def test_nothing_is_added_in_vain(most: int, budget: int) -> None:
    """Nobody else can come, or no replication may be simulated: the plan stays as it was, and still
    misses too many.
    """
    problem = shop(0, most)
    if most == 1:
        problem = replace(problem, crews=(a_crew(absence=0.1, limit=2),))
    plan = too_few(problem)
    found, _ = reinforced(problem, plan, budget=budget)
    assert found.plan is plan
    assert (found.added, found.enough) == ((), False)
    assert found.missed == found.missed_before > 1


def test_what_is_reinforced_is_trimmed_afterwards() -> None:
    """The plan that is left still meets the service level often enough."""
    problem = shop(2)
    plan = too_few(problem)
    look = CertificationLook(1, RUNS)
    runs = [PilotRun(REHEARSAL, k) for k in range(RUNS)]
    context = RunContext(budget=Budget(RUNS))
    evaluation = Evaluation(problem, (plan,), stream_set=REHEARSAL)
    summaries = [evaluation(k)[0] for k in range(RUNS)]
    found = adjusted(problem, plan, summaries, runs, context, look=look, reinforce=True)
    assert found.reinforced is not None
    assert found.trimmed is not None
    assert found.missed_before == missed(problem, plan)
    assert found.trimmed.missed_before == found.reinforced.missed
    most = RUNS - to_be_met(problem, look, RUNS)
    assert missed(problem, found.trimmed.plan) <= most
    assert found.simulated == found.reinforced.simulated + found.trimmed.simulated


def test_missing_stock_is_added_within_supply_and_space() -> None:
    """Of the first product only five more can be had; the second goes to the site with room."""
    products = tuple(
        Product(name=name, label=name, share=0.5, weight_g=500.0, supply_units=most)
        for name, most in (("first", 25), ("second", None))
    )
    sites = (
        a_site(stock_capacity_units=40, inbound_cost_minor=5),
        a_site(stock_capacity_units=None, inbound_cost_minor=9),
    )
    sites = (sites[0], replace(sites[1], name="other"))
    problem = a_problem(products=products, sites=sites)
    rows = (StockRow("site", "first", 20), StockRow("site", "second", 12))
    plan = replace(a_plan(problem), stock=rows)
    more = with_missing_stock(problem, plan, {"first": 30, "second": 10})
    units = {(row.product, row.site): row.units for row in more.stock or ()}
    assert units == {
        ("first", "site"): 25,
        ("second", "site"): 15,
        ("second", "other"): 7,
    }
    assert with_missing_stock(problem, more, {"first": 30}) is more
    unlimited = replace(plan, stock=None)
    assert with_missing_stock(problem, unlimited, {"first": 30}) is unlimited


def test_stock_is_added_where_only_stock_is_missing() -> None:
    """Ten units for some two hundred orders, and people enough for them."""
    problem = shop(0)
    rows = (*staff(problem, 6, "day"), *staff(problem, 6, "late"))
    plan = a_plan(problem, staffing=tuple(sorted(rows)), stock=(StockRow("site", "product", 10),))
    found, _ = reinforced(problem, plan, most_missed=0)
    assert found.enough
    assert dict(found.added).keys() == {"unit"}
    assert found.plan.staffing == plan.staffing


def crowded(capacity: int | None = 30) -> Problem:
    """Sixty orders before a collection at 22:00 that takes thirty parcels; another contract comes
    at the same time, and its parcels cost more.
    """
    collections = (
        Collection("courier", 22 * HOUR_S, capacity),
        Collection("other", 22 * HOUR_S),
    )
    problem = a_problem(
        days=2,
        platform=HANDOVER,
        service=Service(0.95, 0.9),
        contracts=(
            a_contract(),
            a_contract(
                "other", rates={"zone": Rate(zone="zone", first_g=10**6, first_price_minor=150)}
            ),
        ),
        sites=(a_site(Process(name="pack", orders_per_hour=600.0), collections=collections),),
    )
    return given(problem, [0.0] * 12 + [60.0] + [0.0] * 35)


def one_way(problem: Problem) -> Plan:
    """All orders with the first contract, both signed."""
    plan = a_plan(problem)
    routing = tuple(replace(row, contract="courier") for row in plan.routing)
    return replace(plan, routing=routing, signed=("courier", "other"))


def test_orders_move_to_another_contract_where_a_collection_is_full() -> None:
    """A tenth at a time; the shares add up, and nothing moves twice or without a contract that is
    signed and has room.
    """
    problem = crowded()
    plan, full = one_way(problem), FullCollection("site", "courier", 22 * HOUR_S)
    costs = lane_costs(problem, problem.seed)
    once = rerouted(problem, plan, [full, full], 0.1, costs)
    assert moved_share(problem, plan, once) == pytest.approx(0.1)
    assert violations(problem, once) == ()
    assert {row.contract: row.share for row in once.routing} == {"courier": 0.9, "other": 0.1}
    more = mean_costs(problem, once, costs)["courier"] - mean_costs(problem, plan, costs)["courier"]
    assert more == round(0.1 * 60 * 50)
    both = [full, replace(full, contract="other")]
    assert rerouted(problem, plan, both, 0.1, costs) is plan
    alone = replace(plan, signed=("courier",))
    assert rerouted(problem, alone, [full], 0.1, costs) is alone
    before_it = replace(full, second=11 * HOUR_S)
    late = replace(plan, routing=tuple(replace(row, from_s=12 * HOUR_S) for row in plan.routing))
    assert rerouted(problem, late, [before_it], 0.1, costs) is late


def test_the_lane_that_costs_least_more_moves_first() -> None:
    """Two regions of as many orders: the one where the other contract costs least more goes."""
    problem = crowded()
    near, far = (replace(problem.regions[0], name=name, label=name, share=0.5) for name in "ab")
    zones = {("", "a"): "near", ("", "b"): "far"}
    rate = problem.contracts[0].tariff.rates["zone"]
    tariffs = [
        {"near": replace(rate, zone="near"), "far": replace(rate, zone="far")},
        {
            "near": replace(rate, zone="near", first_price_minor=180),
            "far": replace(rate, zone="far", first_price_minor=120),
        },
    ]
    contracts = tuple(
        replace(contract, tariff=replace(contract.tariff, zones=zones, rates=rates))
        for contract, rates in zip(problem.contracts, tariffs, strict=True)
    )
    site = replace(problem.sites[0], region="a")
    hourly = a_problem(days=2, orders_per_hour=3.0)
    problem = replace(
        hourly,
        demand=replace(hourly.demand, region_share=np.array([0.5, 0.5])),
        platform=HANDOVER,
        regions=(near, far),
        contracts=contracts,
        sites=(site,),
    )
    base = a_plan(problem)
    routing = tuple(replace(row, contract="courier") for row in base.routing)
    plan = replace(base, routing=routing, signed=("courier", "other"))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, plan, full, 0.3, lane_costs(problem, problem.seed))
    moved = {row.region: row.share for row in found.routing if row.contract == "other"}
    assert moved == {"b": pytest.approx(0.6)}
    assert violations(problem, found) == ()


def test_a_full_collection_is_relieved_where_people_do_not_help() -> None:
    problem = crowded()
    found, _ = reinforced(problem, one_way(problem), most_missed=0)
    assert found.missed_before == RUNS
    assert found.enough
    assert found.rerouted > 0
    assert {row.contract for row in found.plan.routing} == {"courier", "other"}


def test_routing_in_parts_of_a_region_is_kept_apart() -> None:
    """Only what goes to the full collection moves: not what another site sends, nor later orders."""
    problem = crowded()
    plan = one_way(problem)
    row = plan.routing[0]
    later = replace(row, from_s=DAY_S)
    split = replace(plan, routing=(replace(row, to_s=DAY_S), later))
    full = [FullCollection("site", "courier", 22 * HOUR_S)]
    found = rerouted(problem, split, full, 0.5, lane_costs(problem, problem.seed))
    assert [r for r in found.routing if r.from_s == later.from_s] == [later]
    early = {r.contract: r.share for r in found.routing if r.from_s == 0}
    assert early == {"courier": pytest.approx(0.5), "other": pytest.approx(0.5)}
