"""Problems that have a plan, and the same with one limit drawn too tight: the planted cause must be
found again.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import numpy as np

from planner.domain.demand import Demand
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product
from planner.domain.site import Process
from planner.domain.workforce import Crew
from planner.planning.solution.lp_bound import relaxed_cost
from planner.planning.solution.scenario_generation import plan_joint
from tests.builders import with_terms
from tests.planning.builders import (
    DAY_SHIFT,
    LATE_SHIFT,
    collections,
    contract,
    courier_problem,
    crew,
    lane_prices,
    scenarios,
    site,
)

Key = tuple[str, ...]
Tighten = Callable[[Problem, float], Problem]
FACTORS = (0.9, 1.0)
PLENTY = 20  # times a limit: as good as none


@dataclass(frozen=True)
class Planted:
    """A problem without a plan, because of the limit `key` alone: `sound` is the same with that
    limit as it was.
    """

    key: Key
    sound: Problem
    problem: Problem


def planted(number: int) -> Planted:
    """Problem `number`: the causes take turns; a limit is tightened step by step until there is no
    plan.
    """
    cause = list(CAUSES)[number % len(CAUSES)]
    key, tighten, steps = CAUSES[cause]
    rng = np.random.default_rng([20261111, number])
    sound = sound_problem(rng, no_permanent=cause in ("agency", "notice"))
    assert possible(sound), f"problem {number} has no plan to begin with"
    for size in steps:
        tight = tighten(sound, size)
        if not possible(tight):
            return Planted(key, sound, tight)
    raise AssertionError(f"problem {number}: {cause} can be as tight as it likes")


def planted_pair(number: int) -> tuple[tuple[Key, Key], Problem]:
    """Two limits too tight at once, neither of which can make up for the other, and the problem."""
    pair = PAIRS[number % len(PAIRS)]
    sound = sound_problem(np.random.default_rng([20261111, number]), no_permanent=True)
    tight = sound
    for cause in pair:
        _, tighten, steps = CAUSES[cause]
        tight = tighten(tight, next(size for size in steps if not possible(tighten(sound, size))))
    return (CAUSES[pair[0]][0], CAUSES[pair[1]][0]), tight


def possible(problem: Problem) -> bool:
    """Could there be a plan with fractional headcounts? Where not, there is none."""
    return math.isfinite(relaxed_cost(problem, scenarios(problem, FACTORS), lane_prices(problem)))


def planned(problem: Problem) -> Plan:
    """The joint plan; NoPlanError where there is none."""
    return plan_joint(problem, scenarios(problem, FACTORS), lane_prices(problem), work_units=5)


def sound_problem(rng: np.random.Generator, no_permanent: bool = False) -> Problem:
    """Four days, one site, one or two processes, two shifts, one contract, two crews, an event on
    the second day.
    """
    per_hour = float(rng.integers(16, 30))
    days = 4
    at_s = DAY_S + int(rng.integers(6, 20)) * HOUR_S
    event = Event(
        name="live",
        at_s=at_s,
        median=float(rng.integers(300, 600)),
        p95=600.0,
        ramp_s=HOUR_S,
        half_life_s=2 * HOUR_S,
    )
    share = np.array([0.6, 0.4])
    flat = courier_problem().demand.baseline
    assert flat is not None
    steps = (
        Process(name="pick", orders_per_hour=30.0, stations=40),
        Process(name="pack", orders_per_hour=20.0, stations=40),
    )
    regions = ("north", "south")
    return courier_problem(
        horizon=replace(courier_problem().horizon, days=days),
        planned_on=courier_problem().horizon.start.date() - timedelta(days=10),
        service=Service(0.95, 0.9),
        platform=PlatformRule(
            name="handed", counts="handover", deadline_hours=36.0, floor_minor=300
        ),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                paid_minor=5_000,
                margin_minor=2_000,
                supply_units=50_000,
            ),
        ),
        demand=Demand(
            events=(event,),
            region_share=share,
            product_share=np.ones(1),
            baseline=replace(flat, orders_per_hour=np.full(days * 24, per_hour)),
        ),
        contracts=(contract("fast", regions, allotment_per_day=3_000),),
        sites=(
            site(
                processes=steps[int(rng.integers(0, 2)) :],
                stock_capacity_units=60_000,
                collections=collections(
                    "fast", capacity_parcels=1_500, extra_cost_minor=20_000, max_extra=1
                ),
            ),
        ),
        shifts=(DAY_SHIFT, LATE_SHIFT),
        crews=(
            crew(limit=0 if no_permanent else int(rng.integers(6, 12)), max_days_per_week=7),
            crew(
                name="agency",
                temporary=True,
                limit=60,
                notice_days=7,
                min_days=2,
                hire_cost_minor=4_000,
            ),
        ),
    )


def _crew(problem: Problem, name: str, **changes: Any) -> Problem:
    changed = [replace(c, **changes) if c.name == name else c for c in problem.crews]
    return replace(problem, crews=tuple(changed))


def _only_own(problem: Problem, **changes: Any) -> Problem:
    """No agency; as many people of one's own instead."""
    own: Crew = replace(problem.crews[0], **{"limit": 60, **changes})
    return replace(problem, crews=(own,))


def _site(problem: Problem, **changes: Any) -> Problem:
    return replace(problem, sites=(replace(problem.sites[0], **changes),))


def _stations(problem: Problem, size: float) -> Problem:
    *before, last = problem.sites[0].processes
    return _site(problem, processes=(*before, replace(last, stations=int(size))))


def _collected(problem: Problem, size: float) -> Problem:
    places = tuple(replace(c, capacity_parcels=int(size)) for c in problem.sites[0].collections)
    return _site(problem, collections=places)


def _notice(problem: Problem, size: float) -> Problem:
    return _crew(problem, "agency", notice_days=int(size))


def _supply(problem: Problem, size: float) -> Problem:
    return replace(problem, products=(replace(problem.products[0], supply_units=int(size)),))


COUNTS = (20, 16, 12, 10, 8, 7, 6, 5, 4, 3, 2, 1)
AMOUNTS = (1200, 900, 700, 550, 450, 350, 280, 220, 180, 140, 110, 80, 50, 25, 10)
CAUSES: dict[str, tuple[Key, Tighten, tuple[float, ...]]] = {
    "crew": (("crew", "east", "own"), lambda p, n: _only_own(p, limit=int(n)), COUNTS),
    "agency": (("crew", "east", "agency"), lambda p, n: _crew(p, "agency", limit=int(n)), COUNTS),
    "days": (
        ("days", "east", "own"),
        lambda p, n: _only_own(p, limit=12, max_days_per_week=int(n)),
        (4, 3, 2, 1),
    ),
    "stations": (("stations", "east", "pack"), _stations, COUNTS),
    "collection": (("collection", "east", "fast"), _collected, AMOUNTS),
    "allotment": (
        ("allotment", "fast"),
        lambda p, n: replace(p, contracts=(with_terms(p.contracts[0], allotment_per_day=int(n)),)),
        AMOUNTS,
    ),
    "supply": (("supply", "box"), _supply, tuple(4 * a for a in AMOUNTS)),
    "space": (
        ("space", "east"),
        lambda p, n: _site(p, stock_capacity_units=int(n)),
        tuple(4 * a for a in AMOUNTS),
    ),
    "promise": (
        ("service",),
        lambda p, n: replace(p, platform=replace(p.platform, deadline_hours=n)),
        (30.0, 24.0, 18.0, 12.0, 8.0, 5.0, 3.0),
    ),
    "notice": (("notice", "east", "agency"), _notice, (11, 12, 13, 14)),
}


PAIRS = (
    ("agency", "supply"),
    ("stations", "space"),
    ("collection", "supply"),
    ("allotment", "space"),
)


def without(problem: Problem, keys: set[Key]) -> Problem:
    """The problem with the limits of some keys as good as gone: done to the problem, not to the
    program.
    """
    for key in sorted(keys):
        problem = LIFT[key[0]](problem, key)
    return problem


def _lift_crew(problem: Problem, key: Key) -> Problem:
    return _crew(problem, key[2], limit=PLENTY * max(problem.crew(key[1], key[2]).limit, 5))


def _lift_stations(problem: Problem, key: Key) -> Problem:
    steps = [
        replace(p, stations=10**6) if p.name == key[2] else p for p in problem.sites[0].processes
    ]
    return _site(problem, processes=tuple(steps))


def _lift_collection(problem: Problem, key: Key) -> Problem:
    clock = int(key[3][:2]) * HOUR_S + int(key[3][3:]) * 60
    places = [
        replace(c, capacity_parcels=10**5) if c.at_s == clock else c
        for c in problem.sites[0].collections
    ]
    return _site(problem, collections=tuple(places))


LIFT: dict[str, Callable[[Problem, Key], Problem]] = {
    "crew": _lift_crew,
    "days": lambda p, key: _crew(p, key[2], max_days_per_week=7),
    "stations": _lift_stations,
    "collection": _lift_collection,
    "allotment": lambda p, _: replace(
        p, contracts=(with_terms(p.contracts[0], allotment_per_day=10**5),)
    ),
    "supply": lambda p, _: _supply(p, 10**6),
    "space": lambda p, _: _site(p, stock_capacity_units=None),
    "service": lambda p, _: replace(p, platform=replace(p.platform, deadline_hours=120.0)),
    "notice": lambda p, key: _crew(p, key[2], notice_days=0),
}
