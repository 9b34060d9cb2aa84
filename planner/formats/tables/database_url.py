"""The address of a database: what it may state, and what it must not.

A password never stands in it, for the list of processes shows it to everybody on the machine, and
shells keep it. No message repeats an address that was refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import PlannerError
from planner.formats.base.findings import nearest

if TYPE_CHECKING:
    from sqlalchemy import URL

NO_EXTRA = (
    "reading a database needs SQLAlchemy and a driver; install the extra: pip install "
    '"promo-planner[sql]"'
)
# What people write before :// -> the driver that is used.
DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "mysql+pymysql": "mysql+pymysql",
    "mariadb+pymysql": "mysql+pymysql",
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
}
# Parameters behind the ? that say where the server is and how the way to it is protected.
PARAMETERS = {
    "postgresql+psycopg": (
        "host",
        "port",
        "application_name",
        "connect_timeout",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "target_session_attrs",
    ),
    "mysql+pymysql": (
        "charset",
        "connect_timeout",
        "ssl_ca",
        "ssl_cert",
        "ssl_key",
        "ssl_check_hostname",
        "unix_socket",
    ),
    "sqlite": (),
}
_LOOKS_LIKE_ONE = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_WAY_OUT = (
    "set the environment variable PLANNER_DB_PASSWORD, or write it into a file and name that with "
    "--password-file"
)


@dataclass(frozen=True)
class Database:
    """A database that can be opened.

    Attributes
    ----------
    url : URL
        Its address with the driver, without password.
    password : str or None
        The password, which no text of this object shows.
    timezone : str
        Zone of the session.
    """

    url: URL
    password: str | None = field(default=None, repr=False)
    timezone: str = "UTC"

    @property
    def text(self) -> str:
        """The address, which holds no password."""
        return self.url.render_as_string(hide_password=True)

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database."""
        return Path(self.url.database or "") if self.url.drivername == "sqlite" else None

    def hidden(self, words: str) -> str:
        """Words of a driver on one line, without the password should they hold it."""
        if self.password:
            words = words.replace(self.password, "***")
        return " ".join(words.split())


def is_address(text: str) -> bool:
    """Whether an argument is an address, well written or not, and not the name of a file."""
    return _LOOKS_LIKE_ONE.match(text) is not None


def database(text: str, password: str | None = None, timezone: str | None = None) -> Database:
    """Read an address.

    Parameters
    ----------
    text : str
        Such as postgresql://user@host/db or sqlite:///orders.db.
    password : str or None
        The password, from elsewhere.
    timezone : str or None
        Zone of the session; None: UTC.

    Returns
    -------
    Database
        What it names.

    Raises
    ------
    ValueError
        With what is wrong with it.
    PlannerError
        Without SQLAlchemy.
    """
    try:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise PlannerError(NO_EXTRA) from error
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        words = (
            "cannot be read; write it such as postgresql://user@host/database, "
            f"{_examples()}, and no password in it"
        )
        raise ValueError(words) from None
    driver = DRIVERS.get(url.drivername.casefold())
    if driver is None:
        words = "begins with no kind of database that is read; write it such as "
        raise ValueError(f"{words}postgresql://user@host/database, {_examples()}")
    _refuse_parts(url, driver)
    return Database(url.set(drivername=driver), password or None, timezone or "UTC")


def _examples() -> str:
    return "mysql://user@host/database or sqlite:///orders.db"


def _refuse_parts(url: URL, driver: str) -> None:
    """Raise ValueError for a password, unknown parameters, or a database that is not named."""
    if url.password is not None:
        words = "holds a password, which others see in the list of processes; leave it out, and "
        raise ValueError(words + _WAY_OUT)
    known = PARAMETERS[driver]
    unknown = [name for name in url.query if name not in known]
    if unknown:
        secret = re.search("pass|pwd|secret|token", unknown[0], re.IGNORECASE)
        hint = f"; for a password {_WAY_OUT}" if secret else nearest(unknown[0], known)
        raise ValueError(f"has a parameter that is not known: {unknown[0]}{hint}")
    if not url.database or (driver == "sqlite" and url.database == ":memory:"):
        words = (
            "names no file, such as sqlite:///orders.db"
            if driver == "sqlite"
            else ("names no database; it stands behind the host: postgresql://user@host/database")
        )
        raise ValueError(words)


def no_password_words() -> str:
    """How to give a password, where a server asks for one."""
    return f"for a password {_WAY_OUT}"
