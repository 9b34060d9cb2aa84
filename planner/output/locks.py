"""One planner at a time writes a result.

The system takes the lock back when its process ends, however it ends.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from planner.errors import PlannerError
from planner.output.names import named

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ATTEMPTS = 100  # each is lost only to a process that removes its lock file at that moment
OBSTACLES = {errno.EISDIR, errno.ELOOP, errno.ENXIO}  # a folder, a link, a socket


class Lock:
    """A lock on a file next to a result.

    The file left by a killed process is no obstacle; the next one removes it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[bytes] | None = None

    @property
    def is_taken(self) -> bool:
        """Whether this process holds the lock."""
        return self._stream is not None

    def take(self) -> bool:
        """Take the lock; False when another process has it.

        Raises
        ------
        PlannerError
            The disk has no locks, or something else is in the place of the lock file.
        OSError
            No file can be made there.
        """
        gone = FileNotFoundError(errno.ENOENT, "is removed again and again", str(self._path))
        for _ in range(ATTEMPTS):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                stream = self._opened()
            except FileNotFoundError as error:  # another process has removed the folder in between
                gone = error
                continue
            is_ours = self._locked(stream)
            if is_ours and self._is_at_its_place(stream):
                self._stream = stream
                return True
            stream.close()
            if not is_ours:
                return False
        raise gone

    def release(self) -> None:
        """Remove the lock file and release the lock."""
        if self._stream is None:
            return
        with suppress(OSError):
            self._path.unlink()
        self._stream.close()
        with suppress(OSError):
            if sys.platform == "win32":  # where an open file cannot be removed
                self._path.unlink()
        self._stream = None

    def _opened(self) -> IO[bytes]:
        """The lock file, never through a link, and without waiting where it is a FIFO."""
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            stream = os.fdopen(os.open(self._path, flags, 0o666), "r+b", buffering=0)
        except OSError as error:
            if error.errno in OBSTACLES:
                raise self._obstacle() from None
            raise
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size:  # ours is empty
            stream.close()
            raise self._obstacle()
        return stream

    def _obstacle(self) -> PlannerError:
        """The error where something else is in the place of the lock file."""
        return PlannerError(
            f"{named(self._path)}: is in the place of a lock file and is not one; remove it"
        )

    def _locked(self, stream: IO[bytes]) -> bool:
        """Try to lock the file. Raises PlannerError when the disk has no locks."""
        try:
            _lock(stream)
        except (BlockingIOError, PermissionError):
            return False
        except OSError as error:
            stream.close()
            words = (
                f"this disk has no file locks ({error.strerror}), so two planners could write "
                "the same result"
            )
            raise PlannerError(
                f"{named(self._path.parent)}: {words}; choose a folder on another disk"
            ) from None
        return True

    def _is_at_its_place(self, stream: IO[bytes]) -> bool:
        """Whether the file that was locked has not been removed in between."""
        with suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(stream.fileno()), os.stat(self._path))
        return False


def _lock(stream: IO[bytes]) -> None:
    """Lock a file; OSError at once when another process has locked it."""
    if sys.platform == "win32":
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
