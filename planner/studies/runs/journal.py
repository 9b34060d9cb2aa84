"""Results that a study has reached so far, on disk: an interrupted run resumes from them.

The result is the same, byte by byte.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from planner.errors import ClusterError, CrashError, PlannerError
from planner.studies.runs import journal_file
from planner.studies.runs.journal_file import RefusedError, StaleError, sqlite_errors
from planner.studies.runs.plain_data import MOST_BYTES, NotPlainError, pack, unpack, within_limits

T = TypeVar("T")
Tell = Callable[[str], None]

MISSING = object()
PASSING = (CrashError, ClusterError)  # the same command may succeed next time
FORESEEN = (PlannerError, OSError, MemoryError)
GOES_ON = "the same command continues where it stopped"
KIND = re.compile("[a-z ]{1,40}")
MOST_KINDS = 30


class Journal:
    """Results of a study by kind ("promotions", "plans", ...) and key, on disk once kept.

    Results are plain data of the type that the caller expects (see `plain_data`). A journal of this
    program with another fingerprint is replaced by an empty one; any other file in its place, and a
    damaged one, is set aside (renamed) and reported.

    Parameters
    ----------
    path : Path, optional
        The file; without one nothing is kept.
    fingerprint : str
        Identifies the study.
    tell : callable
        Takes messages for the user.

    Raises
    ------
    PlannerError
        Another planner has the journal open.
    OSError
        The disk cannot take it.
    """

    def __init__(
        self, path: Path | None = None, fingerprint: str = "", tell: Tell = lambda message: None
    ) -> None:
        self._path, self._fingerprint, self._tell = path, fingerprint, tell
        self._store: sqlite3.Connection | None = None
        self.resumed = False
        if path is not None:
            self._open(path)
            if there := self.counts():
                self.resumed = True
                listed = ", ".join(f"{kind}: {count}" for kind, count in there.items())
                tell(f"resuming an earlier run ({listed})")

    def recall(self, kind: str, key: str, expected: Any) -> Any:
        """Look a result up.

        Parameters
        ----------
        kind, key : str
            What the result is called.
        expected : type
            Type of the result.

        Returns
        -------
        object
            The result, or `MISSING`.
        """
        rows = self._ask("SELECT value FROM results WHERE kind = ? AND key = ?", kind, key)
        if not rows:
            return MISSING
        try:
            return unpack(_inflated(rows[0][0]), expected)
        except NotPlainError:
            self._refuse(f"holds a damaged result ({kind})")
            return MISSING

    def keep(self, kind: str, key: str, expected: Any, value: T) -> T:
        """Write a result to the disk.

        One that is too large to be recalled is left out: it is computed again when the study is
        resumed.

        Parameters
        ----------
        kind, key : str
            What the result is called.
        expected : type
            Type of the result.
        value : object
            The result.

        Returns
        -------
        object
            The result as it would be recalled, with arrays in the same memory order.
        """
        packed = pack(value, expected)
        if self._store is not None and within_limits(packed):
            self._ask(
                "INSERT OR REPLACE INTO results VALUES (?, ?, ?)",
                kind,
                key,
                zlib.compress(packed, 1),
            )
        kept: T = unpack(packed, expected)
        return kept

    def once(self, kind: str, key: str, expected: Any, make: Callable[[], T]) -> T:
        """Look a result up, or make and keep it.

        Parameters
        ----------
        kind, key : str
            What the result is called.
        expected : type
            Type of the result.
        make : callable
            Makes the result where it is missing.

        Returns
        -------
        object
            The result as it would be recalled.
        """
        found = self.recall(kind, key, expected)
        kept: T = self.keep(kind, key, expected, make()) if found is MISSING else found
        return kept

    def counts(self) -> dict[str, int]:
        """Results by kind, in the order the kinds were first kept."""
        grouped = "SELECT kind, count(*) FROM results GROUP BY kind ORDER BY min(rowid) LIMIT ?"
        found = self._ask(grouped, MOST_KINDS)
        if all(isinstance(kind, str) and KIND.fullmatch(kind) for kind, _ in found):
            return dict(found)
        self._refuse("is damaged")
        return {}

    def close(self) -> None:
        """Close the file; what is kept stays."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def remove(self) -> None:
        """Close the file and remove it."""
        self.close()
        if self._path is not None:
            journal_file.remove(self._path)

    def set_aside(self, why: str, consequence: str) -> None:
        """Close the file, rename it, and say so."""
        self.close()
        if self._path is not None:
            name = journal_file.set_aside(self._path)
            self._tell(f"{self._path.name} {why}: set aside as {name}, {consequence}")

    def _open(self, path: Path) -> None:
        """Open the journal; what cannot be one of this study makes room for a new one."""
        try:
            self._store = journal_file.connect(path, self._fingerprint)
        except StaleError as reason:
            self._tell(f"what an earlier run left {reason}: starting afresh")
            journal_file.remove(path)
            self._open(path)
        except RefusedError as reason:
            self._refuse(str(reason))

    def _ask(self, statement: str, *values: object) -> list[Any]:
        """Run one statement, which is its own transaction."""
        if self._store is None or self._path is None:
            return []
        try:
            with sqlite_errors(self._path):
                return self._store.execute(statement, values).fetchall()
        except (RefusedError, StaleError):
            self._refuse("is damaged")
        return self._ask(statement, *values)

    def _refuse(self, why: str) -> None:
        """Set the file aside, and begin an empty one."""
        if self._path is not None:
            self.set_aside(why, "starting afresh")
            self._open(self._path)


def _inflated(packed: object) -> bytes:
    """What was compressed; no more memory is taken than a value may have.

    NotPlainError when it was not.
    """
    if not isinstance(packed, bytes):
        raise NotPlainError("not a blob")
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(packed, MOST_BYTES)
    except zlib.error as error:
        raise NotPlainError(str(error)) from None
    if not stream.eof or stream.unused_data or not within_limits(content):
        raise NotPlainError("not one compressed value, or too large")
    return content


@contextmanager
def journal_at(path: Path, fingerprint: str, tell: Tell) -> Iterator[Journal]:
    """Open a journal for a study, and remove it when the study is done or cannot succeed.

    After any other error it stays, and a note of the error says so. After an unforeseen error of a
    resumed study it is set aside: should it be the cause, the next run does without it.

    Parameters
    ----------
    path : Path
        The file.
    fingerprint : str
        Identifies the study.
    tell : callable
        Takes messages for the user.

    Yields
    ------
    Journal
        The journal.
    """
    journal = Journal(path, fingerprint, tell)
    try:
        yield journal
    except BaseException as error:
        if journal.resumed and isinstance(error, Exception) and not isinstance(error, FORESEEN):
            journal.set_aside("may be the cause of an error", "the same command starts afresh")
        elif journal.counts() and (
            isinstance(error, PASSING) or not isinstance(error, PlannerError)
        ):
            error.add_note(GOES_ON)
            journal.close()
        else:
            journal.remove()
        raise
    journal.remove()
