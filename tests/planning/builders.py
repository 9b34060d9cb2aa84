"""Small problems built straight from the domain types, and generators of many of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from planner.domain.contracts import Bracket, Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import mean_path
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.events import Event
from planner.domain.horizon import HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew
from planner.planning.options import (
    AggregationOptions,
    PlanningOptions,
    SearchOptions,
    TreeSearchOptions,
)
from tests.builders import with_terms

DAY_SHIFT = Shift("day", 8 * HOUR_S, 16 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),))
LATE_SHIFT = Shift("late", 16 * HOUR_S, 24 * HOUR_S)
# counts are what is expected of them, so that enumeration is exact
EXACT = PlanningOptions(relative_gap=1e-9, accepted_gap=1e-9, count_z=0.0)


def few_families(most: int, options: PlanningOptions | None = None) -> PlanningOptions:
    """Options under which more than so many products are aggregated."""
    search = SearchOptions(aggregation=AggregationOptions(most_families=most))
    return replace(options or PlanningOptions(), search=search)


def as_large(options: PlanningOptions | None = None) -> PlanningOptions:
    """Options under which every model is solved as a large one."""
    search = SearchOptions(tree=TreeSearchOptions(large_columns=0))
    return replace(options or PlanningOptions(), search=search)


def crew(**changes: Any) -> Crew:
    """Five permanent packers at 20.00 an hour."""
    return replace(
        Crew(name="own", site="east", temporary=False, limit=5, wage_minor_per_hour=2_000),
        **changes,
    )


def site(name: str = "east", **changes: Any) -> Site:
    """A site that packs 20 orders an hour and person."""
    return replace(
        Site(
            name=name,
            label=name.title(),
            region="north",
            processes=(Process(name="pack", orders_per_hour=20.0),),
        ),
        **changes,
    )


def problem(days: int = 2, per_hour: float = 10.0, **changes: Any) -> Problem:
    """One site, one region, one shift, the label counts and is due in 24 hours; no courier."""
    made = Problem(
        name="small",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 10), days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule(name="plain", counts="label", deadline_hours=24.0, floor_minor=300),
        regions=(Region("north", "North", 1.0),),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                paid_minor=5_000,
                margin_minor=2_000,
            ),
        ),
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(np.full(days * 24, per_hour)),
        ),
        sites=(site(),),
        shifts=(DAY_SHIFT,),
        crews=(crew(),),
    )
    return replace(made, **changes)


def scenarios(given: Problem, factors: tuple[float, ...] = (1.0,)) -> ScenarioSet:
    """The mean path times each factor, equally likely; the hardest last and just within the
    promise.
    """
    path = mean_path(given.demand, given.horizon).intensity
    count = len(factors)
    return ScenarioSet(
        weight=np.full(count, 1.0 / count),
        intensity=np.array([path * f for f in factors]),
        region_share=given.demand.region_shares()[None],
        product_share=given.demand.product_shares()[None],
        stress_level=np.linspace(0.5, 0.99, count),
    )


def lane_prices(
    given: Problem, prices: dict[tuple[str, str, str], float] | None = None
) -> LaneCosts:
    """Lane prices by (site, region, contract), 300 where nothing is said, 0 without courier; inf
    where no lane is; the same for every weight class.
    """
    columns = max(len(given.contracts), 1)
    classes = len(given.weight_bands)
    mean = np.full(
        (len(given.sites), len(given.regions), columns, classes, given.horizon.days), np.inf
    )
    for place, region, contract in given.lanes():
        i, r = given.site_names.index(place), given.region_names.index(region)
        c = given.contract_names.index(contract) if contract else 0
        usual = 300.0 if contract else 0.0
        mean[i, r, c] = (prices or {}).get((place, region, contract), usual)
    return LaneCosts.plain(mean)


def contract(name: str, regions: tuple[str, ...], **changes: Any) -> Contract:
    """A contract that serves the regions from everywhere (the lane prices of a test decide what it
    costs).
    """
    made = Contract(
        name=name,
        label=name.title(),
        tariff=Tariff(
            zones={("", region): "all" for region in regions},
            rates={"all": Rate(zone="all", brackets=(Bracket(20_000, 300),))},
        ),
    )
    return with_terms(made, **changes)


def courier_problem(**changes: Any) -> Problem:
    """Two regions, one site, two contracts that collect at 16:00 and 23:00; hand-over is due in 24
    hours.
    """
    regions = ("north", "south")
    made = problem(
        days=3,
        platform=PlatformRule(
            name="handed", counts="handover", deadline_hours=24.0, floor_minor=300
        ),
        regions=(Region("north", "North", 0.6), Region("south", "South", 0.4)),
        demand=Demand(
            events=(),
            region_share=np.array([0.6, 0.4]),
            product_share=np.ones(1),
            baseline=Baseline(np.full(72, 10.0)),
        ),
        contracts=(contract("fast", regions), contract("slow", regions)),
        sites=(site(collections=collections("fast", "slow")),),
        shifts=(DAY_SHIFT, LATE_SHIFT),
        crews=(crew(limit=8),),
    )
    return replace(made, **changes)


def collections(*contracts: str, **changes: Any) -> tuple[Collection, ...]:
    """A pick-up of each contract at 16:00 and at 23:00."""
    return tuple(Collection(name, at * HOUR_S, **changes) for name in contracts for at in (16, 23))


def random_problem(number: int, small: bool = False) -> tuple[Problem, LaneCosts]:
    """A problem with two sites, three regions, two contracts, two crews a site, an event and one or
    two processes.

    `small`: one process, one shift and two days, so that the best plan of all is found quickly.
    """
    rng = np.random.default_rng([20261111, number])
    regions = ("north", "south", "west")
    share = rng.dirichlet(np.full(3, 4.0))
    days = 2 if small else int(rng.integers(2, 4))
    processes = (
        Process(name="pick", orders_per_hour=float(rng.integers(25, 50))),
        Process(name="pack", orders_per_hour=float(rng.integers(15, 30))),
    )
    places = tuple(
        site(
            name,
            processes=processes[1 if small else int(rng.integers(0, 2)) :],
            collections=collections(
                "fast", "slow", capacity_parcels=400, extra_cost_minor=20_000, max_extra=1
            ),
            inbound_cost_minor=int(rng.integers(5, 30)),
        )
        for name in ("east", "coast")
    )
    event = Event(
        name="live",
        at_s=int(rng.integers(0, 24)) * HOUR_S,
        median=float(rng.integers(50, 200)),
        p95=400.0,
        ramp_s=HOUR_S,
        half_life_s=2 * HOUR_S,
    )
    made = problem(
        days=days,
        platform=PlatformRule(
            name="handed", counts="handover", deadline_hours=36.0, floor_minor=300
        ),
        regions=tuple(Region(r, r.title(), float(s)) for r, s in zip(regions, share, strict=True)),
        demand=Demand(
            events=(event,),
            region_share=share,
            product_share=np.ones(1),
            baseline=Baseline(np.full(days * 24, float(rng.integers(4, 12)))),
        ),
        contracts=(
            contract("fast", regions, fixed_fee_minor=int(rng.integers(0, 3)) * 5_000),
            contract("slow", regions, allotment_per_day=int(rng.integers(80, 300))),
        ),
        sites=places,
        shifts=(DAY_SHIFT,) if small else (DAY_SHIFT, LATE_SHIFT),
        crews=tuple(
            c
            for name in ("east", "coast")
            for c in (
                crew(site=name, limit=int(rng.integers(3, 7)), max_days_per_week=6),
                crew(
                    name="agency",
                    site=name,
                    temporary=True,
                    limit=12,
                    wage_minor_per_hour=2_300,
                    min_days=2,
                    ramp=(0.7, 1.0),
                    absence=0.05,
                    hire_cost_minor=4_000,
                ),
            )
        ),
    )
    prices = {lane: float(rng.integers(200, 700)) for lane in made.lanes()}
    return made, lane_prices(made, prices)
