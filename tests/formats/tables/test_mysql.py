"""Orders from MySQL, as far as its driver and its protocol go: what is asked of a server, and what
becomes of its answers. Whether a server keeps its promises is not tested here.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog
from planner.formats.tables.database_url import database
from planner.studies.import_orders import read_query
from tests.cli.conftest import call_here
from tests.formats.tables.mysql_server import (
    DATETIME,
    DECIMAL,
    LONGLONG,
    TIMESTAMP,
    VARCHAR,
    FakeServer,
)

SESSION = ("set time_zone = '+00:00'", "set session transaction read only")
QUERY = "select * from orders where note like '%10:30%'"
COLUMNS = (
    ("order_id", LONGLONG),
    ("ordered_at", TIMESTAMP),
    ("region", VARCHAR),
    ("weight_g", DECIMAL),
)
ROW = ("7", "2026-11-10 12:00:00", "浙江", "400.50")


def read(server: FakeServer, **options: Any) -> tuple[OrderLog, dict[str, Any]]:
    """The orders that a server answers with, and what is said of their source."""
    with server.running():
        zone = options.get("timezone")
        found = database(server.address, "the word", zone)
        return read_query(found, QUERY, LogForm({}, **options))


def test_moments_are_in_utc_and_local_times_are_not() -> None:
    """A server sends both without a zone; which column is which it says too."""
    for kind, hour in ((TIMESTAMP, 20), (DATETIME, 12)):
        columns = [(name, kind if name == "ordered_at" else of) for name, of in COLUMNS]
        log, source = read(FakeServer(columns, [ROW]), timezone="Asia/Shanghai")
        assert log.first == datetime(2026, 11, 10, hour)
        assert log.region == ["浙江"]
        assert log.amounts["weight_g"].values.tolist() == [400.5]
        assert source["rows"] == 1
        assert source["database"].startswith("mysql+pymysql://planner@127.0.0.1:")


def test_the_session_is_in_utc_and_reads_only() -> None:
    """Before the query, which is sent as it is written."""
    server = FakeServer(COLUMNS, [ROW])
    read(server, timezone="UTC")
    settled = [server.asked.index(s) for s in SESSION]
    assert settled == sorted(settled)
    assert server.asked.index(QUERY) > settled[-1]


def test_many_rows_stream() -> None:
    """Each is read once."""
    rows = [(str(i), *ROW[1:]) for i in range(50_000)]
    log, source = read(FakeServer(COLUMNS, rows), timezone="UTC")
    assert (len(log), source["rows"]) == (50_000, 50_000)


def test_dates_that_are_none() -> None:
    """MySQL has a date of zeros; a finding names its row."""
    rows = [ROW, ("8", "0000-00-00 00:00:00", *ROW[2:]), ("9", None, *ROW[2:])]
    with pytest.raises(InputError) as error:
        read(FakeServer(COLUMNS, rows), timezone="UTC")
    assert "query:2: ordered_at: " in str(error.value)
    assert "query:3: ordered_at: is empty in every row of the order" in str(error.value)


def test_what_a_server_refuses() -> None:
    """In its words, without the number."""
    said = "Unknown column 'nix' in 'field list'"
    with pytest.raises(InputError) as error:
        read(FakeServer(error=(1054, said)))
    assert str(error.value) == f"query: cannot be run: {said}"


def test_a_connection_that_is_lost(tmp_path: Path) -> None:
    """In the middle of the rows: exit code 1, and nothing is left."""
    rows = [(str(i), *ROW[1:]) for i in range(300)]
    with FakeServer(COLUMNS, rows, ends_after=150).running() as server:
        asked = ("import", server.address, "--query", QUERY, "--timezone", "UTC")
        result = call_here(*asked, "-o", tmp_path / "out")
    assert result.code == 1
    lost, advice = result.err.splitlines()
    assert ": the connection was lost after 100 rows: Lost connection to MySQL server" in lost
    assert advice == "nothing was written; import again"
    assert not list(tmp_path.iterdir())


def test_rows_that_are_not_wanted_are_not_read() -> None:
    """After a finding among the first rows the rest stays where it is."""
    server = FakeServer(COLUMNS, [(ROW[0], ROW[1], "x" * 30_000, ROW[3])] * 2000)
    with pytest.raises(InputError, match="query:1: region: is longer than 20,000 characters"):
        read(server, timezone="UTC")
    assert server.broken_off
