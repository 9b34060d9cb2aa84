"""A journal that others can have written, or that is damaged, is never acted on: it is set aside,
named, and kept.
"""

from __future__ import annotations

import os
import pickle
import random
import socket
import sqlite3
import struct
import zlib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.errors import PlannerError
from planner.studies.runs import journal_file
from planner.studies.runs.journal import MISSING, Journal
from planner.studies.runs.journal_file import COMPANIONS
from planner.studies.runs.plain_data import pack

NAME = ".out.journal"
ASIDE = f"{NAME}.set-aside-1"
RESULTS = 40
PAGE = 4096


class Trap:
    """Its pickle, when it is read, makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., None], tuple[Path]]:
        return Path.touch, (self.marker,)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of ours with results, closed."""
    path = tmp_path / NAME
    journal = Journal(path, "mine")
    for k in range(RESULTS):
        journal.keep("promotions", str(k), int, k * k)
    journal.close()
    return path


def left(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def changed(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as store, store:
        for statement in statements:
            store.execute(statement)


def afresh(path: Path) -> list[str]:
    """Open the journal, which must work and hold nothing from before; what was said."""
    said: list[str] = []
    journal = Journal(path, "mine", said.append)
    assert [journal.recall("promotions", str(k), int) for k in range(RESULTS)] == [
        MISSING
    ] * RESULTS
    journal.keep("promotions", "7", int, 49)
    journal.close()
    again = Journal(path, "mine")
    assert again.recall("promotions", "7", int) == 49
    again.close()
    return said


def old_journal(path: Path) -> None:
    """One that keeps pickles, as the planner did once; reading them would make a file."""
    path.unlink()
    pickled = zlib.compress(pickle.dumps(Trap(path.with_name("marker"))))
    with closing(sqlite3.connect(path)) as store, store:
        store.execute(
            "CREATE TABLE results (kind TEXT, key TEXT, value BLOB, PRIMARY KEY (kind, key))"
        )
        store.execute(
            "INSERT INTO results VALUES ('', 'fingerprint', ?), ('promotions', '0', ?)",
            [pickled, pickled],
        )


def replaced(path: Path, make: Callable[[Path], object]) -> None:
    path.unlink()
    make(path)


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))


def padded(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:PAGE] + bytes(len(content) - PAGE))


FORGED: dict[str, tuple[Callable[[Path], object], str]] = {
    "text": (lambda p: p.write_bytes(b"not a database" * 1000), "is damaged"),
    "short text": (lambda p: p.write_bytes(b"no"), "is damaged"),
    "random": (lambda p: p.write_bytes(random.Random(1).randbytes(50_000)), "is damaged"),  # noqa: S311
    "half": (
        lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2 // PAGE * PAGE]),
        "is damaged",
    ),
    "pages of zeros": (padded, "is damaged"),
    "an old one": (old_journal, "is not a journal of this version of the planner"),
    "of a later version": (
        lambda p: changed(p, "PRAGMA user_version = 3"),
        "is not a journal of this version",
    ),
    "of another program": (
        lambda p: changed(p, "PRAGMA application_id = 1"),
        "is not a journal of this version",
    ),
    "a trigger": (
        lambda p: changed(
            p, "CREATE TRIGGER t AFTER INSERT ON results BEGIN DELETE FROM results; END"
        ),
        "has other tables than a journal",
    ),
    "a view": (
        lambda p: changed(
            p, "DROP TABLE study", "CREATE VIEW study AS SELECT 'mine' AS fingerprint"
        ),
        "has other tables than a journal",
    ),
    "an index": (
        lambda p: changed(p, "CREATE INDEX i ON results (abs(key))"),
        "has other tables than a journal",
    ),
    "another column": (
        lambda p: changed(p, "ALTER TABLE study ADD COLUMN x"),
        "has other tables than a journal",
    ),
    "no fingerprint": (lambda p: changed(p, "DELETE FROM study"), "is damaged"),
    "two fingerprints": (lambda p: changed(p, "INSERT INTO study VALUES ('mine')"), "is damaged"),
    "a fingerprint of bytes": (
        lambda p: changed(p, "UPDATE study SET fingerprint = x'00'"),
        "is damaged",
    ),
    "text that is none": (
        lambda p: changed(p, "UPDATE results SET kind = CAST(x'ff' AS TEXT)"),
        "is damaged",
    ),
    "a kind with an escape": (
        lambda p: changed(p, "UPDATE results SET kind = char(27) || '[2J'"),
        "is damaged",
    ),
    "a folder": (lambda p: replaced(p, Path.mkdir), "is a folder instead of a file"),
    "a pipe": (lambda p: replaced(p, os.mkfifo), "is a pipe instead of a file"),
    "a socket": (lambda p: replaced(p, bound), "is a socket instead of a file"),
    "a link": (
        lambda p: p.symlink_to(p.rename(p.with_name("elsewhere"))),
        "is a link instead of a file",
    ),
    "a link to itself": (
        lambda p: replaced(p, lambda q: q.symlink_to(q)),
        "is a link instead of a file",
    ),
    "a link to nothing": (
        lambda p: replaced(p, lambda q: q.symlink_to("/nowhere")),
        "is a link instead of a file",
    ),
    "another name": (
        lambda p: os.link(p, p.with_name("elsewhere")),
        "is the same file as another name",
    ),
    "writable by others": (lambda p: p.chmod(0o666), "may be written by others"),
    "a link to its log": (
        lambda p: p.with_name(f"{NAME}-wal").symlink_to(p),
        f"has a file {NAME}-wal that is a link instead of a file",
    ),
    "a log writable by others": (
        lambda p: [p.with_name(f"{NAME}-wal").touch(), p.with_name(f"{NAME}-wal").chmod(0o666)],
        f"has a file {NAME}-wal that may be written by others",
    ),
    "a rollback journal": (
        lambda p: p.with_name(f"{NAME}-journal").write_bytes(b"x"),
        f"has a file {NAME}-journal that this program never leaves",
    ),
}


@pytest.mark.parametrize("forge", FORGED)
def test_what_is_not_our_journal_is_set_aside(path: Path, forge: str) -> None:
    """The reason and the new name are said, the evidence stays as it was, and the run begins
    afresh.
    """
    make, why = FORGED[forge]
    make(path)
    mode, names = path.lstat().st_mode, left(path.parent)
    said = afresh(path)
    assert len(said) == 1
    assert said[0].startswith(f"{NAME} {why}")
    assert said[0].endswith(f": set aside as {ASIDE}, starting afresh")
    assert path.with_name(ASIDE).lstat().st_mode == mode
    assert {name.replace(NAME, ASIDE) for name in names if name.startswith(NAME)} <= set(
        left(path.parent)
    )
    assert not path.with_name("marker").exists()


def test_an_earlier_one_is_not_overwritten(path: Path) -> None:
    """What is set aside gets the next number that is free, of the journal and its companions."""
    for text in ("first", "second"):
        path.write_text(text)
        afresh(path)
    path.with_name(f"{NAME}.set-aside-3-wal").touch()
    path.write_text("third")
    afresh(path)
    kept = {
        name: path.with_name(name).read_text() for name in left(path.parent) if "set-aside" in name
    }
    first, second, fourth = (f"{NAME}.set-aside-{k}" for k in (1, 2, 4))
    assert kept == {
        first: "first",
        second: "second",
        f"{NAME}.set-aside-3-wal": "",
        fourth: "third",
    }


def rollback_journal(names: Path, pages: int) -> bytes:
    """A hot rollback journal whose super-journal is a file that SQLite deletes when it has rolled
    back.
    """
    header = bytes.fromhex("d9d505f920a163d7") + struct.pack(">IIIII", 0, 0, pages, 512, PAGE)
    name = str(names).encode()
    end = (
        struct.pack(">I", 0x40000000 // PAGE + 1) + name + struct.pack(">II", len(name), sum(name))
    )
    return header.ljust(512, b"\0") + end + header[:8]


def test_no_file_that_a_rollback_journal_names_is_deleted(path: Path) -> None:
    """SQLite by itself would delete it: the test says so of a connection that checks nothing."""
    victims = [path.with_name(name) for name in ("victim of SQLite", "victim")]
    for victim in victims:
        victim.write_text("worth keeping")
        changed(path, "PRAGMA journal_mode = DELETE")
        path.with_name(f"{NAME}-journal").write_bytes(
            rollback_journal(victim, path.stat().st_size // PAGE)
        )
        if victim == victims[0]:
            changed(path, "SELECT * FROM sqlite_schema")
    afresh(path)
    assert [victim.exists() for victim in victims] == [False, True]


@pytest.mark.parametrize(
    "value",
    [
        b"\0",
        zlib.compress(b""),
        zlib.compress(pickle.dumps(49)),
        zlib.compress(pack(1.5, float)),
        zlib.compress(pack(49, int)) + b"x",
        zlib.compress(pack(49, int))[:-1],
        "text",
        None,
        7,
    ],
    ids=range(9),
)
def test_a_forged_result_is_found_when_it_is_recalled(path: Path, value: object) -> None:
    """A value of another type, a pickle, or none: set aside, afresh, and never a wrong result."""
    with closing(sqlite3.connect(path)) as store, store:
        store.execute("UPDATE results SET value = ? WHERE key = '9'", [value])
    said: list[str] = []
    journal = Journal(path, "mine", said.append)
    assert journal.recall("promotions", "8", int) == 64
    assert journal.recall("promotions", "9", int) is MISSING
    assert journal.recall("promotions", "8", int) is MISSING
    journal.close()
    assert said[1:] == [
        f"{NAME} holds a damaged result (promotions): set aside as {ASIDE}, starting afresh"
    ]


def test_a_bomb_takes_no_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What inflates to more than a value may have is damage."""
    monkeypatch.setattr("planner.studies.runs.journal.MOST_BYTES", 1_000_000)
    with closing(sqlite3.connect(path)) as store, store:
        bomb = zlib.compress(pack(np.zeros(1_000_000), Floats))
        store.execute("UPDATE results SET value = ? WHERE key = '9'", [bomb])
    journal = Journal(path, "mine")
    assert journal.recall("promotions", "9", Floats) is MISSING
    assert path.with_name(ASIDE).exists()
    journal.close()


def test_a_result_too_large_to_be_recalled_is_not_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given back all the same, and made again when the study is resumed."""
    monkeypatch.setattr("planner.studies.runs.plain_data.MOST_BYTES", 1000)
    journal = Journal(path, "mine")
    assert journal.keep("plans", "joint", list[int], [7] * 1000) == [7] * 1000
    assert journal.recall("plans", "joint", list[int]) is MISSING
    journal.close()


def test_a_file_of_a_terabyte_is_not_searched(path: Path) -> None:
    """A sparse file of a terabyte is refused by its size, without being read."""
    os.truncate(path, 1 << 40)
    assert afresh(path) == [f"{NAME} is larger than 2 GB: set aside as {ASIDE}, starting afresh"]


@pytest.mark.parametrize("pages", range(4))
def test_one_that_was_killed_when_it_began_is_no_foreign_one(path: Path, pages: int) -> None:
    """The first pages of a new journal hold nothing: they make room for a new one, and nothing is
    set aside.
    """
    path.unlink()
    with closing(sqlite3.connect(path)) as store, store:
        journal_file._write_tables(store, "an earlier study")
    os.truncate(path, pages * PAGE)
    said = afresh(path)
    assert said == (["what an earlier run left holds no result: starting afresh"] if pages else [])
    assert left(path.parent) == [NAME]


def test_a_folder_that_allows_no_renaming_is_an_error_in_words(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads it knows what to do."""

    def refused(*names: object) -> None:
        raise PermissionError(13, "Permission denied")

    path.write_text("x")
    monkeypatch.setattr(os, "rename", refused)
    words = (
        r"cannot be set aside \(Permission denied\); move it away, or choose another folder "
        r"for the result"
    )
    with pytest.raises(PlannerError, match=words):
        Journal(path, "mine")


def test_no_rollback_journal_is_ever_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when a journal begins nor later: a kill at no moment leaves one that would have to be
    refused.
    """
    seen: set[str] = set()
    execute = sqlite3.connect

    class Watched(sqlite3.Connection):
        def execute(self, *asked: object) -> sqlite3.Cursor:
            cursor = super().execute(*asked)
            seen.update(left(tmp_path))
            return cursor

    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: execute(*a, **k, factory=Watched))
    with closing(Journal(tmp_path / NAME, "mine")) as journal:
        journal.keep("promotions", "0", int, 0)
    assert seen == {NAME, f"{NAME}-wal"} < {NAME + companion for companion in COMPANIONS}
