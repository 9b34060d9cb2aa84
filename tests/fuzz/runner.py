"""Runs a command in this process under limits of time and memory, and judges how it ended."""

from __future__ import annotations

import io
import json
import re
import resource
import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from planner.cli.main import main
from planner.errors import ExitCode

SECONDS = 60  # a command on a small input may take; many times what the slowest needs
MEMORY = 1_500_000_000  # bytes a command may take beyond what the process has when it begins
HANDLED = frozenset(ExitCode) - {ExitCode.CRASHED, ExitCode.INTERRUPTED}
INPUT_ERROR = re.compile(r"^\S.*: .+")
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class TookTooLongError(BaseException):
    """Past the time limit; no handler of the program may take it for its own error."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended: its exit code (None: past the time limit), what it printed, and its
    seconds.
    """

    code: int | None
    out: str
    err: str
    seconds: float


@contextmanager
def limits(seconds: int, memory: int) -> Iterator[None]:
    """Time and address space of this process, limited for a block."""

    def stop(signum: int, frame: object) -> None:
        raise TookTooLongError

    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    handler = signal.signal(signal.SIGALRM, stop)
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + memory, before[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
        signal.signal(signal.SIGALRM, handler)


def call(arguments: Sequence[str], seconds: int = SECONDS, memory: int = MEMORY) -> Outcome:
    """Run `planner ARGUMENTS` here."""
    out, err = io.StringIO(), io.StringIO()
    since = time.perf_counter()
    code: int | None = None
    try:
        with limits(seconds, memory), redirect_stdout(out), redirect_stderr(err):
            main([*arguments])
    except SystemExit as end:
        code = int(end.code or 0)
    except TookTooLongError:
        pass
    except Exception as error:  # main must handle every error itself
        return Outcome(
            int(ExitCode.CRASHED),
            out.getvalue(),
            f"{err.getvalue()}{error!r}",
            time.perf_counter() - since,
        )
    return Outcome(code, out.getvalue(), err.getvalue(), time.perf_counter() - since)


def wrong(outcome: Outcome, as_json: bool = False, data: bool = False) -> str:
    """What must never happen, in words; empty when the command ended as it may.

    `data`: stdout is a table for a program, which gets the text as it is.
    """
    if outcome.code is None:
        return f"not done after {outcome.seconds:.0f} s"
    if outcome.code not in HANDLED or "Traceback" in outcome.err:
        return f"exit code {outcome.code}: {outcome.err[-600:]}"
    if outcome.code == ExitCode.INPUT and not any(
        INPUT_ERROR.match(line) for line in outcome.err.splitlines()
    ):
        return f"invalid input without a finding: {outcome.err[-600:]}"
    if found := CONTROLS.search(outcome.err if data else outcome.out + outcome.err):
        return f"prints the control character {found.group()!r}"
    if as_json and outcome.out:
        try:
            json.loads(outcome.out)
        except ValueError as error:
            return f"prints JSON that cannot be read: {error}"
    return ""
