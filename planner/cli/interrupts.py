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
    """Raise Interrupted in this block on SIGINT and SIGTERM.

    A signal that is ignored stays so: a shell that runs us in the background keeps its Ctrl-C to itself.
    """
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard = [number for number, handler in handlers.items() if handler != signal.SIG_IGN]
    hook, sys.unraisablehook = sys.unraisablehook, _raise_again
    for number in heard:
        signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, handlers[number])
        sys.unraisablehook = hook


def _interrupt(signum: int, frame: object) -> None:
    raise Interrupted


def _raise_again(lost: sys.UnraisableHookArgs) -> None:
    """An exception cannot leave some callbacks (the import system has one): an interrupt that met one comes again."""
    if issubclass(lost.exc_type, Interrupted):
        threading.Timer(PAUSE_S, signal.raise_signal, [signal.SIGINT]).start()
    else:
        sys.__unraisablehook__(lost)
