"""Child processes: the parent alone handles Ctrl-C, and they end when the parent is gone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from multiprocessing import resource_tracker
from typing import Any, TypeVar

from planner.environment import current_folder, elsewhere

T = TypeVar("T")
LOWER_PRIORITY = 10  # of 19: about a tenth of a processor that others want to use

_hiding = threading.RLock()  # of the thread that starts processes: there is one main script


@contextmanager
def without_main_script() -> Iterator[None]:
    """Processes started in this block do not run the script that this process was started with.

    Python runs it in every new process, so that what it defines can be found there. All that our
    processes call stands in the package, and a user's script would begin its own work again.
    """
    with _hiding:
        main = sys.modules["__main__"]
        names = ("__file__", "__spec__")
        hidden: dict[str, Any] = {name: vars(main)[name] for name in names if name in vars(main)}
        main.__spec__ = None
        vars(main).pop("__file__", None)
        try:
            yield
        finally:
            vars(main).update(hidden)


@contextmanager
def deaf_to_interrupts() -> Iterator[None]:
    """Processes started in this block do not receive Ctrl-C.

    A terminal sends it to the whole process group; only the parent handles it. Starting the tracker
    of shared memory, which is done on the way, would let the signal through. Where signals cannot
    be held back (Windows), a child that has just begun may end by itself, as it is about to in any
    case.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        # a child gets its current folder, which it does not need: where that was removed, it
        # gets ours
        with nullcontext() if current_folder() else elsewhere():
            yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def begin(clean_up: Callable[[], None] | None = None) -> None:
    """To be called in a child as soon as it runs.

    It ignores Ctrl-C, and a thread ends it with its parent.

    Parameters
    ----------
    clean_up : callable, optional
        Does what a parent that was killed could not do.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(clean_up,), daemon=True).start()


def in_background(call: Callable[..., T], *given: object) -> T:
    """Result of a call that leaves the processors to other work as long as there is some.

    A thread of its own makes the call: a priority once lowered may not be raised again. Only Linux
    has priorities of threads; elsewhere the call takes its share.
    """
    with ThreadPoolExecutor(1, initializer=_step_back) as thread:
        return thread.submit(call, *given).result()


def _step_back() -> None:
    """Lower the priority of this thread, unless a container forbids even that."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWER_PRIORITY)


def _end_with_parent(clean_up: Callable[[], None] | None) -> None:
    """End this process when the parent has ended.

    A parent that was killed cannot stop its child.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        if clean_up is not None:
            clean_up()
        os._exit(1)
