"""`planner triggers`: what to do on the evening when it comes otherwise."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available
from planner.domain.choices import MOST_REPLICATIONS, Engine


def _amount(value: str | float, most: float) -> float:
    """A number from 0 on; a number range of click lets `nan` pass."""
    number = float(value)
    if not 0 <= number <= most:
        raise click.BadParameter(f"must be from 0 to {most:,.0f}")
    return number


def hours(value: str | float) -> float:
    """Hours of notice, at most a week."""
    return _amount(value, 168)


def price(value: str | float) -> float:
    """An amount of money."""
    return _amount(value, 1_000_000)


@click.command("triggers")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@opt.out_option
@click.option(
    "--at",
    "moments",
    multiple=True,
    metavar="MOMENT",
    help=(
        "A checkpoint, local time, such as 2026-11-10T21:00 (repeatable; default: 1 h before each "
        "event, 1 h and 3 h after its start, while a site is open)."
    ),
)
@click.option(
    "--pickup-notice",
    envvar="PLANNER_PICKUP_NOTICE",
    type=hours,
    default=2.0,
    show_default=True,
    metavar="HOURS",
    help="Notice that a courier needs for one more vehicle.",
)
@click.option(
    "--miss-price",
    envvar="PLANNER_MISS_PRICE",
    type=price,
    default=0.0,
    show_default=True,
    metavar="AMOUNT",
    help=(
        "What an order late beyond those that may be is worth, in addition to its compensation: "
        "above 0 the card spends more to meet the service level."
    ),
)
@click.option(
    "--replications",
    envvar="PLANNER_REPLICATIONS",
    type=click.IntRange(1, MOST_REPLICATIONS),
    default=200,
    show_default=True,
    help="Held-out promotions on which the card is judged.",
)
@click.option(
    "--samples",
    envvar="PLANNER_SAMPLES",
    type=click.IntRange(8, MOST_REPLICATIONS),
    default=400,
    show_default=True,
    help="Sampled promotions on which the card is found, half of them to prove each threshold.",
)
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    *,
    folder: Path,
    out: Path,
    moments: tuple[str, ...],
    pickup_notice: float,
    miss_price: float,
    replications: int,
    samples: int,
    jobs: int | None,
    scheduler: str | None,
    engine: Engine,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Make the trigger card of a finished plan: at each checkpoint of the evening what to count,
    and beyond which number to call people on call, book more vehicles, promise longer or stop the
    sale of an event.

    Thresholds are found on sampled promotions and judged on others, next to the plan alone and to
    a naive threshold. Everything is decided as late as its notice allows. The card is a sheet to
    hang next to the wall sheet (trigger-card.pdf). People can be called where a crew of the
    scenario has on_call, vehicles booked where a collection has extra_cost; promises and caps are
    those of levers.

    \b
    planner triggers reports/my-promo -o card
    planner triggers reports/my-promo --at 2026-11-10T21:00 --at 2026-11-11T00:00 -o card --lang zh
    """  # noqa: D301 - click needs the character itself
    from planner.cli.progress import Progress
    from planner.reporting.language.trigger_sentences import card_lines, rows_of, worth_sentences
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.stress_plan import finished_plan
    from planner.studies.trigger_card import (
        OPTIONS,
        labels_of,
        summary,
        trigger_study,
        write_trigger_card,
    )

    finished = finished_plan(folder)
    asked = {
        "command": "triggers",
        "at": list(moments),
        "pickup_notice": pickup_notice,
        "miss_price": miss_price,
        "replications": replications,
        "samples": samples,
        "engine": engine,
        "lang": lang,
    }
    study = trigger_study(finished.scenario.problem, finished.plan, asked)
    messages.warn(finished.scenario.warnings, quiet)
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    decisive = {**asked, "plan": finished.digest}
    given = finished.scenario
    with (
        progress,
        resumable(out, given, decisive, context, force=force, inputs=(folder,)) as draft,
    ):
        tables = write_trigger_card(draft, given, study, context, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    labels = labels_of(given.problem, lang)
    policies = rows_of(tables["triggers_policy"])
    lines = [
        *card_lines(labels, rows_of(tables["triggers"])),
        *worth_sentences(labels, policies, OPTIONS.naive_above),
        str(out),
    ]
    messages.emit(summary(given, tables, asked), as_json, lines, quiet)
    return 0
