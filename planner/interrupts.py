"""Ctrl-C and requests to end: the first one ends a command, later ones do not disturb its end."""

from __future__ import annotations

import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from types import FrameType, TracebackType

PAUSE_S = 0.05  # until an interrupt that was lost is raised again
# signals within it are the same request; after it, a library may have swallowed the first one
PATIENCE_S = 5.0
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Interrupted(KeyboardInterrupt):
    """Our own type of interrupt.

    Where Python's own type passes through compiled text, Python later ends by a signal instead of
    our exit code.
    """


@dataclass
class _Heard:
    """What was received since the outermost `interruptible` began."""

    listening: int = 0  # `interruptible` blocks around us
    came: bool = False
    raised: float = -math.inf  # when, in seconds of the monotonic clock
    held: int = 0  # `uninterrupted` blocks around us
    waiting: bool = False  # an interrupt that such a block holds back


_heard = _Heard()


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted from this block on a signal to end.

    Also when a library made another error of it. It is raised once: further signals are ignored for
    PATIENCE_S, so that they cannot break off the clean-up. A signal that is ignored stays so: a
    shell that runs us in the background keeps its Ctrl-C to itself.
    """
    if not _heard.listening:
        _heard.came, _heard.raised, _heard.waiting = False, -math.inf, False
    handlers = {number: signal.getsignal(number) for number in SIGNALS}
    used = [number for number, handler in handlers.items() if handler not in (signal.SIG_IGN, None)]
    hooks = sys.unraisablehook, sys.excepthook
    sys.unraisablehook, sys.excepthook = _unraisable, _printed
    _heard.listening += 1
    for number in used:
        signal.signal(number, _interrupt)
    try:
        yield
    except Exception as error:
        if _heard.came:
            raise Interrupted from error
        raise
    finally:
        for number in used:
            signal.signal(number, handlers[number])
        _heard.listening -= 1
        sys.unraisablehook, sys.excepthook = hooks


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Finish this block whatever signals come; an interrupt is raised at its end."""
    with nullcontext() if _heard.listening else _python_waits():
        _heard.held += 1
        try:
            yield
        finally:
            _heard.held -= 1
            if _heard.waiting and not _heard.held:
                _heard.waiting = False
                _raise()


@contextmanager
def _python_waits() -> Iterator[None]:
    """Hold Python's own KeyboardInterrupt back, where nothing else listens.

    A script or a notebook that calls our functions has not installed our handlers. Only the main
    thread is interrupted, and handlers of the user's stay.
    """
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if came:
            raise KeyboardInterrupt


def ignore_from_now_on() -> None:
    """For the last moments of a process: a signal may no longer change how it ends."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _interrupt(signum: int, frame: FrameType | None) -> None:
    """Handle a signal: raise now, or at the end of an `uninterrupted` block."""
    _heard.came = True
    if time.monotonic() - _heard.raised <= PATIENCE_S:
        return
    if _heard.held:
        _heard.waiting = True
    else:
        _raise()


def _raise() -> None:
    """Raise the interrupt, and note when."""
    _heard.raised = time.monotonic()
    raise Interrupted


def _unraisable(lost: sys.UnraisableHookArgs) -> None:
    """An interrupt that was lost in a callback is raised again.

    An exception cannot leave some callbacks (the import system has one).
    """
    if issubclass(lost.exc_type, Interrupted):
        _raise_again()
    else:
        sys.__unraisablehook__(lost)


def _printed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An interrupt that a library only printed is raised again.

    Some libraries in C print an exception and continue (protobuf does while it loads).
    """
    if issubclass(kind, Interrupted):
        _raise_again()
    else:
        sys.__excepthook__(kind, error, trace)


def _raise_again() -> None:
    """Interrupt this thread once more, a moment later."""
    _heard.raised = -math.inf
    threading.Timer(PAUSE_S, _strike, [threading.get_ident()]).start()


def _strike(thread: int) -> None:
    """Interrupt a thread, also one that sleeps.

    Where signals cannot be sent to a thread, it is interrupted once it wakes.
    """
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(thread, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)
