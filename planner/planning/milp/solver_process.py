"""Runs solver calls in a child process, so that a solver crash cannot end the planner."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, ParamSpec, TypeVar

from planner import child_processes
from planner.errors import CrashError
from planner.interrupts import uninterrupted

P = ParamSpec("P")
T = TypeVar("T")

HEARING_S = 0.2  # how long Ctrl-C may wait where nothing wakes a waiting process (Windows)
STDOUT = 1


class Remote(Exception):
    """Where in the other process an error came from, as text."""


class _Child:
    """A process that does one call after the other, and the pipe to it."""

    def __init__(self, load: Callable[[], None] | None) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._line, theirs = spawn.Pipe()
        self._process: BaseProcess = spawn.Process(target=_serve, args=(theirs, load), daemon=True)
        with child_processes.deaf_to_interrupts(), child_processes.without_main_script():
            self._process.start()
        theirs.close()

    @property
    def alive(self) -> bool:
        return self._process.is_alive()

    def call(
        self, work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]
    ) -> tuple[Any, str]:
        """What the call returned or raised, and where it was raised (empty: it returned).

        CrashError when the child ends.
        """
        try:
            self._line.send(work)
            while not wait([self._line], HEARING_S):
                pass
            found: tuple[Any, str] = self._line.recv()
        except (EOFError, OSError):
            self._process.join()
            raise CrashError(_ended(self._process.exitcode)) from None
        return found

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._line.close()


_children: list[_Child] = []  # the one child of this process, as soon as there is one
_turn = threading.Lock()  # of the thread that talks to it: answers come without a name


def in_solver_process(function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Run `function(*given, **named)` in a child process; all of it must be picklable.

    One child does all calls of a process, one at a time, as starting it takes a second or two;
    threads take turns. A process that is itself a child does them itself. What `function` raises is
    raised here; CrashError when the child crashes or runs out of memory. Any other end, Ctrl-C
    above all, kills the child at once. What the child writes to stdout is dropped.
    """
    if multiprocessing.parent_process() is not None:
        _mute_stdout()
        return function(*given, **named)
    with _turn:
        found, where = _called((function, given, named))
    if isinstance(found, MemoryError) and where:
        raise CrashError("the process of the solver ran out of memory")
    if where:
        raise found from Remote(where)
    result: T = found
    return result


def start_ahead(load: Callable[[], None]) -> None:
    """Start the child before it is needed.

    It loads what it will need, which takes a second, while this process reads its input.
    """
    if multiprocessing.parent_process() is None:
        with _turn:
            _living_child(load)


def _called(work: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]) -> tuple[Any, str]:
    """What the child answers."""
    child = _living_child()
    try:
        return child.call(work)
    except BaseException:
        _children.pop().kill()
        raise


def _living_child(load: Callable[[], None] | None = None) -> _Child:
    """The child; a new one, which loads something first, takes the place of one that is gone."""
    if not _children or not _children[0].alive:
        with uninterrupted():  # a child that is started must be known, or nothing ends it
            _children[:] = [_Child(load)]
    return _children[0]


def _serve(line: Connection, load: Callable[[], None] | None) -> None:
    """Main loop of the child: one call at a time, until the parent has ended."""
    child_processes.begin()
    _mute_stdout()
    if load is not None:
        load()
    while True:
        try:
            function, given, named = line.recv()
            found, where = function(*given, **named), ""
        except EOFError:
            return
        except Exception as error:
            found, where = error, traceback.format_exc()
        line.send_bytes(_pickled(found, where))


def _mute_stdout() -> None:
    """Drop what is written to stdout, below Python as well.

    The solvers print traces there that no option turns off; the planner's own messages go to
    stderr.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)


def _pickled(found: Any, where: str) -> bytes:
    """The result as bytes; of an error that cannot be pickled, its text."""
    try:
        packed = pickle.dumps((found, where))
        pickle.loads(packed)  # noqa: S301 - to see whether it can be read
    except Exception:
        if not where:
            raise
        return pickle.dumps((RuntimeError(str(found)), where))
    return packed


def _ended(code: int | None) -> str:
    """What a child's exit code says."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        why = " (out of memory?)" if name == "SIGKILL" else ""
        return f"the process of the solver was ended by {name}{why}"
    return f"the process of the solver ended with code {code}"
