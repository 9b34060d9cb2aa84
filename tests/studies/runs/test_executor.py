"""Workers are kept for several tasks, and draw ahead where that is worth it."""

from __future__ import annotations

import multiprocessing
import os
import time

import pytest

from planner.domain.random_streams import REHEARSAL, Streams
from planner.simulation.drawn_orders import store
from planner.studies.runs import executor as executor_module
from planner.studies.runs.executor import Executor
from tests.simulation.builders import generated


def process(replication: int) -> int:
    """The number of the process that does it."""
    return os.getpid()


def done_by(executor: Executor) -> set[int]:
    """The processes that do a task."""
    found: list[int] = []
    executor.run(process, range(8), lambda _, number: found.append(number))
    return set(found)


def test_workers_serve_one_task_after_the_other() -> None:
    """The same processes within a block, others outside it, none afterwards."""
    bystanders = set(multiprocessing.active_children())
    executor = Executor(2)
    with executor.open():
        assert not executor.started
        first = done_by(executor)
        assert executor.started
        assert os.getpid() not in first
        assert len(first | done_by(executor)) <= 2
    assert not executor.started
    assert not done_by(executor) & first
    assert set(multiprocessing.active_children()) == bystanders


def test_workers_draw_orders_and_do_more_in_the_background(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where that takes long enough; few orders are left to those who ask for them."""
    problem, _ = generated(7)
    asked = [Streams(problem.seed, REHEARSAL, k) for k in range(3)]
    executor = Executor(2)
    with executor.open():
        folder = store()
        assert folder is not None
        with executor.drawing(problem, asked):
            assert not executor.started
        monkeypatch.setattr(executor_module, "DRAWING_S", 1.0)
        with executor.background(os.getpid) as wait, executor.drawing(problem, asked):
            assert wait() != os.getpid()
            for _ in range(300):
                drawn = list(folder.folder.glob("*.columns"))
                if len(drawn) == len(asked):
                    break
                time.sleep(0.1)
        assert len(drawn) == len(asked)


def test_what_a_lost_worker_leaves_is_done_here() -> None:
    """The worker that computes something in the background is killed."""
    bystanders = set(multiprocessing.active_children())
    executor = Executor(2)
    with executor.open():
        with executor.background(in_half_a_minute) as wait:
            for worker in set(multiprocessing.active_children()) - bystanders:
                worker.kill()
            assert wait() == os.getpid()
        assert os.getpid() not in done_by(executor)


def in_half_a_minute() -> int:
    """Only this process has a result soon."""
    if multiprocessing.parent_process() is not None:
        time.sleep(30)
    return os.getpid()
