"""Small problems and a full-sized one, built straight from the domain types."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np

from planner.domain.carriers import Bracket, Contract, Rate
from planner.domain.demand import Baseline, Demand, Event, draw_path
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.scenarios import LaneCosts, ScenarioSet
from planner.domain.site import Collection, Process, Site
from planner.domain.streams import PLANNING, Streams
from planner.domain.workforce import Crew

DAY_SHIFT = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
LATE_SHIFT = Shift("late", 16 * HOUR_S, 24 * HOUR_S)


def small_crew(**changes: object) -> Crew:
    """Five permanent packers at 20.00 an hour."""
    crew = Crew(name="own", site="east", temporary=False, limit=5, wage_minor_per_hour=2_000)
    return replace(crew, **changes)  # type: ignore[arg-type]


def small_problem(days: int = 2, per_hour: float = 10.0, **changes: object) -> Problem:
    """One site that packs 20 orders an hour and person, one region, one shift, label by 24 h; no courier."""
    problem = Problem(
        name="small",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 10), days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule("plain", counts="label", deadline_hours=24.0),
        regions=(Region("north", "North", 1.0),),
        products=(Product("box", "Box", 1.0, weight_g=500.0, paid_minor=5_000, margin_minor=2_000),),
        demand=Demand((), np.ones(1), np.ones(1), Baseline(np.full(days * 24, per_hour))),
        sites=(Site("east", "East", "north", (Process("pack", 20.0),)),),
        shifts=(DAY_SHIFT,),
        crews=(small_crew(),),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]


def one_scenario(problem: Problem, factor: float = 1.0) -> ScenarioSet:
    """The mean path, times a factor, as the only scenario."""
    return scenarios_of(problem, [factor])


def scenarios_of(problem: Problem, factors: list[float], mean: bool = True) -> ScenarioSet:
    """The mean path times each factor, equally likely, hardest last."""
    from planner.domain.demand import mean_path

    path = mean_path(problem.demand, problem.horizon).intensity
    count = len(factors)
    return ScenarioSet(
        weight=np.full(count, 1.0 / count),
        intensity=np.array([path * f for f in factors]),
        region_share=problem.demand.region_shares(),
        product_share=problem.demand.product_shares(),
        stress_level=(np.arange(count) + 0.5) / count,
    )


def free_lanes(problem: Problem, prices: dict[tuple[str, str, str], float] | None = None) -> LaneCosts:
    """Lane prices by (site, region, contract); zero without contracts, inf where nothing is named."""
    columns = max(len(problem.contracts), 1)
    mean = np.full((len(problem.sites), len(problem.regions), columns, problem.horizon.days), np.inf)
    for site, region, contract in problem.lanes():
        i, r = problem.site_names.index(site), problem.region_names.index(region)
        c = problem.contract_names.index(contract) if contract else 0
        mean[i, r, c] = (prices or {}).get((site, region, contract), 0.0)
    return LaneCosts(mean)


def flat_contract(name: str, problem_regions: tuple[str, ...], **changes: object) -> Contract:
    """A contract that serves the regions from everywhere at one price (the lane costs decide the real one)."""
    contract = Contract(
        name=name,
        label=name.title(),
        zones={("", region): "all" for region in problem_regions},
        rates={"all": Rate("all", (Bracket(20_000, 300),))},
    )
    return replace(contract, **changes)  # type: ignore[arg-type]


def full_problem() -> Problem:
    """Two sites, 31 regions, 5 contracts, 9 days, 2 processes, a live session of uncertain size."""
    rng = np.random.default_rng(5)
    days, regions = 9, tuple(f"r{n:02d}" for n in range(31))
    share = rng.dirichlet(np.full(31, 3.0))
    contracts = tuple(
        flat_contract(
            f"c{n}",
            regions,
            allotment_per_day=(None, 60_000, None, 30_000, 45_000)[n],
            fixed_fee_minor=(0, 0, 200_000, 0, 100_000)[n],
            commitment_parcels=(0, 80_000, 0, 0, 0)[n],
            shortfall_minor=(0, 50, 0, 0, 0)[n],
            scan_delay_median_s=(2 + n) * HOUR_S // 2,
            scan_delay_p95_s=(3 + n) * HOUR_S,
        )
        for n in range(5)
    )
    hour = 1.0 + 0.8 * np.sin((np.arange(24) - 9) / 24 * 2 * np.pi)
    baseline = Baseline(np.tile(hour * 15_000 / hour.sum(), days), day_cv=0.1, hour_cv=0.1)
    events = (
        Event("live", 3 * DAY_S + 20 * HOUR_S, 40_000, 90_000, HOUR_S, 2 * HOUR_S, 0.2),
        Event("opening", 4 * DAY_S, 30_000, 50_000, 600, 3 * HOUR_S, 0.1, tuple(rng.dirichlet(np.full(31, 3.0)))),
    )
    return Problem(
        name="full",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 7), days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule("kuaishou", counts="first_scan", deadline_hours=48.0, floor_minor=300),
        regions=tuple(Region(r, r, float(s)) for r, s in zip(regions, share, strict=True)),
        products=tuple(
            Product(f"k{n}", f"k{n}", 0.25, 800.0, work=0.8 + 0.1 * n, paid_minor=6_000, margin_minor=1_500)
            for n in range(4)
        ),
        demand=Demand(events, share, np.full(4, 0.25), baseline),
        sites=tuple(_full_site(name) for name in ("yiwu", "chengdu")),
        shifts=(
            Shift("early", 7 * HOUR_S, 15 * HOUR_S + 1800, ((11 * HOUR_S, 11 * HOUR_S + 1800),)),
            Shift("evening", 15 * HOUR_S, 23 * HOUR_S + 1800, ((18 * HOUR_S, 18 * HOUR_S + 1800),)),
            Shift("night", 23 * HOUR_S, 31 * HOUR_S + 1800, ((27 * HOUR_S, 27 * HOUR_S + 1800),)),
        ),
        crews=tuple(crew for name in ("yiwu", "chengdu") for crew in _full_crews(name)),
        contracts=contracts,
        planned_on=date(2026, 11, 1),
    )


def _full_site(name: str) -> Site:
    collections = tuple(
        Collection(f"c{n}", at * HOUR_S, 12_000, 60_000, 3) for n in range(5) for at in (12, 17 + n % 2, 22)
    )
    return Site(
        name,
        name,
        "r00",
        (Process("pick", 70.0, 0.3, stations=150), Process("pack", 45.0, 0.3, stations=200)),
        collections=collections,
        stock_capacity_units=300_000,
        inbound_cost_minor=20,
    )


def _full_crews(site: str) -> tuple[Crew, ...]:
    return (
        Crew("own", site, False, 60, 2_500, absence=0.03, max_days_per_week=6),
        Crew("agency", site, True, 250, 2_800, notice_days=3, min_days=3, ramp=(0.6, 0.8, 1.0), absence=0.06,
             hire_cost_minor=10_000),
    )


def full_lanes(problem: Problem) -> LaneCosts:
    """Random mean prices between 2.50 and 9.00."""
    rng = np.random.default_rng(6)
    shape = (len(problem.sites), len(problem.regions), len(problem.contracts), 1)
    return LaneCosts(np.repeat(rng.uniform(250, 900, shape), problem.horizon.days, axis=3))


def full_scenarios(problem: Problem, count: int = 12, sampled: int = 240) -> ScenarioSet:
    """Sampled paths in order of their total demand; one of each stratum stands for it."""
    paths = [draw_path(problem.demand, problem.horizon, Streams(1, PLANNING, n)).intensity for n in range(sampled)]
    paths.sort(key=lambda p: float(p.sum()))
    stride = sampled // count
    chosen = [stride * n + stride // 2 for n in range(count)]
    return ScenarioSet(
        weight=np.full(count, 1.0 / count),
        intensity=np.array([paths[n] for n in chosen]),
        region_share=problem.demand.region_shares(),
        product_share=problem.demand.product_shares(),
        stress_level=(np.array(chosen) + 1.0) / sampled,
    )
