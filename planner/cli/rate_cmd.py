"""`planner rate`: a parcel table priced clause by clause, and the period's invoice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from planner.cli import messages
from planner.cli import options as opt

readable_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("rate")
@click.argument("contract", type=readable_file)
@click.argument("parcels", type=readable_file)
@click.option(
    "-o",
    "--out",
    "out",
    type=opt.out_path,
    metavar="PATH",
    help="CSV file of the priced parcels (default: stdout).",
)
@click.option(
    "--currency", metavar="CODE", help="The currency you expect; the contract must be in it."
)
@click.option(
    "--all-parcels",
    type=click.IntRange(0),
    help=(
        "Parcels of the shop with all carriers, for a commitment by share (default: those of the "
        "table)."
    ),
)
@click.option(
    "--collections",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Vehicles that came, for their fees.",
)
@click.option(
    "--raw",
    is_flag=True,
    help=(
        "For programs: text as it is. Without it text that a spreadsheet would run as a formula "
        "gets an apostrophe."
    ),
)
@click.option(
    "--force", envvar="PLANNER_FORCE", is_flag=True, help="Replace the result file if it exists."
)
@opt.json_option
@opt.quiet_option
def command(
    *,
    contract: Path,
    parcels: Path,
    out: Path | None,
    currency: str | None,
    all_parcels: int | None,
    collections: int,
    raw: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Price every parcel of a table (CSV or Excel) line by line, and write the invoice of the
    period.

    CONTRACT is a contract file. With -o the parcels go to that file and the invoice to stdout;
    without it the parcels go to stdout as CSV and the invoice to stderr (with --json: the invoice
    alone, on stdout).

    \b
    planner rate my-promo/contracts/express-a.yaml parcels.csv -o priced.csv
    """  # noqa: D301 - click needs the character itself
    from planner.formats.tables.tables import csv_text, write_table
    from planner.output import FILE, new_file, refuse
    from planner.studies import rate_parcels as study

    if out is not None:
        refuse(out, (contract, parcels), force, FILE, study.BEGINS)
    rated = study.rate(contract, parcels, currency, all_parcels, collections)
    messages.warn(rated.warnings, quiet)
    summary = study.summarise(rated)
    if out is not None:
        with new_file(out, (contract, parcels), force, study.BEGINS) as draft:
            write_table(study.result_table(rated), draft, raw)
        messages.emit(summary, as_json, [*invoice_lines(summary), str(out)], quiet)
    elif as_json:
        messages.emit(summary, as_json, [])
    else:
        messages.emit_table(csv_text(study.result_table(rated), raw))
        for line in invoice_lines(summary):
            messages.say(line, quiet)
    return 0


def invoice_lines(summary: dict[str, Any]) -> list[str]:
    """The invoice to be read: every line with an amount, their sum, and the tiers reached."""
    from planner.domain.money import minor_digits

    digits = minor_digits(summary["currency"])
    amounts = {name: amount for name, amount in summary["lines"].items() if amount}
    amounts["total"] = summary["total"]
    shown = {name: f"{amount:,.{digits}f}" for name, amount in amounts.items()}
    wide, high = max(map(len, shown)), max(map(len, shown.values()))
    lines = [f"{name:<{wide}}  {amount:>{high}}" for name, amount in shown.items()]
    lines[-1] += f" {summary['currency']}"
    count = summary["parcels"]
    lines.append(
        f"{count:,} parcel{'' if count == 1 else 's'} priced, {summary['refused']['count']:,} "
        "refused"
    )
    for tier in summary["tiers"]:
        reached = (
            "no tier reached" if tier["from"] is None else f"tier from {tier['from']:,} reached"
        )
        lines.append(
            f"{tier['period'] or 'whole period'}: {reached} with {tier['parcels']:,} counted"
        )
    return lines
