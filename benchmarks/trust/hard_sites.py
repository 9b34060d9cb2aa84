"""Generated sites on which a fluid model is too optimistic.

They have large tours with a long set-up, highly variable work, short shifts, absence and short
promises.
"""

from __future__ import annotations

import numpy as np

from benchmarks.simulation.sites import PROFILE, START
from planner.domain.contracts import Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew

BEGINS = {
    4: (8, 12, 16, 20),
    6: (6, 12, 18),
    8: (6, 14),
}  # hours at which shifts of so many hours begin
COLLECTED = (14, 23)
# of random numbers; the steps of learning were chosen with an eye on seeds 0 to 9, on no others
FAMILY = 13


def hard_site(seed: int) -> Problem:
    """One or two sites for 1,000 to 6,000 orders in two to four days; all else by chance.

    Some have no plan at all.
    """
    rng = np.random.default_rng([FAMILY, seed])
    days = int(rng.integers(2, 5))
    sites = 1 + int(rng.random() < 0.2)
    regions = tuple(
        Region(f"region-{k}", f"Region {k}", 1.0) for k in range(int(rng.integers(1, 4)))
    )
    per_day = float(rng.integers(400, 1000))
    hours = int(rng.choice([4, 6, 8]))
    counts = str(rng.choice(["label", "handover"]))
    places = tuple(_site(rng, f"site-{s}", regions[0].name) for s in range(sites))
    crews = tuple(
        Crew(
            name="own",
            site=s.name,
            temporary=False,
            limit=80,
            wage_minor_per_hour=2600,
            absence=float(rng.choice([0.0, 0.05, 0.1, 0.15])),
        )
        for s in places
    )
    promise_h = (
        float(rng.choice([14, 18, 24])) if counts == "label" else float(rng.choice([24, 36]))
    )
    return Problem(
        name=f"hard site {seed}",
        currency="CNY",
        horizon=Horizon(START, days, HOUR_S, "Asia/Shanghai"),
        seed=seed,
        service=Service(float(rng.choice([0.95, 0.98])), 0.95),
        platform=PlatformRule(
            name="benchmark",
            counts=counts,
            deadline_hours=promise_h,
            share_of_paid=0.05,
            floor_minor=300,
        ),
        regions=regions,
        products=(
            Product(
                name="small",
                label="Small",
                share=0.7,
                weight_g=400.0,
                weight_cv=0.3,
                paid_minor=6000,
                margin_minor=1500,
            ),
            Product(
                name="large",
                label="Large",
                share=0.3,
                weight_g=1500.0,
                weight_cv=0.2,
                work=1.8,
                paid_minor=9000,
                margin_minor=2000,
            ),
        ),
        demand=_demand(rng, days, per_day, len(regions)),
        sites=places,
        shifts=tuple(_shift(begin, hours) for begin in BEGINS[hours]),
        crews=crews,
        contracts=(_courier(regions),),
    )


def _site(rng: np.random.Generator, name: str, region: str) -> Site:
    pick = Process(
        name="pick",
        orders_per_hour=float(rng.integers(20, 40)),
        cv=float(rng.choice([0.5, 1.0, 1.5])),
        stations=int(rng.integers(10, 30)),
        batch_orders=int(rng.choice([1, 8, 16])),
        batch_setup_s=int(rng.integers(120, 600)),
    )
    pack = Process(
        name="pack",
        orders_per_hour=float(rng.integers(15, 30)),
        cv=float(rng.choice([0.5, 1.0, 1.5])),
        stations=30,
    )
    processes = (pick, pack) if rng.random() < 0.6 else (pick,)
    return Site(
        name=name,
        label=name,
        region=region,
        processes=processes,
        collections=tuple(Collection("courier", h * HOUR_S) for h in COLLECTED),
    )


def _shift(begin: int, hours: int) -> Shift:
    """With half an hour's break in the middle."""
    pause = (begin + hours // 2) * HOUR_S
    return Shift(
        f"from {begin}", begin * HOUR_S, (begin + hours) * HOUR_S, ((pause, pause + HOUR_S // 2),)
    )


def _demand(rng: np.random.Generator, days: int, per_day: float, regions: int) -> Demand:
    size = 0.6 * per_day
    at_s = (days // 2) * DAY_S + int(rng.integers(9, 18)) * HOUR_S
    session = Event(
        name="live",
        at_s=at_s,
        median=size,
        p95=float(rng.uniform(1.2, 2.2)) * size,
        ramp_s=1200,
        half_life_s=int(rng.integers(1, 4)) * HOUR_S,
    )
    hourly = np.tile(PROFILE, days) * per_day / sum(PROFILE)
    baseline = Baseline(hourly, float(rng.uniform(0, 0.15)), float(rng.uniform(0, 0.3)))
    return Demand(
        events=(session,),
        region_share=np.full(regions, 1 / regions),
        product_share=np.array([0.7, 0.3]),
        baseline=baseline,
    )


def _courier(regions: tuple[Region, ...]) -> Contract:
    rate = Rate(zone="zone", first_g=1000, first_price_minor=300)
    return Contract(
        name="courier",
        label="Courier",
        tariff=Tariff(zones={("", r.name): "zone" for r in regions}, rates={"zone": rate}),
    )
