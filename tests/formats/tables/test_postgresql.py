"""Orders from a real PostgreSQL server: the same as from a file, read only, and nothing left behind
when it fails.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, read_orders
from planner.formats.tables.database_url import database
from planner.studies.import_orders import read_query
from tests.cli.conftest import call, call_here
from tests.formats.tables.postgresql_server import PASSWORD, Server, server
from tests.formats.tables.test_parquet import orders

pytestmark = pytest.mark.needs("postgresql")
MOST_MEMORY = 400_000_000
SERIES = (
    "select 'A' || i as order_id, timestamp '2026-10-01' + i * interval '3 seconds' as ordered_at, "
    "(array['浙江', '新疆', '北京'])[i % 3 + 1] as region, (i % 4000 / 4.0) as weight_g "
    "from generate_series(1, {rows}) as i"
)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANNER_DB_PASSWORD", PASSWORD)


def read(postgres: Server, query: str, **options: Any) -> tuple[OrderLog, dict[str, Any]]:
    """The orders of a query, and what is said of their source."""
    zone = options.get("timezone")
    return read_query(database(postgres.address, PASSWORD, zone), query, LogForm({}, **options))


def words_of(postgres: Server, query: str, **options: Any) -> str:
    """What is wrong with a query."""
    with pytest.raises(InputError) as error:
        read(postgres, query, **options)
    return str(error.value)


def test_the_same_orders_as_in_csv(postgres: Server, tmp_path: Path) -> None:
    """Numbers, times and text; the hash is that of the rows in any order."""
    frame = orders(200)
    frame.to_csv(tmp_path / "log.csv", index=False)
    with postgres.connect() as connection:
        connection.execute(
            "create table shop (order_id bigint, note text, ordered_at timestamp, region text, "
            "weight_g double precision, freight numeric(10, 2))"
        )
        with connection.cursor() as cursor:
            rows = frame.itertuples(index=False, name=None)
            cursor.executemany("insert into shop values (%s, %s, %s, %s, %s, %s)", list(rows))
    one = read_orders(tmp_path / "log.csv", "log.csv", LogForm({}))
    other, source = read(postgres, "select * from shop;\n")
    assert (other.rows, len(other)) == (one.rows, len(one)) == (200, 100)
    assert sorted(zip(other.second.tolist(), other.region, strict=True)) == sorted(
        zip(one.second.tolist(), one.region, strict=True)
    )
    for key in ("weight_g", "freight"):
        assert other.amounts[key].values.sum() == one.amounts[key].values.sum()
    assert source["rows"] == 200
    _, backwards = read(postgres, "select * from shop order by ordered_at desc, weight_g")
    assert backwards["rows_sha256"] == source["rows_sha256"]
    _, fewer = read(postgres, "select * from shop offset 1")
    assert fewer["rows_sha256"] != source["rows_sha256"]


def test_times_with_a_zone_are_converted_and_those_without_are_local(postgres: Server) -> None:
    """The server's own zone and way of writing dates do not matter; the session is in the zone of
    the warehouse, so that a cast in the query gives its time too.
    """
    moment = "timestamptz '2026-11-10 12:00+00'"
    for written, hour in (
        (moment, 20),
        (f"({moment})::timestamp", 20),
        ("timestamp '2026-11-10 12:00'", 12),
        (f"to_char({moment}, 'YYYY-MM-DD HH24:MI')", 20),
    ):
        log, _ = read(postgres, f"select {written} as ordered_at", timezone="Asia/Shanghai")
        assert log.first == datetime(2026, 11, 10, hour)
    assert "has an offset from UTC; state --timezone" in words_of(
        postgres, f"select {moment} as ordered_at"
    )
    date, _ = read(postgres, "select date '2026-11-10' as ordered_at")
    assert date.first == datetime(2026, 11, 10)


def test_findings_name_row_and_column(postgres: Server) -> None:
    """NULL, infinity, and what is no number: all at once."""
    query = (
        "select * from (values ('2026-11-10'::timestamptz, '浙江', 'heavy'), (null, '浙江', '1'), "
        "('infinity', '', '2')) as t (ordered_at, region, weight_g)"
    )
    assert words_of(postgres, query, timezone="Asia/Shanghai").splitlines() == [
        'query:1: weight_g: must be a number such as 1234.50, got "heavy"',
        'query:2: ordered_at: is empty, got ""',
        "query:3: ordered_at: is not a date and time that can be read; state --date-format, such "
        "as '%d %b %Y %H:%M', got \"infinity\"",
        'query:3: region: must not be empty, got ""',
    ]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select nix from pg_class", 'query: cannot be run: column "nix" does not exist'),
        ("select * from nix", 'query: cannot be run: relation "nix" does not exist'),
        ("select * frm pg_class", 'query: cannot be run: syntax error at or near "frm"'),
        ("select 1 as a", "query: ordered_at: no such column"),
        ("select now() as ordered_at where false", "query: has no rows; is one of its conditions"),
        ("", "query: write one select statement; nothing is written to a database"),
        ("show all", "query: write one select statement"),
        (
            "select now() as ordered_at, repeat('x', 30000) as region",
            "query:1: region: is longer than 20,000 characters",
        ),
        (
            "select now() as ordered_at, 1 / (i - 3000) from generate_series(1, 9000) as i",
            "query: cannot be run after 100 rows: division by zero",
        ),
        ("select now() as ordered_at, 1 as ordered_at", "query: ordered_at: two columns have this"),
    ],
)
def test_wrong_queries(postgres: Server, query: str, words: str) -> None:
    """In the server's words, without its excerpt of a statement that nobody has written."""
    said = words_of(postgres, query, timezone="UTC")
    assert said.startswith(words)
    assert "DECLARE" not in said


@pytest.mark.parametrize(
    "query",
    [
        "delete from kept",
        "with gone as (delete from kept returning *) select * from gone",
        "select nextval('numbers')",
        "select lo_create(0)",
        "select 1; delete from kept",
        "select 1; commit; begin; delete from kept; commit",
        "select 1 from kept for update",
        "/* select */ truncate kept",
        "explain analyze delete from kept",
    ],
)
def test_a_query_that_writes_is_refused(postgres: Server, query: str) -> None:
    """By the server, which has been asked to read only."""
    with postgres.connect() as connection:
        connection.execute("create table if not exists kept as select 1 as a")
        connection.execute("create sequence if not exists numbers")
    assert words_of(postgres, query).startswith("query: ")
    with postgres.connect() as connection:
        assert connection.execute("select count(*) from kept").fetchall() == [(1,)]
        (number,) = connection.execute("select nextval('numbers')").fetchone() or (0,)
        assert connection.execute("select last_value from numbers").fetchone() == (number,)
        connection.execute("drop sequence numbers")
        assert number == 1


def test_text_with_marks_of_drivers(postgres: Server) -> None:
    """Percent signs, colons and question marks of a query are its own."""
    query = (
        "select '2026-11-10 10:00'::timestamp as ordered_at, '浙江' as region "
        "where 'a%b' like '%b' and '?' <> ':x' and '%s' = '%' || 's'"
    )
    assert read(postgres, query)[0].rows == 1


def test_a_connection_that_is_lost(postgres: Server, tmp_path: Path) -> None:
    """The server ends it in the middle: exit code 1, what to do, and nothing is left."""
    query = (
        "select now() as ordered_at, case when i = 150000 then "
        "pg_terminate_backend(pg_backend_pid()) end from generate_series(1, 300000) as i"
    )
    result = call(
        "import", postgres.address, "-o", tmp_path / "out", "--query", query, "--timezone", "UTC"
    )
    assert result.code == 1
    lines = result.err.splitlines()
    assert lines[0].startswith(postgres.address.replace("postgresql:", "postgresql+psycopg:"))
    assert ": the connection was lost after 1" in lines[0]
    assert lines[0].endswith("terminating connection due to administrator command")
    assert lines[1:] == ["nothing was written; import again"]
    assert not list(tmp_path.iterdir())


def test_ctrl_c(postgres: Server, tmp_path: Path) -> None:
    """Exit code 130; no folder, and no query is left running on the server."""
    query = "select now() as ordered_at, pg_sleep(600)"
    asked = [sys.executable, "-m", "planner", "import", postgres.address, "-o", tmp_path / "out"]
    with subprocess.Popen([*map(str, asked), "--query", query], stderr=subprocess.PIPE) as process:
        try:
            wait_until(lambda: queries(postgres) > 0)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert said.decode().strip() == "interrupted; nothing was written under its final name"
    assert not list(tmp_path.iterdir())
    wait_until(lambda: queries(postgres) == 0)


def queries(postgres: Server) -> int:
    """How many sessions are waiting for rows of a query."""
    with postgres.connect() as connection:
        found = connection.execute(
            "select count(*) from pg_stat_activity where state = 'active' "
            "and query like 'FETCH%' and pid <> pg_backend_pid()"
        ).fetchone()
    return int(found[0]) if found else 0


def wait_until(done: Any, seconds: float = 60) -> None:
    """Wait for something, not for ever."""
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_the_password_comes_from_elsewhere(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the environment or a file; it shows nowhere, and a wrong one is not repeated either."""
    query = "select date '2026-11-10' as ordered_at"
    asked = ("import", postgres.address, "--query", query, "-o")
    assert call(*asked, tmp_path / "one").code == 0
    monkeypatch.delenv("PLANNER_DB_PASSWORD")
    none = call_here(*asked, tmp_path / "none")
    assert none.code == 1
    assert "cannot connect: " in none.err
    assert "set the environment variable PLANNER_DB_PASSWORD, or write it into a file" in none.err
    (tmp_path / "word").write_text(f"{PASSWORD}\n", "utf-8")
    done = call_here(*asked, tmp_path / "two", "--password-file", tmp_path / "word", "--json")
    assert done.code == 0
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "two").iterdir())
    assert done.json()["source"]["database"] in written
    assert PASSWORD not in written + done.out + done.err + postgres.log
    assert json.loads((tmp_path / "one" / "summary.json").read_text("utf-8"))["source"] == {
        "database": postgres.address.replace("postgresql:", "postgresql+psycopg:"),
        "query": query,
        "rows": 1,
        "rows_sha256": done.json()["source"]["rows_sha256"],
    }
    (tmp_path / "word").write_text("not-the-word", "utf-8")
    wrong = call_here(*asked, tmp_path / "three", "--password-file", tmp_path / "word")
    assert wrong.code == 1
    assert 'password authentication failed for user "planner"' in wrong.err
    assert "not-the-word" not in wrong.err
    assert not (tmp_path / "three").exists()


@pytest.mark.slow
def test_a_million_rows_in_little_memory(postgres: Server, tmp_path: Path) -> None:
    """They stream: neither the driver nor the reader holds all of them."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from planner.cli.main import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    status = Path('/proc/self/status').read_text()\n"
        "    (peak,) = [line for line in status.splitlines() if line.startswith('VmHWM')]\n"
        "    print(int(peak.split()[1]) * 1024, file=sys.stderr)\n"
    )
    query = SERIES.format(rows=1_000_000)
    asked = ["import", postgres.address, "-o", str(tmp_path / "out"), "--query", query]
    done = subprocess.run(
        [sys.executable, "-c", script, *asked, "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    found = json.loads(done.stdout)
    assert (found["orders"], found["source"]["rows"]) == (1_000_000, 1_000_000)
    assert found["weight_g"]["p99"] == 989.75
    assert int(done.stderr.splitlines()[-1]) < MOST_MEMORY
