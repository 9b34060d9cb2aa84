"""Forged result folders end in findings: never in a crash, never in a hang, never with all the memory gone.

A failing case is repeated by its seed: PLANNER_FUZZ_SEED=1234 pytest tests/fuzz/test_run_folders.py
"""

from __future__ import annotations

import io
import os
import resource
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType

import pytest

from planner.cli.main import main
from planner.errors import ExitCode
from planner.studies import run
from tests.cli.conftest import call_here
from tests.cli.scenarios import write_queue, write_small
from tests.fuzz.run_folders import forge

FIRST_SEED = 20_261_111
FEW, MANY = 25, 5_000
SECONDS = 60  # of one command
BYTES = 1_500_000_000  # that one command may take on top of what the process has
EXPECTED = frozenset(range(6))  # exit codes: everything but a crash and an interruption


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small folders of every kind; the scenario of the first is kept for `simulate --plan`."""
    base = tmp_path_factory.mktemp("honest")
    small = write_small(base / "small", {"deadline_hours: 48": "deadline_hours: 6"})
    queue = write_queue(base / "queue", 600, "cv: 0", servers=2, days=2)
    quick = ("--jobs", 1, "--quiet")
    commands = {
        "plan": ("plan", small, "--method", "average", "--replications", 3, *quick),
        "refused": ("plan", queue, "--effort", 5, *quick),
        "forecast": ("forecast", small, "--quiet"),
    }
    for name, command in commands.items():
        call_here(*command, "-o", base / name)
        assert (base / name / "run.json").is_file()
    return {"scenario": small, **{name: base / name for name in commands}}


@pytest.fixture(autouse=True)
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """`simulate` draws the figures of its own result, not of the forged folder: they would take most of the time."""
    monkeypatch.setattr(run, "write_report", lambda *_: [])


class TooSlowError(BaseException):
    """A command took too long (no Exception: nothing in the planner may catch it)."""


def _too_slow(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlowError


@contextmanager
def limited() -> Iterator[None]:
    """Seconds and bytes of one command."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = signal.signal(signal.SIGALRM, _too_slow)
    resource.setrlimit(resource.RLIMIT_AS, (used + BYTES, hard))
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def outcome(*args: object) -> tuple[int, str]:
    """Exit code and messages of `planner ARGS` in this process, within the limits."""
    out, err = io.StringIO(), io.StringIO()
    try:
        with limited(), redirect_stdout(out), redirect_stderr(err):
            main([*map(str, args)])
    except SystemExit as ended:
        return int(ended.code or 0), err.getvalue()
    except TooSlowError:
        return -1, f"took more than {SECONDS} s"
    except BaseException as error:
        return -2, f"{type(error).__name__}: {error}"
    return -3, "did not exit"


def commands(
    folder: Path, honest: dict[str, Path], out: Path, formats: tuple[str, ...]
) -> dict[str, tuple[object, ...]]:
    """What is done with a forged folder."""
    return {
        "explain": ("explain", folder),
        "verify": ("verify", folder),
        "simulate": ("simulate", honest["scenario"], "--plan", folder, "-o", out, "--replications", 1, "--jobs", 1),
        "report": ("report", folder, "--quiet", *(word for name in formats for word in ("--format", name))),
    }


def failures_of(
    seed: int, honest: dict[str, Path], folder: Path, formats: tuple[str, ...]
) -> tuple[list[str], Counter[int]]:
    """What goes wrong with the folder forged from a seed, and the exit codes of the commands."""
    kind = ("plan", "plan", "plan", "refused", "forecast")[seed % 5]
    done = forge(honest[kind], folder, seed)
    codes: Counter[int] = Counter()
    failed = []
    refused = False
    for name, command in commands(folder, honest, folder.with_name("out"), formats).items():
        if name == "report" and refused and seed % 4:
            continue  # it would read the same files once more, and refuse them likewise
        code, said = outcome(*command)
        refused |= name == "verify" and code in (ExitCode.ERROR, ExitCode.INPUT)
        codes[code] += 1
        if code not in EXPECTED or "internal error" in said or "Traceback" in said:
            failed.append(f"seed {seed}, {kind} ({'; '.join(done)}): {name} ends with {code}: {said[-600:]}")
    return failed, codes


def fuzz(first: int, count: int, honest: dict[str, Path], tmp_path: Path, formats: tuple[str, ...]) -> None:
    """Forge `count` folders and try every command on each; prints the seeds and the exit codes."""
    failed: list[str] = []
    codes: Counter[int] = Counter()
    for seed in range(first, first + count):
        wrong, more = failures_of(seed, honest, tmp_path / f"{seed}" / "forged", formats)
        failed, codes = failed + wrong, codes + more
    print(f"seeds {first} to {first + count - 1}: exit codes {dict(sorted(codes.items()))}")
    assert not failed, "\n\n".join(failed)


def test_forged_folders_are_findings(honest: dict[str, Path], tmp_path: Path) -> None:
    """Some forged folders (or the one of PLANNER_FUZZ_SEED) end in findings."""
    given = os.environ.get("PLANNER_FUZZ_SEED")
    fuzz(int(given or FIRST_SEED), 1 if given else FEW, honest, tmp_path, ("xlsx",))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_thousands_of_forged_folders_are_findings(honest: dict[str, Path], tmp_path: Path, part: int) -> None:
    """The same with other seeds, and with the pages drawn."""
    fuzz(FIRST_SEED + 1_000_000 + part * MANY // 10, MANY // 10, honest, tmp_path, ("html",))
