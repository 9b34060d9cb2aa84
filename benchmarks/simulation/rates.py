"""What a station is stated to do against what it does, and the hours of a shift against the work
done in it.

Rates: more orders wait than can be done. People work from 1 to 24 o'clock and finish the task in
hand, so that (Wald 1944) orders done x mean time of an order = hours and after hours, on average
exactly. Shifts: people with two breaks put their tasks down at the end of the shift; the work that
is done against the hours they were there.

    python benchmarks/simulation/rates.py [--orders N]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import ceil
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import table
from planner.domain.demand import Baseline, Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, ShareRow
from planner.domain.products import Product, Region
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER, Records
from planner.domain.site import Distribution, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.simulate import simulate

RATES = (2.0, 10.0, 60.0, 400.0, 1000.0, 2500.0, 5000.0)  # orders an hour of one person
CVS: dict[Distribution, float] = {"deterministic": 0.0, "lognormal": 0.5, "exponential": 1.0}
TOURS = (1, 12)
SETUP_S = 45  # of a tour of 12
FROM_S, TO_S = HOUR_S, DAY_S  # all orders come in the hour before
ROUNDING_S = 0.05  # standard deviation, at most, of what rounding to a tick adds to a task
SHIFT = Shift(
    "shift",
    8 * HOUR_S,
    17 * HOUR_S,
    ((10 * HOUR_S, 10 * HOUR_S + 900), (13 * HOUR_S, 13 * HOUR_S + 2700)),
)


@dataclass(frozen=True)
class Cell:
    """A kind of work: one person does `rate` orders an hour, without the set-up of tours of `tour`
    orders.
    """

    rate: float
    distribution: Distribution
    tour: int

    @property
    def process(self) -> Process:
        return Process(
            name="pack",
            orders_per_hour=self.rate,
            cv=CVS[self.distribution],
            distribution=self.distribution,
            batch_orders=self.tour,
            batch_setup_s=SETUP_S if self.tour > 1 else 0,
        )

    @property
    def order_s(self) -> float:
        """Mean seconds of an order, its part of the set-up included."""
        return self.process.mean_s + self.process.batch_setup_s / self.tour

    def standard_error(self, orders: int) -> float:
        """Of the relative error of the rate."""
        task_s2 = self.tour * (CVS[self.distribution] * self.process.mean_s) ** 2 + ROUNDING_S**2
        return float(np.sqrt(task_s2 * orders / self.tour) / (orders * self.order_s))


CELLS = tuple(Cell(*cell) for cell in product(RATES, CVS, TOURS))


def error_of_rate(cell: Cell, orders: int, seed: int = 1) -> tuple[int, float]:
    """Orders done, and by how much more (relatively) than stated, where about `orders` orders are
    to be done.
    """
    people = ceil(orders * cell.order_s / (TO_S - FROM_S))
    waiting = people * ((TO_S - FROM_S) / cell.order_s + 3 * cell.tour + 10)
    waiting += 8 * (waiting / people) ** 0.5 * people**0.5
    site = Site(name="site", label="Site", region="all", processes=(cell.process,), finish="task")
    problem = _problem(site, Shift("shift", FROM_S, TO_S), waiting, days=2)
    records = _played(problem, people, 1, seed)
    done = int(np.count_nonzero(records.end_s[0] != NEVER))
    if done == len(records.orders):
        raise RuntimeError("the people ran out of work")
    worked_s = people * (TO_S - FROM_S) + int(records.after_hours_s.sum())
    return done, done * cell.order_s / worked_s - 1.0


def error_of_hours(
    task_share: float, distribution: Distribution, tour: int, seed: int = 1
) -> float:
    """By how much more work (relatively) is done than the hours of the shifts hold, tasks being on
    average `task_share` of a shift: 20 people on 30 days. Work that is put down counts as far as it
    is done.
    """
    days, people = 30, 20
    process = Process(
        name="pack",
        orders_per_hour=HOUR_S / (task_share * SHIFT.paid_s / tour),
        cv=CVS[distribution],
        distribution=distribution,
        batch_orders=tour,
        discipline="fifo",
    )
    hours_s = days * people * SHIFT.paid_s
    problem = _problem(
        Site(name="site", label="Site", region="all", processes=(process,)),
        SHIFT,
        1.2 * hours_s / process.mean_s + 500,
        days + 1,
    )
    records = _played(problem, people, days, seed)
    content = records.orders.work_us[0] / 1e6
    done_s = float(content[records.end_s[0] != NEVER].sum())
    return (done_s + _half_done_s(records, people)) / hours_s - 1.0


def _half_done_s(records: Records, people: int) -> float:
    """Work on what is begun and not done: on average half of it (at most one task a person on the
    last day).
    """
    begun = (records.start_s[0] != NEVER) & (records.end_s[0] == NEVER)
    return float(records.orders.work_us[0][begun].sum() / 1e6) / 2


def _problem(site: Site, shift: Shift, orders: float, days: int) -> Problem:
    """`orders` orders in the first hour of the horizon."""
    given = np.zeros((1, days * 24, 1, 1))
    given[0, 0] = round(orders)
    return Problem(
        name="rates",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 9), days, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(0.98, 0.95),
        platform=PlatformRule(name="benchmark", counts="label"),
        regions=(Region("all", "All", 1.0),),
        products=(Product(name="parcel", label="Parcel", share=1.0, weight_g=500.0),),
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(np.zeros(days * 24)),
            given=GivenDemand(given),
        ),
        sites=(site,),
        shifts=(shift,),
        crews=(
            Crew(
                name="people", site="site", temporary=False, limit=10**6, wage_minor_per_hour=2600
            ),
        ),
    )


def _played(problem: Problem, people: int, days: int, seed: int) -> Records:
    rows = tuple(
        StaffRow(
            day=day,
            site="site",
            process="pack",
            crew="people",
            shift="shift",
            since_day=LONG_AGO,
            headcount=people,
        )
        for day in range(days)
    )
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=rows,
        routing=(
            ShareRow(
                region="all",
                site="site",
                contract="",
                from_s=0,
                to_s=problem.horizon.end_s,
                share=1.0,
            ),
        ),
    )
    streams = Streams(seed, HELD_OUT, 0)
    return simulate(problem, plan, draw_orders(problem, streams), streams)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=400_000, help="of each kind of work")
    orders = parser.parse_args().orders
    rows = []
    for cell in CELLS:
        done, error = error_of_rate(cell, orders, seed=CELLS.index(cell))
        stated, se = HOUR_S / cell.order_s, cell.standard_error(done)
        name = f"{cell.rate:g}", cell.distribution, str(cell.tour)
        rows.append(
            (
                *name,
                f"{stated:.2f}",
                f"{stated * (1 + error):.2f}",
                f"{100 * error:+.3f}",
                f"{100 * se:.3f}",
            )
        )
    head = (
        "orders/h of a person",
        "work",
        "tour",
        "stated/h",
        "done/h",
        "error %",
        "standard error %",
    )
    print(table(head, rows))
    head = ("task / shift", "work", "tour", "work / hours - 1, %")
    shares = [(s, d, t) for s in (0.01, 0.0625, 0.1) for d in CVS for t in TOURS]
    print(
        table(
            head,
            [(f"{s:g}", d, str(t), f"{100 * error_of_hours(s, d, t):+.3f}") for s, d, t in shares],
        )
    )


if __name__ == "__main__":
    main()
