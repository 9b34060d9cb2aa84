"""Orders from databases without a server: SQLite files, addresses, and what is asked of MySQL."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError, PlannerError
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog
from planner.formats.tables import database as databases
from planner.formats.tables.database_url import Database, database
from planner.studies.import_orders import read_query
from tests.cli.conftest import call_here

QUERY = "select id as order_id, paid as ordered_at, province as region from orders"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A file with some orders; its name needs quoting in an address."""
    path = tmp_path / "50% of #1?.db"
    with sqlite3.connect(path) as connection:
        connection.execute("create table orders (id, paid, province)")
        rows = [(f"A{i}", f"2026-11-{1 + i % 20:02} {i % 24:02}:00", "浙江") for i in range(500)]
        connection.executemany("insert into orders values (?, ?, ?)", rows)
    connection.close()
    return path


def opened(path: Path) -> Database:
    """The database of a file."""
    found = database("sqlite:///x.db")
    return Database(found.url.set(database=str(path)))


def read(path: Path, query: str, **options: Any) -> tuple[OrderLog, dict[str, Any]]:
    """The orders of a query, and what is said of their source."""
    return read_query(opened(path), query, LogForm({}, **options))


@pytest.mark.parametrize("rows", [1, 7, None])
def test_a_sqlite_file(shop: Path, rows: int | None) -> None:
    """However many rows are fetched at a time, to the same hash."""
    before = shop.read_bytes()
    log, source = read(shop, QUERY, rows=rows)
    assert (len(log), log.first) == (500, datetime(2026, 11, 1))
    whole = read(shop, QUERY)[1]
    assert source == whole
    assert source["rows"] == 500
    assert shop.read_bytes() == before
    assert [path.name for path in shop.parent.iterdir()] == [shop.name]


def test_more_is_fetched_once_rows_are_known_to_be_short(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And fewer where they are long."""
    sizes: list[int] = []
    fetch = databases.QueryRows._fetch

    def noted(self: databases.QueryRows, rows: int) -> Any:
        sizes.append(rows)
        return fetch(self, rows)

    monkeypatch.setattr(databases.QueryRows, "_fetch", noted)
    read(shop, QUERY)
    assert sizes[:2] == [100, 20_000]
    sizes.clear()
    read(shop, QUERY.replace(" from", ", hex(zeroblob(40000)) as note from"))
    assert sizes[:2] == [100, 99]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("delete from orders", "query: write one select statement"),
        ("with x as (select 1) delete from orders", "query: cannot be run: write one select"),
        (";".join([QUERY, "delete from orders"]), "query: cannot be run: You can only execute one"),
        ("attach 'x.db' as x", "query: write one select statement"),
        ("vacuum into 'x.db'", "query: write one select statement"),
        ("select nix from orders", "query: cannot be run: no such column: nix"),
        (f"{QUERY} where 0", "query: has no rows; is one of its conditions too narrow?"),
        (f"{QUERY} union all select 'B', null, '浙江'", "query:501: ordered_at: is empty"),
        ("select paid as ordered_at, x'ff00' || x'fe' as region from orders", "query: cannot be"),
    ],
)
def test_wrong_queries(shop: Path, query: str, words: str) -> None:
    """They change nothing, and say what is wrong."""
    with pytest.raises(InputError) as error:
        read(shop, query)
    assert str(error.value).startswith(words)
    assert read(shop, QUERY)[0].rows == 500


def test_sqlite_itself_is_told_to_read_only(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a statement looks like."""
    monkeypatch.setattr(databases, "_SELECTS", databases.re.compile(""))
    other = shop.parent / "other.db"
    for query in ("delete from orders", f"attach '{other}' as x", f"vacuum into '{other}'"):
        with pytest.raises(InputError, match="query: "):
            read(shop, query)
    assert read(shop, QUERY)[0].rows == 500
    assert not other.exists()


def test_ctrl_c_while_sqlite_works(shop: Path, tmp_path: Path) -> None:
    """A query without end is left."""
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) "
        "select '2026-11-10' as ordered_at from n where i < 0"
    )
    address = f"sqlite:///{shop.rename(tmp_path / 'shop.db')}"
    asked = [sys.executable, "-m", "planner", "import", address, "-o", str(tmp_path / "out")]
    with subprocess.Popen([*asked, "--query", endless], stderr=subprocess.PIPE) as process:
        try:
            until = time.monotonic() + 60
            while not list(tmp_path.glob("*out*")):  # the draft of the result
                assert time.monotonic() < until
                time.sleep(0.1)
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert said.decode().strip() == "interrupted; nothing was written under its final name"
    assert [path.name for path in tmp_path.iterdir()] == ["shop.db"]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://me:secret@host/shop", "holds a password, which others see in the list of"),
        ("mysql+pymysql://me:se/cr@et@host/shop", "holds a password"),
        (
            "postgresql://me@host/shop?password=secret",
            "a parameter that is not known: password; for",
        ),
        ("mysql://me@host/shop?init_command=secret", "not known: init_command"),
        ("postgresql://me@host/shop?ssl_mode=secret", "not known: ssl_mode; did you mean sslmode?"),
        ("postgresql:/me:secret@host/shop", "cannot be read; write it such as postgresql://user@"),
        ("postgresql://me@host:secret/shop", "cannot be read; write it such as"),
        ("oracle://me:secret@host/shop", "begins with no kind of database that is read"),
        ("https://me:secret@host/shop", "begins with no kind of database that is read"),
        ("postgresql://me@host", "names no database; it stands behind the host"),
        ("sqlite://", "names no file, such as sqlite:///orders.db"),
        ("sqlite:///:memory:", "names no file, such as sqlite:///orders.db"),
    ],
)
def test_addresses_that_are_refused(address: str, words: str, tmp_path: Path) -> None:
    """With the way out, and without repeating what may be secret."""
    result = call_here("import", address, "--query", QUERY, "-o", tmp_path / "out")
    assert result.code == 2
    said = " ".join(result.err.split())
    assert "Error: the address of the database " in said
    assert words in said
    assert "secret" not in said
    assert "se/cr" not in said
    if "password" in words:
        assert "set the environment variable PLANNER_DB_PASSWORD" in said
        assert "--password-file" in said


def test_options_that_do_not_go_together(shop: Path, tmp_path: Path) -> None:
    """Each with what to do."""
    out = ("-o", tmp_path / "out")
    address = "sqlite:///orders.db"
    for args, words in (
        ((address,), 'a database needs --query, such as --query "select'),
        ((address, "--query", QUERY, "--sheet", "x"), "--sheet is for files, not for databases"),
        ((address, "--query", QUERY, "--contract", "x"), "--contract is for files"),
        ((shop, "--query", QUERY), "--query and --password-file are for databases: give an"),
    ):
        result = call_here("import", *args, *out)
        assert result.code == 2
        assert words in " ".join(result.err.split())
    empty = tmp_path / "word"
    empty.write_text("\n", "utf-8")
    result = call_here("import", address, "--query", QUERY, "--password-file", empty, *out)
    assert (result.code, "word: its first line is empty" in result.err) == (2, True)
    result = call_here("import", address, "--query", QUERY, *out)
    assert (result.code, result.err) == (3, "orders.db: no such file\n")


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """And a database that is named as a file."""
    path = tmp_path / "shop.db"
    path.write_bytes(b"ordered_at\n2026-11-10\n" * 100)
    with pytest.raises(PlannerError, match=r"shop\.db: cannot connect: file is not a database"):
        read(path, QUERY)


@pytest.mark.parametrize("missing", ["sqlalchemy", "psycopg", "pymysql"])
def test_without_the_extra(missing: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What to install."""
    monkeypatch.setitem(sys.modules, missing, None)
    kind = "mysql" if missing == "pymysql" else "postgresql"
    address = f"{kind}://me@127.0.0.1:1/shop"
    result = call_here("import", address, "--query", QUERY, "-o", tmp_path / "out")
    assert result.code == 1
    assert 'install the extra: pip install "promo-planner[sql]"' in result.err


def test_parquet_without_the_extra(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What to install."""
    (tmp_path / "log.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = call_here("import", tmp_path / "log.parquet", "-o", tmp_path / "out")
    assert result.code == 1
    assert 'install the extra: pip install "promo-planner[parquet]"' in result.err


def test_help_shows_commands_line_by_line() -> None:
    """As they are to be typed."""
    said = call_here("import", "--help").out
    assert "\n  planner import orders.csv -o history --columns ordered_at=paid_time\n" in said
    assert "\\b" not in said
