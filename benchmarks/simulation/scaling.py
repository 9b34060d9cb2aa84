"""Time and memory of one replication against the number of orders: ten thousand to ten million.

Each size runs in a process of its own: first a replication for its peak memory (above the process
with everything loaded and compiled), then some for the time of every stage, of which the fastest
counts. The slope is that of the least-squares line through log orders and log seconds: 1 is
proportional.

    python benchmarks/simulation/scaling.py [--orders N ...]
        [--site "three stages"|everything] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import figure, of_another_process, peak_bytes_of, seconds_of, slope, table
from benchmarks.simulation.sites import everything, three_stages
from benchmarks.simulation.stages_of_a_replication import stages
from planner.studies.certification.common_replications import Evaluation

SITES = {"three stages": three_stages, "everything": everything}
SIZES = (10**4, 10**5, 10**6, 10**7)
ENOUGH = 10**6  # orders to be timed in all: smaller sizes are repeated
MOST_ROUNDS = 10
LARGE = 10**5  # orders: of fewer, the memory is lost in what the process holds anyway


def measure_one(site: str, orders: int, days: int) -> dict[str, Any]:
    """Peak bytes and seconds by stage of one replication."""
    build = SITES[site]
    warm = build(500, 1)
    Evaluation(warm.problem, (warm.plan,))(0)
    case = build(orders, days)
    peak, _ = peak_bytes_of(lambda: Evaluation(case.problem, (case.plan,))(0))
    rounds = max(1, min(MOST_ROUNDS, ENOUGH // orders))
    took = [dict(stages(build(orders, days), "compiled", seconds_of)) for _ in range(rounds)]
    fastest = {stage: min(t[stage] for t in took) for stage in took[0]}
    return {"orders": orders, "rounds": rounds, "peak_bytes": peak, "seconds": fastest}


def measure(site: str, sizes: list[int], days: int) -> dict[str, Any]:
    """Every size, and the slopes."""
    rows = [of_another_process(__file__, "--one", n, "--site", site, "--days", days) for n in sizes]
    loop = [row["seconds"]["play"] for row in rows]
    total = [sum(row["seconds"].values()) for row in rows]
    return {
        "site": site,
        "days": days,
        "sizes": rows,
        "slope_of_all": round(slope(sizes, total), 3),
        "slope_of_loop": round(slope(sizes, loop), 3),
        "bytes_per_order": {
            n: round(row["peak_bytes"] / n) for row in rows if (n := row["orders"]) >= LARGE
        },
        "draw_to_loop": {
            row["orders"]: round(row["seconds"]["draw"] / row["seconds"]["play"], 2) for row in rows
        },
    }


def report(found: dict[str, Any]) -> str:
    names = list(found["sizes"][0]["seconds"])
    rows = [
        (
            f"{row['orders']:,}",
            *(figure(1e9 * s / row["orders"]) for s in row["seconds"].values()),
            f"{sum(row['seconds'].values()):.3g}",
            found["bytes_per_order"].get(row["orders"], "-"),
        )
        for row in found["sizes"]
    ]
    return "\n".join(
        [
            (
                f"{found['site'].capitalize()}, days: {found['days']}, one process, ns per order "
                "by "
                "stage:"
            ),
            "",
            table(("orders", *names, "seconds in all", "peak bytes/order"), rows),
            "",
            f"Slope of time against orders: {found['slope_of_all']:.2f} in all, "
            f"{found['slope_of_loop']:.2f} for the "
            "compiled loop.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, nargs="+", default=SIZES)
    parser.add_argument("--site", choices=SITES, default="three stages")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure_one(asked.site, asked.one, asked.days)))
        return
    found = measure(asked.site, list(asked.orders), asked.days)
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
