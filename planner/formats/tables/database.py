"""The result of a query as a table of text cells.

The rows stream from the server, some at a time, in a transaction that can only read; the
connection is closed whatever happens. Rows are counted from 1.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from planner.domain.wording import counted
from planner.errors import Finding, InputError, PlannerError
from planner.formats.base import input_limits
from planner.formats.base.findings import shown
from planner.formats.base.input_files import refuse_unreadable
from planner.formats.tables.csv_reader import Chunk, one_line, refuse_empty, refuse_wide
from planner.formats.tables.database_url import NO_EXTRA, Database, no_password_words
from planner.formats.tables.table_files import TableFile
from planner.formats.tables.typed_cells import texts_of_values

if TYPE_CHECKING:
    from sqlalchemy import Connection, CursorResult, Engine
    from sqlalchemy.exc import DBAPIError

QUERY = "query"  # as messages name it
_FIRST_ROWS = 100  # fetched to learn how long they are
_MOST_ROWS = 20_000
_CHARACTERS = 8_000_000
_CONNECT_S = 15
_MYSQL_TIMESTAMP = 7  # type code of a column that holds moments; DATETIME holds local times
_STEPS = 1_000_000  # of SQLite, after which Ctrl-C is looked for
_SELECTS = re.compile(r"(?:\s|\(|--[^\n]*\n|/\*.*?\*/)*(?:select|with|values|table)\b", re.I | re.S)
_ONE_SELECT = "write one select statement; nothing is written to a database"
_MODULUS = 1 << 256
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_STREAMED = {"stream_results": True, "max_row_buffer": 1, "no_parameters": True}


class QueryRows:
    """The rows of a query: `table` reads them once; `account` says what was read.

    The hash is the sum of the SHA-256 of every row (its cells as JSON), so that the order of the
    rows, which a database need not keep, does not count.
    """

    def __init__(self, database: Database, query: str, result: CursorResult[Any]) -> None:
        description = result.cursor.description if result.cursor is not None else None
        if not description:
            raise InputError([Finding(QUERY, 0, 0, "", f"has no result; {_ONE_SELECT}")])
        columns = [one_line(str(column[0])) for column in description]
        refuse_empty(columns, QUERY)
        refuse_wide(columns, QUERY, 0)
        self.rows = 0
        self._sum = 0
        self._database = database
        self._query = query
        self._result = result
        is_mysql = database.url.drivername.startswith("mysql")
        self._in_utc = [is_mysql and column[1] == _MYSQL_TIMESTAMP for column in description]
        self.table = TableFile(
            name=QUERY,
            columns=tuple(columns),
            most_rows=None,
            chunks=self._chunks,
            line=0,
            header_lines=0,
            counting="the rows of the query's result, counted from 1",
        )

    @property
    def account(self) -> dict[str, Any]:
        """Where the rows come from, for programs."""
        return {
            "database": self._database.text,
            "query": self._query,
            "rows": self.rows,
            "rows_sha256": f"{self._sum:064x}",
        }

    def _chunks(self, wanted: Sequence[str], rows: int | None) -> Iterator[Chunk]:
        """The rows, some at a time; a row without any value is no empty line."""
        places = [self.table.columns.index(column) for column in wanted]
        size = rows or _FIRST_ROWS
        while fetched := self._fetch(size):
            begin = self.rows + 1
            self.rows += len(fetched)
            if self.rows > input_limits.LOG_ROWS:
                words = f"has more than {input_limits.LOG_ROWS:,} rows"
                raise InputError([Finding(QUERY, 0, 0, "", words)])
            columns = [self._texts(fetched, place, begin) for place in places]
            self._add(columns)
            cells = dict(zip(wanted, columns, strict=True))
            index = pd.RangeIndex(begin, self.rows + 1)
            frame = pd.DataFrame(cells, index=index, columns=pd.Index(wanted), dtype=object)
            yield Chunk(frame, 0, partial(_row_of, fetched))
            size = rows or _rows_of_a_chunk(fetched)
        if not self.rows:
            words = "has no rows; is one of its conditions too narrow?"
            raise InputError([Finding(QUERY, 0, 0, "", words)])

    def _fetch(self, rows: int) -> Sequence[Sequence[Any]]:
        with _said(self._database, self):
            return self._result.fetchmany(rows)

    def _texts(self, rows: Sequence[Sequence[Any]], place: int, begin: int) -> list[str]:
        """A column as text."""
        texts = texts_of_values([row[place] for row in rows])
        most = input_limits.CELL_CHARACTERS
        if max(map(len, texts)) > most:
            row = begin + next(i for i, text in enumerate(texts) if len(text) > most)
            words = f"is longer than {most:,} characters"
            raise InputError([Finding(QUERY, row, 0, self.table.columns[place], words)])
        return [text and f"{text}+00:00" for text in texts] if self._in_utc[place] else texts

    def _add(self, columns: list[list[str]]) -> None:
        """Add rows to the hash."""
        for row in zip(*columns, strict=True):
            digest = hashlib.sha256(json.dumps(row, ensure_ascii=False).encode(errors="replace"))
            self._sum = (self._sum + int.from_bytes(digest.digest())) % _MODULUS


def _row_of(rows: Sequence[Sequence[Any]], row: int) -> list[str]:
    return texts_of_values(rows[row])


def _rows_of_a_chunk(rows: Sequence[Sequence[Any]]) -> int:
    """How many rows to fetch next, by the longest of the first of these."""
    longest = max(
        sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        for row in rows[:_FIRST_ROWS]
    )
    return max(min(_MOST_ROWS, _CHARACTERS // max(longest, 1)), 1)


@contextmanager
def open_query(database: Database, query: str) -> Iterator[QueryRows]:
    """Run a query; its rows are fetched while they are read.

    Parameters
    ----------
    database : Database
        Where it runs.
    query : str
        One select statement.

    Yields
    ------
    QueryRows
        Its rows.

    Raises
    ------
    InputError
        When the query cannot be run, or would write.
    PlannerError
        Without a driver, a connection, or when the connection is lost.
    """
    from sqlalchemy.exc import DBAPIError

    text = query.strip().rstrip(";").rstrip()
    if not _SELECTS.match(text):
        raise InputError([Finding(QUERY, 0, 0, "", f"{_ONE_SELECT}, got {shown(query)}")])
    with _connected(database) as connection:
        driver: Any = connection.connection.dbapi_connection
        with _said(database):
            _settle_session(connection, driver, database)
            result = connection.exec_driver_sql(text, execution_options=_STREAMED)
        try:
            yield QueryRows(database, text, result)
        finally:
            _leave_rest(driver)
            with suppress(DBAPIError):  # what went wrong before is what counts
                result.close()


def _leave_rest(driver: Any) -> None:
    """Rows that were not fetched are not wanted; PyMySQL would read all of them when it closes."""
    unread: Any = getattr(driver, "_result", None)
    if hasattr(unread, "unbuffered_active"):
        unread.unbuffered_active = False


@contextmanager
def _connected(database: Database) -> Iterator[Connection]:
    """A connection that can only read."""
    from sqlalchemy.exc import DBAPIError

    engine = _engine(database)
    try:
        connection = engine.connect()
    except DBAPIError as error:
        words = database.hidden(_words(error).removeprefix("connection failed: "))
        asks = database.password is None and "password" in words.lower()
        hint = f"; {no_password_words()}" if asks else ""
        raise PlannerError(f"{database.text}: cannot connect: {words}{hint}") from None
    try:
        yield connection.execution_options(postgresql_readonly=True)
    finally:
        connection.invalidate()  # whatever is still on its way is not wanted
        connection.close()
        engine.dispose()


def _engine(database: Database) -> Engine:
    """What connects to a database. Raises PlannerError without the driver."""
    try:
        from sqlalchemy import create_engine
        from sqlalchemy.pool import NullPool

        options: dict[str, Any] = {"poolclass": NullPool}
        if database.file is not None:
            refuse_unreadable(database.file, str(database.file))
            options["creator"] = partial(_open_file, database.file)
        elif "connect_timeout" not in database.url.query:
            options["connect_args"] = {"connect_timeout": _CONNECT_S}
        return create_engine(database.url.set(password=database.password), **options)
    except ImportError as error:  # the driver; SQLAlchemy itself has read the address
        raise PlannerError(NO_EXTRA) from error


def _open_file(path: Path) -> sqlite3.Connection:
    """A SQLite file that is only read, whatever a statement says."""
    connection = sqlite3.connect(
        f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, check_same_thread=False
    )
    connection.execute("pragma schema_version")  # is it a database at all?
    connection.set_progress_handler(lambda: 0, _STEPS)
    return connection


def _authorize(action: int, *_: str | None) -> int:
    """What a statement may do in SQLite: no other file is attached or written either."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _settle_session(connection: Connection, driver: Any, database: Database) -> None:
    """How the server writes times, and that it writes nothing."""
    kind = connection.dialect.name
    if kind == "sqlite":
        driver.set_authorizer(_authorize)
    elif kind == "postgresql":
        from psycopg.types.string import TextLoader

        for name in ("date", "timestamp", "timestamptz"):  # infinity is no time of Python
            driver.adapters.register_loader(name, TextLoader)
        connection.exec_driver_sql("set local datestyle to 'ISO, YMD'")
        connection.exec_driver_sql(f"set local timezone to '{database.timezone}'")
    elif kind in ("mysql", "mariadb"):
        connection.exec_driver_sql("set time_zone = '+00:00'")
        connection.exec_driver_sql("set session transaction read only")
        connection.commit()


@contextmanager
def _said(database: Database, rows: QueryRows | None = None) -> Iterator[None]:
    """Turn what a driver says into findings about the query, or into a lost connection."""
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except DBAPIError as error:
        words = database.hidden(_words(error))
        if words == "interrupted":  # SQLite, by Ctrl-C
            raise KeyboardInterrupt from None
        if words == "not authorized":  # SQLite, by `_authorize`
            words = _ONE_SELECT
        after = f" after {counted(rows.rows, 'row')}" if rows is not None else ""
        if error.connection_invalidated:
            lost = f"{database.text}: the connection was lost{after}: {words}"
            raise PlannerError(lost, "nothing was written; import again") from None
        raise InputError([Finding(QUERY, 0, 0, "", f"cannot be run{after}: {words}")]) from None


def _words(error: DBAPIError) -> str:
    """What a server or driver says, without its number and its excerpt of the query."""
    cause = error.orig
    diagnosis = getattr(cause, "diag", None)
    if diagnosis is not None and diagnosis.message_primary:
        hint = diagnosis.message_hint
        return f"{diagnosis.message_primary} ({hint})" if hint else str(diagnosis.message_primary)
    args: Sequence[object] = getattr(cause, "args", ())
    said = str(args[1] if len(args) > 1 and isinstance(args[0], int) else cause)
    return said.strip().partition("\n")[0]
