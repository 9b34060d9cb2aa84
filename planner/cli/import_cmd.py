"""`planner import`: an order log becomes history, region mix, weights, profile and past surges; a
rate table becomes a contract.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.log_options import LogReading, log_options
from planner.cli.log_source import database_of, refuse_mixed, source

MOST_HIGH_DAYS = 3  # printed; summary.json has all of them
LONGEST_FILE = 240  # bytes of a contract's name; systems allow 255, and endings are added


def _contract_name(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A name that a contract and its files can have."""
    from planner.formats.base.value_types import parse_name

    if value is None:
        return None
    try:
        name = parse_name(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    if name.startswith(".") or set(name) & set('/\\:*?"<>|'):
        raise click.BadParameter("must be the name of a file")
    if len(name.encode()) > LONGEST_FILE:
        raise click.BadParameter(
            f"must be the name of a file: it takes more than {LONGEST_FILE} bytes"
        )
    return name


def _currency(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is not None and not re.fullmatch("[A-Z]{3}", value):
        raise click.BadParameter("must be three capital letters such as CNY")
    return value


@click.command("import")
@click.argument("log", type=click.UNPROCESSED, callback=source, metavar="LOG|ADDRESS")
@opt.out_option
@log_options
@click.option(
    "--contract",
    metavar="NAME",
    callback=_contract_name,
    help=(
        "LOG is a courier's rate card (regions or zones by weights): add it to -o as this contract."
    ),
)
@click.option(
    "--currency", metavar="CODE", callback=_currency, help="Currency of a rate card (default: CNY)."
)
@click.option(
    "--first-g",
    type=click.IntRange(1),
    metavar="GRAMS",
    help="First weight (首重) that a rate card does not state.",
)
@click.option(
    "--step-g",
    type=click.IntRange(1),
    metavar="GRAMS",
    help="Step of additional weight (续重), or of prices per kg.",
)
@click.option(
    "--price-column",
    metavar="WORDS",
    help="Which prices of a rate card with several: words of their header.",
)
@click.option(
    "--zones",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Table region, zone for a rate card with prices by zone.",
)
@opt.force_option
@opt.json_option
@opt.quiet_option
def command(
    *,
    log: Path | str,
    out: Path,
    reading: LogReading,
    contract: str | None,
    currency: str | None,
    first_g: int | None,
    step_g: int | None,
    price_column: str | None,
    zones: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read past orders and write what a scenario can use; --contract: a courier's rate card.

    LOG is a CSV, Excel or Parquet file. ADDRESS is a database, which is only read:
    postgresql://user@host/database, mysql://user@host/database or sqlite:///orders.db. Its
    password never stands in the address, which others see in the list of processes. The query
    runs in --timezone (MySQL: in UTC); columns without a time zone are taken as local times.

    \b
    planner import orders.csv -o history --columns ordered_at=paid_time
    planner import orders.parquet -o history --timezone Asia/Shanghai
    planner import postgresql://planner@db.example.com/shop -o history
      --query "select created_at as ordered_at, province as region from orders"
      --timezone Asia/Shanghai --password-file db-password
    planner import rates.xlsx -o contracts --contract express-a
    """  # noqa: D301 - click looks for the control character itself
    from planner.output import new_folder
    from planner.studies.import_orders import import_log, read_log, read_query

    for_files: dict[str, object] = {"--sheet": reading.sheet, "--contract": contract}
    refuse_mixed(log, reading.query, reading.password_file, for_files)
    if contract is None and any((currency, first_g, step_g, price_column, zones)):
        options = "--currency, --first-g, --step-g, --price-column and --zones"
        raise click.UsageError(f"{options} are for rate cards: name the --contract")
    if contract is not None and reading.stated:
        words = (
            "--columns, --date-format, --timezone, --skip-bad-rows and --status-column are "
            "for order logs"
        )
        raise click.UsageError(words)
    if contract is not None and isinstance(log, Path):
        from planner.formats.rate_card.reader import read_rate_card
        from planner.formats.rate_card.weight_scale import Assumed
        from planner.studies.import_rates import import_rates

        card = read_rate_card(
            log,
            currency or "CNY",
            reading.sheet,
            Assumed(first_g, step_g, price_column, zones is not None),
        )
        found = import_rates(
            out,
            card,
            name=contract,
            currency=currency or "CNY",
            zones=zones,
            log=log,
            force=force,
        )
        if card.imperial and currency is None:
            messages.warn(
                [
                    "prices by pounds are taken to be in CNY; name another currency, as in "
                    "--currency USD"
                ],
                quiet,
            )
        messages.warn(found["warnings"], quiet)
        messages.emit(found, as_json, [*_contract_lines(found), str(out)], quiet)
        return 0
    if isinstance(log, Path):
        with new_folder(out, (log,), force) as draft:
            found = import_log(draft, read_log(log, reading.form))
    else:
        database = database_of(log, reading.password_file, reading.timezone)
        inputs = [path for path in (database.file, reading.password_file) if path is not None]
        with new_folder(out, inputs, force) as draft:
            found = import_log(draft, *read_query(database, reading.query or "", reading.form))
    messages.warn(found["warnings"], quiet)
    messages.emit(found, as_json, [*_lines(found), str(out)], quiet)
    return 0


def _contract_lines(found: dict[str, Any]) -> list[str]:
    """The contract in a few lines."""
    regions, zones = (
        f"{n} {word}{'' if n == 1 else 's'}"
        for n, word in ((found["regions"], "region"), (found["zones"], "zone"))
    )
    lines = [
        f"contract {found['contract']}: {regions} in {zones}, in {found['currency']}",
        f"prices: {found['prices']}",
        f"written: {', '.join(found['files'])}",
    ]
    return (
        [*lines, f"surcharges: {', '.join(found['surcharges'])}"] if found["surcharges"] else lines
    )


def _account(found: dict[str, Any]) -> str:
    """Where the rows of the log are, in one sum."""
    from planner.domain.wording import counted

    parts = [counted(found["orders"], "order")]
    if found["merged_rows"]:
        parts.append(f"{counted(found['merged_rows'], 'further row')} of these orders")
    if found["skipped"]:
        parts.append(f"{sum(found['skipped'].values()):,} left out")
    blank = f" (empty rows, not counted: {found['blank_rows']:,})" if found["blank_rows"] else ""
    return f"{counted(found['rows'], 'row')} = {' + '.join(parts)}{blank}"


def _lines(found: dict[str, Any]) -> list[str]:
    """The import in a few lines."""
    from planner.domain.wording import counted
    from planner.formats.order_log.regions import spelling_lines

    last = f"last {found['last_days']} days" if found["last_days"] > 1 else "last day"
    lines = [
        *found["notes"],
        _account(found),
        (
            f"{counted(found['orders'], 'order')}, {found['from']} to {found['to']}, "
            f"{counted(found['regions'], 'region')}"
        ),
        *spelling_lines(found["region_spellings"]),
        f"{last}: {found['orders_per_day_last_28']:,.1f} orders per day",
    ]
    lines += [
        f"surge {s['date']}: {s['orders']:,} orders, {s['factor']:.1f} x the baseline of "
        f"{s['baseline']:,.1f}; "
        f"hour 01 held {s['share_hour_01']:.1%} (usually {s['usual_share_hour_01']:.1%})"
        for s in found["surges"]
    ]
    highest = sorted(found["not_surges"], key=lambda day: -day["factor"])
    lines += [
        f"no surge {s['date']}: {s['orders']:,} orders, {s['factor']:.1f} x the usual "
        f"{s['baseline']:,.1f}; "
        f"{s['reason']}"
        for s in highest[:MOST_HIGH_DAYS]
    ]
    if len(highest) > MOST_HIGH_DAYS:
        lines.append(
            f"no surge: {len(highest) - MOST_HIGH_DAYS} more high days, see not_surges in "
            "summary.json"
        )
    if "weight_g" in found:
        lines.append(
            f"weight: half below {found['weight_g']['p50']:,.0f} g, 90% below "
            f"{found['weight_g']['p90']:,.0f} g"
        )
    return lines
