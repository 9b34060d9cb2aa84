"""`planner forecast`: the demand fan of a scenario, and its score when the promotion is over."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import open_scenario


@click.command("forecast")
@opt.scenario_argument
@opt.out_option
@opt.set_option
@opt.seed_option
@opt.replications_option(500)
@click.option(
    "--actuals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=(
        "Counts that came (time, region, orders; counted as the history was): score the forecast "
        "against them."
    ),
)
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
def command(
    *,
    scenario: Path,
    out: Path,
    settings: tuple[str, ...],
    seed: int | None,
    replications: int,
    actuals: Path | None,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Forecast demand: hourly and daily quantiles, total and per region, and the peak hour.

    \b
    planner forecast my-promo -o forecast
    """  # noqa: D301 - click needs the character itself
    from planner.output import new_folder
    from planner.studies.steps.forecast import forecast_only, summary

    others = () if actuals is None else (actuals,)
    given = open_scenario(
        scenario, out, force=force, seed=seed, quiet=quiet, inputs=others, settings=settings
    )
    asked = {
        "command": "forecast",
        "replications": replications,
        "lang": lang,
        "actuals": actuals is not None,
    }
    with new_folder(out, (given.root, *given.files, *others), force) as draft:
        tables = forecast_only(
            draft, given, replications, lang=lang, actuals=actuals, options=asked
        )
    found = summary(given.problem, tables, replications)
    messages.emit(found, as_json, [*_lines(found), str(out)], quiet)
    return 0


def _lines(found: dict[str, Any]) -> list[str]:
    """The forecast in a few lines."""
    hour, total, day = found["peak_hour_orders"], found["total_orders"], found["peak_day_orders"]
    when = found["peak_hour_time"]
    lines = [
        f"orders in all: {total['p50']:,} (90% between {total['p05']:,} and {total['p95']:,})",
        f"busiest day: {day['p50']:,} ({day['p05']:,} to {day['p95']:,})",
        f"busiest hour: {hour['p50']:,} ({hour['p05']:,} to {hour['p95']:,}), around {when['p50']}",
    ]
    if "pull_forward" in found:
        words = (
            "brought forward by events: {stated:,}; {taken:,} come off the horizon's "
            "baseline, {after:,} after it"
        )
        lines.append(words.format(**found["pull_forward"]))
    for row in found.get("actuals", []):
        if "quantile" in row:
            lines.append(
                f"came: {row['what']} {row['actual']:g}, at {row['quantile']:.0%} of the forecast"
            )
        else:
            lines.append(f"came: {row['what']} {row['actual']:.1%}")
    return lines
