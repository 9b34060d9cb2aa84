"""Generated deterministic staffing problems, and their optimum by another formulation in scipy.

Orders come in a few stated hours, every task takes the same whole seconds, and nobody works while
orders fall due: the fluid of each hour is then what the simulation plays. The formulation knows
nothing of `planner.planning`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from benchmarks.planning.milp import Linear
from planner.domain.contracts import Contract, Rate, Tariff
from planner.domain.demand import Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),))
OVERTIME = Shift("day+", 8 * HOUR_S, 18 * HOUR_S, ((12 * HOUR_S, 13 * HOUR_S),), extends="day")
LATE = Shift("late", 16 * HOUR_S, 24 * HOUR_S)
CLOSED = {
    True: (0, 1, 2, 3, 4, 5, 6, 7, 12),
    False: (0, 1, 2, 3, 4, 5, 6, 7, 12, 18, 19, 20, 21, 22, 23),
}
PRICE = 100  # minor units of every parcel, whoever ships it


def staff_problem(number: int) -> Problem:
    """A generated problem of staffing.

    One or two sites, each with its own region; permanent people, temporaries, overtime, one or two
    processes.
    """
    rng = np.random.default_rng([31, number])
    days, sites = int(rng.integers(1, 3)), int(rng.integers(1, 3))
    late, overtime = bool(rng.random() < 0.4), bool(rng.random() < 0.6)
    names = ("east", "west")[:sites]
    orders, deadline = _orders(rng, days, sites, CLOSED[late])
    processes = (
        (Process(name="pick", orders_per_hour=3600.0 / int(rng.choice([120, 180, 240]))),)
        if rng.random() < 0.3
        else ()
    )
    processes = (
        *processes,
        Process(name="pack", orders_per_hour=3600.0 / int(rng.choice([180, 240, 300, 360, 600]))),
    )
    share = float(rng.choice([0.39, 0.6, 0.8, 0.9, 0.95, 0.98]))
    return Problem(
        name=f"staff {number}",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days + 2, HOUR_S, "Asia/Shanghai"),
        seed=number,
        service=Service(share, 0.9),
        platform=PlatformRule(
            name="plain",
            counts="label",
            deadline_hours=float(deadline),
            floor_minor=int(rng.choice([0, 0, 50])),
        ),
        regions=tuple(Region(n, n, 1.0 / sites) for n in names),
        products=(
            Product(
                name="box",
                label="Box",
                share=1.0,
                weight_g=500.0,
                paid_minor=0,
                margin_minor=100_000,
            ),
        ),
        demand=Demand(
            events=(),
            region_share=np.full(sites, 1.0 / sites),
            product_share=np.ones(1),
            given=GivenDemand(orders[None, ..., None]),
        ),
        sites=tuple(
            Site(
                name=n,
                label=n,
                region=n,
                processes=processes,
                collections=(Collection(f"by {n}", 20 * HOUR_S),) if sites > 1 else (),
            )
            for n in names
        ),
        contracts=tuple(
            Contract(
                name=f"by {n}",
                label=n,
                tariff=Tariff(
                    zones={("", n): "z"},
                    rates={"z": Rate(zone="z", first_g=10**6, first_price_minor=PRICE)},
                ),
            )
            for n in (names if sites > 1 else ())
        ),
        shifts=(DAY, *((OVERTIME,) if overtime else ()), *((LATE,) if late else ())),
        crews=tuple(c for n in names for c in _crews(rng, n, overtime)),
    )


def _orders(
    rng: np.random.Generator, days: int, sites: int, closed: tuple[int, ...]
) -> tuple[np.ndarray, int]:
    """Orders [hour, region], and hours to the deadline so that all is due while nobody works."""
    while True:
        deadline = int(rng.choice([8, 10, 12, 16, 20, 24, 30, 36]))
        hours = [h for h in range(24) if (h + deadline) % 24 in closed]
        chosen = rng.choice(hours, size=min(int(rng.integers(1, 4)), len(hours)), replace=False)
        orders = np.zeros(((days + 2) * 24, sites))
        for day in range(days):
            for hour in chosen:
                if day * 24 + hour + deadline + 1 < (days + 2) * 24 and rng.random() < 0.8:
                    orders[day * 24 + hour] = rng.integers(4, 30, size=sites) * 10
        if orders.any(axis=0).all():
            return orders, deadline


def _crews(rng: np.random.Generator, site: str, overtime: bool) -> list[Crew]:
    wage = int(rng.choice([1500, 2000, 2500]))
    own = Crew(
        name="own",
        site=site,
        temporary=False,
        limit=int(rng.integers(2, 7)),
        wage_minor_per_hour=wage,
        extended=("day+",) * overtime,
        min_rest_hours=0.0,
    )
    agency = Crew(
        name="agency",
        site=site,
        temporary=True,
        limit=60,
        wage_minor_per_hour=wage + int(rng.choice([200, 500])),
        min_days=int(rng.integers(1, 3)),
        hire_cost_minor=int(rng.choice([0, 1000, 5000])),
        min_rest_hours=0.0,
    )
    return [own, agency]


def staff_optimum(problem: Problem) -> float | None:
    """Minor units of the cheapest plan that meets the service level."""
    milp = Linear()
    hours = problem.horizon.days * 24
    late = []
    given = problem.demand.given
    assert given is not None
    total = given.orders.sum()
    for r, site in enumerate(problem.sites):
        orders = given.orders[0, :, r, 0]
        people = _people(milp, problem, site.name)
        before: list[dict[int, float]] | None = None
        idle_s = 0.0  # people of a later process wait for the first task of a shift
        for process in site.processes:
            done = [milp.add() for _ in range(hours)]
            for hour in range(hours):
                room = {
                    column: _seconds(problem, shift, day, hour, idle_s) / process.mean_s
                    for (name, shift, day), columns in people.items()
                    if name == process.name
                    for column in columns
                }
                grown = {done[hour]: 1.0} | ({done[hour - 1]: -1.0} if hour else {})
                milp.at_most({**grown, **{c: -n for c, n in room.items() if n}}, 0.0)
                milp.at_most({k: -v for k, v in grown.items()}, 0.0)
                if before is None:
                    milp.at_most({done[hour]: 1.0}, float(orders[: hour + 1].sum()))
                else:
                    milp.at_most({done[hour]: 1.0, **before[hour]}, 0.0)
            before = [{column: -1.0} for column in done]
            idle_s += process.mean_s
        late += _late(milp, orders, done, int(problem.platform.deadline_hours))
    allowed = np.floor((1.0 - problem.service.on_time_share) * total + 1e-9)
    milp.at_most(dict.fromkeys(late, 1.0), allowed)
    compensation = problem.platform.compensation_minor(0)
    for column in late:
        milp.price[column] = compensation
    least = milp.least()
    return None if least is None else least + (PRICE * total if problem.contracts else 0.0)


def _people(milp: Linear, problem: Problem, site: str) -> dict[tuple[str, str, int], list[int]]:
    """Columns of the people of a site by (process, shift, day), with their rules and prices."""
    found: dict[tuple[str, str, int], list[int]] = {}
    days = problem.horizon.days
    for crew in (c for c in problem.crews if c.site == site):
        shifts = [s for s in problem.shifts if not s.extends or s.name in crew.extended]
        spans = []
        if crew.temporary:
            for since in range(days):
                for last in range(since + crew.min_days - 1, days):
                    spans.append((since, last, milp.add(crew.hire_cost_minor, integer=True)))
        for day in range(days):
            there = []
            for shift in shifts:
                paid = shift.paid_s / 3600
                hours = min(paid, crew.regular_hours) + crew.overtime_factor * max(
                    paid - crew.regular_hours, 0.0
                )
                for process in problem.site(site).processes:
                    column = milp.add(hours * crew.wage_minor_per_hour, integer=True)
                    there.append(column)
                    found.setdefault((process.name, shift.name, day), []).append(column)
            if crew.temporary:
                booked = {c: 1.0 for since, last, c in spans if since <= day <= last}
                milp.at_most(booked, crew.limit)
                milp.equal({**booked, **dict.fromkeys(there, -1.0)}, 0.0)
            else:
                milp.at_most(dict.fromkeys(there, 1.0), crew.limit)
    return found


def _seconds(problem: Problem, shift: str, day: int, hour: int, idle_s: float) -> float:
    """Seconds of an hour of the horizon in which somebody on the shift of a day works.

    Idle at its beginning.
    """
    of = problem.shift(shift)
    worked = [(of.start_s + idle_s, of.end_s)]
    for a, b in of.breaks:
        worked = [p for x, y in worked for p in ((x, min(y, a)), (max(x, b), y)) if p[1] > p[0]]
    begin = (hour - day * 24) * HOUR_S
    return sum(max(min(y, begin + HOUR_S) - max(x, begin), 0.0) for x, y in worked)


def _late(milp: Linear, orders: np.ndarray, done: list[int], deadline: int) -> list[int]:
    """Late orders of each hour.

    People work in order of deadline, so those of an hour are late from the last on.
    """
    found, before = [], 0.0
    for hour in np.flatnonzero(orders):
        amount, until = float(orders[hour]), before + float(orders[hour])
        column, all_late = milp.add(), milp.add(integer=True, upper=1.0)
        milp.at_most({column: -1.0, all_late: amount}, 0.0)
        milp.at_most({column: -1.0, done[hour + deadline - 1]: -1.0, all_late: -before}, -until)
        found.append(column)
        before = until
    return found


def with_share(problem: Problem, share: float) -> Problem:
    """The problem with another share of orders to be on time."""
    return replace(problem, service=replace(problem.service, on_time_share=share))
