"""A journal gives back what was kept, only to the same study, and only what is proved intact."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from planner.domain.arrays import Floats, Ints
from planner.errors import ClusterError, CrashError, NoPlanError, PlannerError
from planner.studies.runs.journal import MISSING, Journal, journal_at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / ".out.journal"


def written(path: Path, fingerprint: str = "mine", results: int = 3) -> Path:
    """A journal that an earlier run left."""
    journal = Journal(path, fingerprint)
    for k in range(results):
        journal.keep("promotions", str(k), int, k * k)
    journal.close()
    return path


def left_by(error: BaseException, path: Path, results: int = 1) -> BaseException:
    """Break a study off with an error after some results."""

    def study() -> None:
        with journal_at(path, "mine", print) as journal:
            for k in range(results):
                journal.keep("promotions", str(k), int, k)
            raise error

    with pytest.raises(type(error)) as caught:
        study()
    return caught.value


def test_what_was_kept_comes_back(path: Path) -> None:
    """Values of any type, under the kind and key they were kept with, also after the file was
    closed.
    """
    values: dict[str, tuple[Any, Any]] = {
        "a": ([1, 2.5, None], list[float | None]),
        "b": (np.arange(5), Ints),
        "c": ("中文", str),
    }
    journal = Journal(path, "mine")
    for key, (value, expected) in values.items():
        journal.keep("plans", key, expected, value)
    journal.close()
    again = Journal(path, "mine")
    assert again.recall("plans", "a", list[float | None]) == [1, 2.5, None]
    assert again.recall("plans", "b", Ints).tolist() == [0, 1, 2, 3, 4]
    assert again.recall("plans", "c", str) == "中文"
    assert again.recall("promotions", "a", int) is MISSING
    again.close()


def test_every_result_survives_a_kill(path: Path) -> None:
    """A process killed right after `keep` has lost nothing."""
    program = (
        "import os, signal; from pathlib import Path; from planner.studies.runs.journal import "
        "Journal\n"
        f"journal = Journal(Path({str(path)!r}), 'mine')\n"
        "for k in range(50): journal.keep('promotions', str(k), int, k)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    journal = Journal(path, "mine")
    assert [journal.recall("promotions", str(k), int) for k in range(50)] == list(range(50))
    journal.close()


def test_what_is_there_is_reported_once(path: Path) -> None:
    """One message says what an earlier run has left."""
    heard: list[str] = []
    Journal(written(path), "mine", heard.append).close()
    assert heard == ["resuming an earlier run (promotions: 3)"]


def test_once_makes_a_value_only_once(path: Path) -> None:
    """The second asks the journal; without a journal, every call makes it."""
    journal, made = Journal(path, "mine"), []
    for _ in range(2):
        assert journal.once("plans", "joint", str, lambda: made.append(1) or "plan") == "plan"
    assert len(made) == 1
    journal.close()
    for _ in range(2):
        assert Journal().once("plans", "joint", str, lambda: made.append(1) or "plan") == "plan"
    assert len(made) == 3


def test_made_and_recalled_are_the_same(path: Path) -> None:
    """An array has the same memory order whether just made or recalled: sums repeat to the last
    bit.
    """
    journal = Journal(path, "mine")
    made = journal.once("plans", "joint", Floats, lambda: np.arange(12.0).reshape(3, 4)[:, ::2])
    recalled = journal.once("plans", "joint", Floats, lambda: np.zeros(1))
    assert made.tolist() == recalled.tolist()
    assert made.strides == recalled.strides
    journal.close()


def test_another_study_does_not_meet_old_results(path: Path) -> None:
    """With other inputs, options or versions the journal begins again, and says so."""
    heard: list[str] = []
    journal = Journal(written(path), "another", heard.append)
    assert journal.recall("promotions", "1", int) is MISSING
    assert heard == ["what an earlier run left belongs to other inputs or options: starting afresh"]
    journal.close()


def test_one_planner_at_a_time(path: Path) -> None:
    """A second planner is refused while the first is running, and accepted afterwards."""
    first = Journal(path, "mine")
    with pytest.raises(PlannerError, match="another planner process is writing this result"):
        Journal(path, "mine")
    first.keep("promotions", "0", int, 0)
    first.close()
    with (
        pytest.raises(PlannerError, match="another planner process"),
        journal_at(path, "mine", print),
        Journal(path, "mine"),
    ):
        pass


def test_only_the_owner_may_read_it(path: Path) -> None:
    """The file and its companion are for their owner alone."""
    journal = Journal(path, "mine")
    journal.keep("promotions", "0", int, 0)
    files = list(path.parent.iterdir())
    assert len(files) == 2
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    journal.close()


def test_a_full_disk_is_an_error_in_words_and_loses_nothing(path: Path) -> None:
    """A disk that takes no more stops the study; what was kept before is still there."""
    journal = Journal(written(path), "mine")
    journal._ask("PRAGMA max_page_count = 4")
    with pytest.raises(OSError, match=r"the journal cannot be written .*full"):
        journal.keep("plans", "joint", Ints, np.frombuffer(os.urandom(800_000), np.int64))
    journal.close()
    assert Journal(path, "mine").recall("promotions", "2", int) == 4


def test_a_study_that_is_done_leaves_no_journal(path: Path) -> None:
    """Neither the file nor its companions stay."""
    with journal_at(path, "mine", print) as journal:
        journal.keep("promotions", "0", int, 0)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), CrashError(), ClusterError(), MemoryError(), OSError()]
)
def test_results_stay_when_the_same_command_may_continue(path: Path, error: BaseException) -> None:
    """After an interruption, a crash, an unreachable cluster or a full disk; and the error says
    so.
    """
    assert left_by(error, path).__notes__ == ["the same command continues where it stopped"]
    assert Journal(path, "mine").recall("promotions", "0", int) == 0


@pytest.mark.parametrize("error", [ValueError(), KeyError("crew"), IndexError()])
def test_no_journal_is_the_cause_of_an_error_twice(path: Path, error: Exception) -> None:
    """After an error that nobody foresaw what was resumed is set aside; what the failing run kept
    itself stays.
    """
    left_by(error, path)
    assert [p.name for p in path.parent.iterdir()] == [".out.journal"]
    left_by(error, path)
    assert [p.name for p in path.parent.iterdir()] == [".out.journal.set-aside-1"]
    left_by(KeyboardInterrupt(), path)
    left_by(OSError(), path)
    assert sorted(p.name for p in path.parent.iterdir()) == [
        ".out.journal",
        ".out.journal.set-aside-1",
    ]


@pytest.mark.parametrize("error", [NoPlanError("infeasible"), PlannerError("wrong")])
def test_results_go_when_the_same_command_cannot_succeed(path: Path, error: BaseException) -> None:
    """After an error of the input nothing is left."""
    assert not hasattr(left_by(error, path), "__notes__")
    assert list(path.parent.iterdir()) == []


def test_an_interruption_before_the_first_result_leaves_nothing(path: Path) -> None:
    """An empty journal is not worth a file."""
    assert not hasattr(left_by(KeyboardInterrupt(), path, results=0), "__notes__")
    assert list(path.parent.iterdir()) == []


def test_without_a_path_nothing_is_remembered(tmp_path: Path) -> None:
    """A study nobody waits long for needs no file."""
    journal = Journal()
    journal.keep("promotions", "0", int, 0)
    assert journal.recall("promotions", "0", int) is MISSING
    journal.close()
    journal.remove()


def test_values_are_packed_small(path: Path) -> None:
    """A large array of zeros takes a fraction of its size."""
    journal = Journal(path, "mine")
    journal.keep("promotions", "0", Floats, np.zeros(100_000))
    assert len(journal._ask("SELECT value FROM results WHERE kind = 'promotions'")[0][0]) < 10_000
    journal.close()
