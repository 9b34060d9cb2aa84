"""Tiny problems and plans for tests: everything has a default, a test says only what it is
about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.contracts import Commitment, Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, ShareRow
from planner.domain.products import Product, Region
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import PERIOD_LINES, Orders, Records, Summary
from planner.domain.service_terms import ServiceTerms
from planner.domain.site import Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.simulation.compiled_engine.tables import run as run_compiled
from planner.simulation.inputs.attendance import servers_present
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.replication_input import EventTimes, ReplicationInput, lay_out
from planner.simulation.inputs.routing import route
from planner.simulation.inputs.service_times import Quantiles, contents, work_us
from planner.simulation.simulate import simulate_with
from planner.simulation.summary import summarise
from tests.simulation.counting import run_counting

WHOLE_DAY = Shift("whole", 0, DAY_S)
STREAMS = Streams(7, HELD_OUT, 0)


def a_site(*processes: Process, **changes: Any) -> Site:
    """A site called `site`, always open; one process `pack` of exactly a minute an order by
    default.
    """
    return replace(
        Site(
            name="site",
            label="Site",
            region="region",
            processes=processes or (Process(name="pack", orders_per_hour=60.0),),
        ),
        **changes,
    )


def a_contract(name: str = "courier", **changes: Any) -> Contract:
    """A contract that serves `region`; parcels are scanned and delivered the moment they are handed
    over.
    """
    rates = {"zone": Rate(zone="zone", first_g=10**6, first_price_minor=100)}
    return with_terms(
        Contract(name=name, label=name, tariff=Tariff(zones={("", "region"): "zone"}, rates=rates)),
        **changes,
    )


def with_terms(contract: Contract, **terms: Any) -> Contract:
    """The contract with other terms, each named by its field in the contract or in a part of it.

    Terms of the volume, and those of the commitment that say little alone, carry the name of their
    part: `volume_discount`, `volume_surcharges`, `commitment_parcels`, `commitment_share`.
    """
    whole = {field.name for field in fields(Contract)}
    changes: dict[str, Any] = {name: value for name, value in terms.items() if name in whole}
    contract = replace(contract, **changes)
    for name, value in terms.items():
        if name not in whole:
            part, term = _part_of(name)
            contract = replace(
                contract, **{part: replace(getattr(contract, part), **{term: value})}
            )
    return contract


def _part_of(term: str) -> tuple[str, str]:
    """The part of a contract that holds a term, and the name of its field there."""
    for part in ("volume", "commitment"):
        if term.startswith(f"{part}_"):
            return part, term.removeprefix(f"{part}_")
    holders = {"tariff": Tariff, "service": ServiceTerms, "commitment": Commitment}
    return next(
        (part, term) for part, of in holders.items() if term in {f.name for f in fields(of)}
    )


def a_crew(site: str = "site", **changes: Any) -> Crew:
    """Permanent people of standard speed who always come."""
    return replace(
        Crew(name="crew", site=site, temporary=False, limit=10**6, wage_minor_per_hour=2000),
        **changes,
    )


def a_problem(*, days: int = 1, orders_per_hour: float = 0.0, **changes: Any) -> Problem:
    """One site, region, product and crew, one shift round the clock, no courier, 48 hours until
    packed.
    """
    problem = Problem(
        name="tiny",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days, HOUR_S, "Asia/Shanghai"),
        seed=7,
        service=Service(0.98, 0.95),
        platform=PlatformRule(name="tiny", counts="label"),
        regions=(Region("region", "Region", 1.0),),
        products=(Product(name="product", label="Product", share=1.0, weight_g=500.0),),
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(np.full(days * 24, float(orders_per_hour))),
        ),
        sites=(a_site(),),
        shifts=(WHOLE_DAY,),
        crews=(a_crew(),),
    )
    return replace(problem, **changes)


def given(problem: Problem, hourly: Sequence[float]) -> Problem:
    """The problem with exactly `hourly` orders in each hour, all for the first region and
    product.
    """
    orders = np.zeros((1, len(hourly), len(problem.regions), len(problem.products)))
    orders[0, :, 0, 0] = hourly
    return replace(
        problem, demand=replace(problem.demand, baseline=None, given=GivenDemand(orders))
    )


def staff(
    problem: Problem, people: int, shift: str = "whole", site: str = "site"
) -> tuple[StaffRow, ...]:
    """`people` of the crew at every process of a site on every day."""
    return tuple(
        StaffRow(
            day=day,
            site=site,
            process=process.name,
            crew="crew",
            shift=shift,
            since_day=LONG_AGO,
            headcount=people,
        )
        for day in range(problem.horizon.days)
        for process in problem.site(site).processes
    )


def a_plan(problem: Problem, people: int = 1, **changes: Any) -> Plan:
    """`people` at every process of `site` in the shift `whole`; all orders to the first lane of
    their region.
    """
    lanes = {region: (site, contract) for site, region, contract in reversed(problem.lanes())}
    routing = tuple(
        ShareRow(
            region=region,
            site=site,
            contract=contract,
            from_s=0,
            to_s=problem.horizon.end_s,
            share=1.0,
        )
        for region, (site, contract) in lanes.items()
    )
    staffing = staff(problem, people) if "staffing" not in changes else ()
    return replace(
        Plan(method="stated", status=PlanStatus.AS_STATED, staffing=staffing, routing=routing),
        **changes,
    )


def orders_at(problem: Problem, *seconds: int) -> Orders:
    """Orders at the given seconds, one unit each, with uniform numbers of one half."""
    n = len(seconds)
    at = np.array(sorted(seconds), dtype=np.int32)
    small, half = np.zeros(n, dtype=np.int16), np.full(n, 0.5)
    return Orders(
        ordered_at_s=at,
        instant=np.zeros(n, dtype=np.uint16),
        deadline_s=problem.platform.deadlines(at, small, problem.region_names, problem.horizon),
        region=small,
        product=small,
        component=small,
        platform=small,
        priority=small,
        units=np.ones(n, dtype=np.int32),
        weight_g=np.full(n, 500, dtype=np.int64),
        volume_cm3=np.zeros(n, dtype=np.int64),
        work_us=np.array(
            [work_us(problem, c.process, Quantiles(half), small) for c in contents(problem)]
        ).reshape(len(contents(problem)), n),
        return_lag_s=_lag_of_one_half(problem, n),
        route_u=half,
        scan_z=np.zeros(n),
        transit_z=np.zeros(n),
        loss_u=half,
        residential_u=half,
    )


def _lag_of_one_half(problem: Problem, n: int) -> Seconds:
    """Every order comes back after the median lag where more than half of the first product do."""
    back = problem.returns is not None and problem.products[0].return_share > 0.5
    return np.full(
        n, problem.returns.median_s if problem.returns is not None and back else 0, dtype=np.int32
    )


def simulate(problem: Problem, plan: Plan, orders: Orders, streams: Streams) -> Records:
    """By the SimPy model, counting orders on the way; the compiled twin must agree in every
    tick.
    """
    return simulate_with(twice, problem, plan, orders, streams)


def in_ticks(problem: Problem, plan: Plan, orders: Orders, streams: Streams) -> EventTimes:
    """The event times of the compiled engine, in ticks."""
    groups = servers_present(problem, plan, streams)
    routes = route(problem, plan, orders)
    inputs = lay_out(
        problem, plan, orders, site=routes.site, contract=routes.contract, groups=groups
    )
    return run_compiled(inputs)


def twice(inputs: ReplicationInput) -> EventTimes:
    """Simulated by both engines, which must agree in every tick."""
    times, compiled = run_counting(inputs), run_compiled(inputs)
    for step in fields(EventTimes):
        ours, reference = getattr(compiled, step.name), getattr(times, step.name)
        assert np.array_equal(ours, reference), (
            f"{step.name}: first at {np.argwhere(ours != reference)[:1]}"
        )
    return times


def played(problem: Problem, plan: Plan, replication: int = 0) -> Records:
    """One replication of the plan with freshly drawn orders."""
    streams = Streams(problem.seed, HELD_OUT, replication)
    return simulate(problem, plan, draw_orders(problem, streams), streams)


def in_brief(
    problem: Problem, records: Records, courier_minor: Ints | None = None, **changes: Any
) -> Summary:
    """Replication 0 in brief, without a charge by default."""
    money: dict[str, Any] = {
        "period_minor": np.zeros((len(problem.contracts), len(PERIOD_LINES)), dtype=np.int64),
        "losses_minor": 0,
        "unpriced": 0,
    }
    if courier_minor is None:
        courier_minor = np.zeros(len(records.orders), dtype=np.int64)
    return summarise(problem, records, 0, courier_minor, **(money | changes))
