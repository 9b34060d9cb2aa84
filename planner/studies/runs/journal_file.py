"""The file of a journal.

It may come from an untrusted archive, so nothing in it is used before it is checked.

Nothing that SQLite would act on by itself is opened: no links or pipes, no rollback journal (it may
name another file, which SQLite then deletes), no tables, triggers or views but its own. What is
refused is renamed, never deleted.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from planner.errors import PlannerError
from planner.studies.runs.plain_data import MOST_BYTES

APPLICATION = 0x50524D4F  # "PRMO"
SCHEMA = 2  # the first kept pickles
TABLES = (
    "CREATE TABLE results (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key))",
    "CREATE TABLE study (fingerprint TEXT)",
)
COUNTERS, HEADER = (
    16,
    100,
)  # bytes: from where to where SQLite counts changes and writes its version
COMPANIONS = ("", "-wal", "-shm", "-journal")  # the files SQLite may keep
MOST_FILE_BYTES = 1 << 31
HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DISK = (  # errors of the disk or the folder; any other one means that the file is damaged
    *(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY),
    *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_NOLFS),
)


class RefusedError(Exception):
    """A journal that must not be read; the message says why."""


class StaleError(Exception):
    """A journal of this program that is of no use any more; the message says why."""


def connect(path: Path, fingerprint: str) -> sqlite3.Connection:
    """The journal of a study, held by this process alone; a new one where there is none.

    Raises RefusedError and StaleError when another file is there, PlannerError when another planner
    holds it, OSError when the disk does not take it.
    """
    for file in files(path):
        _refuse_doubtful(file, path)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    store = sqlite3.connect(path, timeout=0, isolation_level=None)
    try:
        with sqlite_errors(path):
            _take_up(store, path, fingerprint)
    except BaseException:
        store.close()
        raise
    return store


def files(path: Path) -> list[Path]:
    """The journal and its companions, there or not."""
    return [path.with_name(path.name + companion) for companion in COMPANIONS]


def remove(path: Path) -> None:
    """Remove a journal of this program."""
    for file in files(path):
        file.unlink(missing_ok=True)


def set_aside(path: Path) -> str:
    """Rename a journal and its companions, and return the new name. No file is overwritten.

    PlannerError when the folder does not allow it.
    """
    numbered = (path.with_name(f"{path.name}.set-aside-{number}") for number in count(1))
    target = next(
        name for name in numbered if not any(os.path.lexists(file) for file in files(name))
    )
    try:
        for file, new in zip(files(path), files(target), strict=True):
            if os.path.lexists(file):
                os.rename(file, new)
    except OSError as error:
        words = (
            f"cannot be set aside ({error.strerror}); move it away, or choose another folder "
            "for the result"
        )
        raise PlannerError(f"{path}: {words}") from None
    return target.name


@contextmanager
def sqlite_errors(path: Path) -> Iterator[None]:
    """SQLite's errors as those of `connect`."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in HELD:
            raise PlannerError(f"{path}: another planner process is writing this result") from None
        if code in DISK:
            raise OSError(
                errno.EIO, f"the journal cannot be written ({error})", str(path)
            ) from None
        if _begun_only(path):
            raise StaleError("holds no result") from None
        raise RefusedError("is damaged") from None


def _refuse_doubtful(file: Path, path: Path) -> None:
    """Raise RefusedError unless a file is absent, or ordinary and writable by this user alone."""
    name = "" if file == path else f"has a file {file.name} that "
    try:
        found = file.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        raise RefusedError(f"{name}is {_what(found.st_mode)} instead of a file")
    if found.st_nlink > 1:
        raise RefusedError(f"{name}is the same file as another name")
    if hasattr(os, "geteuid"):  # Windows: the folder's access list is all there is
        if found.st_uid != os.geteuid():
            raise RefusedError(f"{name}belongs to another user")
        if found.st_mode & 0o022:
            raise RefusedError(f"{name}may be written by others")
    if not os.access(file, os.R_OK | os.W_OK):
        raise RefusedError(f"{name}cannot be read and written")
    if found.st_size > MOST_FILE_BYTES:
        raise RefusedError(f"{name}is larger than {MOST_FILE_BYTES >> 30} GB")
    if file.name.endswith("-journal"):
        raise RefusedError(f"{name}this program never leaves")


def _what(mode: int) -> str:
    kinds = {
        stat.S_ISLNK: "a link",
        stat.S_ISDIR: "a folder",
        stat.S_ISFIFO: "a pipe",
        stat.S_ISSOCK: "a socket",
    }
    return next((words for is_kind, words in kinds.items() if is_kind(mode)), "a device")


def _take_up(store: sqlite3.Connection, path: Path, fingerprint: str) -> None:
    """Lock the file, then check what it is, or write the tables of a new one, in one transaction.

    Write-ahead logging from then on; until then a rollback journal is kept in memory, so that none
    is ever on the disk.
    """
    store.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MOST_BYTES)
    for setting in (
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "mmap_size = 0",
        "locking_mode = EXCLUSIVE",
    ):
        store.execute(f"PRAGMA {setting}")
    if _setting(store, "journal_mode") != "wal":
        store.execute("PRAGMA journal_mode = MEMORY")
    store.execute("BEGIN EXCLUSIVE")
    if path.stat().st_size == 0:
        _write_tables(store, fingerprint)
    _refuse_other(store, fingerprint)
    store.execute("COMMIT")
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")


def _setting(store: sqlite3.Connection, name: str) -> object:
    return store.execute(f"PRAGMA {name}").fetchone()[0]


def _write_tables(store: sqlite3.Connection, fingerprint: str) -> None:
    store.execute(f"PRAGMA application_id = {APPLICATION}")
    store.execute(f"PRAGMA user_version = {SCHEMA}")
    for table in TABLES:
        store.execute(table)
    store.execute("INSERT INTO study VALUES (?)", [fingerprint])


def _refuse_other(store: sqlite3.Connection, fingerprint: str) -> None:
    """Raise RefusedError for a file of another program, StaleError for one of another study."""
    if (
        _setting(store, "application_id") != APPLICATION
        or _setting(store, "user_version") != SCHEMA
    ):
        raise RefusedError("is not a journal of this version of the planner")
    if _schema(store) != _expected_schema():
        raise RefusedError("has other tables than a journal")
    found = store.execute("SELECT fingerprint FROM study LIMIT 2").fetchall()
    if len(found) != 1 or type(found[0][0]) is not str:
        raise RefusedError("is damaged")
    if found[0][0] != fingerprint:
        raise StaleError("belongs to other inputs or options")


def _schema(store: sqlite3.Connection) -> list[tuple[str, str, str, str | None]]:
    """Every table, index, trigger and view, and how it was made."""
    entries = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name LIMIT 10"
    return list(store.execute(entries))


def _expected_schema() -> list[tuple[str, str, str, str | None]]:
    with closing(sqlite3.connect(":memory:")) as fresh:
        _write_tables(fresh, "")
        return _schema(fresh)


def _begun_only(path: Path) -> bool:
    """Whether the file is the beginning of a new journal.

    A planner that was killed while it wrote the first pages leaves such a file.
    """
    with closing(sqlite3.connect(":memory:")) as fresh:
        _write_tables(fresh, "")
        pages = fresh.serialize()
    if path.stat().st_size >= len(pages):
        return False
    written = path.read_bytes()
    pages = pages[: len(written)]
    return (written[:COUNTERS], written[HEADER:]) == (pages[:COUNTERS], pages[HEADER:])
