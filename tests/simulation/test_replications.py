"""Replications on one process or several: the same results in the same order, also when a process
crashes.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import CrashError
from planner.simulation.replications import replicate
from tests.builders import played
from tests.simulation.builders import generated
from tests.simulation.failing_tasks import DieOnce, die, fail


@dataclass(frozen=True)
class Play:
    """The last seconds of one replication."""

    problem: Problem
    plan: Plan

    def __call__(self, replication: int) -> list[int]:
        found: list[int] = played(self.problem, self.plan, replication).packed_at_s.tolist()
        return found


def die_at_five(replication: int) -> int:
    if replication == 5:
        time.sleep(0.5)  # what the other worker has done arrives first
        os.kill(os.getpid(), signal.SIGKILL)
    return replication


def square(replication: int) -> int:
    return replication * replication


def test_results_do_not_depend_on_the_number_of_jobs() -> None:
    """One job and two give the same replications in the same order; each is reported once."""
    play = Play(*generated(11))
    done: list[int] = []
    alone, together = (
        replicate(play, range(6)),
        replicate(play, range(6), 2, on_done=lambda k, _: done.append(k)),
    )
    assert alone == together
    assert sorted(done) == list(range(6))


def test_some_and_then_more_are_all() -> None:
    """Replications 0..2 and then 3..5 are replications 0..5."""
    play = Play(*generated(11))
    assert replicate(play, range(3)) + replicate(play, range(3, 6)) == replicate(play, range(6))


def test_nothing_to_do_gives_nothing() -> None:
    """No replications: an empty list, and no worker process."""
    assert replicate(square, [], 4) == []


def test_progress_is_reported_in_order_on_one_process() -> None:
    """In-process, every replication is reported as it is done."""
    done: list[tuple[int, int]] = []
    assert replicate(square, [3, 1, 2], on_done=lambda k, result: done.append((k, result))) == [
        9,
        1,
        4,
    ]
    assert done == [(3, 9), (1, 1), (2, 4)]


def test_killed_workers_lose_no_replication(tmp_path: Path) -> None:
    """Worker processes that are killed are replaced, any number of times, and every result arrives
    once.
    """
    done: list[int] = []
    at = (2, 5, 8)
    found = replicate(DieOnce(tmp_path, at), range(10), 2, on_done=lambda k, _: done.append(k))
    assert found == [10 * k for k in range(10)]
    assert sorted(done) == list(range(10))
    assert sorted(int(marker.name) for marker in tmp_path.iterdir()) == list(at)


def test_workers_that_keep_dying_are_an_error_in_words() -> None:
    """When new worker processes die too, the error says so."""
    with pytest.raises(CrashError, match=r"killed 2 times .* replication 0"):
        replicate(die, range(2), 2)


def test_a_replication_that_kills_its_worker_is_named() -> None:
    """All others are done before the error says which replication none survives."""
    done: list[int] = []
    with pytest.raises(CrashError, match="replication 5"):
        replicate(die_at_five, range(8), 2, on_done=lambda k, _: done.append(k))
    assert sorted(done) == [0, 1, 2, 3, 4, 6, 7]


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_the_task_comes_through(jobs: int) -> None:
    """What the task raises is raised, whatever the number of jobs."""
    with pytest.raises(ValueError, match=r"replication [01]"):
        replicate(fail, range(2), jobs)


def test_an_interrupt_does_not_wait_for_replications(tmp_path: Path) -> None:
    """Ctrl-C ends the program without waiting for replications that take ten minutes."""
    script = tmp_path / "long_run.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys, time
            from planner.simulation.replications import replicate

            def sleep(replication):
                print("begun", flush=True)
                time.sleep(600)

            if __name__ == "__main__":
                try:
                    replicate(sleep, range(4), 2)
                except KeyboardInterrupt:
                    sys.exit(130)
            """
        )
    )
    root = Path(__file__).resolve().parents[2]
    run = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert run.stdout is not None
    assert run.stdout.readline().strip() == b"begun"
    run.send_signal(signal.SIGINT)
    assert run.wait(timeout=60) == 130
    run.stdout.close()


def test_what_comes_back_is_made_of_plain_numbers() -> None:
    """A replication's seconds are integers (bytes repeat on every machine)."""
    assert all(isinstance(second, int) for second in Play(*generated(11))(0))
    assert np.asarray(Play(*generated(11))(0)).dtype == np.int64
