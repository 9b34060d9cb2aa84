"""`planner backtest`: what the planner would have said of the past, against what came."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.backtest_common import Common
from planner.cli.backtest_event import ReplayAsked, replay_event, replay_options
from planner.cli.log_options import log_options
from planner.cli.log_source import database_of, refuse_mixed
from planner.cli.scenario_input import available

if TYPE_CHECKING:
    from planner.studies.backtest.past_demand import PastDemand

MOST_DAYS, MOST_PATHS = 60, 20_000
OF_ORIGINS = {
    "horizon_days": "--horizon-days",
    "lead_days": "--lead-days",
    "paths": "--paths",
    "holidays": "--holidays",
}
OF_EVENT = {
    "log": "--log",
    "plan_dir": "--plan",
    "method": "--method",
    "draft": "--draft",
    "replications": "--replications",
    "effort": "--effort",
    "engine": "--engine",
}


def _source(ctx: click.Context, param: click.Parameter, value: str) -> Path | str:
    """A log's file, a scenario (folder, YAML or workbook), or the address of a database."""
    from planner.formats.tables.database_url import is_address

    if is_address(value):
        return value
    there = click.Path(exists=True, path_type=Path)
    return Path(there.convert(value, param, ctx))


def _origins(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """FROM:TO:STEP, checked and kept as it is written."""
    from planner.studies.backtest.origin_range import parse_origins

    if value is not None:
        try:
            parse_origins(value)
        except ValueError as error:
            raise click.BadParameter(str(error)) from error
    return value


def _country(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """A country whose public holidays are known."""
    from planner.formats.scenario.calendar_schema import known_country

    try:
        return value if value is None else known_country(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("backtest")
@click.argument("source", type=click.UNPROCESSED, callback=_source, metavar="LOG|SCENARIO")
@opt.out_option
@click.option(
    "--origins",
    metavar="FROM:TO:STEP",
    callback=_origins,
    help=(
        "Forecast from every one of these days, from what was known before it, and score: such as "
        "2025-05-01:2025-11-01:7d."
    ),
)
@replay_options
@click.option(
    "--horizon-days",
    envvar="PLANNER_HORIZON_DAYS",
    type=click.IntRange(1, MOST_DAYS),
    default=7,
    show_default=True,
    help="Days that are forecast from each origin.",
)
@click.option(
    "--lead-days",
    envvar="PLANNER_LEAD_DAYS",
    type=click.IntRange(0, MOST_DAYS),
    default=0,
    show_default=True,
    help="Days between an origin and the first day that is forecast.",
)
@click.option(
    "--paths",
    envvar="PLANNER_PATHS",
    type=click.IntRange(50, MOST_PATHS),
    default=500,
    show_default=True,
    help="Sampled paths of each forecast.",
)
@click.option(
    "--holidays",
    envvar="PLANNER_HOLIDAYS",
    metavar="COUNTRY",
    callback=_country,
    help=(
        "Country (or part, as DE-BY) whose public holidays the forecasts know (default: what the "
        "scenario's history states)."
    ),
)
@log_options
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    *, source: Path | str, out: Path, origins: str | None, replay: ReplayAsked, **given: Any
) -> int:
    """Compare what the planner would have said of the past with what came.

    --origins: from every origin our forecast and three others (the last same weekday, the mean of
    the last four, a negative-binomial regression) are made and scored by day and by hour: what
    their bands held, WAPE and bias, promotions apart from ordinary days, and whether ours is
    better by more than chance. LOG is an order log as `planner import` takes it (with the same
    options), SCENARIO one with a history.

    --event: the orders of a past promotion of SCENARIO, one by one, under the roster of then (its
    staffing), under the plan made from what was known, and in hindsight: cost and late share
    against what really happened, and the rates of work and scan delays that the log shows, as
    inputs.

    \b
    planner backtest orders.csv --origins 2025-05-01:2025-11-01:7d -o backtest
    planner backtest orders.csv --origins 2025-05-01:2025-11-01:7d --horizon-days 14 -o backtest
      --columns ordered_at=paid_time --holidays CN
    planner backtest my-promo --origins 2025-05-01:2025-11-01:7d --lead-days 7 -o backtest
    planner backtest promo-2025 --event "double eleven" -o replay --draft
    planner backtest promo-2025 --event 2025-11-11 --log orders.csv -o replay --plan run
    """  # noqa: D301 - click keeps the lines after \b as they are
    if (origins is None) == (replay.event is None):
        words = "say what to look back on, one of --origins FROM:TO:STEP and --event NAME"
        raise click.UsageError(words)
    refuse_others(OF_EVENT if origins is not None else OF_ORIGINS)
    if origins is not None:
        return _roll(source, out, origins, Common(**given))
    return replay_event(source, out, replay, Common(**given))


def refuse_others(kind: dict[str, str]) -> None:
    """Refuse options of the other kind of back-test."""
    context = click.get_current_context()
    stated = [
        option
        for name, option in kind.items()
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    ]
    if stated:
        other = "--event" if kind is OF_EVENT else "--origins"
        raise click.UsageError(f"{stated[0]} goes with {other}")


def past_of(source: Path | str, common: Common) -> PastDemand:
    """Read the log, the query or the scenario of a back-test, and warn of what is odd in it."""
    from planner.studies.backtest import past_demand

    reading = common.reading
    if isinstance(source, Path) and past_demand.is_scenario(source):
        if reading.stated:
            raise click.UsageError(f"{reading.stated[0]} is for order logs: a scenario states it")
        past = past_demand.past_of_scenario(source, common.settings)
    else:
        if common.settings:
            raise click.UsageError("--set is for scenarios, and an order log is given")
        refuse_mixed(source, reading.query, reading.password_file, {"--sheet": reading.sheet})
        if isinstance(source, Path):
            past = past_demand.past_of_log(source, reading.form)
        else:
            database = database_of(source, reading.password_file, reading.timezone)
            past = past_demand.past_of_query(database, reading.query or "", reading.form)
    messages.warn(past.warnings, common.quiet)
    return past_demand.with_holidays(past, common.holidays)


def _roll(source: Path | str, out: Path, origins: str, common: Common) -> int:
    """Back-test with rolling origins."""
    from planner.cli.progress import Progress
    from planner.output import refuse
    from planner.studies.backtest import study
    from planner.studies.backtest.origin_range import require_days, warn_of_end
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable_from

    refuse(out, (source,) if isinstance(source, Path) else (), common.force)
    past = past_of(source, common)
    seed = past.seed if common.seed is None else common.seed
    options = {
        "command": "backtest",
        "origins": origins,
        "horizon_days": common.horizon_days,
        "lead_days": common.lead_days,
        "paths": common.paths,
        "holidays": common.holidays,
        "lang": common.lang,
    }
    asked = study.asked_of(options, seed)
    ahead = (common.horizon_days, common.lead_days)
    require_days(past.history, asked.origins, *ahead)
    messages.warn(warn_of_end(past.history, asked.origins, *ahead), common.quiet)
    messages.say(f"seed {seed}", common.quiet)
    progress = Progress(common.quiet, common.no_color)
    context = RunContext(executor=Executor(available(common.jobs)), listener=progress)
    read = [*past.as_data, seed]
    with (
        progress,
        resumable_from(
            out, read, options, context, force=common.force, inputs=past.files
        ) as folder,
    ):
        tables = study.write_origins(folder, past, asked, context, options)
    messages.report_notes(context, common.verbose, common.quiet)
    found = study.summary(past, tables, asked)
    messages.emit(
        found, common.as_json, [*study.lines(past, tables, asked), str(out)], common.quiet
    )
    return 0
