"""A dask cluster does what processes do: the same bytes, the same errors in words."""

from __future__ import annotations

import multiprocessing
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dask
import pytest
from distributed import LocalCluster

from planner.child_processes import LOWER_PRIORITY
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ClusterError, CrashError
from planner.simulation import workers_pool
from planner.simulation.code_fingerprint import program
from planner.simulation.replications import replicate
from tests.builders import played
from tests.simulation.builders import generated
from tests.simulation.failing_tasks import DieOnce, die, fail, nap


@dataclass(frozen=True)
class Play:
    """Every moment of one replication, as bytes."""

    problem: Problem
    plan: Plan

    def __call__(self, replication: int) -> tuple[bytes, ...]:
        records = played(self.problem, self.plan, replication)
        return (
            records.start_s.tobytes(),
            records.end_s.tobytes(),
            records.handed_over_at_s.tobytes(),
        )


def priority(_: int) -> int:
    """Of the thread that does the work."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A scheduler with two workers, each a process of its own; one death gives a replication back
    to us.
    """
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster,
    ):
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_bytes_as_one_process(address: str) -> None:
    """The same replications in the same order, each reported once."""
    play = Play(*generated(11))
    done: list[int] = []
    alone = replicate(play, range(8))
    assert (
        replicate(play, range(8), scheduler=address, on_done=lambda k, _: done.append(k)) == alone
    )
    assert sorted(done) == list(range(8))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities of threads")
def test_work_in_the_background_gives_way_and_leaves_no_trace(address: str) -> None:
    """On processes and on a cluster: a lower priority for its time alone, and errors come through."""
    for scheduler in (None, address):
        with workers_pool.workforce(1, scheduler) as force:
            with force.serving(priority, background=True) as workers:
                assert workers.submit(0).result() == LOWER_PRIORITY
            with force.serving(priority) as workers:
                assert workers.submit(0).result() == 0
            with (
                pytest.raises(ValueError, match="replication 1"),
                force.serving(fail, background=True) as workers,
            ):
                workers.submit(1).result()


def test_the_end_of_workers_leaves_other_processes_alone() -> None:
    """A process that was started while they worked, as that of the solver, goes on."""
    with workers_pool.workforce(1, None) as force:
        with force.serving(nap) as workers:
            assert workers.submit(3).result() == 3
        other = multiprocessing.get_context("spawn").Process(target=time.sleep, args=(600,))
        other.start()
    try:
        assert other.is_alive()
    finally:
        other.kill()
        other.join()


def test_a_killed_worker_of_a_cluster_loses_no_replication(address: str, tmp_path: Path) -> None:
    """The cluster replaces it, and every result arrives."""
    assert replicate(DieOnce(tmp_path, (4,)), range(8), scheduler=address) == [
        10 * k for k in range(8)
    ]
    assert [marker.name for marker in tmp_path.iterdir()] == ["4"]


def test_an_error_of_the_task_comes_through_from_a_cluster(address: str) -> None:
    """What the task raises there is raised here."""
    with pytest.raises(ValueError, match=r"replication [01]"):
        replicate(fail, range(2), scheduler=address)


def test_a_worker_with_another_program_is_refused() -> None:
    """Its address and each version that differs are named."""
    answers = {"tcp://a:1": program(), "tcp://b:2": {**program(), "planner": "9.9", "numpy": "9.8"}}
    with pytest.raises(ClusterError) as caught:
        workers_pool.check_workers("tcp://host:8786", answers)
    ours = program()
    assert str(caught.value).splitlines() == [
        "tcp://host:8786: workers that would not give the same result:",
        (
            f"- tcp://b:2: planner 9.9 instead of {ours['planner']}, numpy 9.8 instead of "
            f"{ours['numpy']}"
        ),
    ]


def test_a_worker_that_joins_later_is_checked_too(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replication is not done by a program that was not there when the others were checked."""
    monkeypatch.setattr(workers_pool, "program", lambda: {**program(), "planner": "9.9"})
    monkeypatch.setattr(workers_pool, "check_workers", lambda address, answers: None)
    with pytest.raises(ClusterError, match="joined with another program"):
        replicate(abs, range(2), scheduler=address)


def test_workers_of_a_cluster_that_keep_dying_are_an_error_in_words(address: str) -> None:
    """When new workers die too, without any result, the error says so."""
    with pytest.raises(CrashError, match=r"killed 2 times .* replication 0"):
        replicate(die, range(2), scheduler=address)


def test_a_worker_without_the_planner_is_refused() -> None:
    """What a worker answers may be the error it met."""
    answers = {"tcp://b:2": ModuleNotFoundError("No module named 'planner'")}
    with pytest.raises(ClusterError, match="tcp://b:2: the planner cannot be loaded there"):
        workers_pool.check_workers("tcp://host:8786", answers)


def test_a_scheduler_without_workers_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is waited for a while, then the error says what to start."""
    monkeypatch.setattr(workers_pool, "WORKERS_S", 0.2)
    with LocalCluster(n_workers=0, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        with pytest.raises(
            ClusterError, match=f"no workers; start at least one .dask worker {address}"
        ):
            replicate(abs, range(2), scheduler=address)


def test_nobody_at_the_address_is_an_error_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed door, a server that says nothing, and a wrong address: each is named, and soon."""
    monkeypatch.setattr(workers_pool, "ANSWER_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ClusterError, match=f"{address}: no dask scheduler answers there"):
            replicate(abs, range(2), scheduler=address)
    for wrong in (address, "nonsense", "foo://host:1"):
        with pytest.raises(ClusterError, match=f"{wrong}: no dask scheduler answers there"):
            replicate(abs, range(2), scheduler=wrong)


def test_without_the_library_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """dask.distributed is an extra."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ClusterError, match=r"promo-planner\[cluster\]"):
        replicate(abs, range(2), scheduler="tcp://127.0.0.1:8786")
