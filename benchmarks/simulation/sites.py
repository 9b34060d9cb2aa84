"""The sites of the benchmarks: three stages in line, and two sites with every feature of the
model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.contracts import Commitment, Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Disruption, Problem, Service, ShareRow, StockRow
from planner.domain.products import Product, Region, Returns
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders
from planner.domain.service_terms import ScanDelay, ServiceTerms, Transit
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.simulation.inputs.attendance import servers_present
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.replication_input import ReplicationInput, lay_out
from planner.simulation.inputs.routing import Routes, route

START = datetime(2026, 11, 9)
RATES = {"pick": 60, "check": 120, "pack": 45}  # orders per hour of one person
HOURS = {"night": (0, 8), "day": (8, 16), "evening": (16, 24)}
PROFILE = [1.0] * 8 + [2.0] * 12 + [3.0] * 4  # orders of an hour relative to one at night
COLLECTIONS = (12 * HOUR_S, 18 * HOUR_S, 22 * HOUR_S)
SHIFTS = tuple(
    Shift(name, a * HOUR_S, b * HOUR_S, (((a + 4) * HOUR_S, (a + 4) * HOUR_S + HOUR_S // 2),))
    for name, (a, b) in HOURS.items()
)
SITE_SHARE = {"east": 0.6, "west": 0.4}
CONTRACT_SHARE = {"fast": 0.3, "cheap": 0.5, "post": 0.2}


@dataclass(frozen=True, eq=False)
class Case:
    """A promotion under a plan, and the random streams of one replication of it."""

    problem: Problem
    plan: Plan
    replication: int = 0

    @property
    def streams(self) -> Streams:
        return Streams(self.problem.seed, HELD_OUT, self.replication)

    @cached_property
    def orders(self) -> Orders:
        """The orders of the replication, drawn when first asked for."""
        return draw_orders(self.problem, self.streams)

    @cached_property
    def routes(self) -> Routes:
        """Where every order goes."""
        return route(self.problem, self.plan, self.orders)

    @cached_property
    def inputs(self) -> ReplicationInput:
        """Input of the planner's engines: the orders by site, the people who came, the
        carriers' visits.
        """
        groups = servers_present(self.problem, self.plan, self.streams)
        return lay_out(
            self.problem,
            self.plan,
            self.orders,
            site=self.routes.site,
            contract=self.routes.contract,
            groups=groups,
        )


def three_stages(orders: int, days: int) -> Case:
    """One site, first come first served: about `orders` orders in `days` days, 5 % more people than
    needed on average, who change by shift and take breaks; three collections a day.
    """
    hourly = np.tile(PROFILE, days) * orders / (days * sum(PROFILE))
    processes = tuple(
        Process(name=name, orders_per_hour=rate, cv=0.5, discipline="fifo")
        for name, rate in RATES.items()
    )
    collections = tuple(Collection("courier", at) for at in COLLECTIONS)
    site = Site(
        name="site",
        label="Site",
        region="all",
        processes=processes,
        collections=collections,
        finish="task",
    )
    problem = Problem(
        name="three stages",
        currency="CNY",
        horizon=Horizon(START, days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule(name="benchmark", counts="handover"),
        regions=(Region("all", "All", 1.0),),
        products=(Product(name="parcel", label="Parcel", share=1.0, weight_g=500.0),),
        demand=Demand(
            events=(), region_share=np.ones(1), product_share=np.ones(1), baseline=Baseline(hourly)
        ),
        sites=(site,),
        shifts=SHIFTS,
        crews=(
            Crew(
                name="permanent",
                site="site",
                temporary=False,
                limit=10**6,
                wage_minor_per_hour=2600,
            ),
        ),
        contracts=(
            Contract(
                name="courier",
                label="Courier",
                tariff=Tariff(
                    zones={("", "all"): "zone"},
                    rates={
                        "zone": Rate(zone="zone", brackets=(), first_g=10**6, first_price_minor=300)
                    },
                ),
            ),
        ),
    )
    staffing = _staff(problem, {"site": hourly}, {"permanent": (1.05, LONG_AGO)})
    routing = (
        ShareRow(
            region="all", site="site", contract="courier", from_s=0, to_s=days * DAY_S, share=1.0
        ),
    )
    return Case(
        problem,
        Plan(method="stated", status=PlanStatus.AS_STATED, staffing=staffing, routing=routing),
    )


def everything(orders: int, days: int) -> Case:
    """Two sites with every feature at once: promised hours by region (orders do not wait in the
    order in which they came), tours, limited stations, breaks, absence, ramp-up, an event, three
    contracts with capacities and allotments, returns, stock that runs out, and four kinds of
    disruption.
    """
    hourly = np.tile(PROFILE, days) * orders / (days * sum(PROFILE))
    sites = tuple(_busy_site(name, share * orders / days) for name, share in SITE_SHARE.items())
    burst = 0.1 * orders / days
    event = Event(
        name="opening",
        at_s=20 * HOUR_S,
        median=burst,
        p95=1.5 * burst,
        ramp_s=1200,
        half_life_s=2 * HOUR_S,
        pull_forward=0.1,
        region_share=(0.5, 0.3, 0.2),
    )
    problem = Problem(
        name="everything",
        currency="CNY",
        horizon=Horizon(START, days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule(
            name="benchmark",
            counts="handover",
            deadline_hours=24.0,
            promise_hours={"near": 18.0, "far": 48.0},
        ),
        regions=(
            Region("near", "Near", 0.5),
            Region("middle", "Middle", 0.3),
            Region("far", "Far", 0.2, remote=True),
        ),
        products=(
            Product(
                name="small",
                label="Small",
                share=0.6,
                weight_g=300.0,
                weight_cv=0.4,
                volume_cm3=200.0,
                units_mean=1.3,
                work=0.9,
                paid_minor=5000,
                margin_minor=1500,
                return_share=0.1,
            ),
            Product(
                name="large",
                label="Large",
                share=0.4,
                weight_g=2000.0,
                weight_cv=0.2,
                volume_cm3=900.0,
                units_mean=1.0,
                work=1.2,
                paid_minor=20_000,
                margin_minor=6000,
                return_share=0.05,
            ),
        ),
        demand=Demand(
            events=(event,),
            region_share=np.array([0.5, 0.3, 0.2]),
            product_share=np.array([0.6, 0.4]),
            baseline=Baseline(0.95 * hourly, 0.05, 0.05),
        ),
        sites=sites,
        shifts=SHIFTS,
        crews=tuple(crew for name in SITE_SHARE for crew in _crews(name)),
        contracts=tuple(
            _contract(name, share * orders / days) for name, share in CONTRACT_SHARE.items()
        ),
        returns=Returns(12 * HOUR_S, 30 * HOUR_S),
        disruptions=(
            Disruption(
                kind="allotment_cut",
                from_s=24 * HOUR_S,
                to_s=36 * HOUR_S,
                contract="cheap",
                factor=0.7,
            ),
            Disruption(
                kind="missed_collection",
                from_s=17 * HOUR_S,
                to_s=19 * HOUR_S,
                site="east",
                contract="fast",
            ),
            Disruption(
                kind="absence_wave",
                from_s=8 * HOUR_S,
                to_s=16 * HOUR_S,
                site="west",
                crew="agency",
                factor=0.2,
            ),
            Disruption(kind="site_closed", from_s=30 * HOUR_S, to_s=31 * HOUR_S, site="west"),
        ),
    )
    needed = {name: share * hourly for name, share in SITE_SHARE.items()}
    staffing = _staff(problem, needed, {"permanent": (0.8, LONG_AGO), "agency": (0.9, 0)})
    routing = tuple(
        ShareRow(
            region=region, site=site, contract=contract, from_s=0, to_s=days * DAY_S, share=s * c
        )
        for region in problem.region_names
        for site, s in SITE_SHARE.items()
        for contract, c in CONTRACT_SHARE.items()
    )
    units = {"small": 0.6 * 1.3, "large": 0.4}
    stock = tuple(
        StockRow(site, product, int(0.97 * share * wanted * orders))
        for site, share in SITE_SHARE.items()
        for product, wanted in units.items()
    )
    return Case(
        problem,
        Plan(
            method="stated",
            status=PlanStatus.AS_STATED,
            staffing=staffing,
            routing=tuple(sorted(routing)),
            stock=stock,
        ),
    )


def _busy_site(name: str, per_day: float) -> Site:
    """A site for `per_day` orders: tours at the first process, places for two thirds more work than
    on average.
    """
    places = {process: int(np.ceil(per_day / 24 * 1.7 / rate)) for process, rate in RATES.items()}
    processes = tuple(
        Process(
            name=process,
            orders_per_hour=rate,
            cv=0.5,
            stations=places[process],
            batch_orders=8 if process == "pick" else 1,
            batch_setup_s=90 if process == "pick" else 0,
        )
        for process, rate in RATES.items()
    )
    collections = tuple(
        Collection(contract, at, int(0.45 * share * per_day) + 1)
        for contract, share in CONTRACT_SHARE.items()
        for at in COLLECTIONS
    )
    receive = Process(name="receive", orders_per_hour=60.0, cv=0.5)
    return Site(
        name=name,
        label=name,
        region="near",
        processes=processes,
        collections=collections,
        receive=receive,
        received_by="pack",
    )


def _crews(site: str) -> tuple[Crew, Crew]:
    own = Crew(
        name="permanent",
        site=site,
        temporary=False,
        limit=10**6,
        wage_minor_per_hour=2600,
        absence=0.03,
    )
    agency = Crew(
        name="agency",
        site=site,
        temporary=True,
        limit=10**6,
        wage_minor_per_hour=2400,
        ramp=(0.6, 0.75, 0.9, 1.0),
        absence=0.06,
        hire_cost_minor=15_000,
    )
    return own, agency


def _contract(name: str, per_day: float) -> Contract:
    return Contract(
        name=name,
        label=name,
        tariff=Tariff(
            zones={("", region): "zone" for region in ("near", "middle", "far")},
            rates={
                "zone": Rate(zone="zone", first_g=1000, first_price_minor=300, step_price_minor=80)
            },
        ),
        commitment=Commitment(allotment_per_day=int(1.2 * per_day) + 1),
        service=ServiceTerms(
            scan_delay=ScanDelay(2 * HOUR_S, 9 * HOUR_S), transit={"zone": Transit(2.0, 3.0)}
        ),
    )


def _staff(
    problem: Problem, hourly: dict[str, Floats], crews: dict[str, tuple[float, int]]
) -> tuple[StaffRow, ...]:
    """Each crew's multiple of the people needed at each process for the mean number of orders in a
    shift of 7.5 hours.
    """
    return tuple(
        StaffRow(
            day=day,
            site=site,
            process=name,
            crew=crew,
            shift=shift,
            since_day=since,
            headcount=int(np.ceil(factor * needed[a:b].sum() / (7.5 * rate))),
        )
        for day in range(problem.horizon.days)
        for shift, (a, b) in HOURS.items()
        for site, needed in hourly.items()
        for name, rate in RATES.items()
        for crew, (factor, since) in crews.items()
    )
