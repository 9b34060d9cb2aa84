"""Where replications run: in this process, in several, or on a cluster."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from planner.domain.choices import Engine
from planner.simulation.replications import replicate
from planner.simulation.workers_pool import check_cluster

T = TypeVar("T")


@dataclass(frozen=True)
class Executor:
    """Runs independent tasks; none of its fields changes a result.

    Parameters
    ----------
    jobs : int
        Processes of this machine; 1 is this process alone.
    scheduler : str, optional
        Address of a dask scheduler (tcp://host:port) whose cluster takes the place of `jobs`.
    engine : {"compiled", "simpy"}
        Simulation engine of the replications.
    """

    jobs: int = 1
    scheduler: str | None = None
    engine: Engine = "compiled"

    def check(self) -> None:
        """Raise ClusterError where the cluster cannot be reached."""
        if self.scheduler is not None:
            check_cluster(self.scheduler)

    def run(
        self,
        task: Callable[[int], T],
        replications: Sequence[int],
        on_done: Callable[[int, T], None],
        alone_s: float = 0.0,
    ) -> None:
        """Run `task` for each replication and report every result as soon as it is ready.

        Parameters
        ----------
        task : callable
            Takes the number of a replication; picklable where other processes take part.
        replications : sequence of int
            Numbers of the replications to run.
        on_done : callable
            Takes the number of a replication and its result, in any order.
        alone_s : float
            Seconds during which this process works alone before it starts others: short work is
            done by then. On a cluster it is not used.
        """
        waiting = list(replications)
        until = time.perf_counter() + (alone_s if self.scheduler is None else 0.0)
        while waiting and time.perf_counter() < until:
            k = waiting.pop(0)
            on_done(k, task(k))
        replicate(task, waiting, self.jobs, self.scheduler, on_done)
