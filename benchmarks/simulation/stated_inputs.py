"""What a scenario states and what is simulated: a row for every input, with its standard error.

Each row is a scenario of its own, read from its files, whose orders are drawn in independent
replications. An input that is to be met exactly has a standard error of 0 and an expected value
without any rounding. `finds` is the error of the input, relative to its value, that the row would
show 99 times in 100 (at four standard errors; none: any error).

    python benchmarks/simulation/stated_inputs.py [--replications N] [--json]
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import figure, table
from planner.domain.demand_path import DemandPath, draw_path
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Orders
from planner.formats.scenario.reader import read_scenario
from planner.simulation.inputs.orders import draw_orders

HOUR, DAY = 3_600, 86_400
CLEAR = 4.0  # standard errors from the expected value at which a row is called wrong
SHOWN = CLEAR + 2.326  # standard errors of an error that is called wrong 99 times in 100
SCENARIO = """\
name: stated
timezone: UTC
horizon: {{start: "2026-11-11T00:00", days: {days}, tail_days: 0}}
platform: {{counts: label, deadline_hours: 48}}
regions: [{{region: north, share: 0.7}}, {{region: south, share: 0.3}}]
demand: {{{demand}}}
{products}
sites:
  - {{name: hall, region: north, processes: {{pack: {{orders_per_hour: 60}}}},
     receive: {{orders_per_hour: 60}}}}
shifts: [{{name: all, start: "00:00", end: "24:00"}}]
crews: [{{name: people, headcount: 20, wage_per_hour: 20}}]
"""
PRODUCTS = (
    "products: [{product: cup, share: 0.6, weight_g: 400, weight_cv: 0.5, return_share: 0.2},"
    " {product: pan, share: 0.4, weight_g: 900, units_mean: 1.5}]\nreturns: {median_days: 2, "
    "p95_days: 5}"
)
AT_S = 10 * HOUR + 240  # when events begin: within five minutes, not at their begin
FLAT, WEEK = (
    2400.0,
    [0.0 if hour // 24 >= 5 else 1.0 for hour in range(168)],
)  # closed on Saturday and Sunday


@dataclass(frozen=True)
class Drawn:
    """One replication of a scenario: its path, and its orders when they are asked for."""

    problem: Problem
    streams: Streams

    @cached_property
    def path(self) -> DemandPath:
        return draw_path(self.problem.demand, self.problem.horizon, self.streams)

    @cached_property
    def orders(self) -> Orders:
        return draw_orders(self.problem, self.streams)

    def placed(
        self, component: int | None = None, since: float = 0, until: float = math.inf
    ) -> int:
        """Orders (of a component: 0 the baseline, then event by event) from one second until
        another.
        """
        second = self.orders.ordered_at_s
        inside = (second >= since) & (second < until)
        return int(
            np.count_nonzero(
                inside if component is None else inside & (self.orders.component == component)
            )
        )

    def share(self, which: np.ndarray, among: np.ndarray | slice = slice(None)) -> float:
        """Share of the orders (among some) for which something holds."""
        return float(np.mean(which[among]))

    def steps(
        self, step_s: int, region: int | None = None, product: int | None = None
    ) -> list[int]:
        """Orders of every step (of a region, of a product): all steps of the first two hours, and
        later ones.
        """
        chosen = np.ones(len(self.orders), dtype=bool)
        if region is not None:
            chosen &= self.orders.region == region
        if product is not None:
            chosen &= self.orders.product == product
        return np.bincount(
            self.orders.ordered_at_s[chosen] // step_s, minlength=7200 // step_s
        ).tolist()


@dataclass(frozen=True)
class Input:
    """What is stated, what it means in a replication (`measured`), and the value its mean must
    have.
    """

    name: str
    demand: str
    expected: float
    measured: Callable[[Drawn], float]
    products: str = ""
    days: int = 2
    file: Sequence[str] = ()

    def problem(self) -> Problem:
        """The scenario as it is read from its files."""
        with tempfile.TemporaryDirectory() as folder:
            text = SCENARIO.format(days=self.days, demand=self.demand, products=self.products)
            (Path(folder) / "scenario.yaml").write_text(text, "utf-8")
            (Path(folder) / "given.csv").write_text("\n".join(self.file) + "\n", "utf-8")
            return read_scenario(Path(folder)).problem


@dataclass(frozen=True)
class Found:
    """An input as simulated: mean over replications and its standard error."""

    input: Input
    mean: float
    error: float

    @property
    def right(self) -> bool:
        return bool(
            abs(self.mean - self.input.expected)
            <= CLEAR * self.error + 1e-9 * abs(self.input.expected)
        )


def event(text: str, baseline: float = 0) -> str:
    """A baseline and one event at 10:04 on the first day, of 2,000 orders unless the text states
    them.
    """
    size = "" if "orders:" in text else "orders: 2000, "
    return (
        f"baseline_orders_per_day: {baseline:g}, events: [{{name: sale, at: "
        f'"2026-11-11T10:04", {size}{text}}}]'
    )


def early(seconds: float) -> Callable[[Drawn], float]:
    """Share of the event's orders within so many seconds of its begin."""
    return lambda d: d.placed(1, AT_S, AT_S + seconds) / d.placed(1)


def excess(step_s: int) -> Callable[[Drawn], float]:
    """Squared coefficient of variation of the counts beyond Poisson, the expected count being
    known.
    """

    def measured(d: Drawn) -> float:
        mean = FLAT * step_s / DAY
        counts = np.bincount(
            d.orders.ordered_at_s // step_s, minlength=d.problem.horizon.end_s // step_s
        )
        return float(np.mean(((counts - mean) ** 2 - counts) / mean**2))

    return measured


def brought_forward(d: Drawn) -> float:
    """Expected orders that the baseline of the path has less than without `pull_forward`, all else
    being the same.
    """
    stated = d.problem.demand
    plain = replace(
        stated, events=tuple(replace(event, pull_forward=0.0) for event in stated.events)
    )
    without = draw_path(plain, d.problem.horizon, d.streams)
    return float(without.intensity[0].sum() - d.path.intensity[0].sum())


def peak_share(ramp_s: float, half_life_s: float) -> float:
    """Share of an event's orders that come before its peak."""
    tail = half_life_s / math.log(2)
    return (ramp_s / 2) / (ramp_s / 2 + tail)


def hours(columns: str, *rows: str) -> list[str]:
    """Lines of a file of given demand, on the first day."""
    return [columns, *(f"2026-11-11T{row}" for row in rows)]


def wrong(
    *stated: tuple[Callable[[Drawn], Sequence[int]], Sequence[int]],
) -> Callable[[Drawn], float]:
    """Orders by which the counts differ from what is stated, cell by cell."""
    return lambda d: float(
        sum(np.abs(np.array(of(d)) - np.array(counts)).sum() for of, counts in stated)
    )


def _given() -> list[Input]:
    step = [5, 0, 9, 1, 0, 0, 7, 2, 4, 0, 3, 8]
    fine = hours(
        "time,region,orders",
        *(f"00:{5 * k:02d},north,{n}" for k, n in enumerate(step)),
        "01:00,north,30",
    )
    both = hours("time,region,orders", "00:00,north,251", "00:00,south,229", "01:00,south,481")
    named = hours(
        "time,region,orders,product",
        "00:00,north,250,cup",
        "00:00,north,230,pan",
        "01:00,north,7,pan",
    )
    paths = hours(
        "time,region,orders,path", "00:00,north,100,a", "00:00,north,200,b", "01:00,north,1,b"
    )
    return [
        Input(
            "given: whole orders, several products",
            "given: given.csv",
            0,
            wrong(
                (lambda d: d.steps(HOUR, region=0), [251, 0]),
                (lambda d: d.steps(HOUR, region=1), [229, 481]),
            ),
            PRODUCTS,
            file=both,
        ),
        Input(
            "given: share of the products",
            "given: given.csv",
            0.6,
            lambda d: d.share(d.orders.product == 0),
            PRODUCTS,
            file=both,
        ),
        Input(
            "given: whole orders of a product",
            "given: given.csv",
            0,
            wrong(
                (lambda d: d.steps(HOUR, product=0), [250, 0]),
                (lambda d: d.steps(HOUR, product=1), [230, 7]),
            ),
            PRODUCTS,
            file=named,
        ),
        Input(
            "given: steps of five minutes",
            "given: given.csv",
            0,
            wrong((lambda d: d.steps(300)[:12], step)),
            file=fine,
        ),
        Input(
            ("given: an hour in that file, by slot"),
            "given: given.csv",
            2.5,
            lambda d: d.steps(300)[20],
            file=fine,
        ),
        Input(
            "given: a fraction of an order",
            "given: given.csv",
            0.25,
            lambda d: d.placed(),
            file=hours("time,region,orders", "00:00,north,0.25"),
        ),
        Input(
            "given: one of two paths",
            "given: given.csv",
            0.5,
            lambda d: float(d.placed() == 100),
            file=paths,
        ),
        Input(
            "given: the orders of its path",
            "given: given.csv",
            0,
            lambda d: float(min(abs(d.placed() - n) for n in (100, 201))),
            file=paths,
        ),
    ]


def _baseline() -> list[Input]:
    flat = f"baseline_orders_per_day: {FLAT:g}"
    day = [1.0] * 20 + [5.0] + [1.0] * 3
    return [
        Input("baseline_orders_per_day", flat, FLAT, lambda d: d.placed() / 2),
        Input(
            "hourly_profile, 24 numbers: 20:00",
            f"{flat}, hourly_profile: {day}",
            FLAT * 5 / 28,
            lambda d: d.placed(0, 20 * HOUR, 21 * HOUR),
        ),
        Input(
            "hourly_profile, 168: a Friday",
            f"{flat}, hourly_profile: {WEEK}",
            FLAT * 7 / 5,
            lambda d: d.placed(0, 2 * DAY, 3 * DAY),
            days=4,
        ),
        Input(
            "hourly_profile, 168: a closed Saturday",
            f"{flat}, hourly_profile: {WEEK}",
            0,
            lambda d: d.placed(0, 3 * DAY, 4 * DAY),
            days=4,
        ),
        Input("day_cv (squared)", f"{flat}, day_cv: 0.3", 0.09, excess(DAY), days=20),
        Input("hour_cv (squared)", f"{flat}, hour_cv: 0.4", 0.16, excess(HOUR)),
        Input("share of a region", flat, 0.3, lambda d: d.share(d.orders.region == 1)),
        Input("share of a product", flat, 0.4, lambda d: d.share(d.orders.product == 1), PRODUCTS),
        Input(
            "units_mean",
            flat,
            1.5,
            lambda d: d.orders.units[d.orders.product == 1].mean(),
            PRODUCTS,
        ),
        Input(
            "weight_g (share below the median)",
            flat,
            0.5,
            lambda d: d.share(np.sign(400 - d.orders.weight_g) / 2 + 0.5, d.orders.product == 0),
            PRODUCTS,
        ),
        Input(
            "weight_cv (variance of the log)",
            flat,
            math.log1p(0.25),
            lambda d: np.log(d.orders.weight_g[d.orders.product == 0]).var(ddof=1),
            PRODUCTS,
        ),
        Input(
            "return_share",
            flat,
            0.2,
            lambda d: d.share(d.orders.return_lag_s > 0, d.orders.product == 0),
            PRODUCTS,
        ),
        Input(
            "returns: median_days",
            flat,
            0.5,
            lambda d: np.mean(d.orders.return_lag_s[d.orders.return_lag_s > 0] <= 2 * DAY),
            PRODUCTS,
        ),
        Input(
            "returns: p95_days",
            flat,
            0.95,
            lambda d: np.mean(d.orders.return_lag_s[d.orders.return_lag_s > 0] <= 5 * DAY),
            PRODUCTS,
        ),
    ]


def _events() -> list[Input]:
    sized = "orders: {median: 3000, p95: 9000}, half_life_hours: 1"
    mean = 3000 * math.exp((math.log(3) / 1.6448536269514722) ** 2 / 2)
    pull = "pull_forward: 0.6, half_life_hours: 1"
    closed = f", hourly_profile: {WEEK}"
    return [
        Input("event: median", event(sized), 0.5, lambda d: float(d.path.sizes[0] < 3000)),
        Input("event: p95", event(sized), 0.95, lambda d: float(d.path.sizes[0] < 9000)),
        Input("event: mean of its orders", event(sized), mean, lambda d: d.placed(1)),
        Input("event: a certain size", event("half_life_hours: 1"), 2000, lambda d: d.placed(1)),
        Input(
            "event at 10:04: orders before",
            event("half_life_hours: 0.02"),
            0,
            lambda d: d.placed(1, 0, AT_S),
        ),
        Input("half-life of 72 s: the first 72 s", event("half_life_hours: 0.02"), 0.5, early(72)),
        Input(
            ("half-life of 3.6 s: the first second"),
            event("half_life_hours: 0.001"),
            1 - 2 ** (-1 / 3.6),
            early(1),
        ),
        Input(
            ("half-life of an hour: the first hour"), event("half_life_hours: 1"), 0.5, early(HOUR)
        ),
        Input(
            "ramp_minutes 20: by the peak",
            event("ramp_minutes: 20, half_life_hours: 0.5"),
            peak_share(1200, 1800),
            early(1200),
        ),
        Input(
            "ramp_minutes 0.1: by the peak",
            event("ramp_minutes: 0.1, half_life_hours: 0.001"),
            peak_share(6, 3.6),
            early(6),
        ),
        Input(
            "event that outlasts the horizon",
            event("half_life_hours: 100"),
            2000 * (1 - 2 ** -((2 * DAY - AT_S) / 360_000)),
            lambda d: d.placed(1),
        ),
        Input(
            "event: regions",
            event(("half_life_hours: 1, regions: {north: 0.1, south: 0.9}"), 500),
            0.9,
            lambda d: d.share(d.orders.region == 1, d.orders.component == 1),
        ),
        Input(
            "event: products",
            event(("half_life_hours: 1, products: {cup: 0.9, pan: 0.1}"), 500),
            0.1,
            lambda d: d.share(d.orders.product == 1, d.orders.component == 1),
            PRODUCTS,
        ),
        Input(
            "pull_forward: orders lost",
            event(pull, 1000),
            1200,
            lambda d: 8000 - d.placed(0),
            days=8,
        ),
        Input(
            "pull_forward: on the first day after",
            event(pull, 1000),
            1200 * 7 / 28,
            lambda d: 1000 - d.placed(0, DAY, 2 * DAY),
            days=8,
        ),
        Input(
            "pull_forward past closed days",
            event(pull, 500) + closed,
            1200,
            lambda d: 8 * 700 - d.placed(0),
            days=10,
        ),
        Input(
            "pull_forward of an uncertain size",
            event(
                ("orders: {median: 1000, p95: 2000}, pull_forward: 0.5, half_life_hours: 1"), 2000
            )
            + ", day_cv: 0.2",
            0.5,
            lambda d: brought_forward(d) / d.path.sizes[0],
            days=8,
        ),
    ]


INPUTS = [*_baseline(), *_events(), *_given()]


def measure(stated: Input, replications: int, seed: int = 7) -> Found:
    """Mean of an input over independent replications, and its standard error."""
    problem = stated.problem()
    values = np.array(
        [stated.measured(Drawn(problem, Streams(seed, HELD_OUT, k))) for k in range(replications)],
        float,
    )
    return Found(stated, float(values.mean()), float(values.std(ddof=1) / math.sqrt(replications)))


def finds(found: Found) -> str:
    """The error of the input that would be called wrong 99 times in 100; relative, where the input
    is not 0.
    """
    shown, stated = SHOWN * found.error, abs(found.input.expected)
    return "any" if shown == 0 else f"{shown / stated:.1%}" if stated else figure(shown)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = [measure(stated, asked.replications) for stated in INPUTS]
    if asked.json:
        names = ("input", "expected", "simulated", "error", "right")
        rows = [(f.input.name, f.input.expected, f.mean, f.error, f.right) for f in found]
        print(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=1))
    else:
        head = ("stated", "expected", "simulated", "standard error", "finds", "right")
        print(
            table(
                head,
                [(f.input.name, *in_words(f), finds(f), "yes" if f.right else "NO") for f in found],
            )
        )


def in_words(found: Found) -> tuple[str, str, str]:
    """Expected value, simulated value and standard error as printed."""
    return f"{found.input.expected:,.5g}", f"{found.mean:,.5g}", f"{found.error:.2g}"


if __name__ == "__main__":
    main()
