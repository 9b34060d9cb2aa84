"""Columns kept in a folder: what is read is what was written, and the oldest go."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from pathlib import Path

import numpy as np
import pytest

from planner.domain.random_streams import HELD_OUT, Streams
from planner.simulation import column_store
from planner.simulation.column_store import (
    Columns,
    ColumnStore,
    remove_folder,
    shared_folder,
    temporary_folder,
)
from planner.simulation.drawn_orders import drawn_orders, new_store, store
from planner.simulation.inputs.orders import draw_orders
from tests.simulation.builders import generated

COLUMNS: dict[str, np.ndarray] = {
    "narrow": np.arange(-100, 100, dtype=np.int64),
    "wide": np.array([0, 1 << 40], dtype=np.int64),
    "small": np.array([[1, 300], [-4, 5]], dtype=np.int32),
    "unsigned": np.array([0, 65535], dtype=np.uint16),
    "uniform": np.random.default_rng(1).random(50),
    "flags": np.array([True, False]),
    "repeated": np.broadcast_to(0.5, 1000),
    "none": np.zeros((3, 0), dtype=np.int64),
    "one": np.array([7], dtype=np.int16),
}


def never() -> Columns:
    raise AssertionError("computed again")


def test_columns_come_back_as_they_were(tmp_path: Path) -> None:
    """Numbers, types and shapes; one repeated number takes the place of one."""
    kept = ColumnStore(tmp_path)
    assert kept.kept("a", lambda: COLUMNS) is COLUMNS
    found = kept.kept("a", never)
    assert list(found) == list(COLUMNS)
    for name, column in COLUMNS.items():
        assert found[name].dtype == column.dtype
        assert np.array_equal(found[name], column), name
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size < 2500


def test_what_is_changed_does_not_change_the_store(tmp_path: Path) -> None:
    """Each reader has columns of its own."""
    kept = ColumnStore(tmp_path)
    kept.kept("a", lambda: {"u": np.zeros(100)})
    kept.kept("a", never)["u"][:] = 1.0
    assert not kept.kept("a", never)["u"].any()


def test_the_columns_not_used_for_longest_go(tmp_path: Path) -> None:
    """Beyond the size of two, a third takes the place of the one that was not read since."""
    kept = ColumnStore(tmp_path, most_bytes=20_000)
    for name in ("a", "b"):
        kept.kept(name, lambda: {"u": np.arange(1000.0)})
        time.sleep(0.02)
    kept.kept("a", never)
    time.sleep(0.02)
    kept.kept("c", lambda: {"u": np.arange(1000.0)})
    assert {file.stem for file in tmp_path.iterdir()} == {"a", "c"}


def test_several_processes_keep_to_one_size() -> None:
    """Each by its own count, which a look at all files corrects from time to time."""
    most, one = 1_000_000, 8_000
    with temporary_folder() as folder:
        stores = [ColumnStore(folder, most_bytes=most) for _ in range(5)]
        for number in range(400):
            stores[number % 5 if number > 200 else 0].kept(
                f"{number}", lambda: {"u": np.arange(1000.0)}
            )
            held = sum(file.stat().st_size for file in folder.iterdir())
            assert held <= most + 5 * (most / 64 + 2 * one)
        assert held > most / 2


def test_what_is_read_for_the_last_time_goes_first(tmp_path: Path) -> None:
    """However recent it is; and what nobody will ask for is not written."""
    kept = ColumnStore(tmp_path, most_bytes=21_000)
    for name in ("a", "b"):
        kept.kept(name, lambda: {"u": np.arange(1000.0)})
        time.sleep(0.02)
    assert kept.filling
    kept.kept("b", never, for_the_last_time=True)
    kept.kept("c", lambda: {"u": np.arange(1000.0)}, for_the_last_time=True)
    kept.kept("d", lambda: {"u": np.arange(1000.0)})
    assert {file.stem for file in tmp_path.iterdir()} == {"a", "d"}
    assert not ColumnStore(tmp_path, most_bytes=20_000).filling


def test_a_folder_that_is_gone_costs_no_result(tmp_path: Path) -> None:
    """What cannot be written is computed again."""
    kept = ColumnStore(tmp_path / "gone")
    for _ in range(2):
        assert kept.kept("a", lambda: COLUMNS) is COLUMNS


def test_drawn_orders_are_drawn_once() -> None:
    """The same orders as without a store, for the same problem and replication only."""
    problem, _ = generated(7)
    streams = Streams(problem.seed, HELD_OUT, 0)
    expected = draw_orders(problem, streams)
    assert store() is None
    with new_store() as folder:
        for _ in range(2):
            orders = drawn_orders(problem, streams)
            assert np.array_equal(orders.work_us, expected.work_us)
            assert np.array_equal(orders.route_u, expected.route_u)
            assert orders.refused == expected.refused
        drawn_orders(generated(7, 3)[0], streams)
        drawn_orders(problem, Streams(problem.seed, HELD_OUT, 1))
        assert len(list(folder.iterdir())) == 3
        drawn_orders(problem, Streams(problem.seed, HELD_OUT, 2), keep=False)
        assert len(list(folder.iterdir())) == 3
    assert not folder.exists()


def test_a_shared_folder_is_this_users_alone() -> None:
    """Who knows the token finds the same folder; nobody else reads it."""
    folder = shared_folder("0123456789abcdef")
    assert folder is not None
    assert folder == shared_folder("0123456789abcdef")
    assert folder.stat().st_mode & 0o777 == 0o700
    remove_folder(folder)
    assert not folder.exists()


def test_folders_left_behind_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that nothing changed for a week, and no others."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, recent = (tmp_path / f"{column_store.PREFIX}{name}" for name in ("old", "recent"))
    other = tmp_path / "other"
    for folder in (old, recent, other):
        folder.mkdir()
    for folder in (old, other):
        os.utime(folder, (1, 1))
    with temporary_folder():
        assert not old.exists()
    assert recent.exists()
    assert other.exists()


def test_a_killed_program_leaves_no_folder(tmp_path: Path) -> None:
    """Its workers remove what it could not."""
    script = textwrap.dedent(
        """
        import time
        from planner.studies.runs.executor import Executor
        from tests.simulation.failing_tasks import nap

        executor = Executor(2)
        with executor.open():
            executor.run(nap, range(2), lambda k, result: print("done", flush=True))
            time.sleep(60)
        """
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "done\n"
        assert list(tmp_path.iterdir())
        started.send_signal(signal.SIGKILL)
    for _ in range(600):
        if not list(tmp_path.glob(f"{column_store.PREFIX}*")):
            return
        time.sleep(0.1)
    pytest.fail("the folder is still there")
