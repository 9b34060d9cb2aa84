"""A PostgreSQL server of a test's own: on a free port, in a temporary folder, with a password."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.conftest import postgresql

USER, PASSWORD = "planner", "s3:cr@t/ %41"
# a server with habits of its own, none of which may show in what is read
HABITS = ("timezone=America/New_York", "datestyle=SQL,DMY", "fsync=off", "log_statement=all")


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    port: int
    folder: Path

    @property
    def address(self) -> str:
        """The address of its database, as a user writes it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/postgres"

    @property
    def log(self) -> str:
        """What the server has written down."""
        return (self.folder / "log").read_text("utf-8")

    def connect(self) -> psycopg.Connection:
        """A connection that may write."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=USER,
            password=PASSWORD,
            dbname="postgres",
            autocommit=True,
        )


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[Server]:
    """Start a server; it is stopped and its folder removed at the end.

    It refuses to run as root, so root starts it as the user that its package has made.
    """
    programs = Path(postgresql() or "").resolve()
    folder = Path(tempfile.mkdtemp(prefix="planner-postgresql-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(folder, "postgres")
    (folder / "word").write_text(PASSWORD, "utf-8")
    (folder / "word").chmod(0o644)
    port, data = free_port(), folder / "data"

    def call(program: str, *args: str) -> None:
        asked = [*as_user, programs / program, "-D", data, *args]
        subprocess.run(asked, check=True, stdout=subprocess.DEVNULL, cwd="/")

    settings = " ".join(f"-c {habit}" for habit in HABITS)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {settings}"
    try:
        call(
            "initdb",
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            f"--pwfile={folder / 'word'}",
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
        )
        call("pg_ctl", "-w", "-t", "120", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield Server(port, folder)
        finally:
            call("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
