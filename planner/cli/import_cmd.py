"""`planner import`: a raw order log becomes history, region mix, weights, profile and past surges."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from planner.cli import options as opt


def _pairs(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """`ours=theirs,...` -> {ours: theirs}."""
    found: dict[str, str] = {}
    for part in (p.strip() for text in value for p in text.split(",")):
        ours, equals, theirs = part.partition("=")
        if not equals or not ours.strip() or not theirs.strip():
            raise click.BadParameter(f"expected ours=theirs, such as ordered_at=paid_time, got {part!r}")
        found[ours.strip()] = theirs.strip()
    return found


@click.command("import")
@click.argument("log", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@opt.out_option
@click.option(
    "--columns",
    multiple=True,
    callback=_pairs,
    metavar="OURS=THEIRS,...",
    help="The log's own names for ordered_at, region, order_id, weight_g, items, freight, price.",
)
@click.option(
    "--date-format",
    metavar="dmy|mdy|PATTERN",
    help="Order of dates such as 11/12/2026, or a pattern such as '%d %b %Y %H:%M'.",
)
@click.option("--skip-bad-rows", is_flag=True, help="Leave out rows that cannot be read, and count them.")
@opt.force_option
@opt.json_option
@opt.quiet_option
def command(
    log: Path,
    out: Path,
    columns: dict[str, str],
    date_format: str | None,
    skip_bad_rows: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Read a raw order log (CSV or Excel) and write what a scenario can use."""
    from planner.studies.folder import new_folder, refuse_existing
    from planner.studies.importing import import_log, read_log

    refuse_existing(out, force)
    orders = read_log(log, columns, date_format, skip_bad_rows)
    with new_folder(out, force) as draft:
        found = import_log(draft, orders)
    opt.warn([f"{why} ({count:,} rows)" for why, count in found["skipped"].items()], quiet)
    opt.warn(found["warnings"], quiet)
    opt.emit(found, as_json, [*_lines(found), str(out)])
    return 0


def _lines(found: dict[str, Any]) -> list[str]:
    """The import in a few lines."""
    lines = [
        f"{found['orders']:,} orders, {found['from']} to {found['to']}, {found['regions']} regions",
        f"last 28 days: {found['orders_per_day_last_28']:,.1f} orders per day",
    ]
    lines += [
        f"surge {s['date']}: {s['orders']:,} orders, {s['factor']:.1f} x the baseline of {s['baseline']:,.1f}; "
        f"hour 01 held {s['share_hour_01']:.1%} (usually {s['usual_share_hour_01']:.1%})"
        for s in found["surges"]
    ]
    if "weight_g" in found:
        lines.append(
            f"weight: half below {found['weight_g']['p50']:,.0f} g, 90 % below {found['weight_g']['p90']:,.0f} g"
        )
    return lines
