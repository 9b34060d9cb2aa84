"""Scan delays that a log shows: from hand-over to first scan, by contract."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.contracts import Contract
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.records import NEVER
from planner.domain.service_terms import ScanDelay
from planner.domain.statistics import CONFIDENCE
from planner.studies.backtest.replay_log import PastPromotion

LEAST_SCANS = 20  # with fewer, no quantile is told
ALL = ""  # every contract, where the log names none
POINTS = {"median": 0.5, "p95": 0.95}


@dataclass(frozen=True, slots=True)
class ScanEstimate:
    """A point of the scan delay of a contract, in hours.

    Attributes
    ----------
    contract : str
        The contract; "": all of them.
    point : {"median", "p95"}
        Which point.
    stated : float or None
        As the contract states it; None where contracts differ.
    estimated, low, high : float
        Of the log, with a 95 % interval; `high` is None where too few scans lie above.
    scans : int
        Parcels it rests on.
    """

    contract: str
    point: str
    stated: float | None
    estimated: float
    low: float
    high: float | None
    scans: int

    @property
    def path(self) -> str:
        """Path of the key in a scenario, as `--set` takes it."""
        return f"contracts.{self.contract or '*'}.service.scan_delay_hours.{self.point}"


def estimate_scans(problem: Problem, past: PastPromotion) -> tuple[ScanEstimate, ...]:
    """Estimate the scan delay of every contract that the log shows.

    Parameters
    ----------
    problem : Problem
        Names the contracts.
    past : PastPromotion
        The log.

    Returns
    -------
    tuple of ScanEstimate
        Median and 95 % point of each contract with enough scans; none where the log says neither
        hand-overs nor scans.
    """
    if not {"handed_over_at", "scanned_at"} <= past.moments.keys():
        return ()
    handed, scanned = past.moments["handed_over_at"], past.moments["scanned_at"]
    known = (handed != NEVER) & (scanned != NEVER) & (scanned >= handed)
    hours = (scanned - handed) / HOUR_S
    named = bool((past.contract[known] >= 0).all()) and bool(known.any())
    found: list[ScanEstimate] = []
    for k, name in enumerate(problem.contract_names) if named else [(-1, ALL)]:
        of_contract = hours[known & (past.contract == k)] if named else hours[known]
        if len(of_contract) >= LEAST_SCANS:
            found += _points(problem, name, np.sort(of_contract))
    return tuple(found)


def _points(problem: Problem, name: str, hours: Floats) -> Iterator[ScanEstimate]:
    """Points of sorted delays, with intervals from order statistics."""
    for point, share in POINTS.items():
        low, high = quantile_interval(hours, share)
        middle = float(np.quantile(hours, share, method="median_unbiased"))
        stated = _stated(problem, name, point)
        yield ScanEstimate(name, point, stated, middle, low, high, len(hours))


def with_scans(problem: Problem, scans: Sequence[ScanEstimate]) -> Problem:
    """The problem with the scan delays that a log shows, in every zone of their contracts."""
    shown = {(scan.contract, scan.point): round(scan.estimated * HOUR_S) for scan in scans}

    def changed(contract: Contract) -> Contract:
        name = contract.name if (contract.name, "median") in shown else ALL
        if (name, "median") not in shown:
            return contract
        delay = ScanDelay(shown[name, "median"], shown[name, "p95"])
        terms = replace(contract.service, scan_delay=delay, scan_delay_by_zone={})
        return replace(contract, service=terms)

    return replace(problem, contracts=tuple(changed(c) for c in problem.contracts))


def quantile_interval(values: Floats, share: float) -> tuple[float, float | None]:
    """95 % interval of a quantile from sorted values, without an assumption on their distribution.

    Parameters
    ----------
    values : Floats
        Sorted values.
    share : float
        The quantile, in (0, 1).

    Returns
    -------
    tuple of float and float or None
        Lower and upper limit; None where even the largest value may lie below the quantile.

    References
    ----------
    David and Nagaraja (2003), Order Statistics, section 7.1.
    """
    from scipy.stats import binom

    n, tail = len(values), (1 - CONFIDENCE) / 2
    below, above = int(binom.ppf(tail, n, share)), int(binom.ppf(1 - tail, n, share)) + 1
    return float(values[max(below - 1, 0)]), float(values[above - 1]) if above <= n else None


def _stated(problem: Problem, name: str, point: str) -> float | None:
    """Hours that the contract states; of all contracts, where they agree."""
    delays = {
        (c.service.scan_delay.median_s, c.service.scan_delay.p95_s)
        for c in problem.contracts
        if name in (ALL, c.name)
    }
    if len(delays) != 1:
        return None
    median_s, p95_s = delays.pop()
    return (median_s if point == "median" else p95_s) / HOUR_S
