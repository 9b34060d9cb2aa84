"""Planning time against days, sites and sampled scenarios, one at a time.

A promotion with eight regions, three contracts and one live session, planned by the joint model.
`solver` is the time inside the solver's library; everything else (building the program, holding
plans against all scenarios, reading the plan) is `model`. The slope is that of the least-squares
line through log size and log seconds.

    python benchmarks/planning/scaling.py [--days D ...] [--sites S ...] [--scenarios N ...]
        [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT

REGIONS = 8
PER_DAY = 3000  # orders of an ordinary day
PRICES = {"fast": 420, "cheap": 300, "post": 350}
AXES = ("days", "sites", "scenarios")


@dataclass(frozen=True)
class Size:
    days: int = 7
    sites: int = 2
    scenarios: int = 12


def promotion(size: Size) -> Problem:
    """The sites share the orders; each could take most of them, at a price."""
    regions = tuple(Region(f"region-{r}", f"Region {r}", 1 / REGIONS) for r in range(REGIONS))
    contracts = tuple(
        Contract(
            name=name,
            label=name,
            tariff=Tariff(
                zones={("", r.name): f"zone-{k % 3}" for k, r in enumerate(regions)},
                rates={
                    f"zone-{z}": Rate(
                        zone=f"zone-{z}", first_g=1000, first_price_minor=price + 60 * z
                    )
                    for z in range(3)
                },
            ),
            commitment=Commitment(fixed_fee_minor=20_000),
        )
        for name, price in PRICES.items()
    )
    sites = tuple(
        _site(f"site-{s}", regions[s % REGIONS].name, 0.9 * PER_DAY) for s in range(size.sites)
    )
    session = Event(
        name="live session",
        at_s=(size.days // 2) * DAY_S + 20 * HOUR_S,
        median=1.5 * PER_DAY,
        p95=3 * PER_DAY,
        ramp_s=1200,
        half_life_s=7200,
    )
    return Problem(
        name="a promotion",
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
            events=(session,),
            region_share=np.full(REGIONS, 1 / REGIONS),
            product_share=np.ones(1),
            baseline=_baseline(size.days),
        ),
        sites=sites,
        shifts=(
            Shift("day", 8 * HOUR_S, 17 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),)),
            Shift("night", 17 * HOUR_S, 26 * HOUR_S, ((21 * HOUR_S, 22 * HOUR_S),)),
        ),
        crews=tuple(crew for site in sites for crew in _crews(site.name)),
        contracts=contracts,
    )


def _baseline(days: int) -> Baseline:
    return Baseline(np.tile(PROFILE, days) * PER_DAY / sum(PROFILE), day_cv=0.1, hour_cv=0.1)


def _site(name: str, region: str, per_day: float) -> Site:
    processes = (
        Process(name="pick", orders_per_hour=60, cv=0.5, stations=80),
        Process(name="pack", orders_per_hour=45, cv=0.5, stations=80),
    )
    collections = tuple(
        Collection(contract, (at + k) * HOUR_S, int(per_day), 30_000, 3)
        for k, contract in enumerate(PRICES)
        for at in (12, 18, 22)
    )
    return Site(
        name=name,
        label=name,
        region=region,
        processes=processes,
        opening=(8 * HOUR_S, 26 * HOUR_S),
        collections=collections,
    )


def _crews(site: str) -> tuple[Crew, Crew]:
    own = Crew(
        name="permanent",
        site=site,
        temporary=False,
        limit=15,
        wage_minor_per_hour=2600,
        absence=0.02,
        max_days_per_week=6,
    )
    ramp = (0.6, 0.75, 0.9, 1.0)
    return own, Crew(
        name="agency",
        site=site,
        temporary=True,
        limit=150,
        wage_minor_per_hour=2400,
        overtime_factor=1.5,
        regular_hours=8.0,
        notice_days=7,
        min_days=3,
        ramp=ramp,
        absence=0.06,
        hire_cost_minor=15_000,
    )


def measure_one(size: Size) -> dict[str, Any]:
    """Seconds of planning one promotion, by solver and model.

    Sampling its scenarios is not part of it.
    """
    problem = promotion(size)
    scenarios, costs = (
        sample_scenarios(problem, problem.seed, size.scenarios, DEFAULT.sampling.sampled_paths),
        lane_costs(problem, 1),
    )
    with stdout_kept_clean(), clock_on_the_solver() as solver:
        began = time.perf_counter()
        plan = plan_joint(problem, scenarios, costs)
        seconds = time.perf_counter() - began
    return {
        "days": size.days,
        "sites": size.sites,
        "scenarios": size.scenarios,
        "status": plan.status,
        "gap": plan.model_gap,
        "seconds": round(seconds, 3),
        "solver": round(seconds_in(solver), 3),
        "model": round(seconds - seconds_in(solver), 3),
        "solver_calls": len(solver),
    }


def measure(axes: dict[str, Sequence[int]]) -> dict[str, Any]:
    """Every size once, and the slope along each axis."""
    sizes = {
        axis: [replace(Size(), **{axis: value}) for value in values]
        for axis, values in axes.items()
    }
    found = {
        size: measure_one(size)
        for size in dict.fromkeys(s for along in sizes.values() for s in along)
    }
    slopes = {
        axis: {
            what: round(
                slope([getattr(s, axis) for s in along], [found[s][what] for s in along]), 2
            )
            for what in ("seconds", "solver", "model")
        }
        for axis, along in sizes.items()
        if len(along) > 1
    }
    rows = list(found.values())
    return {"sizes": rows, "slopes": slopes, "model_to_solver": round(_share(rows), 3)}


def _share(rows: Sequence[dict[str, Any]]) -> float:
    return float(sum(row["model"] for row in rows) / sum(row["solver"] for row in rows))


def report(found: dict[str, Any]) -> str:
    """The figures as text."""
    rows = [
        (
            *(row[axis] for axis in AXES),
            f"{row['seconds']:.1f}",
            f"{row['solver']:.1f}",
            f"{row['model']:.1f}",
            row["status"] if row["gap"] is None else f"{100 * row['gap']:.2f} %",
        )
        for row in found["sizes"]
    ]
    slopes = ", ".join(f"{by['seconds']:.2f} by {axis}" for axis, by in found["slopes"].items())
    return "\n".join(
        [
            table((*AXES, "seconds", "solver", "model", "gap"), rows),
            "",
            (
                f"Slopes of the seconds: {slopes}. Model over solver: "
                f"{figure(found['model_to_solver'])}."
            ),
        ]
    )


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, nargs="*", default=(4, 7, 14))
    parser.add_argument("--sites", type=int, nargs="*", default=(1, 2, 4))
    parser.add_argument("--scenarios", type=int, nargs="*", default=(6, 12, 24))
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    found = measure({axis: getattr(asked, axis) for axis in AXES})
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
