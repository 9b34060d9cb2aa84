"""Ctrl-C and a request to end reach the command whatever it is doing, so that it can put things in order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_S = 0.05  # until an interrupt that was lost is raised again


class Interrupted(KeyboardInterrupt):
    """Where Python's own type passes through compiled text, Python later ends by a signal instead of our exit code."""


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted from this block on SIGINT and SIGTERM, also when a library made another error of it.

    A signal that is ignored stays so: a shell that runs us in the background keeps its Ctrl-C to itself.
    """
    came: list[int] = []

    def interrupt(signum: int, frame: object) -> None:
        came.append(signum)
        raise Interrupted

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = [number for number, handler in handlers.items() if handler != signal.SIG_IGN]
    hook, sys.unraisablehook = sys.unraisablehook, _raise_again
    for number in heard:
        signal.signal(number, interrupt)
    try:
        yield
    except Exception as error:
        if came:
            raise Interrupted from error
        raise
    finally:
        for number in heard:
            signal.signal(number, handlers[number])
        sys.unraisablehook = hook


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """An exception cannot leave some callbacks (the import system has one): an interrupt that met one comes again."""
    if issubclass(lost.exc_type, Interrupted):
        threading.Timer(PAUSE_S, _strike, [threading.get_ident()]).start()
    else:
        sys.__unraisablehook__(lost)


def _strike(thread: int) -> None:
    """Interrupt a thread, also one that sleeps; where signals cannot be sent to a thread, once it wakes."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
