"""Replications against worker processes: how much faster are two than one, and a dask cluster than
processes?

Each replication of the promotion (three stages, `--orders` orders) is drawn, simulated with the
compiled engine, rated and summed up, as `planner run` does it. Rounds are paired. What more than
one process costs beyond its work (starting, sending, waiting for the last) is the overhead: seconds
x processes / seconds of one process - 1.

    python benchmarks/simulation/workers.py [--orders N] [--replications N | --full]
        [--rounds R] [--dask] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import figure, in_turns, median_ratio, seconds_of, table
from benchmarks.simulation.sites import three_stages
from benchmarks.simulation.stages_of_a_replication import stages
from planner.domain.digest import digest
from planner.simulation.replications import replicate
from planner.studies.certification.common_replications import Evaluation

STATED = 200  # replications of a certified plan
DASK = "dask, {} workers"


def measure(
    orders: int, days: int, replications: int, processes: list[int], *, dask: bool, rounds: int
) -> dict[str, Any]:
    """Seconds of the same replications with each number of processes, and whether all gave the same
    results.
    """
    tiny = three_stages(500, 1)
    next_to_nothing = Evaluation(tiny.problem, (tiny.plan,))
    next_to_nothing(0)
    start_s, _ = seconds_of(
        partial(replicate, next_to_nothing, range(processes[-1]), processes[-1])
    )
    case = three_stages(orders, days)
    loop_s = dict(stages(case, "compiled", seconds_of))["play"]
    trial = Evaluation(case.problem, (case.plan,))
    run = partial(replicate, trial, range(replications))
    tasks: dict[str, Callable[[], Any]] = {in_words(p): partial(run, p) for p in processes}
    with cluster(processes[-1] if dask else 0) as address:
        if address:
            tasks[DASK.format(processes[-1])] = partial(run, processes[-1], address)
            replicate(
                trial, range(processes[-1]), processes[-1], address
            )  # its workers load the planner
        seconds, results = in_turns(tasks, rounds)
    digests = {name: digest(result) for name, result in results.items()}
    one, most = seconds[in_words(processes[0])], seconds[in_words(processes[-1])]
    found = {
        "orders": len(case.orders),
        "replications": replications,
        "rounds": rounds,
        "compiled_loop_s": round(loop_s, 4),
        "start_s": round(start_s, 3),
        "seconds": {name: round(statistics.median(took), 3) for name, took in seconds.items()},
        "speed_up": {name: round(median_ratio(one, took), 3) for name, took in seconds.items()},
        "processes": processes[-1],
        "overhead": round(processes[-1] * median_ratio(most, one) - 1, 4),
        "loops": round(statistics.median(most) * processes[-1] / loop_s, 1),
        "same_results": len(set(digests.values())) == 1,
        "digest": digests[in_words(processes[0])][:16],
    }
    if dask:
        found["dask_to_processes"] = round(
            median_ratio(seconds[DASK.format(processes[-1])], most), 3
        )
    return found


def in_words(processes: int) -> str:
    return "1 process" if processes == 1 else f"{processes} processes"


@contextmanager
def cluster(workers: int) -> Iterator[str]:
    """The address of a dask cluster on this machine with that many single-threaded workers; "" for
    none.
    """
    if not workers:
        yield ""
        return
    from distributed import LocalCluster

    with LocalCluster(
        workers, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as there:
        yield there.scheduler_address


def report(found: dict[str, Any]) -> str:
    n, one = found["replications"], found["seconds"]["1 process"]
    rows = [
        (name, figure(s), figure(60 * n / s), f"{found['speed_up'][name]:.2f}")
        for name, s in found["seconds"].items()
    ]
    lines = [
        f"{n} replications of {found['orders']:,} orders, paired rounds: {found['rounds']}:",
        "",
        table(("workers", "seconds", "replications/min", "speed-up"), rows),
        "",
        f"The same results everywhere: {'yes' if found['same_results'] else 'NO'}. Overhead of "
        f"{found['processes']} "
        f"processes over one: {100 * found['overhead']:.1f} % (starting them takes "
        f"{found['start_s']:.1f} s). One "
        f"replication takes {1000 * one / n:.0f} ms, of which "
        f"{1000 * found['compiled_loop_s']:.0f} ms in the compiled "
        f"loop: all {n} take {figure(found['loops'])} x loop / {found['processes']} cores.",
    ]
    if "dask_to_processes" in found:
        lines[-1] += f" Dask takes {found['dask_to_processes']:.2f} times as long as processes."
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--replications", type=int, default=20)
    parser.add_argument("--full", action="store_true", help=f"{STATED} replications, one round")
    parser.add_argument(
        "--processes", type=int, nargs="+", default=sorted({1, os.cpu_count() or 1})
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--dask", action="store_true", help="also on a dask cluster of this machine"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    replications, rounds = (STATED, 1) if asked.full else (asked.replications, asked.rounds)
    found = measure(
        asked.orders,
        asked.days,
        replications,
        asked.processes,
        dask=asked.dask,
        rounds=rounds,
    )
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
