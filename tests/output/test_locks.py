"""A lock ends with its process, and what a killed one leaves does not block."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.output import locks
from planner.output.locks import Lock

HOLD = """\
import sys, time
from pathlib import Path
from planner.output.locks import Lock
lock = Lock(Path(sys.argv[1]))
print(lock.take(), flush=True)
time.sleep(60)
"""


def test_a_killed_process_blocks_nobody(tmp_path: Path) -> None:
    """While the process runs, the lock is its own; after kill -9 the file is left, taken over and
    removed.
    """
    path = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        assert not Lock(path).take()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert path.exists()
    lock = Lock(path)
    assert lock.take()
    lock.release()
    assert not path.exists()


def test_a_lock_on_a_removed_file_is_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process removes the file between our opening and locking it: two would hold a
    lock.
    """
    path, lock_file = tmp_path / "lock", locks._lock
    removed: list[Path] = []

    def remove_first(stream: object) -> None:
        if not removed:
            path.unlink()
            removed.append(path)
        lock_file(stream)

    monkeypatch.setattr(locks, "_lock", remove_first)
    first = Lock(path)
    assert first.take()
    assert not Lock(path).take()
    first.release()


ODD = [
    os.mkfifo,
    os.mkdir,
    lambda path: os.symlink("/dev/null", path),
    lambda path: path.write_text("mine"),
]


@pytest.mark.parametrize("make", ODD)
def test_what_stands_in_the_place_of_the_lock_is_named(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """A FIFO does not make us wait, a link is not followed, a file with a content stays."""
    make(tmp_path / "lock")
    with pytest.raises(
        PlannerError, match="lock: is in the place of a lock file and is not one; remove it"
    ):
        Lock(tmp_path / "lock").take()


def test_a_disk_without_locks_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than two planners writing the same result."""

    def unsupported(_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks, "_lock", unsupported)
    with pytest.raises(
        PlannerError, match=r"no file locks \(No locks available\).*choose a folder on another disk"
    ):
        Lock(tmp_path / "lock").take()
