"""Options of the commands that read an order log: `import`, and those that look back on one."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from planner.formats.order_log.options import LogForm


@dataclass(frozen=True, kw_only=True)
class LogReading:
    """How an order log is to be read, as the command line says it.

    Attributes
    ----------
    query : str or None
        Select statement for a database.
    password_file : Path or None
        File with the password of the database.
    columns : dict
        Column of ours -> its name in the log.
    date_format, timezone, sheet : str or None
        How dates are written, the zone of the shop, the sheet of a workbook.
    skip_bad_rows : bool
        Leave out rows that cannot be read.
    status_column : str or None
        Column of the order's status.
    keep_status : tuple of str
        Statuses that count.
    """

    query: str | None
    password_file: Path | None
    columns: dict[str, str]
    date_format: str | None
    timezone: str | None
    skip_bad_rows: bool
    status_column: str | None
    keep_status: tuple[str, ...]
    sheet: str | None

    def __post_init__(self) -> None:
        """Refuse half of a pair."""
        if bool(self.status_column) != bool(self.keep_status):
            raise click.UsageError("--status-column and --keep-status go together")

    @property
    def stated(self) -> list[str]:
        """Names of the options that say how a log is read; a sheet may be of any workbook."""
        given = {
            "--columns": self.columns,
            "--date-format": self.date_format,
            "--timezone": self.timezone,
            "--skip-bad-rows": self.skip_bad_rows,
            "--status-column": self.status_column,
            "--query": self.query,
            "--password-file": self.password_file,
        }
        return [name for name, value in given.items() if value]

    @property
    def form(self) -> LogForm:
        """The same for the reader of logs."""
        from planner.formats.order_log.options import LogForm

        return LogForm(
            self.columns,
            date_format=self.date_format,
            timezone=self.timezone,
            skip_bad_rows=self.skip_bad_rows,
            sheet=self.sheet,
            status=self.status_column,
            kept_statuses=self.keep_status,
        )


def log_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command receives them as one argument, `reading`."""

    @wraps(command)
    def with_reading(**given: Any) -> Any:
        of_log = {name: given.pop(name) for name in LogReading.__dataclass_fields__}
        return command(reading=LogReading(**of_log), **given)

    for option in reversed(_OPTIONS):
        with_reading = option(with_reading)
    return with_reading


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """`ours=theirs,...` -> {ours: theirs}; a comma within a name of theirs stays."""
    found: dict[str, str] = {}
    for part in (p.strip() for text in value for p in re.split(r",(?=\s*\w*\s*=)", text)):
        ours, equals, theirs = part.partition("=")
        if not equals or not ours.strip():
            raise click.BadParameter(
                f"expected ours=theirs, such as ordered_at=paid_time, got {part!r}"
            )
        found[ours.strip()] = theirs.strip()
    return found


def _list(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...]:
    """`a,b` -> (a, b)."""
    return tuple(part.strip() for part in (value or "").split(",") if part.strip())


def _date_format(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from planner.formats.base.datetimes import parse_date_format

    try:
        return value if value is None else parse_date_format(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _timezone(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from planner.formats.base.timezones import parse_timezone

    try:
        return value if value is None else parse_timezone(value).key
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--query",
        metavar="SELECT",
        help="What to read from the database of an ADDRESS: one select statement.",
    ),
    click.option(
        "--password-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="File with the password of the database (default: PLANNER_DB_PASSWORD).",
    ),
    click.option(
        "--columns",
        multiple=True,
        callback=_pairs,
        metavar="OURS=THEIRS,...",
        help="The log's own names for ordered_at, region, order_id, weight_g (or weight_kg, "
        "weight_lb, weight_oz), items, "
        "freight, price (region=: not read).",
    ),
    click.option(
        "--date-format",
        metavar="dmy|mdy|ymd|PATTERN",
        callback=_date_format,
        help=(
            "Order of dates such as 11/12/2026 or 26-11-12, or a pattern such as '%d %b %Y %H:%M'."
        ),
    ),
    click.option(
        "--timezone",
        metavar="ZONE",
        callback=_timezone,
        help=(
            "Convert moments with an offset from UTC, or of a type with time zone, to the local "
            "time of this zone, such as America/New_York."
        ),
    ),
    click.option(
        "--skip-bad-rows",
        is_flag=True,
        help=(
            "Leave out rows that cannot be read, and count them (an order with an unreadable "
            "amount stays)."
        ),
    ),
    click.option(
        "--status-column", metavar="NAME", help="Column of the order's status, with --keep-status."
    ),
    click.option(
        "--keep-status",
        metavar="LIST",
        callback=_list,
        help=(
            "Statuses that count, separated by commas; orders of another status are left out and "
            "counted."
        ),
    ),
    click.option(
        "--sheet",
        metavar="NAME",
        help="Sheet of a workbook (default: the first that holds what is read).",
    ),
)
