"""Problems and plans with everything in them, drawn from a seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import pairwise, product

import numpy as np

from planner.domain.contracts import HEAVIEST_G, Commitment, Contract, Hub, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Disruption, Problem, Service, ShareRow, StockRow
from planner.domain.products import Product, Region, Returns
from planner.domain.service_terms import ScanDelay, ServiceTerms, Transit
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from tests.builders import with_terms

DAYS = 2
SHIFTS = (
    Shift(
        "day",
        8 * HOUR_S,
        16 * HOUR_S,
        ((11 * HOUR_S, 12 * HOUR_S), (14 * HOUR_S, 14 * HOUR_S + 900)),
    ),
    Shift("night", 20 * HOUR_S, 29 * HOUR_S, ((24 * HOUR_S, 24 * HOUR_S + 1800),)),
    Shift("whole", 0, DAY_S),
)


def generated(seed: int, days: int = DAYS) -> tuple[Problem, Plan]:
    """One or two sites with up to three stations, and whatever else the seed decides: shifts over
    midnight, breaks, tours, limited stations, opening hours, absence, ramp-up, capacities,
    allotments, returns, stock, disruptions, delays by zone, hubs, routing by weight.
    """
    rng, other = np.random.default_rng(seed), np.random.default_rng((seed, 1))
    contracts = tuple(_contract(rng, name) for name in ("one", "two")[: rng.integers(3)])
    contracts = tuple(_through_a_hub(other, _by_zone(other, contract)) for contract in contracts)
    sites = tuple(_site(rng, name, contracts) for name in ("east", "west")[: rng.integers(1, 3)])
    problem = Problem(
        name=f"generated {seed}",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days, HOUR_S, "Asia/Shanghai"),
        seed=seed,
        service=Service(0.98, 0.95),
        platform=_platform(rng),
        regions=(Region("near", "Near", 0.7), Region("far", "Far", 0.3, remote=True)),
        products=(
            Product(
                name="small",
                label="Small",
                share=0.6,
                weight_g=300.0,
                weight_cv=0.4,
                volume_cm3=200.0,
                units_mean=1.2,
                work=1.0,
                paid_minor=5000,
                margin_minor=1500,
                supply_units=None,
                return_share=0.3,
            ),
            Product(
                name="large",
                label="Large",
                share=0.4,
                weight_g=2000.0,
                weight_cv=0.0,
                volume_cm3=900.0,
                units_mean=1.0,
                work=1.7,
                paid_minor=20000,
                margin_minor=6000,
                supply_units=None,
                return_share=0.0,
            ),
        ),
        demand=_demand(rng, days),
        sites=sites,
        shifts=SHIFTS,
        crews=tuple(crew for site in sites for crew in _crews(rng, site.name)),
        contracts=contracts,
        returns=Returns(3 * HOUR_S, 12 * HOUR_S) if rng.random() < 0.5 else None,
        disruptions=_disruptions(rng, days),
    )
    plan = _plan(rng, problem)
    problem = replace(problem, sites=tuple(_finishing(other, site) for site in problem.sites))
    return problem, replace(
        plan, routing=_routing(other, problem, 0.5)
    ) if other.random() < 0.5 else plan


def _platform(rng: np.random.Generator) -> PlatformRule:
    clock = str(rng.choice(["label", "handover", "first_scan", "delivered"]))
    rule = PlatformRule(
        name="rule",
        counts=clock,
        deadline_hours=float(rng.choice([6, 12, 24])),
        share_of_paid=0.1,
        floor_minor=300,
    )
    if rng.random() < 0.3:
        return replace(rule, deadline_working_days=1)
    return replace(rule, promise_hours={"far": 36.0}) if rng.random() < 0.5 else rule


def _demand(rng: np.random.Generator, days: int) -> Demand:
    event = Event(
        name="opening",
        at_s=10 * HOUR_S,
        median=60.0,
        p95=150.0,
        ramp_s=600,
        half_life_s=3600,
        pull_forward=0.2,
        region_share=(0.4, 0.6),
        product_share=(1.0, 0.0),
    )
    baseline = Baseline(np.full(days * 24, float(rng.uniform(2, 8))), day_cv=0.2, hour_cv=0.2)
    return Demand(
        events=(event,) if rng.random() < 0.6 else (),
        region_share=np.array([0.7, 0.3]),
        product_share=np.array([0.6, 0.4]),
        baseline=baseline,
    )


def _contract(rng: np.random.Generator, name: str) -> Contract:
    zones = {("", "near"): "zone"}
    if rng.random() < 0.7 or name == "one":
        zones["", "far"] = "zone"
    return Contract(
        name=name,
        label=name,
        tariff=Tariff(
            zones=zones, rates={"zone": Rate(zone="zone", first_g=10**6, first_price_minor=300)}
        ),
        commitment=Commitment(
            allotment_per_day=int(rng.integers(10, 60)) if rng.random() < 0.5 else None
        ),
        service=ServiceTerms(
            scan_delay=ScanDelay(int(rng.choice([0, 5400])), 20000),
            transit={"zone": Transit(1.0, 1.6)} if rng.random() < 0.5 else {},
        ),
    )


def _by_zone(rng: np.random.Generator, contract: Contract) -> Contract:
    """Now and then the far region, or one from the west site, is a zone of its own, with its own
    times.
    """
    where = [key for key in (("", "far"), ("west", "near"), ("west", "far")) if rng.random() < 0.25]
    if not where:
        return contract
    delay = {"outer": ScanDelay(int(rng.choice([0, 9000])), 30000)} if rng.random() < 0.7 else {}
    return with_terms(
        contract,
        zones=contract.tariff.zones | dict.fromkeys(where, "outer"),
        rates=contract.tariff.rates
        | {"outer": Rate(zone="outer", first_g=10**6, first_price_minor=500)},
        scan_delay_by_zone=delay,
        transit=contract.service.transit
        | ({"outer": Transit(0.5, 1.0)} if rng.random() < 0.5 else {}),
    )


def _through_a_hub(rng: np.random.Generator, contract: Contract) -> Contract:
    """Now and then far parcels, or all, go through a hub in a zone of its own."""
    if rng.random() < 0.5:
        return contract
    return with_terms(
        contract,
        zones=contract.tariff.zones | {("", "station"): "station"},
        rates=contract.tariff.rates
        | {"station": Rate(zone="station", first_g=10**6, first_price_minor=200)},
        scan_delay_by_zone=contract.service.scan_delay_by_zone
        | ({"station": ScanDelay(1800, 3600)} if rng.random() < 0.5 else {}),
        transit=contract.service.transit
        | ({"station": Transit(0.1, 0.2)} if rng.random() < 0.6 else {}),
        hub=Hub(
            hub_region="station",
            regions=frozenset(("far", "near")[: rng.integers(1, 3)]),
            onward=Rate(zone="", first_g=10**6, first_price_minor=400),
            counts=(None, "handover", "first_scan", "hub")[rng.integers(4)],
            onward_days=Transit(0.4, 0.7) if rng.random() < 0.6 else None,
        ),
    )


def _site(rng: np.random.Generator, name: str, contracts: tuple[Contract, ...]) -> Site:
    names = ("pick", "check", "pack")[: rng.integers(1, 4)]
    processes = tuple(_process(rng, n) for n in names)
    collections = tuple(
        Collection(
            c.name,
            int(at) * HOUR_S,
            int(rng.integers(5, 40)) if rng.random() < 0.5 else None,
            100,
            2,
        )
        for c in contracts
        for at in sorted(rng.choice(np.arange(24), size=rng.integers(1, 4), replace=False))
    )
    opening = (0, DAY_S) if rng.random() < 0.6 else (7 * HOUR_S, 25 * HOUR_S)
    received = (
        {"receive": _process(rng, "receive"), "received_by": str(rng.choice(names))}
        if rng.random() < 0.7
        else {}
    )
    return replace(
        Site(
            name=name,
            label=name,
            region="near",
            processes=processes,
            opening=opening,
            collections=collections,
        ),
        **received,
    )


def _finishing(rng: np.random.Generator, site: Site) -> Site:
    """Tasks are finished after hours, or put down."""
    return replace(site, finish=str(rng.choice(["stop", "task"])))


def _process(rng: np.random.Generator, name: str) -> Process:
    return Process(
        name=name,
        orders_per_hour=float(rng.choice([6.0, 10.0, 20.0, 40.0, 10**10])),
        cv=float(rng.choice([0.0, 0.5, 1.5])),
        distribution=str(rng.choice(["lognormal", "gamma", "exponential", "deterministic"])),
        stations=int(rng.choice([2, 4, 10**6])),
        batch_orders=int(rng.choice([1, 1, 3, 8])),
        batch_setup_s=int(rng.choice([0, 90])),
        discipline=str(rng.choice(["deadline", "fifo"])),
    )


def _crews(rng: np.random.Generator, site: str) -> tuple[Crew, Crew]:
    own = Crew(
        name="own",
        site=site,
        temporary=False,
        limit=100,
        wage_minor_per_hour=2000,
        absence=float(rng.choice([0.0, 0.2])),
    )
    ramp = (0.6, 0.75, 0.9, 1.0)
    return own, Crew(
        name="agency",
        site=site,
        temporary=True,
        limit=100,
        wage_minor_per_hour=2400,
        ramp=ramp,
        absence=float(rng.choice([0.0, 0.3])),
    )


def _disruptions(rng: np.random.Generator, days: int) -> tuple[Disruption, ...]:
    kinds = ("allotment_cut", "missed_collection", "absence_wave", "site_closed")
    found = []
    for kind in kinds:
        if rng.random() < 0.3:
            begin = int(rng.integers(days * DAY_S))
            where = str(rng.choice(["", "east"])) if kind != "allotment_cut" else ""
            found.append(
                Disruption(
                    kind=kind,
                    from_s=begin,
                    to_s=begin + int(rng.integers(1, DAY_S)),
                    site=where,
                    factor=0.5,
                )
            )
    return tuple(found)


def _plan(rng: np.random.Generator, problem: Problem) -> Plan:
    days = range(problem.horizon.days)
    staffing = [
        StaffRow(
            day=day,
            site=site.name,
            process=p.name,
            crew=crew,
            shift=shift.name,
            since_day=LONG_AGO if crew == "own" else day - int(rng.integers(4)),
            headcount=n,
        )
        for day in days
        for site in problem.sites
        for p in site.processes
        for crew in ("own", "agency")
        for shift in problem.shifts
        if rng.random() < 0.5 and (n := int(rng.integers(0, 4)))
    ]
    routing = _routing(rng, problem)
    stock = [
        StockRow(s, p, int(rng.integers(20, 150)))
        for s in problem.site_names
        for p in problem.product_names
    ]
    extra = [
        ExtraCollection(day, site.name, c.contract, c.at_s, int(rng.integers(1, 3)))
        for day in days
        for site in problem.sites
        for c in site.collections
        if rng.random() < 0.2
    ]
    return Plan(
        method="generated",
        status=PlanStatus.AS_STATED,
        staffing=tuple(sorted(staffing)),
        routing=routing,
        stock=tuple(stock) if rng.random() < 0.5 else None,
        extra=tuple(sorted(extra)),
    )


def _routing(
    rng: np.random.Generator, problem: Problem, banded: float = 0.0
) -> tuple[ShareRow, ...]:
    """Shares by phase and region, and by weight with the chance `banded` of each region; some of
    them missing.
    """
    edges = {
        region: [g for g in (250, 600, 2000) if rng.random() < 0.5]
        if banded and rng.random() < banded
        else []
        for region in problem.region_names
    }
    routing = []
    for phase, region in product(problem.phases, problem.region_names):
        for above_g, to_g in pairwise((0, *edges[region], HEAVIEST_G)):
            lanes = [(s, c) for s, r, c in problem.lanes() if r == region and rng.random() < 0.8]
            parts = rng.dirichlet(np.ones(len(lanes))) if lanes else []
            routing += [
                ShareRow(
                    region=region,
                    site=s,
                    contract=c,
                    from_s=phase.from_s,
                    to_s=phase.to_s,
                    share=float(part),
                    above_g=above_g,
                    to_g=to_g,
                )
                for (s, c), part in zip(lanes, parts, strict=True)
            ]
    return tuple(sorted(routing))
