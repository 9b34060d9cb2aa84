"""Small problems and synthetic histories with known parameters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand import Baseline, Demand
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.order_history import History
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Process, Site
from planner.domain.workforce import Crew
from planner.forecasting.daily_series import day_number

MONDAY = datetime(2026, 11, 2)
DAY_SHAPE = np.array([1.0] * 8 + [4.0] * 14 + [2.0] * 2) / 68.0


def horizon(start: datetime = MONDAY, days: int = 4) -> Horizon:
    return Horizon(start, days, HOUR_S, "Asia/Shanghai")


def event(name: str = "opening", **changes: Any) -> Event:
    values = {
        "at_s": DAY_S,
        "median": 500.0,
        "p95": 1500.0,
        "ramp_s": HOUR_S,
        "half_life_s": 3 * HOUR_S,
    }
    return Event(name=name, **(values | changes))


def problem(
    per_hour: float = 10.0,
    events: tuple[Event, ...] = (),
    days: int = 4,
    given: Floats | None = None,
    **spread: float,
) -> Problem:
    """Two regions (three quarters, one quarter), one product, a flat baseline."""
    demand = Demand(
        events=events,
        region_share=np.array([0.75, 0.25]),
        product_share=np.ones(1),
        baseline=None if given is not None else Baseline(np.full(days * 24, per_hour), **spread),
        given=None if given is None else GivenDemand(given),
    )
    return Problem(
        name="small",
        currency="CNY",
        horizon=horizon(days=days),
        seed=1,
        service=Service(0.95, 0.9),
        platform=PlatformRule(name="label", counts="label"),
        regions=(Region("east", "East", 0.75), Region("west", "West", 0.25)),
        products=(Product(name="goods", label="Goods", share=1.0, weight_g=500.0),),
        demand=demand,
        sites=(
            Site(
                name="hall",
                label="Hall",
                region="east",
                processes=(Process(name="pack", orders_per_hour=60.0),),
            ),
        ),
        shifts=(Shift("day", 0, DAY_S),),
        crews=(
            Crew(name="people", site="hall", temporary=False, limit=5, wage_minor_per_hour=2000),
        ),
    )


def history(
    daily: Floats,
    start: datetime,
    seed: int = 3,
    day_cv: float = 0.0,
    shape: Floats = DAY_SHAPE,
    regions: int = 2,
) -> History:
    """Poisson counts around `daily` orders per day, spread over the hours by `shape`, the same in
    all regions.
    """
    rng = np.random.default_rng(seed)
    effect = rng.gamma(1 / day_cv**2, day_cv**2, len(daily)) if day_cv else np.ones(len(daily))
    rate = (daily * effect)[:, None] * shape
    counts = rng.poisson(np.repeat(rate.reshape(-1, 1) / regions, regions, axis=1))
    return History(start_hour=24 * day_number(start), counts=counts)
