"""`planner evidence`: the late orders of a real log, whose fault each is, and what can be asked
back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.log_options import LogReading, log_options
from planner.cli.log_source import database_of, refuse_mixed, source

if TYPE_CHECKING:
    from planner.studies.late_orders.study import LogFile

CLOCKS = ("label", "handover", "first_scan", "delivered")


def _contracts(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> list[tuple[str, Path]]:
    """`FILE` or `NAME=FILE` -> (name, file)."""
    file = click.Path(exists=True, dir_okay=False, path_type=Path)
    found = []
    for text in value:
        name, equals, path = text.partition("=")
        if not equals or Path(text).is_file():
            name, path = "", text
        found.append((name.strip(), Path(file.convert(path.strip(), param, ctx))))
    return found


def _collections(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> dict[str, tuple[int, ...]]:
    """`NAME=12:00,18:00` -> {name: seconds after midnight}."""
    from planner.formats.base.value_types import parse_time

    found: dict[str, tuple[int, ...]] = {}
    for text in value:
        name, equals, times = text.partition("=")
        if not equals or not name.strip() or name.strip() in found:
            words = f"expected each contract once, as CONTRACT=12:00,18:00, got {text!r}"
            raise click.BadParameter(words)
        try:
            seconds = sorted({parse_time(part.strip()) for part in times.split(",")})
        except ValueError as error:
            raise click.BadParameter(f"{text}: {error}") from error
        found[name.strip()] = tuple(seconds)
    return found


def _currency(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    import re

    if value is not None and not re.fullmatch("[A-Z]{3}", value):
        raise click.BadParameter("must be three capital letters such as CNY")
    return value


@click.command("evidence")
@click.argument("log", type=click.UNPROCESSED, callback=source, metavar="LOG|ADDRESS")
@opt.out_option
@click.option(
    "--contract",
    "contracts",
    multiple=True,
    callback=_contracts,
    metavar="[NAME=]FILE",
    help="Contract of a courier; NAME: what the log calls it (repeatable).",
)
@click.option(
    "--platform",
    metavar="PACK|FILE",
    help="Dispatch rule: a shipped rule pack, or a file. Deadlines of the log go before it.",
)
@click.option(
    "--collections",
    multiple=True,
    callback=_collections,
    metavar="CONTRACT=12:00,18:00",
    help="Agreed times at which a courier collects, every day (repeatable).",
)
@click.option(
    "--counts",
    type=click.Choice(CLOCKS),
    help="What must happen by the deadline (default: as the platform says, else the hand-over).",
)
@click.option(
    "--currency",
    metavar="CODE",
    callback=_currency,
    help="Currency of the log's prices (default: that of the contracts and the platform).",
)
@log_options
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
def command(
    *,
    log: Path | str,
    out: Path,
    contracts: list[tuple[str, Path]],
    platform: str | None,
    collections: dict[str, tuple[int, ...]],
    counts: Any,
    currency: str | None,
    reading: LogReading,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Judge the late orders of a log: whose fault each is by contract, what the platform asks for
    it, what the contract pays back, and what an appeal can say.

    LOG is an order log as `planner import` takes it, with columns such as approved_at, packed_at,
    handed_over_at, scanned_at, delivered_at, deadline, contract and site (usual names are known);
    tables/orders.csv of a run is one too. A courier is at fault where the order would have been on
    time had it been collected and scanned as agreed. Writes tables, a workbook, and sheets fit for
    an appeal; ids stand as in the log, which is not copied.

    \b
    planner evidence orders.csv -o evidence --platform taobao
      --contract contracts/express-a.yaml --collections express-a=12:00,18:00
    planner evidence orders.csv -o evidence --columns deadline=ship_by,handed_over_at=shipped
    """  # noqa: D301 - click keeps the lines after \b as they are
    from planner.output import new_folder
    from planner.reporting.language.evidence_sentences import evidence_lines
    from planner.reporting.language.labels import Labels, language
    from planner.studies.late_orders.agreements import read_agreements
    from planner.studies.late_orders.study import find_evidence, write_evidence

    refuse_mixed(log, reading.query, reading.password_file, {"--sheet": reading.sheet})
    agreed = read_agreements(contracts, platform, collections, currency)
    file = _read(log, reading)
    found = find_evidence(file, agreed, counts)
    messages.warn(found.summary["warnings"], quiet)
    options = {
        "command": "evidence",
        "contracts": [name or path.stem for name, path in contracts],
        "platform": platform,
        "collections": [_written(name, times) for name, times in collections.items()],
        "counts": found.summary["counts"],
        "lang": lang,
    }
    inputs = [*agreed.files, *([log] if isinstance(log, Path) else [])]
    with new_folder(out, inputs, force) as draft:
        write_evidence(draft, file, agreed, found, options)
    labels = Labels(language(lang), agreed.currency)
    lines = evidence_lines(labels, found.summary, found.tables["evidence_summary"])
    lines = [*found.summary["notes"], *lines, str(out)]
    messages.emit(found.summary, as_json, lines, quiet)
    return 0


def _read(log: Path | str, reading: LogReading) -> LogFile:
    """The orders of a file or a query, with their moments."""
    from planner.studies.import_orders import read_log, read_query
    from planner.studies.late_orders.study import LogFile

    form = reading.form.of_orders
    if isinstance(log, Path):
        return LogFile(name=log.name, log=read_log(log, form), path=log)
    database = database_of(log, reading.password_file, reading.timezone)
    orders, account = read_query(database, reading.query or "", form)
    return LogFile(name="query", log=orders, source=account)


def _written(name: str, times: tuple[int, ...]) -> str:
    """Collections as they are stated."""
    return f"{name}=" + ",".join(f"{t // 3600:02d}:{t % 3600 // 60:02d}" for t in times)
