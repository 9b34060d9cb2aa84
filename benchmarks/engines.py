"""Orders per second of the warehouse model against the same site written the plain SimPy way.

The site: three stations in line, staff that changes by shift and breaks, three collections a day. Both engines get the
same drawn orders and the same work in whole seconds; the rounds are paired, and the ratio is their median.

    python benchmarks/engines.py [--orders N] [--days D] [--rounds R] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import simpy

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planner.domain.carriers import Contract
from planner.domain.demand import Baseline, Demand, Ints
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Region, Service, ShareRow
from planner.domain.products import Product
from planner.domain.records import NEVER, Orders, Records
from planner.domain.site import Collection, Process, Site
from planner.domain.streams import HELD_OUT, Streams
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.simulation.contents import MICRO, work_us
from planner.simulation.orders import draw_orders
from planner.simulation.warehouse import simulate

RATES = {"pick": 60, "check": 120, "pack": 45}  # orders per hour of one person
HOURS = {"night": (0, 8), "day": (8, 16), "evening": (16, 24)}
PROFILE = [1.0] * 8 + [2.0] * 12 + [3.0] * 4  # orders of an hour relative to one at night
COLLECTIONS = (12 * HOUR_S, 18 * HOUR_S, 22 * HOUR_S)


def three_stage_site(orders: int, days: int) -> tuple[Problem, Plan]:
    """The scenario of the comparison: about `orders` orders in `days` days, 5 % more people than needed on average."""
    hourly = np.tile(PROFILE, days) * orders / (days * sum(PROFILE))
    processes = tuple(Process(name, rate, cv=0.5, discipline="fifo") for name, rate in RATES.items())
    site = Site("site", "Site", "all", processes, collections=tuple(Collection("courier", at) for at in COLLECTIONS))
    shifts = tuple(
        Shift(name, a * HOUR_S, b * HOUR_S, (((a + 4) * HOUR_S, (a + 4) * HOUR_S + HOUR_S // 2),))
        for name, (a, b) in HOURS.items()
    )
    problem = Problem(
        name="three stages",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule("benchmark", "handover"),
        regions=(Region("all", "All", 1.0),),
        products=(Product("parcel", "Parcel", 1.0, 500.0),),
        demand=Demand((), np.ones(1), np.ones(1), baseline=Baseline(hourly)),
        sites=(site,),
        shifts=shifts,
        crews=(Crew("permanent", "site", False, 10**6, 2600),),
        contracts=(Contract("courier", "Courier", {("", "all"): "zone"}, {}),),
    )
    staffing = tuple(
        StaffRow(day, "site", process.name, "permanent", shift, LONG_AGO, _people(hourly[a:b].sum(), process))
        for day in range(days)
        for shift, (a, b) in HOURS.items()
        for process in processes
    )
    routing = (ShareRow("all", "site", "courier", 0, days * DAY_S, 1.0),)
    return problem, Plan("stated", "stated", staffing, routing)


def _people(orders: float, process: Process) -> int:
    return int(np.ceil(1.05 * orders / (7.5 * process.orders_per_hour)))


class PlainSite:
    """The same site as a SimPy tutorial would write it: one process per order, `Resource.request` at every stage."""

    def __init__(self, problem: Problem, plan: Plan, orders: Orders, durations: Ints) -> None:
        self.env = simpy.Environment()
        self.durations: list[list[int]] = durations.T.tolist()
        self.ordered_at: list[int] = orders.ordered_at_s.tolist()
        self.stages = [simpy.Resource(self.env) for _ in RATES]
        self.team = [0 for _ in RATES]
        self.ended = [[NEVER] * len(RATES) for _ in self.ordered_at]
        self.handed_over = [NEVER] * len(self.ordered_at)
        self.packed: list[int] = []
        for stage, process in enumerate(problem.sites[0].processes):
            self.env.process(self.change_staff(stage, _staff_levels(problem, plan, process)))
        self.env.process(self.collect(problem.horizon.days))
        self.env.process(self.arrive())
        self.env.run(until=problem.horizon.end_s + 1)

    def arrive(self) -> Generator[Any, Any, None]:
        for order, second in enumerate(self.ordered_at):
            if second > self.env.now:
                yield self.env.timeout(second - self.env.now)
            self.env.process(self.order(order))

    def order(self, order: int) -> Generator[Any, Any, None]:
        for stage, resource in enumerate(self.stages):
            with resource.request() as turn:
                yield turn
                team = self.team[stage]
                yield self.env.timeout(self.durations[order][stage])
                if team != self.team[stage]:
                    resource._capacity -= 1  # whoever did this has left now
            self.ended[order][stage] = self.env.now
        self.packed.append(order)

    def change_staff(self, stage: int, levels: list[tuple[int, int]]) -> Generator[Any, Any, None]:
        """A new team comes, and those of the old one who have a task in hand finish it."""
        resource = self.stages[stage]
        resource._capacity = 0
        for second, people in levels:
            if second > self.env.now:
                yield self.env.timeout(second - self.env.now)
            self.team[stage] += 1
            resource._capacity = people + resource.count
            while resource.queue and resource.count < resource.capacity:
                resource._trigger_put(None)  # lets one of those who wait begin

    def collect(self, days: int) -> Generator[Any, Any, None]:
        for second in (day * DAY_S + at for day in range(days) for at in COLLECTIONS):
            yield _end_of_second(self.env, second)
            for order in self.packed:
                self.handed_over[order] = self.env.now
            self.packed.clear()


def _end_of_second(env: simpy.Environment, second: int) -> simpy.Event:
    """An event in `second` after everything else that happens in it."""
    event = simpy.Event(env)
    event._ok, event._value = True, None
    env.schedule(event, 2, second - env.now)
    return event


def _staff_levels(problem: Problem, plan: Plan, process: Process) -> list[tuple[int, int]]:
    """(second, people from then on) whenever the number of people at a process changes."""
    change: dict[int, int] = {}
    for row in plan.staffing:
        if row.process == process.name:
            for begin, end in problem.shift(row.shift).working(row.day):
                change[begin] = change.get(begin, 0) + row.headcount
                change[end] = change.get(end, 0) - row.headcount
    seconds = sorted(change)
    return list(zip(seconds, np.cumsum([change[s] for s in seconds]).tolist(), strict=True))


def whole_seconds(problem: Problem, orders: Orders) -> Ints:
    """Seconds of work [process, order] at standard speed, as the warehouse model rounds them."""
    everything = np.arange(len(orders))
    works = [
        work_us(problem, process, orders.work_u[p], orders, everything)
        for p, process in enumerate(problem.sites[0].processes)
    ]
    return -(-np.array(works) // MICRO)


def equal(plain: PlainSite, records: Records, end_s: int) -> bool:
    """Whether every order left every stage, and the site, in the same second."""
    ended = np.array(plain.ended, dtype=np.int64).T
    return bool(np.array_equal(ended, records.end_s) and np.array_equal(plain.handed_over, records.handed_over_at_s))


def measure(orders: int, days: int, rounds: int) -> dict[str, Any]:
    """Paired rounds of both engines."""
    problem, plan = three_stage_site(orders, days)
    streams = Streams(problem.seed, HELD_OUT, 0)
    drawn = draw_orders(problem, streams)
    durations = whole_seconds(problem, drawn)
    ours, plain, same = [], [], True
    for _ in range(rounds):
        began = time.perf_counter()
        records = simulate(problem, plan, drawn, streams)
        between = time.perf_counter()
        reference = PlainSite(problem, plan, drawn, durations)
        plain.append(time.perf_counter() - between)
        ours.append(between - began)
        same &= equal(reference, records, problem.horizon.end_s)
    ratio = statistics.median(p / o for p, o in zip(plain, ours, strict=True))
    return {
        "orders": len(drawn),
        "days": days,
        "rounds": rounds,
        "handed_over": int(np.count_nonzero(records.handed_over_at_s != NEVER)),
        "orders_per_second": {
            "plain_simpy": round(len(drawn) / statistics.median(plain)),
            "simpy": round(len(drawn) / statistics.median(ours)),
        },
        "ratio_to_plain_simpy": {"simpy": round(ratio, 2)},
        "equal": same,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    options = parser.parse_args()
    result = measure(options.orders, options.days, options.rounds)
    if options.json:
        print(json.dumps(result))
        return
    rates = result["orders_per_second"]
    print(f"{result['orders']:,} orders in {options.days} days, {options.rounds} paired rounds")
    print(f"plain SimPy    {rates['plain_simpy']:>10,} orders/s")
    print(f"planner        {rates['simpy']:>10,} orders/s   x {result['ratio_to_plain_simpy']['simpy']}")
    print(f"every order's second equal: {'yes' if result['equal'] else 'NO'}")


if __name__ == "__main__":
    main()
