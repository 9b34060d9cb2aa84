"""What every benchmark needs: rounds in turns, memory of a process of its own, slopes, and tables
for the README.
"""

from __future__ import annotations

import gc
import json
import math
import os
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np

T = TypeVar("T")
STATUS = Path("/proc/self/status")
FORGET_PEAK = Path("/proc/self/clear_refs")


def in_turns(
    tasks: Mapping[str, Callable[[], T]], rounds: int, once: Container[str] = ()
) -> tuple[dict[str, list[float]], dict[str, T]]:
    """Seconds of each task in each round, and what it gave last.

    The tasks of a round follow each other directly, so that whatever else the machine does slows
    all of them down equally: compare within a round. Tasks in `once` take part in the first round
    only.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    given: dict[str, T] = {}
    for k in range(rounds):
        for name, task in tasks.items():
            if k > 0 and name in once:
                continue
            given.pop(name, None)
            gc.collect()
            began = time.perf_counter()
            given[name] = task()
            seconds[name].append(time.perf_counter() - began)
    return seconds, given


def median_ratio(above: Sequence[float], below: Sequence[float]) -> float:
    """Median of the ratios within each round in which both took part."""
    return statistics.median(a / b for a, b in zip(above, below, strict=False))


def seconds_of(task: Callable[[], T]) -> tuple[float, T]:
    """How long a task takes, and what it gives."""
    gc.collect()
    began = time.perf_counter()
    given = task()
    return time.perf_counter() - began, given


Span = tuple[float, float]  # when something began and ended


@contextmanager
def clock_on_the_solver() -> Iterator[list[Span]]:
    """When each call of the solver's library began and ended while the context lasts."""
    from ortools.math_opt.core.python import solver as core

    calls: list[Span] = []
    solve = core.solve

    def timed(*args: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return solve(*args, **options)
        finally:
            calls.append((began, time.perf_counter()))

    with patch.object(core, "solve", timed):
        yield calls


def seconds_in(spans: Sequence[Span]) -> float:
    """Seconds in which at least one of them was running."""
    total, until = 0.0, -math.inf
    for began, ended in sorted(spans):
        total += max(ended - max(began, until), 0.0)
        until = max(until, ended)
    return total


@contextmanager
def stdout_kept_clean() -> Iterator[None]:
    """What a solver's library prints on stdout, past Python, goes to stderr: stdout is for results
    alone.
    """
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Exponent of the least-squares line through log size and log seconds: 1 is proportional; nan
    of a single size.
    """
    if len(sizes) < 2:
        return math.nan
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def peak_bytes_of(task: Callable[[], T]) -> tuple[int, T]:
    """Peak memory of this process during the task above what it held before, and what the task
    gave.

    Where the system cannot forget an earlier peak (only Linux can), run it in a process that has
    done nothing else.
    """
    gc.collect()
    if FORGET_PEAK.exists():
        FORGET_PEAK.write_text("5")
    before = _held_bytes("VmRSS")
    given = task()
    return max(_held_bytes("VmHWM") - before, 0), given


def _held_bytes(what: str) -> int:
    """Resident memory now (VmRSS) or at its peak (VmHWM)."""
    if STATUS.exists():
        found = re.search(rf"{what}:\s+(\d+) kB", STATUS.read_text())
        if found:
            return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def of_another_process(script: str, *options: object) -> Any:
    """What a script of the benchmarks, run by a fresh interpreter with --json, prints."""
    command = [sys.executable, str(Path(script).resolve()), *map(str, options), "--json"]
    run = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return json.loads(run.stdout)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A markdown table; everything but the first column is aligned right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def figure(number: float) -> str:
    """A figure with three digits that count, or all those before the point."""
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
