"""What a study has reached so far, on disk: a run that was killed continues where it stopped, to the same bytes."""

from __future__ import annotations

import errno
import os
import pickle
import sqlite3
import stat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from planner.errors import ClusterError, CrashError, PlannerError

T = TypeVar("T")
Tell = Callable[[str], None]

MISSING = object()
COMPANIONS = ("", "-wal", "-shm", "-journal")  # the files SQLite may keep
DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
PASSING = (CrashError, ClusterError)  # the same command may succeed next time
GOES_ON = "the same command continues where it stopped"


class Journal:
    """Results of a study by kind ("promotions", "plans", ...) and key, each on disk once `keep` returns.

    Without a path it remembers nothing. One planner at a time: PlannerError when another has the journal open. A
    journal with another fingerprint, a damaged one, and one that others could have written is replaced by an empty one.
    OSError when the disk does not take it.
    """

    def __init__(self, path: Path | None = None, fingerprint: str = "", tell: Tell = lambda message: None) -> None:
        self._path, self._fingerprint, self._tell = path, fingerprint, tell
        self._store: sqlite3.Connection | None = None
        if path is not None:
            if not all(_only_we_could_write(file) for file in _files(path)):
                _remove(path)
            self._open(path)
            self._begin()

    def recall(self, kind: str, key: str) -> Any:
        """What was kept, or MISSING."""
        rows = self._ask("SELECT value FROM results WHERE kind = ? AND key = ?", kind, key)
        if not rows:
            return MISSING
        try:
            return pickle.loads(zlib.decompress(rows[0][0]))  # noqa: S301  (nobody else could write it)
        except (zlib.error, pickle.UnpicklingError, EOFError):
            self._start_afresh("is damaged")
            return MISSING

    def keep(self, kind: str, key: str, value: Any) -> None:
        """Put a result on the disk."""
        if self._store is not None:
            packed = zlib.compress(pickle.dumps(value, pickle.HIGHEST_PROTOCOL), 1)
            self._ask("INSERT OR REPLACE INTO results VALUES (?, ?, ?)", kind, key, packed)

    def once(self, kind: str, key: str, make: Callable[[], T]) -> T:
        """What was kept, else what `make` gives, as it would be recalled (arrays in the same memory order)."""
        found = self.recall(kind, key)
        if found is MISSING:
            value = make()
            self.keep(kind, key, value)
            found = pickle.loads(pickle.dumps(value))  # noqa: S301  (our own bytes)
        kept: T = found
        return kept

    def counts(self) -> dict[str, int]:
        """Results by kind, in the order the kinds were first kept."""
        return dict(self._ask("SELECT kind, count(*) FROM results WHERE kind != '' GROUP BY kind ORDER BY min(rowid)"))

    def close(self) -> None:
        """Let go of the file; what is kept stays."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def remove(self) -> None:
        """Let go of the file, and remove it."""
        self.close()
        if self._path is not None:
            _remove(self._path)

    def _begin(self) -> None:
        """Take up what an earlier run of the same study left."""
        found = self.recall("", "fingerprint")
        if found is MISSING or found != self._fingerprint:
            if self.counts():
                self._start_afresh("belongs to other inputs or options")
            self.keep("", "fingerprint", self._fingerprint)
        elif there := self.counts():
            listed = ", ".join(f"{kind}: {count}" for kind, count in there.items())
            self._tell(f"resuming an earlier run ({listed})")

    def _open(self, path: Path) -> None:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._store = sqlite3.connect(path, timeout=0, isolation_level=None)
        self._ask("PRAGMA locking_mode = EXCLUSIVE")
        self._ask("PRAGMA journal_mode = WAL")
        self._ask("PRAGMA synchronous = FULL")
        self._ask("CREATE TABLE IF NOT EXISTS results (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key))")

    def _ask(self, statement: str, *values: object) -> list[Any]:
        """Run one statement, which is its own transaction."""
        if self._store is None or self._path is None:
            return []
        try:
            return self._store.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            code = error.sqlite_errorcode & 0xFF
            if code == sqlite3.SQLITE_BUSY:
                self.close()
                raise PlannerError(f"{self._path}: another planner is at work on the same result") from None
            if code not in DAMAGE:
                raise OSError(errno.EIO, f"the journal cannot be written ({error})", str(self._path)) from None
        self._start_afresh("is damaged")
        return self._ask(statement, *values)

    def _start_afresh(self, why: str) -> None:
        """Replace the file by an empty one."""
        if self._path is not None:
            self._tell(f"what an earlier run left {why}: starting afresh")
            self.remove()
            self._open(self._path)
            self.keep("", "fingerprint", self._fingerprint)


@contextmanager
def journal_at(path: Path, fingerprint: str, tell: Tell) -> Iterator[Journal]:
    """The journal at `path`, there until the study is done or has failed for good; after anything else it stays.

    An error that leaves results behind says so in a note.
    """
    journal = Journal(path, fingerprint, tell)
    try:
        yield journal
    except BaseException as error:
        if journal.counts() and (isinstance(error, PASSING) or not isinstance(error, PlannerError)):
            error.add_note(GOES_ON)
            journal.close()
        else:
            journal.remove()
        raise
    journal.remove()


def _files(path: Path) -> list[Path]:
    return [path.with_name(path.name + companion) for companion in COMPANIONS]


def _remove(path: Path) -> None:
    for file in _files(path):
        file.unlink(missing_ok=True)


def _only_we_could_write(path: Path) -> bool:
    """A journal holds pickles, which can run code: one that others could have written is not read."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return True
    if not hasattr(os, "geteuid"):  # Windows: the folder's access list is all there is
        return stat.S_ISREG(found.st_mode)
    return stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
