"""Orders per second of the engines side by side, in one run, on the same orders with the same work
in ticks.

Three stages in line, first come first served, staff that changes by shift and breaks, three
collections a day: plain SimPy (one process per order, as a tutorial would write it), salabim, Ciw,
our SimPy model and its compiled twin. Then two sites with every feature on: plain SimPy with
`PriorityResource` queues, our SimPy model, the compiled twin.

All engines start from inputs that are drawn and laid out; what a whole replication takes, from the
random numbers to the summary, stands in a table of its own. Rounds are paired: ratios are the
median of the ratios within a round. Slow engines simulate one day, with as many orders an hour and
as many people, in the first round only.

    python benchmarks/simulation/engines.py [--orders N] [--days D] [--rounds R]
        [--skip-memory] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import (
    figure,
    in_turns,
    median_ratio,
    of_another_process,
    peak_bytes_of,
    seconds_of,
    table,
)
from benchmarks.simulation import (
    all_features_simpy,
    three_stages_ciw,
    three_stages_salabim,
    three_stages_simpy,
)
from benchmarks.simulation.sites import Case, everything, three_stages
from benchmarks.simulation.stages_of_a_replication import stages
from benchmarks.simulation.three_stages import given
from planner.simulation.simulate import RUNS

Build = Callable[[int, int], Case]
Task = Callable[[], Any]
TINY = 500  # orders of the site that loads, compiles and warms up everything


@dataclass(frozen=True)
class Engine:
    """`ready(case)` prepares what is not timed, and gives what is.

    A `slow` one simulates a single day, once. `exact`: every order's every tick must be that of our
    SimPy model.
    """

    label: str
    ready: Callable[[Case], Task]
    slow: bool = False
    exact: bool = True


def from_lists(run: Callable[[Any], Any]) -> Callable[[Case], Task]:
    return lambda case: partial(run, given(case))


def from_inputs(run: Callable[[Any], Any]) -> Callable[[Case], Task]:
    return lambda case: partial(run, case.inputs)


PLAIN = "plain_simpy"
OURS = {
    "simpy": Engine("our SimPy model", from_inputs(RUNS["simpy"])),
    "compiled": Engine("compiled", from_inputs(RUNS["compiled"])),
}
SITES: dict[str, tuple[Build, dict[str, Engine]]] = {
    "three stages": (
        three_stages,
        {
            PLAIN: Engine("SimPy, plain", from_lists(three_stages_simpy.run)),
            "salabim": Engine("salabim", from_lists(three_stages_salabim.run), slow=True),
            "ciw": Engine("Ciw", from_lists(three_stages_ciw.run), slow=True, exact=False),
            **OURS,
        },
    ),
    "everything": (
        everything,
        {
            PLAIN: Engine(
                "SimPy, plain", from_inputs(all_features_simpy.run), slow=True, exact=False
            ),
            **OURS,
        },
    ),
}


def compare(site: str, orders: int, days: int, rounds: int) -> dict[str, Any]:
    """Orders per second, ratios to plain SimPy, and whose seconds are the same, in paired
    rounds.
    """
    build, engines = SITES[site]
    whole = build(orders, days)
    day = whole if days == 1 else build(orders // days, 1)
    cases = {name: day if engine.slow else whole for name, engine in engines.items()}
    for engine in engines.values():
        engine.ready(build(TINY, 1))()
    slow = [name for name, engine in engines.items() if engine.slow]
    seconds, times = in_turns(
        {name: engines[name].ready(case) for name, case in cases.items()}, rounds, once=slow
    )
    per_order = {
        name: [s / len(cases[name].orders) for s in took] for name, took in seconds.items()
    }
    same, handed_over = shares_in_the_same_second(cases, times)
    return {
        "orders": {name: len(case.orders) for name, case in cases.items()},
        "orders_per_second": {
            name: round(1 / statistics.median(took)) for name, took in per_order.items()
        },
        "ratio_to_plain_simpy": {
            name: rounded(median_ratio(per_order[PLAIN], took))
            for name, took in per_order.items()
            if name != PLAIN
        },
        "compiled_to_simpy": rounded(median_ratio(per_order["simpy"], per_order["compiled"])),
        "handed_over": {
            name: int(np.count_nonzero(m.handed_over >= 0)) for name, m in times.items()
        },
        "same_second": same,
        "handed_over_in_the_same_second": handed_over,
        "equal": all(same[name] == 1.0 for name, engine in engines.items() if engine.exact),
    }


def shares_in_the_same_second(
    cases: Mapping[str, Case], times: Mapping[str, Any]
) -> tuple[dict[str, float], dict[str, float]]:
    """Share of the orders with the same second as in our SimPy model: for every step that an engine
    tells, and for the hand-over alone.
    """
    reference = {id(cases["simpy"]): times["simpy"]}
    every, last = {}, {}
    for name, case in cases.items():
        if id(case) not in reference:
            reference[id(case)] = OURS["simpy"].ready(case)()
        some, others = times[name], reference[id(case)]
        steps = {f.name for f in fields(some)} & {f.name for f in fields(others)} - {"after_hours"}
        agree = {
            step: np.atleast_2d(getattr(some, step) == getattr(others, step)).all(axis=0)
            for step in steps
        }
        every[name] = round(float(np.all(list(agree.values()), axis=0).mean()), 6)
        last[name] = round(float(agree["handed_over"].mean()), 6)
    return every, last


def bytes_per_order(site: str, name: str, orders: int, days: int) -> float:
    """Peak memory of this process for drawing, laying out and playing, above the process with
    everything loaded (a slow engine simulates a quarter of a day's orders).
    """
    build, engines = SITES[site]
    engine = engines[name]
    engine.ready(build(TINY, 1))()
    case = build(orders // days // 4, 1) if engine.slow else build(orders, days)
    peak, _ = peak_bytes_of(lambda: engine.ready(case)())
    return peak / len(case.orders)


def memory(site: str, orders: int, days: int) -> dict[str, int]:
    """Bytes per order of each engine, each in a process of its own."""
    options = ("--orders", orders, "--days", days)
    return {
        name: round(
            of_another_process(__file__, "--memory-of", site, name, *options)["bytes_per_order"]
        )
        for name in SITES[site][1]
    }


def whole_replication(site: str, orders: int, days: int, rounds: int) -> dict[str, float]:
    """Nanoseconds per order of each stage of a replication with the compiled engine (medians), and
    of all of them.
    """
    build = SITES[site][0]
    took = [dict(stages(build(orders, days), "compiled", seconds_of)) for _ in range(rounds)]
    n = len(build(orders, days).orders)
    medians = {
        stage: round(1e9 * statistics.median(t[stage] for t in took) / n, 1) for stage in took[0]
    }
    return medians | {"all": round(sum(medians.values()), 1)}


def measure(orders: int, days: int, rounds: int, with_memory: bool) -> dict[str, Any]:
    """Both sites; the figures of the three stages at the top."""
    found = {site: compare(site, orders, days, rounds) for site in SITES}
    for site, result in found.items():
        result["bytes_per_order"] = memory(site, orders, days) if with_memory else {}
        result["whole_replication_ns_per_order"] = whole_replication(site, orders, days, rounds)
    top, busy = found["three stages"], found["everything"]
    ratios = top["ratio_to_plain_simpy"]
    return {
        "days": days,
        "rounds": rounds,
        **top,
        "equal": top["equal"] and busy["equal"],
        "simpy_to_ciw": rounded(ratios["simpy"] / ratios["ciw"]),
        "everything": busy
        | {"compiled_by_way_of_our_simpy": rounded(busy["compiled_to_simpy"] * ratios["simpy"])},
    }


def rounded(ratio: float) -> float:
    return float(f"{ratio:.3g}")


def report(result: Mapping[str, Any]) -> str:
    """The tables for the README."""
    busy = result["everything"]
    return "\n\n".join(
        [
            f"Three stages, first come first served, days: {result['days']} (slow engines: 1), "
            "paired rounds: "
            f"{result['rounds']} (slow engines: 1):",
            engine_table("three stages", result),
            "Two sites with every feature on:",
            engine_table("everything", busy),
            "Plain SimPy's `PriorityResource` sorts its queue for every order; against the plain "
            "three-stage model the "
            "compiled engine with every feature is "
            f"{figure(busy['compiled_by_way_of_our_simpy'])} times as fast "
            "(its ratio to our SimPy model here times that model's ratio there).",
            "A whole replication with the compiled engine, ns per order:",
            stage_table({"three stages": result, "everything": busy}),
        ]
    )


def engine_table(site: str, result: Mapping[str, Any]) -> str:
    rows = [
        (
            engine.label,
            f"{result['orders'][name]:,}",
            f"{result['orders_per_second'][name]:,}",
            figure(result["ratio_to_plain_simpy"].get(name, 1)),
            f"{result['bytes_per_order'].get(name, 0):,}",
            in_words(result["same_second"][name], result["handed_over_in_the_same_second"][name]),
        )
        for name, engine in SITES[site][1].items()
    ]
    return table(
        ("engine", "orders", "orders/s", "x plain SimPy", "bytes/order", "every second equal"), rows
    )


def in_words(every: float, handed_over: float) -> str:
    return (
        "yes"
        if every == 1
        else f"{100 * every:.1f} % of orders, hand-over {100 * handed_over:.2f} %"
    )


def stage_table(results: Mapping[str, Mapping[str, Any]]) -> str:
    took = {site: result["whole_replication_ns_per_order"] for site, result in results.items()}
    stages_of_all = next(iter(took.values()))
    return table(
        ("site", *stages_of_all),
        [(site, *(figure(ns) for ns in t.values())) for site, t in took.items()],
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--skip-memory", action="store_true", help="only the times")
    parser.add_argument("--memory-of", nargs=2, metavar=("SITE", "ENGINE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        site, name = options.memory_of
        print(
            json.dumps(
                {"bytes_per_order": bytes_per_order(site, name, options.orders, options.days)}
            )
        )
        return
    result = measure(
        options.orders, options.days, options.rounds, with_memory=not options.skip_memory
    )
    print(json.dumps(result) if options.json else report(result))


if __name__ == "__main__":
    main()
