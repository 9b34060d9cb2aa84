"""Memory needed by a replication and memory available: too much is refused before any work."""

from __future__ import annotations

import math
import os
from pathlib import Path

from planner.domain.demand import Demand, scaled
from planner.domain.demand_path import mean_path
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.formats.base.input_limits import ORDERS
from planner.formats.base.yaml_source import in_document
from planner.formats.scenario.reader import Scenario

# Measured over replications of 1.2 million orders: 100 bytes an order with one process, 145 with
# two and couriers.
BYTES_PER_ORDER = 100
BYTES_PER_PROCESS = 40  # of an order
_FAR = 3.09  # standard deviations: one replication in a thousand has more
_UNLIMITED = 1 << 60  # cgroups state a number as large as this where they set no limit
_CGROUPS = (
    (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory.current")),
    (
        Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
        Path("/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ),
)


def orders_at_most(problem: Problem) -> float:
    """Number of orders that only one replication in a thousand exceeds.

    The demand is stated or fitted, all risks of more demand strike, and what is open at the start
    is among the orders. Orders beyond a cap count, because they are drawn too.
    """
    demand = problem.demand
    for risk in problem.risks:
        if risk.kind == "demand" and risk.strength > 0:
            demand = scaled(demand, 1.0 + risk.strength)
    coming = _coming(demand, problem.horizon.days)
    backlog = problem.backlog
    if backlog is None:
        return coming
    if backlog.stated is not None:
        return coming + len(backlog.stated)
    if backlog.orders is not None:
        return coming + backlog.orders
    mean = mean_path(demand, problem.horizon)
    expected = float(mean.intensity.sum())
    more = coming / expected if expected else 1.0
    return coming + more * float(backlog.rates(demand, mean).sum())


def _coming(demand: Demand, days: int) -> float:
    """Orders of the horizon's days that only one replication in a thousand exceeds."""
    if demand.given is not None:
        return float(demand.given.orders.sum(axis=(1, 2, 3)).max())
    expected = 0.0 if demand.baseline is None else float(demand.baseline.orders_per_hour.sum())
    if demand.baseline is not None:
        cv = math.hypot(demand.baseline.level_cv, demand.baseline.day_cv / math.sqrt(days))
        expected *= 1.0 + _FAR * cv
    return expected + sum(e.median * math.exp(_FAR * e.sigma) for e in demand.events)


def bytes_needed(problem: Problem) -> int:
    """Memory of one replication in bytes, by the orders it may have."""
    return round(
        orders_at_most(problem) * (BYTES_PER_ORDER + BYTES_PER_PROCESS * len(problem.process_names))
    )


def bytes_available() -> int | None:
    """Memory that this process may still take, in bytes; None where the system does not say.

    It is the least of what the machine, the control group and the limits of the process leave.
    """
    free = [_of_machine(), _of_cgroup(), _of_process()]
    return min((n for n in free if n is not None), default=None)


def refuse_too_many_orders(scenario: Scenario) -> None:
    """Raise InputError where a replication may have more orders than any machine can simulate."""
    orders = orders_at_most(scenario.problem)
    if orders > ORDERS:
        words = (
            f"a promotion may have {orders:.2g} orders; at most {ORDERS:,} can be simulated: "
            "state fewer orders"
        )
        raise InputError(in_document(scenario.document, [Finding("", 0, 0, "demand", words)]))


def refuse_too_large(scenario: Scenario, jobs: int) -> None:
    """Raise InputError where replications that run at once need more memory than available."""
    words = memory_words(scenario.problem, jobs)
    if words:
        raise InputError(in_document(scenario.document, [Finding("", 0, 0, "demand", words)]))


def memory_words(problem: Problem, jobs: int = 1) -> str:
    """Say how much memory replications need and what to change; empty where it suffices."""
    each, there = bytes_needed(problem), bytes_available()
    if there is None or each * jobs <= there:
        return ""
    orders = f"{orders_at_most(problem):,.0f} orders"
    at_once = f"{jobs} at once need {in_gigabytes(each * jobs)}" if jobs > 1 else "that is too much"
    cure = (
        f"use --jobs {there // each}"
        if 1 <= there // each < jobs
        else "state fewer orders, or use a larger machine"
    )
    return (
        f"a replication of up to {orders} needs {in_gigabytes(each)}, {at_once}, and "
        f"{in_gigabytes(there)} are "
        f"available: {cure}"
    )


def in_gigabytes(size: int) -> str:
    """A number of bytes in words, in MB where they are few."""
    if size < 5e4:
        return "less than 0.1 MB"
    return f"{size / 1e9:,.1f} GB" if size >= 5e7 else f"{size / 1e6:,.1f} MB"


def _of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(
            int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")
        )
    except (OSError, StopIteration, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # no such figure on this system
        return None


def _of_cgroup() -> int | None:
    for limit, usage in _CGROUPS:
        try:
            most, used = (
                int(limit.read_text(encoding="ascii")),
                int(usage.read_text(encoding="ascii")),
            )
        except (OSError, ValueError):  # no such group, or `max`: no limit
            continue
        if most < _UNLIMITED:
            return max(most - used, 0)
    return None


def _of_process() -> int | None:
    try:
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[0]
        used = (
            int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
            * resource.getpagesize()
        )
    except (ImportError, OSError, ValueError):
        return None
    return None if most == resource.RLIM_INFINITY else max(most - used, 0)
