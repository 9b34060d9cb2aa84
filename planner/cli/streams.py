"""The standard streams: a message that cannot be written is lost, and never changes how a command
ends.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import Any

STANDARD = (0, 1, 2)  # stdin, stdout, stderr


class _Lossy(io.RawIOBase):
    """A stream to which every write succeeds, whether or not it reaches its end (a full disk, a
    closed pipe).
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return bool(self._raw.isatty())

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def write(self, content: Any) -> int:
        with suppress(OSError):
            written = self._raw.write(content)
            if written is not None:
                return int(written)
        return len(content)


def prepare() -> None:
    """Make the standard streams safe to use; to be called once, before anything is opened or
    written.

    A console in GBK must not raise on a yen sign. A closed stream is opened to nowhere: the next
    file that is opened would get its number, and what a library prints there would end up in that
    file.
    """
    for number in STANDARD:
        try:
            os.fstat(number)
        except OSError:
            # takes the lowest free number, which is this one; child processes need it as well
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stdout is not None and sys.stdout is sys.__stdout__:
        sys.stdout = _buffered(sys.stdout)
    if sys.stderr is not None and sys.stderr is sys.__stderr__:
        sys.stderr = _lossy(sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _buffered(stream: Any) -> Any:
    """The same text stream with a buffer: without one (PYTHONUNBUFFERED) it ignores what a full
    disk did not take.
    """
    raw = getattr(stream, "buffer", None)
    if not isinstance(raw, io.RawIOBase):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, line_buffering=raw.isatty()
    )


def _lossy(stream: Any) -> Any:
    """The same text stream, to which every write succeeds."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if not isinstance(raw, io.RawIOBase):
        return stream
    return io.TextIOWrapper(
        io.BufferedWriter(_Lossy(raw)), encoding=stream.encoding, line_buffering=True
    )


def settle() -> OSError | None:
    """Flush stdout; the error when what was written to it is lost, after which Python has nothing
    left to flush.
    """
    if sys.stdout is None:
        return None
    try:
        sys.stdout.flush()
    except OSError as error:
        with suppress(OSError, ValueError):  # a stream of a test has no number
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
        return error
    return None
