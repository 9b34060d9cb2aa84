"""One large promotion, planned jointly as by `planner plan`: gap and time.

Five sites and 34 regions lie in a square; twelve contracts have a price for distance, some with a
fee, a daily allotment, a commitment or volume tiers; three processes, two shifts, people of one's
own and of agencies, fourteen days with an opening and a live session, thirty sampled scenarios.
Time against size: one axis at a time, the others as in the smaller base case.

    python benchmarks/planning/large_promotion.py [--quick] [--skip-axes] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import (
    clock_on_the_solver,
    figure,
    seconds_in,
    slope,
    stdout_kept_clean,
    table,
)
from benchmarks.simulation.sites import PROFILE, START
from planner.domain.arrays import Floats
from planner.domain.charges import Tier, TieredDiscount, VolumeTerms
from planner.domain.contracts import Commitment, Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT

PER_DAY = 4000  # orders of an ordinary day, for each site: some 25 people
RATES = {"pick": 60, "check": 120, "pack": 45}
SPAN = 100.0  # regions and sites lie in a square so wide
AXES: dict[str, Sequence[int]] = {"days": (4, 7, 14), "scenarios": (6, 12, 30), "sites": (1, 2, 5)}


@dataclass(frozen=True)
class Size:
    sites: int = 2
    regions: int = 12
    contracts: int = 4
    days: int = 4
    scenarios: int = 6


LARGE = Size(sites=5, regions=34, contracts=12, days=14, scenarios=30)
SMALL = Size(sites=2, regions=6, contracts=3, days=3, scenarios=4)


def promotion(size: Size) -> Problem:
    """Every site could take a good part of the orders; distance and wages say which it gets."""
    rng = np.random.default_rng([7, size.sites, size.regions, size.contracts])
    share = rng.dirichlet(np.full(size.regions, 3.0))
    regions = tuple(
        Region(f"region-{r}", f"Region {r}", float(share[r])) for r in range(size.regions)
    )
    places = rng.uniform(0.0, SPAN, (size.regions, 2))
    sites = tuple(_site(f"site-{s}", regions[s].name, size) for s in range(size.sites))
    away = np.linalg.norm(places[: size.sites, None] - places, axis=2)
    total = PER_DAY * size.sites
    events = (
        Event(
            name="opening",
            at_s=DAY_S + 20 * HOUR_S,
            median=1.0 * total,
            p95=1.8 * total,
            ramp_s=1200,
            half_life_s=3 * HOUR_S,
        ),
        Event(
            name="live session",
            at_s=(size.days // 2 + 1) * DAY_S + 20 * HOUR_S,
            median=0.7 * total,
            p95=1.4 * total,
            ramp_s=1200,
            half_life_s=2 * HOUR_S,
        ),
    )
    baseline = Baseline(np.tile(PROFILE, size.days) * total / sum(PROFILE), day_cv=0.1, hour_cv=0.1)
    return Problem(
        name="a large promotion",
        currency="CNY",
        horizon=Horizon(START, size.days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule(
            name="benchmark",
            counts="handover",
            deadline_hours=48.0,
            share_of_paid=0.05,
            floor_minor=300,
        ),
        regions=regions,
        products=(
            Product(
                name="parcel",
                label="Parcel",
                share=1.0,
                weight_g=500.0,
                paid_minor=8000,
                margin_minor=1000,
            ),
        ),
        demand=Demand(
            events=events, region_share=share, product_share=np.ones(1), baseline=baseline
        ),
        sites=sites,
        shifts=(
            Shift("day", 8 * HOUR_S, 17 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),)),
            Shift("night", 17 * HOUR_S, 26 * HOUR_S, ((21 * HOUR_S, 22 * HOUR_S),)),
        ),
        crews=tuple(
            crew for n, site in enumerate(sites) for crew in _crews(site.name, 1.0 + 0.04 * n)
        ),
        contracts=tuple(_contract(c, sites, regions, away, size) for c in range(size.contracts)),
    )


def _site(name: str, region: str, size: Size) -> Site:
    processes = tuple(
        Process(name=process, orders_per_hour=rate, cv=0.5, stations=60)
        for process, rate in RATES.items()
    )
    collections = tuple(
        Collection(f"contract-{c}", (at + c % 4) * HOUR_S, PER_DAY, 30_000, 2)
        for c in range(size.contracts)
        for at in (12, 20)
    )
    return Site(
        name=name,
        label=name,
        region=region,
        processes=processes,
        opening=(8 * HOUR_S, 26 * HOUR_S),
        collections=collections,
    )


def _crews(site: str, wages: float) -> tuple[Crew, Crew]:
    own = Crew(
        name="permanent",
        site=site,
        temporary=False,
        limit=20,
        wage_minor_per_hour=round(2600 * wages),
        absence=0.02,
        max_days_per_week=6,
    )
    ramp = (0.6, 0.75, 0.9, 1.0)
    return own, Crew(
        name="agency",
        site=site,
        temporary=True,
        limit=150,
        wage_minor_per_hour=round(2400 * wages),
        overtime_factor=1.5,
        regular_hours=8.0,
        notice_days=7,
        min_days=3,
        ramp=ramp,
        absence=0.06,
        hire_cost_minor=15_000,
    )


def _contract(
    c: int, sites: Sequence[Site], regions: Sequence[Region], away: Floats, size: Size
) -> Contract:
    """Near or far, each contract has its strength; every zone is a step of distance."""
    zone = np.minimum(away // 15, 6).astype(int)
    rates = {
        f"{z}": Rate(zone=f"{z}", first_g=1000, first_price_minor=260 + 12 * c + (50 - 3 * c) * z)
        for z in range(7)
    }
    total = PER_DAY * size.sites * size.days
    tiers = (Tier(total // 10, 0.03), Tier(total // 5, 0.06))
    return Contract(
        name=f"contract-{c}",
        label=f"Contract {c}",
        tariff=Tariff(
            zones={
                (s.name, r.name): f"{zone[i, k]}"
                for i, s in enumerate(sites)
                for k, r in enumerate(regions)
            },
            rates=rates,
        ),
        commitment=Commitment(
            fixed_fee_minor=50_000 if c % 2 else 0,
            allotment_per_day=None if c % 3 else 2 * PER_DAY * size.sites // 5,
            parcels=total // 20 if c % 4 == 1 else 0,
            shortfall_minor=100 if c % 4 == 1 else 0,
        ),
        volume=VolumeTerms(discount=TieredDiscount(tiers) if c % 6 == 2 else None),
    )


def measure_one(size: Size) -> dict[str, Any]:
    """Seconds of planning one promotion, by the solver and the rest.

    Sampling its scenarios is not part of it.
    """
    problem = promotion(size)
    scenarios, costs = (
        sample_scenarios(problem, problem.seed, size.scenarios, DEFAULT.sampling.sampled_paths),
        lane_costs(problem, 1),
    )
    with stdout_kept_clean(), clock_on_the_solver() as solver:
        began, worked = time.perf_counter(), time.process_time()
        plan = plan_joint(problem, scenarios, costs)
        seconds, processor = time.perf_counter() - began, time.process_time() - worked
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=costs,
        options=PlanningOptions(),
        active=tuple(range(len(scenarios.weight))),
    )
    arrays = build(whole).milp.arrays()
    return {
        **asdict(size),
        "rows": arrays.matrix.shape[0],
        "columns": arrays.matrix.shape[1],
        "whole_numbers": int(arrays.integer.sum()),
        "nonzeros": int(arrays.matrix.nnz),
        "people": round(sum(row.headcount for row in plan.staffing) / size.days),
        "objective": plan.objective,
        "bound": plan.model_bound,
        "gap": plan.model_gap,
        "status": plan.status,
        "seconds": round(seconds, 3),
        "processor_s": round(processor, 3),
        "solver": round(seconds_in(solver), 3),
        "building": round(seconds - seconds_in(solver), 3),
        "solver_calls": len(solver),
    }


def measure(size: Size, base: Size, axes: dict[str, Sequence[int]]) -> dict[str, Any]:
    """The requested size, every step along each axis from the base, and the slopes.

    Parameters
    ----------
    size : Size
        The requested size.
    base : Size
        Size from which the axes start.
    axes : dict[str, Sequence[int]]
        Values along each axis.

    Returns
    -------
    dict[str, Any]
        Figures by name.
    """
    large = measure_one(size)
    along = {
        axis: [replace(base, **{axis: value}) for value in values] for axis, values in axes.items()
    }
    found = {
        each: measure_one(each)
        for each in dict.fromkeys([s for sizes in along.values() for s in sizes])
    }
    slopes = {
        axis: round(
            slope([getattr(s, axis) for s in sizes], [found[s]["seconds"] for s in sizes]), 2
        )
        for axis, sizes in along.items()
    }
    return {"large": large, "sizes": list(found.values()), "slopes": slopes}


def report(found: dict[str, Any]) -> str:
    """The figures as text."""
    large = found["large"]
    lines = [
        f"{large['sites']} sites, {large['regions']} regions, {large['contracts']} contracts, "
        f"{large['days']} days, "
        f"{len(RATES)} processes, {large['scenarios']} scenarios, {large['people']} people a day.",
        f"{large['columns']:,} columns ({large['whole_numbers']:,} whole), {large['rows']:,} rows, "
        f"{large['nonzeros']:,} nonzeros with every scenario.",
        f"Objective {large['objective']:,}, bound {large['bound']:,}: gap "
        f"{100 * large['gap']:.2f} % "
        f"({large['status']}). {large['seconds']:.0f} s (processor {large['processor_s']:.0f} s): "
        "solving "
        f"{large['solver']:.0f} s in {large['solver_calls']} calls, building "
        f"{large['building']:.0f} s "
        f"({figure(large['building'] / large['solver'])} of solving).",
    ]
    if not found["sizes"]:
        return "\n".join(lines)
    rows = [
        (
            *(row[axis] for axis in AXES),
            f"{row['columns']:,}",
            *(f"{row[what]:.1f}" for what in ("seconds", "solver", "building")),
            f"{100 * row['gap']:.2f} %",
        )
        for row in found["sizes"]
    ]
    slopes = ", ".join(f"{by:.2f} by {axis}" for axis, by in found["slopes"].items())
    head = (*AXES, "columns", "seconds", "solver", "building", "gap")
    return "\n".join([*lines, "", table(head, rows), "", f"Slopes of the seconds: {slopes}."])


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a small promotion and short axes")
    parser.add_argument("--skip-axes", action="store_true", help="the one size alone")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    axes = {axis: values[:2] if asked.quick else values for axis, values in AXES.items()}
    chosen, base = (SMALL, SMALL) if asked.quick else (LARGE, Size())
    found = measure(chosen, base, {} if asked.skip_axes else axes)
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
