"""One finished run, made once and shared by the tests that only read it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from planner.cli.main import main
from planner.studies import replan_plan, simulate_plan, stress_plan
from tests.cli.builders import write_small
from tests.cli.forging import Remembering


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def call(*args: object) -> Result:
    """`planner ARGS` as a process of its own, as a user calls it."""
    done = subprocess.run(
        [sys.executable, "-m", "planner", *map(str, args)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Result(done.returncode, done.stdout, done.stderr)


def call_here(*args: object) -> Result:
    """`planner ARGS` in this process: the same entry point without the seconds that a process takes
    to start.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as ended:
        main([*map(str, args)])
    assert "Traceback" not in err.getvalue(), err.getvalue()
    return Result(int(ended.value.code or 0), out.getvalue(), err.getvalue())


@contextmanager
def without_figures() -> Iterator[None]:
    """`simulate`, `stress` and `replan` in this process draw nothing: that takes most of their time."""
    with pytest.MonkeyPatch.context() as patch:
        for study in (simulate_plan, stress_plan, replan_plan):
            patch.setattr(study, "write_report", lambda *_, **__: [])
        yield


@pytest.fixture
def undrawn() -> Iterator[None]:
    """For tests that look at anything but figures."""
    with without_figures():
        yield


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("small") / "scenario")


@pytest.fixture(scope="session")
def small_run(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario after `planner run --with search --jobs 1`: all that a run can make."""
    out = tmp_path_factory.mktemp("run") / "result"
    result = call("run", small, "-o", out, "--with", "search", "--replications", 30, "--jobs", 1)
    assert result.code == 0, result.err
    return out


@pytest.fixture(scope="session")
def remembering() -> Remembering:
    """Simulates nothing twice, whichever folders are verified."""
    return Remembering()


@pytest.fixture(scope="session")
def average(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario under a rule of thumb, certified: no solver, no report."""
    out = tmp_path_factory.mktemp("average") / "result"
    asked = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
    assert call_here("plan", small, "-o", out, *asked).code == 0
    return out
