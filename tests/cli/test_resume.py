"""Resumed studies: however a study is interrupted and wherever its replications are simulated, the
final bytes are the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from distributed import LocalCluster

from tests.cli.builders import write_queue
from tests.cli.conftest import call, call_here, without_figures

REPLICATIONS = 60


def planner(*args: object) -> list[str]:
    return [sys.executable, "-m", "planner", *map(str, args)]


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file that must repeat."""
    files = (
        p for p in folder.rglob("*") if p.is_file() and p.name not in ("timing.json", "log.txt")
    )
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files
    }


def next_to(out: Path) -> list[str]:
    """Names of what a study has left next to its result."""
    return sorted(p.name for p in out.parent.iterdir() if p != out)


def until_kept(process: subprocess.Popen[str], out: Path, results: int) -> None:
    """Wait until the journal of a running study has grown so many times, or the study is done."""
    journal = out.with_name(f".{out.name}.journal-wal")
    seen, size = 0, -1
    while seen <= results and process.poll() is None:
        time.sleep(0.002)
        now = journal.stat().st_size if journal.exists() else -1
        seen, size = seen + (now != size), now


def killed(command: list[str], out: Path, results: int) -> None:
    """Start a study and kill it once it has kept so many results."""
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True
    ) as process:
        until_kept(process, out, results)
        process.kill()
    assert process.returncode == -signal.SIGKILL


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario whose simulation takes milliseconds."""
    return write_queue(
        tmp_path_factory.mktemp("queue"), per_day=200, law="cv: 1", servers=2, days=3
    )


@pytest.fixture(scope="module", autouse=True)
def undrawn() -> Iterator[None]:
    """Figures follow from the tables, whatever was interrupted before."""
    with without_figures():
        yield


@pytest.fixture(scope="module")
def whole(queue: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Hashes of a simulation that nothing interrupted."""
    out = tmp_path_factory.mktemp("whole") / "out"
    assert (
        call_here("simulate", queue, "-o", out, "--replications", REPLICATIONS, "--jobs", 1).code
        == 0
    )
    return hashes(out)


def test_killed_at_any_moment_it_resumes_to_the_same_bytes(
    queue: Path, tmp_path: Path, whole: dict[str, str]
) -> None:
    """Killed three times on its way, a simulation ends with the bytes of one that was not, and
    nothing next to it.
    """
    out = tmp_path / "out"
    command = planner("simulate", queue, "-o", out, "--replications", REPLICATIONS, "--jobs", 1)
    for results in (3, 8, 17):
        killed(command, out, results)
        assert not out.exists()
    resumed = call_here(*command[3:])
    assert "resuming an earlier run" in resumed.err
    assert hashes(out) == whole
    assert next_to(out) == []


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(20))
def test_a_run_killed_at_a_random_moment_resumes_to_the_same_bytes(
    small: Path, small_run: Path, tmp_path: Path, moment: int
) -> None:
    """From reading the scenario to writing the last file: the same command gives the bytes of a run
    left alone.
    """
    out = tmp_path / "out"
    command = planner("run", small, "-o", out, "--replications", 30, "--jobs", 2)
    seconds = sum(json.loads((small_run / "timing.json").read_text()).values()) + 3
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        time.sleep(random.Random(moment).uniform(0, seconds))  # noqa: S311
        process.kill()
    if not out.exists():
        assert call(*command[3:]).code == 0
        assert next_to(out) == []
    assert hashes(out) == hashes(small_run)


@dataclass(frozen=True)
class Planned:
    """A plan that nothing interrupted: how it was asked for, its hashes, and the seconds it
    took.
    """

    asked: tuple[object, ...]
    hashes: dict[str, str]
    seconds: float


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    folder = tmp_path_factory.mktemp("planned")
    scenario = write_queue(folder / "scenario", per_day=60, law="cv: 1", servers=3, days=1)
    asked = (scenario, "--replications", 60, "--effort", 2, "--jobs", 2)
    began = time.monotonic()
    assert call("plan", *asked, "-o", folder / "out").code == 0
    return Planned(asked, hashes(folder / "out"), time.monotonic() - began)


@pytest.mark.slow
@pytest.mark.parametrize("chain", range(20))
def test_a_plan_killed_five_times_resumes_to_the_same_bytes(
    planned: Planned, tmp_path: Path, chain: int
) -> None:
    """At random moments of its whole way, with two worker processes; the moments are printed."""
    out, chance, kills = tmp_path / "out", random.Random(chain), 0  # noqa: S311
    while kills < 5:
        moment = chance.uniform(0, planned.seconds)
        with subprocess.Popen(
            planner("plan", *planned.asked, "-o", out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            time.sleep(moment)
            process.kill()
        kills += process.returncode == -signal.SIGKILL
        print(
            f"chain {chain}: ended with {process.returncode} at most {moment:.3f} s after its start"
        )
        if out.exists():
            assert hashes(out) == planned.hashes
            shutil.rmtree(out)
    assert call("plan", *planned.asked, "-o", out).code == 0
    assert hashes(out) == planned.hashes
    assert next_to(out) == []


@dataclass(frozen=True)
class Interrupted:
    """What happened to a long simulation that a second planner met and Ctrl-C ended."""

    out: Path
    second: int
    second_said: str
    code: int
    said: str
    left: list[str]


@pytest.fixture(
    scope="module",
    params=[signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)],
    ids=str,
)
def interrupted(
    queue: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Interrupted:
    out = tmp_path_factory.mktemp("interrupted") / "out"
    command = planner("simulate", queue, "-o", out, "--replications", 10_000, "--jobs", 2)
    with started(command) as process:
        until_kept(process, out, 5)
        second = call_here(*command[3:])
        strike(process, request.param)
        said = process.communicate(timeout=60)[1]  # far less than the whole takes
    assert left_running(process.pid) == []
    return Interrupted(out, second.code, second.err, process.returncode, said, next_to(out))


def started(command: list[str]) -> subprocess.Popen[str]:
    """A study and its processes as a group of their own, as a terminal has it."""
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def strike(
    process: subprocess.Popen[str], number: int, pauses: Sequence[float] = (0.0, 0.05, 0.2)
) -> None:
    """Three signals in a row to all of the group, as a terminal sends Ctrl-C."""
    for pause in pauses:
        time.sleep(pause)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)


def left_running(group: int, patience_s: float = 20.0) -> list[str]:
    """Command lines of a group's processes that do not end by themselves.

    The tracker of shared memory ends when the last process that it serves has ended, which takes
    seconds on a busy machine. Processes that have ended and wait for their parent do not count.
    """
    until = time.monotonic() + patience_s
    while (left := running(group)) and time.monotonic() < until:
        time.sleep(0.02)
    return left


def running(group: int) -> list[str]:
    """Command lines of the processes of a group that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # after the name in parentheses: state, parent, group
            state, _, of_group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(of_group) == group and state not in "ZX":
                found.append((folder / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(30))
def test_three_interrupts_at_any_moment_leave_nothing_behind(
    small: Path, tmp_path: Path, moment: int
) -> None:
    """While it loads, plans, simulates with two jobs, writes and cleans up: exit 130, only the
    journal is left.
    """
    out, draw = tmp_path / "out", random.Random(moment)  # noqa: S311
    with started(planner("plan", small, "-o", out, "--replications", 10, "--jobs", 2)) as process:
        time.sleep(draw.uniform(0.5, 20))
        strike(
            process, signal.SIGINT, [draw.choice((0.0, 0.003, 0.02, 0.1, 0.3)) for _ in range(4)]
        )
        said = process.communicate(timeout=30)[1]
    assert process.returncode == (0 if out.exists() and "complete" not in said else 130)
    assert "Traceback" not in said
    assert next_to(out) in ([], [".out.journal"])
    assert left_running(process.pid) == []


def test_two_planners_do_not_write_the_same_result(interrupted: Interrupted) -> None:
    """The second is refused with a message; the first continues."""
    assert interrupted.second == 1
    assert "another planner process is writing this result" in interrupted.second_said


def test_an_interruption_ends_soon_and_says_how_to_continue(interrupted: Interrupted) -> None:
    """Exit code 130 at once, not when the work in progress is done; the draft is gone, the journal
    is there.
    """
    assert interrupted.code == 130
    assert (
        interrupted.said.splitlines()[-1]
        == "interrupted; the same command continues where it stopped"
    )
    assert interrupted.left == [".out.journal"]


def test_after_an_interruption_it_resumes_to_the_same_bytes(
    interrupted: Interrupted, queue: Path, whole: dict[str, str]
) -> None:
    """What was done counts, also when fewer replications are asked for now."""
    resumed = call_here(
        "simulate", queue, "-o", interrupted.out, "--replications", REPLICATIONS, "--jobs", 1
    )
    assert "resuming an earlier run" in resumed.err
    assert hashes(interrupted.out) == whole
    assert next_to(interrupted.out) == []


@pytest.mark.slow
def test_a_cluster_gives_the_bytes_of_one_process(
    queue: Path, tmp_path: Path, whole: dict[str, str]
) -> None:
    """Simulated on two dask workers, every file is the same."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        asked = ("-o", tmp_path / "out", "--replications", REPLICATIONS, "--scheduler", address)
        assert call_here("simulate", queue, *asked).code == 0
    assert hashes(tmp_path / "out") == whole


def test_both_engines_give_the_same_results(
    queue: Path, tmp_path: Path, whole: dict[str, str]
) -> None:
    """Simulated with the SimPy model, every file but the manifest, which names the engine, is the
    same.
    """
    asked = (
        "-o",
        tmp_path / "out",
        "--replications",
        REPLICATIONS,
        "--jobs",
        1,
        "--engine",
        "simpy",
    )
    assert call_here("simulate", queue, *asked).code == 0
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert manifest["options"]["engine"] == "simpy"
    assert manifest["engines"] == {"engines": ["simpy"]}
    found = hashes(tmp_path / "out")
    assert {name for name in whole if found[name] != whole[name]} == {"run.json"}
