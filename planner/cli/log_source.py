"""Where the orders of `planner import` are: a file, or a query to a database with its password."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from planner.formats.tables.database_url import Database

PASSWORD = "PLANNER_DB_PASSWORD"  # noqa: S105 - the name of a variable
_LONGEST_PASSWORD = 10_000


def source(ctx: click.Context, param: click.Parameter, value: str) -> Path | str:
    """Tell a file from the address of a database.

    Parameters
    ----------
    ctx, param
        As click hands them to a callback.
    value : str
        The argument; no message repeats an address.

    Returns
    -------
    Path or str
        The path of a file that exists, or the address.
    """
    from planner.formats.tables.database_url import is_address

    if is_address(value):
        return value
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    return Path(file.convert(value, param, ctx))


def refuse_mixed(
    log: Path | str, query: str | None, password_file: Path | None, for_files: dict[str, object]
) -> None:
    """Refuse options of files with a database, and the other way round.

    Parameters
    ----------
    log : Path or str
        File, or address of a database.
    query, password_file
        Options of databases.
    for_files : dict
        Options of files, by name.

    Raises
    ------
    click.UsageError
        With the first that does not fit.
    """
    if isinstance(log, Path):
        if query is not None or password_file is not None:
            raise click.UsageError(
                "--query and --password-file are for databases: give an address such as "
                f"postgresql://user@host/database or sqlite:///{log.name} instead of a file"
            )
        return
    given = [name for name, value in for_files.items() if value]
    if given:
        raise click.UsageError(f"{given[0]} is for files, not for databases")
    if query is None:
        raise click.UsageError(
            'a database needs --query, such as --query "select created_at, province from orders"'
        )


def database_of(address: str, password_file: Path | None, timezone: str | None) -> Database:
    """Read the address of a database.

    Parameters
    ----------
    address : str
        The address, without password.
    password_file : Path or None
        File with the password; None: the password is in the environment, if there is one.
    timezone : str or None
        Zone of the session.

    Returns
    -------
    Database
        With its password.

    Raises
    ------
    click.UsageError
        With what is wrong, which does not repeat the address.
    """
    from planner.formats.tables.database_url import database

    try:
        return database(address, _password(password_file), timezone)
    except ValueError as error:
        raise click.UsageError(f"the address of the database {error}") from None


def _password(file: Path | None) -> str | None:
    """The password: the first line of a file, else a variable of the environment."""
    if file is None:
        return os.environ.get(PASSWORD) or None
    with file.open("rb") as stream:
        line = stream.read(_LONGEST_PASSWORD).partition(b"\n")[0].removesuffix(b"\r")
    try:
        password = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise click.UsageError(f"--password-file {file.name}: is no UTF-8 text") from None
    if not password:
        raise click.UsageError(f"--password-file {file.name}: its first line is empty")
    return password
