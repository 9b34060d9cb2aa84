"""A dask cluster does what processes do: the same bytes, the same errors in words."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from distributed import LocalCluster

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ClusterError, CrashError
from planner.simulation.executors import check_workers
from planner.simulation.program import program
from planner.simulation.replicate import replicate
from tests.builders import played
from tests.simulation.generated import generated


@dataclass(frozen=True)
class Play:
    """Every moment of one replication, as bytes."""

    problem: Problem
    plan: Plan

    def __call__(self, replication: int) -> tuple[bytes, ...]:
        records = played(self.problem, self.plan, replication)
        return records.start_s.tobytes(), records.end_s.tobytes(), records.handed_over_at_s.tobytes()


@dataclass(frozen=True)
class DieOnce:
    """Kills its own worker at some replications, the first time each."""

    folder: Path
    at: tuple[int, ...]

    def __call__(self, replication: int) -> int:
        marker = self.folder / str(replication)
        if replication in self.at and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return replication * 10


def die(replication: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return replication


def fail(replication: int) -> int:
    raise ValueError(f"replication {replication}")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two workers, each a process of its own."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_bytes_as_one_process(address: str) -> None:
    """The same replications in the same order, each reported once."""
    play = Play(*generated(11))
    done: list[int] = []
    alone = replicate(play, range(8))
    assert replicate(play, range(8), scheduler=address, on_done=lambda k, _: done.append(k)) == alone
    assert sorted(done) == list(range(8))


def test_a_killed_worker_of_a_cluster_loses_no_replication(address: str, tmp_path: Path) -> None:
    """The cluster replaces it, and every result arrives."""
    assert replicate(DieOnce(tmp_path, (1, 4)), range(6), scheduler=address) == [0, 10, 20, 30, 40, 50]


def test_an_error_of_the_task_comes_through_from_a_cluster(address: str) -> None:
    """What the task raises there is raised here."""
    with pytest.raises(ValueError, match=r"replication [01]"):
        replicate(fail, range(2), scheduler=address)
