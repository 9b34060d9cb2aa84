"""Time buckets of a site's day, and who can work for how long in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.disruptions import closures
from planner.domain.horizon import DAY_S, Interval
from planner.domain.problem import Problem
from planner.domain.site import Process, Site


@dataclass(frozen=True, eq=False)
class Timeline:
    """Time buckets of a site: bucket b is [edges[b], edges[b + 1]) in seconds.

    `edges` run from 0 to the end of the horizon.
    """

    edges: Ints

    @property
    def buckets(self) -> int:
        """Number of buckets."""
        return len(self.edges) - 1

    def seconds_in(self, stretches: list[Interval]) -> Floats:
        """Seconds of each bucket [bucket] that the stretches cover."""
        covered = np.zeros(self.buckets)
        for a, b in stretches:
            covered += np.clip(
                np.minimum(self.edges[1:], b) - np.maximum(self.edges[:-1], a), 0, None
            )
        return covered


def timeline(problem: Problem, site: Site, longest_s: int, moments: Iterable[int] = ()) -> Timeline:
    """Buckets that end at midnights, starts and ends of work, collections and other moments.

    Longer buckets are divided evenly.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    site : Site
        The site.
    longest_s : int
        Longest bucket in seconds.
    moments : Iterable[int]
        Other edges in seconds: of demand and its deadlines.

    Returns
    -------
    Timeline
        The buckets.
    """
    end_s = problem.horizon.end_s
    edges = {
        *(day * DAY_S for day in range(problem.horizon.days + 1)),
        *(int(second) for second in moments),
    }
    crews = [c for c in problem.crews if c.site == site.name]
    worked = [s for s in problem.shifts if site.names(s)]
    shifts = [s for s in worked if not s.extends or any(c.may_work(s) for c in crews)]
    for day in range(problem.horizon.days):
        for shift in shifts:
            for stretch in site.working(shift, day):
                edges.update(stretch)
        edges.update(day * DAY_S + c.at_s for c in site.collections)
    for closed in closures(problem, site.name):
        edges.update(closed)
    inside = np.array(sorted(e for e in edges if 0 <= e <= end_s), dtype=np.int64)
    counts = np.maximum(-(-np.diff(inside) // longest_s), 1)
    parts = [
        a + (b - a) * np.arange(n) // n
        for a, b, n in zip(inside[:-1], inside[1:], counts, strict=True)
    ]
    return Timeline(np.concatenate([*parts, inside[-1:]]))


def work_seconds(process: Process, mean_work: float) -> float:
    """Mean seconds one order takes a worker of standard speed.

    Work, and its part of the set-up of a full batch.
    """
    return process.mean_s * mean_work + process.batch_setup_s / process.batch_orders
