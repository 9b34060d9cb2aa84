"""What a person sees while the planner is at work: on a terminal and elsewhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass

import pytest

from planner.cli.progress import Progress
from planner.studies.runs.run_context import RunContext


class Terminal(io.StringIO):
    """Takes what is written, as a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal of 100 columns to write to."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setenv("TERM", "xterm")
    return Terminal()


def lines_left(written: str) -> list[str]:
    """The lines that stay on a terminal, without colours; what was drawn over is gone."""
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", written)
    lines = (line.rpartition("\r")[2].strip() for line in plain.split("\n"))
    return [line for line in lines if line.startswith(("done", "stopped"))]


@dataclass(frozen=True)
class Task:
    """Something to do."""

    def __call__(self, k: int) -> int:
        return k


def stages() -> Iterator[tuple[str, int, int]]:
    """Name, steps of the stage, and tasks done in it."""
    yield "without a number", 0, 3
    yield "with a number", 2, 2


def work_through(context: RunContext) -> None:
    for name, steps, tasks in stages():
        context.begin(name, steps)
        context.replicate(name, Task(), tasks, alone_s=60.0)


def test_on_a_terminal_a_stage_that_is_over_is_done(terminal: Terminal) -> None:
    """Each stage leaves one line with its seconds; only a known number of steps is ever shown."""
    with redirect_stderr(terminal), Progress(quiet=False) as progress:
        work_through(RunContext(listener=progress))
    left = [re.sub(r"[0-9.]+ s$", "s", line) for line in lines_left(terminal.getvalue())]
    assert left == ["done    without a number, s", "done    with a number (2), s"]
    assert "?" not in re.sub(r"\x1b\[\?", "", terminal.getvalue())
    assert set(re.findall(r"(\d+)/(\d+)", terminal.getvalue())) <= {
        ("0", "2"),
        ("1", "2"),
        ("2", "2"),
    }


def test_on_a_terminal_a_stage_that_failed_is_not_done(terminal: Terminal) -> None:
    """An error ends the stage at work as stopped."""

    def fail() -> None:
        with redirect_stderr(terminal), Progress(quiet=False) as progress:
            RunContext(listener=progress).begin("planning")
            raise ValueError("enough")

    with pytest.raises(ValueError, match="enough"):
        fail()
    assert [line.split(",")[0] for line in lines_left(terminal.getvalue())] == ["stopped planning"]


def test_elsewhere_a_stage_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """No bar and no colours; nothing at all when quiet."""
    for quiet in (False, True):
        with Progress(quiet) as progress:
            work_through(RunContext(listener=progress))
        assert capsys.readouterr().err == (
            "" if quiet else "without a number ...\nwith a number (2) ...\n"
        )


def test_progress_takes_no_markup(terminal: Terminal) -> None:
    """A stage is shown as it is called, on one line."""
    with redirect_stderr(terminal), Progress(quiet=False) as progress:
        progress.stage("[bold]a[/bold]\n\x1b[2J", 0)
    assert "done    [bold]a[/bold]\\n\\x1b[2J" in terminal.getvalue()
