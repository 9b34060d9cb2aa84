"""Columns kept in memory-mapped files of one folder, which all processes of a study share.

The folder is a temporary one; what processes send each other once goes there too. A store is a
cache: what it has lost, or could not write, is computed again. Beyond its size the columns that
were not used for longest go first.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from planner.output.whole_files import replace_file

Columns = Mapping[str, np.ndarray]
MOST_BYTES = 1 << 30
ENDING = ".columns"
PREFIX = "promo-planner-"  # of temporary folders
LEFT_BEHIND_S = 7 * 24 * 3600  # a folder that nothing changed for so long is of a killed process
AMPLE = 0.8  # of all bytes
LEFT_OVER = 0.9  # of all bytes: what is kept when something has to go
LARGEST_SHARE = 1 / 64  # of all bytes
ALIGNMENT = 64  # bytes: what a processor reads at once
NARROWER = (np.int8, np.int16, np.int32)


@dataclass(eq=False)
class ColumnStore:
    """A folder of columns.

    To look at all files takes a millisecond or two: a process does so only when it has written its
    share of the room that was left the last time, or a 64th of all.

    Attributes
    ----------
    folder : Path
        Where the files lie; nobody else writes there.
    most_bytes : int
        Size of all files together, up to a 64th of it and one file for each process.
    """

    folder: Path
    most_bytes: int = MOST_BYTES
    _held: int = field(default=0, init=False)  # bytes of all files, by the last look and our own
    _share: int = field(default=0, init=False)  # bytes to be written before the next look

    @property
    def filling(self) -> bool:
        """Whether there is ample room without removing anything."""
        if self._share <= 0:
            self._look()
        return self._held < AMPLE * self.most_bytes

    def kept(
        self, key: str, compute: Callable[[], Columns], *, for_the_last_time: bool = False
    ) -> Columns:
        """Columns known by their key, computed and written where they are not there.

        Parameters
        ----------
        key : str
            Names all that the columns depend on; letters, digits and hyphens.
        compute : callable
            Gives the columns.
        for_the_last_time : bool
            Nobody is expected to ask for them again: they go first, or are not written at all.

        Returns
        -------
        mapping of str to ndarray
            The columns; those read from a file may be changed without changing it.
        """
        file = self._file(key)
        found = self._read(file, for_the_last_time)
        if found is None:
            found = compute()
            if not for_the_last_time:
                self._write(file, found)
        return found

    def _file(self, key: str) -> Path:
        return self.folder / f"{key}{ENDING}"

    def _read(self, file: Path, for_the_last_time: bool) -> Columns | None:
        try:
            with file.open("rb") as opened:
                content = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
            os.utime(file, (0, 0) if for_the_last_time else None)  # None: used now
        except (OSError, ValueError):  # not there, or gone a moment ago; an empty file
            return None
        return _unpacked(content)

    def _write(self, file: Path, columns: Columns) -> None:
        """Write columns; where the disk does not take them, they are computed again."""
        content = _packed(columns)
        with suppress(OSError):
            self._make_room(sum(map(len, content)))
            replace_file(file, content)

    def _make_room(self, size: int) -> None:
        """Remove the files that were not used for longest, where there is no room for another."""
        if self._share < size:
            oldest_first = self._look()
            if self._held + size > self.most_bytes:
                self._remove(oldest_first, int(LEFT_OVER * self.most_bytes) - size)
        self._held += size
        self._share -= size

    def _look(self) -> list[tuple[int, int, str]]:
        """Count what all files hold; the files, the oldest first."""
        found = sorted(self._files())
        self._held = sum(size for _, size, _ in found)
        room = (self.most_bytes - self._held) // (os.cpu_count() or 1)
        self._share = min(room, int(LARGEST_SHARE * self.most_bytes))
        return found

    def _remove(self, oldest_first: Sequence[tuple[int, int, str]], most_bytes: int) -> None:
        """Remove files until at most so many bytes are left."""
        for _, size, path in oldest_first:
            if self._held <= most_bytes:
                return
            with suppress(OSError):  # another process still reads it (Windows)
                Path(path).unlink(missing_ok=True)  # another process may have been faster
                self._held -= size

    def _files(self) -> list[tuple[int, int, str]]:
        """Last use, bytes and path of each file."""
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):
                    state = entry.stat()
                    found.append((state.st_mtime_ns, state.st_size, entry.path))
        return found


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder for this block, which only this user can read."""
    _remove_left_behind()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        yield folder
    finally:
        remove_folder(folder)


def shared_folder(token: str) -> Path | None:
    """The folder that processes of this machine share which know a token.

    Returns
    -------
    Path or None
        None where there is no room for one, or it is not ours.
    """
    folder = Path(tempfile.gettempdir()) / f"{PREFIX}{token}"
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            _remove_left_behind()
        found = folder.lstat()
    except OSError:
        return None
    ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
    return folder if ours and stat.S_ISDIR(found.st_mode) else None


def remove_folder(folder: Path) -> None:
    """Remove a folder of this module; another process may have done so."""
    shutil.rmtree(folder, ignore_errors=True)


def _remove_left_behind() -> None:
    """Remove folders of processes that were killed and could not do it."""
    long_ago = time.time() - LEFT_BEHIND_S
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError):
            if folder.lstat().st_mtime < long_ago and not folder.is_symlink():
                remove_folder(folder)


@contextmanager
def sent(folder: Path, content: bytes) -> Iterator[Path]:
    """A file that other processes read during this block."""
    descriptor, name = tempfile.mkstemp(dir=folder)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(content)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _packed(columns: Columns) -> list[bytes | memoryview]:
    """A line that says what follows, then one column after the other."""
    described, offset = [], 0
    content: list[bytes | memoryview] = []
    for name, column in columns.items():
        wide = np.asarray(column)
        repeated = wide.size > 1 and not any(wide.strides)
        stored = wide[(slice(0, 1),) * wide.ndim] if repeated else _narrow(wide)
        described.append((name, wide.dtype.str, stored.dtype.str, wide.shape, repeated, offset))
        data = np.ascontiguousarray(stored).reshape(-1).view(np.uint8).data
        content += [data, bytes(-len(data) % ALIGNMENT)]
        offset += len(data) + len(content[-1])
    head = json.dumps(described).encode() + b"\n"
    return [bytes(-len(head) % ALIGNMENT).replace(b"\0", b" ") + head, *content]


def _narrow(column: np.ndarray) -> np.ndarray:
    """The same whole numbers in as few bytes as they need."""
    if column.dtype.kind != "i" or not column.size:
        return column
    least, most = int(column.min()), int(column.max())
    for narrower in NARROWER:
        limits = np.iinfo(narrower)
        if limits.bits >= 8 * column.dtype.itemsize:
            break
        if limits.min <= least and most <= limits.max:
            return column.astype(narrower)
    return column


def _unpacked(content: mmap.mmap) -> Columns:
    head = content.readline()
    columns = {}
    for name, dtype, stored, shape, repeated, offset in json.loads(head):
        count = 1 if repeated else int(np.prod(shape))
        column = np.frombuffer(content, stored, count, len(head) + offset)
        if repeated:
            column = np.broadcast_to(column, shape)
        columns[name] = column.astype(dtype, copy=False).reshape(shape)
    return columns
